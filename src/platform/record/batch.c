/* Batches: what an import did, and putting it back. */
#include "platform/i18n/i18n.h"
#include "platform/record/import.h"
#include "platform/record/record.h"

static const struct sql batch_columns_sql =
    SQL("select id, kind, source, actor, at_ms, rows_new, rows_changed, rows_unchanged, rows_conflict, rows_refused, undone_ms, undone_by "
        "from batch where tenant = ?1 and (?2 = 0 or id = ?3) order by id desc limit ?4");

static void read_batch(struct db_rows *rows, struct batch *b)
{
	*b = (struct batch){
	    .id = db_id(rows, 0), .kind = db_str(rows, 1), .source = db_str(rows, 2), .actor = db_str(rows, 3), .at_ms = db_int(rows, 4)};
	for (int i = 0; i < IMPORT_STATES; i++)
		b->counts[i] = db_int(rows, 5 + i);
	b->undone_ms = db_int(rows, 10);
	b->undone_by = db_str(rows, 11);
}

struct listing {
	struct uuid id;
	size_t max;
	struct batch **out;
	size_t *len;
};

static enum err list(struct cx *cx, void *arg)
{
	struct listing *l = arg;
	struct db_rows rows;
	VEC(struct batch) all = {0};
	bool one = !uuid_none(l->id);
	TRY(db_query(cx, &rows, batch_columns_sql, DB_I(cx->tenant), DB_I(one), DB_ID(l->id), DB_I((int64_t)l->max)));
	while (db_next(&rows))
		read_batch(&rows, VEC_PUSH(cx->arena, &all));
	*l->out = all.ptr;
	*l->len = all.len;
	return rows.err;
}

enum err batch_list(struct cx *cx, size_t max, struct batch **out, size_t *len)
{
	return db_tx(cx, DB_READ, list, &(struct listing){UUID_NONE, max, out, len});
}

enum err batch_load(struct cx *cx, struct uuid id, struct batch *out)
{
	struct batch *found;
	size_t len;
	TRY(db_tx(cx, DB_READ, list, &(struct listing){id, 1, &found, &len}));
	if (!len) return fail(cx, ERR_NOT_FOUND, "batch", M_error_not_found);
	*out = *found;
	return OK;
}

struct undoing {
	struct uuid id;
	bool skip;
	struct batch_undo *out;
	const struct entity *entity;
	struct arena *outer;
};

static void block(struct cx *cx, struct undoing *u, const struct row *row, int64_t seq, struct str reason)
{
	u->out->blocked_len++;
	if (u->out->blocked.len >= 100) return;
	*VEC_PUSH(u->outer, &u->out->blocked) =
	    (struct import_line){.line = seq,
	                         .state = IMPORT_CONFLICT,
	                         .title = str_copy(u->outer, row ? field_show(cx, entity_title(u->entity), row) : STR("?")),
	                         .reason = str_copy(u->outer, reason)};
}

static enum err put_back(struct cx *cx, struct undoing *u, const struct row *current, struct str before)
{
	const struct entity *e = u->entity;
	if (!str_present(before)) {
		TRY(entity_index_words(cx, e, NULL, current));
		return entity_remove(cx, e, current->id);
	}
	void *image = entity_new(cx, e);
	TRY(entity_from_image(cx, e, before, image));
	TRY(entity_put_back(cx, e, image));
	TRY(entity_index_words(cx, e, image, current));
	return record_refresh(cx, e, current->id);
}

static enum err undo_row(struct cx *cx, struct undoing *u, int64_t seq, struct uuid id, int64_t version, struct str before)
{
	const struct entity *e = u->entity;
	struct row *current = entity_new(cx, e);
	bool found;
	TRY(entity_load(cx, e, id, current, &found));
	if (!found) return block(cx, u, NULL, seq, tr(cx, M_batch_gone)), OK;
	if (current->version != version) return block(cx, u, current, seq, tr(cx, M_batch_edited)), OK;
	if (!str_present(before)) {
		const struct entity *by;
		struct uuid by_id;
		struct str title = STR_NONE;
		TRY(entity_referred(cx, e, id, &by, &by_id));
		if (by) {
			TRY(entity_title_of(cx, by, by_id, &title));
			return block(cx, u, current, seq, tr(cx, M_batch_referred, ARG_M("what", by->label), ARG_S("title", title))), OK;
		}
	}
	TRY(put_back(cx, u, current, before));
	u->out->undone++;
	return db_exec(cx, SQL("update batch_row set undone = 1 where tenant = ?1 and batch = ?2 and seq = ?3"), DB_I(cx->tenant),
	               DB_ID(u->id), DB_I(seq));
}

struct todo {
	int64_t seq, version;
	struct uuid id;
	struct str before;
};

/* A slice of the batch, from its end: rows that a later row of the same batch refers to come after it. */
static enum err slice(struct cx *cx, struct undoing *u, int64_t below, struct todo *list, size_t *len)
{
	struct db_rows rows;
	*len = 0;
	TRY(db_query(cx, &rows,
	             SQL("select seq, id, version, before from batch_row where tenant = ?1 and batch = ?2 and seq < ?3 and undone = 0 "
	                 "order by seq desc limit 500"),
	             DB_I(cx->tenant), DB_ID(u->id), DB_I(below)));
	while (db_next(&rows))
		list[(*len)++] = (struct todo){db_int(&rows, 0), db_int(&rows, 2), db_id(&rows, 1), db_str(&rows, 3)};
	return rows.err;
}

static enum err all_rows(struct cx *cx, struct undoing *u)
{
	int64_t below = INT64_MAX;
	for (;;) {
		struct arena_mark mark = arena_mark(cx->arena);
		struct todo *todo = ARENA_ARRAY(cx->arena, struct todo, 500);
		size_t len;
		TRY(slice(cx, u, below, todo, &len));
		if (!len) return OK;
		for (size_t i = 0; i < len; i++)
			TRY(undo_row(cx, u, todo[i].seq, todo[i].id, todo[i].version, todo[i].before));
		below = todo[len - 1].seq;
		arena_rewind(cx->arena, mark);
	}
}

static enum err undo(struct cx *cx, void *arg)
{
	struct undoing *u = arg;
	struct batch b;
	*u->out = (struct batch_undo){0};
	TRY(batch_load(cx, u->id, &b));
	u->entity = entity_by_kind(b.kind);
	if (!u->entity || !actor_everywhere(cx, u->entity->rights.import)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	if (b.undone_ms != UNKNOWN) return fail(cx, ERR_REFUSED, "batch", M_batch_undone_already, ARG_S("by", b.undone_by));
	struct arena *work = arena_new();
	cx->arena = work;
	enum err err = all_rows(cx, u);
	cx->arena = u->outer;
	cx_move_problems(cx, u->outer);
	arena_free(work);
	TRY(err);
	if (u->out->blocked_len && !u->skip) return fail(cx, ERR_REFUSED, "batch", M_batch_blocked, ARG_N("n", u->out->blocked_len));
	struct str actor = cx->actor && !str_blank(cx->actor->email) ? cx->actor->email : STR("operator");
	TRY(db_exec(cx, SQL("update batch set undone_ms = ?3, undone_by = ?4 where tenant = ?1 and id = ?2"), DB_I(cx->tenant),
	            DB_ID(u->id), DB_I(cx->now_ms), DB_S(actor)));
	return audit_write(cx, &(struct audit_act){.act = "undo",
	                                           .kind = u->entity->name,
	                                           .subject = u->id,
	                                           .note = str_fmt(cx->arena, "%lld", (long long)u->out->undone)});
}

enum err batch_undo(struct cx *cx, struct uuid id, bool skip_edited, struct batch_undo *out)
{
	struct undoing u = {.id = id, .skip = skip_edited, .out = out, .outer = cx->arena};
	return db_tx(cx, DB_BULK, undo, &u);
}

struct telling {
	struct uuid id;
	size_t max, *len;
	struct import_line **out;
};

static enum err tell_row(struct cx *cx, const struct entity *e, const struct todo *t, struct telling *l)
{
	struct row *current = entity_new(cx, e);
	bool found;
	TRY(entity_load(cx, e, t->id, current, &found));
	if (!found) return OK;
	struct import_line *line = &(*l->out)[(*l->len)++];
	*line = (struct import_line){.line = t->seq, .state = IMPORT_NEW, .title = field_show(cx, entity_title(e), current)};
	if (!str_present(t->before)) return OK;
	void *image = entity_new(cx, e);
	TRY(entity_from_image(cx, e, t->before, image));
	line->state = IMPORT_CHANGED;
	line->diffs_len = entity_diff(cx, e, image, current, &line->diffs);
	return OK;
}

static enum err tell(struct cx *cx, void *arg)
{
	struct telling *l = arg;
	struct db_rows rows;
	struct batch b;
	VEC(struct todo) todo = {0};
	TRY(batch_load(cx, l->id, &b));
	const struct entity *e = entity_by_kind(b.kind);
	if (!e || !actor_has(cx, e->rights.import)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(db_query(
	    cx, &rows,
	    SQL("select seq, id, version, before from batch_row where tenant = ?1 and batch = ?2 and undone = 0 order by seq limit ?3"),
	    DB_I(cx->tenant), DB_ID(l->id), DB_I((int64_t)l->max)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &todo) = (struct todo){db_int(&rows, 0), db_int(&rows, 2), db_id(&rows, 1), db_str(&rows, 3)};
	TRY(rows.err);
	*l->out = ARENA_ARRAY(cx->arena, struct import_line, todo.len + 1);
	*l->len = 0;
	VEC_EACH (t, &todo)
		TRY(tell_row(cx, e, t, l));
	return OK;
}

enum err batch_lines(struct cx *cx, struct uuid id, size_t max, struct import_line **out, size_t *len)
{
	return db_tx(cx, DB_READ, tell, &(struct telling){id, max, len, out});
}
