/* Accounts, their grants and tokens in the database. */
#include "office/people/accounts_store.h"
#include "platform/i18n/i18n.h"

static void read_account(struct db_rows *rows, struct account_row *r)
{
	enum lang lang;
	r->password = db_str(rows, 3);
	r->a = (struct account){.id = db_id(rows, 0),
	                        .email = db_str(rows, 1),
	                        .name = db_str(rows, 2),
	                        .lang = lang_parse(db_str(rows, 4), &lang) ? lang : LANG_FR,
	                        .created_ms = db_int(rows, 5),
	                        .signed_in_ms = db_int(rows, 6),
	                        .disabled_ms = db_int(rows, 7),
	                        .has_password = str_present(r->password)};
}

#define ACCOUNT_SELECT "select id, email, name, password, lang, created_ms, signed_in_ms, disabled_ms from account "

enum err account_store_find(struct cx *cx, struct str email, struct account_row *out, bool *found)
{
	struct db_rows rows;
	TRY(db_one(cx, &rows, found, SQL(ACCOUNT_SELECT "where email = ?1"), DB_S(str_lower(cx->arena, str_trim(email)))));
	if (*found) read_account(&rows, out);
	db_done(&rows);
	return OK;
}

enum err account_store_load(struct cx *cx, struct uuid id, struct account_row *out, bool *found)
{
	struct db_rows rows;
	TRY(db_one(cx, &rows, found, SQL(ACCOUNT_SELECT "where id = ?1"), DB_ID(id)));
	if (*found) read_account(&rows, out);
	db_done(&rows);
	return OK;
}

enum err account_store_insert(struct cx *cx, const struct account *a, struct str password)
{
	return db_exec(cx, SQL("insert into account (id, email, name, password, lang, created_ms) values (?1, ?2, ?3, ?4, ?5, ?6)"),
	               DB_ID(a->id), DB_S(a->email), DB_S(a->name), DB_S(password), DB_S(str_of(lang_code(a->lang))), DB_I(cx->now_ms));
}

enum err account_store_password(struct cx *cx, struct uuid id, struct str password)
{
	return db_exec(cx, SQL("update account set password = ?2 where id = ?1"), DB_ID(id), DB_S(password));
}

/* The nil id is a value here, not "unknown": it is part of the key. */
static struct db_arg unit_arg(struct uuid unit) { return (struct db_arg){.type = DB_UUID, .id = unit}; }

enum err account_store_grant(struct cx *cx, struct uuid account, uint64_t roles, struct uuid unit)
{
	for (size_t i = 0; all_roles[i]; i++)
		if (roles & all_roles[i])
			TRY(db_exec(cx,
			            SQL("insert into account_grant (tenant, account, role, unit, since_ms) values (?1, ?2, ?3, ?4, ?5) "
			                "on conflict (tenant, account, role, unit) do nothing"),
			            DB_I(cx->tenant), DB_ID(account), DB_S(str_of(role_code(all_roles[i]))), unit_arg(unit),
			            DB_I(cx->now_ms)));
	return OK;
}

enum err account_store_drop_grants(struct cx *cx, struct uuid account)
{
	return db_exec(cx, SQL("delete from account_grant where tenant = ?1 and account = ?2"), DB_I(cx->tenant), DB_ID(account));
}

enum err account_store_person(struct cx *cx, struct uuid account, struct uuid person)
{
	return db_exec(cx,
	               SQL("insert into account_person (tenant, account, person) values (?1, ?2, ?3) "
	                   "on conflict (tenant, account) do update set person = excluded.person"),
	               DB_I(cx->tenant), DB_ID(account), DB_ID(person));
}

enum err account_store_of_person(struct cx *cx, struct uuid person, struct account_row *out, bool *found)
{
	struct db_rows rows;
	TRY(db_one(
	    cx, &rows, found,
	    SQL(ACCOUNT_SELECT
	        "where id in (select account from account_person where tenant = ?1 and person = ?2) order by created_ms desc limit 1"),
	    DB_I(cx->tenant), DB_ID(person)));
	if (*found) read_account(&rows, out);
	db_done(&rows);
	return OK;
}

enum err account_store_admins(struct cx *cx, int64_t *count)
{
	return db_number(cx, count,
	                 SQL("select count(distinct g.account) from account_grant g join account a on a.id = g.account "
	                     "where g.tenant = ?1 and g.role = 'admin' and a.disabled_ms is null"),
	                 DB_I(cx->tenant));
}

static struct str hash_bytes(const uint8_t hash[32]) { return (struct str){(const char *)hash, 32}; }

enum err token_store_insert(struct cx *cx, const uint8_t hash[32], struct uuid account, const char *purpose, int64_t expires_ms)
{
	return db_exec(
	    cx, SQL("insert into account_token (hash, account, tenant, purpose, created_ms, expires_ms) values (?1, ?2, ?3, ?4, ?5, ?6)"),
	    DB_B(hash_bytes(hash)), DB_ID(account), DB_I(cx->tenant), DB_S(str_of(purpose)), DB_I(cx->now_ms), DB_I(expires_ms));
}

enum err token_store_find(struct cx *cx, const uint8_t hash[32], const char *purpose, struct token_row *out, bool *found)
{
	struct db_rows rows;
	TRY(db_one(cx, &rows, found, SQL("select account, tenant, expires_ms, used_ms from account_token where hash = ?1 and purpose = ?2"),
	           DB_B(hash_bytes(hash)), DB_S(str_of(purpose))));
	if (*found) *out = (struct token_row){db_id(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)};
	db_done(&rows);
	return OK;
}

enum err token_store_use(struct cx *cx, struct uuid account, const char *purpose)
{
	return db_exec(cx, SQL("update account_token set used_ms = ?3 where account = ?1 and purpose = ?2 and used_ms is null"),
	               DB_ID(account), DB_S(str_of(purpose)), DB_I(cx->now_ms));
}
