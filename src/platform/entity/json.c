/* Rows as JSON: for the API, and as the canonical image that the audit log hashes and an undo restores. */
#include "platform/format/json.h"
#include "base/date.h"
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"

enum { IMAGE_CAP = 1 << 20 };

static void write_field(struct cx *cx, const struct field *f, const void *row, struct json_writer *w)
{
	json_key(w, f->name);
	if (!field_known(f, row)) {
		json_write_null(w);
		return;
	}
	switch (f->type) {
	case FT_INT: json_write_int(w, *field_int(f, row)); break;
	case FT_BOOL: json_write_bool(w, *field_int(f, row)); break;
	case FT_MONEY:
	case FT_ECTS:
	case FT_SCORE:
	case FT_COORD: json_write_fixed(w, *field_int(f, row), field_digits(f)); break;
	default: json_write_str(w, field_text(cx, f, row));
	}
}

static void write_instant(struct cx *cx, struct json_writer *w, const char *name, int64_t ms)
{
	json_member_str(w, name, ms == UNKNOWN ? STR_NONE : instant_iso(cx->arena, ms));
}

static void write_id(struct cx *cx, struct json_writer *w, const char *name, struct uuid id)
{
	json_member_str(w, name, uuid_none(id) ? STR_NONE : uuid_text(cx->arena, id));
}

static void write_row(struct cx *cx, const struct entity *e, const struct row *row, struct json_writer *w, bool whole_head, bool everything)
{
	json_object_begin(w);
	write_id(cx, w, "id", row->id);
	json_member_int(w, "version", row->version);
	if (whole_head) {
		write_instant(cx, w, "created", row->created_ms);
		write_instant(cx, w, "changed", row->changed_ms);
		write_instant(cx, w, "archived", row->archived_ms);
		json_member_str(w, "archive_reason", row->archive_reason);
		json_member_int(w, "import_version", row->import_version);
		write_id(cx, w, "import_batch", row->import_batch);
	}
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!everything && (f->flags & FF_HIDDEN)) continue;
		if (!everything && (f->flags & FF_SENSITIVE) && !actor_has(cx, e->rights.sensitive)) continue;
		write_field(cx, f, row, w);
	}
	json_object_end(w);
}

void entity_json_write(struct cx *cx, const struct entity *e, const void *row, struct json_writer *w, bool whole_head)
{
	write_row(cx, e, row, w, whole_head, false);
}

void entity_json_own(struct cx *cx, const struct entity *e, const void *row, struct json_writer *w)
{
	write_row(cx, e, row, w, true, true);
}

struct str entity_image(struct cx *cx, const struct entity *e, const void *row)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, IMAGE_CAP);
	json_writer_init(&w, &b);
	write_row(cx, e, row, &w, true, true);
	BUG_IF(!json_complete(&w));
	return sb_str(&b);
}

static int64_t read_instant(const struct json *doc, const char *name)
{
	int64_t ms;
	return instant_parse(json_text(doc, name), &ms) ? ms : UNKNOWN;
}

static struct uuid read_id(const struct json *doc, const char *name)
{
	struct uuid id;
	return uuid_parse(json_text(doc, name), &id) ? id : UUID_NONE;
}

static bool read_field(const struct field *f, const struct json *value, void *row)
{
	if (!value || value->kind == JSON_KIND_NULL) return true;
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE:
		if (value->kind == JSON_KIND_STRING) *field_str(f, row) = value->text;
		return value->kind == JSON_KIND_STRING;
	case FT_REF: return value->kind == JSON_KIND_STRING && uuid_parse(value->text, field_id(f, row));
	case FT_ENUM: return value->kind == JSON_KIND_STRING && (*field_int(f, row) = field_option(f, value->text)) != UNKNOWN;
	case FT_BOOL: *field_int(f, row) = value->kind == JSON_KIND_BOOL && value->boolean; return value->kind == JSON_KIND_BOOL;
	case FT_DATE: return value->kind == JSON_KIND_STRING && date_parse(value->text, field_int(f, row), NULL);
	case FT_INSTANT: return value->kind == JSON_KIND_STRING && instant_parse(value->text, field_int(f, row));
	default: return json_fixed(value, field_digits(f), field_int(f, row));
	}
}

enum err entity_from_json(struct cx *cx, const struct entity *e, const struct json *doc, void *image)
{
	struct row *row = image;
	int64_t n;
	row->id = read_id(doc, "id");
	row->version = json_int(doc, "version", &n) ? n : UNKNOWN;
	row->created_ms = read_instant(doc, "created");
	row->changed_ms = read_instant(doc, "changed");
	row->archived_ms = read_instant(doc, "archived");
	row->archive_reason = json_text(doc, "archive_reason");
	row->import_version = json_int(doc, "import_version", &n) ? n : UNKNOWN;
	row->import_batch = read_id(doc, "import_batch");
	for (size_t i = 0; i < e->fields_len; i++)
		if (!read_field(&e->fields[i], json_get(doc, e->fields[i].name), row))
			return fail(cx, ERR_BUG, e->fields[i].name, M_entity_image);
	return OK;
}

enum err entity_from_image(struct cx *cx, const struct entity *e, struct str image, void *row)
{
	const struct json *doc;
	TRY(json_parse(cx, image, IMAGE_CAP, &doc));
	return entity_from_json(cx, e, doc, row);
}
