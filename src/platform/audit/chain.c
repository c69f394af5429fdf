/* The hashes of the log. Every part is written with its length, so that no two records have the same bytes. */
#include "platform/audit/chain.h"
#include "platform/crypto/hash.h"

void audit_record_read(struct db_rows *rows, int col, struct audit_record *out)
{
	out->id = db_id(rows, col++);
	out->at_ms = db_int(rows, col++);
	out->actor = db_str(rows, col++);
	out->actor_id = db_id(rows, col++);
	out->act = db_str(rows, col++);
	out->kind = db_str(rows, col++);
	out->subject = db_id(rows, col++);
	out->note = db_str(rows, col++);
	out->payload_hash = db_bytes(rows, col++);
}

static void part(struct sb *b, struct str s)
{
	sb_fmt(b, "%lld:", str_present(s) ? (long long)s.len : -1LL);
	sb_add(b, s);
}

static struct str digest(struct arena *a, struct str bytes)
{
	uint8_t out[32];
	sha256(bytes, out);
	return (struct str){arena_copy(a, out, sizeof(out)), sizeof(out)};
}

static struct str id_bytes(struct uuid *id) { return (struct str){(const char *)id->b, sizeof(id->b)}; }

struct str audit_payload_hash(struct arena *a, struct str salt, struct str body) { return digest(a, str_concat(a, salt, body)); }

struct str audit_chain_start(struct arena *a, int64_t tenant) { return digest(a, str_fmt(a, "passerelle audit %lld", (long long)tenant)); }

struct str audit_chain_next(struct arena *a, struct str before, const struct audit_record *r)
{
	struct audit_record copy = *r;
	struct sb b;
	sb_init(&b, a, r->note.len + r->actor.len + r->act.len + r->kind.len + 512);
	sb_add(&b, before);
	part(&b, id_bytes(&copy.id));
	sb_fmt(&b, "%lld,", (long long)r->at_ms);
	part(&b, r->actor);
	part(&b, id_bytes(&copy.actor_id));
	part(&b, r->act);
	part(&b, r->kind);
	part(&b, id_bytes(&copy.subject));
	part(&b, r->note);
	part(&b, r->payload_hash);
	BUG_IF(sb_failed(&b));
	return digest(a, sb_str(&b));
}
