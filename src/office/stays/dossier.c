/* The page of a stay as a dossier: steps from the facts, the current step with its one act, people and places beside it. */
#include "base/date.h"
#include "office/stays/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"
#include "platform/web/csrf.h"

struct names {
	const struct stay *s;
	struct str person, partner;
};

static enum err load_names(struct cx *cx, void *arg)
{
	struct names *n = arg;
	struct person *who = entity_new(cx, &person_entity);
	struct partner *partner = entity_new(cx, &partner_entity);
	bool found = false;
	n->person = n->partner = STR_NONE;
	if (!uuid_none(n->s->person)) TRY(entity_load(cx, &person_entity, n->s->person, who, &found));
	if (found)
		n->person =
		    str_blank(who->given) ? who->family : str_fmt(cx->arena, "%.*s %.*s", STR_ARG(who->given), STR_ARG(who->family));
	found = false;
	if (!uuid_none(n->s->partner)) TRY(entity_load(cx, &partner_entity, n->s->partner, partner, &found));
	if (found) n->partner = str_blank(partner->short_name) ? partner->name : partner->short_name;
	return OK;
}

/* --- the header --- */

static int pen_message(const struct stay_timeline *t)
{
	static const struct {
		int what, yours, theirs;
	} texts[] = {{M_pen_accept_place, 0, M_stay_pen_accept},       {M_pen_nominate, M_stay_pen_nominate, 0},
	             {M_pen_be_nominated, 0, M_stay_pen_be_nominated}, {M_pen_host_accept, M_stay_pen_admit, M_stay_pen_host},
	             {M_pen_confirm_arrival, 0, M_stay_pen_arrival},   {M_pen_confirm_return, 0, M_stay_pen_return},
	             {M_pen_recognise, M_stay_pen_recognise, 0}};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i].what == t->pen.what) return t->pen.who == STAY_PEN_OFFICE ? texts[i].yours : texts[i].theirs;
	return 0;
}

static const struct pen *pen_of(struct cx *cx, const struct stay *s, const struct names *n)
{
	struct stay_timeline t;
	int64_t today = cx_today(cx);
	stay_timeline(s, today, &STAY_TERMS_NONE, &t);
	int message = t.pen.who == STAY_PEN_NOBODY ? 0 : pen_message(&t);
	if (!message) return NULL;
	struct pen *pen = ARENA_NEW(cx->arena, struct pen);
	struct str person = str_present(n->person) ? n->person : tr(cx, M_stay_somebody);
	struct str partner = str_present(n->partner) ? n->partner : tr(cx, M_stay_the_partner);
	pen->yours = t.pen.who == STAY_PEN_OFFICE;
	pen->text = tr(cx, message, ARG_S("person", person), ARG_S("partner", partner));
	pen->strong = pen->yours ? STR_NONE : t.pen.who == STAY_PEN_PARTNER ? partner : person;
	if (t.pen.since != UNKNOWN) pen->since = tr(cx, M_agreement_for_days, ARG_N("n", today - t.pen.since));
	if (t.pen.due != UNKNOWN) {
		pen->due_strong = t.pen.late ? tr(cx, M_stay_days_late, ARG_N("n", today - t.pen.due)) : date_short(cx, t.pen.due);
		pen->due = t.pen.late ? pen->due_strong : tr(cx, M_stay_due, ARG_S("date", pen->due_strong));
	}
	return pen;
}

static struct str kind_text(struct cx *cx, const struct stay *s)
{
	return tr(cx, M_stay_kind, ARG_M("direction", directions[s->direction].label),
	          ARG_M("activity", stay_activities[s->activity].label));
}

enum err stay_header(struct cx *cx, const void *row, struct page *page)
{
	struct names n = {.s = row};
	const struct stay *s = row;
	TRY(db_tx(cx, DB_READ, load_names, &n));
	if (str_present(n.person) && str_present(n.partner))
		page->title = tr(cx, M_stay_at, ARG_S("person", n.person), ARG_S("partner", n.partner));
	struct crumb *crumbs = ARENA_ARRAY(cx->arena, struct crumb, 2);
	crumbs[0] = (struct crumb){tr(cx, M_entity_stay_many), STR("/stays")};
	crumbs[1] = (struct crumb){kind_text(cx, s), str_fmt(cx->arena, "/stays?filter=direction:%s&filter=activity:%s",
	                                                     directions[s->direction].code, stay_activities[s->activity].code)};
	page->crumbs = crumbs;
	page->crumbs_len = 2;
	struct tag_text *tags = ARENA_ARRAY(cx->arena, struct tag_text, 2);
	tags[0] = (struct tag_text){tr(cx, stay_categories[s->category].label), TONE_PLAIN};
	page->tags = tags;
	page->tags_len = 1;
	if (s->scheme != UNKNOWN) tags[page->tags_len++] = (struct tag_text){tr(cx, stay_schemes[s->scheme].label), TONE_PLAIN};
	page->pen = pen_of(cx, s, &n);
	/* The one filled button of the page is the act of the current step. */
	struct act *acts = ARENA_ARRAY(cx->arena, struct act, page->acts_len + 1);
	for (size_t i = 0; i < page->acts_len; i++) {
		acts[i] = page->acts[i];
		acts[i].primary = false;
	}
	page->acts = acts;
	return OK;
}

/* --- the timeline --- */

enum err stay_timeline_part(struct cx *cx, struct html *h, const void *row)
{
	static const enum step_state states[] = {[STAY_STEP_DONE] = STEP_DONE,
	                                         [STAY_STEP_NOW] = STEP_NOW,
	                                         [STAY_STEP_TO_COME] = STEP_COMING,
	                                         [STAY_STEP_UNRECORDED] = STEP_COMING};
	struct stay_timeline t;
	stay_timeline(row, cx_today(cx), &STAY_TERMS_NONE, &t);
	struct step *steps = ARENA_ARRAY(cx->arena, struct step, t.len + 1);
	for (size_t i = 0; i < t.len; i++) {
		const struct stay_step_line *line = &t.lines[i];
		steps[i] = (struct step){.state = states[line->state], .text = tr(cx, stay_step_label(line->step))};
		if (line->state == STAY_STEP_UNRECORDED)
			steps[i].when = tr(cx, M_stay_unrecorded);
		else if (line->date != UNKNOWN && line->state == STAY_STEP_DONE)
			steps[i].when = date_text(cx, line->date);
		else if (line->date != UNKNOWN)
			steps[i].when = tr(cx, M_stay_planned, ARG_S("date", date_short(cx, line->date)));
	}
	part_timeline(h, tr(cx, M_stay_steps), steps, t.len);
	return OK;
}

/* --- the current step --- */

struct step_words {
	enum stay_step step;
	int title, text, act;
};

static const struct step_words words_out[] = {
    {STAY_ACCEPTED, M_stay_do_accept, M_stay_do_accept_text, M_stay_do_accept_act},
    {STAY_NOMINATED, M_stay_do_nominate, M_stay_do_nominate_text, M_stay_do_nominate_act},
    {STAY_HOST_ACCEPTED, M_stay_do_host, M_stay_do_host_text, M_stay_do_host_act},
    {STAY_ARRIVED, M_stay_do_arrive, M_stay_do_arrive_text, M_stay_do_arrive_act},
    {STAY_BACK, M_stay_do_return, M_stay_do_return_text, M_stay_do_return_act},
    {STAY_RECOGNISED, M_stay_do_recognise, M_stay_do_recognise_text, M_stay_do_recognise_act},
};
static const struct step_words words_in[] = {
    {STAY_NOMINATED, M_stay_do_be_nominated, M_stay_do_be_nominated_text, M_stay_do_be_nominated_act},
    {STAY_HOST_ACCEPTED, M_stay_do_admit, M_stay_do_admit_text, M_stay_do_admit_act},
};

static const struct step_words *words_of(const struct stay *s, enum stay_step step)
{
	for (size_t i = 0; s->direction == DIRECTION_IN && i < ARRAY_LEN(words_in); i++)
		if (words_in[i].step == step) return &words_in[i];
	for (size_t i = 0; i < ARRAY_LEN(words_out); i++)
		if (words_out[i].step == step) return &words_out[i];
	return NULL;
}

static void form_begin(struct cx *cx, struct html *h, const struct stay *s, const char *act, struct str token)
{
	html_lit(h, "<form method=\"post\" class=\"one mt-s\"");
	html_url(h, "action", str_fmt(cx->arena, "/stays/%.*s/%s", STR_ARG(uuid_text(cx->arena, s->row.id)), act));
	html_lit(h, ">");
	part_hidden(h, "csrf", token);
	part_hidden(h, "version", str_fmt(cx->arena, "%lld", (long long)s->row.version));
}

static void button(struct cx *cx, struct html *h, const char *kind, int label)
{
	html_lit(h, "<p class=\"form-acts\"><button class=\"");
	html_textz(h, kind);
	html_lit(h, "\">");
	html_tr(cx, h, label);
	html_lit(h, "</button></p></form>");
}

static void day_field(struct cx *cx, struct html *h, int label, int64_t proposed)
{
	html_lit(h, "<div class=\"field\"><label for=\"f-day\">");
	html_tr(cx, h, label);
	html_lit(h, "</label><input class=\"in\" id=\"f-day\" name=\"day\" required inputmode=\"numeric\" autocomplete=\"off\" "
	            "aria-describedby=\"h-day\"");
	if (proposed != UNKNOWN) html_attr(h, "value", date_numeric(cx, proposed));
	html_lit(h, "><p class=\"help\" id=\"h-day\">");
	html_tr(cx, h, M_page_date_example);
	html_lit(h, "</p></div>");
}

static void step_form(struct cx *cx, struct html *h, const struct stay *s, const struct step_words *w, struct str token)
{
	int64_t today = cx_today(cx), day = w->step == STAY_ARRIVED ? s->starts : s->ends;
	form_begin(cx, h, s, "step", token);
	part_hidden(h, "step", number_text(cx, (int64_t)w->step));
	if (w->step == STAY_ARRIVED || w->step == STAY_BACK)
		day_field(cx, h, w->step == STAY_ARRIVED ? M_stay_arrived : M_stay_departed, day != UNKNOWN && day < today ? day : today);
	button(cx, h, "btn p l", w->act);
	html_lit(h, "<p class=\"sm muted mt-s\">");
	html_tr(cx, h, M_stay_nothing_leaves);
	html_lit(h, "</p>");
}

static void cancel_form(struct cx *cx, struct html *h, const struct stay *s, struct str token)
{
	html_lit(h, "<details class=\"mt\"><summary class=\"sm\">");
	html_tr(cx, h, M_stay_cancel);
	html_lit(h, "</summary>");
	form_begin(cx, h, s, "cancel", token);
	html_lit(h, "<div class=\"field\"><label for=\"f-reason\">");
	html_tr(cx, h, M_stay_cancel_reason);
	html_lit(h, "</label><input class=\"in\" id=\"f-reason\" name=\"reason\" required maxlength=\"400\"></div>");
	button(cx, h, "btn", M_stay_cancel_act);
	html_lit(h, "</details>");
}

static void step_head(struct cx *cx, struct html *h, int title, struct str text)
{
	html_lit(h, "<h2 id=\"now\">");
	html_tr(cx, h, title);
	html_lit(h, "</h2>");
	if (str_blank(text)) return;
	html_lit(h, "<p class=\"soft\">");
	html_text(h, text);
	html_lit(h, "</p>");
}

/* What is to be said when nothing is to be done. */
static void step_settled(struct cx *cx, struct html *h, const struct stay *s)
{
	if (s->cancelled_ms != UNKNOWN)
		step_head(cx, h, M_stay_state_cancelled, s->cancel_reason);
	else if (uuid_none(s->person))
		step_head(cx, h, M_stay_state_past, tr(cx, M_stay_past_text));
	else
		step_head(cx, h, M_stay_state_done, tr(cx, M_stay_done_text));
}

static bool may_write(struct cx *cx, const struct stay *s)
{
	struct problem *problems = cx->problems, **end = cx->problems_end;
	bool may = s->row.archived_ms == UNKNOWN && entity_may_write(cx, &stay_entity, s) == OK;
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	return may;
}

enum err stay_step_part(struct cx *cx, const struct request *r, struct reply *p, struct html *h, const void *row)
{
	const struct stay *s = row;
	struct names n = {.s = s};
	struct stay_timeline t;
	stay_timeline(s, cx_today(cx), &STAY_TERMS_NONE, &t);
	const struct step_words *w = words_of(s, stay_next_step(&t));
	TRY(db_tx(cx, DB_READ, load_names, &n));
	html_lit(h, "<section class=\"sheet\" aria-labelledby=\"now\"><div class=\"pad\">");
	bool early = w && t.pen.who == STAY_PEN_NOBODY && (w->step == STAY_ARRIVED || w->step == STAY_BACK);
	if (!w) {
		step_settled(cx, h, s);
	} else if (early) {
		bool away = w->step == STAY_BACK;
		int64_t day = away ? s->ends : s->starts;
		step_head(cx, h, away ? M_stay_state_away : M_stay_state_to_leave,
		          day == UNKNOWN ? tr(cx, M_stay_day_missing) : tr(cx, M_stay_quiet_until, ARG_S("date", date_text(cx, day))));
	} else {
		struct str person = str_present(n.person) ? n.person : tr(cx, M_stay_somebody);
		struct str partner = str_present(n.partner) ? n.partner : tr(cx, M_stay_the_partner);
		step_head(cx, h, w->title, tr(cx, w->text, ARG_S("person", person), ARG_S("partner", partner)));
		if (may_write(cx, s)) step_form(cx, h, s, w, csrf_token(cx, r, p));
	}
	if (s->cancelled_ms == UNKNOWN && !uuid_none(s->person) && s->departed == UNKNOWN && may_write(cx, s))
		cancel_form(cx, h, s, csrf_token(cx, r, p));
	html_lit(h, "</div></section>\n");
	return OK;
}

/* --- acts --- */

static enum err act_end(struct cx *cx, const struct request *r, struct reply *p, struct uuid id, enum err err, int done)
{
	if (err == ERR_INVALID || err == ERR_REFUSED || err == ERR_STALE || err == ERR_CONFLICT) {
		struct str why = cx->problems ? problem_text(cx, cx->problems) : tr(cx, M_error_refused);
		cx_clear_problems(cx);
		flash_set(cx, r, p, why, STR_NONE);
	} else {
		TRY(err);
		flash_set(cx, r, p, tr(cx, done), STR_NONE);
	}
	return reply_redirect(cx, p, str_fmt(cx->arena, "/stays/%.*s", STR_ARG(uuid_text(cx->arena, id))));
}

static enum err record_step(struct cx *cx, const struct request *r, struct uuid id, int64_t version, int64_t step, struct stay *s)
{
	int64_t day = UNKNOWN;
	if (step != STAY_ARRIVED && step != STAY_BACK) return stay_flow_mark(cx, id, version, (enum stay_step)step, s);
	if (!date_parse(str_trim(request_form(r, "day")), &day, NULL)) return fail(cx, ERR_INVALID, "day", M_stay_which_day);
	return stay_flow_confirm(cx, id, version, (enum stay_step)step, day, s);
}

enum err stay_step_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	int64_t version, step;
	struct stay *s = entity_new(cx, &stay_entity);
	TRY(request_route_id(cx, r, "id", &id));
	if (!str_to_i64(request_form(r, "version"), &version) || !str_to_i64(request_form(r, "step"), &step) || step <= STAY_PLACED ||
	    step >= STAY_CANCELLED)
		return fail(cx, ERR_SYNTAX, "step", M_error_syntax);
	return act_end(cx, r, p, id, record_step(cx, r, id, version, step, s), M_page_saved);
}

enum err stay_cancel_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	int64_t version;
	struct stay *s = entity_new(cx, &stay_entity);
	TRY(request_route_id(cx, r, "id", &id));
	if (!str_to_i64(request_form(r, "version"), &version)) return fail(cx, ERR_SYNTAX, "version", M_error_syntax);
	return act_end(cx, r, p, id, stay_flow_cancel(cx, id, version, request_form(r, "reason"), s), M_stay_cancelled_done);
}

/* --- beside: people and places --- */

struct beside {
	const struct stay *s;
	struct str person;
	struct list_page contacts;
	struct condition *condition;
	struct str agreement;
	struct seats seats;
	bool has_seats;
};

static enum err load_contacts(struct cx *cx, struct beside *b)
{
	struct list_query q;
	if (uuid_none(b->s->partner) || !actor_has(cx, contact_entity.rights.read)) return OK;
	struct pair *pair = ARENA_NEW(cx->arena, struct pair);
	*pair = (struct pair){STR("filter"), str_fmt(cx->arena, "partner:%.*s", STR_ARG(uuid_text(cx->arena, b->s->partner)))};
	TRY(list_query_parse(cx, &contact_entity, (struct pairs){pair, 1}, &q));
	q.size = 6;
	return list_run(cx, &q, &b->contacts);
}

static enum err load_people(struct cx *cx, void *arg)
{
	struct beside *b = arg;
	if (!uuid_none(b->s->person) && actor_has(cx, person_entity.rights.read))
		TRY(entity_title_of(cx, &person_entity, b->s->person, &b->person));
	return load_contacts(cx, b);
}

static void person_line(struct html *h, struct str href, struct str name, struct str under)
{
	html_lit(h, "<li><a");
	html_url(h, "href", href);
	html_lit(h, ">");
	html_text(h, name);
	html_lit(h, "</a><span class=\"u\">");
	html_text(h, under);
	html_lit(h, "</span></li>");
}

static enum err people_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct beside b = {.s = row};
	TRY(db_tx(cx, DB_READ, load_people, &b));
	if (!str_present(b.person) && !b.contacts.len) return OK;
	html_lit(h, "<ul class=\"people\">");
	if (str_present(b.person))
		person_line(h, str_fmt(cx->arena, "/people/%.*s", STR_ARG(uuid_text(cx->arena, b.s->person))), b.person,
		            tr(cx, stay_categories[b.s->category].label));
	for (size_t i = 0; i < b.contacts.len; i++) {
		const struct contact *c = b.contacts.rows[i];
		person_line(h, str_fmt(cx->arena, "/contacts/%.*s", STR_ARG(uuid_text(cx->arena, c->row.id))), c->name,
		            c->role == UNKNOWN ? c->email : tr(cx, contact_roles[c->role].label));
	}
	html_lit(h, "</ul>");
	return OK;
}
const struct panel stay_people_panel = {.entity = &stay_entity, .title = M_stay_people, .rail = true, .render = people_render};

static enum err load_places(struct cx *cx, void *arg)
{
	struct beside *b = arg;
	bool found;
	b->condition = entity_new(cx, &condition_entity);
	b->has_seats = false;
	TRY(entity_load(cx, &condition_entity, b->s->condition, b->condition, &found));
	if (!found) return OK;
	TRY(entity_title_of(cx, &agreement_entity, b->condition->agreement, &b->agreement));
	if (uuid_none(b->s->academic_year) || b->condition->places == UNKNOWN || !actor_everywhere(cx, stay_entity.rights.read)) return OK;
	b->has_seats = true;
	return stay_store_seats(cx, b->condition, b->s->academic_year, &b->seats);
}

static enum err agreement_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct beside b = {.s = row};
	if (uuid_none(b.s->condition) || !actor_has(cx, agreement_entity.rights.read)) return OK;
	TRY(db_tx(cx, DB_READ, load_places, &b));
	if (!str_present(b.agreement)) return OK;
	html_lit(h, "<p><a");
	html_url(h, "href", str_fmt(cx->arena, "/agreements/%.*s", STR_ARG(uuid_text(cx->arena, b.condition->agreement))));
	html_lit(h, ">");
	html_text(h, b.agreement);
	html_lit(h, "</a></p>");
	if (b.has_seats) {
		html_lit(h, "<p class=\"mt-s\">");
		part_seats(h, b.seats.places, b.seats.used, b.seats.used,
		           tr(cx, M_seats_words, ARG_N("n", b.seats.used), ARG_N("places", b.seats.places)));
		html_lit(h, "</p>");
	}
	return OK;
}
const struct panel stay_agreement_panel = {.entity = &stay_entity, .title = M_entity_agreement, .rail = true, .render = agreement_render};
