/* Prepared statements by text. Texts are compared as contents: the entity engine builds some of them in arenas, where an
 * address comes back with another text. */
#include "platform/db/internal.h"

static uint64_t hash_text(const char *text, size_t len, uint64_t types)
{
	uint64_t h = len * 0x9e3779b97f4a7c15ull ^ types;
	size_t i = 0;
	for (; i + 8 <= len; i += 8) {
		uint64_t w;
		memcpy(&w, text + i, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	uint64_t tail = 0;
	memcpy(&tail, text + i, len - i);
	h = (h ^ tail) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 29;
}

static void lru_out(struct stmt_cache *c, struct stmt *s)
{
	*(s->newer ? &s->newer->older : &c->newest) = s->older;
	*(s->older ? &s->older->newer : &c->oldest) = s->newer;
}

static void lru_front(struct stmt_cache *c, struct stmt *s)
{
	s->newer = NULL;
	s->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = s;
	c->newest = s;
}

struct stmt *stmt_find(struct stmt_cache *c, const char *text, uint64_t types)
{
	size_t len = strlen(text);
	uint64_t h = hash_text(text, len, types);
	for (struct stmt *s = c->slots[h % ARRAY_LEN(c->slots)]; s; s = s->chain) {
		if (s->hash != h || s->types != types || s->len != len || memcmp(s->text, text, len)) continue;
		if (c->newest != s) {
			lru_out(c, s);
			lru_front(c, s);
		}
		return s;
	}
	return NULL;
}

struct stmt *stmt_new(const char *text, uint64_t types)
{
	struct stmt *s = db_alloc(sizeof *s);
	s->len = strlen(text);
	s->types = types;
	s->hash = hash_text(text, s->len, types);
	s->text = db_alloc(s->len + 1);
	memcpy(s->text, text, s->len + 1);
	return s;
}

static void take_out(struct stmt_cache *c, struct stmt *s)
{
	struct stmt **at = &c->slots[s->hash % ARRAY_LEN(c->slots)];
	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
	lru_out(c, s);
	c->len--;
	s->cached = false;
}

struct stmt *stmt_add(struct stmt_cache *c, struct stmt *s)
{
	struct stmt *gone = NULL;
	if (c->len >= STMT_CACHE_MAX) {
		gone = c->oldest;
		while (gone && gone->in_use)
			gone = gone->newer;
		if (gone) take_out(c, gone);
	}
	struct stmt **slot = &c->slots[s->hash % ARRAY_LEN(c->slots)];
	s->chain = *slot;
	*slot = s;
	lru_front(c, s);
	c->len++;
	s->cached = true;
	return gone;
}

struct stmt *stmt_pop(struct stmt_cache *c)
{
	struct stmt *s = c->newest;
	if (s) take_out(c, s);
	return s;
}

void stmt_free(struct stmt *s)
{
	free(s->text);
	free(s);
}
