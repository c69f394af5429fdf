/* Mails: what left, what waits, and what a person decides. Secrets of links are shown only where no mail server takes them. */
#include "office/desk/desk.h"
#include "office/desk/pages.h"
#include "office/people/roles.h"
#include "platform/assets/icons.h"
#include "platform/entity/actor.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

enum { LISTED = 200 };

static const struct {
	const char *code;
	int label, icon;
	enum tone tone;
} states[] = {
    {"unsure", M_mails_unsure, ICON_circle_question_mark, TONE_WAIT},
    {"failed", M_mails_failed, ICON_triangle_alert, TONE_STOP},
    {"kept", M_mails_kept, ICON_mail, TONE_PLAIN},
    {"queued", M_mails_queued, ICON_clock, TONE_PLAIN},
    {"sending", M_mails_sending, ICON_send, TONE_PLAIN},
    {"sent", M_mails_sent, ICON_check, TONE_OK},
};

static enum err may_see(struct cx *cx)
{
	return actor_everywhere(cx, ROLE_ADMIN | ROLE_OFFICE) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied);
}

static void state_part(struct cx *cx, struct html *h, struct str code)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (str_is(code, states[i].code)) part_state(h, states[i].tone, states[i].icon, tr_args(cx, states[i].label, NULL));
}

static struct str kind_text(struct cx *cx, struct str kind)
{
	int msg = msg_find(str_fmt(cx->arena, "mails_kind_%.*s", STR_ARG(kind)));
	return msg ? tr_args(cx, msg, NULL) : kind;
}

static void chip(struct cx *cx, struct html *h, struct str href, struct str text, int64_t n, bool on)
{
	html_lit(h, "<a");
	html_url(h, "href", href);
	if (on) html_lit(h, " aria-current=\"page\"");
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "<span class=\"n\">");
	html_number(cx, h, n);
	html_lit(h, "</span></a>");
}

static void state_tabs(struct cx *cx, struct html *h, struct str state, const int64_t *counts)
{
	int64_t all = 0;
	for (int i = 0; i < OUTBOX_STATES; i++)
		all += counts[i];
	html_lit(h, "<nav class=\"views\"");
	html_attr(h, "aria-label", tr(cx, M_mails_by_state));
	html_lit(h, ">");
	chip(cx, h, STR("/mails"), tr(cx, M_page_view_all), all, str_blank(state));
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (counts[i] || str_is(state, states[i].code))
			chip(cx, h, str_fmt(cx->arena, "/mails?state=%s", states[i].code), tr_args(cx, states[i].label, NULL), counts[i],
			     str_is(state, states[i].code));
	html_lit(h, "</nav>\n");
}

static struct str mail_path(struct cx *cx, struct uuid id, const char *after)
{
	return str_fmt(cx->arena, "/mails/%.*s%s", STR_ARG(uuid_text(cx->arena, id)), after);
}

static void mail_row(struct cx *cx, struct html *h, const struct outbox_line *m)
{
	html_lit(h, "<tr><td><a class=\"t\"");
	html_url(h, "href", mail_path(cx, m->id, ""));
	html_lit(h, ">");
	html_text(h, m->subject);
	html_lit(h, "</a><span class=\"u\">");
	html_text(h, m->recipient);
	html_lit(h, "</span></td><td>");
	state_part(cx, h, m->state);
	html_lit(h, "</td>");
	html_cell(h, "c2", kind_text(cx, m->kind));
	html_cell(h, "c2 muted", ago_text(cx, m->created_ms));
	html_lit(h, "</tr>\n");
}

static enum err mails_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct outbox_line *list;
	size_t len;
	int64_t counts[OUTBOX_STATES];
	struct str state = request_query(r, "state");
	bool known = false;
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		known |= str_is(state, states[i].code);
	if (!known) state = STR_NONE;
	TRY(may_see(cx));
	TRY(outbox_counts(cx, counts));
	TRY(outbox_list(cx, state, LISTED, &list, &len));
	struct page page = {.title = tr(cx, M_mails_title), .lede = tr(cx, desk_config()->demo ? M_mails_lede_demo : M_mails_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	state_tabs(cx, h, state, counts);
	if (!len) part_empty(h, ICON_mail, tr(cx, M_mails_none), NULL, STR_NONE);
	static const int labels[] = {M_mails_subject, M_mails_state, M_mails_kind, M_mails_written};
	static const char *const classes[] = {NULL, NULL, "c2", "c2"};
	if (len) html_table_begin(cx, h, page.title, labels, classes, 4);
	for (size_t i = 0; i < len; i++)
		mail_row(cx, h, &list[i]);
	if (len) html_table_end(h);
	if (len == LISTED) html_note(h, TONE_PLAIN, ICON_info, tr(cx, M_mails_newest, ARG_N("n", LISTED)));
	return page_end(cx, r, p, &page);
}

/* The text with its links: only in the demonstration, and for an administrator where no server takes mails. */
static struct str body_shown(struct cx *cx, const struct outbox_line *m)
{
	bool whole = str_is(m->state, "kept") && (desk_config()->demo || actor_everywhere(cx, ROLE_ADMIN));
	return whole ? m->body : outbox_without_secrets(cx, m->body);
}

static void linked(struct html *h, struct str word)
{
	if (!str_starts(word, STR("https://")) && !str_starts(word, STR("http://"))) {
		html_text(h, word);
		return;
	}
	html_lit(h, "<a");
	html_url(h, "href", word);
	html_lit(h, ">");
	html_text(h, word);
	html_lit(h, "</a>");
}

static void letter(struct html *h, struct str body)
{
	html_lit(h, "<div class=\"sheet pad letter\">");
	for (size_t i = 0; i < body.len;) {
		size_t end = i;
		while (end < body.len && body.ptr[end] != '\n' && body.ptr[end] != ' ')
			end++;
		linked(h, str_sub(body, i, end - i));
		if (end < body.len && body.ptr[end] == '\n')
			html_lit(h, "<br>");
		else if (end < body.len)
			html_lit(h, " ");
		i = end + 1;
	}
	html_lit(h, "</div>\n");
}

static void decision(struct cx *cx, struct html *h, const struct outbox_line *m, struct str token)
{
	bool unsure = str_is(m->state, "unsure");
	if (!unsure && !str_is(m->state, "failed")) return;
	html_note(h, unsure ? TONE_WAIT : TONE_STOP, ICON_triangle_alert, tr(cx, unsure ? M_mails_unsure_why : M_mails_failed_why));
	html_lit(h, "<div class=\"row\">");
	part_act(
	    h,
	    &(struct act){
		.text = tr(cx, M_mails_again), .href = mail_path(cx, m->id, "/again"), .icon = ICON_send, .post = true, .primary = true},
	    token);
	part_act(h,
	         &(struct act){.text = tr(cx, unsure ? M_mails_arrived : M_mails_leave),
	                       .href = mail_path(cx, m->id, "/settled"),
	                       .icon = ICON_check,
	                       .post = true},
	         token);
	html_lit(h, "</div>");
}

static void facts(struct cx *cx, struct html *h, const struct outbox_line *m)
{
	part_facts_begin(h);
	part_fact_begin(h, tr(cx, M_mails_state));
	state_part(cx, h, m->state);
	part_fact_end(h);
	part_fact(h, tr(cx, M_mails_to), m->recipient, STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_mails_kind), kind_text(cx, m->kind), STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_mails_written), instant_text(cx, m->created_ms, cx->zone), STR_NONE, STR_NONE);
	if (m->ended_ms != UNKNOWN) part_fact(h, tr(cx, M_mails_ended), instant_text(cx, m->ended_ms, cx->zone), STR_NONE, STR_NONE);
	if (!str_blank(m->error)) part_fact(h, tr(cx, M_mails_error), m->error, STR_NONE, STR_NONE);
	part_facts_end(h);
}

static enum err mail_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct outbox_line m;
	TRY(may_see(cx));
	TRY(request_route_id(cx, r, "id", &id));
	TRY(outbox_load(cx, id, &m));
	struct crumb crumb = {tr(cx, M_mails_title), STR("/mails")};
	struct page page = {.title = m.subject, .crumbs = &crumb, .crumbs_len = 1};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"cols\"><div class=\"stack-s\">");
	decision(cx, h, &m, csrf_token(cx, r, p));
	letter(h, body_shown(cx, &m));
	html_lit(h, "</div><div class=\"stack\">");
	facts(cx, h, &m);
	html_lit(h, "</div></div>");
	return page_end(cx, r, p, &page);
}

static enum err decide_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	bool again = str_ends(r->path, STR("/again"));
	TRY(may_see(cx));
	TRY(request_route_id(cx, r, "id", &id));
	TRY(outbox_decide(cx, id, again));
	flash_set(cx, r, p, tr(cx, again ? M_mails_again_done : M_mails_settled_done), STR_NONE);
	return reply_redirect(cx, p, mail_path(cx, id, ""));
}

const struct route mail_routes[] = {
    {HTTP_GET, "/mails", mails_get, 0, NULL},
    {HTTP_GET, "/mails/{id}", mail_get, 0, NULL},
    {HTTP_POST, "/mails/{id}/again", decide_post, 0, NULL},
    {HTTP_POST, "/mails/{id}/settled", decide_post, 0, NULL},
    {0},
};
