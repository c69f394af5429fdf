/* The SQL of a list's question. Private to platform/entity. */
#pragma once
#include "base/sb.h"
#include "platform/entity/sqltext.h"

/* The way to the rows of a question. Few rows are collected and sorted; where many fit, the order's index is walked and
 * each row is tested, which ends after a page. */
struct list_plan {
	struct words asked;
	size_t rarest;   /* of the words, the one to begin with */
	bool test_words; /* rows are asked for their words, instead of words for their rows */
	bool walk;       /* many rows: along the index of the order */
	bool few;        /* few rows by filters: found by them, then sorted */
	int64_t count;   /* LIST_COUNT_EXACT + 1: more than that; UNKNOWN: fewer, to be counted */
};
/* Without looking into the data: begins with the words, or where the planner thinks. */
void list_plan_plain(struct cx *cx, const struct list_query *q, struct list_plan *p);
/* Looks first whether there are more than a thousand. Inside a transaction. */
enum err list_plan_make(struct cx *cx, const struct list_query *q, struct list_plan *p) MUST_CHECK;
enum err list_count(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t *count) MUST_CHECK; /* all of them */

enum {
	LIST_ARGS_MAX = 400,   /* values of all filters together */
	LIST_UNITS_MAX = 1500, /* of all roles of the reader, with values before them */
};
struct list_sql {
	struct cx *cx;
	const struct list_query *q;
	const struct list_plan *plan;
	struct sb text;
	struct db_arg *args;
	size_t len, room;
	size_t *units_at; /* number of the first unit of each grant among the values; 0: not there yet */
	size_t values;    /* written since " from " */
	bool full;        /* more values than a statement takes */
};
void list_sql_begin(struct cx *cx, const struct list_query *q, const struct list_plan *plan, struct list_sql *s);
void list_sql_add(struct list_sql *s, struct db_arg arg); /* its number is s->len then */
void list_words(struct cx *cx, const struct list_query *q, struct words *out);
bool list_scoped(struct cx *cx, const struct entity *e); /* this actor reads some units only */
/* " from ... where ..." of the entries of the words that begin so; of the first such word, whose entries are one for each
 * row; "select distinct id" of the rows that have all words of
 * the plan. */
void list_sql_word(struct list_sql *s, struct str word);
void list_sql_first_word(struct list_sql *s, struct str word);
void list_sql_words(struct list_sql *s);
/* " from ... where ..." with everything but order and limit; ERR_DENIED when this actor may read nothing,
 * ERR_INVALID for too many values. */
enum err list_sql_from(struct list_sql *s) MUST_CHECK;
void list_sql_order(struct list_sql *s);
struct sql list_sql_text(struct list_sql *s);
/* Some rows; a number, UNKNOWN when no row came. A question by words alone begins in the index that its text names, whatever the
 * words are. */
enum err list_sql_query(struct list_sql *s, struct db_rows *rows) MUST_CHECK;
enum err list_sql_number(struct list_sql *s, int64_t *out) MUST_CHECK;
