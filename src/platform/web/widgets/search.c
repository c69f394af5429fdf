/* Best first: places and acts whose words begin with what was typed, then records, entity by entity. */
#include "platform/web/widgets/search.h"
#include "base/utf8.h"
#include "platform/assets/icons.h"
#include "platform/entity/entity.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/pages_own.h"

enum { PER_ENTITY = 8, FOUND_MAX = 200, Q_MAX = 100, JSON_CAP = 256 * 1024 };

static const struct command *commands;

void search_configure(const struct command *list) { commands = list; }

struct found {
	struct str label, under, kind, href;
	int icon;
};
struct search {
	struct str q;
	struct str kind; /* one entity only; absent: everything */
	struct found *found;
	size_t len;
	const struct entity *more[32]; /* entities that have more than are shown */
	size_t more_len;
};

struct words {
	struct str text;
	bool all;
};

struct begins {
	struct str word;
	bool hit;
};

static void word_begins(void *arg, struct str word)
{
	struct begins *b = arg;
	if (str_starts(word, b->word)) b->hit = true;
}

static void has_word(void *arg, struct str word)
{
	struct words *w = arg;
	struct begins b = {.word = word};
	utf8_words(w->text, word_begins, &b);
	if (!b.hit) w->all = false;
}

/* Every word of the question begins a word of the text. */
static bool text_matches(struct cx *cx, struct str q, struct str text)
{
	struct words w = {utf8_fold(cx->arena, text), true};
	utf8_words(utf8_fold(cx->arena, q), has_word, &w);
	return w.all;
}

static void add(struct search *s, struct found found)
{
	if (s->len < FOUND_MAX) s->found[s->len++] = found;
}

/* Lists that the navigation does not name: with it, every list has a way in. */
static void find_lists(struct cx *cx, struct search *s, const struct nav_item *nav)
{
	for (const struct entity *const *e = entity_all(); *e; e++) {
		struct str path = str_fmt(cx->arena, "/%s", (*e)->kind);
		bool named = false;
		for (const struct nav_item *item = nav; item->path; item++)
			named |= str_is(path, item->path);
		if (named || !actor_has(cx, (*e)->rights.read) || !entity_pages_of(*e) || !text_matches(cx, s->q, tr(cx, (*e)->label_many)))
			continue;
		add(s,
		    (struct found){.label = tr(cx, (*e)->label_many), .kind = tr(cx, M_page_kind_list), .href = path, .icon = (*e)->icon});
	}
}

static void find_places(struct cx *cx, struct search *s)
{
	struct page page = {0};
	for (const struct nav_item *item = shell_nav(cx, &page); item->path; item++)
		if (nav_allowed(cx, item) && text_matches(cx, s->q, tr(cx, item->label)))
			add(s, (struct found){.label = tr(cx, item->label),
			                      .kind = tr(cx, M_page_kind_place),
			                      .href = str_of(item->path),
			                      .icon = item->icon});
	find_lists(cx, s, shell_nav(cx, &page));
	for (const struct command *c = commands; c && c->label; c++)
		if (cx->actor && (!c->roles || actor_has(cx, c->roles)) && text_matches(cx, s->q, tr(cx, c->label)))
			add(s, (struct found){
				   .label = tr(cx, c->label), .kind = tr(cx, M_page_kind_act), .href = str_of(c->path), .icon = c->icon});
}

static bool searchable(const struct entity *e)
{
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_SEARCH) return true;
	return false;
}

static enum err find_rows(struct cx *cx, struct search *s, const struct entity *e)
{
	struct list_query q;
	const struct pair pairs[] = {{STR("q"), s->q}, {STR("size"), STR("8")}};
	TRY(list_query_parse(cx, e, (struct pairs){pairs, 2}, &q));
	struct list_page page;
	TRY(list_run(cx, &q, &page));
	const struct entity_pages *pages = entity_pages_of(e);
	const struct field *under = pages && pages->under ? entity_field(e, str_of(pages->under)) : NULL;
	for (size_t i = 0; i < page.len; i++) {
		const struct row *row = page.rows[i];
		bool has_under = under && under->type != FT_REF && field_known(under, row) && field_visible(cx, e, under);
		add(s, (struct found){.label = record_name(cx, e, row),
		                      .kind = tr(cx, e->label),
		                      .icon = e->icon,
		                      .under = has_under ? field_show(cx, under, row) : STR_NONE,
		                      .href = pages_record(cx, e, row->id)});
	}
	if (page.more && s->more_len < ARRAY_LEN(s->more)) s->more[s->more_len++] = e;
	return OK;
}

static enum err find_all(struct cx *cx, void *arg)
{
	struct search *s = arg;
	s->len = s->more_len = 0;
	if (str_blank(s->q)) return OK;
	if (!str_present(s->kind)) find_places(cx, s);
	for (const struct entity *const *e = entity_all(); *e; e++) {
		if (str_present(s->kind) && !str_is(s->kind, (*e)->kind)) continue;
		if (!searchable(*e) || !actor_has(cx, (*e)->rights.read) || !entity_pages_of(*e)) continue;
		TRY(find_rows(cx, s, *e));
	}
	return OK;
}

static enum err search_run(struct cx *cx, const struct request *r, struct search *s)
{
	*s = (struct search){.q = utf8_head(str_trim(request_query(r, "q")), Q_MAX),
	                     .kind = request_query(r, "of"),
	                     .found = ARENA_ARRAY(cx->arena, struct found, FOUND_MAX)};
	if (!utf8_valid(s->q)) s->q = STR("");
	return db_tx(cx, DB_READ, find_all, s);
}

static enum err search_json(struct cx *cx, struct reply *p, const struct search *found)
{
	const struct search s = *found;
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, JSON_CAP);
	json_writer_init(&w, &b);
	json_array_begin(&w);
	for (size_t i = 0; i < s.len; i++) {
		json_object_begin(&w);
		json_member_str(&w, "label", s.found[i].label);
		if (str_present(s.found[i].under)) json_member_str(&w, "under", s.found[i].under);
		json_member_str(&w, "kind", s.found[i].kind);
		json_member_str(&w, "href", s.found[i].href);
		if (s.found[i].icon) json_member_str(&w, "icon", str_of(icon_name((enum icon)s.found[i].icon)));
		json_object_end(&w);
	}
	json_array_end(&w);
	if (!json_complete(&w)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	return reply_json(cx, p, 200, sb_str(&b));
}

static void result(struct html *h, const struct found *f)
{
	html_lit(h, "<tr><td><a class=\"t row\"");
	html_url(h, "href", f->href);
	html_lit(h, ">");
	part_icon(h, f->icon, true);
	html_text(h, f->label);
	html_lit(h, "</a>");
	if (!str_blank(f->under)) {
		html_lit(h, "<span class=\"u\">");
		html_text(h, f->under);
		html_lit(h, "</span>");
	}
	html_lit(h, "</td><td class=\"muted\">");
	html_text(h, f->kind);
	html_lit(h, "</td></tr>\n");
}

static void results(struct cx *cx, struct html *h, const struct search *s)
{
	html_lit(h, "<div class=\"sheet\"><table class=\"list\"><caption class=\"vh\">");
	html_tr(cx, h, M_page_search_results);
	html_lit(h, "</caption><thead><tr><th scope=\"col\">");
	html_tr(cx, h, M_page_search_name);
	html_lit(h, "</th><th scope=\"col\">");
	html_tr(cx, h, M_page_search_kind);
	html_lit(h, "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < s->len; i++)
		result(h, &s->found[i]);
	html_lit(h, "</tbody></table></div>\n");
	if (s->more_len == 0) return;
	html_lit(h, "<p class=\"row sm mt-s\">");
	for (size_t i = 0; i < s->more_len; i++) {
		html_lit(h, "<a href=\"/");
		html_textz(h, s->more[i]->kind);
		html_lit(h, "?q=");
		html_query(h, s->q);
		html_lit(h, "\">");
		html_tr(cx, h, M_page_search_all_of, ARG_M("what", s->more[i]->label_many));
		html_lit(h, "</a>");
	}
	html_lit(h, "</p>");
}

static enum err search_page(struct cx *cx, const struct request *r, struct reply *p)
{
	struct search s;
	TRY(search_run(cx, r, &s));
	if (str_is(request_query(r, "format"), "json")) return search_json(cx, p, &s);
	struct page page = {.title = tr(cx, M_page_search)};
	if (str_blank(s.q))
		find_places(cx, &s);
	else
		page.lede = tr(cx, M_page_search_found, ARG_N("n", (int64_t)s.len), ARG_S("q", s.q));
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<form class=\"row\" role=\"search\" method=\"get\" action=\"/search\"");
	html_attr(h, "aria-label", tr(cx, M_page_search));
	html_lit(h, "><label class=\"vh\" for=\"search-q\">");
	html_tr(cx, h, M_page_find);
	html_lit(h, "</label><span class=\"find\">");
	part_icon(h, ICON_search, true);
	html_lit(h, "<input id=\"search-q\" name=\"q\" type=\"search\" autocomplete=\"off\"");
	html_attr(h, "value", s.q);
	html_lit(h, "></span><button class=\"btn\">");
	html_tr(cx, h, M_page_search);
	html_lit(h, "</button></form>\n<div class=\"mt\">");
	if (s.len)
		results(cx, h, &s);
	else if (!str_blank(s.q))
		part_empty(h, ICON_search, tr(cx, M_page_search_none, ARG_S("q", s.q)), NULL, STR_NONE);
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

const struct route search_routes[] = {
    {HTTP_GET, "/search", search_page, 0, NULL},
    {0},
};
