/* Group commit, parking, durability under kill -9, full disks: what becomes of writes between db_tx and the disk. */
#include "base/clock.h"
#include "fixture.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define THREADS 64
#define EACH 20

static const char *const table = "create table mark (writer {int} not null, n {int} not null, primary key (writer, n)) {strict}";
#define COUNT SQL("select count(*) from mark")

struct mark {
	int64_t writer, n;
	bool refuse;
};

static enum err write_mark(struct cx *cx, void *arg)
{
	struct mark *m = arg;
	TRY(db_exec(cx, SQL("insert into mark (writer, n) values (?1, ?2)"), DB_I(m->writer), DB_I(m->n)));
	return m->refuse ? ERR_REFUSED : OK;
}

/* Many threads; every fifth transaction is refused and leaves nothing. */

struct writer_arg {
	struct db *db;
	int64_t writer;
	int wrong;
};

static void *write_some(void *arg)
{
	struct writer_arg *w = arg;
	struct cx cx;
	cx_begin(&cx, w->db);
	for (int i = 0; i < EACH; i++) {
		struct mark m = {w->writer, i, i % 5 == 4};
		enum err e = db_tx(&cx, i == 7 ? DB_BULK : DB_WRITE, write_mark, &m);
		if (e != (m.refuse ? ERR_REFUSED : OK)) w->wrong++;
	}
	if (db_wait_durable(&cx)) w->wrong++;
	cx_end(&cx);
	return NULL;
}

static int run_threads(struct db *db, void *(*fn)(void *))
{
	static struct writer_arg args[THREADS];
	pthread_t t[THREADS];
	int wrong = 0;
	for (int i = 0; i < THREADS; i++) {
		args[i] = (struct writer_arg){db, i, 0};
		if (pthread_create(&t[i], NULL, fn, &args[i])) abort();
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		wrong += args[i].wrong;
	}
	return wrong;
}

static void check_many_writers(bool parking)
{
	struct store s;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	struct db_stats before = db_stats(s.db);
	db_set_parking(s.db, parking);
	CHECK_INT(run_threads(s.db, write_some), 0);
	db_set_parking(s.db, false);
	struct db_stats after = db_stats(s.db);
	CHECK_INT(number_of(&s.cx, COUNT), THREADS * EACH * 4 / 5);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from mark where n % 5 = 4")), 0);
	CHECK_INT(after.writes - before.writes, THREADS * EACH * 4 / 5);
	CHECK_INT(after.refused - before.refused, THREADS * EACH / 5);
	printf("# %lld writes in %lld flushes\n", (long long)(after.writes - before.writes), (long long)(after.commits - before.commits));
	if (!on_postgres()) CHECK(after.commits - before.commits < THREADS * EACH / 2);
	store_close(&s);
}

static void test_many_writers(void) { check_many_writers(false); }

static void test_many_writers_parking(void) { check_many_writers(true); }

/* The hook before a commit sees the group; when it fails the group is lost, and everybody in it is told. */

static atomic_int hook_fails;
static enum err hook(struct cx *cx)
{
	int64_t n;
	TRY(db_number(cx, &n, COUNT));
	if (atomic_load(&hook_fails)) return ERR_DATABASE;
	return db_exec(cx, SQL("insert into mark (writer, n) select -1, count(*) from mark where writer >= 0 on conflict do nothing"));
}

static void test_hook(void)
{
	if (on_postgres()) SKIP("a leased job does this on PostgreSQL");
	struct store s;
	struct mark m = {1, 1, false}, again = {1, 2, false};
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	db_set_before_commit(s.db, hook);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &m), OK);
	CHECK_INT(number_of(&s.cx, SQL("select n from mark where writer = -1")), 1);
	atomic_store(&hook_fails, 1);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &again), ERR_DATABASE);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_not_committed);
	db_set_parking(s.db, true);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &again), OK); /* not known yet */
	CHECK_INT(db_wait_durable(&s.cx), ERR_DATABASE);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &again), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, NULL, NULL), ERR_DATABASE); /* waits for the write before, and tells */
	atomic_store(&hook_fails, 0);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &again), OK);
	CHECK_INT(number_of(&s.cx, COUNT), 4); /* its own write is seen: two marks, two of the hook */
	db_set_parking(s.db, false);
	store_close(&s);
}

/* Parked replies: many open at once from one thread. */

static atomic_int told_ok, told_lost;
static void on_durable(void *arg, enum err err)
{
	atomic_fetch_add(err ? &told_lost : &told_ok, 1);
	sem_post(arg);
}

static void test_parked_replies(void)
{
	struct store s;
	sem_t told;
	store_open(&s);
	sem_init(&told, 0, 0);
	CHECK_INT(sql(&s.cx, table), OK);
	db_set_parking(s.db, true);
	for (int i = 0; i < 200; i++) {
		struct cx cx;
		struct mark m = {0, i, false};
		cx_begin(&cx, s.db);
		CHECK_INT(db_tx(&cx, DB_WRITE, write_mark, &m), OK);
		db_when_durable(&cx, on_durable, &told);
		CHECK(!cx.pending_commit);
		cx_end(&cx);
	}
	for (int i = 0; i < 200; i++)
		sem_wait(&told);
	CHECK_INT(told_ok, 200);
	CHECK_INT(told_lost, 0);
	db_set_parking(s.db, false);
	CHECK_INT(number_of(&s.cx, COUNT), 200);
	sem_destroy(&told);
	store_close(&s);
}

/* Full disk: the file may not grow any more. What was promised stays, what was not is refused with a clear reason, and when
 * there is room again writing goes on. */

static enum err write_much(struct cx *cx, void *arg)
{
	for (int64_t i = 0; i < 4000; i++) {
		struct mark m = {*(int64_t *)arg, i, false};
		TRY(write_mark(cx, &m));
		TRY(db_exec(cx, SQL("insert into filler (content) values (zeroblob(2000))")));
	}
	return OK;
}

static void test_full_disk(void)
{
	if (on_postgres()) SKIP("the server's disk");
	struct store s;
	struct mark first = {1, 1, false}, later = {1, 2, false};
	struct rlimit before, low;
	int64_t writer = 9;
	store_open(&s);
	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(sql(&s.cx, "create table filler (content {bytes})"), OK);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &first), OK);
	getrlimit(RLIMIT_FSIZE, &before);
	low = (struct rlimit){1 << 20, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &low);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_much, &writer), ERR_DATABASE);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_disk_full);
	CHECK_INT(db_tx(&s.cx, DB_BULK, write_much, &writer), ERR_DATABASE);
	CHECK_INT(number_of(&s.cx, COUNT), 1);
	setrlimit(RLIMIT_FSIZE, &before);
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &later), OK);
	CHECK_INT(number_of(&s.cx, COUNT), 2);
	store_close(&s);
}

/* A group of many of which one fills the disk: all are told, none is half there. */
static void *write_filler(void *arg)
{
	struct writer_arg *w = arg;
	struct cx cx;
	cx_begin(&cx, w->db);
	enum err e = db_tx(&cx, DB_WRITE, write_much, &w->writer);
	if (e && e != ERR_DATABASE && e != ERR_BUSY) w->wrong++;
	if (!e && number_of(&cx, COUNT) % 4000) w->wrong++;
	cx_end(&cx);
	return NULL;
}

static void test_full_disk_many(void)
{
	if (on_postgres()) SKIP("the server's disk");
	struct store s;
	struct rlimit before, low;
	store_open(&s);
	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(sql(&s.cx, table), OK);
	CHECK_INT(sql(&s.cx, "create table filler (content {bytes})"), OK);
	getrlimit(RLIMIT_FSIZE, &before);
	low = (struct rlimit){24 << 20, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &low);
	CHECK_INT(run_threads(s.db, write_filler), 0);
	setrlimit(RLIMIT_FSIZE, &before);
	CHECK_INT(number_of(&s.cx, COUNT) % 4000, 0);
	CHECK(number_of(&s.cx, COUNT) < THREADS * 4000);
	store_close(&s);
}

/* kill -9 in a loop: the child says each acknowledged write through a pipe; none may be missing afterwards, and a pair that
 * is written in one transaction is there whole or not at all. */

struct killed {
	struct db *db;
	int64_t writer, from;
	int fd;
};

static enum err write_pair(struct cx *cx, void *arg)
{
	struct mark *m = arg, second = {m->writer, -m->n, false};
	TRY(write_mark(cx, m));
	return write_mark(cx, &second);
}

static void *write_until_killed(void *arg)
{
	struct killed *k = arg;
	struct cx cx;
	cx_begin(&cx, k->db);
	for (int64_t n = k->from;; n++) {
		struct mark m = {k->writer, n, false};
		if (db_tx(&cx, DB_WRITE, write_pair, &m)) _exit(1);
		int64_t said[2] = {k->writer, n};
		if (write(k->fd, said, sizeof said) != sizeof said) _exit(1);
	}
}

static void child(const char *dir, int fd, int64_t from)
{
	struct cx cx;
	struct killed k[8];
	pthread_t t;
	struct db_options o = store_options(dir);
	struct db *db;
	cx_begin(&cx, NULL);
	if (db_open(&cx, &o, &db)) _exit(1);
	for (int i = 0; i < 8; i++) {
		k[i] = (struct killed){db, i, from, fd};
		if (pthread_create(&t, NULL, write_until_killed, &k[i])) _exit(1);
	}
	for (;;)
		pause();
}

static void test_killed(void)
{
	struct store s;
	int64_t acknowledged = 0;
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	for (int round = 0; round < 5; round++) {
		int fd[2];
		int64_t said[2], last[8] = {0}, from = 1 + round * 1000000;
		REQUIRE(!pipe(fd));
		pid_t pid = fork();
		if (!pid) {
			close(fd[0]);
			child(s.dir, fd[1], from);
		}
		close(fd[1]);
		usleep(150000 + (useconds_t)round * 37000);
		CHECK(waitpid(pid, NULL, WNOHANG) == 0); /* it writes */
		kill(pid, SIGKILL);
		while (read(fd[0], said, sizeof said) == sizeof said) {
			last[said[0]] = said[1];
			acknowledged++;
		}
		waitpid(pid, NULL, 0);
		close(fd[0]);
		for (int64_t w = 0; w < 8; w++) {
			char text[128];
			if (!last[w]) continue;
			snprintf(text, sizeof text, "select count(*) from mark where writer = %d and n between %lld and %lld", (int)w,
			         (long long)from, (long long)last[w]);
			CHECK_INT(number_of(&s.cx, (struct sql){text}), last[w] - from + 1);
		}
	}
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from mark a where not exists (select 1 from mark b where b.writer = a.writer "
	                               "and b.n = -a.n)")),
	          0);
	printf("# %lld writes acknowledged before five kills\n", (long long)acknowledged);
	CHECK(acknowledged > 50);
	struct mark m = {99, 1, false};
	CHECK_INT(db_tx(&s.cx, DB_WRITE, write_mark, &m), OK); /* and it goes on */
	store_close(&s);
}

/* Two programs on one database: a long write of one lets the other wait, not fail. */

static atomic_int holds;
static enum err hold_a_while(struct cx *cx, void *arg)
{
	struct mark m = {50, 1, false};
	TRY(write_mark(cx, &m));
	atomic_store(&holds, 1);
	usleep(400000);
	return OK;
}

static void *holder(void *arg)
{
	struct cx cx;
	cx_begin(&cx, arg);
	enum err e = db_tx(&cx, DB_BULK, hold_a_while, NULL);
	cx_end(&cx);
	return (void *)(uintptr_t)e;
}

static void test_two_programs(void)
{
	struct store s;
	struct cx cx;
	struct db *other;
	pthread_t t;
	void *held;
	struct mark m = {51, 1, false};
	store_open(&s);
	CHECK_INT(sql(&s.cx, table), OK);
	cx_begin(&cx, NULL);
	struct db_options o = store_options(s.dir);
	REQUIRE(!db_open(&cx, &o, &other));
	cx.db = other;
	REQUIRE(!pthread_create(&t, NULL, holder, s.db));
	while (!atomic_load(&holds))
		usleep(1000);
	CHECK_INT(number_of(&cx, COUNT), 0); /* readers do not wait */
	CHECK_INT(db_tx(&cx, DB_WRITE, write_mark, &m), OK);
	pthread_join(t, &held);
	CHECK_INT((uintptr_t)held, OK);
	CHECK_INT(number_of(&cx, COUNT), 2);
	CHECK_INT(number_of(&s.cx, COUNT), 2);
	cx_end(&cx);
	db_close(other);
	store_close(&s);
}

TAP_MAIN(TAP(test_many_writers), TAP(test_many_writers_parking), TAP(test_hook), TAP(test_parked_replies), TAP(test_full_disk),
         TAP(test_full_disk_many), TAP(test_two_programs), TAP(test_killed))
