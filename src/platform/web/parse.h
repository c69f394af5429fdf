/* Parsers of what a browser sends: address, query, form, multipart, cookies, header values. Pure functions over bounded
 * input; each has a fuzz target. Strict: a NUL, a bad escape or bytes that are not UTF-8 make the whole request unreadable,
 * except in cookies, where other applications of the same host may have left anything.
 * Results are views into the input where nothing had to be decoded. */
#pragma once
#include "base/pair.h"

enum {
	PARSE_PATH_MAX = 2048,
	PARSE_QUERY_MAX = 256, /* pairs */
	PARSE_FORM_MAX = 8192, /* pairs, and parts of a multipart body */
	PARSE_COOKIES_MAX = 64,
	PARSE_NAME_MAX = 256, /* bytes of a field's name */
	PARSE_PART_HEADERS_MAX = 4096,
	PARSE_FILENAME_MAX = 200, /* bytes; longer names are cut */
	PARSE_BOUNDARY_MAX = 70,  /* RFC 2046 5.1.1 */
};

/* %41 becomes A; with `plus`, + becomes a space. False on a bad escape, NUL, or bytes that are not UTF-8. */
bool parse_percent(struct arena *a, struct str raw, bool plus, struct str *out) MUST_CHECK;
/* Origin-form only. The path is decoded; an encoded slash, a backslash, a control character, `.` or `..` as a segment, or
 * anything that does not begin with a single slash is refused. `query` stays as sent. */
bool parse_target(struct arena *a, struct str target, struct str *path, struct str *query) MUST_CHECK;
/* a=1&b=2, as in queries and urlencoded forms. */
bool parse_urlencoded(struct arena *a, struct str raw, size_t max, struct pairs *out) MUST_CHECK;
/* Pairs that are not well-formed are left out. Values stay as sent. */
void parse_cookies(struct arena *a, struct str header, struct pairs *out);
/* `form-data; name="x"; filename="y"`: the word in lower case, parameter names in lower case. */
bool parse_header_value(struct arena *a, struct str value, struct str *word, struct pairs *params) MUST_CHECK;

struct part {
	struct str name, filename, content_type, bytes; /* filename absent: a plain field */
};
struct parts {
	const struct part *ptr;
	size_t len;
};
/* multipart/form-data (RFC 7578). File inputs in which nothing was chosen are left out. A filename is its last segment. */
bool parse_multipart(struct arena *a, struct str body, struct str boundary, struct parts *out) MUST_CHECK;
