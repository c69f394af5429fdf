/* Which pages an entity has, and small things its handlers share. */
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/pages_own.h"

static const struct pages_config *config;

void pages_configure(const struct pages_config *c) { config = c; }

const struct entity_pages *entity_pages_of(const struct entity *e)
{
	for (size_t i = 0; config && config->entities[i]; i++)
		if (config->entities[i]->entity == e) return config->entities[i];
	return NULL;
}

const struct panel *const *pages_panels(void)
{
	static const struct panel *const none[] = {NULL};
	return config && config->panels ? config->panels : none;
}

const struct list_panel *const *pages_lists(void)
{
	static const struct list_panel *const none[] = {NULL};
	return config && config->lists ? config->lists : none;
}

const struct entity_pages *pages_of_request(const struct request *r) { return request_route_arg(r); }

struct str pages_base(struct cx *cx, const struct entity *e) { return str_fmt(cx->arena, "/%s", e->kind); }

struct str pages_record(struct cx *cx, const struct entity *e, struct uuid id)
{
	char text[UUID_TEXT_LEN];
	uuid_write(text, id);
	return str_fmt(cx->arena, "/%s/%.*s", e->kind, UUID_TEXT_LEN, text);
}

struct str record_name(struct cx *cx, const struct entity *e, const void *row)
{
	const struct field *title = entity_title(e);
	return field_known(title, row) ? field_show(cx, title, row) : tr(cx, M_page_unnamed);
}

enum err pages_list(struct cx *cx, const struct request *r, struct reply *p) { return list_get(cx, r, p); }

const struct route *entity_routes(struct cx *cx, const struct entity_pages *pages)
{
	static const struct {
		enum http_method method;
		const char *tail;
		handler_fn handle;
	} rows[] = {
	    {HTTP_GET, "", list_get},
	    {HTTP_GET, ".csv", export_csv},
	    {HTTP_GET, ".xlsx", export_xlsx},
	    {HTTP_GET, ".json", export_json},
	    {HTTP_GET, "/new", new_get},
	    {HTTP_POST, "/new", new_post},
	    {HTTP_POST, "/views", view_post},
	    {HTTP_POST, "/views/{view}/delete", view_delete},
	    {HTTP_DELETE, "/views/{view}", view_delete},
	    {HTTP_POST, "/bulk", bulk_post},
	    {HTTP_GET, "/{id}", record_get},
	    {HTTP_GET, "/{id}/edit", edit_get},
	    {HTTP_POST, "/{id}/edit", edit_post},
	    {HTTP_GET, "/{id}/archive", archive_get},
	    {HTTP_POST, "/{id}/archive", archive_post},
	    {HTTP_POST, "/{id}/restore", restore_post},
	};
	struct route *routes = ARENA_ARRAY(cx->arena, struct route, ARRAY_LEN(rows) + 2);
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str pattern = str_fmt(cx->arena, "/%s%s", pages->entity->kind, rows[i].tail);
		handler_fn handle = rows[i].handle;
		if (handle == list_get && pages->list) handle = pages->list;
		if (handle == record_get && pages->record) handle = pages->record;
		routes[n++] = (struct route){rows[i].method, str_z(cx->arena, pattern), handle, 0, pages};
	}
	if (pages->record) {
		struct str pattern = str_fmt(cx->arena, "/%s/{id}/record", pages->entity->kind);
		routes[n] = (struct route){HTTP_GET, str_z(cx->arena, pattern), record_get, 0, pages};
	}
	return routes;
}
