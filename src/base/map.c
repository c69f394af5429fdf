/* Linear probing, at most three quarters full; an empty slot has no key. */
#include "base/map.h"

#include "base/log.h"

void map_init(struct map *m, struct arena *a) { *m = (struct map){.arena = a}; }

static struct map_slot *slot_of(const struct map *m, struct str key)
{
	size_t mask = m->room - 1;
	for (size_t i = str_hash(key) & mask;; i = (i + 1) & mask)
		if (!m->slots[i].key.ptr || str_eq(m->slots[i].key, key)) return &m->slots[i];
}

void *map_get(const struct map *m, struct str key) { return m->len && key.ptr ? slot_of(m, key)->value : NULL; }

static void map_widen(struct map *m)
{
	struct map old = *m;
	m->room = old.room ? old.room * 2 : 16;
	m->slots = ARENA_ARRAY(m->arena, struct map_slot, m->room);
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].key.ptr) *slot_of(m, old.slots[i].key) = old.slots[i];
}

void map_put(struct map *m, struct str key, void *value)
{
	BUG_IF(!key.ptr);
	if (4 * (m->len + 1) > 3 * m->room) map_widen(m);
	struct map_slot *slot = slot_of(m, key);
	if (!slot->key.ptr) {
		slot->key = key;
		m->len++;
	}
	slot->value = value;
}
