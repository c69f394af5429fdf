/* Base64 in both alphabets, and hexadecimal. */
#include "tap.h"

#include "base/base64.h"
#include "base/rand.h"

static struct arena *a;

static void test_base64_rfc4648(void)
{
	static const struct {
		const char *plain, *text, *url;
	} cases[] = {{"", "", ""},
	             {"f", "Zg==", "Zg"},
	             {"fo", "Zm8=", "Zm8"},
	             {"foo", "Zm9v", "Zm9v"},
	             {"foob", "Zm9vYg==", "Zm9vYg"},
	             {"fooba", "Zm9vYmE=", "Zm9vYmE"},
	             {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	             {"\xfb\xff\xfe", "+//+", "-__-"}};
	a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_STR(base64_encode(a, str_of(cases[i].plain)), cases[i].text);
		CHECK_STR(base64url_encode(a, str_of(cases[i].plain)), cases[i].url);
		struct str back = STR("?");
		CHECK(base64_decode(a, str_of(cases[i].text), &back));
		CHECK_STR(back, cases[i].plain);
		CHECK(base64_decode(a, str_of(cases[i].url), &back));
		CHECK_STR(back, cases[i].plain);
	}
	CHECK_STR(base64_encode(a, STR_NONE), "");
	arena_free(a);
}

static void test_base64_refuses(void)
{
	static const char *const bad[] = {"=",     "==",   "===", "====", "Z",     "Z===",   "Zg=",  "Zg===",    "Zm=8",
	                                  "Zm9v=", "Zh==", "Zh",  "Zm9=", "Zm9 v", "Zm9v\n", "Zm9*", "Zg==Zg==", "Z\xc3\xa9v"};
	a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct str out = STR("kept");
		if (base64_decode(a, str_of(bad[i]), &out)) TAP_FAILURE("\"%s\" was decoded", bad[i]);
		CHECK_STR(out, "kept");
	}
	arena_free(a);
}

static void test_round_trips(void)
{
	a = arena_new();
	struct rand_seeded r = {.state = 42};
	for (size_t len = 0; len < 300; len++) {
		char *bytes = arena_alloc(a, len);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)rand_seeded_u64(&r);
		struct str plain = {bytes, len}, back;
		CHECK(base64_decode(a, base64_encode(a, plain), &back) && str_eq(plain, back));
		CHECK(base64_decode(a, base64url_encode(a, plain), &back) && str_eq(plain, back));
		CHECK(hex_decode(a, hex_encode(a, plain), &back) && str_eq(plain, back));
	}
	arena_free(a);
}

static void test_hex(void)
{
	a = arena_new();
	struct str out = STR("kept");
	CHECK_STR(hex_encode(a, STR("\x00\x7f\x80\xff")), "007f80ff");
	CHECK(!hex_decode(a, STR("0"), &out));
	CHECK(!hex_decode(a, STR("0g"), &out));
	CHECK(!hex_decode(a, STR("0x00"), &out));
	CHECK(!hex_decode(a, STR(" 0"), &out));
	CHECK_STR(out, "kept");
	CHECK(hex_decode(a, STR("DEadBEef"), &out));
	CHECK_STR(out, "\xde\xad\xbe\xef");
	CHECK(hex_decode(a, STR(""), &out));
	CHECK_STR(out, "");
	arena_free(a);
}

TAP_MAIN(TAP(test_base64_rfc4648), TAP(test_base64_refuses), TAP(test_round_trips), TAP(test_hex))
