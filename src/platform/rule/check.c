/* Names and types: binds a tree to a vocabulary. */
#include "base/date.h"
#include "base/utf8.h"
#include "platform/rule/tree.h"

static const char *const cefr_names[] = {"A1", "A2", "B1", "B2", "C1", "C2", "native"};

bool rule_cefr_parse(struct str s, int64_t *out)
{
	for (size_t i = 0; i < ARRAY_LEN(cefr_names); i++)
		if (str_eq_nocase(s, str_of(cefr_names[i]))) {
			*out = (int64_t)i + 1;
			return true;
		}
	return false;
}

const char *rule_cefr_name(int64_t level) { return level >= 1 && level <= (int64_t)ARRAY_LEN(cefr_names) ? cefr_names[level - 1] : "?"; }

bool rule_known(enum rule_type type, const struct rule_value *v) { return type == RULE_CODE ? str_present(v->code) : v->num != UNKNOWN; }

int64_t rule_rank(const struct rule_fact *fact, const struct rule_value *v)
{
	if (fact->type != RULE_CODE) return v->num;
	if (!fact->ordered || !str_present(v->code)) return UNKNOWN;
	for (int64_t i = 0; fact->codes[i]; i++)
		if (str_is(v->code, fact->codes[i])) return i;
	return UNKNOWN;
}

/* --- literals --- */

static int decimals(struct str s)
{
	size_t dot = str_find_char(s, '.');
	return dot == STR_NPOS ? 0 : (int)(s.len - dot - 1);
}

static bool convert_number(const struct rule_fact *fact, int digits, const struct rule_literal *l, struct rule_value *out,
                           enum rule_expect *expected)
{
	bool fixed = fact->type == RULE_FIXED;
	*expected = fixed ? RULE_WANT_FIXED : RULE_WANT_INT;
	if (l->kind != LITERAL_NUMBER || decimals(l->raw) > (fixed ? digits : 0)) return false;
	/* Beyond this no sum of a few thousand rows could overflow. */
	const int64_t limit = 1000000000000000;
	return str_to_fixed(l->raw, fixed ? digits : 0, &out->num) && out->num <= limit && out->num >= -limit;
}

static bool convert_bool(const struct rule_literal *l, struct rule_value *out)
{
	if (l->kind != LITERAL_CODE) return false;
	bool yes = str_is(l->raw, "yes") || str_is(l->raw, "true");
	out->num = yes;
	return yes || str_is(l->raw, "no") || str_is(l->raw, "false");
}

static bool convert_code(const struct rule_fact *fact, const struct rule_literal *l, struct rule_value *out, enum rule_expect *expected)
{
	*expected = RULE_WANT_CODE;
	if (l->kind != LITERAL_CODE && l->kind != LITERAL_NUMBER) return false;
	out->code = l->raw;
	if (!fact->codes) return true;
	*expected = RULE_WANT_LISTED_CODE;
	for (const char *const *c = fact->codes; *c; c++)
		if (str_is(l->raw, *c)) return true;
	return false;
}

bool rule_convert(const struct rule_fact *fact, int digits, const struct rule_literal *l, struct rule_value *out,
                  enum rule_expect *expected)
{
	*out = RULE_MISSING;
	switch (fact->type) {
	case RULE_INT:
	case RULE_FIXED: return convert_number(fact, digits, l, out, expected);
	case RULE_DATE: *expected = RULE_WANT_DATE; return l->kind == LITERAL_DATE && date_parse(l->raw, &out->num, NULL);
	case RULE_CEFR: *expected = RULE_WANT_CEFR; return l->kind == LITERAL_CODE && rule_cefr_parse(l->raw, &out->num);
	case RULE_BOOL: *expected = RULE_WANT_BOOL; return convert_bool(l, out);
	case RULE_CODE: return convert_code(fact, l, out, expected);
	}
	return false;
}

/* --- checking --- */

struct checker {
	struct arena *arena;
	const struct rule_vocabulary *v;
	struct str text;
	struct rule_error *error;
};

static bool refuse(struct checker *c, size_t pos, struct str found, enum rule_expect expected, struct str detail)
{
	*c->error = (struct rule_error){
	    .pos = pos,
	    .column = utf8_count(str_sub(c->text, 0, pos)) + 1,
	    .found = found,
	    .expected = expected,
	    .detail = detail,
	};
	return false;
}

static struct str listed(struct checker *c, const struct rule_fact *fact)
{
	struct sb b;
	sb_init(&b, c->arena, 512);
	for (const char *const *code = fact->codes; code && *code && b.len < 200; code++) {
		if (b.len) SB_LIT(&b, ", ");
		sb_addz(&b, *code);
	}
	return sb_str(&b);
}

static bool check_literal(struct checker *c, const struct rule_fact *fact, struct rule_literal *l)
{
	enum rule_expect expected;
	if (l->kind == LITERAL_PARAM || rule_convert(fact, fact->digits, l, &l->value, &expected)) return true;
	struct str detail = str_of(fact->name);
	if (expected == RULE_WANT_LISTED_CODE) detail = listed(c, fact);
	if (expected == RULE_WANT_FIXED) detail = str_fmt(c->arena, "%d", fact->digits);
	return refuse(c, l->pos, l->raw, expected, detail);
}

static bool has_order(const struct rule_fact *f) { return f->type == RULE_CODE ? f->ordered : f->type != RULE_BOOL; }

static bool check_op(struct checker *c, const struct rule_fact *fact, enum rule_op op, size_t pos)
{
	static const char *const texts[] = {">=", "<=", "=", "!=", "<", ">", "in"};
	if (op == RULE_EQ || op == RULE_NE || op == RULE_IN || has_order(fact)) return true;
	return refuse(c, pos, str_of(texts[op]), RULE_WANT_EQUALITY, str_of(fact->name));
}

static int field_of(const struct rule_set *set, struct str name)
{
	size_t prefix = strlen(set->name);
	if (name.len > prefix + 1 && name.ptr[prefix] == '.' && str_starts(name, str_of(set->name)))
		name = str_sub(name, prefix + 1, name.len);
	for (size_t i = 0; i < set->nfields; i++)
		if (str_is(name, set->fields[i].name)) return (int)i;
	return -1;
}

/* The first name that no field of the set has; absent when it has all. */
static struct str lacking(const struct rule_expr *e, const struct rule_set *set, size_t *pos)
{
	*pos = e->pos;
	if (str_present(e->name) && field_of(set, e->name) < 0) return e->name;
	for (size_t i = 0; i < e->nterms; i++)
		if (field_of(set, e->terms[i].name) < 0) {
			*pos = e->terms[i].pos;
			return e->terms[i].name;
		}
	return STR_NONE;
}

static bool bind_set(struct checker *c, struct rule_expr *e)
{
	size_t furthest = 0;
	struct str name = STR_NONE;
	for (size_t i = 0; i < c->v->nsets; i++) {
		size_t pos;
		struct str missing = lacking(e, &c->v->sets[i], &pos);
		if (!str_present(missing)) {
			e->set = (int)i;
			return true;
		}
		if (!str_present(name) || pos > furthest) {
			furthest = pos;
			name = missing;
		}
	}
	if (!str_present(name)) name = str_present(e->name) ? e->name : e->terms[0].name;
	return refuse(c, furthest ? furthest : e->pos, name, RULE_WANT_KNOWN_FIELD, STR_NONE);
}

static bool check_terms(struct checker *c, struct rule_expr *e, const struct rule_set *set)
{
	for (size_t i = 0; i < e->nterms; i++) {
		struct rule_term *t = &e->terms[i];
		t->field = field_of(set, t->name);
		const struct rule_fact *f = &set->fields[t->field];
		if (!check_op(c, f, t->op, t->op_pos)) return false;
		for (size_t k = 0; k < t->nvalues; k++)
			if (!check_literal(c, f, &t->values[k])) return false;
	}
	return true;
}

static bool check_measure(struct checker *c, struct rule_expr *e, const struct rule_set *set)
{
	e->field = field_of(set, e->name);
	e->measure = set->fields[e->field];
	bool number = e->measure.type == RULE_INT || e->measure.type == RULE_FIXED;
	if ((e->agg == RULE_SUM || e->agg == RULE_AVG) && !number) return refuse(c, e->pos, e->name, RULE_WANT_NUMBER_FIELD, STR_NONE);
	if (!has_order(&e->measure)) return refuse(c, e->pos, e->name, RULE_WANT_ORDERED_FIELD, STR_NONE);
	if (e->agg == RULE_AVG) {
		/* An average has more decimals than what it averages. */
		e->measure.digits = (e->measure.type == RULE_FIXED ? e->measure.digits : 0) + 2;
		e->measure.type = RULE_FIXED;
	}
	return true;
}

static bool check_aggregate(struct checker *c, struct rule_expr *e)
{
	if (!bind_set(c, e)) return false;
	const struct rule_set *set = &c->v->sets[e->set];
	if (!check_terms(c, e, set)) return false;
	if (e->agg == RULE_EXISTS) {
		e->measure = (struct rule_fact){.name = "exists", .type = RULE_BOOL};
		return true;
	}
	if (e->agg == RULE_COUNT)
		e->measure = (struct rule_fact){.name = "count", .type = RULE_INT};
	else if (!check_measure(c, e, set))
		return false;
	if (!check_literal(c, &e->measure, &e->values[0])) {
		if (e->agg == RULE_COUNT) c->error->expected = RULE_WANT_COUNT;
		return false;
	}
	return true;
}

static bool check_lookup(struct checker *c, struct rule_expr *e)
{
	for (size_t i = 0; i < c->v->nsets && e->set < 0; i++)
		if (str_is(e->name, c->v->sets[i].name) && c->v->sets[i].key != c->v->sets[i].value &&
		    c->v->sets[i].fields[c->v->sets[i].key].type == RULE_CODE)
			e->set = (int)i;
	if (e->set < 0) return refuse(c, e->pos, e->name, RULE_WANT_KNOWN_SET, STR_NONE);
	const struct rule_set *set = &c->v->sets[e->set];
	e->field = set->value;
	e->measure = set->fields[set->value];
	if (!check_literal(c, &set->fields[set->key], &e->key)) return false;
	if (!has_order(&e->measure)) return refuse(c, e->pos, e->name, RULE_WANT_ORDERED_FIELD, STR_NONE);
	return check_literal(c, &e->measure, &e->values[0]);
}

static bool check_fact(struct checker *c, struct rule_expr *e)
{
	for (size_t i = 0; i < c->v->nfacts && e->fact < 0; i++)
		if (str_is(e->name, c->v->facts[i].name)) e->fact = (int)i;
	if (e->fact < 0) return refuse(c, e->pos, e->name, RULE_WANT_KNOWN_FACT, STR_NONE);
	e->measure = c->v->facts[e->fact];
	if (!check_op(c, &e->measure, e->op, e->op_pos)) return false;
	for (size_t i = 0; i < e->nvalues; i++)
		if (!check_literal(c, &e->measure, &e->values[i])) return false;
	return true;
}

static bool check_expr(struct checker *c, struct rule_expr *e)
{
	e->vocabulary = c->v;
	for (size_t i = 0; i < e->nkids; i++)
		if (!check_expr(c, e->kids[i])) return false;
	if (e->kind != RULE_NODE_LEAF) return true;
	e->fact = e->set = e->field = -1;
	switch (e->agg) {
	case RULE_FACT: return check_fact(c, e);
	case RULE_LOOKUP: return check_lookup(c, e);
	default: return check_aggregate(c, e);
	}
}

bool rule_check(struct arena *a, struct rule_expr *e, const struct rule_vocabulary *v, struct rule_error *error)
{
	*error = (struct rule_error){0};
	struct checker c = {.arena = a, .v = v, .text = e->text, .error = error};
	return check_expr(&c, e);
}
