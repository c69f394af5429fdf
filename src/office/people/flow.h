/* Use cases of people and units: who may is told by the descriptors, platform/record saves, indexes and audits. */
#pragma once
#include "office/people/model.h"

enum err unit_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err unit_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err unit_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err academic_year_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err academic_year_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err academic_year_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err person_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err person_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err person_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err identifier_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err identifier_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err identifier_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err language_level_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err language_level_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err language_level_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err employment_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err employment_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err employment_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
