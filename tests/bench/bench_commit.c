/* Group commit: 64 threads that each commit one transaction at a time, against one thread that commits the same
 * transactions 64 at a time, alternating in one run. Prints the ratio. A transaction is what a small save makes: it reads
 * its row by key, changes it, and writes an audit entry with its payload.
 *
 *   bench_commit [FOLDER [SECONDS]]       a folder on the disk to be measured */
#include "base/clock.h"
#include "platform/db/db.h"
#include <ftw.h>
#include <pthread.h>
#include <unistd.h>

#define WRITERS 64
#define ROUNDS 4
#define ROWS 1000

static struct db *db;
static int64_t until_us;
static int64_t done[WRITERS];

static enum err one(struct cx *cx, void *arg)
{
	int64_t *n = arg, version, key = 1 + *n % ROWS;
	struct uuid id = uuid_new(cx->now_ms);
	TRY(db_number(cx, &version, SQL("select version from bench where id = ?1"), DB_I(key)));
	TRY(db_exec(cx, SQL("update bench set version = ?3, word = ?4 where id = ?1 and version = ?2"), DB_I(key), DB_I(version),
	            DB_I(version + 1), DB_S(STR("a word of some length, as rows have"))));
	TRY(db_exec(cx, SQL("insert into entry (id, subject, at_ms, act, hash) values (?1, ?2, ?3, 'change', ?4)"), DB_ID(id), DB_I(key),
	            DB_I(cx->now_ms), DB_B(STR("0123456789abcdef0123456789abcdef"))));
	return db_exec(cx, SQL("insert into payload (id, content) values (?1, ?2)"), DB_ID(id),
	               DB_S(STR("{\"word\": [\"before\", \"a word of some length, as rows have\"], \"version\": [1, 2]}")));
}

/* Each writer goes through the rows from his own; the one thread goes with all of them. */
static int64_t first_row(int writer) { return writer * (ROWS / WRITERS); }

static enum err many(struct cx *cx, void *arg)
{
	for (int i = 0; i < WRITERS; i++) {
		int64_t n = *(int64_t *)arg + first_row(i);
		TRY(one(cx, &n));
	}
	return OK;
}

static enum err create(struct cx *cx, void *arg)
{
	TRY(db_exec(cx, SQL("create table bench (id integer primary key, version integer, word text)")));
	TRY(db_exec(cx, SQL("create table entry (id blob primary key, subject integer, at_ms integer, act text, hash blob)")));
	TRY(db_exec(cx, SQL("create index entry_subject on entry (subject, at_ms)")));
	TRY(db_exec(cx, SQL("create table payload (id blob primary key, content text)")));
	for (int64_t i = 1; i <= ROWS; i++)
		TRY(db_exec(cx, SQL("insert into bench (id, version, word) values (?1, 1, '')"), DB_I(i)));
	return OK;
}

static void must(enum err e)
{
	if (!e) return;
	fprintf(stderr, "%s\n", err_name(e));
	exit(1);
}

static void *writer(void *arg)
{
	int64_t *n = arg;
	struct cx cx;
	cx_begin(&cx, db);
	while (clock_monotonic_us() < until_us) {
		must(db_tx(&cx, DB_WRITE, one, n));
		++*n;
	}
	cx_end(&cx);
	return NULL;
}

static double threads_rate(int64_t us)
{
	pthread_t t[WRITERS];
	int64_t start_us = clock_monotonic_us(), sum = 0;
	until_us = start_us + us;
	for (int i = 0; i < WRITERS; i++) {
		done[i] = first_row(i);
		if (pthread_create(&t[i], NULL, writer, &done[i])) abort();
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(t[i], NULL);
		sum += done[i] - first_row(i);
	}
	return (double)sum * 1e6 / (double)(clock_monotonic_us() - start_us);
}

static double alone_rate(int64_t us)
{
	struct cx cx;
	int64_t start_us = clock_monotonic_us(), n = 0;
	cx_begin(&cx, db);
	while (clock_monotonic_us() < start_us + us) {
		must(db_tx(&cx, DB_BULK, many, &n));
		n++;
	}
	cx_end(&cx);
	return (double)n * WRITERS * 1e6 / (double)(clock_monotonic_us() - start_us);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) { return remove(path); }

int main(int argc, char **argv)
{
	char dir[4096];
	struct cx cx;
	int64_t round_us = (argc > 2 ? strtoll(argv[2], NULL, 10) : 8) * 1000000 / (2 * ROUNDS);
	double alone = 0, threads = 0;
	snprintf(dir, sizeof dir, "%s/bench-commit.XXXXXX", argc > 1 ? argv[1] : ".");
	if (!mkdtemp(dir)) return perror(dir), 1;
	cx_begin(&cx, NULL);
	must(db_open(&cx, &(struct db_options){.data_dir = str_of(dir)}, &db));
	cx.db = db;
	must(db_tx(&cx, DB_WRITE, create, NULL));
	for (int i = 0; i < ROUNDS; i++) {
		alone += alone_rate(round_us) / ROUNDS;
		struct db_stats before = db_stats(db);
		threads += threads_rate(round_us) / ROUNDS;
		struct db_stats after = db_stats(db);
		printf("# round %d: %.1f transactions in a flush\n", i + 1,
		       (double)(after.writes - before.writes) / (double)(after.commits - before.commits));
	}
	printf("one thread, 64 at a time   %8.0f transactions/s\n", alone);
	printf("64 threads, one at a time  %8.0f transactions/s\n", threads);
	printf("ratio                      %8.2f\n", threads / alone);
	cx_end(&cx);
	db_close(db);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
