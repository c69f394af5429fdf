/* Rows of CSV files. One pass over the bytes; a field without quotes is a view into them. Lines of plain fields, which is
 * nearly all there ever is, are cut sixteen bytes at a time; everything else, and every fault, is left to line_read. */
#include "allocation/rows.h"
#include "base/utf8.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	AHEAD = 64 << 10, /* bytes whose encoding is checked at once: they are still in the cache when they are read */
	BEHIND = 4 << 20, /* bytes after which the caller is told */
};

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

static bool encoding_right(struct str bytes)
{
	const char *p = bytes.ptr, *end = p + bytes.len;
	uint64_t high = 0;
	for (; end - p >= 8; p += 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		high |= word;
	}
	for (; p < end; p++)
		high |= (unsigned char)*p & 0x80u;
	return !(high & 0x8080808080808080u) || utf8_valid(bytes);
}

static int64_t lines_between(const char *p, const char *end)
{
	int64_t n = 0;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* The line that holds `to`, and all before it. */
static enum err encoding_check(struct rows *r, const char *to, struct allocation_fault *f)
{
	while (r->checked <= to && r->checked < r->end) {
		const char *from = r->checked, *eol = NULL;
		if (r->end - from > AHEAD) eol = memchr(from + AHEAD, '\n', (size_t)(r->end - from - AHEAD));
		r->checked = eol ? eol + 1 : r->end;
		if (encoding_right((struct str){from, (size_t)(r->checked - from)})) continue;
		r->row_line = 1 + lines_between(r->begin, from);
		for (const char *p = from; p < r->checked; p = eol + 1, r->row_line++) {
			eol = memchr(p, '\n', (size_t)(r->checked - p));
			if (!eol || !utf8_valid((struct str){p, (size_t)(eol - p)})) break;
		}
		return rows_fault_is(r, ALLOCATION_FAULT_UTF8, STR_NONE, f);
	}
	return OK;
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
		r->copied = true;
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

/* Which of the sixteen bytes at p end a field or are quotes; one bit each. */
static unsigned marks(const char *p)
{
#ifdef __SSE2__
	__m128i bytes = _mm_loadu_si128((const __m128i *)p);
	__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
	hit = _mm_or_si128(hit, _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));
	return (unsigned)_mm_movemask_epi8(hit);
#else
	unsigned hit = 0;
	for (unsigned i = 0; i < 16; i++)
		hit |= (unsigned)(p[i] == ',' || p[i] == '\n' || p[i] == '"' || p[i] == '\r') << i;
	return hit;
#endif
}

/* A line with as many fields as the header, none of them quoted; else false, with nothing changed that line_read needs. */
static bool plain_line(struct rows *r)
{
	const char *from = r->at;
	int n = 0;
	for (const char *p = from; r->end - p > 16; p += 16) {
		for (unsigned hit = marks(p); hit; hit &= hit - 1) {
			const char *at = p + __builtin_ctz(hit);
			if (*at == '"' || n == r->expected) return false;
			r->field[r->column_of[n++]] = (struct str){from, (size_t)(at - from)};
			from = at + 1;
			if (*at == ',') continue;
			if (*at == '\r' && *from++ != '\n') return false;
			if (n != r->expected) return false;
			r->at = from;
			r->row_line = r->line++;
			return r->field[r->column_of[0]].len || n > 1;
		}
	}
	return false;
}

static bool line_blank(const struct rows *r, const struct str fields[ROWS_FIELDS_MAX]) { return r->nfields == 1 && fields[0].len == 0; }

/* A quoted field may go on over lines that nobody has looked at yet. */
static enum err line_checked(struct rows *r, struct str fields[ROWS_FIELDS_MAX], struct allocation_fault *f)
{
	TRY(encoding_check(r, r->at, f));
	enum err e = line_read(r, fields, f);
	TRY(encoding_check(r, r->at, f));
	return e;
}

static enum err header_read(struct rows *r, struct allocation_fault *f)
{
	struct str names[ROWS_FIELDS_MAX] = {{0}};
	do {
		if (r->at == r->end) return rows_fault_is(r, ALLOCATION_FAULT_HEADER_MISSING, STR_NONE, f);
		TRY(line_checked(r, names, f));
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
	r->begin = r->at = r->checked = r->told = bytes.ptr;
	r->end = bytes.ptr + bytes.len;
	if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0) r->at += 3;
	TRY(header_read(r, fault));
	for (int c = 0; c < r->ncolumns; c++)
		r->expected += r->has[c];
	return OK;
}

static void tell(struct rows *r)
{
	if (r->passed) r->passed((struct str){r->told, (size_t)(r->at - r->told)});
	r->told = r->at;
}

enum err rows_next(struct rows *r, bool *more, struct allocation_fault *fault)
{
	struct str fields[ROWS_FIELDS_MAX];
	*more = r->at < r->end;
	if (r->at - r->told >= BEHIND || !*more) tell(r);
	if (r->at < r->checked && plain_line(r)) return OK;
	do {
		*more = r->at < r->end;
		if (!*more) return OK;
		TRY(line_checked(r, fields, fault));
	} while (line_blank(r, fields));
	if (r->nfields != r->expected) {
		enum err e = rows_fault_is(r, ALLOCATION_FAULT_FIELD_COUNT, STR_NONE, fault);
		fault->number = r->nfields;
		fault->high = r->expected;
		return e;
	}
	for (int i = 0; i < r->expected; i++)
		r->field[r->column_of[i]] = fields[i];
	return OK;
}

/* Eighteen digits cannot leave 64 bits. */
enum { DIGITS_SAFE = 18 };

enum err rows_number(struct rows *r, int column, int64_t *out, struct allocation_fault *fault)
{
	struct str s = r->field[column];
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t n = 0;
	size_t i = negative;
	for (size_t to = s.len < DIGITS_SAFE ? s.len : DIGITS_SAFE; i < to; i++) {
		unsigned digit = (unsigned)(unsigned char)s.ptr[i] - '0';
		if (digit > 9) break;
		n = n * 10 + digit;
	}
	for (; i >= DIGITS_SAFE && i < s.len; i++) {
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
