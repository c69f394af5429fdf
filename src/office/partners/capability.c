/* Institutions, partners and contacts: the pages of each entity, and what the program is told of this folder. */
#include "office/partners/pages.h"
#include "office/partners/pages_own.h"
#include "platform/i18n/i18n.h"

static const struct ready_view institution_views[] = {
    {M_institution_view_valid, "filter=eche_end:ge:{today}"}, {M_institution_view_over, "filter=eche_end:lt:{today}"}, {0}};
static const struct entity_pages institution_pages = {.entity = &institution_entity,
                                                      .title_new = M_institution_new,
                                                      .lede = M_institution_lede,
                                                      .under = "city",
                                                      .views = institution_views,
                                                      .lat = "lat",
                                                      .lng = "lng",
                                                      .import_path = "/imports?kind=institutions",
                                                      .told = (const char *const[]){"erasmus_code", "lat", "lng", NULL},
                                                      .header = institution_header};

static const struct ready_view partner_views[] = {
    {M_partner_view_close, "filter=tier:close"},
    {M_partner_view_no_step, "filter=next_step:unknown"},
    {M_partner_view_late, "filter=next_step_due:lt:{today}"},
    {M_partner_view_expiring, "has=agreements.partner~valid_to:ge:{today}~valid_to:le:{year_end}~ended:unknown"},
    {0}};
static const struct entity_pages partner_pages = {.entity = &partner_entity,
                                                  .title_new = M_partner_new,
                                                  .under = "country",
                                                  .views = partner_views,
                                                  .lat = "lat",
                                                  .lng = "lng",
                                                  .map_first = true,
                                                  .told = (const char *const[]){"lat", "lng", NULL},
                                                  .import_path = "/imports?kind=partners"};

static const struct entity_pages contact_pages = {
    .entity = &contact_entity, .title_new = M_contact_new, .under = "role", .import_path = "/imports?kind=contacts"};

static const struct entity_pages *const pages[] = {&institution_pages, &partner_pages, &contact_pages, NULL};
static const struct panel *const panels[] = {&institution_codes_panel, &institution_partner_panel, &partner_contacts_panel, NULL};
static const struct route own_routes[] = {{HTTP_POST, "/institutions/{id}/partner", institution_partner_post, 0, NULL}, {0}};
static const struct route *const routes[] = {own_routes, NULL};
const struct capability partners_capability = {
    .name = "partners", .entities = partners_entities, .pages = pages, .routes = routes, .panels = panels, .maps = partners_maps};
