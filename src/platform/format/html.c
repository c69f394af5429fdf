/* HTML sink: escaping for text, attributes and addresses. Text that is not UTF-8 leaves as U+FFFD and control
 * characters not at all, so that no byte from outside changes how a browser reads the page. */
#include "platform/format/html.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What a byte of text becomes: itself (0), a character reference, nothing, or the start of a longer character. */
enum { PLAIN, LT, GT, AMP, QUOT, APOS, DROP, LONG };

static const unsigned char kind_of[256] = {
    [0 ... 8] = DROP, [11 ... 12] = DROP, [14 ... 31] = DROP, [127] = DROP,  ['<'] = LT,
    ['>'] = GT,       ['&'] = AMP,        ['"'] = QUOT,       ['\''] = APOS, [128 ... 255] = LONG,
};

static const struct str references[] = {
    [LT] = {"&lt;", 4}, [GT] = {"&gt;", 4}, [AMP] = {"&amp;", 5}, [QUOT] = {"&quot;", 6}, [APOS] = {"&#39;", 5}, [DROP] = {"", 0},
};

void html_init(struct html *h, struct arena *a, size_t cap) { sb_init(&h->sb, a, cap); }

void html_lit_n(struct html *h, const char *lit, size_t len) { sb_add(&h->sb, (struct str){lit, len}); }

/* Bytes of the well-formed UTF-8 character at s, 0 when there is none (RFC 3629, table in section 4). C1 control
 * characters are valid and dropped by the caller. */
static size_t long_character(const unsigned char *s, size_t left)
{
	static const unsigned char low[] = {[0xe0 - 0xe0] = 0xa0, [0xf0 - 0xe0] = 0x90};
	unsigned char lead = s[0];
	size_t len = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
	if (len == 0 || len > left) return 0;
	unsigned char first_low = lead == 0xe0 || lead == 0xf0 ? low[lead - 0xe0] : 0x80;
	unsigned char first_high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (s[1] < first_low || s[1] > first_high) return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80) return 0;
	return len;
}

void html_text(struct html *h, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t from = 0, i = 0;
	while (i < s.len) {
		unsigned char kind = kind_of[p[i]];
		size_t len = 1;
		if (kind == PLAIN) {
			i++;
			continue;
		}
		struct str instead;
		if (kind == LONG) {
			len = long_character(p + i, s.len - i);
			bool c1 = len == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0;
			if (len && !c1) {
				i += len;
				continue;
			}
			instead = c1 ? STR("") : STR(REPLACEMENT);
			if (len == 0) len = 1;
		} else {
			instead = references[kind];
		}
		sb_add(&h->sb, str_sub(s, from, i - from));
		sb_add(&h->sb, instead);
		i += len;
		from = i;
	}
	sb_add(&h->sb, str_sub(s, from, s.len - from));
}

void html_textz(struct html *h, const char *z) { html_text(h, str_of(z)); }

void html_int(struct html *h, int64_t n) { sb_int(&h->sb, n); }

static void open_attr(struct html *h, const char *name)
{
	sb_char(&h->sb, ' ');
	sb_addz(&h->sb, name);
	SB_LIT(&h->sb, "=\"");
}

void html_attr(struct html *h, const char *name, struct str value)
{
	if (!str_present(value)) return;
	open_attr(h, name);
	html_text(h, value);
	sb_char(&h->sb, '"');
}

void html_attr_int(struct html *h, const char *name, int64_t n)
{
	open_attr(h, name);
	html_int(h, n);
	sb_char(&h->sb, '"');
}

void html_flag(struct html *h, const char *name, bool on)
{
	if (!on) return;
	sb_char(&h->sb, ' ');
	sb_addz(&h->sb, name);
}

static bool allowed_scheme(struct str scheme, struct str after)
{
	if (str_eq_nocase(scheme, STR("http")) || str_eq_nocase(scheme, STR("https"))) return str_starts(after, STR("//"));
	return str_eq_nocase(scheme, STR("mailto")) || str_eq_nocase(scheme, STR("tel"));
}

/* Browsers drop tabs and line ends inside an address, trim spaces and read a backslash as a slash: an address with
 * any of them before its query is not one that we would have written. */
static bool url_allowed(struct str url)
{
	size_t scheme_end = STR_NPOS, path_end = url.len;
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.ptr[i];
		if (c < 0x20 || c == 0x7f) return false;
		if (i < path_end && (c == '\\' || c == ' ')) return false;
		if (i < path_end && (c == '?' || c == '#')) path_end = i;
		bool before_path = i < path_end && !memchr(url.ptr, '/', i);
		if (c == ':' && scheme_end == STR_NPOS && before_path) scheme_end = i;
	}
	if (scheme_end == STR_NPOS) return !str_starts(url, STR("//"));
	return allowed_scheme(str_sub(url, 0, scheme_end), str_sub(url, scheme_end + 1, url.len));
}

void html_url_value(struct html *h, struct str url) { html_text(h, str_present(url) && url_allowed(url) ? url : STR("#")); }

void html_url(struct html *h, const char *name, struct str url)
{
	if (!str_present(url)) return;
	open_attr(h, name);
	html_url_value(h, url);
	sb_char(&h->sb, '"');
}

/* RFC 3986 2.3: unreserved characters stand as they are. */
void html_query(struct html *h, struct str value)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
			sb_char(&h->sb, (char)c);
		} else {
			char coded[] = {'%', hex[c >> 4], hex[c & 15]};
			sb_add(&h->sb, (struct str){coded, sizeof coded});
		}
	}
}

void html_add(struct html *h, const struct html *fragment)
{
	if (!fragment) return;
	sb_add(&h->sb, html_str(fragment));
	if (sb_failed(&fragment->sb)) h->sb.failed = true;
}
