/* Pure decisions about stays: the steps that the facts show, and who must act. */
#pragma once
#include "office/stays/model.h"

enum stay_step {
	STAY_PLACED,        /* the row was made */
	STAY_ACCEPTED,      /* the person took the place */
	STAY_NOMINATED,     /* home told host who comes */
	STAY_HOST_ACCEPTED,
	STAY_ARRIVED,       /* first day at the host, confirmed */
	STAY_BACK,          /* left the host, confirmed */
	STAY_RECOGNISED,    /* students only: what was achieved counts at home */
	STAY_CANCELLED,
	STAY_STEPS,
};
enum stay_step_state {
	STAY_STEP_DONE,
	STAY_STEP_NOW,        /* the next thing to happen */
	STAY_STEP_TO_COME,
	STAY_STEP_UNRECORDED, /* a later step is done, so this one must have been; no fact says when */
};
enum stay_pen { STAY_PEN_NOBODY, STAY_PEN_PERSON, STAY_PEN_OFFICE, STAY_PEN_PARTNER };

struct stay_step_line {
	enum stay_step step;
	enum stay_step_state state;
	int64_t date; /* done: when; to come: planned; UNKNOWN: not known */
};
struct stay_timeline {
	struct stay_step_line lines[STAY_STEPS];
	size_t len;
	struct {
		enum stay_pen who;
		int what;      /* M_pen_...; 0 with STAY_PEN_NOBODY */
		int64_t since; /* date from which it is theirs */
		int64_t due;   /* date; UNKNOWN: none */
		bool late;     /* due has passed */
	} pen;
};

/* Days given for an act, from dated rows; UNKNOWN: no limit. Counted from the day it became theirs. */
struct stay_terms {
	int64_t accept_days, nominate_days, host_days, recognise_days;
};
#define STAY_TERMS_NONE ((struct stay_terms){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN})

/* Outgoing: the office nominates, the partner accepts. Incoming: the partner nominates, the office accepts; recognition is the
 * partner's and no step here. Lecturers and staff have no recognition. A line of a public statistic has no person: it shows its facts and
 * waits for nobody. */
void stay_timeline(const struct stay *s, int64_t today, const struct stay_terms *terms, struct stay_timeline *out);
int stay_step_label(enum stay_step step); /* M_... */
/* Does it take one of the places of its condition? Cancelled stays do not. */
bool stay_takes_place(const struct stay *s);
/* Counted for study mobility (C32): placements, teaching and research never are. */
bool stay_is_study(const struct stay *s);
