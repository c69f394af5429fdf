/* token, audit, check, backup, restore, migrate: what an operator does. */
#include "app/app.h"
#include "base/base64.h"
#include "base/date.h"
#include "office/people/accounts.h"
#include "office/people/school.h"
#include "platform/audit/audit.h"
#include "platform/entity/entity.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"
#include <unistd.h>

static enum err run_token(struct app *app)
{
	bool missing = false;
	struct account account;
	struct str text;
	int64_t days = 90;
	const char *what = args_next(&app->args), *user = args_value(&app->args, "--user", &missing),
		   *n = args_value(&app->args, "--days", &missing);
	if (!what || strcmp(what, "create") != 0 || !user || missing) return app_usage(app, M_command_token_words, what);
	TRY(app_no_more_words(app));
	if (n && (!str_to_i64(str_of(n), &days) || days < 1 || days > 3660)) return app_usage(app, M_command_token_days, n);
	TRY(account_by_email(&app->cx, str_of(user), &account));
	TRY(account_api_token(&app->cx, account.id, days, &text));
	TRY(db_wait_durable(&app->cx));
	print("%.*s\n", STR_ARG(text));
	return OK;
}

const struct command command_token = {
    .name = "token", .usage = "create --user EMAIL [--days N]", .summary = M_command_token, .needs = NEEDS_STORE, .run = run_token};

static enum err verify_audit(struct app *app)
{
	struct audit_report r;
	TRY(audit_verify(&app->cx, &r));
	if (app->json)
		print("{\"whole\":%s,\"entries\":%lld,\"sealed\":%lld,\"unsealed\":%lld,\"erased\":%lld", r.whole ? "true" : "false",
		      (long long)r.entries, (long long)r.sealed, (long long)r.unsealed, (long long)r.erased);
	else
		print("entries %lld sealed %lld unsealed %lld erased %lld", (long long)r.entries, (long long)r.sealed,
		      (long long)r.unsealed, (long long)r.erased);
	if (!r.whole) {
		struct str id = uuid_text(app->cx.arena, r.bad);
		print(app->json ? ",\"bad\":\"%.*s\",\"school\":%lld,\"seq\":%lld,\"why\":\"%.*s\""
		                : " bad %.*s school %lld seq %lld why %.*s",
		      STR_ARG(id), (long long)r.bad_tenant, (long long)r.bad_seq, STR_ARG(r.why));
	}
	print(app->json ? "}\n" : "\n");
	return r.whole ? OK : ERR_REFUSED;
}

static enum err head_json(struct app *app, const struct audit_head *heads, size_t len)
{
	struct json_writer *w = json_result(app);
	json_array_begin(w);
	for (size_t i = 0; i < len; i++) {
		json_object_begin(w);
		json_member_int(w, "school", heads[i].tenant);
		json_member_int(w, "seq", heads[i].seq);
		json_member_str(w, "head", hex_encode(app->cx.arena, heads[i].chain));
		json_member_str(w, "sealed", instant_iso(app->cx.arena, heads[i].sealed_ms));
		json_object_end(w);
	}
	json_array_end(w);
	print_json(w);
	return OK;
}

static enum err head_audit(struct app *app)
{
	struct audit_head *heads;
	size_t len;
	TRY(audit_heads(&app->cx, &heads, &len));
	if (app->json) return head_json(app, heads, len);
	for (size_t i = 0; i < len; i++)
		print("school %lld seq %lld head %.*s sealed %.*s\n", (long long)heads[i].tenant, (long long)heads[i].seq,
		      STR_ARG(hex_encode(app->cx.arena, heads[i].chain)), STR_ARG(instant_iso(app->cx.arena, heads[i].sealed_ms)));
	return OK;
}

static enum err run_audit(struct app *app)
{
	const char *what = args_next(&app->args);
	bool verify = what && !strcmp(what, "verify"), head = what && !strcmp(what, "head");
	if (verify || head) TRY(app_no_more_words(app));
	if (verify) return verify_audit(app);
	if (head) return head_audit(app);
	return app_usage(app, M_command_audit_words, what);
}

const struct command command_audit = {
    .name = "audit", .usage = "verify | head [--json]", .summary = M_command_audit, .needs = NEEDS_NODE, .run = run_audit};

/* Derived fields of every row of every school, and of what all schools share, which is looked at with the first of them. */
static enum err check_derived(struct app *app, int64_t *wrong)
{
	struct school *all;
	size_t len;
	*wrong = 0;
	TRY(school_list(&app->cx, &all, &len));
	for (size_t i = 0; i < len; i++)
		for (const struct entity *const *e = entity_all(); *e; e++) {
			int64_t n;
			if (i && (*e)->flags & E_SHARED) continue;
			app->cx.tenant = all[i].tenant;
			TRY(record_check_derived(&app->cx, *e, false, &n));
			if (n)
				app_tell(app, M_command_check_wrong, ARG_Z("kind", (*e)->kind), ARG_S("school", all[i].hei_id),
				         ARG_N("n", n));
			*wrong += n;
		}
	app->cx.tenant = 0;
	return OK;
}

static enum err run_check(struct app *app)
{
	struct audit_report r;
	int64_t wrong = 0;
	bool derived = args_flag(&app->args, "--derived");
	TRY(app_no_more_words(app));
	TRY(entity_check_schema(&app->cx));
	TRY(audit_verify(&app->cx, &r));
	if (derived) TRY(check_derived(app, &wrong));
	const char *audit = r.whole ? "ok" : "broken";
	if (app->json) {
		struct json_writer *w = json_result(app);
		json_object_begin(w);
		json_member_str(w, "schema", STR("ok"));
		json_member_str(w, "audit", str_of(audit));
		if (derived) json_member_int(w, "derived_wrong", wrong);
		json_object_end(w);
		print_json(w);
	} else {
		print("schema ok\naudit %s\n", audit);
		if (derived) print("derived wrong %lld\n", (long long)wrong);
	}
	return r.whole && !wrong ? OK : ERR_REFUSED;
}

const struct command command_check = {
    .name = "check", .usage = "[--derived]", .summary = M_command_check, .needs = NEEDS_NODE, .run = run_check};

static void show(void *arg, int64_t done, int64_t total)
{
	if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%lld of %lld", (long long)done, (long long)total);
}

static enum err run_backup(struct app *app)
{
	const char *file = args_next(&app->args);
	if (!file) return app_usage(app, M_command_file_missing, NULL);
	TRY(app_no_more_words(app));
	TRY(db_backup(&app->cx, str_of(file), show, NULL));
	app_tell(app, M_command_backup_done, ARG_Z("file", file));
	return OK;
}

const struct command command_backup = {
    .name = "backup", .usage = "FILE", .summary = M_command_backup, .needs = NEEDS_DATABASE, .run = run_backup};

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

/* In the empty database that was named: there is no other place that this program could make by itself. */
static enum err verify_restored(struct app *app)
{
	struct audit_report r;
	TRY(app_schema(app, false));
	TRY(entity_check_schema(&app->cx));
	TRY(audit_verify(&app->cx, &r));
	print("restored: schema ok, audit %s, entries %lld\n", r.whole ? "ok" : "broken", (long long)r.entries);
	return r.whole ? OK : ERR_REFUSED;
}

static enum err run_restore(struct app *app)
{
	bool verify = args_flag(&app->args, "--verify");
	const char *file = args_next(&app->args);
	if (!file) return app_usage(app, M_command_file_missing, NULL);
	TRY(app_no_more_words(app));
	if (access(file, R_OK) != 0) return fail(&app->cx, ERR_IO, "file", M_config_open, ARG_Z("file", file));
	if (verify && str_blank(app->config.database)) return restore_aside(app, file);
	TRY(app_open(app, true));
	TRY(db_restore(&app->cx, str_of(file), show, NULL));
	app_tell(app, M_command_restore_done, ARG_Z("file", file));
	return verify ? verify_restored(app) : OK;
}

const struct command command_restore = {
    .name = "restore", .usage = "FILE [--verify]", .summary = M_command_restore, .needs = NEEDS_NOTHING, .run = run_restore};

static enum err run_migrate(struct app *app)
{
	int applied;
	enum db_schema state;
	int version;
	TRY(app_no_more_words(app));
	TRY(db_schema_state(&app->cx, &state, &version));
	if (state == DB_SCHEMA_NEWER || state == DB_SCHEMA_CHANGED) return app_schema(app, true);
	TRY(db_migrate(&app->cx, &applied));
	print(app->json ? "{\"applied\":%d}\n" : "applied %d\n", applied);
	return OK;
}

const struct command command_migrate = {
    .name = "migrate", .usage = "", .summary = M_command_migrate, .needs = NEEDS_DATABASE, .run = run_migrate};
