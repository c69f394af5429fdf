/* An allocation that stays solved while it is edited: a student declines or leaves, a seat more or less, a new student, a
 * new list, a choice forbidden or allowed again.
 *
 * ranksum, greedy, generous: the state keeps the optimal placement and its prices. An edit is one shortest-path search
 *   over the options and caps and at most one chain of moves; after it the placement is the optimum of the question as it
 *   then stands, the one that a fresh solve gives (the lottery digit makes it unique). A state that begins empty and takes
 *   in one student after the other is a solver of its own, which shares no step with the one of allocation_solve.
 * serial, deferred, and all with floors at caps: an edit runs the mechanism again.
 *
 * Optimising mechanisms refuse pairs (PAIR_MECHANISM).
 *
 * Students and choices keep their numbers: those of the allocation first, new ones after them in order of arrival. Memory
 * lies in the state's own arena until allocation_state_free. One thread. The allocation and the seed must outlive it. */
#pragma once
#include "allocation/solve.h"

struct allocation_state;

/* Solved from the beginning. ERR_INVALID with *fault. */
enum err allocation_state_new(const struct allocation *a, const struct allocation_options *options, struct allocation_state **out,
                              struct allocation_fault *fault) MUST_CHECK;
/* From a result that allocation_solve or allocation_verify gave: its placement and prices are taken over. */
enum err allocation_state_of(const struct allocation_result *r, struct allocation_state **out, struct allocation_fault *fault) MUST_CHECK;
void allocation_state_free(struct allocation_state *st); /* NULL is allowed */

/* Who moved by an edit: from and to are choices, ALLOCATION_NONE for holding nothing. In an optimising mechanism in the
 * order of the chain: each takes the seat that the next one leaves. The student whom the edit is about is in it. */
struct allocation_move {
	uint32_t student, from, to;
};
struct allocation_change {
	int64_t placed;    /* one more: 1 */
	int64_t shortfall; /* of floors */
	int64_t *profile;  /* of every rank from 1 to nprofile, at [rank - 1]: how many more hold it */
	uint32_t nprofile;
	struct allocation_move *moves;
	size_t nmoves;
};

/* Edits. ERR_REFUSED and nothing changed when the edit cannot be: the number is not one, the student has left, there is no
 * seat left to take away, or what stands (below) would have to give way. *change may be NULL; its memory is in `arena`. */

/* node: an option, or noptions + a cap, as in the allocation. more: 1 or -1. */
enum err allocation_state_seat(struct allocation_state *st, uint32_t node, int more, struct arena *arena,
                               struct allocation_change *change) MUST_CHECK;
enum err allocation_state_leave(struct allocation_state *st, uint32_t student, struct arena *arena,
                                struct allocation_change *change) MUST_CHECK;
enum err allocation_state_forbid(struct allocation_state *st, uint32_t choice, struct arena *arena,
                                 struct allocation_change *change) MUST_CHECK;
enum err allocation_state_allow(struct allocation_state *st, uint32_t choice, struct arena *arena,
                                struct allocation_change *change) MUST_CHECK;

struct allocation_wish {
	uint32_t option;
	int64_t rank, score;
	bool forbidden;
};
/* A new student with a list; *student is her number. The id must be new, or that of somebody who has left, and hold no control
 * character but tabs and line ends. */
enum err allocation_state_join(struct allocation_state *st, struct str id, struct str group, const struct allocation_wish *list, size_t n,
                               uint32_t *student, struct arena *arena, struct allocation_change *change) MUST_CHECK;
/* A new list in place of the old one, whose choices are no more. What she holds may only stay if it is in the new list. */
enum err allocation_state_relist(struct allocation_state *st, uint32_t student, const struct allocation_wish *list, size_t n,
                                 struct arena *arena, struct allocation_change *change) MUST_CHECK;

/* Standing offers. What the student holds now can only be replaced by something she ranks higher, and only when she wants
 * to be upgraded; it then stands in turn. Edits that would worsen it are refused. Fixed placements of the allocation stand
 * so from the beginning. Where an edit runs the mechanism again only without upgrades (allocation_next offers those one by one). */
enum err allocation_state_stand(struct allocation_state *st, uint32_t student, bool upgrades) MUST_CHECK;
/* Everybody who holds something. */
enum err allocation_state_stand_all(struct allocation_state *st, bool upgrades) MUST_CHECK;

/* How it stands. */
uint32_t allocation_state_students(const struct allocation_state *st); /* those who have left are counted */
bool allocation_state_present(const struct allocation_state *st, uint32_t student);
struct str allocation_state_id(const struct allocation_state *st, uint32_t student);
uint32_t allocation_state_held(const struct allocation_state *st, uint32_t student);  /* choice */
uint32_t allocation_state_option(const struct allocation_state *st, uint32_t choice); /* ALLOCATION_NONE for ALLOCATION_NONE */
uint32_t allocation_state_rank(const struct allocation_state *st, uint32_t choice);
uint32_t allocation_state_choice(const struct allocation_state *st, uint32_t student, uint32_t option);
uint32_t allocation_state_capacity(const struct allocation_state *st, uint32_t node);
uint32_t allocation_state_load(const struct allocation_state *st, uint32_t node);

/* The question as it now stands, finished, in `arena`: for any mechanism, for files, to be solved afresh. What stands with
 * upgrades is not in it. And the result as it now stands, an answer to that question which allocation_verify accepts. */
enum err allocation_state_problem(const struct allocation_state *st, struct arena *arena, struct allocation **out) MUST_CHECK;
enum err allocation_state_result(const struct allocation_state *st, struct arena *arena, struct allocation_result *out) MUST_CHECK;
