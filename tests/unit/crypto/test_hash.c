/* SHA-256 against FIPS 180-4 examples, HMAC against RFC 4231, and tokens. */
#include "base/base64.h"
#include "platform/crypto/token.h"
#include "tap.h"

static struct arena *arena;

static struct str hex(const uint8_t bytes[SHA256_LEN]) { return hex_encode(arena, (struct str){(const char *)bytes, SHA256_LEN}); }

static void check_sha256(struct str message, const char *want)
{
	uint8_t out[SHA256_LEN];
	sha256(message, out);
	CHECK_STR(hex(out), want);
}

static void test_sha256(void)
{
	check_sha256(STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check_sha256(STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check_sha256(STR_NONE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check_sha256(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
	             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* A million letters a, in pieces of uneven size. */
static void test_sha256_pieces(void)
{
	static char block[997];
	struct sha256 h;
	uint8_t out[SHA256_LEN];
	memset(block, 'a', sizeof(block));
	sha256_init(&h);
	for (size_t left = 1000000; left;) {
		size_t n = left < sizeof(block) ? left : sizeof(block);
		sha256_add(&h, block, n);
		left -= n;
	}
	sha256_end(&h, out);
	CHECK_STR(hex(out), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void check_hmac(struct str key, struct str message, const char *want)
{
	uint8_t out[SHA256_LEN];
	hmac_sha256(key.ptr, key.len, message.ptr, message.len, out);
	CHECK_STR(hex(out), want);
}

static void test_hmac(void)
{
	char long_key[131];
	memset(long_key, 0xaa, sizeof(long_key));
	check_hmac(STR("Jefe"), STR("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	check_hmac(STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"), STR("Hi There"),
	           "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check_hmac((struct str){long_key, sizeof(long_key)}, STR("Test Using Larger Than Block-Size Key - Hash Key First"),
	           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	check_hmac(STR_NONE, STR_NONE, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_const_time_eq(void)
{
	CHECK(const_time_eq("same", "same", 4));
	CHECK(!const_time_eq("same", "sane", 4));
	CHECK(const_time_eq("a", "b", 0));
}

static void test_token(void)
{
	uint8_t stored[SHA256_LEN], again[SHA256_LEN];
	struct str one = token_new(arena, stored), two = token_new(arena, again);
	CHECK_INT(one.len, TOKEN_TEXT_LEN);
	CHECK(!str_eq(one, two));
	REQUIRE(token_hash(one, again));
	CHECK_MEM(again, stored, SHA256_LEN);
	CHECK(!token_hash(STR("short"), again));
	CHECK(!token_hash(STR_NONE, again));
	CHECK(!token_hash(STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa="), again));
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_sha256), TAP(test_sha256_pieces), TAP(test_hmac), TAP(test_const_time_eq),
	                                        TAP(test_token)};
	arena = arena_new();
	int rc = tap_run(tests, ARRAY_LEN(tests));
	arena_free(arena);
	return rc;
}
