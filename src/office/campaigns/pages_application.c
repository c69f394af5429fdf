/* An application after it was sent: receipt, what happens next, then the offer, the waiting list, the reasons, the answer.
 * The student reads her own; staff read the same page. */
#include "office/campaigns/pages_application.h"
#include "application.tpl.h"
#include "base/date.h"
#include "office/people/school.h"
#include "platform/assets/icons.h"
#include "platform/format/ics.h"
#include "platform/i18n/i18n.h"

struct loaded {
	struct receipt receipt;
	const struct my_application *mine; /* NULL: somebody else's, or nothing known */
	struct uuid id;
};

static bool own(const struct cx *cx, const struct application *a)
{
	return cx->actor && !uuid_none(cx->actor->person) && uuid_eq(cx->actor->person, a->person);
}

static enum err load(struct cx *cx, const struct request *r, struct loaded *l)
{
	struct my_application *all;
	size_t len;
	TRY(request_route_id(cx, r, "id", &l->id));
	TRY(application_receipt(cx, l->id, &l->receipt));
	TRY(my_applications(cx, l->receipt.application->person, &all, &len));
	l->mine = NULL;
	for (size_t i = 0; i < len; i++)
		if (uuid_eq(all[i].application->row.id, l->id)) l->mine = &all[i];
	return OK;
}

static struct str path(struct cx *cx, struct uuid id, const char *tail)
{
	return str_fmt(cx->arena, "/applications/%.*s%s", STR_ARG(id_text(cx, id)), tail);
}

/* --- what happens next --- */

static void next_line(struct application_page *p, struct cx *cx, const struct campaign *c, int64_t at_ms, int text)
{
	bool done = at_ms != UNKNOWN && at_ms < cx->now_ms;
	struct str when = at_ms == UNKNOWN ? tr(cx, M_receipt_date_open) : campaign_day(cx, c, at_ms);
	p->next.ptr[p->next.len++] = (struct next_line){when, tr_args(cx, text, NULL), done};
}

static void fill_next(struct cx *cx, struct application_page *p, const struct campaign *c)
{
	p->next.ptr = ARENA_ARRAY(cx->arena, struct next_line, 4);
	next_line(p, cx, c, c->closes_ms, M_receipt_next_closes);
	next_line(p, cx, c, c->published_ms, M_receipt_next_published);
	next_line(p, cx, c, c->answer_by_ms, M_receipt_next_answer);
}

/* --- after publication --- */

void application_refused(struct cx *cx, struct html *h, const struct refused_choice *c)
{
	struct why why = {.title = tr(cx, M_offer_not_at, ARG_S("place", c->title), ARG_S("rank", c->rank_text)), .text = c->line};
	if (!str_blank(c->could)) {
		why.but_strong = tr(cx, M_offer_could);
		why.but = tr(cx, M_offer_could_what, ARG_S("could", why.but_strong), ARG_S("change", c->could));
	}
	part_why(cx, h, &why);
}

enum { CHANGES_SHOWN = 10 };

/* Choices ranked above what was obtained, each with its reason. Reasons that cannot be had are left out: the page still stands. */
static void fill_refused(struct cx *cx, struct application_page *p, const struct loaded *l)
{
	const struct placement *placed = l->mine->placement;
	int64_t held = placed && placed->rank != UNKNOWN ? placed->rank : INT64_MAX;
	p->refused.ptr = ARENA_ARRAY(cx->arena, struct refused_choice, l->receipt.len + 1);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, l->receipt.len + 1);
	struct place_reason *reasons = ARENA_ARRAY(cx->arena, struct place_reason, l->receipt.len + 1);
	struct problem *problems = cx->problems, **end = cx->problems_end;
	size_t n = 0;
	while (n < l->receipt.len && l->receipt.lines[n].rank < held) {
		ids[n] = l->receipt.lines[n].opportunity;
		n++;
	}
	if (campaign_reasons(cx, l->id, ids, n, CHANGES_SHOWN, reasons) != OK) {
		cx->problems = problems;
		cx->problems_end = end;
		if (end) *end = NULL;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct receipt_line *line = &l->receipt.lines[i];
		const struct place_reason *why = &reasons[i];
		if (why->code == ALLOCATION_REASON_PLACED && why->in_run) continue;
		p->refused.ptr[p->refused.len++] = (struct refused_choice){.title = opportunity_words(cx, line->title),
		                                                           .rank_text = rank_words(cx, line->rank),
		                                                           .line = why->in_run ? why->line : why->why_not,
		                                                           .could = why->could,
		                                                           .seats = why->seats,
		                                                           .wishes = why->wishes};
	}
}

static void fill_stage(struct cx *cx, struct application_page *p, const struct loaded *l)
{
	const struct my_application *m = l->mine;
	const struct campaign *c = l->receipt.campaign;
	if (!m) return;
	p->stage = m->stage;
	p->offered = m->stage == APPLICATION_OFFERED;
	p->accepted = m->stage == APPLICATION_ACCEPTED;
	p->waiting = m->stage == APPLICATION_WAITING;
	p->over = m->stage == APPLICATION_DECLINED || m->stage == APPLICATION_EXPIRED || m->stage == APPLICATION_WITHDRAWN;
	p->state = tr_args(cx, application_stage_label(m->stage), NULL);
	p->published = m->stage >= APPLICATION_WAITING;
	p->place = opportunity_words(cx, m->place);
	p->stay_href = STR("/my/stay");
	if (m->placement) {
		struct str id = id_text(cx, m->placement->row.id);
		p->accept_action = str_fmt(cx->arena, "/placements/%.*s/accept", STR_ARG(id));
		p->decline_href = str_fmt(cx->arena, "/placements/%.*s/decline?application=%.*s", STR_ARG(id), STR_ARG(p->id));
		p->place_rank = rank_words(cx, m->placement->rank);
		p->answer_by = m->answer_by_ms == UNKNOWN ? tr(cx, M_receipt_date_open) : instant_text(cx, m->answer_by_ms, c->zone);
		p->accept_what = tr(cx, M_offer_accept_what);
		p->decline_what = tr(cx, M_offer_decline_what);
	}
	if (p->offered || p->accepted || p->waiting) fill_refused(cx, p, l);
}

static struct application_page page_of(struct cx *cx, const struct request *r, struct reply *rep, const struct loaded *l)
{
	const struct application *a = l->receipt.application;
	const struct campaign *c = l->receipt.campaign;
	struct application_page p = {.id = id_text(cx, l->id),
	                             .token = csrf_token(cx, r, rep),
	                             .number = a->number,
	                             .sent = instant_text(cx, a->submitted_ms, c->zone),
	                             .hash = l->receipt.sha256,
	                             .campaign = campaign_name(cx, c),
	                             .person = l->receipt.person,
	                             .ics_href = path(cx, l->id, "/deadlines.ics"),
	                             .pdf_href = path(cx, l->id, "/receipt.pdf"),
	                             .withdraw_href = path(cx, l->id, "/withdraw"),
	                             .office = !own(cx, a)};
	p.change_href = str_fmt(cx->arena, "/stays/rank?campaign=%.*s", STR_ARG(id_text(cx, c->row.id)));
	p.lines.ptr = ARENA_ARRAY(cx->arena, struct sent_line, l->receipt.len + 1);
	for (size_t i = 0; i < l->receipt.len; i++)
		p.lines.ptr[p.lines.len++] =
		    (struct sent_line){opportunity_words(cx, l->receipt.lines[i].title), rank_words(cx, l->receipt.lines[i].rank)};
	fill_next(cx, &p, c);
	fill_stage(cx, &p, l);
	p.may_change = own(cx, a) && a->withdrawn_ms == UNKNOWN && c->closes_ms > cx->now_ms && c->opened_ms != UNKNOWN;
	p.may_withdraw = a->withdrawn_ms == UNKNOWN && !p.over && (own(cx, a) || actor_in_unit(cx, ROLES_EDIT, a->unit));
	if (!own(cx, a)) p.offered = false; /* staff see the state and the reasons, the answer is hers */
	return p;
}

static struct tag_text stage_tag(struct cx *cx, enum application_stage s)
{
	enum tone tone = s == APPLICATION_ACCEPTED  ? TONE_OK
	                 : s == APPLICATION_OFFERED ? TONE_YOURS
	                 : s == APPLICATION_EXPIRED ? TONE_STOP
	                                            : TONE_PLAIN;
	return (struct tag_text){tr_args(cx, application_stage_label(s), NULL), tone};
}

static enum err application_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct loaded l;
	TRY(load(cx, r, &l));
	struct application_page p = page_of(cx, r, rep, &l);
	bool mine = own(cx, l.receipt.application);
	struct crumb crumbs[] = {{tr_args(cx, mine ? M_mine_title : M_entity_application_many, NULL), STR("/applications")},
	                         {p.campaign, STR_NONE}};
	struct page page = {.title = mine ? tr(cx, M_receipt_heading, ARG_S("number", p.number)) : p.person,
	                    .crumbs = crumbs,
	                    .crumbs_len = 2,
	                    .nav = mine ? "/applications" : "/campaigns"};
	if (mine && p.stage == APPLICATION_SENT) page.lede = tr(cx, M_receipt_lede, ARG_S("date", p.sent));
	struct tag_text tag = stage_tag(cx, p.stage);
	if (l.mine) {
		page.tags = &tag;
		page.tags_len = 1;
	}
	struct act acts[] = {{.text = tr(cx, M_receipt_record), .href = path(cx, l.id, "/record"), .quiet = true}};
	if (!mine) {
		page.acts = acts;
		page.acts_len = 1;
	}
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_application_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

/* --- what can be taken along --- */

static enum err ics_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct loaded l;
	TRY(load(cx, r, &l));
	const struct campaign *c = l.receipt.campaign;
	struct str url = str_concat(cx->arena, web_base_url(r), path(cx, l.id, "")), id = id_text(cx, l.id), name = campaign_name(cx, c);
	int64_t answer = l.mine && l.mine->answer_by_ms != UNKNOWN ? l.mine->answer_by_ms : c->answer_by_ms;
	struct ics_event events[] = {{.uid = str_fmt(cx->arena, "%.*s-closes@passerelle", STR_ARG(id)),
	                              .summary = tr(cx, M_ics_closes, ARG_S("campaign", name)),
	                              .description = tr(cx, M_receipt_next_closes),
	                              .url = url,
	                              .date = UNKNOWN,
	                              .at_ms = c->closes_ms,
	                              .alarm_minutes = 24 * 60},
	                             {.uid = str_fmt(cx->arena, "%.*s-answer@passerelle", STR_ARG(id)),
	                              .summary = tr(cx, M_ics_answer, ARG_S("campaign", name)),
	                              .description = tr(cx, M_receipt_next_answer),
	                              .url = url,
	                              .date = UNKNOWN,
	                              .at_ms = answer,
	                              .alarm_minutes = 2 * 24 * 60}};
	rep->content_type = STR("text/calendar; charset=utf-8");
	rep->filename = str_fmt(cx->arena, "%.*s.ics", STR_ARG(l.receipt.application->number));
	rep->body = ics_write(cx->arena, name, str_of(lang_code(cx->lang)), cx->now_ms, events, ARRAY_LEN(events));
	return OK;
}

static enum err pdf_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct loaded l;
	TRY(load(cx, r, &l));
	struct school school = {0};
	bool found;
	TRY(school_load(cx, cx->tenant, &school, &found));
	struct receipt_pdf paper = {.receipt = &l.receipt, .school = school.name};
	rep->content_type = STR("application/pdf");
	rep->filename = str_fmt(cx->arena, "%.*s.pdf", STR_ARG(l.receipt.application->number));
	return receipt_paper(cx, &paper, &rep->body);
}

/* --- acts --- */

static enum err ask(struct cx *cx, const struct request *r, struct reply *rep, struct str title, struct ask_page *p)
{
	struct page page = {.title = title, .nav = "/applications"};
	p->token = csrf_token(cx, r, rep);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_ask_page(cx, h, p);
	return page_end(cx, r, rep, &page);
}

static enum err withdraw_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct loaded l;
	TRY(load(cx, r, &l));
	bool placed = l.mine && (l.mine->stage == APPLICATION_OFFERED || l.mine->stage == APPLICATION_ACCEPTED);
	struct ask_page p = {.action = path(cx, l.id, "/withdraw"),
	                     .back = path(cx, l.id, ""),
	                     .act = tr(cx, M_receipt_withdraw),
	                     .text = tr_args(cx, placed ? M_receipt_withdraw_seat : M_receipt_withdraw_what, NULL)};
	return ask(cx, r, rep, tr(cx, M_receipt_withdraw_title, ARG_S("number", l.receipt.application->number)), &p);
}

static enum err withdraw_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(application_withdraw(cx, id));
	flash_set(cx, r, rep, tr(cx, M_receipt_withdrawn), STR_NONE);
	return reply_redirect(cx, rep, path(cx, id, ""));
}

static enum err accept_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id, stay;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(placement_accept(cx, id, &stay));
	if (actor_has(cx, ROLES_EDIT)) {
		flash_set(cx, r, rep, tr(cx, M_offer_recorded), STR_NONE);
		return reply_redirect(cx, rep, str_fmt(cx->arena, "/stays/%.*s", STR_ARG(id_text(cx, stay))));
	}
	flash_set(cx, r, rep, tr(cx, M_offer_done), STR_NONE);
	return reply_redirect(cx, rep, STR("/my/stay"));
}

static enum err decline_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id, application;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(placement_may_decline(cx, id));
	bool named = uuid_parse(request_query(r, "application"), &application);
	struct str back = named ? path(cx, application, "") : STR("/applications");
	struct ask_page p = {.action = str_fmt(cx->arena, "/placements/%.*s/decline", STR_ARG(id_text(cx, id))),
	                     .back = back,
	                     .act = tr(cx, M_offer_decline),
	                     .text = tr(cx, M_offer_decline_what)};
	return ask(cx, r, rep, tr(cx, M_offer_decline_title), &p);
}

static enum err decline_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(placement_decline(cx, id));
	flash_set(cx, r, rep, tr_args(cx, actor_has(cx, ROLES_EDIT) ? M_offer_recorded : M_offer_declined, NULL), STR_NONE);
	return reply_redirect(cx, rep, actor_has(cx, ROLES_EDIT) ? STR("/campaigns") : STR("/applications"));
}

/* --- my applications --- */

void mine_state(struct cx *cx, struct html *h, const struct mine_row *row) { part_state(h, row->tone, row->icon, row->stage); }

static struct mine_row mine_row(struct cx *cx, const struct my_application *m)
{
	static const struct {
		enum tone tone;
		int icon;
	} looks[APPLICATION_STAGES] = {
	    [APPLICATION_NONE] = {TONE_PLAIN, ICON_circle},      [APPLICATION_SENT] = {TONE_PLAIN, ICON_send},
	    [APPLICATION_WITHDRAWN] = {TONE_PLAIN, ICON_x},      [APPLICATION_WAITING] = {TONE_WAIT, ICON_hourglass},
	    [APPLICATION_OFFERED] = {TONE_YOURS, ICON_pen_line}, [APPLICATION_ACCEPTED] = {TONE_OK, ICON_circle_check},
	    [APPLICATION_DECLINED] = {TONE_PLAIN, ICON_x},       [APPLICATION_EXPIRED] = {TONE_STOP, ICON_clock}};
	struct mine_row row = {.href = path(cx, m->application->row.id, ""),
	                       .title = campaign_name(cx, m->campaign),
	                       .number = m->application->number,
	                       .stage = tr_args(cx, application_stage_label(m->stage), NULL),
	                       .when = instant_text(cx, m->application->submitted_ms, m->campaign->zone),
	                       .tone = looks[m->stage].tone,
	                       .icon = looks[m->stage].icon};
	if (m->stage == APPLICATION_OFFERED && m->answer_by_ms != UNKNOWN)
		row.act = tr(cx, M_mine_answer, ARG_S("place", opportunity_words(cx, m->place)),
		             ARG_S("date", instant_text(cx, m->answer_by_ms, m->campaign->zone)));
	else if (!str_blank(m->place))
		row.act = opportunity_words(cx, m->place);
	return row;
}

static enum err mine_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct my_application *all = NULL;
	size_t len = 0;
	struct mine_page p = {0};
	if (cx->actor && !uuid_none(cx->actor->person)) TRY(my_applications(cx, cx->actor->person, &all, &len));
	p.rows.ptr = ARENA_ARRAY(cx->arena, struct mine_row, len + 1);
	for (size_t i = 0; i < len; i++)
		p.rows.ptr[p.rows.len++] = mine_row(cx, &all[i]);
	struct page page = {.title = tr(cx, M_mine_title), .nav = "/applications"};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_mine_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

enum err application_record(struct cx *cx, const struct request *r, struct reply *rep) { return application_get(cx, r, rep); }
enum err application_list(struct cx *cx, const struct request *r, struct reply *rep)
{
	return actor_has(cx, ROLES_STAFF) ? pages_list(cx, r, rep) : mine_get(cx, r, rep);
}

const struct route application_routes[] = {
    {HTTP_GET, "/applications/{id}/deadlines.ics", ics_get, 0, NULL}, {HTTP_GET, "/applications/{id}/receipt.pdf", pdf_get, 0, NULL},
    {HTTP_GET, "/applications/{id}/withdraw", withdraw_get, 0, NULL}, {HTTP_POST, "/applications/{id}/withdraw", withdraw_post, 0, NULL},
    {HTTP_POST, "/placements/{id}/accept", accept_post, 0, NULL},     {HTTP_GET, "/placements/{id}/decline", decline_get, 0, NULL},
    {HTTP_POST, "/placements/{id}/decline", decline_post, 0, NULL},   {0}};
