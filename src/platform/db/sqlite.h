/* SQLite: one write connection behind the group commit, and a pool of readers. For this folder only. */
#pragma once
#include "platform/db/internal.h"
#include <pthread.h>
#include <sqlite3.h>

struct lite_conn {
	sqlite3 *handle;
	struct stmt_cache cache;
	struct stmt *open_rows;
	struct lite_conn *next;
	bool spoilt; /* an I/O error was seen: not kept */
};

struct writer;
struct lite {
	char *path;
	pthread_mutex_t pool_lock;
	struct lite_conn *idle;
	int idle_len;
	struct lite_conn *write;
	struct writer *writer;
	pthread_mutex_t notify_lock;
	pthread_cond_t notified;
	struct {
		char name[32];
		int64_t count;
	} channels[16];
};

/* sqlite.c */
struct lite_conn *lite_connect(struct cx *cx, const struct lite *l, bool write); /* NULL: problem recorded in cx */
void lite_disconnect(struct lite_conn *c);
/* A statement without arguments or rows; an SQLite code. */
int lite_do(struct lite_conn *c, const char *text);
/* Ends rows that were left open. */
void lite_close_rows(struct lite_conn *c);
/* Records what an SQLite code means. */
enum err lite_fail(struct cx *cx, struct lite_conn *c, int rc, const char *text);
/* The same without a cx: code and message. */
enum err lite_meaning(struct lite_conn *c, int rc, int *msg);
void lite_notify(struct lite *l, const char *channel);

/* group.c */
struct writer *writer_open(struct db *db, struct lite_conn *conn);
void writer_close(struct writer *w);
enum err writer_run(struct writer *w, struct cx *cx, struct db_session *s, db_fn fn, void *arg);
void writer_set_parking(struct writer *w, bool parking);

/* backup.c */
enum err lite_backup(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
enum err lite_restore(struct cx *cx, struct str file, void (*progress)(void *, int64_t, int64_t), void *arg);
