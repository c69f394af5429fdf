/* Replies: what handlers call, and the headers that every reply carries. */
#include "base/log.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "platform/web/job.h"

void reply_header(struct cx *cx, struct reply *p, const char *name, struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f) {
			log_error("header %s left out: control character", name);
			return;
		}
	*VEC_PUSH(cx->arena, &p->headers) = (struct pair){str_of(name), value};
}

static bool attribute_name_ok(const char *name) { return name[0] && !strpbrk(name, "=;, \t\""); }

void reply_cookie(struct cx *cx, struct reply *p, const struct request *r, const char *name, struct str value, int64_t max_age_s)
{
	BUG_IF(!attribute_name_ok(name));
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	sb_fmt(&b, "%s%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s", r->loopback ? "" : "__Host-", name, STR_ARG(value),
	       r->loopback ? "" : "; Secure");
	if (max_age_s >= 0) sb_fmt(&b, "; Max-Age=%lld", (long long)max_age_s);
	BUG_IF(sb_failed(&b));
	reply_header(cx, p, "Set-Cookie", sb_str(&b));
}

static bool local_address(struct str s)
{
	if (s.len == 0 || s.ptr[0] != '/' || (s.len > 1 && (s.ptr[1] == '/' || s.ptr[1] == '\\'))) return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f || s.ptr[i] == '\\') return false;
	return true;
}

enum err reply_redirect(struct cx *cx, struct reply *p, struct str location)
{
	/* A "next" that somebody made up leads home instead. */
	p->location = local_address(location) ? location : STR("/");
	p->status = 303;
	return OK;
}

enum err reply_json(struct cx *cx, struct reply *p, int status, struct str json)
{
	p->status = status;
	p->content_type = STR("application/json");
	p->body = json;
	return OK;
}

enum err reply_file(struct cx *cx, struct reply *p, int fd, int64_t size, const char *content_type, struct str filename)
{
	p->fd = fd;
	p->fd_size = size;
	p->content_type = str_of(content_type);
	p->filename = filename;
	return OK;
}

/* RFC 6266: a plain name for old readers, the true one percent-encoded (RFC 8187). */
static struct str disposition(struct cx *cx, struct str filename)
{
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	SB_LIT(&b, "attachment; filename=\"");
	for (size_t i = 0; i < filename.len; i++) {
		char c = filename.ptr[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
		sb_char(&b, plain ? c : '_');
	}
	SB_LIT(&b, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < filename.len; i++) {
		unsigned char c = (unsigned char)filename.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
		if (plain && c)
			sb_char(&b, (char)c);
		else
			sb_fmt(&b, "%%%02X", c);
	}
	return sb_failed(&b) ? STR("attachment") : sb_str(&b);
}

static void add(struct job *j, const char *name, struct str value)
{
	*VEC_PUSH(j->cx.arena, &j->reply.headers) = (struct pair){str_of(name), value};
}

static bool has_header(const struct reply *p, const char *name)
{
	for (size_t i = 0; i < p->headers.len; i++)
		if (str_is(p->headers.ptr[i].name, name)) return true;
	return false;
}

/* No inline code or style anywhere, no frame, nothing from other sites. */
static void add_security(struct job *j)
{
	add(j, "Content-Security-Policy",
	    STR("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
	        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
	add(j, "X-Content-Type-Options", STR("nosniff"));
	if (!has_header(&j->reply, "Referrer-Policy")) add(j, "Referrer-Policy", STR("same-origin")); /* a page may be stricter */
	add(j, "Permissions-Policy", STR("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
	add(j, "Cross-Origin-Opener-Policy", STR("same-origin"));
	add(j, "Cross-Origin-Resource-Policy", STR("same-origin"));
	if (j->request.secure) add(j, "Strict-Transport-Security", STR("max-age=31536000; includeSubDomains"));
}

static bool etag_known(const struct request *r, struct str etag)
{
	struct str list = request_header(r, "if-none-match"), item;
	while (str_split(&list, ',', &item)) {
		item = str_trim(item);
		if (str_starts(item, STR("W/"))) item = str_sub(item, 2, item.len);
		if (str_eq(item, etag)) return true;
	}
	return false;
}

struct str reply_bytes(const struct reply *p)
{
	if (p->sent_nothing) return STR("");
	return p->html.sb.arena ? html_str(&p->html) : p->body;
}

void reply_finish(struct job *j)
{
	struct reply *p = &j->reply;
	bool reads = j->request.method == HTTP_GET || j->request.method == HTTP_HEAD;
	if (p->status == 0) p->status = 200;
	if (str_present(p->etag) && p->status == 200 && reads && etag_known(&j->request, p->etag)) {
		p->status = 304;
		p->sent_nothing = true;
	}
	bool empty = p->status == 204 || p->status == 304 || p->status == 303;
	if (!str_present(p->content_type) && !empty) p->content_type = STR("text/html; charset=utf-8");
	if (str_present(p->content_type) && !p->sent_nothing) add(j, "Content-Type", p->content_type);
	if (str_present(p->location)) add(j, "Location", p->location);
	if (str_present(p->etag)) add(j, "ETag", p->etag);
	if (str_present(p->filename)) add(j, "Content-Disposition", disposition(&j->cx, p->filename));
	if (str_present(j->allow)) add(j, "Allow", j->allow);
	if (j->retry_after_s && !has_header(p, "Retry-After"))
		add(j, "Retry-After", str_fmt(j->cx.arena, "%lld", (long long)j->retry_after_s));
	if (p->status == 401 && j->request.wants_json) add(j, "WWW-Authenticate", STR("Bearer"));
	add(j, "Cache-Control", str_present(p->cache_control) ? p->cache_control : STR("no-store"));
	add(j, "X-Request-Id", j->cx.request_id);
	add_security(j);
}
