/* One request on its way through the server: inside the web layer only.
 * site: what every request reads and nothing writes after start. job: the request, its context and its reply; it lives in
 * the arena of its own cx. */
#pragma once
#include "platform/web/clients.h"
#include "platform/web/pool.h"
#include "platform/web/router.h"
#include "platform/web/session.h"
#include "platform/web/web.h"

struct site {
	struct arena *arena;
	struct web_config config; /* with defaults filled in; texts are in the arena */
	struct router *router;
	struct str authority; /* host[:port] of base_url, in lower case */
	bool https;           /* of base_url */
	struct db *db;
};

/* Reads the configuration into s, whose arena is there already. `port`: for a base address that is not given. */
enum err site_init(struct cx *cx, struct site *s, struct db *db, const struct web_config *config, int port) MUST_CHECK;

/* What request.own points to. */
struct request_own {
	const struct site *site;
	const struct route *route;
	struct str form_secret;    /* value of the form cookie, sent or just made */
	struct str form_token;     /* what was signed already, */
	const char *form_token_by; /* under this secret */
};

struct job {
	struct work work;
	const struct site *site;
	struct cx cx;
	struct request request;
	struct request_own own;
	struct reply reply;
	struct str allow; /* for 405 */
	enum err refusal; /* decided from the header alone */
	bool bare_error;  /* not even a page of ours: the request is not understood or not for this host */
	int64_t started_us, retry_after_s;
};

/* request.c: from the header alone: host, address, path, route. Sets refusal. */
void job_read_header(struct job *j, const char *method, struct str target, struct pairs headers, struct peer_address peer);
int64_t job_body_cap(const struct job *j);
/* query, cookies and, for forms, the body */
enum err job_read_body(struct job *j) MUST_CHECK;

/* dispatch.c: runs the handler and leaves a whole reply, whatever happens. */
void job_run(struct job *j);
/* The commit of this job's writes was lost: the reply becomes an error. */
void job_fail(struct job *j, enum err err);

/* reply.c: headers of the finished reply, security headers among them. */
void reply_finish(struct job *j);
struct str reply_bytes(const struct reply *p);
/* problem.c */
enum err problem_reply(struct cx *cx, struct reply *p, enum err err) MUST_CHECK;
/* A small page without style or database, for when nothing else can be shown. */
void bare_error_reply(struct cx *cx, struct reply *p, enum err err);
struct str error_text(struct cx *cx, enum err err);

/* health.c, static.c */
extern const struct route health_routes[], static_routes[];
