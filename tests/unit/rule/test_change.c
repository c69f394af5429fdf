/* The smallest change: what it says in plain cases, and against brute force over thousands of random rules and facts. */
#include "base/rand.h"
#include "base/sb.h"
#include "study.h"

enum { F_A, F_B, F_GRADE, F_FLAG, F_CODE, F_STAGE, F_FIXED, F_COUNT };
enum { S_ROW, S_SKILL, S_COUNT };
static const char *const stages[] = {"s1", "s2", "s3", NULL};
static const struct rule_fact facts[F_COUNT] = {
    [F_A] = {.name = "a", .type = RULE_INT, .changeable = true, .cost = 3, .least = 0, .most = 4},
    [F_B] = {.name = "b", .type = RULE_INT, .changeable = true, .cost = 2, .step = 2, .way = RULE_UP, .least = 1, .most = 5},
    [F_GRADE] = {.name = "grade", .type = RULE_FIXED, .digits = 1, .changeable = true, .cost = 1, .step = 2, .least = 0, .most = 8},
    [F_FLAG] = {.name = "flag", .type = RULE_BOOL, .changeable = true, .cost = 4},
    [F_CODE] = {.name = "code", .type = RULE_CODE, .changeable = true, .cost = 5},
    [F_STAGE] = {.name = "stage", .type = RULE_CODE, .codes = stages, .ordered = true, .changeable = true, .cost = 2, .way = RULE_DOWN},
    [F_FIXED] = {.name = "fixed", .type = RULE_INT},
};
static const struct rule_fact row_fields[] = {{.name = "kind", .type = RULE_CODE}, {.name = "n", .type = RULE_INT}};
static const struct rule_fact skill_fields[] = {{.name = "lang", .type = RULE_CODE},
                                                {.name = "cefr", .type = RULE_CEFR, .changeable = true, .cost = 2}};
static const struct rule_set sets[S_COUNT] = {
    [S_ROW] = {.name = "row", .fields = row_fields, .nfields = 2},
    [S_SKILL] = {.name = "skill", .fields = skill_fields, .nfields = 2, .key = 0, .value = 1},
};
static const struct rule_vocabulary small = {facts, F_COUNT, sets, S_COUNT};

struct world {
	struct rule_value facts[F_COUNT];
	struct rule_value rows[4][2], skills[4][2], added[2][2];
	struct rule_rows sets[S_COUNT];
	struct rule_candidate candidates[2];
	struct rule_facts f;
};

static void world_begin(struct world *w)
{
	*w = (struct world){0};
	for (size_t i = 0; i < F_COUNT; i++)
		w->facts[i] = RULE_MISSING;
	w->sets[S_ROW] = (struct rule_rows){.known = true, .values = w->rows[0]};
	w->sets[S_SKILL] = (struct rule_rows){.known = true, .values = w->skills[0]};
	w->f = (struct rule_facts){.values = w->facts, .sets = w->sets, .candidates = w->candidates};
}

static struct rule_change change_of(struct arena *a, const char *rule, const struct world *w)
{
	const struct rule_expr *e = rule_must(a, rule, &small);
	if (!e) return (struct rule_change){.cost = -1};
	return rule_smallest_change(a, &e, 1, &small, &w->f);
}

static void test_plain(void)
{
	struct arena *a = arena_new();
	struct world w;
	world_begin(&w);
	w.facts[F_A] = RULE_NUM(1);
	w.facts[F_FLAG] = RULE_NUM(0);
	struct rule_change c = change_of(a, "a >= 1", &w);
	CHECK_INT(c.state, RULE_CHANGE_NEEDLESS);
	c = change_of(a, "a >= 3", &w);
	CHECK_INT(c.state, RULE_CHANGE_FOUND);
	CHECK_INT(c.cost, 6);
	REQUIRE(c.nsteps == 1);
	CHECK_INT(c.steps[0].to.num, 3);
	CHECK_INT(c.steps[0].from.num, 1);
	CHECK(c.steps[0].fact == &facts[F_A]);
	/* one change for both sides of the `and`, not two */
	c = change_of(a, "a >= 2 and a >= 3 and not a > 3", &w);
	CHECK_INT(c.cost, 6);
	/* the cheaper side of the `or` */
	c = change_of(a, "a >= 3 or flag = yes", &w);
	CHECK_INT(c.cost, 4);
	CHECK_INT(c.steps[0].index, F_FLAG);
	/* a fact that both sides need makes the dearer side the cheaper whole */
	c = change_of(a, "(a >= 3 or flag = yes) and a >= 3", &w);
	CHECK_INT(c.cost, 6);
	CHECK_INT(c.nsteps, 1);
	c = change_of(a, "a >= 5", &w); /* beyond the limit of the fact */
	CHECK_INT(c.state, RULE_CHANGE_NONE);
	CHECK_INT(c.nsteps, 0);
	c = change_of(a, "a >= 2 and a < 2", &w);
	CHECK_INT(c.state, RULE_CHANGE_NONE);
	w.facts[F_FIXED] = RULE_NUM(0);
	c = change_of(a, "fixed = 1 and a >= 2", &w);
	CHECK_INT(c.state, RULE_CHANGE_NONE);
	c = change_of(a, "fixed = 1 or a >= 2", &w);
	CHECK_INT(c.cost, 3);
	c = change_of(a, "code != x and code != y", &w); /* anything else will do */
	REQUIRE(c.state == RULE_CHANGE_FOUND && c.nsteps == 1);
	CHECK_STR(c.steps[0].to.code, "");
	w.facts[F_STAGE] = CODE("s1"); /* only downwards */
	CHECK_INT(change_of(a, "stage >= s2", &w).state, RULE_CHANGE_NONE);
	w.facts[F_STAGE] = CODE("s3");
	CHECK_INT(change_of(a, "stage < s2", &w).cost, 4);
	arena_free(a);
}

static void test_missing(void)
{
	struct arena *a = arena_new();
	struct world w;
	world_begin(&w);
	CHECK_INT(change_of(a, "a >= 2", &w).cost, 9); /* from one below 0 */
	CHECK_INT(change_of(a, "b >= 1", &w).cost, 2);
	CHECK_INT(change_of(a, "not flag = yes", &w).cost, 4);
	CHECK_INT(change_of(a, "skill(en) >= B2", &w).cost, 8);
	CHECK_INT(change_of(a, "fixed >= 0", &w).state, RULE_CHANGE_NONE);
	/* a level on the way up may be forbidden by another part */
	CHECK_INT(change_of(a, "skill(en) >= B2 and skill(fr) >= A1 and not exists(lang=en, cefr=B1)", &w).cost, 10);
	w.skills[0][0] = CODE("en");
	w.skills[0][1] = RULE_NUM(RULE_B1);
	w.sets[S_SKILL].len = 1;
	struct rule_change c = change_of(a, "skill(en) >= B2 and exists(lang=en, cefr>=B2)", &w);
	CHECK_INT(c.cost, 2);
	REQUIRE(c.nsteps == 1);
	CHECK_INT(c.steps[0].kind, RULE_STEP_LOOKUP);
	CHECK_STR(c.steps[0].key, "en");
	CHECK_INT(c.steps[0].from.num, RULE_B1);
	CHECK_INT(c.steps[0].to.num, RULE_B2);
	CHECK_INT(change_of(a, "skill(en) <= A2", &w).state, RULE_CHANGE_NONE); /* nobody unlearns for a rule */
	arena_free(a);
}

static void test_rows(void)
{
	struct arena *a = arena_new();
	struct world w;
	world_begin(&w);
	w.added[0][0] = CODE("big");
	w.added[0][1] = RULE_NUM(5);
	w.added[1][0] = CODE("little");
	w.added[1][1] = RULE_NUM(2);
	w.candidates[0] = (struct rule_candidate){.set = S_ROW, .values = w.added[0], .cost = 9, .at_most = 2};
	w.candidates[1] = (struct rule_candidate){.set = S_ROW, .values = w.added[1], .cost = 4, .at_most = 20};
	w.f.ncandidates = 2;
	CHECK_INT(change_of(a, "sum(n) >= 4", &w).cost, 8);
	CHECK_INT(change_of(a, "sum(n) >= 9", &w).cost, 17);
	CHECK_INT(change_of(a, "sum(n) >= 50", &w).cost, 98);
	CHECK_INT(change_of(a, "sum(n) >= 51", &w).state, RULE_CHANGE_NONE);
	CHECK_INT(change_of(a, "sum(n) > 8", &w).cost, 17);
	CHECK_INT(change_of(a, "sum(n) > 9", &w).cost, 18);
	CHECK_INT(change_of(a, "not sum(n) <= 9", &w).cost, 18);
	CHECK_INT(change_of(a, "sum(n) = 7", &w).cost, 13);
	CHECK_INT(change_of(a, "sum(n) = 3", &w).state, RULE_CHANGE_NONE);
	CHECK_INT(change_of(a, "sum(n) >= 5 and sum(n, kind=big) >= 5", &w).cost, 9);
	CHECK_INT(change_of(a, "count(kind=big|little) >= 3 and exists(kind=big)", &w).cost, 17);
	CHECK_INT(change_of(a, "avg(n) >= 3", &w).cost, 9);
	w.rows[0][0] = CODE("big");
	w.rows[0][1] = RULE_MISSING;
	w.sets[S_ROW].len = 1;
	CHECK_INT(change_of(a, "sum(n) >= 1", &w).state, RULE_CHANGE_NONE); /* adding does not tell what is missing */
	arena_free(a);
}

static void test_several_rules(void)
{
	struct arena *a = arena_new();
	struct world w;
	world_begin(&w);
	w.facts[F_A] = RULE_NUM(0);
	w.facts[F_FLAG] = RULE_NUM(0);
	const struct rule_expr *e[] = {rule_must(a, "a >= 1 or flag = yes", &small), rule_must(a, "a >= 2 or flag = yes", &small)};
	struct rule_change c = rule_smallest_change(a, e, 2, &small, &w.f);
	CHECK_INT(c.cost, 4);
	CHECK_INT(c.nsteps, 1);
	arena_free(a);
}

/* --- brute force --- */

static const char *const random_leaves[] = {"a >= 2",
                                            "a < 1",
                                            "a != 3",
                                            "a in (2, 4)",
                                            "a = 1",
                                            "b >= 3",
                                            "b > 3",
                                            "b <= 2",
                                            "b = 4",
                                            "grade >= 0.4",
                                            "grade < 0.3",
                                            "grade = 0.5",
                                            "flag = yes",
                                            "flag = no",
                                            "code = x",
                                            "code != x",
                                            "code in (x, y)",
                                            "code = z",
                                            "stage >= s2",
                                            "stage < s2",
                                            "stage = s3",
                                            "fixed >= 1",
                                            "fixed = 0",
                                            "skill(en) >= B2",
                                            "skill(en) = C1",
                                            "skill(en) < C1",
                                            "skill(fr) > A2",
                                            "exists(lang=en, cefr=B1)",
                                            "exists(lang=en, cefr>=C1)",
                                            "count(lang=en|fr) >= 2",
                                            "sum(n) >= 5",
                                            "sum(n, kind=big) >= 4",
                                            "sum(n, kind!=big) <= 2",
                                            "sum(n) = 6",
                                            "count(kind=little) >= 2",
                                            "count(kind=big) < 1",
                                            "exists(kind=big)",
                                            "max(n) >= 4",
                                            "min(n, kind=little) >= 1",
                                            "avg(n) >= 2.5",
                                            "avg(n, kind=little|big) < 3",
                                            "max(cefr) >= C1",
                                            "sum(n) > 4",
                                            "sum(n, kind=big|little) <= 5",
                                            "sum(n) < 4",
                                            "count(kind=big|little) > 1"};

static void random_rule(struct rand_seeded *r, struct sb *b, int depth)
{
	uint64_t what = depth ? rand_seeded_below(r, 7) : 0;
	if (what < 2) {
		sb_addz(b, random_leaves[rand_seeded_below(r, ARRAY_LEN(random_leaves))]);
		return;
	}
	SB_LIT(b, "(");
	if (what == 2)
		SB_LIT(b, "not ");
	else {
		random_rule(r, b, depth - 1);
		sb_addz(b, what % 2 ? " and " : " or ");
	}
	random_rule(r, b, depth - 1);
	SB_LIT(b, ")");
}

static struct rule_value random_value(struct rand_seeded *r, int64_t least, int64_t most)
{
	if (!rand_seeded_below(r, 5)) return RULE_MISSING;
	return RULE_NUM(least + (int64_t)rand_seeded_below(r, (uint64_t)(most - least + 1)));
}

static struct rule_value random_code(struct rand_seeded *r, const char *const *codes, size_t n)
{
	if (!rand_seeded_below(r, 6)) return RULE_MISSING;
	return RULE_TEXT(str_of(codes[rand_seeded_below(r, n)]));
}

static void random_world(struct rand_seeded *r, struct world *w)
{
	static const char *const codes[] = {"x", "y", "z", "w"}, *const kinds[] = {"big", "little"}, *const langs[] = {"en", "fr"};
	world_begin(w);
	w->facts[F_A] = random_value(r, 0, 4);
	w->facts[F_B] = random_value(r, 1, 5);
	w->facts[F_GRADE] = random_value(r, 0, 8);
	w->facts[F_FLAG] = random_value(r, 0, 1);
	w->facts[F_CODE] = random_code(r, codes, 4);
	w->facts[F_STAGE] = random_code(r, stages, 3);
	w->facts[F_FIXED] = random_value(r, 0, 1);
	w->sets[S_ROW].len = rand_seeded_below(r, 3);
	w->sets[S_SKILL].len = rand_seeded_below(r, 3);
	w->sets[S_ROW].known = rand_seeded_below(r, 20) > 0;
	for (size_t i = 0; i < w->sets[S_ROW].len; i++) {
		w->rows[i][0] = random_code(r, kinds, 2);
		w->rows[i][1] = random_value(r, 0, 5);
	}
	for (size_t i = 0; i < w->sets[S_SKILL].len; i++) {
		w->skills[i][0] = random_code(r, langs, 2);
		w->skills[i][1] = random_value(r, 1, 7);
	}
	w->f.ncandidates = rand_seeded_below(r, 3);
	for (size_t i = 0; i < w->f.ncandidates; i++) {
		w->added[i][0] = random_code(r, kinds, 2);
		w->added[i][1] = random_value(r, -1, 5);
		w->candidates[i] =
		    (struct rule_candidate){.set = S_ROW, .values = w->added[i], .cost = (int64_t)rand_seeded_below(r, 6), .at_most = 2};
	}
}

/* Every value that each fact of the rule may take, straight from the declarations. */
struct brute {
	struct arena *arena;
	const struct rule_expr *rule;
	const struct world *w;
	struct choice {
		int nsteps;
		struct rule_step steps[64];
	} choices[F_COUNT + 4];
	int nchoices;
	int64_t best;
};

static int64_t distance(int64_t x, int64_t y) { return x > y ? x - y : y - x; }

static void choices_of_number(struct choice *c, size_t index, struct rule_value from, int64_t least, int64_t most)
{
	const struct rule_fact *f = &facts[index];
	int64_t step = f->step ? f->step : 1;
	for (int64_t v = least; v <= most; v++) {
		bool missing = from.num == UNKNOWN;
		if (!missing && (v == from.num || (f->way == RULE_UP && v < from.num))) continue;
		int64_t steps = (distance(missing ? least : from.num, v) + step - 1) / step + missing;
		if (f->type == RULE_BOOL) steps = 1;
		c->steps[c->nsteps++] =
		    (struct rule_step){.kind = RULE_STEP_FACT, .index = index, .to = RULE_NUM(v), .times = 1, .cost = steps * f->cost};
	}
}

static void choices_of_code(struct choice *c, size_t index, struct rule_value from)
{
	static const char *const codes[] = {"x", "y", "z", "w"};
	bool ordered = index == F_STAGE;
	int64_t at = UNKNOWN;
	for (int i = 0; i < 3 && ordered; i++)
		if (str_is(from.code, stages[i])) at = i;
	for (int i = 0; i < (ordered ? 3 : 4); i++) {
		struct rule_value to = RULE_TEXT(str_of(ordered ? stages[i] : codes[i]));
		if (str_eq(to.code, from.code) || (ordered && at != UNKNOWN && i > at)) continue;
		int64_t steps = !ordered ? 1 : at == UNKNOWN ? i + 1 : at - i;
		c->steps[c->nsteps++] =
		    (struct rule_step){.kind = RULE_STEP_FACT, .index = index, .to = to, .times = 1, .cost = steps * facts[index].cost};
	}
}

static void choices_of_skill(struct choice *c, const struct world *w, const char *key)
{
	int64_t now = 0;
	for (size_t i = 0; i < w->sets[S_SKILL].len; i++)
		if (str_is(w->skills[i][0].code, key) && w->skills[i][1].num > now) now = w->skills[i][1].num;
	for (int64_t v = now + 1; v <= RULE_NATIVE; v++)
		c->steps[c->nsteps++] = (struct rule_step){
		    .kind = RULE_STEP_LOOKUP, .index = S_SKILL, .key = str_of(key), .to = RULE_NUM(v), .times = 1, .cost = (v - now) * 2};
}

static void brute_begin(struct brute *b, struct arena *a, struct str text, const struct rule_expr *rule, const struct world *w)
{
	static const int64_t limits[][2] = {[F_A] = {0, 4}, [F_B] = {1, 5}, [F_GRADE] = {0, 8}, [F_FLAG] = {0, 1}};
	*b = (struct brute){.arena = a, .rule = rule, .w = w, .best = INT64_MAX};
	for (size_t i = 0; i < F_FIXED; i++) {
		if (!rule_mentions(rule, str_of(facts[i].name))) continue;
		struct choice *c = &b->choices[b->nchoices++];
		if (i == F_CODE || i == F_STAGE)
			choices_of_code(c, i, w->facts[i]);
		else
			choices_of_number(c, i, w->facts[i], limits[i][0], limits[i][1]);
	}
	static const char *const langs[] = {"en", "fr"};
	for (size_t i = 0; i < 2; i++)
		if (str_find(text, str_of(i ? "skill(fr" : "skill(en")) != STR_NPOS)
			choices_of_skill(&b->choices[b->nchoices++], w, langs[i]);
	bool rows = rule_mentions(rule, STR("n")) || rule_mentions(rule, STR("kind"));
	for (size_t i = 0; rows && w->sets[S_ROW].known && i < w->f.ncandidates; i++) {
		struct choice *c = &b->choices[b->nchoices++];
		for (int64_t k = 1; k <= 2; k++)
			c->steps[c->nsteps++] =
			    (struct rule_step){.kind = RULE_STEP_ROW, .index = i, .times = k, .cost = k * w->candidates[i].cost};
	}
}

static void brute_search(struct brute *b, int at, struct rule_change *c)
{
	if (c->cost >= b->best) return;
	if (at == b->nchoices) {
		struct arena_mark m = arena_mark(b->arena);
		struct rule_facts after = rule_apply(b->arena, &small, &b->w->f, c);
		if (rule_eval(b->rule, &after) == RULE_YES) b->best = c->cost;
		arena_rewind(b->arena, m);
		return;
	}
	brute_search(b, at + 1, c);
	for (int i = 0; i < b->choices[at].nsteps; i++) {
		c->steps[c->nsteps++] = b->choices[at].steps[i];
		c->cost += b->choices[at].steps[i].cost;
		brute_search(b, at + 1, c);
		c->cost -= b->choices[at].steps[i].cost;
		c->nsteps--;
	}
}

static void test_brute_force(void)
{
	struct rand_seeded r = {2026};
	int found = 0, none = 0, needless = 0;
	struct brute *b = calloc(1, sizeof(*b));
	for (int i = 0; i < 6000 && !tap.failures; i++) {
		struct arena *a = arena_new();
		struct world w;
		struct sb text;
		random_world(&r, &w);
		sb_init(&text, a, 4096);
		random_rule(&r, &text, 3);
		const struct rule_expr *e = rule_must(a, str_z(a, sb_str(&text)), &small);
		REQUIRE(e);
		struct rule_change c = rule_smallest_change(a, &e, 1, &small, &w.f);
		brute_begin(b, a, sb_str(&text), e, &w);
		if (b->nchoices > 5) {
			arena_free(a);
			continue;
		}
		struct rule_step steps[F_COUNT + 4];
		struct rule_change none_yet = {.steps = steps};
		brute_search(b, 0, &none_yet);
		enum rule_change_state want = rule_eval(e, &w.f) == RULE_YES ? RULE_CHANGE_NEEDLESS
		                              : b->best == INT64_MAX         ? RULE_CHANGE_NONE
		                                                             : RULE_CHANGE_FOUND;
		CHECK_INT(c.state, want);
		CHECK_INT(c.cost, want == RULE_CHANGE_FOUND ? b->best : 0);
		if (want == RULE_CHANGE_FOUND) {
			struct rule_facts after = rule_apply(a, &small, &w.f, &c);
			CHECK_INT(rule_eval(e, &after), RULE_YES);
			int64_t sum = 0;
			for (size_t k = 0; k < c.nsteps; k++)
				sum += c.steps[k].cost;
			CHECK_INT(sum, c.cost);
		}
		if (tap.failures) tap_show("rule", sb_str(&text));
		found += want == RULE_CHANGE_FOUND;
		none += want == RULE_CHANGE_NONE;
		needless += want == RULE_CHANGE_NEEDLESS;
		arena_free(a);
	}
	free(b);
	printf("# %d found, %d impossible, %d needless\n", found, none, needless);
	CHECK(found > 1000 && none > 500 && needless > 500);
}

TAP_MAIN(TAP(test_plain), TAP(test_missing), TAP(test_rows), TAP(test_several_rules), TAP(test_brute_force))
