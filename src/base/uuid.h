/* UUID version 7 (RFC 9562): sixteen bytes, time-ordered, so that indexes grow at their end. */
#pragma once
#include "base/str.h"

struct uuid {
	uint8_t b[16];
};
#define UUID_NONE ((struct uuid){{0}})

struct uuid uuid_new(int64_t now_ms); /* increasing within the process, also inside one millisecond */
bool uuid_eq(struct uuid a, struct uuid b);
int uuid_cmp(struct uuid a, struct uuid b);
bool uuid_none(struct uuid u);
bool uuid_parse(struct str s, struct uuid *out) MUST_CHECK; /* 36 characters with hyphens, either case */
struct str uuid_text(struct arena *a, struct uuid u);
#define UUID_TEXT_LEN 36
void uuid_write(char out[UUID_TEXT_LEN], struct uuid u);
