/* Three-valued evaluation, of the facts as they are or of a view in which some are changed. */
#include "base/log.h"
#include "platform/rule/tree.h"

__extension__ typedef __int128 wide;

static enum rule_state yes_if(bool yes) { return yes ? RULE_YES : RULE_NO; }
static enum rule_state not_state(enum rule_state s) { return (enum rule_state)(RULE_YES - s); }

static enum rule_state order_state(wide x, enum rule_op op, wide y)
{
	switch (op) {
	case RULE_GE: return yes_if(x >= y);
	case RULE_LE: return yes_if(x <= y);
	case RULE_LT: return yes_if(x < y);
	case RULE_GT: return yes_if(x > y);
	case RULE_NE: return yes_if(x != y);
	case RULE_EQ:
	case RULE_IN: break;
	}
	return yes_if(x == y);
}

enum rule_state rule_compare(const struct rule_fact *fact, const struct rule_value *v, enum rule_op op, const struct rule_value *needed)
{
	if (!rule_known(fact->type, v) || !rule_known(fact->type, needed)) return RULE_UNKNOWN;
	bool equality = op == RULE_EQ || op == RULE_NE || op == RULE_IN;
	if (fact->type == RULE_CODE && equality) return yes_if(str_eq(v->code, needed->code) == (op != RULE_NE));
	int64_t x = rule_rank(fact, v), y = rule_rank(fact, needed);
	if (x == UNKNOWN || y == UNKNOWN) return RULE_UNKNOWN;
	return order_state(x, op, y);
}

bool rule_view_literal(const struct rule_view *w, const struct rule_fact *fact, const struct rule_literal *l, struct rule_value *out,
                       struct str *source)
{
	*out = l->value;
	if (source) *source = STR_NONE;
	if (l->kind != LITERAL_PARAM) return true;
	*out = RULE_MISSING;
	struct rule_param found = {0};
	struct rule_literal as_written;
	enum rule_expect expected;
	if (!w->facts->param || !w->facts->param(w->facts->param_arg, l->raw, &found)) return false;
	if (source) *source = found.source;
	return rule_literal_of(found.text, &as_written) && rule_convert(fact, fact->digits, &as_written, out, &expected);
}

/* v op one of the literals; != means none of them. */
static enum rule_state any_of(const struct rule_view *w, const struct rule_fact *fact, const struct rule_value *v, enum rule_op op,
                              const struct rule_literal *list, size_t n)
{
	bool none = op == RULE_NE;
	enum rule_state s = none ? RULE_YES : RULE_NO;
	for (size_t i = 0; i < n; i++) {
		struct rule_value needed;
		enum rule_state one = RULE_UNKNOWN;
		if (rule_view_literal(w, fact, &list[i], &needed, NULL)) one = rule_compare(fact, v, op, &needed);
		if (none ? one < s : one > s) s = one;
	}
	return s;
}

/* --- sets --- */

enum rule_state rule_row_in(const struct rule_view *w, const struct rule_expr *leaf, const struct rule_value *row)
{
	const struct rule_set *set = &w->vocabulary->sets[leaf->set];
	if (leaf->agg == RULE_LOOKUP) return any_of(w, &set->fields[set->key], &row[set->key], RULE_EQ, &leaf->key, 1);
	enum rule_state s = RULE_YES;
	for (size_t i = 0; i < leaf->nterms && s != RULE_NO; i++) {
		const struct rule_term *t = &leaf->terms[i];
		enum rule_state one = any_of(w, &set->fields[t->field], &row[t->field], t->op, t->values, t->nvalues);
		if (one < s) s = one;
	}
	return s;
}

static void total_add(struct rule_total *t, const struct rule_view *w, const struct rule_expr *leaf, const struct rule_value *row,
                      int64_t times)
{
	enum rule_state in = rule_row_in(w, leaf, row);
	if (in == RULE_NO) return;
	if (in == RULE_UNKNOWN) {
		t->maybe = true;
		return;
	}
	t->count += times;
	if (leaf->field < 0) return;
	const struct rule_value *v = &row[leaf->field];
	int64_t rank = rule_rank(&w->vocabulary->sets[leaf->set].fields[leaf->field], v);
	if (rank == UNKNOWN) {
		t->missing = true;
		return;
	}
	t->sum += (wide)rank * times;
	if (!t->seen || rank < t->min) {
		t->min = rank;
		t->min_value = *v;
	}
	if (!t->seen || rank > t->max) {
		t->max = rank;
		t->max_value = *v;
	}
	t->seen = true;
}

/* The row that a lookup's change adds knows only its key and its value. */
static void total_add_lookup(struct rule_total *t, const struct rule_view *w, const struct rule_expr *leaf, const struct rule_var *var)
{
	const struct rule_set *set = &w->vocabulary->sets[leaf->set];
	struct rule_value row[64];
	BUG_IF(set->nfields > ARRAY_LEN(row));
	for (size_t i = 0; i < set->nfields; i++)
		row[i] = RULE_MISSING;
	row[set->key] = RULE_TEXT(var->key);
	row[set->value] = var->values[var->lo];
	total_add(t, w, leaf, row, 1);
}

struct rule_total rule_total(const struct rule_view *w, const struct rule_expr *leaf)
{
	struct rule_total t = {0};
	const struct rule_rows *rows = &w->facts->sets[leaf->set];
	size_t width = w->vocabulary->sets[leaf->set].nfields;
	if (!rows->known) {
		t.maybe = t.missing = t.unknown = true;
		return t;
	}
	for (size_t i = 0; i < rows->len; i++)
		total_add(&t, w, leaf, rows->values + i * width, 1);
	for (size_t i = 0; i < w->nvars; i++) {
		const struct rule_var *var = &w->vars[i];
		if (!var->lo) continue;
		if (var->kind == VAR_LOOKUP && (int)var->index == leaf->set) total_add_lookup(&t, w, leaf, var);
		if (var->kind == VAR_ROW && (int)w->facts->candidates[var->index].set == leaf->set)
			total_add(&t, w, leaf, w->facts->candidates[var->index].values, var->lo);
	}
	bool needs_value = leaf->agg == RULE_MIN || leaf->agg == RULE_MAX || leaf->agg == RULE_AVG;
	t.unknown = t.maybe || t.missing || (needs_value && !t.count);
	return t;
}

static wide power10(int n)
{
	wide p = 1;
	while (n-- > 0)
		p *= 10;
	return p;
}

/* At least `max` on record, and more if a row lacks its value. */
static enum rule_state lookup_state(const struct rule_total *t, enum rule_op op, int64_t needed)
{
	if (!t->seen) return RULE_UNKNOWN;
	enum rule_state s = order_state(t->max, op, needed);
	if (!t->missing && !t->maybe) return s;
	switch (op) {
	case RULE_GE:
	case RULE_GT: return s == RULE_YES ? RULE_YES : RULE_UNKNOWN;
	case RULE_LE:
	case RULE_LT: return s == RULE_NO ? RULE_NO : RULE_UNKNOWN;
	case RULE_EQ: return t->max > needed ? RULE_NO : RULE_UNKNOWN;
	case RULE_NE: return t->max > needed ? RULE_YES : RULE_UNKNOWN;
	case RULE_IN: break;
	}
	return RULE_UNKNOWN;
}

enum rule_state rule_total_state(const struct rule_view *w, const struct rule_expr *leaf, const struct rule_total *t)
{
	if (leaf->agg == RULE_EXISTS) return t->count ? RULE_YES : t->maybe ? RULE_UNKNOWN : RULE_NO;
	struct rule_value needed;
	if (!rule_view_literal(w, &leaf->measure, &leaf->values[0], &needed, NULL)) return RULE_UNKNOWN;
	int64_t rank = rule_rank(&leaf->measure, &needed);
	if (rank == UNKNOWN) return RULE_UNKNOWN;
	if (leaf->agg == RULE_LOOKUP) return lookup_state(t, leaf->op, rank);
	if (t->unknown) return RULE_UNKNOWN;
	switch (leaf->agg) {
	case RULE_COUNT: return order_state(t->count, leaf->op, rank);
	case RULE_MIN: return order_state(t->min, leaf->op, rank);
	case RULE_MAX: return order_state(t->max, leaf->op, rank);
	case RULE_AVG: return order_state(t->sum * power10(2), leaf->op, (wide)rank * t->count);
	default: return order_state(t->sum, leaf->op, rank);
	}
}

/* --- the tree --- */

const struct rule_value *rule_view_fact(const struct rule_view *w, int fact)
{
	for (size_t i = 0; i < w->nvars; i++)
		if (w->vars[i].kind == VAR_FACT && (int)w->vars[i].index == fact) return &w->vars[i].values[w->vars[i].lo];
	return &w->facts->values[fact];
}

enum rule_state rule_leaf_state(const struct rule_view *w, const struct rule_expr *leaf)
{
	if (leaf->agg == RULE_FACT) return any_of(w, &leaf->measure, rule_view_fact(w, leaf->fact), leaf->op, leaf->values, leaf->nvalues);
	struct rule_total t = rule_total(w, leaf);
	return rule_total_state(w, leaf, &t);
}

enum rule_state rule_view_eval(const struct rule_view *w, const struct rule_expr *e)
{
	if (e->kind == RULE_NODE_LEAF) return rule_leaf_state(w, e);
	if (e->kind == RULE_NODE_NOT) return not_state(rule_view_eval(w, e->kids[0]));
	bool all = e->kind == RULE_NODE_AND;
	enum rule_state s = all ? RULE_YES : RULE_NO;
	for (size_t i = 0; i < e->nkids && s != (all ? RULE_NO : RULE_YES); i++) {
		enum rule_state one = rule_view_eval(w, e->kids[i]);
		if (all ? one < s : one > s) s = one;
	}
	return s;
}

enum rule_state rule_eval(const struct rule_expr *e, const struct rule_facts *f)
{
	struct rule_view w = {.facts = f, .vocabulary = e->vocabulary};
	return rule_view_eval(&w, e);
}
