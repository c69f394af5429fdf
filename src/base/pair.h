/* Names and values, as requests, forms and map files carry them. */
#pragma once
#include "base/str.h"

struct pair {
	struct str name, value;
};
struct pairs {
	const struct pair *ptr;
	size_t len;
};
/* The first value of that name; absent when there is none. */
static inline struct str pairs_get(struct pairs p, const char *name)
{
	for (size_t i = 0; i < p.len; i++)
		if (str_is(p.ptr[i].name, name)) return p.ptr[i].value;
	return STR_NONE;
}
