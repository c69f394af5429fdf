/* The door to the rows of an entity: permission, validation, saving, search words and audit in one step, so that no flow can
 * forget one of them. Capabilities' flows call these after their own decisions; the generic pages, the API and imports come in
 * through entity->ops. All of them open a transaction, or join the one that is open. */
#pragma once
#include "platform/audit/audit.h"
#include "platform/entity/entity.h"

/* A new row: gives it id, version 1 and, for a numbered entity, its number. ERR_DENIED, ERR_INVALID, ERR_CONFLICT. */
enum err record_create(struct cx *cx, const struct entity *e, void *row) MUST_CHECK;
/* Writes the `fields` of `row` over the current row. row->row.id and version say what was read: ERR_STALE when it changed since.
 * Nothing different: OK, nothing written. On return `row` is the row as saved. */
enum err record_change(struct cx *cx, const struct entity *e, void *row, const struct field_set *fields) MUST_CHECK;
/* Archived rows stay, with their reason; lists leave them out. */
enum err record_archive(struct cx *cx, const struct entity *e, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err record_restore(struct cx *cx, const struct entity *e, struct uuid id, int64_t version) MUST_CHECK;
/* The row, if this actor may read it: ERR_NOT_FOUND otherwise. */
enum err record_load(struct cx *cx, const struct entity *e, struct uuid id, void *row) MUST_CHECK;

/* The next number of a series of this school: A-2026-0042. Inside a write transaction. */
enum err record_number(struct cx *cx, const char *prefix, struct str *out) MUST_CHECK;

/* Steps of record_create that an import takes by itself, in bulk. */
enum err record_give_number(struct cx *cx, const struct entity *e, void *row) MUST_CHECK;
enum err record_check_unique(struct cx *cx, const struct entity *e, const void *row) MUST_CHECK; /* ERR_CONFLICT names field and holder */

/* Derived fields of a row from its own and from other rows: entity->derive, then entity->fill. Inside a transaction. */
enum err record_derive(struct cx *cx, const struct entity *e, void *row) MUST_CHECK;
/* derived.c: after a row has changed, fills the rows that refer to it anew, and those that refer to these. What is derived is no
 * edit: such a row keeps its version, and no audit entry is written. */
enum err record_refresh(struct cx *cx, const struct entity *e, struct uuid id) MUST_CHECK;
/* Rows of an entity whose derived fields are not what derive and fill give now; with `mend` they are set right. */
enum err record_check_derived(struct cx *cx, const struct entity *e, bool mend, int64_t *wrong) MUST_CHECK;
