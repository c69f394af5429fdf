/* SQLite: a hot copy into one file, and back. */
#include "platform/db/sqlite.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP_PAGES 256

typedef void (*progress_fn)(void *arg, int64_t done, int64_t total);

/* Copies the main database of one connection into another's. */
static int copy(sqlite3 *to, sqlite3 *from, progress_fn progress, void *arg)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	if (!b) return sqlite3_errcode(to);
	int rc;
	do {
		rc = sqlite3_backup_step(b, STEP_PAGES);
		int64_t total = sqlite3_backup_pagecount(b);
		if (progress) progress(arg, total - sqlite3_backup_remaining(b), total);
	} while (rc == SQLITE_OK);
	sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int run(sqlite3 *h, const char *text) { return sqlite3_exec(h, text, NULL, NULL, NULL); }

/* From one snapshot: the read transaction stays open, so writers go on and the copy never starts again. */
static int copy_out(struct lite_conn *from, const char *path, progress_fn progress, void *arg)
{
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (!rc) rc = run(from->handle, "begin; select count(*) from sqlite_master");
	if (!rc) rc = copy(to, from->handle, progress, arg);
	if (!sqlite3_get_autocommit(from->handle)) (void)run(from->handle, "commit");
	if (!rc) rc = run(to, "pragma journal_mode=delete"); /* the file stands alone */
	int closed = sqlite3_close(to);
	return rc ? rc : closed;
}

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0) return false;
	bool ok = !fsync(fd);
	close(fd);
	return ok;
}

/* Under its own name only when it is whole and on the disk. */
static bool publish(struct cx *cx, const char *tmp, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dir = slash ? str_z(cx->arena, (struct str){path, (size_t)(slash - path) + 1}) : ".";
	return sync_path(tmp, 0) && !rename(tmp, path) && sync_path(dir, O_DIRECTORY);
}

enum err lite_backup(struct cx *cx, struct str file, progress_fn progress, void *arg)
{
	const char *path = str_z(cx->arena, file);
	const char *tmp = str_z(cx->arena, str_fmt(cx->arena, "%s.partial", path));
	struct lite_conn *from = lite_connect(cx, cx->db->lite, false);
	if (!from) return ERR_DATABASE;
	unlink(tmp);
	mode_t before = umask(0077);
	int rc = copy_out(from, tmp, progress, arg);
	umask(before);
	lite_disconnect(from);
	if (!rc && publish(cx, tmp, path)) return OK;
	log_error("backup: sqlite %d, %s", rc, strerror(errno));
	unlink(tmp);
	return fail(cx, ERR_IO, NULL, M_db_backup_write, ARG_S("file", file));
}

static int first_text(void *arg, int n, char **values, char **names)
{
	char *out = arg;
	if (!out[0]) snprintf(out, 32, "%s", n && values[0] ? values[0] : "");
	return 0;
}

/* A whole SQLite file that one of our versions wrote; its last migration in *version. */
static enum err check_copy(struct cx *cx, sqlite3 *from, struct str file)
{
	char said[32] = "", last[32] = "";
	int rc = sqlite3_exec(from, "pragma quick_check(1)", first_text, said, NULL);
	if (!rc && !strcmp(said, "ok")) rc = sqlite3_exec(from, "select max(number) from schema_migration", first_text, last, NULL);
	int64_t version = 0;
	if (rc || strcmp(said, "ok") || !str_to_i64(str_of(last), &version))
		return fail(cx, ERR_INVALID, NULL, M_db_backup_bad, ARG_S("file", file));
	int64_t known = db_migrations_count ? db_migrations[db_migrations_count - 1].number : 0;
	if (version > known) return fail(cx, ERR_SCHEMA, NULL, M_db_schema_newer, ARG_N("version", version));
	return OK;
}

static enum err count_tables(struct cx *cx, void *arg) { return db_number_n(cx, arg, SQL("select count(*) from sqlite_master"), NULL, 0); }

enum err lite_restore(struct cx *cx, struct str file, progress_fn progress, void *arg)
{
	int64_t tables;
	TRY(db_tx(cx, DB_BULK, count_tables, &tables));
	if (tables) return fail(cx, ERR_CONFLICT, NULL, M_db_restore_not_empty);
	sqlite3 *from = NULL;
	struct lite_conn *to = cx->db->lite->write; /* nobody else writes into an empty place */
	int rc = sqlite3_open_v2(str_z(cx->arena, file), &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	enum err e = rc ? fail(cx, ERR_INVALID, NULL, M_db_backup_bad, ARG_S("file", file)) : check_copy(cx, from, file);
	if (!e && (rc = copy(to->handle, from, progress, arg))) e = lite_fail(cx, to, rc, "restore");
	sqlite3_close(from);
	if (!e && (rc = run(to->handle, "pragma journal_mode=wal"))) e = lite_fail(cx, to, rc, "restore");
	return e;
}
