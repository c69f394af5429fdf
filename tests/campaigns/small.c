/* The same small school at every run. */
#include "small.h"
#include "base/date.h"
#include "office/agreements/flow.h"
#include "office/partners/flow.h"
#include "office/people/flow.h"
#include "office/people/roles.h"
#include "office/programmes/flow.h"
#include "platform/record/record.h"

static const int64_t DAY_MS = 86400000;

static const struct {
	const char *family, *given, *english, *spanish;
	int64_t average;
	bool mail;
	const char *wishes; /* places by letter, in order; '=' shares the rank of the one before */
} students[SMALL_STUDENTS] = {
    {"Bouchard", "Inès", "B2", "B1", 124000, true, ""},
    {"Lambert", "Théo", "C1", NULL, 152000, true, "WBG"},
    {"Kerouanton", "Maëlle", "B2", "B2", 135000, true, "VWB"},
    {"Haddad", "Yanis", "B2", NULL, 121000, true, "BWG"},
    {"Garnier", "Louise", "B2", NULL, 140000, true, "BW=G"},
    {"Sy-Diallo", "Omar", NULL, NULL, 128000, true, "G"},
    {"Petit", "Zoé", "B2", NULL, 126000, false, "BG"},
    {"Ndiaye", "Awa", "C1", "B2", 131000, true, "VBG"},
    {"Roy", "Elsa", "B1", NULL, 118000, true, "G"},
};
static const struct {
	const char *name, *city, *country, *language, *cefr, *isced, *requirement;
	int64_t lat, lng, places, budget;
} places[] = {
    {"Universitetet i Bergen", "Bergen", "NO", "en", "B2", "0711", "average >= 12", 603879000, 53218000, 2, 390000},
    {"Universidad de Valladolid", "Valladolid", "ES", "es", "B1", "0711", NULL, 416523000, -47245000, 2, 270000},
    {"Technische Universität Wien", "Wien", "AT", "en", "B2", "0711", "average >= 11", 481990000, 163699000, 1, 340000},
    {"Universidad Técnica Federico Santa María", "Valparaíso", "CL", "es", "B2", "0711", NULL, -330350000, -715960000, 1, UNKNOWN},
    {"Politechnika Gdańska", "Gdańsk", "PL", "en", "B1", "0711", NULL, UNKNOWN, UNKNOWN, 3, UNKNOWN},
};
static const char letters[] = "BVWXG";

static const struct entity *entities[64];

void small_register(void)
{
	const struct entity *const *lists[] = {people_entities,     programmes_entities, partners_entities,
	                                       agreements_entities, stays_entities,      campaigns_entities};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i][k]; k++)
			entities[n++] = lists[i][k];
	entity_register_all(entities);
}

static struct actor *actor_new(struct cx *cx, uint64_t role, struct str name, struct uuid account, struct uuid person)
{
	struct actor *a = ARENA_NEW(cx->arena, struct actor);
	struct grant *g = ARENA_NEW(cx->arena, struct grant);
	g->role = role;
	*a = (struct actor){.account = account,
	                    .person = person,
	                    .name = name,
	                    .email = STR("test@escom.example"),
	                    .roles = role,
	                    .grants = g,
	                    .grants_len = 1};
	return a;
}

struct actor *small_student(struct cx *cx, const struct small *s, size_t i)
{
	return actor_new(cx, ROLE_STUDENT, str_of(s->names[i]), (struct uuid){{2, (uint8_t)i}}, s->persons[i]);
}

struct actor *small_staff(struct cx *cx, uint64_t role, const char *name)
{
	return actor_new(cx, role, str_of(name), (struct uuid){{1, (uint8_t)role}}, UUID_NONE);
}

static int this_year(struct cx *cx)
{
	struct civil c = instant_civil(cx->now_ms);
	return c.month >= 9 ? c.year : c.year - 1;
}

static enum err make_years(struct cx *cx, struct small *s, struct uuid *programme, struct uuid *unit)
{
	struct unit *u = entity_new(cx, &unit_entity);
	u->code = STR("ECOLE");
	u->name = STR("École de chimie");
	u->kind = UNIT_SCHOOL;
	TRY(unit_flow_create(cx, u));
	*unit = u->row.id;
	for (int i = 0; i < 3; i++) {
		int from = this_year(cx) + i - 1;
		struct academic_year *y = entity_new(cx, &academic_year_entity);
		y->code = str_fmt(cx->arena, "%d-%02d", from, (from + 1) % 100);
		y->starts = date_from_civil(from, 9, 1);
		y->ends = date_from_civil(from + 1, 8, 31);
		TRY(academic_year_flow_create(cx, y));
		s->years[i] = y->row.id;
	}
	struct term *t = entity_new(cx, &term_entity);
	t->name = STR("Printemps");
	t->academic_year = s->years[2];
	t->half = 1;
	t->starts = date_from_civil(this_year(cx) + 2, 2, 1);
	t->ends = date_from_civil(this_year(cx) + 2, 6, 30);
	TRY(term_flow_create(cx, t));
	struct institution *own = entity_new(cx, &institution_entity);
	own->name = STR("École de chimie");
	own->country = STR("FR");
	own->city = STR("Compiègne");
	own->lat = 494179400;
	own->lng = 28260600;
	own->hei_id = STR("chimie.example");
	TRY(institution_flow_create(cx, own));
	struct programme *p = entity_new(cx, &programme_entity);
	p->code = STR("ING");
	p->title = STR("Cycle ingénieur");
	p->title_en = STR("Engineering cycle");
	p->format = FORMAT_INITIAL;
	p->unit = u->row.id;
	p->eqf = STR("7");
	p->isced_f = STR("0711");
	p->years = 3;
	p->cap_months = 12;
	TRY(programme_flow_create(cx, p));
	*programme = p->row.id;
	return OK;
}

static enum err add_language(struct cx *cx, struct uuid person, const char *language, const char *level)
{
	if (!level) return OK;
	struct language_level *l = entity_new(cx, &language_level_entity);
	l->person = person;
	l->language = str_of(language);
	l->cefr = str_of(level);
	l->proof = 0;
	l->tested = cx->now_ms / DAY_MS - 100;
	return language_level_flow_create(cx, l);
}

static enum err add_student(struct cx *cx, struct small *s, size_t i, struct uuid programme, struct uuid unit)
{
	struct person *p = entity_new(cx, &person_entity);
	p->family = str_of(students[i].family);
	p->given = str_of(students[i].given);
	p->number = str_fmt(cx->arena, "E%03zu", i + 1);
	if (students[i].mail) p->email = str_fmt(cx->arena, "etudiant%zu@escom.example", i + 1);
	p->nationality = STR("FR");
	p->unit = unit;
	p->language = STR("fr");
	TRY(person_flow_create(cx, p));
	s->persons[i] = p->row.id;
	s->names[i] = str_z(cx->arena, str_fmt(cx->arena, "%s %s", students[i].given, students[i].family));
	for (int y = 0; y < 2; y++) {
		struct enrolment *e = entity_new(cx, &enrolment_entity);
		e->person = p->row.id;
		e->programme = programme;
		e->academic_year = s->years[y];
		e->year = 2 + y;
		e->status = ENROLLED_STUDENT;
		e->average = students[i].average;
		e->ects = 6000 * (1 + y);
		e->failed_units = 0;
		TRY(enrolment_flow_create(cx, e));
	}
	TRY(add_language(cx, p->row.id, "en", students[i].english));
	return add_language(cx, p->row.id, "es", students[i].spanish);
}

static enum err add_place(struct cx *cx, const struct small *s, size_t i)
{
	int now = this_year(cx);
	struct partner *p = entity_new(cx, &partner_entity);
	p->name = str_of(places[i].name);
	p->kind = PARTNER_UNIVERSITY;
	p->country = str_of(places[i].country);
	p->city = str_of(places[i].city);
	p->tier = TIER_CLOSE;
	p->lat = places[i].lat;
	p->lng = places[i].lng;
	TRY(partner_flow_create(cx, p));
	struct agreement *a = entity_new(cx, &agreement_entity);
	a->partner = p->row.id;
	a->kind = AGREEMENT_MOBILITY;
	a->valid_from = date_from_civil(now - 1, 9, 1);
	a->valid_to = date_from_civil(now + 4, 8, 31);
	a->sent = a->valid_from - 90;
	a->signed_here = a->signed_there = a->valid_from - 60;
	TRY(agreement_flow_create(cx, a));
	struct condition *c = entity_new(cx, &condition_entity);
	c->agreement = a->row.id;
	c->mobility = SMS;
	c->direction = DIRECTION_OUT;
	c->places = places[i].places;
	c->months = 5;
	c->eqf_from = 6;
	c->eqf_to = 7;
	c->isced_f = str_of(places[i].isced);
	c->language = str_of(places[i].language);
	c->cefr = str_of(places[i].cefr);
	c->first_year = s->years[0];
	c->last_year = s->years[2];
	if (places[i].requirement) {
		c->requirement = str_of(places[i].requirement);
		c->requirement_source = STR("Accord, annexe 1");
	}
	return condition_flow_create(cx, c);
}

static enum err make_campaign(struct cx *cx, struct small *s)
{
	struct campaign *c = entity_new(cx, &campaign_entity);
	c->title = STR("Semestre à l'étranger");
	c->title_en = STR("Semester abroad");
	c->academic_year = s->years[2];
	c->opens_ms = cx->now_ms - DAY_MS;
	c->closes_ms = cx->now_ms + 10 * DAY_MS;
	c->answer_by_ms = cx->now_ms + 30 * DAY_MS;
	c->answer_days = 5;
	c->zone = STR("Europe/Paris");
	c->year_from = 4;
	c->year_to = 4;
	c->activity = ACTIVITY_STUDY;
	c->scheme = SCHEME_LONG;
	c->max_choices = 5;
	c->weights = STR("average=60 ects=20 language=20");
	c->call_year = this_year(cx);
	TRY(campaign_flow_create(cx, c));
	s->campaign = c->row.id;
	return OK;
}

static enum err set_budgets(struct cx *cx, const struct small *s)
{
	struct offer *offers;
	size_t len;
	TRY(campaign_offers(cx, s->campaign, &offers, &len));
	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k < ARRAY_LEN(places); k++) {
			struct opportunity *o = entity_new(cx, &opportunity_entity);
			struct field_set set = {0};
			static const char *const fields[] = {"half", "starts", "ends", "budget_cents", "budget_source"};
			if (!str_is(offers[i].partner_name, places[k].name)) continue;
			TRY(record_load(cx, &opportunity_entity, offers[i].id, o));
			o->half = 1;
			o->starts = date_from_civil(this_year(cx) + 2, 2, 1);
			o->ends = date_from_civil(this_year(cx) + 2, 6, 30);
			o->budget_cents = places[k].budget;
			if (places[k].budget != UNKNOWN) o->budget_source = STR("Médiane de 14 anciens");
			for (size_t f = 0; f < ARRAY_LEN(fields); f++)
				field_set_add(&set, field_index(&opportunity_entity, entity_field(&opportunity_entity, str_of(fields[f]))));
			TRY(opportunity_flow_change(cx, o, &set));
		}
	return OK;
}

static enum err apply(struct cx *cx, const struct small *s, size_t i)
{
	struct ranked ranks[8];
	struct application_draft d;
	struct receipt receipt;
	size_t n = 0;
	int64_t rank = 0;
	cx->actor = small_student(cx, s, i);
	TRY(application_draft(cx, s->campaign, NULL, 0, &d));
	for (const char *at = students[i].wishes; *at; at++) {
		bool tie = *at == '=';
		if (tie) at++;
		const char *name = places[strchr(letters, *at) - letters].name;
		for (size_t k = 0; k < d.found.len; k++)
			if (str_is(d.found.stays[k].offer->partner_name, name))
				ranks[n++] = (struct ranked){d.found.stays[k].offer->id, tie ? rank : ++rank};
	}
	static const struct pair answers[] = {
	    {{"language.en", 11}, {"B1", 2}}, {{"travel", 6}, {"train", 5}}, {{"email", 5}, {"zoe@escom.example", 17}}};
	return application_submit(cx, s->campaign, ranks, n, (struct pairs){answers, 3}, &receipt);
}

static enum err make(struct cx *cx, void *arg)
{
	struct small *s = arg;
	struct uuid programme, unit;
	TRY(make_years(cx, s, &programme, &unit));
	for (size_t i = 0; i < SMALL_STUDENTS; i++)
		TRY(add_student(cx, s, i, programme, unit));
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		TRY(add_place(cx, s, i));
	return make_campaign(cx, s);
}

enum err small_make(struct cx *cx, bool with_campaign, struct small *out)
{
	int64_t added;
	const struct actor *us = cx->actor;
	TRY(db_tx(cx, DB_WRITE, make, out));
	if (!with_campaign) return OK;
	TRY(campaign_add_conditions(cx, out->campaign, NULL, 0, &added));
	TRY(set_budgets(cx, out));
	TRY(campaign_open(cx, out->campaign));
	for (size_t i = 1; i < SMALL_STUDENTS; i++)
		TRY(apply(cx, out, i));
	cx->actor = us;
	return OK;
}
