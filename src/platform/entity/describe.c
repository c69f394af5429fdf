/* The entities of the program and their fields, found by name. */
#include "platform/entity/sqltext.h"

static const struct entity *const none[] = {NULL};
static const struct entity *const *all = none;

void entity_register_all(const struct entity *const *entities)
{
	all = entities;
	for (size_t i = 0; all[i]; i++) {
		const struct entity *e = all[i];
		BUG_IF(e->fields_len > ENTITY_FIELDS_MAX);
		BUG_IF(!entity_title(e));
		for (size_t k = 0; k < i; k++)
			BUG_IF(all[k]->code == e->code);
	}
	entity_sql_build(all);
}

const struct entity *const *entity_all(void) { return all; }

const struct entity *entity_by_kind(struct str kind)
{
	for (size_t i = 0; all[i]; i++)
		if (str_is(kind, all[i]->kind)) return all[i];
	return NULL;
}

const struct entity *entity_by_name(struct str name)
{
	for (size_t i = 0; all[i]; i++)
		if (str_is(name, all[i]->name)) return all[i];
	return NULL;
}

const struct field *entity_field(const struct entity *e, struct str name)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if (str_is(name, e->fields[i].name)) return &e->fields[i];
	return NULL;
}

const struct field *entity_title(const struct entity *e)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_TITLE) return &e->fields[i];
	return NULL;
}

void *entity_new(struct cx *cx, const struct entity *e)
{
	struct row *row = arena_alloc(cx->arena, e->size);
	row->version = 0;
	row->archived_ms = row->import_version = UNKNOWN;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (f->type != FT_TEXT && f->type != FT_CODE && f->type != FT_REF) *field_int(f, row) = UNKNOWN;
	}
	return row;
}
