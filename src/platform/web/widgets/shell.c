/* Office shell (side list), student shell (top bar and tabs), gate and link pages around the content of a page. */
#include "platform/web/widgets/shell.h"
#include "platform/assets/assets.h"
#include "platform/assets/icons.h"
#include "platform/db/db.h"
#include "platform/entity/actor.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include <pthread.h>

enum { PAGE_CAP = 8 * 1024 * 1024, PAGE_USUAL = 64 * 1024, TABS_MAX = 4 };

static const struct shell_config *site;
static const struct nav_item no_items[] = {{0}};
static const struct shell_config empty_site = {.office = no_items, .student = no_items, .foot = no_items};

void shell_configure(const struct shell_config *config) { site = config; }

const struct shell_config *shell_config(void) { return site ? site : &empty_site; }

/* --- counts, some seconds old --- */

enum { COUNT_SLOTS = 1024 };
static struct count_slot {
	uint64_t key;
	int64_t n, until_ms;
} count_slots[COUNT_SLOTS];
static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;

/* What one account may count says nothing about what another may, so the account is part of the key. */
static uint64_t count_key(const struct cx *cx, uint64_t key)
{
	struct str who = cx->actor ? (struct str){(const char *)cx->actor->account.b, sizeof cx->actor->account.b} : STR("");
	uint64_t h = str_hash(who) ^ key * 0x9e3779b97f4a7c15u ^ (uint64_t)cx->tenant * 0xc2b2ae3d27d4eb4fu;
	return h ? h : 1;
}

bool count_kept(struct cx *cx, uint64_t key, int64_t *n)
{
	uint64_t full = count_key(cx, key);
	struct count_slot *slot = &count_slots[full % COUNT_SLOTS];
	pthread_mutex_lock(&count_lock);
	bool known = slot->key == full, hit = known && slot->until_ms > cx->now_ms;
	if (hit)
		*n = slot->n;
	else if (known)
		slot->until_ms = cx->now_ms + COUNT_RENEWED_MS;
	pthread_mutex_unlock(&count_lock);
	return hit;
}

void count_keep(struct cx *cx, uint64_t key, int64_t n)
{
	uint64_t full = count_key(cx, key);
	struct count_slot *slot = &count_slots[full % COUNT_SLOTS];
	pthread_mutex_lock(&count_lock);
	*slot = (struct count_slot){.key = full, .n = n, .until_ms = cx->now_ms + COUNT_KEPT_MS};
	pthread_mutex_unlock(&count_lock);
}

struct count_job {
	const struct nav_item *missing[32];
	size_t len;
};

static enum err read_counts(struct cx *cx, void *arg)
{
	const struct count_job *job = arg;
	for (size_t i = 0; i < job->len; i++) {
		int64_t n;
		TRY(job->missing[i]->count(cx, &n));
		count_keep(cx, (uint64_t)(uintptr_t)job->missing[i], n);
	}
	return OK;
}

/* A count that cannot be read is left out: the page is worth more than its navigation. */
static void fill_counts(struct cx *cx, const struct nav_item *items)
{
	struct count_job job = {.len = 0};
	for (const struct nav_item *item = items; item->path && job.len < ARRAY_LEN(job.missing); item++) {
		int64_t n;
		if (item->count && nav_allowed(cx, item) && !count_kept(cx, (uint64_t)(uintptr_t)item, &n)) job.missing[job.len++] = item;
	}
	if (!job.len || !cx->db) return;
	struct problem *problems = cx->problems, **end = cx->problems_end;
	if (db_tx(cx, DB_READ, read_counts, &job) != OK) {
		cx->problems = problems;
		cx->problems_end = end;
		if (end) *end = NULL;
	}
}

/* --- navigation --- */

bool nav_allowed(const struct cx *cx, const struct nav_item *item) { return cx->actor && (item->roles == 0 || actor_has(cx, item->roles)); }

static enum shell resolve(struct cx *cx, const struct page *page)
{
	if (page->shell != SHELL_AUTO) return page->shell;
	if (!cx->actor) return SHELL_GATE;
	const struct shell_config *s = shell_config();
	return s->is_student && s->is_student(cx) ? SHELL_STUDENT : SHELL_OFFICE;
}

const struct nav_item *shell_nav(struct cx *cx, const struct page *page)
{
	const struct shell_config *s = shell_config();
	enum shell shell = resolve(cx, page);
	const struct nav_item *items = shell == SHELL_STUDENT ? s->student : shell == SHELL_OFFICE ? s->office : NULL;
	return items ? items : no_items;
}

/* "/" is only itself; any other path holds what lies below it. */
static bool path_covers(const char *path, struct str address)
{
	struct str p = str_of(path);
	if (p.len <= 1) return address.len <= 1;
	return str_starts(address, p) && (address.len == p.len || address.ptr[p.len] == '/');
}

static const char *current_path(const struct nav_item *items, const struct request *r, const struct page *page)
{
	if (page->nav) return page->nav;
	const char *best = NULL;
	for (const struct nav_item *item = items; item->path; item++)
		if (path_covers(item->path, r->path) && (!best || str_of(item->path).len > str_of(best).len)) best = item->path;
	return best;
}

static void nav_links(struct cx *cx, struct html *h, const struct nav_item *items, const char *current, bool icons)
{
	for (const struct nav_item *item = items; item->path; item++) {
		if (!nav_allowed(cx, item)) continue;
		html_lit(h, "<a");
		html_url(h, "href", str_of(item->path));
		if (current && str_is(str_of(current), item->path)) html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		if (icons) part_icon(h, item->icon, false);
		html_tr(cx, h, item->label);
		int64_t n;
		if (icons && item->count && count_kept(cx, (uint64_t)(uintptr_t)item, &n) && n != UNKNOWN) {
			html_lit(h, "<span class=\"n\">");
			html_number(cx, h, n);
			html_lit(h, "</span>");
		}
		html_lit(h, "</a>\n");
	}
}

static void brand(struct html *h)
{
	html_lit(h, "<a class=\"brand\" href=\"/\"><svg aria-hidden=\"true\"><use href=\"");
	html_textz(h, icon_href(ICON_mark));
	html_lit(h, "\"/></svg><span>Passerelle</span></a>\n");
}

static void language_link(struct cx *cx, struct html *h, const struct request *r, const char *cls)
{
	enum lang other = cx->lang == LANG_FR ? LANG_EN : LANG_FR;
	struct str code = str_of(lang_code(other));
	html_lit(h, "<a href=\"/language/");
	html_text(h, code);
	html_lit(h, "?back=");
	html_query(h, r->method == HTTP_GET ? r->target : r->path);
	html_lit(h, "\"");
	html_attr(h, "lang", code);
	html_attr(h, "hreflang", code);
	html_attr(h, "class", str_of(cls));
	html_lit(h, ">");
	html_tr(cx, h, other == LANG_FR ? M_lang_fr : M_lang_en);
	html_lit(h, "</a>");
}

static void find_form(struct cx *cx, struct html *h, const struct shell_config *s, const struct request *r)
{
	if (!s->search_path) return;
	html_lit(h, "<form class=\"find\" role=\"search\" method=\"get\"");
	html_url(h, "action", str_of(s->search_path));
	html_attr(h, "data-none", tr(cx, M_page_palette_none));
	html_attr(h, "data-found", tr(cx, M_page_palette_found));
	html_attr(h, "data-keys-move", tr(cx, M_page_palette_move));
	html_attr(h, "data-keys-open", tr(cx, M_page_palette_open));
	html_attr(h, "data-keys-close", tr(cx, M_page_palette_close));
	html_lit(h, " data-palette><label class=\"vh\" for=\"find-q\">");
	html_tr(cx, h, M_page_find);
	html_lit(h, "</label>");
	part_icon(h, ICON_search, true);
	html_lit(h, "<input id=\"find-q\" name=\"q\" type=\"search\" autocomplete=\"off\"");
	html_attr(h, "placeholder", tr(cx, M_page_find));
	if (str_is(r->path, s->search_path)) html_attr(h, "value", request_query(r, "q"));
	html_lit(h, "><kbd aria-hidden=\"true\">/</kbd></form>\n");
}

static void account_items(struct cx *cx, struct html *h, const struct shell_config *s, struct str token, const char *item_class)
{
	html_lit(h, "<a href=\"/preferences\"");
	html_attr(h, "class", str_of(item_class));
	html_lit(h, ">");
	part_icon(h, ICON_settings, true);
	html_tr(cx, h, M_page_preferences);
	html_lit(h, "</a>");
	if (s->account_path) {
		html_lit(h, "<a");
		html_url(h, "href", str_of(s->account_path));
		html_attr(h, "class", str_of(item_class));
		html_lit(h, ">");
		part_icon(h, ICON_user, true);
		html_tr(cx, h, M_page_account);
		html_lit(h, "</a>");
	}
	if (!s->sign_out_path) return;
	html_lit(h, "<form method=\"post\"");
	html_url(h, "action", str_of(s->sign_out_path));
	html_attr(h, "data-forget", uuid_text(cx->arena, cx->actor->account));
	html_lit(h, ">");
	part_hidden(h, "csrf", token);
	html_lit(h, "<button class=\"item\">");
	part_icon(h, ICON_log_out, true);
	html_tr(cx, h, M_page_sign_out);
	html_lit(h, "</button></form>");
}

static void user_menu(struct cx *cx, struct html *h, const struct shell_config *s, struct str token)
{
	if (!cx->actor) return;
	html_lit(h, "<details class=\"pop end d\" data-menu><summary class=\"who\">");
	part_icon(h, ICON_user, true);
	html_text(h, cx->actor->name);
	html_lit(h, "</summary><div class=\"panel\">");
	account_items(cx, h, s, token, "item");
	html_lit(h, "</div></details>");
}

static void phone_menu(struct cx *cx, struct html *h, const struct shell_config *s, const struct request *r, const struct nav_item *items,
                       const char *current, struct str token)
{
	html_lit(h, "\n<details class=\"menu\" data-menu><summary");
	html_attr(h, "aria-label", tr(cx, M_page_menu));
	html_lit(h, ">");
	part_icon(h, ICON_menu, false);
	html_lit(h, "</summary><nav class=\"nav\"");
	html_attr(h, "aria-label", tr(cx, M_page_menu));
	html_lit(h, ">");
	nav_links(cx, h, items, current, true);
	if (s->search_path) {
		html_lit(h, "<a");
		html_url(h, "href", str_of(s->search_path));
		html_lit(h, ">");
		part_icon(h, ICON_search, false);
		html_tr(cx, h, M_page_search);
		html_lit(h, "</a>\n");
	}
	if (s->foot) nav_links(cx, h, s->foot, current, true);
	language_link(cx, h, r, NULL);
	if (cx->actor) account_items(cx, h, s, token, NULL);
	html_lit(h, "</nav></details>");
}

/* --- the document --- */

static void document_begin(struct cx *cx, struct html *h, const struct request *r, const struct page *page)
{
	struct str theme = request_cookie(r, "theme"), density = request_cookie(r, "density");
	html_lit(h, "<!doctype html>\n<html");
	html_attr(h, "lang", str_of(lang_code(cx->lang)));
	if (str_is(theme, "light") || str_is(theme, "dark")) html_attr(h, "data-theme", theme);
	if (str_is(density, "compact")) html_attr(h, "data-density", density);
	html_lit(h, ">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
	html_text(h, page->title);
	html_lit(h, " · Passerelle</title>\n<link rel=\"stylesheet\"");
	html_url(h, "href", str_of(asset_url(ASSET_CSS)));
	html_lit(h, ">\n<link rel=\"icon\" type=\"image/svg+xml\"");
	html_url(h, "href", str_of(asset_url(ASSET_FAVICON)));
	html_lit(h, ">\n<script defer");
	html_url(h, "src", str_of(asset_url(ASSET_JS)));
	html_lit(h, "></script></head>\n");
}

static void skip_link(struct cx *cx, struct html *h)
{
	html_lit(h, "<a class=\"skip\" href=\"#main\">");
	html_tr(cx, h, M_page_skip);
	html_lit(h, "</a>\n");
}

static void demo_strip(struct cx *cx, struct html *h)
{
	if (!shell_config()->demo) return;
	html_lit(h, "<div class=\"demo\" role=\"region\"");
	html_attr(h, "aria-label", tr(cx, M_page_demo_label));
	html_lit(h, ">");
	html_tr(cx, h, M_page_demo);
	html_lit(h, "</div>\n");
}

static void office_begin(struct cx *cx, struct html *h, const struct request *r, const struct page *page, struct str token)
{
	const struct shell_config *s = shell_config();
	const struct nav_item *items = shell_nav(cx, page);
	const char *current = current_path(items, r, page);
	html_lit(h, "<body>\n");
	skip_link(cx, h);
	html_lit(h, "<div class=\"shell\">\n<aside class=\"side\"");
	html_attr(h, "aria-label", tr(cx, M_page_school));
	html_lit(h, ">\n");
	brand(h);
	html_lit(h, "<nav class=\"nav\"");
	html_attr(h, "aria-label", tr(cx, M_page_main_nav));
	html_lit(h, ">");
	nav_links(cx, h, items, current, true);
	html_lit(h, "</nav>\n<div class=\"foot\">");
	struct str school = s->school ? s->school(cx) : STR_NONE;
	if (str_present(school)) {
		html_lit(h, "<span>");
		html_text(h, school);
		html_lit(h, "</span>");
	}
	if (s->foot) nav_links(cx, h, s->foot, NULL, false);
	html_lit(h, "</div>\n</aside>\n<div class=\"body\">\n");
	demo_strip(cx, h);
	html_lit(h, "<header class=\"bar\">\n");
	brand(h);
	find_form(cx, h, s, r);
	html_lit(h, "<div class=\"end\">");
	language_link(cx, h, r, "d");
	user_menu(cx, h, s, token);
	phone_menu(cx, h, s, r, items, current, token);
	html_lit(h, "</div>\n</header>\n<main class=\"main\" id=\"main\" tabindex=\"-1\">\n");
}

static void student_begin(struct cx *cx, struct html *h, const struct request *r, const struct page *page, struct str token)
{
	const struct nav_item *items = shell_nav(cx, page);
	html_lit(h, "<body class=\"top\">\n");
	skip_link(cx, h);
	demo_strip(cx, h);
	html_lit(h, "<header class=\"bar\">\n");
	brand(h);
	html_lit(h, "<nav class=\"d\"");
	html_attr(h, "aria-label", tr(cx, M_page_main_nav));
	html_lit(h, ">");
	nav_links(cx, h, items, current_path(items, r, page), false);
	html_lit(h, "</nav>\n<div class=\"end\">");
	language_link(cx, h, r, NULL);
	user_menu(cx, h, shell_config(), token);
	html_lit(h, "</div>\n</header>\n<main class=\"main\" id=\"main\" tabindex=\"-1\">\n");
}

/* The four tabs under the thumb, with their icons. */
static void student_tabs(struct cx *cx, struct html *h, const struct request *r, const struct page *page)
{
	const struct nav_item *items = shell_nav(cx, page);
	const char *current = current_path(items, r, page);
	html_lit(h, "<nav class=\"tabs-b\"");
	html_attr(h, "aria-label", tr(cx, M_page_tabs));
	html_lit(h, ">");
	int shown = 0;
	for (const struct nav_item *item = items; item->path && shown < TABS_MAX; item++) {
		if (!nav_allowed(cx, item)) continue;
		shown++;
		html_lit(h, "<a");
		html_url(h, "href", str_of(item->path));
		if (current && str_is(str_of(current), item->path)) html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		part_icon(h, item->icon, false);
		html_tr(cx, h, item->label_short ? item->label_short : item->label);
		html_lit(h, "</a>");
	}
	html_lit(h, "</nav>\n");
}

static void link_begin(struct cx *cx, struct html *h, const struct request *r, const struct page *page)
{
	html_lit(h, "<body class=\"top\">\n");
	skip_link(cx, h);
	demo_strip(cx, h);
	html_lit(h, "<div class=\"linkbar\" role=\"region\"");
	html_attr(h, "aria-label", tr(cx, M_page_your_link));
	html_lit(h, "><span>");
	part_strong(h, page->link_scope, page->link_scope_strong);
	html_lit(h, "</span><span class=\"end\">");
	if (str_present(page->link_decline)) {
		html_lit(h, "<a");
		html_url(h, "href", page->link_decline);
		html_lit(h, ">");
		html_tr(cx, h, M_page_not_me);
		html_lit(h, "</a>");
	}
	language_link(cx, h, r, NULL);
	html_lit(h, "</span></div>\n<main class=\"main\" id=\"main\" tabindex=\"-1\">\n");
}

static void gate_begin(struct cx *cx, struct html *h)
{
	html_lit(h, "<body>\n");
	skip_link(cx, h);
	html_lit(h, "<div class=\"gate\">\n<header>");
	brand(h);
	html_lit(h, "</header>");
	html_lit(h, "<main id=\"main\" tabindex=\"-1\">\n");
}

static void head(struct html *h, const struct page *page, struct str token)
{
	html_lit(h, "<div class=\"head\">");
	if (page->crumbs_len) {
		html_lit(h, "<p class=\"crumb\">");
		for (size_t i = 0; i < page->crumbs_len; i++) {
			if (i) {
				html_lit(h, " ");
				part_icon(h, ICON_chevron_right, true);
				html_lit(h, " ");
			}
			bool link = str_present(page->crumbs[i].href);
			if (link) {
				html_lit(h, "<a");
				html_url(h, "href", page->crumbs[i].href);
				html_lit(h, ">");
			}
			html_text(h, page->crumbs[i].text);
			if (link) html_lit(h, "</a>");
		}
		html_lit(h, "</p>\n");
	}
	html_lit(h, "<div class=\"row\"><h1>");
	html_text(h, page->title);
	html_lit(h, "</h1>");
	for (size_t i = 0; i < page->tags_len; i++)
		part_tag(h, page->tags[i].tone, page->tags[i].text);
	html_lit(h, "</div>");
	if (!str_blank(page->lede)) {
		html_lit(h, "<p class=\"lede\">");
		html_text(h, page->lede);
		html_lit(h, "</p>");
	}
	if (page->acts_len) {
		html_lit(h, "<div class=\"acts\">");
		for (size_t i = 0; i < page->acts_len; i++)
			part_act(h, &page->acts[i], token);
		html_lit(h, "</div>");
	}
	if (page->pen) part_pen(h, page->pen);
	html_lit(h, "</div>\n");
}

struct html *page_begin(struct cx *cx, const struct request *r, struct reply *p, const struct page *page)
{
	struct html *h = &p->html;
	p->content_type = STR("text/html; charset=utf-8");
	html_init(h, cx->arena, PAGE_CAP);
	sb_reserve(&h->sb, PAGE_USUAL); /* growing step by step would copy the page as often */
	if (r->fragment) {
		if (!page->bare_head) head(h, page, csrf_token(cx, r, p));
		return h;
	}
	struct str token = csrf_token(cx, r, p);
	const struct nav_item *items = shell_nav(cx, page);
	fill_counts(cx, items);
	document_begin(cx, h, r, page);
	switch (resolve(cx, page)) {
	case SHELL_STUDENT: student_begin(cx, h, r, page, token); break;
	case SHELL_GATE: gate_begin(cx, h); break;
	case SHELL_LINK: link_begin(cx, h, r, page); break;
	default: office_begin(cx, h, r, page, token); break;
	}
	if (!page->bare_head && resolve(cx, page) == SHELL_GATE) {
		html_lit(h, "<h1>");
		html_text(h, page->title);
		html_lit(h, "</h1>\n");
	} else if (!page->bare_head) {
		head(h, page, token);
	}
	return h;
}

static void gate_end(struct cx *cx, struct html *h, const struct request *r)
{
	html_lit(h, "<footer>");
	if (shell_config()->demo) {
		html_lit(h, "<span>");
		html_tr(cx, h, M_page_demo);
		html_lit(h, "</span>");
	}
	language_link(cx, h, r, NULL);
	html_lit(h, "</footer></div>\n");
}

enum err page_end(struct cx *cx, const struct request *r, struct reply *p, const struct page *page)
{
	struct html *h = &p->html;
	if (!r->fragment) {
		html_lit(h, "</main>\n");
		enum shell shell = resolve(cx, page);
		if (shell == SHELL_OFFICE) html_lit(h, "</div></div>\n");
		if (shell == SHELL_STUDENT) student_tabs(cx, h, r, page);
		if (shell == SHELL_GATE) gate_end(cx, h, r);
		struct flash flash;
		if (flash_take(cx, r, p, &flash)) part_toast(cx, h, flash.text, flash.undo, csrf_token(cx, r, p));
		html_lit(h, "</body></html>\n");
	}
	return sb_failed(&h->sb) ? fail(cx, ERR_BUG, NULL, M_error_bug) : OK;
}
