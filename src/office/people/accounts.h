/* Accounts: who may sign in, with which roles in which school. Sign-in, invitation, reset, API tokens.
 * The same answer and the same time for an account that does not exist; tokens have one purpose, expire, and are stored hashed;
 * a changed password or role ends every session. */
#pragma once
#include "office/people/model.h"
#include "platform/jobs/jobs.h"

struct account {
	struct uuid id;
	struct str email, name;
	enum lang lang;
	int64_t created_ms, signed_in_ms, disabled_ms;
	bool has_password;
	uint64_t roles;   /* in the school of cx, for listings */
	struct uuid unit; /* that they hold for; none: the whole school */
};

struct accounts_config {
	struct str base_url; /* for links in mails */
	/* Ends all sessions of an account, inside the transaction; the web layer's. NULL: there are none (commands). */
	enum err (*end_sessions)(struct cx *cx, struct uuid account);
	bool cheap_passwords; /* tests only */
};
void accounts_configure(const struct accounts_config *config); /* once, before threads */

uint64_t role_bit(struct str code); /* "office"; 0 when there is none */
const char *role_code(uint64_t bit);
int role_label(uint64_t bit);      /* M_role_office */
extern const uint64_t all_roles[]; /* ends with 0 */

/* ERR_SIGN_IN: wrong address or password, or disabled. Outside transactions: it takes 20 ms. */
enum err account_sign_in(struct cx *cx, struct str email, struct str password, struct uuid *account) MUST_CHECK;
/* The schools an account has a role in, the one used last first. */
enum err account_schools(struct cx *cx, struct uuid account, int64_t **tenants, size_t *len) MUST_CHECK;
/* Who acts: grants with the units below each, person; cx->zone becomes that of the school. ERR_SIGN_IN when disabled or without any role in
 * this school. */
enum err account_actor(struct cx *cx, struct uuid account, int64_t tenant, struct actor **out) MUST_CHECK;

struct account_invitation {
	struct str email, name;
	uint64_t roles;
	struct uuid unit;   /* none: whole school */
	struct uuid person; /* none: no person yet */
	enum lang lang;
	bool silent;         /* no mail (demo, commands that print the password) */
	struct str password; /* set at once; absent: chosen through the link in the mail */
};
/* What account_invite would say of address, password and roles, without a database. */
enum err account_check_invitation(struct cx *cx, const struct account_invitation *i) MUST_CHECK;
/* Makes the account if the address is new, adds the roles, writes the mail with its link (7 days). ROLE_ADMIN. */
enum err account_invite(struct cx *cx, const struct account_invitation *i, struct uuid *account) MUST_CHECK;
/* Always OK to the asker: a mail goes out (1 hour) only if the account exists. */
enum err account_ask_reset(struct cx *cx, struct str email) MUST_CHECK;
/* The same by a job, so that an account that exists takes no longer than one that does not. */
enum err account_ask_reset_later(struct cx *cx, struct str email) MUST_CHECK;
extern const struct job_kind account_reset_job;
/* Who a link is for, without using it (GET shows, POST acts). ERR_EXPIRED. */
enum err account_token_peek(struct cx *cx, struct str token, struct account *out) MUST_CHECK;
/* ERR_EXPIRED when the link was used or is too old; ERR_INVALID at "password": twelve characters at least, not the address. */
enum err account_set_password(struct cx *cx, struct str token, struct str password, struct uuid *account) MUST_CHECK;
enum err account_change_password(struct cx *cx, struct str old, struct str password) MUST_CHECK; /* the actor's own */
/* Replaces the roles in this school of an account that has some; none only for one that has roles in another school. ROLE_ADMIN; the
 * last administrator cannot go. */
enum err account_set_roles(struct cx *cx, struct uuid account, uint64_t roles, struct uuid unit) MUST_CHECK;
/* ERR_REFUSED for an account that has roles in other schools too. */
enum err account_disable(struct cx *cx, struct uuid account, bool disabled) MUST_CHECK;
enum err account_set_lang(struct cx *cx, enum lang lang) MUST_CHECK; /* the actor's own */
/* A new link for an account of this school that has no password yet. ROLE_ADMIN; ERR_REFUSED when it has one. */
enum err account_invite_again(struct cx *cx, struct uuid account) MUST_CHECK;
enum err account_list(struct cx *cx, struct account **out, size_t *len) MUST_CHECK; /* ROLE_ADMIN */
/* The account of a person, in a transaction of its own; *found false when there is none. ROLES_EDIT. */
enum err account_of_person(struct cx *cx, struct uuid person, struct account *out, bool *found) MUST_CHECK;
enum err account_by_email(struct cx *cx, struct str email, struct account *out) MUST_CHECK; /* ERR_NOT_FOUND */

/* API tokens: act as the account, for `days`; the text is shown once. */
enum err account_api_token(struct cx *cx, struct uuid account, int64_t days, struct str *text) MUST_CHECK;
struct api_tokens {
	int64_t count, last_expires_ms; /* those that still open */
};
enum err account_api_tokens(struct cx *cx, struct api_tokens *out) MUST_CHECK; /* the actor's own, in this school */
enum err account_end_api_tokens(struct cx *cx) MUST_CHECK;
/* Sets cx->actor and cx->tenant. ERR_SIGN_IN. */
enum err account_use_token(struct cx *cx, struct str text) MUST_CHECK;
