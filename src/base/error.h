/* Errors: one table of codes; each carries its HTTP status, exit code and log level, so that the page, the API,
 * the command and the job answer alike. What went wrong, at which field and what would be right lies in cx. */
#pragma once
#include "base/log.h"
#include "base/str.h"

/* code, name in the API, HTTP status, exit code, whose fault, log level */
#define ERROR_CODES(X)                                                                                              \
	X(OK, "ok", 200, 0, NOBODY, DEBUG)                                                                          \
	X(ERR_INVALID, "invalid", 422, 1, USER, DEBUG) /* a value is not what its field takes */                    \
	X(ERR_REFUSED, "refused", 422, 1, USER, DEBUG) /* a rule says no, with reasons */                           \
	X(ERR_NOT_FOUND, "not-found", 404, 1, USER, DEBUG)                                                          \
	X(ERR_SIGN_IN, "sign-in", 401, 1, USER, DEBUG) /* nobody is signed in */                                    \
	X(ERR_DENIED, "denied", 403, 1, USER, INFO)                                                                 \
	X(ERR_STALE, "stale", 412, 1, USER, DEBUG)       /* changed since it was read */                            \
	X(ERR_CONFLICT, "conflict", 409, 1, USER, DEBUG) /* unique value taken, still referred to */                \
	X(ERR_EXPIRED, "expired", 410, 1, USER, DEBUG)                                                              \
	X(ERR_TOO_LARGE, "too-large", 413, 1, USER, INFO)                                                           \
	X(ERR_TOO_MANY, "too-many", 429, 1, USER, INFO) /* rate limit */                                            \
	X(ERR_METHOD, "method", 405, 2, USER, DEBUG)                                                                \
	X(ERR_MEDIA_TYPE, "media-type", 415, 2, USER, DEBUG)                                                        \
	X(ERR_SYNTAX, "syntax", 400, 2, USER, DEBUG)             /* request, file or command line cannot be read */ \
	X(ERR_PRECONDITION, "precondition", 428, 2, USER, DEBUG) /* If-Match is missing */                          \
	X(ERR_PARTNER, "partner", 502, 3, PARTNER, WARN)         /* the other side broke the protocol */            \
	X(ERR_BUSY, "busy", 503, 3, NOBODY, WARN)                /* try again: queue full, lock, serialisation */   \
	X(ERR_DATABASE, "database", 503, 3, NOBODY, ERROR)       /* gone, full disk, corrupt */                     \
	X(ERR_SCHEMA, "schema", 503, 3, NOBODY, ERROR)           /* older or newer than this program */             \
	X(ERR_IO, "io", 500, 3, NOBODY, ERROR)                                                                      \
	X(ERR_CONFIG, "config", 500, 3, NOBODY, ERROR)                                                              \
	X(ERR_BUG, "bug", 500, 3, OURS, ERROR)

enum err {
#define X(code, name, http, exit, blame, level) code,
	ERROR_CODES(X)
#undef X
	    ERR_COUNT
};

enum blame { BLAME_NOBODY, BLAME_USER, BLAME_PARTNER, BLAME_OURS };

const char *err_name(enum err e);
int err_http(enum err e);
int err_exit(enum err e);
enum blame err_blame(enum err e);
enum log_level err_level(enum err e);

#define TRY(expr)                                    \
	do {                                         \
		enum err try_err_ = (expr);          \
		if (try_err_ != OK) return try_err_; \
	} while (0)
