/* Calendar files (RFC 5545): what people add to their calendar from a page. Lines are folded at 75 octets and never inside a
 * character; texts are escaped; line ends are CRLF. */
#pragma once
#include "base/str.h"

struct ics_event {
	struct str uid; /* stays the same when the event is written again */
	struct str summary, description, url;
	int64_t date;           /* a whole day; UNKNOWN: an instant */
	int64_t at_ms, minutes; /* minutes 0: a point in time */
	int64_t alarm_minutes;  /* before it; 0: none */
};
/* The whole file. An event without date and instant is left out. lang: "fr". */
struct str ics_write(struct arena *a, struct str name, struct str lang, int64_t now_ms, const struct ics_event *events, size_t len);
