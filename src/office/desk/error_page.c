/* What went wrong, as a page: in the reader's shell, or at the gate when nobody is signed in. */
#include "office/desk/desk.h"
#include "office/people/pages.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

static const struct error_words {
	enum err err;
	int title, text;
} words[] = {
    {ERR_NOT_FOUND, M_oops_not_found, M_error_not_found}, {ERR_DENIED, M_oops_denied, M_error_denied},
    {ERR_SIGN_IN, M_oops_sign_in, M_error_sign_in},       {ERR_STALE, M_oops_stale, M_error_stale},
    {ERR_CONFLICT, M_oops_conflict, M_error_conflict},    {ERR_EXPIRED, M_oops_expired, M_error_expired},
    {ERR_TOO_LARGE, M_oops_too_large, M_error_too_large}, {ERR_TOO_MANY, M_oops_too_many, M_error_too_many},
    {ERR_METHOD, M_oops_method, M_oops_method_text},      {ERR_BUSY, M_oops_busy, M_error_busy},
    {ERR_DATABASE, M_oops_database, M_error_database},    {ERR_SCHEMA, M_oops_database, M_error_schema},
    {ERR_INVALID, M_oops_invalid, M_error_invalid},       {ERR_REFUSED, M_oops_refused, M_error_refused},
    {ERR_SYNTAX, M_oops_syntax, M_error_syntax},          {ERR_MEDIA_TYPE, M_oops_syntax, M_error_media_type},
    {ERR_PARTNER, M_oops_partner, M_error_partner},
};

static struct error_words words_of(enum err err)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].err == err) return words[i];
	return (struct error_words){err, M_oops_bug, M_error_bug};
}

static bool reads(const struct request *r) { return r->method == HTTP_GET || r->method == HTTP_HEAD; }

/* The one act: back to where it can be done, or home. */
static struct act way_out(struct cx *cx, const struct request *r, enum err err)
{
	bool again = (err == ERR_BUSY || err == ERR_DATABASE || err == ERR_TOO_MANY || err == ERR_STALE) && reads(r);
	if (again) return (struct act){.text = tr(cx, M_oops_again), .href = r->target, .icon = ICON_refresh_cw, .primary = true};
	if (!cx->actor)
		return (struct act){
		    .text = tr(cx, M_sign_act), .href = sign_in_address(cx, reads(r) ? r->target : STR("/")), .primary = true};
	return (struct act){.text = tr(cx, M_oops_home), .href = STR("/"), .icon = ICON_house, .primary = true};
}

/* Sentences that say more than the general one; each once. */
static void sentences(struct cx *cx, struct html *h, int general)
{
	bool said = false;
	for (const struct problem *q = cx->problems; q; q = q->next) {
		if (q->msg == general) continue;
		html_lit(h, "<p>");
		html_text(h, problem_text(cx, q));
		html_lit(h, "</p>");
		said = true;
	}
	if (said) return;
	html_lit(h, "<p>");
	html_tr(cx, h, general);
	html_lit(h, "</p>");
}

static enum err error_page(struct cx *cx, const struct request *r, struct reply *p, enum err err)
{
	struct error_words w = words_of(err);
	struct page page = {.title = tr_args(cx, w.title, NULL)};
	p->status = err_http(err);
	struct html *h = page_begin(cx, r, p, &page);
	struct act act = way_out(cx, r, err);
	html_lit(h, "<div class=\"sheet pad stack-s\">");
	sentences(cx, h, w.text);
	html_lit(h, "<p class=\"form-acts\">");
	part_act(h, &act, STR_NONE);
	html_lit(h, "</p></div><p class=\"sm muted mt-s\">");
	html_tr(cx, h, M_oops_request, ARG_S("id", cx->request_id));
	html_lit(h, "</p>");
	return page_end(cx, r, p, &page);
}

enum err desk_error_page(struct cx *cx, const struct request *r, struct reply *p, enum err err)
{
	bool page = reads(r) && !r->fragment;
	if (r->session && r->session->tenant == 0 && page && (err == ERR_SIGN_IN || err == ERR_DENIED)) {
		cx_clear_problems(cx);
		return reply_redirect(cx, p, STR("/school"));
	}
	if (err == ERR_SIGN_IN && page) {
		/* A session that no longer opens anything must go, or the sign-in page would lead here again. */
		if (r->session) TRY(session_sign_out(cx, r, p));
		cx_clear_problems(cx);
		return reply_redirect(cx, p, sign_in_address(cx, r->target));
	}
	return error_page(cx, r, p, err);
}
