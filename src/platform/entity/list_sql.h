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
	bool walk;
	int64_t count;   /* exact up to LIST_COUNT_EXACT, else one more */
};
/* Without looking into the data: begins with the words, or where the planner thinks. */
void list_plan_plain(struct cx *cx, const struct list_query *q, struct list_plan *p);
/* Counts first, up to a thousand. Inside a transaction. */
enum err list_plan_make(struct cx *cx, const struct list_query *q, struct list_plan *p) MUST_CHECK;

enum {
	LIST_ARGS_MAX = 400,  /* values of all filters together, and what belongs to the reader */
	LIST_ARGS_AFTER = 8,  /* what comes after "where": limit, offset */
};
struct list_sql {
	struct cx *cx;
	const struct list_query *q;
	const struct list_plan *plan;
	struct sb text;
	struct db_arg *args;
	size_t len;
	bool full; /* more values than a statement takes */
};
void list_sql_begin(struct cx *cx, const struct list_query *q, const struct list_plan *plan, struct list_sql *s);
void list_words(struct cx *cx, const struct list_query *q, struct words *out);
bool list_scoped(struct cx *cx, const struct entity *e); /* this actor reads some units only */
/* " from ... where ..." of the entries of the words that begin so, or of this word; "select distinct id" of the rows that have all words of the plan. */
void list_sql_word(struct list_sql *s, struct str word);
void list_sql_whole_word(struct list_sql *s, struct str word);
void list_sql_words(struct list_sql *s);
/* " from ... where ..." with everything but order and limit; ERR_DENIED when this actor may read nothing,
 * ERR_INVALID for too many values. */
enum err list_sql_from(struct list_sql *s) MUST_CHECK;
void list_sql_order(struct list_sql *s);
struct sql list_sql_text(struct list_sql *s);
