/* Small things that the pages of campaigns share. */
#include "base/date.h"
#include "office/campaigns/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

struct str id_text(struct cx *cx, struct uuid id) { return uuid_text(cx->arena, id); }

struct str campaign_path(struct cx *cx, struct uuid id, const char *tail)
{
	return str_fmt(cx->arena, "/campaigns/%.*s%s", STR_ARG(id_text(cx, id)), tail);
}

struct str campaign_name(struct cx *cx, const struct campaign *c)
{
	return cx->lang == LANG_EN && !str_blank(c->title_en) ? c->title_en : c->title;
}

struct str person_day(struct cx *cx, int64_t at_ms, struct str zone)
{
	int offset = 0;
	if (at_ms == UNKNOWN) return tr(cx, M_camp_unknown);
	if (!zone_offset(zone, at_ms, &offset)) offset = 0;
	int64_t local = at_ms + (int64_t)offset * 1000, day_ms = 86400000;
	return date_text(cx, local >= 0 ? local / day_ms : -((-local + day_ms - 1) / day_ms));
}

struct str campaign_day(struct cx *cx, const struct campaign *c, int64_t at_ms) { return person_day(cx, at_ms, c->zone); }

struct str cents_text(struct cx *cx, int64_t cents)
{
	return cents == UNKNOWN ? tr(cx, M_camp_unknown) : money_text(cx, cents, STR("EUR"));
}

struct str cents_round(struct cx *cx, int64_t cents) { return cents_text(cx, cents == UNKNOWN ? UNKNOWN : (cents + 50) / 100 * 100); }

struct str grant_text(struct cx *cx, const struct stay_cost *c)
{
	if (c->grant.total_cents != UNKNOWN) return cents_round(cx, c->grant.total_cents);
	if (c->grant.known_cents > 0) return tr(cx, M_camp_at_least, ARG_S("amount", cents_round(cx, c->grant.known_cents)));
	return tr(cx, M_camp_unknown);
}

struct str carbon_text(struct cx *cx, const struct stay_cost *c)
{
	if (c->carbon.grams == UNKNOWN) return tr(cx, M_camp_unknown);
	struct str kg = number_text(cx, (c->carbon.grams + 500) / 1000);
	int mode = msg_find(str_fmt(cx->arena, "find_by_%.*s", STR_ARG(c->mode)));
	if (!mode) return tr(cx, M_find_kg, ARG_S("kg", kg));
	return tr(cx, M_find_kg_by, ARG_S("kg", kg), ARG_M("mode", mode));
}

struct str offer_name(const struct offer *o) { return str_blank(o->partner_name) ? o->title : o->partner_name; }

struct str offer_place(struct cx *cx, const struct offer *o)
{
	struct str country = code_label(cx, STR("country"), o->country);
	if (str_blank(o->city)) return country;
	return str_blank(country) ? o->city : str_fmt(cx->arena, "%.*s, %.*s", STR_ARG(o->city), STR_ARG(country));
}

static void meta_part(struct sb *b, struct str text)
{
	if (str_blank(text)) return;
	if (b->len) SB_LIT(b, " \u00b7 ");
	sb_add(b, text);
}

static struct str offer_languages(struct cx *cx, const struct offer *o)
{
	struct str one = str_blank(o->language[0]) ? STR_NONE : code_label(cx, STR("language"), o->language[0]);
	if (str_blank(o->language[1])) return one;
	return tr(cx, M_find_or, ARG_S("one", one), ARG_S("other", code_label(cx, STR("language"), o->language[1])));
}

struct str offer_meta(struct cx *cx, const struct offer *o)
{
	struct sb b;
	sb_init(&b, cx->arena, 1000);
	meta_part(&b, offer_place(cx, o));
	if (o->half != UNKNOWN) meta_part(&b, tr(cx, term_halves[o->half].label));
	if (o->starts != UNKNOWN && o->ends != UNKNOWN)
		meta_part(&b, tr(cx, M_find_dates, ARG_S("from", date_short(cx, o->starts)), ARG_S("to", date_short(cx, o->ends))));
	meta_part(&b, offer_languages(cx, o));
	if (!str_blank(o->isced_f)) meta_part(&b, code_label(cx, STR("isced_f"), o->isced_f));
	return sb_str(&b);
}

struct str rank_words(struct cx *cx, int64_t rank)
{
	static const int first[] = {0, M_rank_1, M_rank_2, M_rank_3};
	if (rank == UNKNOWN) return tr(cx, M_alloc_none);
	if (rank > 0 && rank < (int64_t)ARRAY_LEN(first)) return tr(cx, first[rank]);
	return tr(cx, rank <= 20 ? M_rank_th : M_rank_n, ARG_N("rank", rank)); /* 21st and on are written otherwise in English */
}

bool is_office(const struct cx *cx) { return actor_everywhere(cx, ROLES_EDIT); }

enum err campaign_of_request(struct cx *cx, const struct request *r, struct campaign_view *out)
{
	struct uuid id;
	if (!actor_has(cx, ROLES_STAFF)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(request_route_id(cx, r, "id", &id));
	return campaign_view(cx, id, out);
}

enum err campaign_of_student(struct cx *cx, const struct request *r, const struct campaign_view **out)
{
	struct campaign_view *all;
	size_t len;
	struct uuid wanted;
	bool named = uuid_parse(request_query(r, "campaign"), &wanted) || uuid_parse(request_form(r, "campaign"), &wanted);
	*out = NULL;
	TRY(campaign_views(cx, &all, &len));
	for (size_t i = 0; i < len; i++) {
		if (all[i].state.stage == STAGE_DRAFT) continue;
		if (named && uuid_eq(all[i].campaign->row.id, wanted)) {
			*out = &all[i];
			return OK;
		}
		if (!*out || (all[i].state.stage == STAGE_OPEN && (*out)->state.stage != STAGE_OPEN)) *out = &all[i];
	}
	return named ? fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found) : OK;
}

/* --- the campaign around its pages --- */

void campaign_steps(struct cx *cx, struct html *h, const struct campaign_view *v)
{
	static const struct {
		int label;
		const char *tail;
	} rows[] = {{M_camp_step_applications, ""},
	            {M_camp_step_files, "/files"},
	            {M_camp_step_allocation, "/allocate"},
	            {M_camp_step_publication, "/publish"},
	            {M_camp_step_answers, "/answers"}};
	static const int current[STAGES] = {0, 0, 0, 1, 2, 4, 5};
	struct step steps[ARRAY_LEN(rows)];
	int now = current[v->state.stage];
	for (int i = 0; i < (int)ARRAY_LEN(rows); i++)
		steps[i] = (struct step){.state = i < now    ? STEP_DONE
		                                  : i == now ? STEP_NOW
		                                             : STEP_COMING,
		                         .text = tr_args(cx, rows[i].label, NULL),
		                         .href = campaign_path(cx, v->campaign->row.id, rows[i].tail)};
	part_steps(h, tr(cx, M_camp_steps), steps, ARRAY_LEN(rows));
}

void campaign_crumbs(struct cx *cx, const struct campaign_view *v, struct page *page)
{
	struct crumb *crumbs = ARENA_ARRAY(cx->arena, struct crumb, 2);
	crumbs[0] = (struct crumb){tr(cx, M_entity_campaign_many), STR("/campaigns")};
	crumbs[1] = (struct crumb){campaign_name(cx, v->campaign), campaign_path(cx, v->campaign->row.id, "")};
	page->crumbs = crumbs;
	page->crumbs_len = 2;
	page->nav = "/campaigns";
}

struct pen campaign_pen(struct cx *cx, const struct campaign_view *v)
{
	const struct campaign_state *s = &v->state;
	struct str next = tr_args(cx, campaign_stage_next(s->stage), NULL);
	struct pen pen = {.yours = s->pen == CAMPAIGN_PEN_OFFICE && is_office(cx), .strong = next};
	pen.text = pen.yours ? tr(cx, M_camp_pen_yours, ARG_S("what", next))
	                     : tr(cx, M_camp_pen_theirs, ARG_M("who", campaign_pen_label(s->pen)), ARG_S("what", next));
	if (s->pen == CAMPAIGN_PEN_NOBODY) pen.text = next;
	if (s->since_ms != UNKNOWN) pen.since = ago_text(cx, s->since_ms);
	if (s->next_ms != UNKNOWN) {
		pen.due_strong = instant_text(cx, s->next_ms, v->campaign->zone);
		pen.due = tr(cx, M_camp_pen_due, ARG_S("date", pen.due_strong));
	}
	return pen;
}

/* --- ranked lists --- */

static bool pair_holds(struct pairs pairs, const char *name, struct str value)
{
	for (size_t i = 0; i < pairs.len; i++)
		if (str_is(pairs.ptr[i].name, name) && str_eq(pairs.ptr[i].value, value)) return true;
	return false;
}

enum { RANKED_MAX = 100 };

/* What is twice or no id is left out: the flow says what else is wrong. */
struct ranking ranking_read(struct cx *cx, struct pairs pairs)
{
	struct ranking list = {ARENA_ARRAY(cx->arena, struct ranked, RANKED_MAX), 0};
	for (size_t i = 0; i < pairs.len && list.len < RANKED_MAX; i++) {
		struct uuid id;
		bool twice = false;
		if (!str_is(pairs.ptr[i].name, "o") || !uuid_parse(pairs.ptr[i].value, &id)) continue;
		for (size_t j = 0; j < list.len; j++)
			twice = twice || uuid_eq(list.ptr[j].opportunity, id);
		if (twice) continue;
		int64_t last = list.len ? list.ptr[list.len - 1].rank : 0;
		bool tie = last && pair_holds(pairs, "tie", pairs.ptr[i].value);
		list.ptr[list.len++] = (struct ranked){id, last + !tie};
	}
	return list;
}

struct str ranking_query(struct cx *cx, struct uuid campaign, const struct ranking *list)
{
	struct sb b;
	sb_init(&b, cx->arena, 16 * 1024);
	sb_fmt(&b, "campaign=%.*s", STR_ARG(id_text(cx, campaign)));
	for (size_t i = 0; i < list->len; i++) {
		struct str id = id_text(cx, list->ptr[i].opportunity);
		sb_fmt(&b, "&o=%.*s", STR_ARG(id));
		if (i && list->ptr[i].rank == list->ptr[i - 1].rank) sb_fmt(&b, "&tie=%.*s", STR_ARG(id));
	}
	return sb_str(&b);
}

const struct found_stay *found_by_id(const struct found_stays *found, struct uuid opportunity)
{
	for (size_t i = 0; i < found->len; i++)
		if (uuid_eq(found->stays[i].offer->id, opportunity)) return &found->stays[i];
	return NULL;
}

struct ranking ranking_of_draft(struct cx *cx, const struct application_draft *d)
{
	struct ranking list = {ARENA_ARRAY(cx->arena, struct ranked, d->nranks + d->found.len + 1), 0};
	int64_t last = 0;
	for (size_t i = 0; i < d->nranks; i++) {
		list.ptr[list.len++] = d->ranks[i];
		if (d->ranks[i].rank > last) last = d->ranks[i].rank;
	}
	for (size_t i = 0; i < d->found.len; i++) {
		const struct found_stay *s = &d->found.stays[i];
		bool listed = false;
		for (size_t j = 0; j < d->nranks; j++)
			listed = listed || uuid_eq(d->ranks[j].opportunity, s->offer->id);
		if (!listed && s->starred && s->verdict.state == RULE_YES) list.ptr[list.len++] = (struct ranked){s->offer->id, ++last};
	}
	return list;
}

/* --- parts --- */

void note(struct html *h, const char *tone_class, int icon, struct str text)
{
	html_lit(h, "<p");
	html_attr(h, "class", str_of(tone_class));
	html_lit(h, ">");
	part_icon(h, icon, true);
	html_lit(h, "<span>");
	html_text(h, text);
	html_lit(h, "</span></p>");
}

static struct str pager_href(struct cx *cx, struct str path, const char *name, int64_t page)
{
	return str_fmt(cx->arena, "%.*s%c%s=%lld", STR_ARG(path), str_find_char(path, '?') == STR_NPOS ? '?' : '&', name, (long long)page);
}

const struct pager *pager_of(struct cx *cx, const struct request *r, struct str path, const char *name, size_t all, size_t shown)
{
	struct pager *p = ARENA_NEW(cx->arena, struct pager);
	int64_t page = 1, last = all ? (int64_t)((all - 1) / shown) + 1 : 1;
	if (!str_to_i64(request_query(r, name), &page) || page < 1) page = 1;
	if (page > last) page = last;
	p->from = (size_t)(page - 1) * shown;
	p->to = p->from + shown < all ? p->from + shown : all;
	p->all = all;
	p->text =
	    tr(cx, M_alloc_page, ARG_N("from", all ? (int64_t)p->from + 1 : 0), ARG_N("to", (int64_t)p->to), ARG_N("all", (int64_t)all));
	if (page > 1) p->prev_href = pager_href(cx, path, name, page - 1);
	if (page < last) p->next_href = pager_href(cx, path, name, page + 1);
	return p;
}

static void pager_link(struct html *h, struct str href, struct str text)
{
	if (str_blank(href)) return;
	html_lit(h, "<a");
	html_url(h, "href", href);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</a>");
}

void pager_foot(struct cx *cx, struct html *h, const struct pager *p)
{
	if (p->from == 0 && p->to == p->all) return;
	html_lit(h, "<div class=\"list-foot\"><span>");
	html_text(h, p->text);
	html_lit(h, "</span><span class=\"end\">");
	pager_link(h, p->prev_href, tr(cx, M_alloc_prev));
	pager_link(h, p->next_href, tr(cx, M_alloc_next));
	html_lit(h, "</span></div>");
}
