/* Campaigns for the office: the list, one campaign with its steps and figures, its places, its opening. */
#include "office/campaigns/pages_campaign.h"
#include "campaign.tpl.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

void camp_steps(struct cx *cx, struct html *h, const struct campaign_view *v) { campaign_steps(cx, h, v); }

void camp_demand(struct cx *cx, struct html *h, const struct offer *o)
{
	struct str words = tr(cx, M_find_wishes, ARG_N("n", o->wishes), ARG_S("places", tr(cx, M_find_places, ARG_N("n", o->seats))));
	part_seats(h, o->seats, o->held, o->wishes, words);
}

struct camp_place camp_place_of(struct cx *cx, const struct offer *o)
{
	struct camp_place p = {.href = str_fmt(cx->arena, "/opportunities/%.*s", STR_ARG(id_text(cx, o->id))),
	                       .title = offer_name(o),
	                       .meta = offer_meta(cx, o),
	                       .offer = o,
	                       .first_wishes = o->first_wishes};
	struct sb b;
	sb_init(&b, cx->arena, 8000);
	for (size_t i = 0; i < 2; i++)
		if (!str_blank(o->cefr[i])) sb_fmt(&b, "%s%.*s %.*s", b.len ? ", " : "", STR_ARG(o->language[i]), STR_ARG(o->cefr[i]));
	for (size_t i = 0; i < o->nrules; i++)
		if (!str_blank(o->rules[i].text)) sb_fmt(&b, "%s%.*s", b.len ? "; " : "", STR_ARG(o->rules[i].text));
	p.rule = sb_str(&b);
	return p;
}

static struct camp_places places_of(struct cx *cx, const struct offer *offers, size_t len)
{
	struct camp_places places = {ARENA_ARRAY(cx->arena, struct camp_place, len + 1), 0};
	for (size_t i = 0; i < len; i++)
		places.ptr[places.len++] = camp_place_of(cx, &offers[i]);
	return places;
}

/* --- the list --- */

static enum err list_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view *all;
	size_t len;
	struct camp_list p = {.office = is_office(cx)};
	if (!actor_has(cx, ROLES_STAFF)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(campaign_views(cx, &all, &len));
	p.rows.ptr = ARENA_ARRAY(cx->arena, struct camp_row, len + 1);
	for (size_t i = 0; i < len; i++) {
		const struct campaign *c = all[i].campaign;
		struct pen pen = campaign_pen(cx, &all[i]);
		p.rows.ptr[p.rows.len++] = (struct camp_row){campaign_path(cx, c->row.id, ""),
		                                             campaign_name(cx, c),
		                                             c->number,
		                                             all[i].academic_year,
		                                             tr_args(cx, campaign_stage_label(all[i].state.stage), NULL),
		                                             pen.text,
		                                             pen.due,
		                                             all[i].applications,
		                                             all[i].seats};
	}
	struct act acts[] = {{.text = tr(cx, M_camp_new), .href = STR("/campaigns/new"), .icon = ICON_plus}};
	struct page page = {.title = tr(cx, M_entity_campaign_many), .acts = acts, .acts_len = p.office};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_camp_list(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

/* --- one campaign --- */

static void figure(struct camp_page *p, struct cx *cx, struct str href, int64_t n, int64_t of, int label)
{
	struct str out_of = of == UNKNOWN ? STR_NONE : str_fmt(cx->arena, "/ %.*s", STR_ARG(number_text(cx, of)));
	p->figures.ptr[p->figures.len++] = (struct camp_figure){href, number_text(cx, n), out_of, tr(cx, label, ARG_N("n", n))};
}

/* The address of the generic list with a filter on this campaign. */
static struct str rows_href(struct cx *cx, const char *kind, struct uuid campaign, const char *more)
{
	return str_fmt(cx->arena, "/%s?filter=campaign:%.*s%s", kind, STR_ARG(id_text(cx, campaign)), more);
}

static enum err fill_figures(struct cx *cx, struct camp_page *p)
{
	const struct campaign_view *v = p->view;
	struct uuid id = v->campaign->row.id;
	p->figures.ptr = ARENA_ARRAY(cx->arena, struct camp_figure, 6);
	figure(p, cx, rows_href(cx, "applications", id, "&filter=withdrawn_ms:unknown"), v->applications, UNKNOWN, M_camp_fig_applications);
	figure(p, cx, rows_href(cx, "opportunities", id, ""), v->seats, UNKNOWN, M_camp_fig_seats);
	if (v->state.stage == STAGE_OPEN || v->state.stage == STAGE_CHECKING) {
		struct file_exception *gaps;
		size_t len;
		TRY(campaign_exceptions(cx, id, &gaps, &len));
		figure(p, cx, STR_NONE, v->apprentices, v->applications, M_camp_fig_apprentices);
		figure(p, cx, campaign_path(cx, id, "/files"), (int64_t)len, v->applications, M_camp_fig_files);
	} else if (v->state.stage == STAGE_ALLOCATED) {
		figure(p, cx, campaign_path(cx, id, "/allocate"), v->placed, v->applications, M_camp_fig_placed);
		figure(p, cx, campaign_path(cx, id, "/allocate"), v->unplaced, v->applications, M_camp_fig_unplaced);
	} else if (v->state.stage >= STAGE_PUBLISHED) {
		figure(p, cx, campaign_path(cx, id, "/answers"), v->accepted, v->placed, M_camp_fig_accepted);
		figure(p, cx, campaign_path(cx, id, "/answers#waiting"), v->unplaced, v->applications, M_camp_fig_waiting);
	}
	return OK;
}

void camp_figures(struct cx *cx, struct html *h, const struct camp_page *p)
{
	part_figures_begin(h, p->figures.len > 2);
	for (size_t i = 0; i < p->figures.len; i++)
		part_figure(h, p->figures.ptr[i].href, p->figures.ptr[i].value, p->figures.ptr[i].out_of, p->figures.ptr[i].label);
	part_figures_end(h);
}

static struct str years_words(struct cx *cx, const struct campaign *c)
{
	if (c->year_from == UNKNOWN && c->year_to == UNKNOWN) return tr(cx, M_camp_all_years);
	if (c->year_to == UNKNOWN || c->year_from == c->year_to) return number_text(cx, c->year_from);
	return c->year_from == UNKNOWN
	           ? number_text(cx, c->year_to)
	           : str_fmt(cx->arena, "%.*s\u2013%.*s", STR_ARG(number_text(cx, c->year_from)), STR_ARG(number_text(cx, c->year_to)));
}

static size_t facts_of(struct cx *cx, const struct campaign_view *v, struct camp_fact **out)
{
	const struct campaign *c = v->campaign;
	struct camp_fact *f = ARENA_ARRAY(cx->arena, struct camp_fact, 8);
	size_t n = 0;
	f[n++] = (struct camp_fact){tr(cx, M_campaign_number), c->number};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_academic_year), v->academic_year};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_opens_ms), instant_text(cx, c->opens_ms, c->zone)};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_closes_ms), instant_text(cx, c->closes_ms, c->zone)};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_answer_by_ms),
	                            c->answer_by_ms == UNKNOWN ? tr(cx, M_camp_unknown) : instant_text(cx, c->answer_by_ms, c->zone)};
	f[n++] = (struct camp_fact){tr(cx, M_camp_years), years_words(cx, c)};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_max_choices), number_text(cx, c->max_choices)};
	f[n++] = (struct camp_fact){tr(cx, M_campaign_weights), str_blank(c->weights) ? tr(cx, M_camp_unknown) : c->weights};
	*out = f;
	return n;
}

/* What the office does next stands first and alone is filled. */
static size_t stage_acts(struct cx *cx, const struct campaign_view *v, struct act acts[2])
{
	struct uuid id = v->campaign->row.id;
	size_t n = 0;
	switch (v->state.stage) {
	case STAGE_DRAFT:
		acts[n++] =
		    (struct act){.text = tr(cx, M_camp_open_look), .href = campaign_path(cx, id, "/open"), .primary = v->opportunities > 0};
		break;
	case STAGE_COMING:
	case STAGE_OPEN: acts[n++] = (struct act){.text = tr(cx, M_camp_check), .href = campaign_path(cx, id, "/files")}; break;
	case STAGE_CHECKING:
		acts[n++] = (struct act){.text = tr(cx, M_camp_allocate), .href = campaign_path(cx, id, "/allocate")};
		acts[n++] = (struct act){.text = tr(cx, M_camp_check), .href = campaign_path(cx, id, "/files"), .primary = true};
		break;
	case STAGE_ALLOCATED:
		acts[n++] = (struct act){.text = tr(cx, M_camp_see_allocation), .href = campaign_path(cx, id, "/allocate")};
		acts[n++] = (struct act){
		    .text = tr(cx, M_alloc_publish, ARG_N("n", v->placed)), .href = campaign_path(cx, id, "/publish"), .primary = true};
		break;
	default: acts[n++] = (struct act){.text = tr(cx, M_camp_see_answers), .href = campaign_path(cx, id, "/answers"), .primary = true};
	}
	return n;
}

static enum err overview(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct offer *offers;
	size_t len;
	struct act acts[2];
	TRY(campaign_of_request(cx, r, &v));
	TRY(campaign_offers(cx, v.campaign->row.id, &offers, &len));
	struct uuid id = v.campaign->row.id;
	struct camp_page p = {.view = &v,
	                      .places = places_of(cx, offers, len),
	                      .places_href = campaign_path(cx, id, "/places"),
	                      .list_href = rows_href(cx, "opportunities", id, ""),
	                      .record_href = campaign_path(cx, id, "/record"),
	                      .edit_href = campaign_path(cx, id, "/edit"),
	                      .close_action = campaign_path(cx, id, "/close"),
	                      .token = csrf_token(cx, r, rep),
	                      .draft = v.state.stage == STAGE_DRAFT,
	                      .open = v.state.stage == STAGE_OPEN,
	                      .office = is_office(cx)};
	TRY(fill_figures(cx, &p));
	p.facts.len = facts_of(cx, &v, &p.facts.ptr);
	struct crumb crumbs[] = {{tr(cx, M_entity_campaign_many), STR("/campaigns")}, {v.academic_year, STR_NONE}};
	struct tag_text tag = {tr_args(cx, campaign_stage_label(v.state.stage), NULL), TONE_PLAIN};
	struct pen pen = campaign_pen(cx, &v);
	struct page page = {.title = campaign_name(cx, v.campaign),
	                    .nav = "/campaigns",
	                    .crumbs = crumbs,
	                    .crumbs_len = 2,
	                    .tags = &tag,
	                    .tags_len = 1,
	                    .pen = &pen,
	                    .acts = acts,
	                    .acts_len = p.office ? stage_acts(cx, &v, acts) : 0};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_camp_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

/* --- places from the conditions of agreements --- */

static enum err places_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct open_condition *all;
	size_t len;
	TRY(campaign_of_request(cx, r, &v));
	TRY(campaign_conditions(cx, v.campaign->row.id, &all, &len));
	struct cond_page p = {.token = csrf_token(cx, r, rep),
	                      .action = campaign_path(cx, v.campaign->row.id, "/places"),
	                      .back = campaign_path(cx, v.campaign->row.id, "")};
	p.rows.ptr = ARENA_ARRAY(cx->arena, struct cond_row, len + 1);
	for (size_t i = 0; i < len; i++) {
		p.rows.ptr[p.rows.len++] =
		    (struct cond_row){id_text(cx, all[i].condition), all[i].partner, all[i].title, all[i].seats, all[i].in_campaign};
		p.free += !all[i].in_campaign && all[i].seats > 0;
	}
	p.add_all = tr(cx, M_camp_add_all, ARG_N("n", p.free));
	struct page page = {.title = tr(cx, M_camp_add_places), .lede = tr(cx, M_camp_add_lede)};
	campaign_crumbs(cx, &v, &page);
	struct act acts[] = {{.text = tr(cx, M_camp_add_other), .href = STR("/opportunities/new")}};
	page.acts = acts;
	page.acts_len = 1;
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_cond_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err places_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id, *picked = ARENA_ARRAY(cx->arena, struct uuid, r->form.len + 1);
	size_t n = 0;
	int64_t added = 0;
	TRY(request_route_id(cx, r, "id", &id));
	bool all = str_is(request_form(r, "what"), "all");
	for (size_t i = 0; i < r->form.len && !all; i++)
		if (str_is(r->form.ptr[i].name, "id") && uuid_parse(r->form.ptr[i].value, &picked[n])) n++;
	if (!all && n == 0) return reply_redirect(cx, rep, campaign_path(cx, id, "/places"));
	TRY(campaign_add_conditions(cx, id, all ? NULL : picked, n, &added));
	flash_set(cx, r, rep, tr(cx, M_camp_added, ARG_N("n", added)), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, ""));
}

/* --- opening: what students will see --- */

static enum err open_show(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct offer *offers;
	size_t len;
	TRY(campaign_of_request(cx, r, &v));
	TRY(campaign_offers(cx, v.campaign->row.id, &offers, &len));
	struct open_page p = {.token = csrf_token(cx, r, rep),
	                      .action = campaign_path(cx, v.campaign->row.id, "/open"),
	                      .back = campaign_path(cx, v.campaign->row.id, ""),
	                      .places = places_of(cx, offers, len)};
	p.facts.len = facts_of(cx, &v, &p.facts.ptr);
	struct page page = {.title = tr(cx, M_camp_open_title), .lede = tr(cx, M_camp_open_lede, ARG_N("n", (int64_t)len))};
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	html_form_errors(cx, h, &campaign_entity);
	tpl_open_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err open_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = campaign_open(cx, id);
	if (err == ERR_REFUSED || err == ERR_INVALID) {
		rep->status = err_http(err);
		return open_show(cx, r, rep);
	}
	TRY(err);
	flash_set(cx, r, rep, tr(cx, M_camp_opened), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, ""));
}

static enum err close_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(campaign_close(cx, id));
	flash_set(cx, r, rep, tr(cx, M_camp_closed), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, "/files"));
}

static const struct entity_pages campaign_pages = {
    .entity = &campaign_entity, .title_new = M_camp_new, .list = list_get, .record = overview};
static const struct entity_pages opportunity_pages = {.entity = &opportunity_entity, .title_new = M_camp_place_new, .under = "campaign"};
static const struct entity_pages application_pages = {
    .entity = &application_entity, .under = "number", .list = application_list, .record = application_record};
static const struct entity_pages choice_pages = {.entity = &choice_entity};
static const struct entity_pages placement_pages = {.entity = &placement_entity};
const struct entity_pages *const campaigns_pages[] = {&campaign_pages, &opportunity_pages, &application_pages,
                                                      &choice_pages,   &placement_pages,   NULL};

const struct route campaign_routes[] = {
    {HTTP_GET, "/campaigns/{id}/places", places_get, 0, NULL}, {HTTP_POST, "/campaigns/{id}/places", places_post, 0, NULL},
    {HTTP_GET, "/campaigns/{id}/open", open_show, 0, NULL},    {HTTP_POST, "/campaigns/{id}/open", open_post, 0, NULL},
    {HTTP_POST, "/campaigns/{id}/close", close_post, 0, NULL}, {0}};
