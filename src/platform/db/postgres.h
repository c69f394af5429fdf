/* PostgreSQL through libpq: a pool of connections. For this folder only. */
#pragma once
#include "platform/db/internal.h"
#include <libpq-fe.h>
#include <pthread.h>

struct pg_rows;
struct pg_conn {
	PGconn *c;
	struct stmt_cache cache;
	int64_t serial;            /* names of statements and cursors */
	struct pg_rows *rows;      /* open ones */
	struct pg_rows *streaming; /* its rows are still on the wire */
	bool pipeline;
	int waiting; /* statements sent whose results are not read */
	size_t waiting_bytes;
	int ahead;      /* statements sent whose answers nobody waits for, no sync yet: the next one goes with them in one go */
	bool synced;    /* the statement whose rows are on the wire was sent so: after them comes the answer to the sync */
	bool ending;    /* the commit of a read was sent, its answer not taken in */
	bool dead;      /* not given back to the pool */
	int64_t tenant; /* as the server knows it in this transaction */
	uint64_t asked; /* a question asked ahead, text and values; 0: none */
	int asked_at;   /* its place among those ahead, from 1; 0: its answer is here */
	PGresult *answer;
	bool single; /* the last statement came row by row: libpq would give the next one of a pipeline so too */
	bool fixed;  /* in this transaction a statement's first plan serves all values */
	struct pg_conn *next;
};

struct pg {
	char *url;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct pg_conn *idle;
	int open; /* idle ones too */
	struct {
		char name[32];
		PGconn *c;
	} listeners[16];
};

/* postgres.c */
/* Records what a failed result means; NULL: what the connection says. */
enum err pg_fail(struct cx *cx, struct db_session *s, struct pg_conn *c, const PGresult *r, const char *text);
/* Simple protocol, no arguments. */
enum err pg_simple(struct cx *cx, struct db_session *s, struct pg_conn *c, const char *text);
void pg_forget_statements(struct pg_conn *c);

/* pg_query.c */
/* Nothing on the wire any more: rows go to memory, a pipeline is read to its end. */
enum err pg_ready(struct cx *cx, struct db_session *s, struct pg_conn *c);
/* What every connection has prepared. */
#define PG_BEGIN_READ "begin_read"
#define PG_TENANT "tenant"
#define PG_PLANS "plans"
/* A read begins, or its tenant changes, without waiting. */
enum err pg_begin_read(struct cx *cx, struct db_session *s, struct pg_conn *c);
/* The same at the end of a transaction that failed: what comes is dropped. */
void pg_drop_results(struct pg_conn *c);
/* At the end of a transaction: rows that were left open. */
void pg_free_rows(struct pg_conn *c);
enum err pg_exec(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs, int64_t *changed);
enum err pg_query(struct db_rows *rows, const char *text, const struct db_arg *args, size_t nargs, enum rows_how how);
enum err pg_ahead(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs);
void pg_forget_asked(struct pg_conn *c);
bool pg_next(struct db_rows *rows);
void pg_done(struct db_rows *rows);
void pg_get(struct db_rows *rows, int col, struct db_value *out);
enum err pg_batch_begin(struct cx *cx, struct db_batch *batch);
enum err pg_batch_add(struct db_batch *batch, const struct db_arg *args, size_t nargs);
enum err pg_batch_end(struct db_batch *batch);

/* pg_backup.c */
enum err pg_backup(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
enum err pg_restore(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
