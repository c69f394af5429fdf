/* Imports: a file becomes rows of one entity, as one batch that can be undone.
 *
 * One path for preview and application: the file is applied inside a transaction, and rolled back when it was a preview or when a
 * row is refused and partial was not asked. So the preview tells what will happen, repeated keys within the file included.
 * A row is new, changed, unchanged, in conflict (edited in the house since the last import, and different in the file) or refused.
 * Memory does not grow with the file. */
#pragma once
#include "platform/entity/entity.h"

/* The lines of a map, in any order:
 *   field=column       the column's text
 *   field=a+b          both, a space between
 *   field=a|b          the first of them that is neither blank nor 0
 *   field:=value       the same for every row
 *   field?text=value   where the file says "text", value is meant; value may be empty (not known); the text * stands for
 *                      every other text, blank ones included
 * A column that bears such a sign in its name is taken by its whole name first. */

/* A map for a public file, recognised by its header line. Shipped by capabilities. */
struct import_map {
	const char *name, *kind;
	const char *header; /* columns joined by commas, as in the file */
	const char *lines;
	const char *key; /* matched by this field, which may be a derived one, instead of the entity's keys; or NULL */
	bool only_new;   /* rows that are there already are left as they are */
};
void import_register_maps(const struct import_map *const *maps); /* NULL-terminated, once at start */

enum import_state { IMPORT_NEW, IMPORT_CHANGED, IMPORT_UNCHANGED, IMPORT_CONFLICT, IMPORT_REFUSED, IMPORT_STATES };

/* One line of the report. */
struct import_line {
	int64_t line;
	enum import_state state;
	struct str title;
	struct field_diff *diffs; /* changed, conflict */
	size_t diffs_len;
	struct str field, value, reason; /* refused, conflict: the first problem, in the reader's language */
};

struct import_options {
	const struct entity *entity;
	struct str source; /* the file's name, as people know it */
	struct str path;   /* read from here, or */
	struct str bytes;  /* from memory */
	struct pairs map;  /* lines as above; none: remembered, then shipped, then by the names in the header */
	struct pairs set;  /* field=value for every row */
	struct str key;    /* field or column that rows are matched by, instead of the entity's own keys */
	bool dry_run, partial, remember_map;
	bool only_new;    /* rows that are there already are left as they are */
	size_t lines_max; /* kept for each state but "unchanged"; 0: 100 */
	void (*progress)(void *arg, int64_t lines);
	void (*refused)(void *arg, struct cx *cx, const struct import_line *line); /* every refused or conflicting line */
	void *arg;
};

struct import_report {
	int64_t counts[IMPORT_STATES];
	struct uuid batch; /* none: nothing was written */
	VEC(struct import_line) lines;
	struct pairs map;        /* as used: names with their sign, "activity:" or "activity?0" */
	VEC(struct str) columns; /* of the file */
	VEC(struct str) unused;  /* columns that no field takes */
	struct str map_name;     /* of a shipped map; "remembered", "given", "header" */
};
/* OK: applied, or a preview made. ERR_REFUSED: rows were refused or in conflict and nothing was written (the report says which).
 * ERR_SYNTAX, ERR_INVALID: the file or the map cannot be used at all. */
enum err import_run(struct cx *cx, const struct import_options *options, struct import_report *out) MUST_CHECK;
/* "new 3 changed 0 unchanged 2 conflict 0 refused 1" */
struct str import_summary(struct cx *cx, const struct import_report *r);

/* batch.c */
struct batch {
	struct uuid id;
	struct str kind, source, actor, undone_by;
	int64_t at_ms, counts[IMPORT_STATES], undone_ms;
};
enum err batch_list(struct cx *cx, size_t max, struct batch **out, size_t *len) MUST_CHECK; /* newest first */
enum err batch_load(struct cx *cx, struct uuid id, struct batch *out) MUST_CHECK;
/* What it did to the first `max` rows: new, or changed with what is different now from before. Rows that were undone or are gone are
 * left out. */
enum err batch_lines(struct cx *cx, struct uuid id, size_t max, struct import_line **out, size_t *len) MUST_CHECK;
struct batch_undo {
	int64_t undone;
	VEC(struct import_line) blocked; /* edited or referred to since: title and reason */
	int64_t blocked_len;             /* all of them; `blocked` keeps the first hundred */
};
/* Puts every row of the batch back as it was. If any was edited or is referred to since: ERR_REFUSED, nothing changed, they are
 * named; with skip_edited the others are undone. */
enum err batch_undo(struct cx *cx, struct uuid id, bool skip_edited, struct batch_undo *out) MUST_CHECK;
