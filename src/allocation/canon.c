/* The prices that a result has: of all that prove its placement the largest. Summed on the way to the root they are shortest
 * ways: what the whole costs at least when one more unit comes to the node, over those who would move. Nobody can move to a
 * node that is closed (no seat but for those fixed, there or above): the lowest without a seat has the least price that
 * nobody would pay, those above it first; what else is closed has none.
 *
 * That given prices, which prove the placement, are the largest shows in one pass: from every node a way of moves that cost
 * exactly nothing leads on to somewhere free. Only where one is missing are the shortest ways searched, to name the price. */
#include "allocation/canon.h"
#include "allocation/build.h"
#include "allocation/run.h"
#include "allocation/search.h"

static bool none(const int64_t *digits, uint32_t nd)
{
	for (uint32_t d = 0; d < nd; d++)
		if (digits[d]) return false;
	return true;
}

void closers_find(struct arena *arena, const struct allocation *a, struct closers *out)
{
	uint32_t nodes = a->noptions + a->ncaps;
	*out = (struct closers){run_seats(arena, a), ARENA_ARRAY(arena, uint32_t, nodes), false};
	for (uint32_t v = 0; v < nodes; v++) {
		out->of[v] = v;
		while (out->of[v] != ALLOCATION_NONE && out->seats[out->of[v]])
			out->of[v] = a->node_parent[out->of[v]];
		out->any |= out->of[v] != ALLOCATION_NONE;
	}
}

/* Of every closed node: by how much somebody would gain there at most. */
static int64_t *closed_needs(struct arena *arena, const struct allocation_result *r, const struct closers *closers)
{
	const struct allocation *a = r->allocation;
	struct cost_layout layout;
	uint32_t nd = r->ndigits;
	int64_t *need = ARENA_ARRAY(arena, int64_t, ((size_t)a->noptions + a->ncaps) * nd);
	int64_t *have = ARENA_ARRAY(arena, int64_t, nd), *least = ARENA_ARRAY(arena, int64_t, nd);
	cost_layout(arena, a, r->options.mechanism, &layout);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		uint32_t *position = NULL, first = a->off[s], held = r->held[s];
		struct arena_mark mark = arena_mark(arena);
		for (uint32_t i = first; i < a->off[s + 1]; i++) {
			uint32_t closer = closers->of[a->choice_option[i]];
			if (closer == ALLOCATION_NONE || allocation_choice_forbidden(a, i)) continue;
			if (!position) {
				position = ARENA_ARRAY(arena, uint32_t, a->off[s + 1] - first);
				cost_positions(arena, r, s, position);
				cost_total(&layout, r, s, held, held == ALLOCATION_NONE ? 0 : position[held - first], least);
			}
			cost_total(&layout, r, s, i, position[i - first], have);
			for (uint32_t d = 0; d < nd; d++)
				have[d] = least[d] - have[d];
			int64_t *most = need + (size_t)closer * nd;
			if (cost_cmp(have, most, nd) > 0) memcpy(most, have, nd * sizeof(*most));
		}
		arena_rewind(arena, mark);
	}
	return need;
}

void closed_prices(struct arena *arena, const struct allocation_result *r, const struct closers *closers, int64_t *price)
{
	const struct allocation *a = r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, nd = r->ndigits, n = 0;
	if (!closers->any) return;
	int64_t *need = closed_needs(arena, r, closers);
	struct sort_item *items = ARENA_ARRAY(arena, struct sort_item, (size_t)nodes * 2);
	for (uint32_t v = 0; v < nodes; v++) {
		if (closers->of[v] != v) continue;
		items[n] = (struct sort_item){0, v};
		for (uint32_t up = a->node_parent[v]; up != ALLOCATION_NONE; up = a->node_parent[up])
			items[n].key++;
		n++;
	}
	sort_items(items, items + nodes, n, NULL, NULL);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t v = items[k].index;
		int64_t *more = need + (size_t)v * nd, *to = price + (size_t)v * nd;
		for (uint32_t up = a->node_parent[v]; up != ALLOCATION_NONE; up = a->node_parent[up])
			for (uint32_t d = 0; closers->of[up] == up && d < nd; d++)
				more[d] -= price[(size_t)up * nd + d];
		memset(to, 0, nd * sizeof(*to));
		if (cost_cmp(more, to, nd) > 0) memcpy(to, more, nd * sizeof(*to));
	}
}

static void ways_take(const struct graph *g, int64_t *price, int64_t *floor_price)
{
	const struct allocation *a = g->a;
	uint32_t nodes = a->noptions + a->ncaps, nd = g->layout.ndigits;
	for (uint32_t v = 0; v < nodes; v++)
		for (uint32_t d = 0; d < nd; d++)
			price[(size_t)v * nd + d] = g->state[v] == 2 ? graph_y(g, v)[d] - graph_y(g, g->nodes[v].parent)[d] : 0;
	for (uint32_t f = 0; f < a->nfloors; f++) {
		uint32_t gate = nodes + f;
		int64_t *to = floor_price + (size_t)f * nd;
		memset(to, 0, nd * sizeof(*to));
		if (!g->nodes[gate].gate) continue;
		if (g->state[gate] == 2)
			for (uint32_t d = 0; d < nd; d++)
				to[d] = graph_y(g, g->nodes[gate].parent)[d] - graph_y(g, gate)[d];
		else if (g->nodes[gate].load < g->nodes[gate].capacity)
			to[g->layout.shortfall] = 1;
	}
}

enum err prices_largest(struct arena *arena, struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	struct allocation_state *st;
	struct allocation_fault f;
	struct closers closers;
	TRY(allocation_state_of(r, &st, &f));
	struct graph *g = &st->g;
	uint32_t nodes = a->noptions + a->ncaps, nd = g->layout.ndigits;
	int64_t *price = ARENA_ARRAY(arena, int64_t, (size_t)nodes * nd),
		*floor_price = ARENA_ARRAY(arena, int64_t, (size_t)a->nfloors * nd);
	search_begin(g, true);
	search_from(g, g->sink);
	(void)search_run(g, GRAPH_NONE, NULL);
	for (uint32_t v = 0; v < g->nnodes; v++)
		for (uint32_t d = 0; g->state[v] == 2 && d < nd; d++)
			graph_y(g, v)[d] += graph_dist(g, v)[d];
	ways_take(g, price, floor_price);
	r->ndigits = nd;
	r->price = price;
	r->floor_price = floor_price;
	closers_find(st->scratch, a, &closers);
	closed_prices(st->scratch, r, &closers, price);
	allocation_state_free(st);
	return OK;
}

void tight_begin(struct check *c, struct tight *t)
{
	const struct allocation *a = c->r->allocation;
	*t = (struct tight){.paid = ARENA_ARRAY(c->arena, uint8_t, (size_t)a->noptions + a->ncaps)};
	closers_find(c->arena, a, &t->closers);
}

/* Nodes as in a graph: options, caps, floors, the sink. */
static uint32_t place_of(const struct allocation *a, uint32_t s, uint32_t choice)
{
	uint32_t nodes = a->noptions + a->ncaps;
	if (choice == ALLOCATION_NONE) return nodes + a->nfloors;
	uint32_t o = a->choice_option[choice], f = a->nfloors && a->group ? cost_floor(a, o, a->group[s]) : ALLOCATION_NONE;
	return f == ALLOCATION_NONE ? o : nodes + f;
}

void tight_add(struct check *c, struct tight *t, uint32_t s, uint32_t held, uint32_t choice)
{
	const struct allocation *a = c->r->allocation;
	uint32_t closer = choice == ALLOCATION_NONE ? ALLOCATION_NONE : t->closers.of[a->choice_option[choice]];
	if (closer != ALLOCATION_NONE)
		t->paid[closer] = 1;
	else if (held != ALLOCATION_NONE)
		*VEC_PUSH(c->arena, &t->arcs) = (struct tight_arc){place_of(a, s, held), place_of(a, s, choice), GRAPH_NONE};
}

struct reach {
	const struct allocation_result *r;
	uint32_t *child, *sibling; /* first; next */
	uint32_t *flow, *have;     /* units that may move, also of floors; members of floors */
	uint32_t *arc_to;          /* first arc to a node */
	uint8_t *reached;
	uint32_t *queue, n;
	struct tight_arc *arcs;
};

static void reach(struct reach *k, uint32_t v)
{
	if (k->reached[v]) return;
	k->reached[v] = 1;
	k->queue[k->n++] = v;
}

static bool floor_free(const struct reach *k, uint32_t f) { return none(k->r->floor_price + (size_t)f * k->r->ndigits, k->r->ndigits); }

/* Does one more below node v, or one more of the group of a floor, pass on to the parent for nothing? And back down? */
static bool passes_up(const struct reach *k, uint32_t v)
{
	const struct allocation *a = k->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps;
	if (v < nodes) return k->r->load[v] < a->node_capacity[v];
	return k->have[v - nodes] < a->floors[v - nodes].floor || floor_free(k, v - nodes);
}

static bool passes_down(const struct reach *k, uint32_t v)
{
	const struct allocation *a = k->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, nd = k->r->ndigits;
	if (!k->flow[v]) return false;
	if (v < nodes) return none(k->r->price + (size_t)v * nd, nd);
	const int64_t *price = k->r->floor_price + (size_t)(v - nodes) * nd;
	if (k->have[v - nodes] != a->floors[v - nodes].floor) return true;
	return price[1] == 1 && price[0] == 0 && none(price + 2, nd - 2); /* one of shortfall */
}

static void reach_begin(struct check *c, struct tight *t, struct reach *k)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, all = nodes + a->nfloors + 1;
	*k = (struct reach){.r = c->r, .have = floors_have(c->arena, c->r), .arcs = t->arcs.ptr};
	uint32_t **lists[] = {&k->child, &k->sibling, &k->flow, &k->arc_to, &k->queue};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		*lists[i] = ARENA_ARRAY(c->arena, uint32_t, all);
	k->reached = ARENA_ARRAY(c->arena, uint8_t, all);
	memset(k->child, 0xff, all * sizeof(*k->child));
	memset(k->arc_to, 0xff, all * sizeof(*k->arc_to));
	for (uint32_t v = 0; v < all - 1; v++) {
		if (v >= nodes && !cost_floor_at_option(a, v - nodes)) continue;
		uint32_t up = v < nodes ? a->node_parent[v] : a->floors[v - nodes].node;
		if (up == ALLOCATION_NONE) up = all - 1;
		k->sibling[v] = k->child[up];
		k->child[up] = v;
		if (v < nodes) k->flow[v] = c->r->load[v] - (a->node_capacity[v] - t->closers.seats[v]);
	}
	for (uint32_t s = 0; a->nfloors && s < a->nstudents; s++)
		if (c->r->held[s] != ALLOCATION_NONE && allocation_fixed(a, s) == ALLOCATION_NONE) {
			uint32_t place = place_of(a, s, c->r->held[s]);
			k->flow[place] += place >= nodes;
		}
	for (uint32_t i = 0; i < t->arcs.len; i++) {
		t->arcs.ptr[i].next = k->arc_to[t->arcs.ptr[i].to];
		k->arc_to[t->arcs.ptr[i].to] = i;
	}
}

/* Back from the sink over all that costs nothing. */
static void reach_all(struct reach *k)
{
	const struct allocation *a = k->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, sink = nodes + a->nfloors;
	reach(k, sink);
	for (uint32_t at = 0; at < k->n; at++) {
		uint32_t w = k->queue[at];
		for (uint32_t v = k->child[w]; v != GRAPH_NONE; v = k->sibling[v])
			if (passes_up(k, v)) reach(k, v);
		for (uint32_t i = k->arc_to[w]; i != GRAPH_NONE; i = k->arcs[i].next)
			reach(k, k->arcs[i].from);
		if (w == sink) continue;
		uint32_t up = w < nodes ? a->node_parent[w] : a->floors[w - nodes].node;
		if (up != ALLOCATION_NONE && passes_down(k, w)) reach(k, up);
	}
}

static bool all_largest(const struct reach *k, const struct tight *t)
{
	const struct allocation *a = k->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, nd = k->r->ndigits;
	for (uint32_t v = 0; v < nodes; v++) {
		bool right = t->closers.of[v] == ALLOCATION_NONE ? k->reached[v] : none(k->r->price + (size_t)v * nd, nd);
		if (!right && !(t->closers.of[v] == v && t->paid[v])) return false;
	}
	for (uint32_t f = 0; f < a->nfloors; f++) {
		if (!cost_floor_at_option(a, f)) continue;
		bool closed = t->closers.of[a->floors[f].node] != ALLOCATION_NONE;
		if (closed ? !passes_up(k, nodes + f) && !floor_free(k, f) : !k->reached[nodes + f]) return false;
	}
	return true;
}

enum err prices_same(struct check *c, const struct allocation_result *own)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, nd = own->ndigits;
	for (uint32_t v = 0; v < nodes + a->nfloors; v++) {
		bool node = v < nodes;
		size_t at = (size_t)(node ? v : v - nodes) * nd;
		const int64_t *found = (node ? c->r->price : c->r->floor_price) + at,
			      *expected = (node ? own->price : own->floor_price) + at;
		if (cost_cmp(found, expected, nd) == 0) continue;
		wrong_at(c, ALLOCATION_WRONG_PRICE_OTHER, ALLOCATION_NONE, node ? v : a->floors[v - nodes].node);
		if (!node) c->wrong->option = floor_id(c->arena, a, v - nodes);
		c->wrong->text_found = price_text(c->arena, found, nd);
		c->wrong->text_expected = price_text(c->arena, expected, nd);
		return ERR_REFUSED;
	}
	return OK;
}

static enum err first_other(struct check *c)
{
	struct allocation_result own = *c->r;
	BUG_IF(prices_largest(c->arena, &own) != OK); /* it has been proven */
	return prices_same(c, &own);
}

enum err tight_check(struct check *c, struct tight *t)
{
	struct reach k;
	reach_begin(c, t, &k);
	reach_all(&k);
	return all_largest(&k, t) ? OK : first_other(c);
}
