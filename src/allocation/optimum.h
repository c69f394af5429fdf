/* Private to the folder: the placement of least cost (cost.h) and the prices that prove it.
 *
 * The digits are taken in blocks, most significant first, each packed in one 64-bit number; what an optimum of a block
 * cannot use is put aside before the next (simplex.h). A block of several profile digits counts on small prices: they are
 * checked afterwards, and where one is too large the block is solved again digit by digit, which is always exact. */
#pragma once
#include "allocation/cost.h"
#include "allocation/run.h"

struct optimum {
	uint32_t ndigits;
	int64_t *price;       /* of every node of the allocation, ndigits each */
	int64_t *floor_price; /* of every floor */
};
/* OPTIMUM_NODES, options, caps and floors that lists and caps link to each other: a potential adds up at most one difference of
 * two 44-bit numbers for each of them, and two potentials and a cost still fit in 63 bits. Floors at caps bring numbers of their
 * own into it: floors.c keeps those within the same sum. */
enum { OPTIMUM_DIGIT_BITS = 10, OPTIMUM_BLOCK_BITS = 60, OPTIMUM_NODES = 1 << 17 };

/* Fills run->held. digit_bits: OPTIMUM_DIGIT_BITS; tests give fewer, 0 for one digit at a time. The prices are left in
 * `arena`; NULL: no prices. Scratch memory stays in run->arena. False, and nothing decided: more than `nodes` (OPTIMUM_NODES;
 * tests give fewer) hang together. */
bool optimum_run(struct run *run, uint32_t digit_bits, uint32_t nodes, struct arena *arena, struct optimum *out) MUST_CHECK;
/* Fills *fault: too many hang together. ERR_INVALID. */
enum err optimum_linked(struct allocation_fault *fault);
