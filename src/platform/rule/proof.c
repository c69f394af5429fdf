/* Why a rule says what it says: the tree again, with what each leaf found and needed. */
#include "base/date.h"
#include "platform/rule/tree.h"

__extension__ typedef __int128 wide;

static wide floor_div(wide x, wide y) { return x / y - (x % y && (x < 0) != (y < 0)); }

static int64_t clamp(wide n)
{
	if (n > INT64_MAX) return INT64_MAX;
	return n <= INT64_MIN ? INT64_MIN + 1 : (int64_t)n;
}

static struct rule_value found_total(const struct rule_expr *leaf, const struct rule_total *t)
{
	if (leaf->agg == RULE_EXISTS) return t->count || !t->maybe ? RULE_NUM(t->count > 0) : RULE_MISSING;
	if (leaf->agg == RULE_LOOKUP) return t->seen ? t->max_value : RULE_MISSING;
	if (t->unknown) return RULE_MISSING;
	switch (leaf->agg) {
	case RULE_COUNT: return RULE_NUM(t->count);
	case RULE_MIN: return t->min_value;
	case RULE_MAX: return t->max_value;
	case RULE_AVG: return RULE_NUM(clamp(floor_div(t->sum * 200 + t->count, (wide)t->count * 2)));
	default: return RULE_NUM(clamp(t->sum));
	}
}

static int64_t gap(const struct rule_proof *p)
{
	if (p->state == RULE_YES) return 0;
	if (p->nneeded != 1 || p->agg == RULE_EXISTS) return UNKNOWN;
	struct rule_fact as = {.type = p->type};
	if (p->fact) as = *p->fact;
	as.type = p->type;
	int64_t found = rule_rank(&as, &p->found), needed = rule_rank(&as, &p->needed[0]);
	if (found == UNKNOWN || needed == UNKNOWN) return UNKNOWN;
	switch (p->op) {
	case RULE_GE: return needed - found;
	case RULE_GT: return needed - found + 1;
	case RULE_LE: return found - needed;
	case RULE_LT: return found - needed + 1;
	default: return UNKNOWN;
	}
}

static void prove_leaf(struct arena *a, const struct rule_view *w, struct rule_proof *p, const struct rule_expr *e)
{
	const struct rule_vocabulary *v = w->vocabulary;
	p->kind = RULE_PART_LEAF;
	p->text = rule_print(a, e);
	p->agg = e->agg;
	p->type = e->measure.type;
	p->digits = e->measure.digits;
	p->op = e->op;
	if (e->agg == RULE_FACT) {
		p->fact = &v->facts[e->fact];
		p->state = rule_leaf_state(w, e);
		p->found = *rule_view_fact(w, e->fact);
		p->source = str_of(p->fact->source);
	} else {
		struct rule_total t = rule_total(w, e);
		p->set = &v->sets[e->set];
		p->fact = e->field >= 0 ? &p->set->fields[e->field] : NULL;
		p->key = e->key.raw;
		p->state = rule_total_state(w, e, &t);
		p->found = found_total(e, &t);
		p->source = str_of(p->set->source);
	}
	p->label = p->fact && e->agg != RULE_LOOKUP ? p->fact->label : p->set->label;
	if (str_present(p->found.source)) p->source = p->found.source;
	struct rule_value *needed = ARENA_ARRAY(a, struct rule_value, e->nvalues + 1);
	for (size_t i = 0; i < e->nvalues; i++) {
		struct str source;
		bool known = rule_view_literal(w, &e->measure, &e->values[i], &needed[i], &source);
		if (!known) needed[i] = RULE_MISSING;
		if (str_present(source)) p->need_source = source;
	}
	if (e->agg == RULE_EXISTS) needed[0] = RULE_NUM(1);
	p->needed = needed;
	p->nneeded = e->agg == RULE_EXISTS ? 1 : e->nvalues;
	p->gap = gap(p);
}

static void prove(struct arena *a, const struct rule_view *w, struct str id, struct rule_proof *p, const struct rule_expr *e)
{
	p->rule = id;
	if (e->kind == RULE_NODE_LEAF) {
		prove_leaf(a, w, p, e);
		return;
	}
	p->kind = e->kind == RULE_NODE_AND ? RULE_PART_AND : e->kind == RULE_NODE_OR ? RULE_PART_OR : RULE_PART_NOT;
	p->nparts = e->nkids;
	p->parts = ARENA_ARRAY(a, struct rule_proof, e->nkids);
	p->state = e->kind == RULE_NODE_AND ? RULE_YES : RULE_NO;
	for (size_t i = 0; i < e->nkids; i++) {
		prove(a, w, id, &p->parts[i], e->kids[i]);
		enum rule_state s = p->parts[i].state;
		if (e->kind == RULE_NODE_NOT)
			p->state = (enum rule_state)(RULE_YES - s);
		else if (e->kind == RULE_NODE_AND ? s < p->state : s > p->state)
			p->state = s;
	}
}

static void mark_deciding(struct rule_proof *p, bool decides)
{
	p->decides = decides;
	for (size_t i = 0; i < p->nparts; i++)
		mark_deciding(&p->parts[i], decides && (p->kind == RULE_PART_NOT || p->parts[i].state == p->state));
}

struct rule_proof *rule_prove(struct arena *a, struct str rule_id, const struct rule_expr *e, const struct rule_facts *f)
{
	struct rule_view w = {.facts = f, .vocabulary = e->vocabulary};
	struct rule_proof *p = ARENA_NEW(a, struct rule_proof);
	prove(a, &w, rule_id, p, e);
	mark_deciding(p, true);
	return p;
}

size_t rule_deciding(const struct rule_proof *p, const struct rule_proof **out, size_t max)
{
	if (!p->decides || !max) return 0;
	if (p->kind == RULE_PART_LEAF) {
		*out = p;
		return 1;
	}
	size_t n = 0;
	for (size_t i = 0; i < p->nparts; i++)
		n += rule_deciding(&p->parts[i], out + n, max - n);
	return n;
}

struct str rule_value_text(struct arena *a, enum rule_type type, int digits, const struct rule_value *v)
{
	if (!rule_known(type, v)) return STR("?");
	switch (type) {
	case RULE_CODE: return v->code;
	case RULE_BOOL: return str_of(v->num ? "yes" : "no");
	case RULE_DATE: return date_iso(a, v->num);
	case RULE_CEFR: return str_of(rule_cefr_name(v->num));
	case RULE_INT: return str_fmt(a, "%lld", (long long)v->num);
	case RULE_FIXED: break;
	}
	int64_t scale = 1;
	for (int i = 0; i < digits; i++)
		scale *= 10;
	uint64_t n = v->num < 0 ? -(uint64_t)v->num : (uint64_t)v->num;
	if (scale == 1) return str_fmt(a, "%lld", (long long)v->num);
	return str_fmt(a, "%s%llu.%0*llu", v->num < 0 ? "-" : "", (unsigned long long)(n / (uint64_t)scale), digits,
	               (unsigned long long)(n % (uint64_t)scale));
}
