/* CSV writer. */
#include "platform/format/csv.h"

void csv_writer_init(struct csv_writer *w, struct sb *sb, char separator) { *w = (struct csv_writer){.sb = sb, .separator = separator}; }

static bool starts_formula(struct str s) { return s.len && memchr("=+-@\t\r", s.ptr[0], 6); }

/* Behind any number of apostrophes. */
static bool is_guarded(struct str s)
{
	size_t i = 0;
	while (i < s.len && s.ptr[i] == '\'')
		i++;
	return i && starts_formula(str_sub(s, i, s.len));
}

struct str csv_guard(struct arena *a, struct str s) { return starts_formula(s) || is_guarded(s) ? str_concat(a, STR("'"), s) : s; }

struct str csv_unguard(struct str s) { return s.len && s.ptr[0] == '\'' && is_guarded(s) ? str_sub(s, 1, s.len) : s; }

static bool needs_quotes(const struct csv_writer *w, struct str s)
{
	if (s.len == 0) return false;
	if (s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ') return true;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == w->separator || s.ptr[i] == '"' || s.ptr[i] == '\n' || s.ptr[i] == '\r') return true;
	return false;
}

static void put(struct csv_writer *w, bool guard, struct str s)
{
	bool quotes = needs_quotes(w, s);
	if (w->column++) sb_char(w->sb, w->separator);
	if (quotes) sb_char(w->sb, '"');
	if (guard) sb_char(w->sb, '\'');
	for (size_t at; quotes && (at = str_find_char(s, '"')) != STR_NPOS; s = str_sub(s, at + 1, s.len)) {
		sb_add(w->sb, str_sub(s, 0, at + 1));
		sb_char(w->sb, '"');
	}
	sb_add(w->sb, s);
	if (quotes) sb_char(w->sb, '"');
}

void csv_text(struct csv_writer *w, struct str s) { put(w, starts_formula(s) || is_guarded(s), s); }

void csv_plain(struct csv_writer *w, struct str s) { put(w, false, s); }

void csv_int(struct csv_writer *w, int64_t n)
{
	char digits[24];
	int len = n == UNKNOWN ? 0 : snprintf(digits, sizeof digits, "%lld", (long long)n);
	put(w, false, (struct str){digits, (size_t)len});
}

void csv_end_row(struct csv_writer *w)
{
	SB_LIT(w->sb, "\r\n");
	w->column = 0;
}
