/* Stays: descriptor, words, checks, and what is derived. */
#include "office/stays/model.h"
#include "office/people/checks.h"
#include "office/stays/flow.h"
#include "platform/assets/icons.h"

const struct option stay_activities[] = {{"study", M_stay_activity_study},
					 {"training", M_stay_activity_training},
					 {"teaching", M_stay_activity_teaching},
					 {"research", M_stay_activity_research},
					 {0}};
const struct option stay_categories[] = {{"student", M_stay_category_student},	 {"apprentice", M_stay_category_apprentice},
					 {"doctoral", M_stay_category_doctoral}, {"lecturer", M_stay_category_lecturer},
					 {"staff", M_stay_category_staff},	 {0}};
const struct option stay_schemes[] = {
    {"long", M_stay_scheme_long}, {"short", M_stay_scheme_short}, {"double_degree", M_stay_scheme_double_degree}, {0}};
/* Codes of the emission factors. */
const struct option travel_modes[] = {{"train", M_travel_mode_train}, {"coach", M_travel_mode_coach}, {"carpool", M_travel_mode_carpool},
				      {"car", M_travel_mode_car},     {"plane", M_travel_mode_plane}, {"ferry", M_travel_mode_ferry},
				      {0}};

ENTITY_TABLE(stay, STAY_FIELDS);

static enum err stay_validate(struct cx *cx, const void *row)
{
	const struct stay *s = row;
	enum err err = check_dates(cx, s->starts, s->ends, "ends", M_stay_ends);
	enum err also = check_dates(cx, s->arrived, s->departed, "departed", M_stay_departed);
	return err != OK ? err : also;
}

/* "Durand Camille, Universitetet i Bergen, 2026-27"; of a line without person or partner what the file says. */
static enum err stay_fill(struct cx *cx, void *row)
{
	struct stay *s = row;
	struct person *person = entity_new(cx, &person_entity);
	struct str parts[3] = {s->home_text, s->host_text, STR_NONE};
	bool found = false;
	if (!uuid_none(s->person)) TRY(entity_load(cx, &person_entity, s->person, person, &found));
	if (found) parts[0] = person->name;
	s->unit = found ? person->unit : UUID_NONE;
	if (!uuid_none(s->partner)) TRY(entity_title_of(cx, &partner_entity, s->partner, &parts[1]));
	if (!uuid_none(s->academic_year)) TRY(entity_title_of(cx, &academic_year_entity, s->academic_year, &parts[2]));
	struct sb b;
	sb_init(&b, cx->arena, 2000);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_blank(parts[i])) continue;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, parts[i]);
	}
	s->title = sb_str(&b);
	return OK;
}

static const struct entity_ops stay_ops = {stay_flow_create, stay_flow_change, stay_flow_archive, true};

/* A file that names the person matches by person and first day; one without any key by content and occurrence (import_key). */
const struct entity stay_entity = {
    .code = 40,
    .name = "stay",
    .kind = "stays",
    .table = "stay",
    .label = M_entity_stay,
    .label_many = M_entity_stay_many,
    .icon = ICON_plane,
    .flags = E_NUMBERED,
    .number_prefix = "M",
    .size = sizeof(struct stay),
    .fields = stay_fields,
    .fields_len = ARRAY_LEN(stay_fields),
    .keys = (const char *const[]){"number", "person+starts", NULL},
    .sort = "-starts",
    .rights = RIGHTS_OFFICE,
    .ops = &stay_ops,
    .fill = stay_fill,
    .validate = stay_validate,
};

const struct entity *const stays_entities[] = {&stay_entity, NULL};
