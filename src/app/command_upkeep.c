/* token, audit, check, backup, restore, migrate: what an operator does. */
#include "app/app.h"
#include "base/base64.h"
#include "base/date.h"
#include "office/people/accounts.h"
#include "platform/audit/audit.h"
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"
#include <unistd.h>

static enum err run_token(struct app *app)
{
	bool missing = false;
	struct account account;
	struct str text;
	int64_t days = 90;
	const char *what = args_next(&app->args), *user = args_value(&app->args, "--user", &missing), *n = args_value(&app->args, "--days", &missing);
	if (!what || strcmp(what, "create") != 0 || !user || missing) return app_usage(app, "say create --user EMAIL", what);
	if (n && (!str_to_i64(str_of(n), &days) || days < 1 || days > 3660)) return app_usage(app, "--days takes 1 to 3660, not", n);
	TRY(account_by_email(&app->cx, str_of(user), &account));
	TRY(account_api_token(&app->cx, account.id, days, &text));
	TRY(db_wait_durable(&app->cx));
	print("%.*s\n", STR_ARG(text));
	return OK;
}

const struct command command_token = {
    .name = "token", .usage = "create --user EMAIL [--days N]", .summary = "a token for the API; only the token is printed", .needs = NEEDS_STORE, .run = run_token};

static enum err verify_audit(struct app *app)
{
	struct audit_report r;
	TRY(audit_verify(&app->cx, &r));
	if (app->json)
		print("{\"whole\":%s,\"entries\":%lld,\"sealed\":%lld,\"unsealed\":%lld,\"erased\":%lld", r.whole ? "true" : "false",
		      (long long)r.entries, (long long)r.sealed, (long long)r.unsealed, (long long)r.erased);
	else
		print("entries %lld sealed %lld unsealed %lld erased %lld", (long long)r.entries, (long long)r.sealed, (long long)r.unsealed,
		      (long long)r.erased);
	if (!r.whole) {
		struct str id = uuid_text(app->cx.arena, r.bad);
		print(app->json ? ",\"bad\":\"%.*s\",\"school\":%lld,\"seq\":%lld,\"why\":\"%.*s\"" : " bad %.*s school %lld seq %lld why %.*s", STR_ARG(id),
		      (long long)r.bad_tenant, (long long)r.bad_seq, STR_ARG(r.why));
	}
	print(app->json ? "}\n" : "\n");
	return r.whole ? OK : ERR_REFUSED;
}

static enum err head_audit(struct app *app)
{
	struct audit_head *heads;
	size_t len;
	TRY(audit_heads(&app->cx, &heads, &len));
	for (size_t i = 0; i < len; i++)
		print("school %lld seq %lld head %.*s sealed %.*s\n", (long long)heads[i].tenant, (long long)heads[i].seq,
		      STR_ARG(hex_encode(app->cx.arena, heads[i].chain)), STR_ARG(instant_iso(app->cx.arena, heads[i].sealed_ms)));
	return OK;
}

static enum err run_audit(struct app *app)
{
	const char *what = args_next(&app->args);
	if (what && !strcmp(what, "verify")) return verify_audit(app);
	if (what && !strcmp(what, "head")) return head_audit(app);
	return app_usage(app, "say verify or head", what);
}

const struct command command_audit = {
    .name = "audit", .usage = "verify | head [--json]", .summary = "is the log whole; its heads", .needs = NEEDS_NODE, .run = run_audit};

static enum err run_check(struct app *app)
{
	struct audit_report r;
	TRY(entity_check_schema(&app->cx));
	TRY(audit_verify(&app->cx, &r));
	print("schema ok\naudit %s\n", r.whole ? "ok" : "broken");
	return r.whole ? OK : ERR_REFUSED;
}

const struct command command_check = {
    .name = "check", .usage = "[--derived]", .summary = "self-check of data, configuration and derived values", .needs = NEEDS_NODE, .run = run_check};

static void show(void *arg, int64_t done, int64_t total)
{
	if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%lld of %lld", (long long)done, (long long)total);
}

static enum err run_backup(struct app *app)
{
	const char *file = args_next(&app->args);
	if (!file || app->args.len) return app_usage(app, "FILE is missing", NULL);
	TRY(db_backup(&app->cx, str_of(file), show, NULL));
	app_say(app, "everything is in %s", file);
	return OK;
}

const struct command command_backup = {
    .name = "backup", .usage = "FILE", .summary = "everything into one file, while the program serves", .needs = NEEDS_DATABASE, .run = run_backup};

/* Aside, in a directory of its own, with every check: says whether this backup would serve. */
static enum err restore_aside(struct app *app, const char *file)
{
	char dir[] = "/tmp/passerelle-restore-XXXXXX";
	struct audit_report r;
	if (!mkdtemp(dir)) return fail(&app->cx, ERR_IO, "data", M_store_mkdir, ARG_Z("value", dir), ARG_Z("why", "mkdtemp"));
	struct app aside = {.config = {.data = str_of(dir)}};
	cx_begin(&aside.cx, NULL);
	enum err err = app_open(&aside, true);
	if (err == OK) err = db_restore(&aside.cx, str_of(file), show, NULL);
	if (err == OK) err = app_schema(&aside, false);
	if (err == OK) err = entity_check_schema(&aside.cx);
	if (err == OK) err = audit_verify(&aside.cx, &r);
	if (err == OK) print("restored aside: schema ok, audit %s, entries %lld\n", r.whole ? "ok" : "broken", (long long)r.entries);
	if (err == OK && !r.whole) err = ERR_REFUSED;
	cx_move_problems(&aside.cx, app->cx.arena);
	app->cx.problems = aside.cx.problems;
	if (aside.db) db_close(aside.db);
	cx_end(&aside.cx);
	static const char *const parts[] = {"passerelle.db", "passerelle.db-wal", "passerelle.db-shm", "passerelle.lock"};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		unlink(str_z(app->cx.arena, str_fmt(app->cx.arena, "%s/%s", dir, parts[i])));
	rmdir(dir);
	return err;
}

static enum err run_restore(struct app *app)
{
	bool verify = args_flag(&app->args, "--verify");
	const char *file = args_next(&app->args);
	if (!file || app->args.len) return app_usage(app, "FILE is missing", NULL);
	if (verify && str_blank(app->config.database)) return restore_aside(app, file);
	TRY(app_open(app, true));
	TRY(db_restore(&app->cx, str_of(file), show, NULL));
	app_say(app, "restored from %s", file);
	return OK;
}

const struct command command_restore = {
    .name = "restore", .usage = "FILE [--verify]", .summary = "a backup into an empty place; --verify tries it aside and says so", .needs = NEEDS_NOTHING, .run = run_restore};

static enum err run_migrate(struct app *app)
{
	int applied;
	enum db_schema state;
	int version;
	TRY(db_schema_state(&app->cx, &state, &version));
	if (state == DB_SCHEMA_NEWER || state == DB_SCHEMA_CHANGED) return app_schema(app, true);
	TRY(db_migrate(&app->cx, &applied));
	print("applied %d\n", applied);
	return OK;
}

const struct command command_migrate = {
    .name = "migrate", .usage = "", .summary = "brings the schema up to this program", .needs = NEEDS_DATABASE, .run = run_migrate};
