/* The desk: home, imports, mails, help, and the page that says what went wrong. The last folder of the office: it may ask every
 * other one. */
#pragma once
#include "office/people/tasks.h"
#include "platform/web/capability.h"

extern const struct capability desk_capability;

struct desk_config {
	const home_fn *home;       /* of other folders, NULL-terminated; may be NULL */
	const char *student_start; /* where a student's "/" leads: "/stays/find"; NULL: a page that says what they can do */
	bool (*is_student)(struct cx *cx);
	bool demo;
};
void desk_configure(const struct desk_config *config); /* once, before the first request */
const struct desk_config *desk_config(void);

/* web_config.error_page: one h1, the sentence, the remedy, one act, the number of the request. Who is not signed in goes to the
 * sign-in page and comes back. */
enum err desk_error_page(struct cx *cx, const struct request *r, struct reply *p, enum err err);
