/* Patterns, their parameters, what wins, methods that are not there. */
#include "platform/web/router.h"
#include "tap.h"

static enum err nothing(struct cx *cx, const struct request *r, struct reply *p) { return OK; }

static const struct route first[] = {
    {HTTP_GET, "/", nothing, 0, "home"},
    {HTTP_GET, "/institutions", nothing, 0, "list"},
    {HTTP_POST, "/institutions", nothing, 0, "create"},
    {HTTP_GET, "/institutions/{id}", nothing, 0, "one"},
    {HTTP_GET, "/institutions/{id}/edit", nothing, 0, "edit"},
    {HTTP_DELETE, "/institutions/{number}", nothing, 0, "delete"},
    {0},
};
static const struct route second[] = {
    {HTTP_GET, "/institutions/new", nothing, 0, "new"},
    {HTTP_GET, "/institutions/map/{country}", nothing, 0, "map"},
    {HTTP_PATCH, "/{kind}/{id}/edit", nothing, 0, "any"},
    {0},
};
static const struct route *const tables[] = {first, second, NULL};

static struct arena *arena;
static struct router *router;

static struct route_match match(enum http_method m, const char *path) { return router_match(router, arena, m, str_of(path)); }

static void check_route(enum http_method m, const char *path, const char *want)
{
	const struct route *r = match(m, path).route;
	CHECK_Z(r ? r->arg : "none", want);
}

static void test_match(void)
{
	check_route(HTTP_GET, "/", "home");
	check_route(HTTP_HEAD, "/", "home");
	check_route(HTTP_GET, "/institutions", "list");
	check_route(HTTP_POST, "/institutions", "create");
	check_route(HTTP_GET, "/institutions/new", "new");
	check_route(HTTP_GET, "/institutions/7", "one");
	check_route(HTTP_GET, "/institutions/7/edit", "edit");
	check_route(HTTP_GET, "/institutions/new/edit", "edit");
	check_route(HTTP_GET, "/institutions/map/FR", "map");
	check_route(HTTP_GET, "/institutions/map/edit", "map");
	check_route(HTTP_PATCH, "/other/7/edit", "any");
	check_route(HTTP_GET, "/institutions/", "none");
	check_route(HTTP_GET, "/institution", "none");
	check_route(HTTP_GET, "/institutions/7/edit/x", "none");
	check_route(HTTP_GET, "", "none");
	check_route(HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", "none");
}

static void test_params(void)
{
	CHECK_STR(pairs_get(match(HTTP_GET, "/institutions/a b").params, "id"), "a b");
	CHECK_STR(pairs_get(match(HTTP_DELETE, "/institutions/7").params, "number"), "7");
	struct pairs p = match(HTTP_PATCH, "/x/y/edit").params;
	CHECK_STR(pairs_get(p, "kind"), "x");
	CHECK_STR(pairs_get(p, "id"), "y");
}

static void test_allow(void)
{
	CHECK_STR(match(HTTP_PUT, "/institutions").allow, "GET, HEAD, POST");
	CHECK_STR(match(HTTP_OTHER, "/institutions/7").allow, "GET, HEAD, DELETE");
	CHECK_STR(match(HTTP_PUT, "/nothing").allow, NULL);
	CHECK_INT(http_method_parse("DELETE"), HTTP_DELETE);
	CHECK_INT(http_method_parse("get"), HTTP_OTHER);
	CHECK_INT(http_method_parse("OTHER"), HTTP_OTHER);
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_match), TAP(test_params), TAP(test_allow)};
	arena = arena_new();
	router = router_new(arena, tables);
	int rc = tap_run(tests, ARRAY_LEN(tests));
	arena_free(arena);
	return rc;
}
