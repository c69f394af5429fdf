/* SHA-256 over OpenSSL's EVP, and HMAC over its plain SHA-256: the EVP around it costs five times what hashing a short
 * message does, and an allocation draws a number for each of a million students. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "platform/crypto/hash.h"
#include "base/log.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>

/* Fetched once: what EVP_sha256() gives is looked up again for each digest. */
static EVP_MD *fetched;

static void fetch(void)
{
	fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
	BUG_IF(!fetched);
}

static const EVP_MD *digest(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fetch);
	return fetched;
}

void sha256(struct str data, uint8_t out[SHA256_LEN])
{
	BUG_IF(EVP_Digest(data.ptr ? data.ptr : "", data.len, out, NULL, digest(), NULL) != 1);
}

void sha256_init(struct sha256 *h)
{
	h->impl = EVP_MD_CTX_new();
	BUG_IF(!h->impl || EVP_DigestInit_ex(h->impl, digest(), NULL) != 1);
}

void sha256_add(struct sha256 *h, const void *data, size_t len) { BUG_IF(EVP_DigestUpdate(h->impl, data, len) != 1); }

void sha256_end(struct sha256 *h, uint8_t out[SHA256_LEN])
{
	BUG_IF(EVP_DigestFinal_ex(h->impl, out, NULL) != 1);
	EVP_MD_CTX_free(h->impl);
	h->impl = NULL;
}

enum { BLOCK = 64 };

static void pad_begin(SHA256_CTX *c, const uint8_t key[BLOCK], uint8_t pad)
{
	uint8_t block[BLOCK];
	for (size_t i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	SHA256_Init(c);
	SHA256_Update(c, block, BLOCK);
	OPENSSL_cleanse(block, BLOCK);
}

void hmac_sha256(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[SHA256_LEN])
{
	SHA256_CTX c;
	uint8_t block[BLOCK] = {0};
	if (key_len > BLOCK)
		SHA256(key, key_len, block);
	else if (key_len)
		memcpy(block, key, key_len);
	pad_begin(&c, block, 0x36);
	if (msg_len) SHA256_Update(&c, msg, msg_len);
	SHA256_Final(out, &c);
	pad_begin(&c, block, 0x5c);
	SHA256_Update(&c, out, SHA256_LEN);
	SHA256_Final(out, &c);
	OPENSSL_cleanse(&c, sizeof(c));
	OPENSSL_cleanse(block, BLOCK);
}

bool const_time_eq(const void *a, const void *b, size_t len) { return len == 0 || CRYPTO_memcmp(a, b, len) == 0; }

void secret_wipe(void *p, size_t len) { OPENSSL_cleanse(p, len); }
