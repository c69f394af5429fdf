/* The program's own migrations apply on this engine, again without effect, and every school table has its policies. */
#include "fixture.h"

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
	if (on_postgres()) /* who has a tenant column is guarded; the list of schools itself is for all */
		CHECK_INT(number_of(&s.cx, SQL("select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = "
					       "'tenant' and a.attnotnull where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace "
					       "and c.relname <> 'school' and not c.relforcerowsecurity")),
			  0);
	store_close(&s);
}

TAP_MAIN(TAP(test_all_apply))
