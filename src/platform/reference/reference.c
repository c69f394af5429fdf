/* Finding rows in the built-in tables, and the code lists among them. */
#include "base/date.h"
#include "base/log.h"
#include "platform/format/json.h"
#include "platform/reference/tables.h"

const struct reference_table *reference_table(struct str name)
{
	size_t lo = 0, hi = reference_tables_count;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = str_cmp(name, str_of(reference_tables[mid].name));
		if (order == 0) return &reference_tables[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

size_t reference_table_count(void) { return reference_tables_count; }
const struct reference_table *reference_table_at(size_t i) { return &reference_tables[i]; }
struct str reference_table_name(const struct reference_table *t) { return str_of(t->name); }
size_t reference_columns(const struct reference_table *t) { return t->ncolumns; }
struct str reference_column(const struct reference_table *t, size_t i) { return str_of(t->columns[i]); }

static struct reference_row row_of(const struct reference_table *t, const struct reference_shipped *r)
{
	const char *const *tail = r->cells + t->ncolumns - 3;
	return (struct reference_row){
	    .table = t,
	    .key = str_of(r->key),
	    .valid_from = r->valid_from,
	    .valid_to = r->valid_to,
	    .cells = r->cells,
	    .source = str_of(tail[0]),
	    .mark = str_of(tail[1]),
	    .note = str_of(tail[2]),
	};
}

static bool valid_at(const struct reference_shipped *r, int64_t date)
{
	return (r->valid_from == UNKNOWN || r->valid_from <= date) && (r->valid_to == UNKNOWN || date <= r->valid_to);
}

/* The first place in key order that is not before the key. */
static size_t first_of(const struct reference_table *t, struct str key)
{
	size_t lo = 0, hi = t->nrows;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (str_cmp(str_of(t->rows[t->order[mid]].key), key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool reference_find(struct str table, struct str key, int64_t date, struct reference_row *row)
{
	*row = (struct reference_row){.valid_from = UNKNOWN, .valid_to = UNKNOWN};
	const struct reference_table *t = reference_table(table);
	if (!t || !str_present(key) || date == UNKNOWN) return false;
	for (size_t i = first_of(t, key); i < t->nrows; i++) {
		const struct reference_shipped *r = &t->rows[t->order[i]];
		if (!str_is(key, r->key)) return false;
		if (!valid_at(r, date)) continue;
		*row = row_of(t, r);
		return true;
	}
	return false;
}

bool reference_next(struct str table, int64_t date, size_t *at, struct reference_row *row)
{
	const struct reference_table *t = reference_table(table);
	while (t && *at < t->nrows) {
		const struct reference_shipped *r = &t->rows[(*at)++];
		if (date != UNKNOWN && !valid_at(r, date)) continue;
		*row = row_of(t, r);
		return true;
	}
	return false;
}

int64_t reference_call_date(int64_t call_year)
{
	bool known = call_year >= 1900 && call_year <= 9999;
	return known ? date_from_civil((int)call_year, 1, 1) : UNKNOWN;
}

struct str reference_cell(const struct reference_row *row, const char *column)
{
	for (size_t i = 0; row->table && i < row->table->ncolumns; i++)
		if (!strcmp(row->table->columns[i], column)) return str_of(row->cells[i]);
	return STR_NONE;
}

int64_t reference_int(const struct reference_row *row, const char *column)
{
	int64_t n;
	struct str cell = reference_cell(row, column);
	return str_present(cell) && str_to_i64(cell, &n) ? n : UNKNOWN;
}

int64_t reference_fixed(const struct reference_row *row, const char *column, int digits)
{
	int64_t n;
	struct str cell = reference_cell(row, column);
	return str_present(cell) && str_to_fixed(cell, digits, &n) ? n : UNKNOWN;
}

/* --- frozen copies --- */

struct str reference_freeze(struct arena *a, const struct reference_row *row)
{
	struct sb b;
	struct json_writer w;
	BUG_IF(!row->table);
	sb_init(&b, a, 1 << 20);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_member_str(&w, "table", str_of(row->table->name));
	json_member_str(&w, "key", row->key);
	json_key(&w, "cells");
	json_object_begin(&w);
	for (size_t i = 0; i < row->table->ncolumns; i++)
		json_member_str(&w, row->table->columns[i], str_of(row->cells[i]));
	json_object_end(&w);
	json_object_end(&w);
	BUG_IF(!json_complete(&w));
	return sb_str(&b);
}

enum err reference_frozen_cell(struct cx *cx, struct str frozen, const char *column, struct str *out)
{
	const struct json *row;
	*out = STR_NONE;
	TRY(json_parse(cx, frozen, 1 << 20, &row));
	const struct json *cells = json_get(row, "cells");
	if (cells) *out = json_text(cells, column);
	return OK;
}

/* --- code lists --- */

static bool code_row(struct str list, struct str code, struct reference_row *row)
{
	const struct reference_table *t = reference_table(list);
	if (!t || !str_present(code)) return false;
	size_t i = first_of(t, code);
	if (i >= t->nrows || !str_is(code, t->rows[t->order[i]].key)) return false;
	*row = row_of(t, &t->rows[t->order[i]]);
	return str_present(reference_cell(row, "label_en"));
}

bool code_exists(struct str list, struct str code)
{
	struct reference_row row;
	return code_row(list, code, &row);
}

struct str code_label_in(enum lang lang, struct str list, struct str code)
{
	struct reference_row row;
	if (!code_row(list, code, &row)) return code;
	return reference_cell(&row, lang == LANG_FR ? "label_fr" : "label_en");
}

struct str code_label(struct cx *cx, struct str list, struct str code) { return code_label_in(cx->lang, list, code); }

bool code_next(struct str list, size_t *at, struct str *code)
{
	struct reference_row row;
	if (!reference_next(list, UNKNOWN, at, &row)) return false;
	*code = row.key;
	return true;
}

bool reference_param(struct str name, int64_t date, struct str *text, struct str *source)
{
	size_t dot = str_find_char(name, '.');
	struct reference_row row;
	if (dot == STR_NPOS || !reference_find(str_sub(name, 0, dot), str_sub(name, dot + 1, name.len), date, &row)) return false;
	*text = reference_cell(&row, "value");
	*source = row.source;
	return str_present(*text);
}

/* "S31" of "ADEME Impact CO2 (S31)", else the text. */
static struct str cited_code(struct str part)
{
	if (!part.len || part.ptr[part.len - 1] != ')') return part;
	size_t open = str_find_char(part, '(');
	return open == STR_NPOS ? part : str_sub(part, open + 1, part.len - open - 2);
}

struct reference_pages reference_cited(struct cx *cx, struct str source)
{
	struct reference_pages pages = {ARENA_ARRAY(cx->arena, struct reference_page, source.len + 1), 0};
	struct str part;
	while (str_split(&source, ',', &part)) {
		part = str_trim(part);
		if (!part.len) continue;
		struct reference_row row;
		struct str code = cited_code(part);
		struct reference_page page = {.title = part};
		if (reference_find(STR("source"), code, 0, &row))
			page = (struct reference_page){code_label(cx, STR("source"), code), reference_cell(&row, "dated"),
			                               reference_cell(&row, "link")};
		pages.ptr[pages.len++] = page;
	}
	return pages;
}
