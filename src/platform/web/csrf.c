/* CSRF tokens and flash messages: both are HMACs under the secret of the session, or of a random cookie before sign-in. */
#include "platform/web/csrf.h"
#include "base/base64.h"
#include "base/utf8.h"
#include "platform/crypto/token.h"
#include "platform/i18n/i18n.h"
#include "platform/web/job.h"

enum { FLASH_MAX = 500, FLASH_UNDO_MAX = 400, FLASH_LIFE_S = 120 };
static const char form_cookie[] = "passerelle-form", flash_cookie[] = "passerelle-flash";

/* Absent before sign-in when the browser has no form cookie yet. */
static struct str secret_of(const struct request *r)
{
	if (r->session) return (struct str){(const char *)r->session->secret, sizeof(r->session->secret)};
	if (str_present(r->own->form_secret)) return r->own->form_secret;
	struct str cookie = request_cookie(r, form_cookie);
	return cookie.len == TOKEN_TEXT_LEN ? cookie : STR_NONE;
}

static struct str secret_or_new(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str secret = secret_of(r);
	if (str_present(secret)) return secret;
	uint8_t unused[SHA256_LEN];
	r->own->form_secret = token_new(cx->arena, unused);
	reply_cookie(cx, p, r, form_cookie, r->own->form_secret, -1);
	return r->own->form_secret;
}

static struct str sign(struct cx *cx, struct str secret, const char *purpose, struct str text)
{
	uint8_t mac[SHA256_LEN];
	struct str message = str_fmt(cx->arena, "%s:%.*s", purpose, STR_ARG(text));
	hmac_sha256(secret.ptr, secret.len, message.ptr, message.len, mac);
	return base64url_encode(cx->arena, (struct str){(const char *)mac, sizeof(mac)});
}

struct str csrf_token(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str secret = secret_or_new(cx, r, p);
	if (r->own->form_token_by != secret.ptr) r->own->form_token = sign(cx, secret, "form", STR(""));
	r->own->form_token_by = secret.ptr;
	return r->own->form_token;
}

static enum err forged(struct cx *cx) { return fail(cx, ERR_DENIED, NULL, M_web_forged); }

/* Browsers say where a request comes from; what says nothing is no browser, and the token decides. */
static bool origin_ok(const struct request *r)
{
	struct str site = request_header(r, "sec-fetch-site"), origin = request_header(r, "origin");
	if (str_present(site) && !str_is(site, "same-origin") && !str_is(site, "none")) return false;
	if (!str_present(origin)) return true;
	size_t mark = str_find(origin, STR("://"));
	return mark != STR_NPOS && str_eq_nocase(str_sub(origin, mark + 3, origin.len), r->host);
}

enum err csrf_check(struct cx *cx, const struct request *r)
{
	struct str secret = secret_of(r), token = request_header(r, "x-csrf-token");
	if (!str_present(token)) token = request_form(r, "csrf");
	if (!origin_ok(r) || !str_present(secret)) return forged(cx);
	struct str right = sign(cx, secret, "form", STR(""));
	return token.len == right.len && const_time_eq(token.ptr, right.ptr, right.len) ? OK : forged(cx);
}

void flash_set(struct cx *cx, const struct request *r, struct reply *p, struct str text, struct str undo)
{
	if (undo.len > FLASH_UNDO_MAX) undo = STR_NONE;
	struct str content =
	    str_fmt(cx->arena, "%lld\n%.*s\n%.*s", (long long)(cx->now_ms / 1000), STR_ARG(undo), STR_ARG(utf8_head(text, FLASH_MAX)));
	struct str mac = sign(cx, secret_or_new(cx, r, p), "flash", content);
	struct str value = base64url_encode(cx->arena, content);
	reply_cookie(cx, p, r, flash_cookie, str_fmt(cx->arena, "%.*s.%.*s", STR_ARG(mac), STR_ARG(value)), FLASH_LIFE_S);
}

static bool read_flash(struct cx *cx, const struct request *r, struct str cookie, struct flash *out)
{
	struct str mac, content, secret = secret_of(r), sent_s, undo;
	int64_t sent;
	if (!str_present(secret) || !str_split(&cookie, '.', &mac) || !base64_decode(cx->arena, cookie, &content)) return false;
	struct str right = sign(cx, secret, "flash", content);
	if (mac.len != right.len || !const_time_eq(mac.ptr, right.ptr, right.len)) return false;
	if (!str_split(&content, '\n', &sent_s) || !str_to_i64(sent_s, &sent) || !str_split(&content, '\n', &undo)) return false;
	*out = (struct flash){.text = content, .undo = undo.len ? undo : STR_NONE};
	return cx->now_ms / 1000 - sent <= FLASH_LIFE_S;
}

bool flash_take(struct cx *cx, const struct request *r, struct reply *p, struct flash *out)
{
	struct str cookie = request_cookie(r, flash_cookie);
	if (!str_present(cookie)) return false;
	reply_cookie(cx, p, r, flash_cookie, STR(""), 0);
	return read_flash(cx, r, cookie, out);
}
