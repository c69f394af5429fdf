/* Icons by name: about a hundred, asked for by name only where data names them. */
#include "platform/assets/icons.h"

bool icon_find(struct str name, enum icon *out)
{
	for (int i = 0; i < ICON_COUNT; i++)
		if (str_is(name, icon_table[i].name)) {
			*out = (enum icon)i;
			return true;
		}
	return false;
}
