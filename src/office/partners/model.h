/* With whom: the directory of institutions, shared by all schools of the node, and a school's own partners over it.
 * A university has an institution; a laboratory or a company needs none and no Erasmus code. */
#pragma once
#include "office/people/model.h"

extern const struct entity institution_entity, partner_entity, contact_entity;
extern const struct option partner_kinds[], partner_tiers[], contact_roles[];

extern const struct entity *const partners_entities[]; /* NULL-terminated */
extern const struct import_map *const partners_maps[];

/* Codes of the public list are kept as found; the `_norm` twin is what matching uses (F  COMPIEG05 = F COMPIEG05).
 * Keys: PIC, then normalised Erasmus code; never OID, which repeats. */
#define INSTITUTION_FIELDS(X)                                                                                       \
	X(institution, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 400) \
	X(institution, erasmus_code, TEXT, FF_FORM | FF_LIST | FF_SORT | FF_MONO | FF_SEARCH | FF_EWP, 40)          \
	X(institution, erasmus_code_norm, TEXT, FF_DERIVED | FF_MONO | FF_HIDDEN, 40)                               \
	X(institution, country, CODE, FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 0, .list = "country")                \
	X(institution, city, TEXT, FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_SEARCH, 120)                          \
	X(institution, pic, TEXT, FF_FORM | FF_LIST | FF_MONO | FF_SEARCH | FF_UNIQUE, 20, .check = check_pic)      \
	X(institution, oid, TEXT, FF_FORM | FF_MONO | FF_SEARCH, 20)                                                \
	X(institution, hei_id, TEXT, FF_FORM | FF_MONO | FF_SEARCH | FF_EWP, 120)                                   \
	X(institution, domain, TEXT, FF_DERIVED | FF_MONO | FF_HIDDEN, 300)                                         \
	X(institution, street, TEXT, FF_FORM, 300, .group = M_group_place)                                          \
	X(institution, postcode, TEXT, FF_FORM, 40)                                                                 \
	X(institution, website, TEXT, FF_FORM, 300)                                                                 \
	X(institution, eche_start, DATE, FF_FORM | FF_FILTER, 0, .group = M_group_charter)                          \
	X(institution, eche_end, DATE, FF_FORM | FF_LIST | FF_FILTER | FF_SORT, 0)                                  \
	X(institution, lat, COORD, FF_FORM, 900000000, .min = -900000000, .has_min = true)                          \
	X(institution, lng, COORD, FF_FORM, 1800000000, .min = -1800000000, .has_min = true)

/* `domain` is that of the website. It is no hei_id: the network's registry alone says which domain is one. */
enum err check_pic(struct cx *cx, const struct field *f, struct str *value); /* nine digits */
ENTITY_STRUCT(institution, INSTITUTION_FIELDS)
/* "F  COMPIEG 5" -> "F COMPIEG05": country part, one space, town of up to ten letters, two digits at least; what does not
 * have this shape is only trimmed and upper-cased. */
struct str erasmus_code_normalise(struct arena *a, struct str raw);

enum partner_kind { PARTNER_UNIVERSITY, PARTNER_LABORATORY, PARTNER_COMPANY };
enum partner_tier { TIER_PROSPECT, TIER_STANDARD, TIER_CLOSE };
#define PARTNER_FIELDS(X)                                                                                                    \
	X(partner, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, 300)              \
	X(partner, short_name, TEXT, FF_FORM | FF_SEARCH, 80)                                                                \
	X(partner, kind, ENUM, FF_REQUIRED | FF_FORM | FF_FILTER, 0, .options = partner_kinds)                               \
	X(partner, institution, REF, FF_FORM | FF_FILTER, 0, .refers = &institution_entity)                                  \
	X(partner, country, CODE, FF_REQUIRED | FF_FORM | FF_SORT | FF_FILTER, 0, .list = "country", .group = M_group_place) \
	X(partner, city, TEXT, FF_FORM | FF_SORT | FF_FOLD | FF_SEARCH, 120)                                                 \
	X(partner, tier, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = partner_tiers, .group = M_group_relation)        \
	X(partner, field, CODE, FF_FORM | FF_FILTER, 0, .list = "isced_f")                                                   \
	X(partner, owner, REF, FF_FORM | FF_FILTER, 0, .refers = &person_entity)                                             \
	X(partner, next_step, TEXT, FF_FORM | FF_LIST, 200)                                                                  \
	X(partner, next_step_due, DATE, FF_FORM | FF_FILTER | FF_SORT, 0)                                                    \
	X(partner, last_contact, DATE, FF_FORM | FF_LIST | FF_SORT | FF_FILTER, 0)                                           \
	X(partner, website, TEXT, FF_FORM, 300, .group = M_group_more)                                                       \
	X(partner, zone, TEXT, FF_FORM, 60)                                                                                  \
	X(partner, lat, COORD, FF_FORM, 900000000, .min = -900000000, .has_min = true)                                       \
	X(partner, lng, COORD, FF_FORM, 1800000000, .min = -1800000000, .has_min = true)                                     \
	X(partner, note, TEXT, FF_FORM | FF_LONG, 4000)
ENTITY_STRUCT(partner, PARTNER_FIELDS)

#define CONTACT_FIELDS(X)                                                                                                     \
	X(contact, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH | FF_PERSONAL, 200) \
	X(contact, partner, REF, FF_REQUIRED | FF_FORM | FF_LIST | FF_FILTER, 0, .refers = &partner_entity)                   \
	X(contact, role, ENUM, FF_FORM | FF_LIST | FF_FILTER, 0, .options = contact_roles)                                    \
	X(contact, email, TEXT, FF_FORM | FF_LIST | FF_SEARCH | FF_PERSONAL, 200, .check = check_email)                       \
	X(contact, phone, TEXT, FF_FORM | FF_PERSONAL, 40)                                                                    \
	X(contact, language, CODE, FF_FORM, 0, .list = "language")
ENTITY_STRUCT(contact, CONTACT_FIELDS)
