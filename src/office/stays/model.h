/* Stays: one mobility of one person, out or in. One engine for students, apprentices, PhD students, lecturers and staff.
 * The state is never typed: it follows from the instants and dates below, and says who holds the pen and since when. */
#pragma once
#include "office/agreements/model.h"
#include "office/programmes/model.h"

extern const struct entity stay_entity;
extern const struct option stay_activities[], stay_categories[], stay_schemes[], travel_modes[], stay_states[], stay_pens[];

extern const struct entity *const stays_entities[]; /* NULL-terminated */
extern const struct import_map *const stays_maps[];

enum stay_activity { ACTIVITY_STUDY, ACTIVITY_TRAINING, ACTIVITY_TEACHING, ACTIVITY_RESEARCH };
enum stay_category { CATEGORY_STUDENT, CATEGORY_APPRENTICE, CATEGORY_DOCTORAL, CATEGORY_LECTURER, CATEGORY_STAFF };
enum stay_pen { STAY_PEN_NOBODY, STAY_PEN_PERSON, STAY_PEN_OFFICE, STAY_PEN_PARTNER };
/* What the stay waits for. */
enum stay_state {
	STAY_TO_ACCEPT,   /* by the person */
	STAY_TO_NOMINATE, /* by the office, or by the partner for who comes in */
	STAY_TO_BE_NOMINATED,
	STAY_HOST_TO_ACCEPT,
	STAY_TO_ADMIT, /* by the office: who comes in */
	STAY_TO_LEAVE,
	STAY_AWAY,
	STAY_TO_RECOGNISE,
	STAY_DONE,
	STAY_OFF,  /* cancelled */
	STAY_PAST, /* a line of a statistic: waits for nothing */
};
enum stay_scheme { SCHEME_LONG, SCHEME_SHORT, SCHEME_DOUBLE_DEGREE };
/* *_now are derived from the facts (stay_now): since_now is the day from which the pen is theirs, due_now the day it is due; both may
 * lie ahead. cycle is that of the learner, by year of study (table study_cycle) or doctoral; lecturers and staff have none.
 * Each stay has exactly one activity and one category (C04). Rows of public statistics have no person: import_key matches
 * them by content and occurrence, home_text and host_text name the places as the file does, and duration is in months, with two
 * decimals (the type of ECTS credits). */
#define STAY_FIELDS(X)                                                                                           \
	X(stay, number, TEXT, FF_DERIVED | FF_UNIQUE | FF_SORT | FF_MONO | FF_SEARCH, 20)                        \
	X(stay, title, TEXT, FF_DERIVED | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH | FF_PERSONAL, 500) \
	X(stay, state_now, ENUM, FF_DERIVED | FF_LIST | FF_FILTER, 0, .options = stay_states)                    \
	X(stay, pen_now, ENUM, FF_DERIVED | FF_FILTER, 0, .options = stay_pens)                                  \
	X(stay, since_now, DATE, FF_DERIVED | FF_FILTER | FF_SORT, 0)                                            \
	X(stay, due_now, DATE, FF_DERIVED | FF_FILTER | FF_SORT, 0)                                              \
	X(stay, cycle, CODE, FF_DERIVED | FF_FILTER, 0, .list = "eqf")                                           \
	X(stay, person, REF, FF_FORM | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity)                     \
	X(stay, direction, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = directions)          \
	X(stay, activity, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = stay_activities)      \
	X(stay, category, ENUM, FF_REQUIRED | FF_FORM | FF_FILTER, 0, .options = stay_categories)                \
	X(stay, scheme, ENUM, FF_FORM | FF_FILTER, 0, .options = stay_schemes)                                   \
	X(stay, partner, REF, FF_FORM | FF_FILTER, 0, .refers = &partner_entity, .group = M_group_where)         \
	X(stay, condition, REF, FF_FORM, 0, .refers = &condition_entity)                                         \
	X(stay, academic_year, REF, FF_FORM | FF_FILTER, 0, .refers = &academic_year_entity)                     \
	X(stay, programme_year, INT, FF_FORM | FF_FILTER, 10, .min = 1, .has_min = true)                         \
	X(stay, starts, DATE, FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 0, .group = M_group_when)                 \
	X(stay, ends, DATE, FF_FORM | FF_FILTER, 0)                                                              \
	X(stay, travel, ENUM, FF_FORM | FF_FILTER, 0, .options = travel_modes)                                   \
	X(stay, accepted_ms, INSTANT, FF_DERIVED, 0)                                                             \
	X(stay, nominated_ms, INSTANT, FF_DERIVED, 0)                                                            \
	X(stay, host_accepted_ms, INSTANT, FF_DERIVED, 0)                                                        \
	X(stay, arrived, DATE, FF_FORM, 0)                                                                       \
	X(stay, departed, DATE, FF_FORM, 0)                                                                      \
	X(stay, recognised_ms, INSTANT, FF_DERIVED, 0)                                                           \
	X(stay, cancelled_ms, INSTANT, FF_DERIVED, 0)                                                            \
	X(stay, cancel_reason, TEXT, FF_DERIVED, 400)                                                            \
	X(stay, origin, TEXT, FF_DERIVED | FF_FILTER, 80)                                                        \
	X(stay, home_text, TEXT, FF_FORM | FF_FILTER | FF_SEARCH, 200, .group = M_group_more)                    \
	X(stay, host_text, TEXT, FF_FORM | FF_SEARCH, 200)                                                       \
	X(stay, nationality, CODE, FF_FORM | FF_FILTER, 0, .list = "country")                                    \
	X(stay, gender, ENUM, FF_FORM | FF_FILTER, 0, .options = genders)                                        \
	X(stay, age, INT, FF_FORM, 120, .min = 10, .has_min = true)                                              \
	X(stay, subject, TEXT, FF_FORM | FF_FILTER, 20)                                                          \
	X(stay, years_done, INT, FF_FORM, 30, .min = 0, .has_min = true)                                         \
	X(stay, duration, ECTS, FF_FORM, 3600, .min = 0, .has_min = true)                                        \
	X(stay, ects_planned, ECTS, FF_FORM, 40000, .min = 0, .has_min = true)                                   \
	X(stay, language, CODE, FF_FORM | FF_FILTER, 0, .list = "language")                                      \
	X(stay, grant_cents, MONEY, FF_FORM, 10000000000, .min = 0, .has_min = true)                             \
	X(stay, import_key, TEXT, FF_FORM | FF_HIDDEN | FF_MONO, 40)                                             \
	X(stay, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(stay, STAY_FIELDS)
