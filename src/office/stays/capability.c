/* Stays: the pages of each entity, and what the program is told of this folder. */
#include "office/stays/model.h"
#include "office/stays/pages.h"
#include "platform/i18n/i18n.h"

static const struct entity_pages stay_pages = {
    .entity = &stay_entity, .title_new = M_stay_new, .under = "number", .import_path = "/imports?kind=stays"};

static const struct entity_pages *const pages[] = {&stay_pages, NULL};
const struct capability stays_capability = {
    .name = "stays", .entities = stays_entities, .pages = pages, .maps = stays_maps};
