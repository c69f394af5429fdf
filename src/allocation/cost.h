/* What a choice costs under an optimising mechanism: a vector of digits, most significant first, compared as words are. An
 * allocation is optimal when the sum over all students is least.
 *
 *   digit 0     placed: 1 when the student holds nothing
 *   shortfall   only with floors: each floor costs max(0, floor - members of the group placed at the option or below
 *               the cap); a student costs 0
 *   mechanism   ranksum: the rank number. greedy: one digit for every rank number in use, best first, -1 for the rank that
 *               the student gets. generous: one digit for every rank number in use, worst first, +1 for it
 *   lottery     44 bits from the student's lottery number and the position in the own list: chooses among equal optima
 *
 * Holding nothing is 1 in digit 0 and 0 in all others. A rank number is in use when some student lists it, be the choice
 * fixed or forbidden. Prices (solve.h) are vectors of the same digits. Text for others: docs/contracts/allocation.md. */
#pragma once
#include "allocation/solve.h"

struct cost_layout {
	enum allocation_mechanism mechanism;
	uint32_t ndigits;
	uint32_t shortfall; /* ALLOCATION_NONE without floors */
	uint32_t first;     /* of the mechanism's digits */
	uint32_t lottery;   /* the last */
	uint32_t *digit_of; /* greedy, generous: of every rank number, at [rank]; ALLOCATION_NONE when not in use. Else NULL */
};
/* A floor at an option is part of a network. One at a cap shares out the seats of several options between groups, which is
 * none in general: floors.h decides it. */
static inline bool cost_floor_at_option(const struct allocation *a, uint32_t floor) { return a->floors[floor].node < a->noptions; }
static inline bool cost_cap_floors(const struct allocation *a)
{
	return a->nfloors && !cost_floor_at_option(a, a->nfloors - 1); /* they lie by node, options first */
}
static inline bool cost_optimises(enum allocation_mechanism m) { return m >= ALLOCATION_RANKSUM; }

/* Every option, cap and floor has a price with a digit for each different rank: what is kept grows as their product. So many
 * numbers take half a gigabyte to solve, and twice that to ask for values; lists of ten ranks are far from it. */
enum { COST_NUMBERS = 1 << 24 };
bool cost_fits(const struct allocation *a, enum allocation_mechanism m, uint32_t ranks);
/* ERR_INVALID: RANKS. */
enum err cost_check(const struct allocation *a, enum allocation_mechanism m, struct allocation_fault *fault) MUST_CHECK;
void cost_layout(struct arena *arena, const struct allocation *a, enum allocation_mechanism m, struct cost_layout *out);

/* Positions of the student's choices from 0: by rank, ties in the student's own order (tie_cmp); position[i - off[s]].
 * `arena` for scratch. */
void cost_positions(struct arena *arena, const struct allocation_result *r, uint32_t student, uint32_t *position);
/* The lottery digit of the choice in that position, for the first eight bytes of the student's number. */
static inline int64_t cost_lottery(uint64_t lottery, uint32_t position)
{
	uint64_t x = lottery + (position + 1ull) * 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (int64_t)((x ^ x >> 31) >> 20);
}
/* All digits; choice ALLOCATION_NONE: holding nothing. Floors are not in it: they are not a student's. */
void cost_of(const struct cost_layout *layout, const struct allocation_result *r, uint32_t student, uint32_t choice, uint32_t position,
             int64_t *digits);
/* With what the way to the root adds: prices of r less floor prices of the floors that count the student. */
void cost_total(const struct cost_layout *layout, const struct allocation_result *r, uint32_t student, uint32_t choice, uint32_t position,
                int64_t *digits);
/* The floor of the node for the group, ALLOCATION_NONE without. */
uint32_t cost_floor(const struct allocation *a, uint32_t node, uint32_t group);
static inline int cost_cmp(const int64_t *x, const int64_t *y, uint32_t ndigits)
{
	for (uint32_t d = 0; d < ndigits; d++)
		if (x[d] != y[d]) return x[d] < y[d] ? -1 : 1;
	return 0;
}
