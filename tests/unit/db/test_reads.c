/* Reads that share one snapshot, and questions asked ahead, on both engines. */
#include "fixture.h"

#define TABLE "create table thing (n {int} not null primary key, word {text} not null) {strict}"
#define WORD SQL("select word from thing where n = ?1")

struct thing {
	int64_t n;
	struct str word;
};

static enum err add(struct cx *cx, void *arg)
{
	const struct thing *t = arg;
	return db_exec(cx, SQL("insert into thing (n, word) values (?1, ?2)"), DB_I(t->n), DB_S(t->word));
}

/* Written by somebody else. */
static enum err add_elsewhere(struct db *db, int64_t n, const char *word)
{
	struct cx cx;
	cx_begin(&cx, db);
	struct thing t = {n, str_of(word)};
	enum err e = db_tx(&cx, DB_WRITE, add, &t);
	if (!e) e = db_wait_durable(&cx);
	cx_end(&cx);
	return e;
}

static int64_t count(struct cx *cx) { return number_of(cx, SQL("select count(*) from thing")); }

static void begin(struct store *s)
{
	store_open(s);
	REQUIRE(sql(&s->cx, TABLE) == OK && add_elsewhere(s->db, 1, "one") == OK && add_elsewhere(s->db, 2, "two") == OK);
}

static void test_one_snapshot(void)
{
	struct store s;
	begin(&s);
	db_reads_begin(&s.cx);
	CHECK_INT(count(&s.cx), 2);
	REQUIRE(add_elsewhere(s.db, 3, "three") == OK);
	CHECK_INT(count(&s.cx), 2); /* of the same moment */
	db_reads_end(&s.cx);
	CHECK_INT(count(&s.cx), 3);
	REQUIRE(add_elsewhere(s.db, 4, "four") == OK);
	CHECK_INT(count(&s.cx), 4); /* each read by itself */
	store_close(&s);
}

static void test_write_ends_it(void)
{
	struct store s;
	begin(&s);
	db_reads_begin(&s.cx);
	CHECK_INT(count(&s.cx), 2);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, add, &(struct thing){3, STR("three")}), OK);
	CHECK_INT(count(&s.cx), 3); /* what it wrote itself */
	REQUIRE(add_elsewhere(s.db, 4, "four") == OK);
	CHECK_INT(count(&s.cx), 3);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, add, &(struct thing){3, STR("again")}), ERR_CONFLICT);
	CHECK_INT(count(&s.cx), 4);
	db_reads_end(&s.cx);
	store_close(&s);
}

static enum err wrong(struct cx *cx, void *arg)
{
	int64_t n;
	return db_number(cx, &n, SQL("select no_such_column from thing"));
}

static enum err refuse(struct cx *cx, void *arg) { return ERR_REFUSED; }

static void test_failures(void)
{
	struct store s;
	begin(&s);
	db_reads_begin(&s.cx);
	CHECK_INT(count(&s.cx), 2);
	REQUIRE(add_elsewhere(s.db, 3, "three") == OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, refuse, NULL), ERR_REFUSED); /* says no; nothing is broken */
	CHECK_INT(count(&s.cx), 2);
	CHECK_INT(db_tx(&s.cx, DB_READ, wrong, NULL), ERR_BUG);
	CHECK_INT(count(&s.cx), 3); /* a new one */
	db_reads_end(&s.cx);
	db_reads_end(&s.cx);
	CHECK_INT(count(&s.cx), 3);
	store_close(&s);
}

/* Rows left open when the function returns. */
static enum err leave_open(struct cx *cx, void *arg)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select n, word from thing order by n")));
	return db_next(&rows) ? OK : ERR_BUG;
}

struct asked {
	struct str word[3];
	bool few;
};

static enum err word_of(struct cx *cx, int64_t n, bool few, struct str *out)
{
	struct db_rows rows;
	*out = STR_NONE;
	TRY(few ? db_query_few(cx, &rows, WORD, DB_I(n)) : db_query(cx, &rows, WORD, DB_I(n)));
	while (db_next(&rows))
		*out = db_str(&rows, 0);
	return rows.err;
}

static enum err ask_ahead(struct cx *cx, void *arg)
{
	struct asked *a = arg;
	int64_t n;
	TRY(db_ahead(cx, WORD, DB_I(1)));
	TRY(db_ahead(cx, WORD, DB_I(2))); /* one at a time: this one is asked when it comes */
	TRY(db_number(cx, &n, SQL("select count(*) from thing")));
	TRY(word_of(cx, 2, true, &a->word[1]));
	TRY(word_of(cx, 1, a->few, &a->word[0]));
	return word_of(cx, 1, true, &a->word[2]); /* asked again, the answer is gone and asked anew */
}

static enum err ask_at_once(struct cx *cx, void *arg)
{
	TRY(db_ahead(cx, WORD, DB_I(2)));
	return word_of(cx, 2, true, arg);
}

static enum err ask_for_nothing(struct cx *cx, void *arg)
{
	TRY(db_ahead(cx, WORD, DB_I(2)));
	return OK;
}

static void check_asked(struct store *s)
{
	for (int round = 0; round < 4; round++) { /* the first prepares the statement */
		struct asked a = {.few = round % 2};
		struct str word;
		CHECK_INT(db_tx(&s->cx, DB_READ, ask_ahead, &a), OK);
		CHECK_STR(a.word[0], "one");
		CHECK_STR(a.word[1], "two");
		CHECK_STR(a.word[2], "one");
		CHECK_INT(db_tx(&s->cx, DB_READ, ask_at_once, &word), OK);
		CHECK_STR(word, "two");
		CHECK_INT(db_tx(&s->cx, DB_READ, ask_for_nothing, NULL), OK);
		CHECK_INT(db_tx(&s->cx, DB_READ, leave_open, NULL), OK);
		CHECK_INT(count(&s->cx), 2);
	}
}

static void test_ahead(void)
{
	struct store s;
	begin(&s);
	check_asked(&s);
	db_reads_begin(&s.cx);
	check_asked(&s);
	db_reads_end(&s.cx);
	check_asked(&s);
	store_close(&s);
}

/* An answer is of its moment: after a write of one's own the question is asked anew. */
static void test_ahead_then_write(void)
{
	struct store s;
	struct str word;
	begin(&s);
	CHECK_INT(db_tx(&s.cx, DB_READ, ask_at_once, &word), OK);
	db_reads_begin(&s.cx);
	CHECK_INT(db_tx(&s.cx, DB_READ, ask_for_nothing, NULL), OK);
	CHECK_INT(sql(&s.cx, "update thing set word = 'deux' where n = 2"), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, ask_at_once, &word), OK);
	CHECK_STR(word, "deux");
	db_reads_end(&s.cx);
	store_close(&s);
}

#define ROOT SQL("select 10 / n from thing where n = ?1 or n = 0 order by n")

static enum err divide(struct cx *cx, void *arg)
{
	struct db_rows rows;
	bool ahead = *(bool *)arg;
	int64_t n;
	if (ahead) TRY(db_ahead(cx, ROOT, DB_I(1)));
	TRY(db_number(cx, &n, SQL("select count(*) from thing")));
	TRY(db_query_few(cx, &rows, ROOT, DB_I(1)));
	while (db_next(&rows))
		;
	return rows.err;
}

/* What the server refuses of a question asked ahead is said, and the next read begins anew. */
static void test_ahead_fails(void)
{
	if (!on_postgres()) SKIP("SQLite divides by zero and asks nothing ahead");
	struct store s;
	bool ahead = false;
	begin(&s);
	CHECK_INT(db_tx(&s.cx, DB_READ, divide, &ahead), OK);
	REQUIRE(add_elsewhere(s.db, 0, "zero") == OK);
	ahead = true;
	for (int together = 0; together < 2; together++) {
		if (together) db_reads_begin(&s.cx);
		CHECK_INT(db_tx(&s.cx, DB_READ, divide, &ahead), ERR_BUG);
		CHECK_INT(count(&s.cx), 3);
	}
	db_reads_end(&s.cx);
	store_close(&s);
}

static void test_server_gone(void)
{
	if (!on_postgres()) SKIP("SQLite has no server");
	struct store s;
	begin(&s);
	db_reads_begin(&s.cx);
	CHECK_INT(count(&s.cx), 2);
	control("stop");
	CHECK(count(&s.cx) < 0); /* its moment is lost, and that is said */
	control("start");
	CHECK_INT(count(&s.cx), 2);
	db_reads_end(&s.cx);
	control("stop");
	control("start"); /* between two snapshots nobody notices */
	db_reads_begin(&s.cx);
	CHECK_INT(count(&s.cx), 2);
	db_reads_end(&s.cx);
	store_close(&s);
}

/* The same snapshot for as many readers as there are connections, and none is kept. */
static void test_connections_come_back(void)
{
	struct store s;
	begin(&s);
	for (int i = 0; i < 40; i++) {
		struct cx cx;
		cx_begin(&cx, s.db);
		db_reads_begin(&cx);
		CHECK_INT(count(&cx), 2);
		db_reads_end(&cx);
		cx_end(&cx);
	}
	store_close(&s);
}

TAP_MAIN(TAP(test_one_snapshot), TAP(test_write_ends_it), TAP(test_failures), TAP(test_ahead), TAP(test_ahead_then_write),
         TAP(test_ahead_fails), TAP(test_server_gone), TAP(test_connections_come_back))
