/* "What if": the worth of a seat more or less at every destination under each rule, and the seats worth asking partners for. */
#include "office/campaigns/pages_what_if.h"
#include "platform/format/csv.h"
#include "platform/i18n/i18n.h"
#include "what_if.tpl.h"

enum { CSV_CAP = 16 << 20 };

static struct str worth_words(struct cx *cx, const struct seat_worth *w)
{
	if (!w->possible) return STR("\u2013");
	if (w->placed > 0) return tr(cx, M_whatif_placed, ARG_N("n", w->placed));
	if (w->placed < 0) return tr(cx, M_whatif_unplaced, ARG_N("n", -w->placed));
	if (w->first > 0) return tr(cx, M_whatif_first, ARG_N("n", w->first));
	if (w->first < 0) return tr(cx, M_whatif_first_less, ARG_N("n", -w->first));
	if (w->better) return tr(cx, M_whatif_better, ARG_N("n", w->better));
	if (w->worse) return tr(cx, M_whatif_worse, ARG_N("n", w->worse));
	return tr(cx, M_whatif_nothing);
}

/* As far as the curve rises: "5 places: 3 more placed". */
static struct str curve_words(struct cx *cx, const struct what_if_ask *a)
{
	int last = 0;
	for (int k = 1; k < WHAT_IF_SEATS; k++)
		if (a->placed[k] > a->placed[last]) last = k;
	if (!last) return STR_NONE;
	return tr(cx, M_whatif_curve, ARG_N("n", last + 1), ARG_S("what", tr(cx, M_whatif_placed, ARG_N("n", a->placed[last]))));
}

static struct str demand_words(struct cx *cx, const struct what_if_ask *a)
{
	if (a->unmet_first) return tr(cx, M_whatif_unmet, ARG_N("n", a->unmet_first));
	return a->waiting ? tr(cx, M_whatif_waiting, ARG_N("n", a->waiting)) : STR_NONE;
}

static struct str page_address(struct cx *cx, struct uuid campaign, const char *tail, enum allocation_mechanism m)
{
	return str_fmt(cx->arena, "%.*s?rule=%s", STR_ARG(campaign_path(cx, campaign, tail)), campaign_mechanisms[m].code);
}

/* ?rule=, else the rule in use, else the first. */
static enum allocation_mechanism rule_of(const struct request *r, const struct campaign *c)
{
	enum allocation_mechanism m;
	if (allocation_mechanism_parse(request_query(r, "rule"), &m)) return m;
	return c->mechanism == UNKNOWN ? ALLOCATION_SERIAL : (enum allocation_mechanism)c->mechanism;
}

static void fill(struct cx *cx, struct what_if_page *p, struct uuid campaign, const struct what_if *w)
{
	p->rules.ptr = ARENA_ARRAY(cx->arena, struct rule_tab, ALLOCATION_MECHANISM_COUNT);
	for (int m = 0; m < ALLOCATION_MECHANISM_COUNT; m++) {
		if (!allocation_properties((enum allocation_mechanism)m)->available) continue;
		p->rules.ptr[p->rules.len++] =
		    (struct rule_tab){.name = tr_args(cx, campaign_mechanisms[m].label, NULL),
		                      .href = page_address(cx, campaign, "/what-if", (enum allocation_mechanism)m),
		                      .current = w->mechanism == (enum allocation_mechanism)m};
	}
	p->asks.ptr = ARENA_ARRAY(cx->arena, struct ask_row, w->nasks + 1);
	for (size_t i = 0; i < w->nasks; i++) {
		const struct what_if_ask *a = &w->asks[i];
		p->asks.ptr[p->asks.len++] =
		    (struct ask_row){.href = str_fmt(cx->arena, "/partners/%.*s", STR_ARG(id_text(cx, a->offer->partner))),
		                     .title = opportunity_words(cx, a->offer->title),
		                     .one = tr(cx, M_whatif_one, ARG_S("worth", worth_words(cx, &a->one))),
		                     .curve = curve_words(cx, a),
		                     .demand = demand_words(cx, a)};
	}
	p->rows.ptr = ARENA_ARRAY(cx->arena, struct seat_row, w->len + 1);
	for (size_t i = 0; i < w->len; i++) {
		const struct what_if_line *l = &w->lines[i];
		p->rows.ptr[p->rows.len++] =
		    (struct seat_row){.href = str_fmt(cx->arena, "/opportunities/%.*s", STR_ARG(id_text(cx, l->offer->id))),
		                      .title = opportunity_words(cx, l->offer->title),
		                      .meta = tr(cx, M_alloc_part_of, ARG_N("n", l->load), ARG_N("all", l->offer->seats)),
		                      .more = worth_words(cx, &l->more),
		                      .less = worth_words(cx, &l->less),
		                      .wishes = l->wishes,
		                      .gains = l->more.placed > 0 || l->more.first > 0,
		                      .loses = l->less.placed < 0 || l->less.first < 0};
	}
}

static enum err what_if_show(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct what_if w;
	TRY(campaign_of_request(cx, r, &v));
	struct uuid id = v.campaign->row.id;
	TRY(campaign_what_if(cx, id, rule_of(r, v.campaign), &w));
	struct what_if_page p = {.intro = tr(cx, M_whatif_counts, ARG_N("n", (int64_t)w.len)),
	                         .none = tr(cx, M_whatif_none),
	                         .csv_href = page_address(cx, id, "/what-if.csv", w.mechanism)};
	fill(cx, &p, id, &w);
	struct page page = {.title = tr(cx, M_whatif_title), .lede = tr(cx, M_whatif_lede)};
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_what_if_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static void csv_worth(struct csv_writer *w, const struct seat_worth *worth)
{
	csv_int(w, worth->possible ? worth->placed : UNKNOWN);
	csv_int(w, worth->possible ? worth->first : UNKNOWN);
	csv_int(w, worth->possible ? worth->worse - worth->better : UNKNOWN);
}

static enum err what_if_csv(struct cx *cx, const struct request *r, struct reply *rep)
{
	static const char *const heads[] = {"opportunity", "title",      "seats",       "taken",      "wishes",    "more_placed",
	                                    "more_first",  "more_ranks", "less_placed", "less_first", "less_ranks"};
	struct campaign_view v;
	struct what_if all;
	struct sb b;
	struct csv_writer w;
	TRY(campaign_of_request(cx, r, &v));
	TRY(campaign_what_if(cx, v.campaign->row.id, rule_of(r, v.campaign), &all));
	sb_init(&b, cx->arena, CSV_CAP);
	csv_writer_init(&w, &b, ',');
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		csv_plain(&w, str_of(heads[i]));
	csv_end_row(&w);
	for (size_t i = 0; i < all.len; i++) {
		const struct what_if_line *l = &all.lines[i];
		csv_plain(&w, id_text(cx, l->offer->id));
		csv_text(&w, opportunity_words(cx, l->offer->title));
		csv_int(&w, l->offer->seats);
		csv_int(&w, l->load);
		csv_int(&w, l->wishes);
		csv_worth(&w, &l->more);
		csv_worth(&w, &l->less);
		csv_end_row(&w);
	}
	if (sb_failed(&b)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	rep->content_type = STR("text/csv; charset=utf-8");
	rep->filename = str_fmt(cx->arena, "%.*s-what-if-%s.csv", STR_ARG(v.campaign->number), campaign_mechanisms[all.mechanism].code);
	rep->body = sb_str(&b);
	return OK;
}

const struct route what_if_routes[] = {
    {HTTP_GET, "/campaigns/{id}/what-if", what_if_show, 0, NULL}, {HTTP_GET, "/campaigns/{id}/what-if.csv", what_if_csv, 0, NULL}, {0}};
