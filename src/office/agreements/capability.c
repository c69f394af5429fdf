/* Agreements and their conditions: the pages of each entity, and what the program is told of this folder. */
#include "office/agreements/model.h"
#include "office/agreements/pages.h"
#include "platform/i18n/i18n.h"

static const struct entity_pages agreement_pages = {.entity = &agreement_entity,
						    .title_new = M_agreement_new,
						    .lede = M_agreement_lede,
						    .under = "number",
						    .import_path = "/imports?kind=agreements"};
static const struct entity_pages condition_pages = {
    .entity = &condition_entity, .title_new = M_condition_new, .import_path = "/imports?kind=conditions"};

static const struct entity_pages *const pages[] = {&agreement_pages, &condition_pages, NULL};
const struct capability agreements_capability = {.name = "agreements", .entities = agreements_entities, .pages = pages};
