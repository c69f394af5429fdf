/* Controls, notes, sections and plain tables, in the classes of assets/css. */
#include "platform/web/widgets/control.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

static bool has_problem(const struct cx *cx, const char *name)
{
	for (const struct problem *p = cx->problems; p; p = p->next)
		if (str_present(p->field) && str_is(p->field, name)) return true;
	return false;
}

/* The help and the error belong to the control. */
static void described_by(struct html *h, const struct control *c, bool bad)
{
	if (!c->help && !bad) return;
	html_lit(h, " aria-describedby=\"");
	if (c->help) {
		html_lit(h, "h-");
		html_textz(h, c->name);
	}
	if (c->help && bad) html_lit(h, " ");
	if (bad) {
		html_lit(h, "e-");
		html_textz(h, c->name);
	}
	html_lit(h, "\"");
	if (bad) html_lit(h, " aria-invalid=\"true\"");
}

static void control_begin(struct cx *cx, struct html *h, const struct control *c, bool bad)
{
	html_lit(h, "<div");
	html_attr(h, "class", bad ? STR("field bad") : STR("field"));
	html_lit(h, "><label for=\"f-");
	html_textz(h, c->name);
	html_lit(h, "\">");
	html_tr(cx, h, c->label);
	html_lit(h, "</label>");
	if (!c->help) return;
	html_lit(h, "<span class=\"help\" id=\"h-");
	html_textz(h, c->name);
	html_lit(h, "\">");
	html_tr(cx, h, c->help);
	html_lit(h, "</span>");
}

static void control_end(struct cx *cx, struct html *h, const struct control *c)
{
	html_field_error(cx, h, str_of(c->name));
	html_lit(h, "</div>\n");
}

void html_control(struct cx *cx, struct html *h, const struct control *c)
{
	bool bad = has_problem(cx, c->name);
	control_begin(cx, h, c, bad);
	html_lit(h, "<input class=\"in\" id=\"f-");
	html_textz(h, c->name);
	html_lit(h, "\"");
	html_attr(h, "name", str_of(c->name));
	html_attr(h, "type", c->type ? str_of(c->type) : STR("text"));
	html_attr(h, "value", c->value);
	html_attr(h, "autocomplete", c->autocomplete ? str_of(c->autocomplete) : STR("off"));
	html_attr_int(h, "maxlength", c->max ? c->max : 200);
	html_flag(h, "required", c->required);
	html_flag(h, "readonly", c->readonly);
	described_by(h, c, bad);
	html_lit(h, ">");
	control_end(cx, h, c);
}

void html_control_select(struct cx *cx, struct html *h, const struct control *c, const struct control_option *options, size_t len)
{
	bool bad = has_problem(cx, c->name);
	control_begin(cx, h, c, bad);
	html_lit(h, "<select class=\"in\" id=\"f-");
	html_textz(h, c->name);
	html_lit(h, "\"");
	html_attr(h, "name", str_of(c->name));
	described_by(h, c, bad);
	html_lit(h, ">");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<option");
		html_attr(h, "value", options[i].value);
		html_flag(h, "selected", options[i].current);
		html_lit(h, ">");
		html_text(h, options[i].text);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select>");
	control_end(cx, h, c);
}

void html_control_tick(struct cx *cx, struct html *h, const char *name, struct str text, struct str help, struct str value, bool on)
{
	html_lit(h, "<label class=\"pick\"><input type=\"checkbox\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", value);
	html_flag(h, "checked", on);
	html_lit(h, "><span>");
	html_text(h, text);
	if (!str_blank(help)) {
		html_lit(h, "<span class=\"help\">");
		html_text(h, help);
		html_lit(h, "</span>");
	}
	html_lit(h, "</span></label>\n");
}

void html_form_begin(struct html *h, struct str action, struct str token)
{
	html_lit(h, "<form class=\"one\" method=\"post\"");
	html_url(h, "action", action);
	html_lit(h, ">");
	part_hidden(h, "csrf", token);
}

void html_form_end(struct cx *cx, struct html *h, int submit, struct str cancel)
{
	html_lit(h, "<p class=\"form-acts\"><button class=\"btn p\">");
	html_tr(cx, h, submit);
	html_lit(h, "</button>");
	if (str_present(cancel)) {
		html_lit(h, "<a class=\"btn q\"");
		html_url(h, "href", cancel);
		html_lit(h, ">");
		html_tr(cx, h, M_page_cancel);
		html_lit(h, "</a>");
	}
	html_lit(h, "</p></form>\n");
}

void html_note(struct html *h, enum tone tone, int icon, struct str text)
{
	static const char *const classes[] = {"note", "note", "note ok", "note wait", "note stop"};
	html_lit(h, "<p");
	html_attr(h, "class", str_of(classes[tone]));
	html_lit(h, ">");
	part_icon(h, icon, true);
	html_lit(h, "<span>");
	html_text(h, text);
	html_lit(h, "</span></p>\n");
}

void html_section_begin(struct html *h, const char *id, struct str title, struct str beside, const struct act *act, struct str token)
{
	html_lit(h, "<section class=\"sect\" aria-labelledby=\"");
	html_textz(h, id);
	html_lit(h, "\"><header><h2 id=\"");
	html_textz(h, id);
	html_lit(h, "\">");
	html_text(h, title);
	html_lit(h, "</h2>");
	if (!str_blank(beside)) {
		html_lit(h, "<span class=\"muted sm\">");
		html_text(h, beside);
		html_lit(h, "</span>");
	}
	if (act && !act->post) {
		html_lit(h, "<a");
		html_url(h, "href", act->href);
		html_lit(h, ">");
		html_text(h, act->text);
		html_lit(h, "</a>");
	} else if (act) {
		part_act(h, act, token);
	}
	html_lit(h, "</header>\n");
}

void html_section_end(struct html *h) { html_lit(h, "</section>\n"); }

void html_table_begin(struct cx *cx, struct html *h, struct str caption, const int *labels, const char *const *classes, size_t len)
{
	html_lit(h, "<div class=\"sheet scroll\" tabindex=\"0\" role=\"group\"");
	html_attr(h, "aria-label", caption);
	html_lit(h, "><table class=\"list\"><caption class=\"vh\">");
	html_text(h, caption);
	html_lit(h, "</caption><thead><tr>");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<th scope=\"col\"");
		html_attr(h, "class", classes ? str_of(classes[i]) : STR_NONE);
		html_lit(h, ">");
		if (labels[i]) html_tr(cx, h, labels[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>\n");
}

void html_table_end(struct html *h) { html_lit(h, "</tbody></table></div>\n"); }

void html_cell(struct html *h, const char *classes, struct str text)
{
	html_lit(h, "<td");
	html_attr(h, "class", str_of(classes));
	html_lit(h, ">");
	html_text(h, str_blank(text) ? STR("\u2013") : text);
	html_lit(h, "</td>");
}
