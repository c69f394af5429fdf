/* SHA-256, HMAC-SHA-256 (RFC 2104) and comparison in constant time. Nothing here fails on its input: a library that
 * cannot hash any more is a bug of ours and aborts. Safe from several threads. */
#pragma once
#include "base/str.h"

#define SHA256_LEN 32

void sha256(struct str data, uint8_t out[SHA256_LEN]);

/* In pieces; sha256_end frees what sha256_init took, so every init needs its end. */
struct sha256 {
	void *impl;
};
void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t len);
void sha256_end(struct sha256 *h, uint8_t out[SHA256_LEN]);

void hmac_sha256(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[SHA256_LEN]);

/* Equal bytes, in a time that depends on len only. */
bool const_time_eq(const void *a, const void *b, size_t len) MUST_CHECK;
/* For memory that held a secret: not optimised away. */
void secret_wipe(void *p, size_t len);
