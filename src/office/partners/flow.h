/* Use cases of institutions, partners and contacts: who may is told by the descriptors, platform/record saves, indexes and audits. */
#pragma once
#include "office/partners/model.h"

enum err institution_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err institution_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err institution_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err partner_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err partner_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err partner_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
/* A university partner with what the directory knows; *made false: the institution has one, `out` is that one. ERR_DENIED. */
enum err partner_flow_from_institution(struct cx *cx, struct uuid institution, struct partner *out, bool *made) MUST_CHECK;
enum err contact_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err contact_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err contact_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
