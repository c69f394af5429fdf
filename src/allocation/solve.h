/* Mechanisms: from a finished allocation to who holds which option, and why that is right (cut-offs).
 *
 * serial: students in order of score (their largest), then lottery; each takes the first option of the own list that
 *   still has a seat under all its caps.
 *   A pair (allocation_add_pair) chooses at the turn of the later of the two: the best option that both listed and that
 *   has two seats under all its caps, by the least sum of their ranks, then the least worse rank, then the order that
 *   tied options would have in the list of the earlier of the two. Without one each chooses alone at that turn, the
 *   earlier of the two first. The other mechanisms refuse pairs (PAIR_MECHANISM).
 * deferred: student-proposing deferred acceptance. An option keeps its best by score for that option, then lottery; a
 *   cap keeps the best of what its options and caps keep, scores of different options compared as they are.
 * Lottery of a student: HMAC-SHA256(seed, student id), larger first. Options tied in a list: HMAC-SHA256(seed,
 * student id, 0x1f, option id), larger first. Floors do not bend serial and deferred: their shortfall is counted.
 * ranksum, greedy, generous: the most students placed, then by floors and ranks: see cost.h. They have prices, no cut-offs.
 *
 * Results depend on ids, numbers and seed only: not on the order of rows, threads or the machine. */
#pragma once
#include "allocation/problem.h"

enum allocation_mechanism {
	ALLOCATION_SERIAL,
	ALLOCATION_DEFERRED,
	ALLOCATION_RANKSUM,
	ALLOCATION_GREEDY,
	ALLOCATION_GENEROUS,
	ALLOCATION_MECHANISM_COUNT,
};

/* What may be said of a mechanism. NO and ALWAYS are theorems; the others say on what they hang. */
enum allocation_holds {
	ALLOCATION_NO,
	ALLOCATION_ALWAYS,
	ALLOCATION_WHEN_STRICT,    /* in lists without ties; with ties for the order that the lottery gives them */
	ALLOCATION_WITHOUT_FLOORS, /* a floor may keep a student at a place that she would leave for a free one */
	ALLOCATION_WHEN_ONE_SCORE, /* when each student has the same score for every option */
};
struct allocation_properties {
	enum allocation_mechanism mechanism;
	const char *name;                       /* "serial" */
	bool available;                         /* allocation_solve runs it */
	enum allocation_holds strategy_proof;   /* no student gains by ranking otherwise than she feels */
	enum allocation_holds stable;           /* nobody prefers a seat held by somebody with a lower score */
	enum allocation_holds pareto_efficient; /* nobody could have more without another having less */
	enum allocation_holds most_placed;      /* no mechanism places more */
};
/* The sheet of a mechanism, in general. */
const struct allocation_properties *allocation_properties(enum allocation_mechanism m);
/* A condition of the sheet judged on this allocation: does it hold here? Nothing is assured where there are pairs. */
bool allocation_holds_here(const struct allocation *a, enum allocation_holds holds);
bool allocation_mechanism_parse(struct str name, enum allocation_mechanism *out) MUST_CHECK;

typedef void allocation_hmac_fn(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[32]);

struct allocation_options {
	enum allocation_mechanism mechanism;
	struct str seed;          /* without a zero byte, which would be no other key to HMAC; lives as long as the result */
	allocation_hmac_fn *hmac; /* HMAC-SHA-256 */
	uint32_t threads;         /* for the optimising mechanisms; 0 is 1. Changes no result */
	uint32_t floor_solves;    /* with floors at caps: how much work at most (below); 0 is ALLOCATION_FLOOR_SOLVES */
};

/* Optimising mechanisms with floors at caps: the work is counted in relaxations solved, each as long as a solve without such
 * floors. Within the limit the result is the optimum; beyond it the cheapest placement found. */
enum { ALLOCATION_FLOOR_SOLVES = 20000 };
enum allocation_floor_state {
	ALLOCATION_FLOORS_PRICED,   /* prices prove the optimum, as they do without such floors */
	ALLOCATION_FLOORS_SEARCHED, /* a whole search does: there are no prices, who wants to know solves again */
	ALLOCATION_FLOORS_LIMIT,    /* the limit was reached: no optimum is claimed */
};
struct allocation_floor_search {
	uint32_t limit; /* 0: no such question */
	uint32_t solves;
	enum allocation_floor_state state;
	int64_t at_least; /* no placement of as many students has less shortfall of all floors */
};

enum allocation_cutoff_state {
	ALLOCATION_OPEN,   /* a seat is left: everybody who listed it and wanted it has it */
	ALLOCATION_CUT,    /* score and student are the last admitted; who comes after them could not have it. A pair has the
	                    * turn of the later, and passing says of it only that one seat was free at its turn */
	ALLOCATION_CLOSED, /* no seat from the start: capacity 0, or all taken by fixed placements */
};
struct allocation_cutoff {
	enum allocation_cutoff_state state;
	uint32_t node;    /* the option or cap that is full */
	uint32_t student; /* the last one admitted there, with CUT */
	int64_t score;    /* of that student, with CUT */
};

struct allocation_result {
	const struct allocation *allocation;
	struct allocation_options options;
	uint64_t *lottery;                 /* of every student, the first eight bytes */
	uint32_t *held;                    /* of every student: the choice, ALLOCATION_NONE when unplaced */
	struct allocation_cutoff *cutoffs; /* of every option: the strictest among it and its caps; NULL: optimising mechanisms */
	uint32_t *load;                    /* of every node */
	uint32_t placed;
	int64_t rank_sum;
	uint32_t *profile; /* of every rank number from 1 to max_rank, at [rank - 1] */
	int64_t group_shortfall;
	struct allocation_floor_search floor_search;
	/* Optimising mechanisms, digits as in cost.h: what a seat under a node costs whoever takes it, node-major; and what a
	 * floor gives to whoever counts for it. NULL for serial and deferred, and where a search decided. */
	uint32_t ndigits;
	const int64_t *price;
	const int64_t *floor_price;
};

/* Memory of the result in `arena`. ERR_INVALID: MECHANISM for one that is not available, PAIR_MECHANISM, SEED, RANKS, LINKED. */
enum err allocation_solve(struct arena *arena, const struct allocation *a, const struct allocation_options *options,
                          struct allocation_result *out, struct allocation_fault *fault) MUST_CHECK;

/* The whole lottery number of a student. */
void allocation_lottery(const struct allocation_result *r, uint32_t student, uint8_t out[32]);
/* The order of seats at an option under the mechanism of the result: negative when student x with score sx comes before
 * student y with score sy. */
int allocation_before(const struct allocation_result *r, uint32_t x, int64_t sx, uint32_t y, int64_t sy);
/* Whose score and lottery decide when the student chooses: the later of a pair, else the student herself. */
uint32_t allocation_turn(const struct allocation_result *r, uint32_t student);
/* The score with which the student competes for the choice: the largest under serial, its own under deferred. */
int64_t allocation_competing_score(const struct allocation_result *r, uint32_t student, uint32_t choice);

/* Waiting list. Somebody lets a seat go: who is next, and for which choice? The first in the order of seats who is not
 * forbidden it and holds nothing or, with `upgrades`, something ranked lower (equal ranks do not move); each student is
 * asked for the best choice that has a seat under all its caps once `from` has left. Under shared caps a seat let go at
 * one option may be taken at another: give ALLOCATION_NONE as `option` to look at all, an option to look at that only.
 * `from` is the student who leaves, ALLOCATION_NONE when held and load are already without. Fixed placements move only
 * with `upgrades`. False when nobody is next. Without upgrades it is whom serial places when all others stay fixed. Nobody
 * loses by it: an upgrade only frees a further seat, for which the caller asks again. */
struct allocation_offer {
	uint32_t student, choice;
};
bool allocation_next(const struct allocation_result *r, uint32_t from, uint32_t option, bool upgrades, struct allocation_offer *offer);
