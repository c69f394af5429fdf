/* The draw: one number for each student, whichever mechanism follows. */
#include "allocation/run.h"
#include <pthread.h>

enum { THREADS_MOST = 64, SHARE_LEAST = 4096 }; /* a thread for fewer would cost more than it draws */

bool seed_right(struct str seed) { return !seed.len || !memchr(seed.ptr, 0, seed.len); }

enum err seed_check(const struct allocation_options *options, struct allocation_fault *fault)
{
	if (seed_right(options->seed)) return OK;
	*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_SEED};
	return ERR_INVALID;
}

struct share {
	struct allocation_result *r;
	uint32_t from, to;
};

static void *share_draw(void *arg)
{
	const struct share *share = arg;
	for (uint32_t s = share->from; s < share->to; s++) {
		uint8_t full[32];
		uint64_t prefix;
		allocation_lottery(share->r, s, full);
		memcpy(&prefix, full, 8);
		share->r->lottery[s] = __builtin_bswap64(prefix);
	}
	return NULL;
}

void lottery_draw(struct arena *arena, struct allocation_result *r)
{
	struct share share[THREADS_MOST];
	pthread_t thread[THREADS_MOST];
	uint32_t n = r->allocation->nstudents, threads = r->options.threads < THREADS_MOST ? r->options.threads : THREADS_MOST, started = 0;
	if (threads > n / SHARE_LEAST) threads = n / SHARE_LEAST;
	if (!threads) threads = 1;
	r->lottery = ARENA_ARRAY(arena, uint64_t, n);
	for (uint32_t k = 0; k < threads; k++)
		share[k] = (struct share){r, (uint32_t)((uint64_t)n * k / threads), (uint32_t)((uint64_t)n * (k + 1) / threads)};
	while (started + 1 < threads && pthread_create(&thread[started], NULL, share_draw, &share[started + 1]) == 0)
		started++;
	share_draw(&share[0]);
	for (uint32_t k = started + 1; k < threads; k++) /* no thread was to be had for these */
		share_draw(&share[k]);
	for (uint32_t k = 0; k < started; k++)
		pthread_join(thread[k], NULL);
}
