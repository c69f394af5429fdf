/* One line of a file: read it by its fields, find the row it means, decide what it is. */
#include "platform/record/import_row.h"
#include "base/base64.h"
#include "platform/crypto/hash.h"
#include "platform/i18n/i18n.h"

enum { REFS_KEPT = 20000 };

/* A reference is written in files by what people know: a number, a code, a name. */
static enum err find_reference(struct cx *cx, const struct field *f, struct str text, struct uuid *id)
{
	const struct entity *to = f->refers;
	void *row = entity_new(cx, to);
	bool found = false;
	for (size_t i = 0; !found && to->keys && to->keys[i]; i++) {
		const struct field *key = entity_field(to, str_of(to->keys[i]));
		if (key && key->type == FT_TEXT) TRY(entity_find_by(cx, to, key, text, row, &found));
	}
	const struct field *title = entity_title(to);
	if (!found && title->type == FT_TEXT) TRY(entity_find_by(cx, to, title, text, row, &found));
	if (!found)
		return fail(cx, ERR_INVALID, f->name, M_import_no_reference, ARG_M("field", f->label), ARG_S("value", text),
		            ARG_M("what", to->label));
	*id = ((struct row *)row)->id;
	return OK;
}

static enum err resolve_reference(struct cx *cx, struct importing *im, const struct field *f, struct str text, void *row)
{
	struct uuid id;
	if (uuid_parse(text, &id)) return *field_id(f, row) = id, OK;
	struct str key = str_fmt(cx->arena, "%s %.*s", f->name, STR_ARG(text));
	struct uuid *known = map_get(&im->ref_ids, key);
	if (!known) {
		TRY(find_reference(cx, f, text, &id));
		if (im->ref_ids.len > REFS_KEPT) {
			arena_reset(im->refs);
			map_init(&im->ref_ids, im->refs);
		}
		known = arena_copy(im->refs, &id, sizeof(id));
		map_put(&im->ref_ids, str_copy(im->refs, key), known);
	}
	*field_id(f, row) = *known;
	return OK;
}

static enum err take(struct cx *cx, struct importing *im, struct draft *d, const struct field *f, struct str text)
{
	text = str_trim(text);
	if (f->type == FT_REF && !str_blank(text)) {
		field_set_add(&d->given, field_index(d->entity, f));
		return resolve_reference(cx, im, f, text, d->row);
	}
	return draft_set(cx, d, f, text);
}

/* What the file says for a field: columns put together, and what their text stands for. */
static struct str cell_text(struct cx *cx, const struct importing *im, const struct import_take *t, struct str *cells, size_t n)
{
	struct str out = STR("");
	for (size_t i = 0; i < t->len; i++) {
		struct str cell = t->columns[i] < n ? str_trim(cells[t->columns[i]]) : STR("");
		if (t->sign == '+' && !str_blank(out) && !str_blank(cell))
			out = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(out), STR_ARG(cell));
		else if (t->sign != '+' || !str_blank(cell))
			out = cell;
		if (t->sign == '|' && !str_blank(out) && !str_is(out, "0")) break;
	}
	const struct import_meaning *any = NULL;
	VEC_EACH (m, &im->meanings) {
		if (m->field != t->field) continue;
		if (str_is(m->text, "*"))
			any = m;
		else if (str_eq(m->text, out) || (str_blank(m->text) && str_blank(out)))
			return m->value;
	}
	return any ? any->value : out;
}

/* No key in the file: the same content a second time is the second occurrence. */
static void set_content_key(struct cx *cx, struct importing *im, struct draft *d, struct str *cells, size_t n)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 20);
	VEC_EACH (t, &im->takes)
		for (size_t i = 0; i < t->len; i++) {
			if (t->columns[i] < n) sb_add(&b, str_trim(cells[t->columns[i]]));
			sb_char(&b, 0x1f);
		}
	uint8_t digest[32];
	sha256(sb_str(&b), digest);
	struct str key = base64url_encode(cx->arena, (struct str){(const char *)digest, 18});
	int64_t *seen = map_get(&im->occurrences, key);
	if (!seen) {
		seen = ARENA_NEW(im->occurrences.arena, int64_t);
		map_put(&im->occurrences, str_copy(im->occurrences.arena, key), seen);
	}
	++*seen;
	*field_str(im->content_key, d->row) = str_fmt(cx->arena, "%.*s.%lld", STR_ARG(key), (long long)*seen);
	field_set_add(&d->given, field_index(d->entity, im->content_key));
}

static enum err read_constants(struct cx *cx, struct importing *im, struct draft *d)
{
	VEC_EACH (c, &im->constants)
		TRY(take(cx, im, d, c->field, c->value));
	for (size_t i = 0; i < im->o->set.len; i++) {
		const struct field *f = entity_field(im->o->entity, im->o->set.ptr[i].name);
		if (!f || !(f->flags & FF_FORM))
			return fail(cx, ERR_INVALID, "set", M_import_map_field, ARG_S("value", im->o->set.ptr[i].name));
		TRY(take(cx, im, d, f, im->o->set.ptr[i].value));
	}
	return OK;
}

static enum err read_line(struct cx *cx, struct importing *im, struct str *cells, size_t n, struct draft *d)
{
	enum err first;
	draft_begin(cx, im->o->entity, NULL, d);
	first = read_constants(cx, im, d);
	if (first != OK && first != ERR_INVALID) return first;
	VEC_EACH (t, &im->takes) {
		enum err err = take(cx, im, d, t->field, cell_text(cx, im, t, cells, n));
		if (err != OK && err != ERR_INVALID) return err;
		if (first == OK) first = err;
	}
	if (im->content_key) set_content_key(cx, im, d, cells, n);
	if (im->o->entity->derive) im->o->entity->derive(cx, d->row); /* a key may be a derived field */
	return first;
}

/* Keys stand in order of trust. A row found by a lesser key is another one when a better key of both is known and differs. */
static bool contradicts(struct importing *im, size_t upto, const void *row, const struct row *found)
{
	for (size_t i = 0; i < upto; i++) {
		const struct import_key *key = &im->keys[i];
		if (key->len == 1 && field_known(key->fields[0], row) && field_known(key->fields[0], found) &&
		    !field_equal(key->fields[0], row, found))
			return true;
	}
	return false;
}

static enum err find_current(struct cx *cx, struct importing *im, const void *row, struct row **current)
{
	const struct entity *e = im->o->entity;
	*current = NULL;
	for (size_t i = 0; i < im->keys_len && !*current; i++) {
		const struct import_key *key = &im->keys[i];
		bool found;
		if (!field_known(key->fields[0], row)) continue;
		struct row *r = entity_new(cx, e);
		TRY(entity_find_same(cx, e, key->fields, key->len, row, r, &found));
		if (found && !contradicts(im, i, row, r)) *current = r;
	}
	if (*current || !(e->flags & E_NUMBERED)) return OK;
	const struct field *number = entity_field(e, STR("number"));
	if (!field_known(number, row)) return OK;
	return fail(cx, ERR_INVALID, "number", M_import_no_number, ARG_M("what", e->label), ARG_S("value", *field_str(number, row)));
}

static void keep_line(struct cx *cx, struct importing *im, const struct import_line *line)
{
	size_t max = im->o->lines_max ? im->o->lines_max : 100, have = 0;
	if (im->o->refused && (line->state == IMPORT_REFUSED || line->state == IMPORT_CONFLICT)) im->o->refused(im->o->arg, cx, line);
	if (line->state == IMPORT_UNCHANGED) return;
	VEC_EACH (l, &im->report->lines)
		have += l->state == line->state;
	if (have >= max) return;
	struct import_line *k = VEC_PUSH(im->outer, &im->report->lines);
	*k = *line;
	k->title = str_copy(im->outer, line->title);
	k->field = str_copy(im->outer, line->field);
	k->value = str_copy(im->outer, line->value);
	k->reason = str_copy(im->outer, line->reason);
	k->diffs = arena_copy(im->outer, line->diffs, line->diffs_len * sizeof(*line->diffs));
	for (size_t i = 0; i < k->diffs_len; i++) {
		k->diffs[i].before = str_copy(im->outer, k->diffs[i].before);
		k->diffs[i].after = str_copy(im->outer, k->diffs[i].after);
	}
}

static enum err refuse(struct cx *cx, struct importing *im, const struct draft *d, int64_t line)
{
	struct import_line out = {.line = line, .state = IMPORT_REFUSED, .title = field_show(cx, entity_title(d->entity), d->row)};
	struct problem *p = cx->problems;
	if (p) {
		const struct field *f = entity_field(d->entity, p->field);
		out.field = p->field;
		out.reason = problem_text(cx, p);
		if (f)
			out.value = str_present(d->typed[field_index(d->entity, f)]) ? d->typed[field_index(d->entity, f)]
			                                                             : field_text(cx, f, d->row);
	}
	im->report->counts[IMPORT_REFUSED]++;
	keep_line(cx, im, &out);
	cx_clear_problems(cx);
	return OK;
}

/* The current row with the fields of the file laid over it; the fields that differ. */
static struct row *lay_over(struct cx *cx, const struct draft *d, const struct row *current, struct field_set *different)
{
	struct row *now = arena_copy(cx->arena, current, d->entity->size);
	*different = (struct field_set){0};
	for (size_t i = 0; i < d->entity->fields_len; i++) {
		const struct field *f = &d->entity->fields[i];
		if (!field_set_has(&d->given, i) || field_equal(f, now, d->row)) continue;
		field_set_add(different, i);
		size_t size = f->type == FT_TEXT || f->type == FT_CODE ? sizeof(struct str)
		              : f->type == FT_REF                      ? sizeof(struct uuid)
		                                                       : sizeof(int64_t);
		memcpy((char *)now + f->offset, (const char *)d->row + f->offset, size);
	}
	return now;
}

static enum err meet_current(struct cx *cx, struct importing *im, struct draft *d, struct row *current, int64_t line)
{
	const struct entity *e = im->o->entity;
	struct field_set different;
	if (im->only_new) return im->report->counts[IMPORT_UNCHANGED]++, OK;
	struct row *now = lay_over(cx, d, current, &different);
	if (!different.bits[0] && !different.bits[1]) return im->report->counts[IMPORT_UNCHANGED]++, OK;
	struct import_line out = {.line = line, .title = field_show(cx, entity_title(e), current)};
	TRY(entity_diff_titles(cx, e, current, now, &out.diffs, &out.diffs_len));
	if (current->import_version != current->version) {
		out.state = IMPORT_CONFLICT;
		out.field = out.diffs_len ? str_of(out.diffs[0].field->name) : STR_NONE;
		out.value = out.diffs_len ? out.diffs[0].after : STR_NONE;
		out.reason = tr(cx, M_import_conflict, ARG_S("ours", out.diffs_len ? out.diffs[0].before : STR("")));
		im->report->counts[IMPORT_CONFLICT]++;
		keep_line(cx, im, &out);
		return OK;
	}
	enum err err = import_write_change(cx, im, now, current, &different);
	if (err_blame(err) == BLAME_USER) return refuse(cx, im, d, line);
	TRY(err);
	out.state = IMPORT_CHANGED;
	im->report->counts[IMPORT_CHANGED]++;
	keep_line(cx, im, &out);
	return OK;
}

enum err import_row(struct cx *cx, struct importing *im, struct str *cells, size_t n, int64_t line)
{
	struct draft d;
	struct row *current;
	enum err err = read_line(cx, im, cells, n, &d);
	if (err == ERR_INVALID) return refuse(cx, im, &d, line);
	TRY(err);
	err = find_current(cx, im, d.row, &current);
	if (err == ERR_INVALID) return refuse(cx, im, &d, line);
	TRY(err);
	if (current) return meet_current(cx, im, &d, current, line);
	err = import_write_new(cx, im, d.row);
	if (err_blame(err) == BLAME_USER) return refuse(cx, im, &d, line);
	TRY(err);
	im->report->counts[IMPORT_NEW]++;
	keep_line(cx, im, &(struct import_line){.line = line, .state = IMPORT_NEW, .title = field_show(cx, entity_title(d.entity), d.row)});
	return OK;
}
