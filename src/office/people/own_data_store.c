/* What accounts and mails hold about a person: tables without a descriptor. */
#include "office/people/accounts.h"
#include "office/people/own_data.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"

static struct str role_word(struct cx *cx, const struct about_who *who, struct str code)
{
	uint64_t bit = role_bit(code);
	return who->for_people && bit ? tr_args(cx, role_label(bit), NULL) : code;
}

typedef VEC(struct str) cells;

static enum err read_account(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(cx, &rows, SQL("select email, name, lang, created_ms, signed_in_ms from account where id = ?1"), DB_ID(who->account)));
	while (db_next(&rows)) {
		for (int i = 0; i < 3; i++)
			*VEC_PUSH(cx->arena, &list) = db_str(&rows, i);
		for (int i = 3; i < 5; i++)
			*VEC_PUSH(cx->arena, &list) = about_when(cx, who, db_int(&rows, i));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static enum err read_roles(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(cx, &rows,
	             SQL("select g.role, u.name, g.since_ms from account_grant g left join unit u on u.tenant = g.tenant and u.id = g.unit "
	                 "where g.tenant = ?1 and g.account = ?2 order by g.since_ms, g.role"),
	             DB_I(cx->tenant), DB_ID(who->account)));
	while (db_next(&rows)) {
		*VEC_PUSH(cx->arena, &list) = role_word(cx, who, db_str(&rows, 0));
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 1);
		*VEC_PUSH(cx->arena, &list) = about_when(cx, who, db_int(&rows, 2));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static enum err read_mails(struct cx *cx, const struct about_who *who, struct str **out, size_t *len)
{
	struct db_rows rows;
	cells list = {0};
	*len = 0;
	TRY(db_query(
	    cx, &rows,
	    SQL("select created_ms, recipient, subject, body from mail where tenant = ?1 and recipient = ?2 order by created_ms, id"),
	    DB_I(cx->tenant), DB_S(who->email)));
	while (db_next(&rows)) {
		*VEC_PUSH(cx->arena, &list) = about_when(cx, who, db_int(&rows, 0));
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 1);
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 2);
		*VEC_PUSH(cx->arena, &list) = outbox_without_secrets(cx, db_str(&rows, 3));
		++*len;
	}
	*out = list.ptr;
	return rows.err;
}

static const struct about_table account_table = {
    .name = "account",
    .label = M_data_account,
    .names = (const char *const[]){"email", "name", "language", "created", "signed_in", NULL},
    .heads = (const int[]){M_sign_email, M_own_name, M_own_language, M_data_created, M_data_signed_in},
    .read = read_account};
static const struct about_table roles_table = {.name = "roles",
                                               .label = M_own_roles,
                                               .names = (const char *const[]){"role", "unit", "since", NULL},
                                               .heads = (const int[]){M_data_role, M_accounts_unit, M_data_since},
                                               .read = read_roles};
static const struct about_table mails_table = {.name = "mails",
                                               .label = M_data_mails,
                                               .names = (const char *const[]){"written", "to", "subject", "text", NULL},
                                               .heads = (const int[]){M_data_written, M_data_to, M_data_subject, M_data_text},
                                               .read = read_mails};
const struct about_table *const people_about[] = {&account_table, &roles_table, &mails_table, NULL};
