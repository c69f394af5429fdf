/* Running a list's question: a page, every row, the values of a field; and permission for one row. */
#include "platform/entity/list_sql.h"
#include "platform/i18n/i18n.h"

static const struct field *unit_field(const struct entity *e)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_UNIT) return &e->fields[i];
	return NULL;
}

static bool in_scope(const struct cx *cx, const struct entity *e, const void *row, uint64_t roles, bool reading)
{
	const struct field *unit = unit_field(e);
	if (!unit) return reading ? actor_has(cx, roles) : actor_everywhere(cx, roles);
	return actor_in_unit(cx, roles, *field_id(unit, row));
}

enum err entity_may_read(struct cx *cx, const struct entity *e, const void *row)
{
	if (in_scope(cx, e, row, e->rights.read, true)) return OK;
	return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

enum err entity_may_write(struct cx *cx, const struct entity *e, const void *row)
{
	if (in_scope(cx, e, row, e->rights.write, false)) return OK;
	return fail(cx, ERR_DENIED, NULL, M_error_denied);
}

/* Titles of one REF column of a page, with one query. */
static enum err resolve_column(struct cx *cx, struct list_page *page, const struct field *f, size_t index)
{
	const struct entity *to = f->refers;
	const struct field *title = entity_title(to);
	if ((title->flags & FF_SENSITIVE) || !actor_has(cx, to->rights.read)) return OK;
	struct sb b;
	sb_init(&b, cx->arena, 1 << 16);
	struct db_arg *args = ARENA_ARRAY(cx->arena, struct db_arg, page->len + 1);
	size_t n = 0;
	sb_fmt(&b, "select id, %s from %s where ", title->name, to->table);
	if (!entity_shared(to)) {
		SB_LIT(&b, "tenant = ?1 and ");
		args[n++] = DB_I(cx->tenant);
	}
	SB_LIT(&b, "id in (");
	size_t ids = 0;
	for (size_t i = 0; i < page->len; i++) {
		if (!field_known(f, page->rows[i])) continue;
		args[n++] = DB_ID(*field_id(f, page->rows[i]));
		sb_fmt(&b, "%s?%zu", ids++ ? ", " : "", n);
	}
	if (!ids) return OK;
	SB_LIT(&b, ")");
	struct db_rows rows;
	TRY(db_query_few_n(cx, &rows, (struct sql){str_z(cx->arena, sb_str(&b))}, args, n));
	while (db_next(&rows)) {
		struct uuid id = db_id(&rows, 0);
		struct str text = db_str(&rows, 1);
		for (size_t i = 0; i < page->len; i++)
			if (uuid_eq(*field_id(f, page->rows[i]), id)) page->titles[i][index] = text;
	}
	return rows.err;
}

static enum err resolve_titles(struct cx *cx, const struct list_query *q, struct list_page *page)
{
	VEC_EACH (f, &q->columns) {
		if ((*f)->type != FT_REF || !page->len) continue;
		if (!page->titles) page->titles = arena_alloc_array(cx->arena, page->len, sizeof(*page->titles));
		TRY(resolve_column(cx, page, *f, field_index(q->entity, *f)));
	}
	return OK;
}

/* Which fields are read: each once. */
struct chosen {
	const struct field *fields[ENTITY_FIELDS_MAX];
	size_t len;
};

static void choose(struct chosen *c, const struct field *f)
{
	for (size_t i = 0; i < c->len; i++)
		if (c->fields[i] == f) return;
	if (f) c->fields[c->len++] = f;
}

static void select_shown(struct list_sql *s, struct chosen *c)
{
	const struct list_query *q = s->q;
	c->len = 0;
	choose(c, entity_title(q->entity));
	choose(c, q->also);
	VEC_EACH (f, &q->columns)
		choose(c, *f);
	SB_LIT(&s->text, "select t.id, t.version, t.archived_ms");
	for (size_t i = 0; i < c->len; i++) {
		SB_LIT(&s->text, ", t.");
		sb_addz(&s->text, c->fields[i]->name);
	}
}

static void *read_shown(struct cx *cx, struct db_rows *rows, const struct entity *e, const struct chosen *c)
{
	struct row *row = entity_new(cx, e);
	row->id = db_id(rows, 0);
	row->version = db_int(rows, 1);
	row->archived_ms = db_int(rows, 2);
	for (size_t i = 0; i < c->len; i++)
		entity_read_field(rows, (int)i + 3, c->fields[i], row);
	return row;
}

static void *read_whole(struct cx *cx, struct db_rows *rows, const struct entity *e)
{
	void *row = arena_alloc(cx->arena, e->size);
	entity_read(rows, 0, e, row);
	return row;
}

/* `counted`: the number of rows that fit, up to LIST_COUNT_EXACT + 1, comes with each row. */
static enum err read_rows(struct cx *cx, const struct list_query *q, const struct list_plan *plan, bool counted, struct list_page *out)
{
	struct list_sql s;
	list_sql_begin(cx, q, plan, &s);
	struct chosen chosen = {.len = 0};
	if (q->shown_only)
		select_shown(&s, &chosen);
	else
		sb_fmt(&s.text, "select %s", entity_sql(q->entity)->columns_of_t);
	if (counted) {
		SB_LIT(&s.text, ", (select count(*) from (select 1");
		TRY(list_sql_from(&s));
		sb_fmt(&s.text, " limit %d) c)", LIST_COUNT_EXACT + 1);
	}
	TRY(list_sql_from(&s));
	list_sql_order(&s);
	/* A number, not a parameter: PostgreSQL then need not plan anew for each page. */
	sb_fmt(&s.text, " limit %lld", (long long)q->size + 1);
	if (q->page > 1) {
		list_sql_add(&s, DB_I((q->page - 1) * q->size));
		sb_fmt(&s.text, " offset ?%zu", s.len);
	}
	struct db_rows rows;
	TRY(list_sql_query(&s, &rows));
	out->rows = ARENA_ARRAY(cx->arena, void *, (size_t)q->size);
	while (db_next(&rows)) {
		if (counted) out->count = db_int(&rows, rows.cols - 1);
		if ((int64_t)out->len == q->size) {
			out->more = true;
			db_done(&rows);
			break;
		}
		out->rows[out->len++] = q->shown_only ? read_shown(cx, &rows, q->entity, &chosen) : read_whole(cx, &rows, q->entity);
	}
	return rows.err;
}

struct run {
	const struct list_query *q;
	struct list_page *out;
};

/* A page that is not full tells the count by itself. */
static enum err count(struct cx *cx, const struct list_query *q, const struct list_plan *plan, struct list_page *page)
{
	page->count = (q->page - 1) * q->size + (int64_t)page->len;
	return page->more || (!page->len && q->page > 1) ? list_count(cx, q, plan, &page->count) : OK;
}

/* PostgreSQL finds its way without our looking first, so that rows and their number can come together; each journey to the
 * server costs as much as a short list. */
static bool one_journey(struct cx *cx, const struct list_query *q)
{
	return db_engine(cx->db) == DB_POSTGRES && !q->q.len && !q->count_all;
}

static enum err run(struct cx *cx, void *arg)
{
	struct run *r = arg;
	*r->out = (struct list_page){0};
	struct list_plan plan, plain;
	if (one_journey(cx, r->q)) {
		list_plan_plain(cx, r->q, &plain);
		TRY(read_rows(cx, r->q, &plain, true, r->out));
		if (!r->out->len && r->q->page > 1) { /* beyond the end no row carries the number */
			TRY(list_plan_make(cx, r->q, &plan));
			r->out->count = plan.count;
		}
		return resolve_titles(cx, r->q, r->out);
	}
	TRY(list_plan_make(cx, r->q, &plan));
	TRY(read_rows(cx, r->q, &plan, false, r->out));
	if (plan.count == UNKNOWN || r->q->count_all) {
		list_plan_plain(cx, r->q, &plain);
		TRY(count(cx, r->q, plan.count == UNKNOWN ? &plan : &plain, r->out));
	} else
		r->out->count = plan.count;
	return resolve_titles(cx, r->q, r->out);
}

enum err list_run(struct cx *cx, const struct list_query *q, struct list_page *out)
{
	return db_tx(cx, DB_READ, run, &(struct run){q, out});
}

struct rows_count {
	const struct list_query *q;
	int64_t *count;
};

static enum err count_only(struct cx *cx, void *arg)
{
	const struct rows_count *c = arg;
	struct list_plan plan;
	TRY(list_plan_make(cx, c->q, &plan));
	*c->count = plan.count;
	return plan.count == UNKNOWN ? list_count(cx, c->q, &plan, c->count) : OK;
}

enum err list_count_rows(struct cx *cx, const struct list_query *q, int64_t *count)
{
	return db_tx(cx, DB_READ, count_only, &(struct rows_count){q, count});
}

struct each {
	const struct list_query *q;
	enum err (*fn)(struct cx *cx, void *arg, const void *row);
	void *arg;
};

static enum err each(struct cx *cx, void *arg)
{
	struct each *x = arg;
	struct list_plan plain;
	struct list_sql s;
	list_plan_plain(cx, x->q, &plain);
	list_sql_begin(cx, x->q, &plain, &s);
	sb_fmt(&s.text, "select %s", entity_sql(x->q->entity)->columns_of_t);
	TRY(list_sql_from(&s));
	list_sql_order(&s);
	struct db_rows rows;
	TRY(db_query_n(cx, &rows, list_sql_text(&s), s.args, s.len));
	void *row = arena_alloc(cx->arena, x->q->entity->size);
	enum err err = OK;
	while (err == OK && db_next(&rows)) {
		struct arena_mark mark = arena_mark(cx->arena);
		entity_read(&rows, 0, x->q->entity, row);
		err = x->fn(cx, x->arg, row);
		arena_rewind(cx->arena, mark);
	}
	if (err != OK) db_done(&rows);
	return err != OK ? err : rows.err;
}

enum err list_each(struct cx *cx, const struct list_query *q, enum err (*fn)(struct cx *cx, void *arg, const void *row), void *arg)
{
	return db_tx(cx, DB_READ, each, &(struct each){q, fn, arg});
}

struct facets {
	const struct list_query *q;
	const struct field *f;
	size_t max;
	struct facet **out;
	size_t *len;
};

static struct str facet_label(struct cx *cx, const struct entity *e, const struct field *f, struct str value)
{
	if (f->type == FT_REF) {
		struct uuid id;
		struct str title = STR_NONE;
		if (!uuid_parse(value, &id) || entity_title_of(cx, f->refers, id, &title) != OK) return value;
		return title;
	}
	void *row = entity_new(cx, e);
	return field_parse(cx, f, value, row) == OK ? field_show(cx, f, row) : value;
}

static enum err facets(struct cx *cx, void *arg)
{
	struct facets *x = arg;
	struct list_plan plain;
	struct list_sql s;
	list_plan_plain(cx, x->q, &plain);
	list_sql_begin(cx, x->q, &plain, &s);
	sb_fmt(&s.text, "select t.%s, count(*) as n", x->f->name);
	TRY(list_sql_from(&s));
	sb_fmt(&s.text, " and t.%s is not null group by t.%s order by n desc, 1 limit %zu", x->f->name, x->f->name, x->max);
	struct db_rows rows;
	TRY(db_query_n(cx, &rows, list_sql_text(&s), s.args, s.len));
	VEC(struct facet) list = {0};
	while (db_next(&rows)) {
		struct facet *facet = VEC_PUSH(cx->arena, &list);
		bool text = x->f->type == FT_TEXT || x->f->type == FT_CODE || x->f->type == FT_ENUM;
		facet->value = text                   ? db_str(&rows, 0)
		               : x->f->type == FT_REF ? uuid_text(cx->arena, db_id(&rows, 0))
		                                      : str_fmt(cx->arena, "%lld", (long long)db_int(&rows, 0));
		facet->count = db_int(&rows, 1);
	}
	TRY(rows.err);
	VEC_EACH (facet, &list)
		facet->label = facet_label(cx, x->q->entity, x->f, facet->value);
	*x->out = list.ptr;
	*x->len = list.len;
	return OK;
}

enum err list_facets(struct cx *cx, const struct list_query *q, const struct field *f, size_t max, struct facet **out, size_t *len)
{
	return db_tx(cx, DB_READ, facets, &(struct facets){q, f, max, out, len});
}
