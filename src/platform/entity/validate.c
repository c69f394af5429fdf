/* A row as a whole: what is required is there, and the entity's own checks across fields. */
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"

enum err entity_validate(struct cx *cx, const struct entity *e, const void *row)
{
	bool bad = false;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!(f->flags & FF_REQUIRED) || field_known(f, row)) continue;
		/* A value that could not be read has its problem already. */
		bool told = false;
		for (struct problem *p = cx->problems; p; p = p->next)
			told |= str_is(p->field, f->name);
		if (!told) (void)!fail(cx, ERR_INVALID, f->name, M_field_required, ARG_M("field", f->label));
		bad = true;
	}
	if (e->validate && e->validate(cx, row) != OK) bad = true;
	return bad ? ERR_INVALID : OK;
}
