/* The inside of an import. Private to platform/record. */
#pragma once
#include "base/map.h"
#include "platform/format/table.h"
#include "platform/record/import.h"
#include "platform/record/record.h"

enum { IMPORT_BLOCK_ROWS = 1024, IMPORT_FIELDS = ENTITY_FIELDS_MAX };

struct import_word {
	struct str word;
	struct uuid id;
};

struct importing {
	const struct import_options *o;
	struct import_report *report;
	struct arena *outer; /* the report lives here */
	struct arena *row;   /* one row; rewound after each */
	struct arena *block; /* one block: words and audit lines */
	struct arena *refs;  /* titles and keys of referenced rows seen so far */
	struct map ref_ids;
	const struct field *fields[TABLE_COLUMNS_MAX]; /* by column; NULL: not taken */
	const struct field *keys[8];
	size_t keys_len;
	bool content_key; /* matched by content and occurrence */
	struct map occurrences;
	VEC(struct import_word) words;
	VEC(struct str) audit;
	int64_t seq, lines;
	bool writing; /* the batch row exists */
};

/* map.c: which column feeds which field */
enum err import_make_map(struct cx *cx, struct importing *im, struct str *header, size_t columns) MUST_CHECK;
enum err import_remember_map(struct cx *cx, const struct importing *im) MUST_CHECK;
/* import_row.c: one line of the file */
enum err import_row(struct cx *cx, struct importing *im, struct str *cells, size_t n, int64_t line) MUST_CHECK;
/* import_write.c */
enum err import_write_new(struct cx *cx, struct importing *im, struct row *row) MUST_CHECK;
enum err import_write_change(struct cx *cx, struct importing *im, struct row *now, const struct row *before, const struct field_set *fields) MUST_CHECK;
enum err import_flush_block(struct cx *cx, struct importing *im) MUST_CHECK;
enum err import_begin_batch(struct cx *cx, struct importing *im) MUST_CHECK;
enum err import_end_batch(struct cx *cx, struct importing *im) MUST_CHECK;
