/* Passwords: argon2id (RFC 9106) in the usual encoded form `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
 * One call takes about 20 ms and 19 MiB, which it gives back to the system at once: call it from a slow route or a command,
 * never inside db_tx. */
#pragma once
#include "base/str.h"

struct password_cost {
	uint32_t memory_kib, passes, lanes;
};
/* OWASP Password Storage Cheat Sheet, argon2id minimum: 19 MiB, 2 passes, 1 lane. */
#define PASSWORD_COST ((struct password_cost){.memory_kib = 19456, .passes = 2, .lanes = 1})
#define PASSWORD_COST_TEST ((struct password_cost){.memory_kib = 64, .passes = 1, .lanes = 1})
/* Longer ones are refused by forms; the functions here take any length. */
#define PASSWORD_MAX 256

/* Encoded, with a fresh salt. */
struct str password_hash(struct arena *a, struct str password, struct password_cost cost);
/* Pass the absent str for an account that does not exist or has no password: the same work is done at `cost`, and the
 * answer is false. A damaged encoding is false too. */
bool password_verify(struct str password, struct str encoded, struct password_cost cost) MUST_CHECK;
/* True when an encoded password was made at another cost: hash it again at the next sign-in. */
bool password_outdated(struct str encoded, struct password_cost cost);
