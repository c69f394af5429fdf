/* HTTP as pages and endpoints see it: request, reply, routes. Only server.c knows libmicrohttpd.
 *
 * An epoll thread parses and sends; a dynamic request is suspended into a bounded queue and run by a worker thread with its own
 * cx and arena (queue full: 503 with Retry-After). A handler fills the reply and returns OK, or returns an error after fail():
 * the server then renders the error page or problem+json. A reply whose writes are not on the disk yet is parked
 * (db_when_durable) and the worker takes the next request. */
#pragma once
#include "base/cx.h"
#include "base/pair.h"
#include "platform/format/html.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER };

/* A file from a form; bytes live as long as the request. */
struct upload {
	struct str field, filename, content_type, bytes;
};

struct session; /* session.h */

struct request {
	enum http_method method;
	struct str path;   /* decoded, normalised; no query */
	struct str target; /* path and query as sent */
	struct pairs query, form, cookies, headers, route;
	const struct upload *uploads;
	size_t uploads_len;
	struct str body;         /* raw, for JSON endpoints; capped by the route */
	struct str host, remote; /* remote: the client's address, from the trusted proxy if there is one */
	bool secure;             /* https, here or at the trusted proxy */
	bool loopback;
	struct session *session; /* NULL when nobody is signed in */
	bool wants_json;         /* under /api, or Accept says so */
	bool fragment;           /* asked by the script for a part of the page (X-Fragment: 1) */
	struct request_own *own; /* the web layer's own */
};
/* The first value of that name; absent when there is none. */
struct str request_query(const struct request *r, const char *name);
struct str request_form(const struct request *r, const char *name);
struct str request_route(const struct request *r, const char *name);  /* {id} of the pattern */
struct str request_header(const struct request *r, const char *name); /* name in lower case */
struct str request_cookie(const struct request *r, const char *name); /* without the __Host- prefix */
const struct upload *request_upload(const struct request *r, const char *field);
enum err request_route_id(struct cx *cx, const struct request *r, const char *name, struct uuid *out) MUST_CHECK; /* ERR_NOT_FOUND */

struct reply {
	int status; /* 200 unless set */
	struct str content_type;
	struct html html; /* the body when content_type is HTML */
	struct str body;  /* else */
	int fd;           /* or the content of this descriptor, closed by the server; -1 otherwise */
	int64_t fd_size;
	struct str location, filename /* Content-Disposition: attachment */, etag, cache_control;
	struct pairs_builder {
		struct pair *ptr;
		size_t len, cap;
	} headers;         /* Set-Cookie among them */
	bool sent_nothing; /* 204 / 304 */
};
/* A value with control characters is left out and logged. */
void reply_header(struct cx *cx, struct reply *p, const char *name, struct str value);
/* HttpOnly, SameSite=Lax, Path=/; off loopback Secure and its name prefixed with __Host-. max_age_s 0 removes it, -1 keeps it
 * until the browser closes. */
void reply_cookie(struct cx *cx, struct reply *p, const struct request *r, const char *name, struct str value, int64_t max_age_s);
/* 303: the browser fetches `location` next. Only addresses of this site. */
enum err reply_redirect(struct cx *cx, struct reply *p, struct str location);
enum err reply_json(struct cx *cx, struct reply *p, int status, struct str json);
enum err reply_file(struct cx *cx, struct reply *p, int fd, int64_t size, const char *content_type, struct str filename);

typedef enum err (*handler_fn)(struct cx *cx, const struct request *r, struct reply *p);

enum route_flags {
	ROUTE_PUBLIC = 1,      /* no sign-in needed */
	ROUTE_NO_CSRF = 2,     /* API with a bearer token, signed links that check their own token */
	ROUTE_UPLOAD = 4,      /* body up to web_config.upload_cap instead of 256 KiB */
	ROUTE_LOOPBACK = 8,    /* loopback or token */
	ROUTE_SLOW = 16,       /* its own small pool (argon2) */
	ROUTE_NO_SESSION = 32, /* open to all and nobody is looked up: assets, /healthz, other machines */
};
/* A table of routes ends with a NULL pattern. Patterns: "/institutions/{id}/edit". Longest literal wins. */
struct route {
	enum http_method method; /* HTTP_GET serves HEAD too */
	const char *pattern;
	handler_fn handle;
	unsigned flags;
	const void *arg; /* found again with request_route_arg */
};
const void *request_route_arg(const struct request *r);

/* What one client may take; 0 stands for the number in the comment. */
struct web_limits {
	int connections;             /* 1000 */
	int connections_per_address; /* 250: a campus may stand behind one address; not counted for the trusted proxy */
	int queue;                   /* 256 requests waiting for a worker; the next one gets 503 */
	int header_ms;               /* 20,000 from connecting, or from the last reply, to a whole request header */
	int body_ms;                 /* 30,000 and a second for each 8 KiB received or sent */
	int64_t bodies_bytes;        /* 4 times upload_cap: all request bodies in memory at one time */
};

struct web_config {
	struct str listen;        /* 127.0.0.1:8080, [::1]:0, unix:/run/passerelle.sock, or systemd's socket */
	struct str base_url;      /* absolute, for links in mails; Host is checked against it; absent: http and `listen` */
	struct str trusted_proxy; /* address whose X-Forwarded-* are believed */
	int workers;              /* 0: 4 */
	int64_t upload_cap;       /* bytes; 0: 64 MiB */
	struct web_limits limits;
	const struct route *const *routes; /* NULL-terminated list of tables; /healthz, /metrics and /assets are there already */
	/* Joined by app/: who is this session, and how errors are shown as a page. */
	enum err (*load_actor)(struct cx *cx, const struct request *r, struct session *s);
	enum err (*error_page)(struct cx *cx, const struct request *r, struct reply *p, enum err err);
	/* Bearer tokens of the API: sets cx->actor and cx->tenant, or ERR_SIGN_IN. */
	enum err (*load_token)(struct cx *cx, const struct request *r, struct str token);
};
/* The application's address, "https://mobility.example.edu", without a slash at its end. */
struct str web_base_url(const struct request *r);

struct web;
/* ERR_CONFIG for what is not a valid address or base URL, ERR_IO for a port that is taken. */
enum err web_start(struct cx *cx, struct db *db, const struct web_config *config, struct web **out) MUST_CHECK;
int web_port(const struct web *w);
void web_stop(struct web *w); /* finishes what runs, then returns */
