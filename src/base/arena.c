/* Chunks that double from 8 KiB to 1 MiB. A block over 256 KiB has memory of its own, noted by a small header in the
 * current chunk: chunk positions then order all blocks, which is what a rewind needs.
 * Under AddressSanitizer everything not handed out is poisoned and blocks stand apart. */
#include "base/arena.h"

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN = 16, FIRST_CHUNK = 8 << 10, LARGEST_CHUNK = 1 << 20, BIG_BLOCK = 256 << 10 };

struct chunk {
	struct chunk *prev;
	size_t size, used;
	_Alignas(ALIGN) unsigned char data[];
};

struct big {
	struct big *prev;
	void *mem;
	size_t size;
};

struct arena {
	struct chunk *chunk;
	struct big *big;
	size_t next_size, held;
};

__attribute__((noreturn)) static void out_of_memory(size_t size)
{
	log_error("out of memory: %zu bytes asked", size);
	abort();
}

static size_t round_up(size_t size)
{
	if (size > SIZE_MAX / 4) out_of_memory(size);
	return size ? (size + ALIGN - 1) & ~(size_t)(ALIGN - 1) : ALIGN;
}

static void chunk_push(struct arena *a, size_t data_size)
{
	size_t size = a->next_size;
	while (size < data_size + sizeof(struct chunk))
		size *= 2;
	struct chunk *c = malloc(size);
	if (!c) out_of_memory(size);
	c->prev = a->chunk;
	c->size = size - sizeof(struct chunk);
	c->used = 0;
	ASAN_POISON_MEMORY_REGION(c->data, c->size);
	a->chunk = c;
	a->held += size;
	if (a->next_size < LARGEST_CHUNK) a->next_size *= 2;
}

static void chunk_pop(struct arena *a)
{
	struct chunk *c = a->chunk;
	a->chunk = c->prev;
	a->held -= c->size + sizeof(*c);
	ASAN_UNPOISON_MEMORY_REGION(c->data, c->size);
	free(c);
}

static void big_pop(struct arena *a)
{
	struct big *b = a->big;
	a->big = b->prev;
	a->held -= b->size;
	free(b->mem);
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));
	if (!a) out_of_memory(sizeof(*a));
	a->next_size = FIRST_CHUNK;
	chunk_push(a, 0);
	return a;
}

void arena_free(struct arena *a)
{
	if (!a) return;
	while (a->big)
		big_pop(a);
	while (a->chunk)
		chunk_pop(a);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct chunk *first = a->chunk;
	while (first->prev)
		first = first->prev;
	arena_rewind(a, (struct arena_mark){.chunk = first});
	a->next_size = 2 * FIRST_CHUNK;
}

static void *small_alloc(struct arena *a, size_t size)
{
	size_t step = round_up(size) + GAP;
	if (a->chunk->size - a->chunk->used < step) chunk_push(a, step);
	void *p = a->chunk->data + a->chunk->used;
	a->chunk->used += step;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

static void *big_alloc(struct arena *a, size_t size, bool zeroed)
{
	struct big *b = small_alloc(a, sizeof(*b));
	b->mem = zeroed ? calloc(1, size) : malloc(size);
	if (!b->mem) out_of_memory(size);
	b->size = size;
	b->prev = a->big;
	a->big = b;
	a->held += size;
	return b->mem;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > BIG_BLOCK) return big_alloc(a, size, true);
	return memset(small_alloc(a, size), 0, size);
}

void *arena_alloc_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes)) out_of_memory(SIZE_MAX);
	return arena_alloc(a, bytes);
}

void *arena_room(struct arena *a, size_t size) { return size > BIG_BLOCK ? big_alloc(a, size, false) : small_alloc(a, size); }

void *arena_copy(struct arena *a, const void *src, size_t size)
{
	void *p = arena_room(a, size);
	if (size) memcpy(p, src, size);
	return p;
}

static struct big *big_find(const struct arena *a, const void *mem)
{
	struct big *b = a->big;
	while (b && b->mem != mem)
		b = b->prev;
	return b;
}

static void *big_resize(struct arena *a, struct big *b, size_t old_size, size_t new_size)
{
	unsigned char *mem = realloc(b->mem, new_size);
	if (!mem) out_of_memory(new_size);
	if (new_size > old_size) memset(mem + old_size, 0, new_size - old_size);
	a->held += new_size - b->size;
	b->mem = mem;
	b->size = new_size;
	return mem;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	if (!old) return arena_alloc(a, new_size);
	if (new_size <= old_size) return old;
	struct big *big = old_size > BIG_BLOCK ? big_find(a, old) : NULL;
	if (big) return big_resize(a, big, old_size, new_size);
	struct chunk *c = a->chunk;
	unsigned char *start = old;
	size_t old_step = round_up(old_size) + GAP, new_step = round_up(new_size) + GAP;
	if (new_size <= BIG_BLOCK && start + old_step == c->data + c->used && c->size - c->used >= new_step - old_step) {
		c->used += new_step - old_step;
		ASAN_UNPOISON_MEMORY_REGION(start, new_size);
		memset(start + old_size, 0, new_size - old_size);
		return old;
	}
	void *p = arena_alloc(a, new_size);
	memcpy(p, old, old_size);
	return p;
}

void *arena_shrink(struct arena *a, void *old, size_t new_size)
{
	struct big *b = old ? big_find(a, old) : NULL;
	if (b && new_size && new_size < b->size) return big_resize(a, b, new_size, new_size);
	if (new_size || !b) return new_size ? old : NULL;
	free(b->mem);
	a->held -= b->size;
	b->mem = NULL;
	b->size = 0;
	return NULL;
}

struct arena_mark arena_mark(struct arena *a) { return (struct arena_mark){a->chunk, a->chunk->used}; }

/* Does the header of the newest big block lie in the newest chunk, at `from` or after it? */
static bool big_after(const struct arena *a, size_t from)
{
	const unsigned char *at = (const unsigned char *)a->big;
	const struct chunk *c = a->chunk;
	return at && at >= c->data + from && at < c->data + c->used;
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	for (;;) {
		bool there = a->chunk == m.chunk;
		while (big_after(a, there ? m.used : 0))
			big_pop(a);
		if (there) break;
		BUG_IF(!a->chunk->prev); /* a mark of another arena, or one that was rewound before */
		chunk_pop(a);
	}
	BUG_IF(m.used > a->chunk->used);
	a->chunk->used = m.used;
	ASAN_POISON_MEMORY_REGION(a->chunk->data + m.used, a->chunk->size - m.used);
}

size_t arena_bytes(const struct arena *a) { return a->held; }
