/* A school of this node: its network identity, name, kind, zone. Made by `init` or `demo`, never both: a demo school cannot
 * become a real one. */
#pragma once
#include "base/cx.h"

struct school {
	int64_t tenant;
	struct str hei_id, name, zone, currency;
	bool demo;
};
/* What school_create would say, without a database: ERR_INVALID. Fills in zone and currency. */
enum err school_check(struct cx *cx, struct school *school) MUST_CHECK;
/* Inside or outside a transaction. */
enum err school_create(struct cx *cx, struct school *school) MUST_CHECK; /* gives the tenant; ERR_INVALID, ERR_CONFLICT */
enum err school_load(struct cx *cx, int64_t tenant, struct school *out, bool *found) MUST_CHECK;
enum err school_list(struct cx *cx, struct school **out, size_t *len) MUST_CHECK;
