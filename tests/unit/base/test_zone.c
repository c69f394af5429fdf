/* Time zones: known changes, gaps and overlaps, the C library as a second opinion, bad names and files, threads. */
#include "tap.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"

static const char *const zones[] = {
    "Europe/Paris",        "America/Santiago",  "Europe/Dublin",   "Asia/Kolkata", "Pacific/Apia",    "Africa/Cairo", "America/New_York",
    "Australia/Lord_Howe", "Africa/Casablanca", "America/Godthab", "Asia/Gaza",    "Atlantic/Azores", "Etc/UTC"};

static int offset_of(const char *zone, const char *instant)
{
	int64_t t;
	int offset_s;
	if (!instant_parse(str_of(instant), &t) || !zone_offset(str_of(zone), t, &offset_s)) return -999999;
	return offset_s;
}

static struct str instant_of(struct arena *a, const char *zone, const char *date, int hour, int minute)
{
	int64_t d, t;
	if (!date_parse(str_of(date), &d, NULL) || !zone_instant(str_of(zone), d, hour, minute, 0, &t)) return STR_NONE;
	return str_sub(instant_iso(a, t), 0, 16);
}

static bool no_data(void)
{
	int offset_s;
	return !zone_offset(STR("Europe/Paris"), 0, &offset_s);
}

static void test_offsets(void)
{
	if (no_data()) SKIP("no tz database here");
	CHECK_INT(offset_of("Europe/Paris", "2027-03-28T00:59:59.999Z"), 3600);
	CHECK_INT(offset_of("Europe/Paris", "2027-03-28T01:00:00Z"), 7200);
	CHECK_INT(offset_of("Europe/Paris", "2027-10-31T00:59:59Z"), 7200);
	CHECK_INT(offset_of("Europe/Paris", "2027-10-31T01:00:00Z"), 3600);
	CHECK_INT(offset_of("Europe/Paris", "2150-07-01T00:00:00Z"), 7200); /* from the rule, past every transition */
	CHECK_INT(offset_of("Europe/Paris", "2150-01-01T00:00:00Z"), 3600);
	CHECK_INT(offset_of("Europe/Paris", "1900-01-01T00:00:00Z"), 561);
	CHECK_INT(offset_of("Europe/Paris", "1969-12-31T23:59:59.500Z"), 3600);
	CHECK_INT(offset_of("Europe/Paris", "0500-01-01T00:00:00Z"), 561);   /* before the first transition: local mean time */
	CHECK_INT(offset_of("Europe/Dublin", "2120-07-01T00:00:00Z"), 3600); /* its rule has winter as the exception */
	CHECK_INT(offset_of("Europe/Dublin", "2120-01-01T00:00:00Z"), 0);
	CHECK_INT(offset_of("America/Santiago", "2120-01-01T00:00:00Z"), -10800); /* summer over the new year */
	CHECK_INT(offset_of("America/Santiago", "2120-07-01T00:00:00Z"), -14400);
	CHECK_INT(offset_of("Asia/Kolkata", "2120-07-01T00:00:00Z"), 19800);
	int offset_s = 77;
	CHECK(!zone_offset(STR("Europe/Paris"), UNKNOWN, &offset_s));
	CHECK_INT(offset_s, 77);
	CHECK(zone_offset(STR("Europe/Paris"), INT64_MAX, &offset_s));
	CHECK(zone_offset(STR("Europe/Paris"), UNKNOWN + 1, &offset_s));
}

static void test_gaps_and_overlaps(void)
{
	if (no_data()) SKIP("no tz database here");
	struct arena *a = arena_new();
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-06-30", 23, 59), "2027-06-30T21:59");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-12-31", 23, 59), "2027-12-31T22:59");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-03-28", 1, 59), "2027-03-28T00:59");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-03-28", 2, 0), "2027-03-28T01:00"); /* gap: as before the change */
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-03-28", 2, 30), "2027-03-28T01:30");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-03-28", 3, 0), "2027-03-28T01:00");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-10-31", 1, 59), "2027-10-30T23:59");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-10-31", 2, 0), "2027-10-31T00:00"); /* twice: the first */
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-10-31", 2, 59), "2027-10-31T00:59");
	CHECK_STR(instant_of(a, "Europe/Paris", "2027-10-31", 3, 0), "2027-10-31T02:00");
	CHECK_STR(instant_of(a, "Europe/Paris", "2090-10-29", 2, 30), "2090-10-29T00:30");
	CHECK_STR(instant_of(a, "Europe/Paris", "2090-03-26", 2, 30), "2090-03-26T01:30");
	/* Santiago changes at midnight: the day begins at one o'clock in spring, its eve lasts 25 hours in autumn. */
	CHECK_STR(instant_of(a, "America/Santiago", "2027-09-04", 23, 59), "2027-09-05T03:59");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-09-05", 0, 0), "2027-09-05T04:00");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-09-05", 0, 30), "2027-09-05T04:30");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-09-05", 1, 0), "2027-09-05T04:00");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-04-03", 22, 59), "2027-04-04T01:59");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-04-03", 23, 30), "2027-04-04T02:30");
	CHECK_STR(instant_of(a, "America/Santiago", "2027-04-04", 0, 0), "2027-04-04T04:00");
	CHECK_STR(instant_of(a, "Pacific/Apia", "2011-12-30", 12, 0), "2011-12-30T22:00"); /* a day that Samoa left out */
	CHECK_STR(instant_of(a, "Pacific/Apia", "2011-12-31", 12, 0), "2011-12-30T22:00");
	int64_t t = 77;
	CHECK(!zone_instant(STR("Europe/Paris"), UNKNOWN, 0, 0, 0, &t));
	CHECK(!zone_instant(STR("Europe/Paris"), INT64_MAX, 0, 0, 0, &t));
	CHECK(!zone_instant(STR("Nowhere"), 0, 0, 0, 0, &t));
	CHECK_INT(t, 77);
	arena_free(a);
}

static void test_against_the_c_library(void)
{
	if (no_data()) SKIP("no tz database here");
	for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
		setenv("TZ", zones[z], 1);
		tzset();
		int wrong = 0;
		int64_t example = 0;
		for (int64_t t = -3000000000; t < 8000000000; t += 86400 * 2 + 12345) { /* 1874 to 2223 */
			time_t time = (time_t)t;
			struct tm tm;
			localtime_r(&time, &tm);
			int offset_s = 0;
			int64_t back = 0;
			struct civil c = instant_civil((t + tm.tm_gmtoff) * 1000);
			bool good =
			    zone_offset(str_of(zones[z]), t * 1000, &offset_s) && offset_s == tm.tm_gmtoff &&
			    zone_instant(str_of(zones[z]), date_from_civil(c.year, c.month, c.day), c.hour, c.minute, c.second, &back);
			/* in the second of two equal hours the first is meant */
			int earlier_s = 0;
			good = good && zone_offset(str_of(zones[z]), back, &earlier_s) && back / 1000 + earlier_s == t + offset_s &&
			       back <= t * 1000;
			if (!good) wrong++, example = t;
		}
		if (wrong) TAP_FAILURE("%s: %d instants differ, one is %" PRId64, zones[z], wrong, example);
	}
	unsetenv("TZ");
	tzset();
}

static void test_names(void)
{
	static const char *const bad[] = {"",
	                                  "/",
	                                  "/etc/passwd",
	                                  "../zoneinfo/Europe/Paris",
	                                  "Europe/../Europe/Paris",
	                                  "Europe//Paris",
	                                  "Europe/Paris/",
	                                  "Europe",
	                                  "Europe/./Paris",
	                                  "Europe/Paris ",
	                                  "europe/paris",
	                                  "Europe/Nowhere",
	                                  "tzdata.zi",
	                                  "zone.tab",
	                                  "Europe\\Paris",
	                                  "Europe/Paris\n",
	                                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	int offset_s = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (zone_offset(str_of(bad[i]), 0, &offset_s)) TAP_FAILURE("\"%s\" was taken for a zone", bad[i]);
	CHECK(!zone_offset(STR_NONE, 0, &offset_s));
	CHECK(!zone_offset(STR("Europe/Paris\0x"), 0, &offset_s));
	CHECK_INT(offset_s, 77);
}

static bool read_all(const char *path, char *out, size_t room, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f) return false;
	*len = fread(out, 1, room, f);
	fclose(f);
	return *len < room;
}

static void write_all(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");
	CHECK(f && fwrite(bytes, 1, len, f) == len);
	if (f) fclose(f);
}

/* TZDIR names the folder; files there that are cut or bent are refused, never followed out of bounds. */
static void test_broken_files(void)
{
	char dir[] = "/tmp/zoneXXXXXX", path[96], bytes[8192];
	size_t len;
	if (!read_all("/usr/share/zoneinfo/Europe/Paris", bytes, sizeof(bytes), &len)) SKIP("no tz database here");
	REQUIRE(mkdtemp(dir));
	setenv("TZDIR", dir, 1);
	snprintf(path, sizeof(path), "%s/Cut", dir);
	int offset_s, taken = 0;
	for (size_t n = 0; n < len; n++) {
		write_all(path, bytes, n);
		taken += zone_offset(STR("Cut"), 0, &offset_s);
	}
	CHECK_INT(taken, 0);
	snprintf(path, sizeof(path), "%s/Whole", dir);
	write_all(path, bytes, len);
	CHECK(zone_offset(STR("Whole"), 1815138309123, &offset_s));
	CHECK_INT(offset_s, 7200);
	unlink(path);
	CHECK(zone_offset(STR("Whole"), 1815138309123, &offset_s));          /* kept in memory */
	for (size_t n = 0; n < len; n += n < 200 || n + 40 > len ? 1 : 13) { /* other bytes: any answer, no crash */
		char name[32];
		snprintf(name, sizeof(name), "Bent%zu", n);
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		bytes[n] = (char)~bytes[n];
		write_all(path, bytes, len);
		bytes[n] = (char)~bytes[n];
		(void)!zone_offset(str_of(name), INT64_C(4102444800000), &offset_s);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/Pipe", dir);
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK(!zone_offset(STR("Pipe"), 0, &offset_s)); /* does not wait for a writer */
	unlink(path);
	snprintf(path, sizeof(path), "%s/Cut", dir);
	unlink(path);
	CHECK_INT(rmdir(dir), 0);
	unsetenv("TZDIR");
}

/* A file without transitions, only a rule. */
static void test_rules(void)
{
	static const struct {
		const char *rule, *instant;
		int offset_s; /* 1: the rule is refused */
	} cases[] = {{"", "2027-06-30T00:00:00Z", 60},
	             {"XXX3", "2027-06-30T00:00:00Z", -10800},
	             {"<+0530>-5:30", "2027-06-30T00:00:00Z", 19800},
	             {"AAA0BBB,J60/0,J300/0", "2028-02-29T23:59:59Z", 0}, /* J60 is 1 March in every year */
	             {"AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 3600},
	             {"AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z", 3600},    /* day 59 counts 29 February */
	             {"EST5EDT,0/0,J365/25", "2027-12-31T23:59:59Z", -14400}, /* summer all year */
	             {"EST5EDT,0/0,J365/25", "2028-01-01T04:30:00Z", -14400},
	             {"EST5EDT,0/0,J365/25", "2028-01-01T05:00:00Z", -14400},
	             {"AAA-2BBB,M3.4.4/50,M10.4.4/50", "2027-03-27T00:00:00Z", 10800}, /* hours past the day */
	             {"AAA-2BBB,M3.4.4/50,M10.4.4/50", "2027-03-26T23:59:59Z", 7200},
	             {"A3", "2027-06-30T00:00:00Z", 1},
	             {"QQQ", "2027-06-30T00:00:00Z", 1},
	             {"QQQ3YYY", "2027-06-30T00:00:00Z", 1},
	             {"QQQ3YYY,M3.1.0", "2027-06-30T00:00:00Z", 1},
	             {"QQQ3YYY,M13.1.0,M4.1.0", "2027-06-30T00:00:00Z", 1},
	             {"QQQ3YYY,M3.6.0,M4.1.0", "2027-06-30T00:00:00Z", 1},
	             {"QQQ3YYY,M3.1.0,M4.1.0x", "2027-06-30T00:00:00Z", 1},
	             {"<XXX3", "2027-06-30T00:00:00Z", 1}};
	char dir[] = "/tmp/zoneXXXXXX", path[96], name[32], bytes[256];
	REQUIRE(mkdtemp(dir));
	setenv("TZDIR", dir, 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		memset(bytes, 0, sizeof(bytes));
		size_t len = 0;
		for (int part = 0; part < 2; part++) { /* one type, 60 s east, abbreviation "X" */
			memcpy(bytes + len, "TZif2", 5);
			bytes[len + 39] = 1;
			bytes[len + 43] = 2;
			bytes[len + 44 + 3] = 60;
			bytes[len + 50] = 'X';
			len += 52;
		}
		len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "\n%s\n", cases[i].rule);
		snprintf(name, sizeof(name), "Rule%zu", i);
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		write_all(path, bytes, len);
		int got = offset_of(name, cases[i].instant), want = cases[i].offset_s == 1 ? -999999 : cases[i].offset_s;
		if (got != want) TAP_FAILURE("rule %s at %s: %d, not %d", cases[i].rule, cases[i].instant, got, want);
		unlink(path);
	}
	CHECK_INT(rmdir(dir), 0);
	unsetenv("TZDIR");
}

static void *ask(void *arg)
{
	int *answers = arg;
	for (int round = 0; round < 200; round++)
		for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
			int offset_s;
			*answers += zone_offset(str_of(zones[z]), (int64_t)round * 86400000000, &offset_s);
		}
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[4];
	int answers[4] = {0};
	for (int t = 0; t < 4; t++)
		pthread_create(&threads[t], NULL, ask, &answers[t]);
	for (int t = 0; t < 4; t++)
		pthread_join(threads[t], NULL);
	if (no_data()) SKIP("no tz database here");
	for (int t = 0; t < 4; t++)
		CHECK_INT(answers[t], 200 * ARRAY_LEN(zones));
}

TAP_MAIN(TAP(test_threads), TAP(test_offsets), TAP(test_gaps_and_overlaps), TAP(test_against_the_c_library), TAP(test_names),
         TAP(test_broken_files), TAP(test_rules))
