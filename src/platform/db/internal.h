/* What the files of this folder share: the store, an open transaction, and what an engine has to offer. */
#pragma once
#include "base/log.h"
#include "messages.h"
#include "platform/db/db.h"
#include <stdatomic.h>

enum savepoint_act { SAVEPOINT_SET, SAVEPOINT_KEEP, SAVEPOINT_UNDO };
enum rows_how { ROWS_STREAM, ROWS_FEW, ROWS_FIXED, ROWS_BIG };

/* An open transaction. */
struct db_session {
	struct db *db;
	enum db_mode mode;
	void *conn;            /* struct lite_conn or struct pg_conn */
	enum err broken;       /* a statement or a nested write failed: nothing more is done until it is undone */
	bool again;            /* the engine says: the same transaction may succeed when run again */
	int savepoints;        /* open ones */
	const char *notify[8]; /* SQLite: channels to wake at commit */
	size_t notify_len;
};

/* A value of the current row: num for numbers, bytes for the rest. */
struct db_value {
	enum db_type type; /* DB_NULL for NULL */
	int64_t num;
	struct str bytes;
};

/* Every function of an engine works on cx->tx, has recorded its problem when it fails, and need not look at
 * session.broken. */
struct engine {
	enum err (*open)(struct cx *cx, struct db *db, const struct db_options *options);
	void (*close)(struct db *db);
	/* One try at a whole write transaction, by session_call. */
	enum err (*run)(struct cx *cx, struct db_session *s, db_fn fn, void *arg);
	/* A read: a snapshot, inside which any number of functions run, each followed by read_rest, which closes its rows. */
	enum err (*read_begin)(struct cx *cx, struct db_session *s);
	enum err (*read_rest)(struct cx *cx, struct db_session *s);
	void (*read_end)(struct cx *cx, struct db_session *s, bool failed);
	enum err (*savepoint)(struct cx *cx, enum savepoint_act act, int level);
	enum err (*script)(struct cx *cx, const char *text); /* several statements, no arguments */
	enum err (*exec)(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs, int64_t *changed);
	/* The first row is fetched, so that errors show here. */
	enum err (*query)(struct db_rows *rows, const char *text, const struct db_arg *args, size_t nargs, enum rows_how how);
	/* A hint that this will be asked for soon. */
	enum err (*ahead)(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs);
	bool (*next)(struct db_rows *rows);
	void (*done)(struct db_rows *rows);
	void (*get)(struct db_rows *rows, int col, struct db_value *out);
	enum err (*batch_begin)(struct cx *cx, struct db_batch *batch);
	enum err (*batch_add)(struct db_batch *batch, const struct db_arg *args, size_t nargs);
	enum err (*batch_end)(struct db_batch *batch);
	enum err (*notify)(struct cx *cx, const char *channel);
	enum err (*wait_notify)(struct cx *cx, const char *channel, int64_t *seen, int timeout_ms, bool *woken);
	enum err (*backup)(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
	enum err (*restore)(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
};
extern const struct engine engine_sqlite, engine_postgres;

struct db {
	enum db_engine kind;
	const struct engine *engine;
	int max_connections;
	struct lite *lite;
	struct pg *pg;
	enum err (*before_commit)(struct cx *cx);
	atomic_llong commits, writes, refused, retries, busy;
};

/* Runs fn inside the open session. */
enum err session_call(struct cx *cx, struct db_session *s, db_fn fn, void *arg);
/* malloc that aborts. */
void *db_alloc(size_t size);

/* dialect.c */
/* ?1 to $1 outside of quotes and comments; malloc'ed. */
char *dialect_dollars(const char *text);
/* Type words of a migration for an engine. */
enum err dialect_types(struct cx *cx, enum db_engine engine, struct str text, struct str *out) MUST_CHECK;

/* cache.c: prepared statements of one connection by text, the least used goes first. */
struct stmt {
	struct stmt *chain, *newer, *older; /* the cache's own */
	uint64_t hash, types;
	size_t len;
	char *text;
	void *handle;   /* sqlite3_stmt */
	int64_t serial; /* PostgreSQL: its name */
	bool in_use, cached;
	struct stmt *used_next, **used_prev; /* SQLite: the connection's open rows */
};
#define STMT_CACHE_MAX 200
struct stmt_cache {
	struct stmt *slots[256], *newest, *oldest;
	size_t len;
};
/* types tells apart uses of one text with other argument types. */
struct stmt *stmt_find(struct stmt_cache *c, const char *text, uint64_t types);
/* Takes a fresh one in; gives back the one that had to leave, or NULL. The caller frees it with stmt_free. */
struct stmt *stmt_new(const char *text, uint64_t types);
struct stmt *stmt_add(struct stmt_cache *c, struct stmt *s);
/* Takes any one out, or NULL: for closing. */
struct stmt *stmt_pop(struct stmt_cache *c);
void stmt_free(struct stmt *s);

/* migrate.c, for restore.c */
struct migration_sum {
	char hex[65];
};
struct str migration_text(enum db_engine engine, const struct db_migration *m);
struct migration_sum migration_checksum(enum db_engine engine, const struct db_migration *m);
/* Inside a DB_BULK transaction of an empty database: migrations up to a number. */
enum err migrate_up_to(struct cx *cx, int last, int *applied) MUST_CHECK;
