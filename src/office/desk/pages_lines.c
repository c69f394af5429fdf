/* Lines of imports and batches as tables. */
#include "office/desk/pages_lines.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/control.h"

const int line_states[IMPORT_STATES] = {M_imports_new, M_imports_changed, M_imports_unchanged, M_imports_conflict, M_imports_refused};

void lines_figures(struct cx *cx, struct html *h, const int64_t *counts, bool links)
{
	int64_t all = 0;
	for (int i = 0; i < IMPORT_STATES; i++)
		all += counts[i];
	html_lit(h, "<div class=\"figs five\">");
	for (int i = 0; i < IMPORT_STATES; i++)
		part_figure(h, links && counts[i] && i != IMPORT_UNCHANGED ? str_fmt(cx->arena, "#l-%d", i) : STR_NONE,
		            number_text(cx, counts[i]), str_fmt(cx->arena, "/ %.*s", STR_ARG(number_text(cx, all))),
		            tr_args(cx, line_states[i], NULL));
	part_figures_end(h);
}

static struct str label_of(struct cx *cx, const struct entity *e, struct str name)
{
	const struct field *f = str_present(name) ? entity_field(e, name) : NULL;
	return f ? tr_args(cx, f->label, NULL) : name;
}

static void line_number(struct cx *cx, struct html *h, const struct result_line *l)
{
	html_lit(h, "<tr><td class=\"num muted\">");
	html_number(cx, h, l->line);
	html_lit(h, "</td>");
}

static void wrong_row(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *l)
{
	line_number(cx, h, l);
	html_lit(h, "<td>");
	html_text(h, label_of(cx, e, l->field));
	html_lit(h, "</td>");
	html_cell(h, "long", l->value);
	html_lit(h, "<td class=\"long\">");
	html_text(h, l->reason);
	html_lit(h, "</td></tr>\n");
}

static void diffs(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *l)
{
	html_lit(h, "<ul class=\"diffs\">");
	for (size_t i = 0; i < l->diffs_len; i++) {
		html_lit(h, "<li><span class=\"muted\">");
		html_text(h, label_of(cx, e, l->diffs[i].field));
		html_lit(h, "</span> <del>");
		html_text(h, str_blank(l->diffs[i].before) ? STR("\u2013") : l->diffs[i].before);
		html_lit(h, "</del> <ins>");
		html_text(h, str_blank(l->diffs[i].after) ? STR("\u2013") : l->diffs[i].after);
		html_lit(h, "</ins></li>");
	}
	html_lit(h, "</ul>");
}

static void taken_row(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *l)
{
	line_number(cx, h, l);
	html_lit(h, "<td><b>");
	html_text(h, str_blank(l->title) ? tr(cx, M_page_unnamed) : l->title);
	html_lit(h, "</b>");
	if (l->diffs_len) diffs(cx, h, e, l);
	html_lit(h, "</td></tr>\n");
}

void lines_table(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *lines, size_t len, int state)
{
	static const int wrong_labels[] = {M_imports_line, M_imports_field, M_imports_value, M_imports_reason};
	static const char *const wrong_classes[] = {"num ln", NULL, NULL, NULL};
	static const int taken_labels[] = {M_imports_line, M_imports_row};
	static const char *const taken_classes[] = {"num ln", NULL};
	bool wrong = state == IMPORT_REFUSED || state == IMPORT_CONFLICT, any = false;
	struct str caption = tr_args(cx, line_states[state], NULL);
	for (size_t i = 0; i < len; i++) {
		if (lines[i].state != state) continue;
		if (!any && wrong) html_table_begin(cx, h, caption, wrong_labels, wrong_classes, 4);
		if (!any && !wrong) html_table_begin(cx, h, caption, taken_labels, taken_classes, 2);
		any = true;
		if (wrong)
			wrong_row(cx, h, e, &lines[i]);
		else
			taken_row(cx, h, e, &lines[i]);
	}
	if (any) html_table_end(h);
}
