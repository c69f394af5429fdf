/* Random tokens for sessions, links and the API: 32 bytes as 43 characters of base64url. Only the SHA-256 is stored, so a
 * stolen database opens nothing. A token has full entropy: no salt and no slow hash are needed. */
#pragma once
#include "platform/crypto/hash.h"

#define TOKEN_TEXT_LEN 43

/* The text to hand out; `hash` is what to store. */
struct str token_new(struct arena *a, uint8_t hash[SHA256_LEN]);
/* False when the text has not the shape of a token. */
bool token_hash(struct str text, uint8_t hash[SHA256_LEN]) MUST_CHECK;
