/* Use cases of people and units. */
#include "office/people/flow.h"
#include "platform/record/record.h"

enum err unit_flow_create(struct cx *cx, void *row) { return record_create(cx, &unit_entity, row); }

enum err unit_flow_change(struct cx *cx, void *row, const struct field_set *fields) { return record_change(cx, &unit_entity, row, fields); }

enum err unit_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &unit_entity, id, version, reason);
}

enum err academic_year_flow_create(struct cx *cx, void *row) { return record_create(cx, &academic_year_entity, row); }

enum err academic_year_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &academic_year_entity, row, fields);
}

enum err academic_year_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &academic_year_entity, id, version, reason);
}

enum err person_flow_create(struct cx *cx, void *row) { return record_create(cx, &person_entity, row); }

enum err person_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &person_entity, row, fields);
}

enum err person_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &person_entity, id, version, reason);
}

enum err identifier_flow_create(struct cx *cx, void *row) { return record_create(cx, &identifier_entity, row); }

enum err identifier_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &identifier_entity, row, fields);
}

enum err identifier_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &identifier_entity, id, version, reason);
}

enum err language_level_flow_create(struct cx *cx, void *row) { return record_create(cx, &language_level_entity, row); }

enum err language_level_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &language_level_entity, row, fields);
}

enum err language_level_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &language_level_entity, id, version, reason);
}

enum err employment_flow_create(struct cx *cx, void *row) { return record_create(cx, &employment_entity, row); }

enum err employment_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &employment_entity, row, fields);
}

enum err employment_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &employment_entity, id, version, reason);
}
