/* One seat more and one less. */
#include "allocation/value.h"
#include "allocation/result.h"
#include "allocation/run.h"
#include "allocation/search.h"

static struct allocation_worth worth_of(const struct allocation_change *c)
{
	return (struct allocation_worth){true, c->placed, c->shortfall, c->profile};
}

static const struct allocation_worth NOTHING = {.possible = true};

struct pricing {
	struct arena *arena;
	struct allocation_state *st;
	struct allocation_value *values;
};

static void price_of(const struct graph *g, uint32_t v, int64_t *out)
{
	for (uint32_t k = 0; k < g->layout.ndigits; k++)
		out[k] = graph_y(g, v)[k] - graph_y(g, g->nodes[v].parent)[k];
}

/* Where the way to the node costs less than its price, a seat more is used. */
static struct allocation_worth more(struct pricing *p, uint32_t v)
{
	struct graph *g = &p->st->g;
	if (g->state[v] != 2) return NOTHING;
	int64_t *price = ARENA_ARRAY(p->st->scratch, int64_t, g->layout.ndigits);
	price_of(g, v, price);
	if (cost_cmp(graph_dist(g, v), price, g->layout.ndigits) >= 0) return NOTHING;
	struct allocation_change change;
	change_begin(g, p->arena, &change);
	search_path(g, v, p->arena, &change, false);
	return worth_of(&change);
}

static struct allocation_worth less(struct pricing *p, uint32_t v)
{
	struct graph *g = &p->st->g;
	if (g->state[v] != 2) return (struct allocation_worth){0};
	struct allocation_change change;
	change_begin(g, p->arena, &change);
	search_path(g, v, p->arena, &change, false);
	return worth_of(&change);
}

static bool full(const struct graph *g, uint32_t v) { return !g->nodes[v].gate && g->nodes[v].load >= g->nodes[v].capacity; }

/* All that is full below a cap, or at the root. */
static void children_price(struct pricing *p, uint32_t parent)
{
	struct graph *g = &p->st->g;
	uint32_t nd = g->layout.ndigits;
	int64_t *most = ARENA_ARRAY(p->st->scratch, int64_t, nd), *price = ARENA_ARRAY(p->st->scratch, int64_t, nd);
	bool any = false;
	for (uint32_t v = g->nodes[parent].child; v != GRAPH_NONE; v = g->nodes[v].sibling) {
		if (!full(g, v)) continue;
		any = true;
		price_of(g, v, price);
		if (cost_cmp(price, most, nd) > 0) memcpy(most, price, nd * sizeof(*most));
	}
	if (!any) return;
	search_begin(g, false);
	search_from(g, parent);
	(void)search_run(g, GRAPH_NONE, most);
	for (uint32_t v = g->nodes[parent].child; v != GRAPH_NONE; v = g->nodes[v].sibling)
		if (full(g, v)) p->values[v].plus = more(p, v);
	search_begin(g, true);
	search_from(g, parent);
	(void)search_run(g, GRAPH_NONE, NULL);
	for (uint32_t v = g->nodes[parent].child; v != GRAPH_NONE; v = g->nodes[v].sibling)
		if (full(g, v)) p->values[v].minus = g->nodes[v].capacity ? less(p, v) : (struct allocation_worth){0};
}

void worth_add(struct allocation_worth *w, const struct allocation_change *c)
{
	w->placed += c->placed;
	w->shortfall += c->shortfall;
	for (uint32_t k = 0; k < c->nprofile; k++)
		w->profile[k] += c->profile[k];
}

/* The seats of the node and of every cap above it, all one more or one less; sums up what changes. */
void seats_move(struct allocation_state *st, uint32_t node, int more, struct allocation_worth *sum)
{
	struct arena *arena = arena_new();
	for (uint32_t v = node; v != st->g.sink; v = st->g.nodes[v].parent) {
		struct allocation_change change;
		BUG_IF(state_seat(st, v, more, arena, &change) != OK);
		if (sum) worth_add(sum, &change);
		arena_reset(arena);
	}
	arena_free(arena);
}

/* Seats under several caps may be used by several chains, so here the state itself is moved and moved back. */
static void whole_price(struct pricing *p, uint32_t node)
{
	struct graph *g = &p->st->g;
	bool full_above = false;
	for (uint32_t v = g->nodes[node].parent; v != g->sink; v = g->nodes[v].parent)
		full_above |= full(g, v);
	p->values[node].whole = p->values[node].plus;
	if (!full_above) return;
	struct allocation_worth sum = {.possible = true, .profile = ARENA_ARRAY(p->arena, int64_t, g->max_rank)};
	seats_move(p->st, node, 1, &sum);
	seats_move(p->st, node, -1, NULL);
	p->values[node].whole = sum;
}

static void values_priced(struct arena *arena, struct allocation_state *st, struct allocation_value *values)
{
	struct pricing p = {arena, st, values};
	struct graph *g = &st->g;
	children_price(&p, g->sink);
	for (uint32_t c = 0; c < g->a->ncaps; c++)
		children_price(&p, g->noptions + c);
	for (uint32_t v = 0; v < g->noptions + g->a->ncaps; v++)
		whole_price(&p, v);
}

/* Does anybody wait for the node: would rather have a choice below it than what she holds? */
static void waited_for(const struct allocation_result *r, uint8_t *waited)
{
	const struct allocation *a = r->allocation;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			if (r->held[s] != ALLOCATION_NONE && a->choice_rank[i] > a->choice_rank[r->held[s]]) break;
			if (i == r->held[s] || allocation_choice_forbidden(a, i)) continue;
			for (uint32_t v = a->choice_option[i]; v != ALLOCATION_NONE && !waited[v]; v = a->node_parent[v])
				waited[v] = 1;
		}
	}
}

/* Of every node: how many proposed something at or below it in deferred acceptance; at most, where choices are tied. */
static uint32_t *proposers(struct arena *arena, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	size_t nodes = (size_t)a->noptions + a->ncaps;
	uint32_t *count = ARENA_ARRAY(arena, uint32_t, nodes), *last = ARENA_ARRAY(arena, uint32_t, nodes);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			if (r->held[s] != ALLOCATION_NONE && a->choice_rank[i] > a->choice_rank[r->held[s]]) break;
			if (allocation_choice_forbidden(a, i)) continue;
			for (uint32_t v = a->choice_option[i]; v != ALLOCATION_NONE && last[v] != s + 1; v = a->node_parent[v]) {
				last[v] = s + 1;
				count[v]++;
			}
		}
	}
	return count;
}

struct allocation_worth worth_run(struct arena *arena, const struct allocation_result *r, struct run_change change)
{
	const struct allocation *a = r->allocation;
	struct arena *scratch = arena_new();
	struct allocation_result other = *r;
	other.held = ARENA_ARRAY(scratch, uint32_t, a->nstudents);
	BUG_IF(!run_mechanism(scratch, r, change, other.held));
	result_count(scratch, &other);
	struct allocation_worth w = {true, (int64_t)other.placed - r->placed, other.group_shortfall - r->group_shortfall,
	                             ARENA_ARRAY(arena, int64_t, a->max_rank)};
	for (uint32_t k = 0; k < a->max_rank; k++)
		w.profile[k] = (int64_t)other.profile[k] - r->profile[k];
	arena_free(scratch);
	return w;
}

static void values_run(struct arena *arena, const struct allocation_result *r, struct allocation_value *values)
{
	const struct allocation *a = r->allocation;
	struct arena *scratch = arena_new();
	uint32_t nodes = a->noptions + a->ncaps, *seats = run_seats(scratch, a);
	uint8_t *waited = ARENA_ARRAY(scratch, uint8_t, nodes);
	/* To place others an optimising mechanism may move somebody to what she ranks lower. */
	if (cost_optimises(r->options.mechanism))
		memset(waited, 1, nodes);
	else
		waited_for(r, waited);
	/* Under a cap that compares the scores of several options a node may have been full on the way, and lost some of its own
	 * since to what those it had sent away brought elsewhere: its last seat then counts though it is free at the end. */
	bool passing = r->options.mechanism == ALLOCATION_DEFERRED && a->ncaps && a->choice_score;
	uint32_t *proposed = passing ? proposers(scratch, r) : NULL;
	for (uint32_t v = 0; v < nodes; v++) {
		struct run_change change = {.choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = v, .seats = 1, .alone = true};
		bool is_full = r->load[v] == a->node_capacity[v], above = false;
		for (uint32_t up = a->node_parent[v]; up != ALLOCATION_NONE; up = a->node_parent[up])
			above |= a->partner || (waited[up] && r->load[up] == a->node_capacity[up]);
		/* A pair may want the second seat of something that is not full. */
		if (a->partner || (is_full && waited[v])) values[v].plus = worth_run(arena, r, change);
		values[v].whole = values[v].plus;
		change.alone = false;
		if (above) values[v].whole = worth_run(arena, r, change);
		change = (struct run_change){
		    .choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = v, .seats = UINT32_MAX, .alone = true};
		if (seats[v] == 0)
			values[v].minus = (struct allocation_worth){0};
		else if (is_full || a->partner || (passing && a->node_parent[v] != ALLOCATION_NONE && proposed[v] >= seats[v]))
			values[v].minus = worth_run(arena, r, change);
	}
	arena_free(scratch);
}

enum err allocation_values(struct arena *arena, const struct allocation_result *r, struct allocation_value **out,
                           struct allocation_fault *fault)
{
	const struct allocation *a = r->allocation;
	uint32_t nodes = a->noptions + a->ncaps;
	struct allocation_value *values = *out = ARENA_ARRAY(arena, struct allocation_value, nodes);
	for (uint32_t v = 0; v < nodes; v++)
		values[v] = (struct allocation_value){NOTHING, NOTHING, NOTHING};
	if (!cost_optimises(r->options.mechanism) || cost_cap_floors(a)) {
		if (r->options.mechanism == ALLOCATION_SERIAL && !a->ncaps && !a->partner)
			values_chained(arena, r, values);
		else
			values_run(arena, r, values);
		return OK;
	}
	struct allocation_state *st;
	TRY(allocation_state_of(r, &st, fault));
	values_priced(arena, st, values);
	allocation_state_free(st);
	return OK;
}

static void worth_write(struct sb *out, const struct allocation_result *r, const char *key, const struct allocation_worth *w)
{
	sb_fmt(out, ", \"%s\": ", key);
	if (!w->possible) {
		SB_LIT(out, "null");
		return;
	}
	sb_fmt(out, "{\"placed\": %lld", (long long)w->placed);
	if (r->allocation->nfloors) sb_fmt(out, ", \"shortfall\": %lld", (long long)w->shortfall);
	SB_LIT(out, ", \"profile\": [");
	for (uint32_t k = 0; k < r->allocation->max_rank; k++) {
		if (k) SB_LIT(out, ", ");
		sb_int(out, w->profile ? w->profile[k] : 0);
	}
	SB_LIT(out, "]}");
}

void allocation_write_values(struct sb *out, const struct allocation_result *r, const struct allocation_value *values)
{
	const struct allocation *a = r->allocation;
	SB_LIT(out, "[");
	for (uint32_t v = 0; v < a->noptions + a->ncaps; v++) {
		sb_fmt(out, v ? ",\n{\"%s\": " : "\n{\"%s\": ", v < a->noptions ? "option" : "cap");
		allocation_json_text(out, allocation_node_id(a, v));
		worth_write(out, r, "plus", &values[v].plus);
		worth_write(out, r, "minus", &values[v].minus);
		if (a->node_parent[v] != ALLOCATION_NONE) worth_write(out, r, "plus_with_caps", &values[v].whole);
		SB_LIT(out, "}");
	}
	SB_LIT(out, "\n]\n");
}
