/* The audit log: who did what to which record, when, provable afterwards.
 *
 * An entry is written in the transaction of its act. Its payload (before, after, note of the act) lies in a table of its own and can
 * be erased; the salted SHA-256 stays in the entry. Entries are sealed shortly after: each gets its place in the school's chain,
 * chain(n) = SHA-256(chain(n-1), entry(n)). On SQLite the group commit seals; on PostgreSQL a leased job. */
#pragma once
#include "base/sb.h"
#include "platform/entity/entity.h"

struct audit_act {
	const char *act;  /* "create" */
	const char *kind; /* entity name or other subject: "institution", "campaign.allocation" */
	struct uuid subject;
	struct str before, after; /* images; absent: none */
	struct str note;          /* a sentence or JSON text; absent: none */
};
enum err audit_write(struct cx *cx, const struct audit_act *act) MUST_CHECK; /* inside a write transaction */

/* Gives every unsealed entry its place, in the open transaction, for the school of cx or for all when tenant is 0. */
enum err audit_seal(struct cx *cx) MUST_CHECK;

/* The same for every school, each in a transaction of its own: where no group commit seals. Outside transactions. */
enum err audit_seal_all(struct cx *cx) MUST_CHECK;

struct audit_report {
	int64_t entries, sealed, unsealed, erased;
	bool whole;
	struct uuid bad; /* the first bad entry */
	int64_t bad_tenant, bad_seq;
	struct str why; /* "payload", "entry", "gap", "head" */
};
enum err audit_verify(struct cx *cx, struct audit_report *out) MUST_CHECK;

struct audit_head {
	int64_t tenant, seq, sealed_ms;
	struct str chain; /* 32 bytes */
};
enum err audit_heads(struct cx *cx, struct audit_head **out, size_t *len) MUST_CHECK;

struct audit_line {
	struct uuid id;
	int64_t at_ms, seq;
	struct str actor, act, kind, note;
	const struct json *before, *after; /* images; NULL when there is none or it was erased */
	bool erased;
};
/* The history of one record, newest first. The caller has checked that the record may be read. */
enum err audit_history(struct cx *cx, struct uuid subject, size_t max, struct audit_line **out, size_t *len) MUST_CHECK;
/* Erases payloads of one subject (a person's right, or the end of keeping): hashes and entries stay. */
enum err audit_erase(struct cx *cx, struct uuid subject, int64_t *erased) MUST_CHECK;
