/* The optimising mechanisms: stages of digits over the components of the model. */
#include "allocation/optimum.h"
#include "allocation/canon.h"
#include "allocation/model.h"
#include <pthread.h>
#include <stdatomic.h>

struct work {
	struct run *run;
	struct model model;
	struct cost_layout layout;
	uint32_t digit_bits;
	int64_t *potential; /* of nodes of the model, digits */
	atomic_uint_least32_t next;
};

/* Digits from `first` on, and what each counts in the packed number. */
struct block {
	uint32_t first, n;
	const int64_t *weight;
	uint32_t bits; /* of a digit; 0: the weights are large enough for any price */
};

/* In the packed sum of placed, shortfall and rank no lower digit of any price can reach the next: a potential adds up
 * along a way through the tree, which passes no node twice. */
static bool ranksum_block(struct arena *arena, const struct work *w, const struct component *c, struct block *b)
{
	int64_t *weight = ARENA_ARRAY(arena, int64_t, w->layout.ndigits), large = 1;
	for (uint32_t d = w->layout.lottery; d-- > 0;) {
		weight[d] = large;
		int64_t most = d == w->layout.first ? w->model.a->max_rank + 1ll : 2;
		if (__builtin_mul_overflow(large, most * 4, &large) || __builtin_mul_overflow(large, c->nnodes + 2ll, &large)) return false;
	}
	*b = (struct block){.n = w->layout.lottery, .weight = weight};
	return true;
}

static void profile_block(struct arena *arena, const struct work *w, uint32_t first, bool one, struct block *b)
{
	uint32_t bits = one ? 0 : w->digit_bits, n = bits ? OPTIMUM_BLOCK_BITS / bits : 1;
	if (n > w->layout.lottery - first) n = w->layout.lottery - first;
	int64_t *weight = ARENA_ARRAY(arena, int64_t, n);
	for (uint32_t k = 0; k < n; k++)
		weight[k] = (int64_t)1 << bits * (n - 1 - k);
	*b = (struct block){.first = first, .n = n, .weight = weight, .bits = n > 1 ? bits : 0};
}

/* What floors at caps give to a choice of the class. */
static const int64_t *bend_gain(const struct work *w, uint32_t class)
{
	const struct bend *bend = w->model.bend;
	return bend->gain + (size_t)(bend->first + (class - 1) / (w->model.nclasses - 1) - 1) * w->layout.ndigits;
}

static int64_t *class_costs(struct arena *arena, const struct work *w, const struct block *b)
{
	uint32_t ranks = w->model.nclasses - 1;
	int64_t *cost = ARENA_ARRAY(arena, int64_t, (size_t)ranks * w->model.nbends + 1);
	const struct cost_layout *l = &w->layout;
	if (b->first == 0) cost[0] = b->weight[0];
	for (uint32_t k = 1; k < w->model.nclasses; k++) {
		uint32_t rank = w->model.class_rank[k], d = l->digit_of ? l->digit_of[rank] : l->first;
		if (d < b->first || d >= b->first + b->n) continue;
		int64_t digit = !l->digit_of ? (int64_t)rank : l->mechanism == ALLOCATION_GREEDY ? -1 : 1;
		cost[k] = digit * b->weight[d - b->first];
	}
	for (uint32_t k = ranks + 1; k < ranks * w->model.nbends + 1; k++) {
		const int64_t *gain = bend_gain(w, k);
		cost[k] = cost[(k - 1) % ranks + 1];
		for (uint32_t d = 0; d < b->n; d++)
			cost[k] -= gain[b->first + d] * b->weight[d];
	}
	return cost;
}

/* Of links: the second one of a floor saves one of shortfall for each. */
static int64_t *link_costs(struct arena *arena, const struct work *w, const struct component *c, const struct block *b)
{
	uint32_t d = w->layout.shortfall;
	if (c->sx.nlinks == c->nnodes || d < b->first || d >= b->first + b->n) return NULL;
	int64_t *cost = ARENA_ARRAY(arena, int64_t, c->sx.nlinks);
	for (uint32_t l = c->nnodes; l < c->sx.nlinks; l++)
		cost[l] = -b->weight[d - b->first];
	return cost;
}

/* The lowest digit of a packed number, between -2^(bits - 1) and 2^(bits - 1). */
static int64_t digit_take(int64_t *packed, int64_t base)
{
	int64_t low = *packed % base;
	if (low > base / 2) low -= base;
	if (low < -(base / 2)) low += base;
	*packed = (*packed - low) / base;
	return low;
}

/* The digits of the potentials of the block. False when one is too large to trust the packed comparison. */
static bool unpack(const struct work *w, const struct component *c, const struct block *b)
{
	int64_t limit = (int64_t)1 << b->bits >> 2;
	for (uint32_t v = 0; v < c->nnodes; v++) {
		int64_t y = c->sx.y[v + 1];
		int64_t *digit = w->potential + ((size_t)c->first_node + v) * w->layout.ndigits + b->first;
		for (uint32_t k = b->n - 1; k > 0; k--) {
			digit[k] = digit_take(&y, b->weight[k - 1] / b->weight[k]);
			if (b->bits && (digit[k] >= limit || digit[k] <= -limit)) return false;
		}
		digit[0] = y;
		if (b->bits && (y >= limit || y <= -limit)) return false;
	}
	return true;
}

static void block_solve(struct arena *arena, struct work *w, struct component *c, const struct block *b)
{
	c->sx.class_cost = class_costs(arena, w, b);
	c->sx.link_cost = link_costs(arena, w, c, b);
	sx_solve(&c->sx);
}

static uint32_t option_of(const struct work *w, const struct component *c, uint32_t node)
{
	uint32_t raw = w->model.raw[c->first_node + node - 1], nodes = w->model.a->noptions + w->model.a->ncaps;
	return raw >= nodes ? w->model.a->floors[raw - nodes].node : raw;
}

static uint32_t choice_of(const struct work *w, const struct component *c, uint32_t s, uint32_t arc)
{
	uint32_t node = c->sx.to[arc];
	if (!node) return ALLOCATION_NONE;
	return allocation_find_choice(w->model.a, w->model.student[c->first_student + s], option_of(w, c, node));
}

/* The draw is asked only where more than one choice is left. */
static void lottery_solve(struct arena *arena, struct work *w, struct component *c)
{
	const struct allocation *a = w->model.a;
	struct sx *x = &c->sx;
	uint32_t arcs = x->end[x->nstudents - 1];
	/* Of one large component most arcs are settled by now: their room is needed for what follows. */
	if (c->nstudents == w->model.nstudents) {
		x->to = arena_shrink(w->run->arena, x->to, arcs * sizeof(*x->to));
		x->class = arena_shrink(w->run->arena, x->class, arcs * sizeof(*x->class));
	}
	int64_t *cost = ARENA_ARRAY(arena, int64_t, arcs);
	for (uint32_t s = 0; s < x->nstudents; s++) {
		if (x->end[s] - x->off[s] == 1) continue;
		struct arena_mark mark = arena_mark(arena);
		uint32_t student = w->model.student[c->first_student + s];
		uint32_t *position = ARENA_ARRAY(arena, uint32_t, a->off[student + 1] - a->off[student]);
		cost_positions(arena, w->run->r, student, position);
		for (uint32_t i = x->off[s]; i < x->end[s]; i++) {
			uint32_t choice = choice_of(w, c, s, i);
			if (choice == ALLOCATION_NONE) continue;
			cost[i] = cost_lottery(w->run->r->lottery[student], position[choice - a->off[student]]);
			if (x->class[i] >= w->model.nclasses) cost[i] -= bend_gain(w, x->class[i])[w->layout.lottery];
		}
		arena_rewind(arena, mark);
	}
	x->class_cost = NULL;
	x->arc_cost = cost;
	x->link_cost = NULL;
	sx_solve(x);
}

static void component_solve(struct arena *arena, struct work *w, struct component *c)
{
	struct sx *x = &c->sx;
	struct block b;
	x->node = ARENA_ARRAY(arena, struct sx_node, x->nnodes);
	x->y = ARENA_ARRAY(arena, int64_t, x->nnodes);
	sx_begin(x);
	for (uint32_t d = 0; d < w->layout.lottery; d += b.n) {
		if (w->layout.digit_of || d || w->model.bend || !ranksum_block(arena, w, c, &b))
			profile_block(arena, w, d, !w->layout.digit_of || w->model.bend, &b);
		block_solve(arena, w, c, &b);
		if (!unpack(w, c, &b)) {
			profile_block(arena, w, d, true, &b);
			block_solve(arena, w, c, &b);
			unpack(w, c, &b);
		}
		sx_restrict(x);
	}
	lottery_solve(arena, w, c);
	int64_t weight = 1;
	unpack(w, c, &(struct block){.first = w->layout.lottery, .n = 1, .weight = &weight});
	for (uint32_t s = 0; s < x->nstudents; s++)
		w->run->held[w->model.student[c->first_student + s]] = choice_of(w, c, s, x->hold[s]);
}

/* Nobody can come: every price is zero, and a floor that is not met is worth one of shortfall. */
static void component_idle(struct work *w, const struct component *c)
{
	uint32_t nodes = w->model.a->noptions + w->model.a->ncaps;
	for (uint32_t v = c->first_node; v < c->first_node + c->nnodes; v++)
		if (w->model.raw[v] >= nodes) w->potential[(size_t)v * w->layout.ndigits + w->layout.shortfall] = -1;
}

/* Components are taken in turn; each writes only what is its own, so that it does not matter who solves which. */
static void *worker(void *arg)
{
	struct work *w = arg;
	struct arena *arena = arena_new();
	for (;;) {
		uint32_t k = atomic_fetch_add(&w->next, 1);
		if (k >= w->model.ncomponents) break;
		if (!w->model.components[k].nstudents) {
			component_idle(w, &w->model.components[k]);
			continue;
		}
		component_solve(arena, w, &w->model.components[k]);
		arena_reset(arena);
	}
	arena_free(arena);
	return NULL;
}

static void components_solve(struct work *w)
{
	pthread_t thread[64];
	uint32_t threads = w->run->r->options.threads, n = 0;
	if (threads > ARRAY_LEN(thread)) threads = ARRAY_LEN(thread);
	while (n + 1 < threads && n + 1 < w->model.ncomponents && pthread_create(&thread[n], NULL, worker, w) == 0)
		n++;
	worker(w);
	for (uint32_t k = 0; k < n; k++)
		pthread_join(thread[k], NULL);
}

static void raise(int64_t *y, const int64_t *limit, uint32_t nd)
{
	if (cost_cmp(y, limit, nd) < 0) memcpy(y, limit, nd * sizeof(*y));
}

/* Potentials of all nodes of the allocation and of floors, parents first; those put aside take that of the next above. A
 * node that nobody uses may have ended lower than a unit there would cost: it is raised, which hurts nobody. */
static int64_t *potentials_all(struct arena *arena, const struct work *w)
{
	const struct model *m = &w->model;
	const struct allocation *a = m->a;
	uint32_t nodes = a->noptions + a->ncaps, nd = w->layout.ndigits;
	int64_t *all = ARENA_ARRAY(arena, int64_t, (size_t)m->raw_nodes * nd), *limit = ARENA_ARRAY(arena, int64_t, nd);
	for (uint32_t k = m->raw_nodes; k-- > 0;) {
		uint32_t v = k < nodes ? m->order[k] : k;
		if (m->node[v] != ALLOCATION_NONE) memcpy(all + (size_t)v * nd, w->potential + (size_t)m->node[v] * nd, nd * sizeof(*all));
	}
	for (uint32_t k = nodes; k-- > 0;) {
		uint32_t v = m->order[k], up = m->up[v];
		int64_t *y = all + (size_t)v * nd;
		const int64_t *above = up == ALLOCATION_NONE ? limit : all + (size_t)up * nd;
		if (m->kept[v])
			raise(y, above, nd);
		else
			memcpy(y, above, nd * sizeof(*y));
	}
	for (uint32_t f = 0; f < a->nfloors; f++) {
		int64_t *y = all + ((size_t)nodes + f) * nd;
		const int64_t *above = all + (size_t)a->floors[f].node * nd;
		memcpy(limit, above, nd * sizeof(*limit));
		limit[w->layout.shortfall]--; /* with the unit that the floor is worth while it is not met */
		if (m->kept[nodes + f])
			raise(y, limit, nd);
		else
			memcpy(y, cost_floor_at_option(a, f) && m->floor_left[f] ? limit : above, nd * sizeof(*y));
	}
	return all;
}

static void prices(struct arena *arena, struct work *w, struct optimum *out)
{
	const struct allocation *a = w->model.a;
	uint32_t nodes = a->noptions + a->ncaps, nd = out->ndigits = w->layout.ndigits;
	int64_t *all = potentials_all(w->run->arena, w);
	out->price = ARENA_ARRAY(arena, int64_t, (size_t)nodes * nd);
	out->floor_price = ARENA_ARRAY(arena, int64_t, (size_t)a->nfloors * nd);
	for (uint32_t v = 0; v < nodes; v++) {
		uint32_t p = a->node_parent[v];
		for (uint32_t d = 0; d < nd; d++)
			out->price[(size_t)v * nd + d] = all[(size_t)v * nd + d] - (p == ALLOCATION_NONE ? 0 : all[(size_t)p * nd + d]);
	}
	for (uint32_t f = 0; f < a->nfloors; f++)
		for (uint32_t d = 0; d < nd; d++)
			out->floor_price[(size_t)f * nd + d] = all[(size_t)a->floors[f].node * nd + d] - all[((size_t)nodes + f) * nd + d];
	for (uint32_t f = w->run->bend ? w->run->bend->first : a->nfloors; f < a->nfloors; f++)
		memcpy(out->floor_price + (size_t)f * nd, w->run->bend->dual + (size_t)f * nd, nd * sizeof(*out->floor_price));
	struct allocation_result r = *w->run->r;
	struct closers closers;
	r.held = w->run->held;
	r.ndigits = nd;
	r.price = out->price;
	r.floor_price = out->floor_price;
	closers_find(w->run->arena, a, &closers);
	closed_prices(w->run->arena, &r, &closers, out->price);
}

enum err optimum_linked(struct allocation_fault *fault)
{
	*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_LINKED, .high = OPTIMUM_NODES};
	return ERR_INVALID;
}

bool optimum_run(struct run *run, uint32_t digit_bits, uint32_t nodes, struct arena *arena, struct optimum *out)
{
	struct arena *scratch = run->arena;
	struct work w = {.run = run, .digit_bits = digit_bits};
	cost_layout(scratch, run->r->allocation, run->r->options.mechanism, &w.layout);
	model_build(scratch, run->r->allocation, run->seats, run->bend, &w.model);
	for (uint32_t k = 0; k < w.model.ncomponents; k++)
		if (w.model.components[k].nnodes > nodes) return false;
	w.potential = ARENA_ARRAY(scratch, int64_t, (size_t)w.model.nnodes * w.layout.ndigits);
	components_solve(&w);
	if (out) prices(arena, &w, out);
	return true;
}
