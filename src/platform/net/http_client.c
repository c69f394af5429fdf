/* HTTP through libcurl. */
#include "platform/net/http_client.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/vec.h"
#include "platform/i18n/i18n.h"
#include "platform/net/curl.h"

enum { HEADERS_MAX = 200 };

struct download {
	struct cx *cx;
	struct sb body;
	VEC(struct pair) headers;
	bool too_large;
};

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct download *d = arg;
	sb_add(&d->body, (struct str){bytes, size * n});
	d->too_large = sb_failed(&d->body);
	return d->too_large ? 0 : size * n;
}

static size_t take_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct download *d = arg;
	struct str line = {bytes, size * n};
	/* Each answer on the way begins with its own status line: only the last one counts. */
	if (str_starts(line, STR("HTTP/"))) d->headers.len = 0;
	size_t colon = str_find_char(line, ':');
	if (colon == STR_NPOS) return size * n;
	if (d->headers.len == HEADERS_MAX) {
		d->too_large = true;
		return 0;
	}
	*VEC_PUSH(d->cx->arena, &d->headers) = (struct pair){str_lower(d->cx->arena, str_sub(line, 0, colon)),
	                                                     str_copy(d->cx->arena, str_trim(str_sub(line, colon + 1, line.len)))};
	return size * n;
}

static bool header_ok(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) return false;
	return true;
}

static enum err make_headers(struct cx *cx, struct pairs headers, struct curl_slist **out)
{
	*out = curl_slist_append(NULL, "Expect:");
	BUG_IF(!*out);
	for (size_t i = 0; i < headers.len; i++) {
		const struct pair *h = &headers.ptr[i];
		if (!header_ok(h->name) || !header_ok(h->value)) {
			curl_slist_free_all(*out);
			return fail(cx, ERR_INVALID, "headers", M_net_header, ARG_S("value", h->name));
		}
		struct curl_slist *longer =
		    curl_slist_append(*out, str_z(cx->arena, str_fmt(cx->arena, "%.*s: %.*s", STR_ARG(h->name), STR_ARG(h->value))));
		BUG_IF(!longer);
		*out = longer;
	}
	return OK;
}

static void set_request(struct cx *cx, CURL *c, const struct http_call *call, struct curl_slist *headers)
{
	bool plain = curl_loopback(call->url), get = !call->method || strcmp(call->method, "GET") == 0;
	curl_easy_setopt(c, CURLOPT_URL, str_z(cx->arena, call->url));
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(call->timeout_ms ? call->timeout_ms : 30000));
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, call->redirects > 0 && get && !str_present(call->body) ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)call->redirects);
	if (str_present(call->body)) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body.ptr);
	}
	if (call->method) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, call->method);
	if (call->method && strcmp(call->method, "HEAD") == 0) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
}

static enum err outcome(struct cx *cx, const struct http_call *call, const struct download *d, CURLcode code, const char *error)
{
	struct str host = curl_host(cx, call->url);
	switch ((int)code) {
	case CURLE_OK: return OK;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL: return fail(cx, ERR_INVALID, "url", M_net_url, ARG_S("value", call->url));
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR: return fail(cx, ERR_PARTNER, NULL, M_net_unverified, ARG_S("server", host));
	case CURLE_WRITE_ERROR: return fail(cx, ERR_PARTNER, NULL, d->too_large ? M_net_too_large : M_net_not_http, ARG_S("server", host));
	case CURLE_TOO_MANY_REDIRECTS:
	case CURLE_WEIRD_SERVER_REPLY: return fail(cx, ERR_PARTNER, NULL, M_net_not_http, ARG_S("server", host));
	default: return fail(cx, ERR_BUSY, NULL, M_net_unreachable, ARG_S("server", host), ARG_Z("answer", error));
	}
}

enum err http_call(struct cx *cx, const struct http_call *call, struct http_answer *out)
{
	char error[CURL_ERROR_SIZE];
	long status = 0;
	struct curl_slist *headers;
	struct download d = {.cx = cx};
	if (memchr(call->url.ptr ? call->url.ptr : "", 0, call->url.len))
		return fail(cx, ERR_INVALID, "url", M_net_url, ARG_S("value", STR("NUL")));
	TRY(make_headers(cx, call->headers, &headers));
	sb_init(&d.body, cx->arena, (size_t)(call->max_bytes ? call->max_bytes : 8 * 1024 * 1024));
	CURL *c = curl_new(cx, call->ca_file, error);
	set_request(cx, c, call, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &d);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, &d);
	CURLcode code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	TRY(outcome(cx, call, &d, code, error[0] ? error : curl_easy_strerror(code)));
	*out = (struct http_answer){.status = (int)status, .headers = {d.headers.ptr, d.headers.len}, .body = sb_str(&d.body)};
	return OK;
}
