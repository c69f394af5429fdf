/* XLSX writer over libxlsxwriter in its constant memory mode: rows lie in a temporary file until the end. */
#include "base/date.h"
#include "base/sb.h"
#include "base/utf8.h"
#include "messages.h"
#include "platform/format/xlsx.h"
#include <errno.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { WIDTH_MIN = 8, WIDTH_MAX = 60, WIDTH_TEXT = 24, WIDTH_OTHER = 12, NAME_CHARS = 31, COPY = 64 * 1024, DIGITS_EXACT = 15 };

struct xlsx_writer {
	struct cx *cx;
	struct arena *own, *cell;
	char path[64]; /* of the package, until it is copied to where it goes */
	lxw_workbook *book;
	lxw_worksheet *sheet;
	const struct xlsx_column *columns;
	lxw_format **formats;
	size_t n;
	lxw_row_t row;
	lxw_col_t column;
	int trouble; /* the message that says what could not be held */
	int64_t trouble_row;
};

static lxw_format *column_format(struct xlsx_writer *w, const struct xlsx_column *column)
{
	if (column->kind == XLSX_TEXT) return NULL;
	lxw_format *format = workbook_add_format(w->book);
	if (column->kind == XLSX_DATE) {
		format_set_num_format(format, "yyyy-mm-dd");
	} else if (column->digits > 0) {
		char code[32] = "0.";
		for (int i = 0; i < column->digits && i < 20; i++)
			code[i + 2] = '0';
		format_set_num_format(format, code);
	} else {
		format_set_num_format(format, "0");
	}
	return format;
}

static int column_width(const struct xlsx_column *column)
{
	int width = column->width ? column->width : column->kind == XLSX_TEXT ? WIDTH_TEXT : WIDTH_OTHER;
	int title = (int)utf8_count(column->title) + 3; /* and the filter's arrow */
	if (width < title) width = title;
	return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

static void write_header(struct xlsx_writer *w)
{
	lxw_format *bold = workbook_add_format(w->book);
	format_set_bold(bold);
	for (size_t i = 0; i < w->n; i++) {
		lxw_col_t column = (lxw_col_t)i;
		w->formats[i] = column_format(w, &w->columns[i]);
		worksheet_set_column(w->sheet, column, column, column_width(&w->columns[i]), NULL);
		worksheet_write_string(w->sheet, 0, column, str_z(w->own, w->columns[i].title), bold);
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
	w->row = 1;
}

/* A sheet's name takes neither []:*?/\ nor an apostrophe at its ends. */
static const char *sheet_name(struct xlsx_writer *w, struct str name)
{
	struct str head = utf8_head(name, NAME_CHARS);
	char *clean = arena_alloc(w->own, head.len + 1);
	for (size_t i = 0; i < head.len; i++)
		clean[i] = strchr("[]:*?/\\'", head.ptr[i]) ? ' ' : head.ptr[i];
	return head.len ? clean : "1";
}

/* A name of our own in the folder for temporary files. */
static bool make_path(struct xlsx_writer *w)
{
	snprintf(w->path, sizeof w->path, "/tmp/passerelle-XXXXXX");
	int fd = mkstemp(w->path);
	if (fd >= 0) close(fd);
	return fd >= 0;
}

enum err xlsx_begin(struct cx *cx, struct str sheet, const struct xlsx_column *columns, size_t n, struct xlsx_writer **out)
{
	struct arena *own = arena_new();
	struct xlsx_writer *w = ARENA_NEW(own, struct xlsx_writer);
	*w = (struct xlsx_writer){.cx = cx, .own = own, .cell = arena_new(), .columns = columns, .n = n};
	w->formats = ARENA_ARRAY(own, lxw_format *, n);
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	if (make_path(w)) w->book = workbook_new_opt(w->path, &options);
	if (w->book) w->sheet = workbook_add_worksheet(w->book, sheet_name(w, sheet));
	if (!w->sheet) {
		xlsx_abandon(w);
		return fail(cx, ERR_IO, NULL, M_error_io);
	}
	/* The same rows make the same bytes: nothing in the file tells when it was made. */
	workbook_set_properties(w->book, &(lxw_doc_properties){.created = 946684800 /* 2000-01-01 */});
	write_header(w);
	*out = w;
	return OK;
}

static void trouble(struct xlsx_writer *w, int msg)
{
	if (w->trouble) return;
	w->trouble = msg;
	w->trouble_row = (int64_t)w->row + 1;
}

static void check(struct xlsx_writer *w, lxw_error error)
{
	if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
		trouble(w, M_xlsx_text_size);
	else if (error != LXW_NO_ERROR)
		trouble(w, M_error_io);
}

/* The cell to write to; false past the format's limits. */
static bool take_cell(struct xlsx_writer *w, lxw_col_t *column)
{
	if (w->row >= XLSX_ROWS_MAX) trouble(w, M_xlsx_too_many_rows);
	*column = w->column++;
	return !w->trouble && *column < w->n;
}

static bool is_escape(struct str s)
{
	if (s.len < 7 || s.ptr[0] != '_' || s.ptr[1] != 'x' || s.ptr[6] != '_') return false;
	for (size_t i = 2; i < 6; i++) {
		char c = s.ptr[i], lower = (char)(c | 32);
		if ((c < '0' || c > '9') && (lower < 'a' || lower > 'f')) return false;
	}
	return true;
}

/* _x0041_ is how the format writes an A: as a text of its own its first _ is escaped (ECMA-376 part 1, 22.4.2.4). */
static struct str escaped(struct xlsx_writer *w, struct str s)
{
	if (str_find(s, STR("_x")) == STR_NPOS) return s;
	struct sb out;
	sb_init(&out, w->cell, 8 * s.len);
	for (size_t i = 0; i < s.len; i++) {
		if (is_escape(str_sub(s, i, s.len))) sb_addz(&out, "_x005F");
		sb_char(&out, s.ptr[i]);
	}
	return sb_str(&out);
}

static void put_text(struct xlsx_writer *w, lxw_col_t column, struct str s)
{
	if (s.len == 0) return;
	check(w, worksheet_write_string(w->sheet, w->row, column, str_z(w->cell, escaped(w, s)), NULL));
}

void xlsx_text(struct xlsx_writer *w, struct str s)
{
	lxw_col_t column;
	if (take_cell(w, &column)) put_text(w, column, s);
}

static int64_t power_of_ten(int digits)
{
	int64_t p = 1;
	while (digits-- > 0)
		p *= 10;
	return p;
}

/* The format stores binary floating point: exact to 15 digits, so that longer numbers are written as text. */
void xlsx_number(struct xlsx_writer *w, int64_t n)
{
	lxw_col_t column;
	if (!take_cell(w, &column) || n == UNKNOWN) return;
	int digits = w->columns[column].digits;
	int64_t limit = power_of_ten(DIGITS_EXACT), unit = power_of_ten(digits);
	if (n > -limit && n < limit) {
		check(w, worksheet_write_number(w->sheet, w->row, column, (double)n / (double)unit, w->formats[column]));
		return;
	}
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	struct str text = str_fmt(w->cell, "%s%llu", n < 0 ? "-" : "", (unsigned long long)(size / (uint64_t)unit));
	if (digits) text = str_fmt(w->cell, "%.*s.%0*llu", STR_ARG(text), digits, (unsigned long long)(size % (uint64_t)unit));
	put_text(w, column, text);
}

/* Before March 1900 the format counts a day that never was: earlier dates are written as text. */
void xlsx_date(struct xlsx_writer *w, int64_t date)
{
	lxw_col_t column;
	if (!take_cell(w, &column) || date == UNKNOWN) return;
	if (date < date_from_civil(1900, 3, 1) || date > date_from_civil(9999, 12, 31)) {
		put_text(w, column, date_iso(w->cell, date));
		return;
	}
	double serial = (double)(date - date_from_civil(1899, 12, 30));
	check(w, worksheet_write_number(w->sheet, w->row, column, serial, w->formats[column]));
}

void xlsx_end_row(struct xlsx_writer *w)
{
	arena_reset(w->cell);
	w->column = 0;
	w->row++;
}

static bool copy_file(struct xlsx_writer *w, int to)
{
	FILE *from = fopen(w->path, "rbe");
	char *buffer = arena_alloc(w->own, COPY);
	bool ok = from != NULL;
	for (size_t got; ok && (got = fread(buffer, 1, COPY, from)) > 0;)
		for (size_t done = 0; ok && done < got;) {
			ssize_t written = write(to, buffer + done, got - done);
			if (written > 0)
				done += (size_t)written;
			else
				ok = written < 0 && errno == EINTR;
		}
	ok = ok && !ferror(from);
	if (from) fclose(from);
	return ok;
}

enum err xlsx_finish(struct cx *cx, struct xlsx_writer *w, int fd)
{
	enum err err = OK;
	if (w->n && !w->trouble) worksheet_autofilter(w->sheet, 0, 0, w->row > 1 ? w->row - 1 : 0, (lxw_col_t)(w->n - 1));
	lxw_error closed = workbook_close(w->book);
	w->book = NULL;
	if (w->trouble)
		err = fail(cx, w->trouble == M_error_io ? ERR_IO : ERR_TOO_LARGE, NULL, w->trouble, ARG_N("line", w->trouble_row));
	else if (closed != LXW_NO_ERROR || !copy_file(w, fd))
		err = fail(cx, ERR_IO, NULL, M_error_io);
	xlsx_abandon(w);
	return err;
}

void xlsx_abandon(struct xlsx_writer *w)
{
	if (!w) return;
	if (w->book) lxw_workbook_free(w->book);
	if (w->path[0]) unlink(w->path);
	arena_free(w->cell);
	arena_free(w->own);
}
