/* One description per entity: a static table of fields from which come SQL, forms, lists, JSON, import, export, diff,
 * permission and search. No second list of an entity's fields exists. No HTML here.
 *
 * The struct of an entity begins with `struct row row;`. C types by field type: TEXT and CODE are struct str, REF is
 * struct uuid, everything else int64_t with UNKNOWN for "not known". An ENUM holds the index into its options and is stored
 * as the option's code. Strings in a row live as long as the arena they were read into. */
#pragma once
#include "base/cx.h"
#include "base/pair.h"
#include "base/vec.h"
#include "platform/db/db.h"
#include "platform/entity/actor.h"

enum field_type {
	FT_TEXT,
	FT_INT,
	FT_BOOL,
	FT_DATE,    /* days since 1970-01-01 */
	FT_INSTANT, /* UTC ms */
	FT_ENUM,
	FT_CODE,  /* a code of a reference list: country, language, isced_f, cefr, eqf */
	FT_REF,   /* the id of another entity's row */
	FT_MONEY, /* minor units */
	FT_COORD, /* 1e-7 degree */
	FT_ECTS,  /* hundredths */
	FT_SCORE, /* 1e-4 */
};

enum field_flags {
	FF_REQUIRED = 1 << 0,
	FF_UNIQUE = 1 << 1,     /* within the school; kept by a unique index */
	FF_FORM = 1 << 2,       /* people and imports may set it */
	FF_LIST = 1 << 3,       /* a column unless the reader chooses otherwise */
	FF_FILTER = 1 << 4,     /* offered as a filter */
	FF_SORT = 1 << 5,       /* offered as a sort order (has an index) */
	FF_SEARCH = 1 << 6,     /* its words are found by the search */
	FF_FOLD = 1 << 7,       /* TEXT with a stored column NAME_fold; sorting and `starts` use it */
	FF_TITLE = 1 << 8,      /* what the row is called; exactly one per entity */
	FF_PERSONAL = 1 << 9,   /* in personal-data export and erasure */
	FF_SENSITIVE = 1 << 10, /* only for rights.sensitive; never in lists, filters, search, exports of others */
	FF_DERIVED = 1 << 11,   /* set by the flow, never by form or import */
	FF_EWP = 1 << 12,       /* leaves through the network */
	FF_LONG = 1 << 13,      /* several lines */
	FF_MONO = 1 << 14,      /* a code: never hyphenated or folded */
	FF_UNIT = 1 << 15,      /* REF to the unit the row belongs to: scopes permission */
	FF_HIDDEN = 1 << 16,    /* not shown anywhere by itself (keys of the machine) */
};

struct option {
	const char *code; /* stored, and in files; NULL ends the list */
	int label;        /* M_... */
};

struct entity;
struct field {
	const char *name; /* also the column */
	int label, help;  /* M_...; help may be 0 */
	int group;        /* M_...: in a form a part with this heading begins here; 0: the part goes on */
	enum field_type type;
	unsigned flags;
	size_t offset;
	int64_t limit;                /* TEXT: code points; numbers: largest absolute value; 0: a default */
	const struct option *options; /* ENUM */
	const char *list;             /* CODE: name of the reference list */
	const struct entity *refers;  /* REF */
	const char *currency_field;   /* MONEY */
	int64_t min;                  /* numbers; ignored unless has_min */
	bool has_min;
	/* Further check of a text as written; fails with a problem at the field. May normalise *value (arena copy). */
	enum err (*check)(struct cx *cx, const struct field *f, struct str *value);
	/* A stored text as people read it in their language: derived titles that hold a date. */
	struct str (*show)(struct cx *cx, struct str stored);
};

/* Starts every entity's struct and table. */
struct row {
	struct uuid id;
	int64_t version; /* 1 at birth, +1 at each change */
	int64_t created_ms, changed_ms, archived_ms;
	struct str archive_reason;
	int64_t import_version;   /* version after the last import that wrote it; UNKNOWN: never imported */
	struct uuid import_batch; /* that import */
};

enum entity_flags {
	E_SHARED = 1,   /* one for all schools of the node: no tenant column */
	E_NUMBERED = 2, /* has a text field `number`, given at birth: PREFIX-YEAR-0001 */
};

struct field_set { /* which fields of a row are meant */
	uint64_t bits[2];
};
static inline void field_set_add(struct field_set *s, size_t i) { s->bits[i >> 6] |= 1ull << (i & 63); }
static inline bool field_set_has(const struct field_set *s, size_t i) { return s->bits[i >> 6] >> (i & 63) & 1; }
#define ENTITY_FIELDS_MAX 128

struct entity_rights {
	uint64_t read, write, import, export, sensitive; /* roles */
};

/* The flow functions of the capability; the generic list, form, API and import write through these only. */
struct entity_ops {
	enum err (*create)(struct cx *cx, void *row);
	enum err (*change)(struct cx *cx, void *row, const struct field_set *fields);
	enum err (*archive)(struct cx *cx, struct uuid id, int64_t version, struct str reason);
	bool bulk; /* create and change do nothing beyond platform/record: imports may write in bulk */
};

struct entity {
	int code;         /* small, stable number: keys of search words and batches */
	const char *name; /* "institution" */
	const char *kind; /* "institutions": address, import kind */
	const char *table;
	int label, label_many, icon;
	unsigned flags;
	const char *number_prefix;
	size_t size; /* of the struct */
	const struct field *fields;
	size_t fields_len;
	/* Import matching, in order of trust, NULL-terminated: "number", or fields that are a key together: "person+starts"
	 * (the first must be known; of the others, unknown matches unknown). */
	const char *const *keys;
	const char *sort; /* default order: field name, "-name" for descending */
	/* Filters that have an index in the order of another field, NULL-terminated: "country+name". May be NULL. */
	const char *const *ordered;
	struct entity_rights rights;
	const struct entity_ops *ops;
	/* What is known of a new row before anybody types: the form shows it. May be NULL. */
	void (*propose)(struct cx *cx, void *row);
	/* Sets derived fields from the others before a save; no I/O. May be NULL. */
	void (*derive)(struct cx *cx, void *row);
	/* Sets derived fields that come from other rows, inside the transaction and after derive; platform/record calls it at each
	 * save, and again when a row that this one refers to has changed. May be NULL. */
	enum err (*fill)(struct cx *cx, void *row);
	/* Checks across fields; fails with problems at fields. May be NULL. */
	enum err (*validate)(struct cx *cx, const void *row);
};

/* Every entity of the program, joined by app/ once at start, NULL-terminated. */
void entity_register_all(const struct entity *const *entities);
const struct entity *entity_by_kind(struct str kind); /* NULL when there is none */
const struct entity *entity_by_name(struct str name);
const struct entity *const *entity_all(void);
const struct field *entity_field(const struct entity *e, struct str name);
static inline size_t field_index(const struct entity *e, const struct field *f) { return (size_t)(f - e->fields); }
const struct field *entity_title(const struct entity *e);
void *entity_new(struct cx *cx, const struct entity *e); /* every number UNKNOWN */

/* value.c: one field of a row as text */
struct str *field_str(const struct field *f, const void *row); /* TEXT, CODE */
int64_t *field_int(const struct field *f, const void *row);    /* numbers, ENUM */
struct uuid *field_id(const struct field *f, const void *row); /* REF */
bool field_known(const struct field *f, const void *row);
bool field_equal(const struct field *f, const void *a, const void *b);
/* Text as files and the API carry it: ISO dates, codes, '.' decimals; absent when not known. */
struct str field_text(struct cx *cx, const struct field *f, const void *row);
/* Text as people read it in their language; a REF gives its id (lists resolve titles themselves). */
struct str field_show(struct cx *cx, const struct field *f, const void *row);
/* Reads what a person typed or a file holds, in either language's spelling: labels or codes of options, ISO or local dates,
 * '.' or ',' decimals. Blank makes it unknown. ERR_INVALID with a problem at the field that names value and remedy. */
enum err field_parse(struct cx *cx, const struct field *f, struct str text, void *row) MUST_CHECK;
int64_t field_option(const struct field *f, struct str code); /* UNKNOWN when there is none */
int field_digits(const struct field *f);                      /* decimals of the fixed-point types */
bool field_is_number(const struct field *f);                  /* a quantity: right-aligned, written with separators */

/* validate.c: required, limits, then entity->validate. All problems are collected; ERR_INVALID if any. */
enum err entity_validate(struct cx *cx, const struct entity *e, const void *row) MUST_CHECK;

/* draft.c: a row being entered. Each field is absent, valid or invalid; invalid text is kept as typed. */
enum draft_state { DRAFT_ABSENT, DRAFT_VALID, DRAFT_INVALID };
struct draft {
	const struct entity *entity;
	void *row;
	uint8_t state[ENTITY_FIELDS_MAX];
	struct str typed[ENTITY_FIELDS_MAX];
	struct field_set given;
};
/* Over a new row, or over a loaded one (`base` is copied). */
void draft_begin(struct cx *cx, const struct entity *e, const void *base, struct draft *d);
/* Reads the FF_FORM fields that the pairs hold. ERR_INVALID with a problem for each bad one; the others are taken. */
enum err draft_read(struct cx *cx, struct draft *d, struct pairs pairs) MUST_CHECK;
enum err draft_set(struct cx *cx, struct draft *d, const struct field *f, struct str text) MUST_CHECK;

/* store.c: SQL from descriptors; inside a transaction. No permission, no audit: platform/record is the door. */
enum err entity_insert(struct cx *cx, const struct entity *e, void *row) MUST_CHECK;
/* Writes `row` over the version it was read at: ERR_STALE when it is no longer current. row->version is raised. */
enum err entity_update(struct cx *cx, const struct entity *e, void *row) MUST_CHECK;
/* Puts back an exact image, head included (undo), or removes it. */
enum err entity_put_back(struct cx *cx, const struct entity *e, const void *row) MUST_CHECK;
enum err entity_remove(struct cx *cx, const struct entity *e, struct uuid id) MUST_CHECK;
enum err entity_load(struct cx *cx, const struct entity *e, struct uuid id, void *row, bool *found) MUST_CHECK;
enum err entity_find_by(struct cx *cx, const struct entity *e, const struct field *f, struct str value, void *row, bool *found) MUST_CHECK;
/* The oldest row that has the same values of these fields as `like`; unknown matches unknown. */
enum err entity_find_same(struct cx *cx, const struct entity *e, const struct field *const *fields, size_t n, const void *like, void *row,
                          bool *found) MUST_CHECK;
/* All rows whose reference `f` is id, in the order of their making, in one query; with `through`, a reference of the entity that f
 * refers to: all rows whose f points to a row whose `through` is id. Archived rows too. */
enum err entity_load_of(struct cx *cx, const struct entity *e, const struct field *f, const struct field *through, struct uuid id,
                        void ***rows, size_t *len) MUST_CHECK;
/* Reads row number `col` onwards of a result that selects entity_columns(e). */
void entity_read(struct db_rows *rows, int col, const struct entity *e, void *row);
void entity_read_field(struct db_rows *rows, int col, const struct field *f, void *row);
int entity_columns_len(const struct entity *e);
const char *entity_columns(const struct entity *e); /* their names, for `select` */
/* Title of a referenced row; cached in the arena by the caller. */
enum err entity_title_of(struct cx *cx, const struct entity *e, struct uuid id, struct str *title) MUST_CHECK;
/* Is any row of any entity pointing to this one? Gives the first such entity and row. */
enum err entity_referred(struct cx *cx, const struct entity *e, struct uuid id, const struct entity **by, struct uuid *by_id) MUST_CHECK;
/* The live schema has each table and column that the descriptors name. */
enum err entity_check_schema(struct cx *cx) MUST_CHECK;
/* Words of the FF_SEARCH fields, into search_word. */
enum err entity_index_words(struct cx *cx, const struct entity *e, const void *row, const void *before) MUST_CHECK;

/* list.c: a page of rows that this actor may read. */
enum list_op {
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_STARTS,
	OP_KNOWN,
	OP_UNKNOWN,
	OP_HAS,
	OP_HAS_NOT, /* there is, or there is not, a row of another entity that points the same way */
	OP_REJECTED /* sensitive or unknown field */
};
struct list_query;
struct list_filter {
	const struct field *field; /* of the entity; with `via` of the row that it points to; OP_HAS: the REF of the other entity */
	enum list_op op;
	VEC(struct str) values;        /* any of them (OP_EQ), else one */
	const struct field *via;       /* REF of the entity; OP_HAS: NULL when the other row points to this one */
	const struct list_query *with; /* OP_HAS, OP_HAS_NOT: which rows of the other entity */
};
struct list_sort {
	const struct field *field;
	bool down;
};
struct list_query {
	const struct entity *entity;
	VEC(struct list_filter) filters;
	struct list_sort sort[3];
	size_t sort_len;
	struct str q;       /* words, each a prefix, accents and case ignored */
	int64_t page, size; /* page from 1; size 50, at most 1,000 */
	VEC(const struct field *) columns;
	int archived;   /* 0 no, 1 only, 2 both */
	bool count_all; /* exact count, however long it takes (API exports) */
	/* Of the rows only id, version, archived_ms, the title, the columns and `also` are read; the rest is as in entity_new.
	 * A page of many rows spends most of its time in reading them. */
	bool shown_only;
	const struct field *also; /* may be NULL */
};
/* Names: filter=field:op:value (several; a plain field=value means eq; several values of one field mean any of them),
 * sort=name,-city  page=2  size=50  columns=a,b  q=words  archived=1. ERR_INVALID names the parameter and what would be right.
 * filter=ref.field:op:value asks the row that `ref` points to: opportunities?filter=campaign.scheme:short
 * has=KIND.REF~field:op:value~... asks for a row of another kind whose REF points to this row, or to what this row's own REF of
 * that name points to; hasnot= for none: people?has=stays.person~direction:out, enrolments?hasnot=stays.person~direction:out.
 * The parts hold for one and the same row, archived ones left out; their values cannot hold "~". What the actor may not read
 * of the other kind is not there for the question either. */
enum err list_query_parse(struct cx *cx, const struct entity *e, struct pairs pairs, struct list_query *out) MUST_CHECK;
/* The same query as an address's parameters, canonical, with changes (a NULL-valued pair removes). */
struct str list_query_url(struct cx *cx, const struct list_query *q, struct pairs changes);
#define LIST_COUNT_EXACT 1000
struct list_page {
	void **rows;
	size_t len;
	int64_t count;                           /* exact up to LIST_COUNT_EXACT, else LIST_COUNT_EXACT + 1 unless count_all */
	bool more;                               /* another page follows */
	struct str (*titles)[ENTITY_FIELDS_MAX]; /* titles[i][field index]: shown text of REF columns; NULL when none */
};
/* ERR_DENIED when the actor may not read this entity at all. */
enum err list_run(struct cx *cx, const struct list_query *q, struct list_page *out) MUST_CHECK;
/* The count of the page alone, exact up to LIST_COUNT_EXACT. */
enum err list_count_rows(struct cx *cx, const struct list_query *q, int64_t *count) MUST_CHECK;
/* The same rows without page limit, one at a time and in the same order, for exports; `row` is reused. */
enum err list_each(struct cx *cx, const struct list_query *q, enum err (*fn)(struct cx *cx, void *arg, const void *row),
                   void *arg) MUST_CHECK;
/* How many rows hold each value of a field (for filter menus), at most `max`. */
struct facet {
	struct str value, label;
	int64_t count;
};
enum err list_facets(struct cx *cx, const struct list_query *q, const struct field *f, size_t max, struct facet **out,
                     size_t *len) MUST_CHECK;
/* May this actor see this row, under these roles? ERR_NOT_FOUND when not (existence is not told). */
enum err entity_may_read(struct cx *cx, const struct entity *e, const void *row) MUST_CHECK;
enum err entity_may_write(struct cx *cx, const struct entity *e, const void *row) MUST_CHECK;

/* json.c: rows as JSON, and their schema */
struct json_writer;
struct json;
void entity_json_write(struct cx *cx, const struct entity *e, const void *row, struct json_writer *w, bool whole_head);
/* All of it, sensitive fields and keys of the machine too: for the one it is about. */
void entity_json_own(struct cx *cx, const struct entity *e, const void *row, struct json_writer *w);
/* The canonical text of a row: keys in descriptor order, head included; what audit hashes and undo restores. */
struct str entity_image(struct cx *cx, const struct entity *e, const void *row);
enum err entity_from_image(struct cx *cx, const struct entity *e, struct str image, void *row) MUST_CHECK;
enum err entity_from_json(struct cx *cx, const struct entity *e, const struct json *image, void *row) MUST_CHECK;
enum err draft_read_json(struct cx *cx, struct draft *d, const struct json *object) MUST_CHECK;
void entity_openapi(struct cx *cx, struct json_writer *w); /* "paths" and "components" of every registered entity */

/* diff.c */
struct field_diff {
	const struct field *field;
	struct str before, after; /* as people read them */
};
size_t entity_diff(struct cx *cx, const struct entity *e, const void *before, const void *after, struct field_diff **out);
/* The same with the titles of what references point to, where the reader may know them; inside a transaction. */
enum err entity_diff_titles(struct cx *cx, const struct entity *e, const void *before, const void *after, struct field_diff **out,
                            size_t *len) MUST_CHECK;
