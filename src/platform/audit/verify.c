/* Reading the log back: is it whole, and the history of one record. */
#include "platform/audit/chain.h"
#include "platform/format/json.h"

enum { PAYLOAD_CAP = 4 << 20 };

static void bad(struct audit_report *out, int64_t tenant, int64_t seq, struct uuid id, const char *why)
{
	if (!out->whole) return;
	out->whole = false;
	out->bad = id;
	out->bad_tenant = tenant;
	out->bad_seq = seq;
	out->why = str_of(why);
}

/* One sealed entry: its place, its own words, and its payload if that is still there. */
static void check_entry(struct cx *cx, struct db_rows *rows, int64_t tenant, int64_t expected, struct str *chain, struct audit_report *out)
{
	struct audit_record r;
	audit_record_read(rows, 0, &r);
	int64_t seq = db_int(rows, 9);
	struct str stored = db_bytes(rows, 10), salt = db_bytes(rows, 11), body = db_str(rows, 12);
	out->entries++;
	out->sealed++;
	if (seq != expected) bad(out, tenant, expected, r.id, "gap");
	struct str next = audit_chain_next(cx->arena, *chain, &r);
	if (!str_eq(next, stored)) bad(out, tenant, seq, r.id, "entry");
	if (str_present(r.payload_hash)) {
		if (!str_present(body))
			out->erased++;
		else if (!str_eq(audit_payload_hash(cx->arena, salt, body), r.payload_hash))
			bad(out, tenant, seq, r.id, "payload");
	}
	*chain = stored;
}

static enum err verify_tenant(struct cx *cx, int64_t tenant, struct audit_report *out)
{
	struct db_rows rows;
	uint8_t kept[32];
	struct str chain = audit_chain_start(cx->arena, tenant);
	memcpy(kept, chain.ptr, 32);
	int64_t seq = 0;
	TRY(db_query(cx, &rows,
	             SQL("select e.id, e.at_ms, e.actor, e.actor_id, e.act, e.kind, e.subject, e.note, e.payload_hash, e.seq, e.chain, "
	                 "p.salt, p.body from audit_entry e left join audit_payload p on p.tenant = e.tenant and p.entry = e.id "
	                 "where e.tenant = ?1 and e.seq is not null order by e.seq"),
	             DB_I(tenant)));
	struct uuid last = UUID_NONE;
	while (db_next(&rows)) {
		struct arena_mark mark = arena_mark(cx->arena);
		struct str c = {(const char *)kept, 32};
		last = db_id(&rows, 0);
		check_entry(cx, &rows, tenant, ++seq, &c, out);
		if (c.len == 32) memcpy(kept, c.ptr, 32);
		arena_rewind(cx->arena, mark);
	}
	TRY(rows.err);
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select seq, chain from audit_head where tenant = ?1"), DB_I(tenant)));
	struct str head = found ? db_bytes(&rows, 1) : STR_NONE;
	if (found ? db_int(&rows, 0) != seq || !str_eq(head, (struct str){(const char *)kept, 32}) : seq != 0)
		bad(out, tenant, seq, last, "head");
	db_done(&rows);
	int64_t unsealed;
	TRY(db_number(cx, &unsealed, SQL("select count(*) from audit_entry where tenant = ?1 and seq is null"), DB_I(tenant)));
	out->unsealed += unsealed;
	out->entries += unsealed;
	return OK;
}

struct tenants {
	VEC(int64_t) list;
};

/* Schools are node rows: seen without a tenant, also under row-level security. */
static enum err all_tenants(struct cx *cx, void *arg)
{
	struct tenants *t = arg;
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select tenant from school order by tenant")));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &t->list) = db_int(&rows, 0);
	return rows.err;
}

static enum err verify(struct cx *cx, void *arg) { return verify_tenant(cx, cx->tenant, arg); }

/* Runs fn in a transaction of its own for each school of the node. */
static enum err each_tenant(struct cx *cx, enum db_mode mode, db_fn fn, void *arg)
{
	struct tenants t = {0};
	int64_t own = cx->tenant;
	TRY(db_tx(cx, DB_READ, all_tenants, &t));
	enum err err = OK;
	for (size_t i = 0; i < t.list.len && err == OK; i++) {
		cx->tenant = t.list.ptr[i];
		err = db_tx(cx, mode, fn, arg);
	}
	cx->tenant = own;
	return err;
}

static enum err any_unsealed(struct cx *cx, void *arg)
{
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select 1 from audit_entry where tenant = ?1 and seq is null limit 1"), DB_I(cx->tenant)));
	db_done(&rows);
	*(bool *)arg |= found;
	return OK;
}

static enum err seal(struct cx *cx, void *arg) { return audit_seal(cx); }

enum err audit_seal_all(struct cx *cx)
{
	bool any = false;
	TRY(each_tenant(cx, DB_READ, any_unsealed, &any));
	return any ? each_tenant(cx, DB_WRITE, seal, NULL) : OK;
}

enum err audit_verify(struct cx *cx, struct audit_report *out)
{
	*out = (struct audit_report){.whole = true};
	return each_tenant(cx, DB_READ, verify, out);
}

struct heads {
	VEC(struct audit_head) list;
};

static enum err head(struct cx *cx, void *arg)
{
	struct heads *x = arg;
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select seq, chain, sealed_ms from audit_head where tenant = ?1"), DB_I(cx->tenant)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &x->list) = (struct audit_head){cx->tenant, db_int(&rows, 0), db_int(&rows, 2), db_bytes(&rows, 1)};
	return rows.err;
}

enum err audit_heads(struct cx *cx, struct audit_head **out, size_t *len)
{
	struct heads x = {0};
	TRY(each_tenant(cx, DB_READ, head, &x));
	*out = x.list.ptr;
	*len = x.list.len;
	return OK;
}

struct history {
	struct uuid subject;
	size_t max;
	struct audit_line **out;
	size_t *len;
};

static void split_payload(struct cx *cx, struct str body, struct audit_line *line)
{
	const struct json *doc;
	if (!str_present(body) || json_parse(cx, body, PAYLOAD_CAP, &doc) != OK) return;
	line->before = json_get(doc, "before");
	line->after = json_get(doc, "after");
}

static enum err history(struct cx *cx, void *arg)
{
	struct history *x = arg;
	struct db_rows rows;
	VEC(struct audit_line) list = {0};
	TRY(db_query(cx, &rows,
	             SQL("select e.id, e.at_ms, e.seq, e.actor, e.act, e.kind, e.note, p.body, e.payload_hash from audit_entry e "
	                 "left join audit_payload p on p.tenant = e.tenant and p.entry = e.id "
	                 "where e.tenant = ?1 and e.subject = ?2 order by e.id desc limit ?3"),
	             DB_I(cx->tenant), DB_ID(x->subject), DB_I((int64_t)x->max)));
	while (db_next(&rows)) {
		struct audit_line *line = VEC_PUSH(cx->arena, &list);
		*line = (struct audit_line){.id = db_id(&rows, 0),
		                            .at_ms = db_int(&rows, 1),
		                            .seq = db_int(&rows, 2),
		                            .actor = db_str(&rows, 3),
		                            .act = db_str(&rows, 4),
		                            .kind = db_str(&rows, 5),
		                            .note = db_str(&rows, 6)};
		struct str body = db_str(&rows, 7);
		line->erased = !str_present(body) && !db_is_null(&rows, 8);
		split_payload(cx, body, line);
	}
	*x->out = list.ptr;
	*x->len = list.len;
	return rows.err;
}

enum err audit_history(struct cx *cx, struct uuid subject, size_t max, struct audit_line **out, size_t *len)
{
	return db_tx(cx, DB_READ, history, &(struct history){subject, max, out, len});
}
