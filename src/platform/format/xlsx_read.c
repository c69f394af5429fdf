/* XLSX reader: finds the sheet, its styles and shared strings, then streams its rows. ECMA-376 part 1, SpreadsheetML.
 */
#include "base/vec.h"
#include "messages.h"
#include "platform/format/table.h"
#include "platform/format/xlsx_parts.h"
#include <pthread.h>
#include <unistd.h>

enum { CELL_OTHER, CELL_SHARED, CELL_INLINE, CELL_STRING, CELL_BOOL, CELL_PLAIN };

struct xlsx_reader {
	struct cx *cx;
	struct arena *own, *row;
	struct xlsx_package package;
	struct xlsx_part sheet;
	bool from_1904;
	VEC(struct str) strings;
	VEC(bool) date_styles; /* by cell style: shows a date */
	struct str cells[TABLE_COLUMNS_MAX];
	size_t n;
	int64_t line, cell_count;
};

/* What the workbook says, while the file is opened. */
struct book {
	struct str sheet_id, strings_path, styles_path, sheet_path;
};

static pthread_once_t xml_once = PTHREAD_ONCE_INIT;

static void start_xml(void) { xmlInitParser(); }

/* A target is relative to the folder of the part that names it, or absolute. */
static struct str resolve(struct arena *a, struct str base, struct str target)
{
	if (str_starts(target, STR("/"))) return str_sub(target, 1, target.len);
	size_t folder = base.len;
	while (folder && base.ptr[folder - 1] != '/')
		folder--;
	while (str_starts(target, STR("../")) && folder) {
		target = str_sub(target, 3, target.len);
		for (folder--; folder && base.ptr[folder - 1] != '/';)
			folder--;
	}
	return str_concat(a, str_sub(base, 0, folder), target);
}

/* Calls fn for each element of the part. */
static enum err each_element(struct xlsx_reader *r, struct str name,
                             enum err (*fn)(struct xlsx_reader *r, struct xlsx_part *part, void *arg), void *arg)
{
	struct xlsx_part part;
	TRY(xlsx_part_open(&r->package, name, &part));
	bool more = true;
	enum err err = OK;
	while (more && err == OK) {
		err = xlsx_node(&part, &more);
		if (err == OK && more && xmlTextReaderNodeType(part.xml) != XML_READER_TYPE_WHITESPACE) err = fn(r, &part, arg);
	}
	xlsx_part_close(&part);
	return err;
}

struct root {
	struct str book_path;
};

static enum err read_root(struct xlsx_reader *r, struct xlsx_part *part, void *arg)
{
	struct root *root = arg;
	if (!xlsx_opens(part, "Relationship") || !str_ends(xlsx_attr(part, r->own, "Type"), STR("/officeDocument"))) return OK;
	root->book_path = resolve(r->own, STR(""), xlsx_attr(part, r->own, "Target"));
	return OK;
}

struct wanted_sheet {
	struct book *book;
	struct str name; /* absent: the first that is shown */
};

static enum err read_book(struct xlsx_reader *r, struct xlsx_part *part, void *arg)
{
	struct wanted_sheet *wanted = arg;
	if (xlsx_opens(part, "workbookPr")) {
		struct str flag = xlsx_attr(part, r->own, "date1904");
		r->from_1904 = str_is(flag, "1") || str_is(flag, "true");
	}
	if (!xlsx_opens(part, "sheet") || str_present(wanted->book->sheet_id)) return OK;
	struct str state = xlsx_attr(part, r->own, "state");
	bool shown = !str_present(state) || str_is(state, "visible");
	bool match = str_present(wanted->name) ? str_eq(xlsx_attr(part, r->own, "name"), wanted->name) : shown;
	if (match) wanted->book->sheet_id = xlsx_attr(part, r->own, "id");
	return OK;
}

struct relations {
	struct book *book;
	struct str base;
};

static enum err read_relation(struct xlsx_reader *r, struct xlsx_part *part, void *arg)
{
	struct relations *relations = arg;
	struct book *book = relations->book;
	if (!xlsx_opens(part, "Relationship") || str_is(xlsx_attr(part, r->own, "TargetMode"), "External")) return OK;
	struct str type = xlsx_attr(part, r->own, "Type");
	struct str path = resolve(r->own, relations->base, xlsx_attr(part, r->own, "Target"));
	if (str_ends(type, STR("/sharedStrings"))) book->strings_path = path;
	if (str_ends(type, STR("/styles"))) book->styles_path = path;
	if (str_ends(type, STR("/worksheet")) && str_eq(xlsx_attr(part, r->own, "Id"), book->sheet_id)) book->sheet_path = path;
	return OK;
}

struct styles {
	bool in_cells;      /* inside cellXfs */
	VEC(int64_t) dates; /* custom formats that show a date */
};

static bool is_date_format(const struct styles *s, int64_t id)
{
	if ((id >= 14 && id <= 22) || id == 45 || id == 47) return true;
	for (size_t i = 0; i < s->dates.len; i++)
		if (s->dates.ptr[i] == id) return true;
	return false;
}

static enum err read_style(struct xlsx_reader *r, struct xlsx_part *part, void *arg)
{
	struct styles *s = arg;
	int64_t id;
	if (xlsx_closes(part, "cellXfs")) {
		s->in_cells = false;
	} else if (xlsx_opens(part, "cellXfs")) {
		s->in_cells = true;
	} else if (xlsx_opens(part, "numFmt") && str_to_i64(xlsx_attr(part, r->own, "numFmtId"), &id)) {
		if (s->dates.len < TABLE_CELL_MAX && xlsx_format_is_date(xlsx_attr(part, r->own, "formatCode")))
			*VEC_PUSH(r->own, &s->dates) = id;
	} else if (s->in_cells && xlsx_opens(part, "xf")) {
		bool date = str_to_i64(xlsx_attr(part, r->own, "numFmtId"), &id) && is_date_format(s, id);
		if (r->date_styles.len >= TABLE_CELL_MAX) return fail(r->cx, ERR_TOO_LARGE, "file", M_xlsx_limits);
		*VEC_PUSH(r->own, &r->date_styles) = date;
	}
	return OK;
}

/* Spreadsheets write characters that XML does not take as _x000D_ (ECMA-376 part 1, 22.4.2.4); in place. */
static struct str unescape(char *text, size_t len)
{
	char *to = text;
	for (size_t i = 0; i < len; i++) {
		uint32_t cp = 0;
		bool escape = len - i >= 7 && text[i] == '_' && text[i + 1] == 'x' && text[i + 6] == '_';
		for (size_t k = 2; escape && k < 6; k++) {
			unsigned char c = (unsigned char)text[i + k], lower = c | 32;
			escape = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
			cp = cp * 16 + (uint32_t)(c <= '9' ? c - '0' : lower - 'a' + 10);
		}
		if (escape && cp && cp < 0x80) {
			*to++ = (char)cp;
			i += 6;
		} else {
			*to++ = text[i];
		}
	}
	return (struct str){text, (size_t)(to - text)};
}

static bool is_text(struct xlsx_part *part)
{
	int type = xmlTextReaderNodeType(part->xml);
	return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA || type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE;
}

/* Text of a string item: its t elements, not the reading aid (rPh). */
struct item {
	struct sb text;
	bool in_text, in_phonetic;
};

static void item_begin(struct item *item, struct arena *a)
{
	*item = (struct item){0};
	sb_init(&item->text, a, TABLE_CELL_MAX);
}

static void item_node(struct item *item, struct xlsx_part *part)
{
	if (is_text(part)) {
		if (item->in_text && !item->in_phonetic) sb_addz(&item->text, (const char *)xmlTextReaderConstValue(part->xml));
		return;
	}
	if (xlsx_opens(part, "t")) item->in_text = true;
	if (xlsx_closes(part, "t")) item->in_text = false;
	if (xlsx_opens(part, "rPh")) item->in_phonetic = true;
	if (xlsx_closes(part, "rPh")) item->in_phonetic = false;
}

struct strings {
	struct item item;
	size_t bytes;
};

static enum err read_shared(struct xlsx_reader *r, struct xlsx_part *part, void *arg)
{
	struct strings *s = arg;
	if (xlsx_opens(part, "si")) item_begin(&s->item, r->row);
	item_node(&s->item, part);
	if (!xlsx_closes(part, "si")) return OK;
	struct str text = sb_str(&s->item.text);
	s->bytes += text.len;
	if (sb_failed(&s->item.text) || s->bytes > XLSX_STRING_BYTES_MAX || r->strings.len >= XLSX_STRINGS_MAX)
		return fail(r->cx, ERR_TOO_LARGE, "file", M_xlsx_limits);
	char *copy = arena_copy(r->own, text.ptr, text.len);
	*VEC_PUSH(r->own, &r->strings) = unescape(copy, text.len);
	arena_reset(r->row);
	item_begin(&s->item, r->row);
	return OK;
}

static enum err open_sheet(struct xlsx_reader *r, struct str sheet)
{
	struct book book = {0};
	struct root root = {0};
	struct wanted_sheet wanted = {&book, sheet};
	TRY(xlsx_package_check(&r->package));
	TRY(each_element(r, STR("_rels/.rels"), read_root, &root));
	if (!str_present(root.book_path)) return xlsx_unreadable(r->cx);
	TRY(each_element(r, root.book_path, read_book, &wanted));
	if (!str_present(book.sheet_id)) return fail(r->cx, ERR_NOT_FOUND, "file", M_xlsx_sheet, ARG_S("value", sheet));
	size_t folder = root.book_path.len;
	while (folder && root.book_path.ptr[folder - 1] != '/')
		folder--;
	struct str rels = str_fmt(r->own, "%.*s_rels/%.*s.rels", STR_ARG(str_sub(root.book_path, 0, folder)),
	                          STR_ARG(str_sub(root.book_path, folder, root.book_path.len)));
	TRY(each_element(r, rels, read_relation, &(struct relations){&book, root.book_path}));
	if (!str_present(book.sheet_path)) return xlsx_unreadable(r->cx);
	if (str_present(book.styles_path)) TRY(each_element(r, book.styles_path, read_style, &(struct styles){0}));
	struct strings strings = {0};
	item_begin(&strings.item, r->row);
	if (str_present(book.strings_path) && xlsx_part_exists(&r->package, book.strings_path))
		TRY(each_element(r, book.strings_path, read_shared, &strings));
	return xlsx_part_open(&r->package, book.sheet_path, &r->sheet);
}

static enum err open_zip(struct cx *cx, zip_t *zip, struct str sheet, struct xlsx_reader **out)
{
	if (!zip) return xlsx_unreadable(cx);
	struct arena *own = arena_new();
	struct xlsx_reader *r = ARENA_NEW(own, struct xlsx_reader);
	*r = (struct xlsx_reader){.cx = cx, .own = own, .row = arena_new(), .package = {.cx = cx, .zip = zip}};
	pthread_once(&xml_once, start_xml);
	enum err err = open_sheet(r, sheet);
	if (err == OK)
		*out = r;
	else
		xlsx_close(r);
	return err;
}

enum err xlsx_open_fd(struct cx *cx, int fd, struct str sheet, struct xlsx_reader **out)
{
	int own = dup(fd);
	zip_t *zip = own >= 0 ? zip_fdopen(own, 0, NULL) : NULL;
	if (!zip && own >= 0) close(own);
	return open_zip(cx, zip, sheet, out);
}

enum err xlsx_open_bytes(struct cx *cx, struct str bytes, struct str sheet, struct xlsx_reader **out)
{
	zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
	zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
	if (!zip && source) zip_source_free(source);
	return open_zip(cx, zip, sheet, out);
}

void xlsx_close(struct xlsx_reader *r)
{
	if (!r) return;
	xlsx_part_close(&r->sheet);
	zip_discard(r->package.zip);
	arena_free(r->row);
	arena_free(r->own);
}

static enum err refuse(struct xlsx_reader *r, enum err code, int msg, size_t column, struct str value)
{
	return fail(r->cx, code, "file", msg, ARG_N("line", r->line), ARG_N("column", (int64_t)column + 1),
	            ARG_S("value", str_copy(r->cx->arena, str_sub(value, 0, 60))));
}

/* The column of "AB12", from 0; past the limit when there is none. */
static size_t column_of(struct str ref)
{
	size_t column = 0, i = 0;
	for (; i < ref.len && ref.ptr[i] >= 'A' && ref.ptr[i] <= 'Z' && i < 4; i++)
		column = column * 26 + (size_t)(ref.ptr[i] - 'A') + 1;
	return i ? column - 1 : SIZE_MAX;
}

static int cell_type(struct str t)
{
	if (str_is(t, "s")) return CELL_SHARED;
	if (str_is(t, "inlineStr")) return CELL_INLINE;
	if (str_is(t, "str")) return CELL_STRING;
	if (str_is(t, "b")) return CELL_BOOL;
	if (str_is(t, "e") || str_is(t, "d")) return CELL_PLAIN;
	return CELL_OTHER;
}

struct cell {
	int type;
	bool date;
	size_t column;
	struct item item; /* of inline text */
	struct sb value;  /* of v */
};

static void begin_cell(struct xlsx_reader *r, struct cell *cell)
{
	struct str ref = xlsx_attr(&r->sheet, r->row, "r"), style = xlsx_attr(&r->sheet, r->row, "s");
	int64_t index;
	*cell = (struct cell){.type = cell_type(xlsx_attr(&r->sheet, r->row, "t"))};
	cell->column = str_present(ref) ? column_of(ref) : r->n;
	cell->date = str_to_i64(style, &index) && index >= 0 && (size_t)index < r->date_styles.len && r->date_styles.ptr[index];
	item_begin(&cell->item, r->row);
	sb_init(&cell->value, r->row, TABLE_CELL_MAX);
}

static enum err cell_text(struct xlsx_reader *r, struct cell *cell, struct str *out)
{
	struct str value = str_trim(sb_str(&cell->value));
	int64_t index;
	switch (cell->type) {
	case CELL_SHARED:
		if (!str_to_i64(value, &index) || index < 0 || (size_t)index >= r->strings.len)
			return refuse(r, ERR_SYNTAX, M_xlsx_row, cell->column, value);
		*out = r->strings.ptr[index];
		break;
	case CELL_INLINE: *out = unescape(cell->item.text.ptr, cell->item.text.len); break;
	case CELL_STRING: *out = unescape(cell->value.ptr, cell->value.len); break;
	case CELL_BOOL: *out = str_is(value, "1") || str_is(value, "true") ? STR("TRUE") : value.len ? STR("FALSE") : value; break;
	case CELL_PLAIN: *out = value; break;
	default: *out = cell->date ? xlsx_date_text(r->row, value, r->from_1904) : xlsx_number_text(r->row, value);
	}
	return OK;
}

static enum err end_cell(struct xlsx_reader *r, struct cell *cell)
{
	struct str text;
	if (++r->cell_count > XLSX_CELLS_MAX) return fail(r->cx, ERR_TOO_LARGE, "file", M_xlsx_limits);
	if (sb_failed(&cell->value) || sb_failed(&cell->item.text))
		return refuse(r, ERR_TOO_LARGE, M_xlsx_cell_size, cell->column, STR(""));
	TRY(cell_text(r, cell, &text));
	if (cell->column >= TABLE_COLUMNS_MAX) return text.len ? refuse(r, ERR_TOO_LARGE, M_xlsx_columns, 0, STR("")) : OK;
	while (r->n <= cell->column)
		r->cells[r->n++] = STR("");
	r->cells[cell->column] = text.ptr ? text : STR("");
	return OK;
}

/* From the start of a c element to its end. */
static enum err read_cell(struct xlsx_reader *r)
{
	struct cell cell;
	bool in_value = false, more = true;
	begin_cell(r, &cell);
	while (!xlsx_closes(&r->sheet, "c")) {
		TRY(xlsx_node(&r->sheet, &more));
		if (!more) return xlsx_unreadable(r->cx);
		if (xlsx_opens(&r->sheet, "v")) in_value = true;
		if (in_value && is_text(&r->sheet)) sb_addz(&cell.value, (const char *)xmlTextReaderConstValue(r->sheet.xml));
		if (xlsx_closes(&r->sheet, "v")) in_value = false;
		item_node(&cell.item, &r->sheet);
	}
	return end_cell(r, &cell);
}

static enum err begin_row(struct xlsx_reader *r)
{
	arena_reset(r->row);
	r->n = 0;
	struct str number = xlsx_attr(&r->sheet, r->row, "r");
	if (!str_present(number))
		r->line++;
	else if (!str_to_i64(number, &r->line) || r->line < 1 || r->line > XLSX_ROWS_MAX)
		return xlsx_unreadable(r->cx);
	return OK;
}

static bool row_has_value(struct xlsx_reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->cells[i].len) return true;
	return false;
}

enum err xlsx_next(struct xlsx_reader *r, struct str **cells, size_t *n, int64_t *line, bool *more)
{
	bool node;
	*more = false;
	for (;;) {
		TRY(xlsx_node(&r->sheet, &node));
		if (!node) return OK;
		if (xlsx_opens(&r->sheet, "row")) TRY(begin_row(r));
		if (xlsx_opens(&r->sheet, "c")) TRY(read_cell(r));
		if (!xlsx_closes(&r->sheet, "row") || !row_has_value(r)) continue;
		*cells = r->cells;
		*n = r->n;
		*line = r->line;
		*more = true;
		return OK;
	}
}
