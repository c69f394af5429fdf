/* The few differences between the engines' SQL texts: parameters and column types. */
#include "base/sb.h"
#include "platform/db/internal.h"

/* The end of a quoted string or a line comment that starts at p, or p. */
static const char *skip_quoted(const char *p)
{
	if (*p == '\'' || *p == '"') {
		const char *end = strchr(p + 1, *p);
		return end ? end + 1 : p + strlen(p);
	}
	if (p[0] == '-' && p[1] == '-') return p + strcspn(p, "\n");
	return p;
}

char *dialect_dollars(const char *text)
{
	char *out = db_alloc(strlen(text) + 1), *to = out;
	for (const char *p = text; *p;) {
		const char *end = skip_quoted(p);
		if (end == p) {
			*to++ = *p == '?' ? '$' : *p;
			p++;
			continue;
		}
		memcpy(to, p, (size_t)(end - p));
		to += end - p;
		p = end;
	}
	*to = '\0';
	return out;
}

static const struct type_word {
	const char *word, *sqlite, *postgres;
} type_words[] = {
    {"id", "blob", "uuid"},          {"int", "integer", "bigint"}, {"text", "text", "text collate \"C\""}, {"bytes", "blob", "bytea"},
    {"tenant", "integer", "bigint"}, {"strict", "strict", ""},     {"clustered", "without rowid", ""}, /* the key is the table: no second
                                                                                                          tree */
};

enum err dialect_types(struct cx *cx, enum db_engine engine, struct str text, struct str *out)
{
	struct sb b;
	sb_init(&b, cx->arena, text.len * 4 + 1);
	struct str part, rest = text;
	while (rest.len) {
		size_t open = str_find_char(rest, '{');
		if (open == STR_NPOS) break;
		sb_add(&b, str_sub(rest, 0, open));
		rest = str_sub(rest, open + 1, rest.len);
		size_t close = str_find_char(rest, '}');
		part = str_sub(rest, 0, close == STR_NPOS ? rest.len : close);
		const struct type_word *w = type_words;
		while (w < type_words + ARRAY_LEN(type_words) && !str_is(part, w->word))
			w++;
		if (close == STR_NPOS || w == type_words + ARRAY_LEN(type_words)) {
			log_error("migration: unknown type word {%.*s}", (int)(part.len > 40 ? 40 : part.len), part.ptr);
			return fail(cx, ERR_BUG, NULL, M_db_bug);
		}
		sb_addz(&b, engine == DB_SQLITE ? w->sqlite : w->postgres);
		rest = str_sub(rest, close + 1, rest.len);
	}
	sb_add(&b, rest);
	BUG_IF(sb_failed(&b));
	*out = sb_str(&b);
	return OK;
}
