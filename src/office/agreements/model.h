/* Agreements with partners and their cooperation conditions (EWP: IIA). No status is typed: it follows from the dates. */
#pragma once
#include "office/partners/model.h"

extern const struct entity agreement_entity, condition_entity;
extern const struct option agreement_kinds[], mobility_types[], directions[];

extern const struct entity *const agreements_entities[]; /* NULL-terminated */

/* The ladder, from low to high. */
enum agreement_kind { AGREEMENT_MOBILITY, AGREEMENT_COOPERATION, AGREEMENT_DOUBLE_DEGREE, AGREEMENT_STRATEGIC, AGREEMENT_PLACEMENT };
#define AGREEMENT_FIELDS(X)                                                                                  \
	X(agreement, number, TEXT, FF_DERIVED | FF_UNIQUE | FF_SORT | FF_MONO | FF_SEARCH, 20)               \
	X(agreement, title, TEXT, FF_DERIVED | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 400)      \
	X(agreement, partner, REF, FF_REQUIRED | FF_FORM | FF_FILTER, 0, .refers = &partner_entity)          \
	X(agreement, kind, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = agreement_kinds) \
	X(agreement, valid_from, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 0)             \
	X(agreement, valid_to, DATE, FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 0)                             \
	X(agreement, signed_here, DATE, FF_FORM | FF_FILTER, 0)                                              \
	X(agreement, signed_there, DATE, FF_FORM | FF_FILTER, 0)                                             \
	X(agreement, sent, DATE, FF_FORM, 0)                                                                 \
	X(agreement, ended, DATE, FF_FORM, 0)                                                                \
	X(agreement, note, TEXT, FF_FORM | FF_LONG, 4000)
ENTITY_STRUCT(agreement, AGREEMENT_FIELDS)

enum mobility_type { SMS, SMT, SMD, STA, STT };
enum direction { DIRECTION_OUT, DIRECTION_IN };
/* places are per academic year; eqf 5..8; requirement is an expression of the rule language over the student's facts. */
#define CONDITION_FIELDS(X)                                                                                                     \
	X(condition, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE, 300)                                                         \
	X(condition, agreement, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &agreement_entity)               \
	X(condition, mobility, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_EWP, 0, .options = mobility_types)        \
	X(condition, direction, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_EWP, 0, .options = directions)           \
	X(condition, places, INT, FF_REQUIRED | FF_FORM | FF_LIST | FF_EWP, 1000, .min = 0, .has_min = true)                    \
	X(condition, months, INT, FF_FORM | FF_EWP, 36, .min = 0, .has_min = true)                                              \
	X(condition, isced_f, CODE, FF_FORM | FF_LIST | FF_FILTER | FF_EWP, 0, .list = "isced_f")                               \
	X(condition, eqf_from, INT, FF_FORM | FF_EWP, 8, .min = 5, .has_min = true)                                             \
	X(condition, eqf_to, INT, FF_FORM | FF_EWP, 8, .min = 5, .has_min = true)                                               \
	X(condition, language, CODE, FF_FORM | FF_LIST | FF_FILTER | FF_EWP, 0, .list = "language", .group = M_group_languages) \
	X(condition, cefr, CODE, FF_FORM | FF_LIST | FF_EWP, 0, .list = "cefr")                                                 \
	X(condition, language2, CODE, FF_FORM | FF_EWP, 0, .list = "language")                                                  \
	X(condition, cefr2, CODE, FF_FORM | FF_EWP, 0, .list = "cefr")                                                          \
	X(condition, first_year, REF, FF_FORM, 0, .refers = &academic_year_entity, .group = M_group_years)                      \
	X(condition, last_year, REF, FF_FORM, 0, .refers = &academic_year_entity)                                               \
	X(condition, blended, BOOL, FF_FORM | FF_EWP, 0, .group = M_group_asked)                                                \
	X(condition, requirement, TEXT, FF_FORM | FF_LONG, 2000, .check = check_requirement)                                    \
	X(condition, requirement_source, TEXT, FF_FORM, 400)
enum err check_requirement(struct cx *cx, const struct field *f, struct str *value); /* parses in the student vocabulary */
ENTITY_STRUCT(condition, CONDITION_FIELDS)
