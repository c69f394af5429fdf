/* The table of a list: header with sort links, rows, foot. */
#include "platform/web/widgets/table.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

bool field_visible(struct cx *cx, const struct entity *e, const struct field *f)
{
	if (f->flags & FF_HIDDEN) return false;
	return !(f->flags & FF_SENSITIVE) || actor_has(cx, e->rights.sensitive);
}

static void unknown(struct html *h) { html_lit(h, "<span class=\"muted\">\u2013</span>"); }

/* A UUID has nothing to escape, and lists write hundreds. */
static void html_id(struct html *h, struct uuid id)
{
	char *p = sb_reserve(&h->sb, UUID_TEXT_LEN);
	if (!p) return;
	uuid_write(p, id);
	h->sb.len += UUID_TEXT_LEN;
}

static void html_ref(struct html *h, const struct field *f, const void *row, struct str title)
{
	struct uuid id = *field_id(f, row);
	html_lit(h, "<a href=\"/");
	html_textz(h, f->refers->kind);
	html_lit(h, "/");
	html_id(h, id);
	html_lit(h, "\">");
	if (str_present(title))
		html_text(h, title);
	else
		html_id(h, id);
	html_lit(h, "</a>");
}

void html_field(struct cx *cx, struct html *h, const struct field *f, const void *row, struct str title)
{
	if (!field_known(f, row)) {
		unknown(h);
		return;
	}
	switch (f->type) {
	case FT_TEXT: html_text(h, f->show ? f->show(cx, *field_str(f, row)) : *field_str(f, row)); break;
	case FT_ENUM: html_tr(cx, h, f->options[*field_int(f, row)].label); break;
	case FT_BOOL: html_tr(cx, h, *field_int(f, row) ? M_base_yes : M_base_no); break;
	case FT_REF:
		if (entity_title(f->refers)->show && str_present(title)) title = entity_title(f->refers)->show(cx, title);
		html_ref(h, f, row, title);
		break;
	default: html_text(h, field_show(cx, f, row)); break;
	}
}

struct str list_count_text(struct cx *cx, int64_t count)
{
	if (count > LIST_COUNT_EXACT) return tr(cx, M_page_list_more, ARG_N("n", LIST_COUNT_EXACT));
	return number_text(cx, count);
}

void html_list_count(struct cx *cx, struct html *h, int64_t count) { html_text(h, list_count_text(cx, count)); }

/* The name, then one column always; the next three go when the list is narrow, the others sooner. `whole`: not broken.
 */
static const char *column_class(size_t place, bool number, bool whole)
{
	static const char *const classes[3][3] = {{NULL, "c2", "c3"}, {"num", "num c2", "num c3"}, {"nowrap", "nowrap c2", "nowrap c3"}};
	return classes[number ? 1 : whole ? 2 : 0][place <= 1 ? 0 : place <= 4 ? 1 : 2];
}

static const char *field_class(size_t place, const struct field *f)
{
	return column_class(place, field_is_number(f), f->type == FT_DATE || f->type == FT_INSTANT || f->flags & FF_MONO);
}

static void sort_link(struct cx *cx, struct html *h, const struct list_view *v, const struct field *f, bool sorted, bool down)
{
	struct list_query q = v->query;
	q.sort[0] = (struct list_sort){f, sorted && !down};
	q.sort_len = 1;
	q.page = 1;
	html_lit(h, "<a");
	html_url(h, "href", list_view_href(cx, v, &q));
	html_lit(h, ">");
	html_tr(cx, h, f->label);
	part_icon(h, !sorted ? ICON_arrow_up_down : down ? ICON_arrow_down : ICON_arrow_up, true);
	html_lit(h, "</a>");
}

/* A column of the table, with the tag that opens its cells, made once for all rows. The first one is the name. */
struct column {
	const struct field *field; /* NULL: a capability's own */
	const struct list_column *own;
	const void *data;
	const char *cls;
	struct html open;
};
struct columns {
	struct column *at;
	size_t len;
};

static struct column *add_column(struct cx *cx, struct columns *all, const char *cls)
{
	struct column *c = &all->at[all->len++];
	c->cls = cls;
	html_init(&c->open, cx->arena, 64);
	html_lit(&c->open, "<td");
	html_attr(&c->open, "class", str_of(cls));
	html_lit(&c->open, ">");
	return c;
}

/* The name is always a column. */
static bool has_column(const struct list_view *v, const char *name)
{
	if (name && !strcmp(entity_title(v->entity)->name, name)) return true;
	for (size_t i = 0; name && i < v->query.columns.len; i++)
		if (!strcmp(v->query.columns.ptr[i]->name, name)) return true;
	return false;
}

/* Own columns that stand after this field; with NULL those that stand at the end. */
static void own_columns(struct cx *cx, const struct list_view *v, const char *after, struct columns *all)
{
	for (size_t e = 0; e < v->extra_len; e++)
		for (const struct list_column *c = v->extra[e].columns; c && c->cell; c++) {
			if (c->of || (after ? !c->after || strcmp(c->after, after) : has_column(v, c->after))) continue;
			struct column *own = add_column(cx, all, column_class(c->wide_only ? 5 : all->len, c->number, false));
			own->own = c;
			own->data = v->extra[e].data;
		}
}

static void field_column(struct cx *cx, const struct list_view *v, const struct field *f, struct columns *all)
{
	struct column *column = add_column(cx, all, field_class(all->len, f));
	column->field = f;
	for (size_t e = 0; e < v->extra_len; e++)
		for (const struct list_column *c = v->extra[e].columns; c && c->cell; c++)
			if (c->of && !strcmp(c->of, f->name)) {
				column->own = c;
				column->data = v->extra[e].data;
			}
	own_columns(cx, v, f->name, all);
}

static struct columns columns_of(struct cx *cx, const struct list_view *v)
{
	size_t most = v->query.columns.len + 2;
	for (size_t e = 0; e < v->extra_len; e++)
		for (const struct list_column *c = v->extra[e].columns; c && c->cell; c++)
			most++;
	struct columns all = {ARENA_ARRAY(cx->arena, struct column, most), 0};
	const struct field *title = entity_title(v->entity);
	field_column(cx, v, title, &all);
	for (size_t i = 0; i < v->query.columns.len; i++)
		if (v->query.columns.ptr[i] != title) field_column(cx, v, v->query.columns.ptr[i], &all);
	own_columns(cx, v, NULL, &all);
	return all;
}

static void column_head(struct cx *cx, struct html *h, const struct list_view *v, const struct column *c)
{
	const struct field *f = c->field;
	bool sorted = f && v->query.sort_len && v->query.sort[0].field == f, down = sorted && v->query.sort[0].down;
	html_lit(h, "<th scope=\"col\"");
	html_attr(h, "class", str_of(c->cls));
	if (sorted) html_attr(h, "aria-sort", down ? STR("descending") : STR("ascending"));
	html_lit(h, ">");
	if (f && f->flags & FF_SORT && !v->plain)
		sort_link(cx, h, v, f, sorted, down);
	else
		html_tr(cx, h, f ? f->label : c->own->label);
	html_lit(h, "</th>");
}

static void table_head(struct cx *cx, struct html *h, const struct list_view *v, const struct column *columns, size_t len)
{
	html_lit(h, "<thead><tr>");
	if (v->bulk) {
		html_lit(h, "<th scope=\"col\" class=\"pickcol\"><span class=\"vh\">");
		html_tr(cx, h, M_page_list_select);
		html_lit(h, "</span></th>");
	}
	for (size_t i = 0; i < len; i++)
		column_head(cx, h, v, &columns[i]);
	html_lit(h, "</tr></thead>");
}

static bool is_column(const struct list_view *v, const struct field *f)
{
	for (size_t i = 0; i < v->query.columns.len; i++)
		if (v->query.columns.ptr[i] == f) return true;
	return false;
}

static struct str ref_title(const struct list_view *v, const struct field *f, size_t row)
{
	return v->page.titles ? v->page.titles[row][field_index(v->entity, f)] : STR_NONE;
}

static void name_cell(struct cx *cx, struct html *h, const struct list_view *v, const struct field *title, const struct field *under,
                      size_t i)
{
	const struct row *row = v->page.rows[i];
	html_lit(h, "<a class=\"t\" href=\"");
	html_text(h, v->base);
	html_lit(h, "/");
	html_id(h, row->id);
	html_lit(h, "\">");
	if (field_known(title, row))
		html_field(cx, h, title, row, STR_NONE);
	else
		html_tr(cx, h, M_page_unnamed);
	html_lit(h, "</a>");
	if (row->archived_ms != UNKNOWN) {
		html_lit(h, " ");
		part_tag(h, TONE_PLAIN, tr(cx, M_page_archived));
	}
	if (under && field_known(under, row)) {
		html_lit(h, "<span class=\"u\">");
		html_field(cx, h, under, row, ref_title(v, under, i));
		html_lit(h, "</span>");
	}
}

static void pick_cell(struct cx *cx, struct html *h, const struct row *row, const struct field *title)
{
	html_lit(h, "<td class=\"pickcol\"><label><input type=\"checkbox\" name=\"id\" value=\"");
	html_id(h, row->id);
	html_lit(h, "\"");
	html_attr(h, "aria-label", tr(cx, M_page_list_select_row, ARG_S("name", field_show(cx, title, row))));
	html_lit(h, "></label></td>");
}

static void table_rows(struct cx *cx, struct html *h, const struct list_view *v, const struct column *columns, size_t len)
{
	const struct field *title = entity_title(v->entity);
	const struct field *under = v->under ? entity_field(v->entity, str_of(v->under)) : NULL;
	if (under && (is_column(v, under) || !field_visible(cx, v->entity, under))) under = NULL;
	for (size_t i = 0; i < v->page.len; i++) {
		const void *row = v->page.rows[i];
		html_lit(h, "<tr>");
		if (v->bulk) pick_cell(cx, h, row, title);
		html_lit(h, "<td>");
		name_cell(cx, h, v, title, under, i);
		html_lit(h, "</td>");
		for (size_t c = 1; c < len; c++) {
			const struct field *f = columns[c].field;
			html_add(h, &columns[c].open);
			if (columns[c].own)
				columns[c].own->cell(cx, h, row, i, columns[c].data);
			else
				html_field(cx, h, f, row, f->type == FT_REF ? ref_title(v, f, i) : STR_NONE);
			html_lit(h, "</td>");
		}
		html_lit(h, "</tr>\n");
	}
}

/* Opens by itself when a row is ticked; every act is a form post that works without script. */
static void bulk_bar(struct cx *cx, struct html *h, const struct list_view *v)
{
	html_lit(h, "<div class=\"bulk auto\" role=\"region\" data-bulk");
	html_attr(h, "aria-label", tr(cx, M_page_list_selection));
	html_lit(h, "><b data-bulk-count");
	html_attr(h, "data-one", tr(cx, M_page_list_selected_one));
	html_attr(h, "data-other", tr(cx, M_page_list_selected_other));
	html_lit(h, ">");
	html_tr(cx, h, M_page_list_selected);
	html_lit(h, "</b><label class=\"row\"><input type=\"checkbox\" name=\"all\" value=\"1\">");
	html_tr(cx, h, M_page_list_select_all, ARG_S("count", list_count_text(cx, v->page.count)));
	html_lit(h, "</label>");
	for (const struct bulk_act *act = v->bulk; act->name; act++) {
		html_lit(h, "<button class=\"btn\" name=\"act\"");
		html_attr(h, "value", str_of(act->name));
		html_lit(h, ">");
		part_icon(h, act->icon, true);
		html_tr(cx, h, act->label);
		html_lit(h, "</button>");
	}
	html_lit(h, "<button class=\"link\" type=\"reset\">");
	html_tr(cx, h, M_page_list_clear);
	html_lit(h, "</button></div>");
}

static void page_link(struct cx *cx, struct html *h, const struct list_view *v, int64_t number, int label, const char *rel)
{
	struct list_query q = v->query;
	q.page = number;
	html_lit(h, "<a");
	html_url(h, "href", list_view_href(cx, v, &q));
	html_attr(h, "rel", str_of(rel));
	html_lit(h, ">");
	html_tr(cx, h, label);
	html_lit(h, "</a>");
}

static void column_chooser(struct cx *cx, struct html *h, const struct list_view *v)
{
	const struct field *title = entity_title(v->entity);
	html_lit(h, "<details class=\"pop end up\" data-menu><summary>");
	html_tr(cx, h, M_page_list_columns);
	html_lit(h, "</summary><div class=\"panel\"><form method=\"get\"");
	html_url(h, "action", v->base);
	html_lit(h, ">");
	part_hidden_query(cx, h, list_view_query(cx, &v->query), STR("columns"));
	if (v->map != v->map_first) part_hidden(h, "view", v->map ? STR("map") : STR("list"));
	html_lit(h, "<p class=\"sm muted\">");
	html_tr(cx, h, M_page_list_columns_help);
	html_lit(h, "</p><div class=\"checks\">");
	for (size_t i = 0; i < v->entity->fields_len; i++) {
		const struct field *f = &v->entity->fields[i];
		if (f == title || f->flags & (FF_SENSITIVE | FF_HIDDEN)) continue;
		html_lit(h, "<label><input type=\"checkbox\" name=\"col\"");
		html_attr(h, "value", str_of(f->name));
		html_flag(h, "checked", is_column(v, f));
		html_lit(h, "><span>");
		html_tr(cx, h, f->label);
		html_lit(h, "</span></label>");
	}
	html_lit(h, "</div><p class=\"acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_page_list_show);
	html_lit(h, "</button></p></form></div></details>");
}

static void export_link(struct html *h, struct str base, struct str query, const char *ext, const char *label)
{
	html_lit(h, "<a href=\"");
	html_text(h, base);
	html_lit(h, ".");
	html_textz(h, ext);
	if (query.len) {
		html_lit(h, "?");
		html_text(h, query);
	}
	html_lit(h, "\" download>");
	html_textz(h, label);
	html_lit(h, "</a>");
}

static void list_foot(struct cx *cx, struct html *h, const struct list_view *v)
{
	int64_t from = (v->query.page - 1) * v->query.size + 1, to = from + (int64_t)v->page.len - 1;
	html_lit(h, "<div class=\"list-foot\"><span>");
	if (v->page.len)
		html_tr(cx, h, M_page_list_range, ARG_N("from", from), ARG_N("to", to), ARG_S("count", list_count_text(cx, v->page.count)));
	html_lit(h, "</span>");
	if (v->query.page > 1) page_link(cx, h, v, v->query.page - 1, M_page_list_previous, "prev");
	if (v->page.more) page_link(cx, h, v, v->query.page + 1, M_page_list_next, "next");
	html_lit(h, "<span class=\"end\">");
	column_chooser(cx, h, v);
	struct str query = list_view_query(cx, &v->query);
	export_link(h, v->base, query, "csv", "CSV");
	export_link(h, v->base, query, "xlsx", "XLSX");
	export_link(h, v->base, query, "json", "JSON");
	html_lit(h, "</span></div>");
}

/* An address of a page that is not there: the rows are, before it. */
static void beyond_the_end(struct cx *cx, struct html *h, const struct list_view *v)
{
	struct list_query first = v->query;
	first.page = 1;
	struct act act = {.text = tr(cx, M_page_list_first_page), .href = list_view_href(cx, v, &first)};
	part_empty(h, v->entity->icon,
	           tr(cx, M_page_list_beyond, ARG_N("n", v->page.count), ARG_N("page", v->query.page),
	              ARG_S("count", list_count_text(cx, v->page.count))),
	           &act, v->token);
}

static void nothing_found(struct cx *cx, struct html *h, const struct list_view *v)
{
	struct list_query all = list_query_without(cx, &v->query, NULL);
	all.q = STR_NONE;
	all.page = 1;
	bool filtered = v->query.filters.len || str_present(v->query.q) || v->query.archived == 1;
	struct act clear = {.text = tr(cx, M_page_list_show_all), .href = list_view_href(cx, v, &all)};
	struct act add = {.text = tr(cx, M_page_list_add_first),
	                  .href = str_fmt(cx->arena, "%.*s/new", STR_ARG(v->base)),
	                  .icon = ICON_plus,
	                  .primary = true};
	bool may_add = v->entity->ops && v->entity->ops->create && actor_has(cx, v->entity->rights.write);
	struct msg_arg what = ARG_M("what", v->entity->label_many);
	part_empty(h, v->entity->icon, tr(cx, filtered ? M_page_list_none_found : M_page_list_none, what),
	           filtered  ? &clear
	           : may_add ? &add
	                     : NULL,
	           v->token);
}

enum { WIDE_FROM = 6 };

void html_list_table(struct cx *cx, struct html *h, const struct list_view *v)
{
	if (v->map)
		html_lit(h, "<div class=\"sheet mt\" id=\"t\">\n");
	else
		html_lit(h, "<div class=\"sheet\" id=\"t\">\n");
	if (v->page.len == 0) {
		html_lit(h, "<div class=\"pad\">");
		if (v->query.page > 1 && v->page.count > 0)
			beyond_the_end(cx, h, v);
		else
			nothing_found(cx, h, v);
		html_lit(h, "</div>");
	} else {
		if (v->bulk) {
			html_lit(h, "<form method=\"post\" action=\"");
			html_text(h, v->base);
			html_lit(h, "/bulk\">");
			part_hidden(h, "csrf", v->token);
			part_hidden(h, "query", list_view_query(cx, &v->query));
			bulk_bar(cx, h, v);
		}
		/* Many columns scroll in their own region, so that the page never moves sideways. */
		bool wide = v->query.columns.len > WIDE_FROM;
		if (wide) {
			html_lit(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
			html_attr(h, "aria-label", tr(cx, v->entity->label_many));
			html_lit(h, ">");
		}
		html_lit(h, "<table class=\"list\"><caption class=\"vh\">");
		html_tr(cx, h, v->entity->label_many);
		html_lit(h, "</caption>");
		struct columns columns = columns_of(cx, v);
		table_head(cx, h, v, columns.at, columns.len);
		html_lit(h, "<tbody>\n");
		table_rows(cx, h, v, columns.at, columns.len);
		html_lit(h, "</tbody></table>");
		if (wide) html_lit(h, "</div>");
		if (v->bulk) html_lit(h, "</form>");
	}
	list_foot(cx, h, v);
	html_lit(h, "</div>\n");
}

void html_list_rows(struct cx *cx, struct html *h, const struct list_view *v)
{
	struct columns columns = columns_of(cx, v);
	html_lit(h, "<div class=\"sheet\"><table class=\"list\"><caption class=\"vh\">");
	html_tr(cx, h, v->entity->label_many);
	html_lit(h, "</caption>");
	table_head(cx, h, v, columns.at, columns.len);
	html_lit(h, "<tbody>\n");
	table_rows(cx, h, v, columns.at, columns.len);
	html_lit(h, "</tbody></table>");
	if (v->page.more) {
		html_lit(h, "<div class=\"list-foot\"><a");
		html_url(h, "href", list_view_href(cx, v, &v->query));
		html_lit(h, ">");
		html_tr(cx, h, M_page_related_all, ARG_M("what", v->entity->label_many),
		        ARG_S("count", list_count_text(cx, v->page.count)));
		html_lit(h, "</a></div>");
	}
	html_lit(h, "</div>\n");
}
