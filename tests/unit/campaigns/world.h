/* A school with a few students, partners and one campaign, made through the flows. */
#pragma once
#include "../desk/house.h"
#include "base/date.h"
#include "office/agreements/flow.h"
#include "office/campaigns/flow.h"
#include "office/campaigns/load_matching.h"
#include "office/partners/flow.h"
#include "office/people/flow.h"
#include "office/programmes/flow.h"
#include "office/stays/flow.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"

static const struct entity *world_entities[64];

__attribute__((unused)) static void world_register(void)
{
	const struct entity *const *lists[] = {people_entities,     programmes_entities, partners_entities,
	                                       agreements_entities, stays_entities,      campaigns_entities};
	size_t n = 0;
	if (world_entities[0]) return;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i][k]; k++)
			world_entities[n++] = lists[i][k];
	world_entities[n] = NULL;
	entity_register_all(world_entities);
}

enum { STUDENTS_MAX = 200, PLACES_MAX = 80 };
struct world {
	struct house house;
	struct cx *cx;
	struct uuid year_before, year, programme, campaign;
	struct uuid place[PLACES_MAX];
	size_t nplaces;
	struct uuid person[STUDENTS_MAX], level[STUDENTS_MAX];
	struct actor actor[STUDENTS_MAX];
	char email[STUDENTS_MAX][40];
	size_t nstudents;
	bool apprentices; /* students made from now on are */
};

__attribute__((unused)) static void show_problems(struct cx *cx)
{
	for (struct problem *p = cx->problems; p; p = p->next) {
		tap_show(p->place, problem_text(cx, p));
		if (p->field.len) tap_show("field", p->field);
	}
	cx_clear_problems(cx);
}

#define MUST(expr)                                     \
	do {                                           \
		enum err must_ = (expr);               \
		CHECK_INT(must_, OK);                  \
		if (must_ != OK) show_problems(w->cx); \
	} while (0)

static int64_t day_ms(int y, int m, int d) { return date_from_civil(y, m, d) * 86400000; }

static struct uuid make_year(struct world *w, const char *code, int from)
{
	struct academic_year *y = entity_new(w->cx, &academic_year_entity);
	y->code = str_of(code);
	y->starts = date_from_civil(from, 9, 1);
	y->ends = date_from_civil(from + 1, 8, 31);
	MUST(academic_year_flow_create(w->cx, y));
	return y->row.id;
}

/* A partner with a signed agreement and one condition; English B1 asked when `english`. */
__attribute__((unused)) static struct uuid make_place(struct world *w, const char *name, int64_t seats, bool english)
{
	struct partner *p = entity_new(w->cx, &partner_entity);
	struct agreement *a = entity_new(w->cx, &agreement_entity);
	struct condition *k = entity_new(w->cx, &condition_entity);
	struct opportunity *o = entity_new(w->cx, &opportunity_entity);
	p->name = str_of(name);
	p->kind = PARTNER_UNIVERSITY;
	p->country = STR("NO");
	p->lat = 603800000;
	p->lng = 53300000;
	MUST(partner_flow_create(w->cx, p));
	a->partner = p->row.id;
	a->kind = AGREEMENT_MOBILITY;
	a->valid_from = date_from_civil(2024, 9, 1);
	a->valid_to = date_from_civil(2029, 8, 31);
	a->signed_here = a->signed_there = date_from_civil(2024, 5, 1);
	MUST(agreement_flow_create(w->cx, a));
	k->agreement = a->row.id;
	k->mobility = SMS;
	k->direction = DIRECTION_OUT;
	k->places = seats;
	k->months = 5;
	if (english) {
		k->language = STR("en");
		k->cefr = STR("B1");
	}
	MUST(condition_flow_create(w->cx, k));
	o->campaign = w->campaign;
	o->partner = p->row.id;
	o->condition = k->row.id;
	o->seats = seats;
	o->starts = date_from_civil(2028, 1, 10);
	o->ends = date_from_civil(2028, 6, 16);
	o->months = 5;
	MUST(opportunity_flow_create(w->cx, o));
	return w->place[w->nplaces++] = o->row.id;
}

__attribute__((unused)) static void make_contract(struct world *w, struct uuid person)
{
	struct apprenticeship *a = entity_new(w->cx, &apprenticeship_entity);
	a->person = person;
	a->employer = STR("Chimie du Nord");
	a->starts = date_from_civil(2026, 9, 1);
	a->ends = date_from_civil(2029, 8, 31);
	MUST(apprenticeship_flow_create(w->cx, a));
}

__attribute__((unused)) static struct uuid make_level(struct world *w, struct uuid person, const char *english)
{
	struct language_level *l = entity_new(w->cx, &language_level_entity);
	l->person = person;
	l->language = STR("en");
	l->cefr = str_of(english);
	l->proof = 0;
	l->tested = date_from_civil(2026, 5, 1);
	MUST(language_level_flow_create(w->cx, l));
	return l->row.id;
}

/* average in 1e-4; UNKNOWN: none on record. english: CEFR or NULL. */
__attribute__((unused)) static size_t make_student(struct world *w, const char *given, int64_t average, const char *english)
{
	size_t i = w->nstudents++;
	struct person *p = entity_new(w->cx, &person_entity);
	struct enrolment *e = entity_new(w->cx, &enrolment_entity);
	snprintf(w->email[i], sizeof(w->email[i]), "s%zu@escom.example", i);
	p->number = str_fmt(w->cx->arena, "E%04zu", i);
	p->family = STR("Student");
	p->given = str_of(given);
	p->email = str_of(w->email[i]);
	p->language = STR("en");
	p->nationality = STR("FR");
	MUST(person_flow_create(w->cx, p));
	w->person[i] = p->row.id;
	e->person = p->row.id;
	e->programme = w->programme;
	e->academic_year = w->year_before;
	e->year = 3;
	e->status = w->apprentices ? ENROLLED_APPRENTICE : ENROLLED_STUDENT;
	e->average = average;
	e->ects = 18000;
	e->failed_units = 0;
	MUST(enrolment_flow_create(w->cx, e));
	if (w->apprentices) make_contract(w, p->row.id);
	if (english) w->level[i] = make_level(w, p->row.id, english);
	w->actor[i] = (struct actor){.person = p->row.id, .email = str_of(w->email[i]), .name = str_of(w->email[i]), .roles = ROLE_STUDENT};
	return i;
}

__attribute__((unused)) static void make_campaign(struct world *w, const char *weights)
{
	struct campaign *c = entity_new(w->cx, &campaign_entity);
	c->title = STR("Semestre à l’étranger 2027-28");
	c->title_en = STR("Semester abroad 2027-28");
	c->academic_year = w->year;
	c->opens_ms = day_ms(2026, 11, 1);
	c->closes_ms = day_ms(2026, 12, 1);
	c->answer_by_ms = day_ms(2027, 1, 15);
	c->answer_days = 5;
	c->zone = STR("Europe/Paris");
	c->year_from = c->year_to = 4;
	c->activity = ACTIVITY_STUDY;
	c->scheme = SCHEME_LONG;
	c->max_choices = 5;
	c->weights = str_of(weights);
	c->call_year = 2026;
	MUST(campaign_flow_create(w->cx, c));
	w->campaign = c->row.id;
}

__attribute__((unused)) static bool world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	world_register();
	if (!house_open(&w->house)) {
		CHECK(!"the house opens");
		return false;
	}
	w->cx = &w->house.cx;
	w->cx->lang = LANG_EN;
	w->cx->now_ms = day_ms(2026, 11, 10);
	(void)make_year(w, "2025-26", 2025);
	w->year_before = make_year(w, "2026-27", 2026);
	w->year = make_year(w, "2027-28", 2027);
	struct programme *p = entity_new(w->cx, &programme_entity);
	p->code = STR("CHIM");
	p->title = STR("Ingénieur chimiste");
	p->format = FORMAT_INITIAL;
	p->eqf = STR("7");
	p->isced_f = STR("0711");
	p->years = 5;
	p->cap_months = 24;
	MUST(programme_flow_create(w->cx, p));
	w->programme = p->row.id;
	return tap.failures == 0;
}

__attribute__((unused)) static void world_close(struct world *w) { house_close(&w->house); }

__attribute__((unused)) static void as_student(struct world *w, size_t i) { w->cx->actor = &w->actor[i]; }
__attribute__((unused)) static void as_office(struct world *w) { w->cx->actor = &house_operator; }
__attribute__((unused)) static void later(struct world *w, int64_t ms) { house_later(&w->house, ms); }

static const struct pair by_train[] = {{STR("travel"), STR("train")}};

/* Ranks 1, 2, 3 ... in the order given. */
__attribute__((unused)) static enum err apply(struct world *w, size_t student, const size_t *places, size_t n, struct receipt *out)
{
	struct ranked ranks[PLACES_MAX];
	for (size_t i = 0; i < n; i++)
		ranks[i] = (struct ranked){w->place[places[i]], (int64_t)i + 1};
	as_student(w, student);
	enum err err = application_submit(w->cx, w->campaign, ranks, n, (struct pairs){by_train, 1}, out);
	as_office(w);
	return err;
}

__attribute__((unused)) static struct placement *newest(struct world *w, size_t student)
{
	struct my_application *mine;
	size_t n;
	as_student(w, student);
	MUST(my_applications(w->cx, UUID_NONE, &mine, &n));
	as_office(w);
	return n ? mine[0].placement : NULL;
}

struct counting {
	struct sql sql;
	int64_t out;
};
static enum err count_in(struct cx *cx, void *arg)
{
	struct counting *c = arg;
	return db_number(cx, &c->out, c->sql, DB_I(cx->tenant));
}
__attribute__((unused)) static int64_t count_rows(struct world *w, struct sql text)
{
	struct counting c = {text, UNKNOWN};
	MUST(db_tx(w->cx, DB_READ, count_in, &c));
	return c.out;
}
