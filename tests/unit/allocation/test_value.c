/* What a seat is worth equals the difference of two solutions, the second of the question with the seat more or less. */
#include "allocation/cost.h"
#include "allocation/value.h"
#include "base/vec.h"
#include "mid.h"

static const enum allocation_mechanism ALL[] = {ALLOCATION_RANKSUM, ALLOCATION_GREEDY, ALLOCATION_GENEROUS, ALLOCATION_SERIAL,
                                                ALLOCATION_DEFERRED};

/* The question with other numbers of seats, written anew. */
static struct allocation *with_seats(struct arena *arena, const struct allocation *a, const int64_t *seats)
{
	struct allocation *p = allocation_new(arena);
	struct allocation_fault f;
	enum err e = OK;
	for (uint32_t c = 0; e == OK && c < a->ncaps; c++)
		e = allocation_add_cap(p, a->caps[c].id, a->caps[c].parent == ALLOCATION_NONE ? STR_NONE : a->caps[a->caps[c].parent].id,
		                       seats[a->noptions + c], &f);
	for (uint32_t o = 0; e == OK && o < a->noptions; o++)
		e = allocation_add_option(p, a->options[o].id, seats[o],
		                          a->options[o].cap == ALLOCATION_NONE ? STR_NONE : a->caps[a->options[o].cap].id, &f);
	for (uint32_t i = 0; e == OK && i < a->nfloors; i++)
		e = allocation_add_floor(p, allocation_node_id(a, a->floors[i].node), a->groups[a->floors[i].group], a->floors[i].floor,
		                         &f);
	for (uint32_t s = 0; e == OK && s < a->nstudents; s++) {
		struct str group = a->group && a->group[s] != ALLOCATION_NONE ? a->groups[a->group[s]] : STR_NONE;
		e = allocation_add_student(p, a->students[s], group, &f);
		for (uint32_t i = a->off[s]; e == OK && i < a->off[s + 1]; i++) {
			struct str option = a->options[a->choice_option[i]].id;
			e = allocation_add_choice(p, a->students[s], a->choice_rank[i], option, allocation_choice_score(a, s, i), &f);
			if (e == OK && allocation_choice_forbidden(a, i)) e = allocation_forbid(p, a->students[s], option, &f);
			if (e == OK && allocation_fixed(a, s) == i) e = allocation_fix(p, a->students[s], option, &f);
		}
		uint32_t partner = a->partner ? a->partner[s] : ALLOCATION_NONE;
		if (e == OK && partner != ALLOCATION_NONE && partner > s)
			e = allocation_add_pair(p, a->students[s], a->students[partner], &f);
	}
	return e == OK && allocation_finish(p, &f) == OK ? p : NULL;
}

struct sums {
	int64_t placed, shortfall, profile[64];
};

static bool solve_sums(struct arena *arena, const struct allocation *a, const struct allocation_options *options, struct sums *out)
{
	struct allocation_result r;
	struct allocation_fault f;
	struct allocation_state *st;
	*out = (struct sums){0};
	if (allocation_properties(options->mechanism)->available) {
		if (allocation_solve(arena, a, options, &r, &f) != OK) return false;
	} else {
		if (allocation_state_new(a, options, &st, &f) != OK) return false;
		bool ok = allocation_state_result(st, arena, &r) == OK;
		allocation_state_free(st);
		if (!ok) return false;
	}
	out->placed = r.placed;
	out->shortfall = r.group_shortfall;
	for (uint32_t k = 0; k < a->max_rank; k++)
		out->profile[k] = r.profile[k];
	return true;
}

static void worth_check(const struct allocation_worth *w, bool possible, const struct sums *before, const struct sums *after,
                        const struct allocation *a)
{
	CHECK_INT(w->possible, possible);
	if (!possible) return;
	CHECK_INT(w->placed, after->placed - before->placed);
	CHECK_INT(w->shortfall, after->shortfall - before->shortfall);
	for (uint32_t k = 0; k < a->max_rank; k++)
		CHECK_INT(w->profile ? w->profile[k] : 0, after->profile[k] - before->profile[k]);
}

/* Every node, every direction. Gives how often something changed. */
static int values_check(const struct allocation *a, const struct allocation_options *options)
{
	struct arena *arena = arena_new();
	struct allocation_result r;
	struct allocation_fault f;
	struct allocation_state *st;
	struct allocation_value *values;
	struct sums before, after;
	uint32_t nodes = a->noptions + a->ncaps;
	int64_t *seats = ARENA_ARRAY(arena, int64_t, nodes);
	int found = 0;
	if (!solve_sums(arena, a, options, &before) || allocation_state_new(a, options, &st, &f) != OK ||
	    allocation_state_result(st, arena, &r) != OK || allocation_values(arena, &r, &values, &f) != OK) {
		TAP_FAILURE("%s", "no values");
		return 0;
	}
	allocation_state_free(st);
	for (uint32_t v = 0; v < nodes && !tap.failures; v++)
		for (int way = 0; way < 3; way++) {
			for (uint32_t x = 0; x < nodes; x++)
				seats[x] = a->node_capacity[x];
			for (uint32_t x = v; x != ALLOCATION_NONE; x = way == 2 ? a->node_parent[x] : ALLOCATION_NONE)
				seats[x] += way == 1 ? -1 : 1;
			struct allocation *p = seats[v] < 0 ? NULL : with_seats(arena, a, seats);
			bool possible = p && solve_sums(arena, p, options, &after);
			const struct allocation_worth *w = way == 0 ? &values[v].plus : way == 1 ? &values[v].minus : &values[v].whole;
			worth_check(w, possible, &before, &after, a);
			found += w->profile != NULL;
			if (tap.failures) {
				printf("# %s, node %u of %u, way %d\n", allocation_properties(options->mechanism)->name, v, nodes, way);
				break;
			}
		}
	arena_free(arena);
	return found;
}

static void test_values_of_many(void)
{
	struct rand_seeded rnd = {61};
	int found[ARRAY_LEN(ALL)] = {0};
	for (int round = 0; round < 150 && !tap.failures; round++) {
		struct arena *arena = arena_new();
		struct mid size = {10 + below(&rnd, 40), 3 + below(&rnd, 9), below(&rnd, 2) * below(&rnd, 5),
		                   1 + below(&rnd, 5),   below(&rnd, 2),     false};
		struct allocation *a = mid_build(arena, &rnd, &size);
		struct allocation_options options = {.mechanism = ALL[round % 5], .seed = STR("seed"), .hmac = hmac_sha256};
		REQUIRE(a);
		found[round % 5] += values_check(a, &options);
		if (tap.failures) printf("# in round %d\n", round);
		arena_free(arena);
	}
	for (size_t k = 0; k < ARRAY_LEN(ALL); k++)
		CHECK(found[k] > 50);
}

/* With placements kept from an earlier round, and pairs under serial. */
static void test_values_of_small(void)
{
	struct rand_seeded rnd = {62};
	for (int round = 0; round < 1500 && !tap.failures; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 2);
		struct allocation_options options = options_of(&c, ALL[round % 5]);
		struct allocation *a = small_build(arena, &c, 0);
		REQUIRE(a);
		struct allocation_state *st;
		struct allocation_fault f;
		REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
		for (int s = 0; s < c.students; s++)
			if (below(&rnd, 4) == 0) {
				uint32_t held = allocation_state_option(st, allocation_state_held(st, (uint32_t)s));
				c.fixed[s] = held == ALLOCATION_NONE ? -1 : (int)held;
			}
		allocation_state_free(st);
		for (int s = 0; options.mechanism == ALLOCATION_SERIAL && s + 1 < c.students; s += 2) {
			if (below(&rnd, 2)) continue;
			c.pair_of[s] = s + 2;
			c.pair_of[s + 1] = s + 1;
		}
		a = small_build(arena, &c, 0);
		REQUIRE(a);
		(void)values_check(a, &options);
		if (tap.failures) printf("# in round %d\n", round);
		arena_free(arena);
	}
}

/* o1 ends empty, and yet its seat costs s1 her first rank: while s0 had it the cap was full and sent s1 away, who then came
 * back at o2 with a higher score and took the place of s0. */
static void test_a_seat_that_was_full_on_the_way(void)
{
	struct arena *arena = arena_new();
	struct small c = {.students = 3,
	                  .options = 3,
	                  .caps = 1,
	                  .capacity = {1, 2, 1},
	                  .cap_of = {0, 0, 0},
	                  .cap_capacity = {2},
	                  .cap_parent = {-1},
	                  .rank = {{1, 0, 0}, {0, 2, 1}, {0, 1, 0}},
	                  .score = {{2, 0, 0}, {0, 3, 0}, {0, 9, 0}},
	                  .group = {-1, -1, -1},
	                  .fixed = {-1, -1, -1},
	                  .seed = "x"};
	struct allocation_result r;
	struct allocation_fault f;
	struct allocation_value *values;
	REQUIRE(small_solve(arena, &c, ALLOCATION_DEFERRED, 0, &r));
	CHECK_INT(held_option(&r, 0), -1);
	CHECK_INT(held_option(&r, 1), 1);
	REQUIRE(allocation_values(arena, &r, &values, &f) == OK);
	REQUIRE(values[0].minus.possible && values[0].minus.profile);
	CHECK_INT(values[0].minus.placed, 0);
	CHECK_INT(values[0].minus.profile[0], 1);
	CHECK_INT(values[0].minus.profile[1], -1);
	arena_free(arena);
}

/* Deferred alone, everything under one cap that compares scores: every node, full or not. */
static void test_values_of_deferred_under_a_cap(void)
{
	struct rand_seeded rnd = {64};
	for (int round = 0; round < 4000 && !tap.failures; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, false);
		c.caps = 1;
		c.cap_capacity[0] = 1 + below(&rnd, 4);
		c.cap_parent[0] = -1;
		for (int o = 0; o < c.options; o++) {
			c.cap_of[o] = 0;
			for (int s = 0; s < c.students; s++)
				c.score[s][o] = below(&rnd, 10);
		}
		struct allocation_options options = options_of(&c, ALLOCATION_DEFERRED);
		struct allocation *a = small_build(arena, &c, 0);
		REQUIRE(a);
		(void)values_check(a, &options);
		if (tap.failures) printf("# in round %d\n", round);
		arena_free(arena);
	}
}

/* Curves are differences of solutions; what is left out does nothing; the order is as told. */
static void test_negotiations(void)
{
	struct rand_seeded rnd = {63};
	int items = 0, most = 0;
	for (int round = 0; round < 60 && !tap.failures; round++) {
		struct arena *arena = arena_new();
		struct mid size = {20 + below(&rnd, 20), 4 + below(&rnd, 6), below(&rnd, 2) * below(&rnd, 4),
		                   1 + below(&rnd, 3),   below(&rnd, 2),     false};
		struct allocation *a = mid_build(arena, &rnd, &size);
		struct allocation_options options = {.mechanism = ALL[round % 5], .seed = STR("seed"), .hmac = hmac_sha256};
		struct allocation_state *st;
		struct allocation_result r;
		struct allocation_fault f;
		struct allocation_value *values;
		struct allocation_negotiations list;
		struct sums before, after;
		REQUIRE(a && solve_sums(arena, a, &options, &before));
		REQUIRE(allocation_state_new(a, &options, &st, &f) == OK);
		REQUIRE(allocation_state_result(st, arena, &r) == OK);
		a = (struct allocation *)(uintptr_t)r.allocation;
		REQUIRE(allocation_values(arena, &r, &values, &f) == OK);
		uint32_t limit = round % 4 ? 100 : 2;
		REQUIRE(allocation_negotiate(arena, &r, values, limit, &list, &f) == OK);
		CHECK(list.n <= limit);
		int64_t best = 0, *seats = ARENA_ARRAY(arena, int64_t, a->noptions + a->ncaps);
		for (uint32_t i = 0; i < list.n; i++) {
			const struct allocation_negotiation *n = &list.items[i];
			items++;
			for (uint32_t x = 0; x < a->noptions + a->ncaps; x++)
				seats[x] = a->node_capacity[x];
			for (int k = 0; k < ALLOCATION_CURVE; k++) {
				for (uint32_t x = n->node; x != ALLOCATION_NONE; x = a->node_parent[x])
					seats[x]++;
				struct allocation *p = with_seats(arena, a, seats);
				REQUIRE(p && solve_sums(arena, p, &options, &after));
				worth_check(&n->curve[k], true, &before, &after, a);
			}
			if (i) CHECK(n->curve[0].placed <= n[-1].curve[0].placed);
			if (n->curve[ALLOCATION_CURVE - 1].placed > best) best = n->curve[ALLOCATION_CURVE - 1].placed;
			CHECK(n->unmet_first <= n->first && (n->waiting > 0 || n->node < a->noptions || n->curve[0].profile));
		}
		CHECK_INT(list.most == ALLOCATION_NONE ? 0 : list.items[list.most].curve[ALLOCATION_CURVE - 1].placed, best);
		most += list.most != ALLOCATION_NONE;
		allocation_state_free(st);
		arena_free(arena);
	}
	CHECK(items > 200 && most > 20);
}

static void test_demand(void)
{
	struct arena *arena = arena_new();
	/* Both rank o0 first; it has one seat. o1 has none; nobody waits for it first. */
	struct small c = {.students = 3,
	                  .options = 2,
	                  .caps = 1,
	                  .capacity = {1, 0},
	                  .cap_of = {0, -1},
	                  .cap_capacity = {1},
	                  .cap_parent = {-1},
	                  .rank = {{1, 0}, {1, 2}, {1, 2}},
	                  .group = {-1, -1, -1},
	                  .fixed = {-1, -1, -1},
	                  .seed = "x"};
	for (size_t k = 0; k < ARRAY_LEN(ALL); k++) {
		struct allocation_options options = options_of(&c, ALL[k]);
		struct allocation *a = small_build(arena, &c, 0);
		struct allocation_state *st;
		struct allocation_result r;
		struct allocation_fault f;
		struct allocation_value *values;
		struct allocation_negotiations list;
		REQUIRE(a && allocation_state_new(a, &options, &st, &f) == OK);
		REQUIRE(allocation_state_result(st, arena, &r) == OK);
		REQUIRE(allocation_values(arena, &r, &values, &f) == OK);
		REQUIRE(allocation_negotiate(arena, &r, values, 9, &list, &f) == OK);
		/* o0 with its cap, then o1; one more at the cap alone does nothing. */
		REQUIRE(list.n == 2);
		CHECK_INT(list.items[0].node, 0);
		CHECK_INT(list.items[0].first, 3);
		CHECK_INT(list.items[0].unmet_first, 2);
		CHECK_INT(list.items[0].waiting, 2);
		CHECK_INT(list.items[0].curve[0].placed, 1);
		CHECK_INT(list.items[0].curve[4].placed, 2);
		CHECK_INT(list.items[1].node, 1);
		CHECK_INT(list.items[1].waiting, 1);
		CHECK_INT(list.items[1].unmet_first, 0);
		CHECK_INT(list.most, 0);
		struct sb out;
		sb_init(&out, arena, 10000);
		allocation_write_values(&out, &r, values);
		CHECK_STR(
		    sb_str(&out),
		    "[\n{\"option\": \"o0\", \"plus\": {\"placed\": 0, \"profile\": [0, 0]}, \"minus\": {\"placed\": -1, \"profile\": "
		    "[-1, 0]}, \"plus_with_caps\": {\"placed\": 1, \"profile\": [1, 0]}},\n"
		    "{\"option\": \"o1\", \"plus\": {\"placed\": 1, \"profile\": [0, 1]}, \"minus\": null},\n"
		    "{\"cap\": \"c0\", \"plus\": {\"placed\": 0, \"profile\": [0, 0]}, \"minus\": {\"placed\": -1, \"profile\": [-1, "
		    "0]}}\n]\n");
		allocation_state_free(st);
		if (tap.failures) printf("# %s\n", allocation_properties(ALL[k])->name);
	}
	arena_free(arena);
}

TAP_MAIN(TAP(test_values_of_many), TAP(test_values_of_small), TAP(test_a_seat_that_was_full_on_the_way),
         TAP(test_values_of_deferred_under_a_cap), TAP(test_negotiations), TAP(test_demand))
