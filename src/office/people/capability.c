/* People of the school: the pages of each entity, and what the program is told of this folder. */
#include "office/people/model.h"
#include "office/people/pages.h"
#include "office/people/pages_own.h"
#include "platform/i18n/i18n.h"

static const struct entity_pages person_pages = {.entity = &person_entity,
                                                 .title_new = M_person_new,
                                                 .lede = M_person_lede,
                                                 .under = "number",
                                                 .import_path = "/imports?kind=people",
                                                 .header = person_header};
static const struct entity_pages unit_pages = {
    .entity = &unit_entity, .title_new = M_unit_new, .under = "code", .import_path = "/imports?kind=units"};
static const struct entity_pages academic_year_pages = {.entity = &academic_year_entity,
                                                        .title_new = M_academic_year_new,
                                                        .lede = M_academic_year_lede,
                                                        .import_path = "/imports?kind=academic-years"};
static const struct entity_pages identifier_pages = {
    .entity = &identifier_entity, .title_new = M_identifier_new, .import_path = "/imports?kind=identifiers"};
static const struct entity_pages language_level_pages = {.entity = &language_level_entity,
                                                         .title_new = M_language_level_new,
                                                         .lede = M_language_level_lede,
                                                         .import_path = "/imports?kind=language-levels"};
static const struct entity_pages employment_pages = {
    .entity = &employment_entity, .title_new = M_employment_new, .import_path = "/imports?kind=staff"};

static const struct entity_pages *const pages[] = {
    &person_pages, &unit_pages, &academic_year_pages, &identifier_pages, &language_level_pages, &employment_pages, NULL};
static const struct panel *const panels[] = {&person_identifiers_panel, &person_languages_panel, &person_posts_panel,
                                             &person_account_panel,     &unit_people_panel,      NULL};
static const struct route *const routes[] = {sign_in_routes, account_routes, own_data_routes, NULL};
const struct capability people_capability = {.name = "people",
                                             .entities = people_entities,
                                             .pages = pages,
                                             .routes = routes,
                                             .panels = panels,
                                             .jobs = account_jobs,
                                             .about = people_about};
