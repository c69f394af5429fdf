/* Civil dates and instants, without the C library's time zone state.
 * A date is days since 1970-01-01, an instant UTC milliseconds; UNKNOWN for both when not known. */
#pragma once
#include "base/str.h"

struct civil {
	int year, month, day; /* month 1-12, day 1-31 */
	int hour, minute, second, ms;
};

bool date_valid(int year, int month, int day);         /* years 1 to 9999 */
int64_t date_from_civil(int year, int month, int day); /* the caller has checked the parts */
/* UNKNOWN gives zeros here, and an absent text below. */
struct civil date_civil(int64_t date);
struct civil instant_civil(int64_t instant_ms); /* UTC */
int date_weekday(int64_t date);                 /* 1 Monday .. 7 Sunday */

/* Reads 2027-06-30, 30/06/2027, 30.06.2027, 30-06-2027 (day and month also as one digit) and
 * 20270630; false otherwise. When the text has the shape of a date but the day does not exist (31 June),
 * *no_such_day is set (may be NULL). */
bool date_parse(struct str s, int64_t *date, bool *no_such_day) MUST_CHECK;
struct str date_iso(struct arena *a, int64_t date);               /* 2027-06-30 */
struct str instant_iso(struct arena *a, int64_t instant_ms);      /* 2027-06-30T14:05:09.123Z */
bool instant_parse(struct str s, int64_t *instant_ms) MUST_CHECK; /* RFC 3339 */

/* Offset of a zone ("Europe/Paris") at an instant, in seconds east of UTC, from the system's tz database.
 * An unknown zone gives false. Files are read once and kept; safe from several threads. */
bool zone_offset(struct str zone, int64_t instant_ms, int *offset_s) MUST_CHECK;
/* The instant at which the clocks of a zone show this date and time (the first one where it comes twice).
 * In the gap of a spring change it is counted as if the clocks had not moved yet: 02:30 is then shown as 03:30. */
bool zone_instant(struct str zone, int64_t date, int hour, int minute, int second, int64_t *instant_ms) MUST_CHECK;
