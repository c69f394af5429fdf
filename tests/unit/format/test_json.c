/* JSON: what is written, what is read, what is refused and how. */
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "tap.h"

static struct cx cx;

static const struct json *read(const char *text)
{
	const struct json *out = NULL;
	cx_clear_problems(&cx);
	return json_parse(&cx, str_of(text), 1 << 20, &out) == OK ? out : NULL;
}

/* The sentence of a refusal; absent when it was read. */
static struct str refusal(struct str text)
{
	const struct json *out = NULL;
	cx_clear_problems(&cx);
	if (json_parse(&cx, text, 1 << 20, &out) == OK) return STR_NONE;
	return cx.problems ? problem_text(&cx, cx.problems) : STR("(no problem recorded)");
}

static void test_write(void)
{
	struct sb sb;
	struct json_writer w;
	sb_init(&sb, cx.arena, 4096);
	json_writer_init(&w, &sb);
	json_object_begin(&w);
	json_member_str(&w, "a\"b", STR("x\n\t\\\x01\x7f é \xff"));
	json_member_str(&w, "none", STR_NONE);
	json_member_int(&w, "min", INT64_MIN + 1);
	json_member_int(&w, "unknown", UNKNOWN);
	json_member_bool(&w, "yes", true);
	json_key(&w, "list");
	json_array_begin(&w);
	json_write_fixed(&w, 1240, 2);
	json_write_fixed(&w, -5, 2);
	json_write_fixed(&w, INT64_MAX, 4);
	json_array_begin(&w);
	json_array_end(&w);
	json_object_begin(&w);
	json_object_end(&w);
	CHECK(!json_complete(&w));
	json_array_end(&w);
	json_object_end(&w);
	CHECK(json_complete(&w));
	CHECK_STR(sb_str(&sb), "{\"a\\\"b\":\"x\\n\\t\\\\\\u0001\\u007f é \xef\xbf\xbd\",\"none\":null,"
	                       "\"min\":-9223372036854775807,\"unknown\":null,\"yes\":true,"
	                       "\"list\":[12.40,-0.05,922337203685477.5807,[],{}]}");
	CHECK(read(str_z(cx.arena, sb_str(&sb))) != NULL);
}

static void test_write_past_the_cap(void)
{
	struct sb sb;
	struct json_writer w;
	sb_init(&sb, cx.arena, 10);
	json_writer_init(&w, &sb);
	json_write_z(&w, "more than ten bytes");
	CHECK(!json_complete(&w));
}

static void test_write_drained(void)
{
	struct sb sb, all;
	struct json_writer w;
	sb_init(&sb, cx.arena, 64);
	sb_init(&all, cx.arena, 1 << 20);
	json_writer_init(&w, &sb);
	json_array_begin(&w);
	for (int i = 0; i < 1000; i++) {
		json_write_int(&w, i);
		sb_add(&all, sb_str(&sb));
		sb.len = 0;
	}
	json_array_end(&w);
	sb_add(&all, sb_str(&sb));
	const struct json *list = read(str_z(cx.arena, sb_str(&all)));
	REQUIRE(json_complete(&w) && list && list->items.len == 1000);
	CHECK_INT(list->items.ptr[999].num, 999);
}

static void test_read(void)
{
	const struct json *j = read(" {\"a\" : 1 , \"b\":[true,false,null,-0,1.50,1e3,\"x\"],\"c\":{\"d\":\"\"}} \n");
	REQUIRE(j && j->kind == JSON_KIND_OBJECT);
	int64_t n = 0;
	CHECK(json_int(j, "a", &n) && n == 1);
	const struct json *b = json_get(j, "b");
	REQUIRE(b && b->kind == JSON_KIND_ARRAY && b->items.len == 7);
	CHECK(b->items.ptr[0].boolean && b->items.ptr[1].kind == JSON_KIND_BOOL && !b->items.ptr[1].boolean);
	CHECK_INT(b->items.ptr[2].kind, JSON_KIND_NULL);
	CHECK_INT(b->items.ptr[3].num, 0);
	CHECK_STR(b->items.ptr[4].text, "1.50");
	CHECK(json_fixed(&b->items.ptr[4], 2, &n) && n == 150);
	CHECK(!json_fixed(&b->items.ptr[4], 0, &n));
	CHECK_INT(b->items.ptr[5].kind, JSON_KIND_DECIMAL);
	CHECK(!json_fixed(&b->items.ptr[5], 2, &n));
	CHECK_STR(json_text(json_get(j, "c"), "d"), "");
	CHECK_STR(json_text(j, "a"), NULL);
	CHECK(!json_get(j, "z") && !json_get(b, "a") && !json_int(j, "c", &n));
	CHECK(json_fixed(json_get(j, "a"), 4, &n) && n == 10000);
}

static void test_integers(void)
{
	const struct json *j = read("[9223372036854775807,9223372036854775808,-9223372036854775807,-9223372036854775808]");
	REQUIRE(j);
	CHECK_INT(j->items.ptr[0].num, INT64_MAX);
	CHECK_STR(j->items.ptr[1].text, "9223372036854775808");
	CHECK_INT(j->items.ptr[2].num, INT64_MIN + 1);
	CHECK_INT(j->items.ptr[3].kind, JSON_KIND_DECIMAL); /* would mean unknown */
	int64_t n;
	CHECK(!json_fixed(&j->items.ptr[0], 1, &n));
}

static void test_strings(void)
{
	const struct json *j = read("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\u20ac\\uD83C\\uDF93\",\"é🎓\",\"\"]");
	REQUIRE(j && j->items.len == 4);
	CHECK_STR(j->items.ptr[0].text, "\"\\/\b\f\n\r\t");
	CHECK_STR(j->items.ptr[1].text, "é€🎓");
	CHECK_STR(j->items.ptr[2].text, "é🎓");
	CHECK_STR(j->items.ptr[3].text, "");
}

static void test_refused(void)
{
	static const char *const bad[] = {"",
	                                  " ",
	                                  "{",
	                                  "[",
	                                  "[1",
	                                  "[1,",
	                                  "[1,]",
	                                  "{\"a\"}",
	                                  "{\"a\":}",
	                                  "{\"a\":1,}",
	                                  "{a:1}",
	                                  "{\"a\" 1}",
	                                  "'a'",
	                                  "\"a",
	                                  "\"a\nb\"",
	                                  "\"\\x\"",
	                                  "\"\\u12\"",
	                                  "\"\\ud800\"",
	                                  "\"\\udc00\"",
	                                  "\"\\ud800\\u0041\"",
	                                  "\"\\u0000\"",
	                                  "01",
	                                  "-",
	                                  "+1",
	                                  ".5",
	                                  "1.",
	                                  "1e",
	                                  "1e+",
	                                  "0x10",
	                                  "NaN",
	                                  "Infinity",
	                                  "tru",
	                                  "truex",
	                                  "null null",
	                                  "[1] 2",
	                                  "]",
	                                  "\"\\",
	                                  "\"\\\"",
	                                  "{\"a\":1,\"a\":2}",
	                                  "// c\n1",
	                                  "[1 2]",
	                                  "\xef\xbb",
	                                  "\"\xff\"",
	                                  "{\"a\":1 \"b\":2}"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct str said = refusal(str_of(bad[i]));
		if (said.len < 20) TAP_FAILURE("%s was read or refused without a word", bad[i]);
	}
	CHECK(str_present(refusal(STR("\"a\0b\""))));
	CHECK(str_present(refusal(STR("1\0"))));
}

static void test_place_of_refusal(void)
{
	CHECK_STR(refusal(STR("{\n \"é\\u00e9\\n\": x}")),
	          "Line 2, column 15: x does not belong here in JSON. Correct it and send the text again.");
	CHECK_STR(refusal(STR("{\"a\":1,\n\"a\":2}")), "Line 2, column 7: the name a stands twice in one JSON object. Keep one of them.");
	CHECK_STR(refusal(STR("[1")), "Line 1, column 3: the JSON ends too early. Close its brackets and quotes.");
}

static void test_many_names(void)
{
	struct sb sb;
	sb_init(&sb, cx.arena, 1 << 20);
	sb_char(&sb, '{');
	for (int i = 0; i < 1000; i++)
		sb_fmt(&sb, "\"k%d\":%d,", i, i);
	sb_addz(&sb, "\"end\":0}");
	const struct json *j = read(str_z(cx.arena, sb_str(&sb)));
	REQUIRE(j && j->members.len == 1001);
	CHECK_STR(j->members.ptr[500].name, "k500");
	sb.len -= 8;
	sb_addz(&sb, "\"k7\":0}");
	CHECK(str_find(refusal(sb_str(&sb)), STR("k7 stands twice")) != STR_NPOS);
}

static void test_limits(void)
{
	struct sb sb;
	sb_init(&sb, cx.arena, 4 << 20);
	for (int i = 0; i < JSON_READ_DEPTH; i++)
		sb_char(&sb, '[');
	for (int i = 0; i < JSON_READ_DEPTH; i++)
		sb_char(&sb, ']');
	CHECK_STR(refusal(sb_str(&sb)), NULL);
	CHECK(str_present(refusal(str_concat(cx.arena, str_concat(cx.arena, STR("["), sb_str(&sb)), STR("]")))));
	CHECK_INT(cx.problems->code, ERR_TOO_LARGE);
	sb.len = 0;
	const struct json *out;
	sb_char(&sb, '[');
	for (int i = 0; i < JSON_READ_VALUES; i++)
		sb_addz(&sb, "1,");
	sb_addz(&sb, "1]");
	cx_clear_problems(&cx);
	CHECK_INT(json_parse(&cx, sb_str(&sb), 4 << 20, &out), ERR_TOO_LARGE);
	CHECK_INT(json_parse(&cx, STR("[1]"), 2, &out), ERR_TOO_LARGE);
	CHECK_INT(json_parse(&cx, STR("[1]"), 3, &out), OK);
}

static void test_real_file(void)
{
	const char *dir = tap_shared_dir();
	struct str path = str_fmt(cx.arena, "%s/data/geo/countries-110m.json", dir ? dir : "");
	FILE *f = dir ? fopen(str_z(cx.arena, path), "rb") : NULL;
	if (!f) SKIP("no shared data");
	char *text = arena_alloc(cx.arena, 1 << 20);
	size_t len = fread(text, 1, 1 << 20, f);
	fclose(f);
	const struct json *map;
	REQUIRE(json_parse(&cx, (struct str){text, len}, 1 << 20, &map) == OK);
	const struct json *countries = json_get(json_get(json_get(map, "objects"), "countries"), "geometries");
	REQUIRE(countries && countries->kind == JSON_KIND_ARRAY);
	CHECK_INT(countries->items.len, 177);
	CHECK_STR(json_text(json_get(&countries->items.ptr[0], "properties"), "name"), "Fiji");
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_write),   TAP(test_write_past_the_cap), TAP(test_write_drained),
	                                        TAP(test_read),    TAP(test_integers),           TAP(test_strings),
	                                        TAP(test_refused), TAP(test_place_of_refusal),   TAP(test_many_names),
	                                        TAP(test_limits),  TAP(test_real_file)};
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
