/* Random tokens and their stored hash. */
#include "platform/crypto/token.h"
#include "base/base64.h"
#include "base/rand.h"

struct str token_new(struct arena *a, uint8_t hash[SHA256_LEN])
{
	uint8_t bytes[32];
	rand_bytes(bytes, sizeof(bytes));
	struct str text = base64url_encode(a, (struct str){(const char *)bytes, sizeof(bytes)});
	secret_wipe(bytes, sizeof(bytes));
	sha256(text, hash);
	return text;
}

static bool base64url_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool token_hash(struct str text, uint8_t hash[SHA256_LEN])
{
	if (text.len != TOKEN_TEXT_LEN) return false;
	for (size_t i = 0; i < text.len; i++)
		if (!base64url_char(text.ptr[i])) return false;
	sha256(text, hash);
	return true;
}
