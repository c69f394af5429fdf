/* Parsers of addresses, forms, multipart bodies, cookies and header values. */
#include "base/sb.h"
#include "platform/web/parse.h"
#include "tap.h"

static struct arena *arena;

static void check_path(const char *target, const char *want_path, const char *want_query)
{
	struct str path, query;
	bool ok = parse_target(arena, str_of(target), &path, &query);
	if (!ok || !want_path) {
		if (ok != !!want_path) TAP_FAILURE("%s: %s", target, ok ? "taken" : "refused");
		return;
	}
	CHECK_STR(path, want_path);
	CHECK_STR(query, want_query);
}

static void test_target(void)
{
	check_path("/", "/", NULL);
	check_path("/institutions", "/institutions", NULL);
	check_path("/a/b?c=d&e", "/a/b", "c=d&e");
	check_path("/a/?", "/a/", "");
	check_path("/%C3%A9cole",
	           "/\xc3\xa9"
	           "cole",
	           NULL);
	check_path("/a%20b", "/a b", NULL);
	check_path("/...", "/...", NULL);
	check_path("/?/../x", "/", "/../x");
	static const char *const refused[] = {"",
	                                      "a",
	                                      "*",
	                                      "http://host/",
	                                      "//evil.example/x",
	                                      "/../etc/passwd",
	                                      "/a/..",
	                                      "/./a",
	                                      "/a/%2e%2e/b",
	                                      "/a/%2E./b",
	                                      "/a%2fb",
	                                      "/a%5Cb",
	                                      "/a\\b",
	                                      "/%00",
	                                      "/a%0ab",
	                                      "/%",
	                                      "/%4",
	                                      "/%zz",
	                                      "/%ff",
	                                      "/%c0%af",
	                                      "/\xff"};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		check_path(refused[i], NULL, NULL);
	char *longest = arena_alloc(arena, PARSE_PATH_MAX + 2);
	memset(longest, 'a', PARSE_PATH_MAX + 1);
	longest[0] = '/';
	check_path(longest, NULL, NULL);
}

static void test_urlencoded(void)
{
	struct pairs p;
	REQUIRE(parse_urlencoded(arena, STR("a=1&b=%C3%A9+x&c&=empty&a=2&&d=%26%3d"), 10, &p));
	CHECK_INT(p.len, 6);
	CHECK_STR(pairs_get(p, "a"), "1");
	CHECK_STR(pairs_get(p, "b"), "\xc3\xa9 x");
	CHECK_STR(pairs_get(p, "c"), "");
	CHECK_STR(pairs_get(p, ""), "empty");
	CHECK_STR(pairs_get(p, "d"), "&=");
	CHECK_STR(pairs_get(p, "nothing"), NULL);
	REQUIRE(parse_urlencoded(arena, STR_NONE, 10, &p));
	CHECK_INT(p.len, 0);
	CHECK(!parse_urlencoded(arena, STR("a=1&b=2&c=3"), 2, &p));
	CHECK(!parse_urlencoded(arena, STR("a=%00"), 2, &p));
	CHECK(!parse_urlencoded(arena, STR("a=%fe"), 2, &p));
	CHECK(!parse_urlencoded(arena, STR("a=%4"), 2, &p));
	CHECK(!parse_urlencoded(arena, STR("a=1\0"), 2, &p));
}

static void test_cookies(void)
{
	struct pairs p;
	parse_cookies(arena, STR("a=1; __Host-b=x-y_z=; bad; c=\"quoted\"; d=; e f=1; g=a b;h=2"), &p);
	CHECK_INT(p.len, 4);
	CHECK_STR(pairs_get(p, "a"), "1");
	CHECK_STR(pairs_get(p, "__Host-b"), "x-y_z=");
	CHECK_STR(pairs_get(p, "c"), NULL);
	CHECK_STR(pairs_get(p, "d"), "");
	CHECK_STR(pairs_get(p, "h"), "2");
	parse_cookies(arena, STR_NONE, &p);
	CHECK_INT(p.len, 0);
}

static void test_header_value(void)
{
	struct str word;
	struct pairs p;
	REQUIRE(parse_header_value(arena, STR("Form-Data; name=\"a \\\"b\\\" %22c%22\"; FileName=x.csv"), &word, &p));
	CHECK_STR(word, "form-data");
	CHECK_STR(pairs_get(p, "name"), "a \"b\" \"c\"");
	CHECK_STR(pairs_get(p, "filename"), "x.csv");
	CHECK(parse_header_value(arena, STR("text/html;charset=utf-8;"), &word, &p));
	CHECK(!parse_header_value(arena, STR("form-data; name=\"open"), &word, &p));
	CHECK(!parse_header_value(arena, STR("form-data; name"), &word, &p));
	CHECK(!parse_header_value(arena, STR(""), &word, &p));
}

#define PART(disposition, content) "--B\r\nContent-Disposition: form-data; " disposition "\r\n\r\n" content "\r\n"

static void test_multipart(void)
{
	struct parts p;
	struct str body = STR(
	    PART("name=\"a\"", "one") "--B\r\ncontent-disposition: form-data; name=\"f\"; filename=\"C:\\dir\\l'\xc3\xa9t\xc3\xa9.csv\""
				      "\r\nContent-Type: text/csv\r\n\r\nx;\0y\r\n--Cogus\r\n\r\n" PART("name=\"none\"; filename=\"\"", "")
					  PART("name=\"b\"", "") "--B--\r\nepilogue");
	REQUIRE(parse_multipart(arena, body, STR("B"), &p));
	CHECK_INT(p.len, 3);
	CHECK_STR(p.ptr[0].name, "a");
	CHECK_STR(p.ptr[0].bytes, "one");
	CHECK_STR(p.ptr[0].filename, NULL);
	CHECK_STR(p.ptr[1].filename, "l'\xc3\xa9t\xc3\xa9.csv");
	CHECK_STR(p.ptr[1].content_type, "text/csv");
	CHECK(str_eq(p.ptr[1].bytes, STR("x;\0y\r\n--Cogus\r\n")));
	CHECK_STR(p.ptr[2].name, "b");
	CHECK_STR(p.ptr[2].bytes, "");
}

static void check_multipart_refused(struct str body)
{
	struct parts p;
	if (parse_multipart(arena, body, STR("B"), &p)) {
		TAP_FAILURE("%s", "taken");
		tap_show("body", body);
	}
}

static void test_multipart_refused(void)
{
	struct parts p;
	check_multipart_refused(STR(""));
	check_multipart_refused(STR("--B"));
	check_multipart_refused(STR("--B\r\n"));
	check_multipart_refused(STR("preamble\r\n" PART("name=\"a\"", "1") "--B--"));
	check_multipart_refused(STR(PART("name=\"a\"", "1")));
	check_multipart_refused(STR(PART("name=\"a\"", "1") "--Bx"));
	check_multipart_refused(STR(PART("filename=\"a\"", "1") "--B--"));
	check_multipart_refused(STR(PART("name=\"a\"", "a\0b") "--B--"));
	check_multipart_refused(STR(PART("name=\"a\xff\"", "1") "--B--"));
	check_multipart_refused(STR(PART("name=\"a\"; filename=\"x\ny\"", "1") "--B--"));
	check_multipart_refused(STR("--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--B--"));
	check_multipart_refused(STR("--B\r\nno colon\r\n\r\n1\r\n--B--"));
	CHECK(!parse_multipart(arena, STR("--B--"), STR(""), &p));
	char boundary[PARSE_BOUNDARY_MAX + 1];
	memset(boundary, 'b', sizeof(boundary));
	CHECK(!parse_multipart(arena, STR("--B--"), (struct str){boundary, sizeof(boundary)}, &p));
}

static void test_multipart_limits(void)
{
	struct sb b;
	struct parts p;
	sb_init(&b, arena, 4 * 1024 * 1024);
	for (int i = 0; i <= PARSE_FORM_MAX; i++)
		SB_LIT(&b, PART("name=\"a\"", ""));
	SB_LIT(&b, "--B--");
	CHECK(!parse_multipart(arena, sb_str(&b), STR("B"), &p));
	sb_init(&b, arena, 1024 * 1024);
	SB_LIT(&b, "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"");
	for (int i = 0; i < 300; i++)
		SB_LIT(&b, "\xc3\xa9");
	SB_LIT(&b, "\"\r\n\r\nx\r\n--B--");
	REQUIRE(parse_multipart(arena, sb_str(&b), STR("B"), &p));
	CHECK_INT(p.ptr[0].filename.len, PARSE_FILENAME_MAX);
	sb_init(&b, arena, 1024 * 1024);
	SB_LIT(&b, "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nX: ");
	for (int i = 0; i < PARSE_PART_HEADERS_MAX; i++)
		sb_char(&b, 'x');
	SB_LIT(&b, "\r\n\r\nx\r\n--B--");
	CHECK(!parse_multipart(arena, sb_str(&b), STR("B"), &p));
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_target),          TAP(test_urlencoded), TAP(test_cookies),
	                                        TAP(test_header_value),    TAP(test_multipart),  TAP(test_multipart_refused),
	                                        TAP(test_multipart_limits)};
	arena = arena_new();
	int rc = tap_run(tests, ARRAY_LEN(tests));
	arena_free(arena);
	return rc;
}
