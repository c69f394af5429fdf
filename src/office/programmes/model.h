/* What a school teaches, and who is enrolled in it: programmes, terms, courses, enrolments, apprenticeship contracts. */
#pragma once
#include "office/people/model.h"

extern const struct entity programme_entity, term_entity, course_entity, enrolment_entity, apprenticeship_entity,
    apprenticeship_period_entity;
extern const struct option programme_formats[], term_halves[], course_terms[], enrolment_statuses[], period_kinds[];

extern const struct entity *const programmes_entities[]; /* NULL-terminated */
extern const struct import_map *const programmes_maps[];

enum programme_format { FORMAT_INITIAL, FORMAT_APPRENTICESHIP, FORMAT_BOTH, FORMAT_INTERNATIONAL, FORMAT_DOCTORAL };
#define PROGRAMME_FIELDS(X)                                                                                        \
	X(programme, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 30)  \
	X(programme, title, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 240) \
	X(programme, title_en, TEXT, FF_FORM | FF_SEARCH, 240)                                                     \
	X(programme, unit, REF, FF_FORM | FF_LIST | FF_FILTER | FF_UNIT, 0, .refers = &unit_entity)                \
	X(programme, format, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = programme_formats)   \
	X(programme, eqf, CODE, FF_FORM | FF_LIST | FF_FILTER, 0, .list = "eqf")                                   \
	X(programme, isced_f, CODE, FF_FORM | FF_LIST | FF_FILTER, 0, .list = "isced_f")                           \
	X(programme, years, INT, FF_FORM | FF_LIST, 10, .min = 1, .has_min = true)                                 \
	X(programme, weeks_abroad, INT, FF_FORM, 260)                                                              \
	X(programme, cap_months, INT, FF_FORM, 60)
ENTITY_STRUCT(programme, PROGRAMME_FIELDS)

#define TERM_FIELDS(X)                                                                                               \
	X(term, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_TITLE | FF_SEARCH, 80)                              \
	X(term, academic_year, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &academic_year_entity) \
	X(term, half, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = term_halves)                  \
	X(term, starts, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                                          \
	X(term, ends, DATE, FF_REQUIRED | FF_FORM | FF_LIST, 0)
ENTITY_STRUCT(term, TERM_FIELDS)

/* A course of the school or, with `host` set to a partner's code, of a host's catalogue. */
#define COURSE_FIELDS(X)                                                                                        \
	X(course, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 40)  \
	X(course, title, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 300) \
	X(course, title_en, TEXT, FF_FORM | FF_SEARCH, 300)                                                     \
	X(course, host, TEXT, FF_FORM | FF_FILTER | FF_SEARCH, 120)                                             \
	X(course, ects, ECTS, FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 12000, .min = 0, .has_min = true)        \
	X(course, credits_text, TEXT, FF_FORM, 60)                                                              \
	X(course, taught, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = course_terms)                      \
	X(course, language, CODE, FF_FORM | FF_LIST | FF_FILTER, 0, .list = "language")                         \
	X(course, isced_f, CODE, FF_FORM | FF_FILTER, 0, .list = "isced_f")                                     \
	X(course, programmes, TEXT, FF_FORM | FF_SEARCH, 200)                                                   \
	X(course, description, TEXT, FF_FORM | FF_LONG, 8000)
ENTITY_STRUCT(course, COURSE_FIELDS)

enum enrolment_status { ENROLLED_STUDENT, ENROLLED_APPRENTICE, ENROLLED_CONTINUING, ENROLLED_DOCTORAL, ENROLLED_EXCHANGE };
/* One person in one programme in one academic year. `label` is derived. average is out of 20, 1e-4. */
#define ENROLMENT_FIELDS(X)                                                                                               \
	X(enrolment, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE | FF_SORT | FF_FOLD | FF_SEARCH, 300)                   \
	X(enrolment, person, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity) \
	X(enrolment, programme, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &programme_entity)         \
	X(enrolment, academic_year, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &academic_year_entity) \
	X(enrolment, year, INT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 10, .min = 1, .has_min = true)     \
	X(enrolment, status, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = enrolment_statuses)         \
	X(enrolment, speciality, REF, FF_FORM | FF_FILTER, 0, .refers = &unit_entity)                                     \
	X(enrolment, starts, DATE, FF_FORM, 0)                                                                            \
	X(enrolment, ends, DATE, FF_FORM, 0)                                                                              \
	X(enrolment, average, SCORE, FF_FORM | FF_SORT | FF_PERSONAL, 200000, .min = 0, .has_min = true)                  \
	X(enrolment, ects, ECTS, FF_FORM | FF_PERSONAL, 60000, .min = 0, .has_min = true)                                 \
	X(enrolment, failed_units, INT, FF_FORM | FF_PERSONAL, 60, .min = 0, .has_min = true)                             \
	X(enrolment, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(enrolment, ENROLMENT_FIELDS)

/* `number` is that of the deposited contract; periods in files name their contract by it. */
#define APPRENTICESHIP_FIELDS(X)                                                                                               \
	X(apprenticeship, employer, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 200)     \
	X(apprenticeship, person, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0, .refers = &person_entity) \
	X(apprenticeship, number, TEXT, FF_UNIQUE | FF_FORM | FF_LIST | FF_MONO | FF_SEARCH, 40)                               \
	X(apprenticeship, employer_id, TEXT, FF_FORM | FF_MONO | FF_SEARCH, 20)                                                \
	X(apprenticeship, starts, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                                          \
	X(apprenticeship, ends, DATE, FF_REQUIRED | FF_FORM | FF_LIST, 0)                                                      \
	X(apprenticeship, mentor_email, TEXT, FF_FORM | FF_PERSONAL, 200, .check = check_email)                                \
	X(apprenticeship, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(apprenticeship, APPRENTICESHIP_FIELDS)

/* The calendar of a contract: where the apprentice is, when. */
#define APPRENTICESHIP_PERIOD_FIELDS(X)                                                                               \
	X(apprenticeship_period, label, TEXT, FF_DERIVED | FF_LIST | FF_TITLE, 120)                                   \
	X(apprenticeship_period, contract, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER | FF_PERSONAL, 0,         \
	  .refers = &apprenticeship_entity)                                                                           \
	X(apprenticeship_period, kind, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = period_kinds) \
	X(apprenticeship_period, starts, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                          \
	X(apprenticeship_period, ends, DATE, FF_REQUIRED | FF_FORM | FF_LIST, 0)                                      \
	X(apprenticeship_period, unit, REF, FF_DERIVED | FF_UNIT | FF_HIDDEN, 0, .refers = &unit_entity)
ENTITY_STRUCT(apprenticeship_period, APPRENTICESHIP_PERIOD_FIELDS)
