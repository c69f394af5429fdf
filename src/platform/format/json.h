/* JSON. The writer streams into an sb and cannot leave anything that is not JSON: a call that would is a bug and
 * aborts. The reader gives a tree in the arena; numbers are int64 or keep their text, no floating point anywhere. RFC
 * 8259. */
#pragma once
#include "base/cx.h"
#include "base/sb.h"

/* Writing. A long answer may be drained between calls: send sb_str(w->sb), then set w->sb->len to 0. */
enum { JSON_WRITE_DEPTH = 64 };
struct json_writer {
	struct sb *sb;
	int depth;
	bool key_written;                 /* a value is due */
	bool top_written;                 /* the document is complete */
	bool has_items[JSON_WRITE_DEPTH]; /* of the open object or array: a comma is due */
	bool is_object[JSON_WRITE_DEPTH];
};

void json_writer_init(struct json_writer *w, struct sb *sb);
void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *name);
void json_key_str(struct json_writer *w, struct str name);
void json_write_str(struct json_writer *w, struct str s); /* absent: null; bytes that are no UTF-8: U+FFFD */
void json_write_z(struct json_writer *w, const char *z);
void json_write_int(struct json_writer *w, int64_t n); /* UNKNOWN: null */
/* A decimal number: 1240 with 2 digits is 12.40; UNKNOWN: null. */
void json_write_fixed(struct json_writer *w, int64_t n, int digits);
void json_write_bool(struct json_writer *w, bool b);
void json_write_null(struct json_writer *w);
/* A member of the open object. */
void json_member_str(struct json_writer *w, const char *name, struct str s);
void json_member_int(struct json_writer *w, const char *name, int64_t n);
void json_member_bool(struct json_writer *w, const char *name, bool b);
bool json_complete(const struct json_writer *w); /* everything is closed and the sb held it */

/* Reading. */
enum json_kind {
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,     /* no fraction, no exponent, fits int64 */
	JSON_KIND_DECIMAL, /* any other number, as it was written */
	JSON_KIND_STRING,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT,
};

struct json_member;
struct json {
	enum json_kind kind;
	union {
		bool boolean;
		int64_t num;
		struct str text; /* DECIMAL, STRING */
		struct {
			struct json *ptr;
			size_t len;
		} items;
		struct {
			struct json_member *ptr;
			size_t len;
		} members;
	};
};
struct json_member {
	struct str name;
	struct json value;
};

enum { JSON_READ_DEPTH = 32, JSON_READ_VALUES = 500 * 1000 };

/* Reads one document of at most `cap` bytes. Refused with line, column and remedy in cx: what is no JSON, what is
 * deeper or larger than the limits (ERR_TOO_LARGE), an object with the same name twice, bytes that are no UTF-8, halves
 * of surrogate pairs, U+0000 (no database takes it). The tree owns its text. */
enum err json_parse(struct cx *cx, struct str text, size_t cap, const struct json **out) MUST_CHECK;

const struct json *json_get(const struct json *object, const char *name); /* NULL: no object, or no such member */
const struct json *json_get_str(const struct json *object, struct str name);
struct str json_text(const struct json *object, const char *name);                   /* STR_NONE unless a string */
bool json_int(const struct json *object, const char *name, int64_t *out) MUST_CHECK; /* false unless an int */
/* An int or decimal as fixed point with that many digits; false when it is no number or has more digits. */
bool json_fixed(const struct json *value, int digits, int64_t *out) MUST_CHECK;
