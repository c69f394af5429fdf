/* Calendar files: folding, escaping, whole days and instants. */
#include "base/date.h"
#include "platform/format/ics.h"
#include "tap.h"

static struct str write_one(struct arena *a, struct ics_event e) { return ics_write(a, STR("D\u00e9lais"), STR("fr"), 0, &e, 1); }
static bool has(struct str text, const char *z) { return str_find(text, str_of(z)) != STR_NPOS; }

static void test_whole_day(void)
{
	struct arena *a = arena_new();
	struct str got = write_one(
	    a, (struct ics_event){
		   .uid = STR("u1@escom.example"), .summary = STR("Partir"), .date = date_from_civil(2027, 12, 31), .at_ms = UNKNOWN});
	CHECK(str_starts(got, STR("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")));
	CHECK(str_ends(got, STR("END:VCALENDAR\r\n")));
	CHECK(has(got, "\r\nDTSTART;VALUE=DATE:20271231\r\nDTEND;VALUE=DATE:20280101\r\n"));
	CHECK(has(got, "\r\nDTSTAMP:19700101T000000Z\r\n"));
	CHECK(has(got, "\r\nX-WR-CALNAME:D\u00e9lais\r\n"));
	CHECK(!has(got, "VALARM"));
	arena_free(a);
}

static void test_instant(void)
{
	struct arena *a = arena_new();
	int64_t at = date_from_civil(2027, 6, 30) * 86400000 + (14 * 60 + 5) * 60000;
	struct str got = write_one(
	    a,
	    (struct ics_event){.uid = STR("u"), .summary = STR("s"), .date = UNKNOWN, .at_ms = at, .minutes = 30, .alarm_minutes = 1440});
	CHECK(has(got, "\r\nDTSTART:20270630T140500Z\r\nDTEND:20270630T143500Z\r\n"));
	CHECK(has(got, "\r\nTRIGGER:-PT1440M\r\n"));
	arena_free(a);
}

static void test_nothing_known(void)
{
	struct arena *a = arena_new();
	CHECK(!has(write_one(a, (struct ics_event){.uid = STR("u"), .date = UNKNOWN, .at_ms = UNKNOWN}), "VEVENT"));
	arena_free(a);
}

static void test_escaping(void)
{
	struct arena *a = arena_new();
	struct str got =
	    write_one(a, (struct ics_event){.uid = STR("u"), .summary = STR("a,b;c\\d\nEND:VEVENT\r\x01"), .date = 0, .at_ms = UNKNOWN});
	CHECK(has(got, "\r\nSUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\r\n"));
	got = write_one(a, (struct ics_event){.uid = STR("u"), .url = STR("https://x.example/\r\nATTACH:x"), .date = 0, .at_ms = UNKNOWN});
	CHECK(!has(got, "ATTACH"));
	arena_free(a);
}

static void test_folding(void)
{
	struct arena *a = arena_new();
	char text[600];
	for (size_t i = 0; i < sizeof text; i += 3)
		memcpy(text + i, "\u2019\xC3\xA9", 3); /* 3 octets each */
	struct str got = write_one(a, (struct ics_event){.uid = STR("u"), .summary = {text, sizeof text}, .date = 0, .at_ms = UNKNOWN});
	struct str rest = got, one;
	while (str_split(&rest, '\n', &one)) {
		CHECK(one.len <= 76); /* with its CR */
		if (one.len) CHECK(((unsigned char)one.ptr[0] & 0xC0) != 0x80);
		if (one.len > 1 && one.ptr[0] == ' ') CHECK(((unsigned char)one.ptr[1] & 0xC0) != 0x80);
	}
	struct sb {
		size_t n;
	} joined = {0};
	for (size_t i = 0; i < got.len; i++)
		if ((unsigned char)got.ptr[i] == 0xE2) joined.n++;
	CHECK_INT(joined.n, sizeof text / 3);
	arena_free(a);
}

TAP_MAIN(TAP(test_whole_day), TAP(test_instant), TAP(test_nothing_known), TAP(test_escaping), TAP(test_folding))
