/* Campaigns and their opportunities: making, opening, closing, and looking at them. */
#include "office/campaigns/flow.h"
#include "allocation/result.h"
#include "base/base64.h"
#include "base/rand.h"
#include "office/campaigns/inside.h"
#include "platform/crypto/hash.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"

/* --- the generic doors --- */

enum err campaign_flow_create(struct cx *cx, void *row) { return record_create(cx, &campaign_entity, row); }

struct change {
	void *row;
	const struct field_set *fields;
	struct uuid id;
	int64_t version;
	struct str reason;
};

static bool differs(const struct entity *e, const struct change *ch, const void *current, size_t field)
{
	return field_set_has(ch->fields, field) && !field_equal(&e->fields[field], current, ch->row);
}

static enum err frozen(struct cx *cx, const struct entity *e, const struct change *ch, const void *current, const int *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (differs(e, ch, current, (size_t)fields[i]))
			return fail(cx, ERR_REFUSED, e->fields[fields[i]].name, M_campaign_frozen,
			            ARG_M("field", e->fields[fields[i]].label));
	return OK;
}

/* What students were told when they applied stays; a later end is allowed, an earlier one is campaign_close. */
static enum err change_campaign(struct cx *cx, void *arg)
{
	static const int opened[] = {campaign_f_academic_year, campaign_f_activity, campaign_f_scheme,
	                             campaign_f_weights,       campaign_f_opens_ms, campaign_f_zone};
	static const int allocated[] = {campaign_f_mechanism, campaign_f_closes_ms, campaign_f_max_choices,
	                                campaign_f_year_from, campaign_f_year_to,   campaign_f_programmes};
	struct change *ch = arg;
	struct campaign *row = ch->row, *now = entity_new(cx, &campaign_entity);
	TRY(record_load(cx, &campaign_entity, row->row.id, now));
	if (now->opened_ms != UNKNOWN) TRY(frozen(cx, &campaign_entity, ch, now, opened, ARRAY_LEN(opened)));
	if (now->allocated_ms != UNKNOWN) TRY(frozen(cx, &campaign_entity, ch, now, allocated, ARRAY_LEN(allocated)));
	if (now->opened_ms != UNKNOWN && differs(&campaign_entity, ch, now, campaign_f_closes_ms) && row->closes_ms < now->closes_ms)
		return fail(cx, ERR_REFUSED, "closes_ms", M_campaign_frozen, ARG_M("field", M_campaign_closes_ms));
	return record_change(cx, &campaign_entity, row, ch->fields);
}

enum err campaign_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return db_tx(cx, DB_WRITE, change_campaign, &(struct change){.row = row, .fields = fields});
}

static enum err archive_campaign(struct cx *cx, void *arg)
{
	struct change *ch = arg;
	struct campaign *now = entity_new(cx, &campaign_entity);
	struct campaign_counts n;
	TRY(record_load(cx, &campaign_entity, ch->id, now));
	TRY(campaign_store_counts(cx, ch->id, &n));
	if (campaign_state(now, n.waiting, cx->now_ms).stage != STAGE_ANSWERED && now->opened_ms != UNKNOWN && n.applications)
		return fail(cx, ERR_REFUSED, NULL, M_campaign_frozen, ARG_M("field", M_entity_campaign));
	return record_archive(cx, &campaign_entity, ch->id, ch->version, ch->reason);
}

enum err campaign_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return db_tx(cx, DB_WRITE, archive_campaign, &(struct change){.id = id, .version = version, .reason = reason});
}

static enum err campaign_of(struct cx *cx, struct uuid id, struct campaign *out)
{
	bool found;
	TRY(entity_load(cx, &campaign_entity, id, out, &found));
	return found ? OK : fail(cx, ERR_INVALID, "campaign", M_error_not_found);
}

static enum err create_opportunity(struct cx *cx, void *arg)
{
	struct opportunity *o = arg;
	struct campaign *c = entity_new(cx, &campaign_entity);
	if (!uuid_none(o->campaign)) {
		TRY(campaign_of(cx, o->campaign, c));
		if (c->opened_ms != UNKNOWN && cx->now_ms >= c->closes_ms)
			return fail(cx, ERR_REFUSED, NULL, M_campaign_closed, ARG_S("date", when(cx, c, c->closes_ms)));
	}
	return record_create(cx, &opportunity_entity, o);
}

enum err opportunity_flow_create(struct cx *cx, void *row) { return db_tx(cx, DB_WRITE, create_opportunity, row); }

static enum err change_opportunity(struct cx *cx, void *arg)
{
	static const int opened[] = {opportunity_f_campaign, opportunity_f_partner, opportunity_f_condition,
	                             opportunity_f_starts,   opportunity_f_ends,    opportunity_f_language,
	                             opportunity_f_cefr,     opportunity_f_isced_f, opportunity_f_requirement};
	static const int allocated[] = {opportunity_f_seats, opportunity_f_reserved};
	struct change *ch = arg;
	struct opportunity *row = ch->row, *now = entity_new(cx, &opportunity_entity);
	struct campaign *c = entity_new(cx, &campaign_entity);
	TRY(record_load(cx, &opportunity_entity, row->row.id, now));
	TRY(campaign_of(cx, now->campaign, c));
	if (c->opened_ms != UNKNOWN) TRY(frozen(cx, &opportunity_entity, ch, now, opened, ARRAY_LEN(opened)));
	if (c->allocated_ms != UNKNOWN) TRY(frozen(cx, &opportunity_entity, ch, now, allocated, ARRAY_LEN(allocated)));
	if (c->opened_ms != UNKNOWN && differs(&opportunity_entity, ch, now, opportunity_f_seats) && row->seats < now->seats)
		return fail(cx, ERR_REFUSED, "seats", M_campaign_seats_fewer, ARG_N("value", now->seats));
	return record_change(cx, &opportunity_entity, row, ch->fields);
}

enum err opportunity_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return db_tx(cx, DB_WRITE, change_opportunity, &(struct change){.row = row, .fields = fields});
}

static enum err archive_opportunity(struct cx *cx, void *arg)
{
	struct change *ch = arg;
	struct opportunity *now = entity_new(cx, &opportunity_entity);
	struct campaign *c = entity_new(cx, &campaign_entity);
	TRY(record_load(cx, &opportunity_entity, ch->id, now));
	TRY(campaign_of(cx, now->campaign, c));
	if (c->opened_ms != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_frozen, ARG_M("field", M_entity_opportunity));
	return record_archive(cx, &opportunity_entity, ch->id, ch->version, ch->reason);
}

enum err opportunity_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return db_tx(cx, DB_WRITE, archive_opportunity, &(struct change){.id = id, .version = version, .reason = reason});
}

/* --- looking --- */

struct viewing {
	struct uuid id;
	struct campaign_view *one, **all;
	size_t *len;
};

/* Between allocation and publication nobody has an offer yet: what the run gave is in its report. */
static enum err count_run(struct cx *cx, struct campaign_view *v)
{
	struct run_row run;
	struct allocation_report report;
	struct allocation_fault fault = {0};
	bool found;
	TRY(run_store_current(cx, v->campaign->row.id, &run, &found));
	if (!found) return OK;
	struct allocation_file file = {STR("report.json"), run.report};
	if (allocation_report_read(cx->arena, &file, &report, &fault) != OK) return fail(cx, ERR_BUG, NULL, M_error_bug);
	v->placed = report.placed;
	v->unplaced = report.unplaced;
	return OK;
}

static enum err view_of(struct cx *cx, struct uuid id, struct campaign_view *v)
{
	struct campaign_counts n;
	*v = (struct campaign_view){0};
	TRY(campaign_load(cx, id, &v->campaign));
	TRY(campaign_store_counts(cx, id, &n));
	TRY(entity_title_of(cx, &academic_year_entity, v->campaign->academic_year, &v->academic_year));
	v->state = campaign_state(v->campaign, n.waiting, cx->now_ms);
	v->opportunities = n.opportunities;
	v->seats = n.seats;
	v->applications = n.applications;
	v->apprentices = n.apprentices;
	v->withdrawn = n.withdrawn;
	v->asked = n.asked;
	v->placed = n.placed;
	v->accepted = n.accepted;
	v->declined = n.declined;
	v->expired = n.expired;
	v->waiting = n.waiting;
	v->unplaced = n.unplaced;
	return v->state.stage == STAGE_ALLOCATED ? count_run(cx, v) : OK;
}

static enum err view(struct cx *cx, void *arg)
{
	struct viewing *v = arg;
	return view_of(cx, v->id, v->one);
}

enum err campaign_view(struct cx *cx, struct uuid campaign, struct campaign_view *out)
{
	return db_tx(cx, DB_READ, view, &(struct viewing){.id = campaign, .one = out});
}

static enum err views(struct cx *cx, void *arg)
{
	struct viewing *v = arg;
	struct uuid *ids;
	if (!cx->actor) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(campaign_store_ids(cx, !actor_has(cx, ROLES_STAFF), &ids, v->len));
	*v->all = ARENA_ARRAY(cx->arena, struct campaign_view, *v->len);
	for (size_t i = 0; i < *v->len; i++)
		TRY(view_of(cx, ids[i], &(*v->all)[i]));
	return OK;
}

enum err campaign_views(struct cx *cx, struct campaign_view **out, size_t *len)
{
	return db_tx(cx, DB_READ, views, &(struct viewing){.all = out, .len = len});
}

struct offering {
	struct uuid id;
	struct offer **out;
	size_t *len;
};

static enum err offers(struct cx *cx, void *arg)
{
	struct offering *o = arg;
	struct campaign *c;
	TRY(staff_only(cx));
	TRY(campaign_load(cx, o->id, &c));
	return campaign_store_offers(cx, o->id, true, o->out, o->len);
}

enum err campaign_offers(struct cx *cx, struct uuid campaign, struct offer **out, size_t *len)
{
	return db_tx(cx, DB_READ, offers, &(struct offering){campaign, out, len});
}

/* --- opportunities from conditions --- */

struct conditions {
	struct uuid id;
	struct open_condition **out;
	size_t *len;
	const struct uuid *chosen;
	size_t nchosen;
	int64_t *added;
};

static enum err usable(struct cx *cx, struct uuid id, struct campaign **c, struct campaign_facts *facts, struct condition_row **rows,
                       size_t *len)
{
	TRY(campaign_load(cx, id, c));
	TRY(campaign_store_facts(cx, *c, facts));
	return campaign_store_conditions(cx, facts, rows, len);
}

static enum err seats_left(struct cx *cx, const struct campaign *c, const struct condition_row *k, int64_t *left)
{
	struct seats seats;
	TRY(stay_flow_seats(cx, k->condition, c->academic_year, &seats));
	*left = seats.free;
	return OK;
}

static enum err list_conditions(struct cx *cx, void *arg)
{
	struct conditions *q = arg;
	struct campaign *c;
	struct campaign_facts facts;
	struct condition_row *rows;
	TRY(office_only(cx));
	TRY(usable(cx, q->id, &c, &facts, &rows, q->len));
	*q->out = ARENA_ARRAY(cx->arena, struct open_condition, *q->len);
	for (size_t i = 0; i < *q->len; i++) {
		int64_t left;
		TRY(seats_left(cx, c, &rows[i], &left));
		(*q->out)[i] = (struct open_condition){rows[i].condition, rows[i].partner_name, rows[i].label, left, rows[i].in_campaign};
	}
	return OK;
}

enum err campaign_conditions(struct cx *cx, struct uuid campaign, struct open_condition **out, size_t *len)
{
	return db_tx(cx, DB_READ, list_conditions, &(struct conditions){.id = campaign, .out = out, .len = len});
}

static bool chosen(const struct conditions *q, const struct condition_row *k)
{
	if (!q->chosen) return true;
	for (size_t i = 0; i < q->nchosen; i++)
		if (uuid_eq(q->chosen[i], k->condition)) return true;
	return false;
}

static enum err add_conditions(struct cx *cx, void *arg)
{
	struct conditions *q = arg;
	struct campaign *c;
	struct campaign_facts facts;
	struct condition_row *rows;
	size_t n;
	*q->added = 0;
	TRY(office_only(cx));
	TRY(usable(cx, q->id, &c, &facts, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t left;
		if (rows[i].in_campaign || !chosen(q, &rows[i])) continue;
		TRY(seats_left(cx, c, &rows[i], &left));
		if (!left) continue;
		struct opportunity *o = entity_new(cx, &opportunity_entity);
		o->campaign = q->id;
		o->partner = rows[i].partner;
		o->condition = rows[i].condition;
		o->seats = left;
		o->months = rows[i].months;
		TRY(opportunity_flow_create(cx, o));
		++*q->added;
	}
	return OK;
}

enum err campaign_add_conditions(struct cx *cx, struct uuid campaign, const struct uuid *list, size_t n, int64_t *added)
{
	return db_tx(cx, DB_WRITE, add_conditions, &(struct conditions){.id = campaign, .chosen = list, .nchosen = n, .added = added});
}

/* --- opening and closing --- */

struct act {
	struct uuid id;
	enum allocation_mechanism mechanism;
};

static enum err needed(struct cx *cx, const struct campaign *c)
{
	static const int fields[] = {campaign_f_opens_ms, campaign_f_closes_ms, campaign_f_answer_by_ms, campaign_f_year_from,
	                             campaign_f_max_choices};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct field *f = &campaign_entity.fields[fields[i]];
		if (!field_known(f, c)) return fail(cx, ERR_REFUSED, f->name, M_campaign_open_field, ARG_M("field", f->label));
	}
	if (c->closes_ms <= cx->now_ms)
		return fail(cx, ERR_REFUSED, "closes_ms", M_campaign_open_over, ARG_S("date", when(cx, c, c->closes_ms)));
	return OK;
}

/* The seed is drawn before anybody applies; its hash is public from now on, so that nobody can choose it afterwards. */
static enum err commit_seed(struct cx *cx, struct campaign *c)
{
	uint8_t bytes[32], hash[SHA256_LEN];
	rand_bytes(bytes, sizeof(bytes));
	struct str seed = hex_encode(cx->arena, (struct str){(const char *)bytes, sizeof(bytes)});
	sha256(seed, hash);
	c->seed_sha256 = hex_encode(cx->arena, (struct str){(const char *)hash, sizeof(hash)});
	return seed_store_set(cx, c->row.id, seed);
}

static enum err open_now(struct cx *cx, void *arg)
{
	const struct act *a = arg;
	struct campaign *c;
	struct campaign_counts n;
	TRY(office_only(cx));
	TRY(campaign_load(cx, a->id, &c));
	if (c->opened_ms != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_open_already, ARG_S("date", when(cx, c, c->opened_ms)));
	TRY(needed(cx, c));
	TRY(campaign_store_counts(cx, a->id, &n));
	if (!n.opportunities) return fail(cx, ERR_REFUSED, NULL, M_campaign_open_nothing);
	struct campaign before = *c;
	TRY(commit_seed(cx, c));
	c->opened_ms = cx->now_ms;
	return campaign_save(cx, c, &before, "open", STR_NONE);
}

enum err campaign_open(struct cx *cx, struct uuid campaign) { return db_tx(cx, DB_WRITE, open_now, &(struct act){.id = campaign}); }

static enum err close_now(struct cx *cx, void *arg)
{
	const struct act *a = arg;
	struct campaign *c;
	TRY(office_only(cx));
	TRY(campaign_load(cx, a->id, &c));
	if (c->opened_ms == UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_not_open);
	if (cx->now_ms < c->opens_ms) return fail(cx, ERR_REFUSED, NULL, M_campaign_opens_later, ARG_S("date", when(cx, c, c->opens_ms)));
	if (cx->now_ms >= c->closes_ms) return OK;
	struct campaign before = *c;
	c->closes_ms = cx->now_ms;
	return campaign_save(cx, c, &before, "close", STR_NONE);
}

enum err campaign_close(struct cx *cx, struct uuid campaign) { return db_tx(cx, DB_WRITE, close_now, &(struct act){.id = campaign}); }

static enum err choose(struct cx *cx, void *arg)
{
	const struct act *a = arg;
	struct campaign *c;
	TRY(office_only(cx));
	TRY(campaign_load(cx, a->id, &c));
	const struct allocation_properties *p = allocation_properties(a->mechanism);
	if (!p->available) return fail(cx, ERR_INVALID, "mechanism", M_campaign_mechanism_absent, ARG_Z("value", p->name));
	if (c->allocated_ms != UNKNOWN)
		return fail(cx, ERR_REFUSED, "mechanism", M_campaign_already_allocated, ARG_S("date", when(cx, c, c->allocated_ms)));
	if (c->mechanism == (int64_t)a->mechanism) return OK;
	struct campaign before = *c;
	c->mechanism = a->mechanism;
	return campaign_save(cx, c, &before, "change", STR_NONE);
}

enum err campaign_choose_mechanism(struct cx *cx, struct uuid campaign, enum allocation_mechanism mechanism)
{
	return db_tx(cx, DB_WRITE, choose, &(struct act){campaign, mechanism});
}
