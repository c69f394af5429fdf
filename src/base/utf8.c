/* UTF-8. A bad byte is taken alone, so that reading always moves on and what follows is still read right. */
#include "base/utf8.h"

#include "base/fold_table.h"

/* Length of the well-formed sequence at p, 0 when there is none (overlong, surrogate, too high, cut off). */
static size_t sequence(const unsigned char *p, size_t left, uint32_t *cp)
{
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > left) return 0;
	uint32_t v = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && v < 0x800) || (v >= 0xd800 && v < 0xe000) || (n == 4 && v < 0x10000) || v > 0x10ffff) return 0;
	*cp = v;
	return n;
}

int32_t utf8_next(struct str *rest)
{
	if (!rest->len) return -1;
	uint32_t cp;
	size_t n = sequence((const unsigned char *)rest->ptr, rest->len, &cp);
	*rest = str_sub(*rest, n ? n : 1, rest->len);
	return n ? (int32_t)cp : -1;
}

static size_t ascii_run(const unsigned char *p, size_t len)
{
	size_t i = 0;
	for (uint64_t word; len - i >= 8; i += 8) {
		memcpy(&word, p + i, 8);
		if (word & 0x8080808080808080u) break;
	}
	while (i < len && p[i] < 0x80)
		i++;
	return i;
}

bool utf8_valid(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	uint32_t cp;
	for (size_t i = 0, n; i < s.len; i += n) {
		n = ascii_run(p + i, s.len - i);
		if (!n && !(n = sequence(p + i, s.len - i, &cp))) return false;
	}
	return true;
}

size_t utf8_put(char out[4], uint32_t cp)
{
	unsigned char *o = (unsigned char *)out;
	if (cp < 0x80) {
		o[0] = (unsigned char)cp;
		return 1;
	}
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) cp = 0xfffd;
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i; i--, cp >>= 6)
		o[i] = (unsigned char)(0x80 | (cp & 0x3f));
	o[0] = (unsigned char)((0xf00u >> n & 0xf0) | cp);
	return n;
}

size_t utf8_count(struct str s)
{
	size_t n = 0;
	for (; s.len; n++)
		(void)utf8_next(&s);
	return n;
}

struct str utf8_head(struct str s, size_t max)
{
	struct str rest = s;
	while (max-- && rest.len)
		(void)utf8_next(&rest);
	return str_sub(s, 0, s.len - rest.len);
}

/* What an ASCII byte becomes; control characters count as white space. */
static const char ascii_fold[128] = "                                 "
				    "!\"#$%&'()*+,-./0123456789:;<=>?@abcdefghijklmnopqrstuvwxyz[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ";

/* The fold of a code point beyond ASCII, into out; its length, which never exceeds `n`, the length of the sequence. */
static size_t fold_one(uint32_t cp, const unsigned char *sequence_start, size_t n, char out[4])
{
	for (size_t i = 0; i < ARRAY_LEN(fold_ranges); i++)
		if (cp >= fold_ranges[i].first && cp < fold_ranges[i].end) {
			const struct fold_entry *e = &fold_ranges[i].entries[cp - fold_ranges[i].first];
			memcpy(out, e->text, sizeof(e->text));
			return e->len;
		}
	if (cp == 0xfeff || (cp >= 0x1ab0 && cp < 0x1b00) || (cp >= 0x1dc0 && cp < 0x1e00) || (cp >= 0x20d0 && cp < 0x2100) ||
	    (cp >= 0xfe00 && cp < 0xfe10) || (cp >= 0xfe20 && cp < 0xfe30))
		return 0; /* byte order mark, more combining accents, variation selectors */
	if (cp == 0x3000 || (cp >= 0x80 && cp < 0xa0)) {
		out[0] = ' ';
		return 1;
	}
	if (cp >= 0xff01 && cp < 0xff5f) { /* full width */
		out[0] = ascii_fold[cp - 0xff01 + '!'];
		return 1;
	}
	if (cp == 0x2212) { /* minus */
		out[0] = '-';
		return 1;
	}
	memcpy(out, sequence_start, n);
	return n;
}

struct str utf8_fold(struct arena *a, struct str s)
{
	if (!s.ptr) return s;
	const unsigned char *p = (const unsigned char *)s.ptr, *end = p + s.len;
	char *start = arena_alloc(a, s.len + 4), *o = start; /* 4: an entry is copied whole before its length counts */
	bool space = true;                                   /* at the start, and after one: no other */
	while (p < end) {
		if (*p < 0x80) {
			char c = ascii_fold[*p++];
			if (c == ' ' && space) continue;
			space = c == ' ';
			*o++ = c;
			continue;
		}
		uint32_t cp;
		size_t n = sequence(p, (size_t)(end - p), &cp);
		size_t len = 1;
		if (n)
			len = fold_one(cp, p, n, o);
		else
			*o = '?'; /* a bad byte must not reach a database */
		p += n ? n : 1;
		if (!len || (*o == ' ' && space)) continue;
		space = *o == ' ';
		o += len;
	}
	if (o > start && space) o--;
	return (struct str){start, (size_t)(o - start)};
}

/* Signs, not letters, of what a fold leaves beyond ASCII. */
static bool is_sign(int32_t cp)
{
	static const struct {
		int32_t first, last;
	} signs[] = {{-1, -1},          {0x80, 0xb4},     {0xb6, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2c2, 0x2df},
	             {0x37e, 0x37e},    {0x387, 0x387},   {0x482, 0x482},   {0x55a, 0x55f},   {0x589, 0x58a},   {0x5be, 0x5be},
	             {0x5c0, 0x5c0},    {0x5c3, 0x5c3},   {0x5f3, 0x5f4},   {0x60c, 0x60d},   {0x61b, 0x61f},   {0x66a, 0x66d},
	             {0x6d4, 0x6d4},    {0x964, 0x965},   {0x2000, 0x206f}, {0x20a0, 0x20cf}, {0x2190, 0x2bff}, {0x3001, 0x3004},
	             {0x3008, 0x3020},  {0x30fb, 0x30fb}, {0xe000, 0xf8ff}, {0xfe30, 0xfe6f}, {0xff5f, 0xff65}, {0xffe0, 0xffff},
	             {0x1f000, 0x1faff}};
	for (size_t i = 0; i < ARRAY_LEN(signs) && cp >= signs[i].first; i++)
		if (cp <= signs[i].last) return true;
	return false;
}

static bool in_word(int32_t cp)
{
	if (cp >= 0 && cp < 0x80) return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z');
	return !is_sign(cp);
}

void utf8_words(struct str folded, void (*fn)(void *arg, struct str word), void *arg)
{
	struct str rest = folded;
	while (rest.len) {
		struct str word = rest;
		size_t len = 0;
		while (rest.len && in_word(utf8_next(&rest)))
			len = word.len - rest.len;
		if (len) fn(arg, str_sub(word, 0, len));
	}
}

struct str utf8_from_cp1252(struct arena *a, struct str s)
{
	/* 0x80 to 0x9f; 0 where the code page has nothing */
	static const uint16_t high[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	                                  0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	                                  0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
	if (!s.ptr) return s;
	size_t len = 0;
	char one[4];
	for (int pass = 0;; pass++) {
		char *out = pass ? arena_alloc(a, len) : NULL;
		len = 0;
		for (size_t i = 0; i < s.len; i++) {
			unsigned char c = (unsigned char)s.ptr[i];
			size_t n = utf8_put(one, c < 0x80 || c >= 0xa0 ? c : high[c - 0x80] ? high[c - 0x80] : 0xfffd);
			if (pass) memcpy(out + len, one, n);
			len += n;
		}
		if (pass) return (struct str){out, len};
	}
}
