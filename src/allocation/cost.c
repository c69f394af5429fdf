/* Digits of costs. */
#include "allocation/cost.h"
#include "allocation/build.h"
#include "allocation/run.h"

static uint32_t ranks_most(const struct allocation *a)
{
	uint64_t nodes = (uint64_t)a->noptions + a->ncaps + a->nfloors + 1;
	uint32_t digits = (uint32_t)(COST_NUMBERS / nodes), others = a->nfloors ? 3 : 2;
	return digits > others ? digits - others : 0;
}

bool cost_fits(const struct allocation *a, enum allocation_mechanism m, uint32_t ranks)
{
	return m < ALLOCATION_GREEDY || ranks <= ranks_most(a);
}

enum err cost_check(const struct allocation *a, enum allocation_mechanism m, struct allocation_fault *fault)
{
	if (cost_fits(a, m, a->max_rank)) return OK;
	struct arena *scratch = arena_new();
	uint8_t *used = ARENA_ARRAY(scratch, uint8_t, (size_t)a->max_rank + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; i < a->nchoices; i++) {
		n += !used[a->choice_rank[i]];
		used[a->choice_rank[i]] = 1;
	}
	arena_free(scratch);
	if (cost_fits(a, m, n)) return OK;
	*fault = (struct allocation_fault){
	    .code = ALLOCATION_FAULT_RANKS, .value = str_of(allocation_properties(m)->name), .number = n, .high = ranks_most(a)};
	return ERR_INVALID;
}

void cost_layout(struct arena *arena, const struct allocation *a, enum allocation_mechanism m, struct cost_layout *out)
{
	*out = (struct cost_layout){.mechanism = m, .shortfall = a->nfloors ? 1 : ALLOCATION_NONE, .first = a->nfloors ? 2 : 1};
	if (m == ALLOCATION_RANKSUM) {
		out->lottery = out->first + 1;
		out->ndigits = out->lottery + 1;
		return;
	}
	out->digit_of = ARENA_ARRAY(arena, uint32_t, (size_t)a->max_rank + 1);
	for (uint32_t i = 0; i < a->nchoices; i++)
		out->digit_of[a->choice_rank[i]] = 1;
	uint32_t next = out->first;
	for (uint32_t k = 0; k <= a->max_rank; k++) {
		uint32_t rank = m == ALLOCATION_GREEDY ? k : a->max_rank - k;
		out->digit_of[rank] = out->digit_of[rank] ? next++ : ALLOCATION_NONE;
	}
	out->lottery = next;
	out->ndigits = next + 1;
}

static void tier_positions(struct arena *arena, const struct allocation_result *r, uint32_t student, uint32_t from, uint32_t to,
                           uint32_t *position)
{
	struct arena_mark mark = arena_mark(arena);
	uint32_t n = to - from, first = r->allocation->off[student], *list = ARENA_ARRAY(arena, uint32_t, n);
	for (uint32_t i = 0; i < n; i++)
		list[i] = from + i;
	tie_sort(arena, r, student, list, n);
	for (uint32_t i = 0; i < n; i++)
		position[list[i] - first] = from - first + i;
	arena_rewind(arena, mark);
}

void cost_positions(struct arena *arena, const struct allocation_result *r, uint32_t student, uint32_t *position)
{
	const struct allocation *a = r->allocation;
	uint32_t from = a->off[student], end = a->off[student + 1];
	while (from < end) {
		uint32_t to = from + 1;
		while (to < end && a->choice_rank[to] == a->choice_rank[from])
			to++;
		if (to - from > 1)
			tier_positions(arena, r, student, from, to, position);
		else
			position[from - a->off[student]] = from - a->off[student];
		from = to;
	}
}

void cost_of(const struct cost_layout *layout, const struct allocation_result *r, uint32_t student, uint32_t choice, uint32_t position,
             int64_t *digits)
{
	memset(digits, 0, layout->ndigits * sizeof(*digits));
	if (choice == ALLOCATION_NONE) {
		digits[0] = 1;
		return;
	}
	uint32_t rank = r->allocation->choice_rank[choice];
	if (layout->digit_of)
		digits[layout->digit_of[rank]] = layout->mechanism == ALLOCATION_GREEDY ? -1 : 1;
	else
		digits[layout->first] = rank;
	digits[layout->lottery] = cost_lottery(r->lottery[student], position);
}

uint32_t cost_floor(const struct allocation *a, uint32_t node, uint32_t group)
{
	uint32_t low = 0, high = a->nfloors;
	if (group == ALLOCATION_NONE) return ALLOCATION_NONE;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct allocation_floor *f = &a->floors[mid];
		if (f->node < node || (f->node == node && f->group < group))
			low = mid + 1;
		else
			high = mid;
	}
	return low < a->nfloors && a->floors[low].node == node && a->floors[low].group == group ? low : ALLOCATION_NONE;
}

void cost_total(const struct cost_layout *layout, const struct allocation_result *r, uint32_t student, uint32_t choice, uint32_t position,
                int64_t *digits)
{
	const struct allocation *a = r->allocation;
	uint32_t nd = layout->ndigits;
	cost_of(layout, r, student, choice, position, digits);
	if (choice == ALLOCATION_NONE) return;
	for (uint32_t v = a->choice_option[choice]; v != ALLOCATION_NONE; v = a->node_parent[v]) {
		uint32_t f = a->nfloors && a->group ? cost_floor(a, v, a->group[student]) : ALLOCATION_NONE;
		for (uint32_t d = 0; d < nd; d++) {
			digits[d] += r->price[(size_t)v * nd + d];
			if (f != ALLOCATION_NONE) digits[d] -= r->floor_price[(size_t)f * nd + d];
		}
	}
}
