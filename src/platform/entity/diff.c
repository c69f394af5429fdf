/* What differs between two images of a row, as people read it. Computed for display, never stored. */
#include "platform/entity/entity.h"

size_t entity_diff(struct cx *cx, const struct entity *e, const void *before, const void *after, struct field_diff **out)
{
	VEC(struct field_diff) list = {0};
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if ((f->flags & FF_HIDDEN) || field_equal(f, before, after)) continue;
		if ((f->flags & FF_SENSITIVE) && !actor_has(cx, e->rights.sensitive)) continue;
		*VEC_PUSH(cx->arena, &list) =
		    (struct field_diff){f, field_show(cx, f, before), field_show(cx, f, after)};
	}
	*out = list.ptr;
	return list.len;
}
