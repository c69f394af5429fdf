/* One's own account, and the accounts of a school. */
#include "office/people/pages.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/pages.h"
#include "platform/web/widgets/shell.h"

enum { YEAR_S = 365 * 24 * 3600, TOKEN_DAYS = 90 };

static struct str roles_text(struct cx *cx, uint64_t roles)
{
	struct sb b;
	sb_init(&b, cx->arena, 2048);
	for (size_t i = 0; all_roles[i]; i++) {
		if (!(roles & all_roles[i])) continue;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, tr_args(cx, role_label(all_roles[i]), NULL));
	}
	return sb_str(&b);
}

/* --- one's own --- */

static void own_facts(struct cx *cx, struct html *h)
{
	html_lit(h, "<div class=\"sheet pad\">");
	part_facts_begin(h);
	part_fact(h, tr(cx, M_own_name), cx->actor->name, STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_sign_email), cx->actor->email, STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_own_roles), roles_text(cx, cx->actor->roles), STR_NONE, tr(cx, M_own_roles_note));
	part_facts_end(h);
	html_lit(h, "</div>");
}

static void own_language(struct cx *cx, struct html *h, struct str token)
{
	html_section_begin(h, "lang", tr(cx, M_own_language), STR_NONE,
	                   &(struct act){.text = tr(cx, M_own_display), .href = STR("/preferences")}, token);
	html_form_begin(h, STR("/account/language"), token);
	html_lit(h, "<fieldset><legend class=\"vh\">");
	html_tr(cx, h, M_own_language);
	html_lit(h, "</legend>");
	for (enum lang l = 0; l < LANG_COUNT; l++) {
		html_lit(h, "<label class=\"pick\"><input type=\"radio\" name=\"lang\"");
		html_attr(h, "value", str_of(lang_code(l)));
		html_flag(h, "checked", l == cx->lang);
		html_lit(h, "><span");
		html_attr(h, "lang", str_of(lang_code(l)));
		html_lit(h, ">");
		html_tr(cx, h, l == LANG_FR ? M_lang_fr : M_lang_en);
		html_lit(h, "</span></label>");
	}
	html_lit(h, "</fieldset><p class=\"form-acts\"><button class=\"btn\">");
	html_tr(cx, h, M_page_save);
	html_lit(h, "</button></p></form>");
	html_section_end(h);
}

static void own_password(struct cx *cx, struct html *h, struct str token)
{
	html_section_begin(h, "pw", tr(cx, M_own_password), STR_NONE, NULL, STR_NONE);
	html_form_begin(h, STR("/account/password"), token);
	html_control(cx, h,
	             &(struct control){.name = "old",
	                               .type = "password",
	                               .label = M_own_password_old,
	                               .autocomplete = "current-password",
	                               .max = 256,
	                               .required = true});
	html_control(cx, h,
	             &(struct control){.name = "password",
	                               .type = "password",
	                               .label = M_sign_password_new,
	                               .help = M_own_password_help,
	                               .autocomplete = "new-password",
	                               .max = 256,
	                               .required = true});
	html_lit(h, "<p class=\"form-acts\"><button class=\"btn\">");
	html_tr(cx, h, M_own_password_act);
	html_lit(h, "</button></p></form>");
	html_section_end(h);
}

static enum err own_tokens(struct cx *cx, struct html *h, struct str csrf, struct str fresh)
{
	struct api_tokens tokens;
	TRY(account_api_tokens(cx, &tokens));
	html_section_begin(h, "api", tr(cx, M_own_token), STR_NONE, NULL, STR_NONE);
	if (str_present(fresh)) {
		html_lit(h, "<div class=\"note ok\">");
		part_icon(h, ICON_key, true);
		html_lit(h, "<div class=\"stack-s\"><p>");
		html_tr(cx, h, M_own_token_once, ARG_N("n", TOKEN_DAYS));
		html_lit(h, "</p><p><code data-copy-from>");
		html_text(h, fresh);
		html_lit(h, "</code> <button class=\"btn tight\" type=\"button\"");
		html_attr(h, "data-copy", fresh);
		html_attr(h, "data-copied", tr(cx, M_own_token_copied));
		html_lit(h, ">");
		part_icon(h, ICON_copy, true);
		html_tr(cx, h, M_own_token_copy);
		html_lit(h, "</button></p></div></div>");
	}
	html_lit(h, "<p class=\"soft mt-s\">");
	if (tokens.count)
		html_tr(cx, h, M_own_token_have, ARG_N("n", tokens.count),
		        ARG_S("date", instant_text(cx, tokens.last_expires_ms, cx->zone)));
	else
		html_tr(cx, h, M_own_token_none);
	html_lit(h, "</p><div class=\"row mt-s\">");
	part_act(h, &(struct act){.text = tr(cx, M_own_token_make), .href = STR("/account/token"), .post = true}, csrf);
	if (tokens.count)
		part_act(h, &(struct act){.text = tr(cx, M_own_token_end), .href = STR("/account/token/end"), .post = true, .quiet = true},
		         csrf);
	html_lit(h, "</div>");
	html_section_end(h);
	return OK;
}

static enum err need_account(struct cx *cx)
{
	return cx->actor && !uuid_none(cx->actor->account) ? OK : fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
}

static enum err own_page(struct cx *cx, const struct request *r, struct reply *p, struct str fresh)
{
	struct page page = {.title = tr(cx, M_page_account), .lede = tr(cx, M_own_lede)};
	int64_t *schools;
	size_t len;
	TRY(need_account(cx));
	TRY(account_schools(cx, cx->actor->account, &schools, &len));
	const struct act acts[] = {{.text = tr(cx, M_nav_my_data), .href = STR(OWN_DATA_PATH), .icon = ICON_shield_check},
	                           {.text = tr(cx, M_own_other_school), .href = STR("/school"), .icon = ICON_school}};
	page.acts = acts;
	page.acts_len = len > 1 ? 2 : 1;
	struct html *h = page_begin(cx, r, p, &page);
	struct str token = csrf_token(cx, r, p);
	html_form_errors(cx, h, NULL);
	if (str_is(request_query(r, "password"), "changed")) html_note(h, TONE_OK, ICON_circle_check, tr(cx, M_own_password_done));
	html_lit(h, "<div class=\"stack mt-s\">");
	own_facts(cx, h);
	own_language(cx, h, token);
	own_password(cx, h, token);
	enum err err = own_tokens(cx, h, token, fresh);
	html_lit(h, "</div>");
	TRY(err);
	return page_end(cx, r, p, &page);
}

static enum err own_get(struct cx *cx, const struct request *r, struct reply *p) { return own_page(cx, r, p, STR_NONE); }

static enum err language_post(struct cx *cx, const struct request *r, struct reply *p)
{
	enum lang lang;
	TRY(need_account(cx));
	if (!lang_parse(request_form(r, "lang"), &lang)) return fail(cx, ERR_INVALID, "lang", M_error_invalid);
	TRY(account_set_lang(cx, lang));
	TRY(session_set_lang(cx, r, lang));
	reply_cookie(cx, p, r, "lang", str_of(lang_code(lang)), YEAR_S);
	cx->lang = lang;
	flash_set(cx, r, p, tr(cx, M_page_saved), STR_NONE);
	return reply_redirect(cx, p, STR("/account"));
}

/* Every session ends; the one that asked begins anew. */
static enum err password_post(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(need_account(cx));
	enum err err = account_change_password(cx, request_form(r, "old"), request_form(r, "password"));
	if (err == ERR_INVALID) {
		p->status = err_http(err);
		return own_page(cx, r, p, STR_NONE);
	}
	TRY(err);
	TRY(session_sign_in(cx, r, p, cx->actor->account, cx->tenant, cx->lang));
	return reply_redirect(cx, p, STR("/account?password=changed"));
}

static enum err token_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str text;
	TRY(need_account(cx));
	TRY(account_api_token(cx, cx->actor->account, TOKEN_DAYS, &text));
	return own_page(cx, r, p, text);
}

static enum err token_end_post(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(need_account(cx));
	TRY(account_end_api_tokens(cx));
	flash_set(cx, r, p, tr(cx, M_own_token_ended), STR_NONE);
	return reply_redirect(cx, p, STR("/account"));
}

/* --- of the school --- */

static enum err units(struct cx *cx, void *arg)
{
	struct list_page *page = arg;
	struct list_query q;
	const struct pair pairs[] = {{STR("size"), STR("1000")}, {STR("sort"), STR("name")}};
	TRY(list_query_parse(cx, &unit_entity, (struct pairs){pairs, 2}, &q));
	return list_run(cx, &q, page);
}

static enum err unit_control(struct cx *cx, struct html *h, struct uuid current)
{
	struct list_page page = {0};
	TRY(db_tx(cx, DB_READ, units, &page));
	struct control_option *options = ARENA_ARRAY(cx->arena, struct control_option, page.len + 1);
	options[0] = (struct control_option){STR(""), tr(cx, M_accounts_whole_school), uuid_none(current)};
	for (size_t i = 0; i < page.len; i++) {
		const struct unit *u = page.rows[i];
		options[i + 1] = (struct control_option){uuid_text(cx->arena, u->row.id), u->name, uuid_eq(u->row.id, current)};
	}
	html_control_select(cx, h, &(struct control){.name = "unit", .label = M_accounts_unit, .help = M_accounts_unit_help}, options,
	                    page.len + 1);
	return OK;
}

static void role_ticks(struct cx *cx, struct html *h, uint64_t roles)
{
	static const int helps[] = {M_accounts_role_admin,   M_accounts_role_office,   M_accounts_role_head,  M_accounts_role_teacher,
	                            M_accounts_role_student, M_accounts_role_director, M_accounts_role_social};
	html_lit(h, "<fieldset class=\"stack-s\" id=\"f-roles\"><legend>");
	html_tr(cx, h, M_own_roles);
	html_lit(h, "</legend>");
	for (size_t i = 0; all_roles[i]; i++)
		html_control_tick(cx, h, "role", tr_args(cx, role_label(all_roles[i]), NULL), tr_args(cx, helps[i], NULL),
		                  str_of(role_code(all_roles[i])), roles & all_roles[i]);
	html_field_error(cx, h, STR("roles"));
	html_lit(h, "</fieldset>\n");
}

static uint64_t roles_sent(const struct request *r)
{
	uint64_t roles = 0;
	for (size_t i = 0; i < r->form.len; i++)
		if (str_is(r->form.ptr[i].name, "role")) roles |= role_bit(r->form.ptr[i].value);
	return roles;
}

/* ERR_INVALID for an id that is no unit of this school. */
static enum err unit_sent(struct cx *cx, const struct request *r, struct uuid *unit)
{
	struct str text = request_form(r, "unit");
	struct list_page page = {0};
	*unit = UUID_NONE;
	if (str_blank(text)) return OK;
	TRY(db_tx(cx, DB_READ, units, &page));
	if (uuid_parse(text, unit))
		for (size_t i = 0; i < page.len; i++)
			if (uuid_eq(((const struct row *)page.rows[i])->id, *unit)) return OK;
	return fail(cx, ERR_INVALID, "unit", M_error_not_found);
}

static void state_cell(struct cx *cx, struct html *h, const struct account *a)
{
	if (a->disabled_ms != UNKNOWN)
		part_state(h, TONE_STOP, ICON_ban, tr(cx, M_accounts_disabled));
	else if (!a->has_password)
		part_state(h, TONE_WAIT, ICON_hourglass, tr(cx, M_accounts_invited));
	else
		part_state(h, TONE_OK, ICON_check, tr(cx, M_accounts_open));
}

static struct str account_path(struct cx *cx, struct uuid id, const char *after)
{
	return str_fmt(cx->arena, "/accounts/%.*s%s", STR_ARG(uuid_text(cx->arena, id)), after);
}

static void account_row(struct cx *cx, struct html *h, const struct account *a)
{
	html_lit(h, "<tr><td><a class=\"t\"");
	html_url(h, "href", account_path(cx, a->id, ""));
	html_lit(h, ">");
	html_text(h, a->name);
	html_lit(h, "</a><span class=\"u\">");
	html_text(h, a->email);
	html_lit(h, "</span></td>");
	html_cell(h, NULL, roles_text(cx, a->roles));
	html_lit(h, "<td>");
	state_cell(cx, h, a);
	html_lit(h, "</td>");
	html_cell(h, "c2 muted", a->signed_in_ms == UNKNOWN ? tr(cx, M_accounts_never) : ago_text(cx, a->signed_in_ms));
	html_lit(h, "</tr>\n");
}

static enum err accounts_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account *list;
	size_t len;
	TRY(account_list(cx, &list, &len));
	struct act invite = {.text = tr(cx, M_accounts_invite), .href = STR("/accounts/new"), .icon = ICON_user_plus, .primary = true};
	struct page page = {.title = tr(cx, M_accounts_title), .lede = tr(cx, M_accounts_lede), .acts = &invite, .acts_len = 1};
	struct html *h = page_begin(cx, r, p, &page);
	static const int labels[] = {M_accounts_who, M_own_roles, M_accounts_state, M_accounts_last};
	static const char *const classes[] = {NULL, NULL, NULL, "c2"};
	html_lit(h, "<p class=\"cnt sm soft\">");
	html_tr(cx, h, M_accounts_count, ARG_N("n", (int64_t)len));
	html_lit(h, "</p>");
	html_table_begin(cx, h, tr(cx, M_accounts_title), labels, classes, 4);
	for (size_t i = 0; i < len; i++)
		account_row(cx, h, &list[i]);
	html_table_end(h);
	return page_end(cx, r, p, &page);
}

static const struct crumb *accounts_crumb(struct cx *cx)
{
	struct crumb *c = ARENA_NEW(cx->arena, struct crumb);
	*c = (struct crumb){tr(cx, M_accounts_title), STR("/accounts")};
	return c;
}

static enum err invite_page(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {
	    .title = tr(cx, M_accounts_invite), .lede = tr(cx, M_accounts_invite_lede), .crumbs = accounts_crumb(cx), .crumbs_len = 1};
	struct uuid unit = UUID_NONE;
	if (!actor_everywhere(cx, ROLE_ADMIN)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	(void)!uuid_parse(request_form(r, "unit"), &unit);
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	html_form_begin(h, STR("/accounts"), csrf_token(cx, r, p));
	html_control(cx, h, &(struct control){.name = "name", .label = M_own_name, .value = request_form(r, "name"), .required = true});
	html_control(cx, h,
	             &(struct control){
			 .name = "email", .type = "email", .label = M_sign_email, .value = request_form(r, "email"), .required = true});
	struct str lang = request_form(r, "lang");
	const struct control_option langs[] = {{STR("fr"), tr(cx, M_lang_fr), !str_is(lang, "en")},
	                                       {STR("en"), tr(cx, M_lang_en), str_is(lang, "en")}};
	html_control_select(cx, h, &(struct control){.name = "lang", .label = M_accounts_lang}, langs, 2);
	role_ticks(cx, h, roles_sent(r));
	TRY(unit_control(cx, h, unit));
	html_form_end(cx, h, M_accounts_invite_act, STR("/accounts"));
	return page_end(cx, r, p, &page);
}

static enum err read_invitation(struct cx *cx, const struct request *r, struct account_invitation *i)
{
	*i = (struct account_invitation){
	    .email = str_trim(request_form(r, "email")), .name = str_trim(request_form(r, "name")), .roles = roles_sent(r)};
	if (!lang_parse(request_form(r, "lang"), &i->lang)) i->lang = LANG_FR;
	if (str_blank(i->name)) return fail(cx, ERR_INVALID, "name", M_field_required, ARG_M("field", M_own_name));
	return unit_sent(cx, r, &i->unit);
}

static enum err invite_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account_invitation i;
	struct uuid account;
	enum err err = read_invitation(cx, r, &i);
	if (err == OK) err = account_invite(cx, &i, &account);
	if (err == ERR_INVALID) {
		p->status = err_http(err);
		return invite_page(cx, r, p);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, M_accounts_invite_done, ARG_S("email", i.email)), STR_NONE);
	return reply_redirect(cx, p, STR("/accounts"));
}

static enum err find_account(struct cx *cx, const struct request *r, struct account *out)
{
	struct account *list;
	struct uuid id;
	size_t len;
	TRY(account_list(cx, &list, &len));
	TRY(request_route_id(cx, r, "id", &id));
	for (size_t i = 0; i < len; i++)
		if (uuid_eq(list[i].id, id)) {
			*out = list[i];
			return OK;
		}
	return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

static enum err account_page(struct cx *cx, const struct request *r, struct reply *p, const struct account *a, uint64_t roles,
                             struct uuid unit)
{
	bool off = a->disabled_ms != UNKNOWN;
	const struct tag_text tag = {off ? tr(cx, M_accounts_disabled) : tr(cx, M_accounts_invited), off ? TONE_STOP : TONE_WAIT};
	struct act acts[2];
	size_t n = 0;
	if (!a->has_password && !off)
		acts[n++] = (struct act){
		    .text = tr(cx, M_accounts_again), .href = account_path(cx, a->id, "/invite"), .icon = ICON_send, .post = true};
	acts[n++] = (struct act){.text = tr(cx, off ? M_accounts_enable : M_accounts_disable),
	                         .href = account_path(cx, a->id, off ? "/enable" : "/disable"),
	                         .icon = off ? ICON_user_check : ICON_ban,
	                         .post = true};
	struct page page = {.title = a->name,
	                    .lede = a->email,
	                    .crumbs = accounts_crumb(cx),
	                    .crumbs_len = 1,
	                    .tags = &tag,
	                    .tags_len = off || !a->has_password,
	                    .acts = acts,
	                    .acts_len = n};
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	html_form_begin(h, account_path(cx, a->id, ""), csrf_token(cx, r, p));
	role_ticks(cx, h, roles);
	TRY(unit_control(cx, h, unit));
	html_lit(h, "<p class=\"sm muted\">");
	html_tr(cx, h, M_accounts_roles_note);
	html_lit(h, "</p>");
	html_form_end(cx, h, M_accounts_roles_act, STR("/accounts"));
	return page_end(cx, r, p, &page);
}

static enum err account_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	TRY(find_account(cx, r, &a));
	return account_page(cx, r, p, &a, a.roles, a.unit);
}

/* A refusal is shown on the page it belongs to; done: a sentence, and the page once more. */
static enum err account_answer(struct cx *cx, const struct request *r, struct reply *p, const struct account *a, enum err err, int done)
{
	if (err == ERR_INVALID || err == ERR_REFUSED) {
		p->status = err_http(err);
		return account_page(cx, r, p, a, r->form.len > 1 ? roles_sent(r) : a->roles, a->unit);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, done, ARG_S("name", a->name)), STR_NONE);
	return reply_redirect(cx, p, account_path(cx, a->id, ""));
}

static enum err roles_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	struct uuid unit;
	TRY(find_account(cx, r, &a));
	enum err err = unit_sent(cx, r, &unit);
	if (err == OK) err = account_set_roles(cx, a.id, roles_sent(r), unit);
	return account_answer(cx, r, p, &a, err, M_accounts_roles_done);
}

static enum err disable_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	TRY(find_account(cx, r, &a));
	return account_answer(cx, r, p, &a, account_disable(cx, a.id, true), M_accounts_disable_done);
}

static enum err enable_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	TRY(find_account(cx, r, &a));
	return account_answer(cx, r, p, &a, account_disable(cx, a.id, false), M_accounts_enable_done);
}

static enum err again_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct account a;
	TRY(find_account(cx, r, &a));
	return account_answer(cx, r, p, &a, account_invite_again(cx, a.id), M_accounts_again_done);
}

const struct route account_routes[] = {
    {HTTP_GET, "/account", own_get, 0, NULL},
    {HTTP_POST, "/account/language", language_post, 0, NULL},
    {HTTP_POST, "/account/password", password_post, ROUTE_SLOW, NULL},
    {HTTP_POST, "/account/token", token_post, 0, NULL},
    {HTTP_POST, "/account/token/end", token_end_post, 0, NULL},
    {HTTP_GET, "/accounts", accounts_get, 0, NULL},
    {HTTP_GET, "/accounts/new", invite_page, 0, NULL},
    {HTTP_POST, "/accounts", invite_post, 0, NULL},
    {HTTP_GET, "/accounts/{id}", account_get, 0, NULL},
    {HTTP_POST, "/accounts/{id}", roles_post, 0, NULL},
    {HTTP_POST, "/accounts/{id}/disable", disable_post, 0, NULL},
    {HTTP_POST, "/accounts/{id}/enable", enable_post, 0, NULL},
    {HTTP_POST, "/accounts/{id}/invite", again_post, 0, NULL},
    {0},
};
const struct job_kind *const account_jobs[] = {&account_reset_job, NULL};
