/* What the chain is made of. Private to platform/audit. */
#pragma once
#include "platform/audit/audit.h"

struct audit_record {
	struct uuid id, actor_id, subject;
	int64_t at_ms;
	struct str actor, act, kind, note, payload_hash;
};
/* Columns: id, at_ms, actor, actor_id, act, kind, subject, note, payload_hash */
void audit_record_read(struct db_rows *rows, int col, struct audit_record *out);
struct str audit_payload_hash(struct arena *a, struct str salt, struct str body);
struct str audit_chain_start(struct arena *a, int64_t tenant);
struct str audit_chain_next(struct arena *a, struct str before, const struct audit_record *r);
