/* May this student go there? Each rule gives a reason with what she has, what is needed, and the smallest change. */
#include "base/log.h"
#include "office/campaigns/rules.h"

/* What a suggestion weighs, in the scale of the vocabulary: a language level is 10, a year 100. What the office must do weighs more
 * than what the student can. */
enum {
	COST_PROOF = 1,
	COST_TELL = 1,
	COST_LEVEL = 10,
	COST_YEAR = 100,
	COST_RELEASE = 50,
	COST_CONTRACT = 200,
	COST_SHORTEN = 60,
	COST_SIGN = 400,
	COST_AMEND = 500,
	COST_CYCLE = 1000,
	COST_ENROL = 2000
};

struct judging {
	struct arena *arena;
	const struct campaign_facts *c;
	const struct student_facts *s;
	const struct offer *o;
	struct eligibility *e;
};

static struct reason *add(struct judging *j, enum eligibility_rule rule, enum rule_state state)
{
	struct eligibility *e = j->e;
	if (e->nreasons == REASONS_MAX) return &e->reasons[REASONS_MAX - 1];
	struct reason *r = &e->reasons[e->nreasons++];
	*r = (struct reason){
	    .rule = rule, .state = state, .type = RULE_INT, .you = RULE_MISSING, .needed = RULE_MISSING, .needed_to = RULE_MISSING};
	r->source = str_present(j->o->agreement) ? j->o->agreement : j->c->campaign->number;
	r->you_source = j->s->enrolled_in;
	return r;
}

static struct suggestion suggest(enum suggestion_kind kind, enum ask_whom whom, int64_t cost)
{
	return (struct suggestion){.kind = kind, .whom = whom, .cost = cost, .num = UNKNOWN, .date = UNKNOWN, .date_to = UNKNOWN};
}

static struct suggestion tell(enum ask_whom whom) { return suggest(SUGGEST_TELL, whom, COST_TELL); }

static int64_t first_of(int64_t x, int64_t y) { return x != UNKNOWN ? x : y; }
static int64_t stay_from(const struct judging *j) { return first_of(j->o->starts, j->c->year_starts); }
static int64_t stay_to(const struct judging *j) { return first_of(j->o->ends, j->c->year_ends); }

/* --- the person and the window --- */

static void status(struct judging *j)
{
	if (j->s->enrolled && j->s->status != ENROLLED_EXCHANGE) return;
	struct reason *r = add(j, ELIGIBLE_STATUS, j->s->enrolled ? RULE_NO : RULE_UNKNOWN);
	r->suggestion = j->s->enrolled ? suggest(SUGGEST_ENROL, ASK_HEAD, COST_ENROL) : tell(ASK_OFFICE);
}

static void year(struct judging *j)
{
	int64_t from = j->c->campaign->year_from, to = j->c->campaign->year_to, have = j->s->year;
	if (from == UNKNOWN && to == UNKNOWN) return;
	struct reason *r = add(j, ELIGIBLE_YEAR, have == UNKNOWN ? RULE_UNKNOWN : RULE_YES);
	r->you = RULE_NUM(have);
	r->needed = RULE_NUM(from);
	r->needed_to = RULE_NUM(to);
	r->source = j->c->campaign->number;
	if (have == UNKNOWN) {
		r->suggestion = tell(ASK_OFFICE);
	} else if (from != UNKNOWN && have < from) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_WAIT, ASK_HEAD, COST_YEAR * (from - have));
		r->suggestion.num = from;
	} else if (to != UNKNOWN && have > to) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_AMEND, ASK_OFFICE, COST_AMEND);
	}
}

static bool listed(struct str codes, struct str code)
{
	struct str rest = codes, part;
	while (str_split(&rest, ' ', &part)) {
		struct str one;
		while (str_split(&part, ',', &one))
			if (!str_blank(one) && str_eq(one, code)) return true;
	}
	return false;
}

static void programme(struct judging *j)
{
	struct str codes = j->c->campaign->programmes;
	if (str_blank(str_trim(codes))) return;
	bool known = !str_blank(j->s->programme);
	struct reason *r = add(j, ELIGIBLE_PROGRAMME, !known ? RULE_UNKNOWN : listed(codes, j->s->programme) ? RULE_YES : RULE_NO);
	r->type = RULE_CODE;
	r->you = RULE_TEXT(j->s->programme);
	r->needed = RULE_TEXT(codes);
	r->source = j->c->campaign->number;
	if (r->state != RULE_YES) r->suggestion = known ? suggest(SUGGEST_AMEND, ASK_OFFICE, COST_AMEND) : tell(ASK_OFFICE);
}

/* --- the condition --- */

static void level(struct judging *j)
{
	int64_t from = j->o->eqf_from, to = j->o->eqf_to, have = j->s->eqf;
	if (from == UNKNOWN && to == UNKNOWN) return;
	bool inside = (from == UNKNOWN || have >= from) && (to == UNKNOWN || have <= to);
	struct reason *r = add(j, ELIGIBLE_LEVEL, have == UNKNOWN ? RULE_UNKNOWN : inside ? RULE_YES : RULE_NO);
	r->you = RULE_NUM(have);
	r->needed = RULE_NUM(from);
	r->needed_to = RULE_NUM(to);
	if (r->state != RULE_YES) r->suggestion = have == UNKNOWN ? tell(ASK_OFFICE) : suggest(SUGGEST_AMEND, ASK_OFFICE, COST_AMEND);
}

/* 0710 says no more than 071, and 0700 no more than 07. */
static struct str isced_stem(struct str code)
{
	while (code.len > 2 && code.ptr[code.len - 1] == '0')
		code.len--;
	return code;
}

bool isced_overlap(struct str x, struct str y)
{
	x = isced_stem(x);
	y = isced_stem(y);
	return str_starts(x, y) || str_starts(y, x);
}

static void field(struct judging *j)
{
	if (str_blank(j->o->isced_f)) return;
	bool known = !str_blank(j->s->isced_f);
	struct reason *r = add(j, ELIGIBLE_FIELD, !known ? RULE_UNKNOWN : isced_overlap(j->s->isced_f, j->o->isced_f) ? RULE_YES : RULE_NO);
	r->type = RULE_CODE;
	r->you = RULE_TEXT(j->s->isced_f);
	r->needed = RULE_TEXT(j->o->isced_f);
	if (r->state != RULE_YES) r->suggestion = known ? suggest(SUGGEST_AMEND, ASK_OFFICE, COST_AMEND) : tell(ASK_OFFICE);
}

/* --- languages --- */

struct level_found {
	enum rule_state state;
	int64_t level; /* the best on record, UNKNOWN */
	bool proven;
	struct str source;
	int64_t cost;
};

static struct level_found level_in(const struct student_facts *s, struct str language, int64_t needed)
{
	struct level_found f = {.state = RULE_UNKNOWN, .level = UNKNOWN, .cost = COST_TELL + COST_LEVEL * needed};
	for (size_t i = 0; i < s->nlanguages; i++) {
		const struct student_language *l = &s->languages[i];
		if (!str_eq(l->language, language) || l->level == UNKNOWN) continue;
		bool better = f.level == UNKNOWN || l->level > f.level || (l->level == f.level && l->proven);
		bool enough = l->level >= needed && l->proven;
		if (!better && !(enough && f.state != RULE_YES)) continue;
		if (f.state == RULE_YES && !enough) continue;
		f.level = l->level;
		f.proven = l->proven;
		f.source = l->source;
		f.state = enough ? RULE_YES : l->level >= needed ? RULE_UNKNOWN : RULE_NO;
		f.cost = enough ? 0 : l->level >= needed ? COST_PROOF : COST_LEVEL * (needed - l->level);
	}
	return f;
}

/* Of two languages that would do, the one that is nearest. */
static void language(struct judging *j)
{
	struct level_found best = {0};
	size_t which = 2;
	int64_t needed = UNKNOWN;
	for (size_t i = 0; i < 2; i++) {
		int64_t asked;
		if (str_blank(j->o->language[i])) continue;
		if (str_blank(j->o->cefr[i]) || !rule_cefr_parse(j->o->cefr[i], &asked)) {
			if (i == 0) return; /* taught in it, no level asked */
			continue;
		}
		struct level_found f = level_in(j->s, j->o->language[i], asked);
		if (which < 2 && (f.state < best.state || (f.state == best.state && f.cost >= best.cost))) continue;
		best = f;
		which = i;
		needed = asked;
	}
	if (which == 2) return;
	struct reason *r = add(j, ELIGIBLE_LANGUAGE, best.state);
	r->type = RULE_CEFR;
	r->detail = j->o->language[which];
	r->you = RULE_NUM(best.level);
	r->needed = RULE_NUM(needed);
	r->you_source = best.source;
	if (best.state == RULE_YES) return;
	r->suggestion = best.level == UNKNOWN   ? tell(ASK_STUDENT)
	                : best.state == RULE_NO ? suggest(SUGGEST_TEST, ASK_LANGUAGES, best.cost)
	                                        : suggest(SUGGEST_PROVE, ASK_STUDENT, COST_PROOF);
	r->suggestion.code = r->detail;
	r->suggestion.num = needed;
	r->suggestion.date = j->c->closes;
}

/* --- the agreement --- */

static void agreement(struct judging *j)
{
	const struct offer *o = j->o;
	if (!o->has_condition && j->c->campaign->activity != ACTIVITY_STUDY) return; /* a host of placements needs none (1.4, E3, E4) */
	int64_t from = stay_from(j), to = stay_to(j);
	struct reason *r = add(j, ELIGIBLE_AGREEMENT, RULE_YES);
	r->type = RULE_DATE;
	r->detail = o->agreement;
	r->you = RULE_NUM(o->agreement_from);
	r->needed = RULE_NUM(from);
	r->needed_to = RULE_NUM(to);
	r->you_source = o->agreement;
	bool years = (o->first_year_starts == UNKNOWN || j->c->year_starts >= o->first_year_starts) &&
	             (o->last_year_starts == UNKNOWN || j->c->year_starts <= o->last_year_starts);
	int64_t last = o->agreement_ended != UNKNOWN ? o->agreement_ended - 1 : o->agreement_to;
	if (!o->has_condition || o->signed_here == UNKNOWN || o->signed_there == UNKNOWN) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_SIGN, ASK_OFFICE, COST_SIGN);
		r->suggestion.date = from;
		r->suggestion.date_to = to;
	} else if (from == UNKNOWN || to == UNKNOWN) {
		r->state = RULE_UNKNOWN;
		r->suggestion = tell(ASK_OFFICE);
	} else if (o->agreement_from > from || (last != UNKNOWN && last < to) || !years) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_EXTEND, ASK_OFFICE, COST_SIGN);
		r->suggestion.date = from;
		r->suggestion.date_to = to;
	}
}

/* --- months abroad --- */

int64_t offer_days(const struct offer *o)
{
	if (o->starts != UNKNOWN && o->ends != UNKNOWN) return grant_days_360(o->starts, o->ends, 0, GRANT_FEB_30);
	return o->months == UNKNOWN ? UNKNOWN : o->months * 30;
}

/* Days abroad so far in the student's cycle; UNKNOWN when a stay that may belong to it has no length. */
static int64_t days_used(const struct student_facts *s)
{
	int64_t used = 0;
	for (size_t i = 0; i < s->nstays; i++) {
		const struct student_stay *t = &s->stays[i];
		if (t->eqf != UNKNOWN && s->eqf != UNKNOWN && t->eqf != s->eqf) continue;
		if (t->eqf == UNKNOWN || s->eqf == UNKNOWN || t->days == UNKNOWN) return UNKNOWN;
		used += t->days;
	}
	return used;
}

static void cap(struct judging *j)
{
	int64_t used = days_used(j->s), planned = offer_days(j->o), months = j->s->cap_months;
	struct reason *r = add(j, ELIGIBLE_CAP, RULE_YES);
	r->needed = RULE_NUM(months == UNKNOWN ? UNKNOWN : months * 30);
	r->you = RULE_NUM(used == UNKNOWN || planned == UNKNOWN ? UNKNOWN : used + planned);
	r->source = j->s->cap_source;
	r->you_source = j->s->nstays ? j->s->stays[0].number : STR_NONE;
	if (r->you.num == UNKNOWN || months == UNKNOWN) {
		r->state = RULE_UNKNOWN;
		r->suggestion = tell(ASK_OFFICE);
	} else if (used >= months * 30) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_NEXT_CYCLE, ASK_OFFICE, COST_CYCLE);
	} else if (used + planned > months * 30) {
		r->state = RULE_NO;
		r->suggestion = suggest(SUGGEST_SHORTEN, ASK_OFFICE, COST_SHORTEN);
		r->suggestion.num = months * 30 - used;
	}
}

/* --- apprentices --- */

static const struct student_contract *contract_of(const struct judging *j)
{
	const struct student_contract *best = NULL;
	for (size_t i = 0; i < j->s->ncontracts; i++) {
		const struct student_contract *k = &j->s->contracts[i];
		bool covers = k->starts <= j->o->starts && k->ends >= j->o->ends;
		if (covers) return k;
		if (!best || k->ends > best->ends) best = k;
	}
	return best;
}

static void company(struct judging *j, const struct student_contract *k)
{
	struct reason *r = add(j, ELIGIBLE_COMPANY, RULE_YES);
	r->type = RULE_DATE;
	r->detail = k->employer;
	r->you_source = k->employer;
	int64_t first = UNKNOWN, last = UNKNOWN, days = 0;
	for (size_t i = 0; i < k->nperiods; i++) {
		const struct student_period *p = &k->periods[i];
		if (p->kind != PERIOD_COMPANY || p->ends < j->o->starts || p->starts > j->o->ends) continue;
		int64_t from = p->starts > j->o->starts ? p->starts : j->o->starts, to = p->ends < j->o->ends ? p->ends : j->o->ends;
		if (first == UNKNOWN || from < first) first = from;
		if (last == UNKNOWN || to > last) last = to;
		days += to - from + 1;
	}
	if (first == UNKNOWN) return;
	r->state = RULE_NO;
	r->you = RULE_NUM(first);
	r->needed_to = RULE_NUM(last);
	r->suggestion = suggest(SUGGEST_RELEASE, ASK_EMPLOYER, COST_RELEASE + days);
	r->suggestion.date = first;
	r->suggestion.date_to = last;
}

/* The status changes nothing else: the same catalogue for all (C38). */
static void apprentice(struct judging *j)
{
	if (j->s->status != ENROLLED_APPRENTICE) return;
	bool dates = j->o->starts != UNKNOWN && j->o->ends != UNKNOWN;
	const struct student_contract *k = dates ? contract_of(j) : NULL;
	bool covers = k && k->starts <= j->o->starts && k->ends >= j->o->ends;
	struct reason *r = add(j, ELIGIBLE_CONTRACT, !k ? RULE_UNKNOWN : covers ? RULE_YES : RULE_NO);
	r->type = RULE_DATE;
	r->needed = RULE_NUM(j->o->starts);
	r->needed_to = RULE_NUM(j->o->ends);
	if (!k) {
		r->suggestion = tell(dates ? ASK_STUDENT : ASK_OFFICE);
		return;
	}
	r->detail = r->you_source = k->employer;
	r->you = RULE_NUM(k->ends);
	if (!covers) {
		r->suggestion = suggest(SUGGEST_CONTRACT, ASK_EMPLOYER, COST_CONTRACT);
		r->suggestion.date = j->o->starts;
		r->suggestion.date_to = j->o->ends;
	}
	company(j, k);
}

/* --- requirements --- */

static const char *const status_codes[] = {"student", "apprentice", "continuing", "doctoral", "exchange"};
static const char *const activity_codes[] = {"study", "training", "teaching", "research"};

static struct rule_value code_at(const char *const *codes, size_t n, int64_t i)
{
	return i >= 0 && (size_t)i < n ? RULE_TEXT(str_of(codes[i])) : RULE_MISSING;
}

static struct rule_value text_or_missing(struct str s) { return str_blank(s) ? RULE_MISSING : RULE_TEXT(s); }

static struct rule_value from(struct rule_value v, struct str source)
{
	v.source = source;
	return v;
}

static struct rule_facts facts_of(struct arena *a, const struct student_facts *s)
{
	struct rule_value *v = ARENA_ARRAY(a, struct rule_value, STUDENT_FACTS);
	v[STUDENT_YEAR] = from(RULE_NUM(s->year), s->enrolled_in);
	v[STUDENT_AVERAGE] = from(RULE_NUM(s->average), s->average_from);
	v[STUDENT_ECTS] = from(RULE_NUM(s->ects), s->average_from);
	v[STUDENT_FAILED_UNITS] = from(RULE_NUM(s->failed_units), s->average_from);
	v[STUDENT_STATUS] = from(code_at(status_codes, ARRAY_LEN(status_codes), s->status), s->enrolled_in);
	v[STUDENT_PROGRAMME] = from(text_or_missing(s->programme), s->enrolled_in);
	v[STUDENT_SPECIALITY] = from(text_or_missing(s->speciality), s->enrolled_in);
	v[STUDENT_EQF] = from(RULE_NUM(s->eqf), s->enrolled_in);
	v[STUDENT_NATIONALITY] = text_or_missing(s->nationality);
	struct rule_rows *sets = ARENA_ARRAY(a, struct rule_rows, STUDENT_SETS);
	struct rule_value *tests = ARENA_ARRAY(a, struct rule_value, s->nlanguages * STUDENT_TEST_FIELDS + 1);
	for (size_t i = 0; i < s->nlanguages; i++) {
		const struct student_language *l = &s->languages[i];
		struct rule_value *t = &tests[i * STUDENT_TEST_FIELDS];
		t[STUDENT_TEST_LANGUAGE] = RULE_TEXT(l->language);
		t[STUDENT_TEST_LEVEL] = from(RULE_NUM(l->proven ? l->level : UNKNOWN), l->source); /* declared is not known */
		t[STUDENT_TEST_DATE] = RULE_NUM(l->tested);
	}
	struct rule_value *stays = ARENA_ARRAY(a, struct rule_value, s->nstays * STUDENT_MOBILITY_FIELDS + 1);
	for (size_t i = 0; i < s->nstays; i++) {
		const struct student_stay *t = &s->stays[i];
		struct rule_value *m = &stays[i * STUDENT_MOBILITY_FIELDS];
		m[STUDENT_MOBILITY_ACTIVITY] = code_at(activity_codes, ARRAY_LEN(activity_codes), t->activity);
		m[STUDENT_MOBILITY_EQF] = RULE_NUM(t->eqf);
		m[STUDENT_MOBILITY_COUNTRY] = text_or_missing(t->country);
		m[STUDENT_MOBILITY_DAYS] = from(RULE_NUM(t->days), t->number);
		m[STUDENT_MOBILITY_WEEKS] = from(RULE_NUM(t->days == UNKNOWN ? UNKNOWN : t->days / 7), t->number);
	}
	sets[STUDENT_TESTS] = (struct rule_rows){true, s->nlanguages, tests};
	sets[STUDENT_MOBILITIES] = (struct rule_rows){true, s->nstays, stays};
	return (struct rule_facts){.values = v, .sets = sets};
}

static enum ask_whom whom_for(const struct rule_proof *leaf)
{
	if (leaf->set == &student_vocabulary.sets[STUDENT_TESTS]) return ASK_LANGUAGES;
	if (leaf->fact == &student_vocabulary.facts[STUDENT_NATIONALITY]) return ASK_STUDENT;
	return ASK_OFFICE;
}

static size_t exprs_of(const struct offer *o, const struct rule_expr **out)
{
	size_t n = 0;
	for (size_t i = 0; i < o->nrules; i++)
		if (o->rules[i].expr) out[n++] = o->rules[i].expr;
	return n;
}

static struct rule_change change_for(struct arena *a, const struct offer *o, const struct rule_facts *f)
{
	const struct rule_expr *exprs[2];
	size_t n = exprs_of(o, exprs);
	return rule_smallest_change(a, exprs, n, &student_vocabulary, f);
}

/* One change answers for all requirements together: it stands at the first that says no. */
static void suggest_facts(struct judging *j, struct reason *first, const struct rule_facts *f)
{
	struct rule_change change = change_for(j->arena, j->o, f);
	if (change.state != RULE_CHANGE_FOUND) {
		first->suggestion = suggest(SUGGEST_AMEND, ASK_OFFICE, COST_AMEND);
		return;
	}
	first->suggestion = suggest(SUGGEST_FACTS, ASK_HEAD, change.cost);
	first->suggestion.steps = change.steps;
	first->suggestion.nsteps = change.nsteps;
	if (change.nsteps == 1 && change.steps[0].kind == RULE_STEP_LOOKUP) {
		first->suggestion.whom = ASK_LANGUAGES;
		first->suggestion.date = j->c->closes;
	}
}

static void requirements(struct judging *j, bool suggestions)
{
	enum { LEAVES = 8 };
	if (!j->o->nrules) return;
	struct rule_facts f = facts_of(j->arena, j->s);
	struct reason *refused = NULL;
	for (size_t i = 0; i < j->o->nrules; i++) {
		const struct offer_rule *rule = &j->o->rules[i];
		if (!rule->expr) {
			struct reason *r = add(j, ELIGIBLE_REQUIREMENT, RULE_UNKNOWN);
			r->source = rule->source;
			r->suggestion = tell(ASK_OFFICE);
			continue;
		}
		struct rule_proof *proof = rule_prove(j->arena, rule->source, rule->expr, &f);
		const struct rule_proof *leaves[LEAVES];
		size_t n = rule_deciding(proof, leaves, LEAVES);
		for (size_t k = 0; k < n && k < LEAVES; k++) {
			struct reason *r = add(j, ELIGIBLE_REQUIREMENT, proof->state);
			r->leaf = leaves[k];
			r->type = leaves[k]->type;
			r->digits = leaves[k]->digits;
			r->you = leaves[k]->found;
			if (leaves[k]->nneeded) r->needed = leaves[k]->needed[0];
			r->detail = leaves[k]->key;
			r->source = rule->source;
			r->you_source = leaves[k]->found.source;
			if (proof->state == RULE_UNKNOWN) r->suggestion = tell(whom_for(leaves[k]));
			if (proof->state == RULE_NO && !refused) refused = r;
		}
	}
	if (refused && suggestions) suggest_facts(j, refused, &f);
}

static void weigh(struct eligibility *e)
{
	e->state = RULE_YES;
	for (size_t i = 0; i < e->nreasons; i++)
		if (e->reasons[i].state < e->state) e->state = e->reasons[i].state;
	for (size_t i = 0; i < e->nreasons; i++) {
		struct reason *r = &e->reasons[i];
		r->decides = r->state == e->state;
		if (r->state == RULE_YES) continue;
		e->nblocking++;
		e->cost += r->suggestion.cost;
	}
}

struct eligibility eligibility_judge(struct arena *a, const struct campaign_facts *c, const struct student_facts *s, const struct offer *o,
                                     bool suggest_changes)
{
	struct reason room[REASONS_MAX];
	struct eligibility e = {.reasons = room};
	struct judging j = {a, c, s, o, &e};
	status(&j);
	year(&j);
	programme(&j);
	level(&j);
	field(&j);
	language(&j);
	agreement(&j);
	cap(&j);
	apprentice(&j);
	requirements(&j, suggest_changes);
	weigh(&e);
	e.reasons = arena_copy(a, room, e.nreasons * sizeof(*room));
	return e;
}

/* --- what if every suggestion were followed? --- */

struct applying {
	struct arena *a;
	struct campaign_facts *c;
	struct campaign *campaign;
	struct student_facts *s;
	struct offer *o;
};

static void speak(struct applying *p, struct str language, int64_t level)
{
	struct student_language *all = ARENA_ARRAY(p->a, struct student_language, p->s->nlanguages + 1);
	for (size_t i = 0; i < p->s->nlanguages; i++)
		all[i] = p->s->languages[i];
	all[p->s->nlanguages++] = (struct student_language){language, level, true, UNKNOWN, STR_NONE};
	p->s->languages = all;
}

static void set_fact(struct applying *p, enum student_fact fact, const struct rule_value *to)
{
	struct student_facts *s = p->s;
	switch (fact) {
	case STUDENT_YEAR: s->year = to->num; break;
	case STUDENT_AVERAGE: s->average = to->num; break;
	case STUDENT_ECTS: s->ects = to->num; break;
	case STUDENT_FAILED_UNITS: s->failed_units = to->num; break;
	default: BUG_IF(true); /* the others are not changeable */
	}
}

static void follow_steps(struct applying *p, const struct rule_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps[i].kind == RULE_STEP_FACT) set_fact(p, (enum student_fact)steps[i].index, &steps[i].to);
		if (steps[i].kind == RULE_STEP_LOOKUP) speak(p, steps[i].key, steps[i].to.num);
	}
}

static void release(struct applying *p, int64_t from_date, int64_t to_date)
{
	for (size_t i = 0; i < p->s->ncontracts; i++)
		for (size_t k = 0; k < p->s->contracts[i].nperiods; k++) {
			struct student_period *d = &p->s->contracts[i].periods[k];
			if (d->kind == PERIOD_COMPANY && d->ends >= from_date && d->starts <= to_date) d->kind = PERIOD_LEAVE;
		}
}

static void cover(struct offer *o, int64_t from_date)
{
	if (o->agreement_from == UNKNOWN || o->agreement_from > from_date) o->agreement_from = from_date;
	o->agreement_to = o->agreement_ended = o->first_year_starts = o->last_year_starts = UNKNOWN;
}

static void shorten(struct offer *o, int64_t days)
{
	if (o->starts == UNKNOWN || o->ends == UNKNOWN) o->months = days / 30;
	while (o->ends != UNKNOWN && o->starts != UNKNOWN && offer_days(o) > days)
		o->ends--;
}

/* The contract that the reason spoke of: the last to end. */
static void stretch(struct applying *p, int64_t from_date, int64_t to_date)
{
	struct student_contract *k = NULL;
	for (size_t i = 0; i < p->s->ncontracts; i++)
		if (!k || p->s->contracts[i].ends > k->ends) k = &p->s->contracts[i];
	if (!k) return;
	if (k->starts > from_date) k->starts = from_date;
	if (k->ends < to_date) k->ends = to_date;
}

static void amend(struct applying *p, const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_YEAR:
		if (p->campaign->year_to != UNKNOWN && p->campaign->year_to < r->you.num) p->campaign->year_to = r->you.num;
		break;
	case ELIGIBLE_PROGRAMME:
		p->campaign->programmes = str_fmt(p->a, "%.*s %.*s", STR_ARG(p->campaign->programmes), STR_ARG(p->s->programme));
		break;
	case ELIGIBLE_LEVEL:
		if (p->o->eqf_from > p->s->eqf) p->o->eqf_from = p->s->eqf;
		if (p->o->eqf_to != UNKNOWN && p->o->eqf_to < p->s->eqf) p->o->eqf_to = p->s->eqf;
		break;
	case ELIGIBLE_FIELD: p->o->isced_f = p->s->isced_f; break;
	case ELIGIBLE_REQUIREMENT: p->o->nrules = 0; break;
	default: break;
	}
}

/* What somebody would say, at its best: only what is not known yet is filled. */
static void say(struct applying *p, const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_STATUS:
		p->s->enrolled = true;
		p->s->status = ENROLLED_STUDENT;
		break;
	case ELIGIBLE_YEAR: p->s->year = first_of(r->needed.num, r->needed_to.num); break;
	case ELIGIBLE_PROGRAMME: (void)str_split(&(struct str){r->needed.code.ptr, r->needed.code.len}, ' ', &p->s->programme); break;
	case ELIGIBLE_LEVEL: p->s->eqf = first_of(r->needed.num, r->needed_to.num); break;
	case ELIGIBLE_FIELD: p->s->isced_f = r->needed.code; break;
	case ELIGIBLE_LANGUAGE: speak(p, r->suggestion.code, r->suggestion.num); break;
	case ELIGIBLE_AGREEMENT:
		p->o->starts = p->o->agreement_from;
		p->o->ends = p->o->agreement_from;
		break;
	case ELIGIBLE_CAP:
		p->s->nstays = 0;
		if (p->s->cap_months == UNKNOWN) p->s->cap_months = 12;
		if (offer_days(p->o) == UNKNOWN) p->o->months = 1;
		break;
	case ELIGIBLE_CONTRACT: p->s->status = ENROLLED_STUDENT; break;
	case ELIGIBLE_COMPANY: break;
	default: break;
	}
}

static void follow(struct applying *p, const struct reason *r)
{
	const struct suggestion *g = &r->suggestion;
	switch (g->kind) {
	case SUGGEST_NONE: break;
	case SUGGEST_ENROL:
		p->s->enrolled = true;
		p->s->status = ENROLLED_STUDENT;
		break;
	case SUGGEST_WAIT: p->s->year = g->num; break;
	case SUGGEST_AMEND: amend(p, r); break;
	case SUGGEST_TEST:
	case SUGGEST_PROVE: speak(p, g->code, g->num); break;
	case SUGGEST_SIGN:
		p->o->has_condition = true;
		p->o->signed_here = p->o->signed_there = p->c->closes;
		cover(p->o, g->date);
		break;
	case SUGGEST_EXTEND: cover(p->o, g->date); break;
	case SUGGEST_SHORTEN: shorten(p->o, g->num); break;
	case SUGGEST_NEXT_CYCLE: p->s->nstays = 0; break;
	case SUGGEST_CONTRACT: stretch(p, g->date, g->date_to); break;
	case SUGGEST_RELEASE: release(p, g->date, g->date_to); break;
	case SUGGEST_FACTS: follow_steps(p, g->steps, g->nsteps); break;
	case SUGGEST_TELL: say(p, r); break;
	}
}

void eligibility_apply(struct arena *a, const struct eligibility *e, struct campaign_facts *c, struct campaign *campaign,
                       struct student_facts *s, struct offer *o)
{
	*campaign = *c->campaign;
	c->campaign = campaign;
	struct student_contract *contracts = arena_copy(a, s->contracts, s->ncontracts * sizeof(*contracts));
	for (size_t i = 0; i < s->ncontracts; i++)
		contracts[i].periods = arena_copy(a, contracts[i].periods, contracts[i].nperiods * sizeof(struct student_period));
	s->contracts = contracts;
	struct applying p = {a, c, campaign, s, o};
	bool told = false;
	for (size_t i = 0; i < e->nreasons; i++) {
		const struct reason *r = &e->reasons[i];
		if (r->state == RULE_YES) continue;
		follow(&p, r);
		told |= r->rule == ELIGIBLE_REQUIREMENT && r->suggestion.kind == SUGGEST_TELL;
	}
	if (!told || !o->nrules) return;
	/* What the requirements did not know: the nearest values with which they say yes. */
	struct rule_facts f = facts_of(a, s);
	struct rule_change change = change_for(a, o, &f);
	if (change.state == RULE_CHANGE_FOUND)
		follow_steps(&p, change.steps, change.nsteps);
	else
		o->nrules = change.state == RULE_CHANGE_NEEDLESS ? o->nrules : 0;
}
