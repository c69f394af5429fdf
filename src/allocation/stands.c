/* A state as it stands: the question it answers, and the answer with its proof. */
#include "allocation/build.h"
#include "allocation/canon.h"
#include "allocation/run.h"
#include "allocation/search.h"

static enum err forest_copy(const struct graph *g, struct allocation *p, struct allocation_fault *f)
{
	const struct allocation *a = g->a;
	for (uint32_t c = 0; c < a->ncaps; c++) {
		struct str parent = a->caps[c].parent == ALLOCATION_NONE ? STR_NONE : a->caps[a->caps[c].parent].id;
		TRY(allocation_add_cap(p, a->caps[c].id, parent, g->nodes[a->noptions + c].capacity, f));
	}
	for (uint32_t o = 0; o < a->noptions; o++) {
		struct str cap = a->options[o].cap == ALLOCATION_NONE ? STR_NONE : a->caps[a->options[o].cap].id;
		TRY(allocation_add_option(p, a->options[o].id, g->nodes[o].capacity, cap, f));
	}
	for (uint32_t i = 0; i < a->nfloors; i++)
		TRY(allocation_add_floor(p, allocation_node_id(a, a->floors[i].node), a->groups[a->floors[i].group], a->floors[i].floor,
		                         f));
	return OK;
}

static enum err student_copy(const struct graph *g, uint32_t i, struct allocation *p, struct allocation_fault *f)
{
	const struct graph_student *s = &g->students.ptr[i];
	struct str group = s->group == ALLOCATION_NONE ? STR_NONE : g->a->groups[s->group];
	TRY(allocation_add_student(p, s->id, group, f));
	for (uint32_t k = s->off; k < s->off + s->len; k++) {
		const struct graph_choice *c = &g->choices.ptr[k];
		struct str option = g->a->options[c->option].id;
		TRY(allocation_add_choice(p, s->id, c->rank, option, c->score, f));
		if (c->forbidden) TRY(allocation_forbid(p, s->id, option, f));
		if (s->stands && !s->upgrades && s->held == k) TRY(allocation_fix(p, s->id, option, f));
	}
	return OK;
}

static enum err question(const struct graph *g, struct allocation *p, struct allocation_fault *f)
{
	const struct allocation *a = g->a;
	TRY(forest_copy(g, p, f));
	for (uint32_t i = 0; i < g->students.len; i++)
		if (!g->students.ptr[i].left) TRY(student_copy(g, i, p, f));
	for (uint32_t s = 0; a->partner && s < a->nstudents; s++) {
		uint32_t other = a->partner[s];
		if (other == ALLOCATION_NONE || other < s || g->students.ptr[s].left || g->students.ptr[other].left) continue;
		TRY(allocation_add_pair(p, a->students[s], a->students[other], f));
	}
	return allocation_finish(p, f);
}

enum err allocation_state_problem(const struct allocation_state *st, struct arena *arena, struct allocation **out)
{
	struct allocation_fault f;
	*out = allocation_new(arena);
	return question(&st->g, *out, &f) == OK ? OK : ERR_REFUSED; /* more stand than there are seats */
}

static uint32_t choice_in(const struct allocation *p, const struct graph *g, uint32_t student, uint32_t choice)
{
	return choice == ALLOCATION_NONE ? choice : allocation_find_choice(p, student, g->choices.ptr[choice].option);
}

enum err state_run(struct allocation_state *st)
{
	struct graph *g = &st->g;
	struct arena *arena = arena_new();
	struct allocation *p;
	struct allocation_result r;
	struct allocation_fault f;
	enum err e = allocation_state_problem(st, arena, &p);
	if (e == OK) e = allocation_solve(arena, p, &g->options, &r, &f) == OK ? OK : ERR_REFUSED;
	for (uint32_t v = 0; e == OK && v < p->noptions + p->ncaps; v++)
		g->nodes[v].load = r.load[v];
	for (uint32_t i = 0; e == OK && i < g->students.len; i++) {
		struct graph_student *s = &g->students.ptr[i];
		if (s->left) continue;
		uint32_t held = r.held[allocation_find_student(p, s->id)];
		s->held = held == ALLOCATION_NONE ? held : allocation_state_choice(st, i, p->choice_option[held]);
	}
	arena_free(arena);
	return e;
}

/* y of a node without load may lie lower than any price: what nobody pays may be raised to what the seat above costs. */
static void y_whole(const struct graph *g, uint32_t v, int64_t *y)
{
	uint32_t nd = g->layout.ndigits, up = g->nodes[v].parent;
	const struct graph_node *n = &g->nodes[v];
	memcpy(y + (size_t)v * nd, graph_y(g, v), nd * sizeof(*y));
	if (n->load) return;
	const int64_t *above = y + (size_t)up * nd;
	bool lower = cost_cmp(y + (size_t)v * nd, above, nd) < 0;
	if (n->gate || n->capacity || lower) memcpy(y + (size_t)v * nd, above, nd * sizeof(*y));
	if (n->gate && n->capacity) y[(size_t)v * nd + g->layout.shortfall]--;
}

static int64_t *y_all(const struct graph *g, struct arena *arena)
{
	int64_t *y = ARENA_ARRAY(arena, int64_t, ((size_t)g->nnodes + 1) * g->layout.ndigits);
	uint32_t *todo = ARENA_ARRAY(arena, uint32_t, (size_t)g->nnodes + 1), n = 0;
	todo[n++] = g->sink;
	while (n) {
		uint32_t v = todo[--n];
		if (v != g->sink) y_whole(g, v, y);
		for (uint32_t w = g->nodes[v].child; w != GRAPH_NONE; w = g->nodes[w].sibling)
			todo[n++] = w;
	}
	return y;
}

/* From the digits of the state to those of the question; false: the price rests on a rank that nobody lists any more. */
static bool digits_map(const struct graph *g, const struct cost_layout *to, uint32_t max_rank, const int64_t *from, int64_t *out)
{
	const struct cost_layout *l = &g->layout;
	memcpy(out, from, l->first * sizeof(*out));
	out[to->lottery] = from[l->lottery];
	if (!l->digit_of) {
		out[to->first] = from[l->first];
		return true;
	}
	for (uint32_t rank = 0; rank <= g->max_rank; rank++) {
		if (l->digit_of[rank] == ALLOCATION_NONE) continue;
		uint32_t at = rank <= max_rank ? to->digit_of[rank] : ALLOCATION_NONE;
		if (at != ALLOCATION_NONE)
			out[at] = from[l->digit_of[rank]];
		else if (from[l->digit_of[rank]])
			return false;
	}
	return true;
}

static bool prices_give(const struct graph *g, struct arena *arena, struct allocation_result *r)
{
	struct cost_layout to;
	uint32_t nd = g->layout.ndigits, forest = g->noptions + g->a->ncaps;
	cost_layout(arena, r->allocation, r->options.mechanism, &to);
	int64_t *y = y_all(g, arena), *price = ARENA_ARRAY(arena, int64_t, (size_t)forest * to.ndigits);
	int64_t *floors = ARENA_ARRAY(arena, int64_t, (size_t)g->a->nfloors * to.ndigits);
	for (uint32_t v = 0; v < g->nnodes; v++) {
		int64_t *own = y + (size_t)v * nd, *up = y + (size_t)g->nodes[v].parent * nd;
		int64_t *difference = ARENA_ARRAY(arena, int64_t, nd);
		for (uint32_t k = 0; k < nd; k++)
			difference[k] = v < forest ? own[k] - up[k] : up[k] - own[k];
		int64_t *out = v < forest ? price + (size_t)v * to.ndigits : floors + (size_t)(v - forest) * to.ndigits;
		if (!digits_map(g, &to, r->allocation->max_rank, difference, out)) return false;
	}
	r->ndigits = to.ndigits;
	r->price = price;
	r->floor_price = g->a->nfloors ? floors : NULL;
	return true;
}

enum err allocation_state_result(const struct allocation_state *st, struct arena *arena, struct allocation_result *out)
{
	const struct graph *g = &st->g;
	struct allocation *p;
	struct allocation_fault f;
	TRY(allocation_state_problem(st, arena, &p));
	*out = (struct allocation_result){.allocation = p, .options = g->options};
	if (!st->optimises || !prices_give(g, arena, out)) return allocation_solve(arena, p, &g->options, out, &f);
	lottery_draw(arena, out);
	out->held = ARENA_ARRAY(arena, uint32_t, p->nstudents);
	for (uint32_t i = 0; i < g->students.len; i++) {
		if (g->students.ptr[i].left) continue;
		uint32_t s = allocation_find_student(p, g->students.ptr[i].id);
		out->held[s] = choice_in(p, g, s, g->students.ptr[i].held);
	}
	out->load = ARENA_ARRAY(arena, uint32_t, (size_t)p->noptions + p->ncaps);
	for (uint32_t v = 0; v < p->noptions + p->ncaps; v++)
		out->load[v] = g->nodes[v].load;
	result_count(arena, out);
	return prices_largest(arena, out);
}
