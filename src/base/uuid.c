/* UUID version 7: 48 bits of milliseconds, then 74 random bits that serve as a counter inside a millisecond. */
#include "base/uuid.h"

#include <pthread.h>

#include "base/rand.h"

enum { RAND_A_BITS = 12, RAND_B_BITS = 62 };
static const uint64_t rand_b_max = ((uint64_t)1 << RAND_B_BITS) - 1;
static const uint64_t ms_max = ((uint64_t)1 << 48) - 1;

/* The last one given out. rand_a is the high part of the counter. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_ms, last_a, last_b;
static bool started;

static void draw(uint64_t ms)
{
	uint64_t r[2];
	rand_bytes(r, sizeof(r));
	last_ms = ms;
	last_a = r[0] & (((uint64_t)1 << (RAND_A_BITS - 1)) - 1); /* top bit 0 leaves room to count */
	last_b = r[1] & rand_b_max;
}

static void step(void)
{
	uint32_t r;
	rand_bytes(&r, sizeof(r));
	last_b += (uint64_t)r + 1;
	if (last_b <= rand_b_max) return;
	last_b &= rand_b_max;
	if (++last_a >> RAND_A_BITS) draw(last_ms + 1);
}

struct uuid uuid_new(int64_t now_ms)
{
	uint64_t ms = now_ms < 0 ? 0 : (uint64_t)now_ms > ms_max ? ms_max : (uint64_t)now_ms;
	pthread_mutex_lock(&lock);
	if (!started || ms > last_ms)
		draw(ms);
	else
		step();
	started = true;
	uint64_t hi = last_ms << 16 | 0x7000 | last_a, lo = (uint64_t)2 << RAND_B_BITS | last_b;
	pthread_mutex_unlock(&lock);
	struct uuid u;
	for (int i = 0; i < 8; i++) {
		u.b[i] = (uint8_t)(hi >> (56 - 8 * i));
		u.b[8 + i] = (uint8_t)(lo >> (56 - 8 * i));
	}
	return u;
}

bool uuid_eq(struct uuid a, struct uuid b) { return uuid_cmp(a, b) == 0; }

int uuid_cmp(struct uuid a, struct uuid b) { return memcmp(a.b, b.b, sizeof(a.b)); }

bool uuid_none(struct uuid u) { return uuid_eq(u, UUID_NONE); }

static bool hyphen_at(int i) { return i == 8 || i == 13 || i == 18 || i == 23; }

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

bool uuid_parse(struct str s, struct uuid *out)
{
	if (s.len != UUID_TEXT_LEN) return false;
	struct uuid u = UUID_NONE;
	int nibble = 0;
	for (int i = 0; i < UUID_TEXT_LEN; i++) {
		if (hyphen_at(i)) {
			if (s.ptr[i] != '-') return false;
			continue;
		}
		int v = hex_value(s.ptr[i]);
		if (v < 0) return false;
		u.b[nibble / 2] = (uint8_t)(u.b[nibble / 2] << 4 | v);
		nibble++;
	}
	*out = u;
	return true;
}

void uuid_write(char out[UUID_TEXT_LEN], struct uuid u)
{
	static const char hex[] = "0123456789abcdef";
	for (int i = 0, nibble = 0; i < UUID_TEXT_LEN; i++) {
		if (hyphen_at(i)) {
			out[i] = '-';
			continue;
		}
		uint8_t byte = u.b[nibble / 2];
		out[i] = hex[nibble % 2 ? byte & 15 : byte >> 4];
		nibble++;
	}
}

struct str uuid_text(struct arena *a, struct uuid u)
{
	char *p = arena_alloc(a, UUID_TEXT_LEN);
	uuid_write(p, u);
	return (struct str){p, UUID_TEXT_LEN};
}
