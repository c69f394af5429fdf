/* People of the school, as pages: what this folder hands to the program. */
#pragma once
#include "office/people/accounts.h"
#include "office/people/own_data.h"
#include "platform/web/capability.h"

extern const struct capability people_capability;

/* Accounts: signing in, choosing a school and a password, one's own account, the accounts of a school. */
/* What the sign-in page of the demo school offers with one click. */
struct demo_account {
	struct str email, password, name;
	int role; /* M_role_... */
};
/* NULL unless this process serves the demo school; called without transaction. Once, before the first request. */
typedef enum err (*demo_accounts_fn)(struct cx *cx, const struct demo_account **out, size_t *len);
void sign_in_offer(demo_accounts_fn demo_accounts);

/* /sign-in, /sign-out, /school, /password */
extern const struct route sign_in_routes[];
/* /account, /accounts */
extern const struct route account_routes[];
/* /my/data */
extern const struct route own_data_routes[];
extern const struct job_kind *const account_jobs[]; /* NULL-terminated */

/* Where an address of this site leads to after signing in: the path itself, or "/" for anything that could leave the site. */
struct str sign_in_next(struct str next);
/* "/sign-in?next=..." for a page that wants somebody signed in. */
struct str sign_in_address(struct cx *cx, struct str next);
