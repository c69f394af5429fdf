/* A tree with one level for each path segment. */
#include "platform/web/router.h"
#include "base/log.h"
#include "base/vec.h"

enum { DEPTH_MAX = 16 };

struct node {
	struct str literal; /* of this segment; unused for a parameter */
	struct node *children, *next;
	struct node *param; /* the one child that takes any segment */
	const struct route *routes[HTTP_OTHER];
};

struct router {
	struct arena *arena;
	struct node root;
};

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OTHER"};

const char *http_method_name(enum http_method m) { return method_names[m]; }

enum http_method http_method_parse(const char *z)
{
	for (int m = 0; m < HTTP_OTHER; m++)
		if (strcmp(z, method_names[m]) == 0) return (enum http_method)m;
	return HTTP_OTHER;
}

static bool is_param(struct str segment) { return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}'; }

/* Splits "/a/b" into a, b; "/" gives one empty segment, and so does a trailing slash. */
static size_t split_path(struct str path, struct str segments[DEPTH_MAX])
{
	size_t n = 0;
	for (size_t from = 1; from <= path.len;) {
		if (n == DEPTH_MAX) return 0;
		size_t slash = str_find_char(str_sub(path, from, path.len), '/');
		size_t len = slash == STR_NPOS ? path.len - from : slash;
		segments[n++] = str_sub(path, from, len);
		from += len + 1;
	}
	return n;
}

static struct node *child_for(struct router *r, struct node *node, struct str segment)
{
	if (is_param(segment)) {
		if (!node->param) node->param = ARENA_NEW(r->arena, struct node);
		return node->param;
	}
	for (struct node *c = node->children; c; c = c->next)
		if (str_eq(c->literal, segment)) return c;
	struct node *c = ARENA_NEW(r->arena, struct node);
	*c = (struct node){.literal = segment, .next = node->children};
	node->children = c;
	return c;
}

static void add_route(struct router *r, const struct route *route)
{
	struct str segments[DEPTH_MAX];
	BUG_IF(route->pattern[0] != '/' || route->method >= HTTP_OTHER || route->method == HTTP_HEAD || !route->handle);
	size_t n = split_path(str_of(route->pattern), segments);
	BUG_IF(n == 0);
	struct node *node = &r->root;
	for (size_t i = 0; i < n; i++)
		node = child_for(r, node, segments[i]);
	if (node->routes[route->method]) log_error("two routes for %s %s", http_method_name(route->method), route->pattern);
	BUG_IF(node->routes[route->method]);
	node->routes[route->method] = route;
}

struct router *router_new(struct arena *a, const struct route *const *tables)
{
	struct router *r = ARENA_NEW(a, struct router);
	r->arena = a;
	for (size_t t = 0; tables && tables[t]; t++)
		for (const struct route *route = tables[t]; route->pattern; route++)
			add_route(r, route);
	return r;
}

static bool has_routes(const struct node *node)
{
	for (size_t m = 0; m < HTTP_OTHER; m++)
		if (node->routes[m]) return true;
	return false;
}

static const struct node *find(const struct node *node, const struct str *segments, size_t n)
{
	if (n == 0) return has_routes(node) ? node : NULL;
	for (const struct node *c = node->children; c; c = c->next)
		if (str_eq(c->literal, segments[0])) {
			const struct node *found = find(c, segments + 1, n - 1);
			if (found) return found;
			break;
		}
	return node->param && segments[0].len ? find(node->param, segments + 1, n - 1) : NULL;
}

static struct str allowed(struct arena *a, const struct node *node)
{
	struct str list = STR("");
	for (int m = 0; m < HTTP_OTHER; m++) {
		if (!node->routes[m] && !(m == HTTP_HEAD && node->routes[HTTP_GET])) continue;
		list = str_fmt(a, "%.*s%s%s", STR_ARG(list), list.len ? ", " : "", method_names[m]);
	}
	return list;
}

/* Names come from this route's own pattern: two methods of one place may name the parameter differently. */
static struct pairs read_params(struct arena *a, const char *pattern, const struct str *segments)
{
	VEC(struct pair) v = {0};
	struct str names[DEPTH_MAX];
	size_t n = split_path(str_of(pattern), names);
	for (size_t i = 0; i < n; i++)
		if (is_param(names[i])) *VEC_PUSH(a, &v) = (struct pair){str_sub(names[i], 1, names[i].len - 2), segments[i]};
	return (struct pairs){v.ptr, v.len};
}

struct route_match router_match(const struct router *r, struct arena *a, enum http_method method, struct str path)
{
	struct str segments[DEPTH_MAX];
	size_t n = split_path(path, segments);
	const struct node *node = n ? find(&r->root, segments, n) : NULL;
	if (!node) return (struct route_match){0};
	enum http_method m = method == HTTP_HEAD ? HTTP_GET : method;
	const struct route *route = m < HTTP_OTHER ? node->routes[m] : NULL;
	if (!route) return (struct route_match){.allow = allowed(a, node)};
	return (struct route_match){.route = route, .params = read_params(a, route->pattern, segments)};
}
