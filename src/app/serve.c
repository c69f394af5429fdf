/* serve: the web application and its background work, until a signal ends it. */
#include "app/app.h"
#include "app/capability.h"
#include "app/demo/demo.h"
#include "base/log.h"
#include "office/campaigns/pages.h"
#include "office/desk/desk.h"
#include "office/people/accounts.h"
#include "office/people/pages.h"
#include "office/people/school.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"
#include "platform/web/session.h"
#include "platform/web/widgets/pages.h"
#include "platform/web/widgets/shell.h"
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static struct str school_names[64]; /* by tenant, read once: a school's name does not change while the program serves */

static struct str school_name(struct cx *cx)
{
	return cx->tenant > 0 && cx->tenant < (int64_t)ARRAY_LEN(school_names) ? school_names[cx->tenant] : STR_NONE;
}

static bool is_student(struct cx *cx) { return actor_has(cx, ROLE_STUDENT) && !actor_has(cx, ROLES_STAFF | ROLE_TEACHER); }

static enum err load_actor(struct cx *cx, const struct request *r, struct session *s)
{
	struct actor *actor;
	if (s->tenant == 0) return OK; /* chooses the school first */
	TRY(account_actor(cx, s->account, s->tenant, &actor));
	cx->actor = actor;
	cx->tenant = s->tenant;
	return OK;
}

static enum err load_token(struct cx *cx, const struct request *r, struct str token) { return account_use_token(cx, token); }

static enum err end_sessions(struct cx *cx, struct uuid account) { return session_end_all(cx, account, NULL); }

/* A job acts as the account that asked for it; timers and jobs without one act as the system. */
static enum err begin_job(struct cx *cx, struct job *job)
{
	struct actor *actor;
	if (uuid_none(job->actor)) {
		struct school school;
		bool found;
		TRY(school_load(cx, job->tenant, &school, &found));
		if (found) cx->zone = school.zone;
		return OK;
	}
	TRY(account_actor(cx, job->actor, job->tenant, &actor));
	cx->actor = actor;
	return OK;
}

static bool loopback(struct str listen)
{
	return str_starts(listen, STR("127.")) || str_starts(listen, STR("[::1]")) || str_starts(listen, STR("localhost:")) ||
	       str_starts(listen, STR("unix:"));
}

static enum err may_listen(struct app *app, bool demo)
{
	struct cx *cx = &app->cx;
	if (geteuid() == 0 && !app->config.allow_root && !demo) return fail(cx, ERR_CONFIG, NULL, M_serve_root);
	if (demo && !str_starts(app->config.listen, STR("127.")) && !str_starts(app->config.listen, STR("[::1]")) &&
	    !str_starts(app->config.listen, STR("localhost:")))
		return fail(cx, ERR_CONFIG, "listen", M_demo_loopback, ARG_S("value", app->config.listen));
	if (!loopback(app->config.listen) && str_blank(app->config.trusted_proxy))
		return fail(cx, ERR_CONFIG, "listen", M_serve_public, ARG_S("value", app->config.listen));
	return OK;
}

static enum err read_schools(struct app *app)
{
	struct school *all;
	size_t len;
	TRY(school_list(&app->cx, &all, &len));
	for (size_t i = 0; i < len; i++)
		if (all[i].tenant > 0 && all[i].tenant < (int64_t)ARRAY_LEN(school_names)) school_names[all[i].tenant] = all[i].name;
	return OK;
}

static void configure(struct app *app, bool demo)
{
	static struct shell_config shell;
	static struct pages_config pages;
	static const home_fn home[] = {campaigns_home, NULL};
	shell = (struct shell_config){.office = office_nav,
	                              .student = student_nav,
	                              .foot = foot_nav,
	                              .is_student = is_student,
	                              .school = school_name,
	                              .account_path = "/account",
	                              .sign_out_path = "/sign-out",
	                              .search_path = "/search",
	                              .demo = demo};
	shell_configure(&shell);
	pages = (struct pages_config){capabilities_joined()->pages, capabilities_joined()->panels, capabilities_joined()->lists};
	pages_configure(&pages);
	desk_configure(
	    &(struct desk_config){.home = home, .student_start = CAMPAIGNS_STUDENT_PATH, .is_student = is_student, .demo = demo});
	if (demo) sign_in_offer(demo_accounts);
	outbox_configure(&(struct outbox_config){.smtp_url = app->config.smtp_url,
	                                         .smtp_user = app->config.smtp_user,
	                                         .smtp_password = app->config.smtp_password,
	                                         .from = app->config.mail_from});
}

static void wait_for_end(void)
{
	sigset_t set;
	int got;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigwait(&set, &got);
}

/* Before any thread is made, so that all of them leave the signals to wait_for_end. */
static void block_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Where no group commit seals, one process of all does it every second. */
static const struct job_timer seal_timer = {"audit-seal", audit_seal_all, 1};

static const struct job_timer *const *timers(struct app *app)
{
	const struct job_timer *const *joined = capabilities_joined()->timers;
	VEC(const struct job_timer *) list = {0};
	for (size_t i = 0; joined[i]; i++)
		*VEC_PUSH(app->cx.arena, &list) = joined[i];
	if (db_engine(app->db) == DB_POSTGRES) *VEC_PUSH(app->cx.arena, &list) = &seal_timer;
	*VEC_PUSH(app->cx.arena, &list) = NULL;
	return list.ptr;
}

/* With the port that was found when 0 was asked for. */
static struct str local_url(struct app *app, int port)
{
	struct str listen = app->config.listen;
	size_t colon = listen.len;
	while (colon > 0 && listen.ptr[colon - 1] != ':')
		colon--;
	return str_fmt(app->cx.arena, "http://%.*s%d", (int)colon, listen.ptr, port);
}

static enum err run_until_end(struct app *app, bool demo)
{
	const struct capability *joined = capabilities_joined();
	struct web *web;
	struct jobs *jobs;
	struct web_config config = {.listen = app->config.listen,
	                            .base_url = app->config.base_url,
	                            .trusted_proxy = app->config.trusted_proxy,
	                            .workers = (int)app->config.workers,
	                            .routes = joined->routes,
	                            .load_actor = load_actor,
	                            .load_token = load_token,
	                            .error_page = desk_error_page};
	configure(app, demo);
	db_set_parking(app->db, true);
	TRY(web_start(&app->cx, app->db, &config, &web));
	/* Only now is the port known; nobody else knows it yet, and jobs begin later. */
	accounts_configure(
	    &(struct accounts_config){.base_url = str_blank(app->config.base_url) ? local_url(app, web_port(web)) : app->config.base_url,
	                              .end_sessions = end_sessions});
	if (jobs_start(app->db, &(struct job_config){joined->jobs, timers(app), begin_job}, &jobs) != OK) {
		web_stop(web);
		return fail(&app->cx, ERR_IO, NULL, M_error_io);
	}
	struct str at = app->config.listen;
	if (!str_starts(at, STR("unix:"))) at = local_url(app, web_port(web));
	print("listening %.*s\n", STR_ARG(at));
	fflush(stdout);
	wait_for_end();
	/* Jobs first: their writes are flushed by a thread that the web layer ends. */
	jobs_stop(jobs);
	web_stop(web);
	return OK;
}

enum err app_serve(struct app *app, bool demo)
{
	TRY(may_listen(app, demo));
	TRY(read_schools(app));
	app->cx.actor = NULL;
	app->cx.tenant = 0;
	return run_until_end(app, demo);
}

static enum err serve_options(struct app *app)
{
	bool missing = false;
	const char *listen = args_value(&app->args, "--listen", &missing), *base = args_value(&app->args, "--base-url", &missing);
	const char *proxy = args_value(&app->args, "--trusted-proxy", &missing);
	app->config.allow_root = args_flag(&app->args, "--allow-root");
	if (listen) app->config.listen = str_of(listen);
	if (base) app->config.base_url = str_of(base);
	if (proxy) app->config.trusted_proxy = str_of(proxy);
	if (str_blank(app->config.listen)) app->config.listen = STR("127.0.0.1:8080");
	if (missing) return app_usage(app, M_command_no_value, NULL);
	TRY(app_no_more_words(app));
	return OK;
}

static enum err run_serve(struct app *app)
{
	block_signals();
	TRY(serve_options(app));
	TRY(may_listen(app, false));
	TRY(app_open(app, false));
	TRY(app_schema(app, db_engine(app->db) == DB_SQLITE));
	struct school *all;
	size_t len;
	TRY(school_list(&app->cx, &all, &len));
	if (!len) return fail(&app->cx, ERR_CONFIG, NULL, M_store_no_school);
	for (size_t i = 0; i < len; i++)
		if (all[i].demo) return fail(&app->cx, ERR_REFUSED, NULL, M_demo_not_real, ARG_S("value", app->config.data));
	return app_serve(app, false);
}

const struct command command_serve = {.name = "serve",
                                      .usage = "[--listen 127.0.0.1:8080] [--base-url URL] [--trusted-proxy ADDRESS] [--allow-root]",
                                      .summary = M_command_serve,
                                      .needs = NEEDS_NOTHING,
                                      .run = run_serve};

/* demo: the same over an invented school. */
static enum err run_demo(struct app *app)
{
	struct school *all;
	size_t len;
	block_signals();
	TRY(serve_options(app));
	TRY(may_listen(app, true));
	if (str_blank(app->config.data) && str_blank(app->config.database)) app->config.data = STR("data/demo");
	TRY(app_open(app, true));
	TRY(app_schema(app, true));
	TRY(school_list(&app->cx, &all, &len));
	if (len && !all[0].demo) return fail(&app->cx, ERR_REFUSED, NULL, M_demo_real, ARG_S("value", app->config.data));
	TRY(demo_school(app, len == 0));
	return app_serve(app, true);
}

const struct command command_demo = {
    .name = "demo", .usage = "[--listen 127.0.0.1:8080]", .summary = M_command_demo, .needs = NEEDS_NOTHING, .run = run_demo};
