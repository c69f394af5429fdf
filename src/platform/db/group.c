/* Group commit on SQLite's one write connection.
 *
 * Whoever finds the connection free leads: he runs his own transaction and then those of the threads that wait, each in a
 * savepoint, on their behalf; when nobody waits or after GROUP_MAX he commits for all and hands the lead to the next who
 * came meanwhile. So 64 writers cost one flush and no change of thread between their transactions. With parking the
 * transactions return before the flush and a thread of our own commits.
 *
 * A group of several is followed by another: before the flush the leader waits a little (at most half the time of a flush)
 * for those who have just been answered. A lone writer never waits.
 *
 * Locking: `held` is the lead; only the leader touches the connection and the open group's size and members. The mutex
 * guards all else.
 * Nobody waits for a group while leading, so waiting for durability cannot block the one who commits. */
#include "base/clock.h"
#include "platform/db/sqlite.h"
#include <errno.h>
#include <semaphore.h>

#define GROUP_MAX 64
#define LINGER_MAX_US 1000
#define WAIT_WRITE_S 15
#define WAIT_BULK_S 120

struct ticket { /* one waiting transaction, on its thread's stack */
	struct cx *cx;
	struct db_session *session;
	db_fn fn;
	void *arg;
	enum { T_WAITS, T_LEADS, T_OVER } state;
	enum err err;
	int msg;             /* problem to record, when not 0 */
	struct group *group; /* parked: holds a reference */
	struct ticket *next;
	struct ticket *heirs[2]; /* to be woken by this one */
	sem_t wake;
};

struct callback { /* somebody who wants to know about a group */
	db_durable_fn fn;
	void *arg;
	struct callback *next;
};

struct group {
	struct writer *writer;
	atomic_int refs;
	int size;
	bool done, urgent;
	enum err err;
	int msg;
	int64_t deadline_us;               /* of waiting for more members; 0: not begun */
	struct ticket *members[GROUP_MAX]; /* to be woken at the end */
	int members_len;
	struct callback *callbacks;
	const char *notify[16];
	size_t notify_len;
	struct group *next_settled;
};

struct writer {
	struct db *db;
	struct lite_conn *conn;
	pthread_mutex_t lock;
	pthread_cond_t arrived;   /* a leader lingers */
	pthread_cond_t committer; /* the parking thread */
	bool held, parking, stop;
	int wanted; /* waiting ones for whom the lingering leader wants to be woken; 0: does not linger */
	int waiting;
	struct ticket *first, **last;
	struct group *open;
	int recent;       /* size of the last groups */
	int64_t flush_us; /* time of a flush, smoothed */
	pthread_t thread;
	struct cx hook_cx;
};

/* Groups and their members */

static void group_unref(struct group *g)
{
	if (atomic_fetch_sub(&g->refs, 1) == 1) free(g);
}

static void sem_wait_whole(sem_t *s)
{
	while (sem_wait(s) && errno == EINTR) {
	}
}

static void ticket_end(struct ticket *t, const struct ticket *mine)
{
	t->state = T_OVER;
	if (t != mine) sem_post(&t->wake); /* t may be gone from here on */
}

/* With the lock: the group has its outcome. It is told later, after the lead has been handed on. */
static void settle(struct writer *w, enum err err, int msg, struct group **settled)
{
	struct group *g = w->open;
	w->open = NULL;
	g->done = true;
	g->err = err;
	g->msg = msg;
	g->next_settled = *settled;
	*settled = g;
}

/* Each who is woken wakes two more: one thread that wakes 64 would take longer than the flush. */
static void wake_members(struct group *g, const struct ticket *mine)
{
	struct ticket *others[GROUP_MAX];
	int n = 0;
	for (int i = 0; i < g->members_len; i++) {
		struct ticket *t = g->members[i];
		t->err = g->err;
		t->msg = g->msg;
		t->state = T_OVER;
		if (t != mine) others[n++] = t;
	}
	for (int i = 1; i < n; i++)
		others[(i - 1) / 2]->heirs[(i - 1) % 2] = others[i];
	if (n) sem_post(&others[0]->wake);
}

/* Without the lock. */
static void tell(struct writer *w, struct group *settled, const struct ticket *mine)
{
	for (struct group *g = settled, *next; g; g = next) {
		next = g->next_settled;
		if (!g->err)
			for (size_t i = 0; i < g->notify_len; i++)
				lite_notify(w->db->lite, g->notify[i]);
		wake_members(g, mine);
		for (struct callback *c = g->callbacks, *after; c; c = after) {
			after = c->next;
			c->fn(c->arg, g->err);
			free(c);
		}
		group_unref(g);
	}
}

/* The write connection; by the leader, without the lock */

static enum err call_hook(struct cx *cx, void *arg)
{
	struct db *db = arg;
	return db->before_commit(cx);
}

static enum err run_hook(struct writer *w)
{
	if (!w->db->before_commit) return OK;
	struct cx *cx = &w->hook_cx;
	arena_reset(cx->arena);
	cx->request_id = STR("commit"); /* the one cx_begin gave lay in the arena */
	cx_clear_problems(cx);
	cx->now_ms = clock_now_ms();
	struct db_session s = {.db = w->db, .mode = DB_WRITE, .conn = w->conn};
	enum err e = session_call(cx, &s, call_hook, w->db);
	if (e) log_error("before commit: %s; the group of %d is rolled back", err_name(e), w->open->size);
	lite_close_rows(w->conn);
	return e;
}

static enum err commit(struct writer *w, int *msg)
{
	int64_t start_us = clock_monotonic_us();
	enum err e = run_hook(w);
	*msg = M_db_not_committed;
	if (!e) {
		int rc = lite_do(w->conn, "commit");
		if (rc) {
			log_error("commit of %d: sqlite %d: %s", w->open->size, rc, sqlite3_errmsg(w->conn->handle));
			e = lite_meaning(w->conn, rc, msg);
		}
	}
	if (!e) {
		int64_t took_us = clock_monotonic_us() - start_us;
		w->flush_us = (w->flush_us * 7 + took_us) / 8;
		atomic_fetch_add(&w->db->commits, 1);
		atomic_fetch_add(&w->db->writes, w->open->size);
	} else if (!sqlite3_get_autocommit(w->conn->handle)) {
		(void)lite_do(w->conn, "rollback");
	}
	return e;
}

static enum err begin(struct writer *w, struct ticket *t)
{
	if (w->open) return OK;
	int rc = lite_do(w->conn, "begin immediate");
	if (rc) {
		t->cx->tx = t->session; /* told: try again */
		enum err e = lite_fail(t->cx, w->conn, rc, "begin immediate");
		t->cx->tx = NULL;
		return e;
	}
	struct group *g = db_alloc(sizeof *g);
	g->writer = w;
	atomic_init(&g->refs, 1);
	w->open = g;
	return OK;
}

static void keep_notify(struct group *g, const struct db_session *s)
{
	for (size_t i = 0; i < s->notify_len; i++) {
		size_t at = 0;
		while (at < g->notify_len && strcmp(g->notify[at], s->notify[i]))
			at++;
		BUG_IF(at == ARRAY_LEN(g->notify));
		if (at == g->notify_len) g->notify[g->notify_len++] = s->notify[i];
	}
}

/* SQLite checks deferred references at the outermost commit only: there they would fail the whole group. */
static bool reference_missing(struct lite_conn *c)
{
	int now = 0, high = 0;
	return !sqlite3_db_status(c->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &high, 0) && now;
}

/* One member in its savepoint. */
static enum err run_member(struct writer *w, struct ticket *t)
{
	int rc = lite_do(w->conn, "savepoint member");
	if (rc) return lite_fail(t->cx, w->conn, rc, "savepoint");
	enum err e = session_call(t->cx, t->session, t->fn, t->arg);
	lite_close_rows(w->conn);
	if (!e && reference_missing(w->conn)) e = fail(t->cx, ERR_CONFLICT, NULL, M_db_reference);
	if (sqlite3_get_autocommit(w->conn->handle)) return e ? e : ERR_DATABASE; /* a full disk rolled all back */
	if (e && (rc = lite_do(w->conn, "rollback to member"))) return lite_fail(t->cx, w->conn, rc, "rollback to");
	rc = lite_do(w->conn, "release member");
	return rc ? lite_fail(t->cx, w->conn, rc, "release") : e;
}

/* A long one, a group of its own: no savepoint, which would copy every page it changes. */
static enum err run_alone(struct writer *w, struct ticket *t)
{
	enum err e = session_call(t->cx, t->session, t->fn, t->arg);
	lite_close_rows(w->conn);
	if (e && !sqlite3_get_autocommit(w->conn->handle)) (void)lite_do(w->conn, "rollback");
	return e;
}

static bool is_bulk(const struct ticket *t) { return t->session->mode == DB_BULK; }

static void run_one(struct writer *w, struct ticket *t)
{
	t->session->conn = w->conn;
	t->session->notify_len = 0;
	t->err = begin(w, t);
	if (t->err) return;
	t->err = is_bulk(t) ? run_alone(w, t) : run_member(w, t);
	if (t->err) return;
	w->open->size++;
	keep_notify(w->open, t->session);
}

/* After a member: what became of its group, and of itself. */
static void sort_out(struct writer *w, struct ticket *t, struct ticket *mine, struct group **settled)
{
	struct group *g = w->open;
	if (t->err) {
		ticket_end(t, mine);
	} else if (!w->parking || is_bulk(t)) {
		g->members[g->members_len++] = t;
	} else {
		atomic_fetch_add(&g->refs, 1);
		t->group = g;
		ticket_end(t, mine);
	}
	if (!g || !sqlite3_get_autocommit(w->conn->handle)) return;
	pthread_mutex_lock(&w->lock);
	settle(w, ERR_DATABASE, M_db_not_committed, settled);
	pthread_mutex_unlock(&w->lock);
}

/* The lead; the functions below are called with the lock */

static void flush(struct writer *w, struct group **settled)
{
	int msg;
	int size = w->open->size;
	pthread_mutex_unlock(&w->lock);
	enum err e = commit(w, &msg);
	pthread_mutex_lock(&w->lock);
	w->recent = size > w->recent / 2 ? size : w->recent / 2;
	settle(w, e, msg, settled);
}

static struct ticket *pop(struct writer *w)
{
	struct ticket *t = w->first;
	if (!t) return NULL;
	w->first = t->next;
	if (!w->first) w->last = &w->first;
	w->waiting--;
	t->next = NULL;
	return t;
}

/* Time to wait for more members, or 0. */
static int64_t linger_until_us(struct writer *w)
{
	struct group *g = w->open;
	int enough = w->parking ? 2 * w->recent : w->recent; /* parked threads come back: let the groups grow */
	if (g->urgent || w->recent < 2 || g->size >= enough || g->size >= GROUP_MAX) return 0;
	int64_t now_us = clock_monotonic_us();
	int64_t most_us = w->flush_us / 2 < LINGER_MAX_US ? w->flush_us / 2 : LINGER_MAX_US;
	if (!g->deadline_us) g->deadline_us = now_us + most_us;
	return g->deadline_us > now_us ? g->deadline_us : 0;
}

static void wait_until(struct writer *w, pthread_cond_t *cond, int64_t until_us)
{
	struct timespec t = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	pthread_cond_timedwait(cond, &w->lock, &t);
}

/* Those who run next in this group, a list, or NULL when it is to be committed. */
static struct ticket *next_members(struct writer *w)
{
	struct group *g = w->open;
	if (!g || g->size >= GROUP_MAX) return NULL;
	for (int64_t until_us; w->waiting < w->recent - g->size && !w->parking && g->size && (until_us = linger_until_us(w));) {
		w->wanted = w->recent - g->size;
		wait_until(w, &w->arrived, until_us);
		w->wanted = 0;
	}
	struct ticket *list = NULL, **end = &list;
	for (int room = GROUP_MAX - g->size; room && w->first && !is_bulk(w->first); room--) {
		*end = pop(w);
		end = &(*end)->next;
	}
	return list;
}

static void hand_on(struct writer *w)
{
	struct ticket *heir = pop(w);
	w->held = heir != NULL;
	if (heir) {
		heir->state = T_LEADS;
		sem_post(&heir->wake);
	} else if (w->open || w->stop) {
		pthread_cond_signal(&w->committer);
	}
}

/* An open group in which everything was refused leaves nothing. */
static void drop_empty(struct writer *w, struct group **settled)
{
	if (!sqlite3_get_autocommit(w->conn->handle)) (void)lite_do(w->conn, "rollback");
	settle(w, OK, 0, settled);
}

/* Called with the lock and the lead; gives both back. */
static void lead(struct writer *w, struct ticket *mine)
{
	struct group *settled = NULL;
	if (w->open && (is_bulk(mine) || w->open->size >= GROUP_MAX)) flush(w, &settled);
	for (struct ticket *list = mine; list; list = is_bulk(mine) ? NULL : next_members(w)) {
		pthread_mutex_unlock(&w->lock);
		for (struct ticket *t = list, *next; t; t = next) {
			next = t->next;
			run_one(w, t);
			sort_out(w, t, mine, &settled);
		}
		pthread_mutex_lock(&w->lock);
	}
	if (w->open && !w->open->size) {
		drop_empty(w, &settled);
	} else if (w->open && (is_bulk(mine) || !w->parking || w->open->size >= GROUP_MAX)) {
		flush(w, &settled);
	}
	hand_on(w);
	pthread_mutex_unlock(&w->lock);
	tell(w, settled, mine);
}

/* Waits for its turn. False when the time was over first. */
static bool wait_turn(struct writer *w, struct ticket *t)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until); /* sem_timedwait knows no other clock */
	until.tv_sec += is_bulk(t) ? WAIT_BULK_S : WAIT_WRITE_S;
	int rc;
	while ((rc = sem_timedwait(&t->wake, &until)) && errno == EINTR) {
	}
	if (!rc) return true;
	pthread_mutex_lock(&w->lock);
	struct ticket **at = &w->first;
	while (*at && *at != t)
		at = &(*at)->next;
	bool waiting = *at == t;
	if (waiting) {
		*at = t->next;
		if (w->last == &t->next) w->last = at;
		w->waiting--;
	}
	pthread_mutex_unlock(&w->lock);
	if (waiting) return false;
	sem_wait_whole(&t->wake); /* it is being run */
	return true;
}

enum err writer_run(struct writer *w, struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	struct ticket t = {.cx = cx, .session = s, .fn = fn, .arg = arg};
	sem_init(&t.wake, 0, 0);
	bool in_time = true;
	pthread_mutex_lock(&w->lock);
	if (!w->held) {
		w->held = true;
		lead(w, &t);
	} else {
		*w->last = &t;
		w->last = &t.next;
		if (++w->waiting == w->wanted) pthread_cond_signal(&w->arrived);
		pthread_mutex_unlock(&w->lock);
		in_time = wait_turn(w, &t);
		if (in_time && t.state == T_LEADS) {
			pthread_mutex_lock(&w->lock);
			lead(w, &t);
		}
	}
	sem_destroy(&t.wake);
	for (size_t i = 0; i < ARRAY_LEN(t.heirs); i++)
		if (t.heirs[i]) sem_post(&t.heirs[i]->wake);
	if (!in_time) {
		atomic_fetch_add(&w->db->busy, 1);
		return fail(cx, ERR_BUSY, NULL, M_db_busy);
	}
	if (t.err && t.msg) return fail(cx, t.err, NULL, t.msg);
	cx->pending_commit = t.err ? NULL : t.group;
	return t.err;
}

/* Parking */

static void *committer_main(void *arg)
{
	struct writer *w = arg;
	pthread_mutex_lock(&w->lock);
	for (;;) {
		if (w->held || !w->open) { /* while held, `open` is the leader's */
			if (!w->held && w->stop) break;
			pthread_cond_wait(&w->committer, &w->lock);
			continue;
		}
		int64_t until_us = w->stop ? 0 : linger_until_us(w);
		if (until_us) {
			wait_until(w, &w->committer, until_us);
			continue;
		}
		struct group *settled = NULL;
		w->held = true;
		flush(w, &settled);
		hand_on(w);
		pthread_mutex_unlock(&w->lock);
		tell(w, settled, NULL);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

void writer_set_parking(struct writer *w, bool parking)
{
	if (parking == w->parking) return;
	if (parking) {
		w->parking = true;
		w->stop = false;
		BUG_IF(pthread_create(&w->thread, NULL, committer_main, w));
		return;
	}
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->committer);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->parking = false;
}

void db_set_parking(struct db *db, bool parking)
{
	if (db->lite) writer_set_parking(db->lite->writer, parking);
}

void db_when_durable(struct cx *cx, db_durable_fn fn, void *arg)
{
	struct group *g = cx->pending_commit;
	enum err e = OK;
	cx->pending_commit = NULL;
	if (g) {
		pthread_mutex_lock(&g->writer->lock);
		bool done = g->done;
		e = g->err;
		if (!done) {
			struct callback *c = db_alloc(sizeof *c);
			*c = (struct callback){fn, arg, g->callbacks};
			g->callbacks = c;
		}
		pthread_mutex_unlock(&g->writer->lock);
		group_unref(g);
		if (!done) return;
	}
	fn(arg, e);
}

static void post(void *arg, enum err err) { sem_post(arg); }

enum err db_wait_durable(struct cx *cx)
{
	struct group *g = cx->pending_commit;
	if (!g) return OK;
	struct writer *w = g->writer;
	sem_t told;
	sem_init(&told, 0, 0);
	pthread_mutex_lock(&w->lock);
	g->urgent = true;
	pthread_cond_signal(&w->committer);
	pthread_mutex_unlock(&w->lock);
	atomic_fetch_add(&g->refs, 1);
	db_when_durable(cx, post, &told);
	sem_wait_whole(&told);
	sem_destroy(&told);
	enum err e = g->err;
	int msg = g->msg;
	group_unref(g);
	return e ? fail(cx, e, NULL, msg) : OK;
}

struct writer *writer_open(struct db *db, struct lite_conn *conn)
{
	struct writer *w = db_alloc(sizeof *w);
	w->db = db;
	w->conn = conn;
	w->last = &w->first;
	pthread_mutexattr_t adaptive; /* held for moments only, by many at once */
	pthread_mutexattr_init(&adaptive);
	pthread_mutexattr_settype(&adaptive, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(&w->lock, &adaptive);
	pthread_mutexattr_destroy(&adaptive);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->arrived, &attr);
	pthread_cond_init(&w->committer, &attr);
	pthread_condattr_destroy(&attr);
	cx_begin(&w->hook_cx, db);
	return w;
}

void writer_close(struct writer *w)
{
	writer_set_parking(w, false);
	cx_end(&w->hook_cx);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->arrived);
	pthread_cond_destroy(&w->committer);
	free(w);
}
