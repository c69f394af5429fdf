/* What the school holds about who is signed in: records by their descriptors, and the tables of accounts and mails. */
#include "office/people/own_data.h"
#include "base/date.h"
#include "office/people/accounts.h"
#include "platform/audit/audit.h"
#include "platform/format/json.h"
#include "platform/format/pdf.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"

enum { JSON_CAP = 16 * 1024 * 1024 };

size_t about_table_columns(const struct about_table *t)
{
	size_t n = 0;
	while (t->names[n])
		n++;
	return n;
}

/* --- tables without a descriptor --- */

static struct str when(struct cx *cx, const struct about_who *who, int64_t ms)
{
	if (ms == UNKNOWN) return STR_NONE;
	return who->for_people ? instant_text(cx, ms, cx->zone) : instant_iso(cx->arena, ms);
}

static struct str role_word(struct cx *cx, const struct about_who *who, struct str code)
{
	uint64_t bit = role_bit(code);
	return who->for_people && bit ? tr_args(cx, role_label(bit), NULL) : code;
}

typedef VEC(struct str) cells;

static enum err read_account(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(cx, &rows, SQL("select email, name, lang, created_ms, signed_in_ms from account where id = ?1"), DB_ID(who->account)));
	while (db_next(&rows)) {
		for (int i = 0; i < 3; i++)
			*VEC_PUSH(cx->arena, &list) = db_str(&rows, i);
		for (int i = 3; i < 5; i++)
			*VEC_PUSH(cx->arena, &list) = when(cx, who, db_int(&rows, i));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static enum err read_roles(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(cx, &rows,
		     SQL("select g.role, u.name, g.since_ms from account_grant g left join unit u on u.tenant = g.tenant and u.id = g.unit "
			 "where g.tenant = ?1 and g.account = ?2 order by g.since_ms, g.role"),
		     DB_I(cx->tenant), DB_ID(who->account)));
	while (db_next(&rows)) {
		*VEC_PUSH(cx->arena, &list) = role_word(cx, who, db_str(&rows, 0));
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 1);
		*VEC_PUSH(cx->arena, &list) = when(cx, who, db_int(&rows, 2));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static enum err read_mails(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(cx, &rows,
		     SQL("select created_ms, recipient, subject, body from mail where tenant = ?1 and recipient = ?2 order by created_ms, id"),
		     DB_I(cx->tenant), DB_S(who->email)));
	while (db_next(&rows)) {
		*VEC_PUSH(cx->arena, &list) = when(cx, who, db_int(&rows, 0));
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 1);
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 2);
		*VEC_PUSH(cx->arena, &list) = outbox_without_secrets(cx, db_str(&rows, 3));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static const struct about_table account_table = {.name = "account",
						 .label = M_data_account,
						 .names = (const char *const[]){"email", "name", "language", "created", "signed_in", NULL},
						 .heads = (const int[]){M_sign_email, M_own_name, M_own_language, M_data_created, M_data_signed_in},
						 .read = read_account};
static const struct about_table roles_table = {.name = "roles",
					       .label = M_own_roles,
					       .names = (const char *const[]){"role", "unit", "since", NULL},
					       .heads = (const int[]){M_data_role, M_accounts_unit, M_data_since},
					       .read = read_roles};
static const struct about_table mails_table = {.name = "mails",
					       .label = M_data_mails,
					       .names = (const char *const[]){"written", "to", "subject", "text", NULL},
					       .heads = (const int[]){M_data_written, M_data_to, M_data_subject, M_data_text},
					       .read = read_mails};
const struct about_table *const people_about[] = {&account_table, &roles_table, &mails_table, NULL};

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
	return audit_write(cx, &(struct audit_act){.act = "own_data", .kind = person ? person_entity.name : "account",
						   .subject = person ? who.person : who.account, .note = str_of(l->file)});
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
	VEC_EACH(t, &d->tables) {
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
	struct pdf *pdf = pdf_new(cx, &(struct pdf_document){.title = title, .author = school, .lang = str_of(lang_code(cx->lang)), .head = school,
							     .page_of = tr(cx, M_receipt_page_of),
							     .foot = tr(cx, M_data_foot, ARG_S("date", instant_text(cx, cx->now_ms, cx->zone)))});
	pdf_heading(pdf, 1, title);
	pdf_paragraph(pdf, tr(cx, M_data_lede));
	VEC_EACH(at, &d->about.rows) {
		if ((*at)->entity != last) pdf_heading(pdf, 2, tr_args(cx, (*at)->entity->label_many, NULL));
		last = (*at)->entity;
		paper_row(cx, pdf, *at);
	}
	VEC_EACH(t, &d->tables)
		paper_table(cx, pdf, t);
	return pdf_finish(pdf, out);
}
