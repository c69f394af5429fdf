/* Use cases of stays: who may is told by the descriptors, platform/record saves, indexes and audits. */
#pragma once
#include "office/stays/rules.h"
#include "office/stays/store.h"

enum err stay_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err stay_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err stay_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;

/* A step that the system times, now: accepted, nominated, host accepted, recognised. ERR_REFUSED when it has happened already or the
 * stay was cancelled; ERR_STALE when the row changed since it was read. */
enum err stay_flow_mark(struct cx *cx, struct uuid id, int64_t version, enum stay_step step, struct stay *out) MUST_CHECK;
/* Arrived or back: the day itself, which the person or the host confirmed. */
enum err stay_flow_confirm(struct cx *cx, struct uuid id, int64_t version, enum stay_step step, int64_t date, struct stay *out) MUST_CHECK;
enum err stay_flow_cancel(struct cx *cx, struct uuid id, int64_t version, struct str reason, struct stay *out) MUST_CHECK;
/* Places of a condition in a year, for whom may read the condition. */
enum err stay_flow_seats(struct cx *cx, struct uuid condition, struct uuid academic_year, struct seats *out) MUST_CHECK;
