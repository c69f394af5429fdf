/* What tools/reference_compile.py writes; private to this folder. */
#pragma once
#include "platform/reference/reference.h"

struct reference_shipped {
	const char *key;
	int64_t valid_from, valid_to;
	const char *const *cells;
};
struct reference_table {
	const char *name;
	const char *const *columns;
	size_t ncolumns, nkeys;
	const struct reference_shipped *rows; /* in the order of the file */
	const uint16_t *order;                /* by key, then validity */
	size_t nrows;
};
extern const struct reference_table reference_tables[]; /* by name */
extern const size_t reference_tables_count;
