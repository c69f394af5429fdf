/* What stays add to the pages of partners, agreements and persons. */
#include "office/stays/pages_own.h"
#include "platform/i18n/i18n.h"

enum { YEARS = 5 };

static struct str id_text(struct cx *cx, const void *row) { return uuid_text(cx->arena, ((const struct row *)row)->id); }

/* --- balance --- */

struct balance {
	struct uuid partner;
	struct partner_year *years;
	size_t len;
};

static enum err load_balance(struct cx *cx, void *arg)
{
	struct balance *b = arg;
	return stay_store_partner_years(cx, b->partner, YEARS, cx_today(cx), &b->years, &b->len);
}

static void flow_cell(struct cx *cx, struct html *h, const struct balance *b, size_t from, size_t to, const char *direction, int64_t n)
{
	struct sb href;
	sb_init(&href, cx->arena, 1024);
	sb_fmt(&href, "/stays?filter=partner:%.*s&filter=cancelled_ms:unknown&filter=direction:%s",
	       STR_ARG(uuid_text(cx->arena, b->partner)), direction);
	for (size_t i = from; i < to; i++)
		sb_fmt(&href, "&filter=academic_year:%.*s", STR_ARG(uuid_text(cx->arena, b->years[i].academic_year)));
	html_lit(h, "<td class=\"num\">");
	if (n) {
		html_lit(h, "<a");
		html_url(h, "href", sb_str(&href));
		html_lit(h, ">");
		html_number(cx, h, n);
		html_lit(h, "</a>");
	} else {
		html_lit(h, "<span class=\"muted\">0</span>");
	}
	html_lit(h, "</td>");
}

static void balance_row(struct cx *cx, struct html *h, const struct balance *b, size_t from, size_t to, struct str name)
{
	struct partner_flows f = {0};
	for (size_t i = from; i < to; i++) {
		f.out += b->years[i].flows.out;
		f.in += b->years[i].flows.in;
	}
	html_lit(h, "<tr><th scope=\"row\">");
	html_text(h, name);
	html_lit(h, "</th>");
	flow_cell(cx, h, b, from, to, "in", f.in);
	flow_cell(cx, h, b, from, to, "out", f.out);
	html_lit(h, "<td class=\"num\">");
	html_text(h, stay_balance_text(cx, partner_balance(&f)));
	html_lit(h, "</td></tr>");
}

static void balance_advice(struct cx *cx, struct html *h, const struct balance *b)
{
	struct partner_flows f = {0};
	for (size_t i = 0; i < b->len; i++) {
		f.out += b->years[i].flows.out;
		f.in += b->years[i].flows.in;
	}
	int64_t offer = partner_places_to_offer(&f), ask = partner_places_to_ask(&f);
	html_lit(h, "<p class=\"sm soft mt-s\">");
	if (offer > 0)
		html_tr(cx, h, M_partner_offer, ARG_N("n", offer));
	else if (ask > 0)
		html_tr(cx, h, M_partner_ask, ARG_N("n", ask));
	else
		html_tr(cx, h, M_partner_even);
	html_lit(h, "</p>");
}

static enum err balance_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct balance b = {.partner = ((const struct row *)row)->id};
	int64_t any = 0;
	if (!actor_everywhere(cx, stay_entity.rights.read)) return OK;
	TRY(db_tx(cx, DB_READ, load_balance, &b));
	for (size_t i = 0; i < b.len; i++)
		any += b.years[i].flows.in + b.years[i].flows.out;
	if (!any) return OK;
	html_lit(h, "<div class=\"sheet\"><div class=\"scroll\" tabindex=\"0\" role=\"group\"");
	html_attr(h, "aria-label", tr(cx, M_partner_balance_title));
	html_lit(h, "><table class=\"list grid\"><caption class=\"vh\">");
	html_tr(cx, h, M_partner_balance_title);
	html_lit(h, "</caption><thead><tr><th scope=\"col\">");
	html_tr(cx, h, M_stay_academic_year);
	html_lit(h, "</th><th scope=\"col\" class=\"num\">");
	html_tr(cx, h, M_direction_in);
	html_lit(h, "</th><th scope=\"col\" class=\"num\">");
	html_tr(cx, h, M_direction_out);
	html_lit(h, "</th><th scope=\"col\" class=\"num\">");
	html_tr(cx, h, M_partner_balance);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < b.len; i++)
		balance_row(cx, h, &b, i, i + 1, b.years[i].code);
	html_lit(h, "</tbody><tfoot>");
	balance_row(cx, h, &b, 0, b.len, tr(cx, M_stay_total));
	html_lit(h, "</tfoot></table></div></div>");
	balance_advice(cx, h, &b);
	return OK;
}
const struct panel partner_balance_panel = {.entity = &partner_entity, .title = M_partner_balance_title, .render = balance_render};

/* --- rows of other lists --- */

static enum err partner_stays(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(
	    cx, h, &stay_entity,
	    str_fmt(cx->arena, "filter=partner:%.*s&sort=-starts&columns=state_now,direction,activity,starts", STR_ARG(id_text(cx, row))));
}
const struct panel partner_stays_panel = {.entity = &partner_entity, .title = M_entity_stay_many, .render = partner_stays};

static enum err person_stays(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(
	    cx, h, &stay_entity,
	    str_fmt(cx->arena, "filter=person:%.*s&sort=-starts&columns=state_now,direction,activity,starts", STR_ARG(id_text(cx, row))));
}
const struct panel person_stays_panel = {.entity = &person_entity, .title = M_entity_stay_many, .render = person_stays};
