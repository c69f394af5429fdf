/* PostgreSQL: every table by COPY from one snapshot into one file, and back.
 *
 *   "passerelle-postgres 1\n"
 *   blocks: 4 bytes length (big endian), content, 32 bytes: SHA-256 of the hash before, then the content
 *
 * The first block names the migrations ("number sha256" lines); for each table comes a block "table NAME\ncolumn,column"
 * followed by blocks of COPY's binary format, each beginning with 'd'; the last block is "end". The chain of hashes makes a
 * cut, a changed and a rearranged file visible. */
#include "base/sb.h"
#include "base/vec.h"
#include "platform/crypto/hash.h"
#include "platform/db/postgres.h"
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "passerelle-postgres 1\n"
#define BLOCK_MAX (64 << 20)

typedef void (*progress_fn)(void *arg, int64_t done, int64_t total);

struct dump {
	FILE *f;
	struct str file;
	uint8_t chain[SHA256_LEN];
	progress_fn progress;
	void *arg;
	int64_t done, total;
	char *block; /* reading: the current one */
	size_t len, room;
};

static void chain_on(struct dump *d, struct str content)
{
	struct sha256 h;
	sha256_init(&h);
	sha256_add(&h, d->chain, sizeof d->chain);
	sha256_add(&h, content.ptr, content.len);
	sha256_end(&h, d->chain);
}

static bool write_block(struct dump *d, char kind, struct str content)
{
	uint32_t len = htobe32((uint32_t)content.len + (kind ? 1 : 0));
	struct sha256 h;
	sha256_init(&h);
	sha256_add(&h, d->chain, sizeof d->chain);
	if (kind) sha256_add(&h, &kind, 1);
	sha256_add(&h, content.ptr, content.len);
	sha256_end(&h, d->chain);
	return fwrite(&len, sizeof len, 1, d->f) == 1 && (!kind || fputc(kind, d->f) != EOF) &&
	       (!content.len || fwrite(content.ptr, content.len, 1, d->f) == 1) && fwrite(d->chain, sizeof d->chain, 1, d->f) == 1;
}

static bool read_block(struct dump *d)
{
	uint32_t len;
	uint8_t want[SHA256_LEN];
	if (fread(&len, sizeof len, 1, d->f) != 1) return false;
	d->len = be32toh(len);
	if (!d->len || d->len > BLOCK_MAX) return false;
	if (d->len > d->room) {
		free(d->block);
		d->room = d->len;
		d->block = db_alloc(d->room);
	}
	if (fread(d->block, d->len, 1, d->f) != 1 || fread(want, sizeof want, 1, d->f) != 1) return false;
	chain_on(d, (struct str){d->block, d->len});
	return const_time_eq(want, d->chain, sizeof want);
}

static struct str block(const struct dump *d) { return (struct str){d->block, d->len}; }

static void show(struct dump *d)
{
	if (d->progress) d->progress(d->arg, d->done, d->total > d->done ? d->total : d->done);
}

static enum err bad_file(struct cx *cx, const struct dump *d)
{
	return fail(cx, ERR_INVALID, NULL, M_db_backup_bad, ARG_S("file", d->file));
}

static enum err bad_write(struct cx *cx, const struct dump *d)
{
	log_error("backup: %s", strerror(errno));
	return fail(cx, ERR_IO, NULL, M_db_backup_write, ARG_S("file", d->file));
}

/* Writing */

struct table {
	struct str name, columns;
};
struct table_list {
	VEC(struct table) rows;
};

static enum err load_tables(struct cx *cx, struct table_list *list)
{
	struct db_rows rows;
	TRY(db_query_n(cx, &rows,
	               SQL("select c.relname::text, string_agg(quote_ident(a.attname), ',' order by a.attnum) "
	                   "from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
	                   "and a.attgenerated = '' where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace "
	                   "and c.relname <> 'schema_migration' group by c.relname order by c.relname"),
	               NULL, 0));
	while (db_next(&rows)) {
		struct table *t = VEC_PUSH(cx->arena, &list->rows);
		*t = (struct table){db_str(&rows, 0), db_str(&rows, 1)};
	}
	return rows.err;
}

/* Whoever is not the owner would get a copy with rows missing, and nobody would see. */
static enum err check_owner(struct cx *cx)
{
	int64_t others;
	TRY(db_number_n(cx, &others,
	                SQL("select count(*) from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace "
	                    "and not pg_has_role(c.relowner, 'usage')"),
	                NULL, 0));
	return others ? fail(cx, ERR_DENIED, NULL, M_db_backup_owner) : OK;
}

static enum err write_head(struct cx *cx, struct dump *d)
{
	struct sb b;
	sb_init(&b, cx->arena, 1 << 20);
	struct db_rows rows;
	TRY(db_query_n(cx, &rows, SQL("select number, sha256 from schema_migration order by number"), NULL, 0));
	while (db_next(&rows)) {
		sb_int(&b, db_int(&rows, 0));
		sb_char(&b, ' ');
		sb_add(&b, db_str_view(&rows, 1));
		sb_char(&b, '\n');
	}
	if (rows.err) return rows.err;
	if (fputs(MAGIC, d->f) < 0 || !write_block(d, 0, sb_str(&b))) return bad_write(cx, d);
	return OK;
}

static enum err write_table(struct cx *cx, struct dump *d, const struct table *t)
{
	struct pg_conn *c = cx->tx->conn;
	struct str head = str_fmt(cx->arena, "table %.*s\n%.*s", STR_ARG(t->name), STR_ARG(t->columns));
	if (!write_block(d, 0, head)) return bad_write(cx, d);
	struct str sql = str_fmt(cx->arena, "copy %.*s (%.*s) to stdout (format binary)", STR_ARG(t->name), STR_ARG(t->columns));
	const char *text = str_z(cx->arena, sql);
	TRY(pg_ready(cx, cx->tx, c));
	PGresult *r = PQexec(c->c, text);
	enum err e = PQresultStatus(r) == PGRES_COPY_OUT ? OK : pg_fail(cx, cx->tx, c, r, text);
	PQclear(r);
	if (e) return e;
	char *row;
	int n;
	while ((n = PQgetCopyData(c->c, &row, 0)) > 0) {
		if (!e && !write_block(d, 'd', (struct str){row, (size_t)n})) e = bad_write(cx, d);
		PQfreemem(row);
		d->done++;
		if (!(d->done & 1023)) show(d);
	}
	while ((r = PQgetResult(c->c))) {
		if (PQresultStatus(r) != PGRES_COMMAND_OK && !e) e = pg_fail(cx, cx->tx, c, r, text);
		PQclear(r);
	}
	return e;
}

static enum err dump_all(struct cx *cx, void *arg)
{
	struct dump *d = arg;
	struct table_list tables = {0};
	TRY(cx->db->engine->script(cx, "set local passerelle.all_schools = 'yes'; set local statement_timeout = 0"));
	TRY(check_owner(cx));
	TRY(load_tables(cx, &tables));
	TRY(db_number_n(cx, &d->total,
	                SQL("select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class "
	                    "where relkind = 'r' and relnamespace = current_schema()::regnamespace"),
	                NULL, 0));
	TRY(write_head(cx, d));
	VEC_EACH (t, &tables.rows)
		TRY(write_table(cx, d, t));
	return write_block(d, 0, STR("end")) ? OK : bad_write(cx, d);
}

enum err pg_backup(struct cx *cx, struct str file, progress_fn progress, void *arg)
{
	const char *path = str_z(cx->arena, file);
	const char *tmp = str_z(cx->arena, str_fmt(cx->arena, "%s.partial", path));
	struct dump d = {.file = file, .progress = progress, .arg = arg};
	mode_t before = umask(0077);
	d.f = fopen(tmp, "wbe");
	umask(before);
	if (!d.f) return bad_write(cx, &d);
	enum err e = db_tx(cx, DB_READ, dump_all, &d);
	if (!e && (fflush(d.f) || fsync(fileno(d.f)))) e = bad_write(cx, &d);
	if (fclose(d.f) && !e) e = bad_write(cx, &d);
	if (!e && rename(tmp, path)) e = bad_write(cx, &d);
	if (e) unlink(tmp);
	show(&d);
	return e;
}

/* Reading */

static bool start_reading(struct dump *d)
{
	char magic[sizeof MAGIC] = "";
	rewind(d->f);
	memset(d->chain, 0, sizeof d->chain);
	return fread(magic, sizeof MAGIC - 1, 1, d->f) == 1 && !strcmp(magic, MAGIC) && read_block(d);
}

/* The whole file, before anything is written. */
static enum err check_file(struct cx *cx, struct dump *d)
{
	if (!start_reading(d)) return bad_file(cx, d);
	while (read_block(d)) {
		if (!str_is(block(d), "end")) {
			d->total += d->block[0] == 'd';
			continue;
		}
		return fgetc(d->f) == EOF ? OK : bad_file(cx, d);
	}
	return bad_file(cx, d);
}

/* The copy's migrations must be the first of ours; *last is its newest. */
static enum err check_head(struct cx *cx, struct dump *d, int *last)
{
	struct str rest = block(d), line;
	size_t i = 0;
	*last = 0;
	while (str_split(&rest, '\n', &line)) {
		struct str number;
		int64_t n;
		if (!line.len) continue;
		if (!str_split(&line, ' ', &number) || !str_to_i64(number, &n)) return bad_file(cx, d);
		if (i >= db_migrations_count) return fail(cx, ERR_SCHEMA, NULL, M_db_schema_newer, ARG_N("version", n));
		const struct db_migration *m = &db_migrations[i++];
		struct migration_sum sum = migration_checksum(DB_POSTGRES, m);
		if (n != m->number || !str_is(line, sum.hex))
			return fail(cx, ERR_SCHEMA, NULL, M_db_schema_changed, ARG_N("number", n), ARG_Z("name", m->name));
		*last = m->number;
	}
	return OK;
}

struct reference {
	struct str table, name, definition;
};
struct reference_list {
	VEC(struct reference) rows;
};

/* References are dropped and set again at the end, so that tables may come in any order and all rows are checked. */
static enum err take_references(struct cx *cx, struct reference_list *list)
{
	struct db_rows rows;
	TRY(db_query_n(cx, &rows,
	               SQL("select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint "
	                   "where contype = 'f' and connamespace = current_schema()::regnamespace order by oid"),
	               NULL, 0));
	while (db_next(&rows)) {
		struct reference *r = VEC_PUSH(cx->arena, &list->rows);
		*r = (struct reference){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2)};
	}
	if (rows.err) return rows.err;
	VEC_EACH (r, &list->rows) {
		struct str sql = str_fmt(cx->arena, "alter table %.*s drop constraint %.*s", STR_ARG(r->table), STR_ARG(r->name));
		TRY(cx->db->engine->script(cx, str_z(cx->arena, sql)));
	}
	return OK;
}

static enum err set_references(struct cx *cx, struct reference_list *list)
{
	VEC_EACH (r, &list->rows) {
		struct str sql = str_fmt(cx->arena, "alter table %.*s add constraint %.*s %.*s", STR_ARG(r->table), STR_ARG(r->name),
		                         STR_ARG(r->definition));
		TRY(cx->db->engine->script(cx, str_z(cx->arena, sql)));
	}
	return OK;
}

/* COPY does not load into tables whose policies hold for the one who loads; the owner is freed of them meanwhile. */
static enum err hold_owner(struct cx *cx, struct table_list *guarded, bool on)
{
	VEC_EACH (t, &guarded->rows) {
		struct str sql = str_fmt(cx->arena, "alter table %.*s %s row level security", STR_ARG(t->name), on ? "force" : "no force");
		TRY(cx->db->engine->script(cx, str_z(cx->arena, sql)));
	}
	return OK;
}

static enum err load_guarded(struct cx *cx, struct table_list *list)
{
	struct db_rows rows;
	TRY(db_query_n(cx, &rows,
	               SQL("select relname::text from pg_class where relkind = 'r' and relforcerowsecurity and "
	                   "relnamespace = current_schema()::regnamespace order by relname"),
	               NULL, 0));
	while (db_next(&rows)) {
		struct table *t = VEC_PUSH(cx->arena, &list->rows);
		t->name = db_str(&rows, 0);
	}
	return rows.err;
}

static enum err begin_table(struct cx *cx, struct dump *d, struct table_list *known)
{
	struct pg_conn *c = cx->tx->conn;
	struct str rest = block(d), head, name = STR_NONE;
	if (!str_split(&rest, '\n', &head) || !str_starts(head, STR("table "))) return bad_file(cx, d);
	head = str_sub(head, 6, head.len);
	VEC_EACH (t, &known->rows)
		if (str_eq(t->name, head) && str_eq(t->columns, rest)) name = t->name;
	if (!name.ptr) return bad_file(cx, d);
	struct str sql =
	    str_fmt(cx->arena, "truncate %.*s; copy %.*s (%.*s) from stdin (format binary)", STR_ARG(name), STR_ARG(name), STR_ARG(rest));
	PGresult *r = PQexec(c->c, str_z(cx->arena, sql));
	enum err e = PQresultStatus(r) == PGRES_COPY_IN ? OK : pg_fail(cx, cx->tx, c, r, "copy from");
	PQclear(r);
	return e;
}

static enum err end_table(struct cx *cx, enum err e)
{
	struct pg_conn *c = cx->tx->conn;
	if (PQputCopyEnd(c->c, e ? "given up" : NULL) != 1 && !e) e = pg_fail(cx, cx->tx, c, NULL, "copy from");
	for (PGresult *r; (r = PQgetResult(c->c));) {
		if (PQresultStatus(r) != PGRES_COMMAND_OK && !e) e = pg_fail(cx, cx->tx, c, r, "copy from");
		PQclear(r);
	}
	return e;
}

/* From a table's head to the next head or the end. */
static enum err load_table(struct cx *cx, struct dump *d, struct table_list *known)
{
	struct pg_conn *c = cx->tx->conn;
	TRY(begin_table(cx, d, known));
	enum err e = OK;
	while (!e) {
		if (!read_block(d)) {
			e = bad_file(cx, d);
		} else if (d->block[0] != 'd') {
			break;
		} else if (PQputCopyData(c->c, d->block + 1, (int)d->len - 1) != 1) {
			e = pg_fail(cx, cx->tx, c, NULL, "copy from");
		}
		if (!(++d->done & 1023)) show(d);
	}
	return end_table(cx, e);
}

static enum err load_all(struct cx *cx, void *arg)
{
	struct dump *d = arg;
	struct table_list tables = {0}, guarded = {0};
	struct reference_list references = {0};
	int64_t there;
	int last, applied;
	TRY(db_number_n(cx, &there, SQL("select count(*) from pg_tables where schemaname = current_schema()"), NULL, 0));
	if (there) return fail(cx, ERR_CONFLICT, NULL, M_db_restore_not_empty);
	if (!start_reading(d)) return bad_file(cx, d);
	TRY(check_head(cx, d, &last));
	TRY(migrate_up_to(cx, last, &applied));
	TRY(load_tables(cx, &tables));
	TRY(load_guarded(cx, &guarded));
	TRY(hold_owner(cx, &guarded, false));
	TRY(take_references(cx, &references));
	TRY(pg_ready(cx, cx->tx, cx->tx->conn));
	if (!read_block(d)) return bad_file(cx, d);
	while (!str_is(block(d), "end"))
		TRY(load_table(cx, d, &tables));
	TRY(set_references(cx, &references));
	return hold_owner(cx, &guarded, true);
}

enum err pg_restore(struct cx *cx, struct str file, progress_fn progress, void *arg)
{
	struct dump d = {.file = file, .progress = progress, .arg = arg};
	d.f = fopen(str_z(cx->arena, file), "rbe");
	if (!d.f) return bad_file(cx, &d);
	enum err e = check_file(cx, &d);
	if (!e) e = db_tx(cx, DB_BULK, load_all, &d);
	free(d.block);
	fclose(d.f);
	if (!e) show(&d);
	return e;
}
