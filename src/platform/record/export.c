/* The list as a file: CSV, XLSX, JSON. */
#include "platform/record/export.h"
#include "base/date.h"
#include "base/map.h"
#include "platform/format/csv.h"
#include "platform/format/json.h"
#include "platform/format/xlsx.h"
#include "platform/i18n/i18n.h"
#include <fcntl.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, BUFFER_CAP = 4 * 1024 * 1024, TITLES_MAX = 20000 };

struct export
{
	const struct list_query *q;
	int fd;
	bool people;
	struct sb text; /* what is not in the file yet */
	struct csv_writer csv;
	struct json_writer json;
	struct xlsx_writer *xlsx;
	/* Titles seen so far; in an arena of its own, since each row's memory is given back. */
	struct arena *kept;
	struct map titles;
	enum err (*row)(struct cx * cx, void *arg, const void *row);
	enum err (*begin)(struct cx * cx, struct export * x);
	enum err (*end)(struct cx * cx, struct export * x);
};

static enum err drain(struct cx *cx, struct export *x)
{
	if (sb_failed(&x->text)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	for (size_t at = 0; at < x->text.len;) {
		ssize_t n = write(x->fd, x->text.ptr + at, x->text.len - at);
		if (n <= 0) return fail(cx, ERR_IO, NULL, M_error_io);
		at += (size_t)n;
	}
	x->text.len = 0;
	return OK;
}

static enum err drain_when_full(struct cx *cx, struct export *x) { return x->text.len < BUFFER_BYTES ? OK : drain(cx, x); }

static enum err ref_title(struct cx *cx, struct export *x, const struct field *f, const void *row, struct str *out)
{
	struct uuid id = *field_id(f, row);
	struct str key = {(const char *)id.b, sizeof id.b};
	const struct str *kept = map_get(&x->titles, key);
	if (kept) return *out = *kept, OK;
	*out = STR_NONE;
	if (actor_has(cx, f->refers->rights.read)) TRY(entity_title_of(cx, f->refers, id, out));
	if (x->titles.len >= TITLES_MAX) return OK;
	struct str *copy = ARENA_NEW(x->kept, struct str);
	*copy = str_copy(x->kept, *out);
	map_put(&x->titles, str_copy(x->kept, key), copy);
	return OK;
}

static enum err cell_text(struct cx *cx, struct export *x, const struct field *f, const void *row, struct str *out)
{
	*out = STR("");
	if (!field_known(f, row)) return OK;
	if (f->type == FT_REF) return ref_title(cx, x, f, row, out);
	bool words = f->type == FT_ENUM || f->type == FT_CODE || f->type == FT_BOOL;
	*out = words && x->people ? field_show(cx, f, row) : field_text(cx, f, row);
	return OK;
}

static struct str head_text(struct cx *cx, const struct export *x, const struct field *f)
{
	return x->people ? tr(cx, f->label) : str_of(f->name);
}

/* --- CSV --- */

static enum err csv_begin_file(struct cx *cx, struct export *x)
{
	x->text.len = 0;
	/* The mark makes spreadsheets read UTF-8; the separator is what they expect in the reader's country. */
	if (x->people) SB_LIT(&x->text, "\xef\xbb\xbf");
	csv_writer_init(&x->csv, &x->text, x->people && cx->lang == LANG_FR ? ';' : ',');
	for (size_t i = 0; i < x->q->columns.len; i++)
		csv_text(&x->csv, head_text(cx, x, x->q->columns.ptr[i]));
	csv_end_row(&x->csv);
	return OK;
}

static enum err csv_row(struct cx *cx, void *arg, const void *row)
{
	struct export *x = arg;
	for (size_t i = 0; i < x->q->columns.len; i++) {
		const struct field *f = x->q->columns.ptr[i];
		struct str text;
		TRY(cell_text(cx, x, f, row, &text));
		if (field_is_number(f) || f->type == FT_DATE || f->type == FT_INSTANT)
			csv_plain(&x->csv, text);
		else
			csv_text(&x->csv, text);
	}
	csv_end_row(&x->csv);
	return drain_when_full(cx, x);
}

static enum err csv_end_file(struct cx *cx, struct export *x) { return drain(cx, x); }

/* --- JSON --- */

static enum err json_begin_file(struct cx *cx, struct export *x)
{
	x->text.len = 0;
	json_writer_init(&x->json, &x->text);
	json_array_begin(&x->json);
	return OK;
}

static enum err json_row(struct cx *cx, void *arg, const void *row)
{
	struct export *x = arg;
	json_object_begin(&x->json);
	json_member_str(&x->json, "id", uuid_text(cx->arena, ((const struct row *)row)->id));
	for (size_t i = 0; i < x->q->columns.len; i++) {
		const struct field *f = x->q->columns.ptr[i];
		json_key(&x->json, f->name);
		if (!field_known(f, row))
			json_write_null(&x->json);
		else if (f->type == FT_INT)
			json_write_int(&x->json, *field_int(f, row));
		else if (f->type == FT_BOOL)
			json_write_bool(&x->json, *field_int(f, row));
		else if (field_is_number(f))
			json_write_fixed(&x->json, *field_int(f, row), field_digits(f));
		else
			json_write_str(&x->json, field_text(cx, f, row));
	}
	json_object_end(&x->json);
	return drain_when_full(cx, x);
}

static enum err json_end_file(struct cx *cx, struct export *x)
{
	json_array_end(&x->json);
	sb_char(&x->text, '\n');
	return drain(cx, x);
}

/* --- XLSX --- */

static enum err xlsx_begin_file(struct cx *cx, struct export *x)
{
	struct xlsx_column *columns = ARENA_ARRAY(cx->arena, struct xlsx_column, x->q->columns.len);
	for (size_t i = 0; i < x->q->columns.len; i++) {
		const struct field *f = x->q->columns.ptr[i];
		columns[i] = (struct xlsx_column){.title = head_text(cx, x, f),
		                                  .digits = field_digits(f),
		                                  .kind = f->type == FT_DATE   ? XLSX_DATE
		                                          : field_is_number(f) ? XLSX_NUMBER
		                                                               : XLSX_TEXT};
	}
	xlsx_abandon(x->xlsx);
	x->xlsx = NULL;
	return xlsx_begin(cx, tr(cx, x->q->entity->label_many), columns, x->q->columns.len, &x->xlsx);
}

static enum err xlsx_row(struct cx *cx, void *arg, const void *row)
{
	struct export *x = arg;
	for (size_t i = 0; i < x->q->columns.len; i++) {
		const struct field *f = x->q->columns.ptr[i];
		struct str text;
		if (f->type == FT_DATE && field_known(f, row)) {
			xlsx_date(x->xlsx, *field_int(f, row));
		} else if (field_is_number(f)) {
			xlsx_number(x->xlsx, *field_int(f, row));
		} else {
			TRY(cell_text(cx, x, f, row, &text));
			xlsx_text(x->xlsx, text);
		}
	}
	xlsx_end_row(x->xlsx);
	return OK;
}

static enum err xlsx_end_file(struct cx *cx, struct export *x)
{
	struct xlsx_writer *w = x->xlsx;
	x->xlsx = NULL;
	return xlsx_finish(cx, w, x->fd);
}

/* --- the file --- */

/* A transaction may run again: the file starts anew with it. */
static enum err write_rows(struct cx *cx, void *arg)
{
	struct export *x = arg;
	if (ftruncate(x->fd, 0) != 0 || lseek(x->fd, 0, SEEK_SET) != 0) return fail(cx, ERR_IO, NULL, M_error_io);
	TRY(x->begin(cx, x));
	TRY(list_each(cx, x->q, x->row, x));
	return x->end(cx, x);
}

int export_temporary_file(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) return fd;
	FILE *f = tmpfile(); /* file systems without O_TMPFILE */
	if (!f) return -1;
	fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
	fclose(f);
	return fd;
}

static const struct {
	const char *name;
	struct export with;
} formats[] = {
    [EXPORT_CSV] = {"csv", {.row = csv_row, .begin = csv_begin_file, .end = csv_end_file}},
    [EXPORT_XLSX] = {"xlsx", {.row = xlsx_row, .begin = xlsx_begin_file, .end = xlsx_end_file}},
    [EXPORT_JSON] = {"json", {.row = json_row, .begin = json_begin_file, .end = json_end_file}},
};

bool export_format_find(struct str name, enum export_format *out)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (str_is(name, formats[i].name)) return *out = (enum export_format)i, true;
	return false;
}

enum err export_rows(struct cx *cx, const struct list_query *q, enum export_format format, enum export_reader reader, int fd)
{
	struct export x = formats[format].with;
	if (!actor_has(cx, q->entity->rights.export)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	x.q = q;
	x.fd = fd;
	x.people = reader == EXPORT_FOR_PEOPLE;
	x.kept = arena_new();
	map_init(&x.titles, x.kept);
	sb_init(&x.text, x.kept, BUFFER_CAP); /* not of cx: it grows inside rows */
	enum err err = db_tx(cx, DB_READ, write_rows, &x);
	xlsx_abandon(x.xlsx);
	arena_free(x.kept);
	return err;
}
