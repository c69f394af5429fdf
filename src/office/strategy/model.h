/* The school's strategy as it is written: dated versions, their sentences, and the indicators that measure them. What an indicator
 * counts is data: queries of lists, so that a figure and the records it opens are one question (flow.h). */
#pragma once
#include "office/people/model.h"

extern const struct entity strategy_entity, sentence_entity, indicator_entity, indicator_link_entity;
extern const struct option strategy_sections[], indicator_methods[];
extern const struct entity *const strategy_entities[]; /* NULL-terminated */

/* A list's question as an address: "opportunities?filter=campaign.scheme:short&filter=campaign.academic_year:{year}". In it {year}
 * is the academic year asked for, {starts}, {ends} and {today} are dates. */
enum err check_source(struct cx *cx, const struct field *f, struct str *value);

/* A version in force from `starts`; the latest one that has begun and not ended is the school's. */
#define STRATEGY_FIELDS(X)                                                                                        \
	X(strategy, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 30)  \
	X(strategy, title, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 200) \
	X(strategy, title_en, TEXT, FF_FORM | FF_SEARCH, 200)                                                     \
	X(strategy, edition, INT, FF_FORM | FF_LIST, 999, .min = 1, .has_min = true)                              \
	X(strategy, owner, REF, FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &unit_entity)                         \
	X(strategy, starts, DATE, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT, 0)                                   \
	X(strategy, ends, DATE, FF_FORM | FF_LIST, 0)                                                             \
	X(strategy, source, TEXT, FF_FORM | FF_SEARCH, 400)
ENTITY_STRUCT(strategy, STRATEGY_FIELDS)

enum strategy_section { SECTION_STRATEGY, SECTION_PROJECTS, SECTION_P1, SECTION_P2, SECTION_P3, SECTION_P4, SECTION_P5, SECTIONS };
/* `code` is derived: "2024-2027 P3.1". text stands as it was written, in its language, even where it is wrong; `reading` says
 * how the school reads it. */
#define SENTENCE_FIELDS(X)                                                                                       \
	X(sentence, code, TEXT, FF_DERIVED | FF_UNIQUE | FF_LIST | FF_SORT | FF_TITLE | FF_MONO | FF_SEARCH, 60) \
	X(sentence, strategy, REF, FF_REQUIRED | FF_FORM | FF_FILTER, 0, .refers = &strategy_entity)             \
	X(sentence, section, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = strategy_sections) \
	X(sentence, position, INT, FF_REQUIRED | FF_FORM, 999, .min = 1, .has_min = true)                        \
	X(sentence, text, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_LONG | FF_SEARCH, 2000)                     \
	X(sentence, language, CODE, FF_REQUIRED | FF_FORM | FF_FILTER, 0, .list = "language")                    \
	X(sentence, translation, TEXT, FF_FORM | FF_LONG | FF_SEARCH, 2000)                                      \
	X(sentence, reading, TEXT, FF_FORM | FF_LONG, 1000)                                                      \
	X(sentence, reading_en, TEXT, FF_FORM | FF_LONG, 1000)                                                   \
	X(sentence, source, TEXT, FF_FORM, 400)
ENTITY_STRUCT(sentence, SENTENCE_FIELDS)

enum indicator_method {
	METHOD_COUNT,  /* a; d: what is planned for the whole year */
	METHOD_SHARE,  /* a of b */
	METHOD_STEPS,  /* a opened, b of them filled, c of them realised; d: opened or still to be opened */
	METHOD_PARITY, /* (a of b) compared with (c of d): K3 */
};
/* label, wording, reading: French, with _en in English. target: a number for COUNT and STEPS, a year; span_target: over the last
 * span_years together. threshold, 1e-4: the least share or ratio that is not behind. small_cells: counts below are hidden in what
 * is shared; 0 where no person is counted. */
#define INDICATOR_SOURCE(X, s)                                                                                          \
	X(indicator, source_##s, TEXT, FF_FORM | FF_MONO, 2000, .check = check_source, .help = M_indicator_source_help) \
	X(indicator, wording_##s, TEXT, FF_FORM, 300)                                                                   \
	X(indicator, wording_##s##_en, TEXT, FF_FORM, 300)
#define INDICATOR_FIELDS(X)                                                                                        \
	X(indicator, code, TEXT, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH, 20)  \
	X(indicator, label, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 200) \
	X(indicator, label_en, TEXT, FF_FORM | FF_SEARCH, 200)                                                     \
	X(indicator, section, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = strategy_sections)                \
	X(indicator, method, ENUM, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .options = indicator_methods)   \
	X(indicator, owner, REF, FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &unit_entity)                         \
	INDICATOR_SOURCE(X, a)                                                                                     \
	INDICATOR_SOURCE(X, b)                                                                                     \
	INDICATOR_SOURCE(X, c)                                                                                     \
	INDICATOR_SOURCE(X, d)                                                                                     \
	X(indicator, target, INT, FF_FORM | FF_LIST, 1000000, .min = 0, .has_min = true)                           \
	X(indicator, span_years, INT, FF_FORM, 10, .min = 2, .has_min = true)                                      \
	X(indicator, span_target, INT, FF_FORM, 10000000, .min = 0, .has_min = true)                               \
	X(indicator, threshold, SCORE, FF_FORM, 1000000, .min = 0, .has_min = true)                                \
	X(indicator, small_cells, INT, FF_FORM, 1000, .min = 0, .has_min = true)                                   \
	X(indicator, reading, TEXT, FF_FORM | FF_LONG, 1000)                                                       \
	X(indicator, reading_en, TEXT, FF_FORM | FF_LONG, 1000)                                                    \
	X(indicator, source, TEXT, FF_FORM, 200)
ENTITY_STRUCT(indicator, INDICATOR_FIELDS)
enum { INDICATOR_SOURCES = 4 };

/* The indicator measures the sentence. `label` is derived: "2024-2027 P3.1 K2". */
#define INDICATOR_LINK_FIELDS(X)                                                                                     \
	X(indicator_link, label, TEXT, FF_DERIVED | FF_UNIQUE | FF_LIST | FF_SORT | FF_TITLE, 120)                   \
	X(indicator_link, sentence, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &sentence_entity) \
	X(indicator_link, indicator, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &indicator_entity)
ENTITY_STRUCT(indicator_link, INDICATOR_LINK_FIELDS)

/* One of the four: the query, and its words in the language of cx; absent when blank. */
struct str indicator_source(const struct indicator *i, size_t at);
struct str indicator_wording(struct cx *cx, const struct indicator *i, size_t at);
struct str indicator_label(struct cx *cx, const struct indicator *i);
struct str indicator_reading(struct cx *cx, const struct indicator *i);
struct str sentence_reading(struct cx *cx, const struct sentence *s);
/* The query of a source with its words put in; absent dates and years give ERR_INVALID. `field`: where problems go. */
enum err indicator_query(struct cx *cx, const char *field, struct str source, const struct academic_year *year,
                         struct list_query *out) MUST_CHECK;
