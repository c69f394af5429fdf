/* Mechanisms side by side over the same applications, the students under each, one student's reasons, and the files by which anybody
 * can check the allocation. Choosing a rule allocates; nothing leaves before publication. */
#include "office/campaigns/pages_allocate.h"
#include "allocate.tpl.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

enum { ROWS_SHOWN = 25, REASONS_SHOWN = 5 };

void alloc_steps(struct cx *cx, struct html *h, const struct campaign_view *v) { campaign_steps(cx, h, v); }
void alloc_errors(struct cx *cx, struct html *h, const struct alloc_page *p) { html_form_errors(cx, h, NULL); }

/* --- mechanisms --- */

static size_t segments_of(struct cx *cx, const struct mechanism_figures *f, struct segment out[5])
{
	int64_t second = f->worst_rank >= 2 && f->worst_rank != UNKNOWN ? f->profile[1] : 0,
		third = f->worst_rank >= 3 && f->worst_rank != UNKNOWN ? f->profile[2] : 0;
	int64_t lower = f->placed - f->first - second - third;
	out[0] = (struct segment){f->first, 1, tr(cx, M_rank_1)};
	out[1] = (struct segment){second, 2, tr(cx, M_alloc_key_2)};
	out[2] = (struct segment){third, 3, tr(cx, M_alloc_key_3)};
	out[3] = (struct segment){lower, 4, tr(cx, M_alloc_key_lower)};
	out[4] = (struct segment){f->unplaced, 5, tr(cx, M_alloc_none)};
	return 5;
}

void alloc_key(struct cx *cx, struct html *h)
{
	struct mechanism_figures none = {.worst_rank = UNKNOWN};
	struct segment segments[5];
	html_lit(h, "<span class=\"end\">");
	part_key(h, segments, segments_of(cx, &none, segments), false);
	html_lit(h, "</span>");
}

void alloc_bar(struct cx *cx, struct html *h, const struct mechanism_figures *f)
{
	struct segment segments[5];
	size_t len = segments_of(cx, f, segments);
	struct str label = tr(cx, M_alloc_bar, ARG_N("first", segments[0].value), ARG_N("second", segments[1].value),
	                      ARG_N("third", segments[2].value), ARG_N("lower", segments[3].value), ARG_N("none", segments[4].value));
	part_stacked(h, label, segments, len);
}

static const struct {
	int short_name, promise;
} words[] = {[ALLOCATION_SERIAL] = {M_alloc_short_serial, M_campaign_promise_serial},
             [ALLOCATION_DEFERRED] = {M_alloc_short_deferred, M_campaign_promise_deferred},
             [ALLOCATION_RANKSUM] = {M_alloc_short_ranksum, M_campaign_promise_ranksum},
             [ALLOCATION_GREEDY] = {M_alloc_short_greedy, M_campaign_promise_greedy},
             [ALLOCATION_GENEROUS] = {M_alloc_short_generous, M_campaign_promise_generous}};

/* Both counts, never a share without what it is out of. */
static struct str part_of(struct cx *cx, int64_t n, int64_t all)
{
	return all ? tr(cx, M_alloc_part_of, ARG_N("n", n), ARG_N("all", all)) : STR_NONE;
}

/* The optimum as a benchmark beside the rule in use. A share of nobody is not said. */
static struct str optimum(struct cx *cx, const struct comparison *c)
{
	if (!c->len || c->most <= c->beside) return STR_NONE;
	if (!c->beside) return tr(cx, M_alloc_optimum_none, ARG_N("n", c->most));
	return tr(cx, M_alloc_optimum, ARG_N("n", c->most - c->beside), ARG_N("placed", c->beside),
	          ARG_S("share", fixed_text(cx, (c->most - c->beside) * 1000 / c->beside, 1, 0)));
}

static void fill_cards(struct cx *cx, struct alloc_page *p, const struct comparison *c)
{
	p->cards.ptr = ARENA_ARRAY(cx->arena, struct mech_card, c->len + 1);
	for (size_t i = 0; i < c->len; i++) {
		const struct mechanism_figures *f = &c->figures[i];
		p->cards.ptr[p->cards.len++] = (struct mech_card){
		    .code = str_of(campaign_mechanisms[f->mechanism].code),
		    .name = tr_args(cx, campaign_mechanisms[f->mechanism].label, NULL),
		    .short_name = tr_args(cx, words[f->mechanism].short_name, NULL),
		    .promise = tr_args(cx, words[f->mechanism].promise, NULL),
		    .mean = f->mean_rank == UNKNOWN ? STR("\u2013") : fixed_text(cx, f->mean_rank, 2, 2),
		    .worst = f->placed ? rank_words(cx, f->worst_rank) : STR("\u2013"),
		    .apprentices = part_of(cx, f->apprentices_placed, f->apprentices),
		    .others = part_of(cx, f->placed - f->apprentices_placed, f->students - f->apprentices),
		    .reserved = part_of(cx, f->reserved_used, f->reserved),
		    .envy_words = f->envy ? tr(cx, M_campaign_envy_some, ARG_N("n", f->envy)) : tr(cx, M_campaign_envy_none),
		    .figures = f,
		    .chosen = p->has_run && p->view->campaign->mechanism == (int64_t)f->mechanism,
		    .no_envy = f->envy == 0};
	}
	p->optimum = optimum(cx, c);
	p->heading = tr(cx, M_alloc_heading, ARG_N("n", (int64_t)c->len));
}

static struct str holds_words(struct cx *cx, enum allocation_holds holds)
{
	static const int labels[] = {[ALLOCATION_NO] = M_alloc_holds_no,
	                             [ALLOCATION_ALWAYS] = M_alloc_holds_always,
	                             [ALLOCATION_WHEN_STRICT] = M_alloc_holds_strict,
	                             [ALLOCATION_WITHOUT_FLOORS] = M_alloc_holds_floors,
	                             [ALLOCATION_WHEN_ONE_SCORE] = M_alloc_holds_one_score};
	return tr_args(cx, labels[holds], NULL);
}

static void fill_properties(struct cx *cx, struct alloc_page *p, const struct comparison *c)
{
	static const int names[] = {M_alloc_property_honest, M_alloc_property_stable, M_alloc_property_pareto, M_alloc_property_most};
	p->properties.ptr = ARENA_ARRAY(cx->arena, struct mech_property, ARRAY_LEN(names));
	for (size_t n = 0; n < ARRAY_LEN(names); n++) {
		struct mech_property *q = &p->properties.ptr[p->properties.len++];
		q->name = tr_args(cx, names[n], NULL);
		q->cells.ptr = ARENA_ARRAY(cx->arena, struct mech_holds, c->len + 1);
		for (size_t i = 0; i < c->len; i++) {
			const struct allocation_properties *sheet = c->figures[i].properties;
			enum allocation_holds holds = n == 0   ? sheet->strategy_proof
			                              : n == 1 ? sheet->stable
			                              : n == 2 ? sheet->pareto_efficient
			                                       : sheet->most_placed;
			q->cells.ptr[q->cells.len++].text = holds_words(cx, holds);
		}
	}
}

/* --- students --- */

static struct str page_href(struct cx *cx, const struct alloc_page *p, int64_t page, bool differ, struct str student)
{
	struct sb b;
	sb_init(&b, cx->arena, 1000);
	sb_add(&b, campaign_path(cx, p->view->campaign->row.id, "/allocate"));
	sb_fmt(&b, "?page=%d", (int)page);
	if (differ) SB_LIT(&b, "&differ=1");
	if (!str_blank(student)) sb_fmt(&b, "&student=%.*s#reason", STR_ARG(student));
	return sb_str(&b);
}

static struct alloc_row row_of(struct cx *cx, const struct alloc_page *p, const struct comparison *c, const struct compared_student *s,
                               int64_t page, struct uuid selected)
{
	struct str id = id_text(cx, s->application);
	struct alloc_row row = {
	    .href = page_href(cx, p, page, p->differ, id), .name = s->name, .selected = uuid_eq(s->application, selected)};
	row.ranks.ptr = ARENA_ARRAY(cx->arena, struct rank_cell, c->len + 1);
	for (size_t i = 0; i < c->len; i++) {
		bool none = s->rank[i] == UNKNOWN, chosen = p->cards.ptr[i].chosen;
		row.ranks.ptr[row.ranks.len++] =
		    (struct rank_cell){none ? tr(cx, M_alloc_without) : number_text(cx, s->rank[i]), s->rank[i] == 1, none, chosen};
		if (chosen || (!p->has_run && i == 0)) {
			row.placed = !none;
			row.place =
			    none ? tr_args(cx, p->has_run ? M_alloc_waiting : M_alloc_none, NULL) : opportunity_words(cx, s->place[i]);
		}
	}
	if (!p->has_run) {
		row.place = tr(cx, M_alloc_not_yet);
		row.placed = false;
	}
	return row;
}

static void fill_rows(struct cx *cx, const struct request *r, struct alloc_page *p, const struct comparison *c, struct uuid selected)
{
	int64_t page = 1;
	if (!str_to_i64(request_query(r, "page"), &page) || page < 1 || page > 10000) page = 1;
	p->differ = str_is(request_query(r, "differ"), "1");
	p->rows.ptr = ARENA_ARRAY(cx->arena, struct alloc_row, ROWS_SHOWN);
	int64_t at = 0, from = (page - 1) * ROWS_SHOWN;
	for (size_t i = 0; i < c->nstudents; i++) {
		if (p->differ && !c->students[i].differs) continue;
		if (at >= from && p->rows.len < ROWS_SHOWN) p->rows.ptr[p->rows.len++] = row_of(cx, p, c, &c->students[i], page, selected);
		at++;
	}
	p->students_sub = tr(cx, M_alloc_students_sub, ARG_N("n", (int64_t)c->nstudents), ARG_N("differ", (int64_t)c->ndiffer));
	p->page_text =
	    tr(cx, M_alloc_page, ARG_N("from", p->rows.len ? from + 1 : 0), ARG_N("to", from + (int64_t)p->rows.len), ARG_N("all", at));
	if (page > 1) p->prev_href = page_href(cx, p, page - 1, p->differ, STR_NONE);
	if (from + (int64_t)p->rows.len < at) p->next_href = page_href(cx, p, page + 1, p->differ, STR_NONE);
	p->all_href = page_href(cx, p, 1, false, STR_NONE);
	if (c->ndiffer && c->ndiffer < c->nstudents) p->differ_href = page_href(cx, p, 1, true, STR_NONE);
	p->left_out.ptr = c->left_out;
	p->left_out.len = c->nleft_out;
	p->left_out_text = tr(cx, M_alloc_left_out, ARG_N("n", (int64_t)c->nleft_out));
}

/* After publication there is nothing left to compare: what the run gave, by name. */
static enum err fill_allocated(struct cx *cx, const struct request *r, struct alloc_page *p, struct uuid selected)
{
	struct allocated *all;
	size_t len;
	int64_t page = 1;
	TRY(campaign_allocated(cx, p->view->campaign->row.id, &all, &len));
	if (!str_to_i64(request_query(r, "page"), &page) || page < 1 || page > 10000) page = 1;
	size_t from = (size_t)(page - 1) * ROWS_SHOWN;
	p->rows.ptr = ARENA_ARRAY(cx->arena, struct alloc_row, ROWS_SHOWN);
	for (size_t i = from; i < len && p->rows.len < ROWS_SHOWN; i++) {
		bool none = str_blank(all[i].place);
		struct str href = page_href(cx, p, page, false, id_text(cx, all[i].application));
		struct str place = none ? tr(cx, M_alloc_waiting)
		                        : str_fmt(cx->arena, "%.*s (%.*s)", STR_ARG(opportunity_words(cx, all[i].place)),
		                                  STR_ARG(rank_words(cx, all[i].rank)));
		p->rows.ptr[p->rows.len++] = (struct alloc_row){
		    .href = href, .name = all[i].name, .place = place, .placed = !none, .selected = uuid_eq(all[i].application, selected)};
	}
	p->page_text = tr(cx, M_alloc_page, ARG_N("from", p->rows.len ? (int64_t)from + 1 : 0), ARG_N("to", (int64_t)(from + p->rows.len)),
	                  ARG_N("all", (int64_t)len));
	if (page > 1) p->prev_href = page_href(cx, p, page - 1, false, STR_NONE);
	if (from + p->rows.len < len) p->next_href = page_href(cx, p, page + 1, false, STR_NONE);
	return OK;
}

/* --- one student's reasons --- */

static size_t effect_rows(struct cx *cx, const struct place_effect *e, struct why_row rows[3])
{
	size_t n = 0;
	rows[n++] = (struct why_row){tr(cx, M_alloc_unplaced), number_text(cx, e->unplaced_if), number_text(cx, e->unplaced),
	                             e->unplaced_if > e->unplaced};
	rows[n++] =
	    (struct why_row){tr(cx, M_alloc_first), number_text(cx, e->first_if), number_text(cx, e->first), e->first_if < e->first};
	rows[n++] = (struct why_row){tr(cx, M_alloc_worst), rank_words(cx, e->worst_if), rank_words(cx, e->worst), e->worst_if > e->worst};
	return n;
}

void alloc_why(struct cx *cx, struct html *h, const struct alloc_reason *r)
{
	struct why why = {.yes = r->yes, .title = r->title, .text = r->reason.in_run ? r->reason.line : r->reason.why_not};
	const struct place_effect *e = &r->reason.effect;
	if (e->known) {
		struct why_row *rows = ARENA_ARRAY(cx->arena, struct why_row, 3);
		why.rows = rows;
		why.head_rule = M_alloc_head_all;
		why.head_have = M_alloc_head_if;
		why.head_need = M_alloc_head_kept;
		why.rows_len = effect_rows(cx, e, rows);
	}
	struct str could = r->reason.could;
	if (!str_blank(r->could_rule))
		could = str_blank(could) ? r->could_rule : tr(cx, M_why_or, ARG_S("one", could), ARG_S("other", r->could_rule));
	if (!str_blank(could) && !r->yes) {
		why.but_strong = tr(cx, M_alloc_could);
		why.but = tr(cx, M_alloc_could_what, ARG_S("could", why.but_strong), ARG_S("change", could));
	}
	part_why(cx, h, &why);
}

/* Other rules under which this student holds this option: they are in the comparison already. */
static struct str other_rules(struct cx *cx, const struct alloc_page *p, const struct comparison *c, const struct compared_student *s,
                              struct str option)
{
	struct sb b;
	sb_init(&b, cx->arena, 1000);
	for (size_t i = 0; s && i < c->len; i++) {
		if (p->cards.ptr[i].chosen || s->rank[i] == UNKNOWN || !str_eq(s->place[i], option)) continue;
		if (b.len) SB_LIT(&b, ", ");
		sb_add(&b, p->cards.ptr[i].name);
	}
	return b.len ? tr(cx, M_alloc_with_rule, ARG_S("rule", sb_str(&b))) : STR_NONE;
}

static enum err fill_score(struct cx *cx, struct alloc_page *p, struct uuid application)
{
	struct allocated *all;
	size_t len;
	int64_t score = UNKNOWN, before = 0;
	TRY(campaign_allocated(cx, p->view->campaign->row.id, &all, &len));
	for (size_t i = 0; i < len; i++)
		if (uuid_eq(all[i].application, application)) score = all[i].score;
	for (size_t i = 0; i < len; i++)
		before += all[i].score != UNKNOWN && score != UNKNOWN && all[i].score > score;
	if (score != UNKNOWN)
		p->score = tr(cx, M_alloc_score, ARG_S("score", fixed_text(cx, score, 4, 0)), ARG_N("place", before + 1),
		              ARG_N("all", (int64_t)len));
	return OK;
}

static enum err fill_reasons(struct cx *cx, struct alloc_page *p, const struct comparison *c, struct uuid application)
{
	struct receipt receipt;
	const struct compared_student *s = NULL;
	for (size_t i = 0; c && i < c->nstudents; i++)
		if (uuid_eq(c->students[i].application, application)) s = &c->students[i];
	TRY(application_receipt(cx, application, &receipt));
	p->name = receipt.person;
	p->file_href = str_fmt(cx->arena, "/applications/%.*s", STR_ARG(id_text(cx, application)));
	p->selected = true;
	p->reasons.ptr = ARENA_ARRAY(cx->arena, struct alloc_reason, receipt.len + 1);
	p->more.ptr = ARENA_ARRAY(cx->arena, struct alloc_reason, receipt.len + 1);
	if (!p->has_run) {
		p->note = tr(cx, M_alloc_reason_later);
		return OK;
	}
	TRY(fill_score(cx, p, application));
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, receipt.len + 1);
	struct place_reason *reasons = ARENA_ARRAY(cx->arena, struct place_reason, receipt.len + 1);
	for (size_t i = 0; i < receipt.len; i++)
		ids[i] = receipt.lines[i].opportunity;
	TRY(campaign_reasons(cx, application, ids, receipt.len, REASONS_SHOWN, reasons));
	size_t refused = 0;
	for (size_t i = 0; i < receipt.len; i++) {
		const struct receipt_line *line = &receipt.lines[i];
		struct alloc_reason to = {.reason = reasons[i], .rank = line->rank};
		to.yes = to.reason.in_run && to.reason.code == ALLOCATION_REASON_PLACED;
		if (to.reason.in_run && (to.reason.code == ALLOCATION_REASON_BETTER_GOT || to.reason.code == ALLOCATION_REASON_EQUAL_GOT))
			continue;
		to.title = tr(cx, to.yes ? M_alloc_placed_at : M_alloc_not_at, ARG_S("place", opportunity_words(cx, line->title)),
		              ARG_S("rank", rank_words(cx, line->rank)));
		if (!to.yes && c) to.could_rule = other_rules(cx, p, c, s, line->title);
		if (to.yes || refused < REASONS_SHOWN)
			p->reasons.ptr[p->reasons.len++] = to;
		else
			p->more.ptr[p->more.len++] = to;
		refused += !to.yes;
	}
	p->more_text = tr(cx, M_alloc_more, ARG_N("n", (int64_t)p->more.len));
	return OK;
}

/* --- the run --- */

static const struct {
	const char *name;
	int label;
	const char *type;
} run_files[] = {{"certificate.csv", M_alloc_file_certificate, "text/csv; charset=utf-8"},
                 {"seats.csv", M_alloc_file_seats, "text/csv; charset=utf-8"},
                 {"choices.csv", M_alloc_file_choices, "text/csv; charset=utf-8"},
                 {"students.csv", M_alloc_file_students, "text/csv; charset=utf-8"},
                 {"floors.csv", M_alloc_file_floors, "text/csv; charset=utf-8"},
                 {"placements.csv", M_alloc_file_placements, "text/csv; charset=utf-8"},
                 {"report.json", M_alloc_file_report, "application/json"}};

static struct str run_file(const struct run_view *run, size_t i)
{
	const struct str *texts[] = {&run->certificate, &run->seats,      &run->choices, &run->students,
	                             &run->floors,      &run->placements, &run->report};
	return *texts[i];
}

/* A refusal is what the page shows, not an error of the page. */
static struct str refusal_taken(struct cx *cx, struct problem *problems, struct problem **end)
{
	struct problem *p = end ? *end : cx->problems;
	struct str text = p ? problem_text(cx, p) : STR("");
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	return text;
}

static enum err fill_run(struct cx *cx, struct alloc_page *p, const struct run_view *run)
{
	struct uuid id = p->view->campaign->row.id;
	struct problem *problems = cx->problems, **end = cx->problems_end;
	p->files.ptr = ARENA_ARRAY(cx->arena, struct alloc_file, ARRAY_LEN(run_files));
	for (size_t i = 0; i < ARRAY_LEN(run_files); i++)
		if (str_present(run_file(run, i)))
			p->files.ptr[p->files.len++] = (struct alloc_file){
			    tr_args(cx, run_files[i].label, NULL),
			    str_fmt(cx->arena, "%.*s/%s", STR_ARG(campaign_path(cx, id, "/allocation")), run_files[i].name)};
	p->certificate_href = p->files.ptr[0].href;
	p->seed = run->seed;
	enum err err = campaign_verify(cx, id);
	if (err == ERR_REFUSED)
		p->failed = refusal_taken(cx, problems, end);
	else
		TRY(err);
	if (err == OK) p->verified = tr(cx, M_alloc_verified, ARG_S("date", instant_text(cx, run->at_ms, p->view->campaign->zone)));
	return OK;
}

static struct str lede(struct cx *cx, const struct campaign_view *v)
{
	struct str places = tr(cx, M_alloc_lede_places, ARG_N("n", v->seats), ARG_N("options", v->opportunities));
	return tr(cx, M_alloc_lede, ARG_N("n", v->applications), ARG_S("places", places));
}

static enum err allocate_show(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct comparison c = {0};
	struct run_view run;
	struct uuid student;
	TRY(campaign_of_request(cx, r, &v));
	struct uuid id = v.campaign->row.id;
	struct alloc_page p = {.view = &v,
	                       .token = csrf_token(cx, r, rep),
	                       .action = campaign_path(cx, id, "/allocate"),
	                       .office = is_office(cx),
	                       .undo_action = campaign_path(cx, id, "/allocate/undo"),
	                       .close_action = campaign_path(cx, id, "/close"),
	                       .has_run = v.state.stage >= STAGE_ALLOCATED,
	                       .published = v.state.stage >= STAGE_PUBLISHED};
	bool selected = uuid_parse(request_query(r, "student"), &student);
	if (p.published) {
		TRY(fill_allocated(cx, r, &p, selected ? student : UUID_NONE));
		p.note = selected ? STR_NONE : tr(cx, M_alloc_pick);
	} else if (v.state.stage >= STAGE_CHECKING) {
		TRY(campaign_compare(cx, id, &c));
		fill_cards(cx, &p, &c);
		fill_properties(cx, &p, &c);
		fill_rows(cx, r, &p, &c, selected ? student : UUID_NONE);
		p.note = selected ? STR_NONE : tr_args(cx, p.has_run ? M_alloc_pick : M_alloc_reason_later, NULL);
	} else {
		p.still_open = v.state.stage == STAGE_DRAFT ? tr(cx, M_campaign_not_open)
		                                            : tr(cx, M_campaign_still_open,
		                                                 ARG_S("date", instant_text(cx, v.campaign->closes_ms, v.campaign->zone)));
		p.office = p.office && v.state.stage == STAGE_OPEN;
	}
	if (selected) TRY(fill_reasons(cx, &p, &c, student));
	if (p.has_run) {
		TRY(campaign_run(cx, id, &run));
		TRY(fill_run(cx, &p, &run));
	}
	struct act acts[] = {
	    {.text = tr(cx, M_alloc_what_if), .href = campaign_path(cx, id, "/what-if")},
	    {.text = tr(cx, M_alloc_publish, ARG_N("n", v.placed)), .href = campaign_path(cx, id, "/publish"), .primary = true}};
	struct page page = {.title = tr(cx, M_alloc_title),
	                    .lede = lede(cx, &v),
	                    .acts = acts,
	                    .acts_len = p.published || !p.cards.len  ? 0
	                                : p.has_run && is_office(cx) ? 2
	                                                             : 1};
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_alloc_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err allocate_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	struct run_view run;
	enum allocation_mechanism mechanism;
	struct campaign_view v;
	TRY(campaign_of_request(cx, r, &v));
	id = v.campaign->row.id;
	enum err err = allocation_mechanism_parse(request_form(r, "mechanism"), &mechanism)
	                   ? OK
	                   : fail(cx, ERR_REFUSED, NULL, M_campaign_no_mechanism);
	if (err == OK && v.state.stage == STAGE_ALLOCATED)
		err = campaign_undo_allocation(cx, id); /* another rule takes the place of the first */
	if (err == OK) err = campaign_choose_mechanism(cx, id, mechanism);
	if (err == OK) err = campaign_allocate(cx, id, &run);
	if (err == ERR_REFUSED || err == ERR_INVALID) {
		rep->status = err_http(err);
		return allocate_show(cx, r, rep);
	}
	TRY(err);
	struct str name = tr_args(cx, campaign_mechanisms[mechanism].label, NULL);
	flash_set(cx, r, rep, tr(cx, M_alloc_done, ARG_S("rule", name), ARG_N("n", run.placed), ARG_N("all", run.nstudents)),
	          campaign_path(cx, id, "/allocate/undo"));
	return reply_redirect(cx, rep, campaign_path(cx, id, "/allocate"));
}

static enum err undo_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(campaign_undo_allocation(cx, id));
	flash_set(cx, r, rep, tr(cx, M_alloc_undone), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, "/allocate"));
}

static enum err file_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct run_view run;
	TRY(campaign_of_request(cx, r, &v));
	TRY(campaign_run(cx, v.campaign->row.id, &run));
	for (size_t i = 0; i < ARRAY_LEN(run_files); i++) {
		if (!str_is(request_route(r, "file"), run_files[i].name) || !str_present(run_file(&run, i))) continue;
		rep->content_type = str_of(run_files[i].type);
		rep->filename = str_fmt(cx->arena, "%.*s-%s", STR_ARG(v.campaign->number), run_files[i].name);
		rep->body = run_file(&run, i);
		return OK;
	}
	return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

const struct route allocate_routes[] = {{HTTP_GET, "/campaigns/{id}/allocate", allocate_show, 0, NULL},
                                        {HTTP_POST, "/campaigns/{id}/allocate", allocate_post, 0, NULL},
                                        {HTTP_POST, "/campaigns/{id}/allocate/undo", undo_post, 0, NULL},
                                        {HTTP_GET, "/campaigns/{id}/allocation/{file}", file_get, 0, NULL},
                                        {0}};
