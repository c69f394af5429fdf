/* Counts of tries for each address and account, to slow guessing. A count halves every `half_life_s`; memory is a fixed
 * table in which the weakest entry makes room. In this process only: two nodes allow twice as much. Safe from any thread. */
#pragma once
#include "base/str.h"

enum rate_kind {
	RATE_SIGN_IN_ADDRESS,
	RATE_SIGN_IN_ACCOUNT,
	RATE_RESET_ADDRESS,
	RATE_RESET_ACCOUNT,
	RATE_TOKEN_ADDRESS /* wrong API tokens */,
	RATE_KINDS
};

/* Counts one try and says whether it is within the limit. When not, *retry_after_s (may be NULL) says how long to wait. */
bool rate_try(enum rate_kind kind, struct str key, int64_t now_ms, int64_t *retry_after_s) MUST_CHECK;
/* The same without counting. */
bool rate_open(enum rate_kind kind, struct str key, int64_t now_ms) MUST_CHECK;
/* Forgets a key: a sign-in that succeeded. */
void rate_forget(enum rate_kind kind, struct str key);
/* For tests. */
void rate_reset(void);
