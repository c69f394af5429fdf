/* /my/data: what the school holds about the reader, and the same to take along. */
#include "base/date.h"
#include "office/people/own_data.h"
#include "office/people/pages.h"
#include "office/people/school.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

static void row_facts(struct cx *cx, struct html *h, const struct about_row *r)
{
	const struct entity *e = r->entity;
	part_facts_begin(h);
	for (size_t i = 0; i < e->fields_len; i++) {
		struct str text = about_text(cx, r, i);
		if (str_blank(text) || &e->fields[i] == entity_title(e) || &e->fields[i] == r->by) continue;
		part_fact(h, tr_args(cx, e->fields[i].label, NULL), text, STR_NONE, STR_NONE);
	}
	part_facts_end(h);
}

static void one_row(struct cx *cx, struct html *h, const struct about_row *r)
{
	const struct row *row = r->row;
	html_lit(h, "<section class=\"sheet pad\"><h3>");
	html_text(h, field_show(cx, entity_title(r->entity), r->row));
	html_lit(h, "</h3><p class=\"sm muted mb\">");
	if (r->named)
		html_tr(cx, h, M_data_named, ARG_M("field", r->by->label));
	else
		html_tr(cx, h, row->import_version == UNKNOWN ? M_data_by_hand : M_data_by_import,
		        ARG_S("date", date_text(cx, cx_day(cx, row->changed_ms))));
	html_lit(h, "</p>");
	if (!r->named) row_facts(cx, h, r);
	html_lit(h, "</section>\n");
}

static void records(struct cx *cx, struct html *h, const struct about *a)
{
	const struct entity *last = NULL;
	VEC_EACH (at, &a->rows) {
		const struct entity *e = (*at)->entity;
		if (e != last) {
			if (last) html_section_end(h);
			bool alone = at + 1 == a->rows.ptr + a->rows.len || at[1]->entity != e;
			html_section_begin(h, e->name, tr_args(cx, alone ? e->label : e->label_many, NULL), STR_NONE, NULL, STR_NONE);
			html_lit(h, "<div class=\"stack-s\">");
		}
		last = e;
		one_row(cx, h, *at);
		if (at + 1 == a->rows.ptr + a->rows.len || at[1]->entity != e) html_lit(h, "</div>");
	}
	if (last) html_section_end(h);
}

static void table(struct cx *cx, struct html *h, const struct own_table *t)
{
	size_t n = about_table_columns(t->table);
	struct str title = tr_args(cx, t->table->label, NULL);
	html_section_begin(h, t->table->name, title, STR_NONE, NULL, STR_NONE);
	html_table_begin(cx, h, title, t->table->heads, NULL, n);
	for (size_t r = 0; r < t->rows; r++) {
		html_lit(h, "<tr>");
		for (size_t c = 0; c < n; c++)
			html_cell(h, NULL, t->cells[r * n + c]);
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	html_section_end(h);
}

static enum err data_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct own_data d;
	TRY(own_data_load(cx, NULL, &d));
	const struct act acts[] = {{.text = tr(cx, M_page_account), .href = STR("/account"), .quiet = true},
	                           {.text = tr(cx, M_data_json), .href = STR(OWN_DATA_PATH ".json"), .icon = ICON_download},
	                           {.text = tr(cx, M_data_pdf), .href = STR(OWN_DATA_PATH ".pdf"), .icon = ICON_download, .primary = true}};
	struct page page = {.title = tr(cx, M_nav_my_data), .lede = tr(cx, M_data_lede), .acts = acts, .acts_len = ARRAY_LEN(acts)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"stack\">");
	html_note(h, TONE_PLAIN, ICON_shield_check, tr(cx, M_data_rights));
	if (!d.about.rows.len) html_note(h, TONE_PLAIN, ICON_info, tr(cx, M_data_no_person));
	records(cx, h, &d.about);
	VEC_EACH (t, &d.tables)
		table(cx, h, t);
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

static struct str file_name(struct cx *cx, const char *ext)
{
	return str_fmt(cx->arena, "%.*s-%.*s.%s", STR_ARG(tr(cx, M_data_file)), STR_ARG(date_iso(cx->arena, cx_today(cx))), ext);
}

static enum err data_json(struct cx *cx, const struct request *r, struct reply *p)
{
	struct own_data d;
	TRY(own_data_load(cx, "json", &d));
	p->body = own_data_json(cx, &d);
	if (!str_present(p->body)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	p->content_type = STR("application/json");
	p->filename = file_name(cx, "json");
	return OK;
}

static enum err data_pdf(struct cx *cx, const struct request *r, struct reply *p)
{
	struct own_data d;
	struct school school = {0};
	bool found;
	TRY(own_data_load(cx, "pdf", &d));
	TRY(school_load(cx, cx->tenant, &school, &found));
	p->content_type = STR("application/pdf");
	p->filename = file_name(cx, "pdf");
	return own_data_paper(cx, &d, school.name, &p->body);
}

const struct route own_data_routes[] = {
    {HTTP_GET, OWN_DATA_PATH, data_get, 0, NULL},
    {HTTP_GET, OWN_DATA_PATH ".json", data_json, 0, NULL},
    {HTTP_GET, OWN_DATA_PATH ".pdf", data_pdf, 0, NULL},
    {0},
};
