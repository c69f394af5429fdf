/* Counters of the process, in the text format that Prometheus reads. Safe from any thread. */
#pragma once
#include "base/sb.h"
#include "platform/db/db.h"

void metrics_request(int status, int64_t duration_us);
void metrics_refused(void);         /* queue full */
void metrics_queue(int64_t change); /* requests waiting or running */
void metrics_connections(int64_t change);
void metrics_text(struct sb *b, const struct db *db);
void metrics_reset(void); /* for tests */
