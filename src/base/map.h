/* map: strings to pointers, in an arena; keys are borrowed. Open addressing; no removal. */
#pragma once
#include "base/str.h"

struct map {
	struct arena *arena;
	struct map_slot {
		struct str key;
		void *value;
	} * slots;
	size_t len, room;
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, struct str key); /* NULL when absent */
void map_put(struct map *m, struct str key, void *value);
