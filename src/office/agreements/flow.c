/* Use cases of agreements and their conditions. */
#include "office/agreements/flow.h"
#include "platform/record/record.h"

enum err agreement_flow_create(struct cx *cx, void *row) { return record_create(cx, &agreement_entity, row); }

enum err agreement_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &agreement_entity, row, fields);
}

enum err agreement_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &agreement_entity, id, version, reason);
}

enum err condition_flow_create(struct cx *cx, void *row) { return record_create(cx, &condition_entity, row); }

enum err condition_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &condition_entity, row, fields);
}

enum err condition_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &condition_entity, id, version, reason);
}
