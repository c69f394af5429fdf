/* CSV as people's tools write it (RFC 4180 and its habits): a streaming reader with flat memory, and a writer.
 * Lists of any kind of file are read through format/table.h, which hides whether it was CSV or XLSX. */
#pragma once
#include "base/cx.h"
#include "base/sb.h"

enum {
	TABLE_CELL_MAX = 64 * 1024, /* bytes */
	TABLE_COLUMNS_MAX = 512,
	CSV_ROW_MAX = 4 * 1024 * 1024, /* bytes */
};

/* Bytes as they come: how many were read, 0 at the end, -1 on a failure. */
struct csv_source {
	int64_t (*read)(void *arg, char *buffer, size_t size);
	void *arg;
};
struct csv_reader;

/* UTF-8 with or without BOM; Windows-1252 when the text is no UTF-8 and had no accent in UTF-8 before. The separator is
 * , ; or tab, whichever the first line has most of (or says: sep=;). Line ends are LF, CRLF or CR, also inside quotes.
 * The reader has memory of its own: what it needs stays flat whatever the caller's arena does. */
enum err csv_open(struct cx *cx, struct csv_source source, struct csv_reader **out) MUST_CHECK;
void csv_close(struct csv_reader *r); /* NULL is allowed */

/* The next row that has a value, the header being the first; *more is false when there is none. The cells live until
 * the next call and may be fewer or more than the header's. The apostrophe that guards a formula is taken off. `line`
 * counts the lines of the file from 1. Errors (ERR_SYNTAX, ERR_TOO_LARGE, ERR_IO) name line, column, value and remedy
 * in cx and end the reading. */
enum err csv_next(struct csv_reader *r, struct str **cells, size_t *n, int64_t *line, bool *more) MUST_CHECK;

/* Adds rows to an sb; a long file is drained between rows: send sb_str, set sb->len to 0. */
struct csv_writer {
	struct sb *sb;
	char separator;
	size_t column;
};
void csv_writer_init(struct csv_writer *w, struct sb *sb, char separator);
/* A text. One that a spreadsheet would take for a formula (= + - @ tab CR at its start) gets an apostrophe before it,
 * and so does one that already has such an apostrophe: the reader gives back exactly what was written. */
void csv_text(struct csv_writer *w, struct str s);
void csv_int(struct csv_writer *w, int64_t n); /* UNKNOWN: empty */
/* Text of our own making in a column of numbers or dates: quoted when needed, never guarded. */
void csv_plain(struct csv_writer *w, struct str s);
void csv_end_row(struct csv_writer *w); /* CRLF */
/* The guard alone, for other writers; s itself when there is none to add or take. */
struct str csv_guard(struct arena *a, struct str s);
struct str csv_unguard(struct str s);
