/* Derived fields kept in step with the rows that they come from. */
#include "platform/record/record.h"

enum { REFRESH_DEPTH = 6 };

static enum err refresh_at(struct cx *cx, const struct entity *e, struct uuid id, int depth);

/* Only what is derived is looked at: entered fields are the same by construction. */
static bool same_derived(const struct entity *e, const void *a, const void *b)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if ((e->fields[i].flags & FF_DERIVED) && !field_equal(&e->fields[i], a, b)) return false;
	return true;
}

static enum err set_right(struct cx *cx, const struct entity *e, const struct row *row, bool write, int depth, int64_t *wrong)
{
	struct row *now = arena_copy(cx->arena, row, e->size);
	TRY(record_derive(cx, e, now));
	if (same_derived(e, row, now)) return OK;
	++*wrong;
	if (!write) return OK;
	TRY(entity_put_back(cx, e, now));
	TRY(entity_index_words(cx, e, now, row));
	return refresh_at(cx, e, row->id, depth + 1);
}

static enum err refresh_field(struct cx *cx, const struct entity *from, const struct field *f, struct uuid id, int depth)
{
	struct db_rows rows;
	VEC(struct row *) found = {0};
	int64_t wrong = 0;
	struct str sql = str_fmt(cx->arena, "select %s from %s where %s%s = ?%d", entity_columns(from), from->table,
	                         from->flags & E_SHARED ? "" : "tenant = ?1 and ", f->name, from->flags & E_SHARED ? 1 : 2);
	struct db_arg args[] = {DB_I(cx->tenant), DB_ID(id)};
	size_t skip = from->flags & E_SHARED ? 1 : 0;
	TRY(db_query_n(cx, &rows, (struct sql){str_z(cx->arena, sql)}, args + skip, 2 - skip));
	while (db_next(&rows)) {
		struct row *row = entity_new(cx, from);
		entity_read(&rows, 0, from, row);
		*VEC_PUSH(cx->arena, &found) = row;
	}
	TRY(rows.err);
	VEC_EACH (row, &found)
		TRY(set_right(cx, from, *row, true, depth, &wrong));
	return OK;
}

static enum err refresh_at(struct cx *cx, const struct entity *e, struct uuid id, int depth)
{
	BUG_IF(depth > REFRESH_DEPTH);
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *from = entity_all()[i];
		if (!from->fill) continue;
		for (size_t k = 0; k < from->fields_len; k++) {
			const struct field *f = &from->fields[k];
			if (f->type != FT_REF || f->refers != e || (f->flags & FF_DERIVED)) continue;
			TRY(refresh_field(cx, from, f, id, depth));
		}
	}
	return OK;
}

enum err record_refresh(struct cx *cx, const struct entity *e, struct uuid id) { return refresh_at(cx, e, id, 0); }

struct checking {
	const struct entity *e;
	bool mend;
	int64_t *wrong;
};

static enum err check_all(struct cx *cx, void *arg)
{
	struct checking *c = arg;
	const struct entity *e = c->e;
	struct uuid after = UUID_NONE;
	bool shared = e->flags & E_SHARED;
	struct str sql = str_fmt(cx->arena, "select %s from %s where %sid > ?%d order by id limit 500", entity_columns(e), e->table,
	                         shared ? "" : "tenant = ?1 and ", shared ? 1 : 2);
	const char *text = str_z(cx->arena, sql);
	*c->wrong = 0;
	for (;;) {
		struct arena_mark mark = arena_mark(cx->arena);
		struct db_rows rows;
		struct row *page[500];
		size_t len = 0;
		/* The nil id sorts first and belongs to no row; as a parameter it must not become NULL. */
		struct db_arg args[] = {DB_I(cx->tenant), {.type = DB_UUID, .id = after}};
		TRY(db_query_n(cx, &rows, (struct sql){text}, args + shared, 2 - (size_t)shared));
		while (db_next(&rows)) {
			page[len] = entity_new(cx, e);
			entity_read(&rows, 0, e, page[len++]);
		}
		TRY(rows.err);
		if (!len) return OK;
		for (size_t i = 0; i < len; i++)
			TRY(set_right(cx, e, page[i], c->mend, 0, c->wrong));
		after = page[len - 1]->id;
		arena_rewind(cx->arena, mark);
	}
}

enum err record_check_derived(struct cx *cx, const struct entity *e, bool mend, int64_t *wrong)
{
	struct checking c = {e, mend, wrong};
	*wrong = 0;
	if (!e->derive && !e->fill) return OK;
	return db_tx(cx, mend ? DB_WRITE : DB_READ, check_all, &c);
}
