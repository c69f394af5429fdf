/* Writing entries and sealing them. */
#include "platform/audit/audit.h"
#include "base/rand.h"
#include "platform/audit/chain.h"

static struct str payload_text(struct cx *cx, const struct audit_act *act)
{
	if (!str_present(act->before) && !str_present(act->after)) return STR_NONE;
	struct sb b;
	sb_init(&b, cx->arena, act->before.len + act->after.len + 64);
	SB_LIT(&b, "{");
	if (str_present(act->before)) {
		SB_LIT(&b, "\"before\":");
		sb_add(&b, act->before);
	}
	if (str_present(act->after)) {
		sb_addz(&b, str_present(act->before) ? ",\"after\":" : "\"after\":");
		sb_add(&b, act->after);
	}
	SB_LIT(&b, "}");
	return sb_str(&b);
}

static struct str actor_name(const struct cx *cx)
{
	if (!cx->actor) return STR("system");
	if (!str_blank(cx->actor->email)) return cx->actor->email;
	return cx->actor->is_operator ? STR("operator") : str_blank(cx->actor->name) ? STR("system") : cx->actor->name;
}

enum err audit_write(struct cx *cx, const struct audit_act *act)
{
	struct uuid id = uuid_new(cx->now_ms);
	struct str body = payload_text(cx, act), hash = STR_NONE;
	if (str_present(body)) {
		uint8_t salt[16];
		rand_bytes(salt, sizeof(salt));
		struct str salt_bytes = {arena_copy(cx->arena, salt, sizeof(salt)), sizeof(salt)};
		hash = audit_payload_hash(cx->arena, salt_bytes, body);
		TRY(db_exec(cx, SQL("insert into audit_payload (tenant, entry, salt, body) values (?1, ?2, ?3, ?4)"), DB_I(cx->tenant),
		            DB_ID(id), DB_B(salt_bytes), DB_S(body)));
	}
	return db_exec(cx,
	               SQL("insert into audit_entry (tenant, id, at_ms, actor, actor_id, act, kind, subject, note, payload_hash) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
	               DB_I(cx->tenant), DB_ID(id), DB_I(cx->now_ms), DB_S(actor_name(cx)),
	               DB_ID(cx->actor ? cx->actor->account : UUID_NONE), DB_S(str_of(act->act)), DB_S(str_of(act->kind)),
	               DB_ID(act->subject), DB_S(act->note), DB_B(hash));
}

/* Entries of one school that have no place yet, in the order of their ids. */
static enum err unsealed_of(struct cx *cx, int64_t tenant, struct audit_record **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct audit_record) list = {0};
	TRY(db_query(cx, &rows,
	             SQL("select id, at_ms, actor, actor_id, act, kind, subject, note, payload_hash from audit_entry "
	                 "where tenant = ?1 and seq is null order by id"),
	             DB_I(tenant)));
	while (db_next(&rows))
		audit_record_read(&rows, 0, VEC_PUSH(cx->arena, &list));
	*out = list.ptr;
	*len = list.len;
	return rows.err;
}

static enum err head_of(struct cx *cx, int64_t tenant, struct audit_head *head, bool *found)
{
	struct db_rows rows;
	TRY(db_one(cx, &rows, found, SQL("select seq, chain from audit_head where tenant = ?1"), DB_I(tenant)));
	*head = (struct audit_head){.tenant = tenant, .chain = audit_chain_start(cx->arena, tenant)};
	if (*found) {
		head->seq = db_int(&rows, 0);
		head->chain = db_bytes(&rows, 1);
	}
	db_done(&rows);
	return OK;
}

static enum err seal_tenant(struct cx *cx, int64_t tenant)
{
	struct audit_record *list;
	size_t len;
	struct audit_head head;
	bool found;
	TRY(head_of(cx, tenant, &head, &found));
	TRY(unsealed_of(cx, tenant, &list, &len));
	if (!len) return OK;
	for (size_t i = 0; i < len; i++) {
		head.seq++;
		head.chain = audit_chain_next(cx->arena, head.chain, &list[i]);
		TRY(db_exec(cx, SQL("update audit_entry set seq = ?3, chain = ?4 where tenant = ?1 and id = ?2"), DB_I(tenant),
		            DB_ID(list[i].id), DB_I(head.seq), DB_B(head.chain)));
	}
	return db_exec(cx,
	               SQL("insert into audit_head (tenant, seq, chain, sealed_ms) values (?1, ?2, ?3, ?4) on conflict (tenant) "
	                   "do update set seq = excluded.seq, chain = excluded.chain, sealed_ms = excluded.sealed_ms"),
	               DB_I(tenant), DB_I(head.seq), DB_B(head.chain), DB_I(cx->now_ms));
}

enum err audit_seal(struct cx *cx)
{
	if (cx->tenant) return seal_tenant(cx, cx->tenant);
	struct db_rows rows;
	VEC(int64_t) tenants = {0};
	TRY(db_query(cx, &rows, SQL("select distinct tenant from audit_entry where seq is null")));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &tenants) = db_int(&rows, 0);
	TRY(rows.err);
	VEC_EACH (t, &tenants)
		TRY(seal_tenant(cx, *t));
	return OK;
}

enum err audit_erase(struct cx *cx, struct uuid subject, int64_t *erased)
{
	return db_exec_count(cx, erased,
	                     SQL("delete from audit_payload where tenant = ?1 and entry in "
	                         "(select id from audit_entry where tenant = ?1 and subject = ?2)"),
	                     DB_I(cx->tenant), DB_ID(subject));
}
