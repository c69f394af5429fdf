/* Numbers of XLSX cells, which are the text of a binary floating point number, taken as decimals without becoming one.
 * Spreadsheets show 15 digits: 0.30000000000000004 was 0.3. */
#include "base/date.h"
#include "platform/format/xlsx_parts.h"

enum { KEPT = 24, SHOWN = 15, POINT_MAX = 30, DAY_S = 24 * 60 * 60 };

/* 0.d1 d2 d3... times ten to the power of `point`. */
struct decimal {
	bool negative;
	char digits[KEPT];
	int len, point;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The digits before and after the point; leading zeros only move it. */
static size_t parse_digits(struct str s, struct decimal *d)
{
	bool after = false;
	size_t i = 0, seen = 0;
	for (; i < s.len && (is_digit(s.ptr[i]) || (s.ptr[i] == '.' && !after)); i++) {
		if (s.ptr[i] == '.') {
			after = true;
			continue;
		}
		seen++;
		bool leading = d->len == 0 && s.ptr[i] == '0';
		if (!leading && d->len < KEPT) d->digits[d->len++] = s.ptr[i];
		if (!after && !leading) d->point++;
		if (after && leading) d->point--;
	}
	return seen ? i : 0;
}

static bool parse(struct str s, struct decimal *d)
{
	*d = (struct decimal){0};
	if (s.len && s.ptr[0] == '-') {
		d->negative = true;
		s = str_sub(s, 1, s.len);
	}
	size_t used = parse_digits(s, d);
	if (!used) return false;
	s = str_sub(s, used, s.len);
	if (s.len == 0) return d->point >= -POINT_MAX && d->point <= POINT_MAX;
	if (s.ptr[0] != 'e' && s.ptr[0] != 'E') return false;
	s = str_sub(s, 1, s.len);
	if (s.len && s.ptr[0] == '+') s = str_sub(s, 1, s.len);
	int64_t exponent;
	if (!str_to_i64(s, &exponent) || exponent < -1000 || exponent > 1000) return false;
	d->point += (int)exponent;
	return d->point >= -POINT_MAX && d->point <= POINT_MAX;
}

static void round_to(struct decimal *d, int len)
{
	if (d->len > len) {
		bool up = d->digits[len] >= '5';
		d->len = len;
		while (up && d->len > 0 && d->digits[d->len - 1] == '9')
			d->len--;
		if (up && d->len == 0) {
			d->digits[d->len++] = '1';
			d->point++;
		} else if (up) {
			d->digits[d->len - 1]++;
		}
	}
	while (d->len && d->digits[d->len - 1] == '0')
		d->len--;
}

static struct str decimal_text(struct arena *a, const struct decimal *d)
{
	struct sb out;
	if (d->len == 0) return STR("0");
	sb_init(&out, a, 128);
	if (d->negative) sb_char(&out, '-');
	if (d->point <= 0) sb_addz(&out, "0.");
	for (int i = d->point; i < 0; i++)
		sb_char(&out, '0');
	for (int i = 0; i < d->len; i++) {
		if (i && i == d->point) sb_char(&out, '.');
		sb_char(&out, d->digits[i]);
	}
	for (int i = d->len; i < d->point; i++)
		sb_char(&out, '0');
	return sb_str(&out);
}

static bool all_digits(struct str s)
{
	size_t i = s.len && s.ptr[0] == '-';
	while (i < s.len && is_digit(s.ptr[i]))
		i++;
	return i == s.len && s.len > 0;
}

/* Whole numbers stay as they are: some programs write long identifiers as numbers. */
struct str xlsx_number_text(struct arena *a, struct str raw)
{
	struct decimal d;
	if (all_digits(raw) || !parse(raw, &d)) return raw;
	round_to(&d, SHOWN);
	return decimal_text(a, &d);
}

/* Days and seconds of a serial number; false when it is negative or has no sense as a date. */
static bool split_serial(const struct decimal *d, int64_t *days, int64_t *seconds)
{
	*days = 0;
	__int128 part = 0, unit = 1;
	for (int i = 0; i < d->point; i++) {
		*days = *days * 10 + (i < d->len ? d->digits[i] - '0' : 0);
		if (*days > 3000000) return false;
	}
	for (int i = d->point; i < d->len && unit < 1000000000000000; i++) {
		part = part * 10 + (i >= 0 ? d->digits[i] - '0' : 0);
		unit *= 10;
	}
	*seconds = (int64_t)((part * DAY_S * 2 + unit) / (2 * unit));
	*days += *seconds / DAY_S;
	*seconds %= DAY_S;
	return !d->negative;
}

static struct str time_text(struct arena *a, int64_t s)
{
	int hour = (int)(s / 3600), minute = (int)(s / 60 % 60), second = (int)(s % 60);
	return second ? str_fmt(a, "%02d:%02d:%02d", hour, minute, second) : str_fmt(a, "%02d:%02d", hour, minute);
}

/* Day 1 is 1900-01-01 and day 60 the 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1). */
struct str xlsx_date_text(struct arena *a, struct str raw, bool from_1904)
{
	struct decimal d;
	int64_t days, seconds;
	if (!parse(raw, &d) || !split_serial(&d, &days, &seconds)) return raw;
	if (days == 0 && seconds && !from_1904) return time_text(a, seconds);
	if (from_1904) days += 1462;
	int64_t date = date_from_civil(1899, 12, 30) + days + (days < 60);
	if (days == 60 || days < 1 || date > date_from_civil(9999, 12, 31)) return xlsx_number_text(a, raw);
	struct str day = date_iso(a, date);
	return seconds ? str_fmt(a, "%.*sT%.*s", STR_ARG(day), STR_ARG(time_text(a, seconds))) : day;
}

/* A number format shows a date when its first section has a letter of one outside quotes, escapes and brackets; spans
 * of time ([h]:mm) stay numbers. */
bool xlsx_format_is_date(struct str code)
{
	for (size_t i = 0; i < code.len && code.ptr[i] != ';'; i++) {
		char c = code.ptr[i];
		struct str rest = str_sub(code, i + 1, code.len);
		if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else if (c == '"' || c == '[') {
			size_t end = str_find_char(rest, c == '"' ? '"' : ']');
			if (end == STR_NPOS) return false;
			if (c == '[' && end == 1 && strchr("hmsHMS", rest.ptr[0])) return false;
			i += end + 1;
		} else if (strchr("dmyhsDMYHS", c) && c) {
			return true;
		}
	}
	return false;
}
