/* What giving somebody an option would do: against a fresh solution in which she has it, for every mechanism. */
#include "mid.h"

static const enum allocation_mechanism OPTIMISERS[] = {ALLOCATION_RANKSUM, ALLOCATION_GREEDY, ALLOCATION_GENEROUS};

static struct small random_round(struct rand_seeded *rnd, enum allocation_mechanism m, bool one_score)
{
	struct small c = small_random(rnd, MAX_S, MAX_O, one_score);
	struct arena *arena = arena_new();
	struct allocation_result r;
	for (int s = 0; s < c.students; s++)
		for (int o = 0; o < c.options; o++)
			c.forbidden[s][o] = c.rank[s][o] && !below(rnd, 9);
	if (below(rnd, 2) && small_solve(arena, &c, m, 0, &r))
		for (int s = 0; s < c.students; s++)
			if (!below(rnd, 5)) c.fixed[s] = held_option(&r, s);
	arena_free(arena);
	return c;
}

/* Moves lead from the one placement to the other. */
static void effect_check(const struct allocation_reason *why, const struct allocation_result *r, const struct allocation_result *after)
{
	const struct allocation *a = r->allocation;
	uint32_t held[MAX_S], better = 0, worse = 0, lost = 0;
	CHECK(why->effect_known);
	memcpy(held, r->held, a->nstudents * sizeof(*held));
	for (size_t k = 0; k < why->effect.nmoves; k++) {
		const struct allocation_move *m = &why->effect.moves[k];
		CHECK_INT(held[m->student], m->from);
		held[m->student] = m->to;
		uint32_t was = m->from == ALLOCATION_NONE ? UINT32_MAX : a->choice_rank[m->from];
		uint32_t is = m->to == ALLOCATION_NONE ? UINT32_MAX : a->choice_rank[m->to];
		if (m->student == why->student) continue;
		better += is < was;
		worse += is > was;
		lost += is > was && is == UINT32_MAX;
	}
	CHECK_INT(why->effect.moves[0].student, why->student);
	for (uint32_t s = 0; s < a->nstudents; s++)
		CHECK_INT(held[s], after->held[s]);
	CHECK_INT(why->effect.placed, (int64_t)after->placed - r->placed);
	CHECK_INT(why->effect.shortfall, after->group_shortfall - r->group_shortfall);
	for (uint32_t k = 0; k < a->max_rank; k++)
		CHECK_INT(why->effect.profile[k], (int64_t)after->profile[k] - r->profile[k]);
	CHECK_INT(why->better, better);
	CHECK_INT(why->worse, worse);
	CHECK_INT(why->lost, lost);
}

static bool as_high(const struct small *c, int s, int got, int wanted) { return got >= 0 && c->rank[s][got] <= c->rank[s][wanted]; }

static void seats_check(const struct small *c, enum allocation_mechanism m, const struct allocation_reason *why)
{
	int s = (int)why->student, o = (int)why->option;
	int64_t tried = why->extra_seats == UNKNOWN ? 8 : why->extra_seats;
	for (int k = 1; k <= tried; k++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct small d = *c;
		d.capacity[o] += k;
		for (int cap = d.cap_of[o]; cap >= 0; cap = d.cap_parent[cap])
			d.cap_capacity[cap] += k;
		REQUIRE(small_solve(arena, &d, m, 1, &r));
		int got = held_option(&r, s);
		CHECK_INT(as_high(c, s, got, o), k == why->extra_seats);
		if (k == why->extra_seats) CHECK_INT(got, why->seats_gives);
		arena_free(arena);
	}
}

static void weighed_check(struct arena *arena, const struct small *c, const struct allocation_result *r,
                          const struct allocation_reason *why)
{
	struct small d = *c;
	struct allocation_result forced;
	struct cost_layout l;
	d.fixed[why->student] = (int)why->option;
	REQUIRE(small_solve(arena, &d, r->options.mechanism, 1, &forced));
	effect_check(why, r, &forced);
	cost_layout(arena, r->allocation, r->options.mechanism, &l);
	REQUIRE(why->ndigits == l.ndigits);
	int64_t *before = ARENA_ARRAY(arena, int64_t, l.ndigits), *after = ARENA_ARRAY(arena, int64_t, l.ndigits);
	whole_cost(arena, r, r->held, before);
	whole_cost(arena, r, forced.held, after);
	for (uint32_t k = 0; k < l.ndigits; k++)
		CHECK_INT(why->cost[k], after[k] - before[k]);
	memset(before, 0, l.ndigits * sizeof(*before));
	CHECK(cost_cmp(why->cost, before, l.ndigits) > 0);
	if (why->price && r->price) CHECK_MEM(why->price, r->price + (size_t)why->node * l.ndigits, l.ndigits * sizeof(*before));
}

static void reason_check(struct arena *arena, const struct small *c, const struct allocation_result *r, int s, int o,
                         int seen[ALLOCATION_REASON_COUNT])
{
	const struct allocation *a = r->allocation;
	struct allocation_reason why, quick;
	int held = held_option(r, s);
	allocation_why(arena, r, (uint32_t)s, (uint32_t)o, true, &why);
	allocation_why(arena, r, (uint32_t)s, (uint32_t)o, false, &quick);
	CHECK_INT(quick.code, why.code);
	seen[why.code]++;
	enum allocation_reason_code first = !c->rank[s][o]                                 ? ALLOCATION_REASON_NOT_LISTED
	                                    : held == o                                    ? ALLOCATION_REASON_PLACED
	                                    : c->fixed[s] >= 0                             ? ALLOCATION_REASON_LOCKED
	                                    : c->forbidden[s][o]                           ? ALLOCATION_REASON_DECLINED
	                                    : held < 0 || c->rank[s][held] > c->rank[s][o] ? ALLOCATION_REASON_COUNT
	                                    : c->rank[s][held] < c->rank[s][o]             ? ALLOCATION_REASON_BETTER_GOT
	                                                                                   : ALLOCATION_REASON_EQUAL_GOT;
	if (first != ALLOCATION_REASON_COUNT) {
		CHECK_INT(why.code, first);
		return;
	}
	if (why.code == ALLOCATION_REASON_CAPACITY_ZERO) CHECK_INT(a->node_capacity[why.node], 0);
	if (why.code == ALLOCATION_REASON_CAP_SHARED) CHECK(why.node >= a->noptions && why.price);
	if (why.code == ALLOCATION_REASON_CAP_SHARED) CHECK_INT(r->load[why.node], a->node_capacity[why.node]);
	if (why.code == ALLOCATION_REASON_FLOOR_RESERVED)
		CHECK(why.effect.shortfall > 0 && why.node < a->noptions && why.group != ALLOCATION_NONE);
	bool weighed = why.code == ALLOCATION_REASON_GLOBAL || why.code == ALLOCATION_REASON_CAP_SHARED ||
	               why.code == ALLOCATION_REASON_FLOOR_RESERVED;
	CHECK_INT(why.weighed, weighed);
	CHECK(weighed || why.code == ALLOCATION_REASON_CAPACITY_ZERO || why.code == ALLOCATION_REASON_ALL_KEPT);
	if (weighed) weighed_check(arena, c, r, &why);
	seats_check(c, r->options.mechanism, &why);
}

static void test_the_whole_becomes_dearer(void)
{
	struct rand_seeded rnd = {71};
	int seen[ALLOCATION_REASON_COUNT] = {0};
	for (int round = 0; round < 1800; round++) {
		struct arena *arena = arena_new();
		enum allocation_mechanism m = OPTIMISERS[round % 3];
		struct small c = random_round(&rnd, m, true);
		struct allocation_result r;
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		for (int s = 0; s < c.students && !tap.failures; s++)
			for (int o = 0; o < c.options; o++)
				reason_check(arena, &c, &r, s, o, seen);
		arena_free(arena);
		if (tap.failures) {
			printf("# in round %d, %s\n", round, allocation_properties(m)->name);
			return;
		}
	}
	for (int code = 0; code < ALLOCATION_REASON_COUNT; code++)
		if (code != ALLOCATION_REASON_FULL_CUTOFF && code != ALLOCATION_REASON_PAIR && seen[code] <= 20)
			TAP_FAILURE("%s seen %d times", allocation_reason_name((enum allocation_reason_code)code), seen[code]);
}

static void test_a_higher_score_costs_others(void)
{
	struct rand_seeded rnd = {72};
	int effects = 0;
	for (int round = 0; round < 600; round++) {
		struct arena *arena = arena_new();
		enum allocation_mechanism m = round % 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED;
		struct small c = random_round(&rnd, m, round % 4 < 2);
		struct allocation_result r, after;
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		for (int s = 0; s < c.students; s++)
			for (int o = 0; o < c.options; o++) {
				struct allocation_reason why;
				struct small d = c;
				allocation_why(arena, &r, (uint32_t)s, (uint32_t)o, true, &why);
				CHECK_INT(why.effect_known, why.score_gain != UNKNOWN);
				if (!why.effect_known) continue;
				effects++;
				for (int x = 0; x < c.options; x++)
					if (x == o || m == ALLOCATION_SERIAL) d.score[s][x] += (int)why.score_gain;
				REQUIRE(small_solve(arena, &d, m, 1, &after));
				effect_check(&why, &r, &after);
			}
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(effects > 200);
}

static void test_what_if(void)
{
	struct rand_seeded rnd = {73};
	int listed = 0, allowed = 0, refused = 0;
	for (int round = 0; round < 1000; round++) {
		struct arena *arena = arena_new();
		enum allocation_mechanism m = (enum allocation_mechanism)(round % ALLOCATION_MECHANISM_COUNT);
		struct small c = random_round(&rnd, m, round % 2);
		int s = below(&rnd, c.students), o = below(&rnd, c.options), rank = 1 + below(&rnd, 4);
		struct allocation_result r, after;
		struct allocation_fault f;
		uint32_t gets;
		struct small d = c;
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		enum err e = allocation_what_if(&r, (uint32_t)s, (uint32_t)o, rank, c.score[s][o], &gets, &f);
		if (c.fixed[s] >= 0 && !c.rank[s][o]) {
			CHECK(e == ERR_REFUSED);
			refused++;
		} else {
			CHECK(e == OK);
			d.forbidden[s][o] = false;
			*(c.rank[s][o] ? &allowed : &listed) += 1;
			if (!c.rank[s][o]) d.rank[s][o] = rank;
			REQUIRE(small_solve(arena, &d, m, 1, &after));
			CHECK_INT(gets == ALLOCATION_NONE ? -1 : (int)gets, held_option(&after, s));
		}
		CHECK(c.rank[s][o] || allocation_what_if(&r, (uint32_t)s, (uint32_t)o, 0, 0, &gets, &f) != OK);
		arena_free(arena);
		if (tap.failures) {
			printf("# in round %d, %s\n", round, allocation_properties(m)->name);
			return;
		}
	}
	CHECK(listed > 50 && allowed > 50 && refused > 5);
}

static void test_as_json(void)
{
	struct arena *arena = arena_new();
	/* Only s1 can go elsewhere: the one place goes to s0. */
	struct small c = {.students = 2,
	                  .options = 2,
	                  .capacity = {1, 1},
	                  .cap_of = {-1, -1},
	                  .rank = {{1, 0}, {1, 2}},
	                  .group = {-1, -1},
	                  .fixed = {-1, -1},
	                  .seed = "x"};
	struct allocation_result r;
	struct allocation_reason why;
	struct sb out;
	sb_init(&out, arena, 4000);
	REQUIRE(small_solve(arena, &c, ALLOCATION_GREEDY, 0, &r));
	allocation_why(arena, &r, 1, 0, true, &why);
	allocation_write_reason(&out, &r, &why);
	struct str json = sb_str(&out);
	CHECK(str_find(json, STR("{\"code\": \"GLOBAL\", \"student\": \"s1\", \"option\": \"o0\", \"rank\": 1, \"holds\": \"o1\", "
	                         "\"holds_rank\": 2, \"full_option\": \"o0\", \"capacity\": 1, \"cost\": \"1:0:1:")) == 0);
	CHECK(str_find(json, STR("\", \"price\": \"")) != STR_NPOS);
	CHECK(str_ends(json, STR("\"extra_seats\": 1, \"extra_seats_gives\": \"o0\", \"effect\": {\"placed\": -1, \"profile\": [0, -1], "
	                         "\"others_worse\": 1, \"others_better\": 0, \"others_left_with_nothing\": 1, \"moves\": ["
	                         "{\"student\": \"s1\", \"from\": \"o1\", \"to\": \"o0\"}, "
	                         "{\"student\": \"s0\", \"from\": \"o0\", \"to\": null}]}}\n")));
	if (tap.failures) tap_show("json", json);
	arena_free(arena);
}

TAP_MAIN(TAP(test_the_whole_becomes_dearer), TAP(test_a_higher_score_costs_others), TAP(test_what_if), TAP(test_as_json))
