/* What a school teaches and who is enrolled: descriptors, words, checks, and what is derived. */
#include "office/programmes/model.h"
#include "base/date.h"
#include "office/people/checks.h"
#include "office/programmes/flow.h"
#include "platform/assets/icons.h"

const struct option programme_formats[] = {{"initial", M_programme_format_initial},   {"apprenticeship", M_programme_format_apprenticeship},
                                           {"both", M_programme_format_both},         {"international", M_programme_format_international},
                                           {"doctoral", M_programme_format_doctoral}, {0}};
const struct option term_halves[] = {{"autumn", M_term_half_autumn}, {"spring", M_term_half_spring}, {"year", M_term_half_year}, {0}};
const struct option course_terms[] = {{"autumn", M_course_term_autumn}, {"spring", M_course_term_spring}, {"both", M_course_term_both},
                                      {"summer", M_course_term_summer}, {"year", M_course_term_year},     {0}};
const struct option enrolment_statuses[] = {{"student", M_enrolment_status_student},       {"apprentice", M_enrolment_status_apprentice},
                                            {"continuing", M_enrolment_status_continuing}, {"doctoral", M_enrolment_status_doctoral},
                                            {"exchange", M_enrolment_status_exchange},     {0}};
const struct option period_kinds[] = {{"school", M_period_kind_school},
                                      {"company", M_period_kind_company},
                                      {"abroad", M_period_kind_abroad},
                                      {"leave", M_period_kind_leave},
                                      {0}};

ENTITY_TABLE(programme, PROGRAMME_FIELDS);
ENTITY_TABLE(term, TERM_FIELDS);
ENTITY_TABLE(course, COURSE_FIELDS);
ENTITY_TABLE(enrolment, ENROLMENT_FIELDS);
ENTITY_TABLE(apprenticeship, APPRENTICESHIP_FIELDS);
ENTITY_TABLE(apprenticeship_period, APPRENTICESHIP_PERIOD_FIELDS);

static enum err term_validate(struct cx *cx, const void *row)
{
	const struct term *t = row;
	return check_dates(cx, t->starts, t->ends, "ends", M_term_ends);
}

static enum err enrolment_validate(struct cx *cx, const void *row)
{
	const struct enrolment *e = row;
	return check_dates(cx, e->starts, e->ends, "ends", M_enrolment_ends);
}

/* "Durand Camille, CHIM 3, 2026-27". The unit is the speciality, else that of the programme, else that of the person. */
static enum err enrolment_fill(struct cx *cx, void *row)
{
	struct enrolment *e = row;
	struct person *person = entity_new(cx, &person_entity);
	struct programme *programme = entity_new(cx, &programme_entity);
	struct academic_year *year = entity_new(cx, &academic_year_entity);
	bool found;
	TRY(entity_load(cx, &person_entity, e->person, person, &found));
	TRY(entity_load(cx, &programme_entity, e->programme, programme, &found));
	TRY(entity_load(cx, &academic_year_entity, e->academic_year, year, &found));
	e->label = str_fmt(cx->arena, "%.*s, %.*s %lld, %.*s", STR_ARG(person->name), STR_ARG(programme->code),
	                   (long long)(e->year == UNKNOWN ? 0 : e->year), STR_ARG(year->code));
	e->unit = !uuid_none(e->speciality) ? e->speciality : !uuid_none(programme->unit) ? programme->unit : person->unit;
	return OK;
}

/* SIRET: fourteen digits, Luhn; those of La Poste (SIREN 356000000) sum to a multiple of five instead. Other lengths are
 * numbers of other countries and pass. */
static bool siret_fits(struct str s)
{
	int luhn = 0, plain = 0;
	if (s.len != 14) return true;
	for (size_t i = 0; i < 14; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9') return true;
		int digit = s.ptr[i] - '0', twice = digit * 2;
		plain += digit;
		luhn += i % 2 ? digit : twice > 9 ? twice - 9 : twice;
	}
	return luhn % 10 == 0 || (str_starts(s, STR("356000000")) && plain % 5 == 0);
}

static enum err apprenticeship_validate(struct cx *cx, const void *row)
{
	const struct apprenticeship *a = row;
	enum err err = check_dates(cx, a->starts, a->ends, "ends", M_apprenticeship_ends);
	if (siret_fits(a->employer_id)) return err;
	return fail(cx, ERR_INVALID, "employer_id", M_apprenticeship_siret, ARG_S("value", a->employer_id));
}

static enum err apprenticeship_fill(struct cx *cx, void *row)
{
	struct apprenticeship *a = row;
	return person_unit(cx, a->person, &a->unit);
}

static enum err apprenticeship_period_validate(struct cx *cx, const void *row)
{
	const struct apprenticeship_period *p = row;
	return check_dates(cx, p->starts, p->ends, "ends", M_apprenticeship_period_ends);
}

/* Its days: one text for both languages. */
static void apprenticeship_period_derive(struct cx *cx, void *row)
{
	struct apprenticeship_period *p = row;
	p->label = str_fmt(cx->arena, "%.*s – %.*s", STR_ARG(date_iso(cx->arena, p->starts)), STR_ARG(date_iso(cx->arena, p->ends)));
}

static enum err apprenticeship_period_fill(struct cx *cx, void *row)
{
	struct apprenticeship_period *p = row;
	struct apprenticeship *contract = entity_new(cx, &apprenticeship_entity);
	bool found;
	TRY(entity_load(cx, &apprenticeship_entity, p->contract, contract, &found));
	p->unit = found ? contract->unit : UUID_NONE;
	return OK;
}

static const struct entity_ops programme_ops = {programme_flow_create, programme_flow_change, programme_flow_archive, true};
static const struct entity_ops term_ops = {term_flow_create, term_flow_change, term_flow_archive, true};
static const struct entity_ops course_ops = {course_flow_create, course_flow_change, course_flow_archive, true};
static const struct entity_ops enrolment_ops = {enrolment_flow_create, enrolment_flow_change, enrolment_flow_archive, true};
static const struct entity_ops apprenticeship_ops = {apprenticeship_flow_create, apprenticeship_flow_change, apprenticeship_flow_archive,
                                                     true};
static const struct entity_ops apprenticeship_period_ops = {apprenticeship_period_flow_create, apprenticeship_period_flow_change,
                                                            apprenticeship_period_flow_archive, true};

const struct entity programme_entity = {
    .code = 10,
    .name = "programme",
    .kind = "programmes",
    .table = "programme",
    .label = M_entity_programme,
    .label_many = M_entity_programme_many,
    .icon = ICON_graduation_cap,
    .size = sizeof(struct programme),
    .fields = programme_fields,
    .fields_len = ARRAY_LEN(programme_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "title",
    .rights = RIGHTS_OFFICE,
    .ops = &programme_ops,
};

const struct entity term_entity = {
    .code = 11,
    .name = "term",
    .kind = "terms",
    .table = "term",
    .label = M_entity_term,
    .label_many = M_entity_term_many,
    .icon = ICON_calendar,
    .size = sizeof(struct term),
    .fields = term_fields,
    .fields_len = ARRAY_LEN(term_fields),
    .keys = (const char *const[]){"academic_year+name", NULL},
    .sort = "-starts",
    .rights = RIGHTS_OFFICE,
    .ops = &term_ops,
    .validate = term_validate,
};

const struct entity course_entity = {
    .code = 12,
    .name = "course",
    .kind = "courses",
    .table = "course",
    .label = M_entity_course,
    .label_many = M_entity_course_many,
    .icon = ICON_book_open,
    .size = sizeof(struct course),
    .fields = course_fields,
    .fields_len = ARRAY_LEN(course_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "code",
    .rights = RIGHTS_OFFICE,
    .ops = &course_ops,
};

const struct entity enrolment_entity = {
    .code = 13,
    .name = "enrolment",
    .kind = "enrolments",
    .table = "enrolment",
    .label = M_entity_enrolment,
    .label_many = M_entity_enrolment_many,
    .icon = ICON_user_check,
    .size = sizeof(struct enrolment),
    .fields = enrolment_fields,
    .fields_len = ARRAY_LEN(enrolment_fields),
    .keys = (const char *const[]){"person+programme+academic_year", NULL},
    .sort = "label",
    .rights = RIGHTS_OFFICE,
    .ops = &enrolment_ops,
    .fill = enrolment_fill,
    .validate = enrolment_validate,
};

const struct entity apprenticeship_entity = {
    .code = 14,
    .name = "apprenticeship",
    .kind = "apprenticeships",
    .table = "apprenticeship",
    .label = M_entity_apprenticeship,
    .label_many = M_entity_apprenticeship_many,
    .icon = ICON_briefcase,
    .size = sizeof(struct apprenticeship),
    .fields = apprenticeship_fields,
    .fields_len = ARRAY_LEN(apprenticeship_fields),
    .keys = (const char *const[]){"number", "person+starts", NULL},
    .sort = "employer",
    .rights = RIGHTS_OFFICE,
    .ops = &apprenticeship_ops,
    .fill = apprenticeship_fill,
    .validate = apprenticeship_validate,
};

const struct entity apprenticeship_period_entity = {
    .code = 15,
    .name = "apprenticeship_period",
    .kind = "apprenticeship-periods",
    .table = "apprenticeship_period",
    .label = M_entity_apprenticeship_period,
    .label_many = M_entity_apprenticeship_period_many,
    .icon = ICON_calendar,
    .size = sizeof(struct apprenticeship_period),
    .fields = apprenticeship_period_fields,
    .fields_len = ARRAY_LEN(apprenticeship_period_fields),
    .keys = (const char *const[]){"contract+starts", NULL},
    .sort = "starts",
    .rights = RIGHTS_OFFICE,
    .ops = &apprenticeship_period_ops,
    .derive = apprenticeship_period_derive,
    .fill = apprenticeship_period_fill,
    .validate = apprenticeship_period_validate,
};

const struct entity *const programmes_entities[] = {
    &programme_entity, &term_entity, &course_entity, &enrolment_entity, &apprenticeship_entity, &apprenticeship_period_entity, NULL};
