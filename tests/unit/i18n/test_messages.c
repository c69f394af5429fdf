/* Messages: languages, plurals, placeholders, problems. */
#include "platform/i18n/i18n.h"
#include "tap.h"

static struct cx cx;

static void in(enum lang lang) { cx.lang = lang; }

static void test_languages(void)
{
	in(LANG_EN);
	CHECK_STR(tr(&cx, M_month_february), "February");
	in(LANG_FR);
	CHECK_STR(tr(&cx, M_month_february), "février");
	CHECK_STR(tr_lang(&cx, LANG_EN, M_month_february, NULL), "February");
	CHECK_STR(tr(&cx, M_ago_now), "à l’instant");
	CHECK_STR(tr(&cx, M_NONE), "");
}

static void test_plurals(void)
{
	static const struct {
		int64_t n;
		const char *fr, *en;
	} cases[] = {{0, "il y a 0 jour", "0 days ago"},
	             {1, "il y a 1 jour", "1 day ago"},
	             {2, "il y a 2 jours", "2 days ago"},
	             {1234, "il y a 1\u202f234 jours", "1,234 days ago"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		in(LANG_FR);
		CHECK_STR(tr(&cx, M_ago_days, ARG_N("n", cases[i].n)), cases[i].fr);
		in(LANG_EN);
		CHECK_STR(tr(&cx, M_ago_days, ARG_N("n", cases[i].n)), cases[i].en);
	}
}

static void test_arguments(void)
{
	in(LANG_EN);
	CHECK_STR(tr(&cx, M_date_long, ARG_S("day", STR("3")), ARG_M("month", M_month_may), ARG_Z("year", "2027")), "3 May 2027");
	CHECK_STR(tr(&cx, M_date_long, ARG_ANY("day", (int64_t)3), ARG_ANY("month", "x"), ARG_ANY("year", STR("y"))), "3 x y");
	/* The word and the number follow the language of the sentence, not of the reader. */
	const struct msg_arg args[] = {ARG_N("day", 1000), ARG_M("month", M_month_may), ARG_Z("year", "x"), {0}};
	CHECK_STR(tr_lang(&cx, LANG_FR, M_date_long, args), "1\u202f000 mai x");
	CHECK_INT(cx.lang, LANG_EN);
}

static void test_missing_argument_is_visible(void)
{
	in(LANG_EN);
	CHECK_STR(tr(&cx, M_date_long, ARG_Z("day", "3"), ARG_Z("year", "2027")), "3 {month} 2027");
	CHECK_STR(tr(&cx, M_ago_days), "{n} days ago");
}

static void test_html_is_escaped(void)
{
	in(LANG_EN);
	struct html h;
	html_init(&h, cx.arena, 4096);
	html_tr(&cx, &h, M_date_long, ARG_Z("day", "<b>"), ARG_Z("month", "&"), ARG_Z("year", "\""));
	CHECK_STR(html_str(&h), "&lt;b&gt; &amp; &quot;");
}

static void test_find(void)
{
	CHECK_INT(msg_find(STR("month_may")), M_month_may);
	CHECK_INT(msg_find(STR("ago_days")), M_ago_days);
	CHECK_INT(msg_find(STR("month_ma")), M_NONE);
	CHECK_INT(msg_find(STR("month_mayor")), M_NONE);
	CHECK_INT(msg_find(STR("")), M_NONE);
	for (int m = 1; m < M_COUNT; m++)
		REQUIRE(str_present(tr(&cx, m)));
}

static void test_every_code_has_a_sentence(void)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		in((enum lang)lang);
		for (int code = OK + 1; code < ERR_COUNT; code++) {
			struct problem p = {.code = (enum err)code};
			if (problem_text(&cx, &p).len < 20) TAP_FAILURE("%s has no sentence", err_name(p.code));
		}
	}
}

static void test_problem(void)
{
	in(LANG_FR);
	cx_clear_problems(&cx);
	CHECK_INT(fail(&cx, ERR_INVALID, "day", M_date_short, ARG_N("day", 31), ARG_M("month", M_month_june)), ERR_INVALID);
	REQUIRE(cx.problems);
	CHECK_STR(problem_text(&cx, cx.problems), "31 juin");
	cx_clear_problems(&cx);
	struct problem p = {.code = ERR_NOT_FOUND};
	CHECK_STR(problem_text(&cx, &p), "Il n’y a rien ici. Vérifiez l’adresse ou cherchez le nom.");
}

static void test_typography(void)
{
	in(LANG_FR);
	struct problem p = {.code = ERR_DATABASE};
	CHECK(str_find(problem_text(&cx, &p), STR("enregistré\u202f; recommencez")) != STR_NPOS);
}

static void test_lang_parse(void)
{
	enum lang lang = LANG_EN;
	CHECK(lang_parse(STR("fr"), &lang) && lang == LANG_FR);
	CHECK(lang_parse(STR("EN-gb"), &lang) && lang == LANG_EN);
	CHECK(lang_parse(STR("fr_FR"), &lang) && lang == LANG_FR);
	CHECK(!lang_parse(STR("de"), &lang));
	CHECK(!lang_parse(STR("french"), &lang));
	CHECK(!lang_parse(STR(""), &lang));
	CHECK_Z(lang_code(LANG_FR), "fr");
}

static void test_accept_language(void)
{
	CHECK_INT(lang_from_accept(STR("fr-FR,fr;q=0.9,en;q=0.8"), LANG_EN), LANG_FR);
	CHECK_INT(lang_from_accept(STR("de, en-GB;q=0.7, fr;q=0.9"), LANG_EN), LANG_FR);
	CHECK_INT(lang_from_accept(STR("en;q=0.5, fr;q=0.4"), LANG_FR), LANG_EN);
	CHECK_INT(lang_from_accept(STR("fr;q=0, de"), LANG_EN), LANG_EN);
	CHECK_INT(lang_from_accept(STR("de;q=1, es"), LANG_FR), LANG_FR);
	CHECK_INT(lang_from_accept(STR(""), LANG_FR), LANG_FR);
	CHECK_INT(lang_from_accept(STR(";;,,;q=,fr;q=2,*;q=0.1"), LANG_EN), LANG_EN);
	CHECK_INT(lang_from_accept(STR_NONE, LANG_FR), LANG_FR);
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_languages),
	                                        TAP(test_plurals),
	                                        TAP(test_arguments),
	                                        TAP(test_missing_argument_is_visible),
	                                        TAP(test_html_is_escaped),
	                                        TAP(test_find),
	                                        TAP(test_every_code_has_a_sentence),
	                                        TAP(test_problem),
	                                        TAP(test_typography),
	                                        TAP(test_lang_parse),
	                                        TAP(test_accept_language)};
	cx_begin(&cx, NULL);
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
