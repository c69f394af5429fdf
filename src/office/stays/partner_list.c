/* What stays and agreements say in the list of partners: best agreement, balance of five years, the map's dots, regions. */
#include "office/agreements/rules.h"
#include "office/stays/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

enum { YEARS = 5, DOTS_MAX = 400, LABELS = 6, COUNTRIES_MAX = 300 };

struct partner_data {
	struct partner_totals totals;
	int64_t *best; /* of the rows of the page: agreement_kind, UNKNOWN when none is in force */
	struct facet *countries;
	size_t countries_len;
};

static enum err load_best(struct cx *cx, const struct list_view *v, struct partner_data *d)
{
	struct agreement *all;
	size_t len;
	int64_t today = cx_today(cx);
	d->best = ARENA_ARRAY(cx->arena, int64_t, v->page.len + 1);
	for (size_t i = 0; i < v->page.len; i++)
		d->best[i] = UNKNOWN;
	if (!actor_has(cx, agreement_entity.rights.read)) return OK;
	TRY(stay_store_agreements(cx, &all, &len));
	for (size_t k = 0; k < len; k++) {
		if (all[k].kind == UNKNOWN || !agreement_usable(&all[k], today, today)) continue;
		for (size_t i = 0; i < v->page.len; i++) {
			const struct row *row = v->page.rows[i];
			if (!uuid_eq(row->id, all[k].partner)) continue;
			if (d->best[i] == UNKNOWN || agreement_rank(all[k].kind) > agreement_rank(d->best[i])) d->best[i] = all[k].kind;
		}
	}
	return OK;
}

static enum err load(struct cx *cx, const struct list_view *v, void **data)
{
	struct partner_data *d = ARENA_NEW(cx->arena, struct partner_data);
	*data = d;
	/* A reader of one unit would see numbers that their lists do not hold. */
	if (actor_everywhere(cx, stay_entity.rights.read)) TRY(stay_store_partner_totals(cx, YEARS, cx_today(cx), &d->totals));
	TRY(load_best(cx, v, d));
	if (!v->map) return OK;
	const struct field *country = entity_field(&partner_entity, STR("country"));
	return list_facets(cx, &v->query, country, COUNTRIES_MAX, &d->countries, &d->countries_len);
}

static void best_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct partner_data *d = data;
	if (d->best[i] == UNKNOWN)
		html_lit(h, "<span class=\"muted\">\u2013</span>");
	else
		html_tr(cx, h, agreement_kind_short(d->best[i]));
}

static struct str flow_href(struct cx *cx, struct uuid partner, const struct partner_totals *t, const char *direction)
{
	struct sb b;
	sb_init(&b, cx->arena, 1024);
	sb_fmt(&b, "/stays?filter=partner:%.*s&filter=cancelled_ms:unknown", STR_ARG(uuid_text(cx->arena, partner)));
	if (direction) sb_fmt(&b, "&filter=direction:%s", direction);
	for (size_t i = 0; i < t->years_len; i++)
		sb_fmt(&b, "&filter=academic_year:%.*s", STR_ARG(uuid_text(cx->arena, t->years[i])));
	return sb_str(&b);
}

struct str stay_balance_text(struct cx *cx, int64_t balance)
{
	return balance > 0 ? str_fmt(cx->arena, "+%.*s", STR_ARG(number_text(cx, balance))) : number_text(cx, balance);
}

static void balance_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct partner_data *d = data;
	const struct row *partner = row;
	struct partner_flows f = partner_totals_of(&d->totals, partner->id);
	if (!f.in && !f.out) {
		html_lit(h, "<span class=\"muted\">\u2013</span>");
		return;
	}
	html_lit(h, "<a class=\"nowrap\"");
	html_url(h, "href", flow_href(cx, partner->id, &d->totals, NULL));
	html_lit(h, ">");
	html_text(h, stay_balance_text(cx, partner_balance(&f)));
	html_lit(h, "</a><span class=\"u nowrap\">");
	html_tr(cx, h, M_partner_in_out, ARG_N("in", f.in), ARG_N("out", f.out));
	html_lit(h, "</span>");
}

static void step_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct partner *p = row;
	int64_t today = cx_today(cx);
	if (str_blank(p->next_step)) {
		if (p->tier == TIER_CLOSE)
			part_state(h, TONE_WAIT, ICON_triangle_alert, tr(cx, M_partner_view_no_step));
		else
			html_lit(h, "<span class=\"muted\">\u2013</span>");
		return;
	}
	if (p->next_step_due == UNKNOWN) {
		html_text(h, p->next_step);
		return;
	}
	if (p->next_step_due < today)
		part_state(h, TONE_STOP, ICON_clock, p->next_step);
	else
		html_text(h, p->next_step);
	html_lit(h, "<span class=\"u\">");
	html_tr(cx, h, M_partner_before, ARG_S("date", date_short(cx, p->next_step_due)));
	html_lit(h, "</span>");
}

/* --- the map --- */

/* list_each gives back its memory after each row, so what a dot says is kept in blocks made before. */
enum { NAME_MAX_BYTES = 120 };
struct place {
	struct uuid id;
	struct partner_flows flows;
	int64_t lat_e7, lng_e7;
	bool warn;
	size_t name_len, city_len;
	char name[NAME_MAX_BYTES], city[NAME_MAX_BYTES];
};
struct places {
	struct place *ptr;
	size_t len;
	int64_t left; /* not drawn */
	const struct partner_data *data;
};

static size_t keep(char *to, struct str s)
{
	size_t len = s.len < NAME_MAX_BYTES ? s.len : NAME_MAX_BYTES;
	while (len < s.len && len && ((unsigned char)s.ptr[len] & 0xc0) == 0x80)
		len--;
	memcpy(to, s.ptr, len);
	return len;
}

static enum err add_place(struct cx *cx, void *arg, const void *row)
{
	struct places *places = arg;
	const struct partner *p = row;
	if (p->lat == UNKNOWN || p->lng == UNKNOWN || places->len == DOTS_MAX) {
		places->left++;
		return OK;
	}
	struct place *place = &places->ptr[places->len++];
	*place = (struct place){.id = p->row.id,
	                        .flows = partner_totals_of(&places->data->totals, p->row.id),
	                        .lat_e7 = p->lat,
	                        .lng_e7 = p->lng,
	                        .warn = p->tier == TIER_CLOSE && str_blank(p->next_step)};
	place->name_len = keep(place->name, p->name);
	place->city_len = keep(place->city, str_blank(p->city) ? p->name : p->city);
	return OK;
}

static int heavier_first(const void *a, const void *b)
{
	const struct map_dot *x = a, *y = b;
	if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
	return str_cmp(x->name, y->name);
}

static struct map_dot dot_of(struct cx *cx, const struct place *place)
{
	int64_t stays = place->flows.in + place->flows.out;
	struct str name = {place->name, place->name_len};
	return (struct map_dot){.lat_e7 = place->lat_e7,
	                        .lng_e7 = place->lng_e7,
	                        .weight = stays,
	                        .warn = place->warn,
	                        .name = tr(cx, M_partner_dot, ARG_S("name", name), ARG_N("n", stays)),
	                        .label = {place->city, place->city_len},
	                        .href = str_fmt(cx->arena, "/partners/%.*s", STR_ARG(uuid_text(cx->arena, place->id)))};
}

static enum err dots(struct cx *cx, const struct list_view *v, void *data, struct map_figure *map)
{
	struct places places = {.ptr = ARENA_ARRAY(cx->arena, struct place, DOTS_MAX), .data = data};
	struct map_dot *found = ARENA_ARRAY(cx->arena, struct map_dot, DOTS_MAX);
	struct list_query all = v->query;
	struct msg_arg what = ARG_M("what", M_entity_partner_many);
	all.page = 1;
	TRY(list_each(cx, &all, add_place, &places));
	for (size_t i = 0; i < places.len; i++)
		found[i] = dot_of(cx, &places.ptr[i]);
	qsort(found, places.len, sizeof *found, heavier_first);
	for (size_t i = LABELS; i < places.len; i++)
		found[i].label = STR_NONE;
	*map = (struct map_figure){.label_world = tr(cx, M_page_map_world, what),
	                           .label_europe = tr(cx, M_page_map_europe, what),
	                           .key = tr(cx, M_partner_map_key),
	                           .key_warn = tr(cx, M_partner_map_warn),
	                           .table_href = STR("#t"),
	                           .dots = found,
	                           .dots_len = places.len};
	if (places.left) map->note = tr(cx, M_page_map_unplaced, ARG_N("n", places.left));
	return OK;
}

/* --- by region --- */

static void region_row(struct cx *cx, struct html *h, const struct list_view *v, const struct partner_data *d, enum partner_region region)
{
	int64_t count = 0, today = cx_today(cx);
	struct list_query q = list_query_without(cx, &v->query, entity_field(&partner_entity, STR("country")));
	struct list_filter filter = {.field = entity_field(&partner_entity, STR("country")), .op = OP_EQ};
	for (size_t i = 0; i < d->countries_len; i++) {
		if (partner_region(d->countries[i].value, today) != region) continue;
		count += d->countries[i].count;
		*VEC_PUSH(cx->arena, &filter.values) = d->countries[i].value;
	}
	if (!count) return;
	*VEC_PUSH(cx->arena, &q.filters) = filter;
	q.page = 1;
	html_lit(h, "<tr><th scope=\"row\"><a");
	html_url(h, "href", list_view_href(cx, v, &q));
	html_lit(h, ">");
	html_tr(cx, h, partner_region_label(region));
	html_lit(h, "</a></th><td class=\"num\"><b>");
	html_number(cx, h, count);
	html_lit(h, "</b></td></tr>");
}

static void regions(struct cx *cx, struct html *h, const struct list_view *v, const void *data)
{
	const struct partner_data *d = data;
	if (!d->countries_len) return;
	html_lit(h, "<section class=\"reg\" aria-labelledby=\"rg\"><h2 id=\"rg\">");
	html_tr(cx, h, M_partner_by_region);
	html_lit(h, "</h2><table><thead class=\"vh\"><tr><th scope=\"col\">");
	html_tr(cx, h, M_partner_region);
	html_lit(h, "</th><th scope=\"col\">");
	html_tr(cx, h, M_entity_partner_many);
	html_lit(h, "</th></tr></thead><tbody>");
	for (enum partner_region region = 0; region < PARTNER_REGIONS; region++)
		region_row(cx, h, v, d, region);
	html_lit(h, "</tbody></table></section>");
}

static const struct list_column columns[] = {{.label = M_partner_agreement, .after = "tier", .cell = best_cell},
                                             {.label = M_partner_balance, .after = "tier", .number = true, .cell = balance_cell},
                                             {.of = "next_step", .cell = step_cell},
                                             {0}};
const struct list_panel partner_list_panel = {.entity = &partner_entity, .columns = columns, .load = load, .beside = regions, .dots = dots};
