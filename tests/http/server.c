/* A server with a few routes, for tests/http/test_http.py: real sockets, real database, every flag of the web layer.
 *   http_test_server DATA_DIR [name=number or name=text]...
 * Prints the address when it listens; ends cleanly on SIGTERM. */
#include "../tools/serve.h"
#include "base/base64.h"
#include "base/log.h"
#include "platform/crypto/hash.h"
#include "platform/db/db.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include <stdatomic.h>
#include <unistd.h>

static const struct uuid account = {{1, 2, 3}};
static atomic_int slow_running;

static enum err reply_text(struct reply *p, struct str text)
{
	p->content_type = STR("text/plain; charset=utf-8");
	p->body = text;
	return OK;
}

static enum err home(struct cx *cx, const struct request *r, struct reply *p)
{
	html_init(&p->html, cx->arena, 65536);
	html_lit(&p->html, "<!doctype html><title>home</title><p>");
	html_text(&p->html, request_query(r, "say"));
	html_lit(&p->html, "</p>");
	return OK;
}

/* {n} bytes, each one the last digit of its place. */
static enum err page(struct cx *cx, const struct request *r, struct reply *p)
{
	int64_t n;
	if (!str_to_i64(request_route(r, "n"), &n) || n < 0 || n > 8 * 1024 * 1024) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	char *bytes = arena_alloc(cx->arena, (size_t)n + 1);
	for (int64_t i = 0; i < n; i++)
		bytes[i] = (char)('0' + i % 10);
	return reply_text(p, (struct str){bytes, (size_t)n});
}

static void show_pairs(struct sb *b, const char *what, struct pairs pairs)
{
	for (size_t i = 0; i < pairs.len; i++)
		sb_fmt(b, "%s %.*s=%.*s\n", what, STR_ARG(pairs.ptr[i].name), STR_ARG(pairs.ptr[i].value));
}

static enum err echo(struct cx *cx, const struct request *r, struct reply *p)
{
	struct sb b;
	uint8_t hash[SHA256_LEN];
	sb_init(&b, cx->arena, 1024 * 1024);
	sb_fmt(&b, "path %.*s\nhost %.*s\nremote %.*s\nsecure %d\nloopback %d\njson %d\n", STR_ARG(r->path), STR_ARG(r->host),
	       STR_ARG(r->remote), r->secure, r->loopback, r->wants_json);
	show_pairs(&b, "query", r->query);
	show_pairs(&b, "form", r->form);
	show_pairs(&b, "route", r->route);
	show_pairs(&b, "cookie", r->cookies);
	for (size_t i = 0; i < r->uploads_len; i++) {
		sha256(r->uploads[i].bytes, hash);
		struct str hex = hex_encode(cx->arena, (struct str){(const char *)hash, sizeof(hash)});
		sb_fmt(&b, "upload %.*s %.*s %zu %.*s\n", STR_ARG(r->uploads[i].field), STR_ARG(r->uploads[i].filename),
		       r->uploads[i].bytes.len, STR_ARG(hex));
	}
	sha256(r->body, hash);
	struct str hex = hex_encode(cx->arena, (struct str){(const char *)hash, sizeof(hash)});
	sb_fmt(&b, "body %zu %.*s\n", r->body.len, STR_ARG(hex));
	return reply_text(p, sb_str(&b));
}

static enum err slow(struct cx *cx, const struct request *r, struct reply *p)
{
	int64_t ms;
	if (!str_to_i64(request_query(r, "ms"), &ms) || ms > 10000) ms = 100;
	atomic_fetch_add(&slow_running, 1);
	usleep((useconds_t)ms * 1000);
	atomic_fetch_sub(&slow_running, 1);
	return reply_text(p, STR("slept\n"));
}

static enum err token(struct cx *cx, const struct request *r, struct reply *p) { return reply_text(p, csrf_token(cx, r, p)); }

static enum err sign_in(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(session_sign_in(cx, r, p, account, 7, LANG_EN));
	flash_set(cx, r, p, STR("Signed in \xe2\x80\x93 h\xc3\xa9"), STR("/undo/1"));
	return reply_redirect(cx, p, request_form(r, "next"));
}

static enum err who(struct cx *cx, const struct request *r, struct reply *p)
{
	struct flash f = {0};
	flash_take(cx, r, p, &f);
	struct str name = uuid_text(cx->arena, r->session->account);
	return reply_text(p, str_fmt(cx->arena, "%.*s tenant %lld flash [%.*s] undo [%.*s]\n", STR_ARG(name), (long long)cx->tenant,
	                             STR_ARG(f.text), STR_ARG(f.undo)));
}

static enum err flash(struct cx *cx, const struct request *r, struct reply *p)
{
	flash_set(cx, r, p, STR("Signed in \xe2\x80\x93 h\xc3\xa9"), STR("/undo/1"));
	return reply_redirect(cx, p, STR("/who"));
}

static enum err end_all(struct cx *cx, void *arg) { return session_end_all(cx, account, arg); }

static enum err others_out(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(db_tx(cx, DB_WRITE, end_all, str_is(request_form(r, "spare"), "1") ? r->session : NULL));
	return reply_text(p, STR("ended\n"));
}

static enum err sign_out(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(session_sign_out(cx, r, p));
	return reply_redirect(cx, p, STR("/"));
}

/* Makes the session of the request look `ms` older. */
static enum err age_session(struct cx *cx, void *arg)
{
	const int64_t *ms = arg;
	return db_exec(cx, SQL("update session set last_seen_ms = last_seen_ms - ?1"), DB_I(*ms));
}

static enum err age(struct cx *cx, const struct request *r, struct reply *p)
{
	int64_t ms;
	if (!str_to_i64(request_form(r, "ms"), &ms)) return fail(cx, ERR_INVALID, "ms", M_error_invalid);
	TRY(db_tx(cx, DB_WRITE, age_session, &ms));
	return reply_text(p, STR("aged\n"));
}

static enum err seen(struct cx *cx, const struct request *r, struct reply *p)
{
	return reply_text(p, str_fmt(cx->arena, "%lld\n", (long long)(cx->now_ms - r->session->last_seen_ms)));
}

static enum err failing(struct cx *cx, const struct request *r, struct reply *p)
{
	for (int e = 1; e < ERR_COUNT; e++)
		if (str_is(request_route(r, "code"), err_name((enum err)e)))
			return fail(cx, (enum err)e, "places", M_web_host_unknown, ARG_S("value", STR("<b>\"x\"\n")));
	reply_header(cx, p, "X-Bad", STR("a\r\nSet-Cookie: x=1"));
	return reply_text(p, STR("no such code\n"));
}

static enum err cached(struct cx *cx, const struct request *r, struct reply *p)
{
	p->etag = STR("\"v1\"");
	return reply_text(p, STR("cached\n"));
}

static enum err file(struct cx *cx, const struct request *r, struct reply *p)
{
	FILE *f = tmpfile();
	if (!f) return fail(cx, ERR_IO, NULL, M_error_io);
	fputs("<script>alert(1)</script>", f);
	fflush(f);
	int fd = dup(fileno(f));
	fclose(f);
	return reply_file(cx, p, fd, 25, "text/html", STR("d\xc3\xa9part \"1\".html"));
}

static const struct route routes[] = {
    {HTTP_GET, "/", home, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/page/{n}", page, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/echo", echo, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/echo/{a}/x/{b}", echo, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/echo", echo, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/upload", echo, ROUTE_PUBLIC | ROUTE_UPLOAD | ROUTE_NO_CSRF, NULL},
    {HTTP_POST, "/api/v1/echo", echo, ROUTE_PUBLIC | ROUTE_NO_CSRF, NULL},
    {HTTP_POST, "/api/v1/write", echo, ROUTE_NO_CSRF, NULL},
    {HTTP_GET, "/api/v1/error/{code}", failing, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/slow", slow, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/token", token, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/sign-in", sign_in, ROUTE_PUBLIC | ROUTE_SLOW, NULL},
    {HTTP_POST, "/sign-out", sign_out, 0, NULL},
    {HTTP_POST, "/others-out", others_out, 0, NULL},
    {HTTP_POST, "/flash", flash, 0, NULL},
    {HTTP_POST, "/age", age, 0, NULL},
    {HTTP_GET, "/seen", seen, 0, NULL},
    {HTTP_GET, "/who", who, 0, NULL},
    {HTTP_GET, "/error/{code}", failing, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/cached", cached, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/file", file, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/machines", echo, ROUTE_LOOPBACK, NULL},
    {0},
};
static const struct route *const tables[] = {routes, NULL};

static enum err load_token(struct cx *cx, const struct request *r, struct str text)
{
	return str_is(text, "right") ? OK : fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
}

static struct str option(int argc, char **argv, const char *name)
{
	for (int i = 2; i < argc; i++) {
		struct str arg = str_of(argv[i]), key;
		if (str_split(&arg, '=', &key) && str_is(key, name)) return arg;
	}
	return STR_NONE;
}

static int number(int argc, char **argv, const char *name)
{
	int64_t n;
	return str_to_i64(option(argc, argv, name), &n) ? (int)n : 0;
}

static enum err serve(struct cx *cx, int argc, char **argv)
{
	int applied;
	struct str listen_on = option(argc, argv, "listen");
	TRY(db_migrate(cx, &applied));
	struct web_config config = {
	    .listen = str_present(listen_on) ? listen_on : STR("127.0.0.1:0"),
	    .base_url = option(argc, argv, "base-url"),
	    .trusted_proxy = option(argc, argv, "trusted-proxy"),
	    .workers = number(argc, argv, "workers"),
	    .upload_cap = number(argc, argv, "upload-cap"),
	    .limits = {.queue = number(argc, argv, "queue"),
	               .header_ms = number(argc, argv, "header-ms"),
	               .body_ms = number(argc, argv, "body-ms"),
	               .connections_per_address = number(argc, argv, "per-address"),
	               .connections = number(argc, argv, "connections"),
	               .bodies_bytes = number(argc, argv, "bodies")},
	    .routes = tables,
	    .load_token = load_token,
	};
	TRY(serve_until_term(cx, &config, STR_NONE));
	printf("stopped\n");
	return OK;
}

int main(int argc, char **argv)
{
	struct cx cx;
	if (argc < 2) return 2;
	log_set_level(LOG_INFO);
	cx_begin(&cx, NULL);
	struct db_options options = {.data_dir = str_of(argv[1]), .url = option(argc, argv, "url")};
	enum err err = db_open(&cx, &options, &cx.db);
	if (err == OK) err = serve(&cx, argc, argv);
	return serve_end(&cx, err);
}
