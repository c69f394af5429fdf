/* The program's own migrations apply on this engine, again without effect, and every school table has its policies. */
#include "fixture.h"

/* Tables with a tenant that the node itself reads before it knows the school: sign-in and queues. Any other one needs its
 * line "-- school table: NAME". */
#define NODE_TABLES "'school', 'account_grant', 'account_person', 'account_token', 'session', 'job', 'mail'"

static enum err name_unguarded(struct cx *cx, void *arg)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows,
	             SQL("select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' "
	                 "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not c.relforcerowsecurity "
	                 "and c.relname not in (" NODE_TABLES ")")));
	while (db_next(&rows)) {
		struct str name = db_str_view(&rows, 0);
		TAP_FAILURE("table %.*s is not guarded by row-level security", STR_ARG(name));
	}
	return rows.err;
}

static void test_all_apply(void)
{
	struct store s;
	int applied, version;
	enum db_schema state;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(applied, db_migrations_count);
	CHECK_INT(db_schema_state(&s.cx, &state, &version), OK);
	CHECK_INT(state, DB_SCHEMA_CURRENT);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(applied, 0);
	if (on_postgres()) CHECK_INT(db_tx(&s.cx, DB_READ, name_unguarded, NULL), OK);
	store_close(&s);
}

TAP_MAIN(TAP(test_all_apply))
