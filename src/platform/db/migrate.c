/* Migrations: what was applied is compared with what this program knows, by number and SHA-256. */
#include "base/clock.h"
#include "base/sb.h"
#include "base/vec.h"
#include "platform/crypto/hash.h"
#include "platform/db/internal.h"

struct applied {
	int64_t number;
	struct str sum;
};
struct applied_list {
	VEC(struct applied) rows;
	bool any_table; /* the place is not empty */
};

struct str migration_text(enum db_engine engine, const struct db_migration *m)
{
	const char *own = engine == DB_SQLITE ? m->text_sqlite : m->text_postgres;
	return str_of(own ? own : m->text);
}

struct migration_sum migration_checksum(enum db_engine engine, const struct db_migration *m)
{
	uint8_t hash[SHA256_LEN];
	struct migration_sum sum;
	sha256(migration_text(engine, m), hash);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(sum.hex + 2 * i, 3, "%02x", hash[i]);
	return sum;
}

static enum err load_applied(struct cx *cx, void *arg)
{
	struct applied_list *list = arg;
	*list = (struct applied_list){0};
	bool sqlite = cx->db->kind == DB_SQLITE;
	int64_t tables, ours;
	TRY(db_number_n(cx, &tables,
	                sqlite ? SQL("select count(*) from sqlite_master where type = 'table' and name not glob 'sqlite_*'")
	                       : SQL("select count(*) from pg_tables where schemaname = current_schema()"),
	                NULL, 0));
	list->any_table = tables > 0;
	TRY(db_number_n(cx, &ours,
	                sqlite ? SQL("select count(*) from sqlite_master where type = 'table' and name = 'schema_migration'")
	                       : SQL("select count(*) from pg_tables where schemaname = current_schema() and "
	                             "tablename = 'schema_migration'"),
	                NULL, 0));
	if (!ours) return OK;
	struct db_rows rows;
	TRY(db_query_n(cx, &rows, SQL("select number, sha256 from schema_migration order by number"), NULL, 0));
	while (db_next(&rows)) {
		struct applied *a = VEC_PUSH(cx->arena, &list->rows);
		a->number = db_int(&rows, 0);
		a->sum = db_str(&rows, 1);
	}
	return rows.err;
}

static enum db_schema compare(enum db_engine engine, const struct applied_list *list, const struct db_migration **differs)
{
	*differs = NULL;
	size_t known = db_migrations_count, applied = list->rows.len;
	if (!applied) return list->any_table ? DB_SCHEMA_CHANGED : DB_SCHEMA_EMPTY;
	for (size_t i = 0; i < applied && i < known; i++) {
		const struct db_migration *m = &db_migrations[i];
		struct migration_sum sum = migration_checksum(engine, m);
		const struct applied *a = &list->rows.ptr[i];
		if (a->number == m->number && str_is(a->sum, sum.hex)) continue;
		*differs = m;
		return DB_SCHEMA_CHANGED;
	}
	return applied > known ? DB_SCHEMA_NEWER : applied < known ? DB_SCHEMA_OLD : DB_SCHEMA_CURRENT;
}

enum err db_schema_state(struct cx *cx, enum db_schema *state, int *version)
{
	struct applied_list list;
	const struct db_migration *differs;
	TRY(db_tx(cx, DB_READ, load_applied, &list));
	*state = compare(cx->db->kind, &list, &differs);
	*version = list.rows.len ? (int)list.rows.ptr[list.rows.len - 1].number : 0;
	return OK;
}

/* "-- school table: NAME": the table's rows belong to schools. The second policy lets the owner see all schools, when it
 * says so, for migrations and backups; the first holds for everybody, the owner too. */
static enum err secure_school_tables(struct cx *cx, struct str text)
{
	const struct str mark = STR("-- school table:");
	struct str line;
	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (!str_starts(line, mark)) continue;
		struct str name = str_trim(str_sub(line, mark.len, line.len));
		for (size_t i = 0; i < name.len; i++)
			BUG_IF(!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.ptr[i]));
		BUG_IF(!name.len);
		const char *n = str_z(cx->arena, name);
		struct str sql =
		    str_fmt(cx->arena,
		            "alter table %s enable row level security; alter table %s force row level security;"
		            "create policy school on %s using (tenant = nullif(current_setting('passerelle.tenant', true), '')::bigint);"
		            "create policy all_schools on %s to current_user "
		            "using (current_setting('passerelle.all_schools', true) = 'yes')",
		            n, n, n, n);
		TRY(cx->tx->db->engine->script(cx, str_z(cx->arena, sql)));
	}
	return OK;
}

static enum err apply(struct cx *cx, const struct db_migration *m)
{
	enum db_engine engine = cx->db->kind;
	struct str text = migration_text(engine, m), expanded;
	struct migration_sum sum = migration_checksum(engine, m);
	TRY(dialect_types(cx, engine, text, &expanded));
	enum err e = cx->tx->db->engine->script(cx, str_z(cx->arena, expanded));
	if (!e && engine == DB_POSTGRES) e = secure_school_tables(cx, text);
	if (e) {
		log_error("migration %d %s: %s", m->number, m->name, err_name(e));
		return e;
	}
	struct db_arg args[] = {DB_I(m->number), DB_S(str_of(m->name)), DB_S(str_of(sum.hex)), DB_I(clock_now_ms())};
	return db_exec_n(cx, SQL("insert into schema_migration (number, name, sha256, applied_ms) values (?1, ?2, ?3, ?4)"), args,
	                 ARRAY_LEN(args), NULL);
}

static enum err create_ledger(struct cx *cx)
{
	struct str text;
	TRY(dialect_types(cx, cx->db->kind,
	                  STR("create table schema_migration (number {int} primary key, name {text} not null, "
	                      "sha256 {text} not null, applied_ms {int} not null)"),
	                  &text));
	return cx->tx->db->engine->script(cx, str_z(cx->arena, text));
}

static enum err refuse(struct cx *cx, enum db_schema state, const struct applied_list *list, const struct db_migration *differs)
{
	if (state == DB_SCHEMA_NEWER)
		return fail(cx, ERR_SCHEMA, NULL, M_db_schema_newer, ARG_N("version", list->rows.ptr[list->rows.len - 1].number));
	if (!differs) return fail(cx, ERR_SCHEMA, NULL, M_db_schema_foreign);
	return fail(cx, ERR_SCHEMA, NULL, M_db_schema_changed, ARG_N("number", differs->number), ARG_Z("name", differs->name));
}

enum err migrate_up_to(struct cx *cx, int last, int *applied)
{
	*applied = 0;
	if (cx->db->kind == DB_POSTGRES) /* two programs started together; and data of all schools may have to change */
		TRY(cx->tx->db->engine->script(cx, "select pg_advisory_xact_lock(5047216); "
		                                   "set local passerelle.all_schools = 'yes'"));
	struct applied_list list;
	const struct db_migration *differs;
	TRY(load_applied(cx, &list));
	enum db_schema state = compare(cx->db->kind, &list, &differs);
	if (state == DB_SCHEMA_NEWER || state == DB_SCHEMA_CHANGED) return refuse(cx, state, &list, differs);
	if (state == DB_SCHEMA_EMPTY) TRY(create_ledger(cx));
	for (size_t i = list.rows.len; i < db_migrations_count && db_migrations[i].number <= last; i++, ++*applied) {
		BUG_IF(i && db_migrations[i].number <= db_migrations[i - 1].number);
		TRY(apply(cx, &db_migrations[i]));
	}
	return OK;
}

static enum err migrate_all(struct cx *cx, void *arg) { return migrate_up_to(cx, INT32_MAX, arg); }

enum err db_migrate(struct cx *cx, int *applied) { return db_tx(cx, DB_BULK, migrate_all, applied); }
