/* Random bytes: getrandom(2) for what must not be guessed, splitmix64 for what must be repeatable. */
#include "base/rand.h"

#include <errno.h>
#include <sys/random.h>

#include "base/log.h"

void rand_bytes(void *out, size_t n)
{
	unsigned char *p = out;
	while (n) {
		ssize_t got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR) continue;
		if (got <= 0) {
			log_error("the kernel gives no random bytes: %s", strerrorname_np(errno));
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

uint64_t rand_u64(void)
{
	uint64_t n;
	rand_bytes(&n, sizeof(n));
	return n;
}

uint64_t rand_seeded_u64(struct rand_seeded *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t rand_seeded_below(struct rand_seeded *r, uint64_t limit)
{
	BUG_IF(limit == 0);
	/* The last, incomplete run of values would favour small results: draw again. */
	uint64_t surplus = (0 - limit) % limit, n;
	do
		n = rand_seeded_u64(r);
	while (n < surplus);
	return n % limit;
}
