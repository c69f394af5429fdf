/* The arithmetic of grants, in integers; only the great circle passes through floating point, and comes out as metres. */
#include "office/grants/rules.h"
#include "base/date.h"
#include "base/log.h"
#include "messages.h"
#include <math.h>

/* --- days --- */

static bool last_of_month(const struct civil *c) { return !date_valid(c->year, c->month, c->day + 1); }

int64_t grant_days_360(int64_t starts, int64_t ends, int64_t interruption_days, enum grant_day_count convention)
{
	if (starts == UNKNOWN || ends == UNKNOWN || interruption_days == UNKNOWN || ends < starts) return UNKNOWN;
	struct civil a = date_civil(starts), b = date_civil(ends);
	int64_t first = a.day < 30 ? a.day : 30, last = b.day < 30 ? b.day : 30;
	if (convention == GRANT_FEB_30 && last_of_month(&b)) last = 30;
	int64_t days = (b.year - a.year) * 360 + (b.month - a.month) * 30 + last - first + 1 - interruption_days;
	return days > 0 ? days : 0;
}

int64_t grant_days_calendar(int64_t starts, int64_t ends, int64_t interruption_days)
{
	if (starts == UNKNOWN || ends == UNKNOWN || interruption_days == UNKNOWN || ends < starts) return UNKNOWN;
	int64_t days = ends - starts + 1 - interruption_days;
	return days > 0 ? days : 0;
}

/* --- distance --- */

int64_t grant_distance_m(int64_t lat1_e7, int64_t lng1_e7, int64_t lat2_e7, int64_t lng2_e7)
{
	const double radian = 0.017453292519943295 / 1e7;
	if (lat1_e7 == UNKNOWN || lng1_e7 == UNKNOWN || lat2_e7 == UNKNOWN || lng2_e7 == UNKNOWN) return UNKNOWN;
	double dlat = sin((double)(lat2_e7 - lat1_e7) * radian / 2), dlng = sin((double)(lng2_e7 - lng1_e7) * radian / 2);
	double h = dlat * dlat + cos((double)lat1_e7 * radian) * cos((double)lat2_e7 * radian) * dlng * dlng;
	return (int64_t)llround(2 * 6371000.0 * asin(sqrt(h < 1 ? h : 1)));
}

/* --- bands --- */

static bool near(int64_t distance_m, int64_t limit_km)
{
	int64_t limit_m = limit_km * 1000, gap = distance_m > limit_m ? distance_m - limit_m : limit_m - distance_m;
	return gap * 100 <= limit_m;
}

const struct grant_band *grant_band_of(const struct grant_rates *r, int64_t distance_m, bool *verify)
{
	const struct grant_band *found = NULL;
	*verify = false;
	if (distance_m == UNKNOWN) return NULL;
	int64_t km = distance_m / 1000;
	for (size_t i = 0; i < r->nbands; i++) {
		const struct grant_band *b = &r->bands[i];
		if (near(distance_m, b->from_km)) *verify = true;
		if (km >= b->from_km && (b->to_km == UNKNOWN || km <= b->to_km)) found = b;
	}
	return found;
}

/* --- the estimate --- */

static int64_t divide_half_up(int64_t n, int64_t d) { return (2 * n + d) / (2 * d); }

static struct grant_line *line(struct grant_estimate *e, int label, enum grant_unit unit, int64_t quantity, const struct grant_rate *rate)
{
	BUG_IF(e->nlines == GRANT_MAX_LINES);
	struct grant_line *l = &e->lines[e->nlines++];
	*l = (struct grant_line){
	    .label = label,
	    .unit = unit,
	    .quantity = quantity,
	    .unit_cents = rate->cents,
	    .amount_cents = UNKNOWN,
	    .source = rate->source,
	    .mark = rate->mark,
	};
	int64_t whole;
	if (quantity != UNKNOWN && rate->cents != UNKNOWN && !__builtin_mul_overflow(quantity, rate->cents, &whole))
		l->amount_cents = unit == GRANT_MONTHS ? divide_half_up(whole, 30) : whole;
	return l;
}

static void long_lines(struct grant_estimate *e, const struct grant_stay *s, const struct grant_rates *r)
{
	(void)line(e, M_grant_individual, GRANT_MONTHS, e->days, &r->month);
	if (s->traineeship) (void)line(e, M_grant_traineeship, GRANT_MONTHS, e->days, &r->traineeship);
	if (s->fewer_opportunities) (void)line(e, M_grant_fewer_opportunities, GRANT_MONTHS, e->days, &r->fewer_long);
}

static const struct grant_rate no_rate = {.cents = UNKNOWN};

static void short_lines(struct grant_estimate *e, const struct grant_stay *s, const struct grant_rates *r)
{
	bool known = e->days != UNKNOWN && r->ndays > 0;
	if (!known) (void)line(e, M_grant_individual, GRANT_DAYS, e->days, &no_rate);
	for (size_t i = 0; known && i < r->ndays; i++) {
		const struct grant_day_rate *d = &r->days[i];
		int64_t last = e->days < d->to_day ? e->days : d->to_day;
		if (last >= d->from_day) (void)line(e, M_grant_individual, GRANT_DAYS, last - d->from_day + 1, &d->rate);
	}
	if (s->travel_days) (void)line(e, M_grant_travel_days, GRANT_DAYS, s->travel_days, r->ndays ? &r->days[0].rate : &no_rate);
	if (!s->fewer_opportunities) return;
	const struct grant_rate *lump = &no_rate;
	for (size_t i = 0; i < r->nfewer_short; i++)
		if (e->days >= r->fewer_short[i].min_days && e->days <= r->fewer_short[i].max_days) lump = &r->fewer_short[i].rate;
	(void)line(e, M_grant_fewer_opportunities, GRANT_ONCE, 1, lump);
}

/* Nothing is paid below the first band, and that is known. */
static bool below_bands(const struct grant_rates *r, int64_t distance_m)
{
	for (size_t i = 0; i < r->nbands; i++)
		if (distance_m / 1000 >= r->bands[i].from_km) return false;
	return r->nbands && distance_m != UNKNOWN;
}

static void travel_lines(struct grant_estimate *e, const struct grant_stay *s, const struct grant_rates *r)
{
	if (!s->travel_granted) {
		if (s->green_travel && r->green_once.cents != UNKNOWN) (void)line(e, M_grant_green, GRANT_ONCE, 1, &r->green_once);
		return;
	}
	bool verify;
	const struct grant_band *band = grant_band_of(r, s->distance_m, &verify);
	static const struct grant_rate nothing = {.cents = 0};
	const struct grant_rate *rate = &no_rate;
	/* A call without a green amount pays the standard one. */
	bool green = s->green_travel && band && band->green.cents != UNKNOWN;
	if (band)
		rate = green ? &band->green : &band->standard;
	else if (below_bands(r, s->distance_m))
		rate = &nothing;
	line(e, green ? M_grant_travel_green : M_grant_travel, GRANT_ONCE, 1, rate)->verify = verify;
}

struct grant_estimate grant_estimate(const struct grant_stay *stay, const struct grant_rates *rates)
{
	struct grant_estimate e = {0};
	e.days = stay->is_short ? grant_days_calendar(stay->starts, stay->ends, stay->interruption_days)
	                        : grant_days_360(stay->starts, stay->ends, stay->interruption_days, GRANT_FEB_30);
	if (stay->zero_grant) return e;
	if (stay->is_short)
		short_lines(&e, stay, rates);
	else
		long_lines(&e, stay, rates);
	travel_lines(&e, stay, rates);
	for (size_t i = 0; i < e.nlines; i++) {
		int64_t amount = e.lines[i].amount_cents;
		if (amount == UNKNOWN)
			e.total_cents = UNKNOWN;
		else
			e.known_cents += amount;
	}
	if (e.total_cents != UNKNOWN) e.total_cents = e.known_cents;
	return e;
}

int64_t grant_prepayment_cents(int64_t total_cents, int64_t percent)
{
	return total_cents == UNKNOWN || percent == UNKNOWN ? UNKNOWN : divide_half_up(total_cents * percent, 100);
}

/* --- carbon --- */

struct grant_carbon grant_carbon(int64_t distance_m, const struct grant_carbon_rate *rate)
{
	struct grant_carbon c = {.way_m = UNKNOWN, .grams = UNKNOWN, .source = rate->source, .mark = rate->mark};
	if (distance_m == UNKNOWN || rate->percent == UNKNOWN || rate->plus_km == UNKNOWN) return c;
	c.way_m = divide_half_up(distance_m * rate->percent, 100) + rate->plus_km * 1000;
	if (rate->kg_e4_per_km != UNKNOWN) c.grams = divide_half_up(2 * c.way_m * rate->kg_e4_per_km, 10000);
	return c;
}
