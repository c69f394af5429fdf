/* A compiled template against the page it must give. */
#include "base/date.h"
#include "platform/i18n/i18n.h"
#include "sample.tpl.h"
#include "tap.h"

static struct cx cx;

void sample_widget(struct cx *c, struct html *h, const struct sample_place *p)
{
	html_lit(h, "<i>");
	html_text(h, p->town);
	html_lit(h, "</i>");
}

static struct str render(const struct sample_page *p)
{
	struct html h;
	html_init(&h, cx.arena, 1 << 16);
	tpl_sample_page(&cx, &h, p);
	CHECK(!sb_failed(&h.sb));
	return html_str(&h);
}

static struct sample_page page(void)
{
	return (struct sample_page){.title = STR("<T>&\"'"),
	                            .home = STR("javascript:x"),
	                            .search = STR("a&b c"),
	                            .class_name = "x\"y",
	                            .count = 1234,
	                            .day = date_from_civil(2027, 6, 30),
	                            .word = M_month_may,
	                            .base = {STR("B<")}};
}

static void test_full(void)
{
	struct sample_page p = page();
	struct sample_place at = {STR("Łódź")};
	struct html aside;
	html_init(&aside, cx.arena, 100);
	html_lit(&aside, "<hr>");
	p.open = true;
	p.aside = &aside;
	*VEC_PUSH(cx.arena, &p.rows) = (struct sample_row){STR("R<1>"), 5, &at};
	*VEC_PUSH(cx.arena, &p.rows) = (struct sample_row){STR("R2"), -1, &at};
	CHECK_STR(render(&p), "<!doctype html><html lang=\"en\"><head><title>&lt;T&gt;&amp;&quot;&#39;</title></head>"
	                      "<body class=\"x&quot;y open\"><h1 title=\"&lt;T&gt;&amp;&quot;&#39;\">&lt;T&gt;&amp;&quot;&#39;</h1>"
	                      "<a href=\"#\">Français</a> <a href=\"/find?q=a%26b%20c\">a&amp;b c</a> <input name=\"x\" checked> "
	                      "<p>open</p><p>1,234 days ago, 1,234 May 2027, 30 June 2027, 1,234</p>"
	                      "<ul><li>0 R&lt;1&gt;: 5 <b>Łódź</b></li><li>1 R2: -1 <b>Łódź</b></li></ul><hr> <i>B&lt;</i> "
	                      "<textarea name=\"t\">\n\n&lt;T&gt;&amp;&quot;&#39;</textarea></body></html>");
}

static void test_branches(void)
{
	struct sample_page p = page();
	CHECK(str_find(render(&p), STR("<p>closed</p>")) != STR_NPOS);
	CHECK(str_find(render(&p), STR("<ul><li>-</li></ul>")) != STR_NPOS);
	CHECK(str_find(render(&p), STR("<input name=\"x\">")) != STR_NPOS);
	p.state = SAMPLE_DONE;
	CHECK(str_find(render(&p), STR("<p>done</p>")) != STR_NPOS);
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_full), TAP(test_branches)};
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
