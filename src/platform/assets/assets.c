/* Lookup by path: a handful of assets, so a walk is the fastest index. */
#include "platform/assets/assets.h"

const struct asset *asset_find(struct str path)
{
	for (size_t i = 0; i < ASSET_COUNT; i++)
		if (str_is(path, asset_table[i].path)) return &asset_table[i];
	return NULL;
}
