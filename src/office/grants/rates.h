/* Gathers the dated rows that an estimate needs. What no row says stays UNKNOWN. */
#pragma once
#include "office/grants/rules.h"

/* sender, host: ISO 3166-1 codes; the call year is that of the funding project, not the academic year. */
struct grant_rates grant_rates_at(int64_t call_year, struct str sender, struct str host);
/* mode: plane, tgv, intercites, train, coach, carpool, car, car_electric, ferry; anything else stays unknown. */
struct grant_carbon_rate grant_carbon_rate_at(int64_t date, struct str mode, int64_t distance_m);
