/* The files of an allocation: what enters, what stays out and why, and the answer of a mechanism. Eligibility is tested before,
 * never after: no seat is lost to somebody who cannot go. */
#include "allocation/result.h"
#include "base/base64.h"
#include "base/log.h"
#include "office/campaigns/inside.h"
#include "platform/crypto/hash.h"
#include "platform/i18n/i18n.h"

enum { FILE_CAP = 64 << 20 };

struct str option_id(struct cx *cx, const struct uuid *opportunity) { return uuid_text(cx->arena, *opportunity); }

struct writing {
	struct cx *cx;
	const struct campaign_whole *w;
	struct sb seats, choices, students, floors;
	VEC(struct left_out) out;
};

static struct str missing_score(struct cx *cx, const struct campaign_whole *w, const struct applicant *a, const struct wish *h)
{
	struct score_weights weights;
	struct str wrong;
	struct sb b;
	sb_init(&b, cx->arena, 1000);
	if (!score_weights_parse(w->campaign->weights, &weights, &wrong)) return STR_NONE;
	struct score s = score_of(&weights, a->student, whole_offer(w, &h->opportunity), h->panel);
	for (size_t i = 0; i < s.nlines; i++) {
		if (s.lines[i].points != UNKNOWN) continue;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, tr_args(cx, score_part_label(s.lines[i].part), NULL));
	}
	return tr(cx, M_left_out_score, ARG_S("what", sb_str(&b)));
}

static void leave_out(struct writing *f, const struct applicant *a, const struct wish *h, const struct eligibility *e)
{
	struct cx *cx = f->cx;
	enum lang lang = cx->lang;
	struct left_out *l = VEC_PUSH(cx->arena, &f->out);
	*l = (struct left_out){.application = a->application->row.id,
	                       .opportunity = h->opportunity,
	                       .number = a->application->number,
	                       .name = a->student->name,
	                       .title = opportunity_words(cx, whole_offer(f->w, &h->opportunity)->title),
	                       .state = e->state == RULE_YES ? RULE_UNKNOWN : e->state};
	for (int i = 0; i < LANG_COUNT; i++) {
		cx->lang = (enum lang)i;
		l->whys[i] = e->state == RULE_YES ? missing_score(cx, f->w, a, h) : eligibility_line(cx, e);
	}
	cx->lang = lang;
	l->why = l->whys[lang];
}

bool run_line(struct str *rest, struct str *parts, size_t n)
{
	struct str line;
	if (!str_split(rest, '\n', &line) || !line.len) return false;
	for (size_t i = 0; i < n; i++)
		if (!str_split(&line, ',', &parts[i])) parts[i] = STR("");
	return true;
}

static void write_choice(struct sb *b, const struct applicant *a, const struct wish *h, int64_t score)
{
	char option[UUID_TEXT_LEN];
	uuid_write(option, h->opportunity);
	sb_add(b, a->application->number);
	sb_char(b, ',');
	sb_int(b, h->rank);
	sb_char(b, ',');
	sb_add(b, (struct str){option, UUID_TEXT_LEN});
	sb_char(b, ',');
	sb_int(b, score);
	sb_char(b, '\n');
}

struct str run_changed_choices(struct cx *cx, const struct campaign_whole *w, const struct applicant *a, const struct student_facts *s)
{
	struct score_weights weights;
	struct str wrong;
	struct sb b;
	sb_init(&b, cx->arena, FILE_CAP);
	BUG_IF(!score_weights_parse(w->campaign->weights, &weights, &wrong)); /* whole_score has read them */
	for (size_t i = 0; i < a->nwishes; i++) {
		const struct wish *h = a->wishes[i];
		const struct offer *o = whole_offer(w, &h->opportunity);
		int64_t score = score_of_wish(&weights, s, o, h->panel).total;
		if (score == UNKNOWN || eligibility_judge(cx->arena, &w->facts, s, o, false).state != RULE_YES) continue;
		write_choice(&b, a, h, score);
	}
	return sb_str(&b);
}

static void write_applicant(struct writing *f, const struct applicant *a)
{
	sb_fmt(&f->students, "%.*s,%s\n", STR_ARG(a->application->number),
	       a->student->status == ENROLLED_APPRENTICE ? "apprentice" : "other");
	for (size_t i = 0; i < a->nwishes; i++) {
		const struct wish *h = a->wishes[i];
		struct arena_mark mark = arena_mark(f->cx->arena);
		struct eligibility e = eligibility_judge(f->cx->arena, &f->w->facts, a->student, whole_offer(f->w, &h->opportunity), false);
		if (e.state != RULE_YES || h->score == UNKNOWN) {
			leave_out(f, a, h, &e);
			continue;
		}
		arena_rewind(f->cx->arena, mark);
		write_choice(&f->choices, a, h, h->score);
	}
}

static struct allocation_files as_files(const struct question_files *q)
{
	return (struct allocation_files){.seats = {STR("seats.csv"), q->seats},
	                                 .choices = {STR("choices.csv"), q->choices},
	                                 .students = {STR("students.csv"), q->students},
	                                 .floors = {STR("floors.csv"), q->floors}};
}

struct str run_digest(struct cx *cx, const struct question_files *q)
{
	struct allocation_files files = as_files(q);
	struct str parts[ALLOCATION_INPUTS];
	struct sha256 h;
	uint8_t out[SHA256_LEN];
	size_t n = allocation_digest_parts(&files, parts);
	sha256_init(&h);
	for (size_t i = 0; i < n; i++)
		sha256_add(&h, parts[i].ptr, parts[i].len);
	sha256_end(&h, out);
	return hex_encode(cx->arena, (struct str){(const char *)out, sizeof(out)});
}

/* The builders have arenas of their own, so that rewinding after each verdict does not cut them. */
enum err run_files(struct cx *cx, const struct campaign_whole *w, struct question_files *out, struct left_out **left_out, size_t *nleft)
{
	struct writing f = {.cx = cx, .w = w};
	struct arena *texts = arena_new();
	sb_init(&f.seats, texts, FILE_CAP);
	sb_init(&f.choices, texts, FILE_CAP);
	sb_init(&f.students, texts, FILE_CAP);
	sb_init(&f.floors, texts, FILE_CAP);
	SB_LIT(&f.seats, "option,capacity\n");
	SB_LIT(&f.choices, "student,rank,option,score\n");
	SB_LIT(&f.students, "student,group\n");
	for (size_t i = 0; i < w->noffers; i++) {
		struct str option = option_id(cx, &w->offers[i].id);
		sb_fmt(&f.seats, "%.*s,%lld\n", STR_ARG(option), (long long)w->offers[i].seats);
		if (!w->offers[i].reserved) continue;
		if (!f.floors.len) SB_LIT(&f.floors, "option_or_cap,group,floor\n");
		sb_fmt(&f.floors, "%.*s,apprentice,%lld\n", STR_ARG(option), (long long)w->offers[i].reserved);
	}
	for (size_t i = 0; i < w->napplicants; i++)
		write_applicant(&f, &w->applicants[i]);
	BUG_IF(sb_failed(&f.seats) || sb_failed(&f.choices) || sb_failed(&f.students) || sb_failed(&f.floors));
	*out = (struct question_files){str_copy(cx->arena, sb_str(&f.seats)), str_copy(cx->arena, sb_str(&f.choices)),
	                               str_copy(cx->arena, sb_str(&f.students)),
	                               f.floors.len ? str_copy(cx->arena, sb_str(&f.floors)) : STR_NONE, STR_NONE};
	arena_free(texts);
	out->sha256 = run_digest(cx, out);
	*left_out = f.out.ptr;
	*nleft = f.out.len;
	return OK;
}

/* Files of our own making: a fault is ours. */
static enum err ours(struct cx *cx, enum err e, const struct allocation_fault *fault)
{
	if (e == OK) return OK;
	log_line(LOG_ERROR, __FILE__, "allocation: %s, line %lld, %.*s", allocation_fault_name(fault->code), (long long)fault->line,
	         STR_ARG(fault->value));
	return fail(cx, ERR_BUG, NULL, M_error_bug);
}

enum err run_problem(struct cx *cx, const struct question_files *q, struct allocation **out)
{
	struct allocation_fault fault = {0};
	struct allocation_files files = as_files(q);
	return ours(cx, allocation_read(cx->arena, &files, out, &fault), &fault);
}

enum err run_solve(struct cx *cx, const struct allocation *a, enum allocation_mechanism m, struct str seed, struct allocation_result *out)
{
	struct allocation_fault fault = {0};
	struct allocation_options o = {.mechanism = m, .seed = seed, .hmac = hmac_sha256};
	return ours(cx, allocation_solve(cx->arena, a, &o, out, &fault), &fault);
}

enum err run_load(struct cx *cx, struct uuid campaign, struct run_row *run)
{
	bool found;
	TRY(run_store_current(cx, campaign, run, &found));
	return found ? OK : fail(cx, ERR_REFUSED, NULL, M_campaign_not_allocated);
}
