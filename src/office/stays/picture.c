/* Who moves where: stays of learners by direction, activity and study cycle, with totals. Every number is the list behind it. */
#include "office/stays/pages_own.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

enum { CYCLES_MAX = 6, DIRECTIONS = 2, ACTIVITIES = 4 };

struct picture {
	struct uuid year; /* none: all years */
	struct list_page years;
	struct picture_count *counts;
	size_t counts_len;
	struct str cycles[CYCLES_MAX]; /* the last one is absent: not known */
	size_t cycles_len;
};

static enum err load_picture(struct cx *cx, void *arg)
{
	struct picture *x = arg;
	struct list_query q;
	static const struct pair latest[] = {{{"sort", 4}, {"-starts", 7}}};
	TRY(list_query_parse(cx, &academic_year_entity, (struct pairs){latest, 1}, &q));
	q.size = 12;
	TRY(list_run(cx, &q, &x->years));
	return stay_store_picture(cx, x->year, &x->counts, &x->counts_len);
}

static struct str cell_href(struct cx *cx, const struct picture *x, int direction, int activity, const struct str *cycle)
{
	struct sb b;
	sb_init(&b, cx->arena, 1024);
	SB_LIT(&b, "/stays?filter=category:student&filter=category:apprentice&filter=category:doctoral&filter=cancelled_ms:unknown");
	if (direction >= 0) sb_fmt(&b, "&filter=direction:%s", directions[direction].code);
	if (activity >= 0) sb_fmt(&b, "&filter=activity:%s", stay_activities[activity].code);
	if (cycle && str_present(*cycle)) sb_fmt(&b, "&filter=cycle:%.*s", STR_ARG(*cycle));
	if (cycle && !str_present(*cycle)) SB_LIT(&b, "&filter=cycle:unknown");
	if (!uuid_none(x->year)) sb_fmt(&b, "&filter=academic_year:%.*s", STR_ARG(uuid_text(cx->arena, x->year)));
	return sb_str(&b);
}

/* direction, activity < 0 and cycle NULL: all of them. */
static int64_t sum(const struct picture *x, int direction, int activity, const struct str *cycle)
{
	int64_t n = 0;
	for (size_t i = 0; i < x->counts_len; i++) {
		const struct picture_count *c = &x->counts[i];
		if (direction >= 0 && !str_is(c->direction, directions[direction].code)) continue;
		if (activity >= 0 && !str_is(c->activity, stay_activities[activity].code)) continue;
		if (cycle && (str_present(*cycle) ? !str_eq(c->cycle, *cycle) : str_present(c->cycle))) continue;
		n += c->count;
	}
	return n;
}

static void cell(struct cx *cx, struct html *h, const struct picture *x, int direction, int activity, const struct str *cycle)
{
	int64_t n = sum(x, direction, activity, cycle);
	html_lit(h, "<td class=\"num\">");
	if (n) {
		html_lit(h, "<a");
		html_url(h, "href", cell_href(cx, x, direction, activity, cycle));
		html_lit(h, ">");
		html_number(cx, h, n);
		html_lit(h, "</a>");
	} else {
		html_lit(h, "<span class=\"muted\">0</span>");
	}
	html_lit(h, "</td>");
}

static void cells(struct cx *cx, struct html *h, const struct picture *x, int direction, int activity)
{
	for (size_t i = 0; i < x->cycles_len; i++)
		cell(cx, h, x, direction, activity, &x->cycles[i]);
	cell(cx, h, x, direction, activity, NULL);
}

static void table(struct cx *cx, struct html *h, const struct picture *x)
{
	html_lit(h, "<div class=\"sheet\"><div class=\"scroll\" tabindex=\"0\" role=\"region\"");
	html_attr(h, "aria-label", tr(cx, M_stay_picture));
	html_lit(h, "><table class=\"list grid\"><caption class=\"vh\">");
	html_tr(cx, h, M_stay_picture);
	html_lit(h, "</caption><thead><tr><th scope=\"col\">");
	html_tr(cx, h, M_stay_activity);
	html_lit(h, "</th>");
	for (size_t i = 0; i < x->cycles_len; i++) {
		html_lit(h, "<th scope=\"col\" class=\"num\">");
		html_text(h, str_present(x->cycles[i]) ? code_label(cx, STR("eqf"), x->cycles[i]) : tr(cx, M_stay_cycle_unknown));
		html_lit(h, "</th>");
	}
	html_lit(h, "<th scope=\"col\" class=\"num\">");
	html_tr(cx, h, M_stay_total);
	html_lit(h, "</th></tr></thead>");
	for (int d = 0; d < DIRECTIONS; d++) {
		html_lit(h, "<tbody><tr><th scope=\"rowgroup\">");
		html_tr(cx, h, directions[d].label);
		html_lit(h, "</th>");
		cells(cx, h, x, d, -1);
		html_lit(h, "</tr>");
		for (int a = 0; a < ACTIVITIES; a++) {
			if (!sum(x, -1, a, NULL)) continue;
			html_lit(h, "<tr><th scope=\"row\" class=\"sub\">");
			html_tr(cx, h, stay_activities[a].label);
			html_lit(h, "</th>");
			cells(cx, h, x, d, a);
			html_lit(h, "</tr>");
		}
		html_lit(h, "</tbody>");
	}
	html_lit(h, "<tfoot><tr><th scope=\"row\">");
	html_tr(cx, h, M_stay_total);
	html_lit(h, "</th>");
	cells(cx, h, x, -1, -1);
	html_lit(h, "</tr></tfoot></table></div></div>\n");
}

static void year_tabs(struct cx *cx, struct html *h, const struct picture *x)
{
	html_lit(h, "<nav class=\"views\"");
	html_attr(h, "aria-label", tr(cx, M_entity_academic_year_many));
	html_lit(h, "><a href=\"/stays/picture\"");
	if (uuid_none(x->year)) html_lit(h, " aria-current=\"page\"");
	html_lit(h, ">");
	html_tr(cx, h, M_stay_all_years);
	html_lit(h, "</a>");
	for (size_t i = 0; i < x->years.len; i++) {
		const struct academic_year *y = x->years.rows[i];
		html_lit(h, "<a href=\"/stays/picture?year=");
		html_query(h, uuid_text(cx->arena, y->row.id));
		html_lit(h, "\"");
		if (uuid_eq(x->year, y->row.id)) html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		html_text(h, y->code);
		html_lit(h, "</a>");
	}
	html_lit(h, "</nav>\n");
}

static void find_cycles(struct picture *x)
{
	static const char *const known[] = {"5", "6", "7", "8"};
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct str cycle = str_of(known[i]);
		if (sum(x, -1, -1, &cycle)) x->cycles[x->cycles_len++] = cycle;
	}
	struct str none = STR_NONE;
	if (sum(x, -1, -1, &none)) x->cycles[x->cycles_len++] = none;
}

enum err stay_picture_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct picture x = {0};
	struct str year = request_query(r, "year");
	/* A reader of one unit would see numbers that their lists do not hold. */
	if (!actor_everywhere(cx, stay_entity.rights.read)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	if (!str_blank(year) && !uuid_parse(year, &x.year)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(db_tx(cx, DB_READ, load_picture, &x));
	find_cycles(&x);
	struct crumb crumbs[] = {{tr(cx, M_entity_stay_many), STR("/stays")}, {tr(cx, M_stay_picture), STR_NONE}};
	struct page page = {.title = tr(cx, M_stay_picture), .crumbs = crumbs, .crumbs_len = 2, .lede = tr(cx, M_stay_picture_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	year_tabs(cx, h, &x);
	if (x.cycles_len)
		table(cx, h, &x);
	else
		part_empty(h, stay_entity.icon, tr(cx, M_stay_picture_none), NULL, STR_NONE);
	return page_end(cx, r, p, &page);
}
