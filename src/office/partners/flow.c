/* Use cases of institutions, partners and contacts. */
#include "office/partners/flow.h"
#include "platform/record/record.h"

enum err institution_flow_create(struct cx *cx, void *row) { return record_create(cx, &institution_entity, row); }

enum err institution_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &institution_entity, row, fields);
}

enum err institution_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &institution_entity, id, version, reason);
}

enum err partner_flow_create(struct cx *cx, void *row) { return record_create(cx, &partner_entity, row); }

enum err partner_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &partner_entity, row, fields);
}

enum err partner_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &partner_entity, id, version, reason);
}

enum err contact_flow_create(struct cx *cx, void *row) { return record_create(cx, &contact_entity, row); }

enum err contact_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &contact_entity, row, fields);
}

enum err contact_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &contact_entity, id, version, reason);
}

struct making {
	struct uuid institution;
	struct partner *out;
	bool *made;
};

static enum err make_partner(struct cx *cx, void *arg)
{
	struct making *m = arg;
	struct institution *from = entity_new(cx, &institution_entity);
	bool found;
	if (!actor_everywhere(cx, partner_entity.rights.write)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(record_load(cx, &institution_entity, m->institution, from));
	m->out->institution = m->institution;
	TRY(entity_find_same(cx, &partner_entity, (const struct field *const[]){entity_field(&partner_entity, STR("institution"))}, 1,
	                     m->out, m->out, &found));
	*m->made = !found;
	if (found) return OK;
	m->out->name = from->name;
	m->out->kind = PARTNER_UNIVERSITY;
	m->out->country = from->country;
	m->out->city = from->city;
	m->out->tier = TIER_PROSPECT;
	m->out->website = from->website;
	m->out->lat = from->lat;
	m->out->lng = from->lng;
	return record_create(cx, &partner_entity, m->out);
}

enum err partner_flow_from_institution(struct cx *cx, struct uuid institution, struct partner *out, bool *made)
{
	return db_tx(cx, DB_WRITE, make_partner, &(struct making){institution, out, made});
}
