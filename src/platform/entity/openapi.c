/* The OpenAPI 3.1 description of every entity, from its descriptor. */
#include "platform/entity/entity.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"

static const char *json_type(const struct field *f)
{
	switch (f->type) {
	case FT_INT: return "integer";
	case FT_BOOL: return "boolean";
	case FT_MONEY:
	case FT_ECTS:
	case FT_SCORE:
	case FT_COORD: return "number";
	default: return "string";
	}
}

static const char *json_format(const struct field *f)
{
	return f->type == FT_REF ? "uuid" : f->type == FT_DATE ? "date" : f->type == FT_INSTANT ? "date-time" : NULL;
}

static void property(struct cx *cx, const struct field *f, struct json_writer *w)
{
	json_key(w, f->name);
	json_object_begin(w);
	json_key(w, "type");
	if (f->flags & FF_REQUIRED)
		json_write_z(w, json_type(f));
	else {
		json_array_begin(w);
		json_write_z(w, json_type(f));
		json_write_z(w, "null");
		json_array_end(w);
	}
	if (json_format(f)) json_member_str(w, "format", str_of(json_format(f)));
	if (f->type == FT_TEXT && f->limit) json_member_int(w, "maxLength", f->limit);
	if (f->type == FT_ENUM) {
		json_key(w, "enum");
		json_array_begin(w);
		for (size_t i = 0; f->options[i].code; i++)
			json_write_z(w, f->options[i].code);
		if (!(f->flags & FF_REQUIRED)) json_write_null(w);
		json_array_end(w);
	}
	if (!(f->flags & FF_FORM) || (f->flags & FF_DERIVED)) json_member_bool(w, "readOnly", true);
	json_member_str(w, "description", tr_lang(cx, LANG_EN, f->label, NULL));
	json_object_end(w);
}

static void head_property(struct json_writer *w, const char *name, const char *type, const char *format)
{
	json_key(w, name);
	json_object_begin(w);
	json_member_str(w, "type", str_of(type));
	if (format) json_member_str(w, "format", str_of(format));
	json_member_bool(w, "readOnly", true);
	json_object_end(w);
}

static void schema(struct cx *cx, const struct entity *e, struct json_writer *w)
{
	json_key(w, e->name);
	json_object_begin(w);
	json_member_str(w, "type", STR("object"));
	json_key(w, "required");
	json_array_begin(w);
	for (size_t i = 0; i < e->fields_len; i++)
		if ((e->fields[i].flags & FF_REQUIRED) && (e->fields[i].flags & FF_FORM)) json_write_z(w, e->fields[i].name);
	json_array_end(w);
	json_key(w, "properties");
	json_object_begin(w);
	head_property(w, "id", "string", "uuid");
	head_property(w, "version", "integer", NULL);
	for (size_t i = 0; i < e->fields_len; i++)
		if (!(e->fields[i].flags & (FF_HIDDEN | FF_SENSITIVE))) property(cx, &e->fields[i], w);
	json_object_end(w);
	json_object_end(w);
}

static void ref(struct json_writer *w, struct str target)
{
	json_object_begin(w);
	json_member_str(w, "$ref", target);
	json_object_end(w);
}

static struct str schema_ref(struct cx *cx, const struct entity *e) { return str_fmt(cx->arena, "#/components/schemas/%s", e->name); }

static void content(struct json_writer *w, const char *type)
{
	json_key(w, "content");
	json_object_begin(w);
	json_key(w, type);
	json_object_begin(w);
	json_key(w, "schema");
}

static void content_end(struct json_writer *w)
{
	json_object_end(w);
	json_object_end(w);
}

static void response(struct json_writer *w, const char *status, const char *description, struct str schema_target, bool list)
{
	json_key(w, status);
	json_object_begin(w);
	json_member_str(w, "description", str_of(description));
	if (str_present(schema_target)) {
		content(w, "application/json");
		if (list) {
			json_object_begin(w);
			json_member_str(w, "type", STR("object"));
			json_key(w, "properties");
			json_object_begin(w);
			json_key(w, "items");
			json_object_begin(w);
			json_member_str(w, "type", STR("array"));
			json_key(w, "items");
			ref(w, schema_target);
			json_object_end(w);
			json_key(w, "count");
			json_object_begin(w);
			json_member_str(w, "type", STR("integer"));
			json_object_end(w);
			json_object_end(w);
			json_object_end(w);
		} else
			ref(w, schema_target);
		content_end(w);
	}
	json_object_end(w);
}

static void problems(struct json_writer *w)
{
	json_key(w, "default");
	json_object_begin(w);
	json_member_str(w, "description", STR("What is wrong, at which field, and what would be right"));
	content(w, "application/problem+json");
	ref(w, STR("#/components/schemas/problem"));
	content_end(w);
	json_object_end(w);
}

static void parameter(struct json_writer *w, const char *name, const char *in, const char *type, bool required, const char *description)
{
	json_object_begin(w);
	json_member_str(w, "name", str_of(name));
	json_member_str(w, "in", str_of(in));
	json_member_bool(w, "required", required);
	json_member_str(w, "description", str_of(description));
	json_key(w, "schema");
	json_object_begin(w);
	json_member_str(w, "type", str_of(type));
	json_object_end(w);
	json_object_end(w);
}

static void operation(struct cx *cx, const struct entity *e, struct json_writer *w, const char *method, const char *act)
{
	bool writes = str_is(str_of(method), "post") || str_is(str_of(method), "patch");
	bool one = !str_is(str_of(act), "list") && !str_is(str_of(act), "create");
	json_key(w, method);
	json_object_begin(w);
	json_member_str(w, "operationId", str_fmt(cx->arena, "%s_%s", e->name, act));
	json_member_str(w, "summary", str_fmt(cx->arena, "%s: %s", act, e->kind));
	json_key(w, "parameters");
	json_array_begin(w);
	if (one) parameter(w, "id", "path", "string", true, "UUID of the record");
	if (one && !str_is(str_of(act), "read")) parameter(w, "If-Match", "header", "string", true, "ETag of the version that was read");
	if (str_is(str_of(act), "archive")) parameter(w, "reason", "query", "string", true, "Why it is archived");
	if (str_is(str_of(act), "list")) {
		parameter(w, "filter", "query", "string", false,
		          "field:op:value, several times; op is eq ne lt le gt ge starts known unknown");
		parameter(w, "has", "query", "string", false,
		          "kind.ref~field:op:value~...: rows that a row of another kind points to; hasnot for none");
		parameter(w, "sort", "query", "string", false, "name,-city");
		parameter(w, "q", "query", "string", false, "words; accents and case do not count");
		parameter(w, "page", "query", "integer", false, "from 1");
		parameter(w, "size", "query", "integer", false, "1 to 1000");
	}
	json_array_end(w);
	if (writes) {
		json_key(w, "requestBody");
		json_object_begin(w);
		json_member_bool(w, "required", true);
		content(w, "application/json");
		ref(w, schema_ref(cx, e));
		content_end(w);
		json_object_end(w);
	}
	json_key(w, "responses");
	json_object_begin(w);
	if (str_is(str_of(act), "archive"))
		response(w, "204", "Archived", STR_NONE, false);
	else
		response(w, str_is(str_of(act), "create") ? "201" : "200", "Done", schema_ref(cx, e), str_is(str_of(act), "list"));
	problems(w);
	json_object_end(w);
	json_object_end(w);
}

static void problem_schema(struct json_writer *w)
{
	static const char *const names[] = {"type", "title", "code", "detail", "field", "message", "remedy"};
	json_key(w, "problem");
	json_object_begin(w);
	json_member_str(w, "type", STR("object"));
	json_key(w, "properties");
	json_object_begin(w);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		json_key(w, names[i]);
		json_object_begin(w);
		json_member_str(w, "type", STR("string"));
		json_object_end(w);
	}
	json_object_end(w);
	json_object_end(w);
}

void entity_openapi(struct cx *cx, struct json_writer *w)
{
	json_key(w, "paths");
	json_object_begin(w);
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *e = entity_all()[i];
		json_key_str(w, str_fmt(cx->arena, "/api/v1/%s", e->kind));
		json_object_begin(w);
		operation(cx, e, w, "get", "list");
		if (e->ops) operation(cx, e, w, "post", "create");
		json_object_end(w);
		json_key_str(w, str_fmt(cx->arena, "/api/v1/%s/{id}", e->kind));
		json_object_begin(w);
		operation(cx, e, w, "get", "read");
		if (e->ops) operation(cx, e, w, "patch", "change");
		if (e->ops) operation(cx, e, w, "delete", "archive");
		json_object_end(w);
	}
	json_object_end(w);
	json_key(w, "components");
	json_object_begin(w);
	json_key(w, "schemas");
	json_object_begin(w);
	problem_schema(w);
	for (size_t i = 0; entity_all()[i]; i++)
		schema(cx, entity_all()[i], w);
	json_object_end(w);
	json_object_end(w);
}
