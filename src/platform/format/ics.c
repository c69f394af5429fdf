/* Content lines as calendars read them. */
#include "platform/format/ics.h"
#include "base/date.h"
#include "base/sb.h"

enum { ICS_CAP = 1024 * 1024, LINE_OCTETS = 75 };

/* RFC 5545 3.1: a longer line goes on after CRLF and a space, which count for the next one. */
static void line(struct sb *b, struct str text)
{
	size_t room = LINE_OCTETS;
	while (text.len > room) {
		size_t cut = room;
		while (cut > 1 && ((unsigned char)text.ptr[cut] & 0xC0) == 0x80)
			cut--;
		sb_add(b, str_sub(text, 0, cut));
		SB_LIT(b, "\r\n ");
		text = str_sub(text, cut, text.len - cut);
		room = LINE_OCTETS - 1;
	}
	sb_add(b, text);
	SB_LIT(b, "\r\n");
}

/* 3.3.11: backslash, comma, semicolon and line ends; other control characters have no place in a calendar. */
static struct str escaped(struct arena *a, struct str text)
{
	struct sb b;
	sb_init(&b, a, text.len * 2 + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '\\' || c == ',' || c == ';') sb_char(&b, '\\');
		if (c == '\n')
			SB_LIT(&b, "\\n");
		else if ((unsigned char)c >= 0x20 && c != 0x7f)
			sb_char(&b, c);
	}
	return sb_str(&b);
}

static void text_line(struct arena *a, struct sb *b, const char *name, struct str value)
{
	if (str_blank(value)) return;
	struct str clean = escaped(a, value);
	line(b, str_fmt(a, "%s:%.*s", name, STR_ARG(clean)));
}

static struct str date_basic(struct arena *a, int64_t date)
{
	struct civil c = date_civil(date);
	return str_fmt(a, "%04d%02d%02d", c.year, c.month, c.day);
}

static struct str instant_basic(struct arena *a, int64_t at_ms)
{
	struct civil c = instant_civil(at_ms);
	return str_fmt(a, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static void when(struct arena *a, struct sb *b, const struct ics_event *e)
{
	if (e->date != UNKNOWN) {
		line(b, str_fmt(a, "DTSTART;VALUE=DATE:%.*s", STR_ARG(date_basic(a, e->date))));
		line(b, str_fmt(a, "DTEND;VALUE=DATE:%.*s", STR_ARG(date_basic(a, e->date + 1))));
		return;
	}
	line(b, str_fmt(a, "DTSTART:%.*s", STR_ARG(instant_basic(a, e->at_ms))));
	if (e->minutes > 0) line(b, str_fmt(a, "DTEND:%.*s", STR_ARG(instant_basic(a, e->at_ms + e->minutes * 60000))));
}

static void event(struct arena *a, struct sb *b, int64_t now_ms, const struct ics_event *e)
{
	line(b, STR("BEGIN:VEVENT"));
	text_line(a, b, "UID", e->uid);
	line(b, str_fmt(a, "DTSTAMP:%.*s", STR_ARG(instant_basic(a, now_ms))));
	when(a, b, e);
	text_line(a, b, "SUMMARY", e->summary);
	text_line(a, b, "DESCRIPTION", e->description);
	if (!str_blank(e->url) && str_find_char(e->url, '\n') == STR_NPOS) line(b, str_fmt(a, "URL:%.*s", STR_ARG(e->url)));
	line(b, STR("TRANSP:TRANSPARENT"));
	if (e->alarm_minutes > 0) {
		line(b, STR("BEGIN:VALARM"));
		line(b, STR("ACTION:DISPLAY"));
		text_line(a, b, "DESCRIPTION", e->summary);
		line(b, str_fmt(a, "TRIGGER:-PT%dM", (int)e->alarm_minutes));
		line(b, STR("END:VALARM"));
	}
	line(b, STR("END:VEVENT"));
}

struct str ics_write(struct arena *a, struct str name, struct str lang, int64_t now_ms, const struct ics_event *events, size_t len)
{
	struct sb b;
	sb_init(&b, a, ICS_CAP);
	line(&b, STR("BEGIN:VCALENDAR"));
	line(&b, STR("VERSION:2.0"));
	struct str product = str_fmt(a, "PRODID:-//Passerelle//Passerelle//%.*s", STR_ARG(lang));
	line(&b, product);
	line(&b, STR("CALSCALE:GREGORIAN"));
	line(&b, STR("METHOD:PUBLISH"));
	text_line(a, &b, "X-WR-CALNAME", name);
	for (size_t i = 0; i < len; i++)
		if (events[i].date != UNKNOWN || events[i].at_ms != UNKNOWN) event(a, &b, now_ms, &events[i]);
	line(&b, STR("END:VCALENDAR"));
	return sb_str(&b);
}
