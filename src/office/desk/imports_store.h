/* SQL of sent files. Private to office/desk. All inside a transaction; permission is the flow's. */
#pragma once
#include "platform/record/import.h"

struct import_file {
	struct uuid id, account, job, batch;
	struct str kind, name, state, given_map, match_key, report;
	int64_t size, remember, partial, created_ms, changed_ms;
};
enum err import_file_insert(struct cx *cx, const struct import_file *f, struct str bytes) MUST_CHECK;
enum err import_file_load(struct cx *cx, struct uuid id, struct import_file *out, bool *found) MUST_CHECK;
/* State, map, key, report, job and batch as they are in `f`. */
enum err import_file_save(struct cx *cx, const struct import_file *f) MUST_CHECK;
/* Newest first; none: of every account. */
enum err import_file_list(struct cx *cx, struct uuid account, size_t max, struct import_file **out, size_t *len) MUST_CHECK;
enum err import_file_remove(struct cx *cx, struct uuid id) MUST_CHECK;
/* Every file that was sent before that time. */
enum err import_file_sweep(struct cx *cx, int64_t before_ms, int64_t *removed) MUST_CHECK;

enum { IMPORT_CHUNK_BYTES = 256 * 1024 };
/* Replaces a part by these bytes. */
enum err import_chunks_write(struct cx *cx, struct uuid file, const char *part, struct str bytes) MUST_CHECK;
/* Calls `take` with each chunk in order; it gives false to stop. */
enum err import_chunks_read(struct cx *cx, struct uuid file, const char *part, bool (*take)(void *arg, struct str bytes),
                            void *arg) MUST_CHECK;
