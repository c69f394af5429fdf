/* SQL of stays. */
#include "office/stays/store.h"

enum err stay_store_seats(struct cx *cx, const struct condition *condition, struct uuid academic_year, struct seats *out)
{
	int64_t used;
	TRY(db_number(cx, &used,
	              SQL("select count(*) from stay where tenant = ?1 and condition = ?2 and academic_year = ?3 "
	                  "and cancelled_ms is null and archived_ms is null"),
	              DB_I(cx->tenant), DB_ID(condition->row.id), DB_ID(academic_year)));
	*out = stay_seats(condition->places, used);
	return OK;
}

enum err stay_store_of_person(struct cx *cx, struct uuid person, struct stay ***out, size_t *len)
{
	struct db_rows rows;
	VEC(struct stay *) found = {0};
	VEC(struct uuid) ids = {0};
	TRY(db_query(cx, &rows,
	             SQL("select id from stay where tenant = ?1 and person = ?2 and archived_ms is null order by starts desc, id desc"),
	             DB_I(cx->tenant), DB_ID(person)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &ids) = db_id(&rows, 0);
	TRY(rows.err);
	VEC_EACH (id, &ids) {
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

enum err stay_store_picture(struct cx *cx, struct uuid year, struct picture_count **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct picture_count) found = {0};
	if (uuid_none(year))
		TRY(db_query(cx, &rows,
		             SQL("select direction, activity, cycle, count(*) from stay where tenant = ?1 and archived_ms is null and "
		                 "cancelled_ms is null "
		                 "and category in ('student', 'apprentice', 'doctoral') group by direction, activity, cycle"),
		             DB_I(cx->tenant)));
	else
		TRY(db_query(
		    cx, &rows,
		    SQL("select direction, activity, cycle, count(*) from stay where tenant = ?1 and archived_ms is null and cancelled_ms "
		        "is null "
		        "and category in ('student', 'apprentice', 'doctoral') and academic_year = ?2 group by direction, activity, cycle"),
		    DB_I(cx->tenant), DB_ID(year)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &found) =
		    (struct picture_count){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_int(&rows, 3)};
	*out = found.ptr;
	*len = found.len;
	return rows.err;
}

static enum err add_totals(struct cx *cx, struct uuid year, struct partner_totals *t, size_t cap)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows,
	             SQL("select partner, direction, count(*) from stay where tenant = ?1 and academic_year = ?2 and partner is not null "
	                 "and cancelled_ms is null and archived_ms is null group by partner, direction"),
	             DB_I(cx->tenant), DB_ID(year)));
	while (db_next(&rows)) {
		struct uuid partner = db_id(&rows, 0);
		bool out = str_is(db_str_view(&rows, 1), "out");
		size_t low = 0, high = t->len;
		while (low < high) {
			size_t middle = (low + high) / 2;
			if (memcmp(&t->ptr[middle].partner, &partner, sizeof partner) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (low == t->len || !uuid_eq(t->ptr[low].partner, partner)) {
			if (t->len == cap) continue;
			memmove(&t->ptr[low + 1], &t->ptr[low], (t->len - low) * sizeof *t->ptr);
			t->ptr[low] = (struct partner_total){.partner = partner};
			t->len++;
		}
		*(out ? &t->ptr[low].flows.out : &t->ptr[low].flows.in) += db_int(&rows, 2);
	}
	return rows.err;
}

enum err stay_store_partner_totals(struct cx *cx, int64_t years, int64_t today, struct partner_totals *out)
{
	BUG_IF(years < 1 || years > 50);
	struct partner_year *list = ARENA_ARRAY(cx->arena, struct partner_year, (size_t)years);
	int64_t partners;
	*out = (struct partner_totals){0};
	TRY(last_years(cx, years, today, list, &out->years_len));
	TRY(db_number(cx, &partners, SQL("select count(*) from partner where tenant = ?1"), DB_I(cx->tenant)));
	out->ptr = ARENA_ARRAY(cx->arena, struct partner_total, (size_t)partners + 1);
	out->years = ARENA_ARRAY(cx->arena, struct uuid, out->years_len + 1);
	for (size_t i = 0; i < out->years_len; i++) {
		out->years[i] = list[i].academic_year;
		TRY(add_totals(cx, out->years[i], out, (size_t)partners));
	}
	return OK;
}

struct partner_flows partner_totals_of(const struct partner_totals *t, struct uuid partner)
{
	size_t low = 0, high = t->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (memcmp(&t->ptr[middle].partner, &partner, sizeof partner) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->len && uuid_eq(t->ptr[low].partner, partner) ? t->ptr[low].flows : (struct partner_flows){0};
}

enum err stay_store_years(struct cx *cx, int64_t today, struct year_pair *out)
{
	struct db_rows rows;
	*out = (struct year_pair){0};
	TRY(db_query(
	    cx, &rows,
	    SQL("select id, code from academic_year where tenant = ?1 and ends >= ?2 and archived_ms is null order by starts, id limit 2"),
	    DB_I(cx->tenant), DB_I(today)));
	for (size_t i = 0; db_next(&rows); i++) {
		out->id[i] = db_id(&rows, 0);
		out->code[i] = db_str(&rows, 1);
	}
	return rows.err;
}

enum err stay_store_used(struct cx *cx, const struct year_pair *years, struct condition_used **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct condition_used) found = {0};
	TRY(db_query(cx, &rows,
	             SQL("select condition, academic_year, count(*) from stay where tenant = ?1 and academic_year in (?2, ?3) and "
	                 "condition is not null "
	                 "and cancelled_ms is null and archived_ms is null group by condition, academic_year order by condition"),
	             DB_I(cx->tenant), DB_ID(years->id[0]), DB_ID(years->id[1])));
	while (db_next(&rows)) {
		struct uuid condition = db_id(&rows, 0);
		struct condition_used *u = found.len ? &found.ptr[found.len - 1] : NULL;
		if (!u || !uuid_eq(u->condition, condition)) {
			u = VEC_PUSH(cx->arena, &found);
			*u = (struct condition_used){.condition = condition};
		}
		u->used[uuid_eq(db_id(&rows, 1), years->id[0]) ? 0 : 1] = db_int(&rows, 2);
	}
	*out = found.ptr;
	*len = found.len;
	return rows.err;
}

enum err stay_store_agreements(struct cx *cx, struct agreement **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct agreement) found = {0};
	TRY(db_query(
	    cx, &rows,
	    SQL("select id, partner, kind, valid_from, valid_to, signed_here, signed_there, sent, ended, created_ms from agreement "
	        "where tenant = ?1 and archived_ms is null order by partner"),
	    DB_I(cx->tenant)));
	while (db_next(&rows)) {
		struct agreement *a = VEC_PUSH(cx->arena, &found);
		*a = (struct agreement){.row = {.id = db_id(&rows, 0), .created_ms = db_int(&rows, 9)}, .partner = db_id(&rows, 1)};
		a->kind = field_option(entity_field(&agreement_entity, STR("kind")), db_str_view(&rows, 2));
		a->valid_from = db_int(&rows, 3);
		a->valid_to = db_int(&rows, 4);
		a->signed_here = db_int(&rows, 5);
		a->signed_there = db_int(&rows, 6);
		a->sent = db_int(&rows, 7);
		a->ended = db_int(&rows, 8);
	}
	*out = found.ptr;
	*len = found.len;
	return rows.err;
}
