/* A store with the office's entities, acted upon by the operator. */
#pragma once
#include "base/date.h"
#include "fixture.h"
#include "office/agreements/flow.h"
#include "office/partners/flow.h"
#include "office/people/flow.h"
#include "office/programmes/flow.h"
#include "office/stays/flow.h"
#include "platform/record/import.h"
#include "platform/record/record.h"

static const struct entity *office_entities[64];
static const struct import_map *office_maps[16];

static void join(void)
{
	const struct entity *const *lists[] = {people_entities, programmes_entities, partners_entities, agreements_entities,
	                                       stays_entities};
	const struct import_map *const *maps[] = {programmes_maps, partners_maps, stays_maps};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i][k]; k++)
			office_entities[n++] = lists[i][k];
	office_entities[n] = NULL;
	n = 0;
	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		for (size_t k = 0; maps[i][k]; k++)
			office_maps[n++] = maps[i][k];
	office_maps[n] = NULL;
	entity_register_all(office_entities);
	import_register_maps(office_maps);
}

__attribute__((unused)) static struct store *office_open(void)
{
	static struct store s;
	static const struct actor operator= {.is_operator = true, .roles = ~UINT64_C(0)};
	static bool joined;
	int applied;
	if (!joined) join();
	joined = true;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	s.cx.tenant = 1;
	s.cx.actor = &operator;
	s.cx.lang = LANG_EN;
	s.cx.now_ms = date_from_civil(2026, 10, 1) * 86400000;
	return &s;
}

__attribute__((unused)) static void show_problems(struct cx *cx)
{
	for (struct problem *p = cx->problems; p; p = p->next)
		tap_show(p->place, problem_text(cx, p));
	cx_clear_problems(cx);
}

__attribute__((unused)) static enum err run_import(struct cx *cx, struct import_options *o, struct import_report *r)
{
	enum err err = import_run(cx, o, r);
	if (err != OK) {
		show_problems(cx);
		VEC_EACH (l, &r->lines)
			if (l->reason.len) tap_show("line", str_fmt(cx->arena, "%lld: %.*s", (long long)l->line, STR_ARG(l->reason)));
	}
	return err;
}

#define CHECK_SUMMARY(cx, r, want) CHECK_STR(import_summary((cx), (r)), (want))
