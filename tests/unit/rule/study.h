/* A vocabulary like the one of the real rules, for the tests of the rule language. */
#pragma once
#include "../tap.h"
#include "base/date.h"
#include "platform/rule/rule.h"

enum { FACT_YEAR, FACT_AVERAGE, FACT_APPRENTICE, FACT_STATUS, FACT_LEVEL, FACT_BORN, FACT_COUNT };
enum { SEG_HEI, SEG_COUNTRY, SEG_KIND, SEG_STATUS, SEG_LEVEL, SEG_MODE, SEG_WEEKS, SEG_SEMESTERS, SEG_ECTS, SEG_FIELDS };
enum { SET_SEGMENT, SET_TEST, SET_COUNT };

static const char *const study_levels[] = {"prep1", "prep2", "ing1", "ing2", "ing3", NULL};
static const char *const study_kinds[] = {"academic", "internship", "thesis", "language", NULL};
static const char *const study_states[] = {"planned", "validated", NULL};

static const struct rule_fact study_facts[FACT_COUNT] = {
    [FACT_YEAR] = {.name = "year", .type = RULE_INT, .label = 1, .source = "enrolment"},
    [FACT_AVERAGE] = {.name = "average", .type = RULE_FIXED, .digits = 2, .label = 2, .source = "results"},
    [FACT_APPRENTICE] = {.name = "apprentice", .type = RULE_BOOL, .label = 3, .source = "contract"},
    [FACT_STATUS] = {.name = "status", .type = RULE_CODE, .label = 4, .source = "enrolment"},
    [FACT_LEVEL] = {.name = "level", .type = RULE_CODE, .codes = study_levels, .ordered = true, .label = 5},
    [FACT_BORN] = {.name = "born", .type = RULE_DATE, .label = 6},
};
static const struct rule_fact segment_fields[SEG_FIELDS] = {
    [SEG_HEI] = {.name = "hei", .type = RULE_CODE},
    [SEG_COUNTRY] = {.name = "country", .type = RULE_CODE},
    [SEG_KIND] = {.name = "kind", .type = RULE_CODE, .codes = study_kinds},
    [SEG_STATUS] = {.name = "status", .type = RULE_CODE, .codes = study_states},
    [SEG_LEVEL] = {.name = "level", .type = RULE_CODE, .codes = study_levels, .ordered = true},
    [SEG_MODE] = {.name = "mode", .type = RULE_CODE},
    [SEG_WEEKS] = {.name = "weeks", .type = RULE_INT, .unit = "weeks", .label = 20},
    [SEG_SEMESTERS] = {.name = "semesters", .type = RULE_INT, .unit = "semesters", .label = 21},
    [SEG_ECTS] = {.name = "ects", .type = RULE_FIXED, .digits = 2, .unit = "ects", .label = 22},
};
static const struct rule_fact test_fields[] = {
    {.name = "lang", .type = RULE_CODE},
    {.name = "cefr", .type = RULE_CEFR, .changeable = true, .cost = 10},
    {.name = "date", .type = RULE_DATE},
};
static const struct rule_set study_sets[SET_COUNT] = {
    [SET_SEGMENT] = {.name = "segment", .fields = segment_fields, .nfields = SEG_FIELDS, .label = 30, .source = "study plan"},
    [SET_TEST] = {.name = "test", .fields = test_fields, .nfields = 3, .key = 0, .value = 1, .label = 31, .source = "language record"},
};
static const struct rule_vocabulary study = {study_facts, FACT_COUNT, study_sets, SET_COUNT};

#define CODE(z) RULE_TEXT(str_of(z))
#define SEGMENT(hei_, country_, kind_, status_, level_, mode_, weeks_, semesters_, ects_)                                          \
	CODE(hei_), CODE(country_), CODE(kind_), CODE(status_), CODE(level_), CODE(mode_), RULE_NUM(weeks_), RULE_NUM(semesters_), \
	    RULE_NUM(ects_)

__attribute__((unused)) static struct rule_expr *rule_must(struct arena *a, const char *text, const struct rule_vocabulary *v)
{
	struct rule_expr *e = NULL;
	struct rule_error error;
	if (!rule_parse(a, str_of(text), &e, &error) || !rule_check(a, e, v, &error)) {
		printf("# %s: column %zu: expected %s\n", text, error.column, rule_expect_text(error.expected));
		return NULL;
	}
	return e;
}
