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
