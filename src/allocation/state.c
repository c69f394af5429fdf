/* Building a state: the graph of an allocation, everybody placed, and what one may ask of it. */
#include "allocation/optimum.h"
#include "allocation/run.h"
#include "allocation/search.h"

static void nodes_make(struct graph *g)
{
	const struct allocation *a = g->a;
	g->noptions = a->noptions;
	g->sink = g->nnodes = a->noptions + a->ncaps + a->nfloors;
	g->nodes = ARENA_ARRAY(g->arena, struct graph_node, (size_t)g->nnodes + 1);
	for (uint32_t v = 0; v <= g->nnodes; v++)
		g->nodes[v] = (struct graph_node){
		    .parent = g->sink, .child = GRAPH_NONE, .sibling = GRAPH_NONE, .held = GRAPH_NONE, .listers = GRAPH_NONE};
	for (uint32_t v = 0; v < g->nnodes; v++) {
		struct graph_node *n = &g->nodes[v];
		uint32_t gate = v - a->noptions - a->ncaps;
		if (v < a->noptions + a->ncaps) {
			n->capacity = a->node_capacity[v];
			if (a->node_parent[v] != ALLOCATION_NONE) n->parent = a->node_parent[v];
		} else {
			if (!cost_floor_at_option(a, gate)) continue; /* a node that nobody passes */
			n->gate = true;
			n->capacity = a->floors[gate].floor;
			n->parent = a->floors[gate].node;
		}
		n->sibling = g->nodes[n->parent].child;
		g->nodes[n->parent].child = v;
	}
}

static uint32_t place_of(const struct graph *g, uint32_t group, uint32_t option)
{
	if (!g->a->nfloors || group == ALLOCATION_NONE) return option;
	for (uint32_t v = g->nodes[option].child; v != GRAPH_NONE; v = g->nodes[v].sibling)
		if (g->nodes[v].gate && g->a->floors[v - g->noptions - g->a->ncaps].group == group) return v;
	return option;
}

uint32_t graph_choice_add(struct graph *g, uint32_t student, uint32_t option, uint32_t rank, int64_t score)
{
	uint32_t i = (uint32_t)g->choices.len, place = place_of(g, g->students.ptr[student].group, option);
	*VEC_PUSH(g->arena, &g->choices) = (struct graph_choice){.student = student,
	                                                         .option = option,
	                                                         .place = place,
	                                                         .score = score,
	                                                         .rank = (uint16_t)rank,
	                                                         .next_lister = g->nodes[place].listers};
	g->nodes[place].listers = i;
	return i;
}

static void students_make(struct graph *g, const struct allocation_result *r)
{
	const struct allocation *a = g->a;
	uint32_t longest = 0;
	for (uint32_t s = 0; s < a->nstudents; s++)
		if (a->off[s + 1] - a->off[s] > longest) longest = a->off[s + 1] - a->off[s];
	struct arena *scratch = arena_new();
	uint32_t *position = ARENA_ARRAY(scratch, uint32_t, longest);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		*VEC_PUSH(g->arena, &g->students) = (struct graph_student){.id = a->students[s],
		                                                           .lottery = r->lottery[s],
		                                                           .group = a->group ? a->group[s] : ALLOCATION_NONE,
		                                                           .off = a->off[s],
		                                                           .len = a->off[s + 1] - a->off[s],
		                                                           .held = ALLOCATION_NONE,
		                                                           .place = GRAPH_NONE};
		if (cost_optimises(g->options.mechanism)) cost_positions(scratch, r, s, position);
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			graph_choice_add(g, s, a->choice_option[i], a->choice_rank[i], allocation_choice_score(a, s, i));
			g->choices.ptr[i].forbidden = allocation_choice_forbidden(a, i);
			if (cost_optimises(g->options.mechanism))
				g->choices.ptr[i].lottery = cost_lottery(r->lottery[s], position[i - a->off[s]]);
		}
	}
	arena_free(scratch);
}

/* A unit at the place of the student's choice, and on its way to the sink. */
static void seat_taken(struct graph *g, uint32_t student, uint32_t choice)
{
	g->students.ptr[student].held = choice;
	graph_link(g, student, graph_place(g, choice));
	for (uint32_t v = graph_place(g, choice); v != g->sink; v = g->nodes[v].parent)
		g->nodes[v].load++;
}

static void fixed_take(struct graph *g)
{
	for (uint32_t s = 0; s < g->a->nstudents; s++) {
		if (allocation_fixed(g->a, s) == ALLOCATION_NONE) continue;
		seat_taken(g, s, allocation_fixed(g->a, s));
		g->students.ptr[s].stands = true;
	}
}

static enum err state_make(const struct allocation *a, const struct allocation_options *options, struct allocation_state **out,
                           struct allocation_fault *fault)
{
	bool optimises = cost_optimises(options->mechanism) && !cost_cap_floors(a);
	if (cost_optimises(options->mechanism) && a->partner) {
		*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_PAIR_MECHANISM,
		                                   .value = str_of(allocation_properties(options->mechanism)->name)};
		return ERR_INVALID;
	}
	TRY(seed_check(options, fault));
	TRY(cost_check(a, options->mechanism, fault));
	struct arena *own = arena_new();
	struct allocation_state *st = ARENA_NEW(own, struct allocation_state);
	*st = (struct allocation_state){.own = own, .scratch = arena_new(), .optimises = optimises};
	st->g = (struct graph){.a = a, .options = *options, .arena = own, .max_rank = a->max_rank, .limit = GRAPH_LIMIT};
	if (!st->g.options.seed.ptr) st->g.options.seed = STR("");
	nodes_make(&st->g);
	if (optimises) cost_layout(own, a, options->mechanism, &st->g.layout);
	st->g.y = ARENA_ARRAY(own, int64_t, ((size_t)st->g.nnodes + 1) * st->g.layout.ndigits);
	graph_search_room(&st->g);
	*out = st;
	return OK;
}

enum err allocation_state_new(const struct allocation *a, const struct allocation_options *options, struct allocation_state **out,
                              struct allocation_fault *fault)
{
	uint64_t linked = (uint64_t)a->noptions + a->ncaps + a->nfloors;
	if (cost_optimises(options->mechanism) && linked > OPTIMUM_NODES) return optimum_linked(fault);
	TRY(state_make(a, options, out, fault));
	struct allocation_state *st = *out;
	struct allocation_result r = {.allocation = a, .options = st->g.options};
	lottery_draw(st->scratch, &r);
	students_make(&st->g, &r);
	arena_reset(st->scratch);
	fixed_take(&st->g);
	graph_prices_begin(&st->g);
	if (!st->optimises) return state_run(st);
	for (uint32_t s = 0; s < a->nstudents; s++)
		if (st->g.students.ptr[s].place == GRAPH_NONE) TRY(state_route(st, s, st->g.sink, NULL, NULL));
	return OK;
}

/* Prices of nodes add up to y from the root down; a gate is cheaper by what its floor gives. Caps may come in any order,
 * so each node walks its way up. */
static void prices_take(struct graph *g, const struct allocation_result *r)
{
	uint32_t nd = g->layout.ndigits, forest = g->noptions + g->a->ncaps;
	for (uint32_t v = 0; v < g->nnodes; v++) {
		int64_t *y = graph_y(g, v);
		for (uint32_t up = v < forest ? v : g->nodes[v].parent; up != g->sink; up = g->nodes[up].parent)
			for (uint32_t k = 0; k < nd; k++)
				y[k] += r->price[(size_t)up * nd + k];
		for (uint32_t k = 0; v >= forest && k < nd; k++)
			y[k] -= r->floor_price[(size_t)(v - forest) * nd + k];
	}
}

enum err allocation_state_of(const struct allocation_result *r, struct allocation_state **out, struct allocation_fault *fault)
{
	const struct allocation *a = r->allocation;
	if (cost_optimises(r->options.mechanism) && (!r->price || cost_cap_floors(a)))
		return allocation_state_new(a, &r->options, out, fault);
	TRY(state_make(a, &r->options, out, fault));
	struct graph *g = &(*out)->g;
	students_make(g, r);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		seat_taken(g, s, r->held[s]);
		g->students.ptr[s].stands = allocation_fixed(a, s) != ALLOCATION_NONE;
	}
	if ((*out)->optimises) prices_take(g, r);
	return OK;
}

void allocation_state_free(struct allocation_state *st)
{
	if (!st) return;
	arena_free(st->scratch);
	arena_free(st->own);
}

enum err allocation_state_stand(struct allocation_state *st, uint32_t student, bool upgrades)
{
	if (!allocation_state_present(st, student) || (upgrades && !st->optimises)) return ERR_REFUSED;
	struct graph_student *s = &st->g.students.ptr[student];
	if (s->held == ALLOCATION_NONE) return ERR_REFUSED;
	s->stands = true;
	s->upgrades = upgrades;
	return OK;
}

enum err allocation_state_stand_all(struct allocation_state *st, bool upgrades)
{
	for (uint32_t s = 0; s < st->g.students.len; s++)
		if (allocation_state_held(st, s) != ALLOCATION_NONE) TRY(allocation_state_stand(st, s, upgrades));
	return OK;
}

uint32_t allocation_state_students(const struct allocation_state *st) { return (uint32_t)st->g.students.len; }

bool allocation_state_present(const struct allocation_state *st, uint32_t student)
{
	return student < st->g.students.len && !st->g.students.ptr[student].left;
}

struct str allocation_state_id(const struct allocation_state *st, uint32_t student) { return st->g.students.ptr[student].id; }
uint32_t allocation_state_held(const struct allocation_state *st, uint32_t student) { return st->g.students.ptr[student].held; }

uint32_t allocation_state_option(const struct allocation_state *st, uint32_t choice)
{
	return choice == ALLOCATION_NONE ? choice : st->g.choices.ptr[choice].option;
}

uint32_t allocation_state_rank(const struct allocation_state *st, uint32_t choice) { return st->g.choices.ptr[choice].rank; }

uint32_t allocation_state_choice(const struct allocation_state *st, uint32_t student, uint32_t option)
{
	const struct graph_student *s = &st->g.students.ptr[student];
	for (uint32_t i = s->off; i < s->off + s->len; i++)
		if (st->g.choices.ptr[i].option == option) return i;
	return ALLOCATION_NONE;
}

uint32_t allocation_state_capacity(const struct allocation_state *st, uint32_t node) { return st->g.nodes[node].capacity; }
uint32_t allocation_state_load(const struct allocation_state *st, uint32_t node) { return st->g.nodes[node].load; }
