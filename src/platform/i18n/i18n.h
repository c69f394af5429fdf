/* Messages in French and English, compiled from locale/<lang>/<area>.po at build. Every message is a constant M_<key>:
 * a missing key, a missing language or a placeholder that differs between languages fails the build.
 * Dates, numbers and money as people of that language write them. Nothing depends on the process locale. */
#pragma once
#include "base/cx.h"
#include "base/sb.h"
#include "messages.h" /* generated: enum msg { M_NONE, M_nav_home, ... }; */
#include "platform/format/html.h"

/* The message in the language of cx. Placeholders {name} are replaced; with an argument named n the plural is chosen. */
struct str tr_args(struct cx *cx, int msg, const struct msg_arg *args);
#define tr(cx, msg, ...) tr_args((cx), (msg), (const struct msg_arg[]){__VA_ARGS__ __VA_OPT__(, ){0}})
struct str tr_lang(struct cx *cx, enum lang lang, int msg, const struct msg_arg *args);
void html_tr_args(struct cx *cx, struct html *h, int msg, const struct msg_arg *args); /* escaped */
#define html_tr(cx, h, msg, ...) html_tr_args((cx), (h), (msg), (const struct msg_arg[]){__VA_ARGS__ __VA_OPT__(, ){0}})
/* An argument of any type, for templates: text, C string or number. */
#define ARG_ANY(name_, v) \
	((struct msg_arg){.name = (name_),                                                                          \
			  .text = _Generic((v),                                                                     \
			      struct str: (v),                                                                      \
			      default: str_of(_Generic((v), const char *: (v), char *: (v), default: NULL))),       \
			  .num = _Generic((v), struct str: UNKNOWN, const char *: UNKNOWN, char *: UNKNOWN, default: (v))})
/* M_ constant of a key ("country_FR"), 0 when there is none: for labels made of a code. */
int msg_find(struct str key);
struct str problem_text(struct cx *cx, const struct problem *p); /* the sentence, with its remedy */

const char *lang_code(enum lang lang);                       /* "fr", "en" */
bool lang_parse(struct str code, enum lang *out) MUST_CHECK; /* "fr-FR" too */
enum lang lang_from_accept(struct str accept_language, enum lang fallback);

/* Written for people; UNKNOWN gives the word for unknown (an en dash in tables is the caller's choice). */
struct str number_text(struct cx *cx, int64_t n);                            /* 1 234 / 1,234; true minus */
struct str fixed_text(struct cx *cx, int64_t n, int digits, int show);       /* 12.40 -> "12,4" with digits 2, show 1 at least */
struct str money_text(struct cx *cx, int64_t minor, struct str currency);    /* 2 140 € / €2,140; cents only when there are any */
struct str percent_text(struct cx *cx, int64_t num, int64_t den);            /* rounded to one; "–" when den is 0 */
struct str date_text(struct cx *cx, int64_t date);                           /* 30 juin 2027 / 30 June 2027 */
struct str date_short(struct cx *cx, int64_t date);                          /* 30 juin / 30 June; with the year when it is not this year */
struct str month_text(struct cx *cx, int64_t date);                          /* février 2028 / February 2028 */
struct str date_numeric(struct cx *cx, int64_t date);                        /* 30/06/2027 in both, as forms take it */
struct str instant_text(struct cx *cx, int64_t instant_ms, struct str zone); /* 30 juin 2027 à 14 h 05 / 30 June 2027 at 14:05 */
struct str ago_text(struct cx *cx, int64_t instant_ms);                      /* il y a 4 jours / 4 days ago */
void html_number(struct cx *cx, struct html *h, int64_t n);
