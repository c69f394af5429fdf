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

enum { IMPORT_PARTS = 4, IMPORT_KEYS = 8, IMPORT_KEY_FIELDS = 8 };

/* Where a field comes from. */
struct import_take {
	const struct field *field;
	size_t columns[IMPORT_PARTS];
	size_t len;
	char sign; /* '+' joined, '|' first that says something; 0 with one column */
};
struct import_constant {
	const struct field *field;
	struct str value;
};
/* What a text of the file stands for. */
struct import_meaning {
	const struct field *field;
	struct str text, value; /* text "*": any other */
};
/* A row that this import wrote, and its image before: absent for a new one. */
struct import_written {
	struct uuid id;
	int64_t version;
	struct str before;
};
struct import_key {
	const struct field *fields[IMPORT_KEY_FIELDS];
	size_t len;
};

struct importing {
	const struct import_options *o;
	struct import_report *report;
	struct arena *outer; /* the report lives here */
	struct arena *row;   /* one row; rewound after each */
	struct arena *block; /* one block: words, written rows, audit lines */
	struct arena *refs;  /* titles and keys of referenced rows seen so far */
	struct map ref_ids;
	VEC(struct import_take) takes;
	VEC(struct import_constant) constants;
	VEC(struct import_meaning) meanings;
	VEC(struct pair) used; /* map lines, for the report */
	struct import_key keys[IMPORT_KEYS];
	size_t keys_len;
	const char *map_key;
	bool only_new;
	const struct field *content_key; /* matched by content and occurrence: the field that keeps it */
	struct map occurrences;
	VEC(struct import_word) words;
	VEC(struct import_written) written;
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
enum err import_write_change(struct cx *cx, struct importing *im, struct row *now, const struct row *before,
                             const struct field_set *fields) MUST_CHECK;
enum err import_flush_block(struct cx *cx, struct importing *im) MUST_CHECK;
enum err import_begin_batch(struct cx *cx, struct importing *im) MUST_CHECK;
enum err import_end_batch(struct cx *cx, struct importing *im) MUST_CHECK;
