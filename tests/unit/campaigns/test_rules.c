/* Stages, eligibility with its reasons, and the promise that every "no" with its suggestions followed becomes "yes". */
#include "../tap.h"
#include "base/date.h"
#include "base/rand.h"
#include "office/campaigns/rules.h"
#include "platform/i18n/i18n.h"

static struct campaign campaign(void)
{
	struct campaign c = {.number = STR("C-2026-0001"),
	                     .title = STR("Semester abroad"),
	                     .opens_ms = 1000,
	                     .closes_ms = 2000,
	                     .answer_by_ms = 3000,
	                     .answer_days = UNKNOWN,
	                     .year_from = 4,
	                     .year_to = 4,
	                     .activity = ACTIVITY_STUDY,
	                     .scheme = SCHEME_LONG,
	                     .max_choices = 5,
	                     .mechanism = UNKNOWN,
	                     .call_year = 2026,
	                     .opened_ms = UNKNOWN,
	                     .allocated_ms = UNKNOWN,
	                     .published_ms = UNKNOWN};
	return c;
}

static int64_t day(int y, int m, int d) { return date_from_civil(y, m, d); }

static struct campaign_facts facts(const struct campaign *c)
{
	return (struct campaign_facts){c, STR("2027-28"), day(2027, 9, 1), day(2028, 8, 31), day(2027, 3, 15)};
}

static struct student_facts student(void)
{
	return (struct student_facts){.name = STR("Bouchard Inès"),
	                              .enrolled = true,
	                              .enrolled_in = STR("2026-27"),
	                              .year = 4,
	                              .status = ENROLLED_STUDENT,
	                              .average = 124000,
	                              .ects = 18000,
	                              .failed_units = 0,
	                              .average_from = STR("2026-27"),
	                              .programme = STR("CHIM"),
	                              .isced_f = STR("0711"),
	                              .nationality = STR("FR"),
	                              .eqf = 7,
	                              .cap_months = 24,
	                              .cap_source = STR("CHIM")};
}

static struct offer offer(void)
{
	return (struct offer){.title = STR("Universitetet i Bergen"),
	                      .seats = 4,
	                      .starts = day(2028, 1, 10),
	                      .ends = day(2028, 6, 16),
	                      .months = 5,
	                      .eqf_from = UNKNOWN,
	                      .eqf_to = UNKNOWN,
	                      .has_condition = true,
	                      .agreement = STR("A-2024-0003"),
	                      .agreement_from = day(2024, 9, 1),
	                      .agreement_to = day(2029, 8, 31),
	                      .agreement_ended = UNKNOWN,
	                      .signed_here = day(2024, 6, 1),
	                      .signed_there = day(2024, 6, 1),
	                      .first_year_starts = UNKNOWN,
	                      .last_year_starts = UNKNOWN,
	                      .lat = UNKNOWN,
	                      .lng = UNKNOWN,
	                      .budget_cents = UNKNOWN};
}

static struct arena *arena;
static struct cx words_cx;

static void rule(struct offer *o, const char *text)
{
	struct rule_error error;
	struct rule_expr *e;
	struct offer_rule *r = &o->rules[o->nrules++];
	*r = (struct offer_rule){str_of(text), STR("the partner's page"), NULL};
	CHECK(rule_parse(arena, r->text, &e, &error) && rule_check(arena, e, &student_vocabulary, &error));
	r->expr = e;
}

static struct eligibility judge(const struct campaign *c, const struct student_facts *s, const struct offer *o)
{
	struct campaign_facts f = facts(c);
	return eligibility_judge(arena, &f, s, o, true);
}

static const struct reason *against(const struct eligibility *e)
{
	for (size_t i = 0; i < e->nreasons; i++)
		if (e->reasons[i].state != RULE_YES && e->reasons[i].decides) return &e->reasons[i];
	return NULL;
}

/* Every decided reason has words and, unless it is yes, a change; followed, they give yes. */
static void check_promise(const struct campaign *c0, const struct student_facts *s0, const struct offer *o0)
{
	struct eligibility e = judge(c0, s0, o0);
	int64_t changes = 0;
	for (size_t i = 0; i < e.nreasons; i++) {
		const struct reason *r = &e.reasons[i];
		if (r->state == RULE_YES) continue;
		changes += r->suggestion.kind != SUGGEST_NONE;
		CHECK(r->rule == ELIGIBLE_REQUIREMENT || r->suggestion.kind != SUGGEST_NONE);
		struct reason_words w = reason_words(&words_cx, r);
		CHECK(!str_blank(w.rule) && !str_blank(w.you) && !str_blank(w.needed));
		if (r->suggestion.kind != SUGGEST_NONE) CHECK(!str_blank(w.change));
	}
	CHECK((e.state == RULE_YES) == (changes == 0));
	struct campaign c;
	struct campaign_facts f = facts(c0);
	struct student_facts s = *s0;
	struct offer o = *o0;
	eligibility_apply(arena, &e, &f, &c, &s, &o);
	struct eligibility after = eligibility_judge(arena, &f, &s, &o, true);
	CHECK_INT(after.state, RULE_YES);
	if (after.state != RULE_YES) {
		for (size_t i = 0; i < e.nreasons; i++)
			if (e.reasons[i].state != RULE_YES)
				printf("# before: rule %d state %d suggestion %d\n", e.reasons[i].rule, e.reasons[i].state,
				       e.reasons[i].suggestion.kind);
		for (size_t i = 0; i < after.nreasons; i++)
			if (after.reasons[i].state != RULE_YES)
				printf("# after: rule %d state %d suggestion %d\n", after.reasons[i].rule, after.reasons[i].state,
				       after.reasons[i].suggestion.kind);
	}
}

static void begin(void)
{
	cx_begin(&words_cx, NULL);
	words_cx.lang = LANG_FR;
	arena = words_cx.arena;
}
static void end(void) { cx_end(&words_cx); }

static void test_stages(void)
{
	struct campaign c = campaign();
	CHECK_INT(campaign_state(&c, 0, 1500).stage, STAGE_DRAFT);
	CHECK_INT(campaign_state(&c, 0, 1500).pen, CAMPAIGN_PEN_OFFICE);
	c.opened_ms = 500;
	CHECK_INT(campaign_state(&c, 0, 999).stage, STAGE_COMING);
	CHECK_INT(campaign_state(&c, 0, 999).next_ms, 1000);
	CHECK_INT(campaign_state(&c, 0, 1000).stage, STAGE_OPEN);
	CHECK_INT(campaign_state(&c, 0, 1999).stage, STAGE_OPEN);
	CHECK_INT(campaign_state(&c, 0, 1999).pen, CAMPAIGN_PEN_STUDENTS);
	CHECK_INT(campaign_state(&c, 0, 2000).stage, STAGE_CHECKING);
	CHECK_INT(campaign_state(&c, 0, 2000).pen, CAMPAIGN_PEN_OFFICE);
	c.allocated_ms = 2100;
	CHECK_INT(campaign_state(&c, 0, 2200).stage, STAGE_ALLOCATED);
	c.published_ms = 2300;
	CHECK_INT(campaign_state(&c, 3, 2400).stage, STAGE_PUBLISHED);
	CHECK_INT(campaign_state(&c, 3, 2400).next_ms, 3000);
	CHECK_INT(campaign_state(&c, 0, 2400).stage, STAGE_ANSWERED);
	CHECK_INT(campaign_state(&c, 0, 2400).pen, CAMPAIGN_PEN_NOBODY);
}

static void test_application_stages(void)
{
	struct application a = {.withdrawn_ms = UNKNOWN};
	struct placement p = {.opportunity = uuid_new(1), .answer = UNKNOWN};
	CHECK_INT(application_stage(NULL, NULL, true), APPLICATION_NONE);
	CHECK_INT(application_stage(&a, NULL, false), APPLICATION_SENT);
	CHECK_INT(application_stage(&a, NULL, true), APPLICATION_WAITING);
	CHECK_INT(application_stage(&a, &p, true), APPLICATION_OFFERED);
	p.answer = PLACEMENT_ACCEPTED;
	CHECK_INT(application_stage(&a, &p, true), APPLICATION_ACCEPTED);
	p.answer = PLACEMENT_DECLINED;
	CHECK_INT(application_stage(&a, &p, true), APPLICATION_DECLINED);
	a.withdrawn_ms = 5;
	CHECK_INT(application_stage(&a, NULL, false), APPLICATION_WITHDRAWN);
}

static void test_yes_has_reasons(void)
{
	begin();
	struct campaign c = campaign();
	struct student_facts s = student();
	struct offer o = offer();
	struct student_language english = {STR("en"), RULE_B2, true, UNKNOWN, STR("toeic")};
	s.languages = &english;
	s.nlanguages = 1;
	o.language[0] = STR("en");
	o.cefr[0] = STR("B2");
	rule(&o, "average >= 12");
	struct eligibility e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_YES);
	CHECK_INT(e.nblocking, 0);
	struct str line = eligibility_line(&words_cx, &e);
	tap_show("line", line);
	CHECK(str_find(line, STR("12,4")) != STR_NPOS);
	CHECK(str_find(line, STR("B2")) != STR_NPOS);
	end();
}

static void test_each_no(void)
{
	begin();
	struct campaign c = campaign();
	struct student_facts s = student();
	struct offer o = offer();
	struct eligibility e;
	s.year = 3; /* C35: outside the window, she sees why */
	e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_NO);
	CHECK_INT(against(&e)->rule, ELIGIBLE_YEAR);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_WAIT);
	check_promise(&c, &s, &o);
	s.year = 5;
	e = judge(&c, &s, &o);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_AMEND);
	check_promise(&c, &s, &o);
	s = student();
	c.programmes = STR("BIO GEN");
	check_promise(&c, &s, &o);
	c = campaign();
	o.eqf_from = o.eqf_to = 6;
	check_promise(&c, &s, &o);
	o = offer();
	o.isced_f = STR("0531");
	check_promise(&c, &s, &o);
	o = offer();
	o.agreement_to = day(2027, 12, 31);
	e = judge(&c, &s, &o);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_EXTEND);
	check_promise(&c, &s, &o);
	o = offer();
	o.signed_there = UNKNOWN;
	check_promise(&c, &s, &o);
	o = offer();
	struct student_stay before[2] = {{.number = STR("S-1"), .country = STR("ES"), .eqf = 7, .days = 300},
	                                 {.country = STR("DE"), .eqf = 6, .days = 300}};
	s.stays = before;
	s.nstays = 2;
	s.cap_months = 12;
	e = judge(&c, &s, &o);
	CHECK_INT(against(&e)->rule, ELIGIBLE_CAP);
	CHECK_INT(against(&e)->suggestion.num, 60); /* only the stay of this cycle counts */
	check_promise(&c, &s, &o);
	before[0].days = 360;
	e = judge(&c, &s, &o);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_NEXT_CYCLE);
	check_promise(&c, &s, &o);
	before[0].days = UNKNOWN;
	CHECK_INT(judge(&c, &s, &o).state, RULE_UNKNOWN);
	check_promise(&c, &s, &o);
	end();
}

static void test_languages(void)
{
	begin();
	struct campaign c = campaign();
	struct student_facts s = student();
	struct offer o = offer();
	struct student_language known[2] = {{STR("es"), RULE_B1, true, UNKNOWN, STR("course")},
	                                    {STR("en"), RULE_C1, false, UNKNOWN, STR("D-2026-0004")}};
	s.languages = known;
	s.nlanguages = 1;
	o.language[0] = STR("es");
	o.cefr[0] = STR("B2");
	struct eligibility e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_NO);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_TEST);
	CHECK_INT(against(&e)->suggestion.date, day(2027, 3, 15));
	struct reason_words w = reason_words(&words_cx, against(&e));
	tap_show("rule", w.rule);
	tap_show("you", w.you);
	tap_show("needed", w.needed);
	tap_show("change", w.change);
	tap_show("line", eligibility_line(&words_cx, &e));
	check_promise(&c, &s, &o);
	s.nlanguages = 2; /* "Spanish or English": English is declared, so near but unknown */
	o.language[1] = STR("en");
	o.cefr[1] = STR("B2");
	e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_UNKNOWN);
	CHECK_INT(against(&e)->suggestion.kind, SUGGEST_PROVE);
	CHECK_INT(reason_missing(against(&e)), MISSING_LANGUAGE_PROOF);
	check_promise(&c, &s, &o);
	known[1].proven = true;
	CHECK_INT(judge(&c, &s, &o).state, RULE_YES);
	s.nlanguages = 0;
	e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_UNKNOWN); /* not known is not zero */
	CHECK_INT(against(&e)->suggestion.whom, ASK_STUDENT);
	check_promise(&c, &s, &o);
	struct question *q;
	const struct offer *list[] = {&o};
	s.email = STR("ines@escom.example");
	CHECK_INT(questions_for(arena, &s, list, 1, false, &q), 3); /* es, en, travel; the address is known */
	end();
}

static void test_apprentices(void)
{
	begin();
	struct campaign c = campaign();
	struct student_facts s = student();
	struct offer o = offer();
	s.status = ENROLLED_APPRENTICE;
	CHECK_INT(judge(&c, &s, &o).state, RULE_UNKNOWN); /* no contract on record */
	check_promise(&c, &s, &o);
	struct student_period periods[3] = {{PERIOD_SCHOOL, day(2028, 1, 1), day(2028, 2, 4)},
	                                    {PERIOD_COMPANY, day(2028, 2, 5), day(2028, 3, 3)},
	                                    {PERIOD_COMPANY, day(2028, 7, 1), day(2028, 8, 31)}};
	struct student_contract k = {STR("Arkema"), day(2026, 9, 1), day(2028, 8, 31), periods, 3};
	s.contracts = &k;
	s.ncontracts = 1;
	struct eligibility e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_NO);
	CHECK_INT(against(&e)->rule, ELIGIBLE_COMPANY);
	CHECK_INT(against(&e)->suggestion.date, day(2028, 2, 5)); /* refused with the dates */
	CHECK_INT(against(&e)->suggestion.date_to, day(2028, 3, 3));
	CHECK_INT(against(&e)->suggestion.whom, ASK_EMPLOYER);
	check_promise(&c, &s, &o);
	periods[1].kind = PERIOD_ABROAD;
	CHECK_INT(judge(&c, &s, &o).state, RULE_YES);
	k.ends = day(2028, 3, 31);
	e = judge(&c, &s, &o);
	CHECK_INT(against(&e)->rule, ELIGIBLE_CONTRACT);
	check_promise(&c, &s, &o);
	o.starts = o.ends = UNKNOWN;
	e = judge(&c, &s, &o);
	CHECK_INT(e.state, RULE_UNKNOWN);
	CHECK_INT(reason_missing(against(&e)), MISSING_DATES);
	end();
}

static void test_status_changes_nothing_else(void)
{
	begin();
	struct campaign c = campaign();
	struct student_facts s = student();
	struct offer o = offer();
	rule(&o, "average >= 13 and failed_units = 0");
	struct student_contract k = {STR("Arkema"), day(2026, 9, 1), day(2029, 8, 31), NULL, 0};
	struct eligibility plain = judge(&c, &s, &o);
	s.status = ENROLLED_APPRENTICE;
	s.contracts = &k;
	s.ncontracts = 1;
	struct eligibility apprentice = judge(&c, &s, &o);
	CHECK_INT(plain.state, apprentice.state);
	CHECK_INT(plain.cost, apprentice.cost);
	end();
}

/* Students, offers and windows at random, each followed by its suggestions. */
static void test_promise_at_random(void)
{
	static const char *const rules[] = {"average >= 14",
	                                    "ects >= 200 and failed_units <= 0",
	                                    "test(en) >= B2 or test(de) >= C1",
	                                    "average >= 13 and test(es) >= B1",
	                                    "not failed_units > 2",
	                                    "sum(days, eqf = 7) <= 900"};
	static const char *const levels[] = {"A2", "B1", "B2", "C1"};
	static const char *const fields[] = {"07", "0711", "0531", "05", "0700", ""};
	struct rand_seeded r = {20261123};
#define BELOW(n) ((int64_t)rand_seeded_below(&r, (n)))
	int64_t seen[3] = {0};
	for (int i = 0; i < 4000; i++) {
		begin();
		struct campaign c = campaign();
		struct student_facts s = student();
		struct offer o = offer();
		c.year_from = BELOW(4) ? 2 + BELOW(3) : UNKNOWN;
		c.year_to = BELOW(4) ? 4 + BELOW(2) : UNKNOWN;
		if (!BELOW(5)) c.programmes = STR("BIO,CHIM");
		if (!BELOW(9)) c.programmes = STR("BIO");
		s.year = BELOW(8) ? 1 + BELOW(6) : UNKNOWN;
		s.average = BELOW(6) ? 80000 + BELOW(100000) : UNKNOWN;
		s.ects = BELOW(6) ? BELOW(30000) : UNKNOWN;
		s.failed_units = BELOW(6) ? BELOW(5) : UNKNOWN;
		s.eqf = BELOW(9) ? 6 + BELOW(2) : UNKNOWN;
		s.isced_f = BELOW(7) ? str_of(fields[BELOW(5)]) : STR_NONE;
		s.enrolled = BELOW(12);
		s.status = BELOW(5);
		s.cap_months = BELOW(9) ? 12 * (1 + BELOW(2)) : UNKNOWN;
		struct student_language langs[2];
		for (size_t k = 0; k < 2; k++)
			langs[k] = (struct student_language){str_of((const char *const[]){"en", "es", "de"}[BELOW(3)]), 1 + BELOW(7),
			                                     BELOW(3) > 0, UNKNOWN, STR("x")};
		s.languages = langs;
		s.nlanguages = (size_t)BELOW(3);
		struct student_stay stays[2];
		for (size_t k = 0; k < 2; k++)
			stays[k] = (struct student_stay){STR("S-1"),
			                                 STR("ES"),
			                                 BELOW(2),
			                                 BELOW(6) ? 6 + BELOW(2) : UNKNOWN,
			                                 UNKNOWN,
			                                 UNKNOWN,
			                                 BELOW(8) ? BELOW(400) : UNKNOWN};
		s.stays = stays;
		s.nstays = (size_t)BELOW(3);
		struct student_period p[3];
		for (size_t k = 0; k < 3; k++) {
			int64_t from = day(2027, 10, 1) + BELOW(300);
			p[k] = (struct student_period){BELOW(4), from, from + BELOW(60)};
		}
		struct student_contract k[2] = {{STR("Arkema"), day(2026, 9, 1) + BELOW(500), day(2027, 12, 1) + BELOW(400), p, 2},
		                                {STR("BASF"), day(2026, 9, 1) + BELOW(500), day(2027, 12, 1) + BELOW(400), p + 2, 1}};
		s.contracts = k;
		s.ncontracts = (size_t)BELOW(3);
		if (BELOW(2)) {
			o.language[0] = str_of((const char *const[]){"en", "es"}[BELOW(2)]);
			o.cefr[0] = str_of(levels[BELOW(4)]);
		}
		if (!BELOW(3)) {
			o.language[1] = STR("de");
			o.cefr[1] = str_of(levels[BELOW(4)]);
		}
		o.isced_f = str_of(fields[BELOW(6)]);
		if (!BELOW(3)) o.eqf_from = 6 + BELOW(2);
		if (!BELOW(3)) o.eqf_to = o.eqf_from == UNKNOWN ? 7 : 7;
		if (!BELOW(6)) o.agreement_to = day(2028, 3, 1);
		if (!BELOW(8)) o.signed_here = UNKNOWN;
		if (!BELOW(8)) o.has_condition = false;
		if (!BELOW(9)) o.agreement_ended = day(2028, 2, 1);
		if (!BELOW(12)) o.starts = o.ends = UNKNOWN;
		if (!BELOW(9)) o.last_year_starts = day(2026, 9, 1);
		int64_t nrules = BELOW(3);
		for (int64_t n = 0; n < nrules; n++)
			rule(&o, rules[BELOW((int64_t)ARRAY_LEN(rules))]);
		seen[judge(&c, &s, &o).state]++;
		int before = tap.failures;
		check_promise(&c, &s, &o);
		end();
		if (tap.failures > before) {
			printf("# case %d\n", i);
			break;
		}
	}
	printf("# no %lld, unknown %lld, yes %lld\n", (long long)seen[0], (long long)seen[1], (long long)seen[2]);
	CHECK(seen[0] > 100 && seen[1] > 20 && seen[2] > 20);
}

static void test_fields(void)
{
	CHECK(isced_overlap(STR("07"), STR("0711")));
	CHECK(isced_overlap(STR("0711"), STR("0710")));
	CHECK(isced_overlap(STR("0700"), STR("0711")));
	CHECK(!isced_overlap(STR("0531"), STR("0711")));
	CHECK(!isced_overlap(STR("0712"), STR("0711")));
}

static void test_scores(void)
{
	begin();
	struct score_weights w;
	struct str wrong;
	CHECK(score_weights_parse(STR("average=60 ects=20, language=20 failed_units=-2"), &w, &wrong));
	CHECK(w.by_option);
	struct student_facts s = student();
	struct student_language english = {STR("en"), RULE_C1, true, UNKNOWN, STR("toeic")};
	s.languages = &english;
	s.nlanguages = 1;
	s.ects = 15000; /* of 180 before year 4 */
	s.failed_units = 1;
	struct offer o = offer();
	o.language[0] = STR("en");
	o.cefr[0] = STR("B2");
	struct score sc = score_of(&w, &s, &o, UNKNOWN);
	CHECK_INT(sc.nlines, 4);
	CHECK_INT(sc.lines[0].points, 372000); /* 60 * 12.4 / 20 */
	CHECK_INT(sc.lines[1].points, 166667); /* 20 * 150 / 180, half up */
	CHECK_INT(sc.lines[2].points, 166667); /* 20 * 5 / 6 */
	CHECK_INT(sc.lines[3].points, -20000);
	CHECK_INT(sc.total, 372000 + 166667 + 166667 - 20000);
	struct score back;
	CHECK_INT(score_read(&words_cx, score_json(arena, &sc), &back), OK);
	CHECK_INT(back.total, sc.total);
	CHECK_INT(back.nlines, sc.nlines);
	s.average = UNKNOWN;
	sc = score_of(&w, &s, &o, UNKNOWN);
	CHECK_INT(sc.total, UNKNOWN);
	CHECK(score_weights_parse(STR("panel=1"), &w, &wrong));
	CHECK_INT(score_of(&w, &s, &o, 6479).total, 6479);
	CHECK(!score_weights_parse(STR("average=60 luck=3"), &w, &wrong));
	CHECK_STR(wrong, "luck=3");
	CHECK(!score_weights_parse(STR("average=60 average=3"), &w, &wrong));
	CHECK(!score_weights_parse(STR("average=1.5"), &w, &wrong));
	end();
}

static void test_titles_in_words(void)
{
	begin();
	words_cx.lang = LANG_EN;
	CHECK_STR(opportunity_words(&words_cx, STR("Valladolid, 2028-02")), "Valladolid, from February 2028");
	CHECK_STR(opportunity_words(&words_cx, STR("Durand Camille, Valladolid, 2028-02")),
	          "Durand Camille, Valladolid, from February 2028");
	CHECK_STR(opportunity_words(&words_cx, STR("Valladolid")), "Valladolid");
	CHECK_STR(opportunity_words(&words_cx, STR("Valladolid, 2028-13")), "Valladolid, 2028-13");
	CHECK_STR(opportunity_words(&words_cx, STR_NONE), NULL);
	words_cx.lang = LANG_FR;
	CHECK_STR(opportunity_words(&words_cx, STR("Valladolid, 2028-02")), "Valladolid, d\u00e8s f\u00e9vrier 2028");
	end();
}

TAP_MAIN(TAP(test_titles_in_words), TAP(test_stages), TAP(test_application_stages), TAP(test_yes_has_reasons), TAP(test_each_no),
         TAP(test_languages), TAP(test_apprentices), TAP(test_status_changes_nothing_else), TAP(test_promise_at_random), TAP(test_fields),
         TAP(test_scores))
