/* Forms: inputs by field type, errors, hidden version and the values the form was opened with. */
#include "platform/web/widgets/form.h"
#include "base/date.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"
#include "platform/web/widgets/table.h"

bool form_field(struct cx *cx, const struct entity *e, const struct field *f)
{
	return f->flags & FF_FORM && !(f->flags & FF_DERIVED) && field_visible(cx, e, f);
}

void field_copy(const struct field *f, void *to, const void *from)
{
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: *field_str(f, to) = *field_str(f, from); break;
	case FT_REF: *field_id(f, to) = *field_id(f, from); break;
	default: *field_int(f, to) = *field_int(f, from); break;
	}
}

static struct str local_decimals(struct cx *cx, struct str text)
{
	if (cx->lang != LANG_FR || !str_present(text)) return text;
	size_t dot = str_find_char(text, '.');
	if (dot == STR_NPOS) return text;
	char *copy = arena_copy(cx->arena, text.ptr, text.len);
	copy[dot] = ',';
	return (struct str){copy, text.len};
}

static struct str code_with_label(struct cx *cx, const struct field *f, struct str code)
{
	struct str label = code_label(cx, str_of(f->list), code);
	if (str_eq(label, code)) return code;
	return str_fmt(cx->arena, "%.*s (%.*s)", STR_ARG(label), STR_ARG(code));
}

struct str form_code_typed(struct str typed)
{
	struct str s = str_trim(typed);
	if (!s.len || s.ptr[s.len - 1] != ')') return s;
	size_t open = STR_NPOS;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '(') open = i;
	return open == STR_NPOS ? s : str_sub(s, open + 1, s.len - open - 2);
}

/* As the clocks of the school show it; in full where that would lose something. */
static struct str local_instant(struct cx *cx, int64_t instant_ms)
{
	struct str zone = str_blank(cx->zone) ? STR("UTC") : cx->zone;
	int offset_s;
	int64_t again;
	if (!zone_offset(zone, instant_ms, &offset_s)) return instant_iso(cx->arena, instant_ms);
	struct civil c = instant_civil(instant_ms + (int64_t)offset_s * 1000);
	int64_t date = date_from_civil(c.year, c.month, c.day);
	if (!zone_instant(zone, date, c.hour, c.minute, 0, &again) || again != instant_ms) return instant_iso(cx->arena, instant_ms);
	return str_fmt(cx->arena, "%.*s %02d:%02d", STR_ARG(date_numeric(cx, date)), c.hour, c.minute);
}

struct str form_value(struct cx *cx, const struct field *f, const void *row)
{
	if (!field_known(f, row)) return STR_NONE;
	switch (f->type) {
	case FT_DATE: return date_numeric(cx, *field_int(f, row));
	case FT_INSTANT: return local_instant(cx, *field_int(f, row));
	case FT_CODE: return code_with_label(cx, f, *field_str(f, row));
	case FT_MONEY:
	case FT_ECTS:
	case FT_SCORE:
	case FT_COORD: return local_decimals(cx, field_text(cx, f, row));
	default: return field_text(cx, f, row);
	}
}

/* --- errors --- */

static const struct problem *problem_at(const struct cx *cx, struct str field)
{
	for (const struct problem *p = cx->problems; p; p = p->next)
		if (str_present(p->field) && str_eq(p->field, field)) return p;
	return NULL;
}

static size_t problems_len(const struct cx *cx)
{
	size_t n = 0;
	for (const struct problem *p = cx->problems; p; p = p->next)
		n++;
	return n;
}

void html_form_errors(struct cx *cx, struct html *h, const struct entity *e)
{
	size_t n = problems_len(cx);
	if (n == 0) return;
	html_lit(h, "<div class=\"errs\" role=\"alert\" tabindex=\"-1\" aria-labelledby=\"errs-title\"><h2 id=\"errs-title\">");
	html_tr(cx, h, M_page_form_errors, ARG_N("n", (int64_t)n));
	html_lit(h, "</h2><ul>");
	for (const struct problem *p = cx->problems; p; p = p->next) {
		const struct field *f = e && str_present(p->field) ? entity_field(e, p->field) : NULL;
		html_lit(h, "<li>");
		if (str_present(p->field)) {
			html_lit(h, "<a href=\"#f-");
			html_text(h, p->field);
			html_lit(h, "\">");
			struct str text = problem_text(cx, p);
			bool named = !f || str_starts(text, tr(cx, f->label));
			if (named)
				html_text(h, text);
			else
				html_tr(cx, h, M_page_form_error_at, ARG_M("field", f->label), ARG_S("problem", text));
			html_lit(h, "</a>");
		} else {
			html_text(h, problem_text(cx, p));
		}
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul></div>\n");
}

void html_field_error(struct cx *cx, struct html *h, struct str field)
{
	const struct problem *p = problem_at(cx, field);
	if (!p) return;
	html_lit(h, "<span class=\"err\" id=\"e-");
	html_text(h, field);
	html_lit(h, "\">");
	part_icon(h, ICON_triangle_alert, true);
	html_text(h, problem_text(cx, p));
	html_lit(h, "</span>");
}

/* --- inputs --- */

struct input {
	struct cx *cx;
	struct html *h;
	const struct form *form;
	const struct field *f;
	struct str value;
	bool bad, has_help;
};

static void common_attrs(const struct input *in)
{
	struct html *h = in->h;
	html_lit(h, " id=\"f-");
	html_textz(h, in->f->name);
	html_lit(h, "\"");
	html_attr(h, "name", str_of(in->f->name));
	if (in->f->flags & FF_REQUIRED) html_lit(h, " aria-required=\"true\"");
	if (in->bad) html_lit(h, " aria-invalid=\"true\"");
	if (in->bad || in->has_help) {
		html_lit(h, " aria-describedby=\"");
		if (in->has_help) {
			html_lit(h, "h-");
			html_textz(h, in->f->name);
		}
		if (in->bad) {
			if (in->has_help) html_lit(h, " ");
			html_lit(h, "e-");
			html_textz(h, in->f->name);
		}
		html_lit(h, "\"");
	}
}

static void option(struct html *h, struct str value, struct str label, bool selected)
{
	html_lit(h, "<option");
	html_attr(h, "value", value);
	html_flag(h, "selected", selected);
	html_lit(h, ">");
	html_text(h, label);
	html_lit(h, "</option>");
}

static void select_begin(const struct input *in)
{
	html_lit(in->h, "<select class=\"in\"");
	if (in->f->flags & FF_SENSITIVE) html_lit(in->h, " data-no-draft");
	common_attrs(in);
	html_lit(in->h, ">");
	option(in->h, STR(""), tr(in->cx, M_page_form_choose), str_blank(in->value));
}

static void enum_select(const struct input *in)
{
	select_begin(in);
	for (const struct option *o = in->f->options; o->code; o++)
		option(in->h, str_of(o->code), tr(in->cx, o->label), str_is(in->value, o->code));
	html_lit(in->h, "</select>");
}

/* The value as files carry it, so that both the form and an import read the same. */
static void bool_select(const struct input *in)
{
	select_begin(in);
	void *row = entity_new(in->cx, in->form->entity);
	for (int64_t value = 1; value >= 0; value--) {
		*field_int(in->f, row) = value;
		struct str text = field_text(in->cx, in->f, row);
		option(in->h, text, tr(in->cx, value ? M_base_yes : M_base_no), str_eq(in->value, text));
	}
	html_lit(in->h, "</select>");
}

static void text_input(const struct input *in, const char *mode, const char *list)
{
	struct html *h = in->h;
	html_lit(h, "<input");
	html_attr(h, "class", field_is_number(in->f) ? STR("in num short") : STR("in"));
	common_attrs(in);
	html_attr(h, "inputmode", str_of(mode));
	html_attr(h, "list", str_of(list));
	html_lit(h, " autocomplete=\"off\"");
	if (in->f->flags & FF_SENSITIVE) html_lit(h, " data-no-draft");
	if (in->f->flags & FF_MONO) html_lit(h, " spellcheck=\"false\" autocapitalize=\"off\"");
	if (in->f->type == FT_DATE) html_lit(h, " data-date");
	html_attr(h, "value", in->value);
	html_lit(h, ">");
}

static void text_area(const struct input *in)
{
	html_lit(in->h, "<textarea class=\"in\" rows=\"5\"");
	if (in->f->flags & FF_SENSITIVE) html_lit(in->h, " data-no-draft");
	common_attrs(in);
	html_lit(in->h, ">\n");
	html_text(in->h, in->value);
	html_lit(in->h, "</textarea>");
}

enum { CODE_SELECT_MAX = 12 };

static size_t codes_len(const char *list)
{
	size_t at = 0, n = 0;
	struct str code;
	while (code_next(str_of(list), &at, &code))
		n++;
	return n;
}

static void code_input(const struct input *in)
{
	size_t len = codes_len(in->f->list), at = 0;
	if (len == 0 || len > CODE_SELECT_MAX) {
		text_input(in, NULL, len ? str_z(in->cx->arena, str_fmt(in->cx->arena, "list-%s", in->f->list)) : NULL);
		return;
	}
	select_begin(in);
	struct str code;
	while (code_next(str_of(in->f->list), &at, &code)) {
		bool chosen = str_eq(form_code_typed(in->value), code);
		option(in->h, code, code_label(in->cx, str_of(in->f->list), code), chosen);
	}
	html_lit(in->h, "</select>");
}

static void ref_input(const struct input *in)
{
	const struct form_choices *c = in->form->choices ? &in->form->choices[field_index(in->form->entity, in->f)] : NULL;
	struct str id = str_fmt(in->cx->arena, "list-f-%s", in->f->name);
	if (!c || !c->all) {
		struct input named = *in;
		struct uuid held;
		if (c && uuid_parse(in->value, &held) && str_present(c->current)) named.value = c->current;
		text_input(&named, NULL, c && c->len ? str_z(in->cx->arena, id) : NULL);
		if (!c || !c->len) return;
		html_lit(in->h, "<datalist");
		html_attr(in->h, "id", id);
		html_attr(in->h, "data-lookup", str_fmt(in->cx->arena, "/search?format=json&of=%s", in->f->refers->kind));
		html_attr(in->h, "data-none", tr(in->cx, M_page_palette_none));
		html_attr(in->h, "data-found", tr(in->cx, M_page_palette_found));
		html_lit(in->h, ">");
		for (size_t i = 0; i < c->len; i++) {
			html_lit(in->h, "<option");
			html_attr(in->h, "value", c->titles[i]);
			html_attr(in->h, "data-id", uuid_text(in->cx->arena, c->ids[i]));
			html_lit(in->h, "></option>");
		}
		html_lit(in->h, "</datalist>");
		return;
	}
	select_begin(in);
	for (size_t i = 0; i < c->len; i++) {
		struct str value = uuid_text(in->cx->arena, c->ids[i]);
		option(in->h, value, c->titles[i], str_eq(value, in->value));
	}
	html_lit(in->h, "</select>");
}

static void control(const struct input *in)
{
	switch (in->f->type) {
	case FT_ENUM: enum_select(in); break;
	case FT_BOOL: bool_select(in); break;
	case FT_CODE: code_input(in); break;
	case FT_REF: ref_input(in); break;
	case FT_INT: text_input(in, "numeric", NULL); break;
	case FT_MONEY:
	case FT_ECTS:
	case FT_SCORE:
	case FT_COORD: text_input(in, "decimal", NULL); break;
	default:
		if (in->f->flags & FF_LONG)
			text_area(in);
		else
			text_input(in, NULL, NULL);
		break;
	}
}

static int field_help(const struct field *f)
{
	if (f->help) return f->help;
	return f->type == FT_DATE ? M_page_date_example : f->type == FT_INSTANT ? M_page_instant_example : 0;
}

static void field_row(struct cx *cx, struct html *h, const struct form *form, const struct field *f)
{
	size_t i = field_index(form->entity, f);
	bool invalid = form->draft->state[i] == DRAFT_INVALID;
	struct input in = {.cx = cx, .h = h, .form = form, .f = f, .has_help = field_help(f) != 0};
	in.value = invalid ? form->draft->typed[i] : form_value(cx, f, form->draft->row);
	in.bad = problem_at(cx, str_of(f->name)) != NULL;
	html_lit(h, "<div");
	html_attr(h, "class", in.bad ? STR("field bad") : STR("field"));
	html_lit(h, "><label for=\"f-");
	html_textz(h, f->name);
	html_lit(h, "\">");
	html_tr(cx, h, f->label);
	if (f->flags & FF_REQUIRED) {
		html_lit(h, " <span class=\"opt\">");
		html_tr(cx, h, M_page_form_required);
		html_lit(h, "</span>");
	}
	html_lit(h, "</label>");
	if (in.has_help) {
		html_lit(h, "<span class=\"help\" id=\"h-");
		html_textz(h, f->name);
		html_lit(h, "\">");
		html_tr(cx, h, field_help(f));
		html_lit(h, "</span>");
	}
	control(&in);
	html_field_error(cx, h, str_of(f->name));
	html_lit(h, "</div>\n");
}

/* One list for all fields that choose from it. */
static void code_lists(struct cx *cx, struct html *h, const struct entity *e)
{
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (f->type != FT_CODE || !form_field(cx, e, f)) continue;
		bool written = false;
		for (size_t j = 0; j < i; j++)
			written = written || (e->fields[j].type == FT_CODE && form_field(cx, e, &e->fields[j]) &&
			                      str_is(str_of(f->list), e->fields[j].list));
		if (written || codes_len(f->list) <= CODE_SELECT_MAX) continue;
		html_lit(h, "<datalist id=\"list-");
		html_textz(h, f->list);
		html_lit(h, "\">");
		struct str code;
		size_t at = 0;
		while (code_next(str_of(f->list), &at, &code))
			option(h, code_with_label(cx, f, code), STR(""), false);
		html_lit(h, "</datalist>\n");
	}
}

static void hidden_was(struct cx *cx, struct html *h, const struct entity *e, const void *was)
{
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!form_field(cx, e, f)) continue;
		struct str text = field_text(cx, f, was);
		html_lit(h, "<input type=\"hidden\" name=\"was.");
		html_textz(h, f->name);
		html_lit(h, "\"");
		html_attr(h, "value", str_present(text) ? text : STR(""));
		html_lit(h, ">");
	}
}

static void form_head(struct cx *cx, struct html *h, const struct form *form, const void *was)
{
	html_lit(h, "<form class=\"one\" method=\"post\"");
	html_url(h, "action", form->action);
	html_attr(h, "data-draft", form->action);
	html_attr(h, "data-restored", tr(cx, M_page_form_draft_restored));
	html_attr(h, "data-leave", tr(cx, M_page_form_draft_leave));
	html_lit(h, ">\n");
	part_hidden(h, "csrf", form->token);
	if (form->version != UNKNOWN) {
		html_lit(h, "<input type=\"hidden\" name=\"version\"");
		html_attr_int(h, "value", form->version);
		html_lit(h, ">");
	}
	if (was) hidden_was(cx, h, form->entity, was);
}

static void form_foot(struct cx *cx, struct html *h, const struct form *form)
{
	html_lit(h, "<p class=\"form-acts\"><button class=\"btn p\">");
	html_tr(cx, h, form->submit ? form->submit : M_page_save);
	html_lit(h, "</button>");
	if (str_present(form->cancel)) {
		html_lit(h, "<a class=\"btn q\"");
		html_url(h, "href", form->cancel);
		html_lit(h, ">");
		html_tr(cx, h, M_page_cancel);
		html_lit(h, "</a>");
	}
	html_lit(h, "<span class=\"sm muted\" data-draft-note hidden>");
	html_tr(cx, h, M_page_form_draft_kept);
	html_lit(h, "</span></p></form>\n");
}

static void group_begin(struct cx *cx, struct html *h, int group, bool after_another)
{
	if (after_another) html_lit(h, "</fieldset>\n");
	html_lit(h, "<fieldset class=\"part\"><legend>");
	html_tr(cx, h, group);
	html_lit(h, "</legend>\n");
}

void html_form(struct cx *cx, struct html *h, const struct form *form)
{
	form_head(cx, h, form, form->was);
	html_form_errors(cx, h, form->entity);
	int group = 0, open = 0;
	for (size_t i = 0; i < form->entity->fields_len; i++) {
		const struct field *f = &form->entity->fields[i];
		group = f->group ? f->group : group;
		if (!form_field(cx, form->entity, f)) continue;
		if (group != open) group_begin(cx, h, group, open != 0);
		open = group;
		field_row(cx, h, form, f);
	}
	if (open) html_lit(h, "</fieldset>\n");
	form_foot(cx, h, form);
	code_lists(cx, h, form->entity);
}

/* --- somebody was faster --- */

static struct str shown(struct cx *cx, const struct form *form, const struct field *f, const void *row)
{
	if (!field_known(f, row)) return STR("\u2013");
	const struct form_choices *c = form->choices ? &form->choices[field_index(form->entity, f)] : NULL;
	if (f->type == FT_REF && c)
		for (size_t i = 0; i < c->len; i++)
			if (uuid_eq(c->ids[i], *field_id(f, row))) return c->titles[i];
	return field_show(cx, f, row);
}

static void take_or_keep(struct cx *cx, struct html *h, const struct form *form, const struct field *f, const void *row, int label,
                         const char *which, bool checked)
{
	struct str text = field_text(cx, f, row);
	html_lit(h, "<label class=\"pick card\"><input type=\"radio\"");
	html_attr(h, "name", str_of(f->name));
	html_attr(h, "id", str_fmt(cx->arena, "f-%s%s", f->name, which));
	html_attr(h, "value", str_present(text) ? text : STR(""));
	html_flag(h, "checked", checked);
	html_lit(h, "><span>");
	html_text(h, shown(cx, form, f, row));
	html_lit(h, "<span class=\"u\">");
	html_tr(cx, h, label);
	html_lit(h, "</span></span></label>");
}

static void stale_field(struct cx *cx, struct html *h, const struct form_stale *s, const struct field *f)
{
	const void *mine = s->form.draft->row, *was = s->form.was;
	bool i_did = !field_equal(f, was, mine), they_did = !field_equal(f, was, s->current);
	if (i_did && they_did && !field_equal(f, mine, s->current)) {
		html_lit(h, "<fieldset class=\"stack-s\"><legend>");
		html_tr(cx, h, f->label);
		html_lit(h, "</legend>");
		take_or_keep(cx, h, &s->form, f, mine, M_page_stale_mine, "", true);
		take_or_keep(cx, h, &s->form, f, s->current, M_page_stale_theirs, "-theirs", false);
		html_lit(h, "</fieldset>\n");
		return;
	}
	struct str text = field_text(cx, f, i_did ? mine : s->current);
	part_hidden(h, f->name, str_present(text) ? text : STR(""));
}

static void stale_table(struct cx *cx, struct html *h, const struct form_stale *s)
{
	html_lit(h, "<div class=\"sheet\"><table class=\"list\"><caption class=\"vh\">");
	html_tr(cx, h, M_page_stale_changes);
	html_lit(h, "</caption><thead><tr>");
	int heads[] = {M_page_stale_field, M_page_stale_before, M_page_stale_now, M_page_stale_yours};
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		html_lit(h, "<th scope=\"col\"");
		if (i == 1) html_lit(h, " class=\"c2\"");
		html_lit(h, ">");
		html_tr(cx, h, heads[i]);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < s->form.entity->fields_len; i++) {
		const struct field *f = &s->form.entity->fields[i];
		const void *mine = s->form.draft->row;
		if (!form_field(cx, s->form.entity, f)) continue;
		if (field_equal(f, s->form.was, mine) && field_equal(f, s->form.was, s->current)) continue;
		html_lit(h, "<tr><th scope=\"row\">");
		html_tr(cx, h, f->label);
		html_lit(h, "</th><td class=\"c2\">");
		html_text(h, shown(cx, &s->form, f, s->form.was));
		html_lit(h, "</td><td>");
		html_text(h, shown(cx, &s->form, f, s->current));
		html_lit(h, "</td><td>");
		html_text(h, field_equal(f, s->form.was, mine) ? tr(cx, M_page_stale_untouched) : shown(cx, &s->form, f, mine));
		html_lit(h, "</td></tr>");
	}
	html_lit(h, "</tbody></table></div>\n");
}

void html_form_stale(struct cx *cx, struct html *h, const struct form_stale *s)
{
	html_lit(h, "<div class=\"stack\"><p class=\"note wait\" role=\"alert\">");
	part_icon(h, ICON_git_compare, false);
	html_lit(h, "<span>");
	if (str_present(s->by))
		html_tr(cx, h, M_page_stale_by, ARG_S("name", s->by));
	else
		html_tr(cx, h, M_page_stale_note);
	html_lit(h, "</span></p>\n");
	stale_table(cx, h, s);
	form_head(cx, h, &s->form, s->current);
	for (size_t i = 0; i < s->form.entity->fields_len; i++)
		if (form_field(cx, s->form.entity, &s->form.entity->fields[i])) stale_field(cx, h, s, &s->form.entity->fields[i]);
	form_foot(cx, h, &s->form);
	html_lit(h, "</div>");
}
