/* Limits, their decay, and a table that a flood of names cannot empty of the one that matters. */
#include "platform/web/rate.h"
#include "tap.h"

enum { START_MS = 1000000 };

static int tries_allowed(enum rate_kind kind, struct str key, int64_t now_ms)
{
	int n = 0;
	while (n < 100000 && rate_try(kind, key, now_ms, NULL))
		n++;
	return n;
}

static void test_limit(void)
{
	int64_t wait = -1;
	rate_reset();
	CHECK(rate_open(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS));
	CHECK_INT(tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS), 10);
	CHECK(!rate_open(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS));
	CHECK(!rate_try(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS, &wait));
	CHECK(wait > 0 && wait <= 600);
	CHECK(rate_try(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS + wait * 1000, NULL));
	CHECK(rate_try(RATE_SIGN_IN_ACCOUNT, STR("b"), START_MS, NULL));
	CHECK(rate_try(RATE_SIGN_IN_ADDRESS, STR("a"), START_MS, NULL));
}

static void test_decay(void)
{
	rate_reset();
	tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS);
	CHECK_INT(tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS + 300 * 1000), 5);
	rate_forget(RATE_SIGN_IN_ACCOUNT, STR("a"));
	CHECK_INT(tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS + 300 * 1000), 10);
	CHECK_INT(tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS + 100 * 3600 * 1000LL), 10);
}

/* A clock that steps back must not open anything. */
static void test_clock_back(void)
{
	rate_reset();
	tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS);
	CHECK(!rate_try(RATE_SIGN_IN_ACCOUNT, STR("a"), START_MS - 500000, NULL));
}

static void test_flood(void)
{
	rate_reset();
	tries_allowed(RATE_SIGN_IN_ACCOUNT, STR("victim"), START_MS);
	for (int i = 0; i < 20000; i++) {
		char key[32];
		snprintf(key, sizeof(key), "name-%d", i);
		CHECK(rate_try(RATE_SIGN_IN_ACCOUNT, str_of(key), START_MS + i, NULL));
	}
	CHECK(!rate_open(RATE_SIGN_IN_ACCOUNT, STR("victim"), START_MS + 20000));
}

TAP_MAIN(TAP(test_limit), TAP(test_decay), TAP(test_clock_back), TAP(test_flood))
