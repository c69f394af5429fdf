/* With whom: the pages of each entity, and what the program is told of this folder. */
#include "office/partners/model.h"
#include "office/partners/pages.h"
#include "platform/i18n/i18n.h"

static const struct entity_pages institution_pages = {.entity = &institution_entity,
						      .title_new = M_institution_new,
						      .lede = M_institution_lede,
						      .under = "city",
						      .lat = "lat",
						      .lng = "lng",
						      .import_path = "/imports?kind=institutions"};
static const struct ready_view partner_views[] = {
    {M_partner_view_close, "filter=tier:close"}, {M_partner_view_no_step, "filter=next_step:unknown"}, {0}};
static const struct entity_pages partner_pages = {.entity = &partner_entity,
						  .title_new = M_partner_new,
						  .under = "country",
						  .lat = "lat",
						  .lng = "lng",
						  .views = partner_views,
						  .import_path = "/imports?kind=partners"};
static const struct entity_pages contact_pages = {
    .entity = &contact_entity, .title_new = M_contact_new, .under = "role", .import_path = "/imports?kind=contacts"};

static const struct entity_pages *const pages[] = {&institution_pages, &partner_pages, &contact_pages, NULL};
const struct capability partners_capability = {
    .name = "partners", .entities = partners_entities, .pages = pages, .maps = partners_maps};
