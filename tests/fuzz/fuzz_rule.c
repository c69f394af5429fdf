/* Any bytes as a rule: what parses prints and reads back as itself; what checks is evaluated, proven and, when a change is
 * found, holds after it. */
#include "base/cx.h"
#include "base/log.h"
#include "platform/rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const kinds[] = {"academic", "internship", NULL}, *const levels[] = {"ing1", "ing2", NULL};
static const struct rule_fact facts[] = {
    {.name = "year", .type = RULE_INT, .changeable = true, .cost = 1, .least = 0, .most = 9},
    {.name = "average", .type = RULE_FIXED, .digits = 2},
    {.name = "born", .type = RULE_DATE, .changeable = true, .cost = 1},
    {.name = "apprentice", .type = RULE_BOOL, .changeable = true, .cost = 3},
    {.name = "status", .type = RULE_CODE, .changeable = true, .cost = 2},
    {.name = "level", .type = RULE_CODE, .codes = levels, .ordered = true, .changeable = true, .cost = 1},
};
static const struct rule_fact segment_fields[] = {{.name = "country", .type = RULE_CODE},
                                                  {.name = "kind", .type = RULE_CODE, .codes = kinds},
                                                  {.name = "weeks", .type = RULE_INT},
                                                  {.name = "ects", .type = RULE_FIXED, .digits = 2}};
static const struct rule_fact test_fields[] = {{.name = "lang", .type = RULE_CODE},
                                               {.name = "cefr", .type = RULE_CEFR, .changeable = true, .cost = 4}};
static const struct rule_set sets[] = {{.name = "segment", .fields = segment_fields, .nfields = 4},
                                       {.name = "test", .fields = test_fields, .nfields = 2, .key = 0, .value = 1}};
static const struct rule_vocabulary vocabulary = {facts, ARRAY_LEN(facts), sets, ARRAY_LEN(sets)};

static bool param(void *arg, struct str name, struct rule_param *out)
{
	(void)arg;
	*out = (struct rule_param){.text = name, .source = name};
	return true;
}

static void ask(struct arena *a, const struct rule_expr *e)
{
	const struct rule_value values[] = {RULE_NUM(3), RULE_MISSING, RULE_NUM(10000), RULE_NUM(0), RULE_TEXT(STR("FISE")), RULE_MISSING};
	const struct rule_value rows[] = {RULE_TEXT(STR("FR")), RULE_TEXT(STR("academic")),   RULE_NUM(18), RULE_NUM(3000),
	                                  RULE_MISSING,         RULE_TEXT(STR("internship")), RULE_NUM(20), RULE_MISSING};
	const struct rule_value tests[] = {RULE_TEXT(STR("en")), RULE_NUM(RULE_B1)};
	const struct rule_value more[] = {RULE_TEXT(STR("CA")), RULE_TEXT(STR("academic")), RULE_NUM(15), RULE_NUM(3000)};
	const struct rule_rows filled[] = {{true, 2, rows}, {true, 1, tests}};
	const struct rule_candidate candidate = {.set = 0, .values = more, .cost = 2, .at_most = 3};
	const struct rule_facts f = {.values = values, .sets = filled, .candidates = &candidate, .ncandidates = 1, .param = param};
	enum rule_state state = rule_eval(e, &f);
	BUG_IF(rule_prove(a, STR("fuzz"), e, &f)->state != state);
	struct rule_change c = rule_smallest_change(a, &e, 1, &vocabulary, &f);
	BUG_IF((c.state == RULE_CHANGE_NEEDLESS) != (state == RULE_YES));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct rule_expr *e, *again;
	struct rule_error error;
	struct str text = {(const char *)data, size};
	if (rule_parse(a, text, &e, &error)) {
		BUG_IF(rule_nodes(e) > RULE_MAX_NODES);
		BUG_IF(!rule_parse(a, rule_print(a, e), &again, &error) || !rule_same(e, again));
		if (rule_check(a, e, &vocabulary, &error))
			ask(a, e);
		else
			BUG_IF(error.expected == RULE_WANT_NOTHING || error.pos > size);
	} else {
		BUG_IF(error.expected == RULE_WANT_NOTHING || error.pos > size || !error.column);
	}
	arena_free(a);
	return 0;
}
