/* Ranking and applying. The list being ranked lives in the address (o=, tie=) until it is sent: nothing is written before. */
#include "office/campaigns/pages_rank.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"
#include "rank.tpl.h"

/* --- what it costs, as a till receipt --- */

static struct str quantity_text(struct cx *cx, const struct grant_line *l)
{
	struct str each = cents_text(cx, l->unit_cents);
	switch (l->unit) {
	case GRANT_MONTHS:
		return tr(cx, M_till_months, ARG_S("months", fixed_text(cx, (l->quantity * 100 + 15) / 30, 2, 0)), ARG_S("each", each));
	case GRANT_DAYS: return tr(cx, M_till_days, ARG_N("n", l->quantity), ARG_S("each", each));
	case GRANT_ONCE: return tr(cx, M_till_once);
	}
	return STR_NONE;
}

static void fill_cost(struct cx *cx, struct rank_row *row, const struct stay_cost *c)
{
	row->lines.ptr = ARENA_ARRAY(cx->arena, struct till_line, c->grant.nlines + 1);
	for (size_t i = 0; i < c->grant.nlines; i++) {
		const struct grant_line *l = &c->grant.lines[i];
		row->lines.ptr[row->lines.len++] =
		    (struct till_line){tr_args(cx, l->label, NULL), quantity_text(cx, l), cents_text(cx, l->amount_cents),
		                       reference_cited(cx, l->source), l->verify};
	}
	row->grant = grant_text(cx, c);
	row->total = c->grant.total_cents != UNKNOWN || c->grant.known_cents <= 0
	                 ? cents_text(cx, c->grant.total_cents)
	                 : tr(cx, M_camp_at_least, ARG_S("amount", cents_text(cx, c->grant.known_cents)));
	row->days = c->grant.days == UNKNOWN ? tr(cx, M_till_days_unknown) : tr(cx, M_till_days_counted, ARG_N("n", c->grant.days));
	row->budget = cents_text(cx, c->budget_cents);
	row->budget_source = str_blank(c->budget_source) ? tr(cx, M_till_no_source) : c->budget_source;
	if (c->budget_cents != UNKNOWN && c->grant.total_cents != UNKNOWN)
		row->rest = cents_text(cx, c->budget_cents - c->grant.total_cents);
	row->carbon = carbon_text(cx, c);
	if (c->carbon.grams == UNKNOWN) return;
	row->carbon_way = tr(cx, M_till_carbon_way, ARG_S("km", number_text(cx, (c->carbon.way_m + 500) / 1000)));
	row->carbon_sources = reference_cited(cx, c->carbon.source);
}

static struct rank_rows rows_of(struct cx *cx, const struct ranking *list, const struct found_stays *found)
{
	struct rank_rows rows = {ARENA_ARRAY(cx->arena, struct rank_row, list->len + 1), 0};
	for (size_t i = 0; i < list->len; i++) {
		const struct found_stay *s = found_by_id(found, list->ptr[i].opportunity);
		if (!s) continue;
		struct rank_row *row = &rows.ptr[rows.len++];
		*row = (struct rank_row){.id = id_text(cx, s->offer->id),
		                         .title = offer_name(s->offer),
		                         .meta = offer_meta(cx, s->offer),
		                         .rank = list->ptr[i].rank,
		                         .can = s->verdict.state == RULE_YES,
		                         .stay = s,
		                         .tie = i > 0 && list->ptr[i].rank == list->ptr[i - 1].rank};
		if (!row->can) row->reason = eligibility_line(cx, &s->verdict);
		fill_cost(cx, row, &s->cost);
	}
	return rows;
}

/* --- ranking --- */

static void renumber(struct ranking *list, const bool *tie)
{
	int64_t rank = 0;
	for (size_t i = 0; i < list->len; i++)
		list->ptr[i].rank = i && tie[i] ? rank : ++rank;
}

/* The buttons of the page without script: one step up or down, or away. */
static void moved(struct cx *cx, const struct request *r, struct ranking *list)
{
	struct uuid id;
	bool *tie = ARENA_ARRAY(cx->arena, bool, list->len + 1);
	bool up = uuid_parse(request_query(r, "up"), &id), down = !up && uuid_parse(request_query(r, "down"), &id);
	bool drop = !up && !down && uuid_parse(request_query(r, "drop"), &id);
	if (!up && !down && !drop) return;
	for (size_t i = 1; i < list->len; i++)
		tie[i] = list->ptr[i].rank == list->ptr[i - 1].rank;
	for (size_t i = 0; i < list->len; i++) {
		if (!uuid_eq(list->ptr[i].opportunity, id)) continue;
		if (drop) {
			for (size_t j = i; j + 1 < list->len; j++) {
				list->ptr[j] = list->ptr[j + 1];
				tie[j] = tie[j + 1];
			}
			list->len--;
		} else if (up ? i > 0 : i + 1 < list->len) {
			size_t other = up ? i - 1 : i + 1;
			struct ranked was = list->ptr[i];
			list->ptr[i] = list->ptr[other];
			list->ptr[other] = was;
			tie[i] = tie[other] = false; /* who moves stands alone again */
		}
		break;
	}
	renumber(list, tie);
}

static struct ranking list_asked(struct cx *cx, struct pairs pairs, const struct application_draft *d)
{
	struct ranking list = ranking_read(cx, pairs);
	return list.len ? list : ranking_of_draft(cx, d);
}

static enum err no_campaign(struct cx *cx, struct reply *rep) { return reply_redirect(cx, rep, STR("/stays/find")); }

static enum err rank_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	const struct campaign_view *v;
	struct application_draft draft;
	TRY(campaign_of_student(cx, r, &v));
	if (!v) return no_campaign(cx, rep);
	TRY(application_draft(cx, v->campaign->row.id, NULL, 0, &draft));
	struct ranking list = list_asked(cx, r->query, &draft);
	moved(cx, r, &list);
	struct rank_page p = {
	    .campaign = id_text(cx, v->campaign->row.id), .said = tr(cx, M_rank_said), .rows = rows_of(cx, &list, &draft.found)};
	p.find_href = str_fmt(cx->arena, "/stays/find?campaign=%.*s", STR_ARG(p.campaign));
	p.too_many = (int64_t)list.len > v->campaign->max_choices;
	if (p.too_many) p.problem = tr(cx, M_application_too_many, ARG_N("n", v->campaign->max_choices));
	struct crumb crumbs[] = {{tr(cx, M_find_title), p.find_href}, {campaign_name(cx, v->campaign), STR_NONE}};
	struct page page = {
	    .title = tr(cx, M_rank_title), .lede = tr(cx, M_rank_lede), .nav = "/stays/find", .crumbs = crumbs, .crumbs_len = 2};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_rank_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

/* --- the form: only what nobody knows --- */

static void select_option(struct html *h, struct str value, struct str text, bool on)
{
	html_lit(h, "<option");
	html_attr(h, "value", value);
	html_flag(h, "selected", on);
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</option>");
}

static void input_attrs(struct html *h, const struct apply_question *q)
{
	html_attr(h, "id", q->id);
	html_attr(h, "name", q->name);
	html_lit(h, " aria-required=\"true\"");
	if (q->bad) html_lit(h, " aria-invalid=\"true\"");
	html_lit(h, " aria-describedby=\"");
	if (q->bad) {
		html_lit(h, "e-");
		html_text(h, q->name);
		html_lit(h, " ");
	}
	html_lit(h, "h-");
	html_text(h, q->name);
	html_lit(h, "\"");
}

static void level_select(struct cx *cx, struct html *h, const struct apply_question *q)
{
	html_lit(h, "<select class=\"in\"");
	input_attrs(h, q);
	html_lit(h, ">");
	select_option(h, STR(""), tr(cx, M_apply_choose), str_blank(q->value));
	struct str code;
	size_t at = 0;
	while (code_next(STR("cefr"), &at, &code))
		select_option(h, code, code_label(cx, STR("cefr"), code), str_eq(code, q->value));
	html_lit(h, "</select>");
}

static void travel_select(struct cx *cx, struct html *h, const struct apply_question *q)
{
	html_lit(h, "<select class=\"in\"");
	input_attrs(h, q);
	html_lit(h, ">");
	select_option(h, STR(""), tr(cx, M_apply_choose), str_blank(q->value));
	for (size_t i = 0; travel_modes[i].code; i++)
		select_option(h, str_of(travel_modes[i].code), tr_args(cx, travel_modes[i].label, NULL),
		              str_is(q->value, travel_modes[i].code));
	html_lit(h, "</select>");
}

void apply_input(struct cx *cx, struct html *h, const struct apply_question *q)
{
	html_lit(h, "<div");
	html_attr(h, "class", q->bad ? STR("field bad") : STR("field"));
	html_lit(h, "><label");
	html_attr(h, "for", q->id);
	html_lit(h, ">");
	html_text(h, q->label);
	html_lit(h, "</label>");
	switch (q->question->what) {
	case ASKED_LANGUAGE: level_select(cx, h, q); break;
	case ASKED_TRAVEL: travel_select(cx, h, q); break;
	case ASKED_NATIONALITY:
		html_lit(h, "<input class=\"in\" list=\"list-country\" autocomplete=\"off\"");
		input_attrs(h, q);
		html_attr(h, "value", q->value);
		html_lit(h, ">");
		break;
	case ASKED_EMAIL:
		html_lit(h, "<input class=\"in\" type=\"email\" autocomplete=\"email\"");
		input_attrs(h, q);
		html_attr(h, "value", q->value);
		html_lit(h, ">");
		break;
	}
	html_lit(h, "<span class=\"help\" id=\"h-");
	html_text(h, q->name);
	html_lit(h, "\">");
	html_text(h, q->help);
	html_lit(h, "</span>");
	html_field_error(cx, h, q->name);
	html_lit(h, "</div>");
}

void apply_errors(struct cx *cx, struct html *h, const struct apply_page *p) { html_form_errors(cx, h, NULL); }

void apply_country_list(struct cx *cx, struct html *h, const struct apply_page *p)
{
	if (!p->countries) return;
	html_lit(h, "<datalist id=\"list-country\">");
	struct str code;
	size_t at = 0;
	while (code_next(STR("country"), &at, &code)) {
		struct str text = str_fmt(cx->arena, "%.*s (%.*s)", STR_ARG(code_label(cx, STR("country"), code)), STR_ARG(code));
		select_option(h, text, STR(""), false);
	}
	html_lit(h, "</datalist>");
}

static void known_part(struct sb *b, struct str text)
{
	if (b->len) SB_LIT(b, ", ");
	sb_add(b, text);
}

/* What the school knows of her and takes, in one sentence. */
static struct str known_words(struct cx *cx, const struct student_facts *s)
{
	struct sb b;
	sb_init(&b, cx->arena, 4000);
	if (!str_blank(s->programme_title)) known_part(&b, s->programme_title);
	if (s->year != UNKNOWN) known_part(&b, tr(cx, M_apply_year, ARG_N("year", s->year), ARG_S("in", s->enrolled_in)));
	if (s->average != UNKNOWN) known_part(&b, tr(cx, M_apply_average, ARG_S("average", fixed_text(cx, s->average, 4, 1))));
	if (s->ects != UNKNOWN) known_part(&b, tr(cx, M_apply_ects, ARG_S("ects", fixed_text(cx, s->ects, 2, 0))));
	for (size_t i = 0; i < s->nlanguages; i++) {
		struct str name = code_label(cx, STR("language"), s->languages[i].language);
		struct str level = s->languages[i].level == UNKNOWN ? STR_NONE : str_of(rule_cefr_name(s->languages[i].level));
		known_part(&b, str_fmt(cx->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(level)));
	}
	if (!str_blank(s->nationality))
		known_part(&b, tr(cx, M_apply_nationality, ARG_S("country", code_label(cx, STR("country"), s->nationality))));
	if (!str_blank(s->email)) known_part(&b, s->email);
	return str_concat(cx->arena, sb_str(&b), STR("."));
}

static bool problem_named(struct cx *cx, struct str field)
{
	for (const struct problem *p = cx->problems; p; p = p->next)
		if (str_eq(p->field, field)) return true;
	return false;
}

static void fill_questions(struct cx *cx, const struct request *r, struct apply_page *p, const struct application_draft *d)
{
	static const int helps[] = {M_apply_help_language, M_apply_help_nationality, M_apply_help_email, M_apply_help_travel};
	p->questions.ptr = ARENA_ARRAY(cx->arena, struct apply_question, d->nquestions + 1);
	for (size_t i = 0; i < d->nquestions; i++) {
		const struct question *q = &d->questions[i];
		struct apply_question *to = &p->questions.ptr[p->questions.len++];
		struct str language = q->what == ASKED_LANGUAGE ? code_label(cx, STR("language"), q->code) : STR("");
		*to = (struct apply_question){.name = q->name,
		                              .id = str_fmt(cx->arena, "f-%.*s", STR_ARG(q->name)),
		                              .question = q,
		                              .label = tr(cx, q->label, ARG_S("language", language)),
		                              .help = tr_args(cx, helps[q->what], NULL),
		                              .value = request_form(r, str_z(cx->arena, q->name)),
		                              .bad = problem_named(cx, q->name)};
		p->countries = p->countries || q->what == ASKED_NATIONALITY;
	}
}

static enum err apply_show(struct cx *cx, const struct request *r, struct reply *rep, const struct campaign_view *v,
                           const struct ranking *list)
{
	struct application_draft d;
	struct problem *problems = cx->problems;
	TRY(application_draft(cx, v->campaign->row.id, list->ptr, list->len, &d));
	if (!cx->problems) cx->problems = problems;
	struct apply_page p = {.campaign = id_text(cx, v->campaign->row.id),
	                       .token = csrf_token(cx, r, rep),
	                       .change_href = STR("/account"),
	                       .rows = rows_of(cx, list, &d.found),
	                       .again = d.sent && d.sent->withdrawn_ms == UNKNOWN};
	p.rank_href = str_fmt(cx->arena, "/stays/rank?%.*s", STR_ARG(ranking_query(cx, v->campaign->row.id, list)));
	p.known = known_words(cx, d.found.student);
	p.closes = tr(cx, M_apply_closes, ARG_S("date", instant_text(cx, v->campaign->closes_ms, v->campaign->zone)));
	p.who = tr(cx, M_apply_who);
	fill_questions(cx, r, &p, &d);
	struct crumb crumbs[] = {{tr(cx, M_rank_title), p.rank_href}, {campaign_name(cx, v->campaign), STR_NONE}};
	struct page page = {.title = tr(cx, M_apply_title), .nav = "/stays/find", .crumbs = crumbs, .crumbs_len = 2};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_apply_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err apply_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	const struct campaign_view *v;
	struct application_draft draft;
	TRY(campaign_of_student(cx, r, &v));
	if (!v) return no_campaign(cx, rep);
	struct ranking list = ranking_read(cx, r->query);
	if (!list.len) {
		TRY(application_draft(cx, v->campaign->row.id, NULL, 0, &draft));
		list = ranking_of_draft(cx, &draft);
	}
	if (!list.len) return no_campaign(cx, rep);
	return apply_show(cx, r, rep, v, &list);
}

/* "Norway (NO)" is NO; other answers stay as they are. */
static struct pairs answers_of(struct cx *cx, const struct request *r)
{
	struct pair *ptr = ARENA_ARRAY(cx->arena, struct pair, r->form.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < r->form.len; i++) {
		struct pair p = r->form.ptr[i];
		if (str_is(p.name, "nationality")) p.value = form_code_typed(p.value);
		ptr[len++] = p;
	}
	return (struct pairs){ptr, len};
}

static enum err apply_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	const struct campaign_view *v;
	struct receipt receipt;
	TRY(campaign_of_student(cx, r, &v));
	if (!v) return no_campaign(cx, rep);
	struct ranking list = ranking_read(cx, r->form);
	enum err err = application_submit(cx, v->campaign->row.id, list.ptr, list.len, answers_of(cx, r), &receipt);
	if (err == ERR_INVALID || err == ERR_REFUSED) {
		rep->status = err_http(err);
		return apply_show(cx, r, rep, v, &list);
	}
	TRY(err);
	const struct application *a = receipt.application;
	flash_set(cx, r, rep, tr(cx, receipt.again ? M_apply_again : M_apply_done, ARG_S("number", a->number)), STR_NONE);
	return reply_redirect(cx, rep, str_fmt(cx->arena, "/applications/%.*s", STR_ARG(id_text(cx, a->row.id))));
}

const struct route rank_routes[] = {{HTTP_GET, "/stays/rank", rank_get, 0, NULL},
                                    {HTTP_GET, "/stays/apply", apply_get, 0, NULL},
                                    {HTTP_POST, "/stays/apply", apply_post, 0, NULL},
                                    {0}};
