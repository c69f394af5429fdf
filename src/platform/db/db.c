/* The part that both engines share: opening, transactions with their retries, and reading values. */
#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "platform/db/internal.h"

#define TRIES_MAX 30
#define TRYING_MAX_US 15000000
#define DELAY_MAX_MS 250

void *db_alloc(size_t size)
{
	void *p = calloc(1, size);
	if (!p) {
		log_error("out of memory (%zu bytes)", size);
		abort();
	}
	return p;
}

enum err db_open(struct cx *cx, const struct db_options *options, struct db **out)
{
	struct db *db = db_alloc(sizeof *db);
	db->kind = str_present(options->url) ? DB_POSTGRES : DB_SQLITE;
	db->engine = db->kind == DB_POSTGRES ? &engine_postgres : &engine_sqlite;
	db->max_connections = options->max_connections > 0 ? options->max_connections : 8;
	enum err e = db->engine->open(cx, db, options);
	if (e) {
		db->engine->close(db);
		free(db);
		return e;
	}
	*out = db;
	return OK;
}

void db_close(struct db *db)
{
	if (!db) return;
	db->engine->close(db);
	free(db);
}

enum db_engine db_engine(const struct db *db) { return db->kind; }

void db_set_before_commit(struct db *db, enum err (*fn)(struct cx *cx)) { db->before_commit = fn; }

struct db_stats db_stats(const struct db *db)
{
	return (struct db_stats){
	    .commits = atomic_load(&db->commits),
	    .writes = atomic_load(&db->writes),
	    .refused = atomic_load(&db->refused),
	    .retries = atomic_load(&db->retries),
	    .busy = atomic_load(&db->busy),
	};
}

/* Problems recorded since a mark: a transaction that runs again, or a savepoint that is undone, starts clean. */
struct problem_mark {
	struct problem *first, **end;
};
static struct problem_mark problem_mark(const struct cx *cx) { return (struct problem_mark){cx->problems, cx->problems_end}; }
static void problem_rewind(struct cx *cx, struct problem_mark m)
{
	cx->problems = m.first;
	cx->problems_end = m.end;
	if (m.first && m.end) *m.end = NULL;
}

enum err session_call(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	BUG_IF(cx->tx);
	cx->tx = s;
	enum err e = fn(cx, arg);
	cx->tx = NULL;
	return s->broken ? s->broken : e;
}

static enum err nested(struct cx *cx, enum db_mode mode, db_fn fn, void *arg)
{
	struct db_session *s = cx->tx;
	BUG_IF(mode != DB_READ && s->mode == DB_READ);
	if (s->broken) return s->broken;
	enum err e = fn(cx, arg);
	if (e && mode != DB_READ && !s->broken) s->broken = e;
	return s->broken ? s->broken : e;
}

static void pause_before_retry(int attempt)
{
	int64_t most = 2ll << attempt;
	if (most > DELAY_MAX_MS) most = DELAY_MAX_MS;
	uint64_t us = 200 + rand_u64() % (uint64_t)(most * 1000);
	struct timespec t = {.tv_sec = 0, .tv_nsec = (long)us * 1000};
	nanosleep(&t, NULL);
}

/* In the snapshot that stands, or in a new one. */
static enum err read_once(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	const struct engine *en = s->db->engine;
	if (!s->conn) TRY(en->read_begin(cx, s));
	enum err e = session_call(cx, s, fn, arg);
	cx->tx = s;
	if (!s->broken) s->broken = en->read_rest(cx, s);
	cx->tx = NULL;
	return s->broken ? s->broken : e;
}

static enum err read_alone(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	enum err e = read_once(cx, s, fn, arg);
	if (s->conn) s->db->engine->read_end(cx, s, e != OK);
	return e;
}

static void end_snapshot(struct cx *cx, bool failed)
{
	struct db_session *r = cx->reads;
	cx->reads = NULL;
	if (r && r->conn) r->db->engine->read_end(cx, r, failed);
	free(r);
}

static enum err read_together(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	if (!cx->reads) {
		cx->reads = db_alloc(sizeof *cx->reads); /* not in the arena, which callers rewind */
		cx->reads->db = cx->db;
		cx->reads->mode = DB_READ;
	}
	struct db_session *r = cx->reads;
	enum err e = read_once(cx, r, fn, arg);
	s->again = r->again; /* db_tx looks whether to try again */
	if (r->broken || !r->conn) end_snapshot(cx, true);
	return e;
}

void db_reads_begin(struct cx *cx) { cx->reads_together = true; }

void db_reads_end(struct cx *cx)
{
	BUG_IF(cx->tx);
	end_snapshot(cx, false);
	cx->reads_together = false;
}

static enum err run_once(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	if (s->mode != DB_READ) return s->db->engine->run(cx, s, fn, arg);
	return cx->reads_together ? read_together(cx, s, fn, arg) : read_alone(cx, s, fn, arg);
}

enum err db_tx(struct cx *cx, enum db_mode mode, db_fn fn, void *arg)
{
	if (cx->tx) return nested(cx, mode, fn, arg);
	TRY(db_wait_durable(cx));
	if (mode != DB_READ) end_snapshot(cx, false);
	struct db *db = cx->db;
	struct problem_mark before = problem_mark(cx);
	int64_t start_us = clock_monotonic_us();
	for (int attempt = 0;; attempt++) {
		struct db_session s = {.db = db, .mode = mode};
		enum err e = run_once(cx, &s, fn, arg);
		if (e && mode != DB_READ && !s.again) atomic_fetch_add(&db->refused, 1);
		if (!e || !s.again) return e;
		if (attempt + 1 == TRIES_MAX || clock_monotonic_us() - start_us > TRYING_MAX_US) break;
		atomic_fetch_add(&db->retries, 1);
		problem_rewind(cx, before);
		pause_before_retry(attempt);
	}
	problem_rewind(cx, before);
	atomic_fetch_add(&db->busy, 1);
	return fail(cx, ERR_BUSY, NULL, M_db_busy);
}

enum err db_savepoint(struct cx *cx, db_fn fn, void *arg)
{
	struct db_session *s = cx->tx;
	BUG_IF(!s || s->mode == DB_READ);
	if (s->broken) return s->broken;
	const struct engine *en = s->db->engine;
	int level = ++s->savepoints;
	enum err e = en->savepoint(cx, SAVEPOINT_SET, level);
	if (!e) {
		e = fn(cx, arg);
		if (s->broken) e = s->broken;
		/* An engine that wants the whole transaction again gets it. */
		if (e && !s->again && e != ERR_DATABASE) {
			s->broken = OK;
			enum err undone = en->savepoint(cx, SAVEPOINT_UNDO, level);
			if (undone) s->broken = e = undone;
		} else if (!e) {
			e = en->savepoint(cx, SAVEPOINT_KEEP, level);
			if (e) s->broken = e;
		}
	}
	s->savepoints--;
	return e;
}

/* Both engines take the same texts: PostgreSQL refuses NUL and bytes that are not UTF-8. */
static enum err check_args(struct cx *cx, const struct db_arg *args, size_t nargs)
{
	for (size_t i = 0; i < nargs; i++) {
		struct str t = args[i].text;
		if (args[i].type != DB_TEXT || !t.len) continue;
		if (!memchr(t.ptr, 0, t.len) && utf8_valid(t)) continue;
		return fail(cx, ERR_INVALID, NULL, M_db_text);
	}
	return OK;
}

/* What every statement goes through. */
static enum err statement_begin(struct cx *cx, const struct db_arg *args, size_t nargs)
{
	BUG_IF(!cx->tx);
	if (cx->tx->broken) return cx->tx->broken;
	return check_args(cx, args, nargs);
}

static enum err statement_end(struct cx *cx, enum err e)
{
	if (e && !cx->tx->broken) cx->tx->broken = e;
	return e;
}

enum err db_exec_n(struct cx *cx, struct sql sql, const struct db_arg *args, size_t nargs, int64_t *changed)
{
	enum err e = statement_begin(cx, args, nargs);
	if (!e) e = cx->tx->db->engine->exec(cx, sql.text, args, nargs, changed);
	return statement_end(cx, e);
}

static enum err query(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs, enum rows_how how)
{
	*rows = (struct db_rows){.cx = cx};
	enum err e = statement_begin(cx, args, nargs);
	if (!e) e = cx->tx->db->engine->query(rows, sql.text, args, nargs, how);
	return rows->err = statement_end(cx, e);
}

enum err db_query_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs)
{
	return query(cx, rows, sql, args, nargs, ROWS_STREAM);
}

enum err db_query_few_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs)
{
	return query(cx, rows, sql, args, nargs, ROWS_FEW);
}

enum err db_query_fixed_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs)
{
	return query(cx, rows, sql, args, nargs, ROWS_FIXED);
}

enum err db_ahead_n(struct cx *cx, struct sql sql, const struct db_arg *args, size_t nargs)
{
	enum err e = statement_begin(cx, args, nargs);
	if (!e && cx->tx->mode == DB_READ && cx->tx->db->engine->ahead) e = cx->tx->db->engine->ahead(cx, sql.text, args, nargs);
	return statement_end(cx, e);
}

enum err db_query_big_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs)
{
	return query(cx, rows, sql, args, nargs, ROWS_BIG);
}

static const struct engine *rows_engine(const struct db_rows *rows) { return rows->cx->db->engine; }

bool db_next(struct db_rows *rows)
{
	if (!rows->impl || rows->err) return false;
	BUG_IF(!rows->cx->tx);
	bool more = rows_engine(rows)->next(rows);
	if (rows->err) rows->err = statement_end(rows->cx, rows->err);
	if (!more) db_done(rows);
	return more;
}

void db_done(struct db_rows *rows)
{
	if (!rows->impl) return;
	rows_engine(rows)->done(rows);
	rows->impl = NULL;
}

enum err db_one_n(struct cx *cx, struct db_rows *rows, bool *found, struct sql sql, const struct db_arg *args, size_t nargs)
{
	*found = false;
	TRY(query(cx, rows, sql, args, nargs, ROWS_FEW));
	*found = db_next(rows);
	return rows->err;
}

enum err db_number_n(struct cx *cx, int64_t *out, struct sql sql, const struct db_arg *args, size_t nargs)
{
	struct db_rows rows;
	bool found;
	*out = UNKNOWN;
	TRY(db_one_n(cx, &rows, &found, sql, args, nargs));
	if (found) *out = db_int(&rows, 0);
	db_done(&rows);
	return OK;
}

/* A value of the wrong type is a mistake in our SQL or schema; better seen on SQLite than later on PostgreSQL. */
static bool value(struct db_rows *rows, int col, unsigned types, struct db_value *v)
{
	BUG_IF(!rows->impl || col < 0 || col >= rows->cols);
	rows_engine(rows)->get(rows, col, v);
	BUG_IF(v->type != DB_NULL && !(types >> v->type & 1));
	return v->type != DB_NULL;
}

bool db_is_null(struct db_rows *rows, int col)
{
	struct db_value v;
	return !value(rows, col, ~0u, &v);
}

int64_t db_int(struct db_rows *rows, int col)
{
	struct db_value v;
	return value(rows, col, 1u << DB_INT, &v) ? v.num : UNKNOWN;
}

struct str db_str_view(struct db_rows *rows, int col)
{
	struct db_value v;
	return value(rows, col, 1u << DB_TEXT, &v) ? v.bytes : STR_NONE;
}

struct str db_bytes_view(struct db_rows *rows, int col)
{
	struct db_value v;
	return value(rows, col, 1u << DB_BYTES | 1u << DB_UUID, &v) ? v.bytes : STR_NONE;
}

struct str db_str(struct db_rows *rows, int col) { return str_copy(rows->cx->arena, db_str_view(rows, col)); }

struct str db_bytes(struct db_rows *rows, int col) { return str_copy(rows->cx->arena, db_bytes_view(rows, col)); }

struct uuid db_id(struct db_rows *rows, int col)
{
	struct str s = db_bytes_view(rows, col);
	struct uuid id = UUID_NONE;
	if (!s.ptr) return id;
	BUG_IF(s.len != sizeof id.b);
	memcpy(id.b, s.ptr, sizeof id.b);
	return id;
}

enum err db_batch_begin(struct cx *cx, struct db_batch *batch, struct sql sql)
{
	*batch = (struct db_batch){.cx = cx, .sql = sql};
	enum err e = statement_begin(cx, NULL, 0);
	if (!e) e = cx->tx->db->engine->batch_begin(cx, batch);
	return statement_end(cx, e);
}

enum err db_batch_add(struct db_batch *batch, const struct db_arg *args, size_t nargs)
{
	struct cx *cx = batch->cx;
	enum err e = statement_begin(cx, args, nargs);
	if (!e) e = cx->tx->db->engine->batch_add(batch, args, nargs);
	return statement_end(cx, e);
}

enum err db_batch_end(struct db_batch *batch)
{
	struct cx *cx = batch->cx;
	BUG_IF(!cx->tx);
	enum err e = cx->tx->db->engine->batch_end(batch);
	if (cx->tx->broken) return cx->tx->broken;
	return statement_end(cx, e);
}

void db_notify(struct cx *cx, const char *channel)
{
	BUG_IF(!cx->tx || cx->tx->mode == DB_READ);
	if (cx->tx->broken) return;
	(void)statement_end(cx, cx->tx->db->engine->notify(cx, channel));
}

enum err db_wait_notify(struct cx *cx, const char *channel, int64_t *seen, int timeout_ms, bool *woken)
{
	BUG_IF(cx->tx);
	*woken = false;
	return cx->db->engine->wait_notify(cx, channel, seen, timeout_ms, woken);
}

enum err db_backup(struct cx *cx, struct str file, void (*progress)(void *arg, int64_t done, int64_t total), void *arg)
{
	BUG_IF(cx->tx);
	TRY(db_wait_durable(cx));
	return cx->db->engine->backup(cx, file, progress, arg);
}

enum err db_restore(struct cx *cx, struct str file, void (*progress)(void *arg, int64_t done, int64_t total), void *arg)
{
	BUG_IF(cx->tx);
	TRY(db_wait_durable(cx));
	return cx->db->engine->restore(cx, file, progress, arg);
}
