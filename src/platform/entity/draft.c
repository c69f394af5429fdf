/* A row being entered: from a form, a file or JSON. What could not be read is kept as typed. */
#include "platform/entity/entity.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"

void draft_begin(struct cx *cx, const struct entity *e, const void *base, struct draft *d)
{
	*d = (struct draft){.entity = e};
	d->row = base ? arena_copy(cx->arena, base, e->size) : entity_new(cx, e);
}

enum err draft_set(struct cx *cx, struct draft *d, const struct field *f, struct str text)
{
	size_t i = field_index(d->entity, f);
	d->typed[i] = text;
	field_set_add(&d->given, i);
	enum err err = field_parse(cx, f, text, d->row);
	d->state[i] = err == OK ? DRAFT_VALID : DRAFT_INVALID;
	return err;
}

enum err draft_read(struct cx *cx, struct draft *d, struct pairs pairs)
{
	enum err first = OK;
	for (size_t i = 0; i < d->entity->fields_len; i++) {
		const struct field *f = &d->entity->fields[i];
		if (!(f->flags & FF_FORM) || (f->flags & FF_DERIVED)) continue;
		if ((f->flags & FF_SENSITIVE) && !actor_has(cx, d->entity->rights.sensitive)) continue;
		struct str text = pairs_get(pairs, f->name);
		if (!str_present(text)) continue;
		enum err err = draft_set(cx, d, f, text);
		if (err != OK && first == OK) first = err;
	}
	return first;
}

static enum err read_member(struct cx *cx, struct draft *d, struct str name, const struct json *value)
{
	const struct field *f = entity_field(d->entity, name);
	if (!f || !(f->flags & FF_FORM) || (f->flags & FF_DERIVED) ||
	    ((f->flags & FF_SENSITIVE) && !actor_has(cx, d->entity->rights.sensitive)))
		return fail_at(cx, ERR_INVALID, name, f ? M_field_not_writable : M_field_not_known,
		               (const struct msg_arg[]){ARG_S("field", name), {0}}, 1, LOG_HERE);
	switch (value->kind) {
	case JSON_KIND_NULL: return draft_set(cx, d, f, STR(""));
	case JSON_KIND_BOOL: return draft_set(cx, d, f, value->boolean ? STR("true") : STR("false"));
	case JSON_KIND_INT: return draft_set(cx, d, f, str_fmt(cx->arena, "%lld", (long long)value->num));
	case JSON_KIND_DECIMAL:
	case JSON_KIND_STRING: return draft_set(cx, d, f, value->text);
	default: return fail(cx, ERR_INVALID, f->name, M_field_not_scalar, ARG_M("field", f->label));
	}
}

enum err draft_read_json(struct cx *cx, struct draft *d, const struct json *object)
{
	enum err first = OK;
	if (object->kind != JSON_KIND_OBJECT) return fail(cx, ERR_SYNTAX, NULL, M_entity_not_object);
	for (size_t i = 0; i < object->members.len; i++) {
		enum err err = read_member(cx, d, object->members.ptr[i].name, &object->members.ptr[i].value);
		if (err != OK && first == OK) first = err;
	}
	return first;
}
