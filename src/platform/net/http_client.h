/* Outgoing HTTP: one call, bounded in size, time and redirects. TLS is always verified; plain http only to loopback.
 * Blocks: for jobs only. */
#pragma once
#include "base/cx.h"
#include "base/pair.h"

struct http_call {
	const char *method; /* NULL: GET, or POST when there is a body */
	struct str url;
	struct pairs headers;
	struct str body;    /* absent: none */
	int64_t max_bytes;  /* of the answer; 0: 8 MiB */
	int timeout_ms;     /* of all; 0: 30,000 */
	int redirects;      /* followed for GET; 0: none */
	struct str ca_file; /* absent: the system's */
};
struct http_answer {
	int status;
	struct pairs headers; /* names in lower case */
	struct str body;
};
/* Any status is OK. ERR_BUSY: no answer in time or nobody there. ERR_PARTNER: not verified, too large, too many redirects,
 * not HTTP. ERR_INVALID: the URL or a header of ours. */
enum err http_call(struct cx *cx, const struct http_call *call, struct http_answer *out) MUST_CHECK;
