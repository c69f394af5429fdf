/* What the desk hands to the program: routes, jobs, and what recurs. */
#include "office/desk/desk.h"
#include "office/desk/imports.h"
#include "office/desk/pages.h"
#include "office/people/school.h"
#include "platform/audit/audit.h"
#include "platform/jobs/outbox.h"
#include "platform/web/session.h"

static struct desk_config config; /* immutable after start */

void desk_configure(const struct desk_config *c) { config = *c; }
const struct desk_config *desk_config(void) { return &config; }

/* Row-level security shows one school at a time. */
static enum err each_school(struct cx *cx, enum err (*fn)(struct cx *cx))
{
	struct school *all;
	size_t len;
	TRY(school_list(cx, &all, &len));
	enum err first = OK;
	for (size_t i = 0; i < len; i++) {
		cx->tenant = all[i].tenant;
		cx->zone = all[i].zone;
		enum err err = fn(cx);
		if (first == OK) first = err;
	}
	cx->tenant = 0;
	return first;
}

static enum err sweep_sessions(struct cx *cx)
{
	int64_t removed;
	return session_sweep(cx, &removed);
}

static enum err sweep_imports(struct cx *cx) { return each_school(cx, import_sweep); }

static enum err sweep_jobs(struct cx *cx)
{
	int64_t removed;
	return jobs_sweep(cx, &removed);
}

static enum err seal_body(struct cx *cx, void *arg) { return audit_seal(cx); }
static enum err seal_school(struct cx *cx) { return db_tx(cx, DB_WRITE, seal_body, NULL); }
/* On SQLite the group commit seals. */
static enum err seal(struct cx *cx) { return db_engine(cx->db) == DB_POSTGRES ? each_school(cx, seal_school) : OK; }

static const struct job_timer timer_sessions = {"session.sweep", sweep_sessions, 3600},
			      timer_imports = {"import.sweep", sweep_imports, 3600}, timer_jobs = {"job.sweep", sweep_jobs, 3600},
			      timer_mail = {"mail.send", outbox_send_due, 5}, timer_seal = {"audit.seal", seal, 1};
static const struct job_timer *const timers[] = {&timer_sessions, &timer_imports, &timer_jobs, &timer_mail, &timer_seal, NULL};
static const struct job_kind *const jobs[] = {&import_look_job, &import_apply_job, NULL};
static const struct route *const routes[] = {home_routes, import_routes, batch_routes, mail_routes, help_routes, NULL};

const struct capability desk_capability = {.name = "desk", .routes = routes, .jobs = jobs, .timers = timers};
