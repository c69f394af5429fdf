/* The queue in the database: add, take with a lease, end. */
#include "platform/jobs/queue.h"
#include "platform/i18n/i18n.h"

enum err job_add(struct cx *cx, const char *kind, struct str payload, int64_t run_at_ms, struct uuid *id)
{
	*id = uuid_new(cx->now_ms);
	TRY(db_exec(cx,
	            SQL("insert into job (id, tenant, kind, payload, actor, state, run_at, attempts, progress, created_ms) "
	                "values (?1, ?2, ?3, ?4, ?5, 'queued', ?6, 0, 0, ?7)"),
	            DB_ID(*id), DB_I(cx->tenant), DB_S(str_of(kind)), DB_S(payload), DB_ID(cx->actor ? cx->actor->account : UUID_NONE),
	            DB_I(run_at_ms), DB_I(cx->now_ms)));
	db_notify(cx, "job");
	return OK;
}

static void read_job(struct db_rows *rows, struct job *j)
{
	*j = (struct job){.id = db_id(rows, 0),
	                  .tenant = db_int(rows, 1),
	                  .kind = db_str(rows, 2),
	                  .payload = db_str(rows, 3),
	                  .actor = db_id(rows, 4),
	                  .state = db_str(rows, 5),
	                  .attempts = db_int(rows, 6),
	                  .progress = db_int(rows, 7),
	                  .total = db_int(rows, 8),
	                  .result = db_str(rows, 9),
	                  .created_ms = db_int(rows, 10),
	                  .ended_ms = db_int(rows, 11)};
}

#define JOB_COLUMNS "id, tenant, kind, payload, actor, state, attempts, progress, total, result, created_ms, ended_ms"

struct loading {
	struct uuid id;
	struct job *out;
	bool *found;
};

static enum err load(struct cx *cx, void *arg)
{
	struct loading *l = arg;
	struct db_rows rows;
	TRY(db_one(cx, &rows, l->found, SQL("select " JOB_COLUMNS " from job where id = ?1 and tenant = ?2"), DB_ID(l->id),
	           DB_I(cx->tenant)));
	if (*l->found) read_job(&rows, l->out);
	db_done(&rows);
	return OK;
}

enum err job_load(struct cx *cx, struct uuid id, struct job *out, bool *found)
{
	return db_tx(cx, DB_READ, load, &(struct loading){id, out, found});
}

/* A queued job that is due, or a running one whose holder is gone. The update is the claim: only one process sees a row changed. */
enum err queue_take(struct cx *cx, void *arg)
{
	struct taking *t = arg;
	struct db_rows rows;
	t->found = false;
	TRY(db_one(cx, &rows, &t->found,
	           SQL("select " JOB_COLUMNS
	               " from job where (state = 'queued' and run_at <= ?1) or (state = 'running' and lease_until < ?1) "
	               "order by run_at, id limit 1"),
	           DB_I(cx->now_ms)));
	if (t->found) read_job(&rows, &t->job);
	db_done(&rows);
	if (!t->found) return OK;
	int64_t changed;
	TRY(db_exec_count(cx, &changed,
	                  SQL("update job set state = 'running', attempts = attempts + 1, lease_until = ?2 where id = ?1 and attempts = ?3 "
	                      "and ((state = 'queued' and run_at <= ?4) or (state = 'running' and lease_until < ?4))"),
	                  DB_ID(t->job.id), DB_I(cx->now_ms + t->lease_ms), DB_I(t->job.attempts), DB_I(cx->now_ms)));
	t->job.attempts++;
	t->found = changed == 1;
	return OK;
}

enum err queue_end(struct cx *cx, void *arg)
{
	const struct ending *e = arg;
	return db_exec(cx, SQL("update job set state = ?2, result = ?3, ended_ms = ?4, run_at = ?5, lease_until = null where id = ?1"),
	               DB_ID(e->job->id), DB_S(str_of(e->state)), DB_S(e->result), DB_N(e->ended_ms), DB_I(e->run_at));
}

static enum err set_progress(struct cx *cx, void *arg)
{
	const struct job *j = arg;
	return db_exec(cx, SQL("update job set progress = ?2, total = ?3 where id = ?1"), DB_ID(j->id), DB_I(j->progress), DB_N(j->total));
}

void job_progress(struct cx *cx, struct job *job, int64_t done, int64_t total)
{
	job->progress = done;
	job->total = total;
	/* Nobody depends on it: a progress that could not be written is only older. */
	if (db_tx(cx, DB_WRITE, set_progress, job) != OK) cx_clear_problems(cx);
}

enum err lease_take(struct cx *cx, void *arg)
{
	struct leasing *l = arg;
	int64_t changed;
	TRY(db_exec_count(cx, &changed,
	                  SQL("insert into lease (name, holder, until_ms) values (?1, ?2, ?3) on conflict (name) do update "
	                      "set holder = excluded.holder, until_ms = excluded.until_ms where lease.until_ms <= ?4"),
	                  DB_S(str_of(l->name)), DB_S(l->holder), DB_I(cx->now_ms + l->every_ms), DB_I(cx->now_ms)));
	l->mine = changed == 1;
	return OK;
}

enum { ENDED_KEPT_MS = 7 * 24 * 3600 * 1000 };

static enum err sweep(struct cx *cx, void *arg)
{
	return db_exec_count(cx, arg, SQL("delete from job where state in ('done', 'failed') and ended_ms < ?1"),
	                     DB_I(cx->now_ms - ENDED_KEPT_MS));
}

enum err jobs_sweep(struct cx *cx, int64_t *removed) { return db_tx(cx, DB_WRITE, sweep, removed); }
