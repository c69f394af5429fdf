/* The parts every page is made of: state words, who holds the pen, facts, reason card, seat meter, figures, steps, progress,
 * timeline, empty state. Each writes finished markup into a sink; texts arrive already translated and are escaped here.
 * Nothing here reads the database. Absent texts are left out. */
#pragma once
#include "base/cx.h"
#include "platform/format/html.h"

enum tone { TONE_PLAIN, TONE_YOURS, TONE_OK, TONE_WAIT, TONE_STOP };

/* A line icon of platform/assets; decoration only, words stand beside it. Nothing when icon is 0. */
void part_icon(struct html *h, int icon, bool small);
/* `text` with the first occurrence of `strong` in it in bold. */
void part_strong(struct html *h, struct str text, struct str strong);
/* Icon, words, colour: in that order of weight. */
void part_state(struct html *h, enum tone tone, int icon, struct str text);
void part_tag(struct html *h, enum tone tone, struct str text);

/* A link, or a form post when it changes something (then the token of the session goes with it). */
struct act {
	struct str text, href;
	int icon;
	bool primary, quiet;
	bool post;
};
/* `token` of csrf_token; absent is allowed when the act is no post. */
void part_act(struct html *h, const struct act *act, struct str token);

/* Who must act, since when, before when. One per record. */
struct pen {
	bool yours;
	struct str text, strong; /* "Waiting for Bergen to sign", "Bergen" */
	struct str since;        /* "for 4 days, usually 6" */
	struct str due, due_strong;
};
void part_pen(struct html *h, const struct pen *pen);

void part_facts_begin(struct html *h);
void part_fact_begin(struct html *h, struct str label); /* then the value is written, then: */
void part_fact_end(struct html *h);
void part_fact(struct html *h, struct str label, struct str value, struct str href, struct str under);
void part_facts_end(struct html *h);

/* Why: rule, what there is, what is needed; then the smallest change. `yes` turns the sign. */
struct why_row {
	struct str rule, have, need;
	bool worse; /* the value that stands against it */
};
struct why {
	bool yes;
	struct str title, text;
	int head_rule, head_have, head_need; /* M_...; 0: rule, you have, needed */
	const struct why_row *rows;
	size_t rows_len;
	struct str but, but_strong; /* "You could if you pass the test of 12 January.", "You could if" */
	struct str link, link_text;
	struct str ask; /* whom to ask */
	bool as_h4;     /* level of the title when the card stands under an h3 */
};
void part_why(struct cx *cx, struct html *h, const struct why *why);

/* One square per place, filled when taken; ticks for what is asked beyond. Words always follow; above 12 places words only. */
void part_seats(struct html *h, int64_t places, int64_t taken, int64_t asked, struct str words);

void part_figures_begin(struct html *h, bool four);
/* value "4", out_of "/ 6", label. Without address it is no link. */
void part_figure(struct html *h, struct str href, struct str value, struct str out_of, struct str label);
void part_figures_end(struct html *h);

void part_empty(struct html *h, int icon, struct str sentence, const struct act *act, struct str token); /* act may be NULL */

enum step_state { STEP_DONE, STEP_NOW, STEP_COMING };
struct step {
	enum step_state state;
	struct str text, href, when;
};
void part_steps(struct html *h, struct str label, const struct step *steps, size_t len);    /* across */
void part_timeline(struct html *h, struct str label, const struct step *steps, size_t len); /* down */

struct job_view {
	const char *id;      /* of the element, unique in the page */
	struct str name;     /* "Importing students.csv" */
	int64_t done, total; /* total UNKNOWN: no bar length yet */
	struct str progress, left, note;
	struct str poll; /* address that the script reads again */
};
void part_job(struct html *h, const struct job_view *job);

/* Lengths side by side in one bar; the numbers stand in words beside it. `shade` 1 to 5. */
struct segment {
	int64_t value;
	int shade;
	struct str text;
};
void part_stacked(struct html *h, struct str label, const struct segment *segments, size_t len);
void part_key(struct html *h, const struct segment *segments, size_t len, bool dots);

/* What was done and what was not, with a way back. Stays until read or the next page. */
void part_toast(struct cx *cx, struct html *h, struct str text, struct str undo_path, struct str token);

/* A number in hundredths as an SVG coordinate: 4975 is 49.75. */
void part_coord(struct html *h, int64_t hundredths);
void part_attr_coord(struct html *h, const char *name, int64_t hundredths);
void part_hidden(struct html *h, const char *name, struct str value);
/* The address goes on with these parameters: ?a=b&c=d becomes hidden fields, without the names in `but` (comma-separated). */
void part_hidden_query(struct cx *cx, struct html *h, struct str query, struct str but);
