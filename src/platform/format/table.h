/* A table from a file, row by row: CSV or XLSX, told apart by content. What import needs to know and no more. */
#pragma once
#include "platform/format/csv.h"

struct table_source {
	struct str path;  /* or */
	struct str bytes; /* which must outlive the reader, or, with both absent, */
	int fd;           /* which stays the caller's; XLSX wants one that can be sought */
	struct str name;  /* of the file, for messages; may be absent */
	struct str sheet; /* of an XLSX; absent: the first one that is shown */
};
struct table_reader;

/* Refuses with the reason in cx: cannot be opened, .xls and other kinds, limits. */
enum err table_open(struct cx *cx, const struct table_source *source, struct table_reader **out) MUST_CHECK;
enum err table_open_path(struct cx *cx, struct str path, struct str name, struct table_reader **out) MUST_CHECK;
enum err table_open_bytes(struct cx *cx, struct str bytes, struct str name, struct table_reader **out) MUST_CHECK;
void table_close(struct table_reader *t); /* NULL is allowed */

/* The next row that has a value, the header being the first; *more is false when there is none. The cells are UTF-8 and
 * live until the next call; they may be fewer or more than the header's. `line` is the line of a CSV, the row of an
 * XLSX. From XLSX, dates are ISO (2027-06-30, 2027-06-30T14:05), times 14:05, numbers plain with a point, booleans TRUE
 * and FALSE. The reader has memory of its own and stays flat; after an error it gives no more rows. */
enum err table_next(struct table_reader *t, struct str **cells, size_t *n, int64_t *line, bool *more) MUST_CHECK;
