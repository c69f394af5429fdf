/* Use cases of programmes and enrolments. */
#include "office/programmes/flow.h"
#include "platform/record/record.h"

enum err programme_flow_create(struct cx *cx, void *row) { return record_create(cx, &programme_entity, row); }

enum err programme_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &programme_entity, row, fields);
}

enum err programme_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &programme_entity, id, version, reason);
}

enum err term_flow_create(struct cx *cx, void *row) { return record_create(cx, &term_entity, row); }

enum err term_flow_change(struct cx *cx, void *row, const struct field_set *fields) { return record_change(cx, &term_entity, row, fields); }

enum err term_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &term_entity, id, version, reason);
}

enum err course_flow_create(struct cx *cx, void *row) { return record_create(cx, &course_entity, row); }

enum err course_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &course_entity, row, fields);
}

enum err course_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &course_entity, id, version, reason);
}

enum err enrolment_flow_create(struct cx *cx, void *row) { return record_create(cx, &enrolment_entity, row); }

enum err enrolment_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &enrolment_entity, row, fields);
}

enum err enrolment_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &enrolment_entity, id, version, reason);
}

enum err apprenticeship_flow_create(struct cx *cx, void *row) { return record_create(cx, &apprenticeship_entity, row); }

enum err apprenticeship_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &apprenticeship_entity, row, fields);
}

enum err apprenticeship_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &apprenticeship_entity, id, version, reason);
}

enum err apprenticeship_period_flow_create(struct cx *cx, void *row) { return record_create(cx, &apprenticeship_period_entity, row); }

enum err apprenticeship_period_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &apprenticeship_period_entity, row, fields);
}

enum err apprenticeship_period_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &apprenticeship_period_entity, id, version, reason);
}
