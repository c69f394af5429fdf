/* Above the table: views as tabs, the search in the list, what is filtered (each to be taken off), and filter menus. A menu
 * over values is an address of its own, so that its counts are read only when it is opened. */
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/table.h"

enum { MENUS_SHOWN = 3 };

struct str list_view_query(struct cx *cx, const struct list_query *q)
{
	return list_query_url(cx, q, (struct pairs){(const struct pair[]){{STR("page"), STR_NONE}}, 1});
}

static struct str address(struct cx *cx, const struct list_view *v, struct str query, const char *extra)
{
	struct sb out;
	sb_init(&out, cx->arena, 16 * 1024);
	sb_add(&out, v->base);
	char sep = '?';
	if (query.len) {
		sb_char(&out, sep);
		sb_add(&out, query);
		sep = '&';
	}
	if (v->map != v->map_first) {
		sb_char(&out, sep);
		sb_addz(&out, v->map ? "view=map" : "view=list");
		sep = '&';
	}
	if (extra) {
		sb_char(&out, sep);
		sb_addz(&out, extra);
	}
	return sb_str(&out);
}

struct str list_view_href(struct cx *cx, const struct list_view *v, const struct list_query *q)
{
	struct pairs none = {0};
	return address(cx, v, q->page > 1 ? list_query_url(cx, q, none) : list_view_query(cx, q), NULL);
}

struct list_query list_query_without(struct cx *cx, const struct list_query *q, const struct field *f)
{
	struct list_query out = *q;
	out.filters.ptr = NULL;
	out.filters.len = out.filters.cap = 0;
	out.page = 1;
	if (!f) return out;
	for (size_t i = 0; i < q->filters.len; i++)
		if (q->filters.ptr[i].field != f || q->filters.ptr[i].via) *VEC_PUSH(cx->arena, &out.filters) = q->filters.ptr[i];
	return out;
}

/* --- tabs --- */

static void tab(struct cx *cx, struct html *h, const struct list_view *v, const struct list_tab *t, bool current)
{
	html_lit(h, "<a");
	html_url(h, "href", address(cx, v, t->query, NULL));
	if (current) html_lit(h, " aria-current=\"page\"");
	html_lit(h, ">");
	html_text(h, t->name);
	if (t->count != UNKNOWN) {
		html_lit(h, " <span class=\"n\">");
		html_list_count(cx, h, t->count);
		html_lit(h, "</span>");
	}
	html_lit(h, "</a>");
}

static void save_view(struct cx *cx, struct html *h, const struct list_view *v, struct str query)
{
	html_lit(h, "<details class=\"pop\" data-menu><summary class=\"btn q\">");
	part_icon(h, ICON_bookmark, true);
	html_tr(cx, h, M_page_view_save);
	html_lit(h, "</summary><div class=\"panel\"><form class=\"stack-s\" method=\"post\" action=\"");
	html_text(h, v->base);
	html_lit(h, "/views\">");
	part_hidden(h, "csrf", v->token);
	part_hidden(h, "query", query);
	html_lit(h, "<div class=\"field\"><label for=\"view-name\">");
	html_tr(cx, h, M_page_view_name);
	html_lit(h, "</label><input class=\"in\" id=\"view-name\" name=\"name\" required maxlength=\"60\" autocomplete=\"off\"></div>"
	            "<p class=\"acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_page_save);
	html_lit(h, "</button></p></form></div></details>");
}

static void remove_view(struct cx *cx, struct html *h, const struct list_view *v, const struct list_tab *t)
{
	char id[UUID_TEXT_LEN];
	uuid_write(id, t->id);
	html_lit(h, "<form method=\"post\" action=\"");
	html_text(h, v->base);
	html_lit(h, "/views/");
	html_text(h, (struct str){id, sizeof id});
	html_lit(h, "/delete\">");
	part_hidden(h, "csrf", v->token);
	html_lit(h, "<button class=\"btn q\">");
	html_tr(cx, h, M_page_view_remove);
	html_lit(h, "</button></form>");
}

void html_list_tabs(struct cx *cx, struct html *h, const struct list_view *v)
{
	struct str query = list_view_query(cx, &v->query);
	const struct list_tab *current = NULL;
	html_lit(h, "<nav class=\"views\"");
	html_attr(h, "aria-label", tr(cx, M_page_views));
	html_lit(h, ">");
	for (size_t i = 0; i < v->tabs_len; i++) {
		bool here = !current && str_eq(v->tabs[i].query, query);
		if (here) current = &v->tabs[i];
		tab(cx, h, v, &v->tabs[i], here);
	}
	html_lit(h, "</nav>\n");
	bool own = current && !uuid_none(current->id);
	if (!v->may_save || (current && !own)) return;
	html_lit(h, "<div class=\"list-tools\"><p class=\"cnt\" role=\"status\">");
	html_tr(cx, h, M_page_list_count, ARG_S("count", list_count_text(cx, v->page.count)));
	html_lit(h, "</p>");
	if (own)
		remove_view(cx, h, v, current);
	else
		save_view(cx, h, v, query);
	html_lit(h, "</div>\n");
}

/* --- what is filtered --- */

static void on_chip(struct cx *cx, struct html *h, const struct list_view *v, const struct list_query *without, struct str text)
{
	html_lit(h, "<a class=\"chip on\"");
	html_url(h, "href", list_view_href(cx, v, without));
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, " ");
	part_icon(h, ICON_x, true);
	html_lit(h, "<span class=\"vh\">");
	html_tr(cx, h, M_page_filter_remove);
	html_lit(h, "</span></a>");
}

static void archived_chip(struct cx *cx, struct html *h, const struct list_view *v)
{
	struct list_query q = v->query;
	q.page = 1;
	if (v->query.archived == 2) {
		q.archived = 0;
		html_lit(h, "<a class=\"chip\"");
		html_url(h, "href", list_view_href(cx, v, &q));
		html_lit(h, ">");
		part_icon(h, ICON_plus, true);
		html_tr(cx, h, M_page_filter_not_archived);
		html_lit(h, "</a>");
		return;
	}
	q.archived = 2;
	on_chip(cx, h, v, &q, tr(cx, v->query.archived ? M_page_filter_only_archived : M_page_filter_not_archived));
}

static void active_chips(struct cx *cx, struct html *h, const struct list_view *v)
{
	for (size_t i = 0; i < v->query.filters.len; i++) {
		struct list_query q = list_query_without(cx, &v->query, NULL);
		for (size_t j = 0; j < v->query.filters.len; j++)
			if (j != i) *VEC_PUSH(cx->arena, &q.filters) = v->query.filters.ptr[j];
		on_chip(cx, h, v, &q, v->filter_texts[i]);
	}
}

/* --- menus --- */

static bool by_values(const struct field *f) { return f->type == FT_ENUM || f->type == FT_BOOL || f->type == FT_CODE || f->type == FT_REF; }

/* The text that a filter with this operator holds now, for its input. */
static struct str held(const struct list_view *v, const struct field *f, enum list_op op)
{
	for (size_t i = 0; i < v->query.filters.len; i++) {
		const struct list_filter *x = &v->query.filters.ptr[i];
		if (x->field == f && !x->via && x->op == op && x->values.len) return x->values.ptr[0];
	}
	return STR_NONE;
}

static bool holds(const struct list_view *v, const struct field *f, struct str value)
{
	for (size_t i = 0; i < v->query.filters.len; i++) {
		const struct list_filter *x = &v->query.filters.ptr[i];
		for (size_t j = 0; x->field == f && !x->via && x->op == OP_EQ && j < x->values.len; j++)
			if (str_eq(x->values.ptr[j], value)) return true;
	}
	return false;
}

static void menu_input(struct cx *cx, struct html *h, const struct list_view *v, const struct field *f, const char *name, enum list_op op,
                       int label)
{
	html_lit(h, "<div class=\"field\"><label for=\"m-");
	html_textz(h, f->name);
	html_lit(h, "-");
	html_textz(h, name);
	html_lit(h, "\">");
	html_tr(cx, h, label);
	html_lit(h, "</label><input class=\"in\" id=\"m-");
	html_textz(h, f->name);
	html_lit(h, "-");
	html_textz(h, name);
	html_lit(h, "\" autocomplete=\"off\"");
	html_attr(h, "name", str_of(name));
	html_attr(h, "value", held(v, f, op));
	if (f->type == FT_DATE || f->type == FT_INSTANT) html_attr(h, "placeholder", tr(cx, M_page_date_example));
	html_lit(h, "></div>");
}

static void menu_values(struct cx *cx, struct html *h, const struct list_view *v, const struct field *f)
{
	html_lit(h, "<div class=\"checks\" role=\"group\"");
	html_attr(h, "aria-label", tr(cx, f->label));
	html_lit(h, ">");
	for (size_t i = 0; i < v->facets_len; i++) {
		const struct facet *facet = &v->facets[i];
		html_lit(h, "<label><input type=\"checkbox\" name=\"v\"");
		html_attr(h, "value", facet->value);
		html_flag(h, "checked", holds(v, f, facet->value));
		html_lit(h, "><span>");
		html_text(h, facet->label);
		html_lit(h, "</span><span class=\"n\">");
		html_number(cx, h, facet->count);
		html_lit(h, "</span></label>");
	}
	if (v->facets_len == 0) {
		html_lit(h, "<p class=\"sm muted\">");
		html_tr(cx, h, M_page_filter_no_values);
		html_lit(h, "</p>");
	}
	html_lit(h, "</div>");
}

static void menu_form(struct cx *cx, struct html *h, const struct list_view *v, const struct field *f)
{
	html_lit(h, "<form class=\"stack-s\" method=\"get\"");
	html_url(h, "action", v->base);
	html_lit(h, ">");
	part_hidden_query(cx, h, list_view_query(cx, &v->query), STR(""));
	if (v->map != v->map_first) part_hidden(h, "view", v->map ? STR("map") : STR("list"));
	part_hidden(h, "set", str_of(f->name));
	if (by_values(f)) {
		menu_values(cx, h, v, f);
	} else if (f->type == FT_TEXT) {
		menu_input(cx, h, v, f, "starts", OP_STARTS, M_page_filter_starts);
	} else {
		menu_input(cx, h, v, f, "ge", OP_GE, M_page_filter_from);
		menu_input(cx, h, v, f, "le", OP_LE, M_page_filter_to);
	}
	html_lit(h, "<p class=\"acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_page_filter_apply);
	html_lit(h, "</button></p></form>");
}

static void menu(struct cx *cx, struct html *h, const struct list_view *v, const struct field *f)
{
	bool open = str_is(v->menu, f->name);
	if (by_values(f) && !open) {
		html_lit(h, "<a class=\"chip\" data-fragment-menu");
		html_url(h, "href",
		         address(cx, v, list_view_query(cx, &v->query), str_z(cx->arena, str_fmt(cx->arena, "menu=%s", f->name))));
		html_lit(h, ">");
		html_tr(cx, h, f->label);
		html_lit(h, " ");
		part_icon(h, ICON_chevron_down, true);
		html_lit(h, "</a>");
		return;
	}
	html_lit(h, "<details class=\"pop\" data-menu");
	html_flag(h, "open", open);
	html_lit(h, "><summary class=\"chip\">");
	html_tr(cx, h, f->label);
	html_lit(h, " ");
	part_icon(h, ICON_chevron_down, true);
	html_lit(h, "</summary><div class=\"panel\">");
	menu_form(cx, h, v, f);
	html_lit(h, "</div></details>");
}

static void more_menus(struct cx *cx, struct html *h, const struct list_view *v, const struct field *const *fields, size_t len)
{
	html_lit(h, "<details class=\"pop\" data-menu><summary class=\"chip\">");
	part_icon(h, ICON_plus, true);
	html_tr(cx, h, M_page_filter_more);
	html_lit(h, "</summary><div class=\"panel\">");
	for (size_t i = 0; i < len; i++) {
		html_lit(h, "<a class=\"item\"");
		html_url(h, "href",
		         address(cx, v, list_view_query(cx, &v->query), str_z(cx->arena, str_fmt(cx->arena, "menu=%s", fields[i]->name))));
		html_lit(h, ">");
		html_tr(cx, h, fields[i]->label);
		html_lit(h, "</a>");
	}
	html_lit(h, "</div></details>");
}

static bool offered(const struct field *f) { return f->flags & FF_FILTER && !(f->flags & (FF_SENSITIVE | FF_HIDDEN)); }

static void menus(struct cx *cx, struct html *h, const struct list_view *v)
{
	const struct field *later[ENTITY_FIELDS_MAX];
	size_t shown = 0, later_len = 0;
	/* An open menu stands first, so that it has room to the right. */
	const struct field *open = str_present(v->menu) ? entity_field(v->entity, v->menu) : NULL;
	if (open && offered(open)) menu(cx, h, v, open);
	for (size_t i = 0; i < v->entity->fields_len; i++) {
		const struct field *f = &v->entity->fields[i];
		if (!offered(f) || f == open) continue;
		if (shown++ < MENUS_SHOWN)
			menu(cx, h, v, f);
		else
			later[later_len++] = f;
	}
	if (later_len) more_menus(cx, h, v, later, later_len);
}

static void list_search(struct cx *cx, struct html *h, const struct list_view *v)
{
	bool any = false;
	for (size_t i = 0; i < v->entity->fields_len; i++)
		any = any || v->entity->fields[i].flags & FF_SEARCH;
	if (!any) return;
	html_lit(h, "<form class=\"find\" role=\"search\" method=\"get\"");
	html_url(h, "action", v->base);
	html_attr(h, "aria-label", tr(cx, M_page_list_search));
	html_lit(h, ">");
	part_hidden_query(cx, h, list_view_query(cx, &v->query), STR("q"));
	if (v->map != v->map_first) part_hidden(h, "view", v->map ? STR("map") : STR("list"));
	html_lit(h, "<label class=\"vh\" for=\"list-q\">");
	html_tr(cx, h, M_page_list_search);
	html_lit(h, "</label>");
	part_icon(h, ICON_search, true);
	html_lit(h, "<input id=\"list-q\" name=\"q\" type=\"search\" autocomplete=\"off\"");
	html_attr(h, "value", v->query.q);
	html_attr(h, "placeholder", tr(cx, M_page_list_search));
	html_lit(h, "></form>");
}

static void seg_link(struct cx *cx, struct html *h, const struct list_view *v, bool map, int icon, int label)
{
	struct list_view other = *v;
	other.map = map;
	html_lit(h, "<a");
	html_url(h, "href", list_view_href(cx, &other, &v->query));
	if (map == v->map) html_lit(h, " aria-current=\"true\"");
	html_lit(h, ">");
	part_icon(h, icon, true);
	html_tr(cx, h, label);
	html_lit(h, "</a>");
}

void html_list_chips(struct cx *cx, struct html *h, const struct list_view *v)
{
	if (str_present(v->problem)) {
		html_lit(h, "<p class=\"note stop\" role=\"alert\">");
		part_icon(h, ICON_triangle_alert, true);
		html_lit(h, "<span>");
		html_text(h, v->problem);
		html_lit(h, "</span></p>\n");
	}
	html_lit(h, "<div class=\"list-tools chips\" role=\"group\"");
	html_attr(h, "aria-label", tr(cx, M_page_filters));
	html_lit(h, ">");
	list_search(cx, h, v);
	archived_chip(cx, h, v);
	active_chips(cx, h, v);
	menus(cx, h, v);
	if (v->has_map) {
		html_lit(h, "<span class=\"seg\">");
		seg_link(cx, h, v, false, ICON_list, M_page_list_list);
		seg_link(cx, h, v, true, ICON_map, M_page_list_map);
		html_lit(h, "</span>");
	}
	html_lit(h, "</div>\n");
}
