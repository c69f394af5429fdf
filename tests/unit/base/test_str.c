/* String views: absent against empty, strict numbers, splitting, formatting. */
#include "tap.h"

static void test_absent_is_not_empty(void)
{
	struct str empty = STR("");
	CHECK(!str_present(STR_NONE) && str_present(empty));
	CHECK(str_blank(STR_NONE) && str_blank(empty));
	CHECK(str_eq(STR_NONE, STR_NONE) && !str_eq(STR_NONE, empty) && !str_eq(empty, STR_NONE));
	CHECK(str_eq_nocase(STR_NONE, STR_NONE) && !str_eq_nocase(STR_NONE, empty));
	CHECK(str_is(STR_NONE, NULL) && !str_is(STR_NONE, ""));
	CHECK(str_cmp(STR_NONE, empty) < 0 && str_cmp(empty, STR_NONE) > 0 && str_cmp(STR_NONE, STR_NONE) == 0);
	CHECK_STR(str_of(NULL), NULL);
	CHECK_STR(str_trim(STR_NONE), NULL);
	CHECK_STR(str_sub(STR_NONE, 1, 2), NULL);
	CHECK(str_hash(STR("a")) != str_hash(STR("b")) && str_hash(STR("a")) == str_hash(STR("a")));
	struct arena *a = arena_new();
	CHECK_STR(str_copy(a, STR_NONE), NULL);
	CHECK_STR(str_copy(a, empty), "");
	CHECK_STR(str_lower(a, STR_NONE), NULL);
	CHECK_STR(str_concat(a, STR_NONE, STR_NONE), "");
	CHECK_Z(str_z(a, STR_NONE), "");
	arena_free(a);
}

static void test_compare(void)
{
	CHECK(str_cmp(STR("a"), STR("b")) < 0);
	CHECK(str_cmp(STR("a"), STR("ab")) < 0);
	CHECK(str_cmp(STR("b"), STR("ab")) > 0);
	CHECK(str_cmp(STR("z"), STR("é")) < 0); /* bytes without a sign */
	CHECK(str_eq_nocase(STR("Zürich"), STR("zÜRICH")) == false);
	CHECK(str_eq_nocase(STR("Content-Type"), STR("content-TYPE")));
	CHECK(!str_eq_nocase(STR("@[`{"), STR("`{@[")));
	CHECK(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), STR("")) && !str_starts(STR("a"), STR("ab")));
	CHECK(str_ends(STR("abc"), STR("bc")) && str_ends(STR("abc"), STR("")) && !str_ends(STR("c"), STR("bc")));
	CHECK(str_starts(STR_NONE, STR_NONE) && !str_starts(STR_NONE, STR("a")));
}

static void test_cut(void)
{
	CHECK_STR(str_trim(STR(" \t\r\n\v\fa b \n")), "a b");
	CHECK_STR(str_trim(STR("   ")), "");
	CHECK_STR(str_sub(STR("abc"), 1, 1), "b");
	CHECK_STR(str_sub(STR("abc"), 1, SIZE_MAX), "bc");
	CHECK_STR(str_sub(STR("abc"), 9, 1), "");
	CHECK_INT(str_find(STR("abcabd"), STR("abd")), 3);
	CHECK_INT(str_find(STR("abc"), STR("")), 0);
	CHECK(str_find(STR("abc"), STR("abcd")) == STR_NPOS);
	CHECK(str_find(STR_NONE, STR("a")) == STR_NPOS);
	CHECK(str_find_char(STR_NONE, 'a') == STR_NPOS);
	CHECK_INT(str_find_char(STR("a\0b"), 0), 1);
}

static void test_split(void)
{
	struct str rest = STR("a,,b,"), part;
	CHECK(str_split(&rest, ',', &part));
	CHECK_STR(part, "a");
	CHECK(str_split(&rest, ',', &part));
	CHECK_STR(part, "");
	CHECK(str_split(&rest, ',', &part));
	CHECK_STR(part, "b");
	CHECK(str_split(&rest, ',', &part));
	CHECK_STR(part, "");
	CHECK(!str_split(&rest, ',', &part));
	rest = STR("");
	CHECK(str_split(&rest, ',', &part));
	CHECK_STR(part, "");
	CHECK(!str_split(&rest, ',', &part));
	rest = STR_NONE;
	CHECK(!str_split(&rest, ',', &part));
	rest = STR("key=a=b");
	CHECK(str_split(&rest, '=', &part));
	CHECK_STR(part, "key");
	CHECK_STR(rest, "a=b");
}

static void test_to_i64(void)
{
	int64_t n = 77;
	static const char *const bad[] = {"",
	                                  "-",
	                                  "+1",
	                                  " 1",
	                                  "1 ",
	                                  "1x",
	                                  "0x1",
	                                  "--1",
	                                  "1-",
	                                  "1.0",
	                                  "1,",
	                                  "1e3",
	                                  "\xd9\xa1",
	                                  "9223372036854775808",
	                                  "-9223372036854775808",
	                                  "-9223372036854775809",
	                                  "18446744073709551617",
	                                  "99999999999999999999999999"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (str_to_i64(str_of(bad[i]), &n)) TAP_FAILURE("\"%s\" was read as %" PRId64, bad[i], n);
	CHECK(!str_to_i64(STR_NONE, &n));
	CHECK(!str_to_i64(STR("1\0"), &n));
	CHECK_INT(n, 77);
	CHECK(str_to_i64(STR("9223372036854775807"), &n));
	CHECK_INT(n, INT64_MAX);
	CHECK(str_to_i64(STR("-9223372036854775807"), &n));
	CHECK_INT(n, -INT64_MAX);
	CHECK(str_to_i64(STR("-0"), &n));
	CHECK_INT(n, 0);
	CHECK(str_to_i64(STR("007"), &n));
	CHECK_INT(n, 7);
}

static void test_to_fixed(void)
{
	static const struct {
		const char *text;
		int digits;
		int64_t want;
	} good[] = {{"12,5", 2, 1250},
	            {"12.5", 2, 1250},
	            {"12", 2, 1200},
	            {"-12,05", 2, -1205},
	            {"-0,05", 2, -5},
	            {"0.05", 2, 5},
	            {"12", 0, 12},
	            {"48.8566140", 7, 488566140},
	            {"92233720368547758.07", 2, INT64_MAX},
	            {"-92233720368547758.07", 2, -INT64_MAX},
	            {"0000000000000000000000001", 2, 100}};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		int64_t n = 0;
		CHECK(str_to_fixed(str_of(good[i].text), good[i].digits, &n));
		CHECK_INT(n, good[i].want);
	}
	static const char *const bad[] = {"",
	                                  "-",
	                                  ",",
	                                  ".5",
	                                  "5.",
	                                  "-.5",
	                                  "1.2.3",
	                                  "1,234.5",
	                                  "1 234",
	                                  "12,345",
	                                  "12.500",
	                                  "1e2",
	                                  "92233720368547758.08",
	                                  "-92233720368547758.08",
	                                  "92233720368547759",
	                                  "1.-5",
	                                  "1.x"};
	int64_t n = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (str_to_fixed(str_of(bad[i]), 2, &n)) TAP_FAILURE("\"%s\" was read as %" PRId64, bad[i], n);
	CHECK(!str_to_fixed(STR("1.0"), 0, &n));
	CHECK_INT(n, 77);
}

static void test_build(void)
{
	struct arena *a = arena_new();
	CHECK_STR(str_lower(a, STR("ABC-É-z")), "abc-É-z");
	CHECK_STR(str_concat(a, STR("ab"), STR("c")), "abc");
	CHECK_STR(str_concat(a, STR_NONE, STR("c")), "c");
	CHECK_STR(str_fmt(a, "%d %s %.*s", 1, "two", STR_ARG(STR("three"))), "1 two three");
	CHECK_STR(str_fmt(a, "[%.*s]", STR_ARG(STR_NONE)), "[]");
	CHECK_INT(str_fmt(a, "%0255d", 1).len, 255);
	CHECK_INT(str_fmt(a, "%0256d", 1).len, 256);
	struct str wide = str_fmt(a, "%0100000d", 1);
	CHECK_INT(wide.len, 100000);
	CHECK(str_ends(wide, STR("01")) && wide.ptr[wide.len] == 0);
	CHECK_Z(str_z(a, str_sub(STR("abc"), 0, 2)), "ab");
	char text[] = "abc";
	struct str copy = str_copy(a, str_of(text));
	text[0] = 'x';
	CHECK_STR(copy, "abc");
	arena_free(a);
}

TAP_MAIN(TAP(test_absent_is_not_empty), TAP(test_compare), TAP(test_cut), TAP(test_split), TAP(test_to_i64), TAP(test_to_fixed),
         TAP(test_build))
