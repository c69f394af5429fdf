/* The list of an entity: reads its address, gathers everything in one read transaction, writes the page. */
#include "base/date.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/map.h"
#include "platform/web/widgets/pages_own.h"

enum { FACETS_MAX = 60, TABS_MAX = 24, PANELS_MAX = 8, LIST_SIZE = 50 };

/* --- the address --- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
	return -1;
}

static struct str url_decode(struct cx *cx, struct str s)
{
	char *out = arena_alloc(cx->arena, s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.ptr[i + 2]) : -1;
		bool coded = low >= 0;
		out[n++] = coded ? (char)(high << 4 | low) : s.ptr[i] == '+' ? ' ' : s.ptr[i];
		if (coded) i += 2;
	}
	return (struct str){out, n};
}

struct pairs query_pairs(struct cx *cx, struct str query)
{
	VEC(struct pair) out = {0};
	struct str part;
	while (str_split(&query, '&', &part)) {
		size_t eq = str_find_char(part, '=');
		if (eq == STR_NPOS || part.len == 0) continue;
		*VEC_PUSH(cx->arena, &out) =
		    (struct pair){url_decode(cx, str_sub(part, 0, eq)), url_decode(cx, str_sub(part, eq + 1, part.len))};
	}
	return (struct pairs){out.ptr, out.len};
}

/* A question that must not leave problems behind when it cannot be read. */
static bool parse_quietly(struct cx *cx, const struct entity *e, struct pairs pairs, struct list_query *out)
{
	struct problem *problems = cx->problems, **end = cx->problems_end;
	bool good = list_query_parse(cx, e, pairs, out) == OK;
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	return good;
}

struct str query_canonical(struct cx *cx, const struct entity *e, struct str query)
{
	struct list_query q;
	if (!parse_quietly(cx, e, query_pairs(cx, query), &q)) return STR("");
	return list_view_query(cx, &q);
}

/* What a filter menu sent becomes the filters of one field; what the column chooser sent becomes columns=a,b. */
static struct pairs menu_pairs(struct cx *cx, const struct request *r, const struct entity *e)
{
	VEC(struct pair) out = {0};
	struct sb columns;
	sb_init(&columns, cx->arena, 8192);
	struct str set = request_query(r, "set");
	const struct field *f = str_present(set) ? entity_field(e, set) : NULL;
	for (size_t i = 0; i < r->query.len; i++) {
		struct str name = r->query.ptr[i].name, value = str_trim(r->query.ptr[i].value);
		struct str of_field = f ? str_fmt(cx->arena, "%s:", f->name) : STR_NONE;
		if (str_is(name, "col")) {
			sb_fmt(&columns, "%s%.*s", columns.len ? "," : "", STR_ARG(value));
		} else if (f && str_is(name, "filter") && str_starts(value, of_field)) {
			continue; /* replaced */
		} else if (f && str_is(name, "v") && value.len) {
			*VEC_PUSH(cx->arena, &out) =
			    (struct pair){STR("filter"), str_fmt(cx->arena, "%s:eq:%.*s", f->name, STR_ARG(value))};
		} else if (f && value.len && (str_is(name, "ge") || str_is(name, "le") || str_is(name, "starts"))) {
			*VEC_PUSH(cx->arena, &out) =
			    (struct pair){STR("filter"), str_fmt(cx->arena, "%s:%.*s:%.*s", f->name, STR_ARG(name), STR_ARG(value))};
		} else if (str_is(name, "filter") || str_is(name, "has") || str_is(name, "hasnot") || str_is(name, "sort") ||
		           str_is(name, "q") || str_is(name, "size") || str_is(name, "archived")) {
			*VEC_PUSH(cx->arena, &out) = r->query.ptr[i];
		}
	}
	*VEC_PUSH(cx->arena, &out) = (struct pair){STR("columns"), columns.len ? sb_str(&columns) : request_query(r, "columns")};
	return (struct pairs){out.ptr, out.len};
}

/* --- gathering --- */

struct gather {
	struct list_view *v;
	const struct entity_pages *pages;
	const struct list_panel *panels[PANELS_MAX];
	size_t panels_len;
	struct map_figure map;
	bool has_dots;
};

static enum err filter_value(struct cx *cx, const struct field *f, const struct entity *e, struct str value, struct str *out)
{
	struct uuid id;
	if (f->type == FT_REF && uuid_parse(value, &id)) {
		*out = STR_NONE;
		TRY(entity_title_of(cx, f->refers, id, out));
		if (!str_present(*out)) *out = value;
		return OK;
	}
	void *row = entity_new(cx, e);
	struct field plain = *f;
	plain.check = NULL;
	*out = field_parse(cx, &plain, value, row) == OK && field_known(f, row) ? field_show(cx, f, row) : value;
	return OK;
}

static int op_message(enum list_op op)
{
	switch (op) {
	case OP_NE: return M_page_filter_ne;
	case OP_LT: return M_page_filter_lt;
	case OP_LE: return M_page_filter_le;
	case OP_GT: return M_page_filter_gt;
	case OP_GE: return M_page_filter_ge;
	case OP_STARTS: return M_page_filter_begins;
	case OP_KNOWN: return M_page_filter_known;
	case OP_UNKNOWN: return M_page_filter_unknown;
	default: return M_page_filter_eq;
	}
}

static enum err plain_text(struct cx *cx, const struct entity *e, const struct list_filter *x, struct str *out)
{
	struct sb values;
	sb_init(&values, cx->arena, 4096);
	for (size_t i = 0; i < x->values.len; i++) {
		struct str one = x->values.ptr[i];
		if (x->op != OP_STARTS) TRY(filter_value(cx, x->field, x->via ? x->via->refers : e, one, &one));
		if (i) SB_LIT(&values, ", ");
		sb_add(&values, one);
	}
	struct str name = tr(cx, x->field->label);
	if (x->via) name = tr(cx, M_page_filter_of, ARG_M("whole", x->via->label), ARG_S("part", name));
	*out = tr(cx, op_message(x->op), ARG_S("field", name), ARG_S("value", sb_str(&values)));
	return OK;
}

static enum err filter_text(struct cx *cx, const struct entity *e, const struct list_filter *x, struct str *out)
{
	if (!x->with) return plain_text(cx, e, x, out);
	struct sb parts;
	sb_init(&parts, cx->arena, 4096);
	VEC_EACH (part, &x->with->filters) {
		struct str one;
		TRY(plain_text(cx, x->with->entity, part, &one));
		if (parts.len) SB_LIT(&parts, "; ");
		sb_add(&parts, one);
	}
	*out = tr(cx, x->op == OP_HAS ? M_page_filter_has : M_page_filter_has_not, ARG_M("what", x->with->entity->label_many),
	          ARG_S("parts", sb_str(&parts)));
	return OK;
}

static enum err gather_filters(struct cx *cx, struct list_view *v)
{
	struct str *texts = ARENA_ARRAY(cx->arena, struct str, v->query.filters.len + 1);
	for (size_t i = 0; i < v->query.filters.len; i++)
		TRY(filter_text(cx, v->entity, &v->query.filters.ptr[i], &texts[i]));
	v->filter_texts = texts;
	return OK;
}

static enum err tab_count(struct cx *cx, const struct entity *e, struct str query, int64_t *count)
{
	uint64_t key = str_hash(query) ^ str_hash(str_of(e->kind)) * 31;
	if (count_kept(cx, key, count)) return OK;
	struct list_query q;
	*count = UNKNOWN;
	if (!parse_quietly(cx, e, query_pairs(cx, query), &q)) return OK;
	TRY(list_count_rows(cx, &q, count));
	count_keep(cx, key, *count);
	return OK;
}

static enum err add_tab(struct cx *cx, struct list_view *v, struct list_tab *tabs, struct str name, struct str query, struct uuid id)
{
	if (v->tabs_len == TABS_MAX) return OK;
	struct list_tab *tab = &tabs[v->tabs_len++];
	*tab = (struct list_tab){.name = name, .query = query, .id = id};
	/* The tab we stand on has just been counted. */
	if (str_eq(query, list_view_query(cx, &v->query))) {
		tab->count = v->page.count;
		return OK;
	}
	return tab_count(cx, v->entity, query, &tab->count);
}

/* {today}, {in_6_months} and {year_end} of a ready view as dates. */
static struct str ready_query(struct cx *cx, const char *query)
{
	int64_t today = cx_today(cx);
	struct civil c = date_civil(today);
	int month = c.month + 6 > 12 ? c.month - 6 : c.month + 6, year = c.month + 6 > 12 ? c.year + 1 : c.year, day = c.day;
	while (!date_valid(year, month, day))
		day--;
	const struct {
		const char *name;
		int64_t date;
	} words[] = {{"today", today}, {"in_6_months", date_from_civil(year, month, day)}, {"year_end", date_from_civil(c.year, 12, 31)}};
	struct str rest = str_of(query), part;
	struct sb out;
	sb_init(&out, cx->arena, 2048);
	while (str_split(&rest, '{', &part)) {
		size_t end = str_find_char(part, '}');
		for (size_t i = 0; end != STR_NPOS && i < ARRAY_LEN(words); i++)
			if (str_is(str_sub(part, 0, end), words[i].name)) sb_add(&out, date_iso(cx->arena, words[i].date));
		sb_add(&out, end == STR_NPOS ? part : str_sub(part, end + 1, part.len));
	}
	return sb_str(&out);
}

static enum err gather_tabs(struct cx *cx, struct gather *g)
{
	struct list_view *v = g->v;
	struct list_tab *tabs = ARENA_ARRAY(cx->arena, struct list_tab, TABS_MAX);
	v->tabs = tabs;
	v->tabs_len = 0;
	TRY(add_tab(cx, v, tabs, tr(cx, M_page_view_all), STR(""), UUID_NONE));
	for (const struct ready_view *ready = g->pages->views; ready && ready->label; ready++)
		TRY(add_tab(cx, v, tabs, tr(cx, ready->label), query_canonical(cx, v->entity, ready_query(cx, ready->query)), UUID_NONE));
	struct saved_view *saved;
	size_t len;
	TRY(views_read(cx, v->entity, &saved, &len));
	for (size_t i = 0; i < len; i++)
		TRY(add_tab(cx, v, tabs, saved[i].name, query_canonical(cx, v->entity, saved[i].query), saved[i].id));
	return OK;
}

/* Counts of a menu are those of the list without this field's own filter: what else could be chosen. */
static enum err gather_facets(struct cx *cx, struct list_view *v)
{
	const struct field *f = str_present(v->menu) ? entity_field(v->entity, v->menu) : NULL;
	if (!f || !(f->flags & FF_FILTER) || f->flags & (FF_SENSITIVE | FF_HIDDEN)) return OK;
	if (f->type == FT_TEXT || (f->type != FT_ENUM && f->type != FT_BOOL && f->type != FT_CODE && f->type != FT_REF)) return OK;
	struct list_query q = list_query_without(cx, &v->query, f);
	struct facet *facets;
	TRY(list_facets(cx, &q, f, FACETS_MAX, &facets, &v->facets_len));
	v->facets = facets;
	return OK;
}

static enum err gather_map(struct cx *cx, struct list_view *v, const struct entity_pages *pages, struct map_figure *map);

/* What folders add to this list. */
static enum err gather_panels(struct cx *cx, struct gather *g)
{
	struct list_extra *extra = ARENA_ARRAY(cx->arena, struct list_extra, PANELS_MAX);
	for (const struct list_panel *const *at = pages_lists(); *at && g->panels_len < PANELS_MAX; at++) {
		const struct list_panel *panel = *at;
		if (panel->entity != g->v->entity || (panel->roles && !actor_has(cx, panel->roles))) continue;
		void *data = NULL;
		if (panel->load) TRY(panel->load(cx, g->v, &data));
		if (g->v->map && panel->dots) {
			g->has_dots = true;
			TRY(panel->dots(cx, g->v, data, &g->map));
		}
		extra[g->panels_len] = (struct list_extra){panel->columns, data};
		g->panels[g->panels_len++] = panel;
	}
	g->v->extra = extra;
	g->v->extra_len = g->panels_len;
	if (g->v->map && !g->has_dots) TRY(gather_map(cx, g->v, g->pages, &g->map));
	return OK;
}

/* Panels of other folders may look at any field of the rows. */
static bool has_panels(struct cx *cx, const struct entity *e)
{
	for (const struct list_panel *const *at = pages_lists(); *at; at++)
		if ((*at)->entity == e && (!(*at)->roles || actor_has(cx, (*at)->roles))) return true;
	return false;
}

static enum err gather(struct cx *cx, void *arg)
{
	struct gather *g = arg;
	g->v->query.shown_only = !has_panels(cx, g->v->entity);
	g->v->query.also = g->v->under ? entity_field(g->v->entity, str_of(g->v->under)) : NULL;
	TRY(views_ahead(cx, g->v->entity));
	TRY(list_run(cx, &g->v->query, &g->v->page));
	TRY(gather_filters(cx, g->v));
	TRY(gather_tabs(cx, g));
	TRY(gather_facets(cx, g->v));
	g->panels_len = 0;
	return gather_panels(cx, g);
}

/* --- the page --- */

static size_t list_acts(struct cx *cx, const struct entity_pages *pages, struct act *acts)
{
	const struct entity *e = pages->entity;
	size_t n = 0;
	if (pages->import_path && actor_has(cx, e->rights.import))
		acts[n++] = (struct act){.text = tr(cx, M_page_import), .href = str_of(pages->import_path)};
	if (e->ops && e->ops->create && actor_has(cx, e->rights.write))
		acts[n++] = (struct act){.text = tr(cx, pages->title_new ? pages->title_new : M_page_add),
		                         .href = str_fmt(cx->arena, "/%s/new", e->kind),
		                         .icon = ICON_plus,
		                         .primary = true};
	return n;
}

static bool comes_from_menu(const struct request *r)
{
	return str_present(request_query(r, "set")) || str_present(request_query(r, "col"));
}

/* The map, with what panels put beside it. */
static void list_map(struct cx *cx, struct html *h, const struct gather *g)
{
	bool beside = false;
	for (size_t i = 0; i < g->panels_len; i++)
		beside |= g->panels[i]->beside != NULL;
	if (beside)
		html_lit(h, "<div class=\"mapgrid\">");
	else
		html_lit(h, "<div class=\"mt-s mb\">");
	html_map(cx, h, &g->map);
	for (size_t i = 0; i < g->panels_len; i++)
		if (g->panels[i]->beside) g->panels[i]->beside(cx, h, g->v, g->v->extra[i].data);
	html_lit(h, "</div>");
}

enum err list_get(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity_pages *pages = pages_of_request(r);
	const struct entity *e = pages->entity;
	struct list_view v = {.entity = e,
	                      .base = pages_base(cx, e),
	                      .under = pages->under,
	                      .map_first = pages->map_first,
	                      .bulk = pages->bulk_run ? pages->bulk : NULL,
	                      .has_map = pages->lat && pages->lng,
	                      .menu = request_query(r, "menu"),
	                      .may_save = cx->actor != NULL};
	struct str shown = request_query(r, "view");
	v.map = v.has_map && (str_is(shown, "map") || (pages->map_first && !str_is(shown, "list")));
	bool from_menu = comes_from_menu(r);
	if (list_query_parse(cx, e, from_menu ? menu_pairs(cx, r, e) : r->query, &v.query) != OK) {
		/* The parts that could be read are used; what could not is said above the list. */
		if (cx->problems) v.problem = problem_text(cx, cx->problems);
		p->status = 422;
		if (from_menu) v.menu = request_query(r, "set");
		cx_clear_problems(cx);
	} else if (from_menu) {
		return reply_redirect(cx, p, list_view_href(cx, &v, &v.query));
	}
	struct gather g = {.v = &v, .pages = pages};
	TRY(db_tx(cx, DB_READ, gather, &g));
	struct act acts[2];
	struct page page = {.title = tr(cx, e->label_many),
	                    .acts = acts,
	                    .acts_len = list_acts(cx, pages, acts),
	                    .lede = pages->lede ? tr(cx, pages->lede) : STR_NONE};
	struct html *h = page_begin(cx, r, p, &page);
	v.token = csrf_token(cx, r, p);
	html_list_tabs(cx, h, &v);
	html_list_chips(cx, h, &v);
	if (v.map) list_map(cx, h, &g);
	for (size_t i = 0; i < g.panels_len; i++)
		if (g.panels[i]->above) g.panels[i]->above(cx, h, &v, v.extra[i].data);
	html_list_table(cx, h, &v);
	return page_end(cx, r, p, &page);
}

/* --- rows of another entity, inside a record's page --- */

enum { RELATED_MAX = 12 };

static enum err gather_related(struct cx *cx, void *arg)
{
	struct gather *g = arg;
	TRY(list_run(cx, &g->v->query, &g->v->page));
	g->panels_len = 0;
	return gather_panels(cx, g);
}

enum err html_related(struct cx *cx, struct html *h, const struct entity *e, struct str query)
{
	struct list_view v = {.entity = e, .base = pages_base(cx, e), .plain = true};
	struct gather g = {.v = &v};
	if (!actor_has(cx, e->rights.read)) return OK;
	TRY(list_query_parse(cx, e, query_pairs(cx, query), &v.query));
	v.query.size = RELATED_MAX;
	TRY(db_tx(cx, DB_READ, gather_related, &g));
	v.query.size = LIST_SIZE;
	if (v.page.len) html_list_rows(cx, h, &v);
	return OK;
}

/* --- map --- */

enum { LABELS_MAX = 6 };

struct map_read {
	struct map_cells *cells;
	const struct field *lat, *lng;
	const struct entity *e;
	int64_t unplaced;
};

static enum err map_row(struct cx *cx, void *arg, const void *row)
{
	struct map_read *m = arg;
	if (!field_known(m->lat, row) || !field_known(m->lng, row)) {
		m->unplaced++;
		return OK;
	}
	map_cells_add(m->cells, *field_int(m->lat, row), *field_int(m->lng, row), record_name(cx, m->e, row),
	              ((const struct row *)row)->id);
	return OK;
}

static struct str cell_href(struct cx *cx, const struct list_view *v, const struct map_read *m, const struct map_cluster *c)
{
	if (c->count == 1) return pages_record(cx, v->entity, c->id);
	if (!(m->lat->flags & FF_FILTER) || !(m->lng->flags & FF_FILTER)) return STR("#t");
	struct sb q;
	sb_init(&q, cx->arena, 16 * 1024);
	struct str now = list_view_query(cx, &v->query);
	sb_fmt(&q, "%.*s?%.*s%sview=map", STR_ARG(v->base), STR_ARG(now), now.len ? "&" : "");
	const struct {
		const char *field, *op;
		int64_t value;
	} edges[] = {{m->lat->name, "ge", c->lat_min_e7},
	             {m->lat->name, "le", c->lat_max_e7},
	             {m->lng->name, "ge", c->lng_min_e7},
	             {m->lng->name, "le", c->lng_max_e7}};
	for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
		int64_t n = edges[i].value, size = n < 0 ? -n : n;
		sb_fmt(&q, "&filter=%s:%s:%s%lld.%07lld", edges[i].field, edges[i].op, n < 0 ? "-" : "", (long long)(size / 10000000),
		       (long long)(size % 10000000));
	}
	return sb_str(&q);
}

static enum err gather_map(struct cx *cx, struct list_view *v, const struct entity_pages *pages, struct map_figure *map)
{
	struct map_read m = {.cells = map_cells_new(cx),
	                     .lat = entity_field(v->entity, str_of(pages->lat)),
	                     .lng = entity_field(v->entity, str_of(pages->lng)),
	                     .e = v->entity};
	if (!m.lat || !m.lng) return fail(cx, ERR_BUG, "lat", M_error_bug);
	struct list_query all = v->query;
	all.page = 1;
	TRY(list_each(cx, &all, map_row, &m));
	struct map_cluster *clusters;
	size_t len = map_cells_clusters(cx, m.cells, &clusters);
	struct map_dot *dots = ARENA_ARRAY(cx->arena, struct map_dot, len + 1);
	for (size_t i = 0; i < len; i++) {
		const struct map_cluster *c = &clusters[i];
		struct str name = c->count == 1 ? c->name : tr(cx, M_page_map_cluster, ARG_S("name", c->name), ARG_N("n", c->count - 1));
		dots[i] = (struct map_dot){.lat_e7 = c->lat_e7,
		                           .lng_e7 = c->lng_e7,
		                           .weight = c->count,
		                           .name = name,
		                           .label = c->count == 1 && i < LABELS_MAX ? c->name : STR_NONE,
		                           .href = cell_href(cx, v, &m, c)};
	}
	struct msg_arg what = ARG_M("what", v->entity->label_many);
	*map = (struct map_figure){.label_world = tr(cx, M_page_map_world, what),
	                           .label_europe = tr(cx, M_page_map_europe, what),
	                           .key = tr(cx, M_page_map_key),
	                           .table_href = STR("#t"),
	                           .dots = dots,
	                           .dots_len = len};
	if (m.unplaced) map->note = tr(cx, M_page_map_unplaced, ARG_N("n", m.unplaced));
	return OK;
}
