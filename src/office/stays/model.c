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
const struct option stay_categories[] = {{"student", M_stay_category_student},   {"apprentice", M_stay_category_apprentice},
                                         {"doctoral", M_stay_category_doctoral}, {"lecturer", M_stay_category_lecturer},
                                         {"staff", M_stay_category_staff},       {0}};
const struct option stay_schemes[] = {
    {"long", M_stay_scheme_long}, {"short", M_stay_scheme_short}, {"double_degree", M_stay_scheme_double_degree}, {0}};
/* Codes of the emission factors. */
const struct option travel_modes[] = {{"train", M_travel_mode_train},
                                      {"coach", M_travel_mode_coach},
                                      {"carpool", M_travel_mode_carpool},
                                      {"car", M_travel_mode_car},
                                      {"plane", M_travel_mode_plane},
                                      {"ferry", M_travel_mode_ferry},
                                      {0}};

const struct option stay_states[] = {[STAY_TO_ACCEPT] = {"to_accept", M_stay_state_to_accept},
                                     [STAY_TO_NOMINATE] = {"to_nominate", M_stay_state_to_nominate},
                                     [STAY_TO_BE_NOMINATED] = {"to_be_nominated", M_stay_state_to_be_nominated},
                                     [STAY_HOST_TO_ACCEPT] = {"host_to_accept", M_stay_state_host_to_accept},
                                     [STAY_TO_ADMIT] = {"to_admit", M_stay_state_to_admit},
                                     [STAY_TO_LEAVE] = {"to_leave", M_stay_state_to_leave},
                                     [STAY_AWAY] = {"away", M_stay_state_away},
                                     [STAY_TO_RECOGNISE] = {"to_recognise", M_stay_state_to_recognise},
                                     [STAY_DONE] = {"done", M_stay_state_done},
                                     [STAY_OFF] = {"cancelled", M_stay_state_cancelled},
                                     [STAY_PAST] = {"past", M_stay_state_past},
                                     {0}};
const struct option stay_pens[] = {[STAY_PEN_NOBODY] = {"nobody", M_stay_pen_nobody},
                                   [STAY_PEN_PERSON] = {"person", M_stay_pen_person},
                                   [STAY_PEN_OFFICE] = {"office", M_stay_pen_office},
                                   [STAY_PEN_PARTNER] = {"partner", M_stay_pen_partner},
                                   {0}};

ENTITY_TABLE(stay, STAY_FIELDS);

/* A confirmation is about a day that has come; one day of grace for those who are ahead of UTC. */
static enum err not_ahead(struct cx *cx, int64_t date, const char *field, int label)
{
	if (date == UNKNOWN || date <= cx_today(cx) + 1) return OK;
	return fail(cx, ERR_INVALID, field, M_stay_ahead, ARG_M("field", label), ARG_S("value", date_text(cx, date)));
}

static enum err stay_validate(struct cx *cx, const void *row)
{
	const struct stay *s = row;
	enum err err = check_dates(cx, s->starts, s->ends, "ends", M_stay_ends);
	enum err also = check_dates(cx, s->arrived, s->departed, "departed", M_stay_departed);
	enum err first = not_ahead(cx, s->arrived, "arrived", M_stay_arrived),
		 last = not_ahead(cx, s->departed, "departed", M_stay_departed);
	return err != OK ? err : also != OK ? also : first != OK ? first : last;
}

/* A row being born has no created_ms yet; it will be this moment. */
static void stay_derive(struct cx *cx, void *row)
{
	struct stay *s = row, born = *s;
	if (born.row.version < 1) born.row.created_ms = cx->now_ms;
	struct stay_now now = stay_now(&born, &STAY_TERMS_NONE);
	s->state_now = now.state;
	s->pen_now = now.pen;
	s->since_now = now.since;
	s->due_now = now.due;
	s->cycle = stay_cycle(s);
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
    .sort = "since_now",
    .rights = RIGHTS_OFFICE,
    .ops = &stay_ops,
    .derive = stay_derive,
    .fill = stay_fill,
    .validate = stay_validate,
};

const struct entity *const stays_entities[] = {&stay_entity, NULL};
