/* Errors and reasons in both languages, every one of them. */
#include "../tap.h"
#include "base/date.h"
#include "platform/i18n/i18n.h"
#include "platform/rule/rule.h"

static const struct rule_fact facts[] = {
    {.name = "average", .type = RULE_FIXED, .digits = 2, .label = M_rule_yes},
    {.name = "country", .type = RULE_CODE, .list = "country", .label = M_rule_yes},
    {.name = "until", .type = RULE_DATE, .label = M_rule_yes},
};
static const struct rule_fact fields[] = {{.name = "lang", .type = RULE_CODE, .list = "language"}, {.name = "cefr", .type = RULE_CEFR}};
static const struct rule_set sets[] = {{.name = "test", .fields = fields, .nfields = 2, .key = 0, .value = 1, .label = M_rule_no}};
static const struct rule_vocabulary vocabulary = {facts, ARRAY_LEN(facts), sets, 1};

static struct str words(struct cx *cx, enum lang lang, const char *rule, const struct rule_facts *f)
{
	struct rule_expr *e;
	struct rule_error error;
	cx->lang = lang;
	if (!rule_parse(cx->arena, str_of(rule), &e, &error) || !rule_check(cx->arena, e, &vocabulary, &error)) return STR_NONE;
	return rule_leaf_words(cx, rule_prove(cx->arena, STR("r"), e, f));
}

static void test_leaves(void)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	const struct rule_value values[] = {RULE_NUM(1125), RULE_TEXT(STR("DE")), RULE_NUM(date_from_civil(2027, 6, 30))};
	const struct rule_value rows[] = {RULE_TEXT(STR("es")), RULE_NUM(RULE_B1)};
	const struct rule_rows filled[] = {{true, 1, rows}};
	const struct rule_facts f = {.values = values, .sets = filled};
	CHECK_STR(words(&cx, LANG_EN, "average >= 12.5", &f), "yes: 11.25; at least 12.5 is needed");
	CHECK_STR(words(&cx, LANG_EN, "country in (FR, BE)", &f), "yes: Germany; one of France, Belgium is needed");
	CHECK_STR(words(&cx, LANG_EN, "until >= 2027-07-01", &f), "yes: 30 June 2027; 1 July 2027 or later is needed");
	CHECK_STR(words(&cx, LANG_EN, "test(es) >= B2", &f), "no (Spanish): B1; at least B2 is needed");
	CHECK_STR(words(&cx, LANG_EN, "test(de) >= B2", &f), "no (German): not known; at least B2 is needed");
	CHECK_STR(words(&cx, LANG_EN, "exists(lang=de)", &f), "no: there is none that fits");
	struct str french = words(&cx, LANG_FR, "test(es) >= B2", &f);
	CHECK(str_find(french, STR("espagnol")) != STR_NPOS && str_find(french, STR("il faut au moins")) != STR_NPOS);
	CHECK(str_find(words(&cx, LANG_FR, "average >= 12.5", &f), STR("11,25")) != STR_NPOS);
	cx_end(&cx);
}

/* Every kind of error has its sentence, without holes, in both languages. */
static void test_errors(void)
{
	for (int lang = 0; lang < LANG_COUNT; lang++)
		for (int want = RULE_WANT_CMP; want <= RULE_WANT_COUNT; want++) {
			struct cx cx;
			cx_begin(&cx, NULL);
			cx.lang = (enum lang)lang;
			struct rule_error error = {
			    .pos = 3, .column = 4, .found = STR("xyz"), .detail = STR("ing1"), .expected = (enum rule_expect)want};
			CHECK_INT(rule_report(&cx, "expr", &error), ERR_INVALID);
			REQUIRE(cx.problems != NULL);
			struct str text = problem_text(&cx, cx.problems);
			CHECK_STR(cx.problems->field, "expr");
			CHECK(str_find(text, STR("xyz")) != STR_NPOS && str_find(text, STR("4")) != STR_NPOS);
			CHECK(text.len > 40 && str_find_char(text, '{') == STR_NPOS);
			error.found = STR_NONE;
			cx_clear_problems(&cx);
			CHECK_INT(rule_report(&cx, "expr", &error), ERR_INVALID);
			CHECK(str_find_char(problem_text(&cx, cx.problems), '{') == STR_NPOS);
			cx_end(&cx);
		}
}

TAP_MAIN(TAP(test_leaves), TAP(test_errors))
