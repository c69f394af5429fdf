/* Sixty partners with agreements and conditions; two agreements about to end, one waiting for a signature. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/agreements/flow.h"
#include "office/partners/flow.h"

static enum err add_institution(struct demo *d, const char *name, const char *country, const char *city, int64_t lat, int64_t lng,
                                struct str hei_id, struct uuid *id)
{
	struct institution *i = entity_new(d->cx, &institution_entity);
	i->name = str_of(name);
	i->country = str_of(country);
	i->city = str_of(city);
	i->lat = lat;
	i->lng = lng;
	i->hei_id = hei_id;
	TRY(institution_flow_create(d->cx, i));
	*id = i->row.id;
	return OK;
}

static enum err add_partner(struct demo *d, const struct demo_place *at, size_t i, struct demo_partner *out)
{
	static const char *const steps[] = {"Visite en mars", "Renouveler l’accord", "Proposer trois places entrantes",
	                                    "Demander les cours de procédés", "Relire les règles de diplôme"};
	struct partner *p = entity_new(d->cx, &partner_entity);
	int64_t today = d->cx->now_ms / 86400000;
	p->name = str_of(at->name);
	p->short_name = str_of(at->short_name);
	p->kind = at->kind;
	if (at->kind == PARTNER_UNIVERSITY)
		TRY(add_institution(d, at->name, at->country, at->city, at->lat, at->lng, STR_NONE, &p->institution));
	p->country = str_of(at->country);
	p->city = str_of(at->city);
	p->tier = at->tier;
	p->field = str_of(at->isced);
	p->owner = d->staff.ptr[i % 2];
	p->lat = at->lat;
	p->lng = at->lng;
	p->last_contact = today - demo_between(d, 3, 240);
	if (at->tier == TIER_CLOSE ? i % 5 != 4 : i % 3 == 0) {
		p->next_step = str_of(steps[i % ARRAY_LEN(steps)]);
		p->next_step_due = today + demo_between(d, 10, 120);
	}
	p->website = str_fmt(d->cx->arena, "https://partner%zu.example", i + 1);
	TRY(partner_flow_create(d->cx, p));
	*out = (struct demo_partner){.id = p->row.id, .place = at};
	return OK;
}

static enum err add_contact(struct demo *d, const struct demo_partner *p, size_t i)
{
	struct contact *c = entity_new(d->cx, &contact_entity);
	struct str given, family;
	demo_name(d, (int)(i % 2), &given, &family);
	c->name = str_fmt(d->cx->arena, "%.*s %.*s", STR_ARG(given), STR_ARG(family));
	c->partner = p->id;
	c->role = 0;
	c->email = str_fmt(d->cx->arena, "international@partner%zu.example", i + 1);
	c->language = str_of(p->place->language);
	return contact_flow_create(d->cx, c);
}

static enum err add_agreement(struct demo *d, struct demo_partner *p, size_t i)
{
	struct agreement *a = entity_new(d->cx, &agreement_entity);
	int now = d->first_year + DEMO_CURRENT;
	a->partner = p->id;
	a->kind = p->place->kind != PARTNER_UNIVERSITY ? AGREEMENT_PLACEMENT
	          : i % 13 == 2                        ? AGREEMENT_DOUBLE_DEGREE
	          : i % 7 == 0                         ? AGREEMENT_COOPERATION
	                                               : AGREEMENT_MOBILITY;
	a->valid_from = date_from_civil(now - (int)demo_between(d, 1, 4), 9, 1);
	/* Every ninth ends in spring; the others hold for the next two years at least. */
	a->valid_to = i % 9 == 1 ? date_from_civil(now + 1, 3, 31) : date_from_civil(now + 3 + (int)(i % 3), 8, 31);
	a->sent = a->valid_from - 90;
	a->signed_here = a->valid_from - 60;
	if (i % 17 != 5) a->signed_there = a->valid_from - 30;
	TRY(agreement_flow_create(d->cx, a));
	p->agreement = a->row.id;
	return OK;
}

static enum err add_condition(struct demo *d, const struct demo_partner *p, enum mobility_type type, enum direction direction, int places,
                              struct uuid *id)
{
	const struct demo_place *at = p->place;
	struct condition *c = entity_new(d->cx, &condition_entity);
	c->agreement = p->agreement;
	c->mobility = type;
	c->direction = direction;
	c->places = places;
	/* Open to engineers; one in seven takes chemists only. */
	c->isced_f = (at - demo_places) % 7 == 6 ? STR("0531") : STR("0711");
	c->first_year = d->years[0];
	c->last_year = d->years[DEMO_YEARS - 1];
	if (type == SMS) {
		c->months = 5;
		c->eqf_from = 6;
		c->eqf_to = 7;
		c->language = direction == DIRECTION_OUT ? str_of(at->language) : STR("fr");
		c->cefr = direction == DIRECTION_OUT ? str_of(at->cefr) : STR("B1");
		if (direction == DIRECTION_OUT && at->requirement) {
			c->requirement = str_of(at->requirement);
			c->requirement_source = str_of(at->requirement_source);
		}
	}
	TRY(condition_flow_create(d->cx, c));
	*id = c->row.id;
	return OK;
}

enum err demo_make_partners(struct demo *d)
{
	/* The school itself, in Compiègne: distances begin there. */
	struct uuid own;
	TRY(add_institution(d, "École de chimie", "FR", "Compiègne", 494179400, 28260600, STR("chimie.example"), &own));
	for (size_t i = 0; i < demo_places_len; i++) {
		struct demo_partner p;
		TRY(add_partner(d, &demo_places[i], i, &p));
		if (i % 2 == 0) TRY(add_contact(d, &p, i));
		TRY(add_agreement(d, &p, i));
		if (p.place->out) TRY(add_condition(d, &p, SMS, DIRECTION_OUT, p.place->out, &p.out));
		if (p.place->in) TRY(add_condition(d, &p, SMS, DIRECTION_IN, p.place->in, &p.in));
		if (p.place->kind == PARTNER_UNIVERSITY && p.place->tier == TIER_CLOSE)
			TRY(add_condition(d, &p, STA, DIRECTION_OUT, 2, &p.teaching));
		*VEC_PUSH(d->cx->arena, &d->partners) = p;
	}
	return OK;
}
