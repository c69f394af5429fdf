/* SQL of agreements and conditions. */
#include "office/agreements/store.h"

static enum err ids(struct cx *cx, struct sql sql, struct uuid of, struct uuid **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct uuid) found = {0};
	TRY(db_query(cx, &rows, sql, DB_I(cx->tenant), DB_ID(of)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &found) = db_id(&rows, 0);
	*out = found.ptr;
	*len = found.len;
	return rows.err;
}

static enum err load_all(struct cx *cx, const struct entity *e, const struct uuid *list, size_t len, void **out)
{
	for (size_t i = 0; i < len; i++) {
		bool found;
		out[i] = entity_new(cx, e);
		TRY(entity_load(cx, e, list[i], out[i], &found));
	}
	return OK;
}

enum err agreement_store_conditions(struct cx *cx, struct uuid agreement, struct condition ***out, size_t *len)
{
	struct uuid *list;
	TRY(ids(cx, SQL("select id from agreement_condition where tenant = ?1 and agreement = ?2 and archived_ms is null order by id"),
	        agreement, &list, len));
	void **rows = ARENA_ARRAY(cx->arena, void *, *len + 1);
	*out = (struct condition **)rows;
	return load_all(cx, &condition_entity, list, *len, rows);
}

enum err agreement_store_of_partner(struct cx *cx, struct uuid partner, struct agreement ***out, size_t *len)
{
	struct uuid *list;
	TRY(ids(cx, SQL("select id from agreement where tenant = ?1 and partner = ?2 and archived_ms is null order by valid_from desc, id"),
	        partner, &list, len));
	void **rows = ARENA_ARRAY(cx->arena, void *, *len + 1);
	*out = (struct agreement **)rows;
	return load_all(cx, &agreement_entity, list, *len, rows);
}
