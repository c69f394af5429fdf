/* Builds struct request from what the server read: who asks, whom, for what. */
#include "base/log.h"
#include "base/utf8.h"
#include "platform/i18n/i18n.h"
#include "platform/web/job.h"
#include "platform/web/parse.h"

enum { BODY_CAP = 256 * 1024 };

struct str request_query(const struct request *r, const char *name) { return pairs_get(r->query, name); }

struct str request_form(const struct request *r, const char *name) { return pairs_get(r->form, name); }

struct str request_route(const struct request *r, const char *name) { return pairs_get(r->route, name); }

struct str request_header(const struct request *r, const char *name) { return pairs_get(r->headers, name); }

struct str request_cookie(const struct request *r, const char *name)
{
	/* Only the prefixed name counts off loopback: a neighbouring host cannot set that one. */
	struct str prefix = r->loopback ? STR("") : STR("__Host-");
	for (size_t i = 0; i < r->cookies.len; i++) {
		struct str n = r->cookies.ptr[i].name;
		if (str_starts(n, prefix) && str_is(str_sub(n, prefix.len, n.len), name)) return r->cookies.ptr[i].value;
	}
	return STR_NONE;
}

const struct upload *request_upload(const struct request *r, const char *field)
{
	for (size_t i = 0; i < r->uploads_len; i++)
		if (str_is(r->uploads[i].field, field)) return &r->uploads[i];
	return NULL;
}

enum err request_route_id(struct cx *cx, const struct request *r, const char *name, struct uuid *out)
{
	if (!uuid_parse(request_route(r, name), out)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	return OK;
}

const void *request_route_arg(const struct request *r) { return r->own->route ? r->own->route->arg : NULL; }

struct str web_base_url(const struct request *r) { return r->own->site->config.base_url; }

/* The only value of a header; false when it comes twice. */
static bool single(struct pairs headers, const char *name, struct str *value)
{
	int seen = 0;
	*value = STR_NONE;
	for (size_t i = 0; i < headers.len; i++)
		if (str_is(headers.ptr[i].name, name) && ++seen == 1) *value = headers.ptr[i].value;
	return seen <= 1;
}

static struct str last_value(struct pairs headers, const char *name)
{
	struct str value = STR_NONE;
	for (size_t i = 0; i < headers.len; i++)
		if (str_is(headers.ptr[i].name, name)) value = headers.ptr[i].value;
	return value;
}

static struct str last_item(struct str list)
{
	struct str item = STR_NONE;
	while (str_split(&list, ',', &item))
		continue;
	return str_trim(item);
}

static bool address_chars(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("0123456789abcdefABCDEF.:", s.ptr[i]) || !s.ptr[i]) return false;
	return s.len > 0 && s.len <= 45;
}

static bool loopback_host(struct str host)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str name = str_of(names[i]);
		if (!str_starts(host, name)) continue;
		struct str port = str_sub(host, name.len, host.len);
		int64_t n;
		if (port.len == 0 || (port.ptr[0] == ':' && str_to_i64(str_sub(port, 1, port.len), &n) && n > 0)) return true;
	}
	return false;
}

/* The nearest address in X-Forwarded-For is the one that the trusted proxy itself has seen; the others are hearsay. */
static void read_remote(struct job *j, struct pairs headers, struct peer_address peer)
{
	struct request *r = &j->request;
	struct str proxy = j->site->config.trusted_proxy;
	bool trusted = peer.local_socket || (str_present(proxy) && str_eq(proxy, peer.text));
	r->remote = peer.local_socket ? STR("") : str_copy(j->cx.arena, peer.text);
	r->loopback = peer.loopback && !trusted;
	if (!trusted) return;
	struct str forwarded = last_item(last_value(headers, "x-forwarded-for"));
	if (address_chars(forwarded)) r->remote = forwarded;
	r->secure = str_is(last_item(last_value(headers, "x-forwarded-proto")), "https");
}

static bool host_known(const struct job *j, struct str host)
{
	return str_eq(host, j->site->authority) || (j->request.loopback && loopback_host(host));
}

static bool accepts_json(struct str accept)
{
	return str_find(accept, STR("json")) != STR_NPOS && str_find(accept, STR("text/html")) == STR_NPOS;
}

static bool path_is_api(struct str path) { return str_starts(path, STR("/api/")); }

static enum err refuse_bare(struct job *j, enum err err, int msg, struct str value)
{
	j->bare_error = true;
	return fail(&j->cx, err, NULL, msg, ARG_S("value", value));
}

/* Two ways to tell the length of one body are how requests are smuggled past a proxy. */
static bool framing_ok(struct pairs headers, struct str *length)
{
	struct str coding;
	bool once = single(headers, "content-length", length) && single(headers, "transfer-encoding", &coding);
	return once && !(str_present(*length) && str_present(coding)) &&
	       (!str_present(coding) || str_eq_nocase(str_trim(coding), STR("chunked")));
}

static enum err check_header(struct job *j, struct str target, struct pairs headers, struct peer_address peer)
{
	struct request *r = &j->request;
	struct str host, length, raw_query;
	read_remote(j, headers, peer);
	if (!single(headers, "host", &host) || str_blank(host)) return refuse_bare(j, ERR_SYNTAX, M_web_host_missing, STR_NONE);
	r->host = str_lower(j->cx.arena, host);
	if (!host_known(j, r->host)) return refuse_bare(j, ERR_SYNTAX, M_web_host_unknown, utf8_valid(host) ? host : STR("?"));
	if (!framing_ok(headers, &length)) return refuse_bare(j, ERR_SYNTAX, M_web_unreadable, STR_NONE);
	if (!parse_target(j->cx.arena, target, &r->path, &raw_query)) return refuse_bare(j, ERR_SYNTAX, M_web_address_unreadable, STR_NONE);
	r->wants_json = path_is_api(r->path) || accepts_json(pairs_get(headers, "accept"));
	struct route_match m = router_match(j->site->router, j->cx.arena, r->method, r->path);
	r->route = m.params;
	j->own.route = m.route;
	j->allow = m.allow;
	if (str_present(m.allow)) return fail(&j->cx, ERR_METHOD, NULL, M_error_method);
	if (!m.route) return fail(&j->cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	return OK;
}

void job_read_header(struct job *j, const char *method, struct str target, struct pairs headers, struct peer_address peer)
{
	struct request *r = &j->request;
	j->own.site = j->site;
	r->own = &j->own;
	r->method = http_method_parse(method);
	r->target = str_copy(j->cx.arena, target);
	r->headers = headers;
	r->fragment = str_is(pairs_get(headers, "x-fragment"), "1");
	j->reply.fd = -1;
	j->cx.lang = lang_from_accept(pairs_get(headers, "accept-language"), LANG_FR);
	j->refusal = check_header(j, r->target, headers, peer);
}

int64_t job_body_cap(const struct job *j)
{
	const struct route *route = j->own.route;
	return route && route->flags & ROUTE_UPLOAD ? j->site->config.upload_cap : BODY_CAP;
}

static enum err unreadable(struct job *j, int msg) { return fail(&j->cx, ERR_SYNTAX, NULL, msg); }

static enum err read_multipart(struct job *j, struct str boundary)
{
	struct request *r = &j->request;
	struct parts parts;
	if (!parse_multipart(j->cx.arena, r->body, boundary, &parts)) return unreadable(j, M_web_form_unreadable);
	struct pair *fields = ARENA_ARRAY(j->cx.arena, struct pair, parts.len + 1);
	struct upload *uploads = ARENA_ARRAY(j->cx.arena, struct upload, parts.len + 1);
	for (size_t i = 0; i < parts.len; i++) {
		const struct part *p = &parts.ptr[i];
		if (str_present(p->filename))
			uploads[r->uploads_len++] = (struct upload){p->name, p->filename, p->content_type, p->bytes};
		else
			fields[r->form.len++] = (struct pair){p->name, p->bytes};
	}
	r->form.ptr = fields;
	r->uploads = uploads;
	return OK;
}

static enum err read_form(struct job *j)
{
	struct request *r = &j->request;
	struct str type = request_header(r, "content-type"), word;
	struct pairs params;
	if (!str_present(type)) return OK;
	if (!utf8_valid(type) || !parse_header_value(j->cx.arena, type, &word, &params)) return unreadable(j, M_web_form_unreadable);
	if (str_is(word, "multipart/form-data")) return read_multipart(j, pairs_get(params, "boundary"));
	if (!str_is(word, "application/x-www-form-urlencoded")) return OK;
	if (!parse_urlencoded(j->cx.arena, r->body, PARSE_FORM_MAX, &r->form)) return unreadable(j, M_web_form_unreadable);
	return OK;
}

enum err job_read_body(struct job *j)
{
	struct request *r = &j->request;
	size_t mark = str_find_char(r->target, '?');
	struct str query = mark == STR_NPOS ? STR("") : str_sub(r->target, mark + 1, r->target.len);
	parse_cookies(j->cx.arena, request_header(r, "cookie"), &r->cookies);
	if (!parse_urlencoded(j->cx.arena, query, PARSE_QUERY_MAX, &r->query)) return unreadable(j, M_web_query_unreadable);
	return r->method == HTTP_GET || r->method == HTTP_HEAD ? OK : read_form(j);
}
