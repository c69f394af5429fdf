/* A person's own data (GDPR articles 15 and 20): all that the school holds about who is signed in, to be read and to be taken along. */
#pragma once
#include "platform/record/about.h"

#define OWN_DATA_PATH "/my/data"

struct own_table {
	const struct about_table *table;
	struct str *cells; /* rows times columns */
	size_t rows;
};
struct own_data {
	struct about about;
	VEC(struct own_table) tables;
};
size_t about_table_columns(const struct about_table *t);
/* ERR_SIGN_IN without account. `file`: "json" or "pdf" for a copy that leaves, which the audit log then holds; NULL to read. */
enum err own_data_load(struct cx *cx, const char *file, struct own_data *out) MUST_CHECK;
struct str own_data_json(struct cx *cx, const struct own_data *d);
enum err own_data_paper(struct cx *cx, const struct own_data *d, struct str school, struct str *out) MUST_CHECK;

extern const struct about_table *const people_about[]; /* account, roles, mails */
