/* Serial dictatorship: by score, then lottery, each student takes the first of the own list that is still open. */
#include "allocation/build.h"
#include "allocation/run.h"

static int lottery_cmp(const void *arg, uint32_t x, uint32_t y)
{
	const struct run *run = arg;
	return allocation_before(run->r, x, run_score(run, x, ALLOCATION_NONE), y, run_score(run, y, ALLOCATION_NONE));
}

/* The key turns the order of scores round, larger first, without leaving 64 bits. */
static struct sort_item *order(struct run *run)
{
	uint32_t n = run->r->allocation->nstudents;
	struct sort_item *items = ARENA_ARRAY(run->arena, struct sort_item, n);
	struct sort_item *tmp = ARENA_ARRAY(run->arena, struct sort_item, n);
	for (uint32_t s = 0; s < n; s++) {
		uint64_t score = (uint64_t)run_score(run, s, ALLOCATION_NONE) ^ (1ull << 63);
		items[s] = (struct sort_item){~score, s};
	}
	sort_items(items, tmp, n, lottery_cmp, run);
	return items;
}

static bool open_to_the_root(const struct run *run, uint32_t option)
{
	const struct allocation *a = run->r->allocation;
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (run->seats[v] == 0) return false;
	return true;
}

/* The best open choice: of the lowest rank, and among its ties by the student's own lottery, which is drawn only
 * when two of them are open. */
static uint32_t pick(const struct run *run, uint32_t s)
{
	const struct allocation *a = run->r->allocation;
	uint32_t best = ALLOCATION_NONE;
	for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
		if (best != ALLOCATION_NONE && a->choice_rank[i] != a->choice_rank[best]) break;
		if (allocation_choice_forbidden(a, i) || !open_to_the_root(run, a->choice_option[i])) continue;
		if (best == ALLOCATION_NONE || tie_cmp(run->r, s, i, best) < 0) best = i;
	}
	return best;
}

void serial_run(struct run *run)
{
	const struct allocation *a = run->r->allocation;
	struct sort_item *items = order(run);
	for (uint32_t k = 0; k < a->nstudents; k++) {
		uint32_t s = items[k].index;
		if (run->held[s] != ALLOCATION_NONE) continue;
		uint32_t i = pick(run, s);
		run->held[s] = i;
		if (i == ALLOCATION_NONE) continue;
		for (uint32_t v = a->choice_option[i]; v != ALLOCATION_NONE; v = a->node_parent[v])
			run->seats[v]--;
	}
}
