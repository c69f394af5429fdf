/* SQL of accounts. Private to office/people. All inside a transaction. */
#pragma once
#include "office/people/accounts.h"

struct account_row {
	struct account a;
	struct str password;
};
enum err account_store_find(struct cx *cx, struct str email, struct account_row *out, bool *found) MUST_CHECK;
enum err account_store_load(struct cx *cx, struct uuid id, struct account_row *out, bool *found) MUST_CHECK;
enum err account_store_insert(struct cx *cx, const struct account *a, struct str password) MUST_CHECK;
enum err account_store_password(struct cx *cx, struct uuid id, struct str password) MUST_CHECK;
enum err account_store_grant(struct cx *cx, struct uuid account, uint64_t roles, struct uuid unit) MUST_CHECK;
enum err account_store_drop_grants(struct cx *cx, struct uuid account) MUST_CHECK;
enum err account_store_person(struct cx *cx, struct uuid account, struct uuid person) MUST_CHECK;
enum err account_store_of_person(struct cx *cx, struct uuid person, struct account_row *out, bool *found) MUST_CHECK;
enum err account_store_admins(struct cx *cx, int64_t *count) MUST_CHECK; /* of the school, not disabled */

struct token_row {
	struct uuid account;
	int64_t tenant, expires_ms, used_ms;
};
enum err token_store_insert(struct cx *cx, const uint8_t hash[32], struct uuid account, const char *purpose, int64_t expires_ms) MUST_CHECK;
enum err token_store_find(struct cx *cx, const uint8_t hash[32], const char *purpose, struct token_row *out, bool *found) MUST_CHECK;
/* Ends every unused token of that purpose. */
enum err token_store_use(struct cx *cx, struct uuid account, const char *purpose) MUST_CHECK;
