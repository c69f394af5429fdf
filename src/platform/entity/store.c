/* Rows in the database, by the text that sqltext.c built. */
#include "base/utf8.h"
#include "platform/entity/sqltext.h"
#include "platform/i18n/i18n.h"

enum { ARGS_MAX = 2 * ENTITY_FIELDS_MAX + ROW_HEAD_LEN + 4 };

static struct db_arg field_arg(const struct field *f, const void *row)
{
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: return str_blank(*field_str(f, row)) ? DB_S(STR_NONE) : DB_S(*field_str(f, row));
	case FT_REF: return DB_ID(*field_id(f, row));
	case FT_ENUM: {
		int64_t n = *field_int(f, row);
		return DB_S(n == UNKNOWN ? STR_NONE : str_of(f->options[n].code));
	}
	default: return DB_N(*field_int(f, row));
	}
}

static size_t bind(struct cx *cx, const struct entity *e, const void *image, struct db_arg *args)
{
	const struct row *row = image;
	size_t n = 0;
	if (!entity_shared(e)) args[n++] = DB_I(cx->tenant);
	args[n++] = DB_ID(row->id);
	args[n++] = DB_I(row->version);
	args[n++] = DB_I(row->created_ms);
	args[n++] = DB_I(row->changed_ms);
	args[n++] = DB_N(row->archived_ms);
	args[n++] = DB_S(row->archive_reason);
	args[n++] = DB_N(row->import_version);
	args[n++] = DB_ID(row->import_batch);
	for (size_t i = 0; i < e->fields_len; i++)
		args[n++] = field_arg(&e->fields[i], row);
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!(f->flags & FF_FOLD)) continue;
		struct str text = *field_str(f, row);
		args[n++] = DB_S(str_blank(text) ? STR_NONE : utf8_fold(cx->arena, text));
	}
	return n;
}

static size_t bind_id(struct cx *cx, const struct entity *e, struct uuid id, struct db_arg *args)
{
	size_t n = 0;
	if (!entity_shared(e)) args[n++] = DB_I(cx->tenant);
	args[n++] = DB_ID(id);
	return n;
}

enum err entity_insert(struct cx *cx, const struct entity *e, void *image)
{
	struct db_arg args[ARGS_MAX];
	size_t n = bind(cx, e, image, args);
	return db_exec_n(cx, entity_sql(e)->insert, args, n, NULL);
}

static enum err stale(struct cx *cx, const struct entity *e)
{
	return fail(cx, ERR_STALE, "version", M_entity_stale, ARG_M("what", e->label));
}

enum err entity_update(struct cx *cx, const struct entity *e, void *image)
{
	struct row *row = image;
	struct db_arg args[ARGS_MAX];
	int64_t read_at = row->version, changed = 0;
	row->version++;
	size_t n = bind(cx, e, image, args);
	args[n++] = DB_I(read_at);
	TRY(db_exec_n(cx, entity_sql(e)->update, args, n, &changed));
	return changed == 1 ? OK : stale(cx, e);
}

enum err entity_put_back(struct cx *cx, const struct entity *e, const void *image)
{
	struct db_arg args[ARGS_MAX];
	size_t n = bind(cx, e, image, args);
	int64_t changed = 0;
	TRY(db_exec_n(cx, entity_sql(e)->put_back, args, n, &changed));
	return changed == 1 ? OK : stale(cx, e);
}

enum err entity_remove(struct cx *cx, const struct entity *e, struct uuid id)
{
	struct db_arg args[2];
	size_t n = bind_id(cx, e, id, args);
	return db_exec_n(cx, entity_sql(e)->remove, args, n, NULL);
}

int entity_columns_len(const struct entity *e) { return ROW_HEAD_LEN + (int)e->fields_len; }

const char *entity_columns(const struct entity *e) { return entity_sql(e)->columns; }

void entity_read_field(struct db_rows *rows, int col, const struct field *f, void *row)
{
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: *field_str(f, row) = db_str(rows, col); break;
	case FT_REF: *field_id(f, row) = db_id(rows, col); break;
	case FT_ENUM: {
		struct str code = db_str_view(rows, col);
		*field_int(f, row) = str_present(code) ? field_option(f, code) : UNKNOWN;
		break;
	}
	default: *field_int(f, row) = db_int(rows, col);
	}
}

void entity_read(struct db_rows *rows, int col, const struct entity *e, void *image)
{
	struct row *row = image;
	row->id = db_id(rows, col++);
	row->version = db_int(rows, col++);
	row->created_ms = db_int(rows, col++);
	row->changed_ms = db_int(rows, col++);
	row->archived_ms = db_int(rows, col++);
	row->archive_reason = db_str(rows, col++);
	row->import_version = db_int(rows, col++);
	row->import_batch = db_id(rows, col++);
	for (size_t i = 0; i < e->fields_len; i++, col++)
		entity_read_field(rows, col, &e->fields[i], row);
}

static enum err load_with(struct cx *cx, const struct entity *e, struct sql sql, const struct db_arg *args, size_t n, void *row,
                          bool *found)
{
	struct db_rows rows;
	TRY(db_one_n(cx, &rows, found, sql, args, n));
	if (*found) entity_read(&rows, 0, e, row);
	db_done(&rows);
	return OK;
}

enum err entity_load(struct cx *cx, const struct entity *e, struct uuid id, void *row, bool *found)
{
	struct db_arg args[2];
	size_t n = bind_id(cx, e, id, args);
	return load_with(cx, e, entity_sql(e)->load, args, n, row, found);
}

/* By created_ms first, so that no planner walks a whole table in the order of its ids to spare the sort. */
#define OLDEST_FIRST " order by created_ms, id limit 1"

enum err entity_find_by(struct cx *cx, const struct entity *e, const struct field *f, struct str value, void *row, bool *found)
{
	struct db_arg args[2];
	size_t n = 0;
	if (!entity_shared(e)) args[n++] = DB_I(cx->tenant);
	args[n++] = DB_S(value);
	/* Oldest first, so that two rows with one value (it happens in public lists) always give the same. */
	struct str text = str_fmt(cx->arena, "select %s from %s where %s%s = ?%zu" OLDEST_FIRST, entity_sql(e)->columns, e->table,
	                          entity_shared(e) ? "" : "tenant = ?1 and ", f->name, n);
	return load_with(cx, e, (struct sql){str_z(cx->arena, text)}, args, n, row, found);
}

enum { SAME_FIELDS_MAX = 16 };

enum err entity_find_same(struct cx *cx, const struct entity *e, const struct field *const *fields, size_t n, const void *like, void *row,
                          bool *found)
{
	struct db_arg args[SAME_FIELDS_MAX + 1];
	size_t len = 0;
	struct sb b;
	BUG_IF(n > SAME_FIELDS_MAX);
	sb_init(&b, cx->arena, 1 << 16);
	sb_fmt(&b, "select %s from %s where %s", entity_sql(e)->columns, e->table, entity_shared(e) ? "" : "tenant = ?1 and ");
	if (!entity_shared(e)) args[len++] = DB_I(cx->tenant);
	for (size_t i = 0; i < n; i++) {
		if (i) sb_addz(&b, " and ");
		if (field_known(fields[i], like)) {
			args[len++] = field_arg(fields[i], like);
			sb_fmt(&b, "%s = ?%zu", fields[i]->name, len);
		} else {
			sb_fmt(&b, "%s is null", fields[i]->name);
		}
	}
	sb_addz(&b, OLDEST_FIRST);
	return load_with(cx, e, (struct sql){str_z(cx->arena, sb_str(&b))}, args, len, row, found);
}

enum err entity_load_of(struct cx *cx, const struct entity *e, const struct field *f, const struct field *through, struct uuid id,
                        void ***out, size_t *len)
{
	struct db_arg args[2];
	struct db_rows rows;
	VEC(void *) all = {0};
	size_t n = bind_id(cx, e, id, args);
	const char *mine = entity_shared(e) ? "" : "tenant = ?1 and ",
		   *theirs = through && !entity_shared(f->refers) ? "tenant = ?1 and " : "";
	struct str of = through ? str_fmt(cx->arena, "in (select id from %s where %s%s = ?%zu)", f->refers->table, theirs, through->name, n)
	                        : str_fmt(cx->arena, "= ?%zu", n);
	struct str text = str_fmt(cx->arena, "select %s from %s where %s%s %.*s order by created_ms, id", entity_sql(e)->columns, e->table,
	                          mine, f->name, STR_ARG(of));
	TRY(db_query_n(cx, &rows, (struct sql){str_z(cx->arena, text)}, args, n));
	while (db_next(&rows)) {
		void *row = *VEC_PUSH(cx->arena, &all) = entity_new(cx, e);
		entity_read(&rows, 0, e, row);
	}
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

enum err entity_title_of(struct cx *cx, const struct entity *e, struct uuid id, struct str *title)
{
	struct db_arg args[2];
	size_t n = bind_id(cx, e, id, args);
	struct db_rows rows;
	bool found;
	TRY(db_one_n(cx, &rows, &found, entity_sql(e)->title, args, n));
	*title = found ? db_str(&rows, 0) : STR_NONE;
	db_done(&rows);
	return OK;
}

static enum err referred_by(struct cx *cx, const struct entity *from, const struct field *f, struct uuid id, struct uuid *by_id)
{
	struct db_arg args[2];
	size_t n = bind_id(cx, from, id, args);
	struct str text = str_fmt(cx->arena, "select id from %s where %s%s = ?%zu limit 1", from->table,
	                          entity_shared(from) ? "" : "tenant = ?1 and ", f->name, n);
	struct db_rows rows;
	bool found;
	TRY(db_one_n(cx, &rows, &found, (struct sql){str_z(cx->arena, text)}, args, n));
	*by_id = found ? db_id(&rows, 0) : UUID_NONE;
	db_done(&rows);
	return OK;
}

enum err entity_referred(struct cx *cx, const struct entity *e, struct uuid id, const struct entity **by, struct uuid *by_id)
{
	*by = NULL;
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *from = entity_all()[i];
		for (size_t k = 0; k < from->fields_len; k++) {
			if (from->fields[k].type != FT_REF || from->fields[k].refers != e) continue;
			TRY(referred_by(cx, from, &from->fields[k], id, by_id));
			if (!uuid_none(*by_id)) return *by = from, OK;
		}
	}
	return OK;
}

static enum err probe(struct cx *cx, void *arg)
{
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *e = entity_all()[i];
		struct sb b;
		sb_init(&b, cx->arena, 1 << 16);
		sb_fmt(&b, "select %s%s", entity_shared(e) ? "" : "tenant, ", entity_sql(e)->columns);
		for (size_t k = 0; k < e->fields_len; k++)
			if (e->fields[k].flags & FF_FOLD) sb_fmt(&b, ", %s_fold", e->fields[k].name);
		sb_fmt(&b, " from %s where 1 = 0", e->table);
		struct db_rows rows;
		bool found;
		enum err err = db_one_n(cx, &rows, &found, (struct sql){str_z(cx->arena, sb_str(&b))}, NULL, 0);
		if (err != OK) return fail(cx, ERR_SCHEMA, e->table, M_entity_schema, ARG_Z("table", e->table));
		db_done(&rows);
	}
	return OK;
}

enum err entity_check_schema(struct cx *cx) { return db_tx(cx, DB_READ, probe, NULL); }
