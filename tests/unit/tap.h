/* Unit tests that speak TAP 13: a table of functions, one line "ok" or "not ok" for each.
 * A check that fails prints its file:line and the values, and the test function goes on; the exit code is then 1.
 *
 *   static void test_thing(void) { CHECK_INT(thing(), 3); }
 *   TAP_MAIN(TAP(test_thing), TAP(test_other))
 */
#pragma once
#include "base/str.h"
#include <inttypes.h>

static struct {
	int failures;     /* in the test that runs */
	int failed_tests; /* in all */
	const char *skip; /* why the test that runs was not done */
} tap;

/* Checks from other threads would mix their lines: collect there, check in the test's thread. */
#define TAP_FAILURE(fmt, ...)                                                  \
	do {                                                                   \
		tap.failures++;                                                \
		printf("# %s:%d: " fmt "\n", __FILE__, __LINE__, __VA_ARGS__); \
	} while (0)

#define CHECK(cond)                                    \
	do {                                           \
		if (!(cond)) TAP_FAILURE("%s", #cond); \
	} while (0)

#define CHECK_INT(got, want)                                                                          \
	do {                                                                                          \
		int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                               \
		if (got_ != want_) TAP_FAILURE("%s is %" PRId64 ", not %" PRId64, #got, got_, want_); \
	} while (0)

/* got: struct str; want: a C string, or NULL for absent */
#define CHECK_STR(got, want)                                        \
	do {                                                        \
		struct str got_ = (got), want_ = str_of(want);      \
		if (!str_eq(got_, want_)) {                         \
			TAP_FAILURE("%s is not as expected", #got); \
			tap_show("got ", got_);                     \
			tap_show("want", want_);                    \
		}                                                   \
	} while (0)

/* Both C strings. */
#define CHECK_Z(got, want) CHECK_STR(str_of(got), (want))

#define CHECK_MEM(got, want, size)                                    \
	do {                                                          \
		const void *got_ = (got), *want_ = (want);            \
		size_t size_ = (size);                                \
		if (memcmp(got_, want_, size_) != 0) {                \
			TAP_FAILURE("%s is not as expected", #got);   \
			tap_show("got ", (struct str){got_, size_});  \
			tap_show("want", (struct str){want_, size_}); \
		}                                                     \
	} while (0)

/* Like CHECK, and leaves the test function: what follows would make no sense. */
#define REQUIRE(cond)                             \
	do {                                      \
		if (!(cond)) {                    \
			TAP_FAILURE("%s", #cond); \
			return;                   \
		}                                 \
	} while (0)

/* Leaves the test function; `reason` is a literal or lives on. */
#define SKIP(reason)                 \
	do {                         \
		tap.skip = (reason); \
		return;              \
	} while (0)

/* Bytes that a terminal shows; the rest as \xNN. */
__attribute__((unused)) static void tap_show(const char *label, struct str s)
{
	printf("#   %s: ", label);
	if (!s.ptr) {
		printf("(absent)\n");
		return;
	}
	putchar('"');
	for (size_t i = 0; i < s.len && i < 2000; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c < ' ' || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	printf("\" (%zu bytes)\n", s.len);
}

struct tap_test {
	const char *name;
	void (*run)(void);
};
#define TAP(fn)         \
	{               \
#fn, fn \
	}
#define TAP_MAIN(...)                                                 \
	int main(void)                                                \
	{                                                             \
		static const struct tap_test tests[] = {__VA_ARGS__}; \
		return tap_run(tests, ARRAY_LEN(tests));              \
	}

__attribute__((unused)) static int tap_run(const struct tap_test *tests, size_t n)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* a crash must not swallow the lines before it */
	printf("TAP version 13\n");
	for (size_t i = 0; i < n; i++) {
		tap.failures = 0;
		tap.skip = NULL;
		tests[i].run();
		const char *result = tap.failures ? "not ok" : "ok";
		if (tap.skip && !tap.failures)
			printf("%s %zu - %s # SKIP %s\n", result, i + 1, tests[i].name, tap.skip);
		else
			printf("%s %zu - %s\n", result, i + 1, tests[i].name);
		tap.failed_tests += tap.failures > 0;
	}
	printf("1..%zu\n", n);
	return tap.failed_tests > 0;
}

/* The data that tests read and that is not part of the source: NULL when it is not there. */
__attribute__((unused)) static const char *tap_shared_dir(void)
{
	const char *dir = getenv("PASSERELLE_SHARED");
	return dir && *dir ? dir : NULL;
}
