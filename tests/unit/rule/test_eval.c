/* Three-valued answers: the whole truth tables, every aggregate, the rules of double degrees, and the proof. */
#include "study.h"

#define MAX_ROWS 12
struct student {
	struct rule_value facts[FACT_COUNT];
	struct rule_value segments[MAX_ROWS][SEG_FIELDS];
	struct rule_value tests[MAX_ROWS][3];
	struct rule_rows sets[SET_COUNT];
	struct rule_facts f;
};

static void student_begin(struct student *s)
{
	*s = (struct student){0};
	for (size_t i = 0; i < FACT_COUNT; i++)
		s->facts[i] = RULE_MISSING;
	s->sets[SET_SEGMENT] = (struct rule_rows){.known = true, .values = s->segments[0]};
	s->sets[SET_TEST] = (struct rule_rows){.known = true, .values = s->tests[0]};
	s->f = (struct rule_facts){.values = s->facts, .sets = s->sets};
}

static void add_segment(struct student *s, const struct rule_value *row)
{
	memcpy(s->segments[s->sets[SET_SEGMENT].len++], row, sizeof(s->segments[0]));
}
#define ADD(s, ...) add_segment((s), (const struct rule_value[SEG_FIELDS]){SEGMENT(__VA_ARGS__)})

static void add_test(struct student *s, const char *lang, int64_t cefr)
{
	struct rule_value *row = s->tests[s->sets[SET_TEST].len++];
	row[0] = CODE(lang);
	row[1] = RULE_NUM(cefr);
	row[2] = RULE_MISSING;
}

static int ask(struct student *s, const char *rule)
{
	struct arena *a = arena_new();
	struct rule_expr *e = rule_must(a, rule, &study);
	int state = -1;
	if (e) {
		state = (int)rule_eval(e, &s->f);
		/* The proof and the quick answer never differ. */
		if (rule_prove(a, STR("r"), e, &s->f)->state != (enum rule_state)state) state = -2;
	}
	arena_free(a);
	return state;
}
#define ASK(s, rule, want) CHECK_INT(ask((s), (rule)), (want))

/* year = 1 is yes, year = 2 is no, average > 0 is unknown */
static const char *const operand[] = {[RULE_NO] = "year = 2", [RULE_UNKNOWN] = "average > 0", [RULE_YES] = "year = 1"};

static void test_kleene(void)
{
	static const enum rule_state and_table[3][3] = {
	    {RULE_NO, RULE_NO, RULE_NO}, {RULE_NO, RULE_UNKNOWN, RULE_UNKNOWN}, {RULE_NO, RULE_UNKNOWN, RULE_YES}};
	static const enum rule_state or_table[3][3] = {
	    {RULE_NO, RULE_UNKNOWN, RULE_YES}, {RULE_UNKNOWN, RULE_UNKNOWN, RULE_YES}, {RULE_YES, RULE_YES, RULE_YES}};
	static const enum rule_state not_table[3] = {RULE_YES, RULE_UNKNOWN, RULE_NO};
	struct student s;
	student_begin(&s);
	s.facts[FACT_YEAR] = RULE_NUM(1);
	char text[128];
	for (int x = 0; x < 3; x++) {
		ASK(&s, operand[x], x);
		(void)snprintf(text, sizeof(text), "not %s", operand[x]);
		ASK(&s, text, not_table[x]);
		for (int y = 0; y < 3; y++) {
			(void)snprintf(text, sizeof(text), "%s and %s", operand[x], operand[y]);
			ASK(&s, text, and_table[x][y]);
			(void)snprintf(text, sizeof(text), "%s or %s", operand[x], operand[y]);
			ASK(&s, text, or_table[x][y]);
		}
	}
}

static void test_comparisons(void)
{
	struct student s;
	student_begin(&s);
	s.facts[FACT_YEAR] = RULE_NUM(3);
	s.facts[FACT_AVERAGE] = RULE_NUM(1250);
	s.facts[FACT_APPRENTICE] = RULE_NUM(0);
	s.facts[FACT_STATUS] = CODE("FISE");
	s.facts[FACT_LEVEL] = CODE("ing1");
	s.facts[FACT_BORN] = RULE_NUM(date_from_civil(2004, 2, 29));
	static const struct {
		const char *rule;
		bool yes;
	} cases[] = {
	    {"year >= 3", true},
	    {"year > 3", false},
	    {"year <= 3", true},
	    {"year < 3", false},
	    {"year = 3", true},
	    {"year != 3", false},
	    {"year in (1, 3)", true},
	    {"year in (1, 2)", false},
	    {"average >= 12.5", true},
	    {"average >= 12.51", false},
	    {"average = 12.50", true},
	    {"apprentice = no", true},
	    {"apprentice != no", false},
	    {"status = FISE", true},
	    {"status = fise", false},
	    {"status in ('FISA', 'FISE')", true},
	    {"level >= ing1", true},
	    {"level >= prep2", true},
	    {"level > ing1", false},
	    {"level < ing2", true},
	    {"level in (ing1, ing2)", true},
	    {"born = 2004-02-29", true},
	    {"born < 2004-02-29", false},
	    {"born >= 2004-02-28", true},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ASK(&s, cases[i].rule, cases[i].yes ? RULE_YES : RULE_NO);
	s.facts[FACT_LEVEL] = CODE("doctorate"); /* not in the order: no telling */
	ASK(&s, "level >= ing1", RULE_UNKNOWN);
	ASK(&s, "level = ing1", RULE_NO);
	student_begin(&s);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ASK(&s, cases[i].rule, RULE_UNKNOWN);
}

static void test_empty_sets(void)
{
	struct student s;
	student_begin(&s);
	ASK(&s, "sum(ects) = 0", RULE_YES);
	ASK(&s, "sum(ects, kind=thesis) >= 1", RULE_NO);
	ASK(&s, "count(kind=thesis) = 0", RULE_YES);
	ASK(&s, "exists(kind=thesis)", RULE_NO);
	ASK(&s, "min(ects) >= 0", RULE_UNKNOWN);
	ASK(&s, "max(ects) >= 0", RULE_UNKNOWN);
	ASK(&s, "avg(ects) >= 0", RULE_UNKNOWN);
	ASK(&s, "test(en) >= A1", RULE_UNKNOWN);
	s.sets[SET_SEGMENT].known = s.sets[SET_TEST].known = false;
	ASK(&s, "sum(ects) = 0", RULE_UNKNOWN);
	ASK(&s, "count(kind=thesis) = 0", RULE_UNKNOWN);
	ASK(&s, "exists(kind=thesis)", RULE_UNKNOWN);
	ASK(&s, "test(en) >= A1", RULE_UNKNOWN);
}

static void test_aggregates(void)
{
	struct student s;
	student_begin(&s);
	ADD(&s, "utc.fr", "FR", "academic", "validated", "ing1", NULL, 18, 1, 3000);
	ADD(&s, "utc.fr", "FR", "academic", "validated", "ing2", NULL, 18, 1, 2850);
	ADD(&s, "etsmtl.ca", "CA", "thesis", "planned", "ing3", NULL, 30, 2, 6000);
	ASK(&s, "sum(ects) = 118.50", RULE_YES);
	ASK(&s, "sum(ects, country=FR) = 58.5", RULE_YES);
	ASK(&s, "sum(ects, country=FR|CA) = 118.5", RULE_YES);
	ASK(&s, "sum(ects, country!=FR|CA) = 0", RULE_YES);
	ASK(&s, "count(level>=ing2) = 2", RULE_YES);
	ASK(&s, "count(ects>=28.5, ects<60) = 2", RULE_YES);
	ASK(&s, "min(ects) = 28.5", RULE_YES);
	ASK(&s, "max(ects, country=FR) = 30", RULE_YES);
	ASK(&s, "avg(ects, country=FR) = 29.25", RULE_YES);
	ASK(&s, "avg(ects) = 39.5", RULE_YES);
	ASK(&s, "avg(semesters) > 1.33", RULE_YES); /* 4/3, compared exactly */
	ASK(&s, "avg(semesters) < 1.34", RULE_YES);
	ASK(&s, "avg(semesters) = 1.33", RULE_NO);
	ASK(&s, "max(level) >= ing3", RULE_YES);
	ASK(&s, "min(level) >= ing2", RULE_NO);
	ASK(&s, "exists(hei=etsmtl.ca, kind=thesis)", RULE_YES);
	ASK(&s, "exists(hei=etsmtl.ca, kind=academic)", RULE_NO);
	/* a row that may or may not be in, and one in without its value */
	s.segments[1][SEG_COUNTRY] = RULE_MISSING;
	ASK(&s, "sum(ects, country=FR) >= 1", RULE_UNKNOWN);
	ASK(&s, "sum(ects, country=DE) = 0", RULE_UNKNOWN);
	ASK(&s, "sum(ects, country=FR, kind=thesis) = 0", RULE_YES);
	ASK(&s, "count(country=FR) >= 1", RULE_UNKNOWN);
	ASK(&s, "exists(country=FR)", RULE_YES);
	ASK(&s, "exists(country=DE)", RULE_UNKNOWN);
	s.segments[2][SEG_ECTS] = RULE_MISSING;
	ASK(&s, "sum(ects, kind=thesis) >= 0", RULE_UNKNOWN);
	ASK(&s, "sum(ects, kind=academic) = 58.5", RULE_YES);
	ASK(&s, "count(kind=thesis) = 1", RULE_YES);
	ASK(&s, "exists(kind=thesis, ects>=30)", RULE_UNKNOWN);
}

static void test_lookup(void)
{
	struct student s;
	student_begin(&s);
	add_test(&s, "en", RULE_B1);
	add_test(&s, "en", RULE_C1);
	add_test(&s, "es", RULE_A2);
	ASK(&s, "test('en') >= 'B2'", RULE_YES);
	ASK(&s, "test('en') = C1", RULE_YES);
	ASK(&s, "test('en') >= native", RULE_NO);
	ASK(&s, "test('es') >= B2", RULE_NO);
	ASK(&s, "test('de') >= A1", RULE_UNKNOWN);
	s.tests[0][1] = RULE_MISSING; /* could be anything, also better than C1 */
	ASK(&s, "test('en') >= B2", RULE_YES);
	ASK(&s, "test('en') >= C2", RULE_UNKNOWN);
	ASK(&s, "test('en') <= B2", RULE_NO);
	ASK(&s, "test('en') <= C1", RULE_UNKNOWN);
	ASK(&s, "test('en') = B1", RULE_NO);
	ASK(&s, "test('en') != B1", RULE_YES);
	ASK(&s, "test('en') != C1", RULE_UNKNOWN);
}

/* --- the rules of the reference, 5.3 --- */

static const char ddip_fr3[] = "sum(semesters, country=FR, kind=academic, status=validated|planned) >= 3";
static const char fise_mob[] = "sum(weeks, country!=FR, level>=ing1) >= 17";
static const char fisa_mob[] = "sum(weeks, country!=FR, level>=ing1) >= 9";
static const char lang[] = "test(en)>=B2";
static const char intern[] = "sum(weeks, kind=internship)>=28 and sum(weeks, kind=internship, mode=company)>=14";
static const char masc[] = "sum(ects, hei=etsmtl.ca, kind=academic)>=30 and sum(ects, hei=etsmtl.ca, kind=thesis)>=60";
static const char total[] = "sum(ects, status=validated)>=300";

static void test_double_degree(void)
{
	struct student s;
	student_begin(&s);
	ADD(&s, "escom.fr", "FR", "academic", "validated", "prep1", "school", 36, 2, 6000);
	ASK(&s, ddip_fr3, RULE_NO);
	ADD(&s, "escom.fr", "FR", "academic", "planned", "ing1", "school", 18, 1, 3000);
	ASK(&s, ddip_fr3, RULE_YES);
	ASK(&s, fise_mob, RULE_NO);
	ADD(&s, "etsmtl.ca", "CA", "academic", "planned", "ing3", "school", 15, 1, 3000);
	ASK(&s, fise_mob, RULE_NO); /* 15 of 17 weeks */
	ASK(&s, fisa_mob, RULE_YES);
	ASK(&s, masc, RULE_NO);
	ADD(&s, "etsmtl.ca", "CA", "thesis", "planned", "ing3", "school", 30, 2, 6000);
	ASK(&s, masc, RULE_YES);
	ASK(&s, fise_mob, RULE_YES);
	ASK(&s, intern, RULE_NO);
	ADD(&s, "lab.example", "FR", "internship", "validated", "ing1", "laboratory", 15, 0, 0);
	ADD(&s, "works.example", "FR", "internship", "planned", "ing2", "company", 13, 0, 0);
	ASK(&s, intern, RULE_NO); /* 28 weeks in all, 13 in a company */
	s.segments[5][SEG_WEEKS] = RULE_NUM(14);
	ASK(&s, intern, RULE_YES);
	ASK(&s, total, RULE_NO);
	for (size_t i = 0; i < s.sets[SET_SEGMENT].len; i++)
		s.segments[i][SEG_STATUS] = CODE("validated");
	ASK(&s, total, RULE_NO); /* 180 of 300 */
	s.segments[4][SEG_ECTS] = RULE_NUM(12000);
	ASK(&s, total, RULE_YES);
	ASK(&s, lang, RULE_UNKNOWN);
	add_test(&s, "en", RULE_B1);
	ASK(&s, lang, RULE_NO);
	add_test(&s, "en", RULE_B2);
	ASK(&s, lang, RULE_YES);
}

static bool year_param(void *arg, struct str name, struct rule_param *out)
{
	if (!str_is(name, "cti.fise_weeks")) return false;
	*out = (struct rule_param){.text = str_of(arg), .source = STR("CTI R&O 2022")};
	return true;
}

static void test_parameters(void)
{
	char seventeen[] = "17", sixteen[] = "16", word[] = "many";
	struct student s;
	student_begin(&s);
	ADD(&s, "uib.no", "NO", "academic", "planned", "ing2", NULL, 16, 1, 3000);
	const char *rule = "sum(weeks, country!=FR) >= @cti.fise_weeks";
	ASK(&s, rule, RULE_UNKNOWN);
	s.f.param = year_param;
	s.f.param_arg = seventeen;
	ASK(&s, rule, RULE_NO);
	s.f.param_arg = sixteen;
	ASK(&s, rule, RULE_YES);
	s.f.param_arg = word;
	ASK(&s, rule, RULE_UNKNOWN);
	ASK(&s, "sum(weeks) >= @cti.unheard_of", RULE_UNKNOWN);
	s.f.param_arg = sixteen;
	struct arena *a = arena_new();
	struct rule_expr *e = rule_must(a, rule, &study);
	REQUIRE(e);
	struct rule_proof *p = rule_prove(a, STR("cti.fise.mob"), e, &s.f);
	CHECK_STR(p->need_source, "CTI R&O 2022");
	CHECK_INT(p->needed[0].num, 16);
	arena_free(a);
}

static void test_proof(void)
{
	struct arena *a = arena_new();
	struct student s;
	student_begin(&s);
	s.facts[FACT_YEAR] = RULE_NUM(3);
	s.facts[FACT_YEAR].source = STR("SIS, 2026-09-01");
	s.facts[FACT_AVERAGE] = RULE_NUM(1149);
	add_test(&s, "es", RULE_B1);
	ADD(&s, "utc.fr", "FR", "academic", "validated", "ing1", NULL, 18, 2, 3000);
	struct rule_expr *e =
	    rule_must(a, "year >= 2 and average >= 11.5 and test(es) >= B2 and (sum(semesters, country=FR) >= 3 or year = 3)", &study);
	REQUIRE(e);
	struct rule_proof *p = rule_prove(a, STR("spain"), e, &s.f);
	CHECK_INT(p->state, RULE_NO);
	CHECK(p->decides);
	const struct rule_proof *why[8];
	REQUIRE(rule_deciding(p, why, 8) == 2);
	CHECK_STR(why[0]->text, "average >= 11.5");
	CHECK_STR(rule_value_text(a, why[0]->type, why[0]->digits, &why[0]->found), "11.49");
	CHECK_INT(why[0]->gap, 1);
	CHECK_STR(why[0]->source, "results");
	CHECK_INT(why[0]->label, 2);
	CHECK_STR(why[1]->rule, "spain");
	CHECK_STR(why[1]->key, "es");
	CHECK_STR(rule_value_text(a, why[1]->type, why[1]->digits, &why[1]->found), "B1");
	CHECK_STR(rule_value_text(a, why[1]->type, why[1]->digits, &why[1]->needed[0]), "B2");
	CHECK_INT(why[1]->label, 31);
	CHECK_INT(rule_deciding(p, why, 1), 1);
	/* the leaf that is yes does not decide, and says where its value comes from */
	CHECK(!p->parts[0].decides);
	CHECK_STR(p->parts[0].source, "SIS, 2026-09-01");
	/* one semester is missing in France; the other side of the `or` decides */
	const struct rule_proof *france = &p->parts[3].parts[0];
	CHECK_INT(france->gap, 1);
	CHECK_INT(france->found.num, 2);
	CHECK_STR(str_of(france->fact->unit), "semesters");
	s.tests[0][1] = RULE_NUM(RULE_C1);
	s.facts[FACT_AVERAGE] = RULE_NUM(1150);
	p = rule_prove(a, STR("spain"), e, &s.f);
	CHECK_INT(p->state, RULE_YES);
	CHECK_INT(rule_deciding(p, why, 8), 4);
	CHECK_STR(why[3]->text, "year = 3");
	/* unknown: what is missing decides */
	s.facts[FACT_AVERAGE] = RULE_MISSING;
	p = rule_prove(a, STR("spain"), e, &s.f);
	CHECK_INT(p->state, RULE_UNKNOWN);
	REQUIRE(rule_deciding(p, why, 8) == 1);
	CHECK_STR(rule_value_text(a, why[0]->type, why[0]->digits, &why[0]->found), "?");
	CHECK_INT(why[0]->gap, UNKNOWN);
	/* under `not` the leaf that holds is the reason */
	e = rule_must(a, "not (year = 3 or year = 5)", &study);
	REQUIRE(e);
	p = rule_prove(a, STR("r"), e, &s.f);
	CHECK_INT(p->state, RULE_NO);
	REQUIRE(rule_deciding(p, why, 8) == 1);
	CHECK_STR(why[0]->text, "year = 3");
	/* an average is shown rounded and compared exactly */
	ADD(&s, "utc.fr", "FR", "academic", "validated", "ing1", NULL, 18, 1, 3000);
	ADD(&s, "utc.fr", "FR", "academic", "validated", "ing1", NULL, 18, 2, 3000);
	e = rule_must(a, "avg(semesters) >= 1.67", &study);
	REQUIRE(e);
	p = rule_prove(a, STR("r"), e, &s.f);
	CHECK_INT(p->state, RULE_NO);
	CHECK_STR(rule_value_text(a, p->type, p->digits, &p->found), "1.67");
	arena_free(a);
}

static void test_value_text(void)
{
	struct arena *a = arena_new();
	CHECK_STR(rule_value_text(a, RULE_FIXED, 2, &RULE_NUM(-5)), "-0.05");
	CHECK_STR(rule_value_text(a, RULE_FIXED, 4, &RULE_NUM(123456)), "12.3456");
	CHECK_STR(rule_value_text(a, RULE_DATE, 0, &RULE_NUM(0)), "1970-01-01");
	CHECK_STR(rule_value_text(a, RULE_BOOL, 0, &RULE_NUM(1)), "yes");
	CHECK_STR(rule_value_text(a, RULE_CEFR, 0, &RULE_NUM(RULE_NATIVE)), "native");
	CHECK_STR(rule_value_text(a, RULE_CODE, 0, &CODE("FR")), "FR");
	arena_free(a);
}

static void test_judge(void)
{
	struct arena *a = arena_new();
	struct student s;
	student_begin(&s);
	s.facts[FACT_YEAR] = RULE_NUM(3);
	struct rule rules[] = {
	    {.id = STR_NONE, .severity = RULE_BLOCK, .text = str_of("year >= 3"), .valid_from = UNKNOWN, .valid_to = UNKNOWN},
	    {.severity = RULE_WARN, .text = str_of("year >= 4"), .valid_from = UNKNOWN, .valid_to = UNKNOWN},
	    {.severity = RULE_BLOCK, .text = str_of("year >= 5"), .valid_from = 100, .valid_to = 200},
	    {.severity = RULE_BLOCK, .text = str_of("test(en) >= B2"), .valid_from = 300, .valid_to = UNKNOWN},
	};
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		rules[i].expr = rule_must(a, rules[i].text.ptr, &study);
	struct rule_verdict v = rule_judge(a, rules, ARRAY_LEN(rules), 99, &study, &s.f);
	CHECK_INT(v.n, 2);
	CHECK_INT(v.state, RULE_YES); /* a warning does not block */
	CHECK_INT(v.findings[1].proof->state, RULE_NO);
	CHECK_INT(v.change.state, RULE_CHANGE_NEEDLESS);
	v = rule_judge(a, rules, ARRAY_LEN(rules), 200, &study, &s.f);
	CHECK_INT(v.n, 3);
	CHECK_INT(v.state, RULE_NO);
	CHECK_INT(v.change.state, RULE_CHANGE_NONE);
	v = rule_judge(a, rules, ARRAY_LEN(rules), 300, &study, &s.f);
	CHECK_INT(v.state, RULE_UNKNOWN);
	CHECK_INT(v.change.state, RULE_CHANGE_FOUND); /* take the test */
	CHECK_INT(v.change.cost, 40);
	enum rule_scope scope;
	enum rule_severity severity;
	for (int i = 0; i < RULE_SCOPE_COUNT; i++)
		CHECK(rule_scope_parse(str_of(rule_scope_name((enum rule_scope)i)), &scope) && (int)scope == i);
	CHECK(rule_severity_parse(STR("warn"), &severity) && severity == RULE_WARN);
	CHECK(!rule_severity_parse(STR("WARN"), &severity) && !rule_scope_parse(STR("blocks"), &scope));
	arena_free(a);
}

TAP_MAIN(TAP(test_kleene), TAP(test_comparisons), TAP(test_empty_sets), TAP(test_aggregates), TAP(test_lookup), TAP(test_double_degree),
         TAP(test_parameters), TAP(test_proof), TAP(test_value_text), TAP(test_judge))
