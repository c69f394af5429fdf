/* Gathers the dated rows that an estimate needs, the school's own before the shipped ones. What no row says stays UNKNOWN;
 * an error comes from the database only. */
#pragma once
#include "office/grants/rules.h"

/* sender, host: ISO 3166-1 codes; the call year is that of the funding project, not the academic year. */
enum err grant_rates_at(struct cx *cx, int64_t call_year, struct str sender, struct str host, struct grant_rates *out) MUST_CHECK;
/* mode: plane, tgv, intercites, train, coach, carpool, car, car_electric, ferry; anything else stays unknown. */
enum err grant_carbon_rate_at(struct cx *cx, int64_t date, struct str mode, int64_t distance_m, struct grant_carbon_rate *out) MUST_CHECK;
