/* Migrations, row-level security, backup and restore: the same suite on both engines. The migrations are this file's own. */
#include "fixture.h"
#include <fcntl.h>

#define SCHOOL                                                                                                 \
	"create table school (tenant {tenant} primary key, name {text} not null);\n"                           \
	"create table pupil (tenant {tenant} not null references school (tenant), id {id} not null, n {int}, " \
	"word {text}, raw {bytes}, friend {id}, primary key (tenant, id), "                                    \
	"foreign key (tenant, friend) references pupil (tenant, id)) {strict};\n"                              \
	"-- school table: pupil\n"

const struct db_migration db_migrations[] = {
    {1, "school", SCHOOL, NULL, NULL},
    {2, "colour", "alter table pupil add column colour {text};\nupdate pupil set colour = 'blue';", NULL, NULL},
    {3, "engine", NULL, "create table engine (name {text}); insert into engine values ('sqlite');",
     "create table engine (name {text}); insert into engine values ('postgres');"},
};
const size_t db_migrations_count = ARRAY_LEN(db_migrations);

struct limit {
	int last, applied;
};
static enum err migrate_part(struct cx *cx, void *arg)
{
	struct limit *l = arg;
	return migrate_up_to(cx, l->last, &l->applied);
}
static enum err migrate_to(struct cx *cx, int last)
{
	struct limit l = {last, 0};
	return db_tx(cx, DB_BULK, migrate_part, &l);
}

static enum db_schema state_of(struct cx *cx, int *version)
{
	enum db_schema state = (enum db_schema) - 1;
	CHECK_INT(db_schema_state(cx, &state, version), OK);
	return state;
}

#define ADD_PUPIL SQL("insert into pupil (tenant, id, n, word, raw, friend) values (?1, ?2, ?3, ?4, ?5, ?6)")

static enum err add_pupils(struct cx *cx, void *arg)
{
	struct uuid before = UUID_NONE;
	for (int64_t i = 0; i < *(int64_t *)arg; i++) {
		struct uuid id = uuid_new(1);
		TRY(db_exec(cx, ADD_PUPIL, DB_I(cx->tenant), DB_ID(id), DB_I(i), DB_S(i % 3 ? STR("Zoé – ?1") : STR_NONE),
		            DB_B(i % 2 ? STR("\0\n\xff") : STR("")), DB_ID(before)));
		before = id;
	}
	return OK;
}

static enum err two_schools(struct cx *cx)
{
	int64_t few = 3, more = 2000;
	TRY(sql(cx, "insert into school values (1, 'one'); insert into school values (2, 'two')"));
	cx->tenant = 1;
	TRY(db_tx(cx, DB_WRITE, add_pupils, &few));
	cx->tenant = 2;
	TRY(db_tx(cx, DB_WRITE, add_pupils, &more));
	cx->tenant = 0;
	return OK;
}

static void test_migrate(void)
{
	struct store s;
	int version, applied;
	store_open(&s);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_EMPTY);
	CHECK_INT(migrate_to(&s.cx, 1), OK);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_OLD);
	CHECK_INT(version, 1);
	CHECK_INT(two_schools(&s.cx), OK);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(applied, 2);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_CURRENT);
	CHECK_INT(version, 3);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(applied, 0);
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from engine where name = 'sqlite'")), !on_postgres());
	s.cx.tenant = 2; /* the migration changed the rows of all schools */
	CHECK_INT(number_of(&s.cx, SQL("select count(*) from pupil where tenant = 2 and colour = 'blue'")), 2000);
	store_close(&s);
}

static void test_newer_and_changed(void)
{
	struct store s;
	int version, applied;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(sql(&s.cx, "insert into schema_migration values (4, 'later', 'x', 0)"), OK);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_NEWER);
	CHECK_INT(version, 4);
	CHECK_INT(db_migrate(&s.cx, &applied), ERR_SCHEMA);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_schema_newer);
	cx_clear_problems(&s.cx);
	CHECK_INT(sql(&s.cx, "delete from schema_migration where number = 4; update schema_migration set sha256 = 'y' where number = 2"),
	          OK);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_CHANGED);
	CHECK_INT(db_migrate(&s.cx, &applied), ERR_SCHEMA);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_schema_changed);
	store_close(&s);
}

/* A migration that fails leaves nothing of the whole run. */
static enum err migrate_then_fail(struct cx *cx, void *arg)
{
	struct limit l = {3, 0};
	TRY(migrate_part(cx, &l));
	CHECK_INT(l.applied, 3);
	return db_exec(cx, SQL("insert into nowhere values (1)"));
}

static void test_failed_migration(void)
{
	struct store s;
	int version;
	store_open(&s);
	CHECK_INT(db_tx(&s.cx, DB_BULK, migrate_then_fail, NULL), ERR_BUG);
	CHECK_INT(state_of(&s.cx, &version), DB_SCHEMA_EMPTY);
	store_close(&s);
}

static void test_foreign_place(void)
{
	struct store s;
	int applied;
	store_open(&s);
	CHECK_INT(sql(&s.cx, "create table somebody_elses (a {int})"), OK);
	CHECK_INT(db_migrate(&s.cx, &applied), ERR_SCHEMA);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_schema_foreign);
	store_close(&s);
}

static void test_type_words(void)
{
	struct store s;
	struct str out;
	store_open(&s);
	CHECK_INT(dialect_types(&s.cx, DB_SQLITE, STR("a {id}, b {text} {strict}"), &out), OK);
	CHECK_STR(out, "a blob, b text strict");
	CHECK_INT(dialect_types(&s.cx, DB_POSTGRES, STR("{id}{int}{text}"), &out), OK);
	CHECK_STR(out, "uuidbiginttext collate \"C\"");
	CHECK_INT(dialect_types(&s.cx, DB_POSTGRES, STR("a {number}"), &out), ERR_BUG);
	CHECK_INT(dialect_types(&s.cx, DB_POSTGRES, STR("a {int"), &out), ERR_BUG);
	char *d = dialect_dollars("select ?1, '?2 ''?3', \"?4\" -- ?5\n, ?12");
	CHECK_Z(d, "select $1, '?2 ''?3', \"?4\" -- ?5\n, $12");
	free(d);
	store_close(&s);
}

/* Row-level security. The application's role owns nothing; the owner's own role is held by the policy too. */

static enum err steal(struct cx *cx, void *arg)
{
	return db_exec(cx, ADD_PUPIL, DB_I(1), DB_ID(uuid_new(1)), DB_I(0), DB_S(STR("x")), DB_B(STR("")), DB_ID(UUID_NONE));
}

static enum err change_all(struct cx *cx, void *arg) { return db_exec_count(cx, (int64_t *)arg, SQL("update pupil set word = 'mine'")); }

static enum err look_into(struct cx *cx, void *arg)
{
	int64_t before = cx->tenant, *n = arg;
	cx->tenant = 1; /* a nested flow for another school */
	enum err e = db_number(cx, &n[0], SQL("select count(*) from pupil"));
	cx->tenant = before;
	return e ? e : db_number(cx, &n[1], SQL("select count(*) from pupil"));
}

static enum err claim_all(struct cx *cx, void *arg)
{
	TRY(cx->db->engine->script(cx, "set local passerelle.all_schools = 'yes'"));
	return db_number(cx, arg, SQL("select count(*) from pupil"));
}

static void check_as_role(struct store *s, struct db *role, bool owner)
{
	int64_t n = 0, seen[2];
	s->cx.db = role;
	s->cx.tenant = 0;
	CHECK_INT(number_of(&s->cx, SQL("select count(*) from pupil")), 0);
	s->cx.tenant = 1;
	CHECK_INT(number_of(&s->cx, SQL("select count(*) from pupil")), 3);
	s->cx.tenant = 2;
	CHECK_INT(number_of(&s->cx, SQL("select count(*) from pupil")), 2000);
	CHECK_INT(number_of(&s->cx, SQL("select count(*) from pupil where tenant = 1")), 0);
	CHECK_INT(db_tx(&s->cx, DB_WRITE, steal, NULL), ERR_DENIED);
	CHECK_INT(db_tx(&s->cx, DB_WRITE, change_all, &n), OK);
	CHECK_INT(n, 2000);
	CHECK_INT(db_tx(&s->cx, DB_READ, look_into, seen), OK);
	CHECK(seen[0] == 3 && seen[1] == 2000);
	CHECK_INT(db_tx(&s->cx, DB_READ, claim_all, &n), OK);
	CHECK_INT(n, owner ? 2003 : 2000);
	s->cx.tenant = 1;
	CHECK_INT(number_of(&s->cx, SQL("select count(*) from pupil where word = 'mine'")), 0);
	s->cx.tenant = 0;
	s->cx.db = s->db;
}

static void test_row_level_security(void)
{
	if (!on_postgres()) SKIP("PostgreSQL only");
	struct store s;
	struct db *app;
	int applied;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(sql(&s.cx, "grant select, insert, update, delete on all tables in schema public to passerelle_app"), OK);
	CHECK_INT(two_schools(&s.cx), OK);
	struct db_options o = {.url = str_of(getenv("PASSERELLE_TEST_PG_APP"))};
	REQUIRE(!db_open(&s.cx, &o, &app));
	check_as_role(&s, app, false);
	check_as_role(&s, s.db, true);
	db_reads_begin(&s.cx); /* one snapshot, one school after the other */
	check_as_role(&s, app, false);
	db_reads_end(&s.cx);
	s.cx.db = app;
	cx_clear_problems(&s.cx);
	CHECK_INT(db_backup(&s.cx, str_fmt(s.cx.arena, "%s/no.backup", s.dir), NULL, NULL), ERR_DENIED);
	CHECK(s.cx.problems && s.cx.problems->msg == M_db_backup_owner);
	s.cx.db = s.db;
	db_close(app);
	store_close(&s);
}

/* Backup and restore */

struct seen {
	int64_t calls, done, total;
};
static void on_progress(void *arg, int64_t done, int64_t total)
{
	struct seen *p = arg;
	p->calls++;
	if (done < p->done && p->done <= p->total) p->calls = -1000000; /* never backwards */
	p->done = done;
	p->total = total;
}

static const struct sql facts[] = {
    SQL("select count(*) from pupil"),
    SQL("select cast(sum(n * (tenant + 1)) as bigint) from pupil"),
    SQL("select count(*) from pupil where word = 'Zoé – ?1'"),
    SQL("select count(*) from pupil where word is null"),
    SQL("select count(*) from pupil a join pupil b on b.tenant = a.tenant and b.id = a.friend"),
    SQL("select count(*) from school"),
    SQL("select count(*) from schema_migration"),
};

static enum err read_facts(struct cx *cx, void *arg)
{
	int64_t *out = arg;
	if (on_postgres()) TRY(cx->db->engine->script(cx, "set local passerelle.all_schools = 'yes'"));
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		TRY(db_number_n(cx, &out[i], facts[i], NULL, 0));
	return OK;
}

/* Empties the place: SQLite gets another folder. */
static void start_again(struct store *s, struct store *other)
{
	if (on_postgres()) {
		CHECK_INT(db_tx(&s->cx, DB_BULK, drop_all, NULL), OK);
		*other = *s;
		return;
	}
	store_open(other);
}

static void damage(const char *path, long at)
{
	int fd = open(path, O_RDWR);
	char c = 0;
	CHECK(fd >= 0 && pread(fd, &c, 1, at) == 1);
	c ^= 0x40;
	CHECK(pwrite(fd, &c, 1, at) == 1);
	close(fd);
}

static void test_backup_and_restore(void)
{
	struct store s, t;
	struct seen out = {0}, in = {0};
	int64_t before[ARRAY_LEN(facts)], after[ARRAY_LEN(facts)], few = 1;
	int version, applied;
	store_open(&s);
	CHECK_INT(migrate_to(&s.cx, 2), OK);
	CHECK_INT(two_schools(&s.cx), OK);
	CHECK_INT(db_tx(&s.cx, DB_READ, read_facts, before), OK);
	struct str file = str_fmt(s.cx.arena, "%s/all.backup", s.dir);
	CHECK_INT(db_backup(&s.cx, file, on_progress, &out), OK);
	CHECK(out.calls > 0 && out.done == out.total);
	CHECK_INT(db_restore(&s.cx, file, NULL, NULL), ERR_CONFLICT); /* not an empty place */
	start_again(&s, &t);
	CHECK_INT(db_restore(&t.cx, file, on_progress, &in), OK);
	CHECK(in.calls > 0 && in.done == in.total);
	CHECK_INT(db_tx(&t.cx, DB_READ, read_facts, after), OK);
	CHECK_MEM(after, before, sizeof before);
	CHECK_INT(state_of(&t.cx, &version), DB_SCHEMA_OLD);
	CHECK_INT(db_migrate(&t.cx, &applied), OK);
	CHECK_INT(applied, 1);
	t.cx.tenant = 1;
	CHECK_INT(db_tx(&t.cx, DB_WRITE, add_pupils, &few), OK); /* it lives, references and all */
	CHECK_INT(number_of(&t.cx, SQL("select count(*) from pupil where tenant = 1")), 4);
	CHECK_INT(sql(&t.cx, on_postgres() ? "insert into pupil (tenant, id, friend) values (1, '00000000-0000-7000-8000-000000000001', "
	                                     "'00000000-0000-7000-8000-000000000002')"
	                                   : "insert into pupil (tenant, id, friend) values (1, x'00', x'01')"),
	          ERR_CONFLICT);
	if (!on_postgres()) store_close(&t);
	store_close(&s);
}

static void test_bad_backups(void)
{
	struct store s, t;
	int applied, version;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	CHECK_INT(two_schools(&s.cx), OK);
	struct str good = str_fmt(s.cx.arena, "%s/good", s.dir), bad = str_fmt(s.cx.arena, "%s/bad", s.dir);
	struct str cut = str_fmt(s.cx.arena, "%s/cut", s.dir), none = str_fmt(s.cx.arena, "%s/none", s.dir);
	const char *cut_z = str_z(s.cx.arena, cut);
	CHECK_INT(db_backup(&s.cx, good, NULL, NULL), OK);
	CHECK_INT(db_backup(&s.cx, bad, NULL, NULL), OK);
	CHECK_INT(db_backup(&s.cx, cut, NULL, NULL), OK);
	CHECK_INT(db_backup(&s.cx, str_fmt(s.cx.arena, "%s/no/such/folder", s.dir), NULL, NULL), ERR_IO);
	struct stat st;
	CHECK(!stat(cut_z, &st) && !truncate(cut_z, st.st_size - 20000));
	CHECK((st.st_mode & 0077) == 0); /* nobody else reads it */
	damage(str_z(s.cx.arena, bad), on_postgres() ? st.st_size / 2 : 30);
	CHECK_INT(sql(&s.cx, "insert into schema_migration values (9, 'later', 'x', 0)"), OK);
	struct str newer = str_fmt(s.cx.arena, "%s/newer", s.dir);
	CHECK_INT(db_backup(&s.cx, newer, NULL, NULL), OK);
	start_again(&s, &t);
	CHECK_INT(db_restore(&t.cx, cut, NULL, NULL), ERR_INVALID);
	CHECK_INT(db_restore(&t.cx, none, NULL, NULL), ERR_INVALID);
	if (on_postgres()) CHECK_INT(db_restore(&t.cx, bad, NULL, NULL), ERR_INVALID);
	CHECK_INT(db_restore(&t.cx, newer, NULL, NULL), ERR_SCHEMA);
	CHECK_INT(db_restore(&t.cx, STR("/proc/self/exe"), NULL, NULL), ERR_INVALID);
	CHECK_INT(state_of(&t.cx, &version), DB_SCHEMA_EMPTY);
	CHECK_INT(db_restore(&t.cx, good, NULL, NULL), OK);
	CHECK_INT(state_of(&t.cx, &version), DB_SCHEMA_CURRENT);
	if (!on_postgres()) store_close(&t);
	store_close(&s);
}

TAP_MAIN(TAP(test_migrate), TAP(test_newer_and_changed), TAP(test_failed_migration), TAP(test_foreign_place), TAP(test_type_words),
         TAP(test_row_level_security), TAP(test_backup_and_restore), TAP(test_bad_backups))
