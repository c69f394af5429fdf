/* What is held about one row: a walk over references, entity by entity. */
#include "platform/record/about.h"
#include "base/date.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"

static bool known_already(const struct about *a, const struct entity *e, struct uuid id)
{
	VEC_EACH (r, &a->rows)
		if ((*r)->entity == e && uuid_eq(((const struct row *)(*r)->row)->id, id)) return true;
	return false;
}

static void add(struct cx *cx, struct about *a, const struct entity *e, void *row, const struct field *by, bool named)
{
	if (known_already(a, e, ((const struct row *)row)->id)) return;
	struct about_row *r = ARENA_NEW(cx->arena, struct about_row);
	*r = (struct about_row){.entity = e, .row = row, .by = by, .named = named};
	*VEC_PUSH(cx->arena, &a->rows) = r;
}

/* The rows of every entity that point to this one, by references that are personal or by the others. */
static enum err follow(struct cx *cx, struct about *a, const struct entity *to, struct uuid id, bool personal)
{
	for (size_t k = 0; entity_all()[k]; k++) {
		const struct entity *from = entity_all()[k];
		for (size_t i = 0; i < from->fields_len; i++) {
			const struct field *f = &from->fields[i];
			void **rows;
			size_t len;
			if (f->type != FT_REF || f->refers != to || ((f->flags & FF_PERSONAL) != 0) != personal) continue;
			TRY(entity_load_of(cx, from, f, NULL, id, &rows, &len));
			for (size_t n = 0; n < len; n++)
				add(cx, a, from, rows[n], f, !personal);
		}
	}
	return OK;
}

/* A title that tells of a person is told when it is theirs. */
static enum err titles(struct cx *cx, const struct about *a, struct about_row *r)
{
	for (size_t i = 0; i < r->entity->fields_len; i++) {
		const struct field *f = &r->entity->fields[i];
		if (f->type != FT_REF || f->flags & FF_HIDDEN || !field_known(f, r->row)) continue;
		struct uuid id = *field_id(f, r->row);
		if (entity_title(f->refers)->flags & FF_PERSONAL && !known_already(a, f->refers, id)) continue;
		TRY(entity_title_of(cx, f->refers, id, &r->titles[i]));
	}
	return OK;
}

static void by_entity(struct cx *cx, struct about *a)
{
	struct about sorted = {0};
	for (size_t k = 0; entity_all()[k]; k++)
		for (int named = 0; named < 2; named++)
			VEC_EACH (r, &a->rows)
				if ((*r)->entity == entity_all()[k] && (*r)->named == named) *VEC_PUSH(cx->arena, &sorted.rows) = *r;
	*a = sorted;
}

enum err record_about(struct cx *cx, const struct entity *e, struct uuid id, struct about *out)
{
	void *row = entity_new(cx, e);
	bool found = false;
	*out = (struct about){0};
	if (!uuid_none(id)) TRY(entity_load(cx, e, id, row, &found));
	if (!found) return OK;
	add(cx, out, e, row, NULL, false);
	for (size_t i = 0; i < out->rows.len; i++) {
		const struct about_row *r = out->rows.ptr[i];
		TRY(follow(cx, out, r->entity, ((const struct row *)r->row)->id, true));
	}
	TRY(follow(cx, out, e, id, false));
	VEC_EACH (r, &out->rows)
		if (!(*r)->named) TRY(titles(cx, out, *r));
	by_entity(cx, out);
	return OK;
}

static void row_json(struct cx *cx, const struct about_row *r, struct json_writer *w)
{
	json_object_begin(w);
	json_member_str(w, "kind", str_of(r->entity->kind));
	json_member_str(w, "reference", r->by ? str_of(r->by->name) : STR_NONE);
	if (r->named) {
		json_member_str(w, "title", field_show(cx, entity_title(r->entity), r->row));
		json_object_end(w);
		return;
	}
	json_key(w, "record");
	entity_json_own(cx, r->entity, r->row, w);
	json_key(w, "names");
	json_object_begin(w);
	for (size_t i = 0; i < r->entity->fields_len; i++)
		if (str_present(r->titles[i])) json_member_str(w, r->entity->fields[i].name, r->titles[i]);
	json_object_end(w);
	json_object_end(w);
}

void about_json(struct cx *cx, const struct about *a, struct json_writer *w)
{
	json_array_begin(w);
	VEC_EACH (r, &a->rows)
		row_json(cx, *r, w);
	json_array_end(w);
}

struct str about_text(struct cx *cx, const struct about_row *r, size_t i)
{
	const struct field *f = &r->entity->fields[i];
	if (f->flags & FF_HIDDEN || !field_known(f, r->row)) return STR_NONE;
	return f->type == FT_REF ? r->titles[i] : field_show(cx, f, r->row);
}

struct str about_when(struct cx *cx, const struct about_who *who, int64_t ms)
{
	if (ms == UNKNOWN) return STR_NONE;
	return who->for_people ? instant_text(cx, ms, cx->zone) : instant_iso(cx->arena, ms);
}

static const struct about_table *const *tables; /* immutable after start */

void about_register_tables(const struct about_table *const *t) { tables = t; }
const struct about_table *const *about_tables(void)
{
	static const struct about_table *const none[] = {NULL};
	return tables ? tables : none;
}
