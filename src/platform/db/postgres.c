/* The PostgreSQL engine: connections, transactions, what its errors mean, and notifications.
 *
 * Writes run serializable: rules are decided over several rows (seats used, limits reached), and SQLite's one writer gives
 * the same promise, so flows need no locks of their own. Reads run in a repeatable-read snapshot, as SQLite's do; taking
 * part in serializable checks would let a long export fail. */
#include "platform/db/postgres.h"
#include "base/clock.h"
#include "base/sb.h"
#include <errno.h>
#include <poll.h>

#define STATEMENT_TIMEOUT_MS 30000
#define POOL_WAIT_S 10

/* Errors */

/* "Key (tenant, number)=(1, x) already exists." gives "stay.number"; the parts in brackets are the same in all languages. */
static const char *key_field(struct cx *cx, const PGresult *r)
{
	const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	const char *open = detail ? strchr(detail, '(') : NULL, *close = open ? strstr(open, ")=(") : NULL;
	if (!table || !close) return name ? str_z(cx->arena, str_of(name)) : NULL;
	struct sb b;
	sb_init(&b, cx->arena, 4096);
	struct str rest = {open + 1, (size_t)(close - open - 1)}, part;
	while (str_split(&rest, ',', &part)) {
		part = str_trim(part);
		if (str_is(part, "tenant")) continue;
		if (!b.len) {
			sb_addz(&b, table);
			sb_char(&b, '.');
		} else {
			sb_char(&b, ',');
		}
		sb_add(&b, part);
	}
	return str_z(cx->arena, sb_str(&b));
}

static const char *check_field(struct cx *cx, const PGresult *r)
{
	const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
	const char *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
	const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
	if (name) return str_z(cx->arena, str_of(name));
	if (!table || !column) return NULL;
	return str_z(cx->arena, str_fmt(cx->arena, "%s.%s", table, column));
}

static const struct state_meaning {
	const char *state; /* a prefix of SQLSTATE; the first that fits counts */
	enum err err;
	int msg;
	bool again, dead;
} state_meanings[] = {
    {"40001", ERR_BUSY, M_db_busy, .again = true},
    {"40P01", ERR_BUSY, M_db_busy, .again = true},
    {"57014", ERR_BUSY, M_db_slow},
    {"55P03", ERR_BUSY, M_db_busy},
    {"53100", ERR_DATABASE, M_db_disk_full},
    {"53300", ERR_BUSY, M_db_busy, .dead = true},
    {"53", ERR_DATABASE, M_db_io},
    {"58", ERR_DATABASE, M_db_io},
    {"57P", ERR_DATABASE, M_db_gone, .dead = true},
    {"25P03", ERR_DATABASE, M_db_gone, .dead = true},
    {"08", ERR_DATABASE, M_db_gone, .dead = true},
    {"25006", ERR_DATABASE, M_db_read_only, .dead = true}, /* a standby, after the other server took over */
    {"XX00", ERR_DATABASE, M_db_corrupt},
    {"42501", ERR_DENIED, M_db_denied},
    {"22021", ERR_INVALID, M_db_text},
    {"26000", ERR_BUSY, M_db_busy, .again = true, .dead = true},
    {"", ERR_BUG, M_db_bug},
};

enum err pg_fail(struct cx *cx, struct db_session *s, struct pg_conn *c, const PGresult *r, const char *text)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	if (PQstatus(c->c) != CONNECTION_OK) c->dead = true;
	if (!state) {
		log_error("postgres: %.300s", r ? PQresultErrorMessage(r) : PQerrorMessage(c->c));
		if (c->dead) return fail(cx, ERR_DATABASE, NULL, M_db_gone);
		return fail(cx, ERR_BUG, NULL, M_db_bug);
	}
	if (!strcmp(state, "23505")) return fail(cx, ERR_CONFLICT, key_field(cx, r), M_db_taken);
	if (!strcmp(state, "23503")) return fail(cx, ERR_CONFLICT, key_field(cx, r), M_db_reference);
	if (!strncmp(state, "23", 2)) return fail(cx, ERR_INVALID, check_field(cx, r), M_db_check);
	const char *place = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
	if (place && !strcmp(place, "RevalidateCachedQuery")) state = "26000"; /* prepared before a migration */
	const struct state_meaning *m = state_meanings;
	while (strncmp(state, m->state, strlen(m->state)))
		m++;
	if (!strcmp(state, "25006") && s->mode == DB_READ) m = &state_meanings[ARRAY_LEN(state_meanings) - 1];
	if (m->dead) c->dead = true;
	if (m->again) s->again = true;
	if (!m->again) log_error("postgres %s: %s: %.200s", state, PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY), text);
	return fail(cx, m->err, NULL, m->msg);
}

enum err pg_simple(struct cx *cx, struct db_session *s, struct pg_conn *c, const char *text)
{
	PGresult *r = PQexec(c->c, text);
	ExecStatusType st = PQresultStatus(r);
	enum err e = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ? OK : pg_fail(cx, s, c, r, text);
	PQclear(r);
	return e;
}

/* Connections */

static void quiet(void *arg, const PGresult *r) { log_debug("postgres: %s", PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY)); }

/* What stands in the URL wins over what stands before it here. */
static PGconn *connect_server(const char *url)
{
	static const char *const keys[] = {"connect_timeout", "application_name", "tcp_user_timeout", "dbname", "client_encoding", NULL};
	const char *values[] = {"5", "passerelle", "15000", url, "UTF8", NULL};
	PGconn *c = PQconnectdbParams(keys, values, 1);
	if (c && PQstatus(c) == CONNECTION_OK) {
		PQsetNoticeReceiver(c, quiet, NULL);
		return c;
	}
	log_error("postgres: %.300s", c ? PQerrorMessage(c) : "out of memory");
	PQfinish(c);
	return NULL;
}

void pg_forget_statements(struct pg_conn *c)
{
	for (struct stmt *s; (s = stmt_pop(&c->cache));)
		stmt_free(s);
}

static void conn_free(struct pg_conn *c)
{
	pg_forget_statements(c);
	PQfinish(c->c);
	free(c);
}

static struct timespec in_ms(int64_t ms)
{
	int64_t at_us = clock_monotonic_us() + ms * 1000;
	return (struct timespec){.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000};
}

static bool done(PGresult *r)
{
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return ok;
}

/* What each transaction begins with is read once. Pages out of order cost little more than in order where the database lies in
 * memory or on flash; the server's default is that of a turning disk, and makes it walk tables where an index would do. */
static PGconn *connect_for_statements(const char *url)
{
	char settings[96];
	PGconn *c = connect_server(url);
	snprintf(settings, sizeof settings, "set statement_timeout=%d; set random_page_cost=1.1", STATEMENT_TIMEOUT_MS);
	if (!c) return NULL;
	if (done(PQexec(c, settings)) && done(PQprepare(c, PG_BEGIN_READ, "begin isolation level repeatable read read only", 0, NULL)) &&
	    done(PQprepare(c, PG_TENANT, "select set_config('passerelle.tenant', $1, true)", 1, NULL)) &&
	    done(PQprepare(c, PG_PLANS, "select set_config('plan_cache_mode', $1, true)", 1, NULL)))
		return c;
	log_error("postgres: %.300s", PQerrorMessage(c));
	PQfinish(c);
	return NULL;
}

static enum err conn_take(struct cx *cx, struct pg_conn **out)
{
	struct pg *pg = cx->db->pg;
	struct timespec until = in_ms(POOL_WAIT_S * 1000);
	int rc = 0;
	pthread_mutex_lock(&pg->lock);
	while (!pg->idle && pg->open >= cx->db->max_connections && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&pg->freed, &pg->lock, &until);
	struct pg_conn *c = pg->idle;
	bool room = c || pg->open < cx->db->max_connections;
	if (c) pg->idle = c->next;
	if (!c && room) pg->open++;
	pthread_mutex_unlock(&pg->lock);
	*out = c;
	if (c) return OK;
	if (!room) {
		atomic_fetch_add(&cx->db->busy, 1);
		return fail(cx, ERR_BUSY, NULL, M_db_busy);
	}
	PGconn *h = connect_for_statements(pg->url);
	if (h) {
		*out = c = db_alloc(sizeof *c);
		c->c = h;
		return OK;
	}
	pthread_mutex_lock(&pg->lock);
	pg->open--;
	pthread_cond_signal(&pg->freed);
	pthread_mutex_unlock(&pg->lock);
	return fail(cx, ERR_DATABASE, NULL, M_db_gone);
}

static void conn_give(struct pg *pg, struct pg_conn *c)
{
	struct pg_conn *gone = NULL;
	pthread_mutex_lock(&pg->lock);
	if (c->dead) { /* so are the idle ones, most likely: the server went away */
		gone = pg->idle;
		pg->idle = NULL;
		c->next = gone;
		gone = c;
		for (struct pg_conn *each = gone; each; each = each->next)
			pg->open--;
		pthread_cond_broadcast(&pg->freed);
	} else {
		c->next = pg->idle;
		pg->idle = c;
		pthread_cond_signal(&pg->freed);
	}
	pthread_mutex_unlock(&pg->lock);
	for (struct pg_conn *next; gone; gone = next) {
		next = gone->next;
		conn_free(gone);
	}
}

/* Transactions */

static enum err pg_begin(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	for (PGresult *r; c->ending && (r = PQgetResult(c->c));)
		PQclear(r);
	c->ending = false;
	c->tenant = cx->tenant;
	c->fixed = false;
	if (s->mode == DB_READ) return pg_begin_read(cx, s, c);
	char text[240];
	snprintf(text, sizeof text, "begin isolation level serializable; set local passerelle.tenant='%lld'%s", (long long)cx->tenant,
	         s->mode == DB_BULK ? "; set local statement_timeout=0" : "");
	enum err e = pg_simple(cx, s, c, text);
	if (e && c->dead) s->again = true; /* an idle connection whose server has restarted */
	return e;
}

static enum err pg_commit(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	PGresult *r = PQexec(c->c, "commit");
	enum err e = OK;
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		e = pg_fail(cx, s, c, r, "commit");
		/* The server may have committed before it was lost: only a person can tell. */
		if (c->dead && !s->again) e = fail(cx, ERR_DATABASE, NULL, M_db_unsure);
	} else if (strcmp(PQcmdStatus(r), "COMMIT")) {
		e = fail(cx, ERR_BUG, NULL, M_db_not_committed);
	}
	PQclear(r);
	return e;
}

static enum err pg_run(struct cx *cx, struct db_session *s, db_fn fn, void *arg)
{
	struct pg_conn *c;
	TRY(conn_take(cx, &c));
	s->conn = c;
	enum err e = pg_begin(cx, s, c);
	if (!e) {
		e = session_call(cx, s, fn, arg);
		cx->tx = s;
		if (!e) e = pg_ready(cx, s, c);
		cx->tx = NULL;
		if (!e) {
			e = pg_commit(cx, s, c);
			if (!e) {
				atomic_fetch_add(&s->db->commits, 1);
				atomic_fetch_add(&s->db->writes, 1);
			}
		} else {
			pg_drop_results(c);
			PQclear(PQexec(c->c, "rollback"));
		}
	}
	pg_free_rows(c);
	if (PQtransactionStatus(c->c) != PQTRANS_IDLE) c->dead = true;
	conn_give(s->db->pg, c);
	return e;
}

static enum err pg_read_begin(struct cx *cx, struct db_session *s)
{
	struct pg_conn *c;
	TRY(conn_take(cx, &c));
	enum err e = pg_begin(cx, s, c);
	if (e)
		conn_give(s->db->pg, c);
	else
		s->conn = c;
	return e;
}

static enum err pg_read_rest(struct cx *cx, struct db_session *s)
{
	struct pg_conn *c = s->conn;
	enum err e = c->ahead ? OK : pg_ready(cx, s, c);
	pg_free_rows(c);
	return e;
}

static void pg_read_end(struct cx *cx, struct db_session *s, bool failed)
{
	struct pg_conn *c = s->conn;
	if (failed || c->ahead) pg_drop_results(c);
	pg_forget_asked(c);
	pg_free_rows(c);
	/* Nothing hangs on its answer: the next transaction here takes it in. */
	c->ending = PQsendQuery(c->c, "commit");
	if (!c->ending) c->dead = true;
	conn_give(s->db->pg, c);
	s->conn = NULL;
}

static enum err pg_savepoint(struct cx *cx, enum savepoint_act act, int level)
{
	struct pg_conn *c = cx->tx->conn;
	char text[64];
	snprintf(text, sizeof text,
	         act == SAVEPOINT_SET    ? "savepoint s%d"
	         : act == SAVEPOINT_KEEP ? "release s%d"
	                                 : "rollback to s%d; release s%d",
	         level, level);
	if (act == SAVEPOINT_UNDO) {
		pg_drop_results(c);
		c->tenant = UNKNOWN; /* what was set since goes back too */
	} else {
		TRY(pg_ready(cx, cx->tx, c));
	}
	return pg_simple(cx, cx->tx, c, text);
}

static enum err pg_script(struct cx *cx, const char *text)
{
	struct pg_conn *c = cx->tx->conn;
	TRY(pg_ready(cx, cx->tx, c));
	return pg_simple(cx, cx->tx, c, text);
}

/* Notifications: a connection that listens for each channel somebody waits on */

static void check_channel(const char *channel)
{
	BUG_IF(!*channel || channel[strspn(channel, "abcdefghijklmnopqrstuvwxyz_")] || strlen(channel) > 31);
}

static enum err pg_notify(struct cx *cx, const char *channel)
{
	check_channel(channel);
	struct db_arg args[] = {DB_S(str_of(channel))};
	return pg_exec(cx, "select pg_notify(?1, '')", args, 1, NULL);
}

static PGconn **listener(struct pg *pg, const char *channel)
{
	size_t i = 0;
	pthread_mutex_lock(&pg->lock);
	while (i < ARRAY_LEN(pg->listeners) && pg->listeners[i].name[0] && strcmp(pg->listeners[i].name, channel))
		i++;
	BUG_IF(i == ARRAY_LEN(pg->listeners));
	snprintf(pg->listeners[i].name, sizeof pg->listeners[i].name, "%s", channel);
	pthread_mutex_unlock(&pg->lock);
	return &pg->listeners[i].c;
}

static bool listen_on(PGconn **c, const char *url, const char *channel)
{
	char text[64];
	snprintf(text, sizeof text, "listen %s", channel);
	*c = connect_server(url);
	if (!*c) return false;
	PGresult *r = PQexec(*c, text);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return ok;
}

static bool drain_notifications(PGconn *c)
{
	bool any = false;
	for (PGnotify *n; (n = PQnotifies(c)); any = true)
		PQfreemem(n);
	return any;
}

static enum err pg_wait_notify(struct cx *cx, const char *channel, int64_t *seen, int timeout_ms, bool *woken)
{
	check_channel(channel);
	PGconn **c = listener(cx->db->pg, channel);
	int64_t until_ms = clock_monotonic_us() / 1000 + timeout_ms;
	bool fresh = !*c, ok = !fresh || listen_on(c, cx->db->pg->url, channel);
	*woken = fresh && ok; /* what came before we listened was missed */
	while (ok && !*woken) {
		ok = PQconsumeInput(*c);
		*woken = drain_notifications(*c);
		int64_t left_ms = until_ms - clock_monotonic_us() / 1000;
		if (!ok || *woken || left_ms <= 0) break;
		struct pollfd p = {.fd = PQsocket(*c), .events = POLLIN};
		poll(&p, 1, (int)left_ms);
	}
	if (ok) {
		*seen += *woken;
		return OK;
	}
	PQfinish(*c);
	*c = NULL;
	int64_t left_ms = until_ms - clock_monotonic_us() / 1000;
	if (left_ms > 0) poll(NULL, 0, (int)(left_ms < 1000 ? left_ms : 1000)); /* a caller in a loop must not spin */
	return fail(cx, ERR_DATABASE, NULL, M_db_gone);
}

/* Opening and closing */

static enum err pg_open(struct cx *cx, struct db *db, const struct db_options *options)
{
	struct pg *pg = db->pg = db_alloc(sizeof *pg);
	pthread_mutex_init(&pg->lock, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pg->freed, &attr);
	pthread_condattr_destroy(&attr);
	pg->url = db_alloc(options->url.len + 1);
	memcpy(pg->url, options->url.ptr, options->url.len);
	struct db *outer = cx->db;
	cx->db = db;
	struct pg_conn *c;
	enum err e = conn_take(cx, &c);
	cx->db = outer;
	if (!e) conn_give(pg, c);
	return e;
}

static void pg_close(struct db *db)
{
	struct pg *pg = db->pg;
	for (struct pg_conn *c = pg->idle, *next; c; c = next) {
		next = c->next;
		conn_free(c);
	}
	for (size_t i = 0; i < ARRAY_LEN(pg->listeners); i++)
		PQfinish(pg->listeners[i].c);
	pthread_mutex_destroy(&pg->lock);
	pthread_cond_destroy(&pg->freed);
	free(pg->url);
	free(pg);
}

const struct engine engine_postgres = {
    .open = pg_open,
    .close = pg_close,
    .run = pg_run,
    .read_begin = pg_read_begin,
    .read_rest = pg_read_rest,
    .read_end = pg_read_end,
    .savepoint = pg_savepoint,
    .script = pg_script,
    .exec = pg_exec,
    .query = pg_query,
    .ahead = pg_ahead,
    .next = pg_next,
    .done = pg_done,
    .get = pg_get,
    .batch_begin = pg_batch_begin,
    .batch_add = pg_batch_add,
    .batch_end = pg_batch_end,
    .notify = pg_notify,
    .wait_notify = pg_wait_notify,
    .backup = pg_backup,
    .restore = pg_restore,
};
