/* The SQLite engine: connections, statements, rows, and what its errors mean. Writes go through group.c. */
#include "platform/db/sqlite.h"
#include "base/clock.h"
#include "base/sb.h"
#include <errno.h>
#include <sys/stat.h>

#define BUSY_TIMEOUT_MS 5000

static struct lite_conn *conn_of(struct cx *cx) { return cx->tx->conn; }

/* "UNIQUE constraint failed: stay.tenant, stay.number" gives "stay.number". */
static struct str unique_field(struct cx *cx, const char *message)
{
	const char *colon = strstr(message, ": ");
	if (!colon) return STR_NONE;
	struct str rest = str_of(colon + 2), part;
	struct sb b;
	sb_init(&b, cx->arena, 1024);
	while (str_split(&rest, ',', &part)) {
		part = str_trim(part);
		size_t dot = str_find_char(part, '.');
		if (dot == STR_NPOS) return str_copy(cx->arena, part); /* index 'name' */
		struct str column = str_sub(part, dot + 1, part.len);
		if (str_is(column, "tenant")) continue;
		if (!b.len) {
			sb_add(&b, str_sub(part, 0, dot + 1));
		} else {
			sb_char(&b, ',');
		}
		sb_add(&b, column);
	}
	return sb_str(&b);
}

static enum err constraint_fail(struct cx *cx, int code, const char *message)
{
	const char *colon = strstr(message, ": ");
	const char *field = colon ? str_z(cx->arena, str_of(colon + 2)) : NULL;
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID: return fail(cx, ERR_CONFLICT, str_z(cx->arena, unique_field(cx, message)), M_db_taken);
	case SQLITE_CONSTRAINT_FOREIGNKEY: return fail(cx, ERR_CONFLICT, NULL, M_db_reference);
	default: return fail(cx, ERR_INVALID, field, M_db_check);
	}
}

static bool no_space(struct lite_conn *c, int rc)
{
	int e = sqlite3_system_errno(c->handle);
	return rc == SQLITE_FULL || e == ENOSPC || e == EDQUOT || e == EFBIG;
}

enum err lite_meaning(struct lite_conn *c, int rc, int *msg)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		c->spoilt = true;
		*msg = no_space(c, rc & 0xff) ? M_db_disk_full : M_db_io;
		return ERR_DATABASE;
	case SQLITE_CANTOPEN:
	case SQLITE_NOMEM:
		c->spoilt = true;
		*msg = M_db_io;
		return ERR_DATABASE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		c->spoilt = true;
		*msg = M_db_corrupt;
		return ERR_DATABASE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: *msg = M_db_busy; return ERR_BUSY;
	default: *msg = M_db_bug; return ERR_BUG;
	}
}

enum err lite_fail(struct cx *cx, struct lite_conn *c, int rc, const char *text)
{
	const char *message = sqlite3_errmsg(c->handle);
	if ((rc & 0xff) == SQLITE_CONSTRAINT) return constraint_fail(cx, rc, message);
	int msg;
	enum err e = lite_meaning(c, rc, &msg);
	if (e == ERR_BUSY && cx->tx) cx->tx->again = true;
	if (e != ERR_BUSY) log_error("sqlite %d: %s: %.200s", rc, message, text);
	return fail(cx, e, NULL, msg);
}

/* Statements */

static int prepare(struct lite_conn *c, const char *text, struct stmt **out)
{
	struct stmt *s = stmt_find(&c->cache, text, 0);
	if (s && !s->in_use) {
		*out = s;
		return SQLITE_OK;
	}
	sqlite3_stmt *h = NULL;
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(c->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &h, &tail);
	if (rc) return rc;
	BUG_IF(!h || tail[strspn(tail, " \t\r\n;")]);
	bool twice = s != NULL; /* open already: a copy that is not kept */
	s = stmt_new(text, 0);
	s->handle = h;
	struct stmt *gone = twice ? NULL : stmt_add(&c->cache, s);
	if (gone) {
		sqlite3_finalize(gone->handle);
		stmt_free(gone);
	}
	*out = s;
	return SQLITE_OK;
}

static void release(struct stmt *s)
{
	sqlite3_reset(s->handle);
	if (s->in_use) {
		*s->used_prev = s->used_next;
		if (s->used_next) s->used_next->used_prev = s->used_prev;
		s->in_use = false;
	}
	if (s->cached) return;
	sqlite3_finalize(s->handle);
	stmt_free(s);
}

void lite_close_rows(struct lite_conn *c)
{
	while (c->open_rows)
		release(c->open_rows);
}

int lite_do(struct lite_conn *c, const char *text)
{
	struct stmt *s;
	int rc = prepare(c, text, &s);
	if (rc) return rc;
	rc = sqlite3_step(s->handle);
	release(s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int bind_one(sqlite3_stmt *h, int at, const struct db_arg *a, sqlite3_destructor_type keep)
{
	switch (a->type) {
	case DB_INT: return sqlite3_bind_int64(h, at, a->num);
	case DB_TEXT: return sqlite3_bind_text64(h, at, a->text.ptr ? a->text.ptr : "", a->text.len, keep, SQLITE_UTF8);
	case DB_BYTES:
		if (!a->text.len) return sqlite3_bind_zeroblob(h, at, 0);
		return sqlite3_bind_blob64(h, at, a->text.ptr, a->text.len, keep);
	case DB_UUID: return sqlite3_bind_blob(h, at, a->id.b, sizeof a->id.b, keep);
	default: return sqlite3_bind_null(h, at);
	}
}

/* keep: SQLITE_STATIC when the statement is over before the arguments are, else SQLITE_TRANSIENT. */
static int bind(struct stmt *s, const struct db_arg *args, size_t nargs, sqlite3_destructor_type keep)
{
	BUG_IF((size_t)sqlite3_bind_parameter_count(s->handle) != nargs);
	for (size_t i = 0; i < nargs; i++) {
		int rc = bind_one(s->handle, (int)i + 1, &args[i], keep);
		if (rc) return rc;
	}
	return SQLITE_OK;
}

static enum err lite_exec(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs, int64_t *changed)
{
	struct lite_conn *c = conn_of(cx);
	struct stmt *s;
	int rc = prepare(c, text, &s);
	if (rc) return lite_fail(cx, c, rc, text);
	rc = bind(s, args, nargs, SQLITE_STATIC);
	while (!rc)
		if ((rc = sqlite3_step(s->handle)) == SQLITE_ROW) rc = SQLITE_OK;
	enum err e = rc == SQLITE_DONE ? OK : lite_fail(cx, c, rc, text);
	if (!e && changed) *changed = sqlite3_stmt_readonly(s->handle) ? 0 : sqlite3_changes64(c->handle);
	release(s);
	return e;
}

static enum err lite_query(struct db_rows *rows, const char *text, const struct db_arg *args, size_t nargs, enum rows_how how)
{
	struct lite_conn *c = conn_of(rows->cx);
	struct stmt *s;
	int rc = prepare(c, text, &s);
	if (rc) return lite_fail(rows->cx, c, rc, text);
	rc = bind(s, args, nargs, SQLITE_TRANSIENT);
	if (!rc) rc = sqlite3_step(s->handle);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		enum err e = lite_fail(rows->cx, c, rc, text);
		release(s);
		return e;
	}
	s->in_use = true;
	s->used_next = c->open_rows;
	s->used_prev = &c->open_rows;
	if (s->used_next) s->used_next->used_prev = &s->used_next;
	c->open_rows = s;
	rows->impl = s;
	rows->cols = sqlite3_column_count(s->handle);
	rows->pos = rc == SQLITE_ROW ? 0 : -1; /* 0: the first row waits, -1: no more */
	return OK;
}

static bool lite_next(struct db_rows *rows)
{
	struct stmt *s = rows->impl;
	if (rows->pos < 0) return false;
	if (rows->pos++ == 0) return true;
	int rc = sqlite3_step(s->handle);
	if (rc == SQLITE_ROW) return true;
	if (rc != SQLITE_DONE) rows->err = lite_fail(rows->cx, conn_of(rows->cx), rc, s->text);
	return false;
}

static void lite_done(struct db_rows *rows) { release(rows->impl); }

static void lite_get(struct db_rows *rows, int col, struct db_value *out)
{
	/* No other thread is in this connection, so the value may be read without its lock. */
	sqlite3_value *v = sqlite3_column_value(((struct stmt *)rows->impl)->handle, col);
	int type = sqlite3_value_type(v);
	out->type = DB_NULL;
	if (type == SQLITE_NULL) return;
	if (type == SQLITE_INTEGER) {
		out->type = DB_INT;
		out->num = sqlite3_value_int64(v);
		return;
	}
	BUG_IF(type == SQLITE_FLOAT);
	out->type = type == SQLITE_TEXT ? DB_TEXT : DB_BYTES;
	const char *p = sqlite3_value_blob(v); /* text stays as it is stored: UTF-8 */
	out->bytes = p ? (struct str){p, (size_t)sqlite3_value_bytes(v)} : STR("");
}

static enum err lite_batch_begin(struct cx *cx, struct db_batch *batch) { return OK; }

static enum err lite_batch_add(struct db_batch *batch, const struct db_arg *args, size_t nargs)
{
	return lite_exec(batch->cx, batch->sql.text, args, nargs, NULL);
}

static enum err lite_batch_end(struct db_batch *batch) { return OK; }

static enum err lite_script(struct cx *cx, const char *text)
{
	struct lite_conn *c = conn_of(cx);
	while (*text) {
		sqlite3_stmt *h = NULL;
		const char *tail = NULL;
		int rc = sqlite3_prepare_v2(c->handle, text, -1, &h, &tail);
		if (!rc && h) {
			while ((rc = sqlite3_step(h)) == SQLITE_ROW) {
			}
			if (rc == SQLITE_DONE) rc = SQLITE_OK;
		}
		enum err e = rc ? lite_fail(cx, c, rc, text) : OK;
		sqlite3_finalize(h);
		if (e) return e;
		text = tail;
	}
	return OK;
}

static enum err lite_savepoint(struct cx *cx, enum savepoint_act act, int level)
{
	struct lite_conn *c = conn_of(cx);
	char undo[40], keep[40];
	snprintf(undo, sizeof undo, "%s s%d", act == SAVEPOINT_SET ? "savepoint" : "rollback to", level);
	snprintf(keep, sizeof keep, "release s%d", level);
	int rc = act == SAVEPOINT_KEEP ? SQLITE_OK : lite_do(c, undo);
	if (!rc && act != SAVEPOINT_SET) rc = lite_do(c, keep);
	return rc ? lite_fail(cx, c, rc, undo) : OK;
}

/* Connections */

static void configure_process(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a lock around each allocation otherwise */ }

/* The timeout stands before any other statement: opening may meet another process in WAL recovery. Cache sizes: the whole
 * process is meant to stay under 64 MiB, and mapped pages would count for each connection. */
static int configure(sqlite3 *h, bool write)
{
	int rc = sqlite3_busy_timeout(h, BUSY_TIMEOUT_MS);
	if (!rc) rc = sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (!rc && write) rc = sqlite3_exec(h, "pragma journal_mode=wal", NULL, NULL, NULL);
	if (!rc) rc = sqlite3_exec(h, "pragma synchronous=full; pragma foreign_keys=on; pragma trusted_schema=off", NULL, NULL, NULL);
	if (!rc)
		rc = sqlite3_exec(h,
		                  write ? "pragma cache_size=-8192; pragma journal_size_limit=67108864"
		                        : "pragma cache_size=-2048; pragma query_only=on",
		                  NULL, NULL, NULL);
	return rc;
}

struct lite_conn *lite_connect(struct cx *cx, const struct lite *l, bool write)
{
	struct lite_conn *c = db_alloc(sizeof *c);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (write ? SQLITE_OPEN_CREATE : 0);
	int rc = sqlite3_open_v2(l->path, &c->handle, flags, NULL);
	if (!rc) sqlite3_extended_result_codes(c->handle, 1);
	if (!rc) rc = configure(c->handle, write);
	if (!rc) return c;
	log_error("sqlite %d: %s: %s", rc, sqlite3_errmsg(c->handle), l->path);
	int msg;
	enum err e = lite_meaning(c, rc, &msg);
	if ((rc & 0xff) == SQLITE_CANTOPEN || e == ERR_BUG) e = ERR_DATABASE, msg = M_db_open;
	(void)fail(cx, e, NULL, msg, ARG_S("place", str_copy(cx->arena, str_of(l->path))));
	lite_disconnect(c);
	return NULL;
}

void lite_disconnect(struct lite_conn *c)
{
	if (!c) return;
	lite_close_rows(c);
	for (struct stmt *s; (s = stmt_pop(&c->cache));) {
		sqlite3_finalize(s->handle);
		stmt_free(s);
	}
	sqlite3_close(c->handle);
	free(c);
}

static struct lite_conn *reader_take(struct cx *cx)
{
	struct lite *l = cx->db->lite;
	pthread_mutex_lock(&l->pool_lock);
	struct lite_conn *c = l->idle;
	if (c) {
		l->idle = c->next;
		l->idle_len--;
	}
	pthread_mutex_unlock(&l->pool_lock);
	return c ? c : lite_connect(cx, l, false);
}

static void reader_give(struct db *db, struct lite_conn *c)
{
	struct lite *l = db->lite;
	pthread_mutex_lock(&l->pool_lock);
	bool keep = !c->spoilt && l->idle_len < db->max_connections;
	if (keep) {
		c->next = l->idle;
		l->idle = c;
		l->idle_len++;
	}
	pthread_mutex_unlock(&l->pool_lock);
	if (!keep) lite_disconnect(c);
}

static enum err lite_run(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	return writer_run(s->db->lite->writer, cx, s, fn, arg);
}

static enum err lite_read_begin(struct cx *cx, struct db_session *s)
{
	struct lite_conn *c = reader_take(cx);
	if (!c) return ERR_DATABASE;
	int rc = lite_do(c, "begin");
	if (!rc) {
		s->conn = c;
		return OK;
	}
	enum err e = lite_fail(cx, c, rc, "begin");
	reader_give(s->db, c);
	return e;
}

static enum err lite_read_rest(struct cx *cx, struct db_session *s)
{
	lite_close_rows(s->conn);
	return OK;
}

static void lite_read_end(struct cx *cx, struct db_session *s, bool failed)
{
	struct lite_conn *c = s->conn;
	lite_close_rows(c);
	if (lite_do(c, "commit")) c->spoilt = true;
	reader_give(s->db, c);
	s->conn = NULL;
}

/* Waking */

static int channel_index(struct lite *l, const char *channel)
{
	for (int i = 0; i < (int)ARRAY_LEN(l->channels); i++) {
		if (!strcmp(l->channels[i].name, channel)) return i;
		if (l->channels[i].name[0]) continue;
		snprintf(l->channels[i].name, sizeof l->channels[i].name, "%s", channel);
		l->channels[i].count = 1;
		return i;
	}
	BUG_IF("more channels than the table holds");
	return 0;
}

void lite_notify(struct lite *l, const char *channel)
{
	pthread_mutex_lock(&l->notify_lock);
	l->channels[channel_index(l, channel)].count++;
	pthread_cond_broadcast(&l->notified);
	pthread_mutex_unlock(&l->notify_lock);
}

static enum err lite_notify_later(struct cx *cx, const char *channel)
{
	struct db_session *s = cx->tx;
	for (size_t i = 0; i < s->notify_len; i++)
		if (!strcmp(s->notify[i], channel)) return OK;
	BUG_IF(s->notify_len == ARRAY_LEN(s->notify));
	s->notify[s->notify_len++] = channel;
	return OK;
}

static enum err lite_wait_notify(struct cx *cx, const char *channel, int64_t *seen, int timeout_ms, bool *woken)
{
	struct lite *l = cx->db->lite;
	int64_t until_ms = clock_monotonic_us() / 1000 + timeout_ms;
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
	pthread_mutex_lock(&l->notify_lock);
	int i = channel_index(l, channel), rc = 0;
	while (l->channels[i].count == *seen && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&l->notified, &l->notify_lock, &until);
	*woken = l->channels[i].count != *seen;
	*seen = l->channels[i].count;
	pthread_mutex_unlock(&l->notify_lock);
	return OK;
}

/* Opening and closing */

static enum err lite_open(struct cx *cx, struct db *db, const struct db_options *options)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_process);
	struct lite *l = db->lite = db_alloc(sizeof *l);
	pthread_mutex_init(&l->pool_lock, NULL);
	pthread_mutex_init(&l->notify_lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->notified, &attr);
	pthread_condattr_destroy(&attr);
	const char *dir = str_z(cx->arena, options->data_dir);
	size_t room = strlen(dir) + sizeof "/passerelle.db";
	l->path = db_alloc(room);
	snprintf(l->path, room, "%s/passerelle.db", dir);
	if (mkdir(dir, 0700) && errno != EEXIST) return fail(cx, ERR_DATABASE, NULL, M_db_open, ARG_Z("place", dir));
	mode_t before = umask(0077); /* personal data: for this user only */
	l->write = lite_connect(cx, l, true);
	umask(before);
	if (!l->write) return ERR_DATABASE;
	l->writer = writer_open(db, l->write);
	return OK;
}

static void lite_shut(struct db *db)
{
	struct lite *l = db->lite;
	if (!l) return;
	if (l->writer) writer_close(l->writer);
	for (struct lite_conn *c = l->idle, *next; c; c = next) {
		next = c->next;
		lite_disconnect(c);
	}
	lite_disconnect(l->write); /* last: it checkpoints and removes the WAL */
	pthread_mutex_destroy(&l->pool_lock);
	pthread_mutex_destroy(&l->notify_lock);
	pthread_cond_destroy(&l->notified);
	free(l->path);
	free(l);
}

const struct engine engine_sqlite = {
    .open = lite_open,
    .close = lite_shut,
    .run = lite_run,
    .read_begin = lite_read_begin,
    .read_rest = lite_read_rest,
    .read_end = lite_read_end,
    .savepoint = lite_savepoint,
    .script = lite_script,
    .exec = lite_exec,
    .query = lite_query,
    .next = lite_next,
    .done = lite_done,
    .get = lite_get,
    .batch_begin = lite_batch_begin,
    .batch_add = lite_batch_add,
    .batch_end = lite_batch_end,
    .notify = lite_notify_later,
    .wait_notify = lite_wait_notify,
    .backup = lite_backup,
    .restore = lite_restore,
};
