/* Saved views: a reader's own tabs over a list. And what is done to rows chosen in a list. */
#include "base/utf8.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/pages_own.h"

enum { VIEWS_MAX = 20, NAME_MAX = 60, QUERY_MAX = 4000, BULK_MAX = 1000 };

#define VIEWS_OF \
	SQL("select id, name, query from saved_view where tenant = ?1 and account = ?2 and entity = ?3 order by created_ms, id limit 20")

enum err views_ahead(struct cx *cx, const struct entity *e)
{
	if (!cx->actor || uuid_none(cx->actor->account)) return OK;
	return db_ahead(cx, VIEWS_OF, DB_I(cx->tenant), DB_ID(cx->actor->account), DB_S(str_of(e->name)));
}

enum err views_read(struct cx *cx, const struct entity *e, struct saved_view **out, size_t *len)
{
	*len = 0;
	*out = ARENA_ARRAY(cx->arena, struct saved_view, VIEWS_MAX);
	if (!cx->actor || uuid_none(cx->actor->account)) return OK;
	struct db_rows rows;
	TRY(db_query_few(cx, &rows, VIEWS_OF, DB_I(cx->tenant), DB_ID(cx->actor->account), DB_S(str_of(e->name))));
	while (db_next(&rows))
		(*out)[(*len)++] = (struct saved_view){db_id(&rows, 0), db_str(&rows, 1), db_str(&rows, 2)};
	return rows.err;
}

struct new_view {
	const struct entity *e;
	struct str name, query;
};

static enum err view_insert(struct cx *cx, void *arg)
{
	const struct new_view *v = arg;
	int64_t have;
	TRY(db_number(cx, &have, SQL("select count(*) from saved_view where tenant = ?1 and account = ?2 and entity = ?3"),
	              DB_I(cx->tenant), DB_ID(cx->actor->account), DB_S(str_of(v->e->name))));
	if (have >= VIEWS_MAX) return fail(cx, ERR_REFUSED, "name", M_page_view_too_many, ARG_N("max", VIEWS_MAX));
	return db_exec(cx,
	               SQL("insert into saved_view (tenant, id, account, entity, name, query, created_ms) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
	               DB_I(cx->tenant), DB_ID(uuid_new(cx->now_ms)), DB_ID(cx->actor->account), DB_S(str_of(v->e->name)), DB_S(v->name),
	               DB_S(v->query), DB_I(cx->now_ms));
}

static struct str list_address(struct cx *cx, const struct entity *e, struct str query)
{
	return str_fmt(cx->arena, "/%s%s%.*s", e->kind, query.len ? "?" : "", STR_ARG(query));
}

enum err view_post(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity *e = pages_of_request(r)->entity;
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	struct str query = request_form(r, "query");
	if (query.len > QUERY_MAX) return fail(cx, ERR_TOO_LARGE, "query", M_error_too_large);
	struct new_view v = {e, utf8_head(str_trim(request_form(r, "name")), NAME_MAX), query_canonical(cx, e, query)};
	if (str_blank(v.name) || !utf8_valid(v.name)) return fail(cx, ERR_INVALID, "name", M_page_view_name_needed);
	TRY(db_tx(cx, DB_WRITE, view_insert, &v));
	flash_set(cx, r, p, tr(cx, M_page_view_saved, ARG_S("name", v.name)), STR_NONE);
	return reply_redirect(cx, p, list_address(cx, e, v.query));
}

struct gone {
	struct uuid id;
	struct str query;
};

static enum err view_remove(struct cx *cx, void *arg)
{
	struct gone *g = arg;
	int64_t n;
	TRY(db_exec_count(cx, &n, SQL("delete from saved_view where tenant = ?1 and account = ?2 and id = ?3"), DB_I(cx->tenant),
	                  DB_ID(cx->actor->account), DB_ID(g->id)));
	return n ? OK : fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

enum err view_delete(struct cx *cx, const struct request *r, struct reply *p)
{
	struct gone g = {0};
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	TRY(request_route_id(cx, r, "view", &g.id));
	TRY(db_tx(cx, DB_WRITE, view_remove, &g));
	if (r->method == HTTP_DELETE) {
		p->status = 204;
		p->sent_nothing = true;
		return OK;
	}
	flash_set(cx, r, p, tr(cx, M_page_view_removed), STR_NONE);
	return reply_redirect(cx, p, pages_base(cx, pages_of_request(r)->entity));
}

/* --- chosen rows --- */

static enum err chosen_all(struct cx *cx, const struct entity *e, const struct request *r, struct uuid *ids, size_t *len)
{
	struct list_query q;
	TRY(list_query_parse(cx, e, query_pairs(cx, request_form(r, "query")), &q));
	q.page = 1;
	q.size = BULK_MAX;
	struct list_page page;
	TRY(list_run(cx, &q, &page));
	if (page.more) return fail(cx, ERR_TOO_LARGE, NULL, M_page_bulk_too_many, ARG_N("max", BULK_MAX));
	for (*len = 0; *len < page.len; (*len)++)
		ids[*len] = ((const struct row *)page.rows[*len])->id;
	return OK;
}

enum err bulk_post(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity_pages *pages = pages_of_request(r);
	if (!pages->bulk || !pages->bulk_run) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	struct str name = request_form(r, "act");
	const struct bulk_act *act = pages->bulk;
	while (act->name && !str_is(name, act->name))
		act++;
	if (!act->name) return fail(cx, ERR_SYNTAX, "act", M_error_syntax);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, BULK_MAX);
	size_t len = 0;
	if (str_present(request_form(r, "all")))
		TRY(chosen_all(cx, pages->entity, r, ids, &len));
	else
		for (size_t i = 0; i < r->form.len && len < BULK_MAX; i++)
			if (str_is(r->form.ptr[i].name, "id") && uuid_parse(r->form.ptr[i].value, &ids[len])) len++;
	if (len == 0) return fail(cx, ERR_INVALID, NULL, M_page_bulk_none);
	return pages->bulk_run(cx, r, p, name, ids, len);
}
