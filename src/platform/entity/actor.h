/* Who acts: an account with its grants. Roles are opaque bits here; office/people names them.
 * Default deny: an absent actor may do nothing. */
#pragma once
#include "base/cx.h"

struct grant {
	uint64_t role;            /* one bit */
	struct uuid unit;         /* the unit it holds for, with all below it; none: the whole school */
	const struct uuid *units; /* that unit and its descendants, filled when the actor is loaded */
	size_t units_len;
};

struct actor {
	struct uuid account, person;
	struct str name, email;
	uint64_t roles; /* union over the grants */
	const struct grant *grants;
	size_t grants_len;
	bool is_operator; /* the command line on the server itself */
};

bool actor_has(const struct cx *cx, uint64_t roles); /* any of them, for any unit */
/* Any of the roles for the whole school. */
bool actor_everywhere(const struct cx *cx, uint64_t roles);
/* Any of the roles for this unit; a row without unit belongs to the whole school. */
bool actor_in_unit(const struct cx *cx, uint64_t roles, struct uuid unit);
