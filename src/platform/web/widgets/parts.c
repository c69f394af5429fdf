/* Small parts as the design layer knows them: their classes are those of assets/css. */
#include "platform/web/widgets/parts.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

void part_icon(struct html *h, int icon, bool small)
{
	if (!icon) return;
	if (small)
		html_lit(h, "<svg class=\"i s\" aria-hidden=\"true\"><use href=\"");
	else
		html_lit(h, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"");
	html_textz(h, icon_href((enum icon)icon));
	html_lit(h, "\"/></svg>");
}

void part_strong(struct html *h, struct str text, struct str strong)
{
	size_t at = str_blank(strong) ? STR_NPOS : str_find(text, strong);
	if (at == STR_NPOS) {
		html_text(h, text);
		return;
	}
	html_text(h, str_sub(text, 0, at));
	html_lit(h, "<b>");
	html_text(h, strong);
	html_lit(h, "</b>");
	html_text(h, str_sub(text, at + strong.len, text.len));
}

void part_state(struct html *h, enum tone tone, int icon, struct str text)
{
	static const char *const classes[] = {"st", "st me", "st ok", "st wait", "st stop"};
	html_lit(h, "<span");
	html_attr(h, "class", str_of(classes[tone]));
	html_lit(h, ">");
	part_icon(h, icon, true);
	html_text(h, text);
	html_lit(h, "</span>");
}

void part_tag(struct html *h, enum tone tone, struct str text)
{
	static const char *const classes[] = {"tag", "tag a", "tag o", "tag w", "tag s"};
	html_lit(h, "<span");
	html_attr(h, "class", str_of(classes[tone]));
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</span>");
}

void part_hidden(struct html *h, const char *name, struct str value)
{
	html_lit(h, "<input type=\"hidden\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_lit(h, ">");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
	return -1;
}

/* A value of a query string as it was before its encoding. */
static struct str decode(struct cx *cx, struct str s)
{
	char *out = arena_alloc(cx->arena, s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;
		if (low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s.ptr[i] == '+' ? ' ' : s.ptr[i];
		}
	}
	return (struct str){out, n};
}

static bool named_in(struct str list, struct str name)
{
	struct str one;
	while (str_split(&list, ',', &one))
		if (str_eq(one, name)) return true;
	return false;
}

void part_hidden_query(struct cx *cx, struct html *h, struct str query, struct str but)
{
	struct str pair;
	while (str_split(&query, '&', &pair)) {
		size_t eq = str_find_char(pair, '=');
		if (eq == STR_NPOS) continue;
		struct str name = decode(cx, str_sub(pair, 0, eq));
		if (named_in(but, name)) continue;
		html_lit(h, "<input type=\"hidden\"");
		html_attr(h, "name", name);
		html_attr(h, "value", decode(cx, str_sub(pair, eq + 1, pair.len)));
		html_lit(h, ">");
	}
}

static void act_class(struct html *h, const struct act *act)
{
	html_attr(h, "class", act->primary ? STR("btn p") : act->quiet ? STR("btn q") : STR("btn"));
	html_lit(h, ">");
	part_icon(h, act->icon, true);
	html_text(h, act->text);
}

void part_act(struct html *h, const struct act *act, struct str token)
{
	if (!act->post) {
		html_lit(h, "<a");
		html_url(h, "href", act->href);
		act_class(h, act);
		html_lit(h, "</a>");
		return;
	}
	html_lit(h, "<form method=\"post\"");
	html_url(h, "action", act->href);
	html_lit(h, ">");
	part_hidden(h, "csrf", token);
	html_lit(h, "<button");
	act_class(h, act);
	html_lit(h, "</button></form>");
}

void part_pen(struct html *h, const struct pen *pen)
{
	html_lit(h, "<div");
	html_attr(h, "class", pen->yours ? STR("pen me") : STR("pen"));
	html_lit(h, "><span class=\"who\">");
	part_icon(h, pen->yours ? ICON_pen_line : ICON_hourglass, false);
	html_lit(h, "<span>");
	part_strong(h, pen->text, pen->strong);
	html_lit(h, "</span></span>");
	if (!str_blank(pen->since)) {
		html_lit(h, "<span class=\"f\">");
		html_text(h, pen->since);
		html_lit(h, "</span>");
	}
	if (!str_blank(pen->due)) {
		html_lit(h, "<span class=\"due\">");
		part_strong(h, pen->due, pen->due_strong);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>");
}

void part_facts_begin(struct html *h) { html_lit(h, "<dl class=\"facts\">"); }

void part_fact_begin(struct html *h, struct str label)
{
	html_lit(h, "<dt>");
	html_text(h, label);
	html_lit(h, "</dt><dd>");
}

void part_fact_end(struct html *h) { html_lit(h, "</dd>"); }

void part_fact(struct html *h, struct str label, struct str value, struct str href, struct str under)
{
	part_fact_begin(h, label);
	if (str_present(href)) {
		html_lit(h, "<a");
		html_url(h, "href", href);
		html_lit(h, ">");
	}
	html_text(h, value);
	if (str_present(href)) html_lit(h, "</a>");
	if (!str_blank(under)) {
		html_lit(h, "<span class=\"u\">");
		html_text(h, under);
		html_lit(h, "</span>");
	}
	part_fact_end(h);
}

void part_facts_end(struct html *h) { html_lit(h, "</dl>"); }

static void why_table(struct cx *cx, struct html *h, const struct why *why)
{
	html_lit(h, "<table><thead><tr><th scope=\"col\">");
	html_tr(cx, h, why->head_rule ? why->head_rule : M_page_why_rule);
	html_lit(h, "</th><th scope=\"col\" class=\"num\">");
	html_tr(cx, h, why->head_have ? why->head_have : M_page_why_have);
	html_lit(h, "</th><th scope=\"col\" class=\"num\">");
	html_tr(cx, h, why->head_need ? why->head_need : M_page_why_need);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < why->rows_len; i++) {
		const struct why_row *row = &why->rows[i];
		html_lit(h, "<tr><td>");
		html_text(h, row->rule);
		html_lit(h, "</td><td");
		html_attr(h, "class", row->worse ? STR("num neg") : STR("num"));
		html_lit(h, ">");
		html_text(h, row->have);
		html_lit(h, "</td><td class=\"num\">");
		html_text(h, row->need);
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table>");
}

static void why_but(struct html *h, const struct why *why)
{
	html_lit(h, "<p class=\"but\">");
	part_strong(h, why->but, why->but_strong);
	if (str_present(why->link)) {
		html_lit(h, " <a");
		html_url(h, "href", why->link);
		html_lit(h, ">");
		html_text(h, why->link_text);
		html_lit(h, "</a>");
	}
	if (!str_blank(why->ask)) {
		if (str_present(why->link))
			html_lit(h, ". ");
		else
			html_lit(h, " ");
		html_text(h, why->ask);
	}
	html_lit(h, "</p>");
}

void part_why(struct cx *cx, struct html *h, const struct why *why)
{
	html_lit(h, "<div");
	html_attr(h, "class", why->yes ? STR("why ok") : STR("why"));
	html_lit(h, ">");
	part_icon(h, why->yes ? ICON_circle_check : ICON_circle_question_mark, false);
	if (why->as_h4)
		html_lit(h, "<h4>");
	else
		html_lit(h, "<h3>");
	html_text(h, why->title);
	if (why->as_h4)
		html_lit(h, "</h4>");
	else
		html_lit(h, "</h3>");
	if (!str_blank(why->text)) {
		html_lit(h, "<p>");
		html_text(h, why->text);
		html_lit(h, "</p>");
	}
	if (why->rows_len) why_table(cx, h, why);
	if (!str_blank(why->but)) why_but(h, why);
	html_lit(h, "</div>");
}

void part_coord(struct html *h, int64_t hundredths)
{
	if (hundredths < 0) html_lit(h, "-");
	uint64_t n = hundredths < 0 ? -(uint64_t)hundredths : (uint64_t)hundredths;
	html_int(h, (int64_t)(n / 100));
	if (n % 100 == 0) return;
	html_lit(h, ".");
	html_int(h, (int64_t)(n / 10 % 10));
	if (n % 10) html_int(h, (int64_t)(n % 10));
}

void part_attr_coord(struct html *h, const char *name, int64_t hundredths)
{
	sb_char(&h->sb, ' ');
	sb_addz(&h->sb, name);
	SB_LIT(&h->sb, "=\"");
	part_coord(h, hundredths);
	sb_char(&h->sb, '"');
}

enum { SEATS_DRAWN_MAX = 12 };

void part_seats(struct html *h, int64_t places, int64_t taken, int64_t asked, struct str words)
{
	html_lit(h, "<span class=\"seats\">");
	if (places > 0 && places <= SEATS_DRAWN_MAX) {
		int64_t full = asked > taken ? asked : taken;
		int64_t over = full > places ? full - places : 0;
		if (over > SEATS_DRAWN_MAX) over = SEATS_DRAWN_MAX;
		int64_t width = places * 12 + over * 5;
		html_lit(h, "<svg height=\"14\" aria-hidden=\"true\"");
		html_attr_int(h, "width", width);
		html_lit(h, " viewBox=\"0 0 ");
		html_int(h, width);
		html_lit(h, " 14\">");
		for (int64_t i = 0; i < places; i++) {
			html_lit(h, "<rect");
			html_attr(h, "class", i < full ? STR("full") : STR("free"));
			part_attr_coord(h, "x", i * 1200 + 75);
			html_lit(h, " y=\"1.75\" width=\"8.5\" height=\"10.5\" rx=\"2\"/>");
		}
		for (int64_t i = 0; i < over; i++) {
			html_lit(h, "<rect class=\"over\"");
			html_attr_int(h, "x", places * 12 + 1 + i * 5);
			html_lit(h, " y=\"3\" width=\"3\" height=\"8\" rx=\"1\"/>");
		}
		html_lit(h, "</svg>");
	}
	html_text(h, words);
	html_lit(h, "</span>");
}

void part_figures_begin(struct html *h, bool four)
{
	html_lit(h, "<div");
	html_attr(h, "class", four ? STR("figs four") : STR("figs"));
	html_lit(h, ">");
}

void part_figure(struct html *h, struct str href, struct str value, struct str out_of, struct str label)
{
	bool link = str_present(href);
	if (link) {
		html_lit(h, "<a class=\"fig\"");
		html_url(h, "href", href);
		html_lit(h, ">");
	} else {
		html_lit(h, "<div class=\"fig\">");
	}
	html_lit(h, "<span class=\"v\">");
	html_text(h, value);
	if (!str_blank(out_of)) {
		html_lit(h, " <span>");
		html_text(h, out_of);
		html_lit(h, "</span>");
	}
	html_lit(h, "</span><span class=\"lab\">");
	html_text(h, label);
	html_lit(h, "</span>");
	if (link)
		html_lit(h, "</a>");
	else
		html_lit(h, "</div>");
}

void part_figures_end(struct html *h) { html_lit(h, "</div>"); }

void part_empty(struct html *h, int icon, struct str sentence, const struct act *act, struct str token)
{
	html_lit(h, "<div class=\"empty\">");
	part_icon(h, icon, false);
	html_lit(h, "<p>");
	html_text(h, sentence);
	html_lit(h, "</p>");
	if (act) part_act(h, act, token);
	html_lit(h, "</div>");
}

static void step_text(struct html *h, const struct step *step)
{
	if (str_present(step->href)) {
		html_lit(h, "<a");
		html_url(h, "href", step->href);
		html_lit(h, ">");
		html_text(h, step->text);
		html_lit(h, "</a>");
	} else {
		html_text(h, step->text);
	}
}

void part_steps(struct html *h, struct str label, const struct step *steps, size_t len)
{
	html_lit(h, "<ol class=\"steps\"");
	html_attr(h, "aria-label", label);
	html_lit(h, ">");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<li");
		if (steps[i].state == STEP_DONE) html_lit(h, " class=\"done\"");
		if (steps[i].state == STEP_NOW) html_lit(h, " aria-current=\"step\"");
		html_lit(h, ">");
		if (steps[i].state == STEP_DONE)
			part_icon(h, ICON_circle_check, true);
		else
			html_lit(h, "<span class=\"dot\"></span>");
		html_lit(h, "<span>");
		step_text(h, &steps[i]);
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ol>");
}

void part_timeline(struct html *h, struct str label, const struct step *steps, size_t len)
{
	html_lit(h, "<nav class=\"tl\"");
	html_attr(h, "aria-label", label);
	html_lit(h, "><ol>");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<li");
		if (steps[i].state == STEP_DONE) html_lit(h, " class=\"done\"");
		if (steps[i].state == STEP_NOW) html_lit(h, " class=\"now\" aria-current=\"step\"");
		html_lit(h, "><span class=\"dot\">");
		if (steps[i].state == STEP_DONE) part_icon(h, ICON_check, true);
		html_lit(h, "</span><span>");
		step_text(h, &steps[i]);
		if (!str_blank(steps[i].when)) {
			html_lit(h, "<span class=\"u\">");
			html_text(h, steps[i].when);
			html_lit(h, "</span>");
		}
		html_lit(h, "</span></li>");
	}
	html_lit(h, "</ol></nav>");
}

void part_job(struct html *h, const struct job_view *job)
{
	html_lit(h, "<div class=\"sheet pad job\"");
	html_attr(h, "data-poll", job->poll);
	html_lit(h, "><label");
	html_attr(h, "for", str_of(job->id));
	html_lit(h, "><b>");
	html_text(h, job->name);
	html_lit(h, "</b></label><progress");
	html_attr(h, "id", str_of(job->id));
	if (job->total != UNKNOWN && job->total > 0) {
		html_attr_int(h, "max", job->total);
		html_attr_int(h, "value", job->done);
	}
	html_lit(h, "></progress><p class=\"row between sm soft\"><span>");
	html_text(h, job->progress);
	html_lit(h, "</span><span>");
	html_text(h, job->left);
	html_lit(h, "</span></p>");
	if (!str_blank(job->note)) {
		html_lit(h, "<p class=\"sm muted\">");
		html_text(h, job->note);
		html_lit(h, "</p>");
	}
	html_lit(h, "</div>");
}

/* "b1" .. "b5" */
static void shade_attr(struct html *h, int shade)
{
	html_lit(h, " class=\"b");
	html_int(h, shade);
	html_lit(h, "\"");
}

void part_stacked(struct html *h, struct str label, const struct segment *segments, size_t len)
{
	int64_t total = 0, x = 0;
	for (size_t i = 0; i < len; i++)
		total += segments[i].value;
	html_lit(h, "<svg class=\"sb\" viewBox=\"0 0 240 14\" preserveAspectRatio=\"none\" role=\"img\"");
	html_attr(h, "aria-label", label);
	html_lit(h, ">");
	for (size_t i = 0; i < len && total > 0; i++) {
		int64_t width = segments[i].value * 24000 / total;
		if (segments[i].value > 0) {
			html_lit(h, "<rect");
			shade_attr(h, segments[i].shade);
			part_attr_coord(h, "x", x);
			html_lit(h, " y=\"0\" height=\"14\"");
			part_attr_coord(h, "width", width > 300 ? width - 150 : width);
			html_lit(h, "/>");
		}
		x += width;
	}
	html_lit(h, "</svg>");
}

void part_key(struct html *h, const struct segment *segments, size_t len, bool dots)
{
	html_lit(h, "<span class=\"key\">");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<span><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">");
		if (dots)
			html_lit(h, "<circle cx=\"6\" cy=\"6\" r=\"5\"");
		else
			html_lit(h, "<rect width=\"12\" height=\"12\" rx=\"2\"");
		shade_attr(h, segments[i].shade);
		html_lit(h, "/></svg>");
		html_text(h, segments[i].text);
		html_lit(h, "</span>");
	}
	html_lit(h, "</span>");
}

void part_toast(struct cx *cx, struct html *h, struct str text, struct str undo_path, struct str token)
{
	html_lit(h, "<div class=\"toasts\"><div class=\"toast\" role=\"status\" data-toast><span>");
	html_text(h, text);
	html_lit(h, "</span>");
	if (str_present(undo_path)) {
		struct act undo = {.text = tr(cx, M_page_undo), .href = undo_path, .icon = ICON_undo_2, .post = true};
		part_act(h, &undo, token);
	}
	html_lit(h, "</div></div>");
}
