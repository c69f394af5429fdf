/* Arena: memory that is freed whole. One per request or job; nothing above the adapters calls free().
 * An allocation never fails: when the machine is out of memory the process logs it and aborts, since every
 * size that a user can influence is capped before it reaches an arena. Not shared between threads. */
#pragma once
#include "base/attr.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is allowed */
void arena_reset(struct arena *a); /* forgets everything, keeps the first chunk */

/* Zeroed, aligned to 16 bytes. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_room(struct arena *a, size_t size); /* not zeroed: for what is written at once */
void *arena_copy(struct arena *a, const void *src, size_t size);
/* Grows the block `old` of `old_size` bytes, in place when it is the newest one; what is added is zeroed.
 * Views into the old block are no longer valid. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);
/* For large work: makes the block smaller, or gives it back with new_size 0. A block under 256 KiB stays as it is until
 * its arena goes. Gives where it lies now, NULL once it is gone. */
void *arena_shrink(struct arena *a, void *old, size_t new_size);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc_array((a), (n), sizeof(T)))
void *arena_alloc_array(struct arena *a, size_t n, size_t size); /* aborts on overflow */

/* Everything allocated after a mark goes at its rewind: a job's block, a row of a long loop. */
struct arena_mark {
	void *chunk;
	size_t used;
};
struct arena_mark arena_mark(struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

size_t arena_bytes(const struct arena *a); /* held from the system */
