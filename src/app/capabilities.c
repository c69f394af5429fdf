/* The capabilities of the program in the order of the house, joined into the lists that the platform takes. */
#include "app/capability.h"
#include "office/agreements/pages.h"
#include "office/campaigns/pages.h"
#include "office/desk/desk.h"
#include "office/partners/pages.h"
#include "office/people/pages.h"
#include "office/people/roles.h"
#include "office/programmes/pages.h"
#include "office/stays/pages.h"
#include "office/strategy/pages.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/api.h"
#include "platform/web/widgets/search.h"

static const struct route *const platform_routes[] = {shell_routes, api_routes, search_routes, NULL};
static const struct capability platform = {.name = "platform", .routes = platform_routes};

const struct capability *const capabilities[] = {
    &platform,         &people_capability,    &programmes_capability, &partners_capability, &agreements_capability,
    &stays_capability, &campaigns_capability, &strategy_capability,   &desk_capability,     NULL};

static struct capability joined = {.name = "all"};
const struct capability *capabilities_joined(void) { return &joined; }

typedef VEC(const void *) list;

static void add_all(struct arena *a, list *to, const void *const *from)
{
	for (size_t i = 0; from && from[i]; i++)
		*VEC_PUSH(a, to) = from[i];
}

static void close_list(struct arena *a, list *l) { *VEC_PUSH(a, l) = NULL; }

/* The generic pages' routes are made from descriptors; they live as long as the program. */
static void add_page_routes(struct arena *a, list *routes, const list *pages)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	struct arena *own = cx.arena;
	cx.arena = a;
	for (size_t i = 0; i < pages->len; i++)
		*VEC_PUSH(a, routes) = entity_routes(&cx, pages->ptr[i]);
	cx.arena = own;
	cx_end(&cx);
}

void capabilities_join(struct arena *a)
{
	list entities = {0}, pages = {0}, routes = {0}, panels = {0}, lists = {0}, maps = {0}, jobs = {0}, timers = {0}, about = {0};
	for (size_t i = 0; capabilities[i]; i++) {
		const struct capability *c = capabilities[i];
		add_all(a, &entities, (const void *const *)c->entities);
		add_all(a, &pages, (const void *const *)c->pages);
		add_all(a, &routes, (const void *const *)c->routes);
		add_all(a, &panels, (const void *const *)c->panels);
		add_all(a, &lists, (const void *const *)c->lists);
		add_all(a, &maps, (const void *const *)c->maps);
		add_all(a, &jobs, (const void *const *)c->jobs);
		add_all(a, &timers, (const void *const *)c->timers);
		add_all(a, &about, (const void *const *)c->about);
	}
	add_page_routes(a, &routes, &pages);
	close_list(a, &entities);
	close_list(a, &pages);
	close_list(a, &routes);
	close_list(a, &panels);
	close_list(a, &lists);
	close_list(a, &maps);
	close_list(a, &jobs);
	close_list(a, &timers);
	close_list(a, &about);
	joined = (struct capability){.name = "all",
	                             .entities = (const void *)entities.ptr,
	                             .pages = (const void *)pages.ptr,
	                             .routes = (const void *)routes.ptr,
	                             .panels = (const void *)panels.ptr,
	                             .lists = (const void *)lists.ptr,
	                             .maps = (const void *)maps.ptr,
	                             .jobs = (const void *)jobs.ptr,
	                             .timers = (const void *)timers.ptr,
	                             .about = (const void *)about.ptr};
	entity_register_all(joined.entities);
	import_register_maps(joined.maps);
	about_register_tables(joined.about);
}

const struct nav_item office_nav[] = {
    {M_nav_home, ICON_house, "/", 0, NULL},
    {M_nav_stays, ICON_users, "/stays", ROLES_STAFF, NULL},
    {M_nav_campaigns, ICON_megaphone, "/campaigns", ROLES_STAFF, campaigns_count},
    {M_nav_partners, ICON_handshake, "/partners", ROLES_STAFF, NULL},
    {M_nav_agreements, ICON_file_text, "/agreements", ROLES_STAFF, NULL},
    {M_nav_people, ICON_user, "/people", ROLES_STAFF, NULL},
    {M_nav_programmes, ICON_graduation_cap, "/programmes", ROLES_STAFF, NULL},
    {M_nav_strategy, ICON_compass, "/strategy", ROLES_STAFF, NULL},
    {M_nav_institutions, ICON_building_2, "/institutions", ROLES_STAFF, NULL},
    {0},
};
const struct nav_item student_nav[] = {
    {M_find_title, ICON_compass, CAMPAIGNS_STUDENT_PATH, 0, NULL, M_find_title_short},
    {M_mystay_title, ICON_map_pinned, "/my/stay", 0, NULL},
    {M_mine_title, ICON_list_checks, "/applications", 0, NULL, M_mine_title_short},
    {M_nav_my_data, ICON_shield_check, OWN_DATA_PATH, 0, NULL},
    {0},
};
const struct nav_item foot_nav[] = {
    {M_nav_lists, ICON_list, "/search", ROLES_STAFF, NULL},      {M_imports_title, ICON_file_up, "/imports", ROLES_EDIT, NULL},
    {M_mails_title, ICON_mail, "/mails", ROLES_EDIT, NULL},      {M_accounts_title, ICON_users, "/accounts", ROLE_ADMIN, NULL},
    {M_help_title, ICON_circle_question_mark, "/help", 0, NULL}, {0},
};
