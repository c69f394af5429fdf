/* A state that is edited equals a fresh solve, and its prices prove it; standing offers are never worsened. */
#include "allocation/cost.h"
#include "allocation/search.h"
#include "mid.h"

static const enum allocation_mechanism OPTIMISERS[] = {ALLOCATION_RANKSUM, ALLOCATION_GREEDY, ALLOCATION_GENEROUS};

static bool seats_hold(const struct allocation *a, const uint32_t *held)
{
	uint32_t load[MAX_O + MAX_C] = {0};
	for (uint32_t s = 0; s < a->nstudents; s++)
		for (uint32_t v = held[s] == ALLOCATION_NONE ? held[s] : a->choice_option[held[s]]; v != ALLOCATION_NONE;
		     v = a->node_parent[v])
			if (++load[v] > a->node_capacity[v]) return false;
	return true;
}

static bool next_placement(const struct allocation *a, uint32_t *held)
{
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t next = held[s] == ALLOCATION_NONE ? a->off[s] : held[s] + 1;
		while (next < a->off[s + 1] && allocation_choice_forbidden(a, next))
			next++;
		held[s] = next < a->off[s + 1] ? next : ALLOCATION_NONE;
		if (held[s] != ALLOCATION_NONE) return true;
	}
	return false;
}

static void test_every_other_placement_costs_more(void)
{
	struct rand_seeded rnd = {41};
	for (int round = 0; round < 450; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, 5, 4, true);
		for (int s = 0; s < c.students; s++)
			for (int o = 0; o < c.options; o++)
				c.forbidden[s][o] = c.rank[s][o] && !below(&rnd, 8);
		struct allocation_options options = options_of(&c, OPTIMISERS[round % 3]);
		struct allocation *a = small_build(arena, &c, 0);
		struct allocation_fault f;
		struct allocation_state *st;
		struct allocation_result r;
		REQUIRE(a);
		REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
		REQUIRE(allocation_state_result(st, arena, &r) == OK);
		uint32_t held[MAX_S], best[MAX_S];
		int64_t cost[64], least[64];
		struct cost_layout l;
		cost_layout(arena, a, options.mechanism, &l);
		memset(held, 0xff, sizeof(held));
		bool any = false;
		do {
			if (!seats_hold(a, held)) continue;
			struct arena_mark mark = arena_mark(arena);
			whole_cost(arena, &r, held, cost);
			arena_rewind(arena, mark);
			if (any && cost_cmp(cost, least, l.ndigits) >= 0) continue;
			any = true;
			memcpy(least, cost, sizeof(least));
			memcpy(best, held, sizeof(best));
		} while (next_placement(a, held));
		CHECK_MEM(r.held, best, a->nstudents * sizeof(*best));
		allocation_state_free(st);
		arena_free(arena);
		if (tap.failures) {
			printf("# in round %d, %s\n", round, allocation_properties(options.mechanism)->name);
			return;
		}
	}
}

/* The certificate in one pass, as docs/contracts/allocation.md tells it. */
static void proof_check(struct arena *arena, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	struct cost_layout l;
	cost_layout(arena, a, r->options.mechanism, &l);
	REQUIRE(l.ndigits == r->ndigits);
	int64_t *zero = ARENA_ARRAY(arena, int64_t, l.ndigits), *cost = ARENA_ARRAY(arena, int64_t, l.ndigits);
	int64_t *kept = ARENA_ARRAY(arena, int64_t, l.ndigits), *floor_one = ARENA_ARRAY(arena, int64_t, l.ndigits);
	uint32_t *position = ARENA_ARRAY(arena, uint32_t, a->nchoices), *have = ARENA_ARRAY(arena, uint32_t, a->nfloors);
	if (a->nfloors) floor_one[l.shortfall] = 1;
	for (uint32_t v = 0; v < a->noptions + a->ncaps; v++) {
		const int64_t *price = r->price + (size_t)v * l.ndigits;
		CHECK(r->load[v] <= a->node_capacity[v]);
		CHECK(cost_cmp(price, zero, l.ndigits) >= 0);
		if (r->load[v] < a->node_capacity[v]) CHECK(cost_cmp(price, zero, l.ndigits) == 0);
	}
	for (uint32_t s = 0; s < a->nstudents; s++) {
		cost_positions(arena, r, s, position);
		bool kept_known = false;
		for (uint32_t pass = 0; pass < 2; pass++)
			for (uint32_t k = 0; k <= a->off[s + 1] - a->off[s]; k++) {
				uint32_t i = a->off[s] + k == a->off[s + 1] ? ALLOCATION_NONE : a->off[s] + k;
				if (i != ALLOCATION_NONE && allocation_choice_forbidden(a, i)) continue;
				cost_of(&l, r, s, i, i == ALLOCATION_NONE ? 0 : position[k], cost);
				for (uint32_t v = i == ALLOCATION_NONE ? i : a->choice_option[i]; v != ALLOCATION_NONE;
				     v = a->node_parent[v])
					for (uint32_t d = 0; d < l.ndigits; d++)
						cost[d] += r->price[(size_t)v * l.ndigits + d];
				for (uint32_t x = 0; i != ALLOCATION_NONE && x < a->nfloors; x++) {
					if (!a->group || a->group[s] != a->floors[x].group || a->floors[x].node != a->choice_option[i])
						continue;
					if (!pass && r->held[s] == i) have[x]++;
					for (uint32_t d = 0; d < l.ndigits; d++)
						cost[d] -= r->floor_price[(size_t)x * l.ndigits + d];
				}
				if (!pass && i == r->held[s]) {
					memcpy(kept, cost, l.ndigits * sizeof(*kept));
					kept_known = true;
				}
				bool fixed = allocation_fixed(a, s) != ALLOCATION_NONE;
				if (pass && !fixed) CHECK(cost_cmp(kept, cost, l.ndigits) <= 0);
			}
		CHECK(kept_known);
	}
	for (uint32_t x = 0; x < a->nfloors; x++) {
		const int64_t *price = r->floor_price + (size_t)x * l.ndigits;
		CHECK(cost_cmp(price, zero, l.ndigits) >= 0 && cost_cmp(price, floor_one, l.ndigits) <= 0);
		if (have[x] > a->floors[x].floor) CHECK(cost_cmp(price, zero, l.ndigits) == 0);
		if (have[x] < a->floors[x].floor) CHECK(cost_cmp(price, floor_one, l.ndigits) == 0);
	}
}

struct counts {
	int64_t placed, shortfall, profile[64];
};
static struct counts count(const struct allocation_state *st)
{
	struct counts c = {0};
	const struct allocation *a = st->g.a;
	for (uint32_t s = 0; s < allocation_state_students(st); s++) {
		uint32_t held = allocation_state_held(st, s);
		if (held == ALLOCATION_NONE) continue;
		c.placed++;
		c.profile[allocation_state_rank(st, held) - 1]++;
	}
	for (uint32_t i = 0; i < a->nfloors; i++) {
		int64_t have = 0;
		for (uint32_t s = 0; s < allocation_state_students(st); s++) {
			bool inside = false;
			uint32_t v = allocation_state_option(st, allocation_state_held(st, s));
			for (; v != ALLOCATION_NONE; v = a->node_parent[v])
				inside |= v == a->floors[i].node;
			have += inside && st->g.students.ptr[s].group == a->floors[i].group;
		}
		if (have < a->floors[i].floor) c.shortfall += a->floors[i].floor - have;
	}
	return c;
}

static enum err random_edit(struct rand_seeded *rnd, struct allocation_state *st, struct arena *arena, int turn,
                            struct allocation_change *change)
{
	const struct allocation *a = st->g.a;
	int options = (int)a->noptions, nodes = (int)(a->noptions + a->ncaps);
	uint32_t s = (uint32_t)below(rnd, (int)allocation_state_students(st)), joined;
	struct allocation_wish list[8];
	size_t n;
	switch (below(rnd, 7)) {
	case 0: return allocation_state_seat(st, (uint32_t)below(rnd, nodes), 1, arena, change);
	case 1: return allocation_state_seat(st, (uint32_t)below(rnd, nodes), -1, arena, change);
	case 2: return allocation_state_leave(st, s, arena, change);
	case 3:
		mid_list(rnd, options, list, &n);
		if (n && below(rnd, 5) == 0) list[n - 1].rank += below(rnd, 30); /* a rank that nobody has used */
		return allocation_state_join(st, str_fmt(arena, "t%04d", turn), below(rnd, 2) ? STR("g") : STR_NONE, list, n, &joined,
		                             arena, change);
	case 4: mid_list(rnd, options, list, &n); return allocation_state_relist(st, s, list, n, arena, change);
	case 5:
		if (allocation_state_held(st, s) != ALLOCATION_NONE && below(rnd, 2))
			return allocation_state_forbid(st, allocation_state_held(st, s), arena, change);
		return allocation_state_forbid(st, (uint32_t)below(rnd, (int)st->g.choices.len), arena, change);
	default: return allocation_state_allow(st, (uint32_t)below(rnd, (int)st->g.choices.len), arena, change);
	}
}

/* Who holds what in the state and in a result of its question. */
static void same_check(const struct allocation_state *st, const struct allocation_result *r)
{
	for (uint32_t i = 0; i < allocation_state_students(st); i++) {
		uint32_t held = allocation_state_held(st, i);
		if (!allocation_state_present(st, i)) {
			CHECK(held == ALLOCATION_NONE);
			continue;
		}
		uint32_t s = allocation_find_student(r->allocation, allocation_state_id(st, i));
		REQUIRE(s != ALLOCATION_NONE);
		uint32_t other = r->held[s] == ALLOCATION_NONE ? ALLOCATION_NONE : r->allocation->choice_option[r->held[s]];
		CHECK_INT(allocation_state_option(st, held), other);
	}
	for (uint32_t v = 0; v < r->allocation->noptions + r->allocation->ncaps; v++)
		CHECK_INT(allocation_state_load(st, v), r->load[v]);
}

static void fresh_check(struct allocation_state *st, const struct allocation_options *options)
{
	struct arena *arena = arena_new();
	struct allocation_fault f;
	struct allocation *p;
	struct allocation_result r, own;
	struct allocation_state *again;
	REQUIRE(allocation_state_problem(st, arena, &p) == OK);
	REQUIRE(allocation_state_result(st, arena, &own) == OK);
	same_check(st, &own);
	if (allocation_properties(options->mechanism)->available) {
		REQUIRE(allocation_solve(arena, p, options, &r, &f) == OK);
		same_check(st, &r);
		struct allocation_wrong wrong;
		struct allocation_claim claim = {.allocation = own.allocation,
		                                 .options = own.options,
		                                 .held = own.held,
		                                 .price = own.price,
		                                 .floor_price = own.floor_price};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
	}
	if (cost_optimises(options->mechanism)) {
		REQUIRE(allocation_state_new(p, options, &again, &f) == OK);
		REQUIRE(allocation_state_result(again, arena, &r) == OK);
		same_check(st, &r);
		proof_check(arena, &own);
		struct cost_layout l;
		cost_layout(arena, p, options->mechanism, &l);
		int64_t *x = ARENA_ARRAY(arena, int64_t, l.ndigits), *y = ARENA_ARRAY(arena, int64_t, l.ndigits);
		whole_cost(arena, &own, own.held, x);
		whole_cost(arena, &r, r.held, y);
		CHECK_MEM(x, y, l.ndigits * sizeof(*x));
		allocation_state_free(again);
	}
	arena_free(arena);
}

static void edits(uint64_t seed, enum allocation_mechanism m, const struct mid *size, int n, int64_t limit)
{
	struct rand_seeded rnd = {seed};
	struct arena *arena = arena_new(), *scratch = arena_new();
	struct allocation *a = mid_build(arena, &rnd, size);
	struct allocation_options options = {.mechanism = m, .seed = STR("seed"), .hmac = hmac_sha256};
	struct allocation_state *st;
	struct allocation_fault f;
	int done = 0, chains = 0;
	REQUIRE(a);
	REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
	if (limit) st->g.limit = limit;
	for (int turn = 0; done < n && !tap.failures; turn++) {
		struct allocation_change change;
		struct counts before = count(st);
		arena_reset(scratch);
		if (random_edit(&rnd, st, scratch, turn, &change) != OK) continue;
		done++;
		chains += change.nmoves > 1;
		struct counts after = count(st);
		CHECK_INT(change.placed, after.placed - before.placed);
		if (cost_optimises(m)) CHECK_INT(change.shortfall, after.shortfall - before.shortfall);
		for (uint32_t k = 0; k < change.nprofile; k++)
			CHECK_INT(change.profile[k], after.profile[k] - before.profile[k]);
		fresh_check(st, &options);
		if (tap.failures) printf("# %s, seed %d, edit %d\n", allocation_properties(m)->name, (int)seed, done);
	}
	CHECK(chains > n / 20);
	allocation_state_free(st);
	arena_free(arena);
	arena_free(scratch);
}

static void test_a_thousand_edits(void)
{
	static const struct mid plain = {60, 14, 0, 5, false, false}, caps = {50, 12, 5, 5, false, false},
				floors = {40, 10, 4, 4, true, false};
	for (size_t k = 0; k < ARRAY_LEN(OPTIMISERS) && !tap.failures; k++) {
		edits(51, OPTIMISERS[k], &plain, 200, 0);
		edits(52, OPTIMISERS[k], &caps, 1000, 0);
		edits(53, OPTIMISERS[k], &floors, 500, 0);
	}
}

/* With floors at caps an edit runs the mechanism again. */
static void test_edits_with_floors_at_caps(void)
{
	static const struct mid floors = {24, 7, 3, 3, true, false, true};
	for (size_t k = 0; k < ARRAY_LEN(OPTIMISERS) && !tap.failures; k++)
		edits(57, OPTIMISERS[k], &floors, 40, 0);
}

static void test_edits_of_the_others(void)
{
	static const struct mid caps = {30, 8, 3, 4, true, false};
	edits(54, ALLOCATION_SERIAL, &caps, 300, 0);
	edits(55, ALLOCATION_DEFERRED, &caps, 300, 0);
}

/* With a limit so low that all is solved afresh again and again. */
static void test_prices_that_grow_too_large(void)
{
	static const struct mid caps = {30, 8, 3, 4, true, false};
	edits(56, ALLOCATION_GREEDY, &caps, 200, (int64_t)1 << 44);
}

static bool serves_better(const struct allocation_state *st, uint32_t now, uint32_t offer)
{
	return now != ALLOCATION_NONE && (now == offer || allocation_state_rank(st, now) < allocation_state_rank(st, offer));
}

static void test_standing_offers(void)
{
	static const struct mid size = {50, 12, 4, 4, true, false};
	struct rand_seeded rnd = {57};
	int upgraded = 0, refused = 0, placed = 0;
	for (int round = 0; round < 120 && !tap.failures; round++) {
		struct arena *arena = arena_new();
		struct allocation *a = mid_build(arena, &rnd, &size);
		struct allocation_options options = {.mechanism = OPTIMISERS[round % 3], .seed = STR("seed"), .hmac = hmac_sha256};
		struct allocation_state *st;
		struct allocation_fault f;
		REQUIRE(a);
		REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
		for (uint32_t s = 0; s < a->nstudents; s++)
			if (allocation_state_held(st, s) != ALLOCATION_NONE) REQUIRE(allocation_state_stand(st, s, s % 2) == OK);
		for (int turn = 0; turn < 60 && !tap.failures; turn++) {
			uint32_t before[200], n = allocation_state_students(st);
			struct allocation_change change;
			REQUIRE(n < ARRAY_LEN(before));
			for (uint32_t s = 0; s < n; s++)
				before[s] = allocation_state_held(st, s);
			refused += random_edit(&rnd, st, arena, turn, &change) != OK;
			for (uint32_t s = 0; s < n; s++) {
				uint32_t now = allocation_state_held(st, s);
				if (!st->g.students.ptr[s].stands) {
					placed += before[s] == ALLOCATION_NONE && now != ALLOCATION_NONE;
					continue;
				}
				CHECK(serves_better(st, now, before[s]));
				if (!st->g.students.ptr[s].upgrades) CHECK_INT(now, before[s]);
				upgraded += now != before[s];
			}
			for (uint32_t v = 0; v < a->noptions + a->ncaps; v++)
				CHECK(allocation_state_load(st, v) <= allocation_state_capacity(st, v));
		}
		allocation_state_free(st);
		arena_free(arena);
	}
	CHECK(upgraded > 20 && refused > 20 && placed > 20);
}

/* Refused: an id that no question may have, and, where the mechanism runs again, a seed made wrong behind the back of the
 * state. Nothing has changed, and the next edit goes through. */
static void test_refused_lists_leave_nothing(void)
{
	static const enum allocation_mechanism all[] = {ALLOCATION_RANKSUM, ALLOCATION_GREEDY, ALLOCATION_GENEROUS, ALLOCATION_SERIAL,
	                                                ALLOCATION_DEFERRED};
	for (size_t m = 0; m < ARRAY_LEN(all); m++) {
		struct arena *arena = arena_new();
		struct allocation_fault f;
		struct allocation *a = allocation_new(arena), *p;
		struct allocation_state *st;
		struct allocation_options options = {.mechanism = all[m], .seed = STR("q"), .hmac = hmac_sha256};
		const struct allocation_wish wishes[] = {{1, 3, 1, false}, {0, 7, 1, false}};
		uint32_t who = 99;
		REQUIRE(allocation_add_option(a, STR("o"), 1, STR_NONE, &f) == OK);
		REQUIRE(allocation_add_option(a, STR("p"), 1, STR_NONE, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("s"), 1, STR("o"), 1, &f) == OK);
		REQUIRE(allocation_finish(a, &f) == OK);
		REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
		CHECK_INT(allocation_state_join(st, STR("a\x01"), STR_NONE, wishes, 2, &who, arena, NULL), ERR_REFUSED);
		CHECK_INT(allocation_state_join(st, STR(""), STR_NONE, wishes, 2, &who, arena, NULL), ERR_REFUSED);
		if (!st->optimises) {
			st->g.options.seed = STR("\0");
			CHECK_INT(allocation_state_join(st, STR("b"), STR_NONE, wishes, 2, &who, arena, NULL), ERR_REFUSED);
			CHECK_INT(allocation_state_relist(st, 0, wishes, 2, arena, NULL), ERR_REFUSED);
			st->g.options.seed = STR("q");
		}
		CHECK_INT(who, 99);
		CHECK_INT(allocation_state_students(st), 1);
		CHECK_INT(st->g.choices.len, 1);
		CHECK_INT(allocation_state_choice(st, 0, 0), 0);
		CHECK_INT(allocation_state_held(st, 0), 0);
		CHECK(allocation_state_problem(st, arena, &p) == OK && p->nstudents == 1 && p->nchoices == 1);
		CHECK_INT(allocation_state_seat(st, 0, 1, arena, NULL), OK);
		CHECK_INT(allocation_state_join(st, STR("b"), STR_NONE, wishes, 2, &who, arena, NULL), OK);
		CHECK_INT(who, 1);
		CHECK_INT(allocation_state_option(st, allocation_state_held(st, 1)), 1);
		CHECK_INT(allocation_state_relist(st, 0, wishes, 2, arena, NULL), OK);
		CHECK(allocation_state_problem(st, arena, &p) == OK && p->nstudents == 2 && p->nchoices == 4);
		allocation_state_free(st);
		arena_free(arena);
	}
}

TAP_MAIN(TAP(test_every_other_placement_costs_more), TAP(test_a_thousand_edits), TAP(test_edits_with_floors_at_caps),
         TAP(test_edits_of_the_others), TAP(test_prices_that_grow_too_large), TAP(test_standing_offers),
         TAP(test_refused_lists_leave_nothing))
