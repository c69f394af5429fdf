/* Civil dates and instants. */
#include "tap.h"

#include "base/date.h"

static struct arena *a;

/* Counts the days one by one, as a calendar on paper would. */
static void test_every_day_from_1600_to_2600(void)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t date = date_from_civil(1600, 1, 1);
	CHECK_INT(date, -135140);
	int weekday = 6, wrong = 0; /* 1 January 1600 was a Saturday */
	for (int y = 1600; y <= 2600; y++)
		for (int m = 1; m <= 12; m++) {
			bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
			int last = lengths[m - 1] + (m == 2 && leap);
			for (int d = 1; d <= last; d++, date++, weekday = weekday % 7 + 1) {
				struct civil c = date_civil(date);
				wrong += c.year != y || c.month != m || c.day != d || date_from_civil(y, m, d) != date ||
				         date_weekday(date) != weekday || !date_valid(y, m, d);
			}
			wrong += date_valid(y, m, last + 1) || date_valid(y, m, 0);
		}
	CHECK_INT(wrong, 0);
	CHECK_INT(date_from_civil(1970, 1, 1), 0);
	CHECK_INT(date_from_civil(2000, 3, 1), 11017);
}

static void test_limits(void)
{
	CHECK(!date_valid(0, 1, 1) && !date_valid(10000, 1, 1) && date_valid(1, 1, 1) && date_valid(9999, 12, 31));
	CHECK(!date_valid(2027, 0, 1) && !date_valid(2027, 13, 1) && !date_valid(2027, -1, 1));
	CHECK(date_valid(2000, 2, 29) && !date_valid(1900, 2, 29));
	CHECK_INT(date_civil(UNKNOWN).month, 0);
	CHECK_INT(date_civil(INT64_MAX).month, 0);
	CHECK_INT(instant_civil(UNKNOWN).month, 0);
	CHECK(instant_civil(INT64_MAX).month != 0);
	CHECK(instant_civil(UNKNOWN + 1).month != 0);
	a = arena_new();
	CHECK_STR(date_iso(a, UNKNOWN), NULL);
	CHECK_STR(instant_iso(a, UNKNOWN), NULL);
	CHECK_STR(date_iso(a, date_from_civil(33, 4, 3)), "0033-04-03");
	arena_free(a);
}

static void test_parse(void)
{
	static const char *const good[] = {"2027-06-30", "30/06/2027", "30.06.2027", "30-06-2027", "20270630", "30/6/2027"};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		int64_t date = 0;
		bool no_such_day = true;
		CHECK(date_parse(str_of(good[i]), &date, &no_such_day));
		CHECK_INT(date, date_from_civil(2027, 6, 30));
		CHECK(!no_such_day);
	}
	static const char *const unshaped[] = {"",           "2027",       "2027-6-30",   "2027/06/30",  "30/06/27",
	                                       "30/06-2027", "30 06 2027", "2027-06-30 ", " 2027-06-30", "2027-06-30T",
	                                       "2027063",    "202706301",  "30/06/20271", "-2027-06-30", "juin 2027",
	                                       "2027-0x-30", "//2027",     "30//2027",    "330/6/2027"};
	int64_t date = 77;
	bool no_such_day;
	for (size_t i = 0; i < ARRAY_LEN(unshaped); i++)
		if (date_parse(str_of(unshaped[i]), &date, &no_such_day) || no_such_day)
			TAP_FAILURE("\"%s\" was taken for a date", unshaped[i]);
	static const char *const missing[] = {"31/06/2027", "2027-02-29", "29.02.2100", "20271301",  "2027-00-10",
	                                      "00/01/2027", "32/01/2027", "0000-01-01", "06/30/2027"};
	for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
		no_such_day = false;
		if (date_parse(str_of(missing[i]), &date, &no_such_day) || !no_such_day)
			TAP_FAILURE("\"%s\" is a day that does not exist", missing[i]);
	}
	CHECK(!date_parse(STR_NONE, &date, NULL));
	CHECK(!date_parse(STR("31/06/2027"), &date, NULL));
	CHECK(!date_parse(STR("30/06\0002027"), &date, NULL));
	CHECK_INT(date, 77);
}

static void test_instants(void)
{
	a = arena_new();
	int64_t t = 0;
	CHECK(instant_parse(STR("2027-06-30T14:05:09.123Z"), &t));
	CHECK_STR(instant_iso(a, t), "2027-06-30T14:05:09.123Z");
	CHECK_STR(instant_iso(a, -1), "1969-12-31T23:59:59.999Z");
	CHECK_STR(instant_iso(a, 0), "1970-01-01T00:00:00.000Z");
	static const struct {
		const char *text, *iso;
	} good[] = {{"2027-06-30T14:05:09Z", "2027-06-30T14:05:09.000Z"},
	            {"2027-06-30t14:05:09z", "2027-06-30T14:05:09.000Z"},
	            {"2027-06-30 14:05:09.5+02:00", "2027-06-30T12:05:09.500Z"},
	            {"2027-01-01T00:00:00.123999999-03:30", "2027-01-01T03:30:00.123Z"},
	            {"2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00.000Z"},
	            {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
	            {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK(instant_parse(str_of(good[i].text), &t));
		CHECK_STR(instant_iso(a, t), good[i].iso);
	}
	static const char *const bad[] = {"",
	                                  "2027-06-30",
	                                  "2027-06-30T14:05:09",
	                                  "2027-06-30T14:05Z",
	                                  "2027-06-31T14:05:09Z",
	                                  "2027-06-30T24:00:00Z",
	                                  "2027-06-30T14:60:00Z",
	                                  "2027-06-30T14:05:60Z",
	                                  "2027-06-30T14:05:09.Z",
	                                  "2027-06-30T14:05:09+0200",
	                                  "2027-06-30T14:05:09+24:00",
	                                  "2027-06-30T14:05:09+02:60",
	                                  "2027-06-30T14:05:09Zz",
	                                  "20270630T14:05:09Z00"};
	t = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (instant_parse(str_of(bad[i]), &t)) TAP_FAILURE("\"%s\" was taken for an instant", bad[i]);
	CHECK_INT(t, 77);
	arena_free(a);
}

TAP_MAIN(TAP(test_every_day_from_1600_to_2600), TAP(test_limits), TAP(test_parse), TAP(test_instants))
