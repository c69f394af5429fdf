/* Answers to offers: accepting makes the stay, declining or silence frees the seat, and a freed seat goes to the next by the same
 * rules. Whoever holds an offer keeps it: the mechanism runs again with every standing place fixed, so that only the unplaced move. */
#include "base/log.h"
#include "office/campaigns/inside.h"
#include "office/people/school.h"
#include "platform/i18n/i18n.h"

/* --- the next --- */

struct passing {
	struct campaign *c;
	struct campaign_whole w;
	struct run_row run;
	struct placement **placements;
	size_t nplacements;
	struct map newest;    /* application to its newest placement */
	struct map by_number; /* of application to applicant */
	int64_t round;
};

static bool ended(const struct placement *p) { return p && (p->answer == PLACEMENT_DECLINED || p->answer == PLACEMENT_EXPIRED); }

static bool stands(const struct placement *p) { return p && !uuid_none(p->opportunity) && !ended(p); }

static enum err load(struct cx *cx, struct passing *p)
{
	TRY(run_load(cx, p->c->row.id, &p->run));
	TRY(whole_load(cx, p->c, &p->w));
	TRY(campaign_store_placements(cx, p->c->row.id, &p->placements, &p->nplacements));
	map_init(&p->newest, cx->arena);
	map_init(&p->by_number, cx->arena);
	p->round = 1;
	for (size_t i = 0; i < p->nplacements; i++) {
		struct placement *row = p->placements[i], *have = map_get(&p->newest, id_key(&row->application));
		if (!have || row->round > have->round) map_put(&p->newest, id_key(&row->application), row);
		if (row->round > p->round) p->round = row->round;
	}
	p->round++;
	for (size_t i = 0; i < p->w.napplicants; i++)
		map_put(&p->by_number, p->w.applicants[i].application->number, &p->w.applicants[i]);
	return OK;
}

/* Still in it: has not withdrawn, declined or let the day pass. */
static bool takes_part(const struct passing *p, struct str number)
{
	const struct applicant *who = map_get(&p->by_number, number);
	return who && !ended(map_get(&p->newest, id_key(&who->application->row.id)));
}

static enum err add_students(struct passing *p, struct allocation *a, struct allocation_fault *fault)
{
	struct str rest = p->run.students, at[2];
	(void)run_line(&rest, at, 1);
	while (run_line(&rest, at, ARRAY_LEN(at)))
		if (takes_part(p, at[0])) TRY(allocation_add_student(a, at[0], at[1], fault));
	return OK;
}

static enum err add_choices(struct passing *p, struct allocation *a, struct allocation_fault *fault)
{
	struct str rest = p->run.choices, at[4];
	(void)run_line(&rest, at, 1);
	while (run_line(&rest, at, ARRAY_LEN(at))) {
		int64_t rank, score;
		if (!takes_part(p, at[0])) continue;
		if (!str_to_i64(at[1], &rank) || !str_to_i64(at[3], &score)) return ERR_BUG;
		TRY(allocation_add_choice(a, at[0], rank, at[2], score, fault));
	}
	return OK;
}

/* Seats stay kept for a group in every round. */
static enum err add_floors(struct passing *p, struct allocation *a, struct allocation_fault *fault)
{
	struct str rest = p->run.floors, at[3];
	(void)run_line(&rest, at, 1);
	while (run_line(&rest, at, ARRAY_LEN(at))) {
		int64_t floor;
		if (!str_to_i64(at[2], &floor)) return ERR_BUG;
		TRY(allocation_add_floor(a, at[0], at[1], floor, fault));
	}
	return OK;
}

static enum err fix_standing(struct cx *cx, struct passing *p, struct allocation *a, struct allocation_fault *fault)
{
	for (size_t i = 0; i < p->w.napplicants; i++) {
		const struct application *app = p->w.applicants[i].application;
		const struct placement *now = map_get(&p->newest, id_key(&app->row.id));
		if (stands(now)) TRY(allocation_fix(a, app->number, option_id(cx, &now->opportunity), fault));
	}
	return OK;
}

static enum err build(struct cx *cx, struct passing *p, struct allocation **out)
{
	struct allocation_fault fault = {0};
	struct allocation *a = *out = allocation_new(cx->arena);
	enum err e = OK;
	for (size_t i = 0; e == OK && i < p->w.noffers; i++)
		e = allocation_add_option(a, option_id(cx, &p->w.offers[i].id), p->w.offers[i].seats, STR_NONE, &fault);
	if (e == OK) e = add_students(p, a, &fault);
	if (e == OK) e = add_choices(p, a, &fault);
	if (e == OK) e = add_floors(p, a, &fault);
	if (e == OK) e = fix_standing(cx, p, a, &fault);
	if (e == OK) e = allocation_finish(a, &fault);
	if (e == OK) return OK;
	log_line(LOG_ERROR, __FILE__, "next round: %s %.*s", allocation_fault_name(fault.code), STR_ARG(fault.value));
	return fail(cx, ERR_BUG, NULL, M_error_bug);
}

/* Whose seat it was: the first to leave this opportunity whom nobody has followed. */
static struct uuid freed_by(const struct passing *p, struct uuid opportunity)
{
	const struct placement *found = NULL;
	for (size_t i = 0; i < p->nplacements; i++) {
		const struct placement *row = p->placements[i];
		bool followed = false;
		if (!ended(row) || !uuid_eq(row->opportunity, opportunity)) continue;
		for (size_t k = 0; k < p->nplacements; k++)
			followed |= uuid_eq(p->placements[k]->replaces, row->row.id);
		if (!followed && (!found || row->answered_ms < found->answered_ms)) found = row;
	}
	return found ? found->row.id : UUID_NONE;
}

static enum err tell_offer(struct cx *cx, struct passing *p, const struct applicant *a, const struct offer *o, const struct placement *row)
{
	const struct student_facts *s = a->student;
	struct campaign_home home;
	struct uuid mail;
	enum lang lang = cx->lang;
	if (str_blank(s->email)) return OK;
	TRY(campaign_store_home(cx, &home));
	cx->lang = s->lang;
	struct str title = campaign_title_in(p->c, s->lang), place = opportunity_words(cx, o->title);
	struct outbox_mail m = {
	    .recipient = s->email,
	    .recipient_name = s->name,
	    .lang = s->lang,
	    .kind = MAIL_PLACEMENT,
	    .about = row->row.id,
	    .subject = tr(cx, M_mail_campaign_offer_subject, ARG_S("campaign", title), ARG_S("place", place)),
	    .body = tr(cx, M_mail_campaign_offer_body, ARG_S("name", s->name), ARG_S("place", place), ARG_N("rank", row->rank),
	               ARG_S("date", row->answer_by_ms == UNKNOWN ? tr(cx, M_rule_unknown) : when(cx, p->c, row->answer_by_ms)),
	               ARG_S("school", home.name)),
	};
	cx->lang = lang;
	return outbox_add(cx, &m, &mail);
}

static enum err offer_next(struct cx *cx, struct passing *p, const struct applicant *a, const struct offer *o, int64_t rank)
{
	struct placement *row = entity_new(cx, &placement_entity);
	row->campaign = p->c->row.id;
	row->application = a->application->row.id;
	row->opportunity = o->id;
	row->round = p->round;
	row->rank = rank;
	row->offered_ms = cx->now_ms;
	row->answer_by_ms = answer_deadline(cx, p->c);
	row->replaces = freed_by(p, o->id);
	row->unit = a->application->unit;
	row->label = placement_label(cx->arena, a->application->title, o->title);
	TRY(row_insert(cx, &placement_entity, row));
	TRY(audit_write(
	    cx, &(struct audit_act){
		    .act = "offer", .kind = "placement", .subject = row->row.id, .after = entity_image(cx, &placement_entity, row)}));
	/* Two seats of one opportunity may be passed on in one act: the next one follows somebody else. */
	struct placement **all = ARENA_ARRAY(cx->arena, struct placement *, p->nplacements + 1);
	for (size_t i = 0; i < p->nplacements; i++)
		all[i] = p->placements[i];
	all[p->nplacements++] = row;
	p->placements = all;
	return tell_offer(cx, p, a, o, row);
}

enum err pass_on(struct cx *cx, struct campaign *c)
{
	struct passing p = {.c = c};
	struct allocation *a;
	struct allocation_result r;
	enum allocation_mechanism m;
	TRY(load(cx, &p));
	if (!allocation_mechanism_parse(p.run.mechanism, &m)) return fail(cx, ERR_BUG, NULL, M_error_bug);
	TRY(build(cx, &p, &a));
	TRY(run_solve(cx, a, m, p.run.seed, &r));
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t choice = r.held[s];
		struct uuid id;
		if (choice == ALLOCATION_NONE || allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		const struct applicant *who = map_get(&p.by_number, a->students[s]);
		if (!uuid_parse(a->options[a->choice_option[choice]].id, &id) || !who) return fail(cx, ERR_BUG, NULL, M_error_bug);
		TRY(offer_next(cx, &p, who, whole_offer(&p.w, &id), a->choice_rank[choice]));
	}
	return OK;
}

/* --- ending an offer --- */

struct cancelling {
	struct stay *stay;
	struct str reason;
};

static enum err cancel(struct cx *cx, void *arg)
{
	struct cancelling *q = arg;
	struct stay *out = entity_new(cx, &stay_entity);
	return stay_flow_cancel(cx, q->stay->row.id, q->stay->row.version, q->reason, out);
}

static enum err cancel_stay(struct cx *cx, const struct campaign *c, struct uuid id)
{
	struct cancelling q = {entity_new(cx, &stay_entity), c->number};
	bool found;
	if (uuid_none(id)) return OK;
	TRY(entity_load(cx, &stay_entity, id, q.stay, &found));
	return found && q.stay->cancelled_ms == UNKNOWN ? as_program(cx, cancel, &q) : OK;
}

static enum err tell_freed(struct cx *cx, struct campaign *c, const struct placement *p)
{
	struct application *a = entity_new(cx, &application_entity);
	struct campaign_facts facts;
	struct student_facts *s;
	struct campaign_home home;
	struct uuid mail;
	struct str place;
	size_t n;
	bool found;
	enum lang lang = cx->lang;
	TRY(entity_load(cx, &application_entity, p->application, a, &found));
	TRY(campaign_store_facts(cx, c, &facts));
	TRY(campaign_store_students(cx, &facts, a->person, &s, &n));
	if (!n || str_blank(s->email)) return OK;
	TRY(campaign_store_home(cx, &home));
	TRY(entity_title_of(cx, &opportunity_entity, p->opportunity, &place));
	cx->lang = s->lang;
	place = opportunity_words(cx, place);
	struct str title = campaign_title_in(c, s->lang);
	struct outbox_mail m = {
	    .recipient = s->email,
	    .recipient_name = s->name,
	    .lang = s->lang,
	    .kind = MAIL_FREED,
	    .about = p->row.id,
	    .subject = tr(cx, M_mail_campaign_freed_subject, ARG_S("campaign", title), ARG_S("place", place)),
	    .body = tr(cx, M_mail_campaign_freed_body, ARG_S("name", s->name), ARG_S("place", place), ARG_S("campaign", title),
	               ARG_S("school", home.name)),
	};
	cx->lang = lang;
	return outbox_add(cx, &m, &mail);
}

enum err placement_end(struct cx *cx, struct campaign *c, struct placement *p, enum placement_answer answer)
{
	struct placement before = *p;
	TRY(cancel_stay(cx, c, p->stay));
	p->answer = answer;
	p->answered_ms = cx->now_ms;
	TRY(row_save(cx, &placement_entity, p, &before, answer == PLACEMENT_EXPIRED ? "expire" : "decline"));
	return tell_freed(cx, c, p);
}

/* --- answering --- */

struct answering {
	struct uuid id;
	enum placement_answer answer;
	struct uuid *stay;
	/* while it runs */
	struct placement *p;
	struct application *a;
	struct campaign *c;
};

static enum err answerable(struct cx *cx, struct answering *q, bool *done)
{
	struct placement *newest = entity_new(cx, &placement_entity);
	bool found;
	q->p = entity_new(cx, &placement_entity);
	TRY(entity_load(cx, &placement_entity, q->id, q->p, &found));
	if (!found) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(application_load(cx, q->p->application, &q->a));
	if (!uuid_eq(cx->actor->person, q->a->person)) TRY(office_of(cx, q->a->unit));
	TRY(campaign_load(cx, q->p->campaign, &q->c));
	if (q->c->published_ms == UNKNOWN || uuid_none(q->p->opportunity)) return fail(cx, ERR_REFUSED, NULL, M_placement_nothing);
	*done = q->p->answer == (int64_t)q->answer;
	if (*done) return OK;
	if (q->p->answer != UNKNOWN)
		return fail(cx, ERR_REFUSED, NULL, M_placement_answered, ARG_S("date", when(cx, q->c, q->p->answered_ms)),
		            ARG_M("answer", placement_answers[q->p->answer].label));
	TRY(application_store_newest_placement(cx, q->a->row.id, newest, &found));
	if (!found || !uuid_eq(newest->row.id, q->id)) return fail(cx, ERR_REFUSED, NULL, M_placement_nothing);
	if (q->p->answer_by_ms != UNKNOWN && cx->now_ms >= q->p->answer_by_ms)
		return fail(cx, ERR_REFUSED, NULL, M_placement_late, ARG_S("date", when(cx, q->c, q->p->answer_by_ms)));
	return OK;
}

static enum err create_stay(struct cx *cx, void *arg) { return stay_flow_create(cx, arg); }

static int64_t category_of(const struct student_facts *s)
{
	if (s->status == ENROLLED_APPRENTICE) return CATEGORY_APPRENTICE;
	return s->status == ENROLLED_DOCTORAL ? CATEGORY_DOCTORAL : CATEGORY_STUDENT;
}

static enum err make_stay(struct cx *cx, const struct answering *q, struct stay **out)
{
	struct opportunity *o = entity_new(cx, &opportunity_entity);
	struct campaign_facts facts;
	struct student_facts *s;
	struct stay *stay = *out = entity_new(cx, &stay_entity);
	bool found;
	size_t n;
	TRY(entity_load(cx, &opportunity_entity, q->p->opportunity, o, &found));
	TRY(campaign_store_facts(cx, q->c, &facts));
	TRY(campaign_store_students(cx, &facts, q->a->person, &s, &n));
	if (!found || !n) return fail(cx, ERR_BUG, NULL, M_error_bug);
	stay->person = q->a->person;
	stay->direction = DIRECTION_OUT;
	stay->activity = q->c->activity;
	stay->category = category_of(s);
	stay->scheme = q->c->scheme;
	stay->partner = o->partner;
	stay->condition = o->condition;
	stay->academic_year = q->c->academic_year;
	stay->programme_year = s->year;
	stay->starts = o->starts;
	stay->ends = o->ends;
	if (o->starts == UNKNOWN && o->months != UNKNOWN) stay->duration = o->months * 100;
	stay->travel = q->a->travel;
	stay->language = o->language;
	stay->accepted_ms = cx->now_ms;
	stay->origin = q->c->number;
	return as_program(cx, create_stay, stay);
}

static enum err accept(struct cx *cx, void *arg)
{
	struct answering *q = arg;
	struct stay *stay;
	bool done;
	TRY(answerable(cx, q, &done));
	if (!done) {
		struct placement before = *q->p;
		TRY(make_stay(cx, q, &stay));
		q->p->answer = PLACEMENT_ACCEPTED;
		q->p->answered_ms = cx->now_ms;
		q->p->stay = stay->row.id;
		TRY(row_save(cx, &placement_entity, q->p, &before, "accept"));
	}
	*q->stay = q->p->stay;
	return OK;
}

enum err placement_accept(struct cx *cx, struct uuid placement, struct uuid *stay)
{
	return db_tx(cx, DB_WRITE, accept, &(struct answering){.id = placement, .answer = PLACEMENT_ACCEPTED, .stay = stay});
}

static enum err decline(struct cx *cx, void *arg)
{
	struct answering *q = arg;
	bool done;
	TRY(answerable(cx, q, &done));
	if (done) return OK;
	TRY(placement_end(cx, q->c, q->p, PLACEMENT_DECLINED));
	return pass_on(cx, q->c);
}

enum err placement_decline(struct cx *cx, struct uuid placement)
{
	return db_tx(cx, DB_WRITE, decline, &(struct answering){.id = placement, .answer = PLACEMENT_DECLINED});
}

static enum err may_decline(struct cx *cx, void *arg)
{
	bool done;
	return answerable(cx, arg, &done);
}

enum err placement_may_decline(struct cx *cx, struct uuid placement)
{
	return db_tx(cx, DB_READ, may_decline, &(struct answering){.id = placement, .answer = PLACEMENT_DECLINED});
}

/* --- silence --- */

static enum err expire_campaign(struct cx *cx, struct uuid id)
{
	struct campaign *c = entity_new(cx, &campaign_entity);
	bool found;
	TRY(entity_load(cx, &campaign_entity, id, c, &found));
	return found ? pass_on(cx, c) : OK;
}

static enum err expire(struct cx *cx, void *arg)
{
	int64_t *lapsed = arg;
	struct uuid *ids;
	VEC(struct uuid) campaigns = {0};
	size_t n;
	TRY(campaign_store_lapsed(cx, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		struct placement *p = entity_new(cx, &placement_entity);
		struct campaign *c = entity_new(cx, &campaign_entity);
		bool found, seen = false;
		TRY(entity_load(cx, &placement_entity, ids[i], p, &found));
		TRY(entity_load(cx, &campaign_entity, p->campaign, c, &found));
		TRY(placement_end(cx, c, p, PLACEMENT_EXPIRED));
		VEC_EACH (have, &campaigns)
			seen |= uuid_eq(*have, p->campaign);
		if (!seen) *VEC_PUSH(cx->arena, &campaigns) = p->campaign;
	}
	VEC_EACH (id, &campaigns)
		TRY(expire_campaign(cx, *id));
	*lapsed = (int64_t)n;
	return OK;
}

enum err campaign_expire(struct cx *cx, int64_t *lapsed) { return db_tx(cx, DB_WRITE, expire, lapsed); }

static enum err expire_everywhere(struct cx *cx)
{
	struct school *schools;
	size_t n;
	int64_t tenant = cx->tenant, lapsed;
	enum err err = OK;
	TRY(school_list(cx, &schools, &n));
	for (size_t i = 0; err == OK && i < n; i++) {
		cx->tenant = schools[i].tenant;
		cx->zone = schools[i].zone;
		err = campaign_expire(cx, &lapsed);
	}
	cx->tenant = tenant;
	return err;
}

static const struct job_timer expire_timer = {"campaign-offers", expire_everywhere, 60};
const struct job_timer *const campaigns_timers[] = {&expire_timer, NULL};
