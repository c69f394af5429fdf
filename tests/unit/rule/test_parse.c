/* What is a rule and what is not, where the error stands, and that a printed rule reads back as itself. */
#include "base/rand.h"
#include "base/sb.h"
#include "study.h"

static void test_accepts(void)
{
	static const struct {
		const char *text, *printed;
	} cases[] = {
	    {"year>=3", "year >= 3"},
	    {"  year  >=  3 ", "year >= 3"},
	    {"year = -3", "year = -3"},
	    {"average >= 12.5", "average >= 12.5"},
	    {"born < 2001-02-28", "born < 2001-02-28"},
	    {"status = 'FISE'", "status = FISE"},
	    {"status = 'L''Aquila'", "status = 'L''Aquila'"},
	    {"status = 'and'", "status = 'and'"},
	    {"status = '0531'", "status = '0531'"},
	    {"status = 0531", "status = 0531"},
	    {"status in ('a', b ,3)", "status in (a, b, 3)"},
	    {"apprentice = yes", "apprentice = yes"},
	    {"level >= ing1", "level >= ing1"},
	    {"not year = 1", "not year = 1"},
	    {"not (year = 1 or year = 2)", "not (year = 1 or year = 2)"},
	    {"not not year = 1", "not not year = 1"},
	    {"year=1 or year=2 and level=ing1", "year = 1 or year = 2 and level = ing1"},
	    {"(year=1 or year=2) and level=ing1", "(year = 1 or year = 2) and level = ing1"},
	    {"(year=1 and year=2) and level=ing1", "year = 1 and year = 2 and level = ing1"},
	    {"((((year=1))))", "year = 1"},
	    {"sum(ects) >= 300", "sum(ects) >= 300"},
	    {"sum(ects,status=validated) >= 300", "sum(ects, status=validated) >= 300"},
	    {"sum(weeks, country!=FR|BE, level>=ing1)>=17", "sum(weeks, country!=FR|BE, level>=ing1) >= 17"},
	    {"count(kind = thesis) = 1", "count(kind=thesis) = 1"},
	    {"count(segment.kind = thesis) = 1", "count(segment.kind=thesis) = 1"},
	    {"avg(ects, kind=academic) >= 28.1234", "avg(ects, kind=academic) >= 28.1234"},
	    {"min(level, kind=academic) >= ing1", "min(level, kind=academic) >= ing1"},
	    {"max(date, lang=en) > 2025-09-01", "max(date, lang=en) > 2025-09-01"},
	    {"exists(lang='en', cefr>='B2')", "exists(lang=en, cefr>=B2)"},
	    {"test('en') >= 'B2'", "test(en) >= B2"},
	    {"test(en)>=native", "test(en) >= native"},
	    {"sum(weeks, country!=FR) >= @cti.fise_weeks", "sum(weeks, country!=FR) >= @cti.fise_weeks"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct rule_expr *e = rule_must(a, cases[i].text, &study);
		CHECK(e != NULL);
		if (e) CHECK_STR(rule_print(a, e), cases[i].printed);
		arena_free(a);
	}
}

static const struct {
	const char *text;
	size_t column;
	const char *found; /* NULL: the end */
	enum rule_expect expected;
} refused[] = {
    {"", 1, NULL, RULE_WANT_CMP},
    {"   ", 4, NULL, RULE_WANT_CMP},
    {"year", 5, NULL, RULE_WANT_OP_IN},
    {"year 3", 6, "3", RULE_WANT_OP_IN},
    {"year >= ", 9, NULL, RULE_WANT_VALUE},
    {"year >= and", 9, "and", RULE_WANT_VALUE},
    {"year >= 3 year", 11, "year", RULE_WANT_AND_OR},
    {"year >= 3)", 10, ")", RULE_WANT_AND_OR},
    {"(year >= 3", 11, NULL, RULE_WANT_AND_OR_CLOSE},
    {"year >= 3 and", 14, NULL, RULE_WANT_CMP},
    {"3 >= year", 1, "3", RULE_WANT_CMP},
    {"year == 3", 7, "=", RULE_WANT_VALUE},
    {"year & 3", 6, "&", RULE_WANT_OP_IN},
    {"year >= 3é", 10, "é", RULE_WANT_AND_OR},
    {"é >= 3", 1, "é", RULE_WANT_CMP},
    {"status = 'é' é", 14, "é", RULE_WANT_AND_OR},
    {"status = 'open", 15, NULL, RULE_WANT_QUOTE},
    {"status = ''", 10, "''", RULE_WANT_VALUE},
    {"status in 'a'", 11, "'a'", RULE_WANT_OPEN},
    {"status in ('a'", 15, NULL, RULE_WANT_COMMA_CLOSE},
    {"status in ()", 12, ")", RULE_WANT_VALUE},
    {"status in ('a' 'b')", 16, "'b'", RULE_WANT_COMMA_CLOSE},
    {"sum(ects, ) >= 3", 11, ")", RULE_WANT_FIELD},
    {"sum() >= 3", 5, ")", RULE_WANT_FIELD},
    {"sum(ects kind=thesis) >= 3", 10, "kind", RULE_WANT_COMMA_CLOSE},
    {"sum(ects, kind) >= 3", 15, ")", RULE_WANT_OP},
    {"sum(ects, kind=thesis", 22, NULL, RULE_WANT_BAR_COMMA_CLOSE},
    {"sum(ects, kind=thesis status=planned) >= 3", 23, "status", RULE_WANT_BAR_COMMA_CLOSE},
    {"sum(ects, weeks>=1|2) >= 3", 16, ">=", RULE_WANT_ONE_VALUE},
    {"sum(ects, weeks<1|2) >= 3", 16, "<", RULE_WANT_ONE_VALUE},
    {"count() >= 3", 7, ")", RULE_WANT_FIELD},
    {"sum(ects) in (3)", 11, "in", RULE_WANT_OP},
    {"test('en' 'fr') >= B2", 11, "'fr'", RULE_WANT_CLOSE},
    {"test('en') B2", 12, "B2", RULE_WANT_OP},
    {"year >= 12abc", 9, "12abc", RULE_WANT_VALUE},
    {"year >= 1.", 9, "1.", RULE_WANT_VALUE},
    {"born >= 2025-02-30", 9, "2025-02-30", RULE_WANT_VALUE},
    {"year >= @", 9, "@", RULE_WANT_VALUE},
    {"not", 4, NULL, RULE_WANT_CMP},
    /* names and types */
    {"yaer >= 3", 1, "yaer", RULE_WANT_KNOWN_FACT},
    {"year >= 3 and (yaer = 2)", 16, "yaer", RULE_WANT_KNOWN_FACT},
    {"year >= 3.5", 9, "3.5", RULE_WANT_INT},
    {"year >= B2", 9, "B2", RULE_WANT_INT},
    {"year >= 99999999999999999999", 9, "99999999999999999999", RULE_WANT_INT},
    {"average >= 12.345", 12, "12.345", RULE_WANT_FIXED},
    {"born >= 3", 9, "3", RULE_WANT_DATE},
    {"born >= '2025-01-01'", 9, "2025-01-01", RULE_WANT_DATE},
    {"status >= FISE", 8, ">=", RULE_WANT_EQUALITY},
    {"status = 2025-01-01", 10, "2025-01-01", RULE_WANT_CODE},
    {"apprentice > no", 12, ">", RULE_WANT_EQUALITY},
    {"apprentice = perhaps", 14, "perhaps", RULE_WANT_BOOL},
    {"level >= ing9", 10, "ing9", RULE_WANT_LISTED_CODE},
    {"level in (ing1, ing9)", 17, "ing9", RULE_WANT_LISTED_CODE},
    {"sum(ects, kind=thesys) >= 3", 16, "thesys", RULE_WANT_LISTED_CODE},
    {"sum(ects, kind>=thesis) >= 3", 15, ">=", RULE_WANT_EQUALITY},
    {"sum(kind) >= 3", 5, "kind", RULE_WANT_NUMBER_FIELD},
    {"avg(level) >= 3", 5, "level", RULE_WANT_NUMBER_FIELD},
    {"max(country) >= FR", 5, "country", RULE_WANT_ORDERED_FIELD},
    {"sum(credits) >= 3", 5, "credits", RULE_WANT_KNOWN_FIELD},
    {"sum(ects, lang=en) >= 3", 11, "lang", RULE_WANT_KNOWN_FIELD},
    {"count(kind=thesis) >= 1.5", 23, "1.5", RULE_WANT_COUNT},
    {"exam('en') >= B2", 1, "exam", RULE_WANT_KNOWN_SET},
    {"segment('x') >= 3", 1, "segment", RULE_WANT_KNOWN_SET},
    {"test('en') >= B3", 15, "B3", RULE_WANT_CEFR},
};

static void test_refuses(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct arena *a = arena_new();
		struct rule_expr *e = NULL;
		struct rule_error error;
		bool ok = rule_parse(a, str_of(refused[i].text), &e, &error) && rule_check(a, e, &study, &error);
		bool right = !ok && error.column == refused[i].column && error.expected == refused[i].expected &&
		             str_eq(error.found, str_of(refused[i].found));
		if (!right) {
			printf("# %s: column %zu, expected %s\n", refused[i].text, error.column, rule_expect_text(error.expected));
			tap_show("found", error.found);
		}
		CHECK(right);
		arena_free(a);
	}
}

static struct str many(struct arena *a, const char *open, const char *middle, const char *close, int n)
{
	struct sb b;
	sb_init(&b, a, 1 << 20);
	for (int i = 0; i < n; i++)
		sb_addz(&b, open);
	sb_addz(&b, middle);
	for (int i = 0; i < n; i++)
		sb_addz(&b, close);
	return sb_str(&b);
}

static void test_limits(void)
{
	struct arena *a = arena_new();
	struct rule_expr *e;
	struct rule_error error;
	CHECK(rule_parse(a, many(a, "(", "year = 1", ")", RULE_MAX_DEPTH), &e, &error));
	CHECK(!rule_parse(a, many(a, "(", "year = 1", ")", RULE_MAX_DEPTH + 1), &e, &error));
	CHECK_INT(error.expected, RULE_WANT_SHALLOWER);
	CHECK_INT(error.column, RULE_MAX_DEPTH + 1);
	CHECK(rule_parse(a, many(a, "not ", "year = 1", "", RULE_MAX_DEPTH - 1), &e, &error));
	CHECK(!rule_parse(a, many(a, "not ", "year = 1", "", RULE_MAX_DEPTH), &e, &error));
	CHECK_INT(error.expected, RULE_WANT_SHALLOWER);
	CHECK(!rule_parse(a, many(a, "(", "year = 1", ")", 100000 / 2), &e, &error));
	/* a comparison is two nodes, the `or` one: 99 comparisons make 199, one hundred 201 */
	CHECK(rule_parse(a, many(a, "year = 1 or ", "year = 2", "", 98), &e, &error));
	CHECK_INT(rule_nodes(e), 199);
	CHECK(!rule_parse(a, many(a, "year = 1 or ", "year = 2", "", 99), &e, &error));
	CHECK_INT(error.expected, RULE_WANT_SMALLER);
	CHECK(!rule_parse(a, many(a, " ", "year = 1", "", RULE_MAX_TEXT), &e, &error));
	CHECK_INT(error.expected, RULE_WANT_SMALLER);
	arena_free(a);
}

static void test_same(void)
{
	static const char *const texts[] = {"year = 1",
	                                    "year = 2",
	                                    "year != 1",
	                                    "not year = 1",
	                                    "year in (1)",
	                                    "count(kind=thesis) = 1",
	                                    "year = 1 or year = 2",
	                                    "year = 1 and year = 2",
	                                    "count(kind=thesis|language) = 1",
	                                    "year = 2 or year = 1",
	                                    "test(en) = B1",
	                                    "test(fr) = B1",
	                                    "exists(kind=thesis)"};
	struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
			struct rule_expr *x = rule_must(a, texts[i], &study), *y = rule_must(a, texts[k], &study);
			REQUIRE(x && y);
			CHECK_INT(rule_same(x, y), i == k);
		}
	struct rule_expr *e = rule_must(a, "not (year = 1 or sum(ects, kind=thesis) > 3)", &study);
	REQUIRE(e);
	CHECK(rule_mentions(e, STR("year")) && rule_mentions(e, STR("ects")) && rule_mentions(e, STR("kind")));
	CHECK(!rule_mentions(e, STR("thesis")) && !rule_mentions(e, STR("level")));
	arena_free(a);
}

/* --- round trip of random rules --- */

static void random_leaf(struct rand_seeded *r, struct sb *b)
{
	static const char *const leaves[] = {"year >= 3",
	                                     "average<12.50",
	                                     "status in ('a','o''b', 0531)",
	                                     "born!=2025-01-31",
	                                     "apprentice=no",
	                                     "sum(ects,kind=academic|thesis,country!='FR')>=30",
	                                     "count(kind=thesis) = @n",
	                                     "exists(lang='not')",
	                                     "test('en')>='B2'",
	                                     "avg(weeks) <= 2.25",
	                                     "max(cefr,lang=fr|en)>B1"};
	sb_addz(b, leaves[rand_seeded_below(r, ARRAY_LEN(leaves))]);
}

static void random_rule(struct rand_seeded *r, struct sb *b, int depth)
{
	uint64_t what = depth ? rand_seeded_below(r, 5) : 0;
	if (what < 2) {
		random_leaf(r, b);
		return;
	}
	if (what == 2) {
		SB_LIT(b, "not (");
		random_rule(r, b, depth - 1);
		SB_LIT(b, ")");
		return;
	}
	SB_LIT(b, "(");
	random_rule(r, b, depth - 1);
	sb_addz(b, what == 3 ? ")and(" : ") or (");
	random_rule(r, b, depth - 1);
	SB_LIT(b, ")");
}

static void test_round_trip(void)
{
	struct rand_seeded r = {7};
	int parsed = 0;
	for (int i = 0; i < 5000; i++) {
		struct arena *a = arena_new();
		struct sb b;
		sb_init(&b, a, 1 << 16);
		random_rule(&r, &b, 6);
		struct rule_expr *x, *y;
		struct rule_error error;
		if (rule_parse(a, sb_str(&b), &x, &error)) {
			parsed++;
			struct str printed = rule_print(a, x);
			bool again = rule_parse(a, printed, &y, &error);
			CHECK(again && rule_same(x, y));
			if (again) CHECK(str_eq(rule_print(a, y), printed));
		} else {
			CHECK_INT(error.expected, RULE_WANT_SMALLER);
		}
		arena_free(a);
	}
	CHECK(parsed > 4000);
}

TAP_MAIN(TAP(test_accepts), TAP(test_refuses), TAP(test_limits), TAP(test_same), TAP(test_round_trip))
