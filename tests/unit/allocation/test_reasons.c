/* Reasons, waiting list and later rounds, each against a fresh allocation built with the change it speaks of. */
#include "cases.h"

static bool as_good(const struct small *c, int s, int got, int wanted) { return got >= 0 && c->rank[s][got] <= c->rank[s][wanted]; }

/* Outcome for s with a score raised or with seats added, built anew. */
static int outcome(const struct small *c, enum allocation_mechanism m, int s, int o, int64_t gain, int seats)
{
	struct small d = *c;
	struct arena *arena = arena_new();
	struct allocation_result r;
	for (int x = 0; x < c->options; x++)
		if (x == o || m == ALLOCATION_SERIAL) d.score[s][x] += (int)gain;
	d.capacity[o] += seats;
	for (int k = d.cap_of[o]; k >= 0; k = d.cap_parent[k])
		d.cap_capacity[k] += seats;
	int got = small_solve(arena, &d, m, 1, &r) ? held_option(&r, s) : -2;
	arena_free(arena);
	return got;
}

static void reason_check(struct arena *arena, const struct small *c, const struct allocation_result *r, int s, int o,
                         int seen[ALLOCATION_REASON_COUNT])
{
	struct allocation_reason why;
	enum allocation_mechanism m = r->options.mechanism;
	int held = held_option(r, s);
	allocation_why(arena, r, (uint32_t)s, (uint32_t)o, true, &why);
	seen[why.code]++;
	CHECK_INT(why.code == ALLOCATION_REASON_PLACED, held == o);
	CHECK_INT(why.code == ALLOCATION_REASON_NOT_LISTED, !c->rank[s][o]);
	if (!c->rank[s][o] || held == o) return;
	CHECK_INT(why.code == ALLOCATION_REASON_BETTER_GOT, held >= 0 && c->rank[s][held] < c->rank[s][o]);
	CHECK_INT(why.code == ALLOCATION_REASON_EQUAL_GOT, held >= 0 && c->rank[s][held] == c->rank[s][o]);
	if (why.code == ALLOCATION_REASON_CAPACITY_ZERO) CHECK_INT(r->allocation->node_capacity[why.node], 0);
	if (why.code != ALLOCATION_REASON_FULL_CUTOFF && why.code != ALLOCATION_REASON_CAP_SHARED) {
		CHECK(why.score_gain == UNKNOWN);
	} else {
		CHECK_INT(why.code == ALLOCATION_REASON_CAP_SHARED, why.node >= r->allocation->noptions);
		CHECK_INT(r->load[why.node], r->allocation->node_capacity[why.node]);
		CHECK_INT(why.distance, why.cutoff - why.score);
		CHECK(why.distance >= 0);
		CHECK_INT(why.lost_by_lottery, why.distance == 0);
		REQUIRE(why.score_gain != UNKNOWN); /* the first of all always has a seat: nothing is closed to her */
		int got = outcome(c, m, s, o, why.score_gain, 0);
		CHECK(as_good(c, s, got, o));
		CHECK_INT(got, why.gain_gives);
		CHECK(!as_good(c, s, outcome(c, m, s, o, why.score_gain - 1, 0), o));
	}
	if (why.extra_seats != UNKNOWN) {
		CHECK_INT(outcome(c, m, s, o, 0, (int)why.extra_seats), why.seats_gives);
		CHECK(as_good(c, s, (int)why.seats_gives, o));
		for (int k = 0; k < why.extra_seats; k++)
			CHECK(!as_good(c, s, outcome(c, m, s, o, 0, k), o));
	} else {
		CHECK(why.code == ALLOCATION_REASON_BETTER_GOT || why.code == ALLOCATION_REASON_EQUAL_GOT);
	}
}

static void test_reasons_hold_when_run_again(void)
{
	struct rand_seeded rnd = {11};
	int seen[ALLOCATION_REASON_COUNT] = {0};
	for (int round = 0; round < 400; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 2);
		struct allocation_result r;
		REQUIRE(small_solve(arena, &c, round % 4 < 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED, 0, &r));
		for (int s = 0; s < c.students; s++)
			for (int o = 0; o < c.options; o++)
				reason_check(arena, &c, &r, s, o, seen);
		arena_free(arena);
		if (tap.failures) return;
	}
	for (int code = 0; code < ALLOCATION_REASON_COUNT; code++)
		if (code != ALLOCATION_REASON_LOCKED && code != ALLOCATION_REASON_DECLINED && code != ALLOCATION_REASON_ALL_KEPT &&
		    code != ALLOCATION_REASON_PAIR && code != ALLOCATION_REASON_GLOBAL && code != ALLOCATION_REASON_FLOOR_RESERVED)
			CHECK(seen[code] > 0);
}

static void test_reason_as_json(void)
{
	struct arena *arena = arena_new();
	struct small c = {.students = 2,
	                  .options = 1,
	                  .capacity = {1},
	                  .cap_of = {-1},
	                  .rank = {{1}, {1}},
	                  .score = {{7}, {4}},
	                  .group = {-1, -1},
	                  .fixed = {-1, -1},
	                  .seed = "x"};
	struct allocation_result r;
	struct allocation_reason why;
	struct sb out;
	sb_init(&out, arena, 4000);
	REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
	allocation_why(arena, &r, 1, 0, true, &why);
	allocation_write_reason(&out, &r, &why);
	struct str json = sb_str(&out);
	CHECK(str_find(json, STR("{\"code\": \"FULL_CUTOFF\", \"student\": \"s1\", \"option\": \"o0\", \"rank\": 1, "
	                         "\"holds\": null, \"holds_rank\": null, \"full_option\": \"o0\", \"capacity\": 1, "
	                         "\"score\": 4, \"lottery\": \"")) == 0);
	CHECK(str_find(json, STR("\"distance\": 3, \"lost_by_lottery\": false, ")) != STR_NPOS);
	CHECK(str_ends(json, STR("\"extra_seats\": 1, \"extra_seats_gives\": \"o0\", \"effect\": {\"placed\": 0, \"profile\": [0], "
	                         "\"others_worse\": 1, \"others_better\": 0, \"others_left_with_nothing\": 1, \"moves\": ["
	                         "{\"student\": \"s1\", \"from\": null, \"to\": \"o0\"}, "
	                         "{\"student\": \"s0\", \"from\": \"o0\", \"to\": null}]}}\n")));
	arena_free(arena);
}

/* The seat that is let go: asking for the next gives who has it when all others keep theirs and serial runs again. */
static void test_next_is_who_a_later_round_places(void)
{
	struct rand_seeded rnd = {12};
	int moved = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 2);
		enum allocation_mechanism m = round % 4 < 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED;
		struct allocation_result r, again;
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		for (int s = 0; s < c.students; s++) {
			int o = held_option(&r, s);
			if (o < 0) continue;
			struct small d = c;
			for (int x = 0; x < c.students; x++)
				d.fixed[x] = x == s ? -1 : held_option(&r, x);
			for (int x = 0; x < c.options; x++)
				d.forbidden[s][x] = c.rank[s][x] > 0;
			struct allocation_offer next, here;
			bool any = allocation_next(&r, (uint32_t)s, ALLOCATION_NONE, false, &next);
			REQUIRE(small_solve(arena, &d, m, 1, &again));
			for (int x = 0; x < c.students; x++) {
				int before = x == s ? -1 : held_option(&r, x);
				if (any && next.student == (uint32_t)x) before = (int)r.allocation->choice_option[next.choice];
				CHECK_INT(held_option(&again, x), before);
			}
			moved += any;
			if (allocation_next(&r, (uint32_t)s, (uint32_t)o, false, &here)) {
				CHECK(any);
				CHECK_INT(r.allocation->choice_option[here.choice], o);
			}
			struct allocation_reason why;
			allocation_why(arena, &again, (uint32_t)s, (uint32_t)o, true, &why);
			CHECK_INT(why.code, ALLOCATION_REASON_DECLINED);
		}
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(moved > 100);
}

static void move(struct allocation_result *r, uint32_t s, uint32_t to)
{
	const struct allocation *a = r->allocation;
	if (r->held[s] != ALLOCATION_NONE)
		for (uint32_t v = a->choice_option[r->held[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			r->load[v]--;
	r->held[s] = to;
	if (to != ALLOCATION_NONE)
		for (uint32_t v = a->choice_option[to]; v != ALLOCATION_NONE; v = a->node_parent[v])
			r->load[v]++;
}

/* With upgrades a chain runs until nobody moves; on the way nobody is worse off and no seat is doubled. */
static void test_upgrades_hurt_nobody(void)
{
	struct rand_seeded rnd = {13};
	int upgraded = 0;
	for (int round = 0; round < 4000; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, true);
		struct allocation_result r;
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
		const struct allocation *a = r.allocation;
		uint32_t from = (uint32_t)below(&rnd, c.students);
		struct allocation_offer offer;
		if (r.held[from] == ALLOCATION_NONE) {
			CHECK(!allocation_next(&r, ALLOCATION_NONE, ALLOCATION_NONE, true, &offer)); /* nothing was wasted */
			arena_free(arena);
			continue;
		}
		uint32_t gone = r.held[from];
		for (int steps = 0; allocation_next(&r, from, ALLOCATION_NONE, true, &offer); steps++) {
			REQUIRE(steps < 30);
			CHECK(offer.student != from || steps);
			uint32_t was = r.held[offer.student];
			if (was != ALLOCATION_NONE) CHECK(a->choice_rank[was] > a->choice_rank[offer.choice]);
			upgraded += was != ALLOCATION_NONE;
			if (r.held[from] == gone) move(&r, from, ALLOCATION_NONE);
			move(&r, offer.student, offer.choice);
			for (uint32_t v = 0; v < a->noptions + a->ncaps; v++)
				CHECK(r.load[v] <= a->node_capacity[v]);
		}
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(upgraded > 20);
}

static void test_later_rounds_keep_what_stands(void)
{
	struct rand_seeded rnd = {14};
	int locked = 0, kept = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, round % 2);
		enum allocation_mechanism m = round % 4 < 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED;
		struct allocation_result first, second;
		struct allocation_wrong wrong;
		REQUIRE(small_solve(arena, &c, m, 0, &first));
		/* Some accept; then scores change and seats are added. */
		struct small d = c;
		for (int s = 0; s < c.students; s++) {
			if (below(&rnd, 2)) d.fixed[s] = held_option(&first, s);
			for (int o = 0; o < c.options; o++)
				d.score[s][o] = below(&rnd, 5);
		}
		d.capacity[0] += below(&rnd, 2);
		REQUIRE(small_solve(arena, &d, m, 5, &second));
		for (int s = 0; s < c.students; s++) {
			if (d.fixed[s] < 0) continue;
			CHECK_INT(held_option(&second, s), d.fixed[s]);
			for (int o = 0; o < c.options; o++) {
				struct allocation_reason why;
				if (o == d.fixed[s] || !c.rank[s][o]) continue;
				allocation_why(arena, &second, (uint32_t)s, (uint32_t)o, false, &why);
				locked += why.code == ALLOCATION_REASON_LOCKED;
				CHECK_INT(why.code, ALLOCATION_REASON_LOCKED);
			}
		}
		for (int s = 0; s < c.students; s++)
			for (int o = 0; o < c.options; o++) {
				struct allocation_reason why;
				allocation_why(arena, &second, (uint32_t)s, (uint32_t)o, true, &why);
				kept += why.code == ALLOCATION_REASON_ALL_KEPT;
			}
		struct allocation_claim claim = {second.allocation, second.options, second.held, NULL};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(locked > 10 && kept > 10);
}

static void test_rounds_that_cannot_be(void)
{
	struct arena *arena = arena_new();
	struct allocation_fault f;
	for (int wrong = 0; wrong < 5; wrong++) {
		struct allocation *a = allocation_new(arena);
		REQUIRE(allocation_add_option(a, STR("o"), 1, STR_NONE, &f) == OK);
		REQUIRE(allocation_add_option(a, STR("p"), 1, STR_NONE, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("s"), 1, STR("o"), 0, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("t"), 1, STR("o"), 0, &f) == OK);
		REQUIRE(allocation_fix(a, STR("s"), STR("o"), &f) == OK);
		static const char *const student[] = {"t", "t", "x", "t", "s"}, *const option[] = {"o", "p", "o", "q", "o"};
		if (wrong == 4)
			REQUIRE(allocation_forbid(a, str_of(student[wrong]), str_of(option[wrong]), &f) == OK);
		else
			REQUIRE(allocation_fix(a, str_of(student[wrong]), str_of(option[wrong]), &f) == OK);
		static const enum allocation_fault_code code[] = {ALLOCATION_FAULT_FIXED_OVER, ALLOCATION_FAULT_NOT_LISTED,
		                                                  ALLOCATION_FAULT_STUDENT_UNKNOWN, ALLOCATION_FAULT_OPTION_UNKNOWN,
		                                                  ALLOCATION_FAULT_FIXED_TWICE};
		CHECK(allocation_finish(a, &f) != OK);
		CHECK_INT(f.code, code[wrong]);
	}
	arena_free(arena);
}

TAP_MAIN(TAP(test_reasons_hold_when_run_again), TAP(test_reason_as_json), TAP(test_next_is_who_a_later_round_places),
         TAP(test_upgrades_hurt_nobody), TAP(test_later_rounds_keep_what_stands), TAP(test_rounds_that_cannot_be))
