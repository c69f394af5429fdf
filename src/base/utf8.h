/* UTF-8: checking, stepping, and the fold used for search and sort. */
#pragma once
#include "base/str.h"

bool utf8_valid(struct str s);
/* The next code point, or -1 at the end or on a bad byte; moves *rest, past a bad byte too. */
int32_t utf8_next(struct str *rest);
size_t utf8_put(char out[4], uint32_t cp);
size_t utf8_count(struct str s); /* code points; for lengths that people see */
/* At most `max` code points of s. */
struct str utf8_head(struct str s, size_t max);

/* Fold: lower case, accents and ligatures of Latin script removed (Łódź -> lodz, Straße -> strasse, œ -> oe),
 * Greek and Cyrillic lower-cased with accents removed, dashes and apostrophes of all kinds to - and ', white space runs
 * to one space and none at the ends, a bad byte to "?". Always valid UTF-8, never longer than s; a fold folds to itself.
 * Both engines compare it bytewise. */
struct str utf8_fold(struct arena *a, struct str s);
/* Calls fn for each word of a folded text (letters and digits). */
void utf8_words(struct str folded, void (*fn)(void *arg, struct str word), void *arg);
/* Latin-1/Windows-1252 to UTF-8, for files that old tools export. The five bytes without a meaning
 * become U+FFFD. */
struct str utf8_from_cp1252(struct arena *a, struct str s);
