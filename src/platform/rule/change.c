/* The smallest change: branch and bound over what can be changed.
 * Each changeable thing is a variable whose values stand in the order of their cost; only values at which some comparison of
 * the rules may turn are kept, since between two of them nothing changes. The rules are put into one and/or tree without
 * `not`; its lower bound is exact when no fact stands in two leaves, which is the usual rule, and safe otherwise. */
#include "base/log.h"
#include "base/vec.h"
#include "platform/rule/tree.h"

__extension__ typedef __int128 wide;

#define MAX_VARS 512
#define WORDS (MAX_VARS / 64)
#define MAX_COST (INT64_MAX / 1024)
#define MAX_TIMES 1000
#define NEVER (INT64_MAX / 4)
/* Leaf evaluations before the search gives up: some tenths of a second. */
#define MAX_WORK 2000000
#define MAX_DIVE 4000 /* depth of the recursion */

struct bits {
	uint64_t w[WORDS];
};

/* The rules with `not` pushed into the leaves: a leaf wants yes or no. */
struct goal {
	enum { GOAL_ALL, GOAL_ANY, GOAL_LEAF } kind;
	size_t nkids;
	struct goal *kids;
	const struct rule_expr *leaf;
	enum rule_state want;
	int *vars; /* of a leaf */
	size_t nvars;
	struct bits touched;
};

struct search {
	struct arena *arena;
	struct rule_view view;
	struct goal root;
	VEC(const struct rule_expr *) leaves;
	VEC(struct rule_var) vars;
	struct bits open;
	int64_t spent; /* cost of the cheapest values still allowed */
	int64_t best;  /* NEVER: nothing found */
	int *best_picks;
	int64_t work;
	int dive;
	bool cut;
};

static bool bit(const struct bits *b, size_t i) { return b->w[i / 64] >> (i % 64) & 1; }
static void bit_set(struct bits *b, size_t i) { b->w[i / 64] |= UINT64_C(1) << (i % 64); }
static void bit_clear(struct bits *b, size_t i) { b->w[i / 64] &= ~(UINT64_C(1) << (i % 64)); }

static int64_t var_cost(const struct rule_var *v, int i) { return v->kind == VAR_ROW ? v->unit_cost * i : v->costs[i]; }

/* --- variables --- */

typedef VEC(struct rule_value) values;

static bool value_known_in(const values *list, const struct rule_fact *fact, const struct rule_value *v)
{
	for (size_t i = 0; i < list->len; i++)
		if (fact->type == RULE_CODE ? str_eq(list->ptr[i].code, v->code) : list->ptr[i].num == v->num) return true;
	return false;
}

static bool limited(const struct rule_fact *f) { return f->least || f->most; }

static bool allowed(const struct rule_fact *f, const struct rule_value *from, const struct rule_value *to)
{
	if (f->type == RULE_CODE && !f->ordered) return true;
	int64_t x = rule_rank(f, from), y = rule_rank(f, to);
	if (y == UNKNOWN) return false;
	if ((f->type == RULE_INT || f->type == RULE_FIXED || f->type == RULE_DATE) && limited(f) && (y < f->least || y > f->most))
		return false;
	return x == UNKNOWN || f->way == RULE_BOTH_WAYS || (f->way == RULE_UP ? y > x : y < x);
}

static void offer(struct search *s, values *list, const struct rule_fact *f, struct rule_value from, struct rule_value v)
{
	if (allowed(f, &from, &v) && !value_known_in(list, f, &v)) *VEC_PUSH(s->arena, list) = v;
}

/* Where a missing value starts to cost. */
static int64_t floor_of(const struct rule_fact *f)
{
	if (f->type == RULE_CEFR) return RULE_A1;
	return (f->type == RULE_INT || f->type == RULE_FIXED || f->type == RULE_DATE) && limited(f) ? f->least : 0;
}

static int64_t step_cost(const struct rule_fact *f, const struct rule_value *from, const struct rule_value *to)
{
	if (f->type == RULE_BOOL || (f->type == RULE_CODE && !f->ordered)) return f->cost;
	int64_t x = rule_rank(f, from), y = rule_rank(f, to), step = f->step > 0 ? f->step : 1;
	bool missing = x == UNKNOWN;
	if (missing) x = floor_of(f);
	wide distance = (wide)y - x;
	if (distance < 0) distance = -distance;
	wide cost = ((distance + step - 1) / step + missing) * f->cost;
	return cost > MAX_COST ? MAX_COST : (int64_t)cost;
}

/* The values at which a comparison of this fact may turn. */
static void offer_literals(struct search *s, values *list, const struct rule_fact *f, struct rule_value from,
                           const struct rule_literal *literals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rule_value v;
		if (!rule_view_literal(&s->view, f, &literals[i], &v, NULL)) continue;
		if (f->type == RULE_CODE) {
			offer(s, list, f, from, RULE_TEXT(v.code));
			continue;
		}
		for (int64_t d = -1; d <= 1; d++)
			offer(s, list, f, from, RULE_NUM(v.num + d));
	}
}

static void offer_listed(struct search *s, values *list, const struct rule_fact *f, struct rule_value from)
{
	switch (f->type) {
	case RULE_BOOL:
		for (int64_t i = 0; i <= 1; i++)
			offer(s, list, f, from, RULE_NUM(i));
		return;
	case RULE_CEFR:
		for (int64_t i = RULE_A1; i <= RULE_NATIVE; i++)
			offer(s, list, f, from, RULE_NUM(i));
		return;
	case RULE_CODE:
		for (const char *const *c = f->codes; c && *c; c++)
			offer(s, list, f, from, RULE_TEXT(str_of(*c)));
		if (!f->codes) offer(s, list, f, from, RULE_TEXT(STR("")));
		return;
	case RULE_INT:
	case RULE_FIXED:
	case RULE_DATE: break;
	}
	if (limited(f)) {
		offer(s, list, f, from, RULE_NUM(f->least));
		offer(s, list, f, from, RULE_NUM(f->most));
	}
	if (from.num == UNKNOWN) offer(s, list, f, from, RULE_NUM(floor_of(f)));
}

static void var_finish(struct search *s, struct rule_var *var, const struct rule_fact *f, const values *list)
{
	var->nvalues = (int)list->len;
	var->values = list->ptr;
	var->costs = ARENA_ARRAY(s->arena, int64_t, list->len);
	for (size_t i = 1; i < list->len; i++) {
		struct rule_value v = list->ptr[i];
		int64_t cost = step_cost(f, &list->ptr[0], &v);
		size_t k = i;
		for (; k > 1 && var->costs[k - 1] > cost; k--) {
			var->costs[k] = var->costs[k - 1];
			list->ptr[k] = list->ptr[k - 1];
		}
		var->costs[k] = cost;
		list->ptr[k] = v;
	}
}

static int var_push(struct search *s, struct rule_var var)
{
	if (s->vars.len == MAX_VARS) {
		s->cut = true;
		return -1;
	}
	var.hi = var.nvalues - 1;
	*VEC_PUSH(s->arena, &s->vars) = var;
	return (int)s->vars.len - 1;
}

static int var_find(const struct search *s, int kind, size_t index, struct str key)
{
	for (size_t i = 0; i < s->vars.len; i++) {
		const struct rule_var *v = &s->vars.ptr[i];
		if ((int)v->kind == kind && v->index == index && (kind != VAR_LOOKUP || str_eq(v->key, key))) return (int)i;
	}
	return -1;
}

static int fact_var(struct search *s, const struct rule_expr *leaf)
{
	size_t index = (size_t)leaf->fact;
	const struct rule_fact *f = &s->view.vocabulary->facts[index];
	int at = var_find(s, VAR_FACT, index, STR_NONE);
	if (at >= 0 || !f->changeable) return at;
	values list = {0};
	struct rule_value from = s->view.facts->values[index];
	*VEC_PUSH(s->arena, &list) = from;
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct rule_expr *e = s->leaves.ptr[i];
		if (e->agg == RULE_FACT && e->fact == leaf->fact) offer_literals(s, &list, f, from, e->values, e->nvalues);
	}
	offer_listed(s, &list, f, from);
	struct rule_var var = {.kind = VAR_FACT, .index = index};
	var_finish(s, &var, f, &list);
	return var_push(s, var);
}

static bool lookup_key(const struct search *s, const struct rule_expr *leaf, struct str *key)
{
	const struct rule_set *set = &s->view.vocabulary->sets[leaf->set];
	struct rule_value v;
	bool known = rule_view_literal(&s->view, &set->fields[set->key], &leaf->key, &v, NULL);
	*key = v.code;
	return known;
}

static int lookup_var(struct search *s, const struct rule_expr *leaf)
{
	const struct rule_set *set = &s->view.vocabulary->sets[leaf->set];
	struct rule_fact f = set->fields[set->value];
	struct str key;
	if (!f.changeable || !lookup_key(s, leaf, &key)) return -1;
	int at = var_find(s, VAR_LOOKUP, (size_t)leaf->set, key);
	if (at >= 0) return at;
	struct rule_total t = rule_total(&s->view, leaf);
	if (!s->view.facts->sets[leaf->set].known) return -1;
	f.way = RULE_UP;
	values list = {0};
	struct rule_value from = t.seen ? t.max_value : RULE_MISSING;
	*VEC_PUSH(s->arena, &list) = from;
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct rule_expr *e = s->leaves.ptr[i];
		if (e->agg != RULE_FACT && e->set == leaf->set && e->field == set->value)
			offer_literals(s, &list, &f, from, e->values, e->nvalues);
		for (size_t k = 0; e->agg != RULE_FACT && e->set == leaf->set && k < e->nterms; k++)
			if (e->terms[k].field == set->value) offer_literals(s, &list, &f, from, e->terms[k].values, e->terms[k].nvalues);
	}
	offer_listed(s, &list, &f, from);
	struct rule_var var = {.kind = VAR_LOOKUP, .index = (size_t)leaf->set, .key = key};
	var_finish(s, &var, &f, &list);
	return var_push(s, var);
}

static void row_vars(struct search *s, const struct rule_expr *leaf)
{
	for (size_t i = 0; i < s->view.facts->ncandidates; i++) {
		const struct rule_candidate *c = &s->view.facts->candidates[i];
		if ((int)c->set != leaf->set || c->at_most < 1 || !s->view.facts->sets[c->set].known) continue;
		if (rule_row_in(&s->view, leaf, c->values) == RULE_NO || var_find(s, VAR_ROW, i, STR_NONE) >= 0) continue;
		int64_t times = c->at_most < MAX_TIMES ? c->at_most : MAX_TIMES;
		int64_t cost = c->cost < 0 ? 0 : c->cost < MAX_COST / MAX_TIMES ? c->cost : MAX_COST / MAX_TIMES;
		var_push(s, (struct rule_var){.kind = VAR_ROW, .index = i, .nvalues = (int)times + 1, .unit_cost = cost});
	}
}

/* --- the goal tree --- */

static void collect_leaves(struct search *s, const struct rule_expr *e)
{
	if (e->kind == RULE_NODE_LEAF) *VEC_PUSH(s->arena, &s->leaves) = e;
	for (size_t i = 0; i < e->nkids; i++)
		collect_leaves(s, e->kids[i]);
}

static void goal_of(struct search *s, struct goal *g, const struct rule_expr *e, enum rule_state want)
{
	if (e->kind == RULE_NODE_NOT) {
		goal_of(s, g, e->kids[0], want == RULE_YES ? RULE_NO : RULE_YES);
		return;
	}
	*g = (struct goal){.kind = GOAL_LEAF, .want = want};
	if (e->kind == RULE_NODE_LEAF) {
		g->leaf = e;
		return;
	}
	g->kind = (e->kind == RULE_NODE_AND) == (want == RULE_YES) ? GOAL_ALL : GOAL_ANY;
	g->nkids = e->nkids;
	g->kids = ARENA_ARRAY(s->arena, struct goal, e->nkids);
	for (size_t i = 0; i < e->nkids; i++)
		goal_of(s, &g->kids[i], e->kids[i], want);
}

static bool leaf_uses(const struct search *s, const struct rule_expr *leaf, const struct rule_var *v)
{
	if (leaf->agg == RULE_FACT) return v->kind == VAR_FACT && (int)v->index == leaf->fact;
	if (v->kind == VAR_FACT) return false;
	if (v->kind == VAR_ROW) {
		const struct rule_candidate *c = &s->view.facts->candidates[v->index];
		return (int)c->set == leaf->set && rule_row_in(&s->view, leaf, c->values) != RULE_NO;
	}
	struct str key;
	if ((int)v->index != leaf->set) return false;
	return leaf->agg != RULE_LOOKUP || !lookup_key(s, leaf, &key) || str_eq(key, v->key);
}

static void goal_vars(struct search *s, struct goal *g)
{
	for (size_t i = 0; i < g->nkids; i++) {
		goal_vars(s, &g->kids[i]);
		for (size_t w = 0; w < WORDS; w++)
			g->touched.w[w] |= g->kids[i].touched.w[w];
	}
	if (g->kind != GOAL_LEAF) return;
	g->vars = ARENA_ARRAY(s->arena, int, s->vars.len + 1);
	for (size_t i = 0; i < s->vars.len; i++) {
		if (!leaf_uses(s, g->leaf, &s->vars.ptr[i])) continue;
		g->vars[g->nvars++] = (int)i;
		bit_set(&g->touched, i);
	}
}

/* --- bounds --- */

static enum rule_state leaf_now(struct search *s, const struct goal *g)
{
	s->work++;
	return rule_leaf_state(&s->view, g->leaf);
}

/* One open variable: its cheapest value that does it, exactly. */
static int64_t bound_single(struct search *s, const struct goal *g, struct rule_var *v)
{
	int lo = v->lo;
	int64_t cost = NEVER;
	for (; v->lo <= v->hi; v->lo++)
		if (leaf_now(s, g) == g->want) {
			cost = var_cost(v, v->lo) - var_cost(v, lo);
			break;
		}
	v->lo = lo;
	return cost;
}

/* What one more of the candidate adds to the sum or count; false when its row is only perhaps in. */
static bool row_gain(const struct search *s, const struct rule_expr *leaf, const struct rule_var *v, int64_t *gain)
{
	const struct rule_candidate *c = &s->view.facts->candidates[v->index];
	if (rule_row_in(&s->view, leaf, c->values) != RULE_YES) return false;
	*gain = 1;
	if (leaf->agg != RULE_SUM) return true;
	*gain = c->values[leaf->field].num;
	return *gain != UNKNOWN;
}

/* Several candidates towards a sum or count that must grow: all of them at the best price for what is missing. */
static int64_t bound_growth(struct search *s, const struct goal *g, const struct rule_total *t, int64_t needed)
{
	wide missing = (wide)needed - (g->leaf->agg == RULE_SUM ? t->sum : t->count), reach = 0;
	int64_t price_num = 0, price_den = 0;
	for (size_t i = 0; i < g->nvars; i++) {
		const struct rule_var *v = &s->vars.ptr[g->vars[i]];
		int64_t gain;
		if (!bit(&s->open, (size_t)g->vars[i])) continue;
		if (!row_gain(s, g->leaf, v, &gain) || gain <= 0) continue;
		reach += (wide)gain * (v->hi - v->lo);
		if (!price_den || (wide)v->unit_cost * price_den < (wide)price_num * gain) {
			price_num = v->unit_cost;
			price_den = gain;
		}
	}
	if (reach < missing) return NEVER;
	wide cost = (missing * price_num + price_den - 1) / price_den;
	return cost > MAX_COST ? MAX_COST : (int64_t)cost;
}

static int64_t bound_open(struct search *s, const struct goal *g)
{
	const struct rule_expr *leaf = g->leaf;
	s->work++;
	struct rule_total t = rule_total(&s->view, leaf);
	if (rule_total_state(&s->view, leaf, &t) == g->want) return 0;
	for (size_t i = 0; i < g->nvars; i++) /* a lookup's row changes, so nothing is for ever */
		if (bit(&s->open, (size_t)g->vars[i]) && s->vars.ptr[g->vars[i]].kind == VAR_LOOKUP) return 0;
	/* Rows are only added: what is unknown by a row that is there stays so, and a row that is in stays in. */
	if (leaf->agg == RULE_EXISTS) return g->want == RULE_NO ? NEVER : 0;
	if (leaf->agg == RULE_LOOKUP) return 0;
	if (t.maybe || t.missing) return NEVER;
	struct rule_value v;
	if (!rule_view_literal(&s->view, &leaf->measure, &leaf->values[0], &v, NULL)) return NEVER;
	if (leaf->agg != RULE_SUM && leaf->agg != RULE_COUNT) return 0;
	bool yes = g->want == RULE_YES;
	if (leaf->op == (yes ? RULE_GE : RULE_LT)) return bound_growth(s, g, &t, v.num);
	if (leaf->op == (yes ? RULE_GT : RULE_LE)) return bound_growth(s, g, &t, v.num + 1);
	return 0;
}

static int64_t bound_leaf(struct search *s, const struct goal *g)
{
	struct rule_var *open = NULL;
	size_t n = 0;
	for (size_t i = 0; i < g->nvars; i++) {
		if (!bit(&s->open, (size_t)g->vars[i])) continue;
		open = &s->vars.ptr[g->vars[i]];
		n++;
	}
	if (n == 0) return leaf_now(s, g) == g->want ? 0 : NEVER;
	return n == 1 ? bound_single(s, g, open) : bound_open(s, g);
}

/* Costs of parts that share no open variable add up; of the others only the dearest counts. */
static int64_t bound(struct search *s, const struct goal *g)
{
	if (g->kind == GOAL_LEAF) return bound_leaf(s, g);
	int64_t least = NEVER, most = 0, sum = 0;
	struct bits counted = {{0}};
	for (size_t i = 0; i < g->nkids; i++) {
		int64_t cost = bound(s, &g->kids[i]);
		if (cost < least) least = cost;
		if (g->kind == GOAL_ANY) {
			if (!cost) return 0;
			continue;
		}
		if (cost >= NEVER) return NEVER;
		if (cost > most) most = cost;
		uint64_t shared = 0;
		for (size_t w = 0; w < WORDS; w++)
			shared |= counted.w[w] & g->kids[i].touched.w[w] & s->open.w[w];
		if (!cost || shared) continue;
		for (size_t w = 0; w < WORDS; w++)
			counted.w[w] |= g->kids[i].touched.w[w];
		sum += cost;
	}
	return g->kind == GOAL_ANY ? least : sum > most ? sum : most;
}

/* --- search --- */

static bool reached(struct search *s, const struct goal *g)
{
	if (g->kind == GOAL_LEAF) return leaf_now(s, g) == g->want;
	for (size_t i = 0; i < g->nkids; i++)
		if (reached(s, &g->kids[i]) != (g->kind == GOAL_ALL)) return g->kind == GOAL_ANY;
	return g->kind == GOAL_ALL;
}

/* A variable of a leaf that stands in the way. */
static int choose(struct search *s, const struct goal *g)
{
	if (g->kind == GOAL_LEAF) {
		int any = -1;
		for (size_t i = 0; i < g->nvars; i++) {
			if (!bit(&s->open, (size_t)g->vars[i])) continue;
			const struct rule_var *v = &s->vars.ptr[g->vars[i]];
			if (any < 0 || v->kind != VAR_ROW || v->unit_cost < s->vars.ptr[any].unit_cost) any = g->vars[i];
		}
		return any;
	}
	int best = -1;
	int64_t best_cost = NEVER;
	for (size_t i = 0; i < g->nkids; i++) {
		if (g->kind == GOAL_ALL && reached(s, &g->kids[i])) continue;
		int64_t cost = bound(s, &g->kids[i]);
		if (cost >= best_cost) continue;
		int v = choose(s, &g->kids[i]);
		if (v < 0) continue;
		best = v;
		best_cost = cost;
	}
	return best;
}

static void keep_best(struct search *s)
{
	s->best = s->spent;
	for (size_t i = 0; i < s->vars.len; i++)
		s->best_picks[i] = s->vars.ptr[i].lo;
}

static void narrow(struct search *s, int at, int lo, int hi)
{
	struct rule_var *v = &s->vars.ptr[at];
	s->spent += var_cost(v, lo) - var_cost(v, v->lo);
	v->lo = lo;
	v->hi = hi;
	if (lo < hi)
		bit_set(&s->open, (size_t)at);
	else
		bit_clear(&s->open, (size_t)at);
}

static void search(struct search *s)
{
	if (s->work > MAX_WORK || s->dive > MAX_DIVE) {
		s->cut = true;
		return;
	}
	int64_t cost = bound(s, &s->root);
	if (cost >= NEVER || s->spent + cost >= s->best) return;
	if (reached(s, &s->root)) {
		keep_best(s);
		return;
	}
	int at = choose(s, &s->root);
	BUG_IF(at < 0);
	int lo = s->vars.ptr[at].lo, hi = s->vars.ptr[at].hi;
	s->dive++;
	narrow(s, at, lo + 1, hi);
	search(s);
	narrow(s, at, lo, lo);
	search(s);
	narrow(s, at, lo, hi);
	s->dive--;
}

/* --- the answer --- */

static struct rule_step step_of(const struct search *s, const struct rule_var *v, int pick)
{
	struct rule_step step = {.index = v->index, .key = v->key, .times = 1, .cost = var_cost(v, pick)};
	const struct rule_vocabulary *vocabulary = s->view.vocabulary;
	switch (v->kind) {
	case VAR_ROW:
		step.kind = RULE_STEP_ROW;
		step.times = pick;
		return step;
	case VAR_LOOKUP:
		step.kind = RULE_STEP_LOOKUP;
		step.fact = &vocabulary->sets[v->index].fields[vocabulary->sets[v->index].value];
		break;
	case VAR_FACT:
		step.kind = RULE_STEP_FACT;
		step.fact = &vocabulary->facts[v->index];
		break;
	}
	step.from = v->values[0];
	step.to = v->values[pick];
	step.to.source = STR_NONE;
	return step;
}

static void prepare(struct search *s, const struct rule_expr *const *exprs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		collect_leaves(s, exprs[i]);
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct rule_expr *leaf = s->leaves.ptr[i];
		if (leaf->agg == RULE_FACT) {
			(void)fact_var(s, leaf);
			continue;
		}
		if (leaf->agg == RULE_LOOKUP) (void)lookup_var(s, leaf);
		row_vars(s, leaf);
	}
	s->root = (struct goal){.kind = GOAL_ALL, .nkids = n, .kids = ARENA_ARRAY(s->arena, struct goal, n + 1)};
	for (size_t i = 0; i < n; i++)
		goal_of(s, &s->root.kids[i], exprs[i], RULE_YES);
	goal_vars(s, &s->root);
	for (size_t i = 0; i < s->vars.len; i++)
		if (s->vars.ptr[i].hi > 0) bit_set(&s->open, i);
	s->best_picks = ARENA_ARRAY(s->arena, int, s->vars.len + 1);
	s->view.vars = s->vars.ptr;
	s->view.nvars = s->vars.len;
}

struct rule_change rule_smallest_change(struct arena *a, const struct rule_expr *const *exprs, size_t n, const struct rule_vocabulary *v,
                                        const struct rule_facts *f)
{
	struct search s = {.arena = a, .view = {.facts = f, .vocabulary = v}, .best = NEVER};
	struct rule_change change = {.state = RULE_CHANGE_NEEDLESS};
	prepare(&s, exprs, n);
	if (reached(&s, &s.root)) return change;
	search(&s);
	change.state = s.cut ? RULE_CHANGE_LIMIT : s.best >= NEVER ? RULE_CHANGE_NONE : RULE_CHANGE_FOUND;
	if (s.best >= NEVER) return change;
	change.cost = s.best;
	change.steps = ARENA_ARRAY(a, struct rule_step, s.vars.len);
	for (size_t i = 0; i < s.vars.len; i++)
		if (s.best_picks[i]) change.steps[change.nsteps++] = step_of(&s, &s.vars.ptr[i], s.best_picks[i]);
	/* The proof: with the change made, every rule says yes. */
	struct rule_facts after = rule_apply(a, v, f, &change);
	for (size_t i = 0; i < n; i++)
		BUG_IF(rule_eval(exprs[i], &after) != RULE_YES);
	return change;
}

static size_t rows_added(const struct rule_facts *f, const struct rule_change *change, size_t set)
{
	size_t n = 0;
	for (size_t i = 0; i < change->nsteps; i++) {
		const struct rule_step *s = &change->steps[i];
		if (s->kind == RULE_STEP_LOOKUP && s->index == set) n++;
		if (s->kind == RULE_STEP_ROW && f->candidates[s->index].set == set) n += (size_t)s->times;
	}
	return n;
}

static void apply_row(const struct rule_set *set, const struct rule_facts *f, const struct rule_step *s, struct rule_value **row)
{
	for (int64_t k = 0; k < s->times; k++, *row += set->nfields) {
		for (size_t i = 0; i < set->nfields; i++)
			(*row)[i] = s->kind == RULE_STEP_ROW ? f->candidates[s->index].values[i] : RULE_MISSING;
		if (s->kind == RULE_STEP_ROW) continue;
		(*row)[set->key] = RULE_TEXT(s->key);
		(*row)[set->value] = s->to;
	}
}

struct rule_facts rule_apply(struct arena *a, const struct rule_vocabulary *v, const struct rule_facts *f, const struct rule_change *change)
{
	struct rule_facts after = *f;
	struct rule_value *facts = arena_copy(a, f->values, v->nfacts * sizeof(*facts));
	struct rule_rows *sets = arena_copy(a, f->sets, v->nsets * sizeof(*sets));
	for (size_t i = 0; i < change->nsteps; i++)
		if (change->steps[i].kind == RULE_STEP_FACT) facts[change->steps[i].index] = change->steps[i].to;
	for (size_t k = 0; k < v->nsets; k++) {
		size_t more = rows_added(f, change, k), width = v->sets[k].nfields;
		if (!more) continue;
		struct rule_value *rows = ARENA_ARRAY(a, struct rule_value, (sets[k].len + more) * width);
		if (sets[k].len) memcpy(rows, sets[k].values, sets[k].len * width * sizeof(*rows));
		struct rule_value *row = rows + sets[k].len * width;
		for (size_t i = 0; i < change->nsteps; i++) {
			const struct rule_step *s = &change->steps[i];
			bool here =
			    s->kind == RULE_STEP_LOOKUP ? s->index == k : s->kind == RULE_STEP_ROW && f->candidates[s->index].set == k;
			if (here) apply_row(&v->sets[k], f, s, &row);
		}
		sets[k].values = rows;
		sets[k].len += more;
	}
	after.values = facts;
	after.sets = sets;
	return after;
}
