/* Icons by name: assets/icons.txt lists them, a name that is not there does not compile.
 * A page writes <svg class="i" aria-hidden="true"><use href="{icon_href}"/></svg>; base.css sets its size and stroke.
 * ICON_mark is the mark of the product, 28 by 20 instead of square. */
#pragma once
#include "base/str.h"
#include "platform/assets/icon_names.h" /* enum icon { ICON_mark, ICON_archive, ... ICON_COUNT }, '-' becomes '_' */

struct icon_row {
	const char *name; /* as in icons.txt: "pen-line" */
	const char *href; /* "/assets/sprite.0123456789.svg#pen-line" */
};
extern const struct icon_row icon_table[ICON_COUNT];

static inline const char *icon_name(enum icon icon) { return icon_table[icon].name; }
static inline const char *icon_href(enum icon icon) { return icon_table[icon].href; }
/* For names that come from data; false when there is no such icon. */
bool icon_find(struct str name, enum icon *out) MUST_CHECK;
