/* One row through the door: who may, is it right, save, index, audit. */
#include "platform/record/record.h"
#include "base/date.h"
#include "platform/i18n/i18n.h"

enum err record_number(struct cx *cx, const char *prefix, struct str *out)
{
	struct str series = str_fmt(cx->arena, "%s-%d", prefix, instant_civil(cx->now_ms).year);
	int64_t n;
	TRY(db_exec(cx,
	            SQL("insert into number_series (tenant, prefix, last) values (?1, ?2, 1) "
	                "on conflict (tenant, prefix) do update set last = number_series.last + 1"),
	            DB_I(cx->tenant), DB_S(series)));
	TRY(db_number(cx, &n, SQL("select last from number_series where tenant = ?1 and prefix = ?2"), DB_I(cx->tenant), DB_S(series)));
	*out = str_fmt(cx->arena, "%.*s-%04lld", STR_ARG(series), (long long)n);
	return OK;
}

enum err record_give_number(struct cx *cx, const struct entity *e, void *row)
{
	if (!(e->flags & E_NUMBERED)) return OK;
	struct str *number = field_str(entity_field(e, STR("number")), row);
	return str_blank(*number) ? record_number(cx, e->number_prefix, number) : OK;
}

/* Unique values are looked up first, so that the answer names the field; the index still guards against a race. */
enum err record_check_unique(struct cx *cx, const struct entity *e, const void *row)
{
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!(f->flags & FF_UNIQUE) || f->type != FT_TEXT || !field_known(f, row)) continue;
		struct row *other = entity_new(cx, e);
		bool found;
		TRY(entity_find_by(cx, e, f, *field_str(f, row), other, &found));
		if (found && !uuid_eq(other->id, ((const struct row *)row)->id))
			return fail(cx, ERR_CONFLICT, f->name, M_record_taken, ARG_M("field", f->label), ARG_S("value", *field_str(f, row)),
			            ARG_S("by", field_show(cx, entity_title(e), other)));
	}
	return OK;
}

/* What a row refers to is there, in this school: an id of another school's row is as good as none. `before`: the row as it was, or
 * NULL; what did not change is not looked up again. */
static enum err check_references(struct cx *cx, const struct entity *e, const void *row, const void *before)
{
	enum err err = OK;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		bool found;
		if (f->type != FT_REF || !field_known(f, row) || (before && field_equal(f, row, before))) continue;
		TRY(entity_load(cx, f->refers, *field_id(f, row), entity_new(cx, f->refers), &found));
		if (!found)
			err = fail(cx, ERR_INVALID, f->name, M_record_reference, ARG_M("field", f->label), ARG_M("what", f->refers->label));
	}
	return err;
}

enum err record_derive(struct cx *cx, const struct entity *e, void *row)
{
	if (e->derive) e->derive(cx, row);
	return e->fill ? e->fill(cx, row) : OK;
}

struct act {
	const struct entity *e;
	void *row;
	const struct field_set *fields;
	struct uuid id;
	int64_t version;
	struct str reason;
	bool archive;
};

static enum err create(struct cx *cx, void *arg)
{
	struct act *a = arg;
	struct row *row = a->row;
	TRY(record_derive(cx, a->e, row));
	TRY(entity_may_write(cx, a->e, row));
	TRY(check_references(cx, a->e, row, NULL));
	TRY(entity_validate(cx, a->e, row));
	TRY(record_check_unique(cx, a->e, row));
	if (uuid_none(row->id)) row->id = uuid_new(cx->now_ms);
	row->version = 1;
	row->created_ms = row->changed_ms = cx->now_ms;
	TRY(record_give_number(cx, a->e, row));
	TRY(entity_insert(cx, a->e, row));
	TRY(entity_index_words(cx, a->e, row, NULL));
	return audit_write(
	    cx, &(struct audit_act){.act = "create", .kind = a->e->name, .subject = row->id, .after = entity_image(cx, a->e, row)});
}

enum err record_create(struct cx *cx, const struct entity *e, void *row)
{
	return db_tx(cx, DB_WRITE, create, &(struct act){.e = e, .row = row});
}

static enum err load_current(struct cx *cx, const struct entity *e, struct uuid id, struct row **out)
{
	bool found;
	*out = entity_new(cx, e);
	TRY(entity_load(cx, e, id, *out, &found));
	if (!found) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	return entity_may_read(cx, e, *out);
}

static enum err same_version(struct cx *cx, const struct entity *e, const struct row *current, int64_t version)
{
	if (current->version == version) return OK;
	return fail(cx, ERR_STALE, "version", M_entity_stale, ARG_M("what", e->label));
}

static bool merge(const struct entity *e, struct row *into, const void *from, const struct field_set *fields)
{
	bool different = false;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!field_set_has(fields, i) || field_equal(f, into, from)) continue;
		different = true;
		if (f->type == FT_TEXT || f->type == FT_CODE)
			*field_str(f, into) = *field_str(f, from);
		else if (f->type == FT_REF)
			*field_id(f, into) = *field_id(f, from);
		else
			*field_int(f, into) = *field_int(f, from);
	}
	return different;
}

static enum err save_over(struct cx *cx, const struct entity *e, struct row *now, const struct row *before, const char *act,
                          struct str note)
{
	now->changed_ms = cx->now_ms;
	TRY(entity_update(cx, e, now));
	TRY(entity_index_words(cx, e, now, before));
	return audit_write(cx, &(struct audit_act){.act = act,
	                                           .kind = e->name,
	                                           .subject = now->id,
	                                           .note = note,
	                                           .before = entity_image(cx, e, before),
	                                           .after = entity_image(cx, e, now)});
}

static enum err change(struct cx *cx, void *arg)
{
	struct act *a = arg;
	struct row *asked = a->row, *before;
	TRY(load_current(cx, a->e, asked->id, &before));
	TRY(entity_may_write(cx, a->e, before));
	TRY(same_version(cx, a->e, before, asked->version));
	struct row *now = arena_copy(cx->arena, before, a->e->size);
	bool different = merge(a->e, now, asked, a->fields);
	if (!uuid_none(asked->import_batch) && !uuid_eq(asked->import_batch, before->import_batch)) {
		now->import_version = asked->import_version; /* an import that writes through a flow leaves its mark */
		now->import_batch = asked->import_batch;
	}
	if (different) {
		TRY(record_derive(cx, a->e, now));
		TRY(entity_may_write(cx, a->e, now)); /* nobody moves a row to a unit that is not theirs */
		TRY(check_references(cx, a->e, now, before));
		TRY(entity_validate(cx, a->e, now));
		TRY(record_check_unique(cx, a->e, now));
		TRY(save_over(cx, a->e, now, before, "change", STR_NONE));
		TRY(record_refresh(cx, a->e, now->id));
	}
	memcpy(asked, now, a->e->size);
	return OK;
}

enum err record_change(struct cx *cx, const struct entity *e, void *row, const struct field_set *fields)
{
	return db_tx(cx, DB_WRITE, change, &(struct act){.e = e, .row = row, .fields = fields});
}

static enum err shelve(struct cx *cx, void *arg)
{
	struct act *a = arg;
	struct row *before;
	TRY(load_current(cx, a->e, a->id, &before));
	TRY(entity_may_write(cx, a->e, before));
	TRY(same_version(cx, a->e, before, a->version));
	if ((before->archived_ms != UNKNOWN) == a->archive) return OK;
	struct row *now = arena_copy(cx->arena, before, a->e->size);
	now->archived_ms = a->archive ? cx->now_ms : UNKNOWN;
	now->archive_reason = a->archive ? a->reason : STR_NONE;
	return save_over(cx, a->e, now, before, a->archive ? "archive" : "restore", a->reason);
}

enum err record_archive(struct cx *cx, const struct entity *e, struct uuid id, int64_t version, struct str reason)
{
	if (str_blank(str_trim(reason))) return fail(cx, ERR_INVALID, "reason", M_record_reason);
	return db_tx(cx, DB_WRITE, shelve, &(struct act){.e = e, .id = id, .version = version, .reason = reason, .archive = true});
}

enum err record_restore(struct cx *cx, const struct entity *e, struct uuid id, int64_t version)
{
	return db_tx(cx, DB_WRITE, shelve, &(struct act){.e = e, .id = id, .version = version});
}

static enum err load(struct cx *cx, void *arg)
{
	struct act *a = arg;
	struct row *row;
	TRY(load_current(cx, a->e, a->id, &row));
	memcpy(a->row, row, a->e->size);
	return OK;
}

enum err record_load(struct cx *cx, const struct entity *e, struct uuid id, void *row)
{
	return db_tx(cx, DB_READ, load, &(struct act){.e = e, .row = row, .id = id});
}
