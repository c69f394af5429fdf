/* The rule language: requirements as data, for people who check them and for students who ask "why not?".
 *
 *   expr   := expr 'or' expr | expr 'and' expr | 'not' expr | '(' expr ')' | cmp          ('not' binds first, then 'and')
 *   cmp    := fact op value | fact 'in' '(' value {',' value} ')' | set '(' value ')' op value
 *           | sum|min|max|avg '(' field {',' term} ')' op value | count '(' term {',' term} ')' op value
 *           | exists '(' term {',' term} ')'
 *   term   := field op value {'|' value}            several values only after = (one of them) and != (none of them)
 *   op     := >= <= = != < >
 *   value  := 12 | -3 | 12.5 | 2027-06-30 | 'FR' | FR | @cti.fise_weeks       (@: a parameter, from a dated reference row)
 * Words are letters, digits, _ . and -, and start with a letter. A quote inside a quoted code is doubled. At most
 * RULE_MAX_NODES nodes (each operator, comparison, term and value is one) and RULE_MAX_DEPTH levels.
 *
 * Names are those of a vocabulary. A set of rows is found by its fields: the first set declared that has every field of the
 * aggregate; "segment.kind" names the set outright. set('key') is the best value on record for a key: test('en') >= B2.
 *
 * Evaluation is three-valued (Kleene): and is the least, or the greatest, of no < unknown < yes; not unknown is unknown.
 *   fact op value   unknown when the fact is missing.
 *   a row           is in a set when all its terms are yes, out when one is no, else perhaps in.
 *   sum             0 over an empty set; unknown when a row in it lacks the value or is only perhaps in it.
 *   count           unknown when a row is only perhaps in.
 *   exists          yes when a row is in, else unknown when a row is perhaps in, else no.
 *   min, max, avg   unknown over an empty set (there is no value), and as sum; avg is compared exactly, never rounded.
 *   set('key')      unknown when no row has the key; a row with the key that lacks its value may be any value, so a
 *                   better one on record still decides.
 *   A set that was not loaded (known = false) makes everything asked of it unknown.
 *
 * Rules are checked against a vocabulary once and then shared between threads; facts belong to the caller.
 * Source of the language: requirement language of the domain reference, 5.3. */
#pragma once
#include "base/cx.h"
#include "base/sb.h"

#define RULE_MAX_NODES 200
#define RULE_MAX_DEPTH 20
#define RULE_MAX_TEXT 8192

enum rule_state { RULE_NO, RULE_UNKNOWN, RULE_YES };
enum rule_type { RULE_BOOL, RULE_INT, RULE_FIXED, RULE_DATE, RULE_CODE, RULE_CEFR };
enum rule_op { RULE_GE, RULE_LE, RULE_EQ, RULE_NE, RULE_LT, RULE_GT, RULE_IN };
enum rule_agg { RULE_FACT, RULE_LOOKUP, RULE_SUM, RULE_COUNT, RULE_MIN, RULE_MAX, RULE_AVG, RULE_EXISTS };
enum rule_cefr { RULE_A1 = 1, RULE_A2, RULE_B1, RULE_B2, RULE_C1, RULE_C2, RULE_NATIVE };

/* --- what is known --- */

/* The type is that of the fact. num: bool 0/1, fixed in the fact's digits, date in days, CEFR 1..7, UNKNOWN when missing;
 * a code is in `code`, absent when missing. An empty code in a change means "any other than those the rule names". */
struct rule_value {
	int64_t num;
	struct str code;
	struct str source; /* where this value comes from; absent: the source of the fact */
};
#define RULE_NUM(n) ((struct rule_value){.num = (n)})
#define RULE_TEXT(s) ((struct rule_value){.num = UNKNOWN, .code = (s)})
#define RULE_MISSING ((struct rule_value){.num = UNKNOWN})

/* A fact, or a field of a set. */
struct rule_fact {
	const char *name;
	enum rule_type type;
	int digits;               /* decimals of RULE_FIXED, 1..4 */
	const char *const *codes; /* the codes there are, ending with NULL; NULL: any code */
	const char *list;         /* code list (platform/reference) whose labels people see; NULL: the codes themselves */
	bool ordered;             /* codes may be compared by their place in `codes` */
	const char *unit;         /* "ects", "weeks"; NULL: none */
	int label;                /* enum msg */
	const char *source;       /* who states it */
	/* For the smallest change: can the person change it, which way, and what a step costs. */
	bool changeable;
	enum rule_way { RULE_BOTH_WAYS, RULE_UP, RULE_DOWN } way; /* numbers, dates, ordered codes, CEFR */
	int64_t step;        /* size of a step in the units of the value; 0: 1. A part of a step costs a whole one */
	int64_t cost;        /* of one step, >= 0; of any change for codes and bools */
	int64_t least, most; /* numbers and dates: limits of a change; both 0: none. A missing value counts as one step below */
};

struct rule_set {
	const char *name;
	const struct rule_fact *fields;
	size_t nfields;
	int key, value; /* fields for set('key'): a code, and something ordered; both 0: the set has no such form */
	int label;
	const char *source;
};

struct rule_vocabulary {
	const struct rule_fact *facts;
	size_t nfacts;
	const struct rule_set *sets;
	size_t nsets;
};

struct rule_rows {
	bool known;
	size_t len;
	const struct rule_value *values; /* len times nfields */
};

/* A row that could be added: a planned segment, a course. */
struct rule_candidate {
	size_t set;
	const struct rule_value *values; /* nfields */
	int64_t cost;                    /* of adding it once, >= 0 */
	int64_t at_most;                 /* times, to 1000 */
	struct str name;
};

struct rule_param {
	struct str text, source; /* text as it would stand in the rule: 17, 2027-06-30, FR */
};

struct rule_facts {
	const struct rule_value *values; /* one for each fact of the vocabulary */
	const struct rule_rows *sets;    /* one for each set */
	const struct rule_candidate *candidates;
	size_t ncandidates;
	/* A parameter's value at the date of this evaluation; false: not known. May be NULL. */
	bool (*param)(void *arg, struct str name, struct rule_param *out);
	void *param_arg;
};

/* --- reading and writing rules --- */

enum rule_expect {
	RULE_WANT_NOTHING,
	RULE_WANT_CMP,    /* a fact, a sum, count..., 'not' or '(' */
	RULE_WANT_AND_OR, /* 'and', 'or' or the end */
	RULE_WANT_AND_OR_CLOSE,
	RULE_WANT_OP,    /* >= <= = != < > */
	RULE_WANT_OP_IN, /* the same, or 'in' */
	RULE_WANT_VALUE, /* a number, a date or a code */
	RULE_WANT_OPEN,  /* ( */
	RULE_WANT_CLOSE, /* ) */
	RULE_WANT_COMMA_CLOSE,
	RULE_WANT_BAR_COMMA_CLOSE,
	RULE_WANT_FIELD,     /* the name of a field */
	RULE_WANT_QUOTE,     /* the closing quote */
	RULE_WANT_SMALLER,   /* at most RULE_MAX_NODES nodes, RULE_MAX_TEXT bytes */
	RULE_WANT_SHALLOWER, /* at most RULE_MAX_DEPTH levels */
	RULE_WANT_KNOWN_FACT,
	RULE_WANT_KNOWN_SET,
	RULE_WANT_KNOWN_FIELD, /* no set has this field together with the others */
	RULE_WANT_NUMBER_FIELD,
	RULE_WANT_ORDERED_FIELD,
	RULE_WANT_EQUALITY,  /* = or !=, since the values have no order */
	RULE_WANT_ONE_VALUE, /* alternatives only after = and != */
	RULE_WANT_INT,
	RULE_WANT_FIXED, /* a number with at most so many decimals */
	RULE_WANT_DATE,
	RULE_WANT_CEFR,
	RULE_WANT_BOOL, /* yes or no */
	RULE_WANT_CODE,
	RULE_WANT_LISTED_CODE,
	RULE_WANT_COUNT,
};

struct rule_error {
	size_t pos;       /* byte in the text */
	size_t column;    /* character, from 1 */
	struct str found; /* absent at the end of the text */
	enum rule_expect expected;
	struct str detail; /* the field or the codes that would do, where that helps */
};
const char *rule_expect_text(enum rule_expect e); /* English, for logs and tests */

struct rule_expr; /* immutable after rule_check */

/* Both give false and fill *error. The tree lies in the arena and keeps views of `text`, which must live as long. */
bool rule_parse(struct arena *a, struct str text, struct rule_expr **out, struct rule_error *error) MUST_CHECK;
bool rule_check(struct arena *a, struct rule_expr *e, const struct rule_vocabulary *v, struct rule_error *error) MUST_CHECK;
/* One spelling: parsing it gives the same tree. */
struct str rule_print(struct arena *a, const struct rule_expr *e);
bool rule_same(const struct rule_expr *x, const struct rule_expr *y);
size_t rule_nodes(const struct rule_expr *e);
/* The names a rule uses, for "which rules ask for this?". */
bool rule_mentions(const struct rule_expr *e, struct str name);

/* --- asking --- */

enum rule_state rule_eval(const struct rule_expr *e, const struct rule_facts *f);

/* Why: the tree of the rule with the state of each part. A part decides when changing nothing else its state carries to the
 * top: all the "no" parts of a failed `and`, all the "yes" parts of a satisfied `or`. */
struct rule_proof {
	enum { RULE_PART_AND, RULE_PART_OR, RULE_PART_NOT, RULE_PART_LEAF } kind;
	enum rule_state state;
	bool decides;
	size_t nparts;
	struct rule_proof *parts;
	/* a leaf: */
	struct str rule; /* id of the rule */
	struct str text; /* the leaf as printed */
	enum rule_agg agg;
	const struct rule_fact *fact; /* what is compared: type, unit, label; NULL for count and exists */
	const struct rule_set *set;   /* NULL for a fact */
	struct str key;               /* of set('key') */
	int label;                    /* the fact's; the set's for count, exists and set('key') */
	enum rule_type type;          /* of found and needed: RULE_INT for count, RULE_BOOL for exists */
	int digits;
	enum rule_op op;
	struct rule_value found; /* for avg: rounded half up to `digits`, two more than the field's; compared exactly */
	const struct rule_value *needed;
	size_t nneeded;         /* more than one for `in` */
	int64_t gap;            /* what is missing or too much for >= > <= <; 0 when satisfied, UNKNOWN when it cannot be said */
	struct str source;      /* of the value found */
	struct str need_source; /* of the parameter, when needed is one */
};
struct rule_proof *rule_prove(struct arena *a, struct str rule_id, const struct rule_expr *e, const struct rule_facts *f);
/* The leaves that decide, in the order of the rule. */
size_t rule_deciding(const struct rule_proof *p, const struct rule_proof **out, size_t max);

/* --- the smallest change --- */

/* A change is made of steps: another value for a changeable fact; a better value for a set('key') whose value field is
 * changeable (it adds a row of key and value); a candidate row added `times`. Of all changes that make every rule of the
 * list "yes" the cheapest is found, exactly, by branch and bound: the least sum of the declared costs. */
struct rule_step {
	enum { RULE_STEP_FACT, RULE_STEP_LOOKUP, RULE_STEP_ROW } kind;
	size_t index;                 /* of the fact, the set or the candidate */
	const struct rule_fact *fact; /* NULL for a row */
	struct str key;               /* of set('key') */
	struct rule_value from, to;
	int64_t times; /* rows */
	int64_t cost;
};
struct rule_change {
	enum rule_change_state {
		RULE_CHANGE_NEEDLESS, /* it is yes already */
		RULE_CHANGE_FOUND,    /* proven least */
		RULE_CHANGE_NONE,     /* no change can */
		RULE_CHANGE_LIMIT,    /* the search was cut off: steps hold the best seen, if any, not proven least */
	} state;
	int64_t cost;
	size_t nsteps;
	struct rule_step *steps;
};
struct rule_change rule_smallest_change(struct arena *a, const struct rule_expr *const *exprs, size_t n, const struct rule_vocabulary *v,
                                        const struct rule_facts *f);
/* The facts after a change. */
struct rule_facts rule_apply(struct arena *a, const struct rule_vocabulary *v, const struct rule_facts *f,
                             const struct rule_change *change);

/* --- rules as rows --- */

enum rule_scope { RULE_SCOPE_AGREEMENT, RULE_SCOPE_SIDE, RULE_SCOPE_PROGRAMME, RULE_SCOPE_CAMPAIGN, RULE_SCOPE_STATUS, RULE_SCOPE_COUNT };
enum rule_severity { RULE_BLOCK, RULE_WARN, RULE_SEVERITY_COUNT };
struct rule {
	struct str id;
	int64_t version;
	enum rule_scope scope;
	enum rule_severity severity;
	struct str text;
	const struct rule_expr *expr; /* text, parsed and checked */
	struct str message_fr, message_en, source;
	int64_t valid_from, valid_to; /* dates, both included; UNKNOWN: open */
};
const char *rule_scope_name(enum rule_scope s);
bool rule_scope_parse(struct str s, enum rule_scope *out) MUST_CHECK;
const char *rule_severity_name(enum rule_severity s);
bool rule_severity_parse(struct str s, enum rule_severity *out) MUST_CHECK;
bool rule_valid_at(const struct rule *r, int64_t date);
struct str rule_message(const struct rule *r, enum lang lang);

/* All rules valid at a date: no when a blocking one says no, unknown when one is unknown and none no, else yes; a warning
 * never blocks. Verdicts and proofs are in the order of the rules. */
struct rule_verdict {
	enum rule_state state;
	size_t n;
	struct rule_finding {
		const struct rule *rule;
		struct rule_proof *proof;
	} * findings;
	struct rule_change change; /* for the blocking rules together */
};
struct rule_verdict rule_judge(struct arena *a, const struct rule *rules, size_t n, int64_t date, const struct rule_vocabulary *v,
                               const struct rule_facts *f);

/* --- values --- */
bool rule_known(enum rule_type type, const struct rule_value *v);
bool rule_cefr_parse(struct str s, int64_t *out) MUST_CHECK; /* A1 .. C2, native */
const char *rule_cefr_name(int64_t level);
/* As it would stand in a rule: 12.5, 2027-06-30, B2, FR; "?" when missing. */
struct str rule_value_text(struct arena *a, enum rule_type type, int digits, const struct rule_value *v);

/* --- for people, in the language of cx --- */

/* Records the error at a field of the form: position, what was found, what would be right. Gives ERR_INVALID. */
enum err rule_report(struct cx *cx, const char *field, const struct rule_error *error);
/* 12,5; 30 June 2027; B2; Germany; yes; "not known" when missing. */
struct str rule_value_words(struct cx *cx, const struct rule_fact *fact, enum rule_type type, int digits, const struct rule_value *v);
/* One leaf as a sentence: "Language test (Spanish): B1; at least B2 is needed". The label of the fact must be a message. */
struct str rule_leaf_words(struct cx *cx, const struct rule_proof *leaf);
