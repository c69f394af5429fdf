/* A server over the small campaign, for test_campaign_pages.py and the browser.
 *   campaign_test_server DATA_DIR
 * /in?as=office|head|director|0..8 signs in. Prints its address; ends on SIGTERM. */
#include "../tools/engine.h"
#include "../tools/serve.h"
#include "office/campaigns/pages.h"
#include "office/people/roles.h"
#include "office/people/school.h"
#include "office/stays/pages.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include "platform/web/widgets/form.h"
#include "platform/web/widgets/search.h"
#include "small.h"

static struct small school;
static const struct {
	const char *key, *name;
	uint64_t role;
} staff[] = {
    {"office", "Claire Vasseur", ROLE_OFFICE}, {"head", "Olivier Cordier", ROLE_HEAD}, {"director", "Hélène Marchand", ROLE_DIRECTOR}};

static enum err load_actor(struct cx *cx, const struct request *r, struct session *s)
{
	cx->tenant = s->tenant;
	for (size_t i = 0; i < ARRAY_LEN(staff); i++)
		if (uuid_eq(s->account, (struct uuid){{1, (uint8_t)staff[i].role}}))
			cx->actor = small_staff(cx, staff[i].role, staff[i].name);
	for (size_t i = 0; i < SMALL_STUDENTS; i++)
		if (uuid_eq(s->account, (struct uuid){{2, (uint8_t)i}})) cx->actor = small_student(cx, &school, i);
	return OK;
}

static enum err sign_in(struct cx *cx, const struct request *r, struct reply *p)
{
	struct str as = request_query(r, "as");
	enum lang lang = str_is(request_query(r, "lang"), "fr") ? LANG_FR : LANG_EN;
	int64_t n;
	for (size_t i = 0; i < ARRAY_LEN(staff); i++)
		if (str_is(as, staff[i].key)) {
			TRY(session_sign_in(cx, r, p, (struct uuid){{1, (uint8_t)staff[i].role}}, 1, lang));
			return reply_redirect(cx, p, STR("/"));
		}
	if (!str_to_i64(as, &n) || n < 0 || n >= SMALL_STUDENTS) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(session_sign_in(cx, r, p, (struct uuid){{2, (uint8_t)n}}, 1, lang));
	return reply_redirect(cx, p, STR("/"));
}

static bool is_student(struct cx *cx) { return actor_has(cx, ROLE_STUDENT); }

/* The tile that the desk shows on the real home page. */
static enum err home_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct home home = {.today = cx->now_ms / 86400000};
	struct page page = {.title = STR("Home")};
	if (is_student(cx)) return reply_redirect(cx, p, STR(CAMPAIGNS_STUDENT_PATH));
	TRY(campaigns_home(cx, &home));
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<ul>");
	VEC_EACH (t, &home.tasks) {
		html_lit(h, "<li>");
		part_act(h, &(struct act){.text = t->label, .href = t->href}, STR_NONE);
		html_text(h, t->title);
		html_lit(h, " ");
		html_text(h, t->sense);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ul>");
	part_figures_begin(h, false);
	VEC_EACH (f, &home.figures)
		part_figure(h, f->href, f->value, f->out_of, f->label);
	part_figures_end(h);
	return page_end(cx, r, p, &page);
}

static enum err error_page(struct cx *cx, const struct request *r, struct reply *p, enum err err)
{
	struct page page = {.title = str_of(err_name(err))};
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	p->status = err_http(err);
	return page_end(cx, r, p, &page);
}

static const struct nav_item office_nav[] = {
    {M_nav_home, ICON_house, "/", 0, NULL}, {M_nav_campaigns, ICON_megaphone, "/campaigns", 0, campaigns_count}, {0}};
static const struct nav_item student_nav[] = {{M_find_title, ICON_compass, CAMPAIGNS_STUDENT_PATH, 0, NULL, M_find_title_short},
                                              {M_mystay_title, ICON_map_pinned, "/my/stay", 0, NULL},
                                              {M_mine_title, ICON_list_checks, "/applications", 0, NULL, M_mine_title_short},
                                              {M_nav_my_data, ICON_shield_check, "/preferences", 0, NULL},
                                              {0}};
static const struct nav_item foot_nav[] = {{0}};
static struct str school_name(struct cx *cx) { return STR("École de chimie"); }
static const struct shell_config shell = {.office = office_nav,
                                          .student = student_nav,
                                          .foot = foot_nav,
                                          .is_student = is_student,
                                          .school = school_name,
                                          .search_path = "/search",
                                          .demo = true};
static const struct route own_routes[] = {{HTTP_GET, "/in", sign_in, ROUTE_PUBLIC, NULL}, {HTTP_GET, "/", home_get, 0, NULL}, {0}};

static enum err serve(struct cx *cx, const char *dir)
{
	size_t n = 0;
	static struct actor operator= {.is_operator = true, .roles = ~UINT64_C(0)};
	struct school made = {.hei_id = STR("chimie.example"), .name = STR("École de chimie"), .zone = STR("Europe/Paris"), .demo = true};
	static const struct route *tables[64];
	static const struct entity_pages *pages[32];
	TRY(engine_open(cx, dir, NULL));
	operator.name = STR("system");
	cx->actor = &operator;
	small_register();
	TRY(school_create(cx, &made));
	cx->tenant = made.tenant;
	TRY(small_make(cx, true, &school));
	const struct capability *const all[] = {&stays_capability, &campaigns_capability};
	tables[n++] = own_routes;
	tables[n++] = shell_routes;
	tables[n++] = search_routes;
	for (size_t i = 0; campaigns_capability.routes[i]; i++)
		tables[n++] = campaigns_capability.routes[i];
	size_t npages = 0;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t k = 0; all[i]->pages[k]; k++) {
			pages[npages++] = all[i]->pages[k];
			tables[n++] = entity_routes(cx, all[i]->pages[k]);
		}
	static const struct panel *const no_panels[] = {NULL};
	static struct pages_config config;
	config = (struct pages_config){.entities = pages, .panels = no_panels};
	pages_configure(&config);
	shell_configure(&shell);
	struct web_config web_config = {.listen = STR("127.0.0.1:0"), .routes = tables, .load_actor = load_actor, .error_page = error_page};
	return serve_until_term(cx, &web_config, uuid_text(cx->arena, school.campaign));
}

int main(int argc, char **argv)
{
	struct cx cx;
	if (argc < 2) return 2;
	cx_begin(&cx, NULL);
	enum err err = serve(&cx, argv[1]);
	return serve_end(&cx, err);
}
