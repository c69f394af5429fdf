/* Which column feeds which field: as given, as remembered, as shipped for a public file, or by the names in the header. */
#include "base/utf8.h"
#include "platform/i18n/i18n.h"
#include "platform/record/import_row.h"

static const struct import_map *const no_maps[] = {NULL};
static const struct import_map *const *shipped = no_maps;

void import_register_maps(const struct import_map *const *maps) { shipped = maps; }

static bool takes(const struct field *f) { return f && (f->flags & FF_FORM) && !(f->flags & (FF_DERIVED | FF_SENSITIVE)); }

/* The number that the house gave may stand in a file to say which row is meant. */
static bool may_map(const struct entity *e, const struct field *f)
{
	return takes(f) || (f && (e->flags & E_NUMBERED) && str_is(STR("number"), f->name));
}

static struct str header_line(struct cx *cx, const struct importing *im)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 16);
	VEC_EACH (c, &im->report->columns) {
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
		if (!may_map(e, f)) continue;
		if (same_name(cx, column, str_of(f->name))) return f;
		for (enum lang l = 0; l < LANG_COUNT; l++)
			if (same_name(cx, column, tr_lang(cx, l, f->label, NULL))) return f;
	}
	return NULL;
}

static bool find_column(const struct importing *im, struct str name, size_t *out)
{
	for (size_t i = 0; i < im->report->columns.len; i++)
		if (str_eq(im->report->columns.ptr[i], name)) return *out = i, true;
	return false;
}

static bool find_columns(const struct importing *im, struct str names, char sign, struct import_take *take)
{
	struct str one;
	take->sign = sign;
	while (str_split(&names, sign, &one)) {
		if (take->len == IMPORT_PARTS || !find_column(im, str_trim(one), &take->columns[take->len])) return false;
		take->len++;
	}
	return take->len > 0;
}

static enum err use_column(struct cx *cx, struct importing *im, const struct field *f, struct str column)
{
	struct import_take take = {.field = f, .len = 1};
	if (!find_column(im, column, &take.columns[0])) {
		take.len = 0;
		char sign = str_find_char(column, '+') != STR_NPOS ? '+' : '|';
		if (!find_columns(im, column, sign, &take))
			return fail(cx, ERR_INVALID, "map", M_import_map_column, ARG_S("value", column), ARG_Z("field", f->name));
	}
	*VEC_PUSH(im->outer, &im->takes) = take;
	return OK;
}

static enum err use_pair(struct cx *cx, struct importing *im, struct str name, struct str value)
{
	size_t mark = str_find_char(name, '?');
	bool meaning = mark != STR_NPOS, constant = !meaning && str_ends(name, STR(":"));
	struct str field = meaning ? str_sub(name, 0, mark) : constant ? str_sub(name, 0, name.len - 1) : name;
	const struct field *f = entity_field(im->o->entity, str_trim(field));
	if (!may_map(im->o->entity, f)) return fail(cx, ERR_INVALID, "map", M_import_map_field, ARG_S("value", field));
	value = str_copy(im->outer, value);
	if (meaning)
		*VEC_PUSH(im->outer, &im->meanings) =
		    (struct import_meaning){f, str_copy(im->outer, str_trim(str_sub(name, mark + 1, name.len))), value};
	else if (constant)
		*VEC_PUSH(im->outer, &im->constants) = (struct import_constant){f, value};
	else
		TRY(use_column(cx, im, f, value));
	*VEC_PUSH(im->outer, &im->used) = (struct pair){str_copy(im->outer, name), value};
	return OK;
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
	TRY(db_one(cx, &rows, &found, SQL("select lines from import_map where tenant = ?1 and kind = ?2 and header = ?3"), DB_I(cx->tenant),
	           DB_S(str_of(im->o->entity->kind)), DB_S(header_line(cx, im))));
	*lines = found ? db_str(&rows, 0) : STR_NONE;
	db_done(&rows);
	return OK;
}

static const struct import_map *shipped_map(struct cx *cx, const struct importing *im)
{
	struct str header = header_line(cx, im);
	for (size_t i = 0; shipped[i]; i++)
		if (str_is(header, shipped[i]->header) && str_is(str_of(im->o->entity->kind), shipped[i]->kind)) return shipped[i];
	return NULL;
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
	const struct import_map *known = shipped_map(cx, im);
	if (known) {
		im->map_key = known->key;
		im->only_new |= known->only_new;
	}
	TRY(remembered(cx, im, &lines));
	if (str_present(lines)) return im->report->map_name = STR("remembered"), use_lines(cx, im, lines);
	if (known) return im->report->map_name = str_of(known->name), use_lines(cx, im, str_of(known->lines));
	im->report->map_name = STR("header");
	for (size_t i = 0; i < im->report->columns.len; i++) {
		const struct field *f = by_header_name(cx, im->o->entity, im->report->columns.ptr[i]);
		if (f) TRY(use_pair(cx, im, str_of(f->name), im->report->columns.ptr[i]));
	}
	return OK;
}

static bool is_taken(const struct importing *im, size_t column)
{
	VEC_EACH (t, &im->takes)
		for (size_t i = 0; i < t->len; i++)
			if (t->columns[i] == column) return true;
	return false;
}

static void tell_map(struct importing *im)
{
	for (size_t i = 0; i < im->report->columns.len; i++)
		if (!is_taken(im, i)) *VEC_PUSH(im->outer, &im->report->unused) = im->report->columns.ptr[i];
	im->report->map = (struct pairs){im->used.ptr, im->used.len};
}

static enum err add_key(struct cx *cx, struct importing *im, struct str text)
{
	struct import_key key = {0};
	struct str name;
	while (str_split(&text, '+', &name)) {
		const struct field *f = entity_field(im->o->entity, str_trim(name));
		if (!f) return fail(cx, ERR_INVALID, "key", M_import_map_field, ARG_S("value", name));
		BUG_IF(key.len == IMPORT_KEY_FIELDS || im->keys_len == IMPORT_KEYS);
		key.fields[key.len++] = f;
	}
	im->keys[im->keys_len++] = key;
	return OK;
}

/* A key works with this file when its first field comes from it; what is derived may come from what does. */
static bool comes_from_file(const struct importing *im, const struct field *f)
{
	if (f->flags & FF_DERIVED && !((im->o->entity->flags & E_NUMBERED) && str_is(STR("number"), f->name))) return true;
	VEC_EACH (t, &im->takes)
		if (t->field == f) return true;
	return false;
}

/* A key may be said by the column that holds it. */
static struct str field_of_column(const struct importing *im, struct str name)
{
	size_t column;
	if (entity_field(im->o->entity, name) || !find_column(im, name, &column)) return name;
	VEC_EACH (t, &im->takes)
		if (t->len == 1 && t->columns[0] == column) return str_of(t->field->name);
	return name;
}

static enum err choose_keys(struct cx *cx, struct importing *im)
{
	const struct entity *e = im->o->entity;
	const char *const *names = e->keys;
	if (str_present(im->o->key))
		TRY(add_key(cx, im, field_of_column(im, im->o->key)));
	else if (im->map_key)
		TRY(add_key(cx, im, str_of(im->map_key)));
	else
		for (size_t i = 0; names && names[i]; i++)
			TRY(add_key(cx, im, str_of(names[i])));
	bool any = false;
	for (size_t i = 0; i < im->keys_len; i++)
		any |= comes_from_file(im, im->keys[i].fields[0]);
	if (any) return OK;
	const struct field *content = entity_field(e, STR("import_key"));
	if (!content) return OK;
	im->content_key = content;
	im->keys[0] = (struct import_key){{content}, 1};
	im->keys_len = 1;
	return OK;
}

enum err import_make_map(struct cx *cx, struct importing *im, struct str *header, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		*VEC_PUSH(im->outer, &im->report->columns) = str_copy(im->outer, str_trim(header[i]));
	im->only_new = im->o->only_new;
	TRY(choose(cx, im));
	TRY(choose_keys(cx, im));
	tell_map(im);
	if (!im->report->map.len)
		return fail(cx, ERR_INVALID, "file", M_import_no_column, ARG_S("value", header_line(cx, im)),
		            ARG_M("what", im->o->entity->label_many));
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
	               DB_I(cx->tenant), DB_S(str_of(im->o->entity->kind)), DB_S(header_line(cx, im)), DB_S(sb_str(&b)), DB_I(cx->now_ms));
}
