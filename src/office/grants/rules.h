/* What a stay is worth: day counts, distance, travel bands, the estimate of a grant as a till receipt, and its carbon.
 * Pure: the rates come in with their sources, nothing is looked up here. A figure that needs what is not known is UNKNOWN.
 * Source: Erasmus+ domain reference 1.3 (days), 1.7-1.11 and 1.13 (amounts), 8 (carbon). */
#pragma once
#include "base/cx.h"

/* --- days --- */

/* Long stays of students: every month counts 30 days, both ends included. FEB_30: an end on the last day of a month counts as
 * the 30th, so that 1-28 February is a month. FEB_ACTUAL: February ends with its own day. */
enum grant_day_count { GRANT_FEB_30, GRANT_FEB_ACTUAL };
int64_t grant_days_360(int64_t starts, int64_t ends, int64_t interruption_days, enum grant_day_count convention);
int64_t grant_days_calendar(int64_t starts, int64_t ends, int64_t interruption_days);

/* --- distance --- */

/* Great circle on a sphere of 6371 km, whole metres; coordinates in 1e-7 degree. */
int64_t grant_distance_m(int64_t lat1_e7, int64_t lng1_e7, int64_t lat2_e7, int64_t lng2_e7);

/* --- rates, with where they come from --- */

struct grant_rate {
	int64_t cents; /* UNKNOWN: not known */
	struct str source, mark;
};
struct grant_band {
	int64_t from_km, to_km; /* to_km UNKNOWN: without end */
	struct grant_rate standard, green;
};
struct grant_day_rate {
	int64_t from_day, to_day;
	struct grant_rate rate;
};
struct grant_lump {
	int64_t min_days, max_days;
	struct grant_rate rate;
};
#define GRANT_MAX_BANDS 16
struct grant_rates {
	struct grant_rate month;       /* individual support, long stays */
	struct grant_rate traineeship; /* addition, a month */
	struct grant_rate fewer_long;  /* fewer opportunities, a month */
	struct grant_rate green_once;  /* cents UNKNOWN when the call has none */
	struct grant_day_rate days[4]; /* individual support, short stays */
	size_t ndays;
	struct grant_lump fewer_short[4];
	size_t nfewer_short;
	struct grant_band bands[GRANT_MAX_BANDS];
	size_t nbands;
};

/* The band of a distance, by whole kilometres; NULL below the first or when the distance is not known. *verify: within one
 * per cent of a limit, where the calculator of the Commission may say otherwise. */
const struct grant_band *grant_band_of(const struct grant_rates *r, int64_t distance_m, bool *verify);

/* --- the estimate --- */

struct grant_stay {
	int64_t starts, ends, interruption_days;
	bool is_short; /* blended, 5-30 days; else long */
	bool traineeship;
	bool fewer_opportunities;
	bool green_travel;
	bool travel_granted; /* the call pays travel to this kind of stay */
	int64_t travel_days; /* short stays, funded at the rate of the first days */
	int64_t distance_m;
	bool zero_grant;
};

enum grant_unit { GRANT_MONTHS /* quantity in thirtieths */, GRANT_DAYS, GRANT_ONCE };
struct grant_line {
	int label; /* enum msg */
	enum grant_unit unit;
	int64_t quantity;
	int64_t unit_cents;
	int64_t amount_cents; /* rounded half up; UNKNOWN when a part is not known */
	struct str source, mark;
	bool verify; /* near the limit of a band */
};
#define GRANT_MAX_LINES 12
struct grant_estimate {
	struct grant_line lines[GRANT_MAX_LINES];
	size_t nlines;
	int64_t days;        /* that count */
	int64_t total_cents; /* the sum of the lines; UNKNOWN when one is */
	int64_t known_cents; /* the sum of the lines that are known */
};
struct grant_estimate grant_estimate(const struct grant_stay *stay, const struct grant_rates *rates);
/* The first payment at so many per cent, half up; the rest is the balance. */
int64_t grant_prepayment_cents(int64_t total_cents, int64_t percent);

/* --- carbon --- */

struct grant_carbon_rate {
	int64_t kg_e4_per_km;     /* kg CO2e of a person and kilometre, 1e-4; UNKNOWN: mode not known */
	int64_t percent, plus_km; /* length of the way from the great circle */
	struct str source, mark;
};
struct grant_carbon {
	int64_t way_m; /* one way */
	int64_t grams; /* there and back */
	struct str source, mark;
};
struct grant_carbon grant_carbon(int64_t distance_m, const struct grant_carbon_rate *rate);
