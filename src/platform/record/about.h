/* Everything that is held about one row, found by the descriptors: the row, the rows whose personal reference points to it, the rows
 * that point to those, and so on; then the rows that only name it (the partner that a person looks after). Archived rows too. For a
 * person's own data: the caller has made sure that it is the reader's own, no right is asked here. */
#pragma once
#include "platform/entity/entity.h"

struct json_writer;
struct about_row {
	const struct entity *entity;
	void *row;
	const struct field *by;               /* the reference that led here; NULL for the row itself */
	bool named;                           /* this row only names the other: its title alone is told */
	struct str titles[ENTITY_FIELDS_MAX]; /* of what it refers to; absent for what belongs to somebody else */
};
struct about {
	VEC(struct about_row *) rows; /* by entity, in the order of their making */
};
/* Inside a transaction. Nothing found: no rows. */
enum err record_about(struct cx *cx, const struct entity *e, struct uuid id, struct about *out) MUST_CHECK;
/* An array of {"kind", "reference", "record", "names"}. */
void about_json(struct cx *cx, const struct about *about, struct json_writer *w);
/* Field i of such a row as its person reads it; absent when it is unknown or a key of the machine. */
struct str about_text(struct cx *cx, const struct about_row *r, size_t i);

/* What tables without a descriptor hold about somebody: a folder hands it to the program with its capability. */
struct about_who {
	struct uuid account, person; /* person: none for an account without one */
	struct str email;
	bool for_people; /* dates and words as people read them; else as programs do */
};
struct about_table {
	const char *name;         /* in the file: "mails" */
	int label;                /* M_... */
	const char *const *names; /* of the columns in the file, NULL-terminated */
	const int *heads;         /* M_..., as many */
	/* `cells`: rows times columns, by row. Inside a transaction. */
	enum err (*read)(struct cx *cx, const struct about_who *who, struct str **cells, size_t *rows);
};
struct str about_when(struct cx *cx, const struct about_who *who, int64_t ms); /* a moment in such a cell; absent for UNKNOWN */
void about_register_tables(const struct about_table *const *tables);           /* once, before threads; NULL-terminated */
const struct about_table *const *about_tables(void);
