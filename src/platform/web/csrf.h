/* Forged requests: every request that is not GET or HEAD must come from a page of this site (Sec-Fetch-Site, Origin) and
 * carry the token of the session in field `csrf` or header X-CSRF-Token. Before sign-in a random cookie takes the
 * session's place. Routes with ROUTE_NO_CSRF are exempt.
 * Flash: what the next page says once ("Saved. Undo"), signed, in a cookie: nothing is written to the database for it. */
#pragma once
#include "platform/web/web.h"

/* For a hidden field named `csrf`. May set a cookie on the reply. */
struct str csrf_token(struct cx *cx, const struct request *r, struct reply *p);
/* ERR_DENIED with a message. */
enum err csrf_check(struct cx *cx, const struct request *r) MUST_CHECK;

struct flash {
	struct str text; /* already in the reader's language */
	struct str undo; /* path to POST to; absent: nothing to undo */
};
/* A cookie holds 500 characters of text and 400 bytes of path: longer texts are cut, a longer path is left out. */
void flash_set(struct cx *cx, const struct request *r, struct reply *p, struct str text, struct str undo);
/* False when there is none or its signature is wrong; removes it. */
bool flash_take(struct cx *cx, const struct request *r, struct reply *p, struct flash *out);
