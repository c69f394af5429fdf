/* The figure of the open sentence: number, years, definition, and what would move it. */
#include "office/strategy/pages.h"
#include "platform/assets/icons.h"
#include "platform/web/widgets/chart.h"

static struct str dash(void) { return STR("\u2013"); }
static struct str count_text(struct cx *cx, int64_t n) { return n == UNKNOWN ? dash() : number_text(cx, n); }

/* A ratio just below its threshold must not read as if it were there. */
struct str figure_ratio(struct cx *cx, int64_t ratio, int64_t threshold)
{
	if (ratio == UNKNOWN) return dash();
	bool blurred = threshold != UNKNOWN && ratio < threshold && (ratio + 50) / 100 >= threshold / 100;
	return blurred ? fixed_text(cx, ratio, 4, 4) : fixed_text(cx, (ratio + 50) / 100, 2, 2);
}

/* Both counts of both groups: "9/60, 82/200". */
static struct str both_counts(struct cx *cx, const struct figure_year *y)
{
	struct str n[INDICATOR_SOURCES];
	for (size_t at = 0; at < INDICATOR_SOURCES; at++)
		n[at] = count_text(cx, y->count[at].n);
	return str_fmt(cx->arena, "%.*s/%.*s, %.*s/%.*s", STR_ARG(n[0]), STR_ARG(n[1]), STR_ARG(n[2]), STR_ARG(n[3]));
}

static struct str year_value(struct cx *cx, const struct indicator *i, const struct figure_year *y)
{
	if (i->method == METHOD_PARITY) return figure_ratio(cx, y->value, i->threshold);
	if (i->method == METHOD_SHARE) return percent_text(cx, y->count[0].n, y->count[1].n);
	return count_text(cx, y->value);
}

struct str figure_value(struct cx *cx, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	struct str value = year_value(cx, i, figure_now(f));
	if (figure_now(f)->value == UNKNOWN && i->method < METHOD_PARITY) return tr(cx, M_strategy_unknown);
	if ((i->method == METHOD_COUNT || i->method == METHOD_STEPS) && i->target != UNKNOWN)
		return tr(cx, M_strategy_value_of, ARG_S("value", value), ARG_S("target", number_text(cx, i->target)));
	if (i->method == METHOD_PARITY) return str_fmt(cx->arena, "%.*s (%.*s)", STR_ARG(value), STR_ARG(both_counts(cx, figure_now(f))));
	return value;
}

static void link_text(struct html *h, struct str text, struct str href)
{
	if (!str_present(href)) return html_text(h, text);
	html_lit(h, "<a");
	html_url(h, "href", href);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</a>");
}

static void big_number(struct html *h, struct str value, struct str behind, struct str href)
{
	if (str_present(href)) {
		html_lit(h, "<a");
		html_url(h, "href", href);
		html_lit(h, ">");
	}
	html_lit(h, "<span class=\"v\">");
	html_text(h, value);
	html_lit(h, "</span> ");
	html_text(h, behind);
	if (str_present(href)) html_lit(h, "</a>");
}

static void state(struct cx *cx, struct html *h, const struct figure *f)
{
	if (f->state == FIGURE_BEHIND) part_state(h, TONE_WAIT, ICON_clock, tr(cx, M_strategy_behind));
	if (f->state == FIGURE_MET) part_state(h, TONE_OK, ICON_check, tr(cx, M_strategy_met));
}

static void big(struct cx *cx, struct html *h, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	const struct figure_year *now = figure_now(f);
	struct str of = STR("");
	if (i->method == METHOD_SHARE)
		of = tr(cx, M_strategy_of, ARG_S("n", count_text(cx, now->count[1].n)));
	else if (i->method != METHOD_PARITY && i->target != UNKNOWN)
		of = tr(cx, M_strategy_of, ARG_S("n", number_text(cx, i->target)));
	html_lit(h, "<div class=\"big\">");
	big_number(h, year_value(cx, i, now), of, i->method == METHOD_PARITY ? STR_NONE : now->count[0].href);
	if (i->threshold != UNKNOWN && i->method >= METHOD_SHARE) {
		struct str least =
		    i->method == METHOD_SHARE ? percent_text(cx, i->threshold, RATIO_ONE) : figure_ratio(cx, i->threshold, UNKNOWN);
		html_lit(h, "<span class=\"soft\">");
		html_tr(cx, h, M_strategy_target_least, ARG_S("value", least));
		html_lit(h, "</span>");
	}
	if (!now->is_over && now->count[3].n != UNKNOWN && i->method != METHOD_PARITY && f->forecast.opened != UNKNOWN) {
		html_lit(h, "<span class=\"soft\">");
		html_tr(cx, h, M_strategy_forecast_opened, ARG_S("value", number_text(cx, f->forecast.opened)),
		        ARG_S("date", date_text(cx, now->year->ends)));
		html_lit(h, "</span>");
	}
	state(cx, h, f);
	html_lit(h, "</div>\n");
}

/* --- steps: opened, filled, realised --- */

static void span_text(struct cx *cx, struct html *h, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	if (f->span == UNKNOWN) return;
	html_lit(h, "<span class=\"soft\">");
	html_tr(cx, h, i->span_years == 2 ? M_strategy_span : M_strategy_span_many, ARG_S("value", number_text(cx, f->span)),
	        ARG_S("target", number_text(cx, i->span_target)), ARG_S("from", f->span_from->code),
	        ARG_S("to", figure_now(f)->year->code));
	html_lit(h, "</span>");
}

static void steps_line(struct cx *cx, struct html *h, const struct figure *f)
{
	static const int words[] = {M_strategy_opened, M_strategy_filled, M_strategy_realised};
	const struct figure_year *now = figure_now(f);
	bool steps = f->indicator->method == METHOD_STEPS;
	if (!steps && f->span == UNKNOWN) return;
	html_lit(h, "<p class=\"row sm\">");
	for (size_t at = 0; steps && at < ARRAY_LEN(words); at++)
		if (now->count[at].n != UNKNOWN) link_text(h, tr(cx, words[at], ARG_N("n", now->count[at].n)), now->count[at].href);
	span_text(cx, h, f);
	html_lit(h, "</p>\n");
}

/* --- parity: both groups, both counts --- */

static void group(struct cx *cx, struct html *h, const struct figure_year *y, size_t at, int label)
{
	html_lit(h, "<tr><th scope=\"row\">");
	html_tr(cx, h, label);
	html_lit(h, "</th>");
	for (size_t k = at; k < at + 2; k++) {
		html_lit(h, "<td class=\"num\">");
		link_text(h, count_text(cx, y->count[k].n), y->count[k].href);
		html_lit(h, "</td>");
	}
	html_lit(h, "<td class=\"num\">");
	bool known = y->count[at].n != UNKNOWN && y->count[at + 1].n != UNKNOWN;
	html_text(h, known ? percent_text(cx, y->count[at].n, y->count[at + 1].n) : dash());
	html_lit(h, "</td></tr>\n");
}

static void parity_table(struct cx *cx, struct html *h, const struct figure *f)
{
	static const int heads[] = {M_strategy_went, M_strategy_all, M_strategy_share};
	const struct figure_year *now = figure_now(f);
	html_lit(h, "<table class=\"list\"><caption class=\"vh\">");
	html_text(h, indicator_label(cx, f->indicator));
	html_lit(h, "</caption><thead><tr><th scope=\"col\">");
	html_tr(cx, h, M_strategy_group);
	html_lit(h, "</th>");
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		html_lit(h, "<th scope=\"col\" class=\"num\">");
		html_tr(cx, h, heads[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>\n");
	group(cx, h, now, 0, M_strategy_group_first);
	group(cx, h, now, 2, M_strategy_group_others);
	html_lit(h, "</tbody></table>\n");
	if (now->value != UNKNOWN || now->count[1].n == UNKNOWN || now->count[3].n == UNKNOWN) return;
	html_lit(h, "<p class=\"sm muted\">");
	html_tr(cx, h, now->count[1].n == 0 || now->count[3].n == 0 ? M_strategy_no_ratio_denominator : M_strategy_no_ratio_others);
	html_lit(h, "</p>\n");
}

/* --- years --- */

/* In the unit of the drawing: counts as they are, shares and ratios in hundredths. */
static int64_t drawn(const struct indicator *i, int64_t value)
{
	if (value == UNKNOWN || i->method == METHOD_COUNT || i->method == METHOD_STEPS) return value;
	return (value + 50) / 100;
}

static size_t more_cells(struct cx *cx, const struct indicator *i, const struct figure_year *y, struct bar_cell *cells, struct str *heads)
{
	static const int steps[] = {M_strategy_then_filled, M_strategy_then_realised};
	size_t n = 0;
	for (size_t at = 0; at < INDICATOR_SOURCES; at++) {
		int head = 0;
		if (i->method == METHOD_STEPS && (at == 1 || at == 2)) head = steps[at - 1];
		if (i->method == METHOD_PARITY) head = at < 2 ? M_strategy_group_first : M_strategy_group_others;
		if (i->method == METHOD_SHARE && at < 2) head = at ? M_strategy_all : M_strategy_column_count;
		if (!head) continue;
		heads[n] = tr(cx, head);
		if (i->method == METHOD_PARITY && at % 2)
			heads[n] = tr(cx, M_strategy_chip, ARG_S("label", heads[n]), ARG_M("value", M_strategy_all));
		cells[n++] = (struct bar_cell){count_text(cx, y->count[at].n), y->count[at].href};
	}
	return n;
}

static struct str chart_title(struct cx *cx, const struct figure *f, const struct bar_chart *c)
{
	struct sb b;
	sb_init(&b, cx->arena, 4000);
	for (size_t k = 0; k < f->len; k++) {
		if (k) SB_LIT(&b, ", ");
		sb_add(&b, tr(cx, M_strategy_chart_year, ARG_S("year", f->years[k].year->code),
		              ARG_S("value", year_value(cx, f->indicator, &f->years[k]))));
	}
	struct str text = tr(cx, M_strategy_chart, ARG_S("label", indicator_label(cx, f->indicator)), ARG_S("numbers", sb_str(&b)));
	if (c->target != UNKNOWN)
		text =
		    tr(cx, M_strategy_chart_target, ARG_S("text", text), ARG_S("value", fixed_text(cx, c->target, c->digits, c->digits)));
	if (c->forecast != UNKNOWN)
		text = tr(cx, M_strategy_chart_forecast, ARG_S("text", text), ARG_S("value", number_text(cx, c->forecast)));
	return text;
}

/* "2026-27" as ’26-27 where there is less room. */
static struct str short_year(struct cx *cx, struct str code)
{
	return code.len == 7 && str_starts(code, STR("20")) ? str_fmt(cx->arena, "\u2019%.*s", (int)code.len - 2, code.ptr + 2) : code;
}

static void chart(struct cx *cx, struct html *h, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	const struct figure_year *now = figure_now(f);
	bool numbers = i->method == METHOD_COUNT || i->method == METHOD_STEPS;
	struct bar *bars = ARENA_ARRAY(cx->arena, struct bar, f->len);
	struct str *heads = ARENA_ARRAY(cx->arena, struct str, INDICATOR_SOURCES);
	struct bar_chart c = {.id = "figure",
	                      .bars = bars,
	                      .bars_len = f->len,
	                      .digits = numbers ? 0 : 2,
	                      .forecast = UNKNOWN,
	                      .more_heads = heads,
	                      .label_head = tr(cx, M_strategy_column_year),
	                      .value_head = indicator_label(cx, i)};
	c.target = numbers ? i->target : drawn(i, i->threshold);
	for (size_t k = 0; k < f->len; k++) {
		struct bar_cell *cells = ARENA_ARRAY(cx->arena, struct bar_cell, INDICATOR_SOURCES);
		const struct figure_year *y = &f->years[k];
		c.more_len = more_cells(cx, i, y, cells, heads);
		bars[k] = (struct bar){.label = y->year->code,
		                       .label_short = short_year(cx, y->year->code),
		                       .value = drawn(i, y->value),
		                       .text = year_value(cx, i, y),
		                       .href = numbers ? y->count[0].href : STR_NONE,
		                       .highlight = y == now,
		                       .more = cells};
	}
	if (numbers && !now->is_over && now->count[3].n != UNKNOWN && f->forecast.opened > now->value) c.forecast = f->forecast.opened;
	if (c.forecast != UNKNOWN) c.forecast_text = tr(cx, M_strategy_forecast_short, ARG_S("value", number_text(cx, c.forecast)));
	if (c.target != UNKNOWN) c.target_text = tr(cx, M_strategy_target, ARG_S("value", fixed_text(cx, c.target, c.digits, c.digits)));
	c.title = chart_title(cx, f, &c);
	html_bar_chart(cx, h, &c);
}

/* --- definition --- */

static void defined(struct cx *cx, struct html *h, const struct figure *f, size_t at, int label)
{
	struct str words = indicator_wording(cx, f->indicator, at);
	if (!str_blank(words)) part_fact(h, tr(cx, label), words, figure_now(f)->count[at].href, STR_NONE);
}

static struct str target_words(struct cx *cx, const struct indicator *i)
{
	struct str year = tr(cx, M_strategy_target_year, ARG_N("n", i->target));
	if (i->span_years == UNKNOWN) return year;
	return tr(cx, M_strategy_target_span, ARG_S("year", year), ARG_S("n", number_text(cx, i->span_target)),
	          ARG_S("years", number_text(cx, i->span_years)));
}

static struct str forecast_words(struct cx *cx, const struct figure *f)
{
	const struct forecast *p = &f->forecast;
	if (p->is_over) return tr(cx, M_strategy_forecast_over);
	struct msg_arg planned = ARG_S("planned", count_text(cx, p->opened)), low = ARG_S("low", count_text(cx, p->low)),
		       high = ARG_S("high", count_text(cx, p->high)), value = ARG_S("value", count_text(cx, p->realised));
	if (f->indicator->method == METHOD_COUNT) return tr(cx, M_strategy_forecast_rule_count, planned);
	if (p->share == UNKNOWN) return tr(cx, M_strategy_forecast_rule_first, planned, low, value);
	return tr(cx, M_strategy_forecast_rule_steps, planned, low, high, value, ARG_S("share", percent_text(cx, p->share, RATIO_ONE)));
}

static void definition(struct cx *cx, struct html *h, const struct board *b)
{
	const struct figure *f = b->figure;
	const struct indicator *i = f->indicator;
	bool numbers = i->method == METHOD_COUNT || i->method == METHOD_STEPS;
	html_lit(h, "<dl class=\"facts def\">");
	defined(cx, h, f, 0, M_strategy_counts);
	if (i->method == METHOD_STEPS) {
		defined(cx, h, f, 1, M_strategy_then_filled);
		defined(cx, h, f, 2, M_strategy_then_realised);
	} else if (i->method != METHOD_COUNT)
		defined(cx, h, f, 1, M_strategy_out_of);
	if (i->method == METHOD_PARITY) {
		defined(cx, h, f, 2, M_strategy_compared);
		defined(cx, h, f, 3, M_strategy_out_of);
	}
	if (numbers && i->target != UNKNOWN) part_fact(h, tr(cx, M_strategy_out_of), target_words(cx, i), STR_NONE, STR_NONE);
	if (numbers && figure_now(f)->count[3].n != UNKNOWN) {
		part_fact_begin(h, tr(cx, M_strategy_planned));
		html_text(h, forecast_words(cx, f));
		html_lit(h, "<span class=\"u\">");
		link_text(h, indicator_wording(cx, i, 3), figure_now(f)->count[3].href);
		html_lit(h, "</span>");
		part_fact_end(h);
	}
	if (!str_blank(indicator_reading(cx, i))) part_fact(h, tr(cx, M_strategy_read_as), indicator_reading(cx, i), STR_NONE, STR_NONE);
	struct msg_arg today = ARG_S("date", date_text(cx, cx_today(cx)));
	part_fact(h, tr(cx, M_strategy_owner_read),
	          str_blank(b->owner) ? tr(cx, M_strategy_read_on_nobody, today)
	                              : tr(cx, M_strategy_read_on, ARG_S("owner", b->owner), today),
	          STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_strategy_definition),
	          indicator_as_shipped(cx, i) ? tr(cx, M_strategy_as_shipped, ARG_S("code", i->code))
	                                      : tr(cx, M_strategy_own_definition, ARG_S("code", i->code),
	                                           ARG_S("date", date_text(cx, cx_day(cx, i->row.changed_ms)))),
	          STR_NONE, STR_NONE);
	part_facts_end(h);
}

static void links(struct cx *cx, struct html *h, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	const struct figure_count *first = &figure_now(f)->count[0];
	struct str self = str_fmt(cx->arena, "/indicators/%.*s", STR_ARG(uuid_text(cx->arena, i->row.id)));
	html_lit(h, "<p class=\"row sm\">");
	if (first->n != UNKNOWN && first->n > 0) link_text(h, tr(cx, M_strategy_records, ARG_N("n", first->n)), first->href);
	link_text(h, tr(cx, M_strategy_history), str_fmt(cx->arena, "%.*s#history", STR_ARG(self)));
	if (actor_everywhere(cx, indicator_entity.rights.write))
		link_text(h, tr(cx, M_strategy_change), str_fmt(cx->arena, "%.*s/edit", STR_ARG(self)));
	html_lit(h, "</p>\n");
}

/* The smallest step towards the target; absent when there is none to name. */
static struct str move(struct cx *cx, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	const struct figure_count *n = figure_now(f)->count;
	if (i->method == METHOD_PARITY && f->parity.missing != UNKNOWN && f->parity.missing > 0)
		return tr(cx, M_strategy_move_parity, ARG_N("n", f->parity.missing),
		          ARG_S("value", figure_ratio(cx, i->threshold, UNKNOWN)));
	if ((i->method != METHOD_COUNT && i->method != METHOD_STEPS) || figure_now(f)->is_over || n[0].n == UNKNOWN) return STR_NONE;
	int64_t expected = f->forecast.opened;
	if (i->target != UNKNOWN && expected < i->target) return tr(cx, M_strategy_move_target, ARG_N("n", i->target - expected));
	if (i->target != UNKNOWN && n[0].n < i->target) return tr(cx, M_strategy_move_planned, ARG_N("n", i->target - n[0].n));
	if (i->method == METHOD_STEPS && n[1].n != UNKNOWN && n[1].n < n[0].n)
		return tr(cx, M_strategy_move_filled, ARG_N("n", n[0].n - n[1].n));
	return STR_NONE;
}

void html_figure(struct cx *cx, struct html *h, const struct board *b)
{
	const struct figure *f = b->figure;
	big(cx, h, f);
	if (str_present(f->problem)) {
		html_lit(h, "<p class=\"note stop\">");
		part_icon(h, ICON_triangle_alert, true);
		html_lit(h, "<span>");
		html_text(h, f->problem);
		html_lit(h, "</span></p>\n");
	}
	steps_line(cx, h, f);
	if (f->indicator->method == METHOD_PARITY) parity_table(cx, h, f);
	chart(cx, h, f);
	links(cx, h, f);
	definition(cx, h, b);
	struct str step = move(cx, f);
	if (!str_present(step)) return;
	html_lit(h, "<div class=\"whatif\"><p><b>");
	html_tr(cx, h, M_strategy_move);
	html_lit(h, "</b><br>");
	html_text(h, step);
	html_lit(h, "</p></div>\n");
}

void html_figure_tile(struct cx *cx, struct html *h, const struct figure *f, struct str board_href)
{
	const struct indicator *i = f->indicator;
	const struct figure_year *now = figure_now(f);
	struct str of = STR_NONE;
	if (i->method == METHOD_PARITY)
		of = both_counts(cx, now);
	else if (i->method == METHOD_SHARE)
		of = tr(cx, M_strategy_of, ARG_S("n", count_text(cx, now->count[1].n)));
	else if (i->target != UNKNOWN)
		of = str_fmt(cx->arena, "/ %.*s", STR_ARG(number_text(cx, i->target)));
	bool one_list = i->method != METHOD_PARITY && str_present(now->count[0].href);
	part_figure(h, one_list ? now->count[0].href : board_href, year_value(cx, i, now), of, indicator_label(cx, i));
}
