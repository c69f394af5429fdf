/* From the dated tables to the struct that the rules take. */
#include "office/grants/rates.h"
#include "platform/reference/own.h"

static struct grant_rate rate_of(const struct reference_row *row, const char *column)
{
	return (struct grant_rate){.cents = reference_int(row, column), .source = row->source, .mark = row->mark};
}

static enum err rate_at(struct cx *cx, const char *table, struct str key, int64_t date, struct grant_rate *out)
{
	struct reference_row row;
	TRY(reference_find_own(cx, str_of(table), key, date, &row));
	*out = rate_of(&row, "amount_cents");
	return OK;
}

/* The group of the receiving country, or "third" for a region whose amount is the same everywhere. */
static enum err month_at(struct cx *cx, int64_t date, struct str sender, struct str host, struct grant_rate *out)
{
	struct reference_row group, status;
	*out = (struct grant_rate){.cents = UNKNOWN};
	TRY(reference_find_own(cx, STR("country_group"), host, date, &group));
	TRY(reference_find_own(cx, STR("country_status"), host, date, &status));
	struct str column = reference_cell(&group, "group");
	if (!str_present(column) && str_is(reference_cell(&status, "status"), "third")) column = STR("third");
	if (!str_present(column) || str_blank(sender)) return OK;
	return rate_at(cx, "student_rate", str_fmt(cx->arena, "%.*s/%.*s", STR_ARG(sender), STR_ARG(column)), date, out);
}

static enum err bands_at(struct cx *cx, struct grant_rates *r, int64_t date)
{
	struct reference_row *rows;
	size_t n;
	TRY(reference_rows_own(cx, STR("travel_band"), date, &rows, &n));
	for (size_t i = 0; i < n && r->nbands < GRANT_MAX_BANDS; i++) {
		struct grant_band *b = &r->bands[r->nbands++];
		b->from_km = reference_int(&rows[i], "from_km");
		b->to_km = reference_int(&rows[i], "to_km");
		b->standard = rate_of(&rows[i], "standard_cents");
		b->green = rate_of(&rows[i], "green_cents");
		if (!rows[i].own) b->green.mark = reference_cell(&rows[i], "green_mark");
	}
	return OK;
}

static enum err days_at(struct cx *cx, struct grant_rates *r, int64_t date)
{
	struct reference_row *rows;
	size_t n;
	TRY(reference_rows_own(cx, STR("short_term_rate"), date, &rows, &n));
	for (size_t i = 0; i < n && r->ndays < ARRAY_LEN(r->days); i++) {
		struct grant_day_rate *d = &r->days[r->ndays++];
		d->from_day = reference_int(&rows[i], "from_day");
		d->to_day = reference_int(&rows[i], "to_day");
		d->rate = rate_of(&rows[i], "amount_cents");
	}
	return OK;
}

static enum err lumps_at(struct cx *cx, struct grant_rates *r, int64_t date)
{
	struct reference_row *rows;
	size_t n;
	TRY(reference_rows_own(cx, STR("topup"), date, &rows, &n));
	for (size_t i = 0; i < n && r->nfewer_short < ARRAY_LEN(r->fewer_short); i++) {
		if (!str_starts(rows[i].key, STR("FEWER_OPP_S"))) continue;
		struct grant_lump *l = &r->fewer_short[r->nfewer_short++];
		l->min_days = reference_int(&rows[i], "min_days");
		l->max_days = reference_int(&rows[i], "max_days");
		l->rate = rate_of(&rows[i], "amount_cents");
	}
	return OK;
}

enum err grant_rates_at(struct cx *cx, int64_t call_year, struct str sender, struct str host, struct grant_rates *out)
{
	int64_t date = reference_call_date(call_year);
	*out = (struct grant_rates){0};
	TRY(month_at(cx, date, sender, host, &out->month));
	TRY(rate_at(cx, "topup", STR("TRAINEESHIP"), date, &out->traineeship));
	TRY(rate_at(cx, "topup", STR("FEWER_OPP_L"), date, &out->fewer_long));
	TRY(rate_at(cx, "topup", STR("GREEN"), date, &out->green_once));
	if (date == UNKNOWN) return OK;
	TRY(days_at(cx, out, date));
	TRY(lumps_at(cx, out, date));
	return bands_at(cx, out, date);
}

enum err grant_carbon_rate_at(struct cx *cx, int64_t date, struct str mode, int64_t distance_m, struct grant_carbon_rate *out)
{
	*out = (struct grant_carbon_rate){.kg_e4_per_km = UNKNOWN, .percent = UNKNOWN, .plus_km = UNKNOWN};
	struct reference_row detour, *rows;
	size_t n;
	if (date == UNKNOWN || distance_m == UNKNOWN) return OK;
	TRY(reference_find_own(cx, STR("detour"), mode, date, &detour));
	TRY(reference_rows_own(cx, STR("emission_factor"), date, &rows, &n));
	out->percent = reference_int(&detour, "percent");
	out->plus_km = reference_int(&detour, "plus_km");
	int64_t km = distance_m / 1000;
	for (size_t i = 0; i < n; i++) {
		int64_t from = reference_int(&rows[i], "from_km"), to = reference_int(&rows[i], "to_km");
		if (!str_eq(reference_cell(&rows[i], "mode"), mode) || km < from || (to != UNKNOWN && km > to)) continue;
		out->kg_e4_per_km = reference_fixed(&rows[i], "kg_per_pkm", 4);
		out->source = rows[i].source;
		out->mark = rows[i].mark;
	}
	return OK;
}
