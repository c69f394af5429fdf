/* Reasons in words. */
#include "base/utf8.h"
#include "office/campaigns/rules.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

static const int rule_labels[] = {
    [ELIGIBLE_STATUS] = M_eligible_status,
    [ELIGIBLE_YEAR] = M_eligible_year,
    [ELIGIBLE_PROGRAMME] = M_eligible_programme,
    [ELIGIBLE_LEVEL] = M_eligible_level,
    [ELIGIBLE_FIELD] = M_eligible_field,
    [ELIGIBLE_LANGUAGE] = M_eligible_language,
    [ELIGIBLE_AGREEMENT] = M_eligible_agreement,
    [ELIGIBLE_CAP] = M_eligible_cap,
    [ELIGIBLE_CONTRACT] = M_eligible_contract,
    [ELIGIBLE_COMPANY] = M_eligible_company,
    [ELIGIBLE_REQUIREMENT] = M_eligible_requirement,
};
STATIC_ASSERT(ARRAY_LEN(rule_labels) == ELIGIBLE_RULES, "a label for each rule");

static struct str language_name(struct cx *cx, struct str code) { return code_label(cx, STR("language"), code); }

static struct str dates(struct cx *cx, int64_t from, int64_t to)
{
	if (from == UNKNOWN && to == UNKNOWN) return tr(cx, M_rule_unknown);
	if (to == UNKNOWN) return date_text(cx, from);
	if (from == UNKNOWN) return tr(cx, M_eligible_until, ARG_S("date", date_text(cx, to)));
	return tr(cx, M_eligible_dates, ARG_S("from", date_text(cx, from)), ARG_S("to", date_text(cx, to)));
}

static struct str range(struct cx *cx, int64_t from, int64_t to, struct str (*show)(struct cx *cx, int64_t n))
{
	if (from == to) return show(cx, from);
	if (from == UNKNOWN) return tr(cx, M_eligible_at_most, ARG_S("value", show(cx, to)));
	if (to == UNKNOWN) return tr(cx, M_eligible_at_least, ARG_S("value", show(cx, from)));
	return tr(cx, M_eligible_range, ARG_S("from", show(cx, from)), ARG_S("to", show(cx, to)));
}

static struct str eqf_name(struct cx *cx, int64_t level)
{
	return code_label(cx, STR("eqf"), str_fmt(cx->arena, "%lld", (long long)level));
}

static struct str value(struct cx *cx, const struct reason *r, const struct rule_value *v)
{
	const struct rule_fact *fact = r->leaf ? r->leaf->fact : NULL;
	return rule_value_words(cx, fact, r->type, r->digits, v);
}

static struct str days(struct cx *cx, int64_t n, int msg) { return n == UNKNOWN ? tr(cx, M_rule_unknown) : tr(cx, msg, ARG_N("n", n)); }

/* "12 at least", "FR, DE" */
static struct str needed_leaf(struct cx *cx, const struct reason *r)
{
	static const int words[] = {[RULE_GE] = 0,
	                            [RULE_LE] = M_eligible_at_most,
	                            [RULE_LT] = M_eligible_less_than,
	                            [RULE_GT] = M_eligible_more_than,
	                            [RULE_NE] = M_eligible_none_of,
	                            [RULE_EQ] = 0,
	                            [RULE_IN] = 0};
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	for (size_t i = 0; i < r->leaf->nneeded; i++) {
		if (i) SB_LIT(&b, ", ");
		sb_add(&b, value(cx, r, &r->leaf->needed[i]));
	}
	int word = words[r->leaf->op];
	return word ? tr(cx, word, ARG_S("value", sb_str(&b))) : sb_str(&b);
}

static struct str leaf_label(struct cx *cx, const struct reason *r)
{
	if (!r->leaf) return tr(cx, M_eligible_requirement);
	if (r->leaf->agg == RULE_LOOKUP) return language_name(cx, r->leaf->key);
	return tr_args(cx, r->leaf->label, NULL);
}

static struct str rule_name(struct cx *cx, const struct reason *r)
{
	if (r->rule == ELIGIBLE_REQUIREMENT) return leaf_label(cx, r);
	return tr(cx, rule_labels[r->rule], ARG_S("detail", language_name(cx, r->detail)));
}

static struct str you_have(struct cx *cx, const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_STATUS: return tr(cx, r->state == RULE_NO ? M_eligible_host_school : M_eligible_not_enrolled);
	case ELIGIBLE_LEVEL: return r->you.num == UNKNOWN ? tr(cx, M_rule_unknown) : eqf_name(cx, r->you.num);
	case ELIGIBLE_FIELD: return str_blank(r->you.code) ? tr(cx, M_rule_unknown) : code_label(cx, STR("isced_f"), r->you.code);
	case ELIGIBLE_LANGUAGE: {
		if (r->you.num == 0) return tr(cx, M_eligible_level_none);
		struct str level = value(cx, r, &r->you);
		return r->suggestion.kind == SUGGEST_PROVE ? tr(cx, M_eligible_declared, ARG_S("level", level)) : level;
	}
	case ELIGIBLE_AGREEMENT:
		if (str_blank(r->detail)) return tr(cx, M_eligible_no_agreement);
		return r->suggestion.kind == SUGGEST_SIGN ? tr(cx, M_eligible_not_signed) : r->detail;
	case ELIGIBLE_CAP: return days(cx, r->you.num, M_eligible_days);
	case ELIGIBLE_CONTRACT: return r->you.num == UNKNOWN ? tr(cx, M_rule_unknown) : dates(cx, UNKNOWN, r->you.num);
	case ELIGIBLE_COMPANY: return r->state == RULE_YES ? tr(cx, M_eligible_free) : dates(cx, r->you.num, r->needed_to.num);
	default: return value(cx, r, &r->you);
	}
}

static struct str is_needed(struct cx *cx, const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_STATUS: return tr(cx, M_eligible_enrolled);
	case ELIGIBLE_YEAR: return range(cx, r->needed.num, r->needed_to.num, number_text);
	case ELIGIBLE_PROGRAMME: return r->needed.code;
	case ELIGIBLE_LEVEL: return range(cx, r->needed.num, r->needed_to.num, eqf_name);
	case ELIGIBLE_FIELD: return code_label(cx, STR("isced_f"), r->needed.code);
	case ELIGIBLE_AGREEMENT: return tr(cx, M_eligible_agreement_needed, ARG_S("dates", dates(cx, r->needed.num, r->needed_to.num)));
	case ELIGIBLE_CAP: return days(cx, r->needed.num, M_eligible_days_most);
	case ELIGIBLE_CONTRACT: return dates(cx, r->needed.num, r->needed_to.num);
	case ELIGIBLE_COMPANY: return tr(cx, M_eligible_free);
	case ELIGIBLE_REQUIREMENT: return r->leaf ? needed_leaf(cx, r) : tr(cx, M_rule_unknown);
	default: return value(cx, r, &r->needed);
	}
}

static struct str need_source(struct cx *cx, const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_YEAR:
	case ELIGIBLE_PROGRAMME: return tr(cx, M_eligible_source_campaign, ARG_S("number", r->source));
	case ELIGIBLE_CAP:
	case ELIGIBLE_REQUIREMENT: return r->source;
	case ELIGIBLE_STATUS:
	case ELIGIBLE_CONTRACT:
	case ELIGIBLE_COMPANY: return STR_NONE;
	default:
		if (str_starts(r->source, STR("A-"))) return tr(cx, M_eligible_source_agreement, ARG_S("number", r->source));
		return tr(cx, M_eligible_source_campaign, ARG_S("number", r->source));
	}
}

static struct str you_source(struct cx *cx, const struct reason *r)
{
	if (str_blank(r->you_source)) return STR_NONE;
	switch (r->rule) {
	case ELIGIBLE_YEAR:
	case ELIGIBLE_PROGRAMME:
	case ELIGIBLE_LEVEL:
	case ELIGIBLE_FIELD: return tr(cx, M_eligible_source_enrolment, ARG_S("year", r->you_source));
	case ELIGIBLE_CONTRACT:
	case ELIGIBLE_COMPANY: return tr(cx, M_eligible_source_contract, ARG_S("employer", r->you_source));
	case ELIGIBLE_CAP: return tr(cx, M_eligible_source_stay);
	case ELIGIBLE_REQUIREMENT:
		if (r->leaf && !r->leaf->set) return tr(cx, M_eligible_source_enrolment, ARG_S("year", r->you_source));
		return r->you_source;
	default: return r->you_source;
	}
}

/* --- changes --- */

static struct str step_words(struct cx *cx, const struct rule_step *s)
{
	struct str label = s->kind == RULE_STEP_LOOKUP ? language_name(cx, s->key) : tr_args(cx, s->fact->label, NULL);
	return tr(cx, M_suggest_fact, ARG_S("label", label),
	          ARG_S("value", rule_value_words(cx, s->fact, s->fact->type, s->fact->digits, &s->to)));
}

static struct str step_list(struct cx *cx, const struct suggestion *g)
{
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	for (size_t i = 0; i < g->nsteps; i++) {
		if (i) SB_LIT(&b, ", ");
		sb_add(&b, step_words(cx, &g->steps[i]));
	}
	return sb_str(&b);
}

static struct str level_words(struct cx *cx, const struct suggestion *g, int msg)
{
	struct rule_value level = RULE_NUM(g->num);
	return tr(cx, msg, ARG_S("language", language_name(cx, g->code)), ARG_S("level", rule_value_words(cx, NULL, RULE_CEFR, 0, &level)),
	          ARG_S("date", date_text(cx, g->date)));
}

static struct str change_words(struct cx *cx, const struct reason *r)
{
	const struct suggestion *g = &r->suggestion;
	switch (g->kind) {
	case SUGGEST_NONE: return STR_NONE;
	case SUGGEST_ENROL: return tr(cx, M_suggest_enrol);
	case SUGGEST_WAIT: return tr(cx, M_suggest_wait, ARG_N("year", g->num));
	case SUGGEST_AMEND: return tr(cx, M_suggest_amend, ARG_S("value", you_have(cx, r)));
	case SUGGEST_TEST: return level_words(cx, g, M_suggest_test);
	case SUGGEST_PROVE: return level_words(cx, g, M_suggest_prove);
	case SUGGEST_SIGN: return tr(cx, M_suggest_sign, ARG_S("dates", dates(cx, g->date, g->date_to)));
	case SUGGEST_EXTEND: return tr(cx, M_suggest_extend, ARG_S("date", date_text(cx, g->date_to)));
	case SUGGEST_SHORTEN: return tr(cx, M_suggest_shorten, ARG_N("n", g->num));
	case SUGGEST_NEXT_CYCLE: return tr(cx, M_suggest_next_cycle);
	case SUGGEST_CONTRACT: return tr(cx, M_suggest_contract, ARG_S("dates", dates(cx, g->date, g->date_to)));
	case SUGGEST_RELEASE: return tr(cx, M_suggest_release, ARG_S("dates", dates(cx, g->date, g->date_to)));
	case SUGGEST_FACTS: return tr(cx, M_suggest_facts, ARG_S("changes", step_list(cx, g)));
	case SUGGEST_TELL:
		if (r->rule == ELIGIBLE_LANGUAGE) return tr(cx, M_suggest_level, ARG_S("language", language_name(cx, g->code)));
		return tr(cx, M_suggest_tell, ARG_S("label", rule_name(cx, r)));
	}
	return STR_NONE;
}

static struct str whom_words(struct cx *cx, enum ask_whom whom)
{
	static const int labels[] = {
	    0, M_suggest_whom_student, M_suggest_whom_office, M_suggest_whom_head, M_suggest_whom_languages, M_suggest_whom_employer};
	STATIC_ASSERT(ARRAY_LEN(labels) == ASK_WHOMS, "a label for each");
	return labels[whom] ? tr_args(cx, labels[whom], NULL) : STR_NONE;
}

struct reason_words reason_words(struct cx *cx, const struct reason *r)
{
	struct reason_words w = {.rule = rule_name(cx, r),
	                         .you = you_have(cx, r),
	                         .needed = is_needed(cx, r),
	                         .source = need_source(cx, r),
	                         .you_source = you_source(cx, r)};
	if (r->state == RULE_YES) return w;
	w.change = change_words(cx, r);
	w.whom = whom_words(cx, r->suggestion.whom);
	return w;
}

/* --- one line --- */

/* "Average out of 20" becomes "average out of 20" inside a sentence; "B2" and "ECTS" stay. */
static struct str lower_first(struct cx *cx, struct str s)
{
	if (cx->lang == LANG_EN && s.len > 1 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && s.ptr[1] >= 'a' && s.ptr[1] <= 'z') {
		char *copy = arena_copy(cx->arena, s.ptr, s.len);
		copy[0] = (char)(copy[0] - 'A' + 'a');
		return (struct str){copy, s.len};
	}
	if (cx->lang == LANG_FR && s.len > 1 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && !(s.ptr[1] >= 'A' && s.ptr[1] <= 'Z')) {
		char *copy = arena_copy(cx->arena, s.ptr, s.len);
		copy[0] = (char)(copy[0] - 'A' + 'a');
		return (struct str){copy, s.len};
	}
	return s;
}

static struct str short_rule(struct cx *cx, const struct reason *r)
{
	if (r->rule == ELIGIBLE_LANGUAGE) return language_name(cx, r->detail);
	if (r->leaf && r->leaf->agg == RULE_LOOKUP) return rule_name(cx, r);
	return lower_first(cx, rule_name(cx, r));
}

static bool worth_saying(const struct reason *r) { return r->rule == ELIGIBLE_LANGUAGE || (r->rule == ELIGIBLE_REQUIREMENT && r->leaf); }

static struct str needs(struct cx *cx, const struct reason *r)
{
	const struct suggestion *g = &r->suggestion;
	bool language = g->kind == SUGGEST_TEST || g->kind == SUGGEST_PROVE || (g->kind == SUGGEST_TELL && r->rule == ELIGIBLE_LANGUAGE);
	if (language) return level_words(cx, g, M_suggest_needs);
	return g->kind == SUGGEST_FACTS ? lower_first(cx, step_list(cx, g)) : STR_NONE;
}

struct str eligibility_needs(struct cx *cx, const struct eligibility *e)
{
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	for (size_t i = 0; i < e->nreasons; i++) {
		const struct reason *r = &e->reasons[i];
		/* one change of facts answers for all requirements */
		if (r->state == RULE_YES || (r->rule == ELIGIBLE_REQUIREMENT && r->suggestion.kind == SUGGEST_NONE)) continue;
		struct str one = needs(cx, r);
		if (!str_present(one)) return STR_NONE;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, one);
	}
	return sb_str(&b);
}

struct str eligibility_line(struct cx *cx, const struct eligibility *e)
{
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	for (size_t i = 0; i < e->nreasons; i++) {
		const struct reason *r = &e->reasons[i];
		if (e->state != RULE_YES && r->decides)
			return tr(cx, e->state == RULE_NO ? M_eligible_no : M_eligible_unknown, ARG_S("rule", short_rule(cx, r)),
			          ARG_S("you", you_have(cx, r)), ARG_S("needed", is_needed(cx, r)));
		if (e->state != RULE_YES || !worth_saying(r)) continue;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, tr(cx, M_eligible_asked, ARG_S("rule", short_rule(cx, r)), ARG_S("you", you_have(cx, r)),
		              ARG_S("needed", is_needed(cx, r))));
	}
	return b.len ? tr(cx, M_eligible_yes, ARG_S("reasons", sb_str(&b))) : tr(cx, M_eligible_yes_plain);
}
