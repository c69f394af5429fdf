/* Address, query, form, cookies and header values. The multipart parser has its own file. */
#include "platform/web/parse.h"
#include "base/utf8.h"
#include "base/vec.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

static bool text_ok(struct str s) { return (s.len == 0 || !memchr(s.ptr, 0, s.len)) && utf8_valid(s); }

static bool needs_decoding(struct str raw, bool plus)
{
	return raw.len && (memchr(raw.ptr, '%', raw.len) || (plus && memchr(raw.ptr, '+', raw.len)));
}

bool parse_percent(struct arena *a, struct str raw, bool plus, struct str *out)
{
	if (!needs_decoding(raw, plus)) {
		*out = raw;
		return text_ok(raw);
	}
	char *to = arena_alloc(a, raw.len);
	size_t n = 0;
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];
		if (c == '%') {
			if (raw.len - i < 3) return false;
			int hi = hex_digit(raw.ptr[i + 1]), lo = hex_digit(raw.ptr[i + 2]);
			if (hi < 0 || lo < 0) return false;
			to[n++] = (char)(hi * 16 + lo);
			i += 2;
		} else {
			to[n++] = plus && c == '+' ? ' ' : c;
		}
	}
	*out = (struct str){to, n};
	return text_ok(*out);
}

static bool segment_ok(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f || s.ptr[i] == '\\' || s.ptr[i] == '/') return false;
	return !str_is(s, ".") && !str_is(s, "..");
}

bool parse_target(struct arena *a, struct str target, struct str *path, struct str *query)
{
	size_t mark = str_find_char(target, '?');
	struct str raw = mark == STR_NPOS ? target : str_sub(target, 0, mark);
	*query = mark == STR_NPOS ? STR_NONE : str_sub(target, mark + 1, target.len);
	if (raw.len == 0 || raw.ptr[0] != '/' || raw.len > PARSE_PATH_MAX || (raw.len > 1 && raw.ptr[1] == '/')) return false;
	/* Segment by segment, so that an encoded slash cannot make two of one. */
	char *to = arena_alloc(a, raw.len);
	size_t n = 0;
	for (size_t from = 1; from <= raw.len;) {
		size_t slash = str_find_char(str_sub(raw, from, raw.len), '/');
		size_t len = slash == STR_NPOS ? raw.len - from : slash;
		struct str segment;
		if (!parse_percent(a, str_sub(raw, from, len), false, &segment) || !segment_ok(segment)) return false;
		to[n++] = '/';
		if (segment.len) memcpy(to + n, segment.ptr, segment.len);
		n += segment.len;
		from += len + 1;
	}
	*path = (struct str){to, n};
	return true;
}

bool parse_urlencoded(struct arena *a, struct str raw, size_t max, struct pairs *out)
{
	VEC(struct pair) v = {0};
	struct str rest = raw, item;
	while (str_split(&rest, '&', &item)) {
		if (item.len == 0) continue;
		if (v.len == max) return false;
		size_t eq = str_find_char(item, '=');
		struct str name = str_sub(item, 0, eq == STR_NPOS ? item.len : eq);
		struct str value = eq == STR_NPOS ? STR("") : str_sub(item, eq + 1, item.len);
		struct pair pair;
		if (name.len > 3 * PARSE_NAME_MAX || !parse_percent(a, name, true, &pair.name) ||
		    !parse_percent(a, value, true, &pair.value) || pair.name.len > PARSE_NAME_MAX)
			return false;
		*VEC_PUSH(a, &v) = pair;
	}
	*out = (struct pairs){v.ptr, v.len};
	return true;
}

/* token of RFC 9110 5.6.2 */
static bool token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!token_char(s.ptr[i])) return false;
	return s.len > 0;
}

/* cookie-octet of RFC 6265 4.1.1 */
static bool is_cookie_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') return false;
	}
	return true;
}

void parse_cookies(struct arena *a, struct str header, struct pairs *out)
{
	VEC(struct pair) v = {0};
	struct str rest = header, item;
	while (v.len < PARSE_COOKIES_MAX && str_split(&rest, ';', &item)) {
		item = str_trim(item);
		size_t eq = str_find_char(item, '=');
		if (eq == STR_NPOS) continue;
		struct pair pair = {str_sub(item, 0, eq), str_sub(item, eq + 1, item.len)};
		if (pair.name.len <= PARSE_NAME_MAX && is_token(pair.name) && is_cookie_value(pair.value)) *VEC_PUSH(a, &v) = pair;
	}
	*out = (struct pairs){v.ptr, v.len};
}

/* Reads a quoted string, *rest after its opening quote. Only \" and \\ are escapes: old browsers send Windows paths raw.
 * %22 is how today's browsers write a quote. */
static bool quoted(struct arena *a, struct str *rest, struct str *out)
{
	char *to = arena_alloc(a, rest->len + 1);
	size_t n = 0, i = 0;
	for (; i < rest->len && rest->ptr[i] != '"'; i++) {
		bool escape = rest->ptr[i] == '\\' && i + 1 < rest->len && (rest->ptr[i + 1] == '"' || rest->ptr[i + 1] == '\\');
		bool percent = i + 2 < rest->len && memcmp(rest->ptr + i, "%22", 3) == 0;
		to[n++] = percent ? '"' : escape ? rest->ptr[i + 1] : rest->ptr[i];
		i += percent ? 2 : escape ? 1 : 0;
	}
	if (i >= rest->len) return false;
	*rest = str_sub(*rest, i + 1, rest->len);
	*out = (struct str){to, n};
	return true;
}

static struct str skip_blanks(struct str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = str_sub(s, 1, s.len);
	return s;
}

/* Takes the bytes before any of `stops`. */
static struct str take_until(struct str *rest, const char *stops)
{
	size_t n = 0;
	while (n < rest->len && rest->ptr[n] && !strchr(stops, rest->ptr[n]))
		n++;
	struct str taken = str_trim(str_sub(*rest, 0, n));
	*rest = str_sub(*rest, n, rest->len);
	return taken;
}

bool parse_header_value(struct arena *a, struct str value, struct str *word, struct pairs *params)
{
	VEC(struct pair) v = {0};
	struct str rest = value;
	*word = str_lower(a, take_until(&rest, ";"));
	while (rest.len && rest.ptr[0] == ';') {
		rest = skip_blanks(str_sub(rest, 1, rest.len));
		if (rest.len == 0 || rest.ptr[0] == ';') continue;
		struct pair pair = {.name = str_lower(a, take_until(&rest, "=;"))};
		if (!is_token(pair.name) || rest.len == 0 || rest.ptr[0] != '=' || v.len == 16) return false;
		rest = skip_blanks(str_sub(rest, 1, rest.len));
		if (rest.len && rest.ptr[0] == '"') {
			rest = str_sub(rest, 1, rest.len);
			if (!quoted(a, &rest, &pair.value)) return false;
			rest = skip_blanks(rest);
		} else {
			pair.value = take_until(&rest, ";");
		}
		*VEC_PUSH(a, &v) = pair;
	}
	*params = (struct pairs){v.ptr, v.len};
	return word->len > 0 && rest.len == 0;
}
