/* From question to SQL: filters, words, and the units this actor may see. Values are always parameters. */
#include "platform/entity/list_sql.h"
#include "base/utf8.h"
#include "platform/i18n/i18n.h"

void list_sql_begin(struct cx *cx, const struct list_query *q, const struct list_plan *plan, struct list_sql *s)
{
	*s = (struct list_sql){.cx = cx, .q = q, .plan = plan};
	sb_init(&s->text, cx->arena, 1 << 18);
	s->room = 32;
	s->args = ARENA_ARRAY(cx->arena, struct db_arg, s->room);
}

void list_sql_add(struct list_sql *s, struct db_arg arg)
{
	if (s->len == s->room) {
		s->args = arena_grow(s->cx->arena, s->args, s->room * sizeof(arg), 2 * s->room * sizeof(arg));
		s->room *= 2;
	}
	s->args[s->len++] = arg;
}

static void param(struct list_sql *s, struct db_arg arg)
{
	s->full |= s->values++ >= LIST_ARGS_MAX;
	if (s->full) return; /* list_sql_from refuses */
	list_sql_add(s, arg);
	sb_char(&s->text, '?');
	sb_int(&s->text, (int64_t)s->len);
}

static struct db_arg stored_arg(struct cx *cx, const struct field *f, struct str text)
{
	struct uuid id;
	if (f->type == FT_TEXT || f->type == FT_CODE || f->type == FT_ENUM) return DB_S(text);
	if (f->type == FT_REF) return DB_ID(uuid_parse(text, &id) ? id : UUID_NONE);
	/* The text is canonical: it was written by field_text. */
	void *row = arena_alloc(cx->arena, f->offset + sizeof(int64_t));
	struct field plain = *f;
	plain.check = NULL;
	if (field_parse(cx, &plain, text, row) != OK) return DB_N(UNKNOWN);
	return DB_N(*field_int(f, row));
}

/* Every text that starts with `prefix` sorts before this one. */
static struct str after_prefix(struct arena *a, struct str prefix) { return str_concat(a, prefix, STR("\xf4\x8f\xbf\xbf")); }

/* SQLite keeps no statistics here: a plus before a column says that its index is not the way in. PostgreSQL decides by itself. */
static const char *no_index(const struct list_sql *s) { return db_engine(s->cx->db) == DB_SQLITE ? "+" : ""; }

/* Does the index of this filter hold its rows in the order that is asked for? */
static bool in_order(const struct list_sql *s, const struct list_filter *f)
{
	const struct list_query *q = s->q;
	if (f->op != OP_EQ || f->values.len != 1 || f->via || q->sort_len != 1) return false;
	for (const char *const *o = q->entity->ordered; o && *o; o++) {
		struct str sort = str_of(*o), filter;
		if (str_split(&sort, '+', &filter) && str_is(filter, f->field->name) && str_is(sort, q->sort[0].field->name)) return true;
	}
	return false;
}

static const char *sign_of(const struct list_sql *s, const char *of, const struct list_filter *f)
{
	return s->plan->walk && of[0] == 't' && !in_order(s, f) ? no_index(s) : "";
}

static void write_starts(struct list_sql *s, const char *of, const char *plus, const struct field *f, struct str folded)
{
	const char *column = f->flags & FF_FOLD ? "_fold" : "";
	sb_fmt(&s->text, " and %s%s.%s%s >= ", plus, of, f->name, column);
	param(s, DB_S(folded));
	sb_fmt(&s->text, " and %s%s.%s%s < ", plus, of, f->name, column);
	param(s, DB_S(after_prefix(s->cx->arena, folded)));
}

/* A condition on a column of the table that `of` names. */
static void write_condition(struct list_sql *s, const char *of, const struct list_filter *f)
{
	static const char *const signs[] = {"=", "<>", "<", "<=", ">", ">="};
	const char *plus = sign_of(s, of, f);
	if (f->op == OP_KNOWN || f->op == OP_UNKNOWN) {
		sb_fmt(&s->text, " and %s%s.%s is %snull", plus, of, f->field->name, f->op == OP_KNOWN ? "not " : "");
		return;
	}
	if (f->op == OP_STARTS) {
		write_starts(s, of, plus, f->field, f->values.ptr[0]);
		return;
	}
	if (f->values.len > 1) {
		sb_fmt(&s->text, " and %s%s.%s in (", plus, of, f->field->name);
		for (size_t i = 0; i < f->values.len; i++) {
			if (i) SB_LIT(&s->text, ", ");
			param(s, stored_arg(s->cx, f->field, f->values.ptr[i]));
		}
		SB_LIT(&s->text, ")");
		return;
	}
	sb_fmt(&s->text, " and %s%s.%s %s ", plus, of, f->field->name, signs[f->op]);
	param(s, stored_arg(s->cx, f->field, f->values.ptr[0]));
}

static void write_tenant(struct list_sql *s, const struct entity *e, const char *of)
{
	if (entity_shared(e)) return;
	sb_fmt(&s->text, " and %s.tenant = ", of);
	param(s, DB_I(s->cx->tenant));
}

static enum err write_scope(struct list_sql *s, const struct entity *e, const char *of);

static enum err write_plain(struct list_sql *s, const char *of, const struct list_filter *f)
{
	if (!f->via) return write_condition(s, of, f), OK;
	const struct entity *e = f->via->refers;
	sb_fmt(&s->text, " and %s.%s in (select v.id from %s v where 1 = 1", of, f->via->name, e->table);
	write_tenant(s, e, "v");
	write_condition(s, "v", f);
	TRY(write_scope(s, e, "v"));
	SB_LIT(&s->text, ")");
	return OK;
}

static enum err write_filter(struct list_sql *s, const struct list_filter *f)
{
	if (!f->with) return write_plain(s, "t", f);
	const struct entity *e = f->with->entity;
	sb_fmt(&s->text, " and %sexists (select 1 from %s h where h.%s = t.%s and h.archived_ms is null", f->op == OP_HAS ? "" : "not ",
	       e->table, f->field->name, f->via ? f->via->name : "id");
	write_tenant(s, e, "h");
	VEC_EACH (part, &f->with->filters)
		TRY(write_plain(s, "h", part));
	TRY(write_scope(s, e, "h"));
	SB_LIT(&s->text, ")");
	return OK;
}

static void collect(void *arg, struct str word)
{
	struct words *w = arg;
	if (w->list.len < 8) *VEC_PUSH(w->arena, &w->list) = str_sub(word, 0, 64);
}

void list_words(struct cx *cx, const struct list_query *q, struct words *out)
{
	*out = (struct words){.arena = cx->arena};
	if (q->q.len) utf8_words(utf8_fold(cx->arena, q->q), collect, out);
}

static void write_word_key(struct list_sql *s, const char *of)
{
	const struct entity *e = s->q->entity;
	if (!entity_shared(e)) {
		sb_fmt(&s->text, "%s.tenant = ", of);
		param(s, DB_I(s->cx->tenant));
		SB_LIT(&s->text, " and ");
	}
	sb_fmt(&s->text, "%s.entity = ", of);
	param(s, DB_I(e->code));
}

/* Entries of the words that begin with an asked one; `of` names their table. */
static void write_word(struct list_sql *s, const char *of, struct str word)
{
	write_word_key(s, of);
	sb_fmt(&s->text, " and %s.word >= ", of);
	param(s, DB_S(word));
	sb_fmt(&s->text, " and %s.word < ", of);
	param(s, DB_S(after_prefix(s->cx->arena, word)));
}

static const char *word_table(const struct list_sql *s) { return entity_shared(s->q->entity) ? "search_word_shared" : "search_word"; }

/* And the row whose id `of` has, has this word too. */
static void test_word(struct list_sql *s, const char *of, struct str word)
{
	/* Not "exists": PostgreSQL would make a join of it, and plan that anew for each word. */
	sb_fmt(&s->text, " and (select 1 from %s x where x.id = %s.id and ", word_table(s), of);
	write_word(s, "x", word);
	SB_LIT(&s->text, " limit 1) = 1");
}

void list_sql_word(struct list_sql *s, struct str word)
{
	sb_fmt(&s->text, " from %s w where ", word_table(s));
	write_word(s, "w", word);
}

void list_sql_first_word(struct list_sql *s, struct str word)
{
	sb_fmt(&s->text, " from %s w where ", word_table(s));
	write_word_key(s, "w");
	sb_fmt(&s->text, " and w.word = (select f.word from %s f where ", word_table(s));
	write_word(s, "f", word);
	SB_LIT(&s->text, " order by f.word limit 1)");
}

void list_sql_words(struct list_sql *s)
{
	const struct list_plan *p = s->plan;
	/* Distinct by a scan of the other index would visit every word of every row. */
	sb_fmt(&s->text, "select distinct %sw.id as id", no_index(s));
	list_sql_word(s, p->asked.list.ptr[p->rarest]);
	for (size_t i = 0; i < p->asked.list.len; i++)
		if (i != p->rarest) test_word(s, "w", p->asked.list.ptr[i]);
}

/* The units of a grant are values once, however often the text names them. */
static enum err write_units(struct list_sql *s, size_t grant, bool first)
{
	const struct grant *g = &s->cx->actor->grants[grant];
	if (!s->units_at) s->units_at = ARENA_ARRAY(s->cx->arena, size_t, s->cx->actor->grants_len);
	if (!s->units_at[grant]) {
		if (s->len + g->units_len > LIST_UNITS_MAX)
			return fail(s->cx, ERR_REFUSED, "unit", M_list_too_many_units, ARG_N("value", (int64_t)g->units_len),
			            ARG_N("max", LIST_UNITS_MAX));
		s->units_at[grant] = s->len + 1;
		for (size_t k = 0; k < g->units_len; k++)
			list_sql_add(s, DB_ID(g->units[k]));
	}
	for (size_t k = 0; k < g->units_len; k++)
		sb_fmt(&s->text, "%s?%zu", first && !k ? "" : ", ", s->units_at[grant] + k);
	return OK;
}

/* What this actor may read, and no more. */
static enum err write_scope(struct list_sql *s, const struct entity *e, const char *of)
{
	struct cx *cx = s->cx;
	if (!actor_has(cx, e->rights.read)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	const struct field *unit = NULL;
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_UNIT) unit = &e->fields[i];
	if (!unit || actor_everywhere(cx, e->rights.read)) return OK;
	sb_fmt(&s->text, " and %s.%s in (", of, unit->name);
	size_t n = 0;
	for (size_t i = 0; i < cx->actor->grants_len; i++) {
		const struct grant *g = &cx->actor->grants[i];
		if (!(g->role & e->rights.read)) continue;
		TRY(write_units(s, i, !n));
		n += g->units_len;
	}
	if (!n) SB_LIT(&s->text, "null");
	SB_LIT(&s->text, ")");
	return OK;
}

bool list_scoped(struct cx *cx, const struct entity *e)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_UNIT) return !actor_everywhere(cx, e->rights.read);
	return false;
}

static enum err write_from(struct list_sql *s)
{
	const struct list_query *q = s->q;
	const struct list_plan *p = s->plan;
	if (p->asked.list.len && !p->test_words) {
		/* Both engines start from the words: SQLite keeps the order of a cross join. */
		bool lite = db_engine(s->cx->db) == DB_SQLITE;
		if (!lite) sb_fmt(&s->text, " from %s t where t.id = any(array", q->entity->table);
		sb_addz(&s->text, lite ? " from (" : "(");
		list_sql_words(s);
		if (lite)
			sb_fmt(&s->text, ") w cross join %s t where t.id = w.id", q->entity->table);
		else
			SB_LIT(&s->text, "))");
	} else
		sb_fmt(&s->text, " from %s t where 1 = 1", q->entity->table);
	write_tenant(s, q->entity, "t");
	if (q->archived != 2) sb_fmt(&s->text, " and t.archived_ms is %snull", q->archived ? "not " : "");
	/* Words were asked for, but none is left (only signs): nothing matches. */
	if (q->q.len && !p->asked.list.len) SB_LIT(&s->text, " and 1 = 0");
	VEC_EACH (f, &q->filters)
		TRY(write_filter(s, f));
	for (size_t i = 0; p->test_words && i < p->asked.list.len; i++)
		test_word(s, "t", p->asked.list.ptr[i]);
	return write_scope(s, q->entity, "t");
}

enum err list_sql_from(struct list_sql *s)
{
	s->values = 0;
	TRY(write_from(s));
	return s->full ? fail(s->cx, ERR_INVALID, "filter", M_list_too_many, ARG_N("max", LIST_ARGS_MAX)) : OK;
}

void list_sql_order(struct list_sql *s)
{
	bool sorted = s->plan->few;
	VEC_EACH (f, &s->q->filters)
		sorted = sorted && !in_order(s, f);
	SB_LIT(&s->text, " order by ");
	for (size_t i = 0; i < s->q->sort_len; i++) {
		const struct list_sort *o = &s->q->sort[i];
		sb_fmt(&s->text, "%st.%s%s%s", sorted ? no_index(s) : "", o->field->name, o->field->flags & FF_FOLD ? "_fold" : "",
		       o->down ? " desc" : "");
		/* The unknown stands at the end of a rising order on both engines; a required column needs no words. */
		if (!(o->field->flags & FF_REQUIRED)) sb_addz(&s->text, o->down ? " nulls first" : " nulls last");
		SB_LIT(&s->text, ", ");
	}
	sb_fmt(&s->text, "%st.id", sorted ? no_index(s) : "");
	if (s->q->sort_len && s->q->sort[0].down) SB_LIT(&s->text, " desc");
}

struct sql list_sql_text(struct list_sql *s)
{
	BUG_IF(sb_failed(&s->text));
	return (struct sql){str_z(s->cx->arena, sb_str(&s->text))};
}

enum err list_sql_query(struct list_sql *s, struct db_rows *rows)
{
	const struct list_query *q = s->q;
	bool fixed = s->plan->asked.list.len && !q->filters.len && !list_scoped(s->cx, q->entity);
	return (fixed ? db_query_fixed_n : db_query_few_n)(s->cx, rows, list_sql_text(s), s->args, s->len);
}

enum err list_sql_number(struct list_sql *s, int64_t *out)
{
	struct db_rows rows;
	*out = UNKNOWN;
	TRY(list_sql_query(s, &rows));
	if (db_next(&rows)) *out = db_int(&rows, 0);
	db_done(&rows);
	return rows.err;
}
