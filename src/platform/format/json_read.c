/* JSON reader: recursive descent over a copy of the text, whose strings are unescaped in place. Written by hand since
 * the libraries at hand turn decimals into floating point. */
#include "base/utf8.h"
#include "base/vec.h"
#include "messages.h"
#include "platform/format/json.h"

struct reader {
	struct cx *cx;
	char *at, *end, *start;
	const char *source; /* as it came: unescaping moves the text of the copy */
	int depth;
	size_t values;
};

static enum err read_value(struct reader *r, struct json *out);

/* The place is counted only now: line from 1, column in characters from 1. */
static enum err refuse(struct reader *r, enum err code, int msg, struct str value)
{
	int64_t line = 1, column = 1;
	for (const char *p = r->source, *stop = p + (r->at - r->start); p < stop; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			column++;
		}
	}
	return fail(r->cx, code, NULL, msg, ARG_N("line", line), ARG_N("column", column),
	            ARG_S("value", str_copy(r->cx->arena, utf8_head(value, 40))));
}

static enum err refuse_here(struct reader *r)
{
	if (r->at == r->end) return refuse(r, ERR_SYNTAX, M_json_end, STR(""));
	struct str rest = {r->at, (size_t)(r->end - r->at)};
	return refuse(r, ERR_SYNTAX, M_json_syntax, utf8_head(rest, 1));
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c) return false;
	r->at++;
	return true;
}

static bool take_word(struct reader *r, struct str word)
{
	if (!str_starts((struct str){r->at, (size_t)(r->end - r->at)}, word)) return false;
	r->at += word.len;
	return true;
}

static bool hex4(struct reader *r, uint32_t *out)
{
	if (r->end - r->at < 4) return false;
	*out = 0;
	for (int i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)r->at[i], lower = c | 32;
		if (c >= '0' && c <= '9')
			*out = *out * 16 + (c - '0');
		else if (lower >= 'a' && lower <= 'f')
			*out = *out * 16 + (lower - 'a' + 10u);
		else
			return false;
	}
	r->at += 4;
	return true;
}

/* After \u: one character, of two halves beyond the first plane. */
static bool read_unicode(struct reader *r, uint32_t *cp)
{
	uint32_t low;
	if (!hex4(r, cp) || *cp == 0 || (*cp >= 0xdc00 && *cp <= 0xdfff)) return false;
	if (*cp < 0xd800 || *cp > 0xdbff) return true;
	if (!take(r, '\\') || !take(r, 'u') || !hex4(r, &low) || low < 0xdc00 || low > 0xdfff) return false;
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* After a backslash; writes at *to, which never passes the reading place: an escape is longer than what it means. */
static bool read_escape(struct reader *r, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	if (r->at == r->end) return false;
	const char *found = *r->at ? strchr(from, *r->at) : NULL;
	if (found) {
		*(*to)++ = into[found - from];
		r->at++;
		return true;
	}
	uint32_t cp;
	char *escape = r->at;
	if (!take(r, 'u')) return false;
	if (!read_unicode(r, &cp)) {
		r->at = escape;
		return false;
	}
	*to += utf8_put(*to, cp);
	return true;
}

static enum err read_string(struct reader *r, struct str *out)
{
	if (!take(r, '"')) return refuse_here(r);
	char *from = r->at, *to = r->at;
	while (r->at < r->end && *r->at != '"') {
		unsigned char c = (unsigned char)*r->at;
		if (c < ' ') return refuse(r, ERR_SYNTAX, M_json_control, STR(""));
		r->at++;
		if (c != '\\')
			*to++ = (char)c;
		else if (!read_escape(r, &to))
			return refuse(r, ERR_SYNTAX, M_json_escape, STR(""));
	}
	if (!take(r, '"')) return refuse_here(r);
	*out = (struct str){from, (size_t)(to - from)};
	return OK;
}

static bool take_digits(struct reader *r)
{
	char *from = r->at;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > from;
}

static enum err read_number(struct reader *r, struct json *out)
{
	char *from = r->at;
	take(r, '-');
	if (take(r, '0')) {
		if (r->at < r->end && *r->at >= '0' && *r->at <= '9') return refuse_here(r);
	} else if (!take_digits(r)) {
		return refuse_here(r);
	}
	bool whole = true;
	if (take(r, '.')) {
		whole = false;
		if (!take_digits(r)) return refuse_here(r);
	}
	if (take(r, 'e') || take(r, 'E')) {
		whole = false;
		if (!take(r, '+')) take(r, '-');
		if (!take_digits(r)) return refuse_here(r);
	}
	struct str text = {from, (size_t)(r->at - from)};
	int64_t num;
	if (whole && str_to_i64(text, &num) && num != UNKNOWN) {
		*out = (struct json){.kind = JSON_KIND_INT, .num = num};
	} else {
		*out = (struct json){.kind = JSON_KIND_DECIMAL, .text = text};
	}
	return OK;
}

static enum err enter(struct reader *r)
{
	if (r->depth == JSON_READ_DEPTH) return refuse(r, ERR_TOO_LARGE, M_json_depth, STR(""));
	r->depth++;
	r->at++;
	skip_space(r);
	return OK;
}

static enum err read_array(struct reader *r, struct json *out)
{
	VEC(struct json) items = {0};
	TRY(enter(r));
	if (!take(r, ']')) {
		for (;;) {
			struct json item;
			TRY(read_value(r, &item));
			*VEC_PUSH(r->cx->arena, &items) = item;
			if (take(r, ']')) break;
			if (!take(r, ',')) return refuse_here(r);
		}
	}
	r->depth--;
	*out = (struct json){.kind = JSON_KIND_ARRAY, .items = {items.ptr, items.len}};
	return OK;
}

static int by_name(const void *a, const void *b) { return str_cmp(**(struct str *const *)a, **(struct str *const *)b); }

/* Few names are compared with each other, many are sorted first: no input makes this quadratic. */
static struct str *find_double(struct cx *cx, struct json_member *members, size_t len)
{
	if (len <= 16) {
		for (size_t i = 0; i < len; i++)
			for (size_t j = 0; j < i; j++)
				if (str_eq(members[i].name, members[j].name)) return &members[i].name;
		return NULL;
	}
	struct str **names = ARENA_ARRAY(cx->arena, struct str *, len);
	for (size_t i = 0; i < len; i++)
		names[i] = &members[i].name;
	qsort(names, len, sizeof *names, by_name);
	for (size_t i = 1; i < len; i++)
		if (str_eq(*names[i], *names[i - 1])) return names[i];
	return NULL;
}

static enum err read_member(struct reader *r, struct json_member *out)
{
	skip_space(r);
	TRY(read_string(r, &out->name));
	skip_space(r);
	if (!take(r, ':')) return refuse_here(r);
	return read_value(r, &out->value);
}

static enum err read_object(struct reader *r, struct json *out)
{
	VEC(struct json_member) members = {0};
	TRY(enter(r));
	if (!take(r, '}')) {
		for (;;) {
			struct json_member member;
			TRY(read_member(r, &member));
			*VEC_PUSH(r->cx->arena, &members) = member;
			if (take(r, '}')) break;
			if (!take(r, ',')) return refuse_here(r);
		}
	}
	struct str *twice = find_double(r->cx, members.ptr, members.len);
	if (twice) return refuse(r, ERR_SYNTAX, M_json_twice, *twice);
	r->depth--;
	*out = (struct json){.kind = JSON_KIND_OBJECT, .members = {members.ptr, members.len}};
	return OK;
}

/* With the white space around it. */
static enum err read_value(struct reader *r, struct json *out)
{
	if (++r->values > JSON_READ_VALUES) return refuse(r, ERR_TOO_LARGE, M_json_values, STR(""));
	skip_space(r);
	if (r->at == r->end) return refuse_here(r);
	enum err err = OK;
	switch (*r->at) {
	case '{': err = read_object(r, out); break;
	case '[': err = read_array(r, out); break;
	case '"':
		*out = (struct json){.kind = JSON_KIND_STRING};
		err = read_string(r, &out->text);
		break;
	default:
		if (take_word(r, STR("true")))
			*out = (struct json){.kind = JSON_KIND_BOOL, .boolean = true};
		else if (take_word(r, STR("false")))
			*out = (struct json){.kind = JSON_KIND_BOOL};
		else if (take_word(r, STR("null")))
			*out = (struct json){.kind = JSON_KIND_NULL};
		else
			err = read_number(r, out);
	}
	skip_space(r);
	return err;
}

enum err json_parse(struct cx *cx, struct str text, size_t cap, const struct json **out)
{
	if (text.len > cap) return fail(cx, ERR_TOO_LARGE, NULL, M_json_size, ARG_N("n", (int64_t)(cap / 1024)));
	if (!utf8_valid(text)) return fail(cx, ERR_SYNTAX, NULL, M_json_utf8);
	if (str_starts(text, STR("\xef\xbb\xbf"))) text = str_sub(text, 3, text.len);
	char *copy = arena_copy(cx->arena, text.ptr, text.len);
	struct reader r = {.cx = cx, .at = copy, .end = copy + text.len, .start = copy, .source = text.ptr};
	struct json *root = ARENA_NEW(cx->arena, struct json);
	TRY(read_value(&r, root));
	if (r.at != r.end) return refuse_here(&r);
	*out = root;
	return OK;
}

const struct json *json_get_str(const struct json *object, struct str name)
{
	if (!object || object->kind != JSON_KIND_OBJECT) return NULL;
	for (size_t i = 0; i < object->members.len; i++)
		if (str_eq(object->members.ptr[i].name, name)) return &object->members.ptr[i].value;
	return NULL;
}

const struct json *json_get(const struct json *object, const char *name) { return json_get_str(object, str_of(name)); }

struct str json_text(const struct json *object, const char *name)
{
	const struct json *value = json_get(object, name);
	return value && value->kind == JSON_KIND_STRING ? value->text : STR_NONE;
}

bool json_int(const struct json *object, const char *name, int64_t *out)
{
	const struct json *value = json_get(object, name);
	if (!value || value->kind != JSON_KIND_INT) return false;
	*out = value->num;
	return true;
}

bool json_fixed(const struct json *value, int digits, int64_t *out)
{
	if (!value) return false;
	if (value->kind == JSON_KIND_DECIMAL) return str_to_fixed(value->text, digits, out);
	if (value->kind != JSON_KIND_INT) return false;
	*out = value->num;
	for (int i = 0; i < digits; i++)
		if (__builtin_mul_overflow(*out, 10, out)) return false;
	return true;
}
