/* Reasons of the optimising mechanisms, and what it would do to others if a student got what she wants. */
#include "allocation/run.h"
#include "allocation/search.h"
#include "allocation/value.h"
#include "allocation/why.h"

static bool ranks_as_high(const struct allocation_state *st, uint32_t student, uint32_t rank)
{
	uint32_t held = allocation_state_held(st, student);
	return held != ALLOCATION_NONE && allocation_state_rank(st, held) <= rank;
}

/* In an optimum a seat more may be used in another way, so every number is tried in turn. */
static void seats_weigh(struct allocation_state *st, struct allocation_reason *why)
{
	uint32_t rank = allocation_state_rank(st, why->choice);
	for (int k = 1; k <= ALLOCATION_WHY_SEATS; k++) {
		seats_move(st, why->option, 1, NULL);
		if (!ranks_as_high(st, why->student, rank)) continue;
		why->extra_seats = k;
		why->seats_gives = allocation_state_option(st, allocation_state_held(st, why->student));
		return;
	}
}

static bool counts(const struct allocation *a, uint32_t choice, uint32_t node)
{
	for (uint32_t v = choice == ALLOCATION_NONE ? choice : a->choice_option[choice]; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (v == node) return true;
	return false;
}

/* The floor that the moves would leave further behind. */
static void floor_name(const struct allocation_result *r, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct arena *scratch = arena_new();
	uint32_t *have = floors_have(scratch, r);
	for (uint32_t f = 0; f < a->nfloors; f++) {
		int64_t after = have[f];
		for (size_t k = 0; k < why->effect.nmoves; k++) {
			const struct allocation_move *m = &why->effect.moves[k];
			if (!a->group || a->group[m->student] != a->floors[f].group) continue;
			after += counts(a, m->to, a->floors[f].node) - counts(a, m->from, a->floors[f].node);
		}
		if (after >= have[f] || after >= a->floors[f].floor) continue;
		why->node = a->floors[f].node;
		why->group = a->floors[f].group;
		break;
	}
	arena_free(scratch);
}

static void effect_count(const struct allocation *a, struct allocation_reason *why)
{
	for (size_t k = 0; k < why->effect.nmoves; k++) {
		const struct allocation_move *m = &why->effect.moves[k];
		if (m->student == why->student) continue;
		uint32_t before = m->from == ALLOCATION_NONE ? UINT32_MAX : a->choice_rank[m->from];
		uint32_t after = m->to == ALLOCATION_NONE ? UINT32_MAX : a->choice_rank[m->to];
		why->better += after < before;
		why->worse += after > before;
		why->lost += after > before && m->to == ALLOCATION_NONE;
	}
}

/* What is full on the way up: the first node whose seats have a price. */
static uint32_t full_node(const struct allocation_result *r, uint32_t option)
{
	const struct allocation *a = r->allocation;
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (r->load[v] == a->node_capacity[v]) return v;
	return ALLOCATION_NONE;
}

static uint32_t closed_node(struct arena *arena, const struct allocation_result *r, uint32_t option)
{
	const struct allocation *a = r->allocation;
	uint32_t *seats = run_seats(arena, a);
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (seats[v] == 0) return v;
	return ALLOCATION_NONE;
}

/* With floors at caps: solved again with the choice fixed. */
static void force_run(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why, const struct cost_layout *l,
                      int64_t *cost)
{
	struct arena *scratch = arena_new();
	struct allocation b = *r->allocation;
	b.fixed = ARENA_ARRAY(scratch, uint32_t, b.nstudents);
	for (uint32_t s = 0; s < b.nstudents; s++)
		b.fixed[s] = allocation_fixed(r->allocation, s);
	b.fixed[why->student] = why->choice;
	struct allocation_result other = *r;
	other.allocation = &b;
	uint32_t *held = ARENA_ARRAY(scratch, uint32_t, b.nstudents), *position = ARENA_ARRAY(scratch, uint32_t, b.nchoices);
	int64_t *one = ARENA_ARRAY(scratch, int64_t, l->ndigits);
	BUG_IF(!run_mechanism(scratch, &other, RUN_UNCHANGED, held)); /* it was solved before */
	why_effect(arena, r, held, why);
	for (uint32_t s = 0; s < b.nstudents; s++) {
		if (held[s] == r->held[s]) continue;
		cost_positions(scratch, r, s, position);
		for (int sign = 1; sign >= -1; sign -= 2) {
			uint32_t i = sign > 0 ? held[s] : r->held[s];
			cost_of(l, r, s, i, i == ALLOCATION_NONE ? 0 : position[i - b.off[s]], one);
			for (uint32_t d = 0; d < l->ndigits; d++)
				cost[d] += sign * one[d];
		}
	}
	cost[l->shortfall] += why->effect.shortfall;
	arena_free(scratch);
}

/* st: NULL with floors at caps. */
static void weigh(struct arena *arena, const struct allocation_result *r, struct allocation_state *st, struct allocation_reason *why)
{
	struct cost_layout layout, *l = &layout;
	cost_layout(arena, r->allocation, r->options.mechanism, l);
	int64_t *cost = ARENA_ARRAY(arena, int64_t, l->ndigits);
	if (st) {
		BUG_IF(!state_force(st, why->choice, arena, &why->effect, cost)); /* whoever may move can hold nothing */
		effect_count(r->allocation, why);
	} else {
		force_run(arena, r, why, l, cost);
	}
	why->weighed = why->effect_known = true;
	why->cost = cost;
	why->ndigits = l->ndigits;
	if (l->shortfall != ALLOCATION_NONE && cost[0] == 0 && cost[l->shortfall] > 0) {
		floor_name(r, why);
		why->code = ALLOCATION_REASON_FLOOR_RESERVED;
		return;
	}
	why->node = full_node(r, why->option);
	why->code = why->node == ALLOCATION_NONE || why->node == why->option ? ALLOCATION_REASON_GLOBAL : ALLOCATION_REASON_CAP_SHARED;
	if (why->node == ALLOCATION_NONE || !st) return;
	uint32_t parent = st->g.nodes[why->node].parent;
	int64_t *price = ARENA_ARRAY(arena, int64_t, l->ndigits);
	for (uint32_t k = 0; k < l->ndigits; k++)
		price[k] = graph_y(&st->g, why->node)[k] - graph_y(&st->g, parent)[k];
	why->price = price;
}

void why_optimum(struct arena *arena, const struct allocation_result *r, bool counterfactual, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct allocation_state *st;
	struct allocation_fault f;
	struct arena *scratch = arena_new();
	uint32_t closed = closed_node(scratch, r, why->option);
	arena_free(scratch);
	why->code = ALLOCATION_REASON_GLOBAL;
	if (closed != ALLOCATION_NONE) {
		why->node = closed;
		why->code = a->node_capacity[closed] ? ALLOCATION_REASON_ALL_KEPT : ALLOCATION_REASON_CAPACITY_ZERO;
		if (!counterfactual) return;
	}
	if (cost_cap_floors(a)) { /* a state would only solve again, node by node */
		if (closed == ALLOCATION_NONE) weigh(arena, r, NULL, why);
		if (counterfactual) why_seats(arena, r, why);
		return;
	}
	if (allocation_state_of(r, &st, &f) != OK) return; /* a claim without prices, too many linked: nothing can be weighed */
	if (closed == ALLOCATION_NONE) weigh(arena, r, st, why);
	if (counterfactual) seats_weigh(st, why);
	allocation_state_free(st);
}

/* Moves in the order of who takes whose seat, beginning with the student; the others after them. */
static void chain_order(const struct allocation *a, struct allocation_move *moves, size_t n, uint32_t student)
{
	uint32_t wants = ALLOCATION_NONE;
	for (size_t k = 0; k < n; k++) {
		size_t next = k;
		for (size_t i = k; i < n; i++) {
			bool is =
			    k ? wants != ALLOCATION_NONE && moves[i].from != ALLOCATION_NONE && a->choice_option[moves[i].from] == wants
			      : moves[i].student == student;
			if (!is) continue;
			next = i;
			break;
		}
		if (k && (wants == ALLOCATION_NONE || moves[next].from == ALLOCATION_NONE || a->choice_option[moves[next].from] != wants))
			return;
		struct allocation_move first = moves[next];
		memmove(moves + k + 1, moves + k, (next - k) * sizeof(*moves));
		moves[k] = first;
		wants = first.to == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[first.to];
	}
}

void why_effect(struct arena *arena, const struct allocation_result *r, const uint32_t *held, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct allocation_change *e = &why->effect;
	struct arena *scratch = arena_new();
	struct allocation_result other = *r;
	size_t n = 0;
	other.held = arena_copy(scratch, held, a->nstudents * sizeof(*held));
	result_count(scratch, &other);
	for (uint32_t s = 0; s < a->nstudents; s++)
		e->nmoves += held[s] != r->held[s];
	e->moves = ARENA_ARRAY(arena, struct allocation_move, e->nmoves);
	for (uint32_t s = 0; s < a->nstudents; s++)
		if (held[s] != r->held[s]) e->moves[n++] = (struct allocation_move){s, r->held[s], held[s]};
	chain_order(a, e->moves, n, why->student);
	e->placed = (int64_t)other.placed - r->placed;
	e->shortfall = other.group_shortfall - r->group_shortfall;
	e->nprofile = a->max_rank;
	e->profile = ARENA_ARRAY(arena, int64_t, a->max_rank);
	for (uint32_t k = 0; k < a->max_rank; k++)
		e->profile[k] = (int64_t)other.profile[k] - r->profile[k];
	why->effect_known = true;
	effect_count(a, why);
	arena_free(scratch);
}

/* Her list with the option in it, allowed. */
static enum err listed_too(struct allocation_state *st, uint32_t student, uint32_t option, int64_t rank, int64_t score)
{
	const struct graph_student *s = &st->g.students.ptr[student];
	struct arena *arena = arena_new();
	struct allocation_wish *list = ARENA_ARRAY(arena, struct allocation_wish, (size_t)s->len + 1);
	for (uint32_t i = 0; i < s->len; i++) {
		const struct graph_choice *c = &st->g.choices.ptr[s->off + i];
		list[i] = (struct allocation_wish){c->option, c->rank, c->score, c->forbidden};
	}
	list[s->len] = (struct allocation_wish){option, rank, score, false};
	enum err e = allocation_state_relist(st, student, list, (size_t)s->len + 1, NULL, NULL);
	arena_free(arena);
	return e;
}

enum err allocation_what_if(const struct allocation_result *r, uint32_t student, uint32_t option, int64_t rank, int64_t score,
                            uint32_t *gets, struct allocation_fault *fault)
{
	struct allocation_state *st;
	TRY(allocation_state_of(r, &st, fault));
	uint32_t choice = allocation_state_choice(st, student, option);
	enum err e =
	    choice != ALLOCATION_NONE ? allocation_state_allow(st, choice, NULL, NULL) : listed_too(st, student, option, rank, score);
	*gets = allocation_state_option(st, allocation_state_held(st, student));
	allocation_state_free(st);
	if (e != OK)
		*fault = (struct allocation_fault){
		    .code = ALLOCATION_FAULT_RANGE, .column = STR("rank"), .number = rank, .low = 1, .high = ALLOCATION_RANK_MAX};
	return e;
}
