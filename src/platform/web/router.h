/* Route tables compiled once at start into a tree of segments; a literal wins over {parameter} at the same place.
 * Read-only afterwards, so any thread may match. */
#pragma once
#include "platform/web/web.h"

struct router;

/* Aborts on a mistake in a table: a bad pattern, or the same method and pattern twice. */
struct router *router_new(struct arena *a, const struct route *const *tables);

struct route_match {
	const struct route *route; /* NULL: nothing there, or not with this method */
	struct pairs params;       /* names and decoded values, in `a` */
	struct str allow;          /* "GET, HEAD, POST" when the path exists and the method does not */
};
struct route_match router_match(const struct router *r, struct arena *a, enum http_method method, struct str path);

const char *http_method_name(enum http_method m);
enum http_method http_method_parse(const char *z);
