/* Civil dates in the proleptic Gregorian calendar, by the arithmetic of eras of 400 years that begin on 1 March. */
#include "base/date.h"

static const int64_t day_ms = 86400000;

int64_t date_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool date_valid(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= days[month - 1] + (month == 2 && leap);
}

struct civil date_civil(int64_t date)
{
	/* Years that an int holds, so that UNKNOWN and nonsense give zeros instead of overflow. */
	if (date < -700000000000 || date > 700000000000) return (struct civil){0};
	int64_t z = date + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	return (struct civil){.year = (int)(yoe + era * 400 + (month <= 2)), .month = month, .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

struct civil instant_civil(int64_t instant_ms)
{
	if (instant_ms == UNKNOWN) return (struct civil){0};
	int64_t ms = instant_ms % day_ms, date = instant_ms / day_ms;
	if (ms < 0) ms += day_ms, date--;
	struct civil c = date_civil(date);
	c.hour = (int)(ms / 3600000);
	c.minute = (int)(ms / 60000 % 60);
	c.second = (int)(ms / 1000 % 60);
	c.ms = (int)(ms % 1000);
	return c;
}

int date_weekday(int64_t date)
{
	int64_t d = date % 7; /* 1970-01-01 was a Thursday */
	return (int)((d + 7 + 3) % 7) + 1;
}

/* Reads `min` to `max` digits at *at. */
static bool read_digits(struct str s, size_t *at, int min, int max, int *out)
{
	int n = 0, v = 0;
	for (; n < max && *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; n++, (*at)++)
		v = v * 10 + (s.ptr[*at] - '0');
	*out = v;
	return n >= min;
}

static bool read_char(struct str s, size_t *at, const char *any)
{
	if (*at >= s.len || s.ptr[*at] == 0 || !strchr(any, s.ptr[*at])) return false;
	(*at)++;
	return true;
}

static bool shape_iso(struct str s, int *y, int *m, int *d)
{
	size_t at = 0;
	return read_digits(s, &at, 4, 4, y) && read_char(s, &at, "-") && read_digits(s, &at, 2, 2, m) && read_char(s, &at, "-") &&
	       read_digits(s, &at, 2, 2, d) && at == s.len;
}

static bool shape_day_first(struct str s, int *y, int *m, int *d)
{
	size_t at = 0;
	if (!read_digits(s, &at, 1, 2, d) || !read_char(s, &at, "/.-")) return false;
	char sep[] = {s.ptr[at - 1], 0};
	return read_digits(s, &at, 1, 2, m) && read_char(s, &at, sep) && read_digits(s, &at, 4, 4, y) && at == s.len;
}

static bool shape_compact(struct str s, int *y, int *m, int *d)
{
	size_t at = 0;
	return read_digits(s, &at, 4, 4, y) && read_digits(s, &at, 2, 2, m) && read_digits(s, &at, 2, 2, d) && at == s.len;
}

bool date_parse(struct str s, int64_t *date, bool *no_such_day)
{
	int y, m, d;
	bool shaped = shape_iso(s, &y, &m, &d) || shape_day_first(s, &y, &m, &d) || shape_compact(s, &y, &m, &d);
	bool exists = shaped && date_valid(y, m, d);
	if (no_such_day) *no_such_day = shaped && !exists;
	if (exists) *date = date_from_civil(y, m, d);
	return exists;
}

struct str date_iso(struct arena *a, int64_t date)
{
	struct civil c = date_civil(date);
	return c.month ? str_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day) : STR_NONE;
}

struct str instant_iso(struct arena *a, int64_t instant_ms)
{
	struct civil c = instant_civil(instant_ms);
	if (!c.month) return STR_NONE;
	return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour, c.minute, c.second, c.ms);
}

/* ".5", ".123456": kept to the millisecond. */
static bool read_fraction(struct str s, size_t *at, int *ms)
{
	*ms = 0;
	if (!read_char(s, at, ".")) return true;
	size_t start = *at;
	for (int unit = 100; *at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9'; (*at)++, unit /= 10)
		*ms += unit * (s.ptr[*at] - '0');
	return *at > start;
}

static bool read_offset(struct str s, size_t *at, int *offset_s)
{
	*offset_s = 0;
	if (read_char(s, at, "Zz")) return true;
	int h, m;
	if (!read_char(s, at, "+-")) return false;
	int sign = s.ptr[*at - 1] == '-' ? -1 : 1;
	if (!read_digits(s, at, 2, 2, &h) || !read_char(s, at, ":") || !read_digits(s, at, 2, 2, &m)) return false;
	*offset_s = sign * (h * 3600 + m * 60);
	return h < 24 && m < 60;
}

bool instant_parse(struct str s, int64_t *instant_ms)
{
	int y, m, d, hour, minute, second, ms, offset_s;
	if (s.len < 20 || !shape_iso(str_sub(s, 0, 10), &y, &m, &d) || !date_valid(y, m, d)) return false;
	size_t at = 10;
	if (!read_char(s, &at, "Tt ") || !read_digits(s, &at, 2, 2, &hour) || !read_char(s, &at, ":") ||
	    !read_digits(s, &at, 2, 2, &minute) || !read_char(s, &at, ":") || !read_digits(s, &at, 2, 2, &second) ||
	    !read_fraction(s, &at, &ms) || !read_offset(s, &at, &offset_s) || at != s.len)
		return false;
	/* A leap second is counted as the first second of the next minute, as the system clock does. */
	if (hour > 23 || minute > 59 || second > 59 + (minute == 59)) return false;
	int64_t seconds = date_from_civil(y, m, d) * 86400 + hour * 3600 + minute * 60 + second - offset_s;
	*instant_ms = seconds * 1000 + ms;
	return true;
}
