/* What an indicator counts: a list's address, as text in data, turned into that list's question. */
#include "base/date.h"
#include "base/utf8.h"
#include "office/strategy/model.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
	return -1;
}

/* Addresses are pasted as browsers show them. */
static struct str decode(struct cx *cx, struct str s)
{
	char *out = arena_alloc(cx->arena, s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		bool coded = s.ptr[i] == '%' && i + 2 < s.len && hex(s.ptr[i + 1]) >= 0 && hex(s.ptr[i + 2]) >= 0;
		out[n++] = coded ? (char)(hex(s.ptr[i + 1]) << 4 | hex(s.ptr[i + 2])) : s.ptr[i] == '+' ? ' ' : s.ptr[i];
		if (coded) i += 2;
	}
	return (struct str){out, n};
}

/* {year}, {starts}, {ends}, {today}; false for any other word in braces. */
static bool put_words(struct cx *cx, struct str text, const struct academic_year *year, struct str *out)
{
	const struct {
		struct str word, value;
	} words[] = {{STR("{year}"), uuid_text(cx->arena, year->row.id)},
	             {STR("{starts}"), date_iso(cx->arena, year->starts)},
	             {STR("{ends}"), date_iso(cx->arena, year->ends)},
	             {STR("{today}"), date_iso(cx->arena, cx_today(cx))}};
	struct sb b;
	sb_init(&b, cx->arena, 16 * 1024);
	while (text.len) {
		size_t at = str_find_char(text, '{'), w = 0;
		if (at == STR_NPOS) at = text.len;
		sb_add(&b, str_sub(text, 0, at));
		text = str_sub(text, at, text.len);
		if (!text.len) break;
		while (w < ARRAY_LEN(words) && !str_starts(text, words[w].word))
			w++;
		if (w == ARRAY_LEN(words)) return false;
		sb_add(&b, words[w].value);
		text = str_sub(text, words[w].word.len, text.len);
	}
	*out = sb_str(&b);
	return !sb_failed(&b);
}

static enum err parse(struct cx *cx, const struct entity *e, struct str query, struct list_query *out)
{
	VEC(struct pair) pairs = {0};
	struct str part, name;
	while (str_split(&query, '&', &part))
		if (str_find_char(part, '=') != STR_NPOS && str_split(&part, '=', &name))
			*VEC_PUSH(cx->arena, &pairs) = (struct pair){decode(cx, name), decode(cx, part)};
	return list_query_parse(cx, e, (struct pairs){pairs.ptr, pairs.len}, out);
}

enum err indicator_query(struct cx *cx, const char *field, struct str source, const struct academic_year *year, struct list_query *out)
{
	struct str text, kind, rest;
	if (!put_words(cx, str_trim(source), year, &text))
		return fail(cx, ERR_INVALID, field, M_indicator_source_word, ARG_S("value", utf8_head(source, 80)));
	rest = str_starts(text, STR("/")) ? str_sub(text, 1, text.len) : text;
	if (!str_split(&rest, '?', &kind)) kind = STR("");
	const struct entity *e = entity_by_kind(kind);
	if (!e) return fail(cx, ERR_INVALID, field, M_indicator_source_kind, ARG_S("value", utf8_head(kind, 60)));
	struct problem **end = cx->problems_end, *before = cx->problems;
	if (parse(cx, e, rest, out) == OK) {
		out->page = 1;
		return OK;
	}
	/* The list's own reason, told at the field that holds the question. */
	const struct problem *why = before ? *end : cx->problems;
	struct str reason = why ? problem_text(cx, why) : STR("");
	cx->problems = before;
	cx->problems_end = before ? end : &cx->problems;
	if (before) *end = NULL;
	return fail(cx, ERR_INVALID, field, M_indicator_source_wrong, ARG_S("reason", reason));
}

enum err check_source(struct cx *cx, const struct field *f, struct str *value)
{
	struct academic_year any = {.starts = 0, .ends = 364};
	struct list_query q;
	if (str_blank(*value)) return OK;
	return indicator_query(cx, f->name, *value, &any, &q);
}
