/* Floors at caps under the optimising mechanisms: every placement of small cases tried; prices that prove it or the search
 * again; the limit of the work; order of rows and threads; what is asked of a result. */
#include "allocation/floors.h"
#include "allocation/value.h"
#include "mid.h"
#include "trial.h"

static struct small floors_random(struct rand_seeded *rnd, int round)
{
	struct small c = small_random(rnd, MAX_S, MAX_O, round % 2);
	if (!c.caps) {
		c.caps = 1;
		c.cap_capacity[0] = 1 + below(rnd, 4);
		c.cap_parent[0] = -1;
		for (int o = 0; o < c.options; o++)
			c.cap_of[o] = below(rnd, 3) ? 0 : -1;
	}
	for (int k = 0; k < c.caps; k++) {
		c.cap_capacity[k] += round % 2 ? 2 : 0; /* full caps, and caps that have room */
		for (int group = 0; group < 2; group++)
			c.cap_floors[k][group] = below(rnd, 4);
	}
	if (round % 3 == 0) memset(c.floors, 0, sizeof(c.floors));
	if (round % 4 == 0) rounds_random(rnd, &c);
	return c;
}

/* Few seats, sought by both groups, under two caps with floors: here prices often leave a gap. */
static struct small tight_random(struct rand_seeded *rnd, int round)
{
	struct small c = small_random(rnd, 1, 1, false);
	c.students = MAX_S - below(rnd, 2);
	c.options = MAX_O;
	c.caps = 2 + below(rnd, 2);
	for (int k = 0; k < c.caps; k++) {
		c.cap_capacity[k] = 2 + below(rnd, 3);
		c.cap_parent[k] = k == 2 ? below(rnd, 2) : -1;
		for (int group = 0; group < 2; group++)
			c.cap_floors[k][group] = below(rnd, 3);
	}
	for (int o = 0; o < c.options; o++) {
		c.capacity[o] = 1 + below(rnd, 2);
		c.cap_of[o] = below(rnd, c.caps);
		c.floors[o] = 0;
	}
	for (int s = 0; s < c.students; s++) {
		c.group[s] = below(rnd, 2);
		c.fixed[s] = -1;
		for (int o = 0; o < c.options; o++) {
			c.rank[s][o] = below(rnd, 3) ? 1 + below(rnd, 4) : 0;
			c.score[s][o] = 0;
		}
	}
	if (round % 5 == 0) rounds_random(rnd, &c);
	return c;
}

static bool has_cap_floor(const struct small *c)
{
	for (int k = 0; k < c->caps; k++)
		if (c->cap_floors[k][0] || c->cap_floors[k][1]) return true;
	return false;
}

static void test_every_placement_tried(void)
{
	struct rand_seeded rnd = {91};
	int state[3] = {0}, asked = 0;
	for (int round = 0; round < 12000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct small c = round % 4 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		bool same = same_as_brute_force(arena, &c, m, (uint64_t)round % 7, &r);
		if (same && has_cap_floor(&c)) {
			asked++;
			state[r.floor_search.state]++;
			CHECK_INT(r.floor_search.limit, ALLOCATION_FLOOR_SOLVES);
			CHECK_INT(r.floor_search.at_least, r.group_shortfall);
			CHECK((r.floor_search.state == ALLOCATION_FLOORS_PRICED) == (r.price != NULL));
		}
		arena_free(arena);
		if (same && tap.failures == 0) continue;
		printf("# round %d, mechanism %d\n", round, m);
		REQUIRE(same && tap.failures == 0);
	}
	printf("# of %d: %d by prices, %d by search\n", asked, state[0], state[1]);
	CHECK(state[ALLOCATION_FLOORS_PRICED] > 1000 && state[ALLOCATION_FLOORS_SEARCHED] > 10);
	CHECK_INT(state[ALLOCATION_FLOORS_LIMIT], 0);
}

/* Without looking for prices first, the search alone finds the same: by students below a cap or not, and by choices. */
static void test_search_alone(void)
{
	struct rand_seeded rnd = {96};
	int searched = 0;
	uint32_t most = 0;
	for (int round = 0; round < 3000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct allocation_floor_search found;
		struct small c = round % 2 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3), 0, &r));
		const struct allocation *a = r.allocation;
		if (has_cap_floor(&c)) {
			struct run run = {.arena = arena,
			                  .r = &r,
			                  .change = RUN_UNCHANGED,
			                  .held = ARENA_ARRAY(arena, uint32_t, a->nstudents),
			                  .seats = run_seats(arena, a)};
			floors_run(&run, 0, NULL, NULL, &found);
			CHECK_MEM(run.held, r.held, a->nstudents * sizeof(*r.held));
			CHECK_INT(found.at_least, r.group_shortfall);
			CHECK(found.state != ALLOCATION_FLOORS_LIMIT);
			searched += found.state == ALLOCATION_FLOORS_SEARCHED;
			if (found.solves > most) most = found.solves;
		}
		arena_free(arena);
		if (tap.failures) printf("# round %d\n", round);
		REQUIRE(tap.failures == 0);
	}
	printf("# %d searched, at most %u relaxations\n", searched, most);
	CHECK(searched > 500);
}

static int64_t *cost_here(struct arena *arena, const struct allocation_result *r)
{
	int64_t *cost = ARENA_ARRAY(arena, int64_t, 64);
	whole_cost(arena, r, r->held, cost);
	return cost;
}

/* Less work allowed: never more is done, never is the placement cheaper than the optimum or dearer than with less work. */
static void test_limit(void)
{
	struct rand_seeded rnd = {92};
	int reached = 0, late = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct allocation_result full, r;
		struct allocation_fault f;
		struct allocation_wrong wrong;
		struct small c = round % 4 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		struct allocation *a = small_build(arena, &c, 0);
		struct allocation_options options = options_of(&c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3));
		REQUIRE(allocation_solve(arena, a, &options, &full, &f) == OK);
		int64_t *best = cost_here(arena, &full), *before = NULL;
		for (uint32_t limit = 1; has_cap_floor(&c) && limit < 300; limit += 1 + limit / 3) {
			options.floor_solves = limit;
			REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
			CHECK(r.floor_search.solves >= 1 && r.floor_search.solves <= limit);
			CHECK_INT(r.floor_search.limit, limit);
			int64_t *cost = cost_here(arena, &r);
			CHECK(cost_cmp(cost, best, r.ndigits) >= 0);
			CHECK(!before || cost_cmp(cost, before, r.ndigits) <= 0);
			before = cost;
			CHECK_INT(r.placed, full.placed);
			CHECK(r.floor_search.at_least <= full.group_shortfall);
			bool limited = r.floor_search.state == ALLOCATION_FLOORS_LIMIT;
			CHECK(limited || cost_cmp(cost, best, r.ndigits) == 0);
			CHECK(!limited || !r.price);
			reached += limited;
			late += limited && limit > 50;
			struct allocation_claim claim = {a, options, r.held, NULL, r.price, r.floor_price};
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
			if (limited && cost_cmp(cost, best, r.ndigits) > 0) {
				claim.held = full.held;
				CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
				CHECK_INT(wrong.code, ALLOCATION_WRONG_NOT_BEST);
			}
		}
		arena_free(arena);
		REQUIRE(tap.failures == 0);
	}
	printf("# %d times reached, %d with more than 50\n", reached, late);
	CHECK(reached > 100);
}

/* Rows in any order and any number of threads: placements, prices and counts of the work are the same. */
static void test_order_and_threads(void)
{
	struct rand_seeded rnd = {93};
	for (int round = 0; round < 600; round++) {
		struct arena *arena = arena_new();
		struct allocation_result one, other;
		struct allocation_fault f;
		struct small c = round % 4 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		struct allocation_options options = options_of(&c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3));
		struct allocation *a = small_build(arena, &c, 0), *b = small_build(arena, &c, 1 + (uint64_t)round);
		options.threads = 1;
		REQUIRE(allocation_solve(arena, a, &options, &one, &f) == OK);
		options.threads = 4;
		REQUIRE(allocation_solve(arena, b, &options, &other, &f) == OK);
		for (int s = 0; s < c.students; s++)
			CHECK_INT(held_option(&one, s), held_option(&other, s));
		CHECK_INT(one.floor_search.solves, other.floor_search.solves);
		CHECK_INT(one.floor_search.state, other.floor_search.state);
		REQUIRE((one.price != NULL) == (other.price != NULL));
		if (one.price) {
			CHECK_MEM(one.price, other.price, ((size_t)a->noptions + a->ncaps) * one.ndigits * sizeof(*one.price));
			CHECK_MEM(one.floor_price, other.floor_price, (size_t)a->nfloors * one.ndigits * sizeof(*one.price));
		}
		arena_free(arena);
		REQUIRE(tap.failures == 0);
	}
}

/* One student moved: prices do not prove them, the search does not find them. */
static void test_others_refused(void)
{
	struct rand_seeded rnd = {94};
	int tried = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct allocation_wrong wrong;
		struct small c = round % 4 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3), 0, &r));
		const struct allocation *a = r.allocation;
		uint32_t *held = arena_copy(arena, r.held, a->nstudents * sizeof(*held)), s = (uint32_t)below(&rnd, c.students);
		uint32_t n = a->off[s + 1] - a->off[s], to = (uint32_t)below(&rnd, (int)n + 1);
		held[s] = to == n ? ALLOCATION_NONE : a->off[s] + to;
		if (held[s] != r.held[s]) {
			struct allocation_claim claim = {a, r.options, held, NULL, r.price, r.floor_price};
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
			tried++;
		}
		arena_free(arena);
		REQUIRE(tap.failures == 0);
	}
	CHECK(tried > 500);
}

static void with_more(struct small *d, const struct small *c, int o, int seats)
{
	*d = *c;
	d->capacity[o] += seats;
	for (int k = d->cap_of[o]; k >= 0; k = d->cap_parent[k])
		d->cap_capacity[k] += seats;
}

/* Why, and what a seat is worth: against the question solved again by hand. */
static void test_asked(void)
{
	struct rand_seeded rnd = {95};
	int weighed = 0, more = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r, after;
		struct allocation_value *values;
		struct allocation_fault f;
		struct small c = round % 4 ? tight_random(&rnd, round) : floors_random(&rnd, round);
		memset(c.forbidden, 0, sizeof(c.forbidden));
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		REQUIRE(allocation_values(arena, &r, &values, &f) == OK);
		int o = below(&rnd, c.options), s = below(&rnd, c.students);
		struct small d = c;
		d.capacity[o]++;
		REQUIRE(small_solve(arena, &d, m, 0, &after));
		CHECK_INT(values[o].plus.placed, (int64_t)after.placed - r.placed);
		CHECK_INT(values[o].plus.shortfall, after.group_shortfall - r.group_shortfall);
		struct allocation_reason why;
		allocation_why(arena, &r, (uint32_t)s, (uint32_t)o, true, &why);
		if (why.extra_seats != UNKNOWN) {
			with_more(&d, &c, o, (int)why.extra_seats);
			REQUIRE(small_solve(arena, &d, m, 0, &after));
			CHECK_INT(held_option(&after, s), why.seats_gives);
			with_more(&d, &c, o, (int)why.extra_seats - 1);
			REQUIRE(small_solve(arena, &d, m, 0, &after));
			int held = held_option(&after, s);
			CHECK(held < 0 || c.rank[s][held] > c.rank[s][o]);
			more++;
		}
		if (why.weighed) {
			d = c;
			d.fixed[s] = o;
			REQUIRE(small_solve(arena, &d, m, 0, &after));
			int64_t *had = cost_here(arena, &r), *has = cost_here(arena, &after);
			for (uint32_t k = 0; k < r.ndigits; k++)
				CHECK_INT(why.cost[k], has[k] - had[k]);
			weighed++;
		}
		arena_free(arena);
		REQUIRE(tap.failures == 0);
	}
	printf("# %d weighed, %d with more seats\n", weighed, more);
	CHECK(weighed > 50 && more > 50);
}

static int draws;

static void hmac_counted(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[32])
{
	draws++;
	hmac_sha256(key, key_len, msg, msg_len, out);
}

/* A chain of caps with all the seats there may be, and one seat sought by two: each number of seats is one run, however many
 * caps there are, and no question is asked anew (lotteries would be drawn again). */
static void test_more_seats_under_the_largest_caps(void)
{
	struct arena *arena = arena_new();
	struct allocation_fault f;
	struct allocation *a = allocation_new(arena);
	REQUIRE(allocation_add_cap(a, STR("c0"), STR_NONE, ALLOCATION_CAPACITY_MAX, &f) == OK);
	for (int k = 1; k < 9; k++)
		REQUIRE(allocation_add_cap(a, name_of(arena, 'c', k), name_of(arena, 'c', k - 1), ALLOCATION_CAPACITY_MAX, &f) == OK);
	REQUIRE(allocation_add_option(a, STR("o"), 1, STR("c8"), &f) == OK);
	REQUIRE(allocation_add_option(a, STR("p"), 1, STR("c8"), &f) == OK);
	REQUIRE(allocation_add_floor(a, STR("c0"), STR("g"), 1, &f) == OK);
	REQUIRE(allocation_add_student(a, STR("s"), STR("g"), &f) == OK);
	REQUIRE(allocation_add_choice(a, STR("s"), 1, STR("o"), 0, &f) == OK);
	REQUIRE(allocation_add_choice(a, STR("t"), 1, STR("o"), 0, &f) == OK);
	REQUIRE(allocation_add_choice(a, STR("t"), 2, STR("p"), 0, &f) == OK);
	REQUIRE(allocation_finish(a, &f) == OK);
	for (int m = ALLOCATION_RANKSUM; m <= ALLOCATION_GENEROUS; m++) {
		struct allocation_options options = {
		    .mechanism = (enum allocation_mechanism)m, .seed = STR("x"), .hmac = hmac_counted, .floor_solves = m % 2};
		struct allocation_result r;
		struct allocation_reason why;
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK_INT(held_option(&r, 1), 1);
		draws = 0;
		allocation_why(arena, &r, 1, 0, true, &why);
		CHECK_INT(draws, 0);
		CHECK_INT(why.code, ALLOCATION_REASON_GLOBAL);
		CHECK_INT(why.extra_seats, 1);
		CHECK_INT(why.seats_gives, 0);
	}
	arena_free(arena);
}

/* Two seats for one student; the floor keeps her at the one she ranks lower: nobody would lose if she moved, and the sheet says so. */
static void test_a_floor_holds_back(void)
{
	struct arena *arena = arena_new();
	struct small c = {.students = 1,
	                  .options = 2,
	                  .capacity = {1, 1},
	                  .cap_of = {-1, -1},
	                  .rank = {{1, 2}},
	                  .floors = {0, 1},
	                  .group = {0},
	                  .fixed = {-1},
	                  .seed = "x"};
	struct allocation_result r;
	for (int m = ALLOCATION_RANKSUM; m <= ALLOCATION_GENEROUS; m++) {
		const struct allocation_properties *sheet = allocation_properties((enum allocation_mechanism)m);
		c.floors[1] = 1;
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)m, 0, &r));
		CHECK_INT(held_option(&r, 0), 1);
		CHECK(!allocation_holds_here(r.allocation, sheet->pareto_efficient));
		c.floors[1] = 0;
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)m, 0, &r));
		CHECK_INT(held_option(&r, 0), 0);
		CHECK(allocation_holds_here(r.allocation, sheet->pareto_efficient));
	}
	arena_free(arena);
}

TAP_MAIN(TAP(test_every_placement_tried), TAP(test_search_alone), TAP(test_limit), TAP(test_order_and_threads), TAP(test_others_refused),
         TAP(test_asked), TAP(test_more_seats_under_the_largest_caps), TAP(test_a_floor_holds_back))
