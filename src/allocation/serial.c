/* Serial dictatorship: by score, then lottery, each student takes the first of the own list that is still open. */
#include "allocation/build.h"
#include "allocation/run.h"

static int lottery_cmp(const void *arg, uint32_t x, uint32_t y)
{
	const struct run *run = arg;
	return allocation_before(run->r, x, run_score(run, x, ALLOCATION_NONE), y, run_score(run, y, ALLOCATION_NONE));
}

/* The key turns the order of scores round, larger first, without leaving 64 bits. */
struct sort_item *serial_order(struct run *run)
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

static void take(struct run *run, uint32_t s, uint32_t choice)
{
	const struct allocation *a = run->r->allocation;
	run->held[s] = choice;
	if (choice == ALLOCATION_NONE) return;
	for (uint32_t v = a->choice_option[choice]; v != ALLOCATION_NONE; v = a->node_parent[v])
		run->seats[v]--;
}

static bool two_to_the_root(const struct run *run, uint32_t option)
{
	const struct allocation *a = run->r->allocation;
	for (uint32_t v = option; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (run->seats[v] < 2) return false;
	return true;
}

/* An option both listed: i of the first, j of the second. Negative: x comes before y. */
struct common {
	uint32_t i, j;
};
static int common_cmp(const struct run *run, uint32_t first, struct common x, struct common y)
{
	const uint16_t *rank = run->r->allocation->choice_rank;
	int32_t sum = rank[x.i] + rank[x.j] - rank[y.i] - rank[y.j];
	if (sum) return sum;
	int32_t worse = (rank[x.i] > rank[x.j] ? rank[x.i] : rank[x.j]) - (rank[y.i] > rank[y.j] ? rank[y.i] : rank[y.j]);
	return worse ? worse : tie_cmp(run->r, first, x.i, y.i);
}

static bool pick_common(const struct run *run, uint32_t first, uint32_t second, struct common *best)
{
	const struct allocation *a = run->r->allocation;
	*best = (struct common){ALLOCATION_NONE, ALLOCATION_NONE};
	for (uint32_t i = a->off[first]; i < a->off[first + 1]; i++) {
		if (allocation_choice_forbidden(a, i) || !two_to_the_root(run, a->choice_option[i])) continue;
		struct common c = {i, allocation_find_choice(a, second, a->choice_option[i])};
		if (c.j == ALLOCATION_NONE || allocation_choice_forbidden(a, c.j)) continue;
		if (best->i == ALLOCATION_NONE || common_cmp(run, first, c, *best) < 0) *best = c;
	}
	return best->i != ALLOCATION_NONE;
}

/* Both, at the turn of the second. */
static void pair_turn(struct run *run, uint32_t first, uint32_t second)
{
	struct common c;
	bool together = pick_common(run, first, second, &c);
	take(run, first, together ? c.i : pick(run, first));
	take(run, second, together ? c.j : pick(run, second));
}

void serial_run(struct run *run)
{
	const struct allocation *a = run->r->allocation;
	struct sort_item *items = serial_order(run);
	uint8_t *waits = a->partner ? ARENA_ARRAY(run->arena, uint8_t, a->nstudents) : NULL;
	for (uint32_t k = 0; k < a->nstudents; k++) {
		uint32_t s = items[k].index, partner = allocation_partner(a, s);
		if (run->held[s] != ALLOCATION_NONE) continue;
		if (partner == ALLOCATION_NONE)
			take(run, s, pick(run, s));
		else if (waits[partner])
			pair_turn(run, partner, s);
		else
			waits[s] = 1;
	}
}
