/* Campaigns: what the program is told of this folder. */
#include "office/campaigns/pages_own.h"

static const struct route *const routes[] = {find_routes, rank_routes,     application_routes, stay_page_routes, campaign_routes,
                                             file_routes, allocate_routes, what_if_routes,     publish_routes,   NULL};
const struct capability campaigns_capability = {.name = "campaigns",
                                                .entities = campaigns_entities,
                                                .pages = campaigns_pages,
                                                .routes = routes,
                                                .timers = campaigns_timers,
                                                .about = campaigns_about};
