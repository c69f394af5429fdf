/* String views. memchr and its kin are never given NULL, which an absent view holds. */
#include "base/str.h"

#include <pthread.h>

#include "base/rand.h"

struct str str_of(const char *z) { return z ? (struct str){z, strlen(z)} : STR_NONE; }

bool str_eq(struct str a, struct str b)
{
	if (!a.ptr || !b.ptr) return a.ptr == b.ptr;
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool str_is(struct str a, const char *z) { return str_eq(a, str_of(z)); }

static char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

bool str_eq_nocase(struct str a, struct str b)
{
	if (!a.ptr || !b.ptr) return a.ptr == b.ptr;
	if (a.len != b.len) return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i])) return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	if (!a.ptr || !b.ptr) return (a.ptr != NULL) - (b.ptr != NULL);
	size_t n = a.len < b.len ? a.len : b.len;
	int c = memcmp(a.ptr, b.ptr, n);
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return prefix.len == 0 || (s.len >= prefix.len && memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	return suffix.len == 0 || (s.len >= suffix.len && memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0]))
		s.ptr++, s.len--;
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_sub(struct str s, size_t from, size_t len)
{
	if (!s.ptr) return s;
	if (from > s.len) from = s.len;
	if (len > s.len - from) len = s.len - from;
	return (struct str){s.ptr + from, len};
}

size_t str_find(struct str s, struct str needle)
{
	if (!needle.len) return 0;
	if (s.len < needle.len) return STR_NPOS;
	const char *p = memmem(s.ptr, s.len, needle.ptr, needle.len);
	return p ? (size_t)(p - s.ptr) : STR_NPOS;
}

size_t str_find_char(struct str s, char c)
{
	const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;
	return p ? (size_t)(p - s.ptr) : STR_NPOS;
}

bool str_split(struct str *rest, char sep, struct str *part)
{
	if (!rest->ptr) return false;
	size_t at = str_find_char(*rest, sep);
	if (at == STR_NPOS) {
		*part = *rest;
		*rest = STR_NONE;
	} else {
		*part = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at + 1, rest->len);
	}
	return true;
}

/* Adds digits below zero, where one value more fits; INT64_MIN itself is refused since it means UNKNOWN. */
static bool add_digit(int64_t *negative, char c)
{
	if (c < '0' || c > '9') return false;
	return !__builtin_mul_overflow(*negative, 10, negative) && !__builtin_sub_overflow(*negative, c - '0', negative) &&
	       *negative != INT64_MIN;
}

bool str_to_fixed(struct str s, int digits, int64_t *out)
{
	size_t i = s.len && s.ptr[0] == '-';
	bool minus = i;
	int64_t n = 0;
	size_t start = i;
	for (; i < s.len && s.ptr[i] != '.' && s.ptr[i] != ','; i++)
		if (!add_digit(&n, s.ptr[i])) return false;
	if (i == start) return false;
	int decimals = 0;
	if (i < s.len) {
		if (++i == s.len) return false;
		for (; i < s.len; i++)
			if (++decimals > digits || !add_digit(&n, s.ptr[i])) return false;
	}
	for (; decimals < digits; decimals++)
		if (!add_digit(&n, '0')) return false;
	*out = minus ? n : -n;
	return true;
}

bool str_to_i64(struct str s, int64_t *out) { return str_to_fixed(s, 0, out); }

static uint64_t hash_key[2];

static void hash_key_draw(void) { rand_bytes(hash_key, sizeof(hash_key)); }

static inline uint64_t rotl(uint64_t x, int n) { return x << n | x >> (64 - n); }

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1], v[1] = rotl(v[1], 13) ^ v[0], v[0] = rotl(v[0], 32);
	v[2] += v[3], v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3], v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1], v[1] = rotl(v[1], 17) ^ v[2], v[2] = rotl(v[2], 32);
}

/* SipHash-1-3 with a key of this process: keys come from files and forms, and must not be able to pile up. */
uint64_t str_hash(struct str s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, hash_key_draw);
	uint64_t v[4] = {hash_key[0] ^ 0x736f6d6570736575u, hash_key[1] ^ 0x646f72616e646f6du, hash_key[0] ^ 0x6c7967656e657261u,
	                 hash_key[1] ^ 0x7465646279746573u};
	uint64_t word;
	size_t at = 0;
	for (; s.len - at >= 8; at += 8) {
		memcpy(&word, s.ptr + at, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = 0;
	if (s.len > at) memcpy(&word, s.ptr + at, s.len - at);
	word |= (uint64_t)s.len << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct str str_copy(struct arena *a, struct str s) { return s.ptr ? (struct str){arena_copy(a, s.ptr, s.len), s.len} : s; }

struct str str_lower(struct arena *a, struct str s)
{
	if (!s.ptr) return s;
	char *p = arena_alloc(a, s.len);
	for (size_t i = 0; i < s.len; i++)
		p[i] = ascii_lower(s.ptr[i]);
	return (struct str){p, s.len};
}

struct str str_concat(struct arena *a, struct str x, struct str y)
{
	char *p = arena_alloc(a, x.len + y.len);
	if (x.len) memcpy(p, x.ptr, x.len);
	if (y.len) memcpy(p + x.len, y.ptr, y.len);
	return (struct str){p, x.len + y.len};
}

struct str str_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	if (!fmt) return STR_NONE; /* tells the compiler that it is not NULL below */
	char small[256];
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;
	char *p = arena_alloc(a, len + 1);
	if (len < sizeof(small))
		memcpy(p, small, len);
	else
		vsnprintf(p, len + 1, fmt, again);
	va_end(again);
	return (struct str){p, len};
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct str s = str_vfmt(a, fmt, ap);
	va_end(ap);
	return s;
}

const char *str_z(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	if (s.len) memcpy(p, s.ptr, s.len);
	return p;
}
