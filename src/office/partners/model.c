/* Institutions, partners, contacts: descriptors, words, checks, and the one spelling of an Erasmus code. */
#include "office/partners/model.h"
#include "base/sb.h"
#include "office/partners/flow.h"
#include "office/people/checks.h"
#include "platform/assets/icons.h"

const struct option partner_kinds[] = {
    {"university", M_partner_kind_university}, {"laboratory", M_partner_kind_laboratory}, {"company", M_partner_kind_company}, {0}};
const struct option partner_tiers[] = {
    {"prospect", M_partner_tier_prospect}, {"standard", M_partner_tier_standard}, {"close", M_partner_tier_close}, {0}};
const struct option contact_roles[] = {{"office", M_contact_role_office},
                                       {"academic", M_contact_role_academic},
                                       {"administrative", M_contact_role_administrative},
                                       {"signatory", M_contact_role_signatory},
                                       {"supervisor", M_contact_role_supervisor},
                                       {"human_resources", M_contact_role_human_resources},
                                       {0}};

ENTITY_TABLE(institution, INSTITUTION_FIELDS);
ENTITY_TABLE(partner, PARTNER_FIELDS);
ENTITY_TABLE(contact, CONTACT_FIELDS);

enum err check_pic(struct cx *cx, const struct field *f, struct str *value)
{
	bool digits = value->len == 9;
	for (size_t i = 0; digits && i < value->len; i++)
		digits = value->ptr[i] >= '0' && value->ptr[i] <= '9';
	return digits ? OK : fail(cx, ERR_INVALID, f->name, M_institution_pic_form, ARG_S("value", *value));
}

static bool upper(char c) { return c >= 'A' && c <= 'Z'; }

static struct str upper_case(struct arena *a, struct str s)
{
	char *p = arena_copy(a, s.ptr, s.len + !s.len);
	for (size_t i = 0; i < s.len; i++)
		if (p[i] >= 'a' && p[i] <= 'z') p[i] = (char)(p[i] - 'a' + 'A');
	return (struct str){p, s.len};
}

/* How many letters are the country: all before a space. Without one: IRL and LUX, which fill their three places, and two letters
 * where the first alone is no country. */
static size_t country_letters(struct str s)
{
	size_t n = 0;
	while (n < s.len && upper(s.ptr[n]))
		n++;
	if (n && n <= 3 && n < s.len && s.ptr[n] == ' ') return n;
	if (str_starts(s, STR("IRL")) || str_starts(s, STR("LUX"))) return 3;
	return n > 3 && !strchr("ABDEFGINPS", s.ptr[0]) ? 2 : 0;
}

struct str erasmus_code_normalise(struct arena *a, struct str raw)
{
	struct str s = upper_case(a, str_trim(raw));
	size_t country = country_letters(s), i = country, town, digits;
	while (i < s.len && s.ptr[i] == ' ')
		i++;
	for (town = i; i < s.len && (upper(s.ptr[i]) || s.ptr[i] == '-');)
		i++;
	struct str name = str_sub(s, town, i - town);
	while (i < s.len && s.ptr[i] == ' ')
		i++;
	for (digits = i; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';)
		i++;
	struct str number = str_sub(s, digits, i - digits);
	if (!country || !name.len || name.len > 10 || !number.len || number.len > 3 || i != s.len) return s;
	return str_fmt(a, "%.*s %.*s%s%.*s", (int)country, s.ptr, STR_ARG(name), number.len == 1 ? "0" : "", STR_ARG(number));
}

/* "https://www.fhv.at/en" -> "fhv.at"; what is no host name (an address of a person, it happens) gives nothing. */
static struct str website_domain(struct arena *a, struct str site)
{
	struct str s = str_lower(a, str_trim(site));
	size_t scheme = str_find(s, STR("://"));
	if (scheme != STR_NPOS) s = str_sub(s, scheme + 3, s.len);
	size_t end = 0;
	while (end < s.len && !strchr("/?#:", s.ptr[end]))
		end++;
	s = str_sub(s, 0, end);
	if (str_starts(s, STR("www."))) s = str_sub(s, 4, s.len);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c < 0x80) return STR_NONE;
	}
	return str_find_char(s, '.') == STR_NPOS ? STR_NONE : s;
}

static void institution_derive(struct cx *cx, void *row)
{
	struct institution *i = row;
	i->erasmus_code_norm = str_blank(i->erasmus_code) ? STR_NONE : erasmus_code_normalise(cx->arena, i->erasmus_code);
	i->domain = str_blank(i->website) ? STR_NONE : website_domain(cx->arena, i->website);
}

static enum err institution_validate(struct cx *cx, const void *row)
{
	const struct institution *i = row;
	return check_dates(cx, i->eche_start, i->eche_end, "eche_end", M_institution_eche_end);
}

static const struct entity_ops institution_ops = {institution_flow_create, institution_flow_change, institution_flow_archive, true};
static const struct entity_ops partner_ops = {partner_flow_create, partner_flow_change, partner_flow_archive, true};
static const struct entity_ops contact_ops = {contact_flow_create, contact_flow_change, contact_flow_archive, true};

const struct entity institution_entity = {
    .code = 20,
    .name = "institution",
    .kind = "institutions",
    .table = "institution",
    .label = M_entity_institution,
    .label_many = M_entity_institution_many,
    .icon = ICON_landmark,
    .flags = E_SHARED,
    .size = sizeof(struct institution),
    .fields = institution_fields,
    .fields_len = ARRAY_LEN(institution_fields),
    .keys = (const char *const[]){"pic", "erasmus_code_norm", NULL},
    .sort = "name",
    .ordered = (const char *const[]){"country+name", NULL},
    .rights = RIGHTS_OFFICE,
    .ops = &institution_ops,
    .derive = institution_derive,
    .validate = institution_validate,
};

const struct entity partner_entity = {
    .code = 21,
    .name = "partner",
    .kind = "partners",
    .table = "partner",
    .label = M_entity_partner,
    .label_many = M_entity_partner_many,
    .icon = ICON_handshake,
    .size = sizeof(struct partner),
    .fields = partner_fields,
    .fields_len = ARRAY_LEN(partner_fields),
    .keys = (const char *const[]){"name", NULL},
    .sort = "name",
    .rights = RIGHTS_OFFICE,
    .ops = &partner_ops,
};

const struct entity contact_entity = {
    .code = 22,
    .name = "contact",
    .kind = "contacts",
    .table = "contact",
    .label = M_entity_contact,
    .label_many = M_entity_contact_many,
    .icon = ICON_mail,
    .size = sizeof(struct contact),
    .fields = contact_fields,
    .fields_len = ARRAY_LEN(contact_fields),
    .keys = (const char *const[]){"partner+email+name", NULL},
    .sort = "name",
    .rights = RIGHTS_OFFICE,
    .ops = &contact_ops,
};

const struct entity *const partners_entities[] = {&institution_entity, &partner_entity, &contact_entity, NULL};
