/* The context of one request, and the problems that it gathers. */
#include "base/cx.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/rand.h"

static struct str new_request_id(struct arena *a)
{
	static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
	enum { LEN = 12 };
	char *id = arena_alloc(a, LEN);
	uint64_t bits = rand_u64();
	for (int i = 0; i < LEN; i++, bits >>= 5)
		id[i] = base32[bits & 31];
	return (struct str){id, LEN};
}

void cx_begin(struct cx *cx, struct db *db)
{
	struct arena *a = arena_new();
	*cx = (struct cx){
	    .arena = a, .db = db, .zone = STR("UTC"), .lang = LANG_FR, .now_ms = clock_now_ms(), .request_id = new_request_id(a)};
	cx_clear_problems(cx);
}

int64_t cx_day(const struct cx *cx, int64_t instant_ms)
{
	int offset_s = 0;
	if (instant_ms == UNKNOWN) return UNKNOWN;
	if (!zone_offset(cx->zone, instant_ms, &offset_s)) offset_s = 0;
	struct civil c = instant_civil(instant_ms + (int64_t)offset_s * 1000);
	return date_from_civil(c.year, c.month, c.day);
}

int64_t cx_today(const struct cx *cx) { return cx_day(cx, cx->now_ms); }

void cx_end(struct cx *cx)
{
	arena_free(cx->arena);
	*cx = (struct cx){0};
}

void cx_clear_problems(struct cx *cx)
{
	cx->problems = NULL;
	cx->problems_end = &cx->problems;
}

enum err fail_at(struct cx *cx, enum err code, struct str field, int msg, const struct msg_arg *args, size_t nargs, const char *place)
{
	BUG_IF(code <= OK || code >= ERR_COUNT);
	struct problem *p = ARENA_NEW(cx->arena, struct problem);
	*p = (struct problem){.code = code, .field = str_copy(cx->arena, field), .msg = msg, .place = place};
	p->args = ARENA_ARRAY(cx->arena, struct msg_arg, nargs + 1); /* the last one stays without a name */
	for (size_t i = 0; i < nargs; i++) {
		p->args[i] = args[i];
		p->args[i].text = str_copy(cx->arena, args[i].text);
	}
	if (!cx->problems) cx->problems_end = &cx->problems; /* also for a cx copied by value */
	*cx->problems_end = p;
	cx->problems_end = &p->next;
	log_line(cx->told && code != ERR_BUG ? LOG_DEBUG : err_level(code), place, "%s, request %.*s", err_name(code),
	         STR_ARG(cx->request_id));
	return code;
}

void cx_move_problems(struct cx *cx, struct arena *to)
{
	struct problem *old = cx->problems;
	cx_clear_problems(cx);
	for (; old; old = old->next) {
		struct problem *p = arena_copy(to, old, sizeof(*old));
		size_t n = 0;
		while (old->args[n].name)
			n++;
		p->field = str_copy(to, old->field);
		p->args = arena_copy(to, old->args, (n + 1) * sizeof(*old->args));
		for (size_t i = 0; i < n; i++)
			p->args[i].text = str_copy(to, old->args[i].text);
		p->next = NULL;
		*cx->problems_end = p;
		cx->problems_end = &p->next;
	}
}
