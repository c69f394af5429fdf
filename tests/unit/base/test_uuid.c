/* UUID version 7: shape, text, and order within the process. */
#include "tap.h"

#include <pthread.h>

#include "base/uuid.h"

static const int64_t now_ms = 1815138309123;

static void test_shape(void)
{
	struct uuid u = uuid_new(now_ms);
	CHECK_INT(u.b[6] >> 4, 7);
	CHECK_INT(u.b[8] >> 6, 2);
	int64_t ms = 0;
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | u.b[i];
	CHECK_INT(ms, now_ms);
	CHECK(!uuid_none(u));
	CHECK(uuid_none(UUID_NONE));
}

static void test_order(void)
{
	struct uuid last = uuid_new(now_ms + 10);
	for (int i = 0; i < 100000; i++) {
		/* stands still, jumps, and goes back */
		struct uuid u = uuid_new(now_ms + 10 + (i % 1000 == 0 ? i / 1000 : 0) - (i % 7 == 0 ? 5 : 0));
		if (uuid_cmp(last, u) >= 0) {
			CHECK(uuid_cmp(last, u) < 0);
			break;
		}
		last = u;
	}
	CHECK_INT(last.b[6] >> 4, 7);
	CHECK_INT(last.b[8] >> 6, 2);
}

enum { THREADS = 4, PER_THREAD = 20000 };
static struct uuid made[THREADS][PER_THREAD];

static void *make(void *arg)
{
	struct uuid *out = arg;
	for (int i = 0; i < PER_THREAD; i++)
		out[i] = uuid_new(now_ms + 1000);
	return NULL;
}

static int by_value(const void *a, const void *b) { return uuid_cmp(*(const struct uuid *)a, *(const struct uuid *)b); }

static void test_threads(void)
{
	pthread_t threads[THREADS];
	for (int t = 0; t < THREADS; t++)
		pthread_create(&threads[t], NULL, make, made[t]);
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	int disorder = 0, twice = 0;
	for (int t = 0; t < THREADS; t++)
		for (int i = 1; i < PER_THREAD; i++)
			disorder += uuid_cmp(made[t][i - 1], made[t][i]) >= 0;
	struct uuid *all = made[0];
	qsort(all, (size_t)THREADS * PER_THREAD, sizeof(*all), by_value);
	for (int i = 1; i < THREADS * PER_THREAD; i++)
		twice += uuid_eq(all[i - 1], all[i]);
	CHECK_INT(disorder, 0);
	CHECK_INT(twice, 0);
}

static void test_text(void)
{
	struct arena *a = arena_new();
	struct uuid u;
	REQUIRE(uuid_parse(STR("017F22E2-79b0-7cc3-98C4-DC0C0C07398F"), &u)); /* RFC 9562, A.6 */
	CHECK_INT(u.b[0], 0x01);
	CHECK_INT(u.b[15], 0x8f);
	CHECK_STR(uuid_text(a, u), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
	struct uuid again;
	CHECK(uuid_parse(uuid_text(a, u), &again) && uuid_eq(u, again));
	static const char *const bad[] = {"",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
	                                  "017f22e279b07cc398c4dc0c0c07398f",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
	                                  "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
	                                  "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
	                                  "017f22e2-79b0-7cc3-98c4--c0c0c07398f",
	                                  " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!uuid_parse(str_of(bad[i]), &again));
	CHECK(!uuid_parse(STR_NONE, &again));
	CHECK(uuid_eq(u, again)); /* a refused text leaves the value alone */
	arena_free(a);
}

static void test_far_times(void)
{
	struct uuid u = uuid_new(INT64_MAX); /* last test: everything after it is later still */
	CHECK_INT(u.b[0], 0xff);
	CHECK_INT(u.b[5], 0xff);
	CHECK_INT(u.b[6] >> 4, 7);
	CHECK(uuid_cmp(u, uuid_new(-1)) < 0);
}

TAP_MAIN(TAP(test_shape), TAP(test_order), TAP(test_threads), TAP(test_text), TAP(test_far_times))
