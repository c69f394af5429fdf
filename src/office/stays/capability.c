/* Stays: the pages of each entity, and what the program is told of this folder. */
#include "office/stays/pages.h"
#include "office/stays/pages_own.h"
#include "platform/i18n/i18n.h"

static const struct ready_view stay_views[] = {
    {M_stay_view_ours, "filter=pen_now:office&filter=since_now:le:{today}"},
    {M_stay_view_late, "filter=due_now:lt:{today}"},
    {M_stay_view_partner, "filter=pen_now:partner"},
    {M_stay_view_leave, "filter=state_now:to_leave"},
    {M_stay_view_away, "filter=state_now:away"},
    {0},
};
static const char *const stay_told[] = {"direction",     "activity",     "category",         "scheme",  "state_now",
                                        "pen_now",       "since_now",    "due_now",          "person",  "condition",
                                        "accepted_ms",   "nominated_ms", "host_accepted_ms", "arrived", "departed",
                                        "recognised_ms", "cancelled_ms", "cancel_reason",    NULL};
static const struct entity_pages stay_pages = {.entity = &stay_entity,
                                               .title_new = M_stay_new,
                                               .lede = M_stay_lede,
                                               .under = "number",
                                               .views = stay_views,
                                               .import_path = "/imports?kind=stays",
                                               .told = stay_told,
                                               .header = stay_header,
                                               .timeline = stay_timeline_part,
                                               .step = stay_step_part};

static const struct entity_pages *const pages[] = {&stay_pages, NULL};
static const struct panel *const panels[] = {&partner_balance_panel, &partner_stays_panel,  &person_stays_panel,
                                             &stay_people_panel,     &stay_agreement_panel, NULL};
static const struct list_panel *const lists[] = {&stay_list_panel, &partner_list_panel, &condition_seats_panel, NULL};
static const struct route own_routes[] = {
    {HTTP_GET, "/stays/picture", stay_picture_get, 0, NULL},
    {HTTP_POST, "/stays/{id}/step", stay_step_post, 0, NULL},
    {HTTP_POST, "/stays/{id}/cancel", stay_cancel_post, 0, NULL},
    {0},
};
static const struct route *const routes[] = {own_routes, NULL};
const struct capability stays_capability = {
    .name = "stays", .entities = stays_entities, .pages = pages, .routes = routes, .panels = panels, .lists = lists, .maps = stays_maps};
