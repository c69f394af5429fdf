/* Numbers, money and shares in both languages. */
#include "platform/i18n/i18n.h"
#include "tap.h"

static struct cx cx;

static struct str number(enum lang lang, int64_t n)
{
	cx.lang = lang;
	return number_text(&cx, n);
}

static struct str fixed(enum lang lang, int64_t n, int digits, int show)
{
	cx.lang = lang;
	return fixed_text(&cx, n, digits, show);
}

static struct str money(enum lang lang, int64_t minor, const char *currency)
{
	cx.lang = lang;
	return money_text(&cx, minor, str_of(currency));
}

static struct str percent(enum lang lang, int64_t num, int64_t den)
{
	cx.lang = lang;
	return percent_text(&cx, num, den);
}

static void test_numbers(void)
{
	CHECK_STR(number(LANG_FR, 0), "0");
	CHECK_STR(number(LANG_FR, 999), "999");
	CHECK_STR(number(LANG_FR, 1234), "1\u202f234");
	CHECK_STR(number(LANG_EN, 1234), "1,234");
	CHECK_STR(number(LANG_EN, 1000000), "1,000,000");
	CHECK_STR(number(LANG_FR, -12345), "\u221212\u202f345");
	CHECK_STR(number(LANG_EN, INT64_MAX), "9,223,372,036,854,775,807");
	CHECK_STR(number(LANG_EN, INT64_MIN + 1), "\u22129,223,372,036,854,775,807");
	CHECK_STR(number(LANG_EN, UNKNOWN), "unknown");
	CHECK_STR(number(LANG_FR, UNKNOWN), "inconnu");
}

static void test_fixed(void)
{
	CHECK_STR(fixed(LANG_FR, 1240, 2, 1), "12,4");
	CHECK_STR(fixed(LANG_EN, 1240, 2, 1), "12.4");
	CHECK_STR(fixed(LANG_EN, 1200, 2, 1), "12.0");
	CHECK_STR(fixed(LANG_EN, 1200, 2, 0), "12");
	CHECK_STR(fixed(LANG_FR, 5, 2, 0), "0,05");
	CHECK_STR(fixed(LANG_EN, -5, 2, 2), "\u22120.05");
	CHECK_STR(fixed(LANG_EN, 123456789, 4, 0), "12,345.6789");
	CHECK_STR(fixed(LANG_FR, UNKNOWN, 2, 1), "inconnu");
}

static void test_money(void)
{
	CHECK_STR(money(LANG_FR, 214000, "EUR"), "2\u202f140\u00a0€");
	CHECK_STR(money(LANG_EN, 214000, "EUR"), "€2,140");
	CHECK_STR(money(LANG_FR, 214005, "EUR"), "2\u202f140,05\u00a0€");
	CHECK_STR(money(LANG_EN, 214050, "GBP"), "£2,140.50");
	CHECK_STR(money(LANG_EN, -100, "EUR"), "\u2212€1");
	CHECK_STR(money(LANG_FR, -150, "EUR"), "\u22121,50\u00a0€");
	CHECK_STR(money(LANG_EN, 12345, "CHF"), "CHF\u00a0123.45");
	CHECK_STR(money(LANG_FR, 1234567, "JPY"), "1\u202f234\u202f567\u00a0JPY");
	CHECK_STR(money(LANG_EN, 1500, "TND"), "TND\u00a01.500");
	CHECK_STR(money(LANG_EN, UNKNOWN, "EUR"), "unknown");
}

static void test_percent(void)
{
	CHECK_STR(percent(LANG_FR, 1, 2), "50\u202f%");
	CHECK_STR(percent(LANG_EN, 1, 2), "50%");
	CHECK_STR(percent(LANG_EN, 1, 3), "33%");
	CHECK_STR(percent(LANG_EN, 2, 3), "67%");
	CHECK_STR(percent(LANG_EN, 1, 200), "1%");
	CHECK_STR(percent(LANG_EN, 1, 201), "0%");
	CHECK_STR(percent(LANG_EN, -1, 4), "\u221225%");
	CHECK_STR(percent(LANG_EN, 30, 20), "150%");
	CHECK_STR(percent(LANG_EN, INT64_MAX, INT64_MAX), "100%");
	CHECK_STR(percent(LANG_FR, 0, 0), "–");
	CHECK_STR(percent(LANG_FR, UNKNOWN, 3), "inconnu");
}

static void test_html(void)
{
	struct html h;
	html_init(&h, cx.arena, 100);
	cx.lang = LANG_EN;
	html_number(&cx, &h, 61423);
	CHECK_STR(html_str(&h), "61,423");
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_numbers), TAP(test_fixed), TAP(test_money), TAP(test_percent), TAP(test_html)};
	cx_begin(&cx, NULL);
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
