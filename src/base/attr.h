/* Compiler attributes and small helpers used everywhere. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define UNUSED __attribute__((unused))
#define STATIC_ASSERT(cond, msg) _Static_assert(cond, msg)

/* "Not known", for every kind of number that may be missing: law 3, unknown is never zero. */
#define UNKNOWN INT64_MIN
