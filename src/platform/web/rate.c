/* A hash table with four places for each slot, behind one lock: it is asked a few times a second, never for a page. */
#include "platform/web/rate.h"
#include "base/rand.h"
#include "platform/crypto/hash.h"
#include <pthread.h>

enum { SLOTS = 1024, WAYS = 4, UNIT = 1000 /* one try in the fixed-point count */ };

/* Generous for an address, which may be a whole campus; strict for an account. */
static const struct limit {
	int64_t tries, half_life_s;
} limits[RATE_KINDS] = {
    [RATE_SIGN_IN_ADDRESS] = {120, 300}, [RATE_SIGN_IN_ACCOUNT] = {10, 300}, [RATE_RESET_ADDRESS] = {30, 900},
    [RATE_RESET_ACCOUNT] = {3, 900},     [RATE_TOKEN_ADDRESS] = {120, 60},
};

struct entry {
	uint64_t key; /* 0: free */
	int64_t count, at_ms, half_life_ms;
};
static struct entry table[SLOTS][WAYS];
static uint8_t seed[32];
static bool seeded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Keyed, so that nobody can aim at another's slot. */
static uint64_t key_of(enum rate_kind kind, struct str key)
{
	if (!seeded) rand_bytes(seed, sizeof(seed));
	seeded = true;
	struct sha256 h;
	uint8_t out[SHA256_LEN], k = (uint8_t)kind;
	sha256_init(&h);
	sha256_add(&h, seed, sizeof(seed));
	sha256_add(&h, &k, 1);
	sha256_add(&h, key.ptr ? key.ptr : "", key.len);
	sha256_end(&h, out);
	uint64_t n;
	memcpy(&n, out, sizeof(n));
	return n ? n : 1;
}

/* Halves by whole half-lives and goes straight in between: near enough, and without floating point. */
static int64_t decayed(int64_t count, int64_t elapsed_ms, int64_t half_life_ms)
{
	if (elapsed_ms <= 0) return count;
	int64_t halvings = elapsed_ms / half_life_ms;
	if (halvings > 40) return 0;
	count >>= halvings;
	return count - count * (elapsed_ms % half_life_ms) / half_life_ms / 2;
}

static int64_t count_at(const struct entry *e, int64_t now_ms)
{
	return e->key ? decayed(e->count, now_ms - e->at_ms, e->half_life_ms) : -1;
}

static struct entry *find(uint64_t key)
{
	struct entry *set = table[key % SLOTS];
	for (int i = 0; i < WAYS; i++)
		if (set[i].key == key) return &set[i];
	return NULL;
}

static struct entry *find_or_make(uint64_t key, int64_t now_ms, int64_t half_life_ms)
{
	struct entry *e = find(key);
	if (e) return e;
	struct entry *set = table[key % SLOTS];
	e = &set[0];
	for (int i = 1; i < WAYS; i++)
		if (count_at(&set[i], now_ms) < count_at(e, now_ms)) e = &set[i];
	*e = (struct entry){.key = key, .at_ms = now_ms, .half_life_ms = half_life_ms};
	return e;
}

static int64_t wait_s(int64_t count, const struct limit *limit)
{
	int64_t s = 0, step = limit->half_life_s > 60 ? limit->half_life_s / 60 : 1;
	while (s < 10 * limit->half_life_s && decayed(count, s * 1000, limit->half_life_s * 1000) + UNIT > limit->tries * UNIT)
		s += step;
	return s ? s : 1;
}

bool rate_try(enum rate_kind kind, struct str key, int64_t now_ms, int64_t *retry_after_s)
{
	const struct limit *limit = &limits[kind];
	pthread_mutex_lock(&lock);
	struct entry *e = find_or_make(key_of(kind, key), now_ms, limit->half_life_s * 1000);
	e->count = count_at(e, now_ms);
	e->at_ms = now_ms;
	/* A refused try is not counted: who waits as told gets in. */
	bool within = e->count + UNIT <= limit->tries * UNIT;
	if (within) e->count += UNIT;
	if (retry_after_s) *retry_after_s = within ? 0 : wait_s(e->count, limit);
	pthread_mutex_unlock(&lock);
	return within;
}

bool rate_open(enum rate_kind kind, struct str key, int64_t now_ms)
{
	pthread_mutex_lock(&lock);
	const struct entry *e = find(key_of(kind, key));
	bool within = !e || count_at(e, now_ms) + UNIT <= limits[kind].tries * UNIT;
	pthread_mutex_unlock(&lock);
	return within;
}

void rate_forget(enum rate_kind kind, struct str key)
{
	pthread_mutex_lock(&lock);
	struct entry *e = find(key_of(kind, key));
	if (e) e->count = 0;
	pthread_mutex_unlock(&lock);
}

void rate_reset(void)
{
	pthread_mutex_lock(&lock);
	memset(table, 0, sizeof(table));
	pthread_mutex_unlock(&lock);
}
