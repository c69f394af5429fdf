/* The waiting list: one seat at a time. */
#include "allocation/run.h"

static bool below(const struct allocation *a, const struct allocation_result *r, uint32_t student, uint32_t node)
{
	if (student == ALLOCATION_NONE || r->held[student] == ALLOCATION_NONE) return false;
	for (uint32_t v = a->choice_option[r->held[student]]; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (v == node) return true;
	return false;
}

/* Is there a seat for `in` at the option once `from` has left, and `in` with it the seat held now? */
static bool has_room(const struct allocation_result *r, uint32_t option, uint32_t from, uint32_t in)
{
	const struct allocation *a = r->allocation;
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (r->load[v] - below(a, r, from, v) - below(a, r, in, v) >= a->node_capacity[v]) return false;
	return true;
}

/* The best choice that student `s` would move to. */
static uint32_t best_move(const struct allocation_result *r, uint32_t from, uint32_t option, uint32_t s)
{
	const struct allocation *a = r->allocation;
	uint32_t best = ALLOCATION_NONE, held = r->held[s];
	for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
		if (held != ALLOCATION_NONE && a->choice_rank[held] <= a->choice_rank[i]) break;
		if (best != ALLOCATION_NONE && a->choice_rank[best] != a->choice_rank[i]) break;
		if (option != ALLOCATION_NONE && a->choice_option[i] != option) continue;
		if (allocation_choice_forbidden(a, i) || !has_room(r, a->choice_option[i], from, s)) continue;
		if (best == ALLOCATION_NONE || tie_cmp(r, s, i, best) < 0) best = i;
	}
	return best;
}

bool allocation_next(const struct allocation_result *r, uint32_t from, uint32_t option, bool upgrades, struct allocation_offer *offer)
{
	int64_t best_score = 0;
	*offer = (struct allocation_offer){ALLOCATION_NONE, ALLOCATION_NONE};
	for (uint32_t s = 0; s < r->allocation->nstudents; s++) {
		if (s == from || (r->held[s] != ALLOCATION_NONE && !upgrades)) continue;
		uint32_t i = best_move(r, from, option, s);
		if (i == ALLOCATION_NONE) continue;
		int64_t score = allocation_competing_score(r, s, i);
		if (offer->student != ALLOCATION_NONE && allocation_before(r, s, score, offer->student, best_score) > 0) continue;
		*offer = (struct allocation_offer){s, i};
		best_score = score;
	}
	return offer->student != ALLOCATION_NONE;
}
