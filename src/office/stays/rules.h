/* Pure decisions about stays: the steps that the facts show, and who must act. */
#pragma once
#include "office/stays/model.h"

enum stay_step {
	STAY_PLACED,    /* the row was made */
	STAY_ACCEPTED,  /* the person took the place */
	STAY_NOMINATED, /* home told host who comes */
	STAY_HOST_ACCEPTED,
	STAY_ARRIVED,    /* first day at the host, confirmed */
	STAY_BACK,       /* left the host, confirmed */
	STAY_RECOGNISED, /* students only: what was achieved counts at home */
	STAY_CANCELLED,
	STAY_STEPS,
};
enum stay_step_state {
	STAY_STEP_DONE,
	STAY_STEP_NOW, /* the next thing to happen */
	STAY_STEP_TO_COME,
	STAY_STEP_UNRECORDED, /* a later step is done, so this one must have been; no fact says when */
};

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
/* The same without a today: what is kept in the *_now columns. A fact with a date that lies ahead counts as done. */
struct stay_now {
	enum stay_state state;
	enum stay_pen pen;
	int64_t since, due; /* dates; UNKNOWN */
};
struct stay_now stay_now(const struct stay *s, const struct stay_terms *terms);
/* How a stay of this state stands today. */
enum stay_urgency { STAY_QUIET, STAY_WAITING, STAY_OURS, STAY_LATE, STAY_SETTLED };
enum stay_urgency stay_urgency(const struct stay *s, int64_t today);
/* EQF level of the learner's cycle as text; absent when not known or for lecturers and staff. */
struct str stay_cycle(const struct stay *s);
/* The step that the office may record now; STAY_PLACED when there is none. */
enum stay_step stay_next_step(const struct stay_timeline *t);
/* Places of a condition in one academic year. A cancelled or archived stay takes none. */
struct seats {
	int64_t places, used;
	int64_t free; /* never below 0 */
	int64_t over; /* taken beyond the places */
};
struct seats stay_seats(int64_t places, int64_t used);
/* Does it take one of the places of its condition? Cancelled stays do not. */
bool stay_takes_place(const struct stay *s);
/* Counted for study mobility (C32): placements, teaching and research never are. */
bool stay_is_study(const struct stay *s);
