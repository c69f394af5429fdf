/* Any bytes as JSON: read, written again, read again; both trees must be written alike. */
#include "base/log.h"
#include "platform/format/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_tree(struct json_writer *w, const struct json *j)
{
	switch (j->kind) {
	case JSON_KIND_NULL: json_write_null(w); break;
	case JSON_KIND_BOOL: json_write_bool(w, j->boolean); break;
	case JSON_KIND_INT: json_write_int(w, j->num); break;
	case JSON_KIND_DECIMAL:
	case JSON_KIND_STRING: json_write_str(w, j->text); break;
	case JSON_KIND_ARRAY:
		json_array_begin(w);
		for (size_t i = 0; i < j->items.len; i++)
			write_tree(w, &j->items.ptr[i]);
		json_array_end(w);
		break;
	case JSON_KIND_OBJECT:
		json_object_begin(w);
		for (size_t i = 0; i < j->members.len; i++) {
			json_key_str(w, j->members.ptr[i].name);
			write_tree(w, &j->members.ptr[i].value);
		}
		json_object_end(w);
	}
}

static struct str rewritten(struct cx *cx, struct str text)
{
	const struct json *j;
	if (json_parse(cx, text, 1 << 20, &j) != OK) {
		BUG_IF(!cx->problems);
		return STR_NONE;
	}
	struct sb *sb = ARENA_NEW(cx->arena, struct sb);
	struct json_writer w;
	sb_init(sb, cx->arena, 8 << 20);
	json_writer_init(&w, sb);
	write_tree(&w, j);
	BUG_IF(!json_complete(&w));
	return sb_str(sb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx cx;
	log_set_level(LOG_ERROR);
	cx_begin(&cx, NULL);
	struct str once = rewritten(&cx, (struct str){(const char *)data, size});
	if (str_present(once)) BUG_IF(!str_eq(once, rewritten(&cx, once)));
	cx_end(&cx);
	return 0;
}
