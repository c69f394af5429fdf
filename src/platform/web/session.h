/* Sessions: rows of the node table `session`, found by the SHA-256 of the token in the cookie. They end after 8 hours
 * without a request, after 7 days in any case, at sign-out, and all together when the account's password or roles change.
 * One indexed read for each request; nothing is cached, so that ending is immediate on every node. */
#pragma once
#include "platform/crypto/hash.h"
#include "platform/db/db.h"
#include "platform/web/web.h"

struct session {
	struct uuid account;
	int64_t tenant; /* school in use; 0: none chosen yet */
	enum lang lang;
	int64_t created_ms, last_seen_ms;
	uint8_t token_hash[SHA256_LEN], secret[32]; /* secret: key of CSRF tokens and flash messages */
};

enum { SESSION_IDLE_MS = 8 * 3600 * 1000, SESSION_LIFE_MS = 7 * 24 * 3600 * 1000, SESSION_TOUCH_MS = 5 * 60 * 1000 };

/* Signs an account in: a new token in a cookie and a new row; the session of the request, if any, is removed. Own transaction. */
enum err session_sign_in(struct cx *cx, const struct request *r, struct reply *p, struct uuid account, int64_t tenant,
                         enum lang lang) MUST_CHECK;
enum err session_sign_out(struct cx *cx, const struct request *r, struct reply *p) MUST_CHECK;
enum err session_set_lang(struct cx *cx, const struct request *r, enum lang lang) MUST_CHECK;
enum err session_set_tenant(struct cx *cx, const struct request *r, int64_t tenant) MUST_CHECK;

/* Inside a transaction of the caller: every session of the account, but one (NULL: none is spared). */
enum err session_end_all(struct cx *cx, struct uuid account, const struct session *spare) MUST_CHECK;

/* For the web layer: */
/* *out NULL when the cookie is absent, unknown or over. Own read transaction. */
enum err session_find(struct cx *cx, const struct request *r, struct session **out) MUST_CHECK;
/* Writes last_seen; called after the reply has left, when it is more than SESSION_TOUCH_MS old. */
enum err session_touch(struct cx *cx, const uint8_t token_hash[SHA256_LEN]) MUST_CHECK;
/* Removes what is over; for a scheduled job. */
enum err session_sweep(struct cx *cx, int64_t *removed) MUST_CHECK;
