/* HTML sink: well-formed text by construction. HTML is a type of its own: a str can only enter through a function that
 * escapes it for its place. html_lit takes string literals only. */
#pragma once
#include "base/sb.h"

struct html {
	struct sb sb;
};

void html_init(struct html *h, struct arena *a, size_t cap);
void html_lit_n(struct html *h, const char *lit, size_t len);
#define html_lit(h, lit) html_lit_n((h), "" lit "", sizeof(lit) - 1)
void html_text(struct html *h, struct str s); /* between tags, and inside double-quoted attributes */
void html_textz(struct html *h, const char *z);
void html_int(struct html *h, int64_t n); /* plain digits; people read html_number of platform/i18n */
/* ` name="value"`; nothing when the value is absent. The name is a literal. */
void html_attr(struct html *h, const char *name, struct str value);
void html_attr_int(struct html *h, const char *name, int64_t n);
/* A bare attribute when on: ` checked` */
void html_flag(struct html *h, const char *name, bool on);
/* A URL attribute: only http(s), mailto, tel and relative addresses pass; anything else becomes "#". */
void html_url(struct html *h, const char *name, struct str url);
/* The same check for an address inside quotes that the caller writes: href="...". An absent one gives "#". */
void html_url_value(struct html *h, struct str url);
/* Inside an address being written: percent-encoded query value. */
void html_query(struct html *h, struct str value);
/* Another sink's finished content (a fragment rendered before); NULL adds nothing. */
void html_add(struct html *h, const struct html *fragment);
static inline struct str html_str(const struct html *h) { return sb_str(&h->sb); }

/* What templates use for {{ value }}: picks by C type. There is no way to write unescaped text. */
static inline void html_value_i(struct html *h, int64_t n) { html_int(h, n); }
#define HTML_VALUE(h, v) \
	_Generic((v),                          \
	    struct str: html_text,             \
	    char *: html_textz,                \
	    const char *: html_textz,          \
	    struct html *: html_add,           \
	    const struct html *: html_add,     \
	    default: html_value_i)((h), (v))
/* The same inside attributes, where a fragment has no place. */
#define HTML_ATTR_VALUE(h, v) \
	_Generic((v), struct str : html_text, char * : html_textz, const char * : html_textz, default : html_value_i)((h), (v))
/* {% if value %}: a text that is not empty, a number that is not 0, a pointer that is not NULL. */
#define HTML_TRUE(v) (_Generic((v), struct str : (v), default : STR_NONE).len != 0 || _Generic((v), struct str : 0, default : (v)))
/* The address of a struct, or the pointer itself (5: GCC's pointer class), so that paths need one kind of dot. */
#define HTML_PTR(v) __builtin_choose_expr(__builtin_classify_type(v) == 5, (v), &(v))
