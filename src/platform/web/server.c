/* The only file that knows libmicrohttpd. Its thread reads requests and sends replies; between the two a request is
 * suspended and belongs to a worker, then perhaps to the group commit, until it is resumed with its reply.
 *
 * An exchange is one request: made when its first line is read, freed when its reply has left or the client has gone. */
#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "platform/i18n/i18n.h"
#include "platform/web/body.h"
#include "platform/web/clients.h"
#include "platform/web/job.h"
#include "platform/web/listen.h"
#include "platform/web/metrics.h"
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { HEADERS_MAX = 100, CONNECTION_MEMORY = 32 * 1024, DISCARD_MAX = 4 * 1024 * 1024, STOP_WAIT_MS = 10000, SLOW_WORKERS = 2 };

struct web {
	struct site site;
	struct MHD_Daemon *daemon;
	struct pool *pool, *slow_pool;
	struct clients *clients;
	int port;
	char *socket_path;
	atomic_llong bodies_bytes;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	bool stopping;
	int suspended, running; /* running: suspended, or its reply still on the way */
};

struct exchange {
	struct job job; /* first: a job of the server is an exchange */
	struct web *web;
	struct MHD_Connection *connection;
	struct client *client;
	struct str target;
	struct body body;
	bool header_read, refused, running, close;
	int64_t discarded;
	struct MHD_Response *response;
};

static struct client *client_of(struct MHD_Connection *c)
{
	return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* ---- replies ---- */

static void free_response(struct exchange *x)
{
	if (x->response) MHD_destroy_response(x->response);
	x->response = NULL;
}

/* From any thread. The bytes stay in the arena of the exchange, which outlives the response. */
static void make_response(struct exchange *x)
{
	struct reply *p = &x->job.reply;
	free_response(x);
	if (p->fd >= 0 && !p->sent_nothing) {
		x->response = MHD_create_response_from_fd64((uint64_t)p->fd_size, p->fd);
		p->fd = -1;
	} else {
		struct str bytes = reply_bytes(p);
		x->response = MHD_create_response_from_buffer(bytes.len, (void *)(uintptr_t)bytes.ptr, MHD_RESPMEM_PERSISTENT);
	}
	BUG_IF(!x->response);
	for (size_t i = 0; i < p->headers.len; i++) {
		const char *name = str_z(x->job.cx.arena, p->headers.ptr[i].name);
		if (MHD_add_response_header(x->response, name, str_z(x->job.cx.arena, p->headers.ptr[i].value)) != MHD_YES)
			log_error("reply header %s not taken", name);
	}
	if (x->close) MHD_add_response_header(x->response, "Connection", "close");
}

static enum MHD_Result queue_response(struct exchange *x)
{
	struct reply *p = &x->job.reply;
	client_begins(x->web->clients, x->client, CLIENT_READS_REPLY, p->fd_size + (int64_t)reply_bytes(p).len);
	enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)p->status, x->response);
	free_response(x);
	return queued;
}

static void count_reply(struct exchange *x)
{
	int64_t us = clock_monotonic_us() - x->job.started_us;
	metrics_request(x->job.reply.status, us);
	log_debug("%.*s %s %.*s %d %lld us", STR_ARG(x->job.cx.request_id), http_method_name(x->job.request.method),
	          STR_ARG(x->job.request.path), x->job.reply.status, (long long)us);
}

/* Hands the exchange back to the server's thread: not to be touched afterwards. */
static void resume(struct exchange *x)
{
	struct web *w = x->web;
	make_response(x);
	count_reply(x);
	MHD_resume_connection(x->connection);
	/* Counted down afterwards: whoever stops the server must not do so while a thread is in that call. */
	pthread_mutex_lock(&w->lock);
	w->suspended--;
	pthread_cond_broadcast(&w->idle);
	pthread_mutex_unlock(&w->lock);
	metrics_queue(-1);
}

/* ---- workers ---- */

static void render_lost_commit(struct work *work)
{
	struct exchange *x = (struct exchange *)work;
	job_fail(&x->job, ERR_DATABASE);
	/* The error page may have read, never written. */
	BUG_IF(x->job.cx.pending_commit);
	resume(x);
}

/* From the thread that commits, which must not be kept: an error page may need the database. */
static void on_durable(void *arg, enum err err)
{
	struct exchange *x = arg;
	if (err == OK) {
		resume(x);
		return;
	}
	x->job.work.run = render_lost_commit;
	pool_add_again(x->web->pool, &x->job.work);
}

static void on_touched(void *arg, enum err err)
{
	if (err != OK) log_warn("a session's last use was not noted: %s", err_name(err));
}

/* After the reply has been handed over, so that no reader waits for it. */
static void touch_session(struct db *db, const uint8_t token_hash[SHA256_LEN])
{
	struct cx cx;
	cx_begin(&cx, db);
	enum err err = session_touch(&cx, token_hash);
	if (err == OK && cx.pending_commit)
		db_when_durable(&cx, on_touched, NULL);
	else
		on_touched(NULL, err);
	cx_end(&cx);
}

static void run_exchange(struct work *work)
{
	struct exchange *x = (struct exchange *)work;
	struct cx *cx = &x->job.cx;
	struct db *db = cx->db;
	uint8_t hash[SHA256_LEN];
	job_run(&x->job);
	const struct session *s = x->job.request.session;
	bool touch = s && cx->now_ms - s->last_seen_ms > SESSION_TOUCH_MS;
	if (touch) memcpy(hash, s->token_hash, sizeof(hash));
	if (cx->pending_commit)
		db_when_durable(cx, on_durable, x);
	else
		resume(x);
	if (touch) touch_session(db, hash);
}

/* ---- requests ---- */

/* A request that no worker will see: its reply is a bare error. */
static void refuse(struct exchange *x, enum err err)
{
	if (x->job.refusal == OK) x->job.refusal = err;
	x->job.bare_error = true;
	x->job.started_us = clock_monotonic_us();
	job_run(&x->job);
	make_response(x);
	count_reply(x);
}

static enum MHD_Result answer_refused(struct exchange *x, enum err err, bool close_after)
{
	x->close = close_after;
	refuse(x, err);
	return queue_response(x);
}

static void drop_body(struct exchange *x)
{
	atomic_fetch_sub(&x->web->bodies_bytes, (int64_t)x->body.room);
	body_free(&x->body);
}

/* libmicrohttpd takes no reply while a body arrives. So the reply is written to the socket as it is, and the rest of the
 * body is read and thrown away for a while: closing at once would make the client's system discard the reply. */
static enum MHD_Result refuse_body(struct exchange *x, enum err err)
{
	x->refused = true;
	drop_body(x);
	struct arena *a = x->job.cx.arena;
	x->job.refusal = err;
	x->job.bare_error = true;
	x->job.started_us = clock_monotonic_us();
	job_run(&x->job);
	const struct reply *p = &x->job.reply;
	struct sb b;
	sb_init(&b, a, 256 * 1024);
	sb_fmt(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %zu\r\n", p->status,
	       MHD_get_reason_phrase_for((unsigned)p->status), reply_bytes(p).len);
	for (size_t i = 0; i < p->headers.len; i++)
		sb_fmt(&b, "%.*s: %.*s\r\n", STR_ARG(p->headers.ptr[i].name), STR_ARG(p->headers.ptr[i].value));
	SB_LIT(&b, "\r\n");
	sb_add(&b, reply_bytes(p));
	struct str text = sb_str(&b);
	if (send(x->client->fd, text.ptr, text.len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)text.len) return MHD_NO;
	shutdown(x->client->fd, SHUT_WR);
	count_reply(x);
	return MHD_YES;
}

struct header_list {
	struct arena *arena;
	VEC(struct pair) v;
	bool bad;
};

static enum MHD_Result read_one_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value,
                                       size_t value_len)
{
	struct header_list *l = arg;
	struct str n = {name, name_len}, v = {value ? value : "", value ? value_len : 0};
	l->bad |= l->v.len == HEADERS_MAX || memchr(n.ptr, 0, n.len) || memchr(v.ptr, 0, v.len);
	if (!l->bad) *VEC_PUSH(l->arena, &l->v) = (struct pair){str_lower(l->arena, n), v};
	return l->bad ? MHD_NO : MHD_YES;
}

static enum MHD_Result read_header(struct exchange *x, const char *method)
{
	struct header_list list = {.arena = x->job.cx.arena};
	struct str length, expect;
	int64_t declared = 0;
	x->header_read = true;
	MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, read_one_header, &list);
	struct pairs headers = {list.v.ptr, list.v.len};
	job_read_header(&x->job, method, x->target, headers, x->client->address);
	if (list.bad) return answer_refused(x, ERR_SYNTAX, true);
	if (x->job.bare_error) return answer_refused(x, x->job.refusal, true);
	length = pairs_get(headers, "content-length");
	expect = pairs_get(headers, "expect");
	if (str_present(length) && !str_to_i64(str_trim(length), &declared)) return answer_refused(x, ERR_SYNTAX, true);
	client_begins(x->web->clients, x->client, CLIENT_SENDS_BODY, 0);
	if (declared <= job_body_cap(&x->job)) return MHD_YES;
	if (str_present(expect)) return answer_refused(x, ERR_TOO_LARGE, true);
	return refuse_body(x, ERR_TOO_LARGE);
}

static enum MHD_Result read_some_body(struct exchange *x, const char *bytes, size_t n)
{
	struct web *w = x->web;
	if (x->refused) {
		x->discarded += (int64_t)n;
		return x->discarded > DISCARD_MAX ? MHD_NO : MHD_YES;
	}
	client_received(w->clients, x->client, (int64_t)n);
	if ((int64_t)(x->body.len + n) > job_body_cap(&x->job)) return refuse_body(x, ERR_TOO_LARGE);
	int64_t before = (int64_t)x->body.room;
	if (atomic_load(&w->bodies_bytes) + (int64_t)n > w->site.config.limits.bodies_bytes) return refuse_body(x, ERR_BUSY);
	body_add(&x->body, bytes, n);
	atomic_fetch_add(&w->bodies_bytes, (int64_t)x->body.room - before);
	return MHD_YES;
}

static bool may_suspend(struct exchange *x)
{
	struct web *w = x->web;
	pthread_mutex_lock(&w->lock);
	bool may = !w->stopping;
	if (may) {
		w->suspended++;
		w->running++;
		x->running = true;
		MHD_suspend_connection(x->connection);
	}
	pthread_mutex_unlock(&w->lock);
	return may;
}

static enum MHD_Result run_later(struct exchange *x)
{
	struct web *w = x->web;
	struct job *j = &x->job;
	j->request.body = (struct str){x->body.ptr ? x->body.ptr : "", x->body.len};
	j->cx.now_ms = clock_now_ms();
	j->started_us = clock_monotonic_us();
	j->work.run = run_exchange;
	client_begins(w->clients, x->client, CLIENT_WAITS, 0);
	if (!may_suspend(x)) return answer_refused(x, ERR_BUSY, true);
	metrics_queue(1);
	bool slow = j->own.route && j->own.route->flags & ROUTE_SLOW;
	if (pool_add(slow ? w->slow_pool : w->pool, &j->work)) return MHD_YES;
	metrics_refused();
	j->retry_after_s = 1;
	j->bare_error = true;
	j->refusal = ERR_BUSY;
	job_run(j);
	resume(x);
	return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *upload, size_t *upload_len, void **exchange)
{
	struct exchange *x = *exchange;
	if (!x) return MHD_NO;
	if (!x->header_read) return read_header(x, method);
	if (*upload_len) {
		enum MHD_Result result = read_some_body(x, upload, *upload_len);
		*upload_len = 0;
		return result;
	}
	if (x->refused) return MHD_NO;
	return x->response ? queue_response(x) : run_later(x);
}

static void free_exchange(struct web *w, struct exchange *x)
{
	if (!x) return;
	x->client->exchange = NULL;
	client_begins(w->clients, x->client, CLIENT_SENDS_HEADER, 0);
	free_response(x);
	if (x->job.reply.fd > 0) close(x->job.reply.fd);
	drop_body(x);
	cx_end(&x->job.cx);
	pthread_mutex_lock(&w->lock);
	w->running -= x->running;
	pthread_cond_broadcast(&w->idle);
	pthread_mutex_unlock(&w->lock);
	free(x);
}

/* The first line has been read; the address is still as sent. When what follows is no header, libmicrohttpd answers by
 * itself and does not call on_completed: so the client keeps hold of its exchange. */
static void *on_first_line(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct web *w = arg;
	struct client *client = client_of(connection);
	free_exchange(w, client->exchange);
	struct exchange *x = calloc(1, sizeof(*x));
	BUG_IF(!x);
	client->exchange = x;
	x->web = w;
	x->connection = connection;
	x->client = client;
	x->job.site = &w->site;
	cx_begin(&x->job.cx, w->site.db);
	x->target = str_copy(x->job.cx.arena, str_of(target));
	return x;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **exchange, enum MHD_RequestTerminationCode why)
{
	free_exchange(arg, *exchange);
	*exchange = NULL;
}

static void on_connection(void *arg, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct web *w = arg;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		struct client *client = *context;
		free_exchange(w, client->exchange);
		client_leave(w->clients, client);
		return;
	}
	const struct sockaddr *address = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	*context = client_enter(w->clients, MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, address);
}

static enum MHD_Result on_accept(void *arg, const struct sockaddr *address, socklen_t len)
{
	struct web *w = arg;
	return clients_may_enter(w->clients, len >= sizeof(address->sa_family) ? address : NULL) ? MHD_YES : MHD_NO;
}

static void on_log(void *arg, const char *fmt, va_list ap)
{
	char text[512];
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = 0;
	log_debug("http: %s", text);
}

/* Addresses and queries are decoded by parse.c, which is strict. */
static size_t keep_escapes(void *arg, struct MHD_Connection *connection, char *text) { return strlen(text); }

/* ---- start and stop ---- */

static struct MHD_Daemon *start_daemon(struct web *w, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, on_accept, w,
	                        on_request, w, MHD_OPTION_EXTERNAL_LOGGER, on_log, w, MHD_OPTION_LISTEN_SOCKET, fd,
	                        MHD_OPTION_CONNECTION_LIMIT, (unsigned)w->site.config.limits.connections,
	                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	                        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, w, MHD_OPTION_URI_LOG_CALLBACK,
	                        on_first_line, w, MHD_OPTION_NOTIFY_COMPLETED, on_completed, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
	                        w, MHD_OPTION_END);
}

static void free_web(struct web *w)
{
	clients_stop(w->clients);
	pool_stop(w->pool);
	pool_stop(w->slow_pool);
	if (w->socket_path) unlink(w->socket_path);
	pthread_cond_destroy(&w->idle);
	pthread_mutex_destroy(&w->lock);
	arena_free(w->site.arena);
	free(w);
}

enum err web_start(struct cx *cx, struct db *db, const struct web_config *config, struct web **out)
{
	int fd, port;
	TRY(listen_open(cx, config->listen, &fd, &port));
	struct web *w = calloc(1, sizeof(*w));
	BUG_IF(!w);
	w->port = port;
	w->site.arena = arena_new();
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->idle, NULL);
	enum err err = site_init(cx, &w->site, db, config, port);
	if (err != OK) {
		close(fd);
		free_web(w);
		return err;
	}
	const struct web_config *c = &w->site.config;
	if (str_starts(c->listen, STR("unix:")))
		w->socket_path = (char *)(uintptr_t)str_z(w->site.arena, str_sub(c->listen, 5, c->listen.len));
	w->clients = clients_start(
	    (struct client_limits){c->limits.connections_per_address, c->limits.header_ms, c->limits.body_ms, c->trusted_proxy});
	w->pool = pool_start(c->workers, c->limits.queue);
	w->slow_pool = pool_start(SLOW_WORKERS, c->limits.queue);
	db_set_parking(db, true);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	w->daemon = start_daemon(w, fd);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!w->daemon) {
		close(fd);
		free_web(w);
		return fail(cx, ERR_IO, "listen", M_web_listen_failed, ARG_S("value", config->listen), ARG_Z("reason", "libmicrohttpd"));
	}
	*out = w;
	return OK;
}

int web_port(const struct web *w) { return w->port; }

/* Requests in the hands of workers end as they would; then their replies have some seconds to leave. */
static void wait_idle(struct web *w)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_MS / 1000;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	while (w->suspended > 0)
		pthread_cond_wait(&w->idle, &w->lock);
	while (w->running > 0 && pthread_cond_timedwait(&w->idle, &w->lock, &until) == 0)
		continue;
	pthread_mutex_unlock(&w->lock);
}

void web_stop(struct web *w)
{
	if (!w) return;
	MHD_socket listening = MHD_quiesce_daemon(w->daemon);
	if (listening != MHD_INVALID_SOCKET) close(listening);
	wait_idle(w);
	MHD_stop_daemon(w->daemon);
	db_set_parking(w->site.db, false);
	free_web(w);
}
