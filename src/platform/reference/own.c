/* The school's rows over the shipped ones. */
#include "platform/reference/own.h"
#include "base/date.h"
#include "base/log.h"
#include "base/vec.h"
#include "messages.h"
#include "platform/db/db.h"
#include "platform/format/json.h"
#include "platform/reference/tables.h"

#define CELLS_CAP (64 * 1024)

static int column_of(const struct reference_table *t, struct str name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (str_is(name, t->columns[i])) return (int)i;
	return -1;
}

/* The columns that a school fills in: between the key and the validity. */
static bool value_column(const struct reference_table *t, int i) { return i >= (int)t->nkeys && i < (int)t->ncolumns - 5; }

static enum err read_row(struct cx *cx, struct db_rows *r, const struct reference_table *t, struct reference_row *row)
{
	const struct json *cells;
	struct str key = db_str(r, 0);
	TRY(json_parse(cx, db_str(r, 3), CELLS_CAP, &cells));
	const char **list = ARENA_ARRAY(cx->arena, const char *, t->ncolumns);
	struct str rest = key, part;
	for (size_t i = 0; i < t->nkeys && str_split(&rest, '/', &part); i++)
		list[i] = str_z(cx->arena, part);
	for (size_t i = t->nkeys; i < t->ncolumns; i++) {
		struct str text = json_text(cells, t->columns[i]);
		if (str_present(text)) list[i] = str_z(cx->arena, text);
	}
	*row = (struct reference_row){
	    .table = t,
	    .key = key,
	    .valid_from = db_int(r, 1),
	    .valid_to = db_int(r, 2),
	    .source = db_str(r, 4),
	    .mark = STR("S"),
	    .note = db_str(r, 5),
	    .own = true,
	};
	const char **tail = list + t->ncolumns - 5;
	tail[0] = str_z(cx->arena, date_iso(cx->arena, row->valid_from));
	if (row->valid_to != UNKNOWN) tail[1] = str_z(cx->arena, date_iso(cx->arena, row->valid_to));
	tail[2] = str_z(cx->arena, row->source);
	tail[3] = "S";
	if (str_present(row->note)) tail[4] = str_z(cx->arena, row->note);
	row->cells = list;
	return OK;
}

struct question {
	struct str table, key;
	int64_t date;
	const struct reference_table *t;
	VEC(struct reference_row) rows;
};

static enum err read_rows(struct cx *cx, void *arg)
{
	struct question *q = arg;
	struct db_rows r;
	q->rows.len = 0; /* the transaction may run again */
	TRY(db_query(cx, &r,
	             SQL("select row_key, valid_from, valid_to, cells, source, note from school_reference "
	                 "where tenant = ?1 and table_name = ?2 and valid_from <= ?3 and (valid_to is null or valid_to >= ?3) "
	                 "and (?4 = '' or row_key = ?4) order by row_key"),
	             DB_I(cx->tenant), DB_S(q->table), DB_I(q->date), DB_S(str_present(q->key) ? q->key : STR(""))));
	while (db_next(&r)) {
		struct reference_row row;
		enum err e = read_row(cx, &r, q->t, &row);
		if (e != OK) {
			db_done(&r);
			return e;
		}
		*VEC_PUSH(cx->arena, &q->rows) = row;
	}
	return r.err;
}

static enum err ask(struct cx *cx, struct question *q)
{
	q->t = reference_table(q->table);
	if (!cx->db || !cx->tenant || !q->t || q->date == UNKNOWN) return OK;
	return db_tx(cx, DB_READ, read_rows, q);
}

enum err reference_find_own(struct cx *cx, struct str table, struct str key, int64_t date, struct reference_row *row)
{
	struct question q = {.table = table, .key = key, .date = date};
	if (!str_blank(key)) TRY(ask(cx, &q));
	if (q.rows.len)
		*row = q.rows.ptr[0];
	else
		(void)reference_find(table, key, date, row);
	return OK;
}

enum err reference_rows_own(struct cx *cx, struct str table, int64_t date, struct reference_row **rows, size_t *n)
{
	struct question q = {.table = table, .date = date};
	VEC(struct reference_row) all = {0};
	struct reference_row row;
	TRY(ask(cx, &q));
	bool *used = ARENA_ARRAY(cx->arena, bool, q.rows.len + 1);
	for (size_t at = 0; reference_next(table, date, &at, &row);) {
		for (size_t i = 0; i < q.rows.len; i++) {
			if (!str_eq(q.rows.ptr[i].key, row.key)) continue;
			row = q.rows.ptr[i];
			used[i] = true;
		}
		*VEC_PUSH(cx->arena, &all) = row;
	}
	for (size_t i = 0; i < q.rows.len; i++)
		if (!used[i]) *VEC_PUSH(cx->arena, &all) = q.rows.ptr[i];
	*rows = all.ptr;
	*n = all.len;
	return OK;
}

/* --- saving --- */

static size_t key_parts(struct str key)
{
	struct str part;
	size_t n = 0;
	while (str_split(&key, '/', &part))
		n += !str_blank(part);
	return n;
}

static enum err check(struct cx *cx, const struct reference_edit *e, const struct reference_table *t)
{
	if (!t) return fail(cx, ERR_INVALID, "table", M_reference_unknown_table, ARG_S("value", e->table));
	if (key_parts(e->key) != t->nkeys)
		return fail(cx, ERR_INVALID, "key", M_reference_key, ARG_S("value", e->key), ARG_N("n", (int64_t)t->nkeys));
	if (str_blank(str_trim(e->source))) return fail(cx, ERR_INVALID, "source", M_reference_source);
	if (e->valid_from == UNKNOWN) return fail(cx, ERR_INVALID, "valid_from", M_reference_from);
	if (e->valid_to != UNKNOWN && e->valid_to < e->valid_from) return fail(cx, ERR_INVALID, "valid_to", M_reference_dates);
	for (size_t i = 0; i < e->ncells; i++)
		if (!value_column(t, column_of(t, str_of(e->cells[i].column))))
			return fail(cx, ERR_INVALID, e->cells[i].column, M_reference_unknown_column, ARG_Z("value", e->cells[i].column));
	return OK;
}

static struct str cells_json(struct cx *cx, const struct reference_edit *e)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, CELLS_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	for (size_t i = 0; i < e->ncells; i++)
		if (str_present(e->cells[i].value)) json_member_str(&w, e->cells[i].column, e->cells[i].value);
	json_object_end(&w);
	return json_complete(&w) ? sb_str(&b) : STR_NONE;
}

enum err reference_save(struct cx *cx, const struct reference_edit *e)
{
	BUG_IF(!cx->tenant);
	TRY(check(cx, e, reference_table(e->table)));
	struct str cells = cells_json(cx, e);
	if (!str_present(cells)) return fail(cx, ERR_TOO_LARGE, "cells", M_reference_too_large);
	TRY(db_exec(cx,
	            SQL("update school_reference set valid_to = ?4 where tenant = ?1 and table_name = ?2 and row_key = ?3 "
	                "and valid_to is null and valid_from <= ?4"),
	            DB_I(cx->tenant), DB_S(e->table), DB_S(e->key), DB_I(e->valid_from - 1)));
	int64_t others;
	TRY(db_number(cx, &others,
	              SQL("select count(*) from school_reference where tenant = ?1 and table_name = ?2 and row_key = ?3 "
	                  "and valid_from <= ?5 and (valid_to is null or valid_to >= ?4)"),
	              DB_I(cx->tenant), DB_S(e->table), DB_S(e->key), DB_I(e->valid_from),
	              DB_I(e->valid_to == UNKNOWN ? INT64_MAX : e->valid_to)));
	if (others) return fail(cx, ERR_CONFLICT, "valid_from", M_reference_overlap, ARG_S("key", e->key));
	return db_exec(cx,
	               SQL("insert into school_reference (tenant, table_name, row_key, valid_from, valid_to, cells, source, note) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
	               DB_I(cx->tenant), DB_S(e->table), DB_S(e->key), DB_I(e->valid_from), DB_N(e->valid_to), DB_S(cells),
	               DB_S(str_trim(e->source)), DB_S(e->note));
}
