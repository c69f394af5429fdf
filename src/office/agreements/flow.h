/* Use cases of agreements and their conditions: who may is told by the descriptors, platform/record saves, indexes and audits. */
#pragma once
#include "office/agreements/model.h"

enum err agreement_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err agreement_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err agreement_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err condition_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err condition_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err condition_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
