/* From the tables in reference/ to the struct that the rules take. */
#include "office/grants/rates.h"
#include "platform/reference/reference.h"

static struct grant_rate rate_of(const struct reference_row *row, const char *column)
{
	return (struct grant_rate){.cents = reference_int(row, column), .source = row->source, .mark = row->mark};
}

static struct grant_rate rate_at(const char *table, struct str key, int64_t date)
{
	struct reference_row row;
	(void)reference_find(str_of(table), key, date, &row);
	return rate_of(&row, "amount_cents");
}

/* The group of the receiving country, or "third" for a region whose amount is the same everywhere. */
static struct grant_rate month_at(int64_t date, struct str sender, struct str host)
{
	struct reference_row row;
	struct str column = STR_NONE;
	if (reference_find(STR("country_group"), host, date, &row)) column = reference_cell(&row, "group");
	else if (reference_find(STR("country_status"), host, date, &row) && str_is(reference_cell(&row, "status"), "third"))
		column = STR("third");
	char key[16];
	if (!str_present(column) || sender.len != 2) return (struct grant_rate){.cents = UNKNOWN};
	(void)snprintf(key, sizeof(key), "%.*s/%.*s", STR_ARG(sender), STR_ARG(column));
	return rate_at("student_rate", str_of(key), date);
}

static void bands_at(struct grant_rates *r, int64_t date)
{
	struct reference_row row;
	for (size_t at = 0; r->nbands < GRANT_MAX_BANDS && reference_next(STR("travel_band"), date, &at, &row);) {
		struct grant_band *b = &r->bands[r->nbands++];
		b->from_km = reference_int(&row, "from_km");
		b->to_km = reference_int(&row, "to_km");
		b->standard = rate_of(&row, "standard_cents");
		b->green = rate_of(&row, "green_cents");
		b->green.mark = reference_cell(&row, "green_mark");
	}
}

static void days_at(struct grant_rates *r, int64_t date)
{
	struct reference_row row;
	for (size_t at = 0; r->ndays < 4 && reference_next(STR("short_term_rate"), date, &at, &row);) {
		struct grant_day_rate *d = &r->days[r->ndays++];
		d->from_day = reference_int(&row, "from_day");
		d->to_day = reference_int(&row, "to_day");
		d->rate = rate_of(&row, "amount_cents");
	}
}

static void lumps_at(struct grant_rates *r, int64_t date)
{
	struct reference_row row;
	for (size_t at = 0; r->nfewer_short < 4 && reference_next(STR("topup"), date, &at, &row);) {
		if (!str_starts(row.key, STR("FEWER_OPP_S"))) continue;
		struct grant_lump *l = &r->fewer_short[r->nfewer_short++];
		l->min_days = reference_int(&row, "min_days");
		l->max_days = reference_int(&row, "max_days");
		l->rate = rate_of(&row, "amount_cents");
	}
}

struct grant_rates grant_rates_at(int64_t call_year, struct str sender, struct str host)
{
	int64_t date = reference_call_date(call_year);
	struct grant_rates r = {
	    .month = month_at(date, sender, host),
	    .traineeship = rate_at("topup", STR("TRAINEESHIP"), date),
	    .fewer_long = rate_at("topup", STR("FEWER_OPP_L"), date),
	    .green_once = rate_at("topup", STR("GREEN"), date),
	};
	if (date == UNKNOWN) return r;
	days_at(&r, date);
	lumps_at(&r, date);
	bands_at(&r, date);
	return r;
}

struct grant_carbon_rate grant_carbon_rate_at(int64_t date, struct str mode, int64_t distance_m)
{
	struct grant_carbon_rate r = {.kg_e4_per_km = UNKNOWN, .percent = UNKNOWN, .plus_km = UNKNOWN};
	struct reference_row row;
	if (date == UNKNOWN || distance_m == UNKNOWN || !reference_find(STR("detour"), mode, date, &row)) return r;
	r.percent = reference_int(&row, "percent");
	r.plus_km = reference_int(&row, "plus_km");
	for (size_t at = 0; reference_next(STR("emission_factor"), date, &at, &row);) {
		int64_t from = reference_int(&row, "from_km"), to = reference_int(&row, "to_km"), km = distance_m / 1000;
		if (!str_eq(reference_cell(&row, "mode"), mode) || km < from || (to != UNKNOWN && km > to)) continue;
		r.kg_e4_per_km = reference_fixed(&row, "kg_per_pkm", 4);
		r.source = row.source;
		r.mark = row.mark;
	}
	return r;
}
