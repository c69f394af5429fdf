/* The database, one interface over SQLite and PostgreSQL. The same SQL text runs on both.
 *
 * SQL text: literals only, wrapped in SQL("..."), parameters ?1 ?2 ... (PostgreSQL sees $1 $2 ...). It must be valid on both
 * engines: no "insert or replace" (write "insert ... on conflict (...) do update"), sums of integers cast to bigint,
 * no "like" (search goes by search_word and ranges), boolean columns are integers 0/1.
 *
 * Transactions: db_tx is the only way in and the only place that retries (busy, 40001, 40P01), bounded, with jitter.
 * Inside fn nothing but the database may change, since fn may run again. fn may run on another thread while its caller
 * waits (SQLite: one thread runs the transactions of a whole group), so it uses no thread-local state and never waits for
 * another transaction. Writes are serializable on both engines, reads see one snapshot.
 * After a statement has failed nothing more is done in its transaction: every further call gives the same error and db_tx
 * gives it too, whatever fn returns. To try something and go on after a refusal, use db_savepoint.
 *
 * SQLite: a reader connection for each running read transaction, taken from a pool, and one write connection. Writes commit
 * in groups: each runs in a SAVEPOINT, a refused one rolls back alone, and the group is committed when no writer waits or after
 * 64. Without parking db_tx returns after the flush. With it (the web server) it returns OK at once with
 * cx->pending_commit set: the caller must not tell anybody before db_when_durable has called back with OK, and must call
 * db_when_durable or db_wait_durable before cx_end. A further db_tx of the same cx waits first, so it reads its own writes.
 * PostgreSQL: one connection for each running transaction, from a pool; role and tenant set locally for row-level security.
 *
 * Errors: ERR_DATABASE (gone, full disk), ERR_BUSY, ERR_CONFLICT (a unique key: field = "table.column,column" without
 * tenant, the same on both engines; a reference: field = "table.column" or absent, SQLite does not say), ERR_INVALID
 * (a check or not-null: field = constraint or "table.column"; text that is not UTF-8 or holds NUL), ERR_BUG (wrong SQL),
 * ERR_SCHEMA; and whatever fn returns. */
#pragma once
#include "base/cx.h"

enum db_engine { DB_SQLITE, DB_POSTGRES };
enum db_mode {
	DB_READ,
	DB_WRITE,
	DB_BULK, /* a long write (import, migration): a group of its own on SQLite, no statement timeout on PostgreSQL */
};

struct db_options {
	struct str data_dir; /* SQLite: directory that holds passerelle.db */
	struct str url;      /* PostgreSQL: postgres://... ; absent for SQLite */
	int max_connections; /* 0: 8 */
};

enum err db_open(struct cx *cx, const struct db_options *options, struct db **out) MUST_CHECK;
void db_close(struct db *db);
enum db_engine db_engine(const struct db *db);

/* Literal SQL only: a formatted string does not compile. Text built by the entity engine from descriptors (which are
 * compile-time constants too) enters through struct sql_text, made nowhere else than in platform/entity. */
struct sql {
	const char *text;
};
#define SQL(lit) ((struct sql){"" lit ""})

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BYTES, DB_UUID };
struct db_arg {
	enum db_type type;
	int64_t num;
	struct str text;
	struct uuid id;
};
#define DB_I(n) ((struct db_arg){.type = DB_INT, .num = (n)})
/* UNKNOWN becomes NULL */
static inline struct db_arg db_arg_opt(int64_t n)
{
	return n == UNKNOWN ? (struct db_arg){.type = DB_NULL, .num = DB_INT} : (struct db_arg){.type = DB_INT, .num = n};
}
/* absent becomes NULL */
static inline struct db_arg db_arg_str(struct str s)
{
	return s.ptr ? (struct db_arg){.type = DB_TEXT, .text = s} : (struct db_arg){.type = DB_NULL, .num = DB_TEXT};
}
static inline struct db_arg db_arg_bytes(struct str s)
{
	return s.ptr ? (struct db_arg){.type = DB_BYTES, .text = s} : (struct db_arg){.type = DB_NULL, .num = DB_BYTES};
}
/* the nil UUID becomes NULL */
static inline struct db_arg db_arg_id(struct uuid id)
{
	return uuid_none(id) ? (struct db_arg){.type = DB_NULL, .num = DB_UUID} : (struct db_arg){.type = DB_UUID, .id = id};
}
#define DB_N(n) db_arg_opt(n)
#define DB_S(s) db_arg_str(s)
#define DB_B(s) db_arg_bytes(s)
#define DB_ID(u) db_arg_id(u)
/* For a NULL argument, num holds the type it would have had (PostgreSQL wants to know). */

typedef enum err (*db_fn)(struct cx *cx, void *arg);
/* Nested calls run inside the outer transaction (a read inside a write is allowed, a write inside a read is a bug);
 * when a nested write fails the whole transaction does. */
enum err db_tx(struct cx *cx, enum db_mode mode, db_fn fn, void *arg) MUST_CHECK;
/* Until db_reads_end all reads of cx see one snapshot, and on PostgreSQL share one transaction: a page is of one moment and
 * costs one begin. A write of the same cx ends the snapshot first; the next read begins another, which sees what was written. */
void db_reads_begin(struct cx *cx);
void db_reads_end(struct cx *cx);
/* Inside a write: runs fn so that its failure undoes only what fn did, and the transaction goes on. */
enum err db_savepoint(struct cx *cx, db_fn fn, void *arg) MUST_CHECK;

/* Inside a transaction: */
enum err db_exec_n(struct cx *cx, struct sql sql, const struct db_arg *args, size_t nargs, int64_t *changed) MUST_CHECK;
#define DB_ARGS_(...) ((const struct db_arg[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define DB_NARGS_(...) (ARRAY_LEN(DB_ARGS_(__VA_ARGS__)) - 1)
#define db_exec(cx, sql, ...) db_exec_n((cx), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__), NULL)
/* Also gives the number of rows changed. */
#define db_exec_count(cx, changed, sql, ...) db_exec_n((cx), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__), (changed))

/* Rows are read one at a time; str and bytes of a row are valid until the next db_next, unless copied (db_str copies into
 * cx->arena, db_str_view does not). db_done is called by db_next at the end; call it yourself when leaving early. */
struct db_rows {
	void *impl;
	struct cx *cx;
	enum err err; /* sticky: check after the loop */
	int cols;
	int64_t pos; /* engine's own */
};
enum err db_query_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_query(cx, rows, sql, ...) db_query_n((cx), (rows), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))
/* As db_query, for rows that fit in memory, at most some thousand: they come in one piece. */
enum err db_query_few_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_query_few(cx, rows, sql, ...) db_query_few_n((cx), (rows), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))
/* As db_query_few, for a statement written so that one plan is right whatever the values: PostgreSQL need not plan it again. */
enum err db_query_fixed_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
/* Inside a read: says that db_query_few will soon be called with this text and these values. On PostgreSQL the question then
 * travels with the next one, and its answer waits here. One at a time; never asked after all, it cost the server's work. */
enum err db_ahead_n(struct cx *cx, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_ahead(cx, sql, ...) db_ahead_n((cx), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))
/* As db_query, for a read of very many rows whose loop runs other statements: on PostgreSQL a cursor, so that memory stays
 * flat. A plain db_query streams too, but what is left of it goes to memory when another statement runs. */
enum err db_query_big_n(struct cx *cx, struct db_rows *rows, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_query_big(cx, rows, sql, ...) db_query_big_n((cx), (rows), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))
bool db_next(struct db_rows *rows);
void db_done(struct db_rows *rows);
bool db_is_null(struct db_rows *rows, int col);
int64_t db_int(struct db_rows *rows, int col);    /* UNKNOWN for NULL */
struct str db_str(struct db_rows *rows, int col); /* STR_NONE for NULL */
struct str db_str_view(struct db_rows *rows, int col);
struct str db_bytes(struct db_rows *rows, int col); /* copied */
struct str db_bytes_view(struct db_rows *rows, int col);
struct uuid db_id(struct db_rows *rows, int col); /* UUID_NONE for NULL */
/* One row: *found false when there is none. Close with db_done. */
enum err db_one_n(struct cx *cx, struct db_rows *rows, bool *found, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_one(cx, rows, found, sql, ...) db_one_n((cx), (rows), (found), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))
/* One number: UNKNOWN when there is no row or it is NULL. */
enum err db_number_n(struct cx *cx, int64_t *out, struct sql sql, const struct db_arg *args, size_t nargs) MUST_CHECK;
#define db_number(cx, out, sql, ...) db_number_n((cx), (out), (sql), DB_ARGS_(__VA_ARGS__), DB_NARGS_(__VA_ARGS__))

/* Many executions of one statement (imports): PostgreSQL sends them as a pipeline and reports the first error at a later
 * db_batch_add, at db_batch_end or at the end of the transaction. SQLite runs them at once. Several batches may be open
 * together, and other statements may run in between: the order of calls is the order of execution. */
struct db_batch {
	void *impl;
	struct cx *cx;
	struct sql sql;
};
enum err db_batch_begin(struct cx *cx, struct db_batch *batch, struct sql sql) MUST_CHECK;
enum err db_batch_add(struct db_batch *batch, const struct db_arg *args, size_t nargs) MUST_CHECK;
enum err db_batch_end(struct db_batch *batch) MUST_CHECK;

/* Group commit and replies: with parking on, a thread need not wait for the flush of its own write. Set at start, or off
 * again at the end, when no transaction runs. No effect on PostgreSQL, where nothing is ever pending. */
typedef void (*db_durable_fn)(void *arg, enum err err);
void db_set_parking(struct db *db, bool parking);
/* Calls fn (from any thread, possibly at once) when the group of cx->pending_commit is on the disk; clears pending_commit. */
void db_when_durable(struct cx *cx, db_durable_fn fn, void *arg);
enum err db_wait_durable(struct cx *cx) MUST_CHECK; /* blocks; OK when nothing is pending */
/* Called in the write connection before each commit, inside the group's transaction (sealing the audit log), with a cx of
 * its own; when it fails the whole group does. On PostgreSQL nothing calls it: a leased job seals. */
void db_set_before_commit(struct db *db, enum err (*fn)(struct cx *cx));
struct db_stats {
	int64_t commits; /* flushes */
	int64_t writes;  /* transactions in them */
	int64_t refused; /* rolled back */
	int64_t retries, busy;
};
struct db_stats db_stats(const struct db *db);

/* Waking workers: PostgreSQL NOTIFY, SQLite in-process. A hint only: workers also look from time to time.
 * channel: a literal of lower-case letters and '_'. */
void db_notify(struct cx *cx, const char *channel); /* inside a write: sent at commit */
/* Blocks outside of any transaction until the channel is notified (*woken true) or the time is over. *seen is 0 before the
 * first call and carries on, so that nothing that comes between two calls is missed. One thread per channel. */
enum err db_wait_notify(struct cx *cx, const char *channel, int64_t *seen, int timeout_ms, bool *woken) MUST_CHECK;

/* Migrations: numbered texts in sql/, embedded at build. Their type words are expanded per engine:
 * {id} 16-byte key, {int} 64-bit, {text} bytewise-ordered text, {bytes}, {tenant}, and {strict} behind a table's closing
 * parenthesis (SQLite then refuses values of another type, as PostgreSQL does).
 * A line "-- school table: NAME" turns row-level security on (PostgreSQL): a role sees and writes only rows whose column
 * tenant is cx->tenant, the owner too. Only the owner's backups and migrations see all schools. The application's role is not
 * the owner and not a superuser: grant it select, insert, update, delete (alter default privileges ... does it once).
 * All migrations of one run are one transaction. Applied texts never change: their SHA-256 is kept. */
struct db_migration {
	int number;
	const char *name;
	const char *text;          /* both engines */
	const char *text_sqlite;   /* override or NULL */
	const char *text_postgres; /* override or NULL */
};
extern const struct db_migration db_migrations[];
extern const size_t db_migrations_count;
enum db_schema { DB_SCHEMA_EMPTY, DB_SCHEMA_OLD, DB_SCHEMA_CURRENT, DB_SCHEMA_NEWER, DB_SCHEMA_CHANGED /* checksum differs */ };
enum err db_schema_state(struct cx *cx, enum db_schema *state, int *version) MUST_CHECK;
enum err db_migrate(struct cx *cx, int *applied) MUST_CHECK;

/* A hot copy of everything into one file, on either engine, and back into an empty place (no table yet). A copy of one
 * engine is not read by the other: moving between engines goes by export and import. SQLite: a plain database file.
 * PostgreSQL: needs the tables' owner; restoring first runs the migrations the copy was made with, then loads and checks the
 * rows, all in one transaction. A damaged, foreign or newer copy is refused before anything is written. total may grow. */
enum err db_backup(struct cx *cx, struct str file, void (*progress)(void *arg, int64_t done, int64_t total), void *arg) MUST_CHECK;
enum err db_restore(struct cx *cx, struct str file, void (*progress)(void *arg, int64_t done, int64_t total), void *arg) MUST_CHECK;
