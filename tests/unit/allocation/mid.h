/* Random allocations of some dozens of students, with caps, floors at options, ties, fixed and forbidden choices. */
#pragma once
#include "allocation/cost.h"
#include "allocation/state.h"
#include "cases.h"

struct mid {
	int students, options, caps, seats; /* seats at most at an option */
	bool floors, fixed, cap_floors;
};

static inline void mid_list(struct rand_seeded *rnd, int options, struct allocation_wish *list, size_t *n)
{
	int rank = 0, ties = below(rnd, 3);
	*n = 0;
	int length = below(rnd, options < 6 ? options + 1 : 7);
	for (int k = 0; k < length; k++) {
		uint32_t o = (uint32_t)(below(rnd, options) * below(rnd, options) / options); /* some are sought by more */
		bool had = false;
		for (size_t x = 0; x < *n; x++)
			had |= list[x].option == o;
		if (had) continue;
		if (!rank || below(rnd, 3) >= ties) rank += 1 + (below(rnd, 6) == 0);
		list[(*n)++] = (struct allocation_wish){o, rank, below(rnd, 5)};
	}
}

static inline struct allocation *mid_build(struct arena *arena, struct rand_seeded *rnd, const struct mid *m)
{
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	for (int k = 0; k < m->caps; k++) {
		int parent = below(rnd, k + 1) - 1;
		if (allocation_add_cap(a, str_fmt(arena, "c%02d", k), parent < 0 ? STR_NONE : str_fmt(arena, "c%02d", parent),
		                       1 + below(rnd, 2 * m->seats), &f) != OK)
			return NULL;
	}
	for (int k = 0; m->cap_floors && k < m->caps; k++)
		if (below(rnd, 3) == 0 && allocation_add_floor(a, str_fmt(arena, "c%02d", k), STR("g"), below(rnd, 5), &f) != OK)
			return NULL;
	for (int o = 0; o < m->options; o++) {
		int cap = m->caps ? below(rnd, 2 * m->caps) - m->caps : -1;
		struct str id = str_fmt(arena, "o%03d", o);
		if (allocation_add_option(a, id, below(rnd, m->seats + 1), cap < 0 ? STR_NONE : str_fmt(arena, "c%02d", cap), &f) != OK)
			return NULL;
		for (int group = 0; group < 2; group++)
			if (m->floors && below(rnd, 3) == 0 &&
			    allocation_add_floor(a, id, group ? STR("h") : STR("g"), below(rnd, 3), &f) != OK)
				return NULL;
	}
	for (int s = 0; s < m->students; s++) {
		struct allocation_wish list[8];
		size_t n;
		struct str id = str_fmt(arena, "s%04d", s);
		static const char *const groups[] = {"g", "h", ""};
		mid_list(rnd, m->options, list, &n);
		if (allocation_add_student(a, id, str_of(groups[below(rnd, 3)]), &f) != OK) return NULL;
		for (size_t k = 0; k < n; k++) {
			struct str option = str_fmt(arena, "o%03u", list[k].option);
			if (allocation_add_choice(a, id, list[k].rank, option, list[k].score, &f) != OK) return NULL;
			if (below(rnd, 12) == 0 && allocation_forbid(a, id, option, &f) != OK) return NULL;
		}
	}
	return allocation_finish(a, &f) == OK ? a : NULL;
}

/* The whole cost of a placement, told without the graph. */
static inline void whole_cost(struct arena *arena, const struct allocation_result *r, const uint32_t *held, int64_t *out)
{
	const struct allocation *a = r->allocation;
	struct cost_layout l;
	cost_layout(arena, a, r->options.mechanism, &l);
	int64_t *one = ARENA_ARRAY(arena, int64_t, l.ndigits);
	uint32_t *position = ARENA_ARRAY(arena, uint32_t, a->nchoices);
	memset(out, 0, l.ndigits * sizeof(*out));
	for (uint32_t s = 0; s < a->nstudents; s++) {
		cost_positions(arena, r, s, position);
		cost_of(&l, r, s, held[s], held[s] == ALLOCATION_NONE ? 0 : position[held[s] - a->off[s]], one);
		for (uint32_t k = 0; k < l.ndigits; k++)
			out[k] += one[k];
	}
	for (uint32_t i = 0; i < a->nfloors; i++) {
		int64_t have = 0;
		for (uint32_t s = 0; s < a->nstudents; s++)
			for (uint32_t v = held[s] == ALLOCATION_NONE ? held[s] : a->choice_option[held[s]]; v != ALLOCATION_NONE;
			     v = a->node_parent[v])
				have += a->group && a->group[s] == a->floors[i].group && v == a->floors[i].node;
		if (have < a->floors[i].floor) out[l.shortfall] += a->floors[i].floor - have;
	}
}
