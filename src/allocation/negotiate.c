/* Negotiations worth having: where the next seats do most. */
#include "allocation/build.h"
#include "allocation/run.h"
#include "allocation/search.h"

/* Positive: x is worth more. */
static int worth_cmp(const struct allocation_worth *x, const struct allocation_worth *y, uint32_t max_rank)
{
	if (x->placed != y->placed) return x->placed > y->placed ? 1 : -1;
	for (uint32_t k = 0; k < max_rank; k++) {
		int64_t px = x->profile ? x->profile[k] : 0, py = y->profile ? y->profile[k] : 0;
		if (px != py) return px > py ? 1 : -1;
	}
	return 0;
}

static bool better(const struct allocation_worth *w, uint32_t max_rank)
{
	const struct allocation_worth none = {0};
	return w->placed > 0 || w->shortfall < 0 || worth_cmp(w, &none, max_rank) > 0;
}

struct demand {
	uint32_t *first, *unmet_first, *waiting; /* of every node */
	uint32_t *stamp[3];                      /* the last student counted there, + 1: once below each cap */
};

static void count_up(const struct allocation *a, uint32_t option, uint32_t student, uint32_t *counts, uint32_t *stamp)
{
	for (uint32_t v = option; v != ALLOCATION_NONE && stamp[v] != student + 1; v = a->node_parent[v]) {
		stamp[v] = student + 1;
		counts[v]++;
	}
}

static bool below(const struct allocation *a, uint32_t option, uint32_t node)
{
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (v == node) return true;
	return false;
}

/* Somebody who is below a cap already does not wait for a seat there. */
static void count_waiting(const struct allocation_result *r, uint32_t s, uint32_t i, const struct demand *d)
{
	const struct allocation *a = r->allocation;
	uint32_t at = r->held[s] == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[r->held[s]];
	for (uint32_t v = a->choice_option[i]; v != ALLOCATION_NONE; v = a->node_parent[v]) {
		if (below(a, at, v) || d->stamp[2][v] == s + 1) return;
		d->stamp[2][v] = s + 1;
		d->waiting[v]++;
	}
}

static void demand_count(struct arena *arena, const struct allocation_result *r, struct demand *d)
{
	const struct allocation *a = r->allocation;
	size_t nodes = (size_t)a->noptions + a->ncaps;
	uint32_t **all[] = {&d->first, &d->unmet_first, &d->waiting, &d->stamp[0], &d->stamp[1], &d->stamp[2]};
	for (size_t k = 0; k < ARRAY_LEN(all); k++)
		*all[k] = ARENA_ARRAY(arena, uint32_t, nodes);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t held = r->held[s], top = 0;
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			if (allocation_choice_forbidden(a, i)) continue;
			uint32_t rank = a->choice_rank[i], o = a->choice_option[i];
			if (!top) top = rank; /* lists are by rank */
			bool met = held != ALLOCATION_NONE && a->choice_rank[held] == top;
			if (rank == top) count_up(a, o, s, d->first, d->stamp[0]);
			if (rank == top && !met) count_up(a, o, s, d->unmet_first, d->stamp[1]);
			if (held == ALLOCATION_NONE || rank < a->choice_rank[held]) count_waiting(r, s, i, d);
		}
	}
}

static void curve_priced(struct arena *arena, struct allocation_state *st, struct allocation_negotiation *n)
{
	struct allocation_worth sum = {.possible = true};
	uint32_t max_rank = st->g.max_rank;
	for (int k = 0; k < ALLOCATION_CURVE; k++) {
		int64_t *profile = ARENA_ARRAY(arena, int64_t, max_rank);
		if (sum.profile) memcpy(profile, sum.profile, max_rank * sizeof(*profile));
		sum.profile = profile;
		seats_move(st, n->node, 1, &sum);
		n->curve[k] = sum;
	}
	for (int k = 0; k < ALLOCATION_CURVE; k++)
		seats_move(st, n->node, -1, NULL);
}

static void curve_run(struct arena *arena, const struct allocation_result *r, struct allocation_negotiation *n)
{
	for (uint32_t k = 0; k < ALLOCATION_CURVE; k++)
		n->curve[k] = worth_run(
		    arena, r,
		    (struct run_change){.choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = n->node, .seats = k + 1});
}

struct order {
	const struct allocation_negotiation *items;
	uint32_t max_rank;
	int curve; /* how many of the curve count */
};

static int item_cmp(const void *arg, uint32_t x, uint32_t y)
{
	const struct order *o = arg;
	const struct allocation_negotiation *p = &o->items[x], *q = &o->items[y];
	for (int k = 0; k < o->curve; k++)
		if (p->curve[k].placed != q->curve[k].placed) return p->curve[k].placed > q->curve[k].placed ? -1 : 1;
	int c = worth_cmp(&q->curve[0], &p->curve[0], o->max_rank);
	if (c) return c;
	if (p->unmet_first != q->unmet_first) return p->unmet_first > q->unmet_first ? -1 : 1;
	return p->node < q->node ? -1 : 1;
}

static struct allocation_negotiation *items_sort(struct arena *arena, struct allocation_negotiation *items, uint32_t n, uint32_t max_rank,
                                                 int curve)
{
	struct order o = {items, max_rank, curve};
	struct sort_item *order = ARENA_ARRAY(arena, struct sort_item, (size_t)n * 2 + 1);
	struct allocation_negotiation *sorted = ARENA_ARRAY(arena, struct allocation_negotiation, n);
	for (uint32_t i = 0; i < n; i++)
		order[i] = (struct sort_item){0, i};
	sort_items(order, order + n, n, item_cmp, &o);
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = items[order[i].index];
	return sorted;
}

static struct allocation_negotiation *candidates(struct arena *arena, const struct allocation_result *r,
                                                 const struct allocation_value *values, uint32_t *n)
{
	const struct allocation *a = r->allocation;
	struct demand d;
	struct allocation_negotiation *items = ARENA_ARRAY(arena, struct allocation_negotiation, (size_t)a->noptions + a->ncaps);
	demand_count(arena, r, &d);
	for (uint32_t v = *n = 0; v < a->noptions + a->ncaps; v++) {
		if (!better(&values[v].whole, a->max_rank)) continue;
		struct allocation_negotiation *item = &items[(*n)++];
		*item = (struct allocation_negotiation){
		    .node = v, .first = d.first[v], .unmet_first = d.unmet_first[v], .waiting = d.waiting[v]};
		item->curve[0] = values[v].whole;
	}
	return items_sort(arena, items, *n, a->max_rank, 1);
}

/* Curves are worked out for those that one seat ranks first, so that a large question stays quick. */
enum err allocation_negotiate(struct arena *arena, const struct allocation_result *r, const struct allocation_value *values, uint32_t limit,
                              struct allocation_negotiations *out, struct allocation_fault *fault)
{
	const struct allocation *a = r->allocation;
	struct allocation_state *st = NULL;
	if (cost_optimises(r->options.mechanism) && !cost_cap_floors(a)) TRY(allocation_state_of(r, &st, fault));
	*out = (struct allocation_negotiations){.most = ALLOCATION_NONE};
	struct allocation_negotiation *items = candidates(arena, r, values, &out->n);
	if (out->n > limit) out->n = limit;
	for (uint32_t i = 0; i < out->n; i++) {
		if (st)
			curve_priced(arena, st, &items[i]);
		else
			curve_run(arena, r, &items[i]);
	}
	allocation_state_free(st);
	out->items = items_sort(arena, items, out->n, a->max_rank, ALLOCATION_CURVE);
	int64_t most = 0;
	for (uint32_t i = 0; i < out->n; i++) {
		if (out->items[i].curve[ALLOCATION_CURVE - 1].placed <= most) continue;
		most = out->items[i].curve[ALLOCATION_CURVE - 1].placed;
		out->most = i;
	}
	return OK;
}
