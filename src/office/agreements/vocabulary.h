/* What a requirement may ask of a person: the vocabulary of the rule language for conditions, campaigns and schemes. Who evaluates
 * fills the facts in this order. */
#pragma once
#include "platform/rule/rule.h"

enum student_fact {
	STUDENT_YEAR,    /* of study */
	STUDENT_AVERAGE, /* out of 20, four decimals as in enrolment.average */
	STUDENT_ECTS,    /* hundredths */
	STUDENT_FAILED_UNITS,
	STUDENT_STATUS,      /* codes of enrolment_statuses */
	STUDENT_PROGRAMME,   /* code */
	STUDENT_SPECIALITY,  /* code of the unit */
	STUDENT_EQF,         /* level of the programme, 5 to 8 */
	STUDENT_NATIONALITY, /* ISO 3166-1 */
	STUDENT_FACTS,
};
enum student_set { STUDENT_TESTS, STUDENT_MOBILITIES, STUDENT_SETS };
/* test(en) >= B2: the best level on record */
enum student_test_field { STUDENT_TEST_LANGUAGE, STUDENT_TEST_LEVEL, STUDENT_TEST_DATE, STUDENT_TEST_FIELDS };
/* sum(days, activity = study|training) <= 360: earlier stays abroad */
enum student_mobility_field {
	STUDENT_MOBILITY_ACTIVITY, /* codes of stay_activities */
	STUDENT_MOBILITY_EQF,
	STUDENT_MOBILITY_COUNTRY,
	STUDENT_MOBILITY_DAYS, /* counted as the call says (30/360) */
	STUDENT_MOBILITY_WEEKS,
	STUDENT_MOBILITY_FIELDS,
};
extern const struct rule_vocabulary student_vocabulary;
