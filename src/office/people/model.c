/* People of a school: descriptors, words, and checks of their values. */
#include "office/people/model.h"
#include "base/date.h"
#include "office/people/checks.h"
#include "office/people/flow.h"
#include "platform/assets/icons.h"

const struct option unit_kinds[] = {{"school", M_unit_kind_school},         {"department", M_unit_kind_department},
                                    {"service", M_unit_kind_service},       {"speciality", M_unit_kind_speciality},
                                    {"laboratory", M_unit_kind_laboratory}, {0}};
/* As learning agreements say it; files write the letter. */
const struct option genders[] = {{"F", M_gender_female}, {"M", M_gender_male}, {"X", M_gender_undefined}, {0}};
const struct option identifier_schemes[] = {{"esi", M_identifier_scheme_esi},
                                            {"ine", M_identifier_scheme_ine},
                                            {"orcid", M_identifier_scheme_orcid},
                                            {"eef", M_identifier_scheme_eef},
                                            {"cvec", M_identifier_scheme_cvec},
                                            {"other", M_identifier_scheme_other},
                                            {0}};
const struct option employment_categories[] = {{"lecturer", M_employment_category_lecturer},
                                               {"researcher", M_employment_category_researcher},
                                               {"administrative", M_employment_category_administrative},
                                               {"visiting", M_employment_category_visiting},
                                               {0}};
const struct option language_proofs[] = {
    {"toeic", M_language_proof_toeic},         {"toefl", M_language_proof_toefl},           {"ielts", M_language_proof_ielts},
    {"cambridge", M_language_proof_cambridge}, {"other_test", M_language_proof_other_test}, {"course", M_language_proof_course},
    {"native", M_language_proof_native},       {"declared", M_language_proof_declared},     {0}};

ENTITY_TABLE(unit, UNIT_FIELDS);
ENTITY_TABLE(academic_year, ACADEMIC_YEAR_FIELDS);
ENTITY_TABLE(person, PERSON_FIELDS);
ENTITY_TABLE(identifier, IDENTIFIER_FIELDS);
ENTITY_TABLE(language_level, LANGUAGE_LEVEL_FIELDS);
ENTITY_TABLE(employment, EMPLOYMENT_FIELDS);

enum err check_dates(struct cx *cx, int64_t starts, int64_t ends, const char *field, int label)
{
	if (starts == UNKNOWN || ends == UNKNOWN || starts <= ends) return OK;
	return fail(cx, ERR_INVALID, field, M_dates_order, ARG_M("field", label), ARG_S("value", date_text(cx, ends)),
	            ARG_S("start", date_text(cx, starts)));
}

/* RFC 5321 in the part that people have: dot-atom, one @, a domain with a dot; 64 and 254 bytes at most. UTF-8 (RFC 6531) passes. */
static bool email_local(struct str s)
{
	if (s.len == 0 || s.len > 64 || s.ptr[0] == '.' || s.ptr[s.len - 1] == '.') return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c <= ' ' || c == 0x7f || strchr("\"(),:;<>@[\\]", c)) return false;
		if (c == '.' && s.ptr[i - 1] == '.') return false;
	}
	return true;
}

static bool email_domain(struct str s)
{
	struct str label;
	size_t labels = 0;
	while (str_split(&s, '.', &label)) {
		if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-') return false;
		for (size_t i = 0; i < label.len; i++) {
			unsigned char c = (unsigned char)label.ptr[i];
			bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
			if (!plain && c < 0x80) return false;
		}
		labels++;
	}
	return labels >= 2;
}

enum err check_email(struct cx *cx, const struct field *f, struct str *value)
{
	size_t at = str_find_char(*value, '@');
	if (at != STR_NPOS && value->len <= 254 && email_local(str_sub(*value, 0, at)) && email_domain(str_sub(*value, at + 1, value->len)))
		return OK;
	return fail(cx, ERR_INVALID, f->name, M_field_email, ARG_M("field", f->label), ARG_S("value", *value));
}

static enum err academic_year_validate(struct cx *cx, const void *row)
{
	const struct academic_year *y = row;
	return check_dates(cx, y->starts, y->ends, "ends", M_academic_year_ends);
}

/* As people are listed. A person of one name has only a family name. */
static void person_derive(struct cx *cx, void *row)
{
	struct person *p = row;
	p->name = str_blank(p->given) ? p->family : str_fmt(cx->arena, "%.*s %.*s", STR_ARG(p->family), STR_ARG(p->given));
}

/* GEANT wiki, European Student Identifier 1.0: the prefix is compared without case. */
#define ESI_PREFIX STR("urn:schac:personalUniqueCode:int:esi:")

static bool is_esi(struct str s)
{
	struct str prefix = ESI_PREFIX;
	return s.len > prefix.len && s.len <= 255 && str_eq_nocase(str_sub(s, 0, prefix.len), prefix) &&
	       str_find_char(str_sub(s, prefix.len, s.len), ':') != STR_NPOS;
}

/* ISO 7064 MOD 11-2 over sixteen characters, hyphens apart. */
static bool is_orcid(struct str s)
{
	int total = 0, n = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '-') continue;
		if (n == 15)
			return i + 1 == s.len && (12 - total % 11) % 11 == (c == 'X' || c == 'x'   ? 10
			                                                    : c >= '0' && c <= '9' ? c - '0'
			                                                                           : -1);
		if (c < '0' || c > '9') return false;
		total = (total + (c - '0')) * 2;
		n++;
	}
	return false;
}

static enum err identifier_validate(struct cx *cx, const void *row)
{
	const struct identifier *d = row;
	if (d->scheme == 0 && !str_blank(d->value) && !is_esi(d->value))
		return fail(cx, ERR_INVALID, "value", M_identifier_esi, ARG_S("value", d->value), ARG_S("start", ESI_PREFIX));
	if (d->scheme == 2 && !str_blank(d->value) && !is_orcid(d->value))
		return fail(cx, ERR_INVALID, "value", M_identifier_orcid, ARG_S("value", d->value));
	return check_dates(cx, d->valid_from, d->valid_to, "valid_to", M_identifier_valid_to);
}

/* One text for both languages: codes. */
static void language_level_derive(struct cx *cx, void *row)
{
	struct language_level *l = row;
	l->label = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(l->language), STR_ARG(l->cefr));
}

enum err person_unit(struct cx *cx, struct uuid person, struct uuid *unit)
{
	struct person *p = entity_new(cx, &person_entity);
	bool found = false;
	*unit = UUID_NONE;
	if (uuid_none(person)) return OK;
	TRY(entity_load(cx, &person_entity, person, p, &found));
	if (found) *unit = p->unit;
	return OK;
}

static enum err language_level_fill(struct cx *cx, void *row)
{
	struct language_level *l = row;
	return person_unit(cx, l->person, &l->unit);
}

static enum err employment_validate(struct cx *cx, const void *row)
{
	const struct employment *e = row;
	return check_dates(cx, e->starts, e->ends, "ends", M_employment_ends);
}

static const struct entity_ops unit_ops = {unit_flow_create, unit_flow_change, unit_flow_archive, true};
static const struct entity_ops academic_year_ops = {academic_year_flow_create, academic_year_flow_change, academic_year_flow_archive, true};
static const struct entity_ops person_ops = {person_flow_create, person_flow_change, person_flow_archive, true};
static const struct entity_ops identifier_ops = {identifier_flow_create, identifier_flow_change, identifier_flow_archive, true};
static const struct entity_ops language_level_ops = {language_level_flow_create, language_level_flow_change, language_level_flow_archive,
                                                     true};
static const struct entity_ops employment_ops = {employment_flow_create, employment_flow_change, employment_flow_archive, true};

const struct entity unit_entity = {
    .code = 1,
    .name = "unit",
    .kind = "units",
    .table = "unit",
    .label = M_entity_unit,
    .label_many = M_entity_unit_many,
    .icon = ICON_building_2,
    .size = sizeof(struct unit),
    .fields = unit_fields,
    .fields_len = ARRAY_LEN(unit_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "name",
    .rights = RIGHTS_OFFICE,
    .ops = &unit_ops,
};

const struct entity academic_year_entity = {
    .code = 2,
    .name = "academic_year",
    .kind = "academic-years",
    .table = "academic_year",
    .label = M_entity_academic_year,
    .label_many = M_entity_academic_year_many,
    .icon = ICON_calendar,
    .size = sizeof(struct academic_year),
    .fields = academic_year_fields,
    .fields_len = ARRAY_LEN(academic_year_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "-starts",
    .rights = RIGHTS_OFFICE,
    .ops = &academic_year_ops,
    .validate = academic_year_validate,
};

const struct entity person_entity = {
    .code = 3,
    .name = "person",
    .kind = "people",
    .table = "person",
    .label = M_entity_person,
    .label_many = M_entity_person_many,
    .icon = ICON_user,
    .size = sizeof(struct person),
    .fields = person_fields,
    .fields_len = ARRAY_LEN(person_fields),
    .keys = (const char *const[]){"number", NULL},
    .sort = "name",
    .rights = RIGHTS_OFFICE,
    .ops = &person_ops,
    .derive = person_derive,
};

/* No unit to scope it by: for the office alone. */
const struct entity identifier_entity = {
    .code = 4,
    .name = "identifier",
    .kind = "identifiers",
    .table = "identifier",
    .label = M_entity_identifier,
    .label_many = M_entity_identifier_many,
    .icon = ICON_key,
    .size = sizeof(struct identifier),
    .fields = identifier_fields,
    .fields_len = ARRAY_LEN(identifier_fields),
    .keys = (const char *const[]){"value+scheme", NULL},
    .rights = RIGHTS_OFFICE_ONLY,
    .ops = &identifier_ops,
    .validate = identifier_validate,
};

const struct entity language_level_entity = {
    .code = 5,
    .name = "language_level",
    .kind = "language-levels",
    .table = "language_level",
    .label = M_entity_language_level,
    .label_many = M_entity_language_level_many,
    .icon = ICON_languages,
    .size = sizeof(struct language_level),
    .fields = language_level_fields,
    .fields_len = ARRAY_LEN(language_level_fields),
    .keys = (const char *const[]){"person+language+proof+tested", NULL},
    .sort = "-tested",
    .rights = RIGHTS_OFFICE,
    .ops = &language_level_ops,
    .derive = language_level_derive,
    .fill = language_level_fill,
};

const struct entity employment_entity = {
    .code = 6,
    .name = "employment",
    .kind = "staff",
    .table = "employment",
    .label = M_entity_employment,
    .label_many = M_entity_employment_many,
    .icon = ICON_briefcase,
    .size = sizeof(struct employment),
    .fields = employment_fields,
    .fields_len = ARRAY_LEN(employment_fields),
    .keys = (const char *const[]){"person+unit+title", NULL},
    .rights = RIGHTS_OFFICE,
    .ops = &employment_ops,
    .validate = employment_validate,
};

const struct entity *const people_entities[] = {
    &unit_entity, &academic_year_entity, &person_entity, &identifier_entity, &language_level_entity, &employment_entity, NULL};
