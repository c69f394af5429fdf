/* Publication: every mail before it leaves, one act, ten minutes to take it back. Then the answers, seat by seat, and who waits. */
#include "office/campaigns/pages_publish.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "publish.tpl.h"

void publish_steps(struct cx *cx, struct html *h, const struct campaign_view *v) { campaign_steps(cx, h, v); }
void publish_errors(struct cx *cx, struct html *h, const struct publish_page *p) { html_form_errors(cx, h, NULL); }

enum { ROWS_SHOWN = 50 };

static void fill_mails(struct cx *cx, const struct request *r, struct publish_page *p, const struct mail_preview *m)
{
	struct sb b;
	p->pages = pager_of(cx, r, p->action, "page", m->len, ROWS_SHOWN);
	p->mails.ptr = ARENA_ARRAY(cx->arena, struct mail_row, m->len + 1);
	for (size_t i = p->pages->from; i < p->pages->to; i++)
		p->mails.ptr[p->mails.len++] =
		    (struct mail_row){m->mails[i].name, m->mails[i].recipient, m->mails[i].subject, m->mails[i].body};
	p->digest = m->digest;
	p->label = tr(cx, M_publish_confirm, ARG_N("n", (int64_t)m->len));
	sb_init(&b, cx->arena, 16 * 1024);
	for (size_t i = 0; i < m->nwithout; i++) {
		if (i) SB_LIT(&b, ", ");
		sb_add(&b, m->without_address[i]);
	}
	if (m->nwithout) p->skipped = tr(cx, M_publish_skipped, ARG_N("n", (int64_t)m->nwithout), ARG_S("names", sb_str(&b)));
}

static enum err publish_show(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct mail_preview mails;
	TRY(campaign_of_request(cx, r, &v));
	const struct campaign *c = v.campaign;
	struct publish_page p = {.view = &v,
	                         .token = csrf_token(cx, r, rep),
	                         .action = campaign_path(cx, c->row.id, "/publish"),
	                         .back = campaign_path(cx, c->row.id, "/allocate"),
	                         .undo_action = campaign_path(cx, c->row.id, "/publish/undo"),
	                         .office = is_office(cx)};
	struct page page = {.title = tr(cx, M_alloc_publish, ARG_N("n", v.placed))};
	if (c->published_ms != UNKNOWN) {
		page.title = tr(cx, M_camp_step_publication);
		p.published = tr(cx, M_publish_done_on, ARG_S("date", instant_text(cx, c->published_ms, c->zone)));
		p.may_undo = c->published_ms + CAMPAIGN_UNDO_MS > cx->now_ms;
	} else if (v.state.stage == STAGE_ALLOCATED) {
		TRY(campaign_publish_preview(cx, c->row.id, &mails));
		fill_mails(cx, r, &p, &mails);
		p.may_publish = p.office;
		page.lede = tr(cx, M_publish_lede, ARG_N("n", (int64_t)mails.len), ARG_N("placed", v.placed),
		               ARG_N("others", (int64_t)mails.len > v.placed ? (int64_t)mails.len - v.placed : 0));
	} else {
		page.title = tr(cx, M_camp_step_publication);
		p.not_yet = tr(cx, M_campaign_not_allocated);
	}
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_publish_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err publish_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	int64_t mails;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = campaign_publish(cx, id, request_form(r, "digest"), &mails);
	if (err == ERR_STALE || err == ERR_REFUSED) {
		rep->status = err_http(err);
		return publish_show(cx, r, rep);
	}
	TRY(err);
	flash_set(cx, r, rep, tr(cx, M_publish_done, ARG_N("n", mails)), campaign_path(cx, id, "/publish/undo"));
	return reply_redirect(cx, rep, campaign_path(cx, id, "/answers"));
}

static enum err undo_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = campaign_undo_publication(cx, id);
	if (err == ERR_REFUSED) {
		rep->status = err_http(err);
		return publish_show(cx, r, rep);
	}
	TRY(err);
	flash_set(cx, r, rep, tr(cx, M_publish_undone), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, "/allocate"));
}

/* --- answers --- */

void answer_state(struct cx *cx, struct html *h, const struct answer_row *row) { part_state(h, row->tone, row->icon, row->state); }

void answer_figures(struct cx *cx, struct html *h, const struct campaign_view *v)
{
	struct uuid id = v->campaign->row.id;
	struct str of = str_fmt(cx->arena, "/ %.*s", STR_ARG(number_text(cx, v->placed)));
	const char *base = "/placements?filter=campaign:%.*s&filter=answer:%s";
	struct str id_z = id_text(cx, id);
	part_figures_begin(h, true);
	part_figure(h, str_fmt(cx->arena, base, STR_ARG(id_z), "accepted"), number_text(cx, v->accepted), of,
	            tr(cx, M_camp_fig_accepted, ARG_N("n", v->accepted)));
	part_figure(h, str_fmt(cx->arena, base, STR_ARG(id_z), "declined"), number_text(cx, v->declined), of,
	            tr(cx, M_answers_fig_declined, ARG_N("n", v->declined)));
	part_figure(h, str_fmt(cx->arena, base, STR_ARG(id_z), "expired"), number_text(cx, v->expired), of,
	            tr(cx, M_answers_fig_expired, ARG_N("n", v->expired)));
	part_figure(h, STR("#waiting"), number_text(cx, v->unplaced), STR_NONE, tr(cx, M_camp_fig_waiting, ARG_N("n", v->unplaced)));
	part_figures_end(h);
}

static struct answer_row answer_of(struct cx *cx, const struct campaign *c, const struct answer_line *a, struct str token)
{
	struct str id = id_text(cx, a->placement);
	struct answer_row row = {.href = str_fmt(cx->arena, "/applications/%.*s", STR_ARG(id_text(cx, a->application))),
	                         .name = a->name,
	                         .number = a->number,
	                         .place = opportunity_words(cx, a->place),
	                         .rank = rank_words(cx, a->rank),
	                         .token = token,
	                         .accept_action = str_fmt(cx->arena, "/placements/%.*s/accept", STR_ARG(id)),
	                         .decline_action = str_fmt(cx->arena, "/placements/%.*s/decline", STR_ARG(id))};
	if (!str_blank(a->replaces_name)) row.replaces = tr(cx, M_answers_replaces, ARG_S("name", a->replaces_name));
	if (a->answer == UNKNOWN) {
		row.open = true;
		row.tone = TONE_WAIT;
		row.icon = ICON_hourglass;
		row.state = tr(cx, M_answers_open);
		row.when =
		    a->answer_by_ms == UNKNOWN ? STR("") : tr(cx, M_answers_by, ARG_S("date", instant_text(cx, a->answer_by_ms, c->zone)));
		return row;
	}
	row.tone = a->answer == PLACEMENT_ACCEPTED ? TONE_OK : a->answer == PLACEMENT_EXPIRED ? TONE_STOP : TONE_PLAIN;
	row.icon = a->answer == PLACEMENT_ACCEPTED ? ICON_circle_check : a->answer == PLACEMENT_EXPIRED ? ICON_clock : ICON_x;
	row.state = tr_args(cx, placement_answers[a->answer].label, NULL);
	row.when = a->answered_ms == UNKNOWN ? STR("") : instant_text(cx, a->answered_ms, c->zone);
	return row;
}

/* The waiting list stands last. */
static void fill_answers(struct cx *cx, const struct request *r, struct answers_page *p, const struct answer_line *all, size_t len,
                         struct str token)
{
	const struct campaign *c = p->view->campaign;
	struct str path = campaign_path(cx, c->row.id, "/answers");
	size_t seats = 0, waiting = 0, at = 0;
	while (seats < len && !str_blank(all[seats].place))
		seats++;
	for (size_t i = seats; i < len; i++)
		waiting += all[i].newest;
	p->row_pages = pager_of(cx, r, path, "page", seats, ROWS_SHOWN);
	p->waiting_pages = pager_of(cx, r, path, "waiting", waiting, ROWS_SHOWN);
	p->rows.ptr = ARENA_ARRAY(cx->arena, struct answer_row, ROWS_SHOWN);
	p->waiting.ptr = ARENA_ARRAY(cx->arena, struct answer_row, ROWS_SHOWN);
	for (size_t i = p->row_pages->from; i < p->row_pages->to; i++) {
		struct answer_row *row = &p->rows.ptr[p->rows.len++];
		*row = answer_of(cx, c, &all[i], token);
		row->again = i > p->row_pages->from && str_eq(all[i].place, all[i - 1].place);
	}
	for (size_t i = seats; i < len; i++) {
		if (!all[i].newest) continue;
		if (at >= p->waiting_pages->from && at < p->waiting_pages->to)
			p->waiting.ptr[p->waiting.len++] = answer_of(cx, c, &all[i], token);
		at++;
	}
}

static enum err answers_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct answer_line *all = NULL;
	size_t len = 0;
	TRY(campaign_of_request(cx, r, &v));
	if (v.campaign->published_ms != UNKNOWN) TRY(campaign_answers(cx, v.campaign->row.id, &all, &len));
	struct answers_page p = {.view = &v, .office = is_office(cx)};
	fill_answers(cx, r, &p, all, len, csrf_token(cx, r, rep));
	struct page page = {.title = tr(cx, M_camp_step_answers),
	                    .lede =
	                        v.campaign->answer_by_ms == UNKNOWN
	                            ? STR_NONE
	                            : tr(cx, M_answers_lede, ARG_S("date", instant_text(cx, v.campaign->answer_by_ms, v.campaign->zone)))};
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_answers_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

const struct route publish_routes[] = {{HTTP_GET, "/campaigns/{id}/publish", publish_show, 0, NULL},
                                       {HTTP_POST, "/campaigns/{id}/publish", publish_post, 0, NULL},
                                       {HTTP_POST, "/campaigns/{id}/publish/undo", undo_post, 0, NULL},
                                       {HTTP_GET, "/campaigns/{id}/answers", answers_get, 0, NULL},
                                       {0}};
