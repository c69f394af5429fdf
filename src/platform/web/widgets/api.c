/* JSON in and out. Which entity is meant comes from the address, so that a new entity needs no line here. */
#include "platform/web/widgets/api.h"
#include "base/log.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"

enum { LIST_CAP = 32 * 1024 * 1024, ONE_CAP = 1024 * 1024, BODY_CAP = 256 * 1024, OPENAPI_CAP = 8 * 1024 * 1024 };

static enum err entity_of(struct cx *cx, const struct request *r, const struct entity **out)
{
	*out = entity_by_kind(request_route(r, "kind"));
	/* An entity that this reader may not read does not exist for them. */
	if (!*out || !actor_has(cx, (*out)->rights.read)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	return OK;
}

static struct str etag_of(struct cx *cx, const struct row *row) { return str_fmt(cx->arena, "\"%lld\"", (long long)row->version); }

static enum err send(struct cx *cx, struct reply *p, int status, struct sb *b, const struct json_writer *w)
{
	if (!json_complete(w)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	sb_char(b, '\n');
	return reply_json(cx, p, status, sb_str(b));
}

static enum err send_row(struct cx *cx, struct reply *p, int status, const struct entity *e, const void *row)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, ONE_CAP);
	json_writer_init(&w, &b);
	entity_json_write(cx, e, row, &w, true);
	p->etag = etag_of(cx, row);
	return send(cx, p, status, &b, &w);
}

static enum err api_list(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e;
	struct list_query q;
	struct list_page page;
	TRY(entity_of(cx, r, &e));
	TRY(list_query_parse(cx, e, r->query, &q));
	q.count_all = str_is(request_query(r, "count"), "all");
	TRY(list_run(cx, &q, &page));
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, LIST_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_key(&w, "items");
	json_array_begin(&w);
	for (size_t i = 0; i < page.len; i++)
		entity_json_write(cx, e, page.rows[i], &w, true);
	json_array_end(&w);
	json_member_int(&w, "count", !q.count_all && page.count > LIST_COUNT_EXACT ? UNKNOWN : page.count);
	json_member_bool(&w, "more", page.more);
	json_object_end(&w);
	return send(cx, p, 200, &b, &w);
}

static enum err load_one(struct cx *cx, const struct request *r, const struct entity **e, void **row)
{
	struct uuid id;
	TRY(entity_of(cx, r, e));
	TRY(request_route_id(cx, r, "id", &id));
	*row = entity_new(cx, *e);
	return record_load(cx, *e, id, *row);
}

/* Does a list of entity tags ("3", W/"4", *) name this version? */
static bool tag_matches(struct cx *cx, struct str header, const struct row *row)
{
	struct str tag, own = etag_of(cx, row);
	while (str_split(&header, ',', &tag)) {
		tag = str_trim(tag);
		if (str_starts(tag, STR("W/"))) tag = str_sub(tag, 2, tag.len);
		if (str_is(tag, "*") || str_eq(tag, own)) return true;
	}
	return false;
}

static enum err api_read(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e;
	void *row;
	TRY(load_one(cx, r, &e, &row));
	struct str known = request_header(r, "if-none-match");
	if (str_present(known) && tag_matches(cx, known, row)) {
		p->status = 304;
		p->etag = etag_of(cx, row);
		p->sent_nothing = true;
		return OK;
	}
	return send_row(cx, p, 200, e, row);
}

static enum err read_body(struct cx *cx, const struct request *r, struct draft *d)
{
	struct str type = request_header(r, "content-type"), media;
	if (!str_split(&type, ';', &media) || !str_ends(str_lower(cx->arena, str_trim(media)), STR("json")))
		return fail(cx, ERR_MEDIA_TYPE, NULL, M_error_media_type);
	const struct json *doc;
	TRY(json_parse(cx, r->body, BODY_CAP, &doc));
	if (doc->kind != JSON_KIND_OBJECT) return fail(cx, ERR_SYNTAX, NULL, M_page_api_object);
	return draft_read_json(cx, d, doc);
}

static enum err api_create(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e;
	struct draft d;
	TRY(entity_of(cx, r, &e));
	if (!e->ops || !e->ops->create) return fail(cx, ERR_METHOD, NULL, M_error_method);
	draft_begin(cx, e, NULL, &d);
	TRY(read_body(cx, r, &d));
	TRY(e->ops->create(cx, d.row));
	struct str id = uuid_text(cx->arena, ((const struct row *)d.row)->id);
	p->location = str_fmt(cx->arena, "/api/v1/%s/%.*s", e->kind, STR_ARG(id));
	return send_row(cx, p, 201, e, d.row);
}

/* ERR_PRECONDITION without If-Match, ERR_STALE when it names another version. */
static enum err check_match(struct cx *cx, const struct request *r, const struct row *row)
{
	struct str match = request_header(r, "if-match");
	if (!str_present(match)) return fail(cx, ERR_PRECONDITION, NULL, M_error_precondition);
	return tag_matches(cx, match, row) ? OK : fail(cx, ERR_STALE, NULL, M_error_stale);
}

static enum err api_change(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e;
	void *row;
	struct draft d;
	TRY(load_one(cx, r, &e, &row));
	if (!e->ops || !e->ops->change) return fail(cx, ERR_METHOD, NULL, M_error_method);
	TRY(entity_may_write(cx, e, row));
	TRY(check_match(cx, r, row));
	draft_begin(cx, e, row, &d);
	TRY(read_body(cx, r, &d));
	TRY(e->ops->change(cx, d.row, &d.given));
	return send_row(cx, p, 200, e, d.row);
}

static enum err api_archive(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e;
	void *row;
	TRY(load_one(cx, r, &e, &row));
	if (!e->ops || !e->ops->archive) return fail(cx, ERR_METHOD, NULL, M_error_method);
	TRY(entity_may_write(cx, e, row));
	TRY(check_match(cx, r, row));
	const struct row *head = row;
	struct str reason = str_trim(request_query(r, "reason"));
	if (str_blank(reason)) return fail(cx, ERR_INVALID, "reason", M_page_archive_reason_needed);
	TRY(e->ops->archive(cx, head->id, head->version, reason));
	p->status = 204;
	p->sent_nothing = true;
	return OK;
}

static enum err api_openapi(struct cx *cx, const struct request *r, struct reply *p)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, OPENAPI_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_member_str(&w, "openapi", STR("3.1.0"));
	json_key(&w, "info");
	json_object_begin(&w);
	json_member_str(&w, "title", STR("Passerelle"));
	json_member_str(&w, "version", STR("1"));
	json_object_end(&w);
	json_key(&w, "servers");
	json_array_begin(&w);
	json_object_begin(&w);
	json_member_str(&w, "url", web_base_url(r));
	json_object_end(&w);
	json_array_end(&w);
	json_key(&w, "security");
	json_array_begin(&w);
	json_object_begin(&w);
	json_key(&w, "token");
	json_array_begin(&w);
	json_array_end(&w);
	json_object_end(&w);
	json_array_end(&w);
	entity_openapi(cx, &w);
	json_object_end(&w);
	p->cache_control = STR("public, max-age=300");
	return send(cx, p, 200, &b, &w);
}

const struct route api_routes[] = {
    {HTTP_GET, "/api/v1/openapi.json", api_openapi, ROUTE_PUBLIC | ROUTE_NO_SESSION, NULL},
    {HTTP_GET, "/api/v1/{kind}", api_list, ROUTE_NO_CSRF, NULL},
    {HTTP_POST, "/api/v1/{kind}", api_create, ROUTE_NO_CSRF, NULL},
    {HTTP_GET, "/api/v1/{kind}/{id}", api_read, ROUTE_NO_CSRF, NULL},
    {HTTP_PATCH, "/api/v1/{kind}/{id}", api_change, ROUTE_NO_CSRF, NULL},
    {HTTP_DELETE, "/api/v1/{kind}/{id}", api_archive, ROUTE_NO_CSRF, NULL},
    {0},
};
