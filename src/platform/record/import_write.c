/* Writing an import: rows at once; search words, what undo needs and audit lines by block, in an order that the indexes like. */
#include "base/base64.h"
#include "base/utf8.h"
#include "platform/crypto/hash.h"
#include "platform/entity/words.h"
#include "platform/i18n/i18n.h"
#include "platform/record/import_row.h"

static void note_row(struct cx *cx, struct importing *im, const struct row *row, struct str before)
{
	const struct entity *e = im->o->entity;
	uint8_t digest[32];
	sha256(entity_image(cx, e, row), digest);
	char id[UUID_TEXT_LEN];
	uuid_write(id, row->id);
	*VEC_PUSH(im->block, &im->audit) =
	    str_fmt(im->block, "[\"%.36s\",%lld,\"%.*s\"]", id, (long long)row->version,
	            STR_ARG(base64url_encode(cx->arena, (struct str){(const char *)digest, sizeof(digest)})));
	*VEC_PUSH(im->block, &im->written) = (struct import_written){row->id, row->version, str_copy(im->block, before)};
}

static void stamp(struct cx *cx, struct importing *im, struct row *row)
{
	row->changed_ms = cx->now_ms;
	row->import_batch = im->report->batch;
}

/* A flow of the entity's own: what it refuses is undone alone, and the import goes on. */
struct own_flow {
	const struct entity *e;
	struct row *row;
	const struct field_set *fields; /* NULL: a new row */
};

static enum err run_own_flow(struct cx *cx, void *arg)
{
	const struct own_flow *o = arg;
	return o->fields ? o->e->ops->change(cx, o->row, o->fields) : o->e->ops->create(cx, o->row);
}

enum err import_write_new(struct cx *cx, struct importing *im, struct row *row)
{
	const struct entity *e = im->o->entity;
	if (e->ops && !e->ops->bulk) {
		row->import_version = 1;
		stamp(cx, im, row);
		TRY(db_savepoint(cx, run_own_flow, &(struct own_flow){e, row, NULL}));
		note_row(cx, im, row, STR_NONE);
		return OK;
	}
	TRY(record_derive(cx, e, row));
	TRY(entity_may_write(cx, e, row));
	TRY(entity_validate(cx, e, row));
	TRY(record_check_unique(cx, e, row));
	row->id = uuid_new(cx->now_ms);
	row->version = row->import_version = 1;
	row->created_ms = cx->now_ms;
	stamp(cx, im, row);
	TRY(record_give_number(cx, e, row));
	TRY(entity_insert(cx, e, row));
	struct words words;
	entity_words(cx, e, row, &words);
	VEC_EACH (w, &words.list)
		*VEC_PUSH(im->block, &im->words) = (struct import_word){str_copy(im->block, *w), row->id};
	note_row(cx, im, row, STR_NONE);
	return OK;
}

enum err import_write_change(struct cx *cx, struct importing *im, struct row *now, const struct row *before, const struct field_set *fields)
{
	const struct entity *e = im->o->entity;
	struct str image = entity_image(cx, e, before);
	if (e->ops && !e->ops->bulk) {
		now->import_version = now->version + 1;
		stamp(cx, im, now);
		TRY(db_savepoint(cx, run_own_flow, &(struct own_flow){e, now, fields}));
		note_row(cx, im, now, image);
		return OK;
	}
	TRY(record_derive(cx, e, now));
	TRY(entity_may_write(cx, e, before));
	TRY(entity_may_write(cx, e, now));
	TRY(entity_validate(cx, e, now));
	TRY(record_check_unique(cx, e, now));
	stamp(cx, im, now);
	now->import_version = now->version + 1;
	TRY(entity_update(cx, e, now));
	TRY(entity_index_words(cx, e, now, before));
	TRY(record_refresh(cx, e, now->id));
	note_row(cx, im, now, image);
	return OK;
}

static int by_word(const void *a, const void *b)
{
	const struct import_word *x = a, *y = b;
	int c = str_cmp(x->word, y->word);
	return c ? c : uuid_cmp(x->id, y->id);
}

static enum err flush_words(struct cx *cx, struct importing *im)
{
	const struct entity *e = im->o->entity;
	if (im->words.len) qsort(im->words.ptr, im->words.len, sizeof(*im->words.ptr), by_word);
	struct db_batch batch;
	TRY(entity_words_begin(cx, e, &batch));
	VEC_EACH (w, &im->words)
		TRY(entity_words_add(&batch, e, w->word, w->id));
	return db_batch_end(&batch);
}

static enum err flush_written(struct cx *cx, struct importing *im)
{
	struct db_batch batch;
	TRY(db_batch_begin(cx, &batch,
	                   SQL("insert into batch_row (tenant, batch, seq, entity, id, version, before, undone) "
	                       "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)")));
	VEC_EACH (w, &im->written) {
		const struct db_arg args[] = {DB_I(cx->tenant), DB_ID(im->report->batch), DB_I(++im->seq), DB_I(im->o->entity->code),
		                              DB_ID(w->id),     DB_I(w->version),         DB_S(w->before)};
		TRY(db_batch_add(&batch, args, ARRAY_LEN(args)));
	}
	return db_batch_end(&batch);
}

static enum err flush_audit(struct cx *cx, struct importing *im)
{
	if (!im->audit.len) return OK;
	struct sb b;
	sb_init(&b, im->block, 1 << 20);
	SB_LIT(&b, "[");
	VEC_EACH (line, &im->audit) {
		if (b.len > 1) SB_LIT(&b, ",");
		sb_add(&b, *line);
	}
	SB_LIT(&b, "]");
	BUG_IF(sb_failed(&b));
	return audit_write(
	    cx, &(struct audit_act){.act = "import", .kind = im->o->entity->name, .subject = im->report->batch, .after = sb_str(&b)});
}

enum err import_flush_block(struct cx *cx, struct importing *im)
{
	TRY(flush_words(cx, im));
	TRY(flush_written(cx, im));
	TRY(flush_audit(cx, im));
	arena_reset(im->block);
	im->words.ptr = NULL;
	im->words.len = im->words.cap = 0;
	im->written.ptr = NULL;
	im->written.len = im->written.cap = 0;
	im->audit.ptr = NULL;
	im->audit.len = im->audit.cap = 0;
	return OK;
}

enum err import_begin_batch(struct cx *cx, struct importing *im)
{
	struct str actor = cx->actor ? cx->actor->email : STR("system");
	if (cx->actor && str_blank(actor)) actor = STR("operator");
	im->report->batch = uuid_new(cx->now_ms);
	return db_exec(cx,
	               SQL("insert into batch (tenant, id, kind, source, actor, at_ms, rows_new, rows_changed, rows_unchanged, "
	                   "rows_conflict, rows_refused) values (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0)"),
	               DB_I(cx->tenant), DB_ID(im->report->batch), DB_S(str_of(im->o->entity->kind)), DB_S(im->o->source), DB_S(actor),
	               DB_I(cx->now_ms));
}

enum err import_end_batch(struct cx *cx, struct importing *im)
{
	const int64_t *n = im->report->counts;
	if (!n[IMPORT_NEW] && !n[IMPORT_CHANGED]) {
		/* A run that changes nothing makes no batch. */
		TRY(db_exec(cx, SQL("delete from batch where tenant = ?1 and id = ?2"), DB_I(cx->tenant), DB_ID(im->report->batch)));
		im->report->batch = UUID_NONE;
		return OK;
	}
	return db_exec(cx,
	               SQL("update batch set rows_new = ?3, rows_changed = ?4, rows_unchanged = ?5, rows_conflict = ?6, "
	                   "rows_refused = ?7 where tenant = ?1 and id = ?2"),
	               DB_I(cx->tenant), DB_ID(im->report->batch), DB_I(n[IMPORT_NEW]), DB_I(n[IMPORT_CHANGED]), DB_I(n[IMPORT_UNCHANGED]),
	               DB_I(n[IMPORT_CONFLICT]), DB_I(n[IMPORT_REFUSED]));
}
