/* Dates and instants as people write them. */
#include "base/date.h"
#include "platform/i18n/i18n.h"

static const int months[12] = {M_month_january, M_month_february, M_month_march,     M_month_april,   M_month_may,      M_month_june,
                               M_month_july,    M_month_august,   M_month_september, M_month_october, M_month_november, M_month_december};

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* Plain digits; lists write hundreds of dates, so not by printf. */
static struct str plain_text(struct cx *cx, int n)
{
	char text[12];
	size_t at = sizeof(text);
	for (unsigned u = n < 0 ? 0 - (unsigned)n : (unsigned)n; u || at == sizeof(text); u /= 10)
		text[--at] = (char)('0' + u % 10);
	if (n < 0) text[--at] = '-';
	return (struct str){arena_copy(cx->arena, text + at, sizeof(text) - at), sizeof(text) - at};
}

/* French writes the first of a month as an ordinal. */
static struct str day_text(struct cx *cx, int day) { return cx->lang == LANG_FR && day == 1 ? STR("1er") : plain_text(cx, day); }

/* A year stands without separators. */
static struct str year_text(struct cx *cx, int year) { return plain_text(cx, year); }

struct str date_text(struct cx *cx, int64_t date)
{
	if (date == UNKNOWN) return tr(cx, M_base_unknown);
	struct civil c = date_civil(date);
	return tr(cx, M_date_long, ARG_S("day", day_text(cx, c.day)), ARG_M("month", months[c.month - 1]),
	          ARG_S("year", year_text(cx, c.year)));
}

struct str date_short(struct cx *cx, int64_t date)
{
	if (date == UNKNOWN) return tr(cx, M_base_unknown);
	struct civil c = date_civil(date);
	if (c.year != instant_civil(cx->now_ms).year) return date_text(cx, date);
	return tr(cx, M_date_short, ARG_S("day", day_text(cx, c.day)), ARG_M("month", months[c.month - 1]));
}

struct str month_text(struct cx *cx, int64_t date)
{
	struct civil c = date_civil(date);
	if (date == UNKNOWN) return tr(cx, M_base_unknown);
	return tr(cx, M_date_month, ARG_M("month", months[c.month - 1]), ARG_S("year", str_fmt(cx->arena, "%d", c.year)));
}

struct str date_numeric(struct cx *cx, int64_t date)
{
	if (date == UNKNOWN) return tr(cx, M_base_unknown);
	struct civil c = date_civil(date);
	return str_fmt(cx->arena, "%02d/%02d/%04d", c.day, c.month, c.year);
}

struct str instant_text(struct cx *cx, int64_t instant_ms, struct str zone)
{
	if (instant_ms == UNKNOWN) return tr(cx, M_base_unknown);
	int offset_s = 0;
	bool known = zone_offset(zone, instant_ms, &offset_s);
	struct civil c = instant_civil(instant_ms + (known ? (int64_t)offset_s * 1000 : 0));
	struct str date = date_text(cx, date_from_civil(c.year, c.month, c.day));
	struct str hour = str_fmt(cx->arena, "%d", c.hour), minute = str_fmt(cx->arena, "%02d", c.minute);
	/* A time that cannot be shown in its zone says which one it is in. */
	return tr(cx, known ? M_date_instant : M_date_instant_utc, ARG_S("date", date), ARG_S("hour", hour), ARG_S("minute", minute));
}

struct str ago_text(struct cx *cx, int64_t instant_ms)
{
	/* A month is 30.44 days, a year 365.25: shown whole, they need no calendar. */
	static const struct {
		int64_t below_s, unit_s;
		int past, future;
	} steps[] = {
	    {HOUR_S, MINUTE_S, M_ago_minutes, M_ahead_minutes},     {DAY_S, HOUR_S, M_ago_hours, M_ahead_hours},
	    {61 * (int64_t)DAY_S, DAY_S, M_ago_days, M_ahead_days}, {731 * (int64_t)DAY_S, 2629800, M_ago_months, M_ahead_months},
	    {INT64_MAX, 31557600, M_ago_years, M_ahead_years},
	};
	if (instant_ms == UNKNOWN) return tr(cx, M_base_unknown);
	int64_t past_s = (cx->now_ms - instant_ms) / 1000;
	int64_t s = past_s < 0 ? -past_s : past_s;
	if (s < MINUTE_S) return tr(cx, M_ago_now);
	size_t i = 0;
	while (s >= steps[i].below_s)
		i++;
	return tr(cx, past_s < 0 ? steps[i].future : steps[i].past, ARG_N("n", s / steps[i].unit_s));
}
