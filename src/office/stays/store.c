/* SQL of stays. */
#include "office/stays/store.h"

enum err stay_store_seats(struct cx *cx, const struct condition *condition, struct uuid academic_year, struct seats *out)
{
	*out = (struct seats){.places = condition->places};
	TRY(db_number(cx, &out->used,
		      SQL("select count(*) from stay where tenant = ?1 and condition = ?2 and academic_year = ?3 "
			  "and cancelled_ms is null and archived_ms is null"),
		      DB_I(cx->tenant), DB_ID(condition->row.id), DB_ID(academic_year)));
	int64_t left = out->places - out->used;
	out->free = left > 0 ? left : 0;
	out->over = left < 0 ? -left : 0;
	return OK;
}

enum err stay_store_of_person(struct cx *cx, struct uuid person, struct stay ***out, size_t *len)
{
	struct db_rows rows;
	VEC(struct stay *) found = {0};
	VEC(struct uuid) ids = {0};
	TRY(db_query(cx, &rows, SQL("select id from stay where tenant = ?1 and person = ?2 and archived_ms is null order by starts desc, id desc"),
		     DB_I(cx->tenant), DB_ID(person)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &ids) = db_id(&rows, 0);
	TRY(rows.err);
	VEC_EACH(id, &ids) {
		struct stay *s = entity_new(cx, &stay_entity);
		bool there;
		TRY(entity_load(cx, &stay_entity, *id, s, &there));
		*VEC_PUSH(cx->arena, &found) = s;
	}
	*out = found.ptr;
	*len = found.len;
	return OK;
}

static enum err last_years(struct cx *cx, int64_t years, int64_t today, struct partner_year *list, size_t *len)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows,
		     SQL("select id, code from academic_year where tenant = ?1 and starts <= ?2 and archived_ms is null "
			 "order by starts desc, id desc limit ?3"),
		     DB_I(cx->tenant), DB_I(today), DB_I(years)));
	*len = 0;
	while (db_next(&rows))
		list[(*len)++] = (struct partner_year){.academic_year = db_id(&rows, 0), .code = db_str(&rows, 1)};
	return rows.err;
}

static enum err count_way(struct cx *cx, struct uuid partner, struct uuid year, struct str direction, int64_t *out)
{
	return db_number(cx, out,
			 SQL("select count(*) from stay where tenant = ?1 and partner = ?2 and academic_year = ?3 and direction = ?4 "
			     "and cancelled_ms is null and archived_ms is null"),
			 DB_I(cx->tenant), DB_ID(partner), DB_ID(year), DB_S(direction));
}

enum err stay_store_partner_years(struct cx *cx, struct uuid partner, int64_t years, int64_t today, struct partner_year **out, size_t *len)
{
	BUG_IF(years < 1 || years > 50);
	struct partner_year *list = ARENA_ARRAY(cx->arena, struct partner_year, (size_t)years);
	TRY(last_years(cx, years, today, list, len));
	for (size_t i = 0; i < *len / 2; i++) { /* oldest first */
		struct partner_year swap = list[i];
		list[i] = list[*len - 1 - i];
		list[*len - 1 - i] = swap;
	}
	for (size_t i = 0; i < *len; i++) {
		TRY(count_way(cx, partner, list[i].academic_year, STR("out"), &list[i].flows.out));
		TRY(count_way(cx, partner, list[i].academic_year, STR("in"), &list[i].flows.in));
	}
	*out = list;
	return OK;
}
