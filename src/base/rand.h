/* Random bytes from the kernel; a process that cannot have them aborts. */
#pragma once
#include "base/attr.h"

void rand_bytes(void *out, size_t n);
uint64_t rand_u64(void);

/* A small generator with a seed, for demo data, jitter and tests; never for secrets (splitmix64). */
struct rand_seeded {
	uint64_t state;
};
uint64_t rand_seeded_u64(struct rand_seeded *r);
uint64_t rand_seeded_below(struct rand_seeded *r, uint64_t limit); /* limit > 0 */
