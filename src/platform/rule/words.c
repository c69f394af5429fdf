/* Errors and reasons as people read them. */
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"
#include "platform/rule/rule.h"

static const int wants[] = {
    [RULE_WANT_CMP] = M_rule_want_cmp,
    [RULE_WANT_AND_OR] = M_rule_want_and_or,
    [RULE_WANT_AND_OR_CLOSE] = M_rule_want_and_or_close,
    [RULE_WANT_OP] = M_rule_want_op,
    [RULE_WANT_OP_IN] = M_rule_want_op_in,
    [RULE_WANT_VALUE] = M_rule_want_value,
    [RULE_WANT_OPEN] = M_rule_want_open,
    [RULE_WANT_CLOSE] = M_rule_want_close,
    [RULE_WANT_COMMA_CLOSE] = M_rule_want_comma_close,
    [RULE_WANT_BAR_COMMA_CLOSE] = M_rule_want_bar_comma_close,
    [RULE_WANT_FIELD] = M_rule_want_field,
    [RULE_WANT_QUOTE] = M_rule_want_quote,
    [RULE_WANT_SMALLER] = M_rule_want_smaller,
    [RULE_WANT_SHALLOWER] = M_rule_want_shallower,
    [RULE_WANT_KNOWN_FACT] = M_rule_want_known_fact,
    [RULE_WANT_KNOWN_SET] = M_rule_want_known_set,
    [RULE_WANT_KNOWN_FIELD] = M_rule_want_known_field,
    [RULE_WANT_NUMBER_FIELD] = M_rule_want_number_field,
    [RULE_WANT_ORDERED_FIELD] = M_rule_want_ordered_field,
    [RULE_WANT_EQUALITY] = M_rule_want_equality,
    [RULE_WANT_ONE_VALUE] = M_rule_want_one_value,
    [RULE_WANT_INT] = M_rule_want_int,
    [RULE_WANT_FIXED] = M_rule_want_fixed,
    [RULE_WANT_DATE] = M_rule_want_date,
    [RULE_WANT_CEFR] = M_rule_want_cefr,
    [RULE_WANT_BOOL] = M_rule_want_bool,
    [RULE_WANT_CODE] = M_rule_want_code,
    [RULE_WANT_LISTED_CODE] = M_rule_want_listed_code,
    [RULE_WANT_COUNT] = M_rule_want_int,
};

enum err rule_report(struct cx *cx, const char *field, const struct rule_error *error)
{
	struct str want =
	    tr(cx, wants[error->expected], ARG_S("detail", error->detail), ARG_N("nodes", RULE_MAX_NODES), ARG_N("levels", RULE_MAX_DEPTH));
	if (!str_present(error->found))
		return fail(cx, ERR_INVALID, field, M_rule_error_end, ARG_N("column", (int64_t)error->column), ARG_S("want", want));
	return fail(cx, ERR_INVALID, field, M_rule_error, ARG_N("column", (int64_t)error->column), ARG_S("found", error->found),
	            ARG_S("want", want));
}

struct str rule_value_words(struct cx *cx, const struct rule_fact *fact, enum rule_type type, int digits, const struct rule_value *v)
{
	if (!rule_known(type, v)) return tr(cx, M_rule_unknown);
	switch (type) {
	case RULE_INT: return number_text(cx, v->num);
	case RULE_FIXED: return fixed_text(cx, v->num, digits, 0);
	case RULE_DATE: return date_text(cx, v->num);
	case RULE_BOOL: return tr(cx, v->num ? M_rule_yes : M_rule_no);
	case RULE_CEFR: return v->num == RULE_NATIVE ? tr(cx, M_rule_native) : str_of(rule_cefr_name(v->num));
	case RULE_CODE: break;
	}
	if (str_blank(v->code)) return tr(cx, M_rule_other);
	return fact && fact->list ? code_label(cx, str_of(fact->list), v->code) : v->code;
}

static const int sentences[] = {
    [RULE_GE] = M_rule_leaf_ge, [RULE_LE] = M_rule_leaf_le, [RULE_EQ] = M_rule_leaf_eq, [RULE_NE] = M_rule_leaf_ne,
    [RULE_LT] = M_rule_leaf_lt, [RULE_GT] = M_rule_leaf_gt, [RULE_IN] = M_rule_leaf_in,
};
static const int date_sentences[] = {
    [RULE_GE] = M_rule_leaf_from,   [RULE_LE] = M_rule_leaf_until, [RULE_EQ] = M_rule_leaf_eq, [RULE_NE] = M_rule_leaf_ne,
    [RULE_LT] = M_rule_leaf_before, [RULE_GT] = M_rule_leaf_after, [RULE_IN] = M_rule_leaf_in,
};

struct str rule_leaf_words(struct cx *cx, const struct rule_proof *leaf)
{
	struct str label = tr_args(cx, leaf->label, NULL);
	if (leaf->agg == RULE_LOOKUP) {
		const struct rule_fact *key = &leaf->set->fields[leaf->set->key];
		struct rule_value v = RULE_TEXT(leaf->key);
		label = tr(cx, M_rule_leaf_key, ARG_S("label", label), ARG_S("key", rule_value_words(cx, key, key->type, 0, &v)));
	}
	if (leaf->agg == RULE_EXISTS && leaf->state == RULE_UNKNOWN) return tr(cx, M_rule_leaf_exists_unknown, ARG_S("label", label));
	if (leaf->agg == RULE_EXISTS) return tr(cx, leaf->found.num ? M_rule_leaf_exists : M_rule_leaf_exists_none, ARG_S("label", label));
	struct sb needed;
	sb_init(&needed, cx->arena, 4096);
	for (size_t i = 0; i < leaf->nneeded; i++) {
		if (i) SB_LIT(&needed, ", ");
		sb_add(&needed, rule_value_words(cx, leaf->fact, leaf->type, leaf->digits, &leaf->needed[i]));
	}
	const int *of = leaf->type == RULE_DATE ? date_sentences : sentences;
	return tr(cx, of[leaf->op], ARG_S("label", label),
	          ARG_S("found", rule_value_words(cx, leaf->fact, leaf->type, leaf->digits, &leaf->found)),
	          ARG_S("needed", sb_str(&needed)));
}
