/* UTF-8: well-formed or not, and the fold for search and sort. */
#include "tap.h"

#include "base/rand.h"
#include "base/utf8.h"

static struct arena *a;

static void test_valid(void)
{
	static const char *const good[] = {"",
	                                   "a",
	                                   "\xc2\x80",
	                                   "\xdf\xbf",
	                                   "\xe0\xa0\x80",
	                                   "\xed\x9f\xbf",
	                                   "\xee\x80\x80",
	                                   "\xef\xbf\xbf",
	                                   "\xf0\x90\x80\x80",
	                                   "\xf4\x8f\xbf\xbf",
	                                   "0123456789é0123456789"};
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!utf8_valid(str_of(good[i]))) TAP_FAILURE("good text %zu is refused", i);
	static const char *const bad[] = {"\x80",
	                                  "\xbf",
	                                  "\xc0\x80",
	                                  "\xc1\xbf",
	                                  "\xc3",
	                                  "\xc3(",
	                                  "\xe0\x9f\xbf",
	                                  "\xe2\x82",
	                                  "\xed\xa0\x80",
	                                  "\xed\xbf\xbf",
	                                  "\xf0\x8f\xbf\xbf",
	                                  "\xf4\x90\x80\x80",
	                                  "\xf5\x80\x80\x80",
	                                  "\xff",
	                                  "\xfe",
	                                  "01234567\xe9",
	                                  "0123456789ab\xc3"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (utf8_valid(str_of(bad[i]))) TAP_FAILURE("bad text %zu is taken", i);
	CHECK(utf8_valid(STR_NONE));
}

static void test_next(void)
{
	struct str rest = STR("a\xc3\xa9\xff\xe2\x82\xac\xf0\x9f\x8e\x93\xe2\x82");
	static const int32_t want[] = {'a', 0xe9, -1, 0x20ac, 0x1f393, -1, -1, -1};
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK_INT(utf8_next(&rest), want[i]);
	CHECK_INT(rest.len, 0);
}

static void test_put_round_trip(void)
{
	int wrong = 0;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char out[4];
		struct str s = {out, utf8_put(out, cp)};
		int32_t want = cp >= 0xd800 && cp < 0xe000 ? 0xfffd : (int32_t)cp;
		wrong += !utf8_valid(s) || utf8_next(&s) != want || s.len != 0;
	}
	CHECK_INT(wrong, 0);
	char out[4];
	CHECK_INT(utf8_put(out, 0x110000), 3);
}

static void test_count_and_head(void)
{
	CHECK_INT(utf8_count(STR("Łódź")), 4);
	CHECK_INT(utf8_count(STR("a\xff\xc3")), 3);
	CHECK_INT(utf8_count(STR_NONE), 0);
	CHECK_STR(utf8_head(STR("Łódź"), 2), "Łó");
	CHECK_STR(utf8_head(STR("Łódź"), 9), "Łódź");
	CHECK_STR(utf8_head(STR("Łódź"), 0), "");
	CHECK_STR(utf8_head(STR_NONE, 3), NULL);
}

static void test_fold(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {{"", ""},
	             {"Łódź", "lodz"},
	             {"Straße", "strasse"},
	             {"STRAẞE", "strasse"},
	             {"œuvre", "oeuvre"},
	             {"ŒUVRE", "oeuvre"},
	             {"Ångström", "angstrom"},
	             {"Ñandú", "nandu"},
	             {"A\u030angstro\u0308m", "angstrom"}, /* accents apart (NFD) */
	             {"N\u0303andu\u0301", "nandu"},
	             {"\u212bngstr\u00f6m", "\u212bngstrom"}, /* the unit sign is no letter of ours */
	             {"Ærøskøbing", "aeroskobing"},
	             {"Þórður Ðað", "thordur dad"},
	             {"İstanbul", "istanbul"},
	             {"ISTANBUL", "istanbul"},
	             {"Iğdır", "igdir"},
	             {"I\u0307zmir", "izmir"},
	             {"Đà Nẵng", "da nang"},
	             {"Trường Đại học", "truong dai hoc"},
	             {"Țîrgu-Mureș", "tirgu-mures"},
	             {"Ţîrgu-Mureş", "tirgu-mures"},
	             {"Ǆepa ǅ ǆ Ǉ ǋ", "dzepa dz dz lj nj"},
	             {"Ħal Għaxaq", "hal ghaxaq"},
	             {"Bəy Ərdoğan", "bey erdogan"},
	             {"col·legi Coŀlegi étudiant·e·s", "collegi collegi etudiantes"},
	             {"Saʿīd ʾAmīn", "said amin"},
	             {"Ⱥ ⱥ", "a a"},
	             {"ﬁn ﬀ ﬃ", "fin ff ffi"},
	             {"Αθήνα", "αθηνα"},
	             {"ΑΘΉΝΑ", "αθηνα"},
	             {"Θεσσαλονίκης", "θεσσαλονικησ"},
	             {"ΐΰ Ϊ ᾳ Ἀ", "ιυ ι α α"},
	             {"Москва", "москва"},
	             {"Королёв", "королев"},
	             {"Королев", "королев"},
	             {"Київ", "киів"},
	             {"Йошкар", "иошкар"},
	             {"И\u0306ошкар", "иошкар"},
	             {"Љубљана Њ Џ Ђ Ћ", "љубљана њ џ ђ ћ"},
	             {"Aix–Marseille — Sud", "aix-marseille - sud"},
	             {"l’Aquila", "l'aquila"},
	             {"  a\t\r\n\v b \u00a0\u2009\u3000 c  ", "a b c"},
	             {" \u00a0 ", ""},
	             {"a\u200bb\u00adc\ufeffd", "abcd"},
	             {"ＡＢＣ１", "abc1"},
	             {"東京大学", "東京大学"},
	             {"جامعة", "جامعة"},
	             {"🎓 x", "🎓 x"},
	             {"a\xff"
	              "b\xc3",
	              "a?b?"},
	             {"\xed\xa0\x80", "???"}};
	a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_STR(utf8_fold(a, str_of(cases[i].text)), cases[i].want);
		CHECK_STR(utf8_fold(a, str_of(cases[i].want)), cases[i].want);
	}
	CHECK_STR(utf8_fold(a, STR_NONE), NULL);
	CHECK_STR(utf8_fold(a, STR("a\0b")), "a b");
	arena_free(a);
}

/* For every code point: valid text, not longer, the same when folded again, and no upper case left of those scripts. */
static void test_fold_every_code_point(void)
{
	int invalid = 0, longer = 0, unstable = 0;
	a = arena_new();
	struct arena_mark m = arena_mark(a);
	for (uint32_t cp = 0; cp < 0x110000; cp++, arena_rewind(a, m)) {
		char text[6];
		text[0] = 'x';
		size_t len = 1 + utf8_put(text + 1, cp);
		text[len++] = 'x';
		struct str once = utf8_fold(a, (struct str){text, len}), twice = utf8_fold(a, once);
		invalid += !utf8_valid(once);
		longer += once.len > len;
		unstable += !str_eq(once, twice);
	}
	CHECK_INT(invalid, 0);
	CHECK_INT(longer, 0);
	CHECK_INT(unstable, 0);
	arena_free(a);
}

static void test_bad_bytes_never_crash(void)
{
	static const unsigned char leads[] = {'a', ' ', 0x80, 0xc2, 0xc3, 0xcc, 0xce, 0xe1, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xff};
	struct rand_seeded r = {.state = 7};
	a = arena_new();
	int invalid = 0;
	for (int round = 0; round < 200000; round++) {
		size_t len = rand_seeded_below(&r, 24);
		unsigned char *p = arena_alloc(a, len); /* exact size: the sanitizer sees a byte too far */
		for (size_t i = 0; i < len; i++)
			p[i] = rand_seeded_below(&r, 2) ? leads[rand_seeded_below(&r, sizeof(leads))] : (unsigned char)rand_seeded_u64(&r);
		struct str s = {(char *)p, len}, folded = utf8_fold(a, s);
		invalid += !utf8_valid(folded) || folded.len > len || !utf8_valid(utf8_from_cp1252(a, s)) || utf8_count(s) > len;
		arena_reset(a);
	}
	CHECK_INT(invalid, 0);
	arena_free(a);
}

static void join(void *arg, struct str word)
{
	struct str *list = arg;
	*list = str_fmt(a, "%.*s[%.*s]", STR_ARG(*list), STR_ARG(word));
}

static void test_words(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {{"universite d'aix-marseille (amu) 2", "[universite][d][aix][marseille][amu][2]"},
	             {"αθηνα, москва; 東京・大学。", "[αθηνα][москва][東京][大学]"},
	             {"a×b 5€ 🎓x", "[a][b][5][x]"},
	             {"a\xff"
	              "b",
	              "[a][b]"},
	             {"...", ""},
	             {"", ""}};
	a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str list = STR("");
		utf8_words(str_of(cases[i].text), join, &list);
		CHECK_STR(list, cases[i].want);
	}
	arena_free(a);
}

static void test_cp1252(void)
{
	a = arena_new();
	CHECK_STR(utf8_from_cp1252(a, STR("caf\xe9 \x80 \x8cuvre \x93x\x94 \x99 \x9f\xff")), "café € Œuvre “x” ™ Ÿÿ");
	CHECK_STR(utf8_from_cp1252(a, STR("\x81")), "\ufffd");
	CHECK_STR(utf8_from_cp1252(a, STR("")), "");
	CHECK_STR(utf8_from_cp1252(a, STR_NONE), NULL);
	arena_free(a);
}

TAP_MAIN(TAP(test_valid), TAP(test_next), TAP(test_put_round_trip), TAP(test_count_and_head), TAP(test_fold),
         TAP(test_fold_every_code_point), TAP(test_bad_bytes_never_crash), TAP(test_words), TAP(test_cp1252))
