/* sb: a string builder in an arena, with a mandatory cap and a sticky error.
 * After the cap is passed nothing more is added and sb_failed() is true; check once, at the end. */
#pragma once
#include "base/str.h"

struct sb {
	struct arena *arena;
	char *ptr;
	size_t len, room, cap;
	bool failed;
};

void sb_init(struct sb *b, struct arena *a, size_t cap);
void sb_add(struct sb *b, struct str s);
void sb_addz(struct sb *b, const char *z);
void sb_char(struct sb *b, char c);
void sb_int(struct sb *b, int64_t n);
void sb_fmt(struct sb *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for `n` more bytes, to be written by the caller who then adds to len; NULL past the cap. */
char *sb_reserve(struct sb *b, size_t n);
static inline bool sb_failed(const struct sb *b) { return b->failed; }
static inline struct str sb_str(const struct sb *b) { return (struct str){b->ptr ? b->ptr : "", b->len}; }
#define SB_LIT(b, lit) sb_add((b), STR(lit))
