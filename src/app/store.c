/* Opening the store, bringing its schema up to date, choosing school and actor. */
#include "app/app.h"
#include "app/capability.h"
#include "base/date.h"
#include "office/people/accounts.h"
#include "office/people/school.h"
#include "platform/audit/audit.h"
#include "platform/i18n/i18n.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* With the folders above it: "data/demo" stands in no folder yet when the demo is first tried. */
static enum err make_directory(struct app *app)
{
	struct str all = app->config.data;
	for (size_t i = 1; i <= all.len; i++) {
		if (i < all.len && all.ptr[i] != '/') continue;
		const char *dir = str_z(app->cx.arena, str_sub(all, 0, i));
		struct stat st;
		if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode)) continue;
		if (mkdir(dir, 0700) != 0)
			return fail(&app->cx, ERR_IO, "data", M_store_mkdir, ARG_Z("value", dir), ARG_Z("why", strerror(errno)));
	}
	return OK;
}

static enum err seal(struct cx *cx) { return audit_seal(cx); }

/* Not before: an empty place has no log, and a restored one brings its own. */
static enum err seal_from_now(struct app *app)
{
	app->seals = true;
	if (db_engine(app->db) == DB_SQLITE) db_set_before_commit(app->db, seal);
	return OK;
}

enum err app_open(struct app *app, bool make)
{
	struct db_options options = {
	    .url = app->config.database, .data_dir = app->config.data, .max_connections = (int)app->config.workers + 6};
	if (str_blank(options.url)) {
		options.url = STR_NONE;
		if (str_blank(options.data_dir)) return app_usage(app, M_command_where, NULL);
		if (make) TRY(make_directory(app));
		struct stat st;
		const char *file = str_z(app->cx.arena, str_fmt(app->cx.arena, "%.*s/passerelle.db", STR_ARG(options.data_dir)));
		if (!make && stat(file, &st) != 0) return fail(&app->cx, ERR_IO, "data", M_store_absent, ARG_S("value", app->config.data));
	}
	TRY(db_open(&app->cx, &options, &app->db));
	app->cx.db = app->db;
	return OK;
}

static enum err backup_first(struct app *app, int version)
{
	struct civil now = instant_civil(app->cx.now_ms);
	struct str file = str_fmt(app->cx.arena, "%.*s/before-%04d-%04d%02d%02d-%02d%02d%02d.backup", STR_ARG(app->config.data), version,
	                          now.year, now.month, now.day, now.hour, now.minute, now.second);
	TRY(db_backup(&app->cx, file, NULL, NULL));
	app_tell(app, M_command_kept, ARG_S("file", file));
	return OK;
}

enum err app_schema(struct app *app, bool migrate)
{
	enum db_schema state;
	int version, applied;
	TRY(db_schema_state(&app->cx, &state, &version));
	if (state == DB_SCHEMA_CURRENT) return seal_from_now(app);
	if (state == DB_SCHEMA_NEWER)
		return fail(&app->cx, ERR_SCHEMA, NULL, M_store_newer, ARG_S("version", str_fmt(app->cx.arena, "%d", version)));
	if (state == DB_SCHEMA_CHANGED)
		return fail(&app->cx, ERR_SCHEMA, NULL, M_store_changed, ARG_S("version", str_fmt(app->cx.arena, "%d", version)));
	if (!migrate) return fail(&app->cx, ERR_SCHEMA, NULL, M_store_old, ARG_S("version", str_fmt(app->cx.arena, "%d", version)));
	if (state == DB_SCHEMA_OLD && db_engine(app->db) == DB_SQLITE) TRY(backup_first(app, version));
	TRY(db_migrate(&app->cx, &applied));
	return seal_from_now(app);
}

static enum err choose_school(struct app *app)
{
	struct school *all;
	size_t len;
	TRY(school_list(&app->cx, &all, &len));
	if (!len) return fail(&app->cx, ERR_CONFIG, NULL, M_store_no_school);
	for (size_t i = 0; i < len; i++)
		if (app->hei ? str_is(all[i].hei_id, app->hei) : len == 1)
			return app->cx.tenant = all[i].tenant, app->cx.zone = all[i].zone, OK;
	return fail(&app->cx, ERR_SYNTAX, "hei", app->hei ? M_store_hei_unknown : M_store_hei_needed,
	            ARG_Z("value", app->hei ? app->hei : ""));
}

enum err app_act(struct app *app)
{
	TRY(choose_school(app));
	if (app->as) {
		struct account account;
		struct actor *actor;
		TRY(account_by_email(&app->cx, str_of(app->as), &account));
		TRY(account_actor(&app->cx, account.id, app->cx.tenant, &actor));
		app->cx.actor = actor;
		return OK;
	}
	struct actor *operator= ARENA_NEW(app->cx.arena, struct actor);
	operator->is_operator = true;
	operator->roles = ~UINT64_C(0);
	operator->name = STR("operator");
	app->cx.actor = operator;
	return OK;
}
