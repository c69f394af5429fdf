/* The table `session`. */
#include "platform/web/session.h"
#include "base/rand.h"
#include "platform/crypto/token.h"
#include "platform/web/job.h"

static const char cookie_name[] = "passerelle";

static struct str hash_str(const uint8_t hash[SHA256_LEN]) { return (struct str){(const char *)hash, SHA256_LEN}; }

struct find {
	uint8_t hash[SHA256_LEN];
	struct session *found;
};

static enum err find_row(struct cx *cx, void *arg)
{
	struct find *f = arg;
	struct db_rows rows;
	bool found;
	f->found = NULL;
	TRY(db_one(cx, &rows, &found,
	           SQL("select account, tenant, lang, created_ms, last_seen_ms, secret from session where token_hash = ?1"),
	           DB_B(hash_str(f->hash))));
	if (!found) return OK;
	struct session *s = ARENA_NEW(cx->arena, struct session);
	struct str secret = db_bytes_view(&rows, 5);
	*s = (struct session){
	    .account = db_id(&rows, 0), .tenant = db_int(&rows, 1), .created_ms = db_int(&rows, 3), .last_seen_ms = db_int(&rows, 4)};
	s->lang = db_int(&rows, 2) == LANG_EN ? LANG_EN : LANG_FR;
	memcpy(s->token_hash, f->hash, SHA256_LEN);
	bool whole = secret.len == sizeof(s->secret);
	if (whole) memcpy(s->secret, secret.ptr, secret.len);
	db_done(&rows);
	if (whole && cx->now_ms - s->last_seen_ms <= SESSION_IDLE_MS && cx->now_ms - s->created_ms <= SESSION_LIFE_MS) f->found = s;
	return OK;
}

enum err session_find(struct cx *cx, const struct request *r, struct session **out)
{
	struct find f;
	*out = NULL;
	if (!token_hash(request_cookie(r, cookie_name), f.hash)) return OK;
	TRY(db_tx(cx, DB_READ, find_row, &f));
	*out = f.found;
	return OK;
}

struct start {
	struct session s;
	const uint8_t *old_hash;
};

static enum err start_row(struct cx *cx, void *arg)
{
	const struct start *a = arg;
	const struct session *s = &a->s;
	if (a->old_hash) TRY(db_exec(cx, SQL("delete from session where token_hash = ?1"), DB_B(hash_str(a->old_hash))));
	return db_exec(cx,
	               SQL("insert into session (token_hash, account, tenant, lang, created_ms, last_seen_ms, secret) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
	               DB_B(hash_str(s->token_hash)), DB_ID(s->account), DB_I(s->tenant), DB_I((int64_t)s->lang), DB_I(s->created_ms),
	               DB_I(s->last_seen_ms), DB_B(((struct str){(const char *)s->secret, sizeof(s->secret)})));
}

enum err session_sign_in(struct cx *cx, const struct request *r, struct reply *p, struct uuid account, int64_t tenant, enum lang lang)
{
	struct start a = {.s = {.account = account, .tenant = tenant, .lang = lang, .created_ms = cx->now_ms, .last_seen_ms = cx->now_ms},
	                  .old_hash = r->session ? r->session->token_hash : NULL};
	struct str token = token_new(cx->arena, a.s.token_hash);
	rand_bytes(a.s.secret, sizeof(a.s.secret));
	TRY(db_tx(cx, DB_WRITE, start_row, &a));
	reply_cookie(cx, p, r, cookie_name, token, SESSION_LIFE_MS / 1000);
	return OK;
}

static enum err end_row(struct cx *cx, void *arg)
{
	const struct session *s = arg;
	return db_exec(cx, SQL("delete from session where token_hash = ?1"), DB_B(hash_str(s->token_hash)));
}

enum err session_sign_out(struct cx *cx, const struct request *r, struct reply *p)
{
	if (r->session) TRY(db_tx(cx, DB_WRITE, end_row, r->session));
	reply_cookie(cx, p, r, cookie_name, STR(""), 0);
	return OK;
}

struct change {
	struct str hash;
	int64_t value;
};

static enum err change_lang(struct cx *cx, void *arg)
{
	const struct change *c = arg;
	return db_exec(cx, SQL("update session set lang = ?2 where token_hash = ?1"), DB_B(c->hash), DB_I(c->value));
}

static enum err change_tenant(struct cx *cx, void *arg)
{
	const struct change *c = arg;
	return db_exec(cx, SQL("update session set tenant = ?2 where token_hash = ?1"), DB_B(c->hash), DB_I(c->value));
}

static enum err change_last_seen(struct cx *cx, void *arg)
{
	const struct change *c = arg;
	return db_exec(cx, SQL("update session set last_seen_ms = ?2 where token_hash = ?1 and last_seen_ms < ?2"), DB_B(c->hash),
	               DB_I(c->value));
}

enum err session_set_lang(struct cx *cx, const struct request *r, enum lang lang)
{
	struct change c = {r->session ? hash_str(r->session->token_hash) : STR_NONE, (int64_t)lang};
	return r->session ? db_tx(cx, DB_WRITE, change_lang, &c) : OK;
}

enum err session_set_tenant(struct cx *cx, const struct request *r, int64_t tenant)
{
	struct change c = {r->session ? hash_str(r->session->token_hash) : STR_NONE, tenant};
	return r->session ? db_tx(cx, DB_WRITE, change_tenant, &c) : OK;
}

enum err session_touch(struct cx *cx, const uint8_t token_hash_[SHA256_LEN])
{
	struct change c = {hash_str(token_hash_), cx->now_ms};
	return db_tx(cx, DB_WRITE, change_last_seen, &c);
}

enum err session_end_all(struct cx *cx, struct uuid account, const struct session *spare)
{
	if (!spare) return db_exec(cx, SQL("delete from session where account = ?1"), DB_ID(account));
	return db_exec(cx, SQL("delete from session where account = ?1 and token_hash <> ?2"), DB_ID(account),
	               DB_B(hash_str(spare->token_hash)));
}

struct sweep {
	int64_t removed;
};

static enum err sweep_rows(struct cx *cx, void *arg)
{
	struct sweep *s = arg;
	return db_exec_count(cx, &s->removed, SQL("delete from session where last_seen_ms < ?1 or created_ms < ?2"),
	                     DB_I(cx->now_ms - SESSION_IDLE_MS), DB_I(cx->now_ms - SESSION_LIFE_MS));
}

enum err session_sweep(struct cx *cx, int64_t *removed)
{
	struct sweep s = {0};
	TRY(db_tx(cx, DB_WRITE, sweep_rows, &s));
	*removed = s.removed;
	return OK;
}
