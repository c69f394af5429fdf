/* Private to the folder: rows of a CSV file (RFC 4180, LF or CRLF) with the line each begins on. */
#pragma once
#include "allocation/problem.h"

#define ROWS_FIELDS_MAX 8

struct rows {
	struct arena *arena; /* for fields with doubled quotes; they last until the next row */
	struct str name;     /* of the file */
	const char *begin, *at, *end;
	const char *checked; /* up to here the encoding is right; the start of a line or the end */
	const char *told;    /* up to here `passed` was called */
	void (*passed)(struct str bytes);
	int64_t line; /* of the next row */
	int64_t row_line;
	struct str columns; /* "option,capacity[,cap]": what the file may hold, those in brackets need not be there */
	int ncolumns, nfields, expected;
	uint8_t column_of[ROWS_FIELDS_MAX]; /* of each field of the file */
	bool has[ROWS_FIELDS_MAX];
	struct str field[ROWS_FIELDS_MAX]; /* by column, in the order of `columns`; empty when the file lacks it */
	bool copied;                       /* the row took memory of the arena */
};

/* Reads the header; a byte order mark is passed over. The encoding is checked just ahead of the rows. `passed` (may be NULL)
 * is called now and then with the bytes that were read and will be looked at again only to explain a fault. */
enum err rows_open(struct rows *r, struct arena *arena, struct str name, struct str bytes, const char *columns,
                   struct allocation_fault *fault) MUST_CHECK;
/* The next row, without blank lines; *more is false at the end. */
enum err rows_next(struct rows *r, bool *more, struct allocation_fault *fault) MUST_CHECK;
/* A whole number of a column, '-' allowed. */
enum err rows_number(struct rows *r, int column, int64_t *out, struct allocation_fault *fault) MUST_CHECK;
struct str rows_column(const struct rows *r, int column);
/* Fills file and line of the fault, and the value of its column where it has none; gives `e` back. */
enum err rows_fault(const struct rows *r, struct allocation_fault *fault, enum err e);
