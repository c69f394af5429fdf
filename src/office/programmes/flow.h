/* Use cases of programmes and enrolments: who may is told by the descriptors, platform/record saves, indexes and audits. */
#pragma once
#include "office/programmes/model.h"

enum err programme_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err programme_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err programme_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err term_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err term_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err term_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err course_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err course_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err course_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err enrolment_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err enrolment_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err enrolment_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err apprenticeship_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err apprenticeship_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err apprenticeship_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err apprenticeship_period_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err apprenticeship_period_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err apprenticeship_period_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
