/* Agreements and their conditions: the pages of each entity, and what the program is told of this folder. */
#include "office/agreements/pages.h"
#include "office/agreements/pages_own.h"
#include "platform/i18n/i18n.h"

static const struct ready_view agreement_views[] = {
    {M_agreement_view_us, "filter=signed_there:known&filter=signed_here:unknown&filter=ended:unknown"},
    {M_agreement_view_partner, "filter=signed_here:known&filter=signed_there:unknown&filter=ended:unknown"},
    {M_agreement_view_soon, "filter=valid_to:ge:{today}&filter=valid_to:le:{in_6_months}&sort=valid_to"},
    {M_agreement_view_year, "filter=valid_to:ge:{today}&filter=valid_to:le:{year_end}&sort=valid_to"},
    {M_agreement_view_expired, "filter=valid_to:lt:{today}&sort=-valid_to"},
    {0},
};
static const struct entity_pages agreement_pages = {.entity = &agreement_entity,
                                                    .title_new = M_agreement_new,
                                                    .lede = M_agreement_lede,
                                                    .under = "number",
                                                    .views = agreement_views,
                                                    .import_path = "/imports?kind=agreements",
                                                    .header = agreement_header};
static const struct entity_pages condition_pages = {
    .entity = &condition_entity, .title_new = M_condition_new, .lede = M_condition_lede, .import_path = "/imports?kind=conditions"};

static const struct entity_pages *const pages[] = {&agreement_pages, &condition_pages, NULL};
static const struct panel *const panels[] = {&agreement_conditions_panel, &partner_agreements_panel, &partner_conditions_panel, NULL};
static const struct list_panel *const lists[] = {&agreement_list_panel, &condition_list_panel, NULL};
const struct capability agreements_capability = {
    .name = "agreements", .entities = agreements_entities, .pages = pages, .panels = panels, .lists = lists};
