/* From text to tree: a lexer of one token ahead and a recursive descent, both bounded. */
#include "base/date.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "platform/rule/tree.h"

enum token_kind {
	T_END,
	T_WORD,
	T_NUMBER,
	T_DATE,
	T_TEXT,
	T_PARAM,
	T_OP,
	T_OPEN,
	T_CLOSE,
	T_COMMA,
	T_BAR,
	T_AND,
	T_OR,
	T_NOT,
	T_IN,
	T_BAD,
	T_UNCLOSED,
};

struct token {
	enum token_kind kind;
	size_t pos, end;
	struct str text; /* without quotes */
	enum rule_op op;
};

struct parser {
	struct arena *arena;
	struct str text;
	struct token tok;
	int nested;
	size_t nodes;
	struct rule_error *error;
};

static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return is_alpha(c) || is_digit(c) || c == '_' || c == '.' || c == '-'; }
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static const struct {
	const char *word;
	enum token_kind kind;
} keywords[] = {{"and", T_AND}, {"or", T_OR}, {"not", T_NOT}, {"in", T_IN}};

static enum token_kind keyword(struct str s)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (str_is(s, keywords[i].word)) return keywords[i].kind;
	return T_WORD;
}

/* The end of the run of word characters from i. */
static size_t word_end(struct str s, size_t i)
{
	while (i < s.len && is_word(s.ptr[i]))
		i++;
	return i;
}

static bool number_shape(struct str s)
{
	size_t i = s.len && s.ptr[0] == '-', digits = 0, decimals = 0;
	for (; i < s.len && is_digit(s.ptr[i]); i++)
		digits++;
	if (i < s.len && s.ptr[i] == '.')
		for (i++; i < s.len && is_digit(s.ptr[i]); i++)
			decimals++;
	else
		decimals = 1;
	return i == s.len && digits > 0 && decimals > 0;
}

static bool date_shape(struct str s)
{
	int64_t date;
	return s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && date_parse(s, &date, NULL);
}

static struct token token_quoted(struct parser *p, size_t i)
{
	struct token t = {.kind = T_UNCLOSED, .pos = i};
	struct sb b;
	sb_init(&b, p->arena, p->text.len + 1);
	bool doubled = false;
	size_t from = ++i;
	for (; i < p->text.len; i++) {
		if (p->text.ptr[i] == '\'') {
			if (i + 1 >= p->text.len || p->text.ptr[i + 1] != '\'') {
				t.kind = T_TEXT;
				break;
			}
			doubled = true;
			i++;
		}
		sb_char(&b, p->text.ptr[i]);
	}
	t.text = doubled ? sb_str(&b) : str_sub(p->text, from, i - from);
	t.end = t.kind == T_TEXT ? i + 1 : p->text.len;
	if (t.kind == T_TEXT && str_blank(t.text)) t.kind = T_BAD;
	return t;
}

static struct token token_op(struct str s, size_t i)
{
	static const struct {
		const char *text;
		enum rule_op op;
	} ops[] = {{">=", RULE_GE}, {"<=", RULE_LE}, {"!=", RULE_NE}, {"=", RULE_EQ}, {"<", RULE_LT}, {">", RULE_GT}};
	struct str rest = str_sub(s, i, 2);
	for (size_t k = 0; k < ARRAY_LEN(ops); k++)
		if (str_starts(rest, str_of(ops[k].text)))
			return (struct token){.kind = T_OP, .pos = i, .end = i + strlen(ops[k].text), .op = ops[k].op};
	return (struct token){.kind = T_BAD, .pos = i, .end = i + 1};
}

static struct token token_at(struct parser *p, size_t i)
{
	struct str s = p->text;
	while (i < s.len && is_space(s.ptr[i]))
		i++;
	struct token t = {.pos = i, .end = i + 1};
	if (i >= s.len) {
		t.kind = T_END;
		t.end = i;
		return t;
	}
	char c = s.ptr[i];
	switch (c) {
	case '(': t.kind = T_OPEN; return t;
	case ')': t.kind = T_CLOSE; return t;
	case ',': t.kind = T_COMMA; return t;
	case '|': t.kind = T_BAR; return t;
	case '\'': return token_quoted(p, i);
	default: break;
	}
	if (is_alpha(c)) {
		t.end = word_end(s, i);
		t.text = str_sub(s, i, t.end - i);
		t.kind = keyword(t.text);
	} else if (c == '@') {
		t.end = word_end(s, i + 1);
		t.text = str_sub(s, i + 1, t.end - i - 1);
		t.kind = t.text.len && is_alpha(t.text.ptr[0]) ? T_PARAM : T_BAD;
	} else if (is_digit(c) || c == '-') {
		t.end = word_end(s, i + 1);
		t.text = str_sub(s, i, t.end - i);
		t.kind = number_shape(t.text) ? T_NUMBER : date_shape(t.text) ? T_DATE : T_BAD;
	} else {
		t = token_op(s, i);
	}
	return t;
}

/* What to show as found: a bad byte with the whole of its character. */
static struct str token_shown(struct parser *p, const struct token *t)
{
	if (t->kind == T_END) return STR_NONE;
	size_t end = t->end;
	while (end < p->text.len && ((unsigned char)p->text.ptr[end] & 0xC0) == 0x80)
		end++;
	return utf8_head(str_sub(p->text, t->pos, end - t->pos), 40);
}

static bool refuse_at(struct parser *p, size_t pos, struct str found, enum rule_expect expected)
{
	*p->error =
	    (struct rule_error){.pos = pos, .column = utf8_count(str_sub(p->text, 0, pos)) + 1, .found = found, .expected = expected};
	return false;
}

static bool refuse(struct parser *p, enum rule_expect expected)
{
	if (p->tok.kind == T_UNCLOSED) return refuse_at(p, p->text.len, STR_NONE, RULE_WANT_QUOTE);
	return refuse_at(p, p->tok.pos, token_shown(p, &p->tok), expected);
}

static void next(struct parser *p) { p->tok = token_at(p, p->tok.end); }

static bool count_node(struct parser *p) { return ++p->nodes <= RULE_MAX_NODES ? true : refuse(p, RULE_WANT_SMALLER); }

static bool literal(struct parser *p, struct rule_literal *out)
{
	*out = (struct rule_literal){.raw = p->tok.text, .pos = p->tok.pos};
	switch ((int)p->tok.kind) {
	case T_NUMBER: out->kind = LITERAL_NUMBER; break;
	case T_DATE: out->kind = LITERAL_DATE; break;
	case T_WORD:
	case T_TEXT: out->kind = LITERAL_CODE; break;
	case T_PARAM: out->kind = LITERAL_PARAM; break;
	default: return refuse(p, RULE_WANT_VALUE);
	}
	if (!count_node(p)) return false;
	next(p);
	return true;
}

bool rule_literal_of(struct str text, struct rule_literal *out)
{
	text = str_trim(text);
	*out = (struct rule_literal){.raw = text, .kind = LITERAL_CODE};
	if (number_shape(text))
		out->kind = LITERAL_NUMBER;
	else if (date_shape(text))
		out->kind = LITERAL_DATE;
	return !str_blank(text);
}

typedef VEC(struct rule_literal) literals;

static bool literal_list(struct parser *p, enum token_kind separator, struct rule_literal **out, size_t *n)
{
	literals list = {0};
	for (;;) {
		struct rule_literal l;
		if (!literal(p, &l)) return false;
		*VEC_PUSH(p->arena, &list) = l;
		if (p->tok.kind != separator) break;
		next(p);
	}
	*out = list.ptr;
	*n = list.len;
	return true;
}

static bool expect(struct parser *p, enum token_kind kind, enum rule_expect expected)
{
	if (p->tok.kind != kind) return refuse(p, expected);
	next(p);
	return true;
}

static bool term(struct parser *p, struct rule_term *t)
{
	*t = (struct rule_term){.name = p->tok.text, .pos = p->tok.pos, .field = -1};
	if (p->tok.kind != T_WORD) return refuse(p, RULE_WANT_FIELD);
	if (!count_node(p)) return false;
	next(p);
	t->op = p->tok.op;
	t->op_pos = p->tok.pos;
	if (!expect(p, T_OP, RULE_WANT_OP)) return false;
	if (!literal_list(p, T_BAR, &t->values, &t->nvalues)) return false;
	if (t->nvalues > 1 && t->op != RULE_EQ && t->op != RULE_NE)
		return refuse_at(p, t->op_pos, str_sub(p->text, t->op_pos, t->op < RULE_EQ || t->op == RULE_NE ? 2 : 1),
		                 RULE_WANT_ONE_VALUE);
	return true;
}

static bool terms(struct parser *p, struct rule_expr *e)
{
	VEC(struct rule_term) list = {0};
	for (;;) {
		struct rule_term t;
		if (!term(p, &t)) return false;
		*VEC_PUSH(p->arena, &list) = t;
		if (p->tok.kind != T_COMMA) break;
		next(p);
	}
	e->terms = list.ptr;
	e->nterms = list.len;
	return expect(p, T_CLOSE, RULE_WANT_BAR_COMMA_CLOSE);
}

static const char *const agg_names[] = {
    [RULE_SUM] = "sum", [RULE_COUNT] = "count", [RULE_MIN] = "min", [RULE_MAX] = "max", [RULE_AVG] = "avg", [RULE_EXISTS] = "exists"};

static enum rule_agg aggregate(struct str name)
{
	for (size_t i = RULE_SUM; i < ARRAY_LEN(agg_names); i++)
		if (str_is(name, agg_names[i])) return (enum rule_agg)i;
	return RULE_LOOKUP;
}

static bool comparison(struct parser *p, struct rule_expr *e)
{
	e->op = p->tok.op;
	e->op_pos = p->tok.pos;
	if (p->tok.kind == T_IN && e->agg == RULE_FACT) {
		e->op = RULE_IN;
		next(p);
		return expect(p, T_OPEN, RULE_WANT_OPEN) && literal_list(p, T_COMMA, &e->values, &e->nvalues) &&
		       expect(p, T_CLOSE, RULE_WANT_COMMA_CLOSE);
	}
	if (!expect(p, T_OP, e->agg == RULE_FACT ? RULE_WANT_OP_IN : RULE_WANT_OP)) return false;
	e->values = ARENA_NEW(p->arena, struct rule_literal);
	e->nvalues = 1;
	return literal(p, e->values);
}

/* Between the parentheses of sum(...), count(...), set('key'). */
static bool inside(struct parser *p, struct rule_expr *e)
{
	if (e->agg == RULE_LOOKUP) return literal(p, &e->key) && expect(p, T_CLOSE, RULE_WANT_CLOSE);
	if (e->agg == RULE_COUNT || e->agg == RULE_EXISTS) return terms(p, e);
	e->name = p->tok.text;
	e->pos = p->tok.pos;
	if (!expect(p, T_WORD, RULE_WANT_FIELD)) return false;
	if (p->tok.kind == T_COMMA) {
		next(p);
		return terms(p, e);
	}
	return expect(p, T_CLOSE, RULE_WANT_COMMA_CLOSE);
}

static struct rule_expr *node(struct parser *p, enum rule_kind kind, size_t pos)
{
	if (!count_node(p)) return NULL;
	struct rule_expr *e = ARENA_NEW(p->arena, struct rule_expr);
	*e = (struct rule_expr){.kind = kind, .pos = pos, .depth = 1, .fact = -1, .set = -1, .field = -1};
	return e;
}

static struct rule_expr *leaf(struct parser *p)
{
	if (p->tok.kind != T_WORD) {
		refuse(p, RULE_WANT_CMP);
		return NULL;
	}
	struct rule_expr *e = node(p, RULE_NODE_LEAF, p->tok.pos);
	if (!e) return NULL;
	e->name = p->tok.text;
	next(p);
	e->agg = RULE_FACT;
	if (p->tok.kind == T_OPEN) {
		next(p);
		e->agg = aggregate(e->name);
		if (!inside(p, e)) return NULL;
	}
	if (e->agg == RULE_EXISTS) {
		e->name = STR_NONE;
		return e;
	}
	if (e->agg == RULE_COUNT) e->name = STR_NONE;
	return comparison(p, e) ? e : NULL;
}

static struct rule_expr *either(struct parser *p);

static struct rule_expr *deeper(struct parser *p, struct rule_expr *e)
{
	if (e->depth <= RULE_MAX_DEPTH) return e;
	refuse_at(p, e->pos, str_sub(p->text, e->pos, 1), RULE_WANT_SHALLOWER);
	return NULL;
}

static struct rule_expr *unary_inside(struct parser *p)
{
	size_t pos = p->tok.pos;
	if (p->tok.kind == T_NOT) {
		struct rule_expr *e = node(p, RULE_NODE_NOT, pos);
		if (!e) return NULL;
		next(p);
		e->kids = ARENA_ARRAY(p->arena, struct rule_expr *, 1);
		e->nkids = 1;
		if (p->nested++ >= RULE_MAX_DEPTH) {
			refuse(p, RULE_WANT_SHALLOWER);
			return NULL;
		}
		e->kids[0] = unary_inside(p);
		p->nested--;
		if (!e->kids[0]) return NULL;
		e->depth = e->kids[0]->depth + 1;
		return deeper(p, e);
	}
	if (p->tok.kind != T_OPEN) return leaf(p);
	if (p->nested++ >= RULE_MAX_DEPTH) {
		refuse(p, RULE_WANT_SHALLOWER);
		return NULL;
	}
	next(p);
	struct rule_expr *e = either(p);
	p->nested--;
	if (!e || !expect(p, T_CLOSE, RULE_WANT_AND_OR_CLOSE)) return NULL;
	return e;
}

typedef VEC(struct rule_expr *) exprs;

/* (a and b) and c is a and b and c: one node, so that depth is what people nest. */
static void add_kid(struct parser *p, exprs *list, enum rule_kind kind, struct rule_expr *e)
{
	if (e->kind != kind) {
		*VEC_PUSH(p->arena, list) = e;
		return;
	}
	for (size_t i = 0; i < e->nkids; i++)
		*VEC_PUSH(p->arena, list) = e->kids[i];
	p->nodes--;
}

static struct rule_expr *chain(struct parser *p, enum rule_kind kind, enum token_kind word, struct rule_expr *(*part)(struct parser *p))
{
	size_t pos = p->tok.pos;
	struct rule_expr *first = part(p);
	if (!first || p->tok.kind != word) return first;
	struct rule_expr *e = node(p, kind, pos);
	if (!e) return NULL;
	exprs list = {0};
	add_kid(p, &list, kind, first);
	while (p->tok.kind == word) {
		next(p);
		struct rule_expr *kid = part(p);
		if (!kid) return NULL;
		add_kid(p, &list, kind, kid);
	}
	e->kids = list.ptr;
	e->nkids = list.len;
	for (size_t i = 0; i < e->nkids; i++)
		if (e->depth <= e->kids[i]->depth) e->depth = e->kids[i]->depth + 1;
	return deeper(p, e);
}

static struct rule_expr *both(struct parser *p) { return chain(p, RULE_NODE_AND, T_AND, unary_inside); }
static struct rule_expr *either(struct parser *p) { return chain(p, RULE_NODE_OR, T_OR, both); }

bool rule_parse(struct arena *a, struct str text, struct rule_expr **out, struct rule_error *error)
{
	*error = (struct rule_error){0};
	struct parser p = {.arena = a, .text = text, .error = error};
	if (text.len > RULE_MAX_TEXT) return refuse_at(&p, RULE_MAX_TEXT, STR_NONE, RULE_WANT_SMALLER);
	next(&p);
	struct rule_expr *e = either(&p);
	if (!e) return false;
	if (p.tok.kind != T_END) return refuse(&p, RULE_WANT_AND_OR);
	e->text = text;
	*out = e;
	return true;
}

/* --- the tree itself --- */

static bool literal_same(const struct rule_literal *x, const struct rule_literal *y)
{
	return x->kind == y->kind && str_eq(x->raw, y->raw);
}

static bool literals_same(const struct rule_literal *x, size_t nx, const struct rule_literal *y, size_t ny)
{
	if (nx != ny) return false;
	for (size_t i = 0; i < nx; i++)
		if (!literal_same(&x[i], &y[i])) return false;
	return true;
}

static bool leaf_same(const struct rule_expr *x, const struct rule_expr *y)
{
	if (x->agg != y->agg || x->op != y->op || !str_eq(x->name, y->name) || x->nterms != y->nterms) return false;
	if (!literal_same(&x->key, &y->key) || !literals_same(x->values, x->nvalues, y->values, y->nvalues)) return false;
	for (size_t i = 0; i < x->nterms; i++) {
		const struct rule_term *s = &x->terms[i], *t = &y->terms[i];
		if (s->op != t->op || !str_eq(s->name, t->name)) return false;
		if (!literals_same(s->values, s->nvalues, t->values, t->nvalues)) return false;
	}
	return true;
}

bool rule_same(const struct rule_expr *x, const struct rule_expr *y)
{
	if (x->kind != y->kind || x->nkids != y->nkids) return false;
	if (x->kind == RULE_NODE_LEAF) return leaf_same(x, y);
	for (size_t i = 0; i < x->nkids; i++)
		if (!rule_same(x->kids[i], y->kids[i])) return false;
	return true;
}

size_t rule_nodes(const struct rule_expr *e)
{
	size_t n = 1 + e->nvalues + e->nterms + (e->agg == RULE_LOOKUP && e->kind == RULE_NODE_LEAF);
	for (size_t i = 0; i < e->nterms; i++)
		n += e->terms[i].nvalues;
	for (size_t i = 0; i < e->nkids; i++)
		n += rule_nodes(e->kids[i]);
	return n;
}

bool rule_mentions(const struct rule_expr *e, struct str name)
{
	if (e->kind == RULE_NODE_LEAF && str_eq(e->name, name)) return true;
	for (size_t i = 0; i < e->nterms; i++)
		if (str_eq(e->terms[i].name, name)) return true;
	for (size_t i = 0; i < e->nkids; i++)
		if (rule_mentions(e->kids[i], name)) return true;
	return false;
}

/* --- printing --- */

static const char *const op_texts[] = {
    [RULE_GE] = ">=", [RULE_LE] = "<=", [RULE_EQ] = "=", [RULE_NE] = "!=", [RULE_LT] = "<", [RULE_GT] = ">", [RULE_IN] = "in"};

static void print_literal(struct sb *b, const struct rule_literal *l)
{
	bool bare = l->kind != LITERAL_CODE || (is_alpha(l->raw.ptr[0]) && word_end(l->raw, 0) == l->raw.len && keyword(l->raw) == T_WORD);
	if (l->kind == LITERAL_PARAM) sb_char(b, '@');
	if (bare) {
		sb_add(b, l->raw);
		return;
	}
	sb_char(b, '\'');
	for (size_t i = 0; i < l->raw.len; i++) {
		if (l->raw.ptr[i] == '\'') sb_char(b, '\'');
		sb_char(b, l->raw.ptr[i]);
	}
	sb_char(b, '\'');
}

static void print_literals(struct sb *b, const struct rule_literal *list, size_t n, const char *separator)
{
	for (size_t i = 0; i < n; i++) {
		if (i) sb_addz(b, separator);
		print_literal(b, &list[i]);
	}
}

static void print_terms(struct sb *b, const struct rule_expr *e)
{
	for (size_t i = 0; i < e->nterms; i++) {
		if (i) SB_LIT(b, ", ");
		sb_add(b, e->terms[i].name);
		sb_addz(b, op_texts[e->terms[i].op]);
		print_literals(b, e->terms[i].values, e->terms[i].nvalues, "|");
	}
}

static void print_leaf(struct sb *b, const struct rule_expr *e)
{
	if (e->agg >= RULE_SUM) {
		sb_addz(b, agg_names[e->agg]);
		SB_LIT(b, "(");
	}
	sb_add(b, e->name);
	if (e->agg == RULE_LOOKUP) {
		SB_LIT(b, "(");
		print_literal(b, &e->key);
		SB_LIT(b, ")");
	} else if (e->agg >= RULE_SUM) {
		if (e->name.len && e->nterms) SB_LIT(b, ", ");
		print_terms(b, e);
		SB_LIT(b, ")");
	}
	if (e->agg == RULE_EXISTS) return;
	SB_LIT(b, " ");
	sb_addz(b, op_texts[e->op]);
	sb_addz(b, e->op == RULE_IN ? " (" : " ");
	print_literals(b, e->values, e->nvalues, ", ");
	if (e->op == RULE_IN) SB_LIT(b, ")");
}

static void print_expr(struct sb *b, const struct rule_expr *e, enum rule_kind within)
{
	if (e->kind == RULE_NODE_LEAF) {
		print_leaf(b, e);
		return;
	}
	/* An `and` inside an `or` needs no parentheses; the other way round it does. */
	bool open = within == RULE_NODE_NOT ? e->kind != RULE_NODE_NOT : within == RULE_NODE_AND && e->kind == RULE_NODE_OR;
	if (open) SB_LIT(b, "(");
	if (e->kind == RULE_NODE_NOT) SB_LIT(b, "not ");
	for (size_t i = 0; i < e->nkids; i++) {
		if (i) sb_addz(b, e->kind == RULE_NODE_AND ? " and " : " or ");
		print_expr(b, e->kids[i], e->kind);
	}
	if (open) SB_LIT(b, ")");
}

struct str rule_print(struct arena *a, const struct rule_expr *e)
{
	struct sb b;
	sb_init(&b, a, 8 * RULE_MAX_TEXT);
	print_expr(&b, e, RULE_NODE_LEAF);
	BUG_IF(sb_failed(&b));
	return sb_str(&b);
}
