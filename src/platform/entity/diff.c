/* What differs between two images of a row, as people read it. Computed for display, never stored. */
#include "platform/entity/entity.h"

size_t entity_diff(struct cx *cx, const struct entity *e, const void *before, const void *after, struct field_diff **out)
{
	VEC(struct field_diff) list = {0};
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if ((f->flags & FF_HIDDEN) || field_equal(f, before, after)) continue;
		if ((f->flags & FF_SENSITIVE) && !actor_has(cx, e->rights.sensitive)) continue;
		*VEC_PUSH(cx->arena, &list) = (struct field_diff){f, field_show(cx, f, before), field_show(cx, f, after)};
	}
	*out = list.ptr;
	return list.len;
}

static enum err title_of(struct cx *cx, const struct field *f, const void *row, struct str *text)
{
	struct str title = STR_NONE;
	if (!field_known(f, row)) return OK;
	if (actor_has(cx, f->refers->rights.read)) TRY(entity_title_of(cx, f->refers, *field_id(f, row), &title));
	const struct field *named = entity_title(f->refers);
	if (str_present(title)) *text = named->show ? named->show(cx, title) : title;
	return OK;
}

enum err entity_diff_titles(struct cx *cx, const struct entity *e, const void *before, const void *after, struct field_diff **out,
                            size_t *len)
{
	*len = entity_diff(cx, e, before, after, out);
	for (size_t i = 0; i < *len; i++) {
		struct field_diff *d = &(*out)[i];
		if (d->field->type != FT_REF) continue;
		TRY(title_of(cx, d->field, before, &d->before));
		TRY(title_of(cx, d->field, after, &d->after));
	}
	return OK;
}
