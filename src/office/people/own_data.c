/* What the school holds about who is signed in: loaded once, written as JSON and on paper. */
#include "office/people/own_data.h"
#include "base/date.h"
#include "office/people/model.h"
#include "platform/audit/audit.h"
#include "platform/format/json.h"
#include "platform/format/pdf.h"
#include "platform/i18n/i18n.h"

enum { JSON_CAP = 16 * 1024 * 1024 };

size_t about_table_columns(const struct about_table *t)
{
	size_t n = 0;
	while (t->names[n])
		n++;
	return n;
}

typedef VEC(struct str) cells;

/* --- all of it --- */

struct loading {
	const char *file;
	struct own_data *out;
};

static enum err load(struct cx *cx, void *arg)
{
	struct loading *l = arg;
	struct about_who who = {cx->actor->account, cx->actor->person, cx->actor->email, !l->file || strcmp(l->file, "json") != 0};
	*l->out = (struct own_data){0};
	TRY(record_about(cx, &person_entity, who.person, &l->out->about));
	for (const struct about_table *const *t = about_tables(); *t; t++) {
		struct own_table read = {.table = *t};
		TRY((*t)->read(cx, &who, &read.cells, &read.rows));
		if (read.rows) *VEC_PUSH(cx->arena, &l->out->tables) = read;
	}
	if (!l->file) return OK;
	bool person = !uuid_none(who.person);
	return audit_write(cx, &(struct audit_act){.act = "own_data",
	                                           .kind = person ? person_entity.name : "account",
	                                           .subject = person ? who.person : who.account,
	                                           .note = str_of(l->file)});
}

enum err own_data_load(struct cx *cx, const char *file, struct own_data *out)
{
	struct loading l = {file, out};
	if (!cx->actor || uuid_none(cx->actor->account)) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	return db_tx(cx, file ? DB_WRITE : DB_READ, load, &l);
}

struct str own_data_json(struct cx *cx, const struct own_data *d)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, JSON_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_member_str(&w, "made", instant_iso(cx->arena, cx->now_ms));
	VEC_EACH (t, &d->tables) {
		size_t columns = about_table_columns(t->table);
		json_key(&w, t->table->name);
		json_array_begin(&w);
		for (size_t r = 0; r < t->rows; r++) {
			json_object_begin(&w);
			for (size_t c = 0; c < columns; c++)
				json_member_str(&w, t->table->names[c], t->cells[r * columns + c]);
			json_object_end(&w);
		}
		json_array_end(&w);
	}
	json_key(&w, "records");
	about_json(cx, &d->about, &w);
	json_object_end(&w);
	return json_complete(&w) ? sb_str(&b) : STR_NONE;
}

/* --- on paper --- */

static void paper_row(struct cx *cx, struct pdf *pdf, const struct about_row *r)
{
	static const struct pdf_column columns[] = {{STR_NONE, 2, false}, {STR_NONE, 5, false}};
	const struct entity *e = r->entity;
	cells list = {0};
	pdf_heading(pdf, 3, field_show(cx, entity_title(e), r->row));
	if (r->named) return pdf_paragraph(pdf, tr(cx, M_data_named, ARG_M("field", r->by->label)));
	for (size_t i = 0; i < e->fields_len; i++) {
		struct str text = about_text(cx, r, i);
		if (str_blank(text) || &e->fields[i] == entity_title(e)) continue;
		*VEC_PUSH(cx->arena, &list) = tr_args(cx, e->fields[i].label, NULL);
		*VEC_PUSH(cx->arena, &list) = text;
	}
	pdf_table(pdf, columns, 2, list.ptr, list.len / 2);
}

/* Mails are long: each is a few lines of its own instead of a row. */
static void paper_table(struct cx *cx, struct pdf *pdf, const struct own_table *t)
{
	static const struct pdf_column columns[] = {{STR_NONE, 2, false}, {STR_NONE, 5, false}};
	size_t n = about_table_columns(t->table);
	pdf_heading(pdf, 2, tr_args(cx, t->table->label, NULL));
	for (size_t r = 0; r < t->rows; r++) {
		cells list = {0};
		for (size_t c = 0; c < n; c++) {
			if (str_blank(t->cells[r * n + c])) continue;
			*VEC_PUSH(cx->arena, &list) = tr_args(cx, t->table->heads[c], NULL);
			*VEC_PUSH(cx->arena, &list) = t->cells[r * n + c];
		}
		pdf_table(pdf, columns, 2, list.ptr, list.len / 2);
	}
}

enum err own_data_paper(struct cx *cx, const struct own_data *d, struct str school, struct str *out)
{
	const struct entity *last = NULL;
	struct str title = tr(cx, M_data_title_of, ARG_S("name", cx->actor->name));
	struct pdf *pdf =
	    pdf_new(cx, &(struct pdf_document){.title = title,
	                                       .author = school,
	                                       .lang = str_of(lang_code(cx->lang)),
	                                       .head = school,
	                                       .page_of = tr(cx, M_receipt_page_of),
	                                       .foot = tr(cx, M_data_foot, ARG_S("date", instant_text(cx, cx->now_ms, cx->zone)))});
	pdf_heading(pdf, 1, title);
	pdf_paragraph(pdf, tr(cx, M_data_lede));
	VEC_EACH (at, &d->about.rows) {
		if ((*at)->entity != last) pdf_heading(pdf, 2, tr_args(cx, (*at)->entity->label_many, NULL));
		last = (*at)->entity;
		paper_row(cx, pdf, *at);
	}
	VEC_EACH (t, &d->tables)
		paper_table(cx, pdf, t);
	return pdf_finish(pdf, out);
}
