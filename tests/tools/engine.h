/* The store of a test server: SQLite in a folder or, under with_postgres, the server's database, where the owner makes the tables
 * and the server is a role that owns nothing. */
#pragma once
#include "platform/db/db.h"
#include <stdlib.h>

static enum err engine_grant(struct cx *cx, void *arg)
{
	return db_exec(cx, SQL("grant select, insert, update, delete on all tables in schema public to passerelle_app"));
}

/* `more`: makes tables beside the program's own; or NULL. */
__attribute__((unused)) static enum err engine_open(struct cx *cx, const char *dir, enum err (*more)(struct cx *cx, void *arg))
{
	const char *owner = getenv("PASSERELLE_TEST_PG"), *app = getenv("PASSERELLE_TEST_PG_APP");
	int applied;
	TRY(db_open(cx, &(struct db_options){.data_dir = owner ? STR_NONE : str_of(dir), .url = str_of(owner)}, &cx->db));
	TRY(db_migrate(cx, &applied));
	if (more) TRY(db_tx(cx, DB_BULK, more, NULL));
	if (!owner) return OK;
	TRY(db_tx(cx, DB_BULK, engine_grant, NULL));
	db_close(cx->db);
	TRY(db_open(cx, &(struct db_options){.url = str_of(app)}, &cx->db));
	return OK;
}
