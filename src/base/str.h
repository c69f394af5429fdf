/* str: a borrowed view of bytes, usually UTF-8. ptr NULL means "absent"; len 0 with ptr set means "empty".
 * A str lives as long as the memory it points into; functions that take an arena return a copy in it. */
#pragma once
#include "base/arena.h"
#include <stdarg.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(lit) ((struct str){"" lit "", sizeof(lit) - 1})
#define STR_NONE ((struct str){0})
/* For printf: printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

struct str str_of(const char *z); /* NULL gives STR_NONE */
static inline bool str_present(struct str s) { return s.ptr != NULL; }
static inline bool str_blank(struct str s) { return s.len == 0; }

bool str_eq(struct str a, struct str b); /* absent equals only absent */
bool str_is(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* bytewise; absent first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s);
struct str str_sub(struct str s, size_t from, size_t len); /* clipped to s */
#define STR_NPOS ((size_t)-1)
size_t str_find(struct str s, struct str needle); /* STR_NPOS when not found */
size_t str_find_char(struct str s, char c);
/* Cuts `*rest` at the next `sep`: gives the part before it, false when nothing is left. After the last part `*rest` is
 * absent: "a," gives "a" and ""; "" gives ""; absent gives nothing. */
bool str_split(struct str *rest, char sep, struct str *part);

/* Strict decimal, whole string, optional '-'; false on anything else or overflow. INT64_MIN is refused:
 * it means UNKNOWN. */
bool str_to_i64(struct str s, int64_t *out) MUST_CHECK;
/* Decimal to fixed point with `digits` decimals, '.' or ',' accepted: "12,5" with 2 gives 1250.
 * More decimals than `digits`, a bare "," or a separator of thousands: false. */
bool str_to_fixed(struct str s, int digits, int64_t *out) MUST_CHECK;
uint64_t str_hash(struct str s); /* differs from one run to the next: never store it */

struct str str_copy(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s); /* ASCII */
struct str str_concat(struct arena *a, struct str x, struct str y);
struct str str_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str str_vfmt(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
const char *str_z(struct arena *a, struct str s); /* NUL-terminated copy; "" for absent */
