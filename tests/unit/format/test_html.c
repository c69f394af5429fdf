/* HTML sink: escaping by place, addresses, caps. */
#include "platform/format/html.h"
#include "tap.h"

static struct arena *arena;

static struct html *sink(size_t cap)
{
	struct html *h = ARENA_NEW(arena, struct html);
	html_init(h, arena, cap);
	return h;
}

static struct str text(struct str s)
{
	struct html *h = sink(4096);
	html_text(h, s);
	return html_str(h);
}

static struct str url(const char *address)
{
	struct html *h = sink(4096);
	html_url_value(h, str_of(address));
	return html_str(h);
}

static struct str query(struct str s)
{
	struct html *h = sink(4096);
	html_query(h, s);
	return html_str(h);
}

static void test_text(void)
{
	CHECK_STR(text(STR("<a b=\"c\" d='e'>&amp;")), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
	CHECK_STR(text(STR("Łódź 東京 🎓")), "Łódź 東京 🎓");
	CHECK_STR(text(STR("")), "");
	CHECK_STR(text(STR_NONE), "");
	CHECK_STR(text(STR("a\tb\nc\rd")), "a\tb\nc\rd");
}

static void test_bytes_that_do_not_pass(void)
{
	CHECK_STR(text(STR("a\0b\x01\x1b\x7f c")), "ab c");
	CHECK_STR(text(STR("\xc2\x85x\xc2\xa0")), "x\xc2\xa0");
	CHECK_STR(text(STR("\xe9t\xe9")), "\ufffdt\ufffd");
	CHECK_STR(text(STR("\xc0\xbcscript")), "\ufffd\ufffdscript");         /* overlong < */
	CHECK_STR(text(STR("\xed\xa0\x80")), "\ufffd\ufffd\ufffd");           /* half a surrogate pair */
	CHECK_STR(text(STR("\xf4\x90\x80\x80")), "\ufffd\ufffd\ufffd\ufffd"); /* beyond Unicode */
	CHECK_STR(text(STR("\xe2\x82")), "\ufffd\ufffd");                     /* cut off */
	CHECK_STR(text(STR("\xe2<b>")), "\ufffd&lt;b&gt;");                   /* a lead byte does not swallow the sign */
}

static void test_attributes(void)
{
	struct html *h = sink(4096);
	html_attr(h, "title", STR("a\"b"));
	html_attr(h, "lang", STR_NONE);
	html_attr(h, "alt", STR(""));
	html_attr_int(h, "rowspan", -3);
	html_flag(h, "checked", true);
	html_flag(h, "hidden", false);
	html_url(h, "href", STR("/a?b=1&c=2"));
	html_url(h, "src", STR_NONE);
	CHECK_STR(html_str(h), " title=\"a&quot;b\" alt=\"\" rowspan=\"-3\" checked href=\"/a?b=1&amp;c=2\"");
}

static void test_addresses_that_pass(void)
{
	static const char *const good[] = {"https://example.org/a",
	                                   "HTTP://example.org",
	                                   "mailto:a@b.example",
	                                   "tel:+33344",
	                                   "/people",
	                                   "/people/a:b",
	                                   "people",
	                                   "?page=2",
	                                   "#top",
	                                   "/a?next=//x",
	                                   "/a?b=c:d",
	                                   "../up",
	                                   "/a//b"};
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		CHECK_STR(url(good[i]), good[i]);
	CHECK_STR(url(""), "");
}

static void test_addresses_that_do_not(void)
{
	static const char *const bad[] = {"javascript:alert(1)",
	                                  "JaVaScRiPt:x",
	                                  " javascript:x",
	                                  "\tjavascript:x",
	                                  "java\tscript:x",
	                                  "java\nscript:x",
	                                  "\x01javascript:x",
	                                  "data:text/html,x",
	                                  "vbscript:x",
	                                  "file:///etc/passwd",
	                                  "//evil.example",
	                                  "/\\evil.example",
	                                  "\\\\evil.example",
	                                  "\\/evil.example",
	                                  "/\t/evil.example",
	                                  " //evil.example",
	                                  "http:evil",
	                                  "https:/evil",
	                                  "blob:x",
	                                  "javascript\\:x",
	                                  ":x",
	                                  "view-source:x"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_STR(url(bad[i]), "#");
	CHECK_STR(url(NULL), "#");
}

static void test_query(void)
{
	CHECK_STR(query(STR("a b&c=d/é?#%+\"<")), "a%20b%26c%3Dd%2F%C3%A9%3F%23%25%2B%22%3C");
	CHECK_STR(query(STR("AZaz09-._~")), "AZaz09-._~");
}

static void test_cap(void)
{
	struct html *h = sink(10);
	html_text(h, STR("12345"));
	CHECK(!sb_failed(&h->sb));
	html_text(h, STR("&&&&"));
	CHECK(sb_failed(&h->sb));
	CHECK(html_str(h).len <= 10);
	struct html *outer = sink(4096);
	html_add(outer, h);
	CHECK(sb_failed(&outer->sb)); /* a fragment that was cut spoils what holds it */
}

static void test_values(void)
{
	struct html *h = sink(4096), *fragment = sink(100);
	html_lit(fragment, "<i>x</i>");
	HTML_VALUE(h, STR("<"));
	HTML_VALUE(h, (int64_t)-7);
	HTML_VALUE(h, (const char *)"&");
	HTML_VALUE(h, fragment);
	HTML_VALUE(h, true);
	CHECK_STR(html_str(h), "&lt;-7&amp;<i>x</i>1");
	int none = 0;
	CHECK(HTML_TRUE(STR("x")) && !HTML_TRUE(STR("")) && !HTML_TRUE(none) && HTML_TRUE(h));
	struct str s = STR("x"), *ps = &s;
	CHECK(HTML_PTR(s) == &s && HTML_PTR(ps) == &s);
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_text),
	                                        TAP(test_bytes_that_do_not_pass),
	                                        TAP(test_attributes),
	                                        TAP(test_addresses_that_pass),
	                                        TAP(test_addresses_that_do_not),
	                                        TAP(test_query),
	                                        TAP(test_cap),
	                                        TAP(test_values)};
	arena = arena_new();
	int failed = tap_run(tests, ARRAY_LEN(tests));
	arena_free(arena);
	return failed;
}
