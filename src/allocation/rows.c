/* Rows of CSV files. One pass over the bytes; a field without quotes is a view into them. */
#include "allocation/rows.h"
#include "base/utf8.h"

static enum err rows_fault_is(const struct rows *r, enum allocation_fault_code code, struct str value, struct allocation_fault *f)
{
	*f = (struct allocation_fault){.code = code, .file = r->name, .line = r->row_line, .value = value, .expected = r->columns};
	return ERR_SYNTAX;
}

enum err rows_fault(const struct rows *r, struct allocation_fault *f, enum err e)
{
	f->file = r->name;
	f->line = r->row_line;
	if (f->value.ptr || !f->column.len) return e;
	for (int c = 0; c < r->ncolumns; c++)
		if (str_eq(rows_column(r, c), f->column)) f->value = r->field[c];
	return e;
}

/* The name of a column in "option,capacity[,cap]". */
struct str rows_column(const struct rows *r, int column)
{
	const char *p = r->columns.ptr, *end = p + r->columns.len;
	for (int c = 0;; c++) {
		while (p < end && (*p == ',' || *p == '[' || *p == ']'))
			p++;
		const char *from = p;
		while (p < end && *p != ',' && *p != '[' && *p != ']')
			p++;
		if (c == column || p == end) return (struct str){from, (size_t)(p - from)};
	}
}

static bool column_optional(const struct rows *r, int column)
{
	const char *name = rows_column(r, column).ptr;
	const char *bracket = memchr(r->columns.ptr, '[', r->columns.len);
	return bracket && bracket < name;
}

static enum err encoding_check(struct rows *r, struct str bytes, struct allocation_fault *f)
{
	const char *p = bytes.ptr, *end = p + bytes.len;
	uint64_t high = 0;
	for (; end - p >= 8; p += 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		high |= word;
	}
	for (; p < end; p++)
		high |= (unsigned char)*p & 0x80u ? 0x80u : 0;
	if (!(high & 0x8080808080808080u) || utf8_valid(bytes)) return OK;
	r->row_line = 1;
	for (p = bytes.ptr; p < end; r->row_line++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol) eol = end;
		if (!utf8_valid((struct str){p, (size_t)(eol - p)})) break;
		p = eol + 1;
	}
	return rows_fault_is(r, ALLOCATION_FAULT_UTF8, STR_NONE, f);
}

static struct str around(const struct rows *r, const char *at)
{
	const char *to = at;
	while (to < r->end && *to != '\n' && *to != '\r' && to - at < 40)
		to++;
	while (to > at && to < r->end && ((unsigned char)*to & 0xc0) == 0x80)
		to--;
	return (struct str){at, (size_t)(to - at)};
}

/* A quoted field from the byte after its opening quote; r->at ends after the closing one. */
static enum err quoted_field(struct rows *r, struct str *out, struct allocation_fault *f)
{
	const char *from = r->at, *p = from;
	size_t doubled = 0;
	for (;;) {
		const char *quote = memchr(p, '"', (size_t)(r->end - p));
		if (!quote) return rows_fault_is(r, ALLOCATION_FAULT_QUOTE_OPEN, around(r, from - 1), f);
		p = quote + 1;
		if (p == r->end || *p != '"') break;
		doubled++;
		p++;
	}
	r->at = p;
	*out = (struct str){from, (size_t)(p - 1 - from)};
	for (const char *nl = from; (nl = memchr(nl, '\n', (size_t)(p - nl))) != NULL; nl++)
		r->line++;
	if (doubled) {
		char *copy = arena_alloc(r->arena, out->len), *to = copy;
		for (size_t i = 0; i < out->len; i++) {
			*to++ = out->ptr[i];
			if (out->ptr[i] == '"') i++;
		}
		*out = (struct str){copy, out->len - doubled};
	}
	if (p < r->end && *p != ',' && *p != '\n' && *p != '\r')
		return rows_fault_is(r, ALLOCATION_FAULT_QUOTE_STRAY, around(r, from - 1), f);
	return OK;
}

/* The fields of one line in the order of the file, at most ROWS_FIELDS_MAX kept; r->nfields counts them all. */
static enum err line_read(struct rows *r, struct str fields[ROWS_FIELDS_MAX], struct allocation_fault *f)
{
	r->row_line = r->line;
	r->nfields = 0;
	for (;;) {
		struct str field;
		if (r->at < r->end && *r->at == '"') {
			r->at++;
			TRY(quoted_field(r, &field, f));
		} else {
			const char *from = r->at, *p = from;
			while (p < r->end && *p != ',' && *p != '\n' && *p != '\r' && *p != '"')
				p++;
			if (p < r->end && *p == '"') return rows_fault_is(r, ALLOCATION_FAULT_QUOTE_STRAY, around(r, from), f);
			field = (struct str){from, (size_t)(p - from)};
			r->at = p;
		}
		if (r->nfields < ROWS_FIELDS_MAX) fields[r->nfields] = field;
		r->nfields++;
		if (r->at == r->end) return OK;
		if (*r->at == ',') {
			r->at++;
			continue;
		}
		if (*r->at == '\r') {
			r->at++;
			if (r->at < r->end && *r->at != '\n') return rows_fault_is(r, ALLOCATION_FAULT_LINE_END, field, f);
			if (r->at == r->end) return OK;
		}
		r->at++;
		r->line++;
		return OK;
	}
}

static bool line_blank(const struct rows *r, const struct str fields[ROWS_FIELDS_MAX]) { return r->nfields == 1 && fields[0].len == 0; }

static enum err header_read(struct rows *r, struct allocation_fault *f)
{
	struct str names[ROWS_FIELDS_MAX] = {{0}};
	do {
		if (r->at == r->end) return rows_fault_is(r, ALLOCATION_FAULT_HEADER_MISSING, STR_NONE, f);
		TRY(line_read(r, names, f));
	} while (line_blank(r, names));
	for (int i = 0; i < r->nfields; i++) {
		int c = r->ncolumns;
		if (i < ROWS_FIELDS_MAX)
			for (c = 0; c < r->ncolumns && !str_eq(rows_column(r, c), names[i]); c++)
				;
		struct str name = i < ROWS_FIELDS_MAX ? names[i] : STR("");
		if (c == r->ncolumns) return rows_fault_is(r, ALLOCATION_FAULT_COLUMN_UNKNOWN, name, f);
		if (r->has[c]) {
			rows_fault_is(r, ALLOCATION_FAULT_COLUMN_TWICE, name, f);
			f->column = name;
			return ERR_SYNTAX;
		}
		r->has[c] = true;
		r->column_of[i] = (uint8_t)c;
	}
	for (int c = 0; c < r->ncolumns; c++) {
		if (r->has[c] || column_optional(r, c)) continue;
		rows_fault_is(r, ALLOCATION_FAULT_COLUMN_MISSING, STR_NONE, f);
		f->column = rows_column(r, c);
		return ERR_SYNTAX;
	}
	return OK;
}

enum err rows_open(struct rows *r, struct arena *arena, struct str name, struct str bytes, const char *columns,
                   struct allocation_fault *fault)
{
	*r = (struct rows){.arena = arena, .name = name, .line = 1, .row_line = 1, .columns = str_of(columns), .ncolumns = 1};
	if (!bytes.ptr) bytes = STR("");
	for (const char *p = columns; *p; p++)
		r->ncolumns += *p == ',';
	TRY(encoding_check(r, bytes, fault));
	r->at = bytes.ptr;
	r->end = bytes.ptr + bytes.len;
	if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0) r->at += 3;
	return header_read(r, fault);
}

enum err rows_next(struct rows *r, bool *more, struct allocation_fault *fault)
{
	struct str fields[ROWS_FIELDS_MAX];
	int expected = 0;
	for (int c = 0; c < r->ncolumns; c++)
		expected += r->has[c];
	do {
		*more = r->at < r->end;
		if (!*more) return OK;
		TRY(line_read(r, fields, fault));
	} while (line_blank(r, fields));
	if (r->nfields != expected) {
		enum err e = rows_fault_is(r, ALLOCATION_FAULT_FIELD_COUNT, STR_NONE, fault);
		fault->number = r->nfields;
		fault->high = expected;
		return e;
	}
	for (int i = 0; i < expected; i++)
		r->field[r->column_of[i]] = fields[i];
	return OK;
}

enum err rows_number(struct rows *r, int column, int64_t *out, struct allocation_fault *fault)
{
	struct str s = r->field[column];
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t n = 0;
	size_t i = negative;
	for (; i < s.len; i++) {
		unsigned digit = (unsigned)(unsigned char)s.ptr[i] - '0';
		if (digit > 9 || n > ((uint64_t)INT64_MAX - digit) / 10) break;
		n = n * 10 + digit;
	}
	if (i == s.len && s.len > negative) {
		*out = negative ? -(int64_t)n : (int64_t)n;
		return OK;
	}
	rows_fault_is(r, ALLOCATION_FAULT_NUMBER, s, fault);
	fault->column = rows_column(r, column);
	return ERR_INVALID;
}
