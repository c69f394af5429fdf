/* Why does this student not hold that option, and what is the least that would have changed it?
 * Values, not sentences: the page says them in the reader's language, and shows only what the reader may see. */
#pragma once
#include "allocation/state.h"
#include "base/sb.h"

/* INELIGIBLE and UNKNOWN_FACT are the caller's: what she may not list does not come here. */
#define ALLOCATION_REASONS(X)                                                                                        \
	X(PLACED, "PLACED")     /* the student holds it */                                                           \
	X(LOCKED, "LOCKED")     /* another option is kept from an earlier round */                                   \
	X(DECLINED, "DECLINED") /* the student gave it up in an earlier round */                                     \
	X(NOT_LISTED, "NOT_LISTED")                                                                                  \
	X(CAPACITY_ZERO, "CAPACITY_ZERO")   /* it, or the cap named in node, has no seat at all */                   \
	X(ALL_KEPT, "ALL_KEPT")             /* every seat of node is kept from an earlier round */                   \
	X(BETTER_GOT, "BETTER_GOT")         /* the student holds one ranked higher */                                \
	X(EQUAL_GOT, "EQUAL_GOT")           /* the student holds one ranked the same */                              \
	X(FULL_CUTOFF, "FULL_CUTOFF")       /* full with students who come before */                                 \
	X(CAP_SHARED, "CAP_SHARED")         /* the same for a cap above it, named in node */                         \
	X(GLOBAL, "GLOBAL")                 /* optimising mechanisms: it would make the whole dearer, by cost */     \
	X(FLOOR_RESERVED, "FLOOR_RESERVED") /* the same, since the floor of group at node would be missed by more */ \
	X(PAIR, "PAIR") /* a seat was free at the turn of the pair, which went elsewhere together, or had only one left */

enum allocation_reason_code {
#define X(code, name) ALLOCATION_REASON_##code,
	ALLOCATION_REASONS(X)
#undef X
	    ALLOCATION_REASON_COUNT
};
const char *allocation_reason_name(enum allocation_reason_code code);

struct allocation_reason {
	enum allocation_reason_code code;
	uint32_t student, option;
	uint32_t choice;       /* ALLOCATION_NONE when not listed */
	uint32_t held;         /* choice the student holds, ALLOCATION_NONE */
	uint32_t node;         /* option or cap that decides, ALLOCATION_NONE */
	uint32_t group;        /* FLOOR_RESERVED */
	bool scored;           /* the next five mean something: FULL_CUTOFF, and CAP_SHARED under serial and deferred */
	int64_t score, cutoff; /* the student's where she competes (under serial of the later of a pair); of the last admitted */
	int64_t distance;      /* cutoff - score, 0 or more */
	bool lost_by_lottery;  /* equal scores */
	uint32_t last_student; /* the last admitted; for the office, not for students */
	/* The least that would have given this option, or one ranked as high or higher. Each was run again: with it the
	 * student holds gain_gives or seats_gives (options), with one less she would not. */
	int64_t score_gain; /* UNKNOWN: no gain of score does it */
	uint32_t gain_gives;
	int64_t extra_seats; /* at the option and on every cap above it; UNKNOWN: see ALLOCATION_WHY_SEATS */
	uint32_t seats_gives;

	/* Optimising mechanisms, GLOBAL, FLOOR_RESERVED and CAP_SHARED: how much dearer the whole becomes, digits as in cost.h, if
	 * the student must have this option and everything else is the best it then can be; and the price of node, NULL without. */
	bool weighed;
	uint32_t ndigits;
	const int64_t *cost, *price;
	/* What giving it would do, all together: optimising mechanisms as above; serial and deferred by a score higher by
	 * score_gain, when that is known. The moves begin with the student and go on with whose seat is taken; where the chain
	 * ends nobody is, or somebody holds nothing. For the office: they name others. */
	bool effect_known;
	struct allocation_change effect;
	uint32_t worse, better, lost; /* others who would rank what they hold lower, higher; of the first, those left with nothing */
};
/* Where there are caps or pairs no more seats than these are tried, and for a pair no more gains. */
#define ALLOCATION_WHY_SEATS 64

/* serial and deferred: runs the mechanism again some thirty times for FULL_CUTOFF and CAP_SHARED, otherwise is immediate.
 * Optimising mechanisms: one search, and one edit of a state (state.h) for every seat tried; with floors at caps the
 * mechanism runs once, and once for every seat tried. `counterfactual` false leaves the runs for gains and seats out, and for
 * serial and deferred the effect. Memory of cost, price and effect in `arena`. */
void allocation_why(struct arena *arena, const struct allocation_result *r, uint32_t student, uint32_t option, bool counterfactual,
                    struct allocation_reason *out);
/* The same as a JSON object, with the last newline. */
void allocation_write_reason(struct sb *out, const struct allocation_result *r, const struct allocation_reason *why);

/* What would she hold if she had listed the option too, at this rank and with this score, or, when she has listed it, were
 * not forbidden it? All others as they are. *gets: an option, ALLOCATION_NONE. For the caller's "if you had B2". ERR_REFUSED
 * for a rank or score that cannot be, or a student whose placement is fixed. */
enum err allocation_what_if(const struct allocation_result *r, uint32_t student, uint32_t option, int64_t rank, int64_t score,
                            uint32_t *gets, struct allocation_fault *fault) MUST_CHECK;
