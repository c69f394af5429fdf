/* The inside of the queue. Private to platform/jobs. */
#pragma once
#include "platform/jobs/jobs.h"

struct taking {
	struct job job;
	int64_t lease_ms;
	bool found;
};
struct ending {
	const struct job *job;
	const char *state;
	struct str result;
	int64_t ended_ms, run_at;
};
struct leasing {
	const char *name;
	struct str holder;
	int64_t every_ms;
	bool mine;
};
/* Bodies of write transactions. */
enum err queue_take(struct cx *cx, void *taking) MUST_CHECK;
enum err queue_end(struct cx *cx, void *ending) MUST_CHECK;
enum err lease_take(struct cx *cx, void *leasing) MUST_CHECK;
