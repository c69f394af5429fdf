/* Search words of a row, for those who write many rows at once. */
#pragma once
#include "platform/entity/entity.h"

struct words {
	VEC(struct str) list;
	struct arena *arena;
};
/* Words of the searchable fields, folded, without repetition. */
void entity_words(struct cx *cx, const struct entity *e, const void *row, struct words *out);
/* Many words: begin, add, db_batch_end. */
enum err entity_words_begin(struct cx *cx, const struct entity *e, struct db_batch *batch) MUST_CHECK;
enum err entity_words_add(struct db_batch *batch, const struct entity *e, struct str word, struct uuid id) MUST_CHECK;
