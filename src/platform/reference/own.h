/* A school's own rows: they win over the shipped row of the same key while they are valid. Kept in the database; the
 * functions run in the caller's transaction or open their own. Without a school (tenant 0) or a store: the shipped rows. */
#pragma once
#include "platform/reference/reference.h"

/* As reference_find; row->own tells whose it is. The row lives in cx->arena. OK also when there is none: row->table NULL. */
enum err reference_find_own(struct cx *cx, struct str table, struct str key, int64_t date, struct reference_row *row) MUST_CHECK;
/* All rows valid at a date: the shipped ones in their order, each replaced by the school's, then the school's other rows by key. */
enum err reference_rows_own(struct cx *cx, struct str table, int64_t date, struct reference_row **rows, size_t *n) MUST_CHECK;

struct reference_cell {
	const char *column;
	struct str value; /* absent: blank */
};
struct reference_edit {
	struct str table, key, source, note;
	int64_t valid_from, valid_to; /* valid_to UNKNOWN: open */
	const struct reference_cell *cells;
	size_t ncells;
};
/* Inside a write transaction. A row of the same key that is open and began earlier ends the day before. Refused, with the
 * field: an unknown table or column, no source, dates the wrong way round, days that another own row of the key covers. */
enum err reference_save(struct cx *cx, const struct reference_edit *edit) MUST_CHECK;
