/* Bars drawn at two widths (500 and 320 units): the page shows one of them, so that 13 px text stays 13 px. */
#include "platform/web/widgets/chart.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/parts.h"

/* Coordinates in hundredths of a unit. */
struct frame {
	const char *cls;
	const char *suffix;
	int64_t width, height, top, bottom, left, first, last, bar;
};
static const struct frame frames[] = {
    {"ch w", "-w", 50000, 20000, 1400, 17200, 2400, 4000, 48400, 4000},
    {"ch n", "-n", 32000, 19000, 1400, 16200, 2400, 3600, 30800, 3000},
};

/* The smallest of 1, 2, 5, 10, 20 ... that needs at most four steps to the top. */
static int64_t tick_step(int64_t top)
{
	for (int64_t step = 1;; step *= 10)
		for (int i = 0; i < 3; i++) {
			int64_t s = step * (i == 0 ? 1 : i == 1 ? 2 : 5);
			if (s * 4 >= top) return s;
		}
}

static int64_t highest(const struct bar_chart *c)
{
	int64_t top = 1;
	for (size_t i = 0; i < c->bars_len; i++)
		if (c->bars[i].value > top) top = c->bars[i].value;
	if (c->target != UNKNOWN && c->target > top) top = c->target;
	if (c->forecast != UNKNOWN && c->forecast > top) top = c->forecast;
	return top;
}

static int64_t y_of(const struct frame *f, int64_t value, int64_t top) { return f->bottom - (f->bottom - f->top) * value / top; }

static int64_t x_of(const struct frame *f, const struct bar_chart *c, size_t i)
{
	if (c->bars_len < 2) return f->first;
	return f->first + (f->last - f->bar - f->first) * (int64_t)i / (int64_t)(c->bars_len - 1);
}

/* Many bars get thinner, so that they never touch. */
static int64_t bar_width(const struct frame *f, const struct bar_chart *c)
{
	int64_t room = (f->last - f->first) / (int64_t)(c->bars_len ? c->bars_len : 1) * 3 / 4;
	return room < f->bar ? room : f->bar;
}

static void text_at(struct html *h, const char *cls, int64_t x, int64_t y, const char *anchor, struct str text)
{
	html_lit(h, "<text");
	html_attr(h, "class", str_of(cls));
	part_attr_coord(h, "x", x);
	part_attr_coord(h, "y", y);
	html_attr(h, "text-anchor", str_of(anchor));
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</text>");
}

static void line(struct html *h, const char *cls, int64_t x1, int64_t x2, int64_t y1, int64_t y2)
{
	html_lit(h, "<line");
	html_attr(h, "class", str_of(cls));
	part_attr_coord(h, "x1", x1);
	part_attr_coord(h, "x2", x2);
	part_attr_coord(h, "y1", y1);
	part_attr_coord(h, "y2", y2);
	html_lit(h, "/>");
}

static void rect(struct html *h, const char *cls, int64_t x, int64_t y, int64_t width, int64_t height)
{
	html_lit(h, "<rect");
	html_attr(h, "class", str_of(cls));
	part_attr_coord(h, "x", x);
	part_attr_coord(h, "y", y);
	part_attr_coord(h, "width", width);
	part_attr_coord(h, "height", height);
	html_lit(h, "/>");
}

static struct str value_text(struct cx *cx, const struct bar_chart *c, const struct bar *bar)
{
	if (str_present(bar->text)) return bar->text;
	return bar->value == UNKNOWN ? STR("\u2013") : fixed_text(cx, bar->value, c->digits, 0);
}

static void draw_bar(struct cx *cx, struct html *h, const struct frame *f, const struct bar_chart *c, size_t i, int64_t top)
{
	const struct bar *bar = &c->bars[i];
	int64_t width = bar_width(f, c), x = x_of(f, c, i) + (f->bar - width) / 2, middle = x + width / 2;
	int64_t value = bar->value == UNKNOWN || bar->value < 0 ? 0 : bar->value, y = y_of(f, value, top);
	bool forecast = i + 1 == c->bars_len && c->forecast != UNKNOWN;
	if (forecast) {
		int64_t fy = y_of(f, c->forecast, top);
		rect(h, "fcst", x, fy, width, f->bottom - fy);
	}
	rect(h, bar->highlight ? "b1" : "b2", x, y, width, f->bottom - y);
	text_at(h, "vl", middle, y - 600, "middle", value_text(cx, c, bar));
	bool narrow = f->width < 40000;
	struct str label = narrow && str_present(bar->label_short) ? bar->label_short : bar->label;
	/* Labels of thin bars would run into each other: every other one is enough, the table has them all. */
	if (width >= (narrow ? 2800 : 3600) || i % 2 == 0) text_at(h, "ax", middle, f->bottom + 1800, "middle", label);
}

static void draw(struct cx *cx, struct html *h, const struct frame *f, const struct bar_chart *c)
{
	int64_t max = highest(c), step = tick_step(max), top = (max / step + 1) * step; /* room for the number above the highest bar */
	struct str id = str_fmt(cx->arena, "%s%s", c->id, f->suffix);
	html_lit(h, "<svg");
	html_attr(h, "class", str_of(f->cls));
	html_lit(h, " viewBox=\"0 0 ");
	html_int(h, f->width / 100);
	html_lit(h, " ");
	html_int(h, f->height / 100);
	html_lit(h, "\" role=\"img\"");
	html_attr(h, "aria-labelledby", id);
	html_lit(h, "><title");
	html_attr(h, "id", id);
	html_lit(h, ">");
	html_text(h, c->title);
	html_lit(h, "</title>");
	for (int64_t v = 0; v <= top; v += step) {
		int64_t y = y_of(f, v, top);
		line(h, "gl", f->left, f->width, y, y);
		text_at(h, "ax", 1600, y + 400, "end", fixed_text(cx, v, c->digits, 0));
	}
	if (c->target != UNKNOWN) {
		int64_t y = y_of(f, c->target, top);
		line(h, "tg", f->left, f->width, y, y);
		text_at(h, "tgt", 2800, y - 700, "start", c->target_text);
	}
	for (size_t i = 0; i < c->bars_len; i++)
		draw_bar(cx, h, f, c, i, top);
	if (c->forecast != UNKNOWN) text_at(h, "vl", f->width, y_of(f, c->forecast, top) - 700, "end", c->forecast_text);
	if (c->marker_before && c->marker_before < c->bars_len) {
		int64_t x = (x_of(f, c, c->marker_before - 1) + f->bar + x_of(f, c, c->marker_before)) / 2;
		line(h, "mk", x, x, 1800, f->bottom);
		text_at(h, "ax", x - 600, 2600, "end", c->marker_text);
	}
	html_lit(h, "</svg>");
}

static void twin_head(struct html *h, struct str text, bool number)
{
	html_lit(h, "<th scope=\"col\"");
	if (number) html_lit(h, " class=\"num\"");
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</th>");
}

static void twin_cell(struct html *h, struct str text, struct str href)
{
	html_lit(h, "<td class=\"num\">");
	if (str_present(href)) {
		html_lit(h, "<a");
		html_url(h, "href", href);
		html_lit(h, ">");
	}
	html_text(h, text);
	if (str_present(href)) html_lit(h, "</a>");
	html_lit(h, "</td>");
}

static void twin(struct cx *cx, struct html *h, const struct bar_chart *c)
{
	html_lit(h, "<details><summary class=\"sm\">");
	html_tr(cx, h, M_page_chart_table);
	html_lit(h, "</summary><table class=\"list\"><caption class=\"vh\">");
	html_text(h, c->title);
	html_lit(h, "</caption><thead><tr>");
	twin_head(h, c->label_head, false);
	twin_head(h, c->value_head, true);
	for (size_t k = 0; k < c->more_len; k++)
		twin_head(h, c->more_heads[k], true);
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < c->bars_len; i++) {
		const struct bar *bar = &c->bars[i];
		html_lit(h, "<tr><th scope=\"row\">");
		html_text(h, bar->label);
		html_lit(h, "</th>");
		twin_cell(h, value_text(cx, c, bar), bar->href);
		for (size_t k = 0; k < c->more_len; k++)
			twin_cell(h, bar->more[k].text, bar->more[k].href);
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></details>");
}

void html_bar_chart(struct cx *cx, struct html *h, const struct bar_chart *chart)
{
	for (size_t i = 0; i < ARRAY_LEN(frames); i++)
		draw(cx, h, &frames[i], chart);
	twin(cx, h, chart);
}
