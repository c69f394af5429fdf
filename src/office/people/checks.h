/* What the descriptors of several folders share. */
#pragma once
#include "office/people/model.h"

/* Staff read (heads within their unit, where the entity has one), the office and the administrator write. */
#define RIGHTS_OFFICE                                                                                                           \
	{                                                                                                                       \
		.read = ROLES_STAFF, .write = ROLES_EDIT, .import = ROLES_EDIT, .export = ROLES_STAFF, .sensitive = ROLE_SOCIAL \
	}
/* No unit tells who may look: the office and the administrator alone. */
#define RIGHTS_OFFICE_ONLY                                                                                                    \
	{                                                                                                                     \
		.read = ROLES_EDIT, .write = ROLES_EDIT, .import = ROLES_EDIT, .export = ROLES_EDIT, .sensitive = ROLE_SOCIAL \
	}

/* Fails at `field`, the end, when it comes before the start; open when either is not known. */
enum err check_dates(struct cx *cx, int64_t starts, int64_t ends, const char *field, int label) MUST_CHECK;
/* The unit a person belongs to; none when the person is absent or has none. Inside a transaction. */
enum err person_unit(struct cx *cx, struct uuid person, struct uuid *unit) MUST_CHECK;
