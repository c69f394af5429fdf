/* People of a school: units, academic years, persons, their identifiers and languages, staff posts.
 * One person = one human per school, over all roles and years. */
#pragma once
#include "office/people/roles.h"
#include "platform/entity/expand.h"

struct import_map; /* platform/record/import.h */

enum err check_email(struct cx *cx, const struct field *f, struct str *value); /* one address, as RFC 5321 lets people write it */

extern const struct entity unit_entity, academic_year_entity, person_entity, identifier_entity, language_level_entity, employment_entity;

extern const struct entity *const people_entities[]; /* NULL-terminated */

enum unit_kind { UNIT_SCHOOL, UNIT_DEPARTMENT, UNIT_SERVICE, UNIT_SPECIALITY, UNIT_LABORATORY };
extern const struct option unit_kinds[], genders[], identifier_schemes[], employment_categories[], language_proofs[];

#define UNIT_FIELDS(X)                                                                                       \
	X(unit, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 20) \
	X(unit, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 200) \
	X(unit, name_en, TEXT, FF_FORM | FF_SEARCH, 200)                                                     \
	X(unit, kind, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = unit_kinds)           \
	X(unit, parent, REF, FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &unit_entity)                       \
	X(unit, email, TEXT, FF_FORM, 200, .check = check_email)
ENTITY_STRUCT(unit, UNIT_FIELDS)

/* Rows of a school, never computed. Title is the code: 2026-27. */
#define ACADEMIC_YEAR_FIELDS(X)                                                                                                  \
	X(academic_year, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_TITLE | FF_MONO | FF_SEARCH, 20) \
	X(academic_year, starts, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                                             \
	X(academic_year, ends, DATE, FF_REQUIRED | FF_FORM | FF_LIST, 0)
ENTITY_STRUCT(academic_year, ACADEMIC_YEAR_FIELDS)

/* `name` is derived: as people are listed, family name first. One-word names are valid: only family is required. */
#define PERSON_FIELDS(X)                                                                                                         \
	X(person, name, TEXT, FF_DERIVED | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH | FF_PERSONAL, 300)                \
	X(person, number, TEXT, FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH | FF_PERSONAL, 40)                 \
	X(person, family, TEXT, FF_REQUIRED | FF_FORM | FF_PERSONAL, 120)                                                        \
	X(person, given, TEXT, FF_FORM | FF_PERSONAL, 120)                                                                       \
	X(person, birth_name, TEXT, FF_FORM | FF_SEARCH | FF_PERSONAL, 120)                                                      \
	X(person, preferred, TEXT, FF_FORM | FF_SEARCH | FF_PERSONAL, 120)                                                       \
	X(person, latin, TEXT, FF_FORM | FF_SEARCH | FF_PERSONAL, 240)                                                           \
	X(person, email, TEXT, FF_FORM | FF_LIST | FF_SEARCH | FF_PERSONAL, 200, .check = check_email, .group = M_group_contact) \
	X(person, birth_date, DATE, FF_FORM | FF_PERSONAL, 0)                                                                    \
	X(person, gender, ENUM, FF_FORM | FF_FILTER | FF_PERSONAL, 0, .options = genders)                                        \
	X(person, nationality, CODE, FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .list = "country")                          \
	X(person, language, CODE, FF_FORM, 0, .list = "language")                                                                \
	X(person, unit, REF, FF_FORM | FF_FILTER | FF_UNIT, 0, .refers = &unit_entity)
ENTITY_STRUCT(person, PERSON_FIELDS)

#define IDENTIFIER_FIELDS(X)                                                                                               \
	X(identifier, value, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_TITLE | FF_SEARCH | FF_MONO | FF_PERSONAL, 120)    \
	X(identifier, scheme, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = identifier_schemes)         \
	X(identifier, person, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity) \
	X(identifier, valid_from, DATE, FF_FORM, 0)                                                                        \
	X(identifier, valid_to, DATE, FF_FORM, 0)
ENTITY_STRUCT(identifier, IDENTIFIER_FIELDS)

/* A proven level: the rules look for the best one valid at a date. `label` is derived. */
#define LANGUAGE_LEVEL_FIELDS(X)                                                                                               \
	X(language_level, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE, 200)                                                   \
	X(language_level, person, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity) \
	X(language_level, language, CODE, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .list = "language")                  \
	X(language_level, cefr, CODE, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .list = "cefr")                          \
	X(language_level, proof, ENUM, FF_FORM | FF_LIST, 0, .options = language_proofs)                                       \
	X(language_level, tested, DATE, FF_FORM | FF_LIST | FF_SORT, 0)                                                        \
	X(language_level, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(language_level, LANGUAGE_LEVEL_FIELDS)

#define EMPLOYMENT_FIELDS(X)                                                                                               \
	X(employment, title, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_TITLE | FF_SEARCH, 200)                            \
	X(employment, person, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity) \
	X(employment, unit, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_UNIT, 0, .refers = &unit_entity)         \
	X(employment, category, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = employment_categories)    \
	X(employment, starts, DATE, FF_FORM | FF_LIST, 0)                                                                  \
	X(employment, ends, DATE, FF_FORM | FF_LIST, 0)
ENTITY_STRUCT(employment, EMPLOYMENT_FIELDS)
