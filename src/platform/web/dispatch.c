/* The way of a request through the layer: read, find the session, refuse what is forged, call the handler, and turn
 * whatever error comes back into a page or problem+json. */
#include "base/clock.h"
#include "base/log.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/job.h"
#include "platform/web/rate.h"
#include <unistd.h>

static bool is_safe(const struct request *r) { return r->method == HTTP_GET || r->method == HTTP_HEAD; }

static bool has_flag(const struct job *j, enum route_flags flag) { return j->own.route && j->own.route->flags & flag; }

/* Absent when there is none; tokens open the API and what else is meant for machines. */
static struct str bearer(const struct job *j)
{
	struct str value = request_header(&j->request, "authorization");
	bool place = str_starts(j->request.path, STR("/api/")) || has_flag(j, ROUTE_LOOPBACK);
	if (!place || value.len < 7 || !str_eq_nocase(str_sub(value, 0, 7), STR("Bearer "))) return STR_NONE;
	return str_trim(str_sub(value, 7, value.len));
}

static enum err check_token(struct job *j, struct str token)
{
	struct cx *cx = &j->cx;
	if (!rate_open(RATE_TOKEN_ADDRESS, j->request.remote, cx->now_ms)) {
		j->retry_after_s = 60;
		return fail(cx, ERR_TOO_MANY, NULL, M_error_too_many);
	}
	enum err err = j->site->config.load_token ? j->site->config.load_token(cx, &j->request, token) : ERR_SIGN_IN;
	if (err == ERR_SIGN_IN && !rate_try(RATE_TOKEN_ADDRESS, j->request.remote, cx->now_ms, NULL))
		log_info("many wrong tokens from one address");
	return err;
}

/* A session counts only in a request that is not forged. Where the route demands no CSRF token a forged request is not
 * refused, but it is nobody's. */
static enum err believe_session(struct job *j)
{
	struct cx *cx = &j->cx;
	struct request *r = &j->request;
	if (is_safe(r) || (!r->session && has_flag(j, ROUTE_NO_CSRF))) return OK;
	enum err err = csrf_check(cx, r);
	if (err != ERR_DENIED || !has_flag(j, ROUTE_NO_CSRF)) return err;
	cx_clear_problems(cx);
	r->session = NULL;
	return OK;
}

static enum err find_actor(struct job *j)
{
	struct cx *cx = &j->cx;
	struct request *r = &j->request;
	if (has_flag(j, ROUTE_NO_SESSION)) return OK;
	struct str token = bearer(j);
	if (str_present(token)) return check_token(j, token);
	TRY(session_find(cx, r, &r->session));
	if (r->session) cx->lang = r->session->lang;
	TRY(believe_session(j));
	if (!r->session) {
		bool open = has_flag(j, ROUTE_PUBLIC) || (has_flag(j, ROUTE_LOOPBACK) && r->loopback);
		return open ? OK : fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	}
	cx->tenant = r->session->tenant;
	return j->site->config.load_actor ? j->site->config.load_actor(cx, r, r->session) : OK;
}

/* A choice made before signing in. */
static void choose_language(struct job *j)
{
	enum lang lang;
	if (lang_parse(request_cookie(&j->request, "lang"), &lang)) j->cx.lang = lang;
}

/* That a page is not there is told to its reader in his own shell; if he cannot be known, at the gate. */
static void know_reader(struct job *j)
{
	struct cx *cx = &j->cx;
	struct request *r = &j->request;
	if (j->bare_error || r->wants_json || !is_safe(r)) return;
	if (job_read_body(j) != OK) return; /* said already; the refusal stands */
	choose_language(j);
	if (session_find(cx, r, &r->session) == OK && r->session) {
		cx->lang = r->session->lang;
		cx->tenant = r->session->tenant;
		enum err err = j->site->config.load_actor ? j->site->config.load_actor(cx, r, r->session) : OK;
		if (err != OK) cx->actor = NULL;
	}
	cx_clear_problems(cx);
}

static enum err handle(struct job *j)
{
	if (j->refusal == ERR_NOT_FOUND || j->refusal == ERR_METHOD) know_reader(j);
	if (j->refusal != OK) return j->refusal;
	TRY(job_read_body(j));
	choose_language(j);
	TRY(find_actor(j));
	TRY(j->own.route->handle(&j->cx, &j->request, &j->reply));
	bool too_long = j->reply.html.sb.arena && sb_failed(&j->reply.html.sb);
	if (too_long) log_error("page %s is larger than its cap", j->own.route->pattern);
	return too_long ? ERR_BUG : OK;
}

/* What was said by fail() is in the log already. */
static void log_failure(struct job *j, enum err err)
{
	if (j->cx.problems || err_blame(err) == BLAME_USER) return;
	log_line(err_blame(err) == BLAME_NOBODY ? LOG_WARN : LOG_ERROR, LOG_HERE, "%.*s %s: %s", STR_ARG(j->cx.request_id),
	         j->own.route ? j->own.route->pattern : "-", err_name(err));
}

static void forget_reply(struct job *j)
{
	if (j->reply.fd >= 0) close(j->reply.fd);
	j->reply = (struct reply){.fd = -1};
}

static void reply_error(struct job *j, enum err err)
{
	struct cx *cx = &j->cx;
	forget_reply(j);
	log_failure(j, err);
	if ((err == ERR_BUSY || err == ERR_TOO_MANY || err == ERR_DATABASE) && !j->retry_after_s) j->retry_after_s = 5;
	enum err rendered = OK;
	if (j->request.wants_json)
		rendered = problem_reply(cx, &j->reply, err);
	else if (!j->bare_error && j->site->config.error_page)
		rendered = j->site->config.error_page(cx, &j->request, &j->reply, err);
	else
		bare_error_reply(cx, &j->reply, err);
	if (rendered != OK || (j->reply.html.sb.arena && sb_failed(&j->reply.html.sb))) {
		forget_reply(j);
		bare_error_reply(cx, &j->reply, err);
	}
	if (j->reply.status == 0) j->reply.status = err_http(err);
}

void job_run(struct job *j)
{
	db_reads_begin(&j->cx);
	enum err err = handle(j);
	if (err != OK) reply_error(j, err);
	db_reads_end(&j->cx);
	reply_finish(j);
}

void job_fail(struct job *j, enum err err)
{
	cx_clear_problems(&j->cx);
	reply_error(j, err);
	reply_finish(j);
}
