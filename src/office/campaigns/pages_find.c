/* "Find a stay": where this student can go, why not elsewhere, what it costs, and the stars. The address holds the filters. */
#include "office/campaigns/pages_find.h"
#include "find.tpl.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

struct filters {
	bool all, train;
	struct str term, language;
	int64_t budget; /* euro; UNKNOWN */
	struct uuid campaign;
};

static struct filters filters_read(const struct request *r, struct uuid campaign)
{
	struct filters f = {.all = str_is(request_query(r, "all"), "1"),
	                    .train = str_is(request_query(r, "train"), "1"),
	                    .term = request_query(r, "term"),
	                    .language = request_query(r, "language"),
	                    .budget = UNKNOWN,
	                    .campaign = campaign};
	int64_t n;
	if (str_to_i64(request_query(r, "budget"), &n) && n > 0) f.budget = n;
	return f;
}

static void query_part(struct sb *b, const char *name, struct str value)
{
	struct html safe = {.sb = *b};
	if (str_blank(value)) return;
	sb_char(&safe.sb, '&');
	sb_addz(&safe.sb, name);
	sb_char(&safe.sb, '=');
	html_query(&safe, value);
	*b = safe.sb;
}

static struct str filters_href(struct cx *cx, const struct filters *f)
{
	struct sb b;
	sb_init(&b, cx->arena, 2000);
	sb_fmt(&b, "/stays/find?campaign=%.*s", STR_ARG(id_text(cx, f->campaign)));
	if (f->all) SB_LIT(&b, "&all=1");
	if (f->train) SB_LIT(&b, "&train=1");
	query_part(&b, "term", f->term);
	query_part(&b, "language", f->language);
	if (f->budget != UNKNOWN) sb_fmt(&b, "&budget=%d", (int)f->budget);
	return sb_str(&b);
}

static bool passes(const struct filters *f, const struct found_stay *s)
{
	const struct offer *o = s->offer;
	if (!str_blank(f->term) && (o->half == UNKNOWN || !str_is(f->term, term_halves[o->half].code))) return false;
	if (!str_blank(f->language) && !str_eq(f->language, o->language[0]) && !str_eq(f->language, o->language[1])) return false;
	if (f->budget != UNKNOWN && (s->cost.budget_cents == UNKNOWN || s->cost.budget_cents > f->budget * 100)) return false;
	if (f->train && (s->cost.distance_m == UNKNOWN || !str_is(carbon_mode_usual(s->cost.distance_m), "train"))) return false;
	return true;
}

/* --- one destination --- */

void find_seats(struct cx *cx, struct html *h, const struct found_stay *s)
{
	const struct offer *o = s->offer;
	struct str words = tr(cx, M_find_wishes, ARG_N("n", o->wishes), ARG_S("places", tr(cx, M_find_places, ARG_N("n", o->seats))));
	part_seats(h, o->seats, o->wishes, o->wishes, words);
}

static struct str changes(struct cx *cx, const struct eligibility *e, struct str *whom)
{
	struct sb b, w;
	sb_init(&b, cx->arena, 4000);
	sb_init(&w, cx->arena, 1000);
	for (size_t i = 0; i < e->nreasons; i++) {
		if (!e->reasons[i].decides) continue;
		struct reason_words words = reason_words(cx, &e->reasons[i]);
		if (!str_blank(words.change)) {
			if (b.len) SB_LIT(&b, ". ");
			sb_add(&b, words.change);
		}
		if (str_blank(words.whom) || str_find(sb_str(&w), words.whom) != STR_NPOS) continue;
		if (w.len) SB_LIT(&w, ", ");
		sb_add(&w, words.whom);
	}
	*whom = sb_str(&w);
	return sb_str(&b);
}

void find_why(struct cx *cx, struct html *h, const struct found_stay *s)
{
	const struct eligibility *e = &s->verdict;
	struct why_row *rows = ARENA_ARRAY(cx->arena, struct why_row, e->nreasons + 1);
	struct str whom;
	struct why why = {.title = tr_args(cx, e->state == RULE_UNKNOWN ? M_find_unknown : M_find_not_yet, NULL), .rows = rows};
	for (size_t i = 0; i < e->nreasons; i++) {
		if (!e->reasons[i].decides) continue;
		struct reason_words words = reason_words(cx, &e->reasons[i]);
		rows[why.rows_len++] = (struct why_row){words.rule, words.you, words.needed, e->reasons[i].state == RULE_NO};
	}
	struct str change = changes(cx, e, &whom);
	if (!str_blank(change)) {
		why.but_strong = tr(cx, M_find_could);
		why.but = tr(cx, M_find_could_what, ARG_S("could", why.but_strong), ARG_S("change", change));
	}
	if (!str_blank(whom)) why.ask = tr(cx, M_find_ask, ARG_S("whom", whom));
	part_why(cx, h, &why);
}

void find_nothing(struct cx *cx, struct html *h, const struct find_page *p)
{
	struct act act = {.text = tr(cx, M_find_clear), .href = p->clear_href};
	part_empty(h, ICON_compass, tr_args(cx, p->filtered ? M_find_nothing_filtered : M_find_nothing, NULL), p->filtered ? &act : NULL,
	           STR_NONE);
}

static struct find_card card(struct cx *cx, const struct found_stay *s, const struct find_page *p, struct str token, struct str back,
                             bool may_star)
{
	const struct offer *o = s->offer;
	struct str id = id_text(cx, o->id), name = offer_name(o);
	return (struct find_card){.id = id,
	                          .anchor = str_fmt(cx->arena, "o-%.*s", STR_ARG(id)),
	                          .star_id = str_fmt(cx->arena, "star-%.*s", STR_ARG(id)),
	                          .swaps = str_fmt(cx->arena, "#star-%.*s #wish #dock", STR_ARG(id)),
	                          .said = tr(cx, s->starred ? M_find_said_off : M_find_said_on, ARG_S("title", name)),
	                          .token = token,
	                          .back = str_fmt(cx->arena, "%.*s#o-%.*s", STR_ARG(back), STR_ARG(id)),
	                          .title = name,
	                          .meta = offer_meta(cx, o),
	                          .yes = s->verdict.state == RULE_YES ? eligibility_line(cx, &s->verdict) : STR_NONE,
	                          .grant = grant_text(cx, &s->cost),
	                          .budget = cents_round(cx, s->cost.budget_cents),
	                          .carbon = carbon_text(cx, &s->cost),
	                          .stay = s,
	                          .starred = s->starred,
	                          .can = s->verdict.state == RULE_YES,
	                          .may_star = may_star && s->verdict.state == RULE_YES};
}

/* --- filter menus --- */

static void menu_item(struct cx *cx, struct find_menu *m, const struct filters *f, struct str text, bool on)
{
	m->items.ptr[m->items.len++] = (struct find_item){text, filters_href(cx, f), on};
	m->on = m->on || (on && m->items.len > 1);
}

static struct find_menu menu_new(struct cx *cx, int label, size_t room)
{
	struct find_menu m = {.label = tr_args(cx, label, NULL)};
	m.items.ptr = ARENA_ARRAY(cx->arena, struct find_item, room);
	return m;
}

static struct find_menu term_menu(struct cx *cx, const struct filters *f)
{
	struct find_menu m = menu_new(cx, M_find_term, 5);
	struct filters other = *f;
	other.term = STR_NONE;
	menu_item(cx, &m, &other, tr(cx, M_find_any), str_blank(f->term));
	for (size_t i = 0; term_halves[i].code; i++) {
		other.term = str_of(term_halves[i].code);
		menu_item(cx, &m, &other, tr_args(cx, term_halves[i].label, NULL), str_eq(f->term, other.term));
	}
	return m;
}

static struct find_menu language_menu(struct cx *cx, const struct filters *f, const struct found_stays *found)
{
	struct find_menu m = menu_new(cx, M_find_language, found->len * 2 + 1);
	struct filters other = *f;
	struct str *seen = ARENA_ARRAY(cx->arena, struct str, found->len * 2 + 1);
	size_t nseen = 0;
	other.language = STR_NONE;
	menu_item(cx, &m, &other, tr(cx, M_find_any), str_blank(f->language));
	for (size_t i = 0; i < found->len * 2; i++) {
		struct str code = found->stays[i / 2].offer->language[i % 2];
		bool known = str_blank(code);
		for (size_t j = 0; j < nseen; j++)
			known = known || str_eq(seen[j], code);
		if (known) continue;
		seen[nseen++] = other.language = code;
		menu_item(cx, &m, &other, code_label(cx, STR("language"), code), str_eq(f->language, code));
	}
	return m;
}

static struct find_menu budget_menu(struct cx *cx, const struct filters *f)
{
	static const int limits[] = {2000, 3000, 4000, 6000};
	struct find_menu m = menu_new(cx, M_find_budget, ARRAY_LEN(limits) + 1);
	struct filters other = *f;
	other.budget = UNKNOWN;
	menu_item(cx, &m, &other, tr(cx, M_find_any), f->budget == UNKNOWN);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		other.budget = limits[i];
		menu_item(cx, &m, &other, tr(cx, M_find_up_to, ARG_S("amount", cents_text(cx, other.budget * 100))),
		          f->budget == other.budget);
	}
	return m;
}

/* --- the page --- */

static void fill_filters(struct cx *cx, struct find_page *p, const struct filters *f, const struct found_stays *found)
{
	struct filters other = *f;
	p->all = f->all;
	p->train = f->train;
	p->filtered = f->train || f->budget != UNKNOWN || !str_blank(f->term) || !str_blank(f->language);
	other.all = !f->all;
	p->can_href = filters_href(cx, &other);
	other = *f;
	other.all = true;
	p->others_href = filters_href(cx, &other);
	other = *f;
	other.train = !f->train;
	p->train_href = filters_href(cx, &other);
	other = (struct filters){.all = f->all, .budget = UNKNOWN, .campaign = f->campaign};
	p->clear_href = filters_href(cx, &other);
	p->menus.ptr = ARENA_ARRAY(cx->arena, struct find_menu, 3);
	p->menus.ptr[p->menus.len++] = term_menu(cx, f);
	p->menus.ptr[p->menus.len++] = language_menu(cx, f, found);
	p->menus.ptr[p->menus.len++] = budget_menu(cx, f);
}

static void fill_cards(struct cx *cx, struct find_page *p, const struct filters *f, const struct found_stays *found, struct str token,
                       bool open)
{
	struct str back = filters_href(cx, f);
	p->cards.ptr = ARENA_ARRAY(cx->arena, struct find_card, found->len + 1);
	p->almost.ptr = ARENA_ARRAY(cx->arena, struct find_card, found->len + 1);
	p->rest.ptr = ARENA_ARRAY(cx->arena, struct find_card, found->len + 1);
	size_t shown = 0;
	for (size_t i = 0; i < found->len; i++) {
		const struct found_stay *s = &found->stays[i];
		if (!passes(f, s)) continue;
		bool yes = s->verdict.state == RULE_YES, near = !yes && s->verdict.nblocking <= 1;
		shown++;
		if (!yes && !near && !f->all) continue;
		struct find_cards *to = yes ? &p->cards : near ? &p->almost : &p->rest;
		to->ptr[to->len++] = card(cx, s, p, token, back, open);
	}
	int64_t others = (int64_t)(shown - p->cards.len);
	p->can_go = (int64_t)found->can_go;
	p->count = tr(cx, M_find_count, ARG_N("n", (int64_t)p->cards.len), ARG_N("all", (int64_t)shown));
	p->others_href = str_concat(cx->arena, p->others_href, others > (int64_t)p->almost.len ? STR("#rest") : STR("#almost"));
	if (others && !f->all) p->others = tr(cx, M_find_others, ARG_N("n", others));
	p->almost_count = tr(cx, M_find_destinations, ARG_N("n", (int64_t)p->almost.len));
	p->rest_count = tr(cx, M_find_destinations, ARG_N("n", (int64_t)p->rest.len));
}

static void fill_chosen(struct cx *cx, struct find_page *p, const struct application_draft *d)
{
	struct ranking list = ranking_of_draft(cx, d);
	const struct campaign *c = d->found.campaign;
	p->chosen.ptr = ARENA_ARRAY(cx->arena, struct find_choice, list.len + 1);
	for (size_t i = 0; i < list.len; i++) {
		const struct found_stay *s = found_by_id(&d->found, list.ptr[i].opportunity);
		if (s)
			p->chosen.ptr[p->chosen.len++] =
			    (struct find_choice){offer_name(s->offer), offer_place(cx, s->offer), list.ptr[i].rank};
	}
	int64_t left = c->max_choices - (int64_t)p->chosen.len;
	if (p->chosen.len == 0)
		p->more = tr(cx, M_find_none_yet, ARG_N("n", c->max_choices));
	else if (left > 0)
		p->more = tr(cx, M_find_more, ARG_N("n", left));
	else
		p->more = tr_args(cx, left ? M_find_too_many : M_find_full, NULL);
	p->kept = p->chosen.len ? tr(cx, M_find_kept, ARG_N("n", (int64_t)p->chosen.len)) : tr(cx, M_find_kept_none);
	p->rank_href = str_fmt(cx->arena, "/stays/rank?campaign=%.*s", STR_ARG(id_text(cx, c->row.id)));
	p->hint = c->call_year == UNKNOWN ? tr(cx, M_find_hint)
	                                  : tr(cx, M_find_hint_year, ARG_S("year", str_fmt(cx->arena, "%d", (int)c->call_year)));
	if (d->sent && d->sent->withdrawn_ms == UNKNOWN) {
		p->sent =
		    tr(cx, M_find_sent, ARG_S("number", d->sent->number), ARG_S("date", instant_text(cx, d->sent->submitted_ms, c->zone)));
		p->sent_href = str_fmt(cx->arena, "/applications/%.*s", STR_ARG(id_text(cx, d->sent->row.id)));
	}
}

static struct str lede(struct cx *cx, const struct campaign_view *v)
{
	const struct campaign *c = v->campaign;
	switch (v->state.stage) {
	case STAGE_COMING: return tr(cx, M_find_lede_coming, ARG_S("date", instant_text(cx, c->opens_ms, c->zone)));
	case STAGE_OPEN: return tr(cx, M_find_lede, ARG_N("n", c->max_choices), ARG_S("date", instant_text(cx, c->closes_ms, c->zone)));
	default: return tr(cx, M_find_lede_closed, ARG_S("date", instant_text(cx, c->closes_ms, c->zone)));
	}
}

static enum err nothing_open(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct page page = {.title = tr(cx, M_find_title)};
	struct html *h = page_begin(cx, r, rep, &page);
	part_empty(h, ICON_compass, tr(cx, M_find_no_campaign), NULL, STR_NONE);
	return page_end(cx, r, rep, &page);
}

static enum err find_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	const struct campaign_view *v;
	struct application_draft draft;
	TRY(campaign_of_student(cx, r, &v));
	if (!v) return nothing_open(cx, r, rep);
	TRY(application_draft(cx, v->campaign->row.id, NULL, 0, &draft));
	struct filters filters = filters_read(r, v->campaign->row.id);
	struct find_page p = {0};
	struct page page = {.title = tr(cx, M_find_title), .lede = lede(cx, v)};
	struct tag_text tag = {campaign_name(cx, v->campaign), TONE_PLAIN};
	page.tags = &tag;
	page.tags_len = 1;
	fill_filters(cx, &p, &filters, &draft.found);
	fill_cards(cx, &p, &filters, &draft.found, csrf_token(cx, r, rep), v->state.stage == STAGE_OPEN);
	fill_chosen(cx, &p, &draft);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_find_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err star_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	if (!uuid_parse(request_form(r, "opportunity"), &id)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(star_set(cx, id, !str_is(request_form(r, "on"), "0")));
	struct str back = request_form(r, "back");
	return reply_redirect(cx, rep, str_starts(back, STR("/stays/find")) ? back : STR("/stays/find"));
}

const struct route find_routes[] = {{HTTP_GET, "/stays/find", find_get, 0, NULL}, {HTTP_POST, "/stays/star", star_post, 0, NULL}, {0}};
