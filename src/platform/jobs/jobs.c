/* The thread that runs what is due: jobs one after the other, timers by lease. */
#include "platform/jobs/jobs.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/queue.h"
#include <pthread.h>
#include <unistd.h>

enum { IDLE_S = 1, LEASE_MS = 10 * 60 * 1000, BACKOFF_MS = 15 * 1000 };

struct jobs {
	struct db *db;
	struct job_config config;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool woken;
	atomic_bool ending;
	struct str holder;
	struct arena *arena;
};

static const struct job_kind *kind_of(const struct job_config *c, struct str name)
{
	for (size_t i = 0; c->kinds && c->kinds[i]; i++)
		if (str_is(name, c->kinds[i]->name)) return c->kinds[i];
	return NULL;
}

static enum err finish(struct cx *cx, const struct job *job, const struct job_kind *kind, enum err err, struct str result)
{
	struct ending e = {.job = job, .state = "done", .result = result, .ended_ms = clock_now_ms(), .run_at = cx->now_ms};
	if (err != OK) {
		/* Interrupted is not failed: it is the first thing that the next start does. */
		bool interrupted = err == ERR_BUSY && cx_ending(cx), again = interrupted || (kind && job->attempts < kind->attempts);
		e.state = again ? "queued" : "failed";
		e.result = cx->problems ? problem_text(cx, cx->problems) : str_of(err_name(err));
		e.run_at = clock_now_ms() + (interrupted ? 0 : BACKOFF_MS * job->attempts * job->attempts);
		if (again) e.ended_ms = UNKNOWN;
		log_warn("job %.*s %s", STR_ARG(job->kind), e.state);
	}
	cx_clear_problems(cx);
	return db_tx(cx, DB_WRITE, queue_end, &e);
}

static enum err run_job(struct cx *cx, const struct job_config *config, struct job *job)
{
	const struct job_kind *kind = kind_of(config, job->kind);
	struct str result = STR_NONE;
	cx->tenant = job->tenant;
	enum err err = kind ? OK : fail(cx, ERR_BUG, "job", M_error_bug);
	if (err == OK && config->begin) err = config->begin(cx, job);
	if (err == OK) err = kind->run(cx, job, &result);
	TRY(finish(cx, job, kind, err, result));
	return db_wait_durable(cx);
}

enum err jobs_run_due(struct cx *cx, const struct job_config *config, int *ran)
{
	*ran = 0;
	while (!cx_ending(cx)) {
		struct cx own;
		struct taking t = {.lease_ms = LEASE_MS};
		cx_begin(&own, cx->db);
		own.ending = cx->ending;
		enum err err = db_tx(&own, DB_WRITE, queue_take, &t);
		if (err == OK) err = db_wait_durable(&own);
		if (err == OK && t.found) err = run_job(&own, config, &t.job);
		cx_end(&own);
		TRY(err);
		if (!t.found) return OK;
		++*ran;
	}
	return OK;
}

static void run_timers(struct jobs *j)
{
	for (size_t i = 0; j->config.timers && j->config.timers[i]; i++) {
		const struct job_timer *timer = j->config.timers[i];
		struct cx cx;
		cx_begin(&cx, j->db);
		struct leasing l = {.name = timer->name, .holder = j->holder, .every_ms = timer->every_s * 1000};
		enum err err = db_tx(&cx, DB_WRITE, lease_take, &l);
		if (err == OK) err = db_wait_durable(&cx);
		if (err == OK && l.mine) err = timer->run(&cx);
		if (err == OK) err = db_wait_durable(&cx);
		if (err != OK) log_warn("timer %s: %s", timer->name, err_name(err));
		cx_end(&cx);
	}
}

static bool wait_a_while(struct jobs *j)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_S;
	pthread_mutex_lock(&j->lock);
	if (!j->woken && !atomic_load(&j->ending)) pthread_cond_timedwait(&j->wake, &j->lock, &until);
	j->woken = false;
	pthread_mutex_unlock(&j->lock);
	return !atomic_load(&j->ending);
}

static void *loop(void *arg)
{
	struct jobs *j = arg;
	do {
		struct cx cx;
		int ran;
		cx_begin(&cx, j->db);
		cx.ending = &j->ending;
		enum err err = jobs_run_due(&cx, &j->config, &ran);
		if (err != OK) log_warn("jobs: %s", err_name(err));
		cx_end(&cx);
		if (!atomic_load(&j->ending)) run_timers(j);
	} while (wait_a_while(j));
	return NULL;
}

enum err jobs_start(struct db *db, const struct job_config *config, struct jobs **out)
{
	struct arena *a = arena_new();
	struct jobs *j = ARENA_NEW(a, struct jobs);
	char host[64] = "";
	gethostname(host, sizeof(host) - 1);
	*j = (struct jobs){.db = db, .config = *config, .arena = a, .holder = str_fmt(a, "%s:%d", host, (int)getpid())};
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	if (pthread_create(&j->thread, NULL, loop, j)) {
		arena_free(a);
		return ERR_IO;
	}
	*out = j;
	return OK;
}

void jobs_wake(struct jobs *j)
{
	pthread_mutex_lock(&j->lock);
	j->woken = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
}

void jobs_stop(struct jobs *j)
{
	pthread_mutex_lock(&j->lock);
	atomic_store(&j->ending, true);
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	pthread_cond_destroy(&j->wake);
	pthread_mutex_destroy(&j->lock);
	arena_free(j->arena);
}
