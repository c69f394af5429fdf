/* Permission of an actor: roles, and the units they hold for. */
#include "platform/entity/actor.h"

bool actor_has(const struct cx *cx, uint64_t roles) { return cx->actor && (cx->actor->is_operator || (cx->actor->roles & roles)); }

bool actor_everywhere(const struct cx *cx, uint64_t roles)
{
	if (!cx->actor) return false;
	if (cx->actor->is_operator) return true;
	for (size_t i = 0; i < cx->actor->grants_len; i++) {
		const struct grant *g = &cx->actor->grants[i];
		if ((g->role & roles) && uuid_none(g->unit)) return true;
	}
	return false;
}

bool actor_in_unit(const struct cx *cx, uint64_t roles, struct uuid unit)
{
	if (actor_everywhere(cx, roles)) return true;
	if (!cx->actor || uuid_none(unit)) return false;
	for (size_t i = 0; i < cx->actor->grants_len; i++) {
		const struct grant *g = &cx->actor->grants[i];
		if (!(g->role & roles)) continue;
		for (size_t k = 0; k < g->units_len; k++)
			if (uuid_eq(g->units[k], unit)) return true;
	}
	return false;
}
