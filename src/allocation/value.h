/* What seats are worth, for the office: one more and one less at every option and cap, and which to ask partners for.
 *
 * Optimising mechanisms: from the prices of one result, by one search forward and one backward for the roots of the forest
 * and for each cap with something full below it; no question is solved again; only
 * `whole` below a full cap moves the state there and back. serial without caps and pairs: by the one
 * chain of moves that a seat sets off. Otherwise (deferred; serial with caps or pairs; floors at caps) the mechanism runs again,
 * once to three times for everything that is full: as many solves. Under deferred with caps and scores that differ by option
 * also once for everything below a cap that is not full, but where enough proposed to fill it on the way. */
#pragma once
#include "allocation/solve.h"
#include "base/sb.h"

/* What changes, all students together. */
struct allocation_worth {
	bool possible; /* false: there is no seat to take away, or it is kept from an earlier round; the rest is then 0 */
	int64_t placed, shortfall;
	int64_t *profile; /* of every rank number from 1 to max_rank, at [rank - 1]: how many more hold it; NULL: nothing changes */
};
struct allocation_value {
	struct allocation_worth plus, minus; /* one seat more, one less, at this node alone */
	struct allocation_worth whole;       /* one more at this node and at every cap above it; plus where there is none */
};

/* *out: of every node, options first, as in the allocation; memory in `arena`. ERR_INVALID with *fault where a state cannot
 * be (state.h). */
enum err allocation_values(struct arena *arena, const struct allocation_result *r, struct allocation_value **out,
                           struct allocation_fault *fault) MUST_CHECK;
/* JSON, one object to a line: docs/contracts/allocation.md. */
void allocation_write_values(struct sb *out, const struct allocation_result *r, const struct allocation_value *values);

/* Negotiations worth having. */
enum { ALLOCATION_CURVE = 5 };
struct allocation_negotiation {
	uint32_t node;
	struct allocation_worth curve[ALLOCATION_CURVE]; /* at [k - 1]: k seats more at the node and at every cap above it */
	uint32_t first;                                  /* students who rank something here first */
	uint32_t unmet_first;                            /* of those: how many hold nothing that they rank first */
	uint32_t waiting; /* students who rank something here higher than what they hold, which is not here */
};
struct allocation_negotiations {
	struct allocation_negotiation *items; /* the one to have first comes first */
	uint32_t n;
	uint32_t most; /* item whose ALLOCATION_CURVE seats place most; ALLOCATION_NONE when none places anybody */
};
/* Options and caps where one more seat (`whole`) changes something for the better: the best `limit` by what one seat does,
 * then in the order of the curve: most placed with one seat, with two and so on; then most first ranks, second ranks and so on with one
 * seat; then unmet first ranks; then byte order of id, options before caps. Forbidden and fixed choices are no demand. Errors as
 * allocation_values. */
enum err allocation_negotiate(struct arena *arena, const struct allocation_result *r, const struct allocation_value *values, uint32_t limit,
                              struct allocation_negotiations *out, struct allocation_fault *fault) MUST_CHECK;
