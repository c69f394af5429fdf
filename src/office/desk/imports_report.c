/* A report of an import as JSON and back. */
#include "office/desk/imports_report.h"
#include "platform/format/json.h"

enum { REPORT_CAP = 8 * 1024 * 1024, CELL_SHOWN = 200 };

static struct str short_of(struct str s) { return s.len > CELL_SHOWN ? str_sub(s, 0, CELL_SHOWN) : s; }

static void write_line(struct json_writer *w, const struct import_line *l)
{
	json_object_begin(w);
	json_member_int(w, "line", l->line);
	json_member_int(w, "state", (int64_t)l->state);
	json_member_str(w, "title", l->title);
	json_member_str(w, "field", l->field);
	json_member_str(w, "value", short_of(l->value));
	json_member_str(w, "reason", l->reason);
	json_key(w, "diffs");
	json_array_begin(w);
	for (size_t i = 0; i < l->diffs_len; i++) {
		json_object_begin(w);
		json_member_str(w, "field", str_of(l->diffs[i].field->name));
		json_member_str(w, "before", short_of(l->diffs[i].before));
		json_member_str(w, "after", short_of(l->diffs[i].after));
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

static void write_texts(struct json_writer *w, const char *name, const struct str *texts, size_t len)
{
	json_key(w, name);
	json_array_begin(w);
	for (size_t i = 0; i < len; i++)
		json_write_str(w, texts[i]);
	json_array_end(w);
}

static void write_pair(struct json_writer *w, struct pair p)
{
	json_array_begin(w);
	json_write_str(w, p.name);
	json_write_str(w, p.value);
	json_array_end(w);
}

struct str import_map_json(struct cx *cx, struct pairs map)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, REPORT_CAP);
	json_writer_init(&w, &b);
	json_array_begin(&w);
	for (size_t i = 0; i < map.len; i++)
		write_pair(&w, map.ptr[i]);
	json_array_end(&w);
	return sb_str(&b);
}

static struct pairs read_pairs(struct cx *cx, const struct json *list)
{
	if (!list || list->kind != JSON_KIND_ARRAY) return (struct pairs){0};
	struct pair *pairs = ARENA_ARRAY(cx->arena, struct pair, list->items.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < list->items.len; i++) {
		const struct json *one = &list->items.ptr[i];
		if (one->kind != JSON_KIND_ARRAY || one->items.len != 2 || one->items.ptr[0].kind != JSON_KIND_STRING ||
		    one->items.ptr[1].kind != JSON_KIND_STRING)
			continue;
		pairs[n++] = (struct pair){one->items.ptr[0].text, one->items.ptr[1].text};
	}
	return (struct pairs){pairs, n};
}

enum err import_map_read(struct cx *cx, struct str json, struct pairs *out)
{
	const struct json *list;
	*out = (struct pairs){0};
	if (str_blank(json)) return OK;
	TRY(json_parse(cx, json, REPORT_CAP, &list));
	*out = read_pairs(cx, list);
	return OK;
}

struct str import_report_json(struct cx *cx, const struct import_report *r, const struct str *examples, struct str problem)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, REPORT_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_key(&w, "counts");
	json_array_begin(&w);
	for (int i = 0; i < IMPORT_STATES; i++)
		json_write_int(&w, r->counts[i]);
	json_array_end(&w);
	json_key(&w, "lines");
	json_array_begin(&w);
	VEC_EACH (l, &r->lines)
		write_line(&w, l);
	json_array_end(&w);
	json_key(&w, "map");
	json_array_begin(&w);
	for (size_t i = 0; i < r->map.len; i++)
		write_pair(&w, r->map.ptr[i]);
	json_array_end(&w);
	write_texts(&w, "columns", r->columns.ptr, r->columns.len);
	write_texts(&w, "examples", examples, examples ? r->columns.len : 0);
	json_member_str(&w, "map_name", r->map_name);
	json_member_str(&w, "problem", problem);
	json_object_end(&w);
	return sb_failed(&b) ? STR_NONE : sb_str(&b);
}

static void read_diffs(struct cx *cx, const struct json *list, struct result_line *l)
{
	if (!list || list->kind != JSON_KIND_ARRAY) return;
	l->diffs = ARENA_ARRAY(cx->arena, struct result_diff, list->items.len + 1);
	for (size_t i = 0; i < list->items.len; i++) {
		const struct json *d = &list->items.ptr[i];
		l->diffs[l->diffs_len++] = (struct result_diff){json_text(d, "field"), json_text(d, "before"), json_text(d, "after")};
	}
}

static void read_lines(struct cx *cx, const struct json *list, struct import_result *out)
{
	if (!list || list->kind != JSON_KIND_ARRAY) return;
	out->lines = ARENA_ARRAY(cx->arena, struct result_line, list->items.len + 1);
	for (size_t i = 0; i < list->items.len; i++) {
		const struct json *j = &list->items.ptr[i];
		struct result_line *l = &out->lines[out->lines_len];
		if (!json_int(j, "line", &l->line) || !json_int(j, "state", &l->state)) continue;
		l->title = json_text(j, "title");
		l->field = json_text(j, "field");
		l->value = json_text(j, "value");
		l->reason = json_text(j, "reason");
		read_diffs(cx, json_get(j, "diffs"), l);
		out->lines_len++;
	}
}

static struct str *read_texts(struct cx *cx, const struct json *list, size_t *len)
{
	*len = list && list->kind == JSON_KIND_ARRAY ? list->items.len : 0;
	struct str *texts = ARENA_ARRAY(cx->arena, struct str, *len + 1);
	for (size_t i = 0; i < *len; i++)
		texts[i] = list->items.ptr[i].kind == JSON_KIND_STRING ? list->items.ptr[i].text : STR("");
	return texts;
}

enum err import_result_read(struct cx *cx, const struct import_file *f, struct import_result *out)
{
	const struct json *j;
	size_t examples;
	*out = (struct import_result){0};
	if (str_blank(f->report)) return OK;
	TRY(json_parse(cx, f->report, REPORT_CAP, &j));
	const struct json *counts = json_get(j, "counts");
	for (size_t i = 0; counts && counts->kind == JSON_KIND_ARRAY && i < counts->items.len && i < IMPORT_STATES; i++)
		out->counts[i] = counts->items.ptr[i].num;
	read_lines(cx, json_get(j, "lines"), out);
	out->map = read_pairs(cx, json_get(j, "map"));
	out->columns = read_texts(cx, json_get(j, "columns"), &out->columns_len);
	out->examples = read_texts(cx, json_get(j, "examples"), &examples);
	if (examples != out->columns_len) out->examples = NULL;
	out->map_name = json_text(j, "map_name");
	out->problem = json_text(j, "problem");
	return OK;
}
