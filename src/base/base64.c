/* Base64 and hexadecimal. Decoding is strict, since signatures are made over texts. */
#include "base/base64.h"

static struct str encode(struct arena *a, struct str in, const char *alphabet, bool pad)
{
	char *out = arena_alloc(a, in.len / 3 * 4 + 4), *p = out;
	const unsigned char *s = (const unsigned char *)in.ptr;
	size_t left = in.len;
	for (; left; s += left < 3 ? left : 3, left -= left < 3 ? left : 3) {
		uint32_t v = (uint32_t)s[0] << 16 | (left > 1 ? (uint32_t)s[1] << 8 : 0) | (left > 2 ? s[2] : 0);
		*p++ = alphabet[v >> 18];
		*p++ = alphabet[v >> 12 & 63];
		if (left > 1) *p++ = alphabet[v >> 6 & 63];
		if (left > 2) *p++ = alphabet[v & 63];
	}
	while (pad && (p - out) % 4)
		*p++ = '=';
	return (struct str){out, (size_t)(p - out)};
}

struct str base64_encode(struct arena *a, struct str bytes)
{
	return encode(a, bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

struct str base64url_encode(struct arena *a, struct str bytes)
{
	return encode(a, bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	if (c == '+' || c == '-') return 62;
	if (c == '/' || c == '_') return 63;
	return -1;
}

bool base64_decode(struct arena *a, struct str text, struct str *bytes)
{
	size_t len = text.len;
	if (len && len % 4 == 0 && text.ptr[len - 1] == '=') len -= text.ptr[len - 2] == '=' ? 2 : 1;
	if (len % 4 == 1) return false;
	unsigned char *out = arena_alloc(a, len / 4 * 3 + 3), *p = out;
	uint32_t bits = 0;
	int held = 0;
	for (size_t i = 0; i < len; i++) {
		int v = base64_value(text.ptr[i]);
		if (v < 0) return false;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held >= 8) *p++ = (unsigned char)(bits >> (held -= 8));
	}
	if (bits & ((1u << held) - 1)) return false; /* left-over bits that an encoder would have left at zero */
	*bytes = (struct str){(char *)out, (size_t)(p - out)};
	return true;
}

struct str hex_encode(struct arena *a, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(a, bytes.len * 2);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];
		out[2 * i] = digits[c >> 4];
		out[2 * i + 1] = digits[c & 15];
	}
	return (struct str){out, bytes.len * 2};
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

bool hex_decode(struct arena *a, struct str text, struct str *bytes)
{
	if (text.len % 2) return false;
	char *out = arena_alloc(a, text.len / 2);
	for (size_t i = 0; i < text.len; i += 2) {
		int hi = hex_value(text.ptr[i]), lo = hex_value(text.ptr[i + 1]);
		if (hi < 0 || lo < 0) return false;
		out[i / 2] = (char)(hi << 4 | lo);
	}
	*bytes = (struct str){out, text.len / 2};
	return true;
}
