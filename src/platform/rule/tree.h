/* The tree of a rule, private to this folder. */
#pragma once
#include "platform/rule/rule.h"

struct rule_literal {
	enum { LITERAL_NUMBER, LITERAL_DATE, LITERAL_CODE, LITERAL_PARAM } kind;
	struct str raw; /* without quotes, without @ */
	size_t pos;
	struct rule_value value; /* set by rule_check, except for a parameter */
};

struct rule_term {
	struct str name;
	size_t pos, op_pos;
	enum rule_op op;
	struct rule_literal *values;
	size_t nvalues;
	int field; /* set by rule_check */
};

enum rule_kind { RULE_NODE_AND, RULE_NODE_OR, RULE_NODE_NOT, RULE_NODE_LEAF };

struct rule_expr {
	enum rule_kind kind;
	struct str text; /* of the whole, at the root */
	size_t pos;
	int depth;
	size_t nkids;
	struct rule_expr **kids;
	/* a leaf: */
	enum rule_agg agg;
	struct str name; /* fact, set of a lookup, field of an aggregate */
	size_t op_pos;
	enum rule_op op;
	struct rule_literal key; /* of a lookup */
	struct rule_term *terms;
	size_t nterms;
	struct rule_literal *values;
	size_t nvalues;
	/* set by rule_check: */
	const struct rule_vocabulary *vocabulary;
	int fact, set, field;
	struct rule_fact measure; /* type, digits and codes of what is compared */
};

/* The literal as a value of this type; false when it is not one. */
bool rule_convert(const struct rule_fact *fact, int digits, const struct rule_literal *l, struct rule_value *out,
                  enum rule_expect *expected);
/* Splits a parameter's text as the lexer would. */
bool rule_literal_of(struct str text, struct rule_literal *out);

/* What is changed for the sake of "what if": evaluation sees the facts through it. */
struct rule_var {
	enum { VAR_FACT, VAR_LOOKUP, VAR_ROW } kind;
	size_t index;
	struct str key; /* of a lookup */
	int nvalues;    /* value 0 is the present state; costs do not decrease */
	struct rule_value *values;
	int64_t *costs;
	int64_t unit_cost; /* rows: value i is i times, costs i * unit_cost; no arrays */
	int lo, hi;        /* what the search still allows; evaluation sees lo */
};
struct rule_view {
	const struct rule_facts *facts;
	const struct rule_vocabulary *vocabulary;
	struct rule_var *vars; /* NULL: the facts as they are */
	size_t nvars;
};
enum rule_state rule_view_eval(const struct rule_view *w, const struct rule_expr *e);
enum rule_state rule_leaf_state(const struct rule_view *w, const struct rule_expr *leaf);
const struct rule_value *rule_view_fact(const struct rule_view *w, int fact);
/* A literal's value, through the parameters; false when the parameter is not known. */
bool rule_view_literal(const struct rule_view *w, const struct rule_fact *fact, const struct rule_literal *l, struct rule_value *out,
                       struct str *source);
enum rule_state rule_row_in(const struct rule_view *w, const struct rule_expr *leaf, const struct rule_value *row);
enum rule_state rule_compare(const struct rule_fact *fact, const struct rule_value *v, enum rule_op op, const struct rule_value *needed);
/* Place of the value in the order of its type; UNKNOWN when missing, not a listed code, or without order. */
int64_t rule_rank(const struct rule_fact *fact, const struct rule_value *v);

/* What an aggregate found. */
struct rule_total {
	bool unknown; /* by the definitions in rule.h */
	__extension__ __int128 sum;
	int64_t count;    /* rows in */
	bool maybe;       /* a row is perhaps in */
	bool missing;     /* a row in the set lacks its value */
	bool seen;        /* min and max hold something */
	int64_t min, max; /* ranks */
	struct rule_value min_value, max_value;
};
struct rule_total rule_total(const struct rule_view *w, const struct rule_expr *leaf);
enum rule_state rule_total_state(const struct rule_view *w, const struct rule_expr *leaf, const struct rule_total *t);
