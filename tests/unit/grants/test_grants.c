/* Days, distances, bands, the worked example to the cent, and that nothing unknown becomes a number. */
#include "../tap.h"
#include "base/date.h"
#include "messages.h"
#include "office/grants/rates.h"

static struct cx cx;

static struct grant_rates rates(int64_t call_year, const char *sender, const char *host)
{
	struct grant_rates r;
	CHECK_INT(grant_rates_at(&cx, call_year, str_of(sender), str_of(host), &r), OK);
	return r;
}

static int64_t day(const char *iso)
{
	int64_t d = UNKNOWN;
	CHECK(date_parse(str_of(iso), &d, NULL));
	return d;
}

static void test_days_360(void)
{
	static const struct {
		const char *starts, *ends;
		int64_t days;
	} vectors[] = {
	    {"2025-09-15", "2026-02-14", 150}, {"2025-09-01", "2026-01-31", 150}, {"2026-02-01", "2026-02-28", 30},
	    {"2026-01-31", "2026-03-31", 61},  {"2025-09-08", "2026-02-20", 163}, {"2026-03-02", "2026-04-26", 55},
	    {"2025-09-01", "2026-06-30", 300}, {"2028-02-01", "2028-02-28", 28},  {"2028-02-01", "2028-02-29", 30},
	    {"2026-01-31", "2026-01-31", 1},   {"2026-01-30", "2026-01-31", 1},
	};
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		CHECK_INT(grant_days_360(day(vectors[i].starts), day(vectors[i].ends), 0, GRANT_FEB_30), vectors[i].days);
	CHECK_INT(grant_days_360(day("2026-02-01"), day("2026-02-28"), 0, GRANT_FEB_ACTUAL), 28);
	CHECK_INT(grant_days_360(day("2025-09-15"), day("2026-02-14"), 14, GRANT_FEB_30), 136);
	CHECK_INT(grant_days_360(day("2025-09-15"), day("2025-09-16"), 14, GRANT_FEB_30), 0);
	CHECK_INT(grant_days_360(UNKNOWN, 0, 0, GRANT_FEB_30), UNKNOWN);
	CHECK_INT(grant_days_360(0, UNKNOWN, 0, GRANT_FEB_30), UNKNOWN);
	CHECK_INT(grant_days_360(1, 0, 0, GRANT_FEB_30), UNKNOWN);
	CHECK_INT(grant_days_calendar(day("2026-02-01"), day("2026-03-01"), 2), 27);
	CHECK_INT(grant_days_calendar(1, 0, 0), UNKNOWN);
}

#define E7(x) ((int64_t)((x)*1e7 + ((x) < 0 ? -0.5 : 0.5)))
static int64_t from_compiegne(double lat, double lng) { return grant_distance_m(E7(49.41794), E7(2.82606), E7(lat), E7(lng)); }

static void test_distance(void)
{
	static const struct {
		const char *city;
		double lat, lng;
		int64_t hectometres;
	} cities[] = {{"Würzburg", 49.79391, 9.95121, 5149}, {"Bergen", 60.39299, 5.32415, 12305},
	              {"Madrid", 40.4165, -3.70256, 11242},  {"Sherbrooke", 45.40008, -71.89908, 54058},
	              {"Yaoundé", 3.86667, 11.51667, 51312}, {"Hanoi", 21.0245, 105.84117, 91402}};
	for (size_t i = 0; i < ARRAY_LEN(cities); i++) {
		int64_t m = from_compiegne(cities[i].lat, cities[i].lng);
		if (m < cities[i].hectometres * 100 - 100 || m > cities[i].hectometres * 100 + 100)
			TAP_FAILURE("%s: %" PRId64 " m", cities[i].city, m);
	}
	CHECK_INT(from_compiegne(49.41794, 2.82606), 0);
	CHECK_INT(grant_distance_m(0, 0, 0, E7(180)), 20015087); /* half way round */
	CHECK_INT(grant_distance_m(UNKNOWN, 0, 0, 0), UNKNOWN);
}

static int64_t band(const struct grant_rates *r, int64_t m, bool want_verify)
{
	bool verify;
	const struct grant_band *b = grant_band_of(r, m, &verify);
	CHECK_INT(verify, want_verify);
	return b ? b->from_km : UNKNOWN;
}

static void test_bands(void)
{
	struct grant_rates r = rates(2025, "FR", "DE");
	CHECK_INT(r.nbands, 7);
	CHECK_INT(band(&r, 5000, false), UNKNOWN);
	CHECK_INT(band(&r, 9999, true), UNKNOWN);
	CHECK_INT(band(&r, 10000, true), 10);
	CHECK_INT(band(&r, 99999, true), 10);
	CHECK_INT(band(&r, 100000, true), 100);
	CHECK_INT(band(&r, 300000, false), 100);
	CHECK_INT(band(&r, 505000, true), 500);
	CHECK_INT(band(&r, 514900, false), 500);
	CHECK_INT(band(&r, 12000000, false), 8000);
	CHECK_INT(band(&r, UNKNOWN, false), UNKNOWN);
}

static struct grant_stay wuerzburg(void)
{
	return (struct grant_stay){.starts = day("2025-09-15"),
	                           .ends = day("2026-02-14"),
	                           .fewer_opportunities = true,
	                           .green_travel = true,
	                           .travel_granted = true,
	                           .distance_m = from_compiegne(49.79391, 9.95121)};
}

static int64_t sum_of(const struct grant_estimate *e)
{
	int64_t sum = 0;
	for (size_t i = 0; i < e->nlines; i++)
		if (e->lines[i].amount_cents != UNKNOWN) sum += e->lines[i].amount_cents;
	return sum;
}

static void test_worked_example(void)
{
	struct grant_rates r = rates(2025, "FR", "DE");
	struct grant_stay s = wuerzburg();
	struct grant_estimate e = grant_estimate(&s, &r);
	CHECK_INT(e.days, 150);
	REQUIRE(e.nlines == 3);
	CHECK_INT(e.lines[0].label, M_grant_individual);
	CHECK_INT(e.lines[0].amount_cents, 163500);
	CHECK_STR(e.lines[0].source, "S25");
	CHECK_INT(e.lines[1].amount_cents, 125000);
	CHECK_INT(e.lines[2].label, M_grant_travel_green);
	CHECK_INT(e.lines[2].amount_cents, 41700);
	CHECK(!e.lines[2].verify);
	CHECK_INT(e.total_cents, 330200);
	CHECK_INT(sum_of(&e), e.total_cents);
	CHECK_INT(grant_prepayment_cents(e.total_cents, 80), 264160);
	CHECK_INT(e.total_cents - grant_prepayment_cents(e.total_cents, 80), 66040);
	s.zero_grant = true;
	e = grant_estimate(&s, &r);
	CHECK_INT(e.total_cents, 0);
	CHECK_INT(e.days, 150); /* zero-grant days count for the cap */
}

static void test_other_calls(void)
{
	/* call 2022: no French rate is known, the green addition is paid once where no travel is granted */
	struct grant_rates r = rates(2022, "FR", "DE");
	struct grant_stay s = wuerzburg();
	s.travel_granted = false;
	struct grant_estimate e = grant_estimate(&s, &r);
	REQUIRE(e.nlines == 3);
	CHECK_INT(e.lines[0].amount_cents, UNKNOWN);
	CHECK_INT(e.lines[2].amount_cents, 5000);
	CHECK_INT(e.total_cents, UNKNOWN);
	CHECK_INT(e.known_cents, 130000);
	r = rates(2025, "DE", "FR");
	CHECK_INT(r.month.cents, 60000);
	CHECK_INT(r.green_once.cents, UNKNOWN);
	CHECK_INT(rates(2025, "FR", "CM").month.cents, 70000);
	CHECK_INT(rates(2025, "FR", "CH").month.cents, 32700); /* region 14: group 1 */
	CHECK_INT(rates(2025, "FR", "NC").month.cents, UNKNOWN);
	CHECK_INT(rates(2025, "IT", "DE").month.cents, UNKNOWN);
	CHECK_INT(rates(UNKNOWN, "FR", "DE").month.cents, UNKNOWN);
}

static void test_rounding(void)
{
	struct grant_rates r = {.month = {.cents = 32700}, .traineeship = {.cents = 15000}};
	struct grant_stay s = {.starts = day("2025-09-08"), .ends = day("2026-02-20"), .traineeship = true};
	struct grant_estimate e = grant_estimate(&s, &r); /* 163 days: 5.43 months */
	CHECK_INT(e.lines[0].amount_cents, 177670);
	CHECK_INT(e.lines[1].amount_cents, 81500);
	r.month.cents = 10;
	s.ends = day("2025-09-08");
	CHECK_INT(grant_estimate(&s, &r).lines[0].amount_cents, 0); /* a third of a cent */
	r.month.cents = 15;
	CHECK_INT(grant_estimate(&s, &r).lines[0].amount_cents, 1); /* half a cent goes up */
	s.ends = UNKNOWN;
	CHECK_INT(grant_estimate(&s, &r).total_cents, UNKNOWN);
}

static void test_short(void)
{
	struct grant_rates r = rates(2024, "FR", "ES");
	struct grant_stay s = {.is_short = true,
	                       .starts = day("2026-05-01"),
	                       .ends = day("2026-05-20"),
	                       .fewer_opportunities = true,
	                       .travel_granted = true,
	                       .distance_m = 1124200,
	                       .travel_days = 2};
	struct grant_estimate e = grant_estimate(&s, &r);
	REQUIRE(e.nlines == 5);
	CHECK_INT(e.lines[0].amount_cents, 14 * 7900);
	CHECK_INT(e.lines[1].amount_cents, 6 * 5600);
	CHECK_INT(e.lines[2].amount_cents, 2 * 7900);
	CHECK_INT(e.lines[3].amount_cents, 15000);
	CHECK_INT(e.lines[4].amount_cents, 30900);
	CHECK_INT(e.total_cents, sum_of(&e));
	s.ends = day("2026-05-14");
	e = grant_estimate(&s, &r);
	CHECK_INT(e.nlines, 4);
	CHECK_INT(e.lines[2].amount_cents, 10000);
	s.distance_m = 4000;
	CHECK_INT(grant_estimate(&s, &r).lines[3].amount_cents, 0);
	s.distance_m = UNKNOWN;
	e = grant_estimate(&s, &r);
	CHECK_INT(e.lines[3].amount_cents, UNKNOWN);
	CHECK_INT(e.total_cents, UNKNOWN);
}

static int64_t grams(const char *mode, int64_t distance_m)
{
	struct grant_carbon_rate r;
	CHECK_INT(grant_carbon_rate_at(&cx, day("2026-01-01"), str_of(mode), distance_m, &r), OK);
	return grant_carbon(distance_m, &r).grams;
}

static void test_carbon(void)
{
	CHECK_INT(grams("plane", 514900), 314708);  /* (514.9 + 95) km x 2 x 0.258 */
	CHECK_INT(grams("plane", 1230500), 495737); /* 0.187 from 1000 km */
	CHECK_INT(grams("plane", 9140200), 2807501);
	CHECK_INT(grams("tgv", 514900), 2842);
	CHECK_INT(grams("coach", 100000), 7540);
	CHECK_INT(grams("ferry", 100000), UNKNOWN); /* the length of its way is not known */
	CHECK_INT(grams("", 100000), UNKNOWN);
	CHECK_INT(grams("airship", 100000), UNKNOWN);
	CHECK_INT(grams("plane", UNKNOWN), UNKNOWN);
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_days_360),    TAP(test_distance), TAP(test_bands), TAP(test_worked_example),
	                                        TAP(test_other_calls), TAP(test_rounding), TAP(test_short), TAP(test_carbon)};
	cx_begin(&cx, NULL);
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
