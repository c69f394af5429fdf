/* Signing in and out, choosing a school, asking for a password and setting it. The answer is the same whether an account exists
 * or not; a link is shown by GET and used by POST, since mail scanners follow links. */
#include "office/people/pages.h"
#include "office/people/school.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/rate.h"
#include "platform/web/session.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

static demo_accounts_fn demo_accounts; /* immutable after start */

void sign_in_offer(demo_accounts_fn fn) { demo_accounts = fn; }

struct str sign_in_next(struct str next)
{
	bool local = next.len && next.len < 2000 && next.ptr[0] == '/' && !(next.len > 1 && (next.ptr[1] == '/' || next.ptr[1] == '\\'));
	for (size_t i = 0; local && i < next.len; i++)
		local = (unsigned char)next.ptr[i] > 0x20 && next.ptr[i] != 0x7f && next.ptr[i] != '\\';
	/* Back to the gate itself would be a circle. */
	return local && !str_starts(next, STR("/sign-in")) && !str_starts(next, STR("/school")) ? next : STR("/");
}

struct str sign_in_address(struct cx *cx, struct str next)
{
	struct html h;
	next = sign_in_next(next);
	if (str_is(next, "/")) return STR("/sign-in");
	html_init(&h, cx->arena, 16 * 1024);
	html_lit(&h, "/sign-in?next=");
	html_query(&h, next);
	return html_str(&h);
}

/* --- sign in --- */

static void demo_list(struct cx *cx, struct html *h, struct str token, struct str next)
{
	const struct demo_account *list;
	size_t len;
	if (!demo_accounts) return;
	if (demo_accounts(cx, &list, &len) != OK) {
		cx_clear_problems(cx);
		return;
	}
	html_section_begin(h, "demo", tr(cx, M_sign_demo), STR_NONE, NULL, STR_NONE);
	html_lit(h, "<p class=\"sm soft\">");
	html_tr(cx, h, M_sign_demo_note);
	html_lit(h, "</p><div class=\"stack-s mt-s\">");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<form method=\"post\" action=\"/sign-in\">");
		part_hidden(h, "csrf", token);
		part_hidden(h, "next", next);
		part_hidden(h, "email", list[i].email);
		part_hidden(h, "password", list[i].password);
		html_lit(h, "<button class=\"btn\">");
		html_tr(cx, h, M_sign_demo_as, ARG_S("name", list[i].name), ARG_M("role", list[i].role));
		html_lit(h, "</button></form>");
	}
	html_lit(h, "</div>");
	html_section_end(h);
}

static enum err sign_in_page(struct cx *cx, const struct request *r, struct reply *p, struct str email, struct str next)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, M_sign_title)};
	struct html *h = page_begin(cx, r, p, &page);
	struct str token = csrf_token(cx, r, p);
	html_form_errors(cx, h, NULL);
	html_lit(h, "<div class=\"sheet\"><form method=\"post\" action=\"/sign-in\">");
	part_hidden(h, "csrf", token);
	part_hidden(h, "next", next);
	html_control(
	    cx, h,
	    &(struct control){
		.name = "email", .type = "email", .label = M_sign_email, .value = email, .autocomplete = "username", .required = true});
	html_control(cx, h,
	             &(struct control){.name = "password",
	                               .type = "password",
	                               .label = M_sign_password,
	                               .autocomplete = "current-password",
	                               .max = 256,
	                               .required = true});
	html_lit(h, "<button class=\"btn p\">");
	html_tr(cx, h, M_sign_act);
	html_lit(h, "</button></form></div><p class=\"sm\"><a href=\"/password\">");
	html_tr(cx, h, M_sign_forgot);
	html_lit(h, "</a></p>\n");
	demo_list(cx, h, token, next);
	return page_end(cx, r, p, &page);
}

static enum err sign_in_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str next = sign_in_next(request_query(r, "next"));
	if (r->session && cx->actor) return reply_redirect(cx, p, next);
	return sign_in_page(cx, r, p, STR_NONE, next);
}

/* 429 with the time to wait, in words and in the header. */
static void too_many(struct cx *cx, struct reply *p, int64_t wait_s)
{
	reply_header(cx, p, "Retry-After", str_fmt(cx->arena, "%lld", (long long)wait_s));
	p->status = err_http(ERR_TOO_MANY);
	(void)fail(cx, ERR_TOO_MANY, NULL, M_sign_wait, ARG_N("n", (wait_s + 59) / 60));
}

static struct str account_key(struct cx *cx, struct str email) { return str_lower(cx->arena, str_trim(str_sub(email, 0, 200))); }

static enum lang language_of(struct cx *cx, const struct request *r, const struct account *a)
{
	enum lang lang;
	return lang_parse(request_cookie(r, "lang"), &lang) ? lang : a->lang;
}

static struct str with_next(struct cx *cx, const char *path, struct str next)
{
	struct html h;
	if (str_is(next, "/")) return str_of(path);
	html_init(&h, cx->arena, 16 * 1024);
	html_textz(&h, path);
	html_lit(&h, "?next=");
	html_query(&h, next);
	return html_str(&h);
}

static enum err begin_session(struct cx *cx, const struct request *r, struct reply *p, struct str email, struct uuid account,
                              struct str next)
{
	struct account a;
	int64_t *schools;
	size_t len;
	TRY(account_by_email(cx, email, &a));
	TRY(account_schools(cx, account, &schools, &len));
	if (!len) return fail(cx, ERR_SIGN_IN, "email", M_account_no_role);
	TRY(session_sign_in(cx, r, p, account, len == 1 ? schools[0] : 0, language_of(cx, r, &a)));
	return reply_redirect(cx, p, len == 1 ? next : with_next(cx, "/school", next));
}

static enum err sign_in_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str email = request_form(r, "email"), next = sign_in_next(request_form(r, "next"));
	struct uuid account;
	int64_t wait_s = 0, wait_account_s = 0;
	bool open = rate_try(RATE_SIGN_IN_ADDRESS, r->remote, cx->now_ms, &wait_s);
	if (open) open = rate_try(RATE_SIGN_IN_ACCOUNT, account_key(cx, email), cx->now_ms, &wait_account_s);
	if (!open) {
		too_many(cx, p, wait_s ? wait_s : wait_account_s);
		return sign_in_page(cx, r, p, email, next);
	}
	enum err err = account_sign_in(cx, email, request_form(r, "password"), &account);
	if (err == OK) {
		rate_forget(RATE_SIGN_IN_ACCOUNT, account_key(cx, email));
		err = begin_session(cx, r, p, email, account, next);
	}
	if (err != ERR_SIGN_IN) return err;
	p->status = err_http(ERR_INVALID); /* the form is what is wrong: 401 would be about the address */
	return sign_in_page(cx, r, p, email, next);
}

static enum err sign_out_post(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(session_sign_out(cx, r, p));
	return reply_redirect(cx, p, STR("/sign-in"));
}

/* --- several schools --- */

static enum err school_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, M_sign_school)};
	int64_t *schools;
	size_t len;
	TRY(account_schools(cx, r->session->account, &schools, &len));
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"sheet\"><form method=\"post\" action=\"/school\">");
	part_hidden(h, "csrf", csrf_token(cx, r, p));
	part_hidden(h, "next", sign_in_next(request_query(r, "next")));
	html_lit(h, "<fieldset class=\"stack-s\"><legend>");
	html_tr(cx, h, M_sign_school_legend);
	html_lit(h, "</legend>");
	for (size_t i = 0; i < len; i++) {
		struct school school;
		bool found;
		TRY(school_load(cx, schools[i], &school, &found));
		if (!found) continue;
		html_lit(h, "<label class=\"pick card\"><input type=\"radio\" name=\"school\"");
		html_attr_int(h, "value", schools[i]);
		html_flag(h, "checked", schools[i] == r->session->tenant || (!r->session->tenant && i == 0));
		html_lit(h, "><span>");
		html_text(h, school.name);
		html_lit(h, "<span class=\"help\">");
		html_text(h, school.hei_id);
		html_lit(h, "</span></span></label>");
	}
	html_lit(h, "</fieldset><button class=\"btn p\">");
	html_tr(cx, h, M_sign_school_act);
	html_lit(h, "</button></form></div>\n");
	return page_end(cx, r, p, &page);
}

static enum err school_post(struct cx *cx, const struct request *r, struct reply *p)
{
	int64_t *schools, chosen;
	size_t len;
	TRY(account_schools(cx, r->session->account, &schools, &len));
	if (!str_to_i64(request_form(r, "school"), &chosen)) return fail(cx, ERR_INVALID, "school", M_error_invalid);
	for (size_t i = 0; i < len; i++)
		if (schools[i] == chosen) {
			TRY(session_set_tenant(cx, r, chosen));
			return reply_redirect(cx, p, sign_in_next(request_form(r, "next")));
		}
	return fail(cx, ERR_NOT_FOUND, "school", M_error_not_found);
}

/* --- a forgotten password --- */

static enum err ask_page(struct cx *cx, const struct request *r, struct reply *p, struct str email)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, M_sign_reset_title)};
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	html_lit(h, "<div class=\"sheet\"><form method=\"post\" action=\"/password\">");
	part_hidden(h, "csrf", csrf_token(cx, r, p));
	html_control(cx, h,
	             &(struct control){.name = "email",
	                               .type = "email",
	                               .label = M_sign_email,
	                               .help = M_sign_reset_help,
	                               .value = email,
	                               .autocomplete = "username",
	                               .required = true});
	html_lit(h, "<button class=\"btn p\">");
	html_tr(cx, h, M_sign_reset_act);
	html_lit(h, "</button></form></div><p class=\"sm\"><a href=\"/sign-in\">");
	html_tr(cx, h, M_sign_back);
	html_lit(h, "</a></p>\n");
	return page_end(cx, r, p, &page);
}

static enum err ask_get(struct cx *cx, const struct request *r, struct reply *p) { return ask_page(cx, r, p, STR_NONE); }

static enum err asked_page(struct cx *cx, const struct request *r, struct reply *p, struct str email)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, M_sign_reset_sent)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"sheet\"><p>");
	html_tr(cx, h, M_sign_reset_sent_text, ARG_S("email", email));
	html_lit(h, "</p></div><p class=\"sm\"><a href=\"/sign-in\">");
	html_tr(cx, h, M_sign_back);
	html_lit(h, "</a></p>\n");
	return page_end(cx, r, p, &page);
}

static enum err ask_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str email = str_trim(request_form(r, "email"));
	int64_t wait_s;
	if (str_blank(email)) {
		(void)fail(cx, ERR_INVALID, "email", M_field_required, ARG_M("field", M_sign_email));
		p->status = err_http(ERR_INVALID);
		return ask_page(cx, r, p, email);
	}
	if (!rate_try(RATE_RESET_ADDRESS, r->remote, cx->now_ms, &wait_s)) {
		too_many(cx, p, wait_s);
		return ask_page(cx, r, p, email);
	}
	/* Too many for one account: no further mail, and the same answer. */
	if (rate_try(RATE_RESET_ACCOUNT, account_key(cx, email), cx->now_ms, NULL)) TRY(account_ask_reset_later(cx, email));
	return asked_page(cx, r, p, email);
}

/* --- a link --- */

static enum err over_page(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, M_sign_link_over)};
	cx_clear_problems(cx);
	p->status = err_http(ERR_EXPIRED);
	struct html *h = page_begin(cx, r, p, &page);
	struct act act = {.text = tr(cx, M_sign_link_again), .href = STR("/password"), .primary = true};
	html_lit(h, "<div class=\"sheet stack-s\"><p>");
	html_tr(cx, h, M_sign_link_over_text);
	html_lit(h, "</p>");
	part_act(h, &act, STR_NONE);
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

static enum err link_page(struct cx *cx, const struct request *r, struct reply *p, const struct account *a)
{
	struct page page = {.shell = SHELL_GATE, .title = tr(cx, a->has_password ? M_sign_new_password : M_sign_first_password)};
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	html_lit(h, "<div class=\"sheet\"><form method=\"post\"");
	html_url(h, "action", r->path);
	html_lit(h, ">");
	part_hidden(h, "csrf", csrf_token(cx, r, p));
	html_control(
	    cx, h,
	    &(struct control){
		.name = "email", .type = "email", .label = M_sign_email, .value = a->email, .autocomplete = "username", .readonly = true});
	html_control(cx, h,
	             &(struct control){.name = "password",
	                               .type = "password",
	                               .label = M_sign_password_new,
	                               .help = M_sign_password_help,
	                               .autocomplete = "new-password",
	                               .max = 256,
	                               .required = true});
	html_lit(h, "<button class=\"btn p\">");
	html_tr(cx, h, M_sign_set_act);
	html_lit(h, "</button></form></div>\n");
	return page_end(cx, r, p, &page);
}

/* The address holds the secret: its path must not travel on with the next request, not even to this site. (no-referrer would
 * also make browsers send "Origin: null" with the form, which is refused as forged.) */
static void keep_secret(struct cx *cx, struct reply *p) { reply_header(cx, p, "Referrer-Policy", STR("strict-origin")); }

static enum err link_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	keep_secret(cx, p);
	enum err err = account_token_peek(cx, request_route(r, "token"), &a);
	if (err == ERR_EXPIRED) return over_page(cx, r, p);
	return err != OK ? err : link_page(cx, r, p, &a);
}

static enum err link_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	struct uuid account;
	struct str token = request_route(r, "token");
	keep_secret(cx, p);
	enum err err = account_set_password(cx, token, request_form(r, "password"), &account);
	if (err == ERR_EXPIRED) return over_page(cx, r, p);
	if (err == ERR_INVALID) {
		TRY(account_token_peek(cx, token, &a));
		p->status = err_http(ERR_INVALID);
		return link_page(cx, r, p, &a);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, M_sign_set_done), STR_NONE);
	return reply_redirect(cx, p, STR("/sign-in"));
}

const struct route sign_in_routes[] = {
    {HTTP_GET, "/sign-in", sign_in_get, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/sign-in", sign_in_post, ROUTE_PUBLIC | ROUTE_SLOW, NULL},
    {HTTP_POST, "/sign-out", sign_out_post, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/school", school_get, 0, NULL},
    {HTTP_POST, "/school", school_post, 0, NULL},
    {HTTP_GET, "/password", ask_get, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/password", ask_post, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/password/{token}", link_get, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/password/{token}", link_post, ROUTE_PUBLIC | ROUTE_SLOW, NULL},
    {0},
};
