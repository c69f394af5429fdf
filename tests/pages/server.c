/* A server over the invented places, for test_pages.py and for looking at every part in a browser.
 *   pages_test_server DATA_DIR [COUNT]
 * /in?role=office|reader|student signs in. Prints its address; ends on SIGTERM. */
#include "../tools/engine.h"
#include "../tools/serve.h"
#include "base/log.h"
#include "places.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include "platform/web/widgets/api.h"
#include "platform/web/widgets/chart.h"
#include "platform/web/widgets/form.h"
#include "platform/web/widgets/pages.h"
#include "platform/web/widgets/search.h"

static const struct uuid accounts[] = {{{1}}, {{2}}, {{3}}};
static const uint64_t roles[] = {ROLE_OFFICE, ROLE_READER, ROLE_STUDENT};
static const char *const role_names[] = {"office", "reader", "student"};
static const char *const names[] = {"Claire Vasseur", "Marc Lenoir", "In\u00e8s Bouchard"};

static enum err load_actor(struct cx *cx, const struct request *r, struct session *s)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
		if (!uuid_eq(accounts[i], s->account)) continue;
		struct actor *a = ARENA_NEW(cx->arena, struct actor);
		struct grant *g = ARENA_NEW(cx->arena, struct grant);
		g->role = roles[i];
		*a = (struct actor){.account = accounts[i],
		                    .name = str_of(names[i]),
		                    .roles = roles[i],
		                    .grants = g,
		                    .grants_len = 1,
		                    .email = str_fmt(cx->arena, "%s@escom.example", role_names[i])};
		cx->actor = a;
	}
	return OK;
}

static enum err sign_in(struct cx *cx, const struct request *r, struct reply *p)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		if (str_is(request_query(r, "role"), role_names[i])) TRY(session_sign_in(cx, r, p, accounts[i], 1, LANG_EN));
	return reply_redirect(cx, p, STR("/places"));
}

static enum err sign_out(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(session_sign_out(cx, r, p));
	return reply_redirect(cx, p, STR("/gate"));
}

static enum err places_count(struct cx *cx, int64_t *n)
{
	struct list_query q;
	struct list_page page;
	TRY(list_query_parse(cx, &place_entity, (struct pairs){0}, &q));
	TRY(list_run(cx, &q, &page));
	*n = page.count;
	return OK;
}

/* Every part in its normal use. */
static void parts_left(struct cx *cx, struct html *h, struct str token)
{
	struct pen mine = {.yours = true,
	                   .text = STR("Yours: sign the change"),
	                   .strong = STR("sign the change"),
	                   .since = STR("for 1 day, usually 2"),
	                   .due = STR("before 9 December"),
	                   .due_strong = STR("9 December")};
	struct pen theirs = {.text = STR("Waiting for Bergen to sign"), .strong = STR("Bergen"), .since = STR("for 4 days, usually 6")};
	struct why_row rows[] = {{STR("Spanish"), STR("B1"), STR("B2"), true}};
	struct why why = {.title = STR("You cannot go to Valpara\u00edso yet"),
	                  .rows = rows,
	                  .rows_len = 1,
	                  .but = STR("You could if you pass the test of 12 January."),
	                  .but_strong = STR("You could if"),
	                  .link = STR("/places"),
	                  .link_text = STR("Book the test"),
	                  .ask = STR("Questions: Claire Vasseur.")};
	struct why yes = {.yes = true, .title = STR("Placed at Valladolid"), .text = STR("Second choice.")};
	part_pen(h, &mine);
	part_pen(h, &theirs);
	html_lit(h, "<section class=\"mt\" aria-labelledby=\"w\"><h2 id=\"w\">Why</h2><div class=\"stack-s\">");
	part_why(cx, h, &why);
	part_why(cx, h, &yes);
	html_lit(h, "</div></section><section class=\"mt\" aria-labelledby=\"s\"><h2 id=\"s\">States</h2><p class=\"row\">");
	part_state(h, TONE_YOURS, ICON_pen_line, STR("Yours to sign"));
	part_state(h, TONE_PLAIN, ICON_hourglass, STR("Waiting for Bergen"));
	part_state(h, TONE_WAIT, ICON_clock, STR("Due in 3 days"));
	part_state(h, TONE_STOP, ICON_triangle_alert, STR("9 days late"));
	part_state(h, TONE_OK, ICON_check, STR("Recognised"));
	html_lit(h, "</p><p class=\"row mt-s\">");
	part_seats(h, 4, 4, 7, STR("4 seats, 7 asked"));
	part_seats(h, 4, 2, 2, STR("4 seats, 2 taken"));
	part_seats(h, 40, 2, 2, STR("40 seats, 2 taken"));
	html_lit(h, "</p></section>");
	struct act add = {.text = STR("Add a company"), .href = STR("/places/new"), .primary = true};
	part_empty(h, ICON_handshake, STR("No company hosts a placement yet."), &add, token);
}

static void parts_right(struct cx *cx, struct html *h)
{
	struct step steps[] = {{STEP_DONE, STR("Applications"), STR("/places"), STR("12 November")},
	                       {STEP_NOW, STR("Allocation"), STR_NONE, STR("day 28 of 35")},
	                       {STEP_COMING, STR("Publication"), STR_NONE, STR("expected on 10 March")}};
	part_steps(h, STR("Steps of the campaign"), steps, 3);
	part_timeline(h, STR("Steps of the stay"), steps, 3);
	part_figures_begin(h, false);
	part_figure(h, STR("/places"), STR("84"), STR_NONE, STR("open applications"));
	part_figure(h, STR("/places"), STR("4"), STR("/ 6"), STR("study stays this year"));
	part_figures_end(h);
	struct job_view job = {.id = "jb",
	                       .name = STR("Importing students.csv"),
	                       .done = 64210,
	                       .total = 100000,
	                       .progress = STR("64,210 of 100,000 lines, 12 refused"),
	                       .left = STR("about 20 s left"),
	                       .note = STR("You can leave this page.")};
	html_lit(h, "<div class=\"mt\">");
	part_job(h, &job);
	html_lit(h, "</div>");
	struct segment segments[] = {
	    {47, 1, STR("1st choice")}, {18, 2, STR("2nd")}, {8, 3, STR("3rd")}, {5, 4, STR("lower")}, {6, 5, STR("none")}};
	html_lit(h, "<p class=\"mt\">");
	part_stacked(h, STR("47 first choices, 18 second, 8 third, 5 lower, 6 without a place"), segments, 5);
	html_lit(h, "</p><p>");
	part_key(h, segments, 5, false);
	html_lit(h, "</p>");
	struct bar bars[] = {{STR("2021-22"), STR("\u201921-22"), 1, STR_NONE, STR("/places"), false},
	                     {STR("2022-23"), STR("\u201922-23"), 2, STR_NONE, STR_NONE, false},
	                     {STR("2023-24"), STR("\u201923-24"), UNKNOWN, STR_NONE, STR_NONE, false},
	                     {STR("2024-25"), STR("\u201924-25"), 3, STR_NONE, STR_NONE, false},
	                     {STR("2025-26"), STR("\u201925-26"), 5, STR_NONE, STR_NONE, false},
	                     {STR("2026-27"), STR("\u201926-27"), 4, STR_NONE, STR_NONE, true}};
	struct bar_chart chart = {.id = "ch1",
	                          .title = STR("Study mobilities by school year: 1, 2, not known, 3, 5, 4. Target 6."),
	                          .label_head = STR("School year"),
	                          .value_head = STR("Stays"),
	                          .bars = bars,
	                          .bars_len = 6,
	                          .target = 6,
	                          .target_text = STR("target 6"),
	                          .forecast = 6,
	                          .forecast_text = STR("forecast 6"),
	                          .marker_before = 3,
	                          .marker_text = STR("short scheme opens")};
	html_lit(h, "<div class=\"sheet pad mt\">");
	html_bar_chart(cx, h, &chart);
	html_lit(h, "</div>");
}

static enum err parts(struct cx *cx, const struct request *r, struct reply *p)
{
	struct crumb crumbs[] = {{STR("Kit"), STR("/places")}, {STR("All"), STR_NONE}};
	struct tag_text tags[] = {{STR("Semester 9"), TONE_PLAIN}, {STR("behind"), TONE_WAIT}};
	struct act acts[] = {{.text = STR("Write"), .href = STR("/places")},
	                     {.text = STR("Sign"), .href = STR("/out"), .post = true, .primary = true}};
	struct page page = {.title = STR("Parts"),
	                    .crumbs = crumbs,
	                    .crumbs_len = 2,
	                    .tags = tags,
	                    .tags_len = 2,
	                    .acts = acts,
	                    .acts_len = 2,
	                    .lede = STR("Each part in its normal use.")};
	if (str_is(request_query(r, "shell"), "link")) {
		page.shell = SHELL_LINK;
		page.link_scope = STR("You act for Universitetet i Bergen, for 3 students, until 30 June 2027.");
		page.link_scope_strong = STR("You act for Universitetet i Bergen");
		page.link_decline = STR("/places");
	}
	if (str_is(request_query(r, "flash"), "1")) flash_set(cx, r, p, STR("17 students written to. 2 skipped: no address."), STR("/out"));
	struct html *h = page_begin(cx, r, p, &page);
	struct str token = csrf_token(cx, r, p);
	html_lit(h, "<div class=\"cols\"><div class=\"stack\">");
	parts_left(cx, h, token);
	html_lit(h, "</div><div class=\"stack\">");
	parts_right(cx, h);
	html_lit(h, "</div></div>");
	return page_end(cx, r, p, &page);
}

static enum err gate(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.title = STR("Sign in"), .shell = SHELL_GATE};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<p class=\"sheet\">Nobody is signed in.</p>");
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

static enum err bulk(struct cx *cx, const struct request *r, struct reply *p, struct str act, const struct uuid *ids, size_t len)
{
	flash_set(cx, r, p, str_fmt(cx->arena, "%.*s: %zu", STR_ARG(act), len), STR_NONE);
	return reply_redirect(cx, p, STR("/places"));
}

static enum err panel_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	html_lit(h, "<p class=\"sheet pad\">A section of a later folder.</p>");
	return OK;
}

static const struct ready_view views[] = {{M_page_pref_light, "filter=kind:town"}, {0}};
static const struct bulk_act bulk_acts[] = {{"write", M_page_change, ICON_mail}, {0}};
static const struct entity_pages place_pages = {.entity = &place_entity,
                                                .under = "country",
                                                .views = views,
                                                .lat = "lat",
                                                .lng = "lng",
                                                .import_path = "/import",
                                                .bulk = bulk_acts,
                                                .bulk_run = bulk};
static const struct entity_pages region_pages = {.entity = &region_entity};
static const struct entity_pages *const pages[] = {&place_pages, &region_pages, NULL};
static const struct panel panel = {.entity = &place_entity, .title = M_page_archived, .render = panel_render};
static const struct panel *const panels[] = {&panel, NULL};
static const struct pages_config pages_all = {pages, panels};
static const struct entity *const entities[] = {&place_entity, &region_entity, NULL};

static const struct nav_item office[] = {{M_page_search_results, ICON_handshake, "/places", ROLE_OFFICE | ROLE_READER, places_count},
                                         {M_page_views, ICON_map, "/regions", ROLE_OFFICE, NULL},
                                         {M_page_facts, ICON_compass, "/parts", 0, NULL},
                                         {0}};
static const struct nav_item student[] = {{M_page_search, ICON_compass, "/parts", 0, NULL},
                                          {M_page_map_key, ICON_map_pinned, "/places", 0, NULL},
                                          {M_page_preferences, ICON_list_checks, "/preferences", 0, NULL},
                                          {M_page_account, ICON_shield_check, "/account", 0, NULL},
                                          {0}};
static const struct nav_item foot[] = {{M_page_preferences, ICON_settings, "/preferences", 0, NULL}, {0}};
static bool is_student(struct cx *cx) { return actor_has(cx, ROLE_STUDENT); }
static struct str school(struct cx *cx) { return STR("ESCOM Chimie"); }
static const struct shell_config shell = {.office = office,
                                          .student = student,
                                          .foot = foot,
                                          .is_student = is_student,
                                          .school = school,
                                          .sign_out_path = "/out",
                                          .search_path = "/search",
                                          .demo = true};

static const struct route own_routes[] = {
    {HTTP_GET, "/in", sign_in, ROUTE_PUBLIC, NULL},
    {HTTP_POST, "/out", sign_out, 0, NULL},
    {HTTP_GET, "/parts", parts, 0, NULL},
    {HTTP_GET, "/gate", gate, ROUTE_PUBLIC, NULL},
    {0},
};

/* Bearer "office" or "reader". */
static enum err load_token(struct cx *cx, const struct request *r, struct str token)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
		struct session s = {.account = accounts[i]};
		if (!str_is(token, role_names[i])) continue;
		cx->tenant = 1;
		return load_actor(cx, r, &s);
	}
	return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
}

static enum err serve(struct cx *cx, int argc, char **argv)
{
	int64_t count = 120;
	if (argc > 2 && !str_to_i64(str_of(argv[2]), &count)) return ERR_SYNTAX;
	TRY(engine_open(cx, argv[1], places_tables));
	cx->tenant = 1;
	entity_register_all(entities);
	struct actor us = {.name = STR("system"), .email = STR("system"), .is_operator = true};
	cx->actor = &us;
	TRY(places_fill(cx, (size_t)count));
	pages_configure(&pages_all);
	shell_configure(&shell);
	const struct route *tables[] = {
	    own_routes, shell_routes, search_routes, api_routes, entity_routes(cx, &place_pages), entity_routes(cx, &region_pages), NULL};
	struct web_config config = {
	    .listen = STR("127.0.0.1:0"), .routes = tables, .load_actor = load_actor, .error_page = error_page, .load_token = load_token};
	return serve_until_term(cx, &config, STR_NONE);
}

int main(int argc, char **argv)
{
	struct cx cx;
	if (argc < 2) return 2;
	cx_begin(&cx, NULL);
	enum err err = serve(&cx, argc, argv);
	return serve_end(&cx, err);
}
