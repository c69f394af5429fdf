/* The vocabulary of requirements. */
#include "office/agreements/vocabulary.h"
#include "platform/i18n/i18n.h"

static const char *const statuses[] = {"student", "apprentice", "continuing", "doctoral", "exchange", NULL};
static const char *const activities[] = {"study", "training", "teaching", "research", NULL};

/* A person can raise what they achieve and learn a language, not their age or passport; the costs order the advice: a better level in
 * a language before a better average before another year. */
static const struct rule_fact facts[STUDENT_FACTS] = {
    [STUDENT_YEAR] =
	{.name = "year", .type = RULE_INT, .label = M_fact_year, .changeable = true, .way = RULE_UP, .cost = 100, .least = 1, .most = 10},
    [STUDENT_AVERAGE] = {.name = "average",
                         .type = RULE_FIXED,
                         .digits = 4,
                         .label = M_fact_average,
                         .changeable = true,
                         .way = RULE_UP,
                         .step = 5000,
                         .cost = 20,
                         .least = 0,
                         .most = 200000},
    [STUDENT_ECTS] = {.name = "ects",
                      .type = RULE_FIXED,
                      .digits = 2,
                      .unit = "ects",
                      .label = M_fact_ects,
                      .changeable = true,
                      .way = RULE_UP,
                      .step = 100,
                      .cost = 2,
                      .least = 0,
                      .most = 60000},
    [STUDENT_FAILED_UNITS] = {.name = "failed_units",
                              .type = RULE_INT,
                              .label = M_fact_failed_units,
                              .changeable = true,
                              .way = RULE_DOWN,
                              .cost = 15,
                              .least = 0,
                              .most = 60},
    [STUDENT_STATUS] = {.name = "status", .type = RULE_CODE, .codes = statuses, .label = M_fact_status},
    [STUDENT_PROGRAMME] = {.name = "programme", .type = RULE_CODE, .label = M_fact_programme},
    [STUDENT_SPECIALITY] = {.name = "speciality", .type = RULE_CODE, .label = M_fact_speciality},
    [STUDENT_EQF] = {.name = "eqf", .type = RULE_INT, .label = M_fact_eqf},
    [STUDENT_NATIONALITY] = {.name = "nationality", .type = RULE_CODE, .label = M_fact_nationality, .list = "country"},
};

static const struct rule_fact test_fields[STUDENT_TEST_FIELDS] = {
    [STUDENT_TEST_LANGUAGE] = {.name = "lang", .type = RULE_CODE, .label = M_fact_test_language, .list = "language"},
    [STUDENT_TEST_LEVEL] = {.name = "cefr", .type = RULE_CEFR, .label = M_fact_test_level, .changeable = true, .way = RULE_UP, .cost = 10},
    [STUDENT_TEST_DATE] = {.name = "date", .type = RULE_DATE, .label = M_fact_test_date},
};

static const struct rule_fact mobility_fields[STUDENT_MOBILITY_FIELDS] = {
    [STUDENT_MOBILITY_ACTIVITY] = {.name = "activity", .type = RULE_CODE, .codes = activities, .label = M_fact_mobility_activity},
    [STUDENT_MOBILITY_EQF] = {.name = "eqf", .type = RULE_INT, .label = M_fact_mobility_eqf},
    [STUDENT_MOBILITY_COUNTRY] = {.name = "country", .type = RULE_CODE, .label = M_fact_mobility_country, .list = "country"},
    [STUDENT_MOBILITY_DAYS] = {.name = "days", .type = RULE_INT, .unit = "days", .label = M_fact_mobility_days},
    [STUDENT_MOBILITY_WEEKS] = {.name = "weeks", .type = RULE_INT, .unit = "weeks", .label = M_fact_mobility_weeks},
};

static const struct rule_set sets[STUDENT_SETS] = {
    [STUDENT_TESTS] = {.name = "test",
                       .fields = test_fields,
                       .nfields = STUDENT_TEST_FIELDS,
                       .key = STUDENT_TEST_LANGUAGE,
                       .value = STUDENT_TEST_LEVEL,
                       .label = M_fact_test},
    [STUDENT_MOBILITIES] = {.name = "mobility", .fields = mobility_fields, .nfields = STUDENT_MOBILITY_FIELDS, .label = M_fact_mobility},
};

const struct rule_vocabulary student_vocabulary = {facts, STUDENT_FACTS, sets, STUDENT_SETS};
