/* Arena, string builder, map, vector: what is built on arenas. */
#include "tap.h"

#include <stdint.h>

#include "base/map.h"
#include "base/sb.h"
#include "base/vec.h"

static bool all_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i]) return false;
	return true;
}

static void test_alloc_is_zeroed_and_aligned(void)
{
	struct arena *a = arena_new();
	static const size_t sizes[] = {0, 1, 15, 16, 17, 4000, 8192, 20000, 262144, 262145, 3000000};
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			unsigned char *p = arena_alloc(a, sizes[i]);
			CHECK(p != NULL);
			CHECK_INT((uintptr_t)p % 16, 0);
			CHECK(all_zero(p, sizes[i]));
			memset(p, 0xa5, sizes[i]);
		}
		arena_reset(a);
	}
	arena_free(a);
	arena_free(NULL);
}

static void test_blocks_do_not_overlap(void)
{
	enum { N = 2000 };
	struct arena *a = arena_new();
	unsigned char *p[N];
	for (int i = 0; i < N; i++)
		memset(p[i] = arena_alloc(a, (size_t)i), i & 0xff, (size_t)i);
	for (int i = 0; i < N; i++)
		for (int k = 0; k < i; k++)
			if (p[i][k] != (i & 0xff)) {
				CHECK_INT(p[i][k], i & 0xff);
				break;
			}
	arena_free(a);
}

static void test_reset_keeps_one_chunk(void)
{
	struct arena *a = arena_new();
	size_t fresh = arena_bytes(a);
	void *first = arena_alloc(a, 100);
	for (int i = 0; i < 100; i++)
		arena_alloc(a, 50000);
	arena_alloc(a, 5000000);
	CHECK(arena_bytes(a) > 10000000);
	arena_reset(a);
	CHECK_INT(arena_bytes(a), fresh);
	CHECK(arena_alloc(a, 100) == first);
	arena_free(a);
}

static void test_rewind_keeps_what_was_before(void)
{
	struct arena *a = arena_new();
	char *before = arena_copy(a, "before", 7);
	char *big_before = arena_copy(a, "big", 4);
	big_before = arena_grow(a, big_before, 4, 400000);
	struct arena_mark m = arena_mark(a);
	size_t held = arena_bytes(a);
	for (int round = 0; round < 5; round++) {
		unsigned char *small = arena_alloc(a, 32);
		CHECK(all_zero(small, 32));
		memset(small, 1, 32);
		for (int i = 0; i < 10; i++)
			memset(arena_alloc(a, 300000), 2, 300000);
		for (int i = 0; i < 100; i++)
			memset(arena_alloc(a, 3000), 3, 3000);
		struct arena_mark inner = arena_mark(a);
		size_t inner_held = arena_bytes(a);
		arena_alloc(a, 1000000);
		CHECK(arena_bytes(a) > inner_held);
		arena_rewind(a, inner);
		CHECK_INT(arena_bytes(a), inner_held);
		arena_rewind(a, m);
		CHECK_INT(arena_bytes(a), held);
	}
	CHECK_Z(before, "before");
	CHECK_Z(big_before, "big");
	arena_free(a);
}

static void test_rewind_at_the_very_end_of_a_chunk(void)
{
	struct arena *a = arena_new();
	size_t fresh = arena_bytes(a);
	while (arena_bytes(a) == fresh)
		arena_alloc(a, 16);
	struct arena_mark m = arena_mark(a);
	size_t held = arena_bytes(a);
	while (arena_bytes(a) == held)
		arena_alloc(a, 16);
	arena_rewind(a, m);
	CHECK_INT(arena_bytes(a), held);
	arena_rewind(a, m); /* twice does no harm */
	CHECK_INT(arena_bytes(a), held);
	arena_free(a);
}

static void test_grow(void)
{
	struct arena *a = arena_new();
	char *p = arena_grow(a, NULL, 0, 10);
	memcpy(p, "123456789", 10);
	CHECK(arena_grow(a, p, 10, 100) == p); /* the newest grows in place */
	CHECK_Z(p, "123456789");
	CHECK(all_zero((unsigned char *)p + 10, 90));
	CHECK(arena_grow(a, p, 100, 50) == p);
	arena_alloc(a, 1);
	char *moved = arena_grow(a, p, 100, 200);
	CHECK(moved != p);
	CHECK_Z(moved, "123456789");
	size_t size = 200;
	for (; size < 5000000; size *= 2) { /* into chunks, then into a block of its own */
		char *wider = arena_grow(a, moved, size, size * 2);
		CHECK_Z(wider, "123456789");
		CHECK(all_zero((unsigned char *)wider + 10, size * 2 - 10));
		moved = wider;
	}
	CHECK(arena_bytes(a) < 2 * size + (3 << 20)); /* a block of its own does not leave its old selves behind */
	arena_free(a);
}

static void test_shrink(void)
{
	struct arena *a = arena_new();
	struct arena_mark m = arena_mark(a);
	size_t empty = arena_bytes(a);
	char *first = arena_alloc(a, 1000000), *second = arena_alloc(a, 2000000), *small = arena_copy(a, "small", 6);
	memcpy(first, "first", 6);
	memcpy(second, "second", 7);
	size_t held = arena_bytes(a);
	first = arena_grow(a, first, 1000000, 3000000); /* not the newest, yet without leaving its old self behind */
	CHECK_Z(first, "first");
	CHECK(all_zero((unsigned char *)first + 6, 3000000 - 6));
	CHECK_INT(arena_bytes(a), held + 2000000);
	first = arena_shrink(a, first, 300000);
	CHECK_Z(first, "first");
	CHECK_INT(arena_bytes(a), held - 700000);
	CHECK(arena_shrink(a, second, 0) == NULL);
	CHECK_INT(arena_bytes(a), held - 2700000);
	CHECK(arena_shrink(a, small, 2) == small);
	CHECK(arena_shrink(a, small, 0) == NULL);
	CHECK(arena_shrink(a, NULL, 0) == NULL);
	CHECK_Z(small, "small");
	arena_rewind(a, m);
	CHECK_INT(arena_bytes(a), empty);
	arena_free(a);
}

static void test_vec(void)
{
	struct arena *a = arena_new();
	VEC(int64_t) v = {0};
	for (int64_t i = 0; i < 100000; i++) {
		int64_t *slot = VEC_PUSH(a, &v);
		CHECK_INT(*slot, 0);
		*slot = i;
		if (i % 1000 == 0) arena_alloc(a, 24);
	}
	int64_t sum = 0;
	VEC_EACH (item, &v)
		sum += *item;
	CHECK_INT(sum, (int64_t)99999 * 100000 / 2);
	CHECK_INT(v.len, 100000);
	arena_free(a);
}

static void test_sb_cap_is_sticky(void)
{
	struct arena *a = arena_new();
	struct sb b;
	sb_init(&b, a, 10);
	CHECK_STR(sb_str(&b), "");
	sb_addz(&b, "12345");
	SB_LIT(&b, "67890");
	CHECK(!sb_failed(&b));
	sb_add(&b, STR("")); /* nothing fits where nothing is left */
	CHECK(!sb_failed(&b));
	sb_char(&b, 'x');
	CHECK(sb_failed(&b));
	CHECK_STR(sb_str(&b), "1234567890");

	sb_init(&b, a, 10);
	sb_addz(&b, "123456");
	sb_addz(&b, "78901"); /* one too many: none of it */
	CHECK(sb_failed(&b));
	sb_char(&b, 'x'); /* would fit, comes too late */
	sb_int(&b, 1);
	sb_fmt(&b, "%d", 1);
	CHECK(sb_reserve(&b, 1) == NULL);
	CHECK_STR(sb_str(&b), "123456");

	sb_init(&b, a, 10);
	sb_fmt(&b, "%s", "12345678901");
	CHECK(sb_failed(&b));
	sb_init(&b, a, 1000);
	sb_fmt(&b, "%01001d", 0);
	CHECK(sb_failed(&b));
	CHECK_INT(b.len, 0);
	sb_init(&b, a, 0);
	CHECK(!sb_failed(&b));
	sb_char(&b, 'x');
	CHECK(sb_failed(&b));
	arena_free(a);
}

static void test_sb_grows(void)
{
	struct arena *a = arena_new();
	struct sb b;
	sb_init(&b, a, SIZE_MAX);
	for (int i = 0; i < 200000; i++) {
		sb_int(&b, i % 10);
		if (i % 5000 == 0) arena_alloc(a, 8);
	}
	CHECK_INT(b.len, 200000);
	bool same = true;
	for (size_t i = 0; i < b.len; i++)
		same = same && b.ptr[i] == (char)('0' + i % 10);
	CHECK(same);
	size_t len = b.len;
	for (int i = 0; i < 3; i++)
		sb_add(&b, sb_str(&b)); /* its own text, which moves while it grows */
	CHECK_INT(b.len, 8 * len);
	CHECK_MEM(b.ptr + 7 * len, b.ptr, len);
	arena_free(a);
}

static void test_sb_formats(void)
{
	struct arena *a = arena_new();
	struct sb b;
	sb_init(&b, a, 4096);
	sb_int(&b, INT64_MIN);
	sb_char(&b, ' ');
	sb_int(&b, INT64_MAX);
	sb_char(&b, ' ');
	sb_int(&b, 0);
	sb_fmt(&b, " %0300d", 7);
	CHECK_INT(b.len, 20 + 1 + 19 + 1 + 1 + 301);
	CHECK_STR(str_sub(sb_str(&b), 0, 42), "-9223372036854775808 9223372036854775807 0");
	CHECK(str_ends(sb_str(&b), STR("0007")));
	char *p = sb_reserve(&b, 3);
	REQUIRE(p);
	memcpy(p, "abc", 3);
	b.len += 3;
	CHECK(str_ends(sb_str(&b), STR("7abc")));
	arena_free(a);
}

static void test_map_grows(void)
{
	enum { N = 50000 };
	struct arena *a = arena_new();
	struct map m;
	map_init(&m, a);
	CHECK(map_get(&m, STR("nothing")) == NULL);
	static int values[N];
	for (int i = 0; i < N; i++)
		map_put(&m, str_fmt(a, "key %d", i), &values[i]);
	CHECK_INT(m.len, N);
	int wrong = 0;
	char key[32];
	for (int i = 0; i < N; i++) {
		int n = snprintf(key, sizeof(key), "key %d", i);
		wrong += map_get(&m, (struct str){key, (size_t)n}) != &values[i];
	}
	CHECK_INT(wrong, 0);
	CHECK(map_get(&m, STR("key 50000")) == NULL);
	CHECK(map_get(&m, STR("key ")) == NULL);
	CHECK(map_get(&m, STR_NONE) == NULL);
	arena_free(a);
}

static void test_map_replaces(void)
{
	struct arena *a = arena_new();
	struct map m;
	map_init(&m, a);
	int one, two;
	map_put(&m, STR(""), &one); /* an empty key is a key */
	map_put(&m, STR("a\0b"), &one);
	map_put(&m, STR("a\0b"), &two);
	map_put(&m, STR("a\0c"), &one);
	CHECK_INT(m.len, 3);
	CHECK(map_get(&m, STR("")) == &one);
	CHECK(map_get(&m, STR("a\0b")) == &two);
	CHECK(map_get(&m, STR("a\0c")) == &one);
	CHECK(map_get(&m, STR("a")) == NULL);
	arena_free(a);
}

TAP_MAIN(TAP(test_alloc_is_zeroed_and_aligned), TAP(test_blocks_do_not_overlap), TAP(test_reset_keeps_one_chunk),
         TAP(test_rewind_keeps_what_was_before), TAP(test_rewind_at_the_very_end_of_a_chunk), TAP(test_grow), TAP(test_shrink),
         TAP(test_vec), TAP(test_sb_cap_is_sticky), TAP(test_sb_grows), TAP(test_sb_formats), TAP(test_map_grows), TAP(test_map_replaces))
