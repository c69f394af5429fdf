/* Floors at caps: prices for them, and a search where prices leave a gap. */
#include "allocation/floors.h"

enum decision { DECIDE_NOTHING, DECIDE_BELOW, DECIDE_NOT_BELOW, DECIDE_CHOICE, DECIDE_NOT_CHOICE };

struct part {
	uint32_t parent;        /* ALLOCATION_NONE: the whole */
	uint32_t student, what; /* a cap as node, a choice */
	enum decision decision;
	int64_t *bound, *dual; /* the dual of a part is that of its other half too */
};

struct search {
	struct run *run;
	const struct allocation *a;
	struct allocation_floor_search *found;
	struct arena *arena, *each; /* each: empty between relaxations */
	struct cost_layout layout;
	uint32_t nd, first; /* floor at a cap */
	uint32_t levels;    /* caps with floors on one way up, at most */
	int passes;
	int64_t *lottery; /* digit of every choice */
	int64_t *dual, *best_dual, *gain;
	int64_t *low, *best_low, *before; /* what the relaxation proves */
	int64_t *cost, *best;             /* true costs: of held, of the cheapest */
	uint32_t *held, *best_held, *have, *fixed, *seats;
	uint8_t *masked;
	bool stopped; /* the limit came while a price was looked for */

	struct part *parts;
	uint32_t nparts, room;
	uint32_t *heap, len;
};

static bool below(const struct allocation *a, uint32_t choice, uint32_t node)
{
	for (uint32_t v = choice == ALLOCATION_NONE ? choice : a->choice_option[choice]; v != ALLOCATION_NONE; v = a->node_parent[v])
		if (v == node) return true;
	return false;
}

static int64_t *dual_of(const struct search *q, uint32_t floor) { return q->dual + (size_t)floor * q->nd; }

static int sign(const int64_t *v, uint32_t nd)
{
	for (uint32_t d = 0; d < nd; d++)
		if (v[d]) return v[d] < 0 ? -1 : 1;
	return 0;
}

static bool is_unit(const struct search *q, const int64_t *v)
{
	for (uint32_t d = 0; d < q->nd; d++)
		if (v[d] != (d == q->layout.shortfall)) return false;
	return true;
}

/* Does the price of the floor fit what holds? */
static bool fits(const struct search *q, uint32_t f)
{
	uint32_t have = q->have[f], floor = q->a->floors[f].floor;
	return have == floor || (have > floor ? sign(dual_of(q, f), q->nd) == 0 : is_unit(q, dual_of(q, f)));
}

static bool all_fit(const struct search *q)
{
	for (uint32_t f = q->first; f < q->a->nfloors; f++)
		if (!fits(q, f)) return false;
	return true;
}

/* Floors of caps above come to those below them. */
static void gains(struct search *q)
{
	const struct allocation *a = q->a;
	for (uint32_t f = q->first; f < a->nfloors; f++) {
		int64_t *gain = q->gain + (size_t)f * q->nd;
		memset(gain, 0, q->nd * sizeof(*gain));
		for (uint32_t v = a->floors[f].node; v != ALLOCATION_NONE; v = a->node_parent[v]) {
			uint32_t at = cost_floor(a, v, a->floors[f].group);
			for (uint32_t d = 0; at != ALLOCATION_NONE && d < q->nd; d++)
				gain[d] += dual_of(q, at)[d];
		}
	}
}

/* Half of the largest lottery digit for each student off the sum, which then has room for any number of them: sums are
 * compared only where as many are placed. */
static const int64_t LOTTERY_HALF = (int64_t)1 << 43;

/* What proves less than it could is still a proof. */
static int64_t within(__int128 digit) { return digit > INT64_MAX ? INT64_MAX : digit < INT64_MIN ? INT64_MIN : (int64_t)digit; }

/* True cost of what is held, members of floors, and what the relaxation proves. */
static void count(struct search *q, struct arena *arena)
{
	const struct allocation *a = q->a;
	const struct cost_layout *l = &q->layout;
	struct allocation_result r = *q->run->r;
	r.held = q->held;
	memset(q->cost, 0, q->nd * sizeof(*q->cost));
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t i = q->held[s];
		q->cost[0] += i == ALLOCATION_NONE;
		if (i == ALLOCATION_NONE) continue;
		uint32_t rank = a->choice_rank[i];
		q->cost[l->digit_of ? l->digit_of[rank] : l->first] += !l->digit_of                        ? (int64_t)rank
		                                                       : l->mechanism == ALLOCATION_GREEDY ? -1
		                                                                                           : 1;
		q->cost[l->lottery] += q->lottery[i] - LOTTERY_HALF;
	}
	memcpy(q->have, floors_have(arena, &r), a->nfloors * sizeof(*q->have));
	for (uint32_t f = 0; f < q->first; f++)
		if (q->have[f] < a->floors[f].floor) q->cost[l->shortfall] += a->floors[f].floor - q->have[f];
	for (uint32_t d = 0; d < q->nd; d++) {
		__int128 low = q->cost[d];
		for (uint32_t f = q->first; f < a->nfloors; f++)
			low += (__int128)dual_of(q, f)[d] * ((int64_t)a->floors[f].floor - q->have[f]);
		q->low[d] = within(low);
	}
	for (uint32_t f = q->first; f < a->nfloors; f++)
		if (q->have[f] < a->floors[f].floor) q->cost[l->shortfall] += a->floors[f].floor - q->have[f];
}

static void solve(struct search *q, bool bent, struct arena *arena, struct optimum *out)
{
	struct allocation b = *q->a;
	struct allocation_result r = *q->run->r;
	struct bend bend = {.first = q->first, .dual = q->dual, .gain = q->gain, .masked = q->masked};
	b.fixed = q->fixed;
	r.allocation = &b;
	gains(q);
	memcpy(q->held, q->fixed, q->a->nstudents * sizeof(*q->held));
	struct run run = {
	    .arena = q->each, .r = &r, .change = RUN_UNCHANGED, .held = q->held, .seats = q->seats, .bend = bent ? &bend : NULL};
	BUG_IF(!optimum_run(&run, OPTIMUM_DIGIT_BITS, UINT32_MAX, arena, out)); /* the caller has counted */
	arena_reset(q->each);
}

static void relax(struct search *q, bool bent)
{
	q->found->solves++;
	solve(q, bent, NULL, NULL);
	count(q, q->each);
	arena_reset(q->each);
	if (cost_cmp(q->cost, q->best, q->nd) < 0) {
		memcpy(q->best, q->cost, q->nd * sizeof(*q->best));
		memcpy(q->best_held, q->held, q->a->nstudents * sizeof(*q->held));
	}
}

static bool spent(const struct search *q) { return q->found->solves >= q->found->limit; }

static int64_t least(int64_t x, int64_t y) { return x < y ? x : y; }

/* More than any difference of the digit that a placement can make, within what sums of it may hold: a potential of the simplex
 * adds up for each node a difference of two costs and of what all floors on two ways up give. Where that leaves little, prices
 * decide less, and the search more. */
static int64_t digit_most(const struct search *q, uint32_t d)
{
	const struct allocation *a = q->a;
	int64_t n = (int64_t)a->nstudents + 1, nodes = (int64_t)a->noptions + a->ncaps + a->nfloors + 1;
	bool lottery = d == q->layout.lottery;
	int64_t cost = lottery ? 2 * LOTTERY_HALF : q->layout.digit_of ? 1 : a->max_rank;
	int64_t most = lottery ? least((int64_t)1 << 46, INT64_MAX / 4 / n) : 2 * n * cost;
	int64_t room = ((int64_t)1 << 61) / nodes - cost;
	return room > 0 ? least(most, room / 2 / q->levels) : 0;
}

struct line {
	struct search *q;
	uint32_t floor;
	bool done;
};

/* With digit d of the price, what follows it being zero: are there more members than the floor (1) or less (-1)? */
static int side(struct line *l, uint32_t d, int64_t value)
{
	struct search *q = l->q;
	int64_t *dual = dual_of(q, l->floor);
	if (spent(q)) {
		l->done = q->stopped = true;
		return 0;
	}
	memset(dual + d, 0, (q->nd - d) * sizeof(*dual));
	dual[d] = value;
	relax(q, true);
	if (cost_cmp(q->low, q->best_low, q->nd) >= 0) {
		memcpy(q->best_low, q->low, q->nd * sizeof(*q->low));
		memcpy(q->best_dual, q->dual, (size_t)q->a->nfloors * q->nd * sizeof(*q->dual));
	}
	l->done = fits(q, l->floor);
	uint32_t have = q->have[l->floor], floor = q->a->floors[l->floor].floor;
	return have < floor ? -1 : have > floor;
}

/* The members grow with the price, so that it is found digit by digit: the one at which they pass the floor. */
static void price_find(struct search *q, uint32_t floor)
{
	struct line l = {.q = q, .floor = floor};
	uint32_t d = q->layout.shortfall;
	int64_t low = 0, high = 1;
	memset(dual_of(q, floor), 0, q->nd * sizeof(int64_t));
	if (side(&l, d, 0), l.done) return;
	if (side(&l, d, 1), l.done) return;
	for (;; d++) {
		while (high - low > 1) {
			int64_t mid = low + (high - low) / 2;
			int at = side(&l, d, mid);
			if (l.done) return;
			if (at < 0)
				low = mid;
			else
				high = mid;
		}
		if (d == q->layout.lottery) return;
		int64_t most = digit_most(q, d + 1), *dual = dual_of(q, floor);
		dual[d] = low;
		int at = side(&l, d + 1, most);
		if (l.done) return;
		if (at > 0) {
			low = 0;
			high = most;
			continue;
		}
		dual[d] = high;
		at = side(&l, d + 1, -most);
		if (l.done || at > 0) return;
		low = -most;
		high = 0;
	}
}

static void duals_copy(const struct search *q, int64_t *to, const int64_t *from)
{
	memcpy(to, from, (size_t)q->a->nfloors * q->nd * sizeof(*to));
}

/* From the prices as they are: those that do not fit, in turn. True when they decide; else the best are in dual and best_low. */
static bool prices_find(struct search *q, int passes)
{
	relax(q, true);
	memcpy(q->best_low, q->low, q->nd * sizeof(*q->low));
	duals_copy(q, q->best_dual, q->dual);
	for (int pass = 0; pass < passes && !all_fit(q); pass++) {
		memcpy(q->before, q->best_low, q->nd * sizeof(*q->before));
		for (uint32_t f = q->first; f < q->a->nfloors; f++) {
			if (fits(q, f)) continue;
			price_find(q, f);
			if (!q->stopped && all_fit(q)) return true;
			duals_copy(q, q->dual, q->best_dual);
			if (spent(q)) return false;
			relax(q, true);
			if (all_fit(q) || cost_cmp(q->best_low, q->best, q->nd) >= 0) return all_fit(q);
		}
		if (cost_cmp(q->before, q->best_low, q->nd) == 0) break;
	}
	return all_fit(q);
}

/* Once from floors that are worth nothing, once from floors that are worth all they can be: the better one stays. */
static bool prices_first(struct search *q)
{
	if (prices_find(q, q->passes)) return true;
	if (spent(q)) return false;
	int64_t *low = arena_copy(q->arena, q->best_low, q->nd * sizeof(*low));
	int64_t *dual = arena_copy(q->arena, q->best_dual, (size_t)q->a->nfloors * q->nd * sizeof(*dual));
	memset(q->dual, 0, (size_t)q->a->nfloors * q->nd * sizeof(*dual));
	for (uint32_t f = q->first; f < q->a->nfloors; f++)
		dual_of(q, f)[q->layout.shortfall] = 1;
	if (prices_find(q, q->passes)) return true;
	if (cost_cmp(low, q->best_low, q->nd) > 0) {
		memcpy(q->best_low, low, q->nd * sizeof(*low));
		duals_copy(q, q->best_dual, dual);
	}
	return false;
}

static bool part_before(const struct search *q, uint32_t x, uint32_t y)
{
	int c = cost_cmp(q->parts[x].bound, q->parts[y].bound, q->nd);
	return c ? c < 0 : x > y; /* of equal bounds the newest, which is the deepest */
}

static void part_push(struct search *q, uint32_t me)
{
	uint32_t i = q->len++;
	for (; i && part_before(q, me, q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		q->heap[i] = q->heap[(i - 1) / 2];
	q->heap[i] = me;
}

static void part_add(struct search *q, struct part p)
{
	if (q->nparts == q->room) {
		uint32_t room = q->room ? q->room * 2 : 64;
		q->parts = arena_grow(q->arena, q->parts, q->room * sizeof(p), room * sizeof(p));
		q->heap = arena_grow(q->arena, q->heap, q->room * sizeof(*q->heap), room * sizeof(*q->heap));
		q->room = room;
	}
	p.bound = arena_copy(q->arena, p.bound, q->nd * sizeof(*p.bound));
	if (p.decision == DECIDE_NOTHING || p.decision == DECIDE_BELOW || p.decision == DECIDE_CHOICE)
		p.dual = arena_copy(q->arena, p.dual, (size_t)q->a->nfloors * q->nd * sizeof(*p.dual));
	else
		p.dual = q->parts[q->nparts - 1].dual;
	q->parts[q->nparts++] = p;
	part_push(q, q->nparts - 1);
}

static uint32_t part_take(struct search *q)
{
	uint32_t top = q->heap[0], last = q->heap[--q->len], i = 0;
	for (;;) {
		uint32_t child = 2 * i + 1;
		if (child >= q->len) break;
		if (child + 1 < q->len && part_before(q, q->heap[child + 1], q->heap[child])) child++;
		if (!part_before(q, q->heap[child], last)) break;
		q->heap[i] = q->heap[child];
		i = child;
	}
	if (q->len) q->heap[i] = last;
	return top;
}

/* False: no seat for a choice that is decided. */
static bool decide(struct search *q, const struct part *p)
{
	const struct allocation *a = q->a;
	if (p->decision == DECIDE_CHOICE) {
		for (uint32_t v = a->choice_option[p->what]; v != ALLOCATION_NONE; v = a->node_parent[v])
			if (!q->seats[v]) return false;
		for (uint32_t v = a->choice_option[p->what]; v != ALLOCATION_NONE; v = a->node_parent[v])
			q->seats[v]--;
		q->fixed[p->student] = p->what;
		return true;
	}
	for (uint32_t i = a->off[p->student]; i < a->off[p->student + 1]; i++)
		q->masked[i] |= p->decision == DECIDE_NOT_CHOICE ? i == p->what : below(a, i, p->what) == (p->decision == DECIDE_NOT_BELOW);
	return true;
}

static bool part_open(struct search *q, uint32_t part)
{
	const struct allocation *a = q->a;
	memset(q->masked, 0, a->nchoices);
	memcpy(q->seats, q->run->seats, ((size_t)a->noptions + a->ncaps) * sizeof(*q->seats));
	for (uint32_t s = 0; s < a->nstudents; s++)
		q->fixed[s] = allocation_fixed(a, s);
	for (uint32_t k = part; q->parts[k].parent != ALLOCATION_NONE; k = q->parts[k].parent)
		if (!decide(q, &q->parts[k])) return false;
	return true;
}

static bool may_have(const struct search *q, uint32_t choice) { return !q->masked[choice] && !allocation_choice_forbidden(q->a, choice); }

/* A member of a floor whose price does not fit, who may still be below the cap or not. */
static bool split_floor(const struct search *q, uint32_t f, struct part *p)
{
	const struct allocation *a = q->a;
	uint32_t node = a->floors[f].node;
	bool over = q->have[f] > a->floors[f].floor;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (q->fixed[s] != ALLOCATION_NONE || a->group[s] != a->floors[f].group || below(a, q->held[s], node) != over) continue;
		bool in = false, out = false;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			if (!may_have(q, i)) continue;
			bool is = below(a, i, node);
			in |= is;
			out |= !is;
		}
		if (!in || !out) continue;
		*p = (struct part){.student = s, .what = node, .decision = DECIDE_BELOW};
		return true;
	}
	return false;
}

static bool split(const struct search *q, struct part *p)
{
	const struct allocation *a = q->a;
	for (uint32_t f = q->first; a->group && f < a->nfloors; f++)
		if (!fits(q, f) && split_floor(q, f, p)) return true;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t choice = q->held[s];
		if (q->fixed[s] != ALLOCATION_NONE) continue;
		for (uint32_t i = a->off[s]; choice == ALLOCATION_NONE && i < a->off[s + 1]; i++)
			if (may_have(q, i)) choice = i;
		if (choice == ALLOCATION_NONE) continue;
		*p = (struct part){.student = s, .what = choice, .decision = DECIDE_CHOICE};
		return true;
	}
	return false;
}

/* The parts with the least bound first, until none can hold anything cheaper than what was found. */
static void parts_search(struct search *q)
{
	part_add(q, (struct part){.parent = ALLOCATION_NONE, .bound = q->best_low, .dual = q->best_dual});
	q->found->state = ALLOCATION_FLOORS_SEARCHED;
	while (q->len) {
		uint32_t part = part_take(q);
		if (cost_cmp(q->parts[part].bound, q->best, q->nd) >= 0) return;
		if (spent(q)) {
			q->found->state = ALLOCATION_FLOORS_LIMIT;
			q->found->at_least = q->parts[part].bound[q->layout.shortfall];
			return;
		}
		if (!part_open(q, part)) continue;
		duals_copy(q, q->dual, q->parts[part].dual);
		struct part p;
		if (prices_find(q, q->passes && q->parts[part].parent != ALLOCATION_NONE)) continue;
		if (cost_cmp(q->best_low, q->parts[part].bound, q->nd) < 0)
			memcpy(q->best_low, q->parts[part].bound, q->nd * sizeof(*q->low));
		if (!q->stopped && (cost_cmp(q->best_low, q->best, q->nd) >= 0 || !split(q, &p))) continue;
		if (q->stopped) {
			part_push(q, part);
			continue;
		}
		p.parent = part;
		p.bound = q->best_low;
		p.dual = q->best_dual;
		part_add(q, p);
		p.decision++;
		part_add(q, p);
	}
}

static uint32_t levels(const struct search *q)
{
	const struct allocation *a = q->a;
	uint32_t most = 1;
	struct arena_mark mark = arena_mark(q->arena);
	uint8_t *floored = ARENA_ARRAY(q->arena, uint8_t, (size_t)a->noptions + a->ncaps);
	for (uint32_t f = q->first; f < a->nfloors; f++)
		floored[a->floors[f].node] = 1;
	for (uint32_t o = 0; o < a->noptions; o++) {
		uint32_t n = 0;
		for (uint32_t v = o; v != ALLOCATION_NONE; v = a->node_parent[v])
			n += floored[v];
		if (n > most) most = n;
	}
	arena_rewind(q->arena, mark);
	return most;
}

static void search_begin_floors(struct search *q)
{
	const struct allocation *a = q->a;
	struct arena *arena = q->arena;
	size_t digits = (size_t)a->nfloors * q->nd, nodes = (size_t)a->noptions + a->ncaps;
	q->dual = ARENA_ARRAY(arena, int64_t, digits);
	q->best_dual = ARENA_ARRAY(arena, int64_t, digits);
	q->gain = ARENA_ARRAY(arena, int64_t, digits);
	q->low = ARENA_ARRAY(arena, int64_t, q->nd);
	q->best_low = ARENA_ARRAY(arena, int64_t, q->nd);
	q->before = ARENA_ARRAY(arena, int64_t, q->nd);
	q->cost = ARENA_ARRAY(arena, int64_t, q->nd);
	q->best = ARENA_ARRAY(arena, int64_t, q->nd);
	q->best[0] = INT64_MAX;
	q->held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	q->best_held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	q->have = ARENA_ARRAY(arena, uint32_t, a->nfloors);
	q->fixed = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	q->seats = arena_copy(arena, q->run->seats, nodes * sizeof(*q->seats));
	q->masked = ARENA_ARRAY(arena, uint8_t, a->nchoices);
	q->lottery = ARENA_ARRAY(arena, int64_t, a->nchoices);
	uint32_t *position = ARENA_ARRAY(arena, uint32_t, a->nchoices);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		q->fixed[s] = allocation_fixed(a, s);
		cost_positions(q->each, q->run->r, s, position);
		arena_reset(q->each);
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++)
			q->lottery[i] = cost_lottery(q->run->r->lottery[s], position[i - a->off[s]]);
	}
}

/* Rank numbers times floors must fit a class of the simplex; beyond that, the floors at caps stay unlooked at. */
static bool too_large(const struct search *q)
{
	struct arena_mark mark = arena_mark(q->arena);
	uint8_t *used = ARENA_ARRAY(q->arena, uint8_t, (size_t)q->a->max_rank + 1);
	uint64_t n = 0;
	for (uint32_t i = 0; i < q->a->nchoices; i++) {
		n += !used[q->a->choice_rank[i]];
		used[q->a->choice_rank[i]] = 1;
	}
	arena_rewind(q->arena, mark);
	return n * (q->a->nfloors - q->first + 1) >= UINT16_MAX;
}

void floors_run(struct run *run, int passes, struct arena *arena, struct optimum *out, struct allocation_floor_search *found)
{
	const struct allocation *a = run->r->allocation;
	uint32_t limit = run->r->options.floor_solves;
	struct search q = {.run = run, .a = a, .found = found, .passes = passes, .arena = run->arena, .each = arena_new()};
	*found = (struct allocation_floor_search){.limit = limit ? limit : ALLOCATION_FLOOR_SOLVES};
	cost_layout(q.arena, a, run->r->options.mechanism, &q.layout);
	q.nd = q.layout.ndigits;
	while (cost_floor_at_option(a, q.first))
		q.first++;
	q.levels = levels(&q);
	search_begin_floors(&q);
	found->at_least = INT64_MIN;
	if (too_large(&q)) {
		relax(&q, false);
		found->state = ALLOCATION_FLOORS_LIMIT;
		found->at_least = q.low[q.layout.shortfall];
	} else if (!prices_first(&q)) {
		parts_search(&q);
	}
	if (out) {
		*out = (struct optimum){.ndigits = q.nd};
		if (found->state == ALLOCATION_FLOORS_PRICED) solve(&q, true, arena, out);
	}
	if (found->at_least == INT64_MIN) found->at_least = q.best[q.layout.shortfall];
	memcpy(run->held, q.best_held, a->nstudents * sizeof(*run->held));
	arena_free(q.each);
}
