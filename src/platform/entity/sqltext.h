/* SQL text of each entity, built once from its descriptors. Private to platform/entity. */
#pragma once
#include "base/sb.h"
#include "platform/entity/entity.h"
#include "platform/entity/words.h"

struct entity_sql {
	struct sql insert, update, put_back, remove, load, title, add_word, drop_word;
	const char *columns;      /* id, version, ... as entity_read expects them */
	const char *columns_of_t; /* the same with t. before each */
};
void entity_sql_build(const struct entity *const *all);
const struct entity_sql *entity_sql(const struct entity *e);

extern const char *const row_head_columns[];
enum { ROW_HEAD_LEN = 8 };
bool entity_shared(const struct entity *e);
