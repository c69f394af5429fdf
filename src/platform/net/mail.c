/* SMTP through libcurl. */
#include "platform/net/mail.h"
#include "base/log.h"
#include "platform/i18n/i18n.h"
#include "platform/net/curl.h"

struct upload {
	struct str left;
};

static size_t read_message(char *to, size_t size, size_t n, void *arg)
{
	struct upload *u = arg;
	size_t len = size * n < u->left.len ? size * n : u->left.len;
	memcpy(to, u->left.ptr, len);
	u->left = str_sub(u->left, len, u->left.len);
	return len;
}

static struct str bare_address(struct str mailbox)
{
	size_t open = str_find_char(mailbox, '<');
	if (open == STR_NPOS) return str_trim(mailbox);
	struct str rest = str_sub(mailbox, open + 1, mailbox.len);
	return str_sub(rest, 0, str_find_char(rest, '>'));
}

static bool url_ok(struct str url) { return str_starts(url, STR("smtp://")) || str_starts(url, STR("smtps://")); }

/* What came of it: refused for good, not now, or nobody knows. */
static enum err outcome(struct cx *cx, const struct mail_server *server, CURLcode code, long answer, bool sent_whole, const char *error)
{
	struct str host = curl_host(cx, server->url);
	if (code == CURLE_OK) return OK;
	if (answer >= 500) return fail(cx, ERR_PARTNER, NULL, M_net_mail_refused, ARG_S("server", host), ARG_Z("answer", error));
	if (answer < 400 && sent_whole) return fail(cx, ERR_IO, NULL, M_net_mail_unsure, ARG_S("server", host));
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_USE_SSL_FAILED)
		return fail(cx, ERR_PARTNER, NULL, M_net_unverified, ARG_S("server", host));
	return fail(cx, ERR_BUSY, NULL, M_net_unreachable, ARG_S("server", host), ARG_Z("answer", error));
}

static void set_sign_in(struct cx *cx, CURL *c, const struct mail_server *s)
{
	if (!str_present(s->user)) return;
	curl_easy_setopt(c, CURLOPT_USERNAME, str_z(cx->arena, s->user));
	curl_easy_setopt(c, CURLOPT_PASSWORD, str_z(cx->arena, s->password));
}

enum err mail_send(struct cx *cx, const struct mail_server *server, const struct mail *m)
{
	struct str message;
	char error[CURL_ERROR_SIZE];
	long answer = 0;
	TRY(mail_format(cx, m, &message));
	if (!url_ok(server->url)) return fail(cx, ERR_CONFIG, "smtp_url", M_net_mail_url, ARG_S("value", server->url));
	struct upload upload = {message};
	struct str from = bare_address(m->from);
	CURL *c = curl_new(cx, server->ca_file, error);
	struct curl_slist *to = curl_slist_append(NULL, str_z(cx->arena, str_fmt(cx->arena, "<%.*s>", STR_ARG(m->to))));
	BUG_IF(!to);
	curl_easy_setopt(c, CURLOPT_URL, str_z(cx->arena, server->url));
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_USE_SSL,
	                 curl_loopback(server->url) && !str_present(server->ca_file) ? CURLUSESSL_NONE : CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 60000L);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, str_z(cx->arena, str_fmt(cx->arena, "<%.*s>", STR_ARG(from))));
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, read_message);
	curl_easy_setopt(c, CURLOPT_READDATA, &upload);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.len);
	set_sign_in(cx, c, server);
	CURLcode code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
	curl_easy_cleanup(c);
	curl_slist_free_all(to);
	return outcome(cx, server, code, answer, upload.left.len == 0, error[0] ? error : curl_easy_strerror(code));
}
