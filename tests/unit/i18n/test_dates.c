/* Dates, instants in a zone, elapsed time. */
#include "base/date.h"
#include "platform/i18n/i18n.h"
#include "tap.h"

static struct cx cx;
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY (24 * (int64_t)HOUR)

#define CHECK_BOTH(expr, fr, en)         \
	do {                             \
		cx.lang = LANG_FR;       \
		CHECK_STR((expr), (fr)); \
		cx.lang = LANG_EN;       \
		CHECK_STR((expr), (en)); \
	} while (0)

static void test_dates(void)
{
	int64_t june = date_from_civil(2027, 6, 30), first = date_from_civil(2027, 8, 1);
	CHECK_BOTH(date_text(&cx, june), "30 juin 2027", "30 June 2027");
	CHECK_BOTH(date_text(&cx, first), "1er août 2027", "1 August 2027");
	CHECK_BOTH(date_numeric(&cx, first), "01/08/2027", "01/08/2027");
	CHECK_BOTH(date_text(&cx, date_from_civil(1969, 12, 31)), "31 décembre 1969", "31 December 1969");
	CHECK_BOTH(date_text(&cx, UNKNOWN), "inconnu", "unknown");
	CHECK_BOTH(date_numeric(&cx, UNKNOWN), "inconnu", "unknown");
}

static void test_short(void)
{
	cx.now_ms = date_from_civil(2027, 3, 1) * DAY;
	CHECK_BOTH(date_short(&cx, date_from_civil(2027, 6, 30)), "30 juin", "30 June");
	CHECK_BOTH(date_short(&cx, date_from_civil(2028, 1, 1)), "1er janvier 2028", "1 January 2028");
	CHECK_BOTH(date_short(&cx, UNKNOWN), "inconnu", "unknown");
}

static void test_instants(void)
{
	int64_t noon = date_from_civil(2027, 6, 30) * DAY + 12 * HOUR + 5 * MINUTE;
	CHECK_BOTH(instant_text(&cx, noon, STR("Europe/Paris")), "30 juin 2027 à 14\u00a0h\u00a005", "30 June 2027 at 14:05");
	CHECK_BOTH(instant_text(&cx, noon + 11 * HOUR, STR("Asia/Tokyo")), "1er juillet 2027 à 8\u00a0h\u00a005", "1 July 2027 at 8:05");
	CHECK_BOTH(instant_text(&cx, noon, STR("Nowhere/None")), "30 juin 2027 à 12\u00a0h\u00a005 UTC", "30 June 2027 at 12:05 UTC");
	CHECK_BOTH(instant_text(&cx, UNKNOWN, STR("Europe/Paris")), "inconnu", "unknown");
}

static void test_ago(void)
{
	static const struct {
		int64_t past_ms;
		const char *fr, *en;
	} cases[] = {
	    {0, "à l’instant", "just now"},
	    {59 * SECOND, "à l’instant", "just now"},
	    {-59 * SECOND, "à l’instant", "just now"},
	    {MINUTE, "il y a 1 minute", "1 minute ago"},
	    {59 * MINUTE + 59 * SECOND, "il y a 59 minutes", "59 minutes ago"},
	    {HOUR, "il y a 1 heure", "1 hour ago"},
	    {4 * DAY, "il y a 4 jours", "4 days ago"},
	    {-4 * DAY, "dans 4 jours", "in 4 days"},
	    {60 * DAY, "il y a 60 jours", "60 days ago"},
	    {61 * DAY, "il y a 2 mois", "2 months ago"},
	    {-730 * DAY, "dans 23 mois", "in 23 months"},
	    {731 * DAY, "il y a 2 ans", "2 years ago"},
	    {-4000 * DAY, "dans 10 ans", "in 10 years"},
	};
	cx.now_ms = date_from_civil(2027, 3, 1) * DAY;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_BOTH(ago_text(&cx, cx.now_ms - cases[i].past_ms), cases[i].fr, cases[i].en);
	CHECK_BOTH(ago_text(&cx, UNKNOWN), "inconnu", "unknown");
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_dates), TAP(test_short), TAP(test_instants), TAP(test_ago)};
	cx_begin(&cx, NULL);
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
