/* JSON writer. */
#include "base/log.h"
#include "base/utf8.h"
#include "platform/format/json.h"

void json_writer_init(struct json_writer *w, struct sb *sb) { *w = (struct json_writer){.sb = sb}; }

static bool in_object(const struct json_writer *w) { return w->depth > 0 && w->is_object[w->depth - 1]; }

static void comma(struct json_writer *w)
{
	if (w->depth == 0) return;
	if (w->has_items[w->depth - 1]) sb_char(w->sb, ',');
	w->has_items[w->depth - 1] = true;
}

static void before_value(struct json_writer *w)
{
	BUG_IF(w->depth == 0 && w->top_written);
	BUG_IF(in_object(w) != w->key_written);
	if (!in_object(w)) comma(w);
	w->key_written = false;
	if (w->depth == 0) w->top_written = true;
}

static void begin(struct json_writer *w, bool object)
{
	before_value(w);
	BUG_IF(w->depth == JSON_WRITE_DEPTH);
	w->is_object[w->depth] = object;
	w->has_items[w->depth] = false;
	w->depth++;
	sb_char(w->sb, object ? '{' : '[');
}

static void end(struct json_writer *w, bool object)
{
	BUG_IF(w->depth == 0 || w->is_object[w->depth - 1] != object || w->key_written);
	w->depth--;
	sb_char(w->sb, object ? '}' : ']');
}

void json_object_begin(struct json_writer *w) { begin(w, true); }

void json_object_end(struct json_writer *w) { end(w, true); }

void json_array_begin(struct json_writer *w) { begin(w, false); }

void json_array_end(struct json_writer *w) { end(w, false); }

static void put_escaped(struct sb *b, unsigned char c)
{
	switch (c) {
	case '"': SB_LIT(b, "\\\""); break;
	case '\\': SB_LIT(b, "\\\\"); break;
	case '\n': SB_LIT(b, "\\n"); break;
	case '\r': SB_LIT(b, "\\r"); break;
	case '\t': SB_LIT(b, "\\t"); break;
	default: sb_fmt(b, "\\u%04x", c);
	}
}

static void put_text(struct sb *b, struct str s)
{
	size_t from = 0, i = 0;
	sb_char(b, '"');
	while (i < s.len) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c >= ' ' && c != '"' && c != '\\' && c < 0x7f) {
			i++;
			continue;
		}
		struct str rest = str_sub(s, i, s.len);
		if (c >= 0x80 && utf8_next(&rest) >= 0) {
			i = s.len - rest.len;
			continue;
		}
		sb_add(b, str_sub(s, from, i - from));
		if (c >= 0x80)
			SB_LIT(b, "\xef\xbf\xbd");
		else
			put_escaped(b, c);
		from = ++i;
	}
	sb_add(b, str_sub(s, from, s.len - from));
	sb_char(b, '"');
}

void json_key_str(struct json_writer *w, struct str name)
{
	BUG_IF(!in_object(w) || w->key_written);
	comma(w);
	put_text(w->sb, name);
	sb_char(w->sb, ':');
	w->key_written = true;
}

void json_key(struct json_writer *w, const char *name) { json_key_str(w, str_of(name)); }

void json_write_str(struct json_writer *w, struct str s)
{
	if (!str_present(s)) {
		json_write_null(w);
		return;
	}
	before_value(w);
	put_text(w->sb, s);
}

void json_write_z(struct json_writer *w, const char *z) { json_write_str(w, str_of(z)); }

void json_write_int(struct json_writer *w, int64_t n) { json_write_fixed(w, n, 0); }

void json_write_fixed(struct json_writer *w, int64_t n, int digits)
{
	if (n == UNKNOWN) {
		json_write_null(w);
		return;
	}
	before_value(w);
	if (digits == 0) {
		sb_int(w->sb, n);
		return;
	}
	uint64_t unit = 1, size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	for (int i = 0; i < digits; i++)
		unit *= 10;
	sb_fmt(w->sb, "%s%llu.%0*llu", n < 0 ? "-" : "", (unsigned long long)(size / unit), digits, (unsigned long long)(size % unit));
}

void json_write_bool(struct json_writer *w, bool b)
{
	before_value(w);
	sb_addz(w->sb, b ? "true" : "false");
}

void json_write_null(struct json_writer *w)
{
	before_value(w);
	SB_LIT(w->sb, "null");
}

void json_member_str(struct json_writer *w, const char *name, struct str s)
{
	json_key(w, name);
	json_write_str(w, s);
}

void json_member_int(struct json_writer *w, const char *name, int64_t n)
{
	json_key(w, name);
	json_write_int(w, n);
}

void json_member_bool(struct json_writer *w, const char *name, bool b)
{
	json_key(w, name);
	json_write_bool(w, b);
}

bool json_complete(const struct json_writer *w) { return w->depth == 0 && w->top_written && !sb_failed(w->sb); }
