/* Private to the folder: which of all prices that prove a placement a result has (canon.c). */
#pragma once
#include "allocation/check.h"
#include "allocation/cost.h"
#include "base/vec.h"

/* Closed nodes: those without a seat but for the fixed, there or above. */
struct closers {
	uint32_t *seats; /* of every node, left after fixed placements */
	uint32_t *of;    /* of every node: the lowest without a seat on its way to the root, itself too; ALLOCATION_NONE: open */
	bool any;
};
void closers_find(struct arena *arena, const struct allocation *a, struct closers *out);
/* Sets the prices of closed nodes, zero so far, in `price`, which is r->price. `arena` for scratch. */
void closed_prices(struct arena *arena, const struct allocation_result *r, const struct closers *closers, int64_t *price);

/* New r->price and r->floor_price in `arena`, the ones that allocation_solve gives; those there must prove the placement, by
 * allocation_verify or otherwise. ERR_INVALID where a state cannot be. */
enum err prices_largest(struct arena *arena, struct allocation_result *r) MUST_CHECK;

/* What a check finds on its pass over the lists: moves, and closed options, that would cost exactly nothing. */
struct tight_arc {
	uint32_t from, to; /* places, as in a graph (search.h) */
	uint32_t next;     /* to the same place */
};
struct tight {
	struct closers closers;
	uint8_t *paid; /* of closed nodes: somebody would pay just the price, but for the least digit */
	VEC(struct tight_arc) arcs;
};
void tight_begin(struct check *c, struct tight *t);
void tight_add(struct check *c, struct tight *t, uint32_t student, uint32_t held, uint32_t choice);
/* All prices of c->r, which prove the placement, are the largest. ERR_REFUSED with the first that is not. */
enum err tight_check(struct check *c, struct tight *t);
