/* Use cases of stays. */
#include "office/stays/flow.h"
#include "platform/record/record.h"

enum err stay_flow_create(struct cx *cx, void *row) { return record_create(cx, &stay_entity, row); }

enum err stay_flow_change(struct cx *cx, void *row, const struct field_set *fields) { return record_change(cx, &stay_entity, row, fields); }

enum err stay_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &stay_entity, id, version, reason);
}

struct mark {
	struct uuid id;
	int64_t version;
	enum stay_step step;
	int64_t value; /* instant or date */
	struct str reason;
	struct stay *out;
};

static int64_t *fact_of(struct stay *s, enum stay_step step, size_t *field)
{
	switch (step) {
	case STAY_ACCEPTED: *field = stay_f_accepted_ms; return &s->accepted_ms;
	case STAY_NOMINATED: *field = stay_f_nominated_ms; return &s->nominated_ms;
	case STAY_HOST_ACCEPTED: *field = stay_f_host_accepted_ms; return &s->host_accepted_ms;
	case STAY_ARRIVED: *field = stay_f_arrived; return &s->arrived;
	case STAY_BACK: *field = stay_f_departed; return &s->departed;
	case STAY_RECOGNISED: *field = stay_f_recognised_ms; return &s->recognised_ms;
	case STAY_CANCELLED: *field = stay_f_cancelled_ms; return &s->cancelled_ms;
	default: return NULL;
	}
}

static enum err mark(struct cx *cx, void *arg)
{
	struct mark *m = arg;
	struct stay *s = m->out;
	struct field_set fields = {0};
	size_t field = 0;
	TRY(record_load(cx, &stay_entity, m->id, s));
	TRY(entity_may_write(cx, &stay_entity, s)); /* before the reasons, which are for who may act */
	int64_t *fact = fact_of(s, m->step, &field);
	BUG_IF(!fact);
	s->row.version = m->version;
	if (s->cancelled_ms != UNKNOWN) return fail(cx, ERR_REFUSED, "cancelled_ms", M_stay_cancelled_already);
	if (*fact != UNKNOWN)
		return fail(cx, ERR_REFUSED, stay_entity.fields[field].name, M_stay_step_already, ARG_M("step", stay_step_label(m->step)));
	*fact = m->value;
	field_set_add(&fields, field);
	if (m->step == STAY_CANCELLED) {
		s->cancel_reason = m->reason;
		field_set_add(&fields, stay_f_cancel_reason);
	}
	return record_change(cx, &stay_entity, s, &fields);
}

enum err stay_flow_mark(struct cx *cx, struct uuid id, int64_t version, enum stay_step step, struct stay *out)
{
	BUG_IF(step == STAY_CANCELLED || step == STAY_ARRIVED || step == STAY_BACK);
	return db_tx(cx, DB_WRITE, mark, &(struct mark){.id = id, .version = version, .step = step, .value = cx->now_ms, .out = out});
}

enum err stay_flow_confirm(struct cx *cx, struct uuid id, int64_t version, enum stay_step step, int64_t date, struct stay *out)
{
	BUG_IF(step != STAY_ARRIVED && step != STAY_BACK);
	if (date == UNKNOWN) return fail(cx, ERR_INVALID, step == STAY_ARRIVED ? "arrived" : "departed", M_stay_which_day);
	return db_tx(cx, DB_WRITE, mark, &(struct mark){.id = id, .version = version, .step = step, .value = date, .out = out});
}

enum err stay_flow_cancel(struct cx *cx, struct uuid id, int64_t version, struct str reason, struct stay *out)
{
	reason = str_trim(reason);
	if (str_blank(reason)) return fail(cx, ERR_INVALID, "cancel_reason", M_stay_cancel_why);
	return db_tx(
	    cx, DB_WRITE, mark,
	    &(struct mark){.id = id, .version = version, .step = STAY_CANCELLED, .value = cx->now_ms, .reason = reason, .out = out});
}

struct asking {
	struct uuid condition, year;
	struct seats *out;
};

static enum err seats(struct cx *cx, void *arg)
{
	struct asking *a = arg;
	struct condition *c = entity_new(cx, &condition_entity);
	TRY(record_load(cx, &condition_entity, a->condition, c));
	return stay_store_seats(cx, c, a->year, a->out);
}

enum err stay_flow_seats(struct cx *cx, struct uuid condition, struct uuid academic_year, struct seats *out)
{
	return db_tx(cx, DB_READ, seats, &(struct asking){condition, academic_year, out});
}
