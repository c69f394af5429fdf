/* A list's question, read from and written back to an address. */
#include "base/utf8.h"
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"

enum { SIZE_DEFAULT = 50, SIZE_MAX_ROWS = 1000, FILTERS_MAX = 24, VALUES_MAX = 50, Q_BYTES_MAX = 200 };

static const char *const op_names[] = {"eq", "ne", "lt", "le", "gt", "ge", "starts", "known", "unknown"};

static bool may_ask(const struct cx *cx, const struct entity *e, const struct field *f)
{
	if (f->flags & FF_HIDDEN) return false;
	return !(f->flags & FF_SENSITIVE) || actor_has(cx, e->rights.sensitive);
}

static bool op_fits(const struct field *f, enum list_op op)
{
	bool ordered = f->type != FT_REF && f->type != FT_CODE && f->type != FT_ENUM && f->type != FT_BOOL && f->type != FT_TEXT;
	if (op == OP_STARTS) return f->type == FT_TEXT || f->type == FT_CODE;
	if (op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE) return ordered;
	return true;
}

/* The value as it is stored: read by the field's own parser, so that "Norvège" and "NO" both find NO. */
static enum err stored_value(struct cx *cx, const struct entity *e, const struct field *f, enum list_op op, struct str text,
                             struct str *out)
{
	/* Compared with the folded twin where there is one, else with the column as it is. */
	if (op == OP_STARTS) return *out = f->flags & FF_FOLD ? utf8_fold(cx->arena, text) : str_trim(text), OK;
	if (op == OP_KNOWN || op == OP_UNKNOWN) return *out = STR_NONE, OK;
	struct field plain = *f;
	plain.check = NULL;
	void *row = entity_new(cx, e);
	TRY(field_parse(cx, &plain, text, row));
	*out = field_text(cx, f, row);
	return OK;
}

/* "scheme", or "campaign.scheme" of the row that campaign points to. */
static const struct field *asked_field(struct cx *cx, const struct entity *e, struct str name, const struct entity **of,
                                       const struct field **via)
{
	struct str first, rest = name;
	*of = e;
	*via = NULL;
	if (str_find_char(name, '.') != STR_NPOS && str_split(&rest, '.', &first)) {
		const struct field *ref = entity_field(e, first);
		if (!ref || ref->type != FT_REF || !may_ask(cx, e, ref) || !actor_has(cx, ref->refers->rights.read)) return NULL;
		*via = ref;
		*of = ref->refers;
		name = rest;
	}
	const struct field *f = entity_field(*of, name);
	return f && may_ask(cx, *of, f) ? f : NULL;
}

static enum err too_many(struct cx *cx, int64_t max) { return fail(cx, ERR_INVALID, "filter", M_list_too_many, ARG_N("max", max)); }

static enum err add_filter(struct cx *cx, struct list_query *q, struct str name, enum list_op op, struct str value)
{
	const struct entity *of;
	const struct field *via, *f = asked_field(cx, q->entity, name, &of, &via);
	if (!f) return fail(cx, ERR_INVALID, "filter", M_list_no_field, ARG_S("value", utf8_head(name, 60)));
	if (!op_fits(f, op))
		return fail(cx, ERR_INVALID, "filter", M_list_op_not_here, ARG_M("field", f->label), ARG_Z("value", op_names[op]));
	struct str stored;
	TRY(stored_value(cx, of, f, op, value, &stored));
	if (!str_present(stored) && op != OP_KNOWN && op != OP_UNKNOWN) return OK; /* an empty form field asks nothing */
	VEC_EACH (have, &q->filters) {
		if (have->field != f || have->via != via || have->op != op || op != OP_EQ) continue;
		if (have->values.len >= VALUES_MAX) return too_many(cx, VALUES_MAX);
		*VEC_PUSH(cx->arena, &have->values) = stored;
		return OK;
	}
	if (q->filters.len >= FILTERS_MAX) return too_many(cx, FILTERS_MAX);
	struct list_filter *filter = VEC_PUSH(cx->arena, &q->filters);
	filter->field = f;
	filter->via = via;
	filter->op = op;
	if (str_present(stored)) *VEC_PUSH(cx->arena, &filter->values) = stored;
	return OK;
}

/* field:op:value or field:value */
static enum err read_filter(struct cx *cx, struct list_query *q, struct str text)
{
	struct str name, word, rest = text;
	if (str_blank(text)) return OK;
	if (!str_split(&rest, ':', &name) || str_find_char(text, ':') == STR_NPOS)
		return fail(cx, ERR_INVALID, "filter", M_list_filter_form, ARG_S("value", utf8_head(text, 60)));
	struct str tail = rest;
	if (str_split(&tail, ':', &word))
		for (enum list_op op = OP_EQ; op <= OP_UNKNOWN; op++)
			if (str_is(word, op_names[op])) return add_filter(cx, q, name, op, tail);
	return add_filter(cx, q, name, OP_EQ, rest);
}

/* KIND.REF~filter~filter */
static enum err read_has(struct cx *cx, struct list_query *q, enum list_op op, struct str text)
{
	struct str head, kind, part, rest = text;
	if (str_blank(text)) return OK;
	if (!str_split(&rest, '~', &head)) head = text;
	struct str ref = head;
	const struct entity *of = str_split(&ref, '.', &kind) ? entity_by_kind(kind) : NULL;
	const struct field *there = of && str_present(ref) ? entity_field(of, ref) : NULL,
			   *here = there ? entity_field(q->entity, ref) : NULL;
	if (here && (here->type != FT_REF || here->refers != (there ? there->refers : NULL) || !may_ask(cx, q->entity, here))) here = NULL;
	bool fits = there && there->type == FT_REF && may_ask(cx, of, there) && actor_has(cx, of->rights.read) &&
	            (there->refers == q->entity || here);
	if (!fits) return fail(cx, ERR_INVALID, "has", M_list_has_form, ARG_S("value", utf8_head(text, 60)));
	if (q->filters.len >= FILTERS_MAX) return too_many(cx, FILTERS_MAX);
	struct list_query *with = ARENA_NEW(cx->arena, struct list_query);
	*with = (struct list_query){.entity = of, .page = 1, .size = SIZE_DEFAULT};
	while (str_split(&rest, '~', &part))
		TRY(read_filter(cx, with, part));
	struct list_filter *filter = VEC_PUSH(cx->arena, &q->filters);
	filter->field = there;
	filter->via = there->refers == q->entity ? NULL : here;
	filter->op = op;
	filter->with = with;
	return OK;
}

static enum err read_sort(struct cx *cx, struct list_query *q, struct str text)
{
	struct str part;
	for (q->sort_len = 0; str_split(&text, ',', &part);) {
		bool down = str_starts(part, STR("-"));
		if (down) part = str_sub(part, 1, part.len);
		if (str_blank(part)) continue;
		const struct field *f = entity_field(q->entity, part);
		if (!f || !may_ask(cx, q->entity, f) || !(f->flags & (FF_SORT | FF_FOLD)))
			return fail(cx, ERR_INVALID, "sort", M_list_no_sort, ARG_S("value", utf8_head(part, 60)));
		if (q->sort_len < ARRAY_LEN(q->sort)) q->sort[q->sort_len++] = (struct list_sort){f, down};
	}
	return OK;
}

static enum err read_columns(struct cx *cx, struct list_query *q, struct str text)
{
	struct str part;
	while (str_split(&text, ',', &part)) {
		const struct field *f = entity_field(q->entity, str_trim(part));
		if (f && may_ask(cx, q->entity, f)) *VEC_PUSH(cx->arena, &q->columns) = f;
	}
	return OK;
}

static enum err read_count(struct cx *cx, const char *name, struct str text, int64_t max, int64_t *out)
{
	int64_t n;
	if (str_blank(text)) return OK;
	if (!str_to_i64(text, &n) || n < 1 || n > max)
		return fail(cx, ERR_INVALID, name, M_list_number, ARG_S("value", utf8_head(text, 30)), ARG_N("max", max));
	*out = n;
	return OK;
}

static enum err read_pair(struct cx *cx, struct list_query *q, struct str name, struct str value)
{
	if (str_is(name, "filter")) return read_filter(cx, q, value);
	if (str_is(name, "has")) return read_has(cx, q, OP_HAS, value);
	if (str_is(name, "hasnot")) return read_has(cx, q, OP_HAS_NOT, value);
	if (str_is(name, "sort")) return read_sort(cx, q, value);
	if (str_is(name, "page")) return read_count(cx, "page", value, 1000000, &q->page);
	if (str_is(name, "size")) return read_count(cx, "size", value, SIZE_MAX_ROWS, &q->size);
	if (str_is(name, "columns")) return read_columns(cx, q, value);
	if (str_is(name, "archived")) return q->archived = str_is(value, "1") ? 1 : str_is(value, "2") ? 2 : 0, OK;
	if (str_is(name, "q")) return q->q = str_trim(str_sub(value, 0, Q_BYTES_MAX)), OK;
	/* Plain field=value comes from forms; other names belong to the page (view, saved, ...). */
	return entity_field(q->entity, name) ? add_filter(cx, q, name, OP_EQ, value) : OK;
}

enum err list_query_parse(struct cx *cx, const struct entity *e, struct pairs pairs, struct list_query *out)
{
	*out = (struct list_query){.entity = e, .page = 1, .size = SIZE_DEFAULT};
	enum err first = OK;
	for (size_t i = 0; i < pairs.len; i++) {
		enum err err = read_pair(cx, out, pairs.ptr[i].name, pairs.ptr[i].value);
		if (first == OK) first = err;
	}
	if (!out->sort_len && e->sort) TRY(read_sort(cx, out, str_of(e->sort)));
	if (!out->columns.len)
		for (size_t i = 0; i < e->fields_len; i++)
			if ((e->fields[i].flags & (FF_LIST | FF_TITLE)) && may_ask(cx, e, &e->fields[i]))
				*VEC_PUSH(cx->arena, &out->columns) = &e->fields[i];
	return first;
}

static void put(struct sb *b, const char *name, struct str value)
{
	sb_fmt(b, "%s%s=", b->len ? "&" : "", name);
	static const char safe[] = "-_.~:,";
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];
		bool keep = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr(safe, c));
		if (keep)
			sb_char(b, (char)c);
		else
			sb_fmt(b, "%%%02X", c);
	}
}

static bool changed(struct pairs changes, const char *name)
{
	for (size_t i = 0; i < changes.len; i++)
		if (str_is(changes.ptr[i].name, name)) return true;
	return false;
}

/* "campaign.scheme:eq:short", one for each value. */
static struct str filter_value(struct cx *cx, const struct list_filter *f, const struct str *value)
{
	struct str name = f->via ? str_fmt(cx->arena, "%s.%s", f->via->name, f->field->name) : str_of(f->field->name);
	if (!value) return str_fmt(cx->arena, "%.*s:%s", STR_ARG(name), op_names[f->op]);
	return str_fmt(cx->arena, "%.*s:%s:%.*s", STR_ARG(name), op_names[f->op], STR_ARG(*value));
}

static struct str has_value(struct cx *cx, const struct list_filter *f)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 14);
	sb_fmt(&b, "%s.%s", f->with->entity->kind, f->field->name);
	VEC_EACH (part, &f->with->filters) {
		if (!part->values.len) sb_fmt(&b, "~%.*s", STR_ARG(filter_value(cx, part, NULL)));
		VEC_EACH (v, &part->values)
			sb_fmt(&b, "~%.*s", STR_ARG(filter_value(cx, part, v)));
	}
	return sb_str(&b);
}

static void put_filters(struct cx *cx, struct sb *b, const struct list_query *q, struct pairs changes)
{
	VEC_EACH (f, &q->filters) {
		if (f->with) {
			put(b, f->op == OP_HAS ? "has" : "hasnot", has_value(cx, f));
			continue;
		}
		/* A change named like a field takes the place of that field's filters. */
		if (!f->via && changed(changes, f->field->name)) continue;
		if (!f->values.len) put(b, "filter", filter_value(cx, f, NULL));
		VEC_EACH (v, &f->values)
			put(b, "filter", filter_value(cx, f, v));
	}
}

static struct str sort_text(struct cx *cx, const struct list_query *q)
{
	struct sb b;
	sb_init(&b, cx->arena, 400);
	for (size_t i = 0; i < q->sort_len; i++)
		sb_fmt(&b, "%s%s%s", i ? "," : "", q->sort[i].down ? "-" : "", q->sort[i].field->name);
	return sb_str(&b);
}

static struct str columns_text(struct cx *cx, const struct list_query *q)
{
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	bool usual = true;
	size_t n = 0;
	for (size_t i = 0; i < q->entity->fields_len; i++) {
		const struct field *f = &q->entity->fields[i];
		if (!(f->flags & (FF_LIST | FF_TITLE)) || !may_ask(cx, q->entity, f)) continue;
		usual &= n < q->columns.len && q->columns.ptr[n] == f;
		n++;
	}
	if (usual && n == q->columns.len) return STR_NONE;
	VEC_EACH (f, &q->columns)
		sb_fmt(&b, "%s%s", b.len ? "," : "", (*f)->name);
	return sb_str(&b);
}

struct str list_query_url(struct cx *cx, const struct list_query *q, struct pairs changes)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 15);
	if (q->q.len && !changed(changes, "q")) put(&b, "q", q->q);
	if (!changed(changes, "filter")) put_filters(cx, &b, q, changes);
	struct str sort = sort_text(cx, q), columns = columns_text(cx, q);
	if (sort.len && !changed(changes, "sort") && !str_is(sort, q->entity->sort ? q->entity->sort : "")) put(&b, "sort", sort);
	if (str_present(columns) && !changed(changes, "columns")) put(&b, "columns", columns);
	if (q->archived && !changed(changes, "archived")) put(&b, "archived", q->archived == 1 ? STR("1") : STR("2"));
	if (q->size != SIZE_DEFAULT && !changed(changes, "size")) put(&b, "size", str_fmt(cx->arena, "%lld", (long long)q->size));
	if (q->page > 1 && !changed(changes, "page")) put(&b, "page", str_fmt(cx->arena, "%lld", (long long)q->page));
	for (size_t i = 0; i < changes.len; i++)
		if (str_present(changes.ptr[i].value)) put(&b, str_z(cx->arena, changes.ptr[i].name), changes.ptr[i].value);
	return sb_str(&b);
}
