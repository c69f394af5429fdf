/* Blocks drawn with cairo and pango. Pages are counted by a first drawing that is thrown away, so that each can say of how many
 * it is. cairo 1.16 writes tags and title but no language: it is added to the catalogue by an incremental update. */
#include "platform/format/pdf.h"
#include "base/date.h"
#include "base/sb.h"
#include "base/vec.h"
#include "messages.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

enum block_kind { BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_SMALL, BLOCK_TABLE };
struct block {
	enum block_kind kind;
	int level;
	struct str text;
	const struct pdf_column *columns;
	const struct str *cells;
	size_t ncolumns, rows;
};
struct pdf {
	struct cx *cx;
	struct pdf_document d;
	VEC(struct block) blocks;
};

/* Points. A4. */
static const double WIDTH = 595.28, HEIGHT = 841.89, MARGIN = 56.7, TOP = 85, BOTTOM = 71, GAP = 8;
static const char FONT[] = "Source Sans 3, Source Sans Pro, Noto Sans, DejaVu Sans, sans-serif";

struct pdf *pdf_new(struct cx *cx, const struct pdf_document *d)
{
	struct pdf *p = ARENA_NEW(cx->arena, struct pdf);
	p->cx = cx;
	p->d = *d;
	return p;
}

static struct block *add(struct pdf *p, enum block_kind kind, struct str text)
{
	struct block *b = VEC_PUSH(p->cx->arena, &p->blocks);
	b->kind = kind;
	b->text = str_copy(p->cx->arena, text);
	return b;
}

void pdf_heading(struct pdf *p, int level, struct str text) { add(p, BLOCK_HEADING, text)->level = level < 1 ? 1 : level > 3 ? 3 : level; }
void pdf_paragraph(struct pdf *p, struct str text) { add(p, BLOCK_PARAGRAPH, text); }
void pdf_small(struct pdf *p, struct str text) { add(p, BLOCK_SMALL, text); }

void pdf_table(struct pdf *p, const struct pdf_column *columns, size_t ncolumns, const struct str *cells, size_t rows)
{
	struct block *b = add(p, BLOCK_TABLE, STR(""));
	b->columns = arena_copy(p->cx->arena, columns, ncolumns * sizeof *columns);
	b->cells = arena_copy(p->cx->arena, cells, rows * ncolumns * sizeof *cells);
	b->ncolumns = ncolumns;
	b->rows = rows;
}

/* --- drawing --- */

struct drawing {
	const struct pdf *p;
	cairo_t *cr;
	PangoLayout *layout;
	PangoFontDescription *font;
	double y;
	int page, pages; /* pages 0: they are being counted */
};

static void open_tag(struct drawing *d, const char *tag) { cairo_tag_begin(d->cr, tag, NULL); }
static void close_tag(struct drawing *d, const char *tag) { cairo_tag_end(d->cr, tag); }

static double lay_out(struct drawing *d, struct str text, double size, bool bold, double width, bool right)
{
	pango_font_description_set_absolute_size(d->font, size * PANGO_SCALE);
	pango_font_description_set_weight(d->font, bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(d->layout, d->font);
	pango_layout_set_width(d->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(d->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(d->layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
	pango_layout_set_spacing(d->layout, (int)(size * 0.2 * PANGO_SCALE));
	pango_layout_set_text(d->layout, text.ptr ? text.ptr : "", (int)text.len);
	int height;
	pango_layout_get_size(d->layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static void show(struct drawing *d, double x, double y)
{
	cairo_move_to(d->cr, x, y);
	pango_cairo_show_layout(d->cr, d->layout);
}

static void ink(struct drawing *d, bool soft)
{
	if (soft)
		cairo_set_source_rgb(d->cr, 0.36, 0.416, 0.408);
	else
		cairo_set_source_rgb(d->cr, 0.082, 0.125, 0.122);
}

static void rule(struct drawing *d, double y)
{
	cairo_set_source_rgb(d->cr, 0.765, 0.796, 0.792);
	cairo_set_line_width(d->cr, 0.6);
	cairo_move_to(d->cr, MARGIN, y);
	cairo_line_to(d->cr, WIDTH - MARGIN, y);
	cairo_stroke(d->cr);
}

static struct str filled(struct arena *a, struct str text, struct str name, int n)
{
	size_t at = str_find(text, name);
	if (at == STR_NPOS) return text;
	return str_fmt(a, "%.*s%d%.*s", (int)at, text.ptr, n, (int)(text.len - at - name.len), text.ptr + at + name.len);
}

/* What is the same on every page stands outside of the structure: readers skip it. */
static void furniture(struct drawing *d)
{
	const struct pdf *p = d->p;
	double width = WIDTH - 2 * MARGIN;
	ink(d, true);
	lay_out(d, p->d.head, 9, false, width, false);
	show(d, MARGIN, 42);
	rule(d, 60);
	ink(d, true);
	lay_out(d, p->d.foot, 7.5, false, width - 80, false);
	show(d, MARGIN, HEIGHT - 48);
	struct str of = filled(p->cx->arena, p->d.page_of, STR("{page}"), d->page);
	of = filled(p->cx->arena, of, STR("{pages}"), d->pages ? d->pages : d->page);
	lay_out(d, of, 9, false, 80, true);
	show(d, WIDTH - MARGIN - 80, HEIGHT - 48);
}

static void page_begin(struct drawing *d)
{
	d->page++;
	d->y = TOP;
	furniture(d);
}

/* Ends the page when `height` has no room left on it. */
static void make_room(struct drawing *d, double height)
{
	if (d->y + height <= HEIGHT - BOTTOM || d->y <= TOP) return;
	cairo_show_page(d->cr);
	page_begin(d);
}

static void draw_text(struct drawing *d, const struct block *b)
{
	static const double sizes[] = {0, 20, 14, 11.5};
	static const char *const tags[] = {"P", "H1", "H2", "H3"};
	bool heading = b->kind == BLOCK_HEADING;
	double size = heading ? sizes[b->level] : b->kind == BLOCK_SMALL ? 8.5 : 11, above = heading && d->y > TOP ? GAP : 0;
	const char *tag = tags[heading ? b->level : 0];
	double height = lay_out(d, b->text, size, heading, WIDTH - 2 * MARGIN, false);
	make_room(d, above + height + (heading ? 40 : 0));             /* a heading takes its first lines along */
	lay_out(d, b->text, size, heading, WIDTH - 2 * MARGIN, false); /* the page's head used the layout */
	d->y += d->y > TOP ? above : 0;
	open_tag(d, tag);
	ink(d, b->kind == BLOCK_SMALL);
	show(d, MARGIN, d->y);
	close_tag(d, tag);
	d->y += height + GAP;
}

struct columns {
	double x, width;
};

static void spread(const struct block *b, struct columns *at)
{
	double share = 0, x = MARGIN;
	for (size_t i = 0; i < b->ncolumns; i++)
		share += b->columns[i].share;
	for (size_t i = 0; i < b->ncolumns; i++) {
		double width = (WIDTH - 2 * MARGIN) * b->columns[i].share / (share > 0 ? share : 1);
		at[i] = (struct columns){x, width};
		x += width;
	}
}

static double row_height(struct drawing *d, const struct block *b, const struct columns *at, const struct str *cells, bool head)
{
	double most = 0;
	for (size_t i = 0; i < b->ncolumns; i++) {
		double height = lay_out(d, cells[i], head ? 9 : 10.5, head, at[i].width - 10, b->columns[i].number);
		if (height > most) most = height;
	}
	return most + 9;
}

static void draw_row(struct drawing *d, const struct block *b, const struct columns *at, const struct str *cells, bool head, bool facts)
{
	double height = row_height(d, b, at, cells, head);
	make_room(d, height);
	open_tag(d, "TR");
	for (size_t i = 0; i < b->ncolumns; i++) {
		bool names = head || (facts && i == 0);
		lay_out(d, cells[i], head ? 9 : 10.5, head, at[i].width - 10, b->columns[i].number);
		open_tag(d, names ? "TH" : "TD");
		ink(d, names);
		show(d, at[i].x, d->y + 4);
		close_tag(d, names ? "TH" : "TD");
	}
	close_tag(d, "TR");
	d->y += height;
	rule(d, d->y);
}

static void draw_table(struct drawing *d, const struct block *b)
{
	struct columns *at = ARENA_ARRAY(d->p->cx->arena, struct columns, b->ncolumns);
	struct str *heads = ARENA_ARRAY(d->p->cx->arena, struct str, b->ncolumns);
	bool any = false;
	for (size_t i = 0; i < b->ncolumns; i++) {
		heads[i] = b->columns[i].head;
		any = any || !str_blank(heads[i]);
	}
	spread(b, at);
	make_room(d, 50);
	open_tag(d, "Table");
	if (any) draw_row(d, b, at, heads, true, false);
	for (size_t i = 0; i < b->rows; i++)
		draw_row(d, b, at, &b->cells[i * b->ncolumns], false, !any);
	close_tag(d, "Table");
	d->y += GAP * 1.5;
}

static void draw(struct drawing *d)
{
	open_tag(d, "Document");
	page_begin(d);
	for (size_t i = 0; i < d->p->blocks.len; i++) {
		const struct block *b = &d->p->blocks.ptr[i];
		if (b->kind == BLOCK_TABLE)
			draw_table(d, b);
		else
			draw_text(d, b);
	}
	close_tag(d, "Document");
	cairo_show_page(d->cr);
}

/* --- the file --- */

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned int length)
{
	struct sb *b = closure;
	sb_add(b, (struct str){(const char *)data, length});
	return sb_failed(b) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void metadata(struct pdf *p, cairo_surface_t *surface)
{
	struct arena *a = p->cx->arena;
	const char *now = str_z(a, instant_iso(a, p->cx->now_ms));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, str_z(a, p->d.title));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, str_z(a, p->d.author));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Passerelle");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, now);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, now);
}

static cairo_status_t draw_once(struct pdf *p, int pages, struct sb *out, int *counted)
{
	cairo_surface_t *surface = out ? cairo_pdf_surface_create_for_stream(collect, out, WIDTH, HEIGHT)
	                               : cairo_pdf_surface_create_for_stream(NULL, NULL, WIDTH, HEIGHT);
	if (out) metadata(p, surface);
	struct drawing d = {.p = p, .cr = cairo_create(surface), .pages = pages};
	d.layout = pango_cairo_create_layout(d.cr);
	d.font = pango_font_description_from_string(FONT);
	pango_context_set_language(pango_layout_get_context(d.layout), pango_language_from_string(str_z(p->cx->arena, p->d.lang)));
	draw(&d);
	*counted = d.page;
	cairo_status_t status = cairo_status(d.cr);
	pango_font_description_free(d.font);
	g_object_unref(d.layout);
	cairo_destroy(d.cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return status;
}

static size_t find_last(struct str s, struct str needle)
{
	for (size_t i = s.len >= needle.len ? s.len - needle.len + 1 : 0; i-- > 0;)
		if (memcmp(s.ptr + i, needle.ptr, needle.len) == 0) return i;
	return STR_NPOS;
}

static int64_t number_at(struct str s, size_t at)
{
	size_t end = at;
	int64_t n = UNKNOWN;
	while (end < s.len && s.ptr[end] >= '0' && s.ptr[end] <= '9')
		end++;
	return str_to_i64(str_sub(s, at, end - at), &n) ? n : UNKNOWN;
}

/* Language and "show the title" go into the catalogue by an incremental update (ISO 32000-1, 7.5.6). A file whose parts are not where
 * this looks for them (another version of cairo) stays as it is. */
static struct str with_language(struct pdf *p, struct str file)
{
	struct arena *a = p->cx->arena;
	size_t root_at = find_last(file, STR("/Root ")), size_at = find_last(file, STR("/Size ")),
	       xref_at = find_last(file, STR("startxref\n"));
	size_t info_at = find_last(file, STR("/Info "));
	if (root_at == STR_NPOS || size_at == STR_NPOS || xref_at == STR_NPOS) return file;
	int64_t root = number_at(file, root_at + 6), size = number_at(file, size_at + 6), prev = number_at(file, xref_at + 10);
	int64_t info = info_at == STR_NPOS ? UNKNOWN : number_at(file, info_at + 6);
	if (root == UNKNOWN || size == UNKNOWN || prev == UNKNOWN) return file;
	size_t object = find_last(file, str_fmt(a, "\n%d 0 obj\n<<", (int)root));
	if (object == STR_NPOS) return file;
	struct str body = str_sub(file, object, file.len - object);
	size_t from = str_find(body, STR("<<")), to = str_find(body, STR("endobj"));
	if (from == STR_NPOS || to == STR_NPOS || to < from) return file;
	struct sb b;
	sb_init(&b, a, file.len + 64 * 1024);
	sb_add(&b, file);
	if (!str_ends(file, STR("\n"))) sb_char(&b, '\n');
	size_t offset = b.len;
	sb_fmt(&b, "%d 0 obj\n<< /Lang (%.*s) /ViewerPreferences << /DisplayDocTitle true >>", (int)root, STR_ARG(p->d.lang));
	sb_add(&b, str_sub(body, from + 2, to - from - 2));
	SB_LIT(&b, "endobj\n");
	size_t xref = b.len;
	sb_fmt(&b, "xref\n%d 1\n%010zu 00000 n \ntrailer\n<< /Size %d /Root %d 0 R ", (int)root, offset, (int)size, (int)root);
	if (info != UNKNOWN) sb_fmt(&b, "/Info %d 0 R ", (int)info);
	sb_fmt(&b, "/Prev %d >>\nstartxref\n%zu\n%%%%EOF\n", (int)prev, xref);
	return sb_failed(&b) ? file : sb_str(&b);
}

enum { PDF_CAP = 32 * 1024 * 1024 };

enum err pdf_finish(struct pdf *p, struct str *out)
{
	struct sb b;
	int pages = 0, again = 0;
	sb_init(&b, p->cx->arena, PDF_CAP);
	cairo_status_t status = draw_once(p, 0, NULL, &pages);
	if (status == CAIRO_STATUS_SUCCESS) status = draw_once(p, pages, &b, &again);
	if (status != CAIRO_STATUS_SUCCESS) return fail(p->cx, ERR_IO, NULL, M_pdf_failed, ARG_Z("value", cairo_status_to_string(status)));
	*out = with_language(p, sb_str(&b));
	return OK;
}

/* fontconfig keeps what it read of the fonts until the process ends. */
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\nleak:libpango\n"; }
#endif
