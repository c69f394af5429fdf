/* Inviting, resetting, changing roles: what happens to accounts, each act audited. */
#include "office/people/accounts.h"
#include "base/utf8.h"
#include "office/people/accounts_store.h"
#include "platform/audit/audit.h"
#include "platform/crypto/password.h"
#include "platform/crypto/token.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"

enum { PASSWORD_MIN = 12, EMAIL_MAX = 200 };
static const int64_t INVITATION_MS = 7LL * 24 * 3600 * 1000, RESET_MS = 3600 * 1000, DAY_MS = 24 * 3600 * 1000;

static struct accounts_config config; /* immutable after start */

void accounts_configure(const struct accounts_config *c) { config = *c; }

static struct password_cost cost(void) { return config.cheap_passwords ? PASSWORD_COST_TEST : PASSWORD_COST; }

static enum err end_sessions(struct cx *cx, struct uuid account) { return config.end_sessions ? config.end_sessions(cx, account) : OK; }

static enum err audit(struct cx *cx, const char *act, struct uuid account, struct str note)
{
	return audit_write(cx, &(struct audit_act){.act = act, .kind = "account", .subject = account, .note = note});
}

static enum err check_password(struct cx *cx, struct str password, struct str email)
{
	if (utf8_count(password) < PASSWORD_MIN || password.len > PASSWORD_MAX)
		return fail(cx, ERR_INVALID, "password", M_account_password_short, ARG_N("min", PASSWORD_MIN), ARG_N("max", PASSWORD_MAX));
	if (str_eq_nocase(password, email)) return fail(cx, ERR_INVALID, "password", M_account_password_same);
	return OK;
}

static enum err may_admin(struct cx *cx) { return actor_everywhere(cx, ROLE_ADMIN) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied); }

/* The mail with its link. Subject and text are messages in the reader's language. */
static enum err send_link(struct cx *cx, const struct account *a, bool invitation)
{
	uint8_t hash[SHA256_LEN];
	struct uuid id;
	struct str token = token_new(cx->arena, hash);
	TRY(token_store_use(cx, a->id, "password"));
	TRY(token_store_insert(cx, hash, a->id, "password", cx->now_ms + (invitation ? INVITATION_MS : RESET_MS)));
	struct str link = str_fmt(cx->arena, "%.*s/password/%.*s", STR_ARG(config.base_url), STR_ARG(token));
	const struct msg_arg args[] = {ARG_S("name", a->name), ARG_S("link", link), {0}};
	struct outbox_mail mail = {
	    .recipient = a->email,
	    .recipient_name = a->name,
	    .lang = a->lang,
	    .kind = invitation ? "invitation" : "reset",
	    .about = a->id,
	    .subject = tr_lang(cx, a->lang, invitation ? M_mail_invitation_subject : M_mail_reset_subject, args),
	    .body = tr_lang(cx, a->lang, invitation ? M_mail_invitation_body : M_mail_reset_body, args),
	};
	return outbox_add(cx, &mail, &id);
}

struct inviting {
	const struct account_invitation *i;
	struct str password; /* encoded */
	struct uuid *account;
};

static enum err invite(struct cx *cx, void *arg)
{
	struct inviting *x = arg;
	const struct account_invitation *i = x->i;
	struct account_row row;
	bool found;
	TRY(account_store_find(cx, i->email, &row, &found));
	if (!found) {
		row.a = (struct account){
		    .id = uuid_new(cx->now_ms), .email = str_lower(cx->arena, str_trim(i->email)), .name = i->name, .lang = i->lang};
		TRY(account_store_insert(cx, &row.a, x->password));
	}
	*x->account = row.a.id;
	TRY(account_store_grant(cx, row.a.id, i->roles, i->unit));
	if (!uuid_none(i->person)) TRY(account_store_person(cx, row.a.id, i->person));
	if (found) TRY(end_sessions(cx, row.a.id));
	if (!i->silent && !(found && row.a.has_password)) TRY(send_link(cx, &row.a, true));
	return audit(cx, "invite", row.a.id, row.a.email);
}

enum err account_check_invitation(struct cx *cx, const struct account_invitation *i)
{
	struct str email = i->email;
	struct field f = {.name = "email", .label = M_person_email};
	if (str_blank(email)) return fail(cx, ERR_INVALID, "email", M_field_required, ARG_M("field", M_person_email));
	TRY(check_email(cx, &f, &email));
	if (!i->roles) return fail(cx, ERR_INVALID, "roles", M_account_role_needed);
	return str_present(i->password) ? check_password(cx, i->password, i->email) : OK;
}

enum err account_invite(struct cx *cx, const struct account_invitation *i, struct uuid *account)
{
	struct inviting x = {.i = i, .account = account};
	TRY(may_admin(cx));
	TRY(account_check_invitation(cx, i));
	if (str_present(i->password)) x.password = password_hash(cx->arena, i->password, cost());
	return db_tx(cx, DB_WRITE, invite, &x);
}

struct resetting {
	struct account_row row;
	struct str email;
	bool found;
};

static enum err find_account(struct cx *cx, void *arg)
{
	struct resetting *x = arg;
	return account_store_find(cx, x->email, &x->row, &x->found);
}

static enum err write_reset(struct cx *cx, void *arg)
{
	const struct resetting *x = arg;
	TRY(send_link(cx, &x->row.a, false));
	return audit(cx, "reset-asked", x->row.a.id, STR_NONE);
}

/* An act on an account that no school was chosen for belongs to the first school it has a role in. */
static enum err in_its_school(struct cx *cx, struct uuid account, db_fn fn, void *arg)
{
	int64_t *tenants, before = cx->tenant;
	size_t len;
	TRY(account_schools(cx, account, &tenants, &len));
	if (!len) return fail(cx, ERR_SIGN_IN, NULL, M_account_no_role);
	cx->tenant = tenants[0];
	enum err err = db_tx(cx, DB_WRITE, fn, arg);
	cx->tenant = before;
	return err;
}

enum err account_ask_reset(struct cx *cx, struct str email)
{
	struct resetting x = {.email = email};
	TRY(db_tx(cx, DB_READ, find_account, &x));
	if (!x.found || x.row.a.disabled_ms != UNKNOWN) return OK;
	enum err err = in_its_school(cx, x.row.a.id, write_reset, &x);
	if (err == ERR_SIGN_IN) cx_clear_problems(cx);
	return err == ERR_SIGN_IN ? OK : err;
}

static enum err add_reset_job(struct cx *cx, void *arg)
{
	struct uuid id;
	const struct str *email = arg;
	return job_add(cx, "account.reset", *email, cx->now_ms, &id);
}

enum err account_ask_reset_later(struct cx *cx, struct str email)
{
	struct str text = str_lower(cx->arena, str_trim(email));
	if (str_blank(text) || text.len > EMAIL_MAX || !utf8_valid(text)) return OK;
	return db_tx(cx, DB_WRITE, add_reset_job, &text);
}

static enum err run_reset(struct cx *cx, struct job *job, struct str *result) { return account_ask_reset(cx, job->payload); }
const struct job_kind account_reset_job = {.name = "account.reset", .run = run_reset, .lease_s = 60, .attempts = 3};

struct with_token {
	uint8_t hash[SHA256_LEN];
	struct str password;
	struct account_row row;
};

static enum err token_account(struct cx *cx, struct with_token *t)
{
	struct token_row token;
	bool found;
	TRY(token_store_find(cx, t->hash, "password", &token, &found));
	if (found && token.used_ms == UNKNOWN && token.expires_ms > cx->now_ms)
		TRY(account_store_load(cx, token.account, &t->row, &found));
	else
		found = false;
	return found && t->row.a.disabled_ms == UNKNOWN ? OK : fail(cx, ERR_EXPIRED, NULL, M_account_link_over);
}

static enum err peek(struct cx *cx, void *arg) { return token_account(cx, arg); }

enum err account_token_peek(struct cx *cx, struct str token, struct account *out)
{
	struct with_token t;
	if (!token_hash(token, t.hash)) return fail(cx, ERR_EXPIRED, NULL, M_account_link_over);
	TRY(db_tx(cx, DB_READ, peek, &t));
	*out = t.row.a;
	return OK;
}

static enum err set_password(struct cx *cx, void *arg)
{
	struct with_token *t = arg;
	TRY(token_account(cx, t)); /* once more: two clicks on one link */
	TRY(account_store_password(cx, t->row.a.id, t->password));
	TRY(token_store_use(cx, t->row.a.id, "password"));
	TRY(end_sessions(cx, t->row.a.id));
	return audit(cx, "password", t->row.a.id, STR_NONE);
}

enum err account_set_password(struct cx *cx, struct str token, struct str password, struct uuid *account)
{
	struct account who;
	struct with_token t;
	TRY(account_token_peek(cx, token, &who));
	TRY(check_password(cx, password, who.email));
	if (!token_hash(token, t.hash)) return ERR_EXPIRED;
	t.password = password_hash(cx->arena, password, cost());
	*account = who.id;
	return in_its_school(cx, who.id, set_password, &t);
}

struct changing {
	struct uuid account, unit;
	struct str password;
	uint64_t roles;
	bool disabled;
	enum lang lang;
	struct account_row row;
	bool found;
};

static enum err load_own(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	return account_store_load(cx, cx->actor->account, &c->row, &c->found);
}

static enum err change_own(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	TRY(account_store_password(cx, cx->actor->account, c->password));
	TRY(end_sessions(cx, cx->actor->account));
	return audit(cx, "password", cx->actor->account, STR_NONE);
}

enum err account_change_password(struct cx *cx, struct str old, struct str password)
{
	struct changing c = {0};
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	TRY(db_tx(cx, DB_READ, load_own, &c));
	if (!password_verify(old, c.found ? c.row.password : STR_NONE, PASSWORD_COST))
		return fail(cx, ERR_INVALID, "old", M_account_old_wrong);
	TRY(check_password(cx, password, c.row.a.email));
	c.password = password_hash(cx->arena, password, cost());
	return db_tx(cx, DB_WRITE, change_own, &c);
}

static enum err keep_an_admin(struct cx *cx)
{
	int64_t admins;
	TRY(account_store_admins(cx, &admins));
	return admins > 0 ? OK : fail(cx, ERR_REFUSED, "roles", M_account_last_admin);
}

/* An account is the node's; a school's administrator reaches those that have a role there. */
static enum err check_ours(struct cx *cx, struct uuid account)
{
	int64_t here;
	TRY(db_number(cx, &here, SQL("select count(*) from account_grant where tenant = ?1 and account = ?2"), DB_I(cx->tenant),
	              DB_ID(account)));
	return here ? OK : fail(cx, ERR_NOT_FOUND, "account", M_error_not_found);
}

static enum err grants_elsewhere(struct cx *cx, struct uuid account, int64_t *count)
{
	return db_number(cx, count, SQL("select count(*) from account_grant where tenant <> ?1 and account = ?2"), DB_I(cx->tenant),
	                 DB_ID(account));
}

static enum err set_roles(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	int64_t elsewhere;
	TRY(check_ours(cx, c->account));
	TRY(grants_elsewhere(cx, c->account, &elsewhere));
	if (!c->roles && !elsewhere) return fail(cx, ERR_INVALID, "roles", M_account_role_needed);
	TRY(account_store_drop_grants(cx, c->account));
	TRY(account_store_grant(cx, c->account, c->roles, c->unit));
	TRY(keep_an_admin(cx));
	TRY(end_sessions(cx, c->account));
	return audit(cx, "roles", c->account, str_fmt(cx->arena, "%llx", (unsigned long long)c->roles));
}

enum err account_set_roles(struct cx *cx, struct uuid account, uint64_t roles, struct uuid unit)
{
	TRY(may_admin(cx));
	return db_tx(cx, DB_WRITE, set_roles, &(struct changing){.account = account, .roles = roles, .unit = unit});
}

static enum err disable(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	int64_t elsewhere;
	TRY(check_ours(cx, c->account));
	TRY(grants_elsewhere(cx, c->account, &elsewhere));
	if (elsewhere) return fail(cx, ERR_REFUSED, NULL, M_account_elsewhere);
	TRY(db_exec(cx, SQL("update account set disabled_ms = ?2 where id = ?1"), DB_ID(c->account),
	            DB_N(c->disabled ? cx->now_ms : UNKNOWN)));
	TRY(keep_an_admin(cx));
	TRY(end_sessions(cx, c->account));
	return audit(cx, c->disabled ? "disable" : "enable", c->account, STR_NONE);
}

enum err account_disable(struct cx *cx, struct uuid account, bool disabled)
{
	TRY(may_admin(cx));
	return db_tx(cx, DB_WRITE, disable, &(struct changing){.account = account, .disabled = disabled});
}

static enum err set_lang(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	return db_exec(cx, SQL("update account set lang = ?2 where id = ?1"), DB_ID(cx->actor->account), DB_S(str_of(lang_code(c->lang))));
}

enum err account_set_lang(struct cx *cx, enum lang lang)
{
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	return db_tx(cx, DB_WRITE, set_lang, &(struct changing){.lang = lang});
}

static enum err invite_again(struct cx *cx, void *arg)
{
	struct changing *c = arg;
	TRY(check_ours(cx, c->account));
	TRY(account_store_load(cx, c->account, &c->row, &c->found));
	if (!c->found) return fail(cx, ERR_NOT_FOUND, "account", M_error_not_found);
	if (c->row.a.has_password) return fail(cx, ERR_REFUSED, NULL, M_account_has_password);
	TRY(send_link(cx, &c->row.a, true));
	return audit(cx, "invite", c->account, c->row.a.email);
}

enum err account_invite_again(struct cx *cx, struct uuid account)
{
	TRY(may_admin(cx));
	return db_tx(cx, DB_WRITE, invite_again, &(struct changing){.account = account});
}

struct listing {
	VEC(struct account) list;
	struct str email;
	struct account_row row;
	bool found;
};

static enum err list(struct cx *cx, void *arg)
{
	struct listing *l = arg;
	struct db_rows rows;
	enum lang lang;
	TRY(db_query(
	    cx, &rows,
	    SQL("select a.id, a.email, a.name, a.lang, a.created_ms, a.signed_in_ms, a.disabled_ms, "
	        "case when a.password is null then 0 else 1 end, g.role, g.unit from account a join account_grant g on g.account = a.id "
	        "where g.tenant = ?1 order by a.email, g.role"),
	    DB_I(cx->tenant)));
	while (db_next(&rows)) {
		struct uuid id = db_id(&rows, 0);
		struct account *a = l->list.len ? &l->list.ptr[l->list.len - 1] : NULL;
		if (!a || !uuid_eq(a->id, id)) {
			a = VEC_PUSH(cx->arena, &l->list);
			*a = (struct account){.id = id,
			                      .email = db_str(&rows, 1),
			                      .name = db_str(&rows, 2),
			                      .lang = lang_parse(db_str(&rows, 3), &lang) ? lang : LANG_FR,
			                      .created_ms = db_int(&rows, 4),
			                      .signed_in_ms = db_int(&rows, 5),
			                      .disabled_ms = db_int(&rows, 6),
			                      .has_password = db_int(&rows, 7) == 1};
		}
		a->roles |= role_bit(db_str_view(&rows, 8));
		if (uuid_none(a->unit)) a->unit = db_id(&rows, 9);
	}
	return rows.err;
}

enum err account_list(struct cx *cx, struct account **out, size_t *len)
{
	struct listing l = {0};
	TRY(may_admin(cx));
	TRY(db_tx(cx, DB_READ, list, &l));
	*out = l.list.ptr;
	*len = l.list.len;
	return OK;
}

static enum err by_email(struct cx *cx, void *arg)
{
	struct listing *l = arg;
	return account_store_find(cx, l->email, &l->row, &l->found);
}

enum err account_by_email(struct cx *cx, struct str email, struct account *out)
{
	struct listing l = {.email = email};
	TRY(db_tx(cx, DB_READ, by_email, &l));
	if (!l.found) return fail(cx, ERR_NOT_FOUND, "user", M_account_unknown, ARG_S("value", email));
	*out = l.row.a;
	return OK;
}

struct minting {
	uint8_t hash[SHA256_LEN];
	struct uuid account;
	int64_t expires_ms;
};

static enum err mint(struct cx *cx, void *arg)
{
	const struct minting *m = arg;
	TRY(token_store_insert(cx, m->hash, m->account, "api", m->expires_ms));
	return audit(cx, "api-token", m->account, STR_NONE);
}

enum err account_api_token(struct cx *cx, struct uuid account, int64_t days, struct str *text)
{
	struct minting m = {.account = account, .expires_ms = cx->now_ms + days * DAY_MS};
	if (!cx->actor || (!uuid_eq(cx->actor->account, account) && !actor_everywhere(cx, ROLE_ADMIN)))
		return fail(cx, ERR_DENIED, NULL, M_error_denied);
	*text = token_new(cx->arena, m.hash);
	return db_tx(cx, DB_WRITE, mint, &m);
}

static enum err own_tokens(struct cx *cx, void *arg)
{
	struct api_tokens *t = arg;
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found,
	           SQL("select count(*), max(expires_ms) from account_token where account = ?1 and tenant = ?2 and purpose = 'api' "
	               "and used_ms is null and expires_ms > ?3"),
	           DB_ID(cx->actor->account), DB_I(cx->tenant), DB_I(cx->now_ms)));
	*t = (struct api_tokens){db_int(&rows, 0), db_int(&rows, 1)};
	db_done(&rows);
	return OK;
}

enum err account_api_tokens(struct cx *cx, struct api_tokens *out)
{
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	return db_tx(cx, DB_READ, own_tokens, out);
}

static enum err end_tokens(struct cx *cx, void *arg)
{
	TRY(token_store_use(cx, cx->actor->account, "api"));
	return audit(cx, "api-token-end", cx->actor->account, STR_NONE);
}

enum err account_end_api_tokens(struct cx *cx)
{
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	return db_tx(cx, DB_WRITE, end_tokens, NULL);
}

struct of_person {
	struct uuid person;
	struct account *out;
	bool *found;
};

static enum err load_of_person(struct cx *cx, void *arg)
{
	struct of_person *o = arg;
	struct account_row row;
	TRY(account_store_of_person(cx, o->person, &row, o->found));
	if (*o->found) *o->out = row.a;
	return OK;
}

enum err account_of_person(struct cx *cx, struct uuid person, struct account *out, bool *found)
{
	if (!actor_has(cx, ROLES_EDIT)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	return db_tx(cx, DB_READ, load_of_person, &(struct of_person){person, out, found});
}
