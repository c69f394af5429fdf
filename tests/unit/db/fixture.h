/* A fresh store for each test: SQLite in a temporary folder, or the PostgreSQL that tests/tools/with_postgres started. */
#pragma once
#include "platform/db/internal.h"
#include "tap.h"
#include <ftw.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct store {
	struct cx cx;
	struct db *db;
	char dir[64];
};

__attribute__((unused)) static bool on_postgres(void) { return getenv("PASSERELLE_TEST_PG") != NULL; }

static struct db_options store_options(const char *dir)
{
	const char *url = getenv("PASSERELLE_TEST_PG");
	return (struct db_options){.data_dir = str_of(dir), .url = str_of(url), .max_connections = 8};
}

static enum err drop_all(struct cx *cx, void *arg)
{
	return cx->db->engine->script(cx, "drop schema public cascade; create schema public; grant usage on schema public "
	                                  "to passerelle_app");
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) { return remove(path); }

static void store_open(struct store *s)
{
	snprintf(s->dir, sizeof s->dir, "/tmp/passerelle-db.XXXXXX");
	if (!mkdtemp(s->dir)) abort();
	cx_begin(&s->cx, NULL);
	struct db_options o = store_options(s->dir);
	if (db_open(&s->cx, &o, &s->db)) abort();
	s->cx.db = s->db;
	if (on_postgres() && db_tx(&s->cx, DB_BULK, drop_all, NULL)) abort();
}

static void store_close(struct store *s)
{
	cx_end(&s->cx);
	db_close(s->db);
	nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct script {
	const char *text;
};
static enum err run_script(struct cx *cx, void *arg)
{
	struct script *s = arg;
	struct str text;
	enum err e = dialect_types(cx, cx->db->kind, str_of(s->text), &text);
	return e ? e : cx->db->engine->script(cx, str_z(cx->arena, text));
}
/* Any SQL, with type words. */
__attribute__((unused)) static enum err sql(struct cx *cx, const char *text)
{
	struct script s = {text};
	return db_tx(cx, DB_WRITE, run_script, &s);
}

struct number {
	struct sql sql;
	int64_t out;
};
static enum err read_number(struct cx *cx, void *arg)
{
	struct number *n = arg;
	return db_number(cx, &n->out, n->sql);
}
/* One number, INT64_MIN + 1 when it cannot be read. */
__attribute__((unused)) static int64_t number_of(struct cx *cx, struct sql text)
{
	struct number n = {text, 0};
	return db_tx(cx, DB_READ, read_number, &n) ? INT64_MIN + 1 : n.out;
}

/* Stops or starts the PostgreSQL of the test. */
__attribute__((unused)) static void control(const char *what)
{
	const char *ctl = getenv("PASSERELLE_TEST_PG_CTL");
	char *argv[] = {(char *)(uintptr_t)ctl, (char *)(uintptr_t)what, NULL};
	pid_t pid;
	int status;
	if (posix_spawn(&pid, ctl, NULL, NULL, argv, environ)) abort();
	waitpid(pid, &status, 0);
}

/* VmRSS in KiB. */
__attribute__((unused)) static int64_t resident_kib(void)
{
	char line[256];
	int64_t kib = 0;
	FILE *f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "VmRSS:", 6)) kib = strtoll(line + 6, NULL, 10);
	if (f) fclose(f);
	return kib;
}

/* Whether memory can be measured: sanitizers keep what was freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
