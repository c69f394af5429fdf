/* Rules as rows: their words, their validity, and the verdict of several together. */
#include "platform/rule/rule.h"

static const char *const scopes[RULE_SCOPE_COUNT] = {"agreement", "side", "programme", "campaign", "status"};
static const char *const severities[RULE_SEVERITY_COUNT] = {"block", "warn"};

static const char *const wants[] = {
    [RULE_WANT_NOTHING] = "nothing",
    [RULE_WANT_CMP] = "a comparison, 'not' or '('",
    [RULE_WANT_AND_OR] = "'and', 'or' or the end",
    [RULE_WANT_AND_OR_CLOSE] = "'and', 'or' or ')'",
    [RULE_WANT_OP] = "one of >= <= = != < >",
    [RULE_WANT_OP_IN] = "one of >= <= = != < > or 'in'",
    [RULE_WANT_VALUE] = "a number, a date or a code",
    [RULE_WANT_OPEN] = "'('",
    [RULE_WANT_CLOSE] = "')'",
    [RULE_WANT_COMMA_CLOSE] = "',' or ')'",
    [RULE_WANT_BAR_COMMA_CLOSE] = "'|', ',' or ')'",
    [RULE_WANT_FIELD] = "the name of a field",
    [RULE_WANT_QUOTE] = "a closing quote",
    [RULE_WANT_SMALLER] = "a smaller rule",
    [RULE_WANT_SHALLOWER] = "fewer levels of parentheses",
    [RULE_WANT_KNOWN_FACT] = "a known fact",
    [RULE_WANT_KNOWN_SET] = "a known set that can be asked by a key",
    [RULE_WANT_KNOWN_FIELD] = "fields of one set",
    [RULE_WANT_NUMBER_FIELD] = "a field that holds numbers",
    [RULE_WANT_ORDERED_FIELD] = "a field whose values have an order",
    [RULE_WANT_EQUALITY] = "= or !=",
    [RULE_WANT_ONE_VALUE] = "= or != before several values",
    [RULE_WANT_INT] = "a whole number",
    [RULE_WANT_FIXED] = "a number without more decimals",
    [RULE_WANT_DATE] = "a date such as 2027-06-30",
    [RULE_WANT_CEFR] = "a level from A1 to C2 or native",
    [RULE_WANT_BOOL] = "yes or no",
    [RULE_WANT_CODE] = "a code",
    [RULE_WANT_LISTED_CODE] = "one of the codes of the list",
    [RULE_WANT_COUNT] = "a whole number",
};

const char *rule_expect_text(enum rule_expect e) { return e < ARRAY_LEN(wants) ? wants[e] : "?"; }

const char *rule_scope_name(enum rule_scope s) { return s < RULE_SCOPE_COUNT ? scopes[s] : "?"; }
const char *rule_severity_name(enum rule_severity s) { return s < RULE_SEVERITY_COUNT ? severities[s] : "?"; }

static bool word_parse(struct str s, const char *const *words, int n, int *out)
{
	for (int i = 0; i < n; i++)
		if (str_is(s, words[i])) {
			*out = i;
			return true;
		}
	return false;
}

bool rule_scope_parse(struct str s, enum rule_scope *out)
{
	int i;
	if (!word_parse(s, scopes, RULE_SCOPE_COUNT, &i)) return false;
	*out = (enum rule_scope)i;
	return true;
}

bool rule_severity_parse(struct str s, enum rule_severity *out)
{
	int i;
	if (!word_parse(s, severities, RULE_SEVERITY_COUNT, &i)) return false;
	*out = (enum rule_severity)i;
	return true;
}

bool rule_valid_at(const struct rule *r, int64_t date)
{
	return (r->valid_from == UNKNOWN || r->valid_from <= date) && (r->valid_to == UNKNOWN || date <= r->valid_to);
}

struct str rule_message(const struct rule *r, enum lang lang) { return lang == LANG_FR ? r->message_fr : r->message_en; }

struct rule_verdict rule_judge(struct arena *a, const struct rule *rules, size_t n, int64_t date, const struct rule_vocabulary *v,
                               const struct rule_facts *f)
{
	struct rule_verdict verdict = {.state = RULE_YES, .findings = ARENA_ARRAY(a, struct rule_finding, n + 1)};
	const struct rule_expr **blocking = ARENA_ARRAY(a, const struct rule_expr *, n + 1);
	size_t nblocking = 0;
	for (size_t i = 0; i < n; i++) {
		if (!rule_valid_at(&rules[i], date)) continue;
		struct rule_finding *finding = &verdict.findings[verdict.n++];
		finding->rule = &rules[i];
		finding->proof = rule_prove(a, rules[i].id, rules[i].expr, f);
		if (rules[i].severity != RULE_BLOCK) continue;
		blocking[nblocking++] = rules[i].expr;
		if (finding->proof->state < verdict.state) verdict.state = finding->proof->state;
	}
	verdict.change = rule_smallest_change(a, blocking, nblocking, v, f);
	return verdict;
}
