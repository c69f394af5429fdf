/* The calendar of an apprenticeship contract: one line for each kind of period, drawn to scale; the same periods as a table. */
#include "base/date.h"
#include "office/programmes/pages_own.h"
#include "platform/i18n/i18n.h"

enum { PERIODS_MAX = 200, LEFT = 12000, WIDTH = 52000, LINE = 2600, TOP = 2600 }; /* hundredths of a unit of the drawing */

struct calendar {
	struct uuid contract;
	struct list_page periods;
	int64_t from, to;
};

static enum err load_periods(struct cx *cx, void *arg)
{
	struct calendar *c = arg;
	struct list_query q;
	struct pair *pairs = ARENA_ARRAY(cx->arena, struct pair, 2);
	pairs[0] = (struct pair){STR("filter"), str_fmt(cx->arena, "contract:%.*s", STR_ARG(uuid_text(cx->arena, c->contract)))};
	pairs[1] = (struct pair){STR("sort"), STR("starts")};
	TRY(list_query_parse(cx, &apprenticeship_period_entity, (struct pairs){pairs, 2}, &q));
	q.size = PERIODS_MAX;
	return list_run(cx, &q, &c->periods);
}

static int64_t x_of(const struct calendar *c, int64_t date) { return LEFT + (date - c->from) * WIDTH / (c->to - c->from + 1); }

static void text_at(struct html *h, int64_t x, int64_t y, struct str text)
{
	html_lit(h, "<text");
	part_attr_coord(h, "x", x);
	part_attr_coord(h, "y", y);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</text>");
}

static void grid(struct cx *cx, struct html *h, const struct calendar *c, int64_t height)
{
	for (int year = date_civil(c->from).year; year <= date_civil(c->to).year; year++) {
		int64_t first = date_from_civil(year, 1, 1), x = x_of(c, first < c->from ? c->from : first);
		text_at(h, x, 1500, str_fmt(cx->arena, "%d", year));
		if (first < c->from) continue;
		html_lit(h, "<line");
		part_attr_coord(h, "x1", x);
		part_attr_coord(h, "x2", x);
		html_lit(h, " y1=\"18\"");
		part_attr_coord(h, "y2", height);
		html_lit(h, "/>");
	}
}

static void bars(struct cx *cx, struct html *h, const struct calendar *c, int64_t kind, int64_t line)
{
	text_at(h, 0, TOP + line * LINE + 1500, tr(cx, period_kinds[kind].label));
	for (size_t i = 0; i < c->periods.len; i++) {
		const struct apprenticeship_period *p = c->periods.rows[i];
		if (p->kind != kind) continue;
		int64_t x = x_of(c, p->starts), width = x_of(c, p->ends + 1) - x;
		html_lit(h, "<rect class=\"b");
		html_int(h, kind % 4 + 1);
		html_lit(h, "\" height=\"16\" rx=\"2\"");
		part_attr_coord(h, "x", x);
		part_attr_coord(h, "y", TOP + line * LINE + 200);
		part_attr_coord(h, "width", width > 200 ? width - 50 : 150);
		html_lit(h, "><title>");
		html_tr(cx, h, M_contract_period, ARG_M("kind", period_kinds[kind].label), ARG_S("from", date_text(cx, p->starts)),
		        ARG_S("to", date_text(cx, p->ends)));
		html_lit(h, "</title></rect>");
	}
}

static bool has_kind(const struct calendar *c, int64_t kind)
{
	for (size_t i = 0; i < c->periods.len; i++)
		if (((const struct apprenticeship_period *)c->periods.rows[i])->kind == kind) return true;
	return false;
}

static void draw(struct cx *cx, struct html *h, const struct calendar *c)
{
	int64_t lines = 0, line = 0;
	for (int64_t kind = 0; period_kinds[kind].code; kind++)
		lines += has_kind(c, kind);
	int64_t height = TOP + lines * LINE;
	html_lit(h, "<div class=\"sheet pad mb\"><svg class=\"cal\" viewBox=\"0 0 640 ");
	part_coord(h, height);
	html_lit(h, "\" role=\"img\"");
	html_attr(h, "aria-label",
	          tr(cx, M_contract_calendar_label, ARG_S("from", date_text(cx, c->from)), ARG_S("to", date_text(cx, c->to)),
	             ARG_N("n", (int64_t)c->periods.len)));
	html_lit(h, ">");
	grid(cx, h, c, height);
	for (int64_t kind = 0; period_kinds[kind].code; kind++)
		if (has_kind(c, kind)) bars(cx, h, c, kind, line++);
	html_lit(h, "</svg></div>");
}

static enum err render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	const struct apprenticeship *a = row;
	struct calendar c = {.contract = a->row.id, .from = a->starts, .to = a->ends};
	if (!actor_has(cx, apprenticeship_period_entity.rights.read)) return OK;
	TRY(db_tx(cx, DB_READ, load_periods, &c));
	if (!c.periods.len) return OK;
	/* Periods may stand outside the contract as entered; the drawing shows them all the same. */
	for (size_t i = 0; i < c.periods.len; i++) {
		const struct apprenticeship_period *p = c.periods.rows[i];
		if (p->starts < c.from) c.from = p->starts;
		if (p->ends > c.to) c.to = p->ends;
	}
	draw(cx, h, &c);
	return html_related(
	    cx, h, &apprenticeship_period_entity,
	    str_fmt(cx->arena, "filter=contract:%.*s&sort=starts&columns=kind,starts,ends", STR_ARG(uuid_text(cx->arena, a->row.id))));
}
const struct panel contract_calendar_panel = {.entity = &apprenticeship_entity, .title = M_contract_calendar, .render = render};
