/* Why an applicant does not hold an option, from the run as kept, in the reader's words; and what would have given it. */
#include "office/campaigns/inside.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"

enum { LEFT_OUT_CAP = 64 << 20 };

struct explaining {
	struct uuid application;
	const struct uuid *opportunities;
	size_t n, changes;
	struct place_reason *out;
};
struct solved { /* the run, once for all options */
	const struct run_row *run;
	struct allocation *problem;
	struct allocation_result result;
};

/* In lines of choices.csv of one student. */
static int64_t changed_rank(struct str choices, struct str option)
{
	struct str at[3];
	int64_t rank;
	while (run_line(&choices, at, ARRAY_LEN(at)))
		if (str_eq(at[2], option) && str_to_i64(at[1], &rank)) return rank;
	return UNKNOWN;
}

/* The choices of the run with those of one student replaced. */
static struct str other_choices(struct cx *cx, struct str choices, struct str number, struct str instead)
{
	struct str rest = choices, line, own = str_concat(cx->arena, number, STR(","));
	struct sb b;
	sb_init(&b, cx->arena, choices.len + instead.len + 2);
	while (str_split(&rest, '\n', &line)) {
		if (!line.len || str_starts(line, own)) continue;
		sb_add(&b, line);
		sb_char(&b, '\n');
	}
	sb_add(&b, instead);
	return sb_str(&b);
}

/* With what she needed for this choice: the run again, all others as they were. *rank: of what she gets, UNKNOWN; *same: it is this. */
static enum err run_changed(struct cx *cx, const struct solved *solved, struct str number, struct str option, struct str choices,
                            int64_t *rank, bool *same)
{
	const struct run_row *run = solved->run;
	enum allocation_mechanism m;
	struct question_files files = {run->seats, other_choices(cx, run->choices, number, choices), run->students, run->floors, STR_NONE};
	struct allocation *a;
	struct allocation_result changed;
	BUG_IF(!allocation_mechanism_parse(run->mechanism, &m));
	TRY(run_problem(cx, &files, &a));
	TRY(run_solve(cx, a, m, run->seed, &changed));
	uint32_t s = allocation_find_student(a, number), held = s == ALLOCATION_NONE ? ALLOCATION_NONE : changed.held[s];
	*rank = held == ALLOCATION_NONE ? UNKNOWN : a->choice_rank[held];
	*same = held != ALLOCATION_NONE && str_eq(a->options[a->choice_option[held]].id, option);
	return OK;
}

/* It did not enter: why, and where the student could have changed that, whether she would have got it then. */
static enum err left_out_reason(struct cx *cx, const struct solved *solved, struct str number, struct str option, bool changes,
                                struct place_reason *out)
{
	const struct json *list, *l = NULL;
	TRY(json_parse(cx, solved->run->left_out, LEFT_OUT_CAP, &list));
	for (size_t i = 0; list->kind == JSON_KIND_ARRAY && i < list->items.len; i++) {
		const struct json *one = &list->items.ptr[i];
		if (str_eq(json_text(one, "application"), number) && str_eq(json_text(one, "opportunity"), option)) l = one;
	}
	if (!l) return OK;
	struct str reason = json_text(l, lang_code(cx->lang)), choices = json_text(l, "choices");
	out->why_not = tr(cx, M_why_left_out, ARG_S("reason", reason));
	int64_t rank, own = changed_rank(choices, option);
	if (!changes || own == UNKNOWN) return OK;
	struct str with = tr(cx, M_why_with, ARG_S("what", json_text(json_get(l, "needs"), lang_code(cx->lang))));
	bool same;
	TRY(run_changed(cx, solved, number, option, choices, &rank, &same));
	out->changed = true;
	if (same)
		out->could = with;
	else if (rank == UNKNOWN || rank > own)
		out->why_not = tr(cx, M_why_left_out_even, ARG_S("reason", reason), ARG_S("with", with));
	return OK;
}

static struct str points(struct cx *cx, int64_t score) { return fixed_text(cx, score, 4, 0); }

static struct str could(struct cx *cx, const struct place_reason *p)
{
	struct str score =
	    p->score_gain == UNKNOWN || p->score_gain <= 0 ? STR_NONE : tr(cx, M_why_could_score, ARG_S("gain", points(cx, p->score_gain)));
	struct str seats =
	    p->extra_seats == UNKNOWN || p->extra_seats <= 0 ? STR_NONE : tr(cx, M_why_could_seats, ARG_N("n", p->extra_seats));
	if (!str_present(score)) return seats;
	return str_present(seats) ? tr(cx, M_why_or, ARG_S("one", seats), ARG_S("other", score)) : score;
}

/* Under a rule that looks at all together: what it would cost the others if she had it. No names: students read this too. */
static struct str others(struct cx *cx, const struct allocation_reason *why)
{
	const struct allocation_change *e = &why->effect;
	bool alike = why->ndigits > 1; /* in all digits but the last, that of the draw */
	if (!why->effect_known) return tr(cx, M_why_others_impossible);
	for (uint32_t k = 0; k + 1 < why->ndigits; k++)
		alike &= why->cost[k] == 0;
	if (alike) return tr(cx, M_why_others_draw);
	int64_t first = e->nprofile ? e->profile[0] : 0, ranks = 0;
	for (uint32_t k = 0; k < e->nprofile; k++)
		ranks += (int64_t)(k + 1) * e->profile[k];
	struct str what = e->placed < 0      ? tr(cx, M_why_others_placed, ARG_N("n", -e->placed))
	                  : e->shortfall > 0 ? tr(cx, M_why_others_reserved, ARG_N("n", e->shortfall))
	                  : first < 0        ? tr(cx, M_why_others_first, ARG_N("n", -first))
	                  : ranks > 0        ? tr(cx, M_why_others_ranks, ARG_N("n", ranks))
	                                     : tr(cx, M_why_others_spread);
	return why->worse ? tr(cx, M_why_others_worse, ARG_S("what", what), ARG_N("n", why->worse)) : what;
}

static int64_t worst_of(const struct allocation_result *r, const struct allocation_change *e)
{
	int64_t worst = 0;
	for (uint32_t k = 0; k < r->allocation->max_rank; k++)
		if ((int64_t)r->profile[k] + (e && k < e->nprofile ? e->profile[k] : 0) > 0) worst = k + 1;
	return worst;
}

static struct place_effect effect_of(const struct allocation_result *r, const struct allocation_reason *why)
{
	const struct allocation_change *e = &why->effect;
	int64_t unplaced = r->allocation->nstudents - r->placed, first = r->allocation->max_rank ? r->profile[0] : 0;
	if (!why->weighed || !why->effect_known) return (struct place_effect){.known = false};
	return (struct place_effect){.known = true,
	                             .unplaced = unplaced,
	                             .unplaced_if = unplaced - e->placed,
	                             .first = first,
	                             .first_if = first + (e->nprofile ? e->profile[0] : 0),
	                             .worst = worst_of(r, NULL),
	                             .worst_if = worst_of(r, e)};
}

static struct str reason_line(struct cx *cx, const struct place_reason *p, int64_t rank)
{
	struct str seats = tr(cx, M_why_seats, ARG_N("n", p->seats)), wishes = tr(cx, M_why_wishes, ARG_N("n", p->wishes));
	switch (p->code) {
	case ALLOCATION_REASON_PLACED: return tr(cx, M_why_placed, ARG_N("rank", rank));
	case ALLOCATION_REASON_LOCKED: return tr(cx, M_why_locked);
	case ALLOCATION_REASON_DECLINED: return tr(cx, M_why_declined);
	case ALLOCATION_REASON_NOT_LISTED: return tr(cx, M_why_not_listed);
	case ALLOCATION_REASON_CAPACITY_ZERO: return tr(cx, M_why_no_seat);
	case ALLOCATION_REASON_ALL_KEPT: return tr(cx, M_why_kept);
	case ALLOCATION_REASON_BETTER_GOT: return tr(cx, M_why_better, ARG_S("place", p->held));
	case ALLOCATION_REASON_EQUAL_GOT: return tr(cx, M_why_equal, ARG_S("place", p->held));
	default: break;
	}
	if (str_present(p->others)) return tr(cx, M_why_global, ARG_S("seats", seats), ARG_S("wishes", wishes), ARG_S("others", p->others));
	if (p->code == ALLOCATION_REASON_PAIR) return tr(cx, M_why_pair);
	if (p->lost_by_lottery)
		return tr(cx, M_why_lottery, ARG_S("seats", seats), ARG_S("wishes", wishes), ARG_S("score", points(cx, p->score)));
	return tr(cx, M_why_cutoff, ARG_S("seats", seats), ARG_S("wishes", wishes), ARG_S("cutoff", points(cx, p->cutoff)),
	          ARG_S("score", points(cx, p->score)));
}

static enum err held_title(struct cx *cx, const struct allocation *a, uint32_t choice, struct str *title)
{
	struct uuid id;
	if (choice == ALLOCATION_NONE) return OK;
	if (!uuid_parse(a->options[a->choice_option[choice]].id, &id)) return fail(cx, ERR_BUG, NULL, M_error_bug);
	TRY(entity_title_of(cx, &opportunity_entity, id, title));
	*title = opportunity_words(cx, *title);
	return OK;
}

static enum err explain_one(struct cx *cx, const struct solved *solved, struct str number, struct str option, bool changes,
                            struct place_reason *out)
{
	const struct allocation *a = solved->problem;
	struct allocation_reason why;
	uint32_t s = allocation_find_student(a, number), o = allocation_find_option(a, option);
	if (s == ALLOCATION_NONE || o == ALLOCATION_NONE) return left_out_reason(cx, solved, number, option, changes, out);
	allocation_why(cx->arena, &solved->result, s, o, changes, &why);
	out->in_run = why.code != ALLOCATION_REASON_NOT_LISTED;
	out->code = why.code;
	out->seats = a->options[o].capacity;
	for (uint32_t c = 0; c < a->nchoices; c++)
		out->wishes += a->choice_option[c] == o;
	TRY(held_title(cx, a, solved->result.held[s], &out->held));
	out->score_gain = out->extra_seats = UNKNOWN;
	if (why.weighed) out->others = others(cx, &why);
	out->effect = effect_of(&solved->result, &why);
	if (why.weighed || why.scored) out->extra_seats = why.extra_seats;
	if (why.scored) {
		out->score = why.score;
		out->cutoff = why.cutoff;
		out->distance = why.distance;
		out->lost_by_lottery = why.lost_by_lottery;
		out->score_gain = why.score_gain;
	}
	out->could = could(cx, out);
	out->line = reason_line(cx, out, why.choice == ALLOCATION_NONE ? UNKNOWN : a->choice_rank[why.choice]);
	return out->in_run ? OK : left_out_reason(cx, solved, number, option, changes, out);
}

static enum err explain(struct cx *cx, void *arg)
{
	struct explaining *q = arg;
	struct application *a;
	struct campaign *c;
	struct run_row run;
	struct solved solved = {.run = &run};
	size_t counted = 0;
	TRY(application_load(cx, q->application, &a));
	TRY(campaign_load(cx, a->campaign, &c));
	if (!may_see(cx, a->unit) && c->published_ms == UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_not_published);
	TRY(run_load(cx, a->campaign, &run));
	TRY(run_result(cx, &run, &solved.problem, &solved.result));
	for (size_t i = 0; i < q->n; i++) {
		q->out[i] = (struct place_reason){.code = ALLOCATION_REASON_NOT_LISTED};
		TRY(explain_one(cx, &solved, a->number, option_id(cx, &q->opportunities[i]), counted < q->changes, &q->out[i]));
		counted += q->out[i].changed || q->out[i].code >= ALLOCATION_REASON_FULL_CUTOFF;
	}
	return OK;
}

enum err campaign_reason(struct cx *cx, struct uuid application, struct uuid opportunity, struct place_reason *out)
{
	return campaign_reasons(cx, application, &opportunity, 1, 1, out);
}

enum err campaign_reasons(struct cx *cx, struct uuid application, const struct uuid *opportunities, size_t n, size_t changes,
                          struct place_reason *out)
{
	return db_tx(cx, DB_READ, explain, &(struct explaining){application, opportunities, n, changes, out});
}
