/* Values, rows, statements, batches, savepoints and errors: the same suite on both engines. */
#include "base/clock.h"
#include "fixture.h"
#include <pthread.h>

static const char *const table =
    "create table thing (id {id} primary key, tenant {tenant} not null, n {int}, word {text}, raw {bytes}, other {id}, "
    "constraint thing_n_small check (n < 1000000000000)) {strict};"
    "create unique index thing_word on thing (tenant, word)";

#define INSERT SQL("insert into thing (id, tenant, n, word, raw, other) values (?1, ?2, ?3, ?4, ?5, ?6)")

struct thing {
	struct uuid id, other;
	int64_t n;
	struct str word, raw;
};

static enum err insert_thing(struct cx *cx, void *arg)
{
	struct thing *t = arg;
	return db_exec(cx, INSERT, DB_ID(t->id), DB_I(1), DB_N(t->n), DB_S(t->word), DB_B(t->raw), DB_ID(t->other));
}

static struct thing new_thing(int64_t n, const char *word) { return (struct thing){.id = uuid_new(1), .n = n, .word = str_of(word)}; }

static enum err read_thing(struct cx *cx, void *arg)
{
	struct thing *t = arg;
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select id, n, word, raw, other from thing where id = ?1"), DB_ID(t->id)));
	if (!found) return ERR_NOT_FOUND;
	*t = (struct thing){db_id(&rows, 0), db_id(&rows, 4), db_int(&rows, 1), db_str(&rows, 2), db_bytes(&rows, 3)};
	db_done(&rows);
	return OK;
}

static void check_round_trip(struct store *s, struct thing t)
{
	struct thing back = {.id = t.id};
	CHECK_INT(db_tx(&s->cx, DB_WRITE, insert_thing, &t), OK);
	CHECK_INT(db_tx(&s->cx, DB_READ, read_thing, &back), OK);
	CHECK(uuid_eq(back.id, t.id) && uuid_eq(back.other, t.other));
	CHECK_INT(back.n, t.n);
	CHECK(str_eq(back.word, t.word));
	CHECK(str_eq(back.raw, t.raw));
}

static void test_values(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	check_round_trip(&s, (struct thing){.id = uuid_new(1), .n = UNKNOWN});
	check_round_trip(&s, (struct thing){.id = uuid_new(1), .n = 0, .word = STR(""), .raw = STR("")});
	check_round_trip(&s, (struct thing){uuid_new(1), uuid_new(2), -1, STR("Łódź – ?1 'x' \"y\""), STR("\0\1\xff")});
	check_round_trip(&s, (struct thing){.id = uuid_new(1), .n = INT64_MIN + 1, .word = STR("z")});
	check_round_trip(&s, (struct thing){.id = uuid_new(1), .n = 999999999999, .word = STR("\xf0\x9f\x8e\x93")});
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 5);
	CHECK_INT(number_of(&s.cx, SQL("select n from thing where word = 'nobody'")), UNKNOWN);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing where word = '?1 is text' -- and ?1 a comment")), 0);
	store_close(&s);
}

static void test_bad_text(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	struct thing nul = {.id = uuid_new(1), .n = 1, .word = STR("a\0b")}, latin = {.id = uuid_new(1), .n = 1, .word = STR("\xe9t\xe9")};
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &nul), ERR_INVALID);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &latin), ERR_INVALID);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 0);
	store_close(&s);
}

static enum err order_words(struct cx *cx, void *arg)
{
	struct db_rows rows;
	char *out = arg;
	TRY(db_query(cx, &rows, SQL("select word from thing order by word")));
	while (db_next(&rows)) {
		struct str w = db_str_view(&rows, 0);
		memcpy(out, w.ptr, w.len);
		out += w.len;
	}
	*out = '\0';
	return rows.err;
}

static void test_order_is_bytewise(void)
{
	struct store s;
	char out[64] = "";
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	const char *const words[] = {"b", "é", "B", "a", "_"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct thing t = new_thing(1, words[i]);
		CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &t), OK);
	}
	CHECK_INT(db_tx(&s.cx, DB_READ, order_words, out), OK);
	CHECK_Z(out, "B_abé");
	store_close(&s);
}

static void test_constraints(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(sql(&s.cx, "create table part (id {id} primary key, thing {id} not null references thing (id), tenant {int})"), OK);
	struct thing t = new_thing(1, "x"), same = new_thing(2, "x"), big = new_thing(1000000000000, "big");
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &t), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &same), ERR_CONFLICT);
	CHECK(s.cx.problems);
	if (s.cx.problems) CHECK_STR(s.cx.problems->field, "thing.word");
	cx_clear_problems(&s.cx);
	same.id = t.id;
	same.word = STR("y");
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &same), ERR_CONFLICT);
	if (s.cx.problems) CHECK_STR(s.cx.problems->field, "thing.id");
	cx_clear_problems(&s.cx);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, insert_thing, &big), ERR_INVALID);
	if (s.cx.problems) CHECK_STR(s.cx.problems->field, "thing_n_small");
	cx_clear_problems(&s.cx);
	CHECK_INT(sql(&s.cx, on_postgres() ? "insert into part values ('00000000-0000-7000-8000-000000000001', "
	                                     "'00000000-0000-7000-8000-000000000002')"
	                                   : "insert into part values (x'00', x'01', 1)"),
	          ERR_CONFLICT);
	cx_clear_problems(&s.cx);
	CHECK_INT(sql(&s.cx, on_postgres() ? "insert into part values ('00000000-0000-7000-8000-000000000001')"
	                                   : "insert into part (id) values (x'00')"),
	          ERR_INVALID);
	if (s.cx.problems) CHECK_STR(s.cx.problems->field, "part.thing");
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 1);
	CHECK_INT(db_stats(s.db).refused, 5);
	store_close(&s);
}

/* A deferred reference is checked when its own transaction ends, not later with others. */
static void test_deferred_reference(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, "create table tree (id {int} primary key, parent {int} references tree (id) "
	                     "deferrable initially deferred)"),
	          OK);
	CHECK_INT(sql(&s.cx, "insert into tree values (2, 1); insert into tree values (1, null)"), OK);
	CHECK_INT(sql(&s.cx, "insert into tree values (4, 3)"), ERR_CONFLICT);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from tree")), 2);
	store_close(&s);
}

static enum err swallow(struct cx *cx, void *arg)
{
	struct thing t = new_thing(1, "x"), u = new_thing(2, "x"), v = new_thing(3, "z");
	TRY(insert_thing(cx, &t));
	(void)!insert_thing(cx, &u);
	CHECK_INT(insert_thing(cx, &v), ERR_CONFLICT); /* nothing more is done */
	return OK;
}

static void test_failed_statement_ends_transaction(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, swallow, NULL), ERR_CONFLICT);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 0);
	store_close(&s);
}

static enum err two_then_refuse(struct cx *cx, void *arg)
{
	struct thing t = new_thing(5, "inner"), u = new_thing(6, "outer");
	TRY(insert_thing(cx, &t));
	return insert_thing(cx, &u);
}

static enum err fine(struct cx *cx, void *arg)
{
	struct thing t = new_thing(7, "kept");
	return insert_thing(cx, &t);
}

static enum err with_savepoints(struct cx *cx, void *arg)
{
	struct thing t = new_thing(1, "outer"), last = new_thing(2, "last");
	TRY(insert_thing(cx, &t));
	CHECK_INT(db_savepoint(cx, two_then_refuse, NULL), ERR_CONFLICT);
	TRY(db_savepoint(cx, fine, NULL));
	return insert_thing(cx, &last);
}

static void test_savepoint(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, with_savepoints, NULL), OK);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 3);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing where word = 'inner'")), 0);
	store_close(&s);
}

static enum err refuse(struct cx *cx, void *arg)
{
	TRY(fine(cx, NULL));
	return ERR_REFUSED;
}

static enum err ignore_nested(struct cx *cx, void *arg)
{
	struct thing t = new_thing(1, "outer");
	TRY(insert_thing(cx, &t));
	(void)!db_tx(cx, DB_WRITE, refuse, NULL);
	return OK;
}

static enum err read_inside(struct cx *cx, void *arg)
{
	struct thing t = new_thing(1, "mine");
	TRY(insert_thing(cx, &t));
	CHECK_INT(number_of(cx, SQL("select count(*) from thing")), 1); /* its own row */
	return OK;
}

static void test_nested(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, ignore_nested, NULL), ERR_REFUSED); /* no half of it stays */
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 0);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, read_inside, NULL), OK);
	store_close(&s);
}

static enum err write_in_read(struct cx *cx, void *arg) { return db_exec(cx, SQL("delete from thing")); }

static enum err wrong_sql(struct cx *cx, void *arg) { return db_exec(cx, SQL("delete from nothing_here")); }

static void test_wrong_sql(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, write_in_read, NULL), ERR_BUG);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, wrong_sql, NULL), ERR_BUG);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 0);
	store_close(&s);
}

/* Rows that stay open while other statements run, also the same one. */
#define MANY 3000
static enum err fill(struct cx *cx, void *arg)
{
	struct db_batch b;
	TRY(db_batch_begin(cx, &b, INSERT));
	for (int64_t i = 0; i < *(int64_t *)arg; i++) {
		char word[24];
		snprintf(word, sizeof word, "w%07d", (int)i);
		struct db_arg args[] = {DB_ID(uuid_new(1)), DB_I(1), DB_I(i), DB_S(str_of(word)), DB_B(STR_NONE), DB_ID(UUID_NONE)};
		TRY(db_batch_add(&b, args, ARRAY_LEN(args)));
	}
	return db_batch_end(&b);
}

static enum err walk_and_change(struct cx *cx, struct db_rows *rows, int64_t *sum)
{
	int64_t changed;
	while (db_next(rows)) {
		int64_t n = db_int(rows, 0);
		struct str word = db_str_view(rows, 1);
		if (n % 3 == 0) TRY(db_exec_count(cx, &changed, SQL("update thing set raw = ?2 where n = ?1"), DB_I(n), DB_B(STR("x"))));
		if (n % 3 == 0) CHECK_INT(changed, 1);
		char want[24];
		snprintf(want, sizeof want, "w%07d", (int)n);
		CHECK_STR(word, want); /* the view outlives the statement */
		*sum += n;
	}
	return rows->err;
}

static enum err walk_stream(struct cx *cx, void *arg)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select n, word from thing order by n")));
	return walk_and_change(cx, &rows, arg);
}

static enum err walk_big(struct cx *cx, void *arg)
{
	struct db_rows rows;
	TRY(db_query_big(cx, &rows, SQL("select n, word from thing where n < ?1 order by n"), DB_I(MANY)));
	return walk_and_change(cx, &rows, arg);
}

static enum err walk_twice(struct cx *cx, void *arg)
{
	struct db_rows a, b;
	int64_t *pairs = arg;
	TRY(db_query(cx, &a, SQL("select n from thing where n < ?1 order by n"), DB_I(20)));
	while (db_next(&a)) {
		TRY(db_query(cx, &b, SQL("select n from thing where n < ?1 order by n"), DB_I(20)));
		for (int i = 0; i < 10 && db_next(&b); i++)
			++*pairs;
		db_done(&b); /* early */
		if (b.err) return b.err;
	}
	return a.err;
}

static enum err leave_open(struct cx *cx, void *arg)
{
	struct db_rows a;
	TRY(db_query(cx, &a, SQL("select n from thing order by n")));
	CHECK(db_next(&a));
	return OK;
}

static void test_open_rows(void)
{
	struct store s;
	int64_t sum = 0, pairs = 0, many = MANY;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_BULK, fill, &many), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, walk_stream, &sum), OK);
	CHECK_INT(sum, MANY * (MANY - 1) / 2);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing where raw is not null")), MANY / 3);
	sum = 0;
	CHECK_INT(db_tx(&s.cx, DB_WRITE, walk_big, &sum), OK);
	CHECK_INT(sum, MANY * (MANY - 1) / 2);
	CHECK_INT(db_tx(&s.cx, DB_READ, walk_twice, &pairs), OK);
	CHECK_INT(pairs, 200);
	CHECK_INT(db_tx(&s.cx, DB_READ, leave_open, NULL), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, leave_open, NULL), OK);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), MANY);
	store_close(&s);
}

/* More texts than the cache holds, some twice. */
static enum err many_texts(struct cx *cx, void *arg)
{
	for (int i = 0; i < 3 * STMT_CACHE_MAX; i++) {
		struct db_rows rows;
		bool found;
		char text[64];
		snprintf(text, sizeof text, "select ?1 + %d", i % (STMT_CACHE_MAX + 50));
		TRY(db_one(cx, &rows, &found, (struct sql){text}, DB_I(1000)));
		CHECK_INT(db_int(&rows, 0), 1000 + i % (STMT_CACHE_MAX + 50));
		db_done(&rows);
	}
	return OK;
}

static void test_statement_cache(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(db_tx(&s.cx, DB_READ, many_texts, NULL), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, many_texts, NULL), OK);
	store_close(&s);
}

static enum err returning(struct cx *cx, void *arg)
{
	struct db_rows rows;
	int64_t changed;
	TRY(db_query(cx, &rows, SQL("insert into thing (id, tenant, n) values (?1, 1, 5) returning n + 1"), DB_ID(uuid_new(1))));
	CHECK(db_next(&rows));
	CHECK_INT(db_int(&rows, 0), 6);
	CHECK(!db_next(&rows));
	TRY(rows.err);
	TRY(db_exec_count(cx, &changed, SQL("update thing set n = n + 1")));
	CHECK_INT(changed, 1);
	TRY(db_exec_count(cx, &changed, SQL("delete from thing where n = 99")));
	CHECK_INT(changed, 0);
	return OK;
}

static void test_returning(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, returning, NULL), OK);
	store_close(&s);
}

/* Two batches in turn, with a statement between, and an error that the pipeline finds late. */
static enum err two_batches(struct cx *cx, void *arg)
{
	struct db_batch a, b;
	int64_t n;
	TRY(db_batch_begin(cx, &a, INSERT));
	TRY(db_batch_begin(cx, &b, SQL("update thing set raw = ?2 where n = ?1")));
	for (int i = 0; i < 100; i++) {
		struct db_arg add[] = {DB_ID(uuid_new(1)), DB_I(1), DB_I(i), DB_S(STR_NONE), DB_B(STR_NONE), DB_ID(UUID_NONE)};
		struct db_arg mark[] = {DB_I(i), DB_B(STR("seen"))};
		TRY(db_batch_add(&a, add, ARRAY_LEN(add)));
		TRY(db_batch_add(&b, mark, ARRAY_LEN(mark)));
		if (i != 50) continue;
		TRY(db_number(cx, &n, SQL("select count(*) from thing where raw is not null")));
		CHECK_INT(n, 51);
	}
	TRY(db_batch_end(&a));
	return db_batch_end(&b);
}

static enum err bad_batch(struct cx *cx, void *arg)
{
	struct db_batch a;
	struct uuid id = uuid_new(1);
	enum err e = db_batch_begin(cx, &a, INSERT);
	for (int i = 0; i < 1000 && !e; i++) {
		struct db_arg add[] = {
		    DB_ID(i % 300 ? uuid_new(1) : id), DB_I(1), DB_I(i), DB_S(STR_NONE), DB_B(STR_NONE), DB_ID(UUID_NONE)};
		e = db_batch_add(&a, add, ARRAY_LEN(add));
	}
	(void)!db_batch_end(&a);
	return OK; /* even so */
}

static void test_batches(void)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, two_batches, NULL), OK);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing where raw is not null")), 100);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, bad_batch, NULL), ERR_CONFLICT);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 100);
	store_close(&s);
}

static enum err sum_words(struct cx *cx, void *arg)
{
	struct db_rows rows;
	int64_t *bytes = arg;
	TRY(db_query(cx, &rows, SQL("select word from thing")));
	while (db_next(&rows))
		*bytes += (int64_t)db_str_view(&rows, 0).len;
	return rows.err;
}

static void test_memory_is_flat(void)
{
	struct store s;
	int64_t bytes = 0, warm = 80000, many = 100000;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(db_tx(&s.cx, DB_BULK, fill, &warm), OK);
	CHECK_INT(sql(&s.cx, "delete from thing"), OK);
	int64_t before = resident_kib();
	CHECK_INT(db_tx(&s.cx, DB_BULK, fill, &many), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, sum_words, &bytes), OK);
	CHECK_INT(bytes, many * 8);
	int64_t grown = resident_kib() - before;
	printf("# resident memory grew by %lld KiB over 100,000 rows\n", (long long)grown);
	if (!SANITIZED) CHECK(grown < 6 * 1024);
	store_close(&s);
}

/* The connection is lost, the server stops and comes back. */
static enum err stop_inside(struct cx *cx, void *arg)
{
	TRY(fine(cx, NULL));
	control("stop");
	return db_exec(cx, SQL("delete from thing"));
}

static void test_gone_and_back(void)
{
	if (!on_postgres()) SKIP("SQLite has no server");
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	control("stop");
	control("start"); /* between two transactions nobody notices */
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 0);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, stop_inside, NULL), ERR_DATABASE);
	int64_t start_us = clock_monotonic_us();
	CHECK_INT(db_tx(&s.cx, DB_WRITE, fine, NULL), ERR_DATABASE);
	CHECK(clock_monotonic_us() - start_us < 2000000); /* a clear answer, soon */
	control("start");
	CHECK_INT(db_tx(&s.cx, DB_WRITE, fine, NULL), OK);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 1);
	store_close(&s);
}

/* A rule over several rows: both read that one place is free, one of them must look again. */
static pthread_barrier_t both_have_read;
static enum err take_seat(struct cx *cx, void *arg)
{
	int64_t taken, *tries = arg;
	TRY(db_number(cx, &taken, SQL("select count(*) from thing")));
	if (!(*tries)++ && on_postgres()) pthread_barrier_wait(&both_have_read);
	if (taken) return ERR_REFUSED;
	struct thing t = new_thing(1, NULL);
	return insert_thing(cx, &t);
}

static void *seat_thread(void *arg)
{
	struct cx cx;
	int64_t tries = 0;
	cx_begin(&cx, arg);
	enum err e = db_tx(&cx, DB_WRITE, take_seat, &tries);
	cx_end(&cx);
	return (void *)(uintptr_t)e;
}

static void test_last_seat(void)
{
	struct store s;
	pthread_t a, b;
	void *ea, *eb;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	pthread_barrier_init(&both_have_read, NULL, 2);
	REQUIRE(!pthread_create(&a, NULL, seat_thread, s.db));
	REQUIRE(!pthread_create(&b, NULL, seat_thread, s.db));
	pthread_join(a, &ea);
	pthread_join(b, &eb);
	CHECK_INT((uintptr_t)ea + (uintptr_t)eb, (uintptr_t)ERR_REFUSED);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from thing")), 1);
	if (on_postgres()) CHECK_INT(db_stats(s.db).retries, 1);
	store_close(&s);
}

static enum err always_again(struct cx *cx, void *arg)
{
	++*(int *)arg;
	(void)!fail(cx, ERR_BUSY, NULL, M_db_busy);
	cx->tx->again = true;
	return ERR_BUSY;
}

static void test_retry_is_bounded(void)
{
	struct store s;
	int tries = 0;
	store_open(&s);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, always_again, &tries), ERR_BUSY);
	CHECK_INT(tries, 30);
	CHECK(s.cx.problems && !s.cx.problems->next); /* told once */
	CHECK_INT(db_stats(s.db).busy, 1);
	store_close(&s);
}

static enum err knock(struct cx *cx, void *arg)
{
	db_notify(cx, "jobs");
	return arg ? ERR_REFUSED : OK;
}

static void *knock_later(void *arg)
{
	struct cx cx;
	cx_begin(&cx, arg);
	usleep(100000);
	enum err e = db_tx(&cx, DB_WRITE, knock, NULL);
	cx_end(&cx);
	return (void *)(uintptr_t)e;
}

static void test_notify(void)
{
	struct store s;
	pthread_t t;
	int64_t seen = 0;
	bool woken;
	store_open(&s);
	CHECK_INT(db_wait_notify(&s.cx, "jobs", &seen, 0, &woken), OK);
	CHECK(woken); /* what came before is looked at once */
	CHECK_INT(db_tx(&s.cx, DB_WRITE, knock, &seen), ERR_REFUSED);
	CHECK_INT(db_wait_notify(&s.cx, "jobs", &seen, 50, &woken), OK);
	CHECK(!woken);
	REQUIRE(!pthread_create(&t, NULL, knock_later, s.db));
	int64_t start_us = clock_monotonic_us();
	CHECK_INT(db_wait_notify(&s.cx, "jobs", &seen, 10000, &woken), OK);
	CHECK(woken && clock_monotonic_us() - start_us < 5000000);
	pthread_join(t, NULL);
	store_close(&s);
}

TAP_MAIN(TAP(test_values), TAP(test_bad_text), TAP(test_order_is_bytewise), TAP(test_constraints), TAP(test_deferred_reference),
         TAP(test_failed_statement_ends_transaction), TAP(test_savepoint), TAP(test_nested), TAP(test_wrong_sql), TAP(test_open_rows),
         TAP(test_statement_cache), TAP(test_returning), TAP(test_batches), TAP(test_memory_is_flat), TAP(test_gone_and_back),
         TAP(test_last_seat), TAP(test_retry_is_bounded), TAP(test_notify))
