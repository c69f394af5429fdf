/* Jobs: work outside a request, at least once, by whichever process holds the lease. A handler must therefore be safe to
 * repeat: its writes go in one transaction that also ends the job, or it asks for what is already there.
 * Threads: each worker thread has its own cx; handlers of one process run one at a time. */
#pragma once
#include "platform/audit/audit.h"

struct job {
	struct uuid id;
	int64_t tenant, attempts, progress, total;
	struct str kind, payload, state, result;
	struct uuid actor;
	int64_t created_ms, ended_ms;
};

struct job_kind {
	const char *name;
	/* *result: JSON text, may stay absent. An error is tried again later, up to `attempts` times, then the job has failed. */
	enum err (*run)(struct cx *cx, struct job *job, struct str *result);
	int64_t lease_s;
	int attempts;
};
/* Something that recurs: run every `every_s` by one process of all. */
struct job_timer {
	const char *name;
	enum err (*run)(struct cx *cx);
	int64_t every_s;
};

enum err job_add(struct cx *cx, const char *kind, struct str payload, int64_t run_at_ms,
                 struct uuid *id) MUST_CHECK; /* in a write transaction */
enum err job_load(struct cx *cx, struct uuid id, struct job *out, bool *found) MUST_CHECK;
/* Removes jobs that ended a week ago. Own transaction. */
enum err jobs_sweep(struct cx *cx, int64_t *removed) MUST_CHECK;
/* Shown to those who wait; own transaction, at most twice a second. */
void job_progress(struct cx *cx, struct job *job, int64_t done, int64_t total);

struct job_config {
	const struct job_kind *const *kinds;               /* NULL-terminated */
	const struct job_timer *const *timers;             /* NULL-terminated */
	enum err (*begin)(struct cx *cx, struct job *job); /* sets actor and language of cx; may be NULL */
};
struct jobs;
enum err jobs_start(struct db *db, const struct job_config *config, struct jobs **out) MUST_CHECK;
void jobs_wake(struct jobs *j);
/* Long work that asks cx_ending is interrupted and queued anew; any other job in hand is waited for. */
void jobs_stop(struct jobs *j);
/* Runs what is due now, once, in the calling thread: for commands and tests. */
enum err jobs_run_due(struct cx *cx, const struct job_config *config, int *ran) MUST_CHECK;
