/* How long a rule of the greatest size takes: to read, to evaluate, to prove, and to find its smallest change. Only measured. */
#include "base/clock.h"
#include "platform/rule/rule.h"

static const char *const kinds[] = {"academic", "internship", "thesis", NULL};
static const struct rule_fact facts[] = {
    {.name = "year", .type = RULE_INT, .changeable = true, .cost = 1, .least = 0, .most = 9},
    {.name = "average", .type = RULE_FIXED, .digits = 2, .changeable = true, .cost = 2, .least = 0, .most = 2000},
    {.name = "apprentice", .type = RULE_BOOL, .changeable = true, .cost = 3},
};
static const struct rule_fact fields[] = {{.name = "country", .type = RULE_CODE},
                                          {.name = "kind", .type = RULE_CODE, .codes = kinds},
                                          {.name = "ects", .type = RULE_FIXED, .digits = 2}};
static const struct rule_set sets[] = {{.name = "segment", .fields = fields, .nfields = 3}};
static const struct rule_vocabulary vocabulary = {facts, ARRAY_LEN(facts), sets, ARRAY_LEN(sets)};

enum { ROWS = 40, ROUNDS = 2000 };

static struct str largest(struct arena *a)
{
	struct sb b;
	sb_init(&b, a, RULE_MAX_TEXT);
	for (int i = 0; i < 40; i++) {
		if (i) sb_addz(&b, i % 4 ? " or " : ") and ");
		if (i % 4 == 0) sb_addz(&b, "(");
		sb_fmt(&b, i % 2 ? "sum(ects, country=FR|CA, kind=academic) >= %d" : "year >= %d", 400 + i);
	}
	sb_addz(&b, ") and apprentice = yes");
	return sb_str(&b);
}

static void report(const char *what, int64_t us, int rounds) { printf("%-24s %8.1f us\n", what, (double)us / rounds); }

int main(void)
{
	struct arena *a = arena_new();
	struct rule_value rows[ROWS][3];
	for (size_t i = 0; i < ROWS; i++) {
		rows[i][0] = RULE_TEXT(i % 2 ? STR("FR") : STR("CA"));
		rows[i][1] = RULE_TEXT(i % 3 ? STR("academic") : STR("thesis"));
		rows[i][2] = RULE_NUM(600);
	}
	const struct rule_value values[] = {RULE_NUM(3), RULE_NUM(1100), RULE_NUM(0)};
	const struct rule_rows filled[] = {{true, ROWS, rows[0]}};
	const struct rule_value semester[] = {RULE_TEXT(STR("FR")), RULE_TEXT(STR("academic")), RULE_NUM(3000)};
	const struct rule_candidate candidate = {.set = 0, .values = semester, .cost = 5, .at_most = 20};
	const struct rule_facts f = {.values = values, .sets = filled, .candidates = &candidate, .ncandidates = 1};
	struct str text = largest(a);
	struct rule_expr *e = NULL;
	struct rule_error error;
	struct arena_mark mark = arena_mark(a);
	int64_t start = clock_monotonic_us();
	for (int i = 0; i < ROUNDS; i++) {
		arena_rewind(a, mark);
		if (!rule_parse(a, text, &e, &error) || !rule_check(a, e, &vocabulary, &error)) {
			fprintf(stderr, "column %zu: expected %s\n", error.column, rule_expect_text(error.expected));
			return 1;
		}
	}
	printf("%zu nodes, %d rows\n", rule_nodes(e), ROWS);
	report("read and check", clock_monotonic_us() - start, ROUNDS);
	int states = 0;
	start = clock_monotonic_us();
	for (int i = 0; i < ROUNDS; i++)
		states += (int)rule_eval(e, &f);
	report("evaluate", clock_monotonic_us() - start, ROUNDS);
	mark = arena_mark(a);
	start = clock_monotonic_us();
	for (int i = 0; i < ROUNDS; i++) {
		arena_rewind(a, mark);
		states += (int)rule_prove(a, STR("bench"), e, &f)->state;
	}
	report("prove", clock_monotonic_us() - start, ROUNDS);
	const struct rule_expr *list[] = {e};
	struct rule_change c = {0};
	start = clock_monotonic_us();
	for (int i = 0; i < 20; i++) {
		arena_rewind(a, mark);
		c = rule_smallest_change(a, list, 1, &vocabulary, &f);
	}
	report("smallest change", clock_monotonic_us() - start, 20);
	printf("change %d, cost %lld\n", (int)c.state, (long long)c.cost);
	arena_free(a);
	return states < 0;
}
