/* What the school teaches: the pages of each entity, and what the program is told of this folder. */
#include "office/programmes/model.h"
#include "office/programmes/pages.h"
#include "office/programmes/pages_own.h"
#include "platform/i18n/i18n.h"

static const struct entity_pages programme_pages = {
    .entity = &programme_entity, .title_new = M_programme_new, .under = "code", .import_path = "/imports?kind=programmes"};
static const struct entity_pages term_pages = {
    .entity = &term_entity, .title_new = M_term_new, .lede = M_term_lede, .import_path = "/imports?kind=terms"};
static const struct entity_pages course_pages = {
    .entity = &course_entity, .title_new = M_course_new, .lede = M_course_lede, .under = "code", .import_path = "/imports?kind=courses"};
static const struct entity_pages enrolment_pages = {
    .entity = &enrolment_entity, .title_new = M_enrolment_new, .import_path = "/imports?kind=enrolments"};
static const struct entity_pages apprenticeship_pages = {.entity = &apprenticeship_entity,
                                                         .title_new = M_apprenticeship_new,
                                                         .lede = M_apprenticeship_lede,
                                                         .under = "number",
                                                         .import_path = "/imports?kind=apprenticeships"};
static const struct entity_pages apprenticeship_period_pages = {.entity = &apprenticeship_period_entity,
                                                                .title_new = M_apprenticeship_period_new,
                                                                .import_path = "/imports?kind=apprenticeship-periods"};

static const struct entity_pages *const pages[] = {
    &programme_pages, &term_pages, &course_pages, &enrolment_pages, &apprenticeship_pages, &apprenticeship_period_pages, NULL};
static const struct panel *const panels[] = {&person_enrolments_panel, &person_contracts_panel, &programme_enrolments_panel,
                                             &contract_calendar_panel, NULL};
const struct capability programmes_capability = {
    .name = "programmes", .entities = programmes_entities, .pages = pages, .panels = panels, .maps = programmes_maps};
