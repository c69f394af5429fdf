/* CSV reader. A row is first scanned whole, without touching it, since it may lie across the end of the buffer and is
 * then scanned again; quotes are taken out afterwards, in place. */
#include "base/utf8.h"
#include "base/vec.h"
#include "messages.h"
#include "platform/format/csv.h"

enum { BUFFER = 256 * 1024, NAME_CHARS = 40, VALUE_CHARS = 60 };

/* What a byte means while scanning; up to HIGH the scan runs on. */
enum kind { PLAIN, HIGH, LINE_END, SEPARATOR, QUOTE, NUL };

struct raw_cell {
	char *ptr;
	size_t len;
	bool doubled, high; /* quotes to take out; bytes beyond ASCII */
};

struct csv_reader {
	struct cx *cx;
	struct arena *own, *row; /* row: converted cells */
	struct csv_source source;
	char *buffer;
	size_t room, from, end; /* unread bytes lie from .. end; one byte more is a sentinel */
	bool eof, latin, seen_utf8;
	char separator;
	unsigned char bare[256], quoted[256]; /* enum kind */
	int64_t line;                         /* of the next row */
	struct raw_cell raw[TABLE_COLUMNS_MAX];
	struct str cells[TABLE_COLUMNS_MAX];
	size_t n;
	struct str *names; /* of the header, for messages */
	size_t n_names;
};

/* Where the scan of a row stands. */
struct scan {
	char *at, *stop;
	int64_t lines;
};
enum outcome { ROW_DONE, ROW_CUT, ROW_BAD };

static struct str column_name(struct csv_reader *r, size_t column)
{
	if (column < r->n_names && r->names[column].len) return str_fmt(r->cx->arena, "%zu (%.*s)", column + 1, STR_ARG(r->names[column]));
	return str_fmt(r->cx->arena, "%zu", column + 1);
}

/* A piece of the file as a message can show it. */
static struct str shown(struct csv_reader *r, struct str s)
{
	struct str clear = utf8_valid(s) ? s : utf8_from_cp1252(r->row, str_sub(s, 0, VALUE_CHARS));
	return str_copy(r->cx->arena, utf8_head(clear, VALUE_CHARS));
}

static enum err refuse(struct csv_reader *r, enum err code, int msg, int64_t line, size_t column, struct str value)
{
	return fail(r->cx, code, "file", msg, ARG_N("line", line), ARG_S("column", column_name(r, column)),
	            ARG_S("value", shown(r, value)));
}

/* Moves what is unread to the front, makes room for at least as much again, and fills it. */
static enum err fill(struct csv_reader *r)
{
	size_t left = r->end - r->from;
	memmove(r->buffer, r->buffer + r->from, left);
	r->from = 0;
	r->end = left;
	if (left > r->room / 2) {
		if (left > CSV_ROW_MAX) return refuse(r, ERR_TOO_LARGE, M_csv_row_size, r->line, 0, STR(""));
		r->buffer = arena_grow(r->own, r->buffer, r->room + 1, 2 * r->room + 1);
		r->room *= 2;
	}
	while (!r->eof && r->end < r->room) {
		int64_t got = r->source.read(r->source.arg, r->buffer + r->end, r->room - r->end);
		if (got < 0) return fail(r->cx, ERR_IO, "file", M_error_io);
		if (got == 0) r->eof = true;
		r->end += (size_t)got;
	}
	r->buffer[r->end] = '\n';
	return OK;
}

/* Text up to its last whole character, since the buffer may cut one. */
static struct str whole_characters(struct str s)
{
	size_t back = 0;
	while (back < 3 && back < s.len && ((unsigned char)s.ptr[s.len - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < s.len && (unsigned char)s.ptr[s.len - 1 - back] >= 0xc0) return str_sub(s, 0, s.len - 1 - back);
	return s;
}

static enum err find_encoding(struct csv_reader *r)
{
	struct str head = {r->buffer, r->end};
	if (str_starts(head, STR("\xff\xfe")) || str_starts(head, STR("\xfe\xff"))) return fail(r->cx, ERR_SYNTAX, "file", M_csv_utf16);
	if (str_starts(head, STR("\xef\xbb\xbf"))) {
		r->from = 3;
		r->seen_utf8 = true;
	}
	r->latin = !r->seen_utf8 && !utf8_valid(r->eof ? head : whole_characters(head));
	return OK;
}

static bool is_separator(char c) { return c == ',' || c == ';' || c == '\t'; }

/* The first line: "sep=;" is a word to the reader and no row; otherwise the separator it has most of, outside quotes.
 */
static void find_separator(struct csv_reader *r)
{
	const char *p = r->buffer + r->from, *end = r->buffer + r->end;
	size_t commas = 0, semicolons = 0, tabs = 0;
	struct str line = {p, (size_t)(end - p)};
	if (line.len >= 6 && !strncasecmp(p, "sep=", 4) && is_separator(p[4]) && (p[5] == '\r' || p[5] == '\n')) {
		r->separator = p[4];
		r->from += p[5] == '\r' && line.len > 6 && p[6] == '\n' ? 7 : 6;
		r->line = 2;
		return;
	}
	bool in_quotes = false;
	for (; p < end && (in_quotes || (*p != '\n' && *p != '\r')); p++) {
		if (*p == '"') in_quotes = !in_quotes;
		commas += !in_quotes && *p == ',';
		semicolons += !in_quotes && *p == ';';
		tabs += !in_quotes && *p == '\t';
	}
	r->separator = tabs > commas && tabs > semicolons ? '\t' : semicolons > commas ? ';' : ',';
}

static void set_kinds(struct csv_reader *r)
{
	for (int c = 0x80; c < 0x100; c++)
		r->bare[c] = r->quoted[c] = HIGH;
	r->bare[0] = r->quoted[0] = NUL;
	r->bare['\n'] = r->bare['\r'] = r->quoted['\n'] = r->quoted['\r'] = LINE_END;
	r->bare[(unsigned char)r->separator] = SEPARATOR;
	r->quoted['"'] = QUOTE;
}

enum err csv_open(struct cx *cx, struct csv_source source, struct csv_reader **out)
{
	struct arena *own = arena_new();
	struct csv_reader *r = ARENA_NEW(own, struct csv_reader);
	*r = (struct csv_reader){.cx = cx, .own = own, .row = arena_new(), .source = source, .room = BUFFER, .line = 1};
	r->buffer = arena_alloc(own, BUFFER + 1);
	enum err err = fill(r);
	if (err == OK) err = find_encoding(r);
	if (err != OK) {
		csv_close(r);
		return err;
	}
	find_separator(r);
	set_kinds(r);
	*out = r;
	return OK;
}

void csv_close(struct csv_reader *r)
{
	if (!r) return;
	arena_free(r->row);
	arena_free(r->own);
}

static enum outcome scan_bare(const struct csv_reader *r, struct scan *s, struct raw_cell *cell)
{
	unsigned char *p = (unsigned char *)s->at, kind, high = 0;
	while ((kind = r->bare[*p]) <= HIGH) {
		high |= kind;
		p++;
	}
	*cell = (struct raw_cell){s->at, (size_t)((char *)p - s->at), false, high};
	s->at = (char *)p;
	if (s->at == s->stop) return r->eof ? ROW_DONE : ROW_CUT;
	return kind == NUL ? ROW_BAD : ROW_DONE;
}

/* At a line end inside quotes; CRLF counts once. */
static void count_line(struct scan *s)
{
	if (*s->at == '\n' || s->at + 1 == s->stop || s->at[1] != '\n') s->lines++;
	s->at++;
}

static enum outcome scan_quoted(const struct csv_reader *r, struct scan *s, struct raw_cell *cell)
{
	unsigned char high = 0;
	*cell = (struct raw_cell){.ptr = ++s->at};
	for (;;) {
		unsigned char kind;
		while ((kind = r->quoted[(unsigned char)*s->at]) <= HIGH) {
			high |= kind;
			s->at++;
		}
		cell->len = (size_t)(s->at - cell->ptr);
		cell->high = high;
		if (s->at == s->stop) return r->eof ? ROW_BAD : ROW_CUT;
		if (kind == NUL || cell->len > 2 * TABLE_CELL_MAX) return ROW_BAD;
		if (kind == LINE_END) {
			count_line(s);
			continue;
		}
		s->at++;
		if (s->at == s->stop) return r->eof ? ROW_DONE : ROW_CUT;
		if (*s->at != '"') return ROW_DONE;
		cell->doubled = true;
		s->at++;
	}
}

/* Past the line end, or to the end of the file. False when the second half of a CRLF may still come. */
static bool take_line_end(const struct csv_reader *r, struct scan *s)
{
	if (s->at == s->stop) return true;
	if (*s->at == '\n') {
		s->at++;
		return true;
	}
	if (s->at + 1 == s->stop && !r->eof) return false;
	s->at += s->at + 1 < s->stop && s->at[1] == '\n' ? 2 : 1;
	return true;
}

/* Why a scan went bad: the byte it stopped at tells. */
static enum err explain(struct csv_reader *r, const struct scan *s, const struct raw_cell *cell, bool quoted)
{
	struct str value = {cell->ptr, cell->len};
	if (s->at < s->stop && *s->at == '\0') return refuse(r, ERR_SYNTAX, M_csv_binary, r->line + s->lines, r->n, value);
	if (cell->len > TABLE_CELL_MAX) return refuse(r, ERR_TOO_LARGE, M_csv_cell_size, r->line, r->n, value);
	if (quoted && s->at == s->stop) return refuse(r, ERR_SYNTAX, M_csv_quote_open, r->line, r->n, value);
	return refuse(r, ERR_SYNTAX, M_csv_after_quote, r->line + s->lines, r->n, value);
}

/* The cells of one row; *cut when the buffer ended first. */
static enum err scan_row(struct csv_reader *r, struct scan *s, bool *cut)
{
	r->n = 0;
	for (;;) {
		if (r->n == TABLE_COLUMNS_MAX) return refuse(r, ERR_TOO_LARGE, M_csv_columns, r->line, r->n - 1, STR(""));
		struct raw_cell *cell = &r->raw[r->n];
		bool quoted = s->at < s->stop && *s->at == '"';
		enum outcome outcome = quoted ? scan_quoted(r, s, cell) : scan_bare(r, s, cell);
		bool too_long = cell->len > TABLE_CELL_MAX && (!cell->doubled || cell->len > 2 * TABLE_CELL_MAX);
		if (outcome == ROW_BAD || too_long) return explain(r, s, cell, quoted);
		*cut = outcome == ROW_CUT;
		if (*cut) return OK;
		r->n++;
		if (s->at < s->stop && *s->at == r->separator) {
			s->at++;
			continue;
		}
		if (s->at < s->stop && *s->at != '\n' && *s->at != '\r') {
			r->n--;
			return explain(r, s, cell, quoted);
		}
		*cut = !take_line_end(r, s);
		return OK;
	}
}

static void take_out_quotes(struct raw_cell *cell)
{
	char *to = cell->ptr;
	for (char *from = cell->ptr, *end = from + cell->len; from < end; from++) {
		*to++ = *from;
		if (*from == '"') from++;
	}
	cell->len = (size_t)(to - cell->ptr);
}

/* The text in UTF-8. The first byte that is no UTF-8 settles that the file is Windows-1252, unless UTF-8 was seen. */
static enum err decode(struct csv_reader *r, struct str *cell, size_t column)
{
	if (!r->latin && utf8_valid(*cell)) {
		r->seen_utf8 = true;
		return OK;
	}
	if (r->seen_utf8) return refuse(r, ERR_SYNTAX, M_csv_encoding, r->line, column, *cell);
	r->latin = true;
	*cell = utf8_from_cp1252(r->row, *cell);
	return OK;
}

/* Raw cells into texts; *blank when none has any. */
static enum err finish_row(struct csv_reader *r, bool *blank)
{
	*blank = true;
	for (size_t i = 0; i < r->n; i++) {
		struct raw_cell *raw = &r->raw[i];
		if (raw->doubled) take_out_quotes(raw);
		struct str cell = {raw->ptr, raw->len};
		if (cell.len > TABLE_CELL_MAX) return refuse(r, ERR_TOO_LARGE, M_csv_cell_size, r->line, i, cell);
		if (raw->high) TRY(decode(r, &cell, i));
		r->cells[i] = csv_unguard(cell);
		*blank = *blank && cell.len == 0;
	}
	return OK;
}

static void keep_names(struct csv_reader *r)
{
	r->names = ARENA_ARRAY(r->own, struct str, r->n);
	for (size_t i = 0; i < r->n; i++)
		r->names[i] = str_copy(r->own, utf8_head(r->cells[i], NAME_CHARS));
	r->n_names = r->n;
}

enum err csv_next(struct csv_reader *r, struct str **cells, size_t *n, int64_t *line, bool *more)
{
	bool blank = true;
	*more = false;
	while (blank) {
		if (r->from == r->end && !r->eof) TRY(fill(r));
		if (r->from == r->end) return OK;
		struct scan s = {.at = r->buffer + r->from, .stop = r->buffer + r->end};
		bool cut;
		TRY(scan_row(r, &s, &cut));
		if (cut) {
			TRY(fill(r));
			continue;
		}
		if (s.at - r->buffer > (ptrdiff_t)(r->from + CSV_ROW_MAX))
			return refuse(r, ERR_TOO_LARGE, M_csv_row_size, r->line, 0, STR(""));
		arena_reset(r->row);
		TRY(finish_row(r, &blank));
		r->from = (size_t)(s.at - r->buffer);
		*line = r->line;
		r->line += s.lines + 1;
	}
	if (!r->names) keep_names(r);
	*cells = r->cells;
	*n = r->n;
	*more = true;
	return OK;
}
