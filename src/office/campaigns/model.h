/* Campaigns: opportunities opened to students, their ranked applications, and who is placed where.
 * No status is typed: the stage of a campaign and who holds the pen follow from the instants below (rules.h). */
#pragma once
#include "office/stays/model.h"

extern const struct entity campaign_entity, opportunity_entity, application_entity, choice_entity, placement_entity;
extern const struct option campaign_mechanisms[], placement_answers[];
extern const struct entity *const campaigns_entities[]; /* NULL-terminated */

/* "Valladolid, 2028-02", as it is stored to be sorted and found, in the reader's language: "Valladolid, from February 2028". */
struct str opportunity_words(struct cx *cx, struct str stored);
enum err check_zone(struct cx *cx, const struct field *f, struct str *value);    /* a zone of the tz database */
enum err check_weights(struct cx *cx, const struct field *f, struct str *value); /* "average=60 ects=20 language=20", see rules.h */

/* academic_year is that of the stays. Students see it from opens_ms on and apply before closes_ms; both are shown in zone.
 * year_from..year_to: year of study during the stay; programmes: codes, blank for all. The rule that shares the seats out is
 * in the order of enum allocation_mechanism, and none is chosen beforehand. seed_sha256 is published at opening, the seed
 * itself at allocation. call_year: of the project that pays the grants. answer_days: to answer an offer that comes late.
 * opened, allocated and published are set by the flow. */
#define CAMPAIGN_FIELDS(X)                                                                                               \
	X(campaign, number, TEXT, FF_DERIVED | FF_UNIQUE | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 20)                  \
	X(campaign, title, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 200)        \
	X(campaign, title_en, TEXT, FF_FORM | FF_SEARCH, 200)                                                            \
	X(campaign, academic_year, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &academic_year_entity) \
	X(campaign, opens_ms, INSTANT, FF_REQUIRED | FF_FORM | FF_LIST, 0, .group = M_group_dates)                       \
	X(campaign, closes_ms, INSTANT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                                    \
	X(campaign, answer_by_ms, INSTANT, FF_FORM | FF_LIST, 0)                                                         \
	X(campaign, answer_days, INT, FF_FORM, 60, .min = 1, .has_min = true)                                            \
	X(campaign, zone, TEXT, FF_REQUIRED | FF_FORM, 60, .check = check_zone)                                          \
	X(campaign, year_from, INT, FF_FORM | FF_LIST, 10, .min = 1, .has_min = true, .group = M_group_who)              \
	X(campaign, year_to, INT, FF_FORM | FF_LIST, 10, .min = 1, .has_min = true)                                      \
	X(campaign, programmes, TEXT, FF_FORM, 400)                                                                      \
	X(campaign, activity, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = stay_activities)          \
	X(campaign, scheme, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = stay_schemes)               \
	X(campaign, max_choices, INT, FF_REQUIRED | FF_FORM, 100, .min = 1, .has_min = true, .group = M_group_seats)     \
	X(campaign, mechanism, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = campaign_mechanisms)                   \
	X(campaign, weights, TEXT, FF_FORM, 400, .check = check_weights)                                                 \
	X(campaign, call_year, INT, FF_FORM, 2100, .min = 2014, .has_min = true, .group = M_group_more)                  \
	X(campaign, seed_sha256, TEXT, FF_DERIVED | FF_MONO, 64)                                                         \
	X(campaign, seed, TEXT, FF_DERIVED | FF_MONO, 64)                                                                \
	X(campaign, opened_ms, INSTANT, FF_DERIVED, 0)                                                                   \
	X(campaign, allocated_ms, INSTANT, FF_DERIVED, 0)                                                                \
	X(campaign, published_ms, INSTANT, FF_DERIVED | FF_LIST, 0)                                                      \
	X(campaign, note, TEXT, FF_FORM | FF_LONG, 4000)
ENTITY_STRUCT(campaign, CAMPAIGN_FIELDS)

/* Seats at one partner in one term. reserved: of the seats, those kept for apprentices while apprentices ask for them. What is
 * blank here is taken from the condition. requirement adds to the condition's own,
 * in the same language. budget: what such a stay costs a student in all, with where that figure comes from. */
#define OPPORTUNITY_FIELDS(X)                                                                                                        \
	X(opportunity, title, TEXT, FF_DERIVED | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 400, .show = opportunity_words) \
	X(opportunity, campaign, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &campaign_entity)                    \
	X(opportunity, partner, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &partner_entity)                      \
	X(opportunity, condition, REF, FF_FORM, 0, .refers = &condition_entity)                                                      \
	X(opportunity, seats, INT, FF_REQUIRED | FF_FORM | FF_LIST, 1000, .min = 0, .has_min = true)                                 \
	X(opportunity, reserved, INT, FF_FORM, 1000, .min = 0, .has_min = true, .help = M_opportunity_reserved_help)                 \
	X(opportunity, half, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = term_halves, .group = M_group_when)                  \
	X(opportunity, starts, DATE, FF_FORM | FF_LIST, 0)                                                                           \
	X(opportunity, ends, DATE, FF_FORM | FF_LIST, 0)                                                                             \
	X(opportunity, months, INT, FF_FORM | FF_LIST, 36, .min = 0, .has_min = true)                                                \
	X(opportunity, language, CODE, FF_FORM | FF_LIST | FF_FILTER, 0, .list = "language", .group = M_group_asked)                 \
	X(opportunity, cefr, CODE, FF_FORM | FF_LIST, 0, .list = "cefr")                                                             \
	X(opportunity, isced_f, CODE, FF_FORM | FF_LIST | FF_FILTER, 0, .list = "isced_f")                                           \
	X(opportunity, requirement, TEXT, FF_FORM | FF_LONG, 2000, .check = check_requirement)                                       \
	X(opportunity, requirement_source, TEXT, FF_FORM, 400)                                                                       \
	X(opportunity, budget_cents, MONEY, FF_FORM, 100000000, .min = 0, .has_min = true, .group = M_group_money)                   \
	X(opportunity, budget_source, TEXT, FF_FORM, 400)                                                                            \
	X(opportunity, note, TEXT, FF_FORM | FF_LONG, 4000)
ENTITY_STRUCT(opportunity, OPPORTUNITY_FIELDS)

/* One for each person and campaign. A list sent again before the end takes the place of the first; the audit keeps both.
 * answers: JSON {"name": "text"} of what had to be asked. score_lines: JSON, see rules.h. */
#define APPLICATION_FIELDS(X)                                                                                           \
	X(application, number, TEXT, FF_DERIVED | FF_UNIQUE | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 20)              \
	X(application, title, TEXT, FF_DERIVED | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH | FF_PERSONAL, 300) \
	X(application, campaign, REF, FF_DERIVED | FF_LIST | FF_FILTER, 0, .refers = &campaign_entity)                  \
	X(application, person, REF, FF_DERIVED | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity)                  \
	X(application, submitted_ms, INSTANT, FF_DERIVED | FF_LIST, 0)                                                  \
	X(application, withdrawn_ms, INSTANT, FF_DERIVED | FF_LIST | FF_FILTER, 0)                                      \
	X(application, travel, ENUM, FF_DERIVED | FF_FILTER, 0, .options = travel_modes)                                \
	X(application, answers, TEXT, FF_DERIVED | FF_LONG | FF_PERSONAL, 8000)                                         \
	X(application, score, SCORE, FF_DERIVED | FF_LIST | FF_PERSONAL, 0)                                             \
	X(application, score_lines, TEXT, FF_DERIVED | FF_LONG | FF_HIDDEN, 8000)                                       \
	X(application, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(application, APPLICATION_FIELDS)

/* rank 1 is wanted most; equal ranks are ties. panel: 0..1, given by a person at the host or a jury. */
#define CHOICE_FIELDS(X)                                                                                              \
	X(choice, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE, 400, .show = opportunity_words)                       \
	X(choice, application, REF, FF_DERIVED | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &application_entity) \
	X(choice, opportunity, REF, FF_DERIVED | FF_LIST | FF_FILTER, 0, .refers = &opportunity_entity)               \
	X(choice, rank, INT, FF_DERIVED | FF_LIST | FF_FILTER | FF_SORT, 100)                                         \
	X(choice, panel, SCORE, FF_DERIVED | FF_PERSONAL, 10000)                                                      \
	X(choice, score, SCORE, FF_DERIVED | FF_LIST | FF_PERSONAL, 0)                                                \
	X(choice, score_lines, TEXT, FF_DERIVED | FF_LONG | FF_HIDDEN, 8000)                                          \
	X(choice, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(choice, CHOICE_FIELDS)

enum placement_answer { PLACEMENT_ACCEPTED, PLACEMENT_DECLINED, PLACEMENT_EXPIRED };
/* What a published round gave an applicant: an opportunity, or none. round 1 is the allocation; later rounds pass on a freed
 * seat, replaces says whose. */
#define PLACEMENT_FIELDS(X)                                                                                      \
	X(placement, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE | FF_PERSONAL, 700, .show = opportunity_words) \
	X(placement, campaign, REF, FF_DERIVED | FF_LIST | FF_FILTER, 0, .refers = &campaign_entity)             \
	X(placement, application, REF, FF_DERIVED | FF_FILTER | FF_PERSONAL, 0, .refers = &application_entity)   \
	X(placement, opportunity, REF, FF_DERIVED | FF_LIST | FF_FILTER, 0, .refers = &opportunity_entity)       \
	X(placement, round, INT, FF_DERIVED | FF_LIST | FF_FILTER | FF_SORT, 0)                                  \
	X(placement, rank, INT, FF_DERIVED | FF_LIST | FF_FILTER, 0)                                             \
	X(placement, offered_ms, INSTANT, FF_DERIVED | FF_LIST, 0)                                               \
	X(placement, answer_by_ms, INSTANT, FF_DERIVED | FF_LIST, 0)                                             \
	X(placement, answer, ENUM, FF_DERIVED | FF_LIST | FF_FILTER, 0, .options = placement_answers)            \
	X(placement, answered_ms, INSTANT, FF_DERIVED | FF_LIST, 0)                                              \
	X(placement, replaces, REF, FF_DERIVED, 0, .refers = &placement_entity)                                  \
	X(placement, stay, REF, FF_DERIVED | FF_FILTER, 0, .refers = &stay_entity)                               \
	X(placement, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(placement, PLACEMENT_FIELDS)
struct str placement_label(struct arena *a, struct str name, struct str place); /* place absent: none */
