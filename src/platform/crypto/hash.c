/* SHA-256 and HMAC over OpenSSL's EVP. */
#include "platform/crypto/hash.h"
#include "base/log.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
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

void hmac_sha256(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[SHA256_LEN])
{
	BUG_IF(key_len > INT_MAX);
	/* A NULL key with length 0 means "reuse the last key" to OpenSSL. */
	BUG_IF(!HMAC(EVP_sha256(), key_len ? key : "", (int)key_len, msg_len ? msg : (const void *)"", msg_len, out, NULL));
}

bool const_time_eq(const void *a, const void *b, size_t len) { return len == 0 || CRYPTO_memcmp(a, b, len) == 0; }

void secret_wipe(void *p, size_t len) { OPENSSL_cleanse(p, len); }
