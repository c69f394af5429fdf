/* Campaigns: descriptors, words, checks, and what is derived from other rows. */
#include "office/campaigns/model.h"
#include "base/date.h"
#include "base/utf8.h"
#include "office/campaigns/flow.h"
#include "office/people/checks.h"
#include "platform/assets/icons.h"

/* In the order of enum allocation_mechanism. */
const struct option campaign_mechanisms[] = {{"serial", M_campaign_mechanism_serial},     {"deferred", M_campaign_mechanism_deferred},
                                             {"ranksum", M_campaign_mechanism_ranksum},   {"greedy", M_campaign_mechanism_greedy},
                                             {"generous", M_campaign_mechanism_generous}, {0}};
const struct option placement_answers[] = {
    {"accepted", M_placement_answer_accepted}, {"declined", M_placement_answer_declined}, {"expired", M_placement_answer_expired}, {0}};

ENTITY_TABLE(campaign, CAMPAIGN_FIELDS);
ENTITY_TABLE(opportunity, OPPORTUNITY_FIELDS);
ENTITY_TABLE(application, APPLICATION_FIELDS);
ENTITY_TABLE(choice, CHOICE_FIELDS);
ENTITY_TABLE(placement, PLACEMENT_FIELDS);

enum err check_zone(struct cx *cx, const struct field *f, struct str *value)
{
	int offset;
	if (zone_offset(*value, cx->now_ms, &offset)) return OK;
	return fail(cx, ERR_INVALID, f->name, M_school_zone, ARG_S("value", *value));
}

enum err check_weights(struct cx *cx, const struct field *f, struct str *value)
{
	struct score_weights w;
	struct str wrong;
	if (score_weights_parse(*value, &w, &wrong)) return OK;
	return fail(cx, ERR_INVALID, f->name, M_campaign_weights_wrong, ARG_S("value", utf8_head(wrong, 60)));
}

static void campaign_propose(struct cx *cx, void *row)
{
	struct campaign *c = row;
	c->zone = cx->zone;
}

static enum err campaign_validate(struct cx *cx, const void *row)
{
	const struct campaign *c = row;
	enum err err = OK;
	if (c->opens_ms != UNKNOWN && c->closes_ms != UNKNOWN && c->closes_ms <= c->opens_ms)
		err = fail(cx, ERR_INVALID, "closes_ms", M_campaign_instants, ARG_M("field", M_campaign_closes_ms),
		           ARG_S("start", instant_text(cx, c->opens_ms, c->zone)));
	if (c->answer_by_ms != UNKNOWN && c->closes_ms != UNKNOWN && c->answer_by_ms <= c->closes_ms)
		err = fail(cx, ERR_INVALID, "answer_by_ms", M_campaign_instants, ARG_M("field", M_campaign_answer_by_ms),
		           ARG_S("start", instant_text(cx, c->closes_ms, c->zone)));
	if (c->year_from != UNKNOWN && c->year_to != UNKNOWN && c->year_to < c->year_from)
		err = fail(cx, ERR_INVALID, "year_to", M_campaign_years, ARG_N("start", c->year_from), ARG_N("value", c->year_to));
	return err;
}

static enum err opportunity_validate(struct cx *cx, const void *row)
{
	const struct opportunity *o = row;
	if (!str_blank(o->cefr) && str_blank(o->language))
		return fail(cx, ERR_INVALID, "language", M_condition_language_missing, ARG_M("field", M_opportunity_language),
		            ARG_S("value", o->cefr));
	if (o->reserved != UNKNOWN && o->seats != UNKNOWN && o->reserved > o->seats)
		return fail(cx, ERR_INVALID, "reserved", M_opportunity_reserved_over, ARG_N("value", o->reserved),
		            ARG_N("seats", o->seats));
	return check_dates(cx, o->starts, o->ends, "ends", M_opportunity_ends);
}

struct str opportunity_words(struct cx *cx, struct str stored)
{
	int64_t date;
	enum { TAIL = sizeof(", 2028-02") - 1 };
	if (!str_present(stored) || stored.len <= TAIL || !str_starts(str_sub(stored, stored.len - TAIL, 2), STR(", "))) return stored;
	struct str month = str_sub(stored, stored.len - TAIL + 2, TAIL - 2);
	if (!date_parse(str_fmt(cx->arena, "%.*s-01", STR_ARG(month)), &date, NULL)) return stored;
	return tr(cx, M_opportunity_from, ARG_S("name", str_sub(stored, 0, stored.len - TAIL)), ARG_S("month", month_text(cx, date)));
}

/* The partner, and what tells this option from another one there. */
static enum err opportunity_fill(struct cx *cx, void *row)
{
	struct opportunity *o = row;
	TRY(entity_title_of(cx, &partner_entity, o->partner, &o->title));
	if (o->starts != UNKNOWN) {
		struct civil d = date_civil(o->starts);
		o->title = str_fmt(cx->arena, "%.*s, %d-%02d", STR_ARG(o->title), d.year, d.month);
	}
	return OK;
}

static enum err application_fill(struct cx *cx, void *row)
{
	struct application *a = row;
	TRY(person_unit(cx, a->person, &a->unit));
	return entity_title_of(cx, &person_entity, a->person, &a->title);
}

static enum err unit_of_application(struct cx *cx, struct uuid id, struct uuid *unit, struct str *title)
{
	struct application *a = entity_new(cx, &application_entity);
	bool found;
	TRY(entity_load(cx, &application_entity, id, a, &found));
	*unit = found ? a->unit : UUID_NONE;
	*title = found ? a->title : STR_NONE;
	return OK;
}

static enum err choice_fill(struct cx *cx, void *row)
{
	struct choice *c = row;
	struct str title;
	TRY(unit_of_application(cx, c->application, &c->unit, &title));
	return entity_title_of(cx, &opportunity_entity, c->opportunity, &c->label);
}

static enum err placement_fill(struct cx *cx, void *row)
{
	struct placement *p = row;
	struct str name, place = STR_NONE;
	TRY(unit_of_application(cx, p->application, &p->unit, &name));
	if (!uuid_none(p->opportunity)) TRY(entity_title_of(cx, &opportunity_entity, p->opportunity, &place));
	p->label = placement_label(cx->arena, name, place);
	return OK;
}

struct str placement_label(struct arena *a, struct str name, struct str place)
{
	return str_blank(place) ? name : str_fmt(a, "%.*s, %.*s", STR_ARG(name), STR_ARG(place));
}

static const struct entity_ops campaign_ops = {campaign_flow_create, campaign_flow_change, campaign_flow_archive, false};
static const struct entity_ops opportunity_ops = {opportunity_flow_create, opportunity_flow_change, opportunity_flow_archive, false};

const struct entity campaign_entity = {
    .code = 60,
    .name = "campaign",
    .kind = "campaigns",
    .table = "campaign",
    .label = M_entity_campaign,
    .label_many = M_entity_campaign_many,
    .icon = ICON_megaphone,
    .flags = E_NUMBERED,
    .number_prefix = "C",
    .size = sizeof(struct campaign),
    .fields = campaign_fields,
    .fields_len = ARRAY_LEN(campaign_fields),
    .keys = (const char *const[]){"number", NULL},
    .sort = "-closes_ms",
    .rights = RIGHTS_OFFICE,
    .ops = &campaign_ops,
    .propose = campaign_propose,
    .validate = campaign_validate,
};

const struct entity opportunity_entity = {
    .code = 61,
    .name = "opportunity",
    .kind = "opportunities",
    .table = "opportunity",
    .label = M_entity_opportunity,
    .label_many = M_entity_opportunity_many,
    .icon = ICON_compass,
    .size = sizeof(struct opportunity),
    .fields = opportunity_fields,
    .fields_len = ARRAY_LEN(opportunity_fields),
    .keys = (const char *const[]){"campaign+partner+starts", NULL},
    .sort = "title",
    .rights = RIGHTS_OFFICE,
    .ops = &opportunity_ops,
    .fill = opportunity_fill,
    .validate = opportunity_validate,
};

/* Files, choices and placements come from acts of students and of the allocation; nothing else writes them. */
#define RIGHTS_READ                                                                  \
	{                                                                            \
		.read = ROLES_STAFF, .export = ROLES_STAFF, .sensitive = ROLE_SOCIAL \
	}

const struct entity application_entity = {
    .code = 62,
    .name = "application",
    .kind = "applications",
    .table = "application",
    .label = M_entity_application,
    .label_many = M_entity_application_many,
    .icon = ICON_file_check,
    .flags = E_NUMBERED,
    .number_prefix = "D",
    .size = sizeof(struct application),
    .fields = application_fields,
    .fields_len = ARRAY_LEN(application_fields),
    .keys = (const char *const[]){"number", NULL},
    .sort = "title",
    .rights = RIGHTS_READ,
    .fill = application_fill,
};

const struct entity choice_entity = {
    .code = 63,
    .name = "choice",
    .kind = "choices",
    .table = "application_choice",
    .label = M_entity_choice,
    .label_many = M_entity_choice_many,
    .icon = ICON_list,
    .size = sizeof(struct choice),
    .fields = choice_fields,
    .fields_len = ARRAY_LEN(choice_fields),
    .keys = (const char *const[]){"application+opportunity", NULL},
    .sort = "rank",
    .rights = RIGHTS_READ,
    .fill = choice_fill,
};

const struct entity placement_entity = {
    .code = 64,
    .name = "placement",
    .kind = "placements",
    .table = "placement",
    .label = M_entity_placement,
    .label_many = M_entity_placement_many,
    .icon = ICON_map_pinned,
    .size = sizeof(struct placement),
    .fields = placement_fields,
    .fields_len = ARRAY_LEN(placement_fields),
    .keys = (const char *const[]){"application+round", NULL},
    .sort = "round",
    .rights = RIGHTS_READ,
    .fill = placement_fill,
};

const struct entity *const campaigns_entities[] = {&campaign_entity, &opportunity_entity, &application_entity,
                                                   &choice_entity,   &placement_entity,   NULL};
