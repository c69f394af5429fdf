/* Which column feeds which field: as given, as remembered, as shipped for a public file, or by the names in the header. */
#include "base/utf8.h"
#include "platform/i18n/i18n.h"
#include "platform/record/import_row.h"

static const struct import_map *const no_maps[] = {NULL};
static const struct import_map *const *shipped = no_maps;

void import_register_maps(const struct import_map *const *maps) { shipped = maps; }

static bool takes(const struct field *f) { return f && (f->flags & FF_FORM) && !(f->flags & (FF_DERIVED | FF_SENSITIVE)); }

static struct str header_line(struct cx *cx, const struct importing *im)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 16);
	VEC_EACH(c, &im->report->columns) {
		if (b.len) sb_char(&b, ',');
		sb_add(&b, *c);
	}
	return sb_str(&b);
}

static bool same_name(struct cx *cx, struct str column, struct str name)
{
	struct str a = utf8_fold(cx->arena, column), b = utf8_fold(cx->arena, name);
	size_t i = 0, k = 0;
	for (;;) { /* spaces, hyphens and underscores do not count */
		while (i < a.len && strchr(" _-.", a.ptr[i]))
			i++;
		while (k < b.len && strchr(" _-.", b.ptr[k]))
			k++;
		if (i == a.len || k == b.len) return i == a.len && k == b.len;
		if (a.ptr[i++] != b.ptr[k++]) return false;
	}
}

static const struct field *by_header_name(struct cx *cx, const struct entity *e, struct str column)
{
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!takes(f)) continue;
		if (same_name(cx, column, str_of(f->name))) return f;
		for (enum lang l = 0; l < LANG_COUNT; l++)
			if (same_name(cx, column, tr_lang(cx, l, f->label, NULL))) return f;
	}
	return NULL;
}

static enum err use_pair(struct cx *cx, struct importing *im, struct str field, struct str column)
{
	const struct field *f = entity_field(im->o->entity, field);
	if (!takes(f)) return fail(cx, ERR_INVALID, "map", M_import_map_field, ARG_S("value", field));
	for (size_t i = 0; i < im->report->columns.len; i++)
		if (str_eq(im->report->columns.ptr[i], column)) return im->fields[i] = f, OK;
	return fail(cx, ERR_INVALID, "map", M_import_map_column, ARG_S("value", column), ARG_S("field", field));
}

static enum err use_lines(struct cx *cx, struct importing *im, struct str lines)
{
	struct str line, field;
	while (str_split(&lines, '\n', &line)) {
		line = str_trim(line);
		if (str_blank(line) || str_starts(line, STR("#"))) continue;
		if (!str_split(&line, '=', &field)) continue;
		TRY(use_pair(cx, im, str_trim(field), str_trim(line)));
	}
	return OK;
}

static enum err remembered(struct cx *cx, const struct importing *im, struct str *lines)
{
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select lines from import_map where tenant = ?1 and kind = ?2 and header = ?3"),
		   DB_I(cx->tenant), DB_S(str_of(im->o->entity->kind)), DB_S(header_line(cx, im))));
	*lines = found ? db_str(&rows, 0) : STR_NONE;
	db_done(&rows);
	return OK;
}

static enum err choose(struct cx *cx, struct importing *im)
{
	struct str lines;
	if (im->o->map.len) {
		im->report->map_name = STR("given");
		for (size_t i = 0; i < im->o->map.len; i++)
			TRY(use_pair(cx, im, im->o->map.ptr[i].name, im->o->map.ptr[i].value));
		return OK;
	}
	TRY(remembered(cx, im, &lines));
	if (str_present(lines)) return im->report->map_name = STR("remembered"), use_lines(cx, im, lines);
	struct str header = header_line(cx, im);
	for (size_t i = 0; shipped[i]; i++)
		if (str_is(header, shipped[i]->header) && str_is(str_of(im->o->entity->kind), shipped[i]->kind))
			return im->report->map_name = str_of(shipped[i]->name), use_lines(cx, im, str_of(shipped[i]->lines));
	im->report->map_name = STR("header");
	for (size_t i = 0; i < im->report->columns.len; i++)
		im->fields[i] = by_header_name(cx, im->o->entity, im->report->columns.ptr[i]);
	return OK;
}

static void tell_map(struct importing *im)
{
	VEC(struct pair) used = {0};
	for (size_t i = 0; i < im->report->columns.len; i++) {
		struct str column = im->report->columns.ptr[i];
		if (im->fields[i])
			*VEC_PUSH(im->outer, &used) = (struct pair){str_of(im->fields[i]->name), column};
		else
			*VEC_PUSH(im->outer, &im->report->unused) = column;
	}
	im->report->map = (struct pairs){used.ptr, used.len};
}

static enum err choose_keys(struct cx *cx, struct importing *im)
{
	const struct entity *e = im->o->entity;
	if (str_present(im->o->key)) {
		const struct field *f = entity_field(e, im->o->key);
		if (!f) return fail(cx, ERR_INVALID, "key", M_import_map_field, ARG_S("value", im->o->key));
		im->keys[im->keys_len++] = f;
		return OK;
	}
	for (size_t i = 0; e->keys && e->keys[i]; i++)
		im->keys[im->keys_len++] = entity_field(e, str_of(e->keys[i]));
	im->content_key = im->keys_len == 1 && str_is(str_of(im->keys[0]->name), "import_key");
	return OK;
}

enum err import_make_map(struct cx *cx, struct importing *im, struct str *header, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		*VEC_PUSH(im->outer, &im->report->columns) = str_copy(im->outer, str_trim(header[i]));
	TRY(choose(cx, im));
	TRY(choose_keys(cx, im));
	tell_map(im);
	if (!im->report->map.len)
		return fail(cx, ERR_INVALID, "file", M_import_no_column, ARG_S("value", header_line(cx, im)), ARG_M("what", im->o->entity->label_many));
	return OK;
}

enum err import_remember_map(struct cx *cx, const struct importing *im)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 16);
	for (size_t i = 0; i < im->report->map.len; i++)
		sb_fmt(&b, "%.*s=%.*s\n", STR_ARG(im->report->map.ptr[i].name), STR_ARG(im->report->map.ptr[i].value));
	return db_exec(cx,
		       SQL("insert into import_map (tenant, kind, header, lines, changed_ms) values (?1, ?2, ?3, ?4, ?5) "
			   "on conflict (tenant, kind, header) do update set lines = excluded.lines, changed_ms = excluded.changed_ms"),
		       DB_I(cx->tenant), DB_S(str_of(im->o->entity->kind)), DB_S(header_line(cx, im)), DB_S(sb_str(&b)),
		       DB_I(cx->now_ms));
}
