/* XLSX: a reader for format/table.h (no DTD, no network, limits against bombs) and a writer with constant memory. */
#pragma once
#include "base/cx.h"

struct xlsx_reader;

enum {
	XLSX_PARTS_MAX = 4096,
	XLSX_UNPACKED_MAX = 512 * 1024 * 1024, /* bytes of all parts together */
	XLSX_RATIO_MAX = 250,                  /* unpacked to packed, of parts over 1 MiB */
	XLSX_CELLS_MAX = 20 * 1000 * 1000,
	XLSX_STRINGS_MAX = 2 * 1000 * 1000, /* shared strings */
	XLSX_STRING_BYTES_MAX = 128 * 1024 * 1024,
	XLSX_ROWS_MAX = 1048576, /* of the format */
};

enum err xlsx_open_fd(struct cx *cx, int fd, struct str sheet, struct xlsx_reader **out) MUST_CHECK;
enum err xlsx_open_bytes(struct cx *cx, struct str bytes, struct str sheet, struct xlsx_reader **out) MUST_CHECK;
void xlsx_close(struct xlsx_reader *r); /* NULL is allowed */
/* As table_next of format/table.h. */
enum err xlsx_next(struct xlsx_reader *r, struct str **cells, size_t *n, int64_t *line, bool *more) MUST_CHECK;

/* Writing: one sheet, its header bold and kept in view, with filters. Texts are texts, never formulas. Rows go to a
 * temporary file as they come. */
enum xlsx_kind { XLSX_TEXT, XLSX_NUMBER, XLSX_DATE };
struct xlsx_column {
	struct str title;
	enum xlsx_kind kind;
	int digits; /* decimals of a number */
	int width;  /* in characters; 0: chosen by kind and title */
};
struct xlsx_writer;

enum err xlsx_begin(struct cx *cx, struct str sheet, const struct xlsx_column *columns, size_t n, struct xlsx_writer **out) MUST_CHECK;
/* The next cell of the row. A failure is kept and told by xlsx_finish. */
void xlsx_text(struct xlsx_writer *w, struct str s);
void xlsx_number(struct xlsx_writer *w, int64_t n); /* fixed point with the column's digits; UNKNOWN: empty */
void xlsx_date(struct xlsx_writer *w, int64_t date);
void xlsx_end_row(struct xlsx_writer *w);
/* Writes the file to fd (any kind) and ends the writer; refuses what the format cannot hold: more than 1,048,575 rows,
 * a text over 32,767 characters. */
enum err xlsx_finish(struct cx *cx, struct xlsx_writer *w, int fd) MUST_CHECK;
void xlsx_abandon(struct xlsx_writer *w); /* NULL is allowed */
