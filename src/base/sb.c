/* String builder: doubles its room up to the cap. */
#include "base/sb.h"

void sb_init(struct sb *b, struct arena *a, size_t cap) { *b = (struct sb){.arena = a, .cap = cap}; }

char *sb_reserve(struct sb *b, size_t n)
{
	if (b->failed || n > b->cap - b->len) {
		b->failed = true;
		return NULL;
	}
	if (b->ptr && n <= b->room - b->len) return b->ptr + b->len;
	size_t room = b->room ? b->room : 128;
	while (room < b->len + n && room < b->cap / 2)
		room *= 2;
	if (room < b->len + n || room > b->cap) room = b->cap;
	b->ptr = b->ptr ? arena_grow(b->arena, b->ptr, b->room, room) : arena_room(b->arena, room);
	b->room = room;
	return b->ptr + b->len;
}

void sb_add(struct sb *b, struct str s)
{
	if (!b->failed && s.len && s.len <= b->room - b->len) { /* nothing moves */
		memcpy(b->ptr + b->len, s.ptr, s.len);
		b->len += s.len;
		return;
	}
	/* A view of the builder itself moves with it. */
	bool own = b->ptr && s.ptr >= b->ptr && s.ptr < b->ptr + b->len;
	size_t at = own ? (size_t)(s.ptr - b->ptr) : 0;
	char *p = sb_reserve(b, s.len);
	if (!p || !s.len) return;
	memcpy(p, own ? b->ptr + at : s.ptr, s.len);
	b->len += s.len;
}

void sb_addz(struct sb *b, const char *z) { sb_add(b, str_of(z)); }

void sb_char(struct sb *b, char c)
{
	char *p = sb_reserve(b, 1);
	if (!p) return;
	*p = c;
	b->len++;
}

void sb_int(struct sb *b, int64_t n)
{
	char text[24], *end = text + sizeof(text), *p = end;
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (n < 0) *--p = '-';
	sb_add(b, (struct str){p, (size_t)(end - p)});
}

void sb_fmt(struct sb *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
	} else if ((size_t)n < sizeof(small)) {
		sb_add(b, (struct str){small, (size_t)n});
	} else if ((size_t)n > b->cap - b->len) {
		b->failed = true;
	} else {
		va_start(ap, fmt);
		char *text = arena_alloc(b->arena, (size_t)n + 1);
		vsnprintf(text, (size_t)n + 1, fmt, ap);
		va_end(ap);
		sb_add(b, (struct str){text, (size_t)n});
	}
}
