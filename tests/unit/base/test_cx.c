/* The context, its problems, the table of codes, and the log that both write to. */
#include "tap.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/cx.h"
#include "base/log.h"
#include "base/rand.h"

enum { M_first = 7, M_second = 8 };

/* What fn writes to standard error. */
static struct str captured(struct arena *a, void (*fn)(void *), void *arg)
{
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	fn(arg);
	dup2(kept, STDERR_FILENO);
	close(kept);
	size_t size = (size_t)lseek(fileno(file), 0, SEEK_END);
	char *text = arena_alloc(a, size);
	rewind(file);
	size_t got = fread(text, 1, size, file);
	fclose(file);
	return (struct str){text, got};
}

static void test_begin(void)
{
	struct cx x, y;
	int64_t before = clock_now_ms();
	cx_begin(&x, NULL);
	cx_begin(&y, NULL);
	CHECK_INT(x.lang, LANG_FR);
	CHECK(x.now_ms >= before && x.now_ms <= clock_now_ms());
	CHECK_INT(x.request_id.len, 12);
	for (size_t i = 0; i < x.request_id.len; i++)
		CHECK(str_find_char(STR("abcdefghijklmnopqrstuvwxyz234567"), x.request_id.ptr[i]) != STR_NPOS);
	CHECK(!str_eq(x.request_id, y.request_id));
	CHECK_INT(x.tenant, 0);
	CHECK(x.problems == NULL && x.actor == NULL);
	cx_end(&x);
	cx_end(&y);
}

static enum err refuse(struct cx *cx, const char *value)
{
	TRY(OK);
	TRY(fail(cx, ERR_INVALID, "pic", M_first, ARG_Z("value", value), ARG_N("n", 9)));
	return ERR_BUG;
}

static void test_fail_gathers_problems(void)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	char value[] = "12 34";
	CHECK_INT(refuse(&cx, value), ERR_INVALID);
	memset(value, 'x', sizeof(value) - 1); /* a problem outlives the values that it names */
	CHECK_INT(fail(&cx, ERR_REFUSED, NULL, M_second), ERR_REFUSED);
	const struct problem *p = cx.problems;
	REQUIRE(p && p->next && !p->next->next);
	CHECK_INT(p->code, ERR_INVALID);
	CHECK_STR(p->field, "pic");
	CHECK_INT(p->msg, M_first);
	CHECK_Z(p->args[0].name, "value");
	CHECK_STR(p->args[0].text, "12 34");
	CHECK_INT(p->args[0].num, UNKNOWN);
	CHECK_Z(p->args[1].name, "n");
	CHECK_INT(p->args[1].num, 9);
	CHECK(p->args[2].name == NULL);
	CHECK(strstr(p->place, "test_cx.c:") != NULL);
	CHECK_STR(p->next->field, NULL);
	CHECK(p->next->args && p->next->args[0].name == NULL);
	cx_clear_problems(&cx);
	CHECK(cx.problems == NULL);
	CHECK_INT(fail(&cx, ERR_STALE, "version", M_first), ERR_STALE);
	CHECK(cx.problems && cx.problems->code == ERR_STALE && !cx.problems->next);
	cx_end(&cx);
}

static void fail_by_our_fault(void *cx)
{
	enum err e = fail((struct cx *)cx, ERR_BUG, "password", M_first, ARG_Z("value", "hunter2"));
	CHECK_INT(e, ERR_BUG);
}

static void fail_by_the_user(void *cx)
{
	enum err e = fail((struct cx *)cx, ERR_INVALID, "password", M_first, ARG_Z("value", "hunter2"));
	CHECK_INT(e, ERR_INVALID);
}

static void test_our_faults_are_logged_without_values(void)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	struct str line = captured(cx.arena, fail_by_our_fault, &cx);
	CHECK(str_find(line, STR(" ERROR ")) != STR_NPOS);
	CHECK(str_find(line, STR("test_cx.c:")) != STR_NPOS);
	CHECK(str_find(line, STR("bug")) != STR_NPOS);
	CHECK(str_find(line, cx.request_id) != STR_NPOS);
	CHECK(str_find(line, STR("hunter2")) == STR_NPOS);
	CHECK_STR(captured(cx.arena, fail_by_the_user, &cx), "");
	cx_end(&cx);
}

static void test_codes(void)
{
	CHECK_Z(err_name(ERR_STALE), "stale");
	CHECK_INT(err_http(ERR_STALE), 412);
	CHECK_INT(err_exit(ERR_SYNTAX), 2);
	CHECK_INT(err_exit(OK), 0);
	CHECK_INT(err_blame(ERR_PARTNER), BLAME_PARTNER);
	CHECK_INT(err_blame(ERR_BUG), BLAME_OURS);
	CHECK_INT(err_level(ERR_PARTNER), LOG_WARN);
	CHECK_Z(err_name((enum err)999), "bug");
	for (int e = OK; e < ERR_COUNT; e++) {
		CHECK(err_name((enum err)e) != NULL);
		CHECK(err_http((enum err)e) >= 200 && err_http((enum err)e) < 600);
		for (int f = OK; f < e; f++)
			CHECK(strcmp(err_name((enum err)e), err_name((enum err)f)) != 0);
	}
}

static void log_forged(void *arg) { log_warn("name: %s", (const char *)arg); }

static void log_long(void *arg) { log_info("%05000d", 1); }

static void log_quiet(void *arg) { log_debug("nobody asked"); }

static void test_log_lines(void)
{
	struct arena *a = arena_new();
	char forged[] = "x\n2027-01-01T00:00:00.000Z ERROR forged";
	struct str line = captured(a, log_forged, forged);
	CHECK_INT(str_find_char(line, '\n'), line.len - 1);
	CHECK_INT(str_find(line, STR("Z WARN ")), 23);
	CHECK(str_find(line, STR("../")) == STR_NPOS);
	line = captured(a, log_long, NULL);
	CHECK(line.len > 1000 && line.len <= 2048 && line.ptr[line.len - 1] == '\n');
	CHECK_STR(captured(a, log_quiet, NULL), "");
	log_set_level(LOG_DEBUG);
	CHECK(captured(a, log_quiet, NULL).len > 0);
	log_set_level(LOG_INFO);
	arena_free(a);
}

static void test_seeded(void)
{
	struct rand_seeded r = {.state = 1234567};
	CHECK(rand_seeded_u64(&r) == 6457827717110365317u); /* the published sequence of splitmix64 */
	CHECK(rand_seeded_u64(&r) == 3203168211198807973u);
	int seen[6] = {0};
	for (int i = 0; i < 6000; i++)
		seen[rand_seeded_below(&r, 6)]++;
	for (int i = 0; i < 6; i++)
		CHECK(seen[i] > 800 && seen[i] < 1200);
	CHECK_INT(rand_seeded_below(&r, 1), 0);
	for (int i = 0; i < 100; i++)
		CHECK(rand_seeded_below(&r, UINT64_MAX / 2 + 2) < UINT64_MAX / 2 + 2);
}

static void test_random(void)
{
	unsigned char bytes[4096] = {0};
	rand_bytes(bytes, 0);
	CHECK_INT(bytes[0], 0);
	rand_bytes(bytes, sizeof(bytes));
	int ones = 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		ones += __builtin_popcount(bytes[i]);
	CHECK(ones > 15000 && ones < 17800); /* 16384 expected, 90 is one standard deviation */
	CHECK(rand_u64() != rand_u64());
}

static void test_clock(void)
{
	CHECK(clock_now_ms() > 1700000000000);
	int64_t t = clock_monotonic_us();
	CHECK(clock_monotonic_us() >= t);
}

TAP_MAIN(TAP(test_begin), TAP(test_fail_gathers_problems), TAP(test_our_faults_are_logged_without_values), TAP(test_codes),
         TAP(test_log_lines), TAP(test_seeded), TAP(test_random), TAP(test_clock))
