/* serial without caps and pairs: a seat more or less sets off one chain. Whoever takes it leaves a seat at her turn, which
 * the first after her who would rather have that one takes; whoever loses hers takes the best that is open at her turn, and
 * so puts out the last who came there. Turns only go on, so that everybody else stays as she was. */
#include "allocation/build.h"
#include "allocation/run.h"
#include "allocation/value.h"

struct undo {
	uint32_t floor;
	int64_t have;
};

struct chain {
	struct arena *arena, *scratch;
	const struct allocation_result *r;
	uint32_t *turn;        /* of every student */
	uint32_t *last;        /* of every option that is full: the last student to come, else ALLOCATION_NONE */
	uint32_t *off, *wants; /* of every option: choices of those who would rather be there, in order of their turns */
	uint32_t *student;     /* of every choice */
	struct allocation_worth w;
	int64_t *have; /* of every floor: members there, along the chain */
	VEC(struct undo) undo;
};

/* Floors are at options here, and lie in their order. */
static void floor_count(struct chain *c, uint32_t choice, int more)
{
	const struct allocation *a = c->r->allocation;
	uint32_t low = 0, high = a->nfloors;
	if (choice == ALLOCATION_NONE || !a->group || a->group[c->student[choice]] == ALLOCATION_NONE) return;
	struct allocation_floor want = {a->choice_option[choice], a->group[c->student[choice]], 0};
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct allocation_floor *f = &a->floors[mid];
		if (f->node < want.node || (f->node == want.node && f->group < want.group))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == a->nfloors || a->floors[low].node != want.node || a->floors[low].group != want.group) return;
	int64_t before = c->have[low], after = before + more, floor = a->floors[low].floor;
	c->w.shortfall += (after < floor ? floor - after : 0) - (before < floor ? floor - before : 0);
	*VEC_PUSH(c->scratch, &c->undo) = (struct undo){low, before};
	c->have[low] = after;
}

static void step(struct chain *c, uint32_t from, uint32_t to)
{
	const struct allocation *a = c->r->allocation;
	if (!c->w.profile) c->w.profile = ARENA_ARRAY(c->arena, int64_t, a->max_rank);
	floor_count(c, from, -1);
	floor_count(c, to, 1);
	c->w.placed += (to != ALLOCATION_NONE) - (from != ALLOCATION_NONE);
	if (to != ALLOCATION_NONE) c->w.profile[a->choice_rank[to] - 1]++;
	if (from != ALLOCATION_NONE) c->w.profile[a->choice_rank[from] - 1]--;
}

static struct allocation_worth chain_end(struct chain *c)
{
	for (; c->undo.len; c->undo.len--)
		c->have[c->undo.ptr[c->undo.len - 1].floor] = c->undo.ptr[c->undo.len - 1].have;
	return c->w;
}

static bool rather(const struct allocation_result *r, uint32_t s, uint32_t i)
{
	const struct allocation *a = r->allocation;
	uint32_t held = r->held[s];
	if (i == held || allocation_choice_forbidden(a, i)) return false;
	if (held == ALLOCATION_NONE || a->choice_rank[i] != a->choice_rank[held])
		return held == ALLOCATION_NONE || a->choice_rank[i] < a->choice_rank[held];
	return tie_cmp(r, s, i, held) < 0;
}

static void wants_find(struct chain *c, const struct sort_item *order, struct arena *scratch)
{
	const struct allocation *a = c->r->allocation;
	c->off = ARENA_ARRAY(scratch, uint32_t, (size_t)a->noptions + 2);
	c->wants = ARENA_ARRAY(scratch, uint32_t, a->nchoices);
	uint8_t *wanted = ARENA_ARRAY(scratch, uint8_t, a->nchoices);
	for (uint32_t s = 0; s < a->nstudents; s++)
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			c->student[i] = s;
			if (allocation_fixed(a, s) != ALLOCATION_NONE || !rather(c->r, s, i)) continue;
			wanted[i] = 1;
			c->off[a->choice_option[i] + 2]++;
		}
	for (uint32_t o = 0; o < a->noptions; o++)
		c->off[o + 2] += c->off[o + 1];
	for (uint32_t k = 0; k < a->nstudents; k++) {
		uint32_t s = order[k].index;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++)
			if (wanted[i]) c->wants[c->off[a->choice_option[i] + 1]++] = i;
	}
}

/* The first after the turn who would rather be at the option. */
static uint32_t next_for(const struct chain *c, uint32_t option, uint32_t turn)
{
	uint32_t low = c->off[option], high = c->off[option + 1];
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (c->turn[c->student[c->wants[mid]]] < turn)
			low = mid + 1;
		else
			high = mid;
	}
	return low < c->off[option + 1] ? c->wants[low] : ALLOCATION_NONE;
}

static struct allocation_worth one_more(struct chain *c, uint32_t option)
{
	const struct allocation *a = c->r->allocation;
	c->w = (struct allocation_worth){.possible = true};
	for (uint32_t turn = 0; option != ALLOCATION_NONE;) {
		uint32_t i = next_for(c, option, turn);
		if (i == ALLOCATION_NONE) break;
		uint32_t s = c->student[i], held = c->r->held[s];
		step(c, held, i);
		turn = c->turn[s] + 1;
		option = held == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[held];
	}
	return chain_end(c);
}

static uint32_t next_open(const struct chain *c, uint32_t s, uint32_t but)
{
	const struct allocation *a = c->r->allocation;
	uint32_t best = ALLOCATION_NONE;
	for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
		uint32_t o = a->choice_option[i];
		if (best != ALLOCATION_NONE && a->choice_rank[i] != a->choice_rank[best]) break;
		if (o == but || allocation_choice_forbidden(a, i) || a->node_capacity[o] == 0) continue;
		bool full = c->r->load[o] == a->node_capacity[o];
		/* Full with kept placements only: never open. */
		if (full && (c->last[o] == ALLOCATION_NONE || c->turn[c->last[o]] < c->turn[s])) continue;
		if (best == ALLOCATION_NONE || tie_cmp(c->r, s, i, best) < 0) best = i;
	}
	return best;
}

static struct allocation_worth one_less(struct chain *c, uint32_t option)
{
	const struct allocation *a = c->r->allocation;
	c->w = (struct allocation_worth){.possible = true};
	while (option != ALLOCATION_NONE && c->last[option] != ALLOCATION_NONE) {
		uint32_t s = c->last[option], i = next_open(c, s, option);
		step(c, c->r->held[s], i);
		option = i == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[i];
	}
	return chain_end(c);
}

static void have_count(struct chain *c)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t s = 0; a->nfloors && s < a->nstudents; s++)
		floor_count(c, c->r->held[s], 1);
	c->undo.len = 0;
}

void values_chained(struct arena *arena, const struct allocation_result *r, struct allocation_value *values)
{
	const struct allocation *a = r->allocation;
	struct arena *scratch = arena_new();
	struct chain c = {.arena = arena,
	                  .scratch = scratch,
	                  .have = ARENA_ARRAY(scratch, int64_t, a->nfloors),
	                  .r = r,
	                  .turn = ARENA_ARRAY(scratch, uint32_t, a->nstudents),
	                  .last = ARENA_ARRAY(scratch, uint32_t, a->noptions),
	                  .student = ARENA_ARRAY(scratch, uint32_t, a->nchoices)};
	struct run run = {.arena = scratch, .r = r, .change = RUN_UNCHANGED};
	struct sort_item *order = serial_order(&run);
	uint32_t *seats = run_seats(scratch, a);
	memset(c.last, 0xff, a->noptions * sizeof(*c.last));
	for (uint32_t k = 0; k < a->nstudents; k++) {
		uint32_t s = order[k].index, held = r->held[s];
		c.turn[s] = k;
		if (held == ALLOCATION_NONE || allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		uint32_t o = a->choice_option[held];
		if (r->load[o] == a->node_capacity[o]) c.last[o] = s;
	}
	wants_find(&c, order, scratch);
	have_count(&c);
	for (uint32_t o = 0; o < a->noptions; o++) {
		values[o].plus = values[o].whole = one_more(&c, o);
		values[o].minus = seats[o] ? one_less(&c, o) : (struct allocation_worth){0};
	}
	arena_free(scratch);
}
