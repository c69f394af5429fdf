/* A store with the real migrations and one school, on SQLite, or on PostgreSQL as the role that owns nothing. */
#pragma once
#include "../db/fixture.h"
#include "office/people/accounts.h"
#include "office/people/school.h"
#include "platform/entity/entity.h"

static struct actor house_operator = {.name = STR("operator"), .email = STR("operator"), .is_operator = true};

struct house {
	struct store store;
	struct cx cx; /* acts as the operator of school 1 */
	struct db *db;
};

__attribute__((unused)) static bool house_open(struct house *x)
{
	int applied;
	store_open(&x->store);
	x->db = x->store.db;
	if (db_migrate(&x->store.cx, &applied) != OK) return false;
	if (on_postgres()) {
		struct db_options o = {.url = str_of(getenv("PASSERELLE_TEST_PG_APP")), .max_connections = 8};
		/* What `migrate` does once for the application's role. */
		if (sql(&x->store.cx, "grant select, insert, update, delete on all tables in schema public to passerelle_app") != OK)
			return false;
		if (db_open(&x->store.cx, &o, &x->db) != OK) return false;
	}
	cx_begin(&x->cx, x->db);
	x->cx.actor = &house_operator;
	struct school school = {.hei_id = STR("escom.example"), .name = STR("ESCOM Chimie")};
	return school_create(&x->cx, &school) == OK;
}

__attribute__((unused)) static void house_close(struct house *x)
{
	cx_end(&x->cx);
	if (x->db != x->store.db) db_close(x->db);
	store_close(&x->store);
}

/* The next moment: time goes on within a test. */
__attribute__((unused)) static void house_later(struct house *x, int64_t ms)
{
	x->cx.now_ms += ms;
	cx_clear_problems(&x->cx);
}
