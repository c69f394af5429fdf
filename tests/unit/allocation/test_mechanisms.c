/* Serial and deferred against the rules told once more, by trying every placement of small cases; what a mechanism
 * promises (order of rows, honesty, envy) by trying every way to break it. */
#include "cases.h"

static void plain_serial(const struct plain *p, const struct small *c, int held[MAX_S])
{
	bool done[MAX_S] = {false};
	for (int turn = 0; turn < c->students; turn++) {
		int s = -1;
		for (int x = 0; x < c->students; x++) {
			if (done[x]) continue;
			if (s < 0 || p->best_score[x] > p->best_score[s] ||
			    (p->best_score[x] == p->best_score[s] && memcmp(p->lottery[x], p->lottery[s], 32) > 0))
				s = x;
		}
		done[s] = true;
		held[s] = -1;
		for (int o = 0; o < c->options; o++) {
			int load = 0;
			for (int x = 0; x < c->students; x++)
				load += done[x] && x != s && held[x] == o;
			bool room = load < c->capacity[o];
			for (int k = 0; k < c->caps; k++) {
				if (!plain_in_cap(c, o, k)) continue;
				load = 0;
				for (int x = 0; x < c->students; x++)
					load += done[x] && x != s && held[x] >= 0 && plain_in_cap(c, held[x], k);
				room = room && load < c->cap_capacity[k];
			}
			if (room && plain_prefers(p, c, s, o, held[s])) held[s] = o;
		}
	}
}

static void test_serial_is_the_rule(void)
{
	struct rand_seeded rnd = {1};
	for (int round = 0; round < 6000; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 2);
		struct allocation_result r;
		struct plain p = {0};
		int held[MAX_S];
		plain_draw(&p, &c);
		plain_serial(&p, &c, held);
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, (uint64_t)round, &r));
		int shortfall = 0, rank_sum = 0, placed = 0;
		for (int s = 0; s < c.students; s++) {
			CHECK_INT(held_option(&r, s), held[s]);
			placed += held[s] >= 0;
			rank_sum += held[s] >= 0 ? c.rank[s][held[s]] : 0;
		}
		for (int o = 0; o < c.options; o++) {
			int have = 0;
			for (int s = 0; s < c.students; s++)
				have += held[s] == o && c.group[s] == 0;
			if (have < c.floors[o]) shortfall += c.floors[o] - have;
		}
		CHECK_INT(r.placed, placed);
		CHECK_INT(r.rank_sum, rank_sum);
		CHECK_INT(r.group_shortfall, shortfall);
		arena_free(arena);
		if (tap.failures) return;
	}
}

/* The order of seats at options: negative when x at ox comes before y at oy. */
static int plain_before(const struct plain *p, const struct small *c, int x, int ox, int y, int oy)
{
	if (c->score[x][ox] != c->score[y][oy]) return c->score[x][ox] > c->score[y][oy] ? -1 : 1;
	return x == y ? 0 : memcmp(p->lottery[y], p->lottery[x], 32);
}

/* May s at o be refused by a node that holds `held`? Only when it is full and everybody there comes before. */
static bool plain_refuses(const struct plain *p, const struct small *c, const int held[MAX_S], int s, int o, int cap)
{
	int load = 0, seats = cap < 0 ? c->capacity[o] : c->cap_capacity[cap];
	for (int x = 0; x < c->students; x++) {
		if (held[x] < 0 || (cap < 0 ? held[x] != o : !plain_in_cap(c, held[x], cap))) continue;
		load++;
		if (plain_before(p, c, s, o, x, held[x]) < 0) return false;
	}
	return load >= seats;
}

static bool plain_stable(const struct plain *p, const struct small *c, const int held[MAX_S])
{
	for (int o = 0; o < c->options; o++) {
		int load = 0;
		for (int s = 0; s < c->students; s++)
			load += held[s] == o;
		if (load > c->capacity[o]) return false;
	}
	for (int k = 0; k < c->caps; k++) {
		int load = 0;
		for (int s = 0; s < c->students; s++)
			load += held[s] >= 0 && plain_in_cap(c, held[s], k);
		if (load > c->cap_capacity[k]) return false;
	}
	for (int s = 0; s < c->students; s++)
		for (int o = 0; o < c->options; o++) {
			if (!plain_prefers(p, c, s, o, held[s])) continue;
			bool refused = plain_refuses(p, c, held, s, o, -1);
			for (int k = 0; k < c->caps && !refused; k++)
				refused = plain_in_cap(c, o, k) && plain_refuses(p, c, held, s, o, k);
			if (!refused) return false;
		}
	return true;
}

/* Calls for every placement that uses listed options only. */
static bool next_placement(const struct small *c, int held[MAX_S])
{
	for (int s = 0; s < c->students; s++) {
		do
			held[s]++;
		while (held[s] < c->options && !c->rank[s][held[s]]);
		if (held[s] < c->options) return true;
		held[s] = -1;
	}
	return false;
}

static void test_deferred_is_the_best_stable(void)
{
	struct rand_seeded rnd = {2};
	int stable = 0;
	for (int round = 0; round < 2500; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, 5, MAX_O, false);
		struct allocation_result r;
		struct plain p = {0};
		int got[MAX_S], held[MAX_S];
		plain_draw(&p, &c);
		REQUIRE(small_solve(arena, &c, ALLOCATION_DEFERRED, (uint64_t)round, &r));
		for (int s = 0; s < c.students; s++) {
			got[s] = held_option(&r, s);
			held[s] = -1;
		}
		CHECK(plain_stable(&p, &c, got));
		do {
			if (!plain_stable(&p, &c, held)) continue;
			stable++;
			for (int s = 0; s < c.students; s++)
				CHECK(!plain_prefers(&p, &c, s, held[s], got[s]));
		} while (next_placement(&c, held));
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(stable > 2500); /* else the best of several was never put to the test */
}

static void test_one_score_makes_them_equal(void)
{
	struct rand_seeded rnd = {3};
	for (int round = 0; round < 2000; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, true);
		struct allocation_result x, y;
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &x));
		REQUIRE(small_solve(arena, &c, ALLOCATION_DEFERRED, 0, &y));
		for (int s = 0; s < c.students; s++)
			CHECK_INT(held_option(&x, s), held_option(&y, s));
		arena_free(arena);
	}
}

static void test_order_of_rows_is_nothing(void)
{
	struct rand_seeded rnd = {4};
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 3 == 0);
		enum allocation_mechanism m = round % 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED;
		struct sb one, other;
		sb_init(&one, arena, 10000);
		sb_init(&other, arena, 10000);
		struct allocation_result x, y;
		REQUIRE(small_solve(arena, &c, m, 0, &x));
		REQUIRE(small_solve(arena, &c, m, rand_seeded_u64(&rnd) | 1, &y));
		allocation_write_placements(&one, &x);
		allocation_write_certificate(&one, &x);
		allocation_write_placements(&other, &y);
		allocation_write_certificate(&other, &y);
		CHECK(str_eq(sb_str(&one), sb_str(&other)));
		arena_free(arena);
	}
}

/* Every list that student s could hand in instead: no rank or ranks in any order. */
static bool next_list(const struct small *c, int rank[MAX_O])
{
	for (int o = 0; o < c->options; o++) {
		if (++rank[o] <= c->options) return true;
		rank[o] = 0;
	}
	return false;
}

static void honesty(enum allocation_mechanism m, bool one_score, uint64_t seed, int rounds)
{
	struct rand_seeded rnd = {seed};
	for (int round = 0; round < rounds; round++) {
		struct small c = small_random(&rnd, 5, 3, one_score);
		struct arena *arena = arena_new();
		struct allocation_result honest, lie;
		REQUIRE(small_solve(arena, &c, m, 0, &honest));
		for (int s = 0; s < c.students; s++) {
			int now = held_option(&honest, s), rank[MAX_O] = {0};
			do {
				struct small d = c;
				memcpy(d.rank[s], rank, sizeof(rank));
				struct arena *scratch = arena_new();
				REQUIRE(small_solve(scratch, &d, m, 0, &lie));
				int then = held_option(&lie, s);
				bool gains = then >= 0 && c.rank[s][then] && (now < 0 || c.rank[s][then] < c.rank[s][now]);
				CHECK(!gains);
				arena_free(scratch);
			} while (next_list(&c, rank));
		}
		arena_free(arena);
		if (tap.failures) return;
	}
}

static void test_nobody_gains_by_a_false_list_serial(void) { honesty(ALLOCATION_SERIAL, true, 5, 60); }

static void test_nobody_gains_by_a_false_list_deferred(void) { honesty(ALLOCATION_DEFERRED, false, 6, 60); }

/* With scores by option the largest counts under serial: naming o1, where s1 scores 9, brings s1 before s0. */
static void test_serial_with_two_scores_is_not_honest(void)
{
	struct arena *arena = arena_new();
	struct small c = {.students = 2,
	                  .options = 2,
	                  .capacity = {1, 1},
	                  .cap_of = {-1, -1},
	                  .rank = {{1, 0}, {1, 0}},
	                  .score = {{5, 5}, {3, 9}},
	                  .group = {-1, -1},
	                  .fixed = {-1, -1},
	                  .seed = "x"};
	struct allocation_result r;
	REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
	CHECK_INT(held_option(&r, 1), -1);
	c.rank[1][1] = 2;
	REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
	CHECK_INT(held_option(&r, 1), 0);
	const struct allocation_properties *sheet = allocation_properties(ALLOCATION_SERIAL);
	CHECK(!allocation_holds_here(r.allocation, sheet->strategy_proof));
	CHECK(allocation_holds_here(r.allocation, sheet->pareto_efficient));
	CHECK(allocation_holds_here(r.allocation, allocation_properties(ALLOCATION_DEFERRED)->strategy_proof));
	arena_free(arena);
}

static void test_caps_forest(void)
{
	struct arena *arena = arena_new();
	/* o0 and o1 under c1 (one seat) under c0 (two seats); o2 under c0; o3 alone. Everybody wants o0, o1, o2, o3. */
	struct small c = {.students = 4,
	                  .options = 4,
	                  .caps = 2,
	                  .capacity = {2, 2, 2, 1},
	                  .cap_of = {1, 1, 0, -1},
	                  .cap_capacity = {2, 1},
	                  .cap_parent = {-1, 0},
	                  .fixed = {-1, -1, -1, -1},
	                  .seed = "y"};
	for (int s = 0; s < 4; s++)
		for (int o = 0; o < 4; o++) {
			c.rank[s][o] = o + 1;
			c.score[s][o] = 10 - s;
		}
	struct allocation_result r;
	for (int m = ALLOCATION_SERIAL; m <= ALLOCATION_DEFERRED; m++) {
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		CHECK_INT(held_option(&r, 0), 0);
		CHECK_INT(held_option(&r, 1), 2);
		CHECK_INT(held_option(&r, 2), 3);
		CHECK_INT(held_option(&r, 3), -1);
		CHECK_INT(r.cutoffs[1].state, ALLOCATION_CUT);
		CHECK_STR(allocation_node_id(r.allocation, r.cutoffs[1].node), "c1");
		CHECK_STR(allocation_node_id(r.allocation, r.cutoffs[2].node), "c0");
		CHECK_INT(r.cutoffs[2].score, 9);
	}
	arena_free(arena);
}

static void test_nothing_to_do(void)
{
	struct arena *arena = arena_new();
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	struct allocation_result r;
	struct allocation_options options = {.mechanism = ALLOCATION_SERIAL, .seed = STR("s"), .hmac = hmac_sha256};
	REQUIRE(allocation_finish(a, &f) == OK);
	REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
	CHECK_INT(r.placed, 0);
	options.mechanism = ALLOCATION_DEFERRED;
	REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
	for (int m = ALLOCATION_RANKSUM; m < ALLOCATION_MECHANISM_COUNT; m++) {
		options.mechanism = (enum allocation_mechanism)m;
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK_INT(r.placed, 0);
	}
	options.mechanism = ALLOCATION_MECHANISM_COUNT;
	CHECK_INT(allocation_solve(arena, a, &options, &r, &f), ERR_INVALID);
	CHECK_INT(f.code, ALLOCATION_FAULT_MECHANISM);

	a = allocation_new(arena);
	REQUIRE(allocation_add_option(a, STR("none"), 0, STR_NONE, &f) == OK);
	REQUIRE(allocation_add_student(a, STR("silent"), STR_NONE, &f) == OK);
	REQUIRE(allocation_add_choice(a, STR("asks"), 7, STR("none"), -3, &f) == OK);
	REQUIRE(allocation_finish(a, &f) == OK);
	for (int m = ALLOCATION_SERIAL; m <= ALLOCATION_DEFERRED; m++) {
		options.mechanism = (enum allocation_mechanism)m;
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK_INT(r.placed, 0);
		CHECK_INT(r.cutoffs[0].state, ALLOCATION_CLOSED);
	}
	for (int m = ALLOCATION_RANKSUM; m < ALLOCATION_MECHANISM_COUNT; m++) {
		options.mechanism = (enum allocation_mechanism)m;
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK_INT(r.placed, 0);
		CHECK_INT(r.price[0], 1); /* what it takes that nobody would rather be there */
	}
	arena_free(arena);
}

/* Long lists, one tier of everything, one option for all: worst cases stay small. */
static void test_wide_and_tied(void)
{
	struct arena *arena = arena_new();
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	struct allocation_result x, y;
	for (int o = 0; o < 300; o++)
		REQUIRE(allocation_add_option(a, str_fmt(arena, "o%d", o), 1, STR_NONE, &f) == OK);
	for (int s = 0; s < 400; s++)
		for (int o = 299; o >= 0; o--)
			REQUIRE(allocation_add_choice(a, str_fmt(arena, "s%d", s), 1, str_fmt(arena, "o%d", o), 0, &f) == OK);
	REQUIRE(allocation_finish(a, &f) == OK);
	struct allocation_options options = {.mechanism = ALLOCATION_SERIAL, .seed = STR("s"), .hmac = hmac_sha256};
	REQUIRE(allocation_solve(arena, a, &options, &x, &f) == OK);
	options.mechanism = ALLOCATION_DEFERRED;
	REQUIRE(allocation_solve(arena, a, &options, &y, &f) == OK);
	CHECK_INT(x.placed, 300);
	CHECK_MEM(x.held, y.held, 400 * sizeof(uint32_t));
	arena_free(arena);
}

TAP_MAIN(TAP(test_serial_is_the_rule), TAP(test_deferred_is_the_best_stable), TAP(test_one_score_makes_them_equal),
         TAP(test_order_of_rows_is_nothing), TAP(test_nobody_gains_by_a_false_list_serial), TAP(test_nobody_gains_by_a_false_list_deferred),
         TAP(test_serial_with_two_scores_is_not_honest), TAP(test_caps_forest), TAP(test_nothing_to_do), TAP(test_wide_and_tied))
