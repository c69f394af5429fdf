/* The optimising mechanisms against every placement of small cases: the whole cost, told once more, and the placement; all
 * ways of packing digits; prices that prove it; and that nothing else passes. */
#include "allocation/canon.h"
#include "allocation/optimum.h"
#include "allocation/state.h"
#include "trial.h"

static void test_every_placement_tried(void)
{
	struct rand_seeded rnd = {31};
	for (int round = 0; round < 6000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct small c = case_random(&rnd, round);
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		bool same = same_as_brute_force(arena, &c, m, (uint64_t)round % 7, &r);
		arena_free(arena);
		if (same) continue;
		printf("# round %d, mechanism %d\n", round, m);
		REQUIRE(same);
	}
}

/* Few bits to a digit, and one digit at a time: same placement, same prices. */
static void test_every_way_of_packing(void)
{
	struct rand_seeded rnd = {32};
	for (int round = 0; round < 2000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct small c = case_random(&rnd, round);
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3), 0, &r));
		const struct allocation *a = r.allocation;
		static const uint32_t bits[] = {0, 2, 3, 5, 20};
		for (size_t k = 0; k < ARRAY_LEN(bits); k++) {
			struct optimum o;
			struct run run = {arena, &r, RUN_UNCHANGED, run_seats(arena, a), ARENA_ARRAY(arena, uint32_t, a->nstudents)};
			for (uint32_t s = 0; s < a->nstudents; s++)
				run.held[s] = allocation_fixed(a, s);
			REQUIRE(optimum_run(&run, bits[k], OPTIMUM_NODES, arena, &o));
			CHECK_MEM(run.held, r.held, a->nstudents * sizeof(*r.held));
			CHECK_MEM(o.price, r.price, (a->noptions + a->ncaps) * r.ndigits * sizeof(*r.price));
			CHECK_MEM(o.floor_price, r.floor_price, a->nfloors * r.ndigits * sizeof(*r.price));
		}
		arena_free(arena);
		if (tap.failures) return;
	}
}

/* The three conditions of the contract for a placement and prices, told once more. */
static bool plain_proves(const struct small *c, const struct plain_costs *costs, const int *held, const int64_t *price,
                         const int64_t *floor_price)
{
	static const int64_t zero[DIGITS];
	uint32_t nd = (uint32_t)costs->ndigits;
	int64_t way[MAX_O][DIGITS] = {{0}}, unit[DIGITS] = {0}, floor_of[MAX_O][DIGITS] = {{0}};
	unit[1] = 1;
	for (int v = 0, f = 0; v < c->options + c->caps; v++) {
		const int64_t *p = price + (uint32_t)v * nd;
		int load = 0, members = 0;
		for (int s = 0; s < c->students; s++) {
			bool in = held[s] >= 0 && (v < c->options ? held[s] == v : plain_in_cap(c, held[s], v - c->options));
			load += in;
			members += in && c->group[s] == 0;
		}
		if (cost_cmp(p, zero, nd) < 0) return false;
		if (load < (v < c->options ? c->capacity[v] : c->cap_capacity[v - c->options]) && cost_cmp(p, zero, nd)) return false;
		for (int o = 0; o < c->options; o++)
			for (uint32_t d = 0; d < nd && (v < c->options ? o == v : plain_in_cap(c, o, v - c->options)); d++)
				way[o][d] += p[d];
		if (v >= c->options || !c->floors[v]) continue;
		memcpy(floor_of[v], floor_price + (uint32_t)f++ * nd, nd * sizeof(*p));
		if (cost_cmp(floor_of[v], zero, nd) < 0 || cost_cmp(floor_of[v], unit, nd) > 0) return false;
		if (members < c->floors[v] && cost_cmp(floor_of[v], unit, nd)) return false;
		if (members > c->floors[v] && cost_cmp(floor_of[v], zero, nd)) return false;
	}
	for (int s = 0; s < c->students; s++) {
		int64_t sum[MAX_O + 1][DIGITS] = {{1}};
		for (int o = 0; o < c->options; o++)
			for (uint32_t d = 0; d < nd; d++)
				sum[o + 1][d] = costs->cost[s][o][d] + way[o][d] - (c->group[s] == 0 ? floor_of[o][d] : 0);
		for (int o = -1; o < c->options && c->fixed[s] < 0; o++)
			if ((o < 0 || (c->rank[s][o] && !c->forbidden[s][o])) && cost_cmp(sum[o + 1], sum[held[s] + 1], nd) < 0)
				return false;
	}
	return true;
}

/* Each other placement is refused, with the prices and by solving again; and each changed price, even where it proves the
 * same placement: a result has the largest ones. */
static void test_nothing_else_passes(void)
{
	struct rand_seeded rnd = {33};
	int refused = 0, proves = 0;
	for (int round = 0; round < 500; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct allocation_wrong wrong = {0};
		struct small c = small_random(&rnd, 4, 3, true);
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		if (round % 3) memset(c.floors, 0, sizeof(c.floors));
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		const struct allocation *a = r.allocation;
		uint32_t *held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
		struct allocation_claim claim = {a, r.options, held, NULL, r.price, r.floor_price};
		memset(held, 0xff, a->nstudents * sizeof(*held));
		for (bool more = true; more;) {
			bool same = memcmp(held, r.held, a->nstudents * sizeof(*held)) == 0;
			claim.price = r.price;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), same ? OK : ERR_REFUSED);
			claim.price = NULL;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), same ? OK : ERR_REFUSED);
			more = false;
			for (uint32_t s = 0; s < a->nstudents && !more; s++) {
				held[s] = held[s] == ALLOCATION_NONE ? a->off[s] : held[s] + 1;
				more = held[s] < a->off[s + 1];
				if (!more) held[s] = ALLOCATION_NONE;
			}
		}
		struct plain p = {0};
		struct plain_costs costs;
		int plain_held[MAX_S];
		plain_draw(&p, &c);
		plain_costs(&p, &c, m, &costs);
		for (int s = 0; s < c.students; s++)
			plain_held[s] = held_option(&r, s);
		size_t nprice = (size_t)(a->noptions + a->ncaps) * r.ndigits, nfloor = (size_t)a->nfloors * r.ndigits;
		int64_t *price = arena_copy(arena, r.price, nprice * sizeof(*price));
		int64_t *floor_price = arena_copy(arena, r.floor_price, nfloor * sizeof(*price));
		claim = (struct allocation_claim){a, r.options, r.held, NULL, price, floor_price};
		for (size_t i = 0; i < 2 * (nprice + nfloor); i++) {
			int64_t *digit = i / 2 < nprice ? price + i / 2 : floor_price + (i / 2 - nprice);
			*digit += i % 2 ? 1 : -1;
			bool proof = plain_proves(&c, &costs, plain_held, price, floor_price);
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
			CHECK_INT(wrong.code == ALLOCATION_WRONG_PRICE_OTHER, proof);
			if (proof) CHECK(wrong.option.ptr && wrong.text_found.ptr && !str_eq(wrong.text_found, wrong.text_expected));
			refused += !proof;
			proves += proof;
			*digit -= i % 2 ? 1 : -1;
		}
		CHECK(plain_proves(&c, &costs, plain_held, price, floor_price));
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(refused > 5000 && proves > 100);
}

/* Some students fixed where they are, with the seats of the option as they are or just enough for them. */
static void some_fixed(struct rand_seeded *rnd, struct small *c, const struct allocation_result *r)
{
	for (int s = 0; s < c->students; s++)
		if (!below(rnd, 3)) c->fixed[s] = held_option(r, s);
	for (int o = 0; o < c->options; o++) {
		int kept = 0;
		for (int s = 0; s < c->students; s++)
			kept += c->fixed[s] == o;
		if (!below(rnd, 3)) c->capacity[o] = kept;
	}
	for (int k = 0; k < c->caps; k++) {
		int kept = 0;
		for (int s = 0; s < c->students; s++)
			kept += c->fixed[s] >= 0 && plain_in_cap(c, c->fixed[s], k);
		if (!below(rnd, 4)) c->cap_capacity[k] = kept;
	}
}

/* Solved and proven by chains of moves, with prices that drifted on the way: the largest are the solver's, digit by digit.
 * With caps, floors, ties, fixed, forbidden, and nothing free. */
static void test_largest_prices_by_another_way(void)
{
	struct rand_seeded rnd = {36};
	int fixed = 0, drifted = 0, priced = 0;
	for (int round = 0; round < 9000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r, own;
		struct allocation_wrong wrong;
		struct allocation_fault f;
		struct allocation_state *st;
		struct small c = case_random(&rnd, round);
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		if (round % 2) {
			some_fixed(&rnd, &c, &r);
			REQUIRE(small_solve(arena, &c, m, 0, &r));
			fixed += r.allocation->fixed != NULL;
		}
		const struct allocation *a = r.allocation;
		size_t nprice = (size_t)(a->noptions + a->ncaps) * r.ndigits, nfloor = (size_t)a->nfloors * r.ndigits;
		struct allocation_claim claim = {a, r.options, r.held, NULL, r.price, r.floor_price};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		REQUIRE(allocation_state_new(a, &r.options, &st, &f) == OK);
		uint32_t o = (uint32_t)below(&rnd, c.options);
		if (round % 4 == 0 && allocation_state_seat(st, o, 1, arena, NULL) == OK)
			REQUIRE(allocation_state_seat(st, o, -1, arena, NULL) == OK);
		REQUIRE(allocation_state_result(st, arena, &own) == OK);
		CHECK_MEM(own.held, r.held, a->nstudents * sizeof(*r.held));
		CHECK_MEM(own.price, r.price, nprice * sizeof(*r.price));
		if (nfloor) CHECK_MEM(own.floor_price, r.floor_price, nfloor * sizeof(*r.price));
		for (size_t i = 0; i < nprice; i++)
			priced += r.price[i] != 0;
		/* From the least prices upwards too: where one digit less is a proof as well. */
		for (size_t i = 0; i < nprice && round % 8 == 0; i++) {
			int64_t *less = arena_copy(arena, r.price, nprice * sizeof(*less));
			less[i]--;
			claim.price = less;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
			if (wrong.code != ALLOCATION_WRONG_PRICE_OTHER) continue;
			struct allocation_result from = r;
			from.price = less;
			REQUIRE(prices_largest(arena, &from) == OK);
			CHECK_MEM(from.price, r.price, nprice * sizeof(*less));
			drifted++;
		}
		allocation_state_free(st);
		arena_free(arena);
		if (tap.failures) {
			printf("# round %d\n", round);
			return;
		}
	}
	CHECK(fixed > 1000 && drifted > 1000 && priced > 10000);
}

/* Another draw gives other prices wherever it enters them. */
static void test_another_seed_is_refused(void)
{
	struct rand_seeded rnd = {37};
	int tried = 0;
	for (int round = 0; round < 3000; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r;
		struct allocation_wrong wrong;
		struct small c = case_random(&rnd, round);
		REQUIRE(small_solve(arena, &c, (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3), 0, &r));
		bool draws = false;
		for (uint32_t v = 0; v < r.allocation->noptions + r.allocation->ncaps; v++)
			draws |= r.price[(size_t)(v + 1) * r.ndigits - 1] != 0;
		struct allocation_claim claim = {r.allocation, r.options, r.held, NULL, r.price, r.floor_price};
		claim.options.seed = str_fmt(arena, "other-%d", round);
		if (draws) CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
		tried += draws;
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(tried > 1000);
}

/* A seat more or less, or a choice given up: the old result passes only where it is still the optimum. */
static void test_changed_questions(void)
{
	struct rand_seeded rnd = {34};
	int refused = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct allocation_result r, now;
		struct allocation_wrong wrong;
		struct small c = case_random(&rnd, round);
		enum allocation_mechanism m = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3);
		REQUIRE(small_solve(arena, &c, m, 0, &r));
		int o = below(&rnd, c.options);
		c.capacity[o] += below(&rnd, 2) ? 1 : -1;
		struct allocation *a = c.capacity[o] < 0 ? NULL : small_build(arena, &c, 0);
		if (a) {
			struct allocation_claim claim = {a, r.options, r.held, NULL, r.price, r.floor_price};
			bool same =
			    same_as_brute_force(arena, &c, m, 0, &now) && memcmp(now.held, r.held, a->nstudents * sizeof(*r.held)) == 0;
			enum err e = allocation_verify(arena, &claim, NULL, &wrong);
			CHECK(same || e == ERR_REFUSED);
			claim.price = NULL;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), same ? OK : ERR_REFUSED);
			refused += e != OK;
		}
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(refused > 300);
}

/* A chain on which one seat less would move everybody one on: far beyond what a digit of ten bits may count. */
static struct allocation *chain(struct arena *arena, int length)
{
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	bool right = true;
	for (int i = 0; i <= length; i++)
		right &= allocation_add_option(a, str_fmt(arena, "o%d", i), 1, STR_NONE, &f) == OK;
	for (int i = 0; i < length; i++) {
		struct str s = str_fmt(arena, "s%d", i);
		right &= allocation_add_choice(a, s, 1, str_fmt(arena, "o%d", i), 0, &f) == OK;
		right &= allocation_add_choice(a, s, 2, str_fmt(arena, "o%d", i + 1), 0, &f) == OK;
	}
	return right && allocation_finish(a, &f) == OK ? a : NULL;
}

static void test_large_digits(void)
{
	struct arena *arena = arena_new();
	struct allocation *a = chain(arena, 700);
	REQUIRE(a);
	for (int m = ALLOCATION_RANKSUM; m < ALLOCATION_MECHANISM_COUNT; m++) {
		struct allocation_options options = {.mechanism = (enum allocation_mechanism)m, .seed = STR("s"), .hmac = hmac_sha256};
		struct allocation_result r;
		struct allocation_fault f;
		struct allocation_wrong wrong;
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK_INT(r.placed, 700);
		CHECK_INT(r.profile[0], 700);
		int64_t most = 0;
		for (size_t i = 0; i < (size_t)a->noptions * r.ndigits; i++)
			if ((i + 1) % r.ndigits && r.price[i] > most) most = r.price[i];
		CHECK(most > 600);
		struct allocation_claim claim = {a, options, r.held, NULL, r.price, r.floor_price};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		struct optimum o;
		struct run run = {arena, &r, RUN_UNCHANGED, run_seats(arena, a), ARENA_ARRAY(arena, uint32_t, a->nstudents)};
		memset(run.held, 0xff, a->nstudents * sizeof(*run.held));
		/* All hang together: a chain with one more than may is refused. */
		CHECK(!optimum_run(&run, 0, a->noptions - 1, arena, &o));
		REQUIRE(optimum_run(&run, 0, a->noptions, arena, &o));
		CHECK_MEM(run.held, r.held, a->nstudents * sizeof(*r.held));
		CHECK_MEM(o.price, r.price, a->noptions * r.ndigits * sizeof(*r.price));
	}
	arena_free(arena);
}

/* More below one cap than sums of lottery digits are sure to have room for: refused and said; serial takes it. */
static void test_too_many_linked(void)
{
	for (uint32_t more = 0; more < 2; more++) {
		struct arena *arena = arena_new();
		struct allocation *a = allocation_new(arena);
		struct allocation_fault f;
		struct allocation_result r;
		struct allocation_wrong wrong;
		struct allocation_state *st;
		REQUIRE(allocation_add_cap(a, STR("all"), STR_NONE, 1, &f) == OK);
		for (uint32_t o = 0; o + 1 < OPTIMUM_NODES + more; o++)
			REQUIRE(allocation_add_option(a, str_fmt(arena, "o%u", o), 1, STR("all"), &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("s"), 1, STR("o0"), 0, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("t"), 1, STR("o1"), 0, &f) == OK);
		REQUIRE(allocation_finish(a, &f) == OK);
		struct allocation_options options = {.mechanism = ALLOCATION_RANKSUM, .hmac = hmac_sha256};
		f.code = ALLOCATION_FAULT_NONE;
		CHECK_INT(allocation_solve(arena, a, &options, &r, &f), more ? ERR_INVALID : OK);
		CHECK_INT(f.code, more ? ALLOCATION_FAULT_LINKED : ALLOCATION_FAULT_NONE);
		enum err e = allocation_state_new(a, &options, &st, &f);
		CHECK_INT(e, more ? ERR_INVALID : OK);
		if (e == OK) allocation_state_free(st);
		struct allocation_claim claim = {.allocation = a, .options = options, .held = r.held};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), more ? ERR_REFUSED : OK);
		if (more) CHECK_INT(wrong.fault.code, ALLOCATION_FAULT_LINKED);
		options.mechanism = ALLOCATION_SERIAL;
		CHECK_INT(allocation_solve(arena, a, &options, &r, &f), OK);
		arena_free(arena);
	}
}

/* Many students for few options, under caps and with a floor: the other way of finding who gains. The prices prove it. */
static void test_crowds(void)
{
	struct rand_seeded rnd = {36};
	for (int round = 0; round < 120; round++) {
		struct arena *arena = arena_new();
		struct allocation *a = allocation_new(arena);
		struct allocation_fault f;
		int options = 1 + below(&rnd, 4), students = 300 + below(&rnd, 600);
		REQUIRE(allocation_add_cap(a, STR("c"), STR_NONE, below(&rnd, students), &f) == OK);
		for (int o = 0; o < options; o++)
			REQUIRE(allocation_add_option(a, name_of(arena, 'o', o), below(&rnd, students / 2),
			                              below(&rnd, 2) ? STR("c") : STR_NONE, &f) == OK);
		if (round % 2) REQUIRE(allocation_add_floor(a, STR("o0"), STR("g"), below(&rnd, 200), &f) == OK);
		for (int s = 0; s < students; s++) {
			struct str id = str_fmt(arena, "s%d", s);
			REQUIRE(allocation_add_student(a, id, below(&rnd, 3) ? STR_NONE : STR("g"), &f) == OK);
			for (int o = 0; o < options; o++)
				if (below(&rnd, 3))
					REQUIRE(allocation_add_choice(a, id, 1 + below(&rnd, 5), name_of(arena, 'o', o), 0, &f) == OK);
		}
		REQUIRE(allocation_finish(a, &f) == OK);
		struct allocation_options how = {
		    .mechanism = (enum allocation_mechanism)(ALLOCATION_RANKSUM + round % 3), .seed = STR("s"), .hmac = hmac_sha256};
		struct allocation_result r;
		struct allocation_wrong wrong = {0};
		REQUIRE(allocation_solve(arena, a, &how, &r, &f) == OK);
		struct allocation_claim claim = {a, how, r.held, NULL, r.price, r.floor_price};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		CHECK_Z(allocation_wrong_name(wrong.code), "none");
		arena_free(arena);
		if (tap.failures) return;
	}
}

/* Many components, by several threads: the same bytes. */
static void test_threads_change_nothing(void)
{
	struct arena *arena = arena_new();
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	struct rand_seeded rnd = {35};
	for (int o = 0; o < 400; o++)
		REQUIRE(allocation_add_option(a, str_fmt(arena, "o%d", o), below(&rnd, 6), STR_NONE, &f) == OK);
	for (int s = 0; s < 2000; s++)
		for (int k = 0, area = below(&rnd, 40); k < 3; k++) {
			int o = area * 10 + k * 3 + below(&rnd, 3);
			REQUIRE(allocation_add_choice(a, str_fmt(arena, "s%d", s), 1 + k / 2, str_fmt(arena, "o%d", o), 0, &f) == OK);
		}
	REQUIRE(allocation_finish(a, &f) == OK);
	for (int m = ALLOCATION_RANKSUM; m < ALLOCATION_MECHANISM_COUNT; m++) {
		struct str first[2];
		for (uint32_t threads = 1; threads <= 4; threads++) {
			struct allocation_options options = {(enum allocation_mechanism)m, STR("s"), hmac_sha256, threads};
			struct allocation_result r;
			struct sb out[2];
			REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
			for (int k = 0; k < 2; k++)
				sb_init(&out[k], arena, 1 << 22);
			allocation_write_placements(&out[0], &r);
			allocation_write_certificate(&out[1], &r);
			for (int k = 0; k < 2; k++) {
				if (threads == 1) first[k] = sb_str(&out[k]);
				CHECK(str_eq(sb_str(&out[k]), first[k]));
			}
			CHECK(r.placed > 800 && r.placed < 2000);
		}
	}
	arena_free(arena);
}

/* One student ranks so many options, all at different ranks; another one ranks the first. */
static struct allocation *ladder(struct arena *arena, int options, int ranks)
{
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	bool right = true;
	for (int i = 0; i < options; i++)
		right &= allocation_add_option(a, str_fmt(arena, "o%d", i), 1, STR_NONE, &f) == OK;
	for (int i = 0; i < ranks; i++)
		right &= allocation_add_choice(a, STR("s"), i + 1, str_fmt(arena, "o%d", i), 0, &f) == OK;
	right &= allocation_add_choice(a, STR("t"), 1, STR("o0"), 0, &f) == OK;
	return right && allocation_finish(a, &f) == OK ? a : NULL;
}

static void ranks_refused(struct arena *arena, const struct allocation *a, enum allocation_mechanism m, bool expected)
{
	static const uint8_t sha[32];
	struct allocation_options options = {.mechanism = ALLOCATION_SERIAL, .seed = STR("s"), .hmac = hmac_sha256};
	struct allocation_result r, other;
	struct allocation_fault f = {0};
	struct allocation_wrong wrong = {0};
	struct allocation_state *st;
	struct sb report;
	REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
	options.mechanism = r.options.mechanism = m;
	CHECK_INT(cost_check(a, m, &f) != OK, expected);
	if (!expected) return; /* half a gigabyte would be needed for the rest */
	CHECK_INT(f.code, ALLOCATION_FAULT_RANKS);
	CHECK_STR(f.value, allocation_properties(m)->name);
	CHECK_INT(f.number, 4100);
	CHECK_INT(f.high, (1 << 24) / 4101 - 2);
	CHECK_INT(allocation_solve(arena, a, &options, &other, &f), ERR_INVALID);
	CHECK_INT(allocation_state_new(a, &options, &st, &f), ERR_INVALID);
	struct allocation_claim claim = {a, options, r.held, NULL};
	CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
	CHECK_INT(wrong.fault.code, ALLOCATION_FAULT_RANKS);
	/* Found before a price of the certificate is looked at. */
	sb_init(&report, arena, 1 << 20);
	allocation_write_report(&report, &r, sha, &(struct allocation_measures){0});
	struct allocation_result_files files = {.report = {STR("report.json"), sb_str(&report)}};
	wrong = (struct allocation_wrong){0};
	CHECK_INT(allocation_verify_files(arena, a, hmac_sha256, sha, &files, NULL, &wrong), ERR_REFUSED);
	CHECK_INT(wrong.fault.code, ALLOCATION_FAULT_RANKS);
}

static void test_too_many_ranks(void)
{
	struct arena *arena = arena_new();
	struct allocation *most = ladder(arena, 4090, 4090), *more = ladder(arena, 4100, 4100), *few = ladder(arena, 4100, 1);
	REQUIRE(most && more && few);
	for (int m = ALLOCATION_RANKSUM; m < ALLOCATION_MECHANISM_COUNT; m++) {
		ranks_refused(arena, most, (enum allocation_mechanism)m, false);
		ranks_refused(arena, more, (enum allocation_mechanism)m, m != ALLOCATION_RANKSUM);
	}
	/* A list that would bring as many to a state. */
	struct allocation_options options = {.mechanism = ALLOCATION_GREEDY, .seed = STR("s"), .hmac = hmac_sha256};
	struct allocation_state *st;
	struct allocation_fault f;
	struct allocation_wish *list = ARENA_ARRAY(arena, struct allocation_wish, 4100);
	uint32_t who;
	REQUIRE(allocation_state_new(few, &options, &st, &f) == OK);
	for (uint32_t i = 0; i < 4100; i++)
		list[i] = (struct allocation_wish){i, i + 1, 0, false};
	CHECK_INT(allocation_state_join(st, STR("u"), STR_NONE, list, 4100, &who, NULL, NULL), ERR_REFUSED);
	CHECK_INT(allocation_state_join(st, STR("u"), STR_NONE, list, 40, &who, NULL, NULL), OK);
	CHECK_INT(allocation_state_students(st), 3);
	CHECK_INT(allocation_state_rank(st, allocation_state_held(st, who)), 2);
	allocation_state_free(st);
	arena_free(arena);
}

TAP_MAIN(TAP(test_every_placement_tried), TAP(test_every_way_of_packing), TAP(test_nothing_else_passes),
         TAP(test_largest_prices_by_another_way), TAP(test_another_seed_is_refused), TAP(test_changed_questions), TAP(test_large_digits),
         TAP(test_too_many_linked), TAP(test_too_many_ranks), TAP(test_crowds), TAP(test_threads_change_nothing))
