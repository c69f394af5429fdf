/* Imports as people make them: send a file, look at what it would do, correct the columns, apply, undo. A file and what is known of
 * it stay for seven days. Small files are looked at and applied at once, others by a job with progress. */
#pragma once
#include "office/desk/imports_store.h"
#include "platform/jobs/jobs.h"

enum {
	IMPORT_AT_ONCE_BYTES = 256 * 1024, /* looked at inside the request */
	IMPORT_AT_ONCE_ROWS = 2000,        /* applied inside the request */
	IMPORT_KEPT_MS = 7 * 24 * 3600 * 1000,
	IMPORT_SAMPLES = 12, /* lines of each state in a report */
};

/* What a look at the file, or its application, gave; kept as JSON. */
struct import_result {
	int64_t counts[IMPORT_STATES];
	struct result_line {
		int64_t line, state;
		struct str title, field, value, reason;
		struct result_diff {
			struct str field, before, after;
		} * diffs;
		size_t diffs_len;
	} * lines;
	size_t lines_len;
	struct pairs map;
	struct str *columns, *examples; /* examples[i]: the first values of column i */
	size_t columns_len;
	struct str map_name;
	struct str problem; /* why the file cannot be used at all, or why nothing was written; absent */
};
/* All zero when nothing is known yet. */
enum err import_result_read(struct cx *cx, const struct import_file *f, struct import_result *out) MUST_CHECK;

/* May this actor bring in rows of this kind? ERR_NOT_FOUND for a kind that is not there, ERR_DENIED. */
enum err import_kind(struct cx *cx, struct str kind, const struct entity **out) MUST_CHECK;
/* Keeps the file and looks at it, now or by a job. */
enum err import_send(struct cx *cx, struct str kind, struct str name, struct str bytes, struct uuid *id) MUST_CHECK;
/* The file, for its sender and administrators. ERR_NOT_FOUND. */
enum err import_open(struct cx *cx, struct uuid id, struct import_file *out) MUST_CHECK;
/* Looks again with these columns; key may be blank. */
enum err import_remap(struct cx *cx, struct uuid id, struct pairs map, struct str key, bool remember) MUST_CHECK;
/* Applies, now or by a job. ERR_REFUSED: nothing was written, the report says why. */
enum err import_apply(struct cx *cx, struct uuid id, bool partial) MUST_CHECK;
enum err import_forget(struct cx *cx, struct uuid id) MUST_CHECK;
/* Lines that were not taken, as CSV. */
enum err import_refused_csv(struct cx *cx, struct uuid id, struct str *csv) MUST_CHECK;
/* The actor's own, newest first. */
enum err import_recent(struct cx *cx, size_t max, struct import_file **out, size_t *len) MUST_CHECK;
/* Lines that the running job has read; UNKNOWN when it runs elsewhere or not yet. */
int64_t import_progress(struct cx *cx, const struct import_file *f);
/* Removes what is older than seven days, for the school of cx. */
enum err import_sweep(struct cx *cx) MUST_CHECK;

extern const struct job_kind import_look_job, import_apply_job;
