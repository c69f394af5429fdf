/* multipart/form-data (RFC 7578), over the whole body in memory: parts are views into it. */
#include "base/utf8.h"
#include "base/vec.h"
#include "platform/web/parse.h"

static bool text_ok(struct str s) { return (s.len == 0 || !memchr(s.ptr, 0, s.len)) && utf8_valid(s); }

static bool boundary_ok(struct str b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] < 0x20 || b.ptr[i] == 0x7f) return false;
	return b.len > 0 && b.len <= PARSE_BOUNDARY_MAX && b.ptr[b.len - 1] != ' ';
}

static struct str after(struct str s, size_t n) { return str_sub(s, n, s.len); }

/* The last segment of what may be a path, without control characters, cut to a length that file systems take. */
static bool clean_filename(struct str *name)
{
	for (size_t i = name->len; i > 0; i--)
		if (name->ptr[i - 1] == '/' || name->ptr[i - 1] == '\\') {
			*name = after(*name, i);
			break;
		}
	for (size_t i = 0; i < name->len; i++)
		if ((unsigned char)name->ptr[i] < 0x20 || name->ptr[i] == 0x7f) return false;
	size_t len = name->len;
	while (len > PARSE_FILENAME_MAX || (len < name->len && ((unsigned char)name->ptr[len] & 0xc0) == 0x80))
		len--;
	name->len = len;
	return true;
}

static bool read_disposition(struct arena *a, struct str value, struct part *part)
{
	struct str word;
	struct pairs params;
	if (!parse_header_value(a, value, &word, &params) || !str_is(word, "form-data")) return false;
	part->name = pairs_get(params, "name");
	part->filename = pairs_get(params, "filename");
	return str_present(part->name) && part->name.len <= PARSE_NAME_MAX && text_ok(part->name) &&
	       (!str_present(part->filename) || (text_ok(part->filename) && clean_filename(&part->filename)));
}

/* *rest begins at the headers and is left at the content. */
static bool read_part_headers(struct arena *a, struct str *rest, struct part *part)
{
	size_t end = str_find(str_sub(*rest, 0, PARSE_PART_HEADERS_MAX), STR("\r\n\r\n"));
	if (end == STR_NPOS) return false;
	struct str headers = str_sub(*rest, 0, end + 2);
	*rest = after(*rest, end + 4);
	while (headers.len) {
		size_t eol = str_find(headers, STR("\r\n"));
		struct str line = str_sub(headers, 0, eol);
		headers = after(headers, eol + 2);
		size_t colon = str_find_char(line, ':');
		if (colon == STR_NPOS) return false;
		struct str name = str_sub(line, 0, colon), value = str_trim(after(line, colon + 1));
		if (str_eq_nocase(name, STR("content-disposition"))) {
			if (str_present(part->name) || !read_disposition(a, value, part)) return false;
		} else if (str_eq_nocase(name, STR("content-type"))) {
			if (!text_ok(value)) return false;
			part->content_type = value;
		}
	}
	return str_present(part->name);
}

bool parse_multipart(struct arena *a, struct str body, struct str boundary, struct parts *out)
{
	VEC(struct part) v = {0};
	if (!boundary_ok(boundary)) return false;
	struct str delimiter = str_concat(a, STR("\r\n--"), boundary);
	if (!str_starts(body, after(delimiter, 2))) return false;
	struct str rest = after(body, delimiter.len - 2);
	size_t seen = 0;
	while (!str_starts(rest, STR("--"))) {
		struct part part = {0};
		if (!str_starts(rest, STR("\r\n")) || seen++ == PARSE_FORM_MAX) return false;
		rest = after(rest, 2);
		if (!read_part_headers(a, &rest, &part)) return false;
		size_t end = str_find(rest, delimiter);
		if (end == STR_NPOS) return false;
		part.bytes = str_sub(rest, 0, end);
		rest = after(rest, end + delimiter.len);
		bool file = str_present(part.filename);
		if (!file && !text_ok(part.bytes)) return false;
		if (file && part.filename.len == 0 && part.bytes.len == 0) continue;
		*VEC_PUSH(a, &v) = part;
	}
	*out = (struct parts){v.ptr, v.len};
	return true;
}
