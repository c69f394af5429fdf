/* Places of conditions, taken and free, in the current academic year and the next. */
#include "office/stays/pages_own.h"
#include "platform/i18n/i18n.h"

struct seats_data {
	struct year_pair years;
	struct condition_used *used;
	size_t len;
};

static enum err load(struct cx *cx, const struct list_view *v, void **data)
{
	struct seats_data *d = ARENA_NEW(cx->arena, struct seats_data);
	*data = d;
	if (!actor_everywhere(cx, stay_entity.rights.read)) return OK;
	TRY(stay_store_years(cx, cx_today(cx), &d->years));
	return stay_store_used(cx, &d->years, &d->used, &d->len);
}

static void seats_cell(struct cx *cx, struct html *h, const struct condition *c, const struct seats_data *d, int year)
{
	int64_t used = 0;
	if (uuid_none(d->years.id[year]) || c->places == UNKNOWN) {
		html_lit(h, "<span class=\"muted\">\u2013</span>");
		return;
	}
	for (size_t i = 0; i < d->len; i++)
		if (uuid_eq(d->used[i].condition, c->row.id)) used = d->used[i].used[year];
	struct seats s = stay_seats(c->places, used);
	html_lit(h, "<a class=\"nowrap\"");
	html_url(h, "href",
	         str_fmt(cx->arena, "/stays?filter=condition:%.*s&filter=academic_year:%.*s&filter=cancelled_ms:unknown",
	                 STR_ARG(uuid_text(cx->arena, c->row.id)), STR_ARG(uuid_text(cx->arena, d->years.id[year]))));
	html_lit(h, ">");
	html_tr(cx, h, M_seats_taken, ARG_N("used", s.used), ARG_N("places", s.places));
	html_lit(h, "</a><span class=\"u nowrap\">");
	if (s.over)
		html_tr(cx, h, M_seats_over, ARG_N("n", s.over));
	else
		html_tr(cx, h, M_seats_free, ARG_N("n", s.free));
	html_lit(h, " \u00b7 ");
	html_text(h, d->years.code[year]);
	html_lit(h, "</span>");
}

static void this_year(struct cx *cx, struct html *h, const void *row, size_t i, const void *data) { seats_cell(cx, h, row, data, 0); }
static void next_year(struct cx *cx, struct html *h, const void *row, size_t i, const void *data) { seats_cell(cx, h, row, data, 1); }

static const struct list_column columns[] = {{.label = M_seats_this_year, .after = "direction", .number = true, .cell = this_year},
                                             {.label = M_seats_next_year, .after = "direction", .number = true, .cell = next_year},
                                             {0}};
const struct list_panel condition_seats_panel = {.entity = &condition_entity, .columns = columns, .load = load};
