/* Pairs who want to go together, against the rule told once more; their faults; and what verify and why say of them. */
#include "cases.h"

struct simple {
	const struct small *c;
	struct plain p;
	int left[MAX_O], cap_left[MAX_C];
	int held[MAX_S];
};

static bool seats_left(const struct simple *w, int o, int n)
{
	if (w->left[o] < n) return false;
	for (int k = w->c->cap_of[o]; k >= 0; k = w->c->cap_parent[k])
		if (w->cap_left[k] < n) return false;
	return true;
}

static void sit(struct simple *w, int s, int o)
{
	w->held[s] = o;
	if (o < 0) return;
	w->left[o]--;
	for (int k = w->c->cap_of[o]; k >= 0; k = w->c->cap_parent[k])
		w->cap_left[k]--;
}

static bool may(const struct small *c, int s, int o) { return c->rank[s][o] && !c->forbidden[s][o]; }

static void alone(struct simple *w, int s)
{
	int best = -1;
	for (int o = 0; o < w->c->options; o++)
		if (may(w->c, s, o) && seats_left(w, o, 1) && plain_prefers(&w->p, w->c, s, o, best)) best = o;
	sit(w, s, best);
}

static void both(struct simple *w, int first, int second)
{
	const struct small *c = w->c;
	int best = -1, best_sum = 0, best_worse = 0;
	for (int o = 0; o < c->options; o++) {
		if (!may(c, first, o) || !may(c, second, o) || !seats_left(w, o, 2)) continue;
		int x = c->rank[first][o], y = c->rank[second][o], sum = x + y, worse = x > y ? x : y;
		bool better = best < 0 || sum < best_sum || (sum == best_sum && worse < best_worse);
		if (!better && sum == best_sum && worse == best_worse) better = memcmp(w->p.tie[first][o], w->p.tie[first][best], 32) > 0;
		if (!better) continue;
		best = o;
		best_sum = sum;
		best_worse = worse;
	}
	if (best >= 0) {
		sit(w, first, best);
		sit(w, second, best);
	} else {
		alone(w, first);
		alone(w, second);
	}
}

static bool earlier(const struct simple *w, int x, int y)
{
	if (w->p.best_score[x] != w->p.best_score[y]) return w->p.best_score[x] > w->p.best_score[y];
	return memcmp(w->p.lottery[x], w->p.lottery[y], 32) > 0;
}

static void told_again(struct simple *w, const struct small *c)
{
	int order[MAX_S];
	bool done[MAX_S] = {false};
	*w = (struct simple){.c = c};
	plain_draw(&w->p, c);
	memcpy(w->left, c->capacity, sizeof(w->left));
	memcpy(w->cap_left, c->cap_capacity, sizeof(w->cap_left));
	for (int s = 0; s < c->students; s++) {
		int k = s;
		for (; k && earlier(w, s, order[k - 1]); k--)
			order[k] = order[k - 1];
		order[k] = s;
		w->held[s] = -1;
		if (c->fixed[s] >= 0) sit(w, s, c->fixed[s]);
	}
	for (int k = 0; k < c->students; k++) {
		int s = order[k], partner = c->pair_of[s] - 1;
		if (c->fixed[s] >= 0) continue;
		if (partner < 0 || c->fixed[partner] >= 0)
			alone(w, s);
		else if (done[partner])
			both(w, partner, s);
		done[s] = true;
	}
}

static struct small random_with_pairs(struct rand_seeded *rnd, int students, bool one_score)
{
	struct small c = small_random(rnd, students, MAX_O, one_score);
	for (int s = 0; s + 1 < c.students; s += 2) {
		if (!below(rnd, 3)) continue;
		c.pair_of[s] = s + 2;
		c.pair_of[s + 1] = s + 1;
		for (int o = 0; o < c.options && below(rnd, 3); o++)
			c.rank[s + 1][o] = c.rank[s][o];
	}
	for (int s = 0; s < c.students; s++)
		for (int o = 0; o < c.options; o++)
			c.forbidden[s][o] = c.rank[s][o] && !below(rnd, 8);
	return c;
}

static void test_the_rule(void)
{
	struct rand_seeded rnd = {31};
	int together = 0, apart = 0, dissolved = 0;
	for (int round = 0; round < 6000; round++) {
		struct arena *arena = arena_new();
		struct small c = random_with_pairs(&rnd, MAX_S, round % 2);
		struct simple w;
		struct allocation_result r;
		struct allocation_wrong wrong;
		told_again(&w, &c);
		if (round % 3 == 0) { /* one student keeps what she had */
			int s = below(&rnd, c.students);
			c.fixed[s] = w.held[s];
			dissolved += c.fixed[s] >= 0 && c.pair_of[s];
			told_again(&w, &c);
		}
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, (uint64_t)round % 5, &r));
		for (int s = 0; s < c.students; s++) {
			CHECK_INT(held_option(&r, s), w.held[s]);
			if (c.pair_of[s] && w.held[s] >= 0) *(w.held[s] == w.held[c.pair_of[s] - 1] ? &together : &apart) += 1;
		}
		struct str *cutoffs = ARENA_ARRAY(arena, struct str, r.allocation->noptions);
		for (uint32_t o = 0; o < r.allocation->noptions; o++)
			cutoffs[o] = allocation_cutoff_text(arena, &r, o);
		struct allocation_claim claim = {r.allocation, r.options, r.held, cutoffs};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		arena_free(arena);
		if (tap.failures) {
			printf("# in round %d\n", round);
			return;
		}
	}
	CHECK(together > 500 && apart > 500 && dissolved > 100);
}

/* Every other placement is refused. */
static void test_only_the_solution_passes(void)
{
	struct rand_seeded rnd = {32};
	for (int round = 0; round < 400; round++) {
		struct arena *arena = arena_new();
		struct small c = random_with_pairs(&rnd, 4, round % 2);
		struct allocation_result r;
		struct allocation_wrong wrong;
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
		const struct allocation *a = r.allocation;
		uint32_t held[MAX_S];
		struct allocation_claim claim = {a, r.options, held, NULL};
		memset(held, 0xff, sizeof(held));
		for (bool more = true; more;) {
			bool same = memcmp(held, r.held, a->nstudents * sizeof(*held)) == 0;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), same ? OK : ERR_REFUSED);
			more = false;
			for (uint32_t s = 0; s < a->nstudents && !more; s++) {
				held[s] = held[s] == ALLOCATION_NONE ? a->off[s] : held[s] + 1;
				if (held[s] < a->off[s + 1])
					more = true;
				else
					held[s] = ALLOCATION_NONE;
			}
		}
		arena_free(arena);
		if (tap.failures) return;
	}
}

static int changed(const struct small *c, int s, int o, int64_t gain, int seats)
{
	struct small d = *c;
	struct simple w;
	for (int x = 0; x < c->options; x++)
		d.score[s][x] += (int)gain;
	d.capacity[o] += seats;
	for (int k = d.cap_of[o]; k >= 0; k = d.cap_parent[k])
		d.cap_capacity[k] += seats;
	told_again(&w, &d);
	return w.held[s];
}

static void test_reasons(void)
{
	struct rand_seeded rnd = {33};
	int seen[ALLOCATION_REASON_COUNT] = {0}, never = 0;
	for (int round = 0; round < 1500; round++) {
		struct arena *arena = arena_new();
		struct small c = random_with_pairs(&rnd, MAX_S, round % 2);
		struct allocation_result r;
		REQUIRE(small_solve(arena, &c, ALLOCATION_SERIAL, 0, &r));
		for (int s = 0; s < c.students; s++) {
			for (int o = 0; o < c.options; o++) {
				struct allocation_reason why;
				allocation_why(arena, &r, (uint32_t)s, (uint32_t)o, true, &why);
				seen[why.code]++;
				if (why.code != ALLOCATION_REASON_PAIR && why.code != ALLOCATION_REASON_FULL_CUTOFF) continue;
				int64_t tried = why.score_gain == UNKNOWN ? 12 : why.score_gain;
				never += why.score_gain == UNKNOWN;
				for (int64_t gain = 0; gain <= tried; gain++) {
					int got = changed(&c, s, o, gain, 0);
					CHECK_INT(got >= 0 && c.rank[s][got] <= c.rank[s][o], gain == why.score_gain);
				}
				for (int k = 0; k <= why.extra_seats; k++) {
					int got = changed(&c, s, o, 0, k);
					CHECK_INT(got >= 0 && c.rank[s][got] <= c.rank[s][o], k == why.extra_seats);
				}
			}
		}
		arena_free(arena);
		if (tap.failures) {
			printf("# in round %d\n", round);
			return;
		}
	}
	CHECK(seen[ALLOCATION_REASON_PAIR] > 100 && seen[ALLOCATION_REASON_FULL_CUTOFF] > 100 && never > 10);
}

static void test_faults(void)
{
	static const struct {
		const char *pairs, *value, *column;
		enum allocation_fault_code code;
		int64_t line;
	} bad[] = {
	    {"student,partner\na,b\nx,c\n", "x", "student", ALLOCATION_FAULT_PAIR_UNKNOWN, 3},
	    {"student,partner\na,b\nc,x\n", "x", "partner", ALLOCATION_FAULT_PAIR_UNKNOWN, 3},
	    {"student,partner\na,b\nc,c\n", "c", "student", ALLOCATION_FAULT_PAIR_SELF, 3},
	    {"student,partner\na,b\na,c\n", "a", "student", ALLOCATION_FAULT_PAIR_TWICE, 3},
	    {"student,partner\na,b\nc,b\n", "b", "partner", ALLOCATION_FAULT_PAIR_TWICE, 3},
	    {"student,partner\na,b\nb,a\n", "b", "student", ALLOCATION_FAULT_PAIR_TWICE, 3},
	    {"student,partner\na,\n", "", "partner", ALLOCATION_FAULT_ID_EMPTY, 2},
	    {"student\na\n", "", "partner", ALLOCATION_FAULT_COLUMN_MISSING, 1},
	};
	for (size_t i = 0; i <= ARRAY_LEN(bad); i++) {
		struct arena *arena = arena_new();
		struct allocation *a;
		struct allocation_fault f = {0};
		const char *pairs = i < ARRAY_LEN(bad) ? bad[i].pairs : "student,partner\nb,a\n";
		struct allocation_files files = {
		    .seats = {STR("seats.csv"), STR("option,capacity\nlund,2\n")},
		    .choices = {STR("choices.csv"), STR("student,rank,option\na,1,lund\nb,1,lund\nc,1,lund\n")},
		    .pairs = {STR("pairs.csv"), str_of(pairs)}};
		enum err e = allocation_read(arena, &files, &a, &f);
		if (i < ARRAY_LEN(bad)) {
			CHECK(e != OK);
			CHECK_Z(allocation_fault_name(f.code), allocation_fault_name(bad[i].code));
			CHECK_STR(f.file, "pairs.csv");
			CHECK_INT(f.line, bad[i].line);
			CHECK_STR(f.column, bad[i].column);
			CHECK_STR(f.value.len ? f.value : STR(""), bad[i].value);
		} else {
			/* Only serial places them, and nothing is assured any more. */
			REQUIRE(e == OK);
			struct allocation_result r;
			struct allocation_options options = {.mechanism = ALLOCATION_DEFERRED, .seed = STR("x"), .hmac = hmac_sha256};
			CHECK(allocation_solve(arena, a, &options, &r, &f) == ERR_INVALID);
			CHECK_INT(f.code, ALLOCATION_FAULT_PAIR_MECHANISM);
			CHECK_STR(f.value, "deferred");
			CHECK(!allocation_holds_here(a, ALLOCATION_WHEN_ONE_SCORE) && !allocation_holds_here(a, ALLOCATION_ALWAYS));
			options.mechanism = ALLOCATION_SERIAL;
			REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
			CHECK(r.held[0] != ALLOCATION_NONE || r.held[2] != ALLOCATION_NONE);
		}
		arena_free(arena);
	}
}

/* Scores at both ends of their range. x and w go together, and their turn is that of the later; w comes before or after z by the
 * draw alone. Level with them x is the first of the pair only by the draw; one more is the largest number there is. */
static void test_the_largest_gain(void)
{
	struct arena *arena = arena_new();
	const int64_t end = INT64_MAX / 2;
	int largest = 0;
	for (int k = 0; k < 20; k++) {
		struct allocation *a = allocation_new(arena);
		struct allocation_options options = {.seed = str_fmt(arena, "%d", k), .hmac = hmac_sha256};
		struct allocation_result r;
		struct allocation_reason why;
		struct allocation_fault f;
		REQUIRE(allocation_add_option(a, STR("o"), 1, STR_NONE, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("w"), 1, STR("o"), end, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("x"), 1, STR("o"), -end, &f) == OK);
		REQUIRE(allocation_add_choice(a, STR("z"), 1, STR("o"), end, &f) == OK);
		REQUIRE(allocation_add_pair(a, STR("x"), STR("w"), &f) == OK);
		REQUIRE(allocation_finish(a, &f) == OK);
		REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
		CHECK(r.held[1] == ALLOCATION_NONE);
		allocation_why(arena, &r, 1, 0, true, &why);
		bool before_z = r.lottery[0] > r.lottery[2], first = r.lottery[1] > r.lottery[0];
		CHECK_INT(why.score_gain, !before_z ? UNKNOWN : first ? 2 * end : INT64_MAX);
		largest += why.score_gain == INT64_MAX;
	}
	CHECK(largest > 0);
	arena_free(arena);
}

TAP_MAIN(TAP(test_the_rule), TAP(test_only_the_solution_passes), TAP(test_reasons), TAP(test_the_largest_gain), TAP(test_faults))
