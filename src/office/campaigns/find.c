/* Find a stay: every opportunity of a campaign with its verdict for one student, what it costs, and her stars. */
#include "office/campaigns/inside.h"
#include "office/grants/rates.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/own.h"

struct finding {
	struct uuid campaign, person;
	struct found_stays *out;
};

/* Rates are the same for a country: each is gathered once. */
struct pricing {
	struct campaign_home home;
	const struct campaign *c;
	struct map rates; /* country to struct country_rates */
	bool known;
	int64_t carbon_date;
};
struct country_rates {
	struct grant_rates rates;
	bool travel;
};

static enum err travel_paid(struct cx *cx, const struct campaign *c, struct str country, bool *paid)
{
	struct reference_row status, row;
	int64_t date = reference_call_date(c->call_year);
	*paid = true; /* a line without amount, when it is not known */
	if (date == UNKNOWN) return OK;
	TRY(reference_find_own(cx, STR("country_status"), country, date, &status));
	bool third = str_is(reference_cell(&status, "status"), "third");
	TRY(reference_find_own(cx, STR("student_travel"), third ? STR("third") : STR("programme"), date, &row));
	*paid = reference_int(&row, "granted") != 0;
	return OK;
}

static enum err rates_for(struct cx *cx, struct pricing *p, struct str country, struct country_rates **out)
{
	*out = str_blank(country) ? NULL : map_get(&p->rates, country);
	if (*out) return OK;
	*out = ARENA_NEW(cx->arena, struct country_rates);
	TRY(grant_rates_at(cx, p->c->call_year, p->home.country, country, &(*out)->rates));
	TRY(travel_paid(cx, p->c, country, &(*out)->travel));
	if (!str_blank(country)) map_put(&p->rates, country, *out);
	return OK;
}

static enum err price(struct cx *cx, struct pricing *p, struct str travel, const struct offer *o, struct stay_cost *out)
{
	struct country_rates *r;
	struct grant_carbon_rate carbon;
	int64_t metres = grant_distance_m(p->home.lat, p->home.lng, o->lat, o->lng);
	struct str mode = str_present(travel) ? travel : carbon_mode_usual(metres);
	TRY(rates_for(cx, p, o->country, &r));
	TRY(grant_carbon_rate_at(cx, p->carbon_date, mode, metres, &carbon));
	*out = stay_cost(p->c, o, p->home.lat, p->home.lng, &r->rates, r->travel, mode, &carbon);
	return OK;
}

static int better(const struct found_stay *x, const struct found_stay *y)
{
	if (x->verdict.state != y->verdict.state) return x->verdict.state > y->verdict.state ? -1 : 1;
	if (x->verdict.nblocking != y->verdict.nblocking) return x->verdict.nblocking < y->verdict.nblocking ? -1 : 1;
	if (x->verdict.cost != y->verdict.cost) return x->verdict.cost < y->verdict.cost ? -1 : 1;
	return str_cmp(x->offer->title, y->offer->title);
}

static int by_verdict(const void *a, const void *b) { return better(a, b); }

static enum err mark_own(struct cx *cx, struct finding *f, struct str *travel)
{
	struct application *a = entity_new(cx, &application_entity);
	struct choice **choices = NULL;
	struct star_row *stars;
	size_t nstars, nchoices = 0;
	bool found;
	*travel = STR_NONE;
	TRY(star_store_list(cx, f->person, f->campaign, &stars, &nstars));
	TRY(application_store_find(cx, f->campaign, f->person, a, &found));
	if (found) *travel = carbon_mode_of(a->travel);
	if (found && a->withdrawn_ms == UNKNOWN) TRY(application_store_choices(cx, a->row.id, &choices, &nchoices));
	for (size_t i = 0; i < f->out->len; i++) {
		struct found_stay *s = &f->out->stays[i];
		for (size_t k = 0; k < nstars; k++)
			s->starred |= uuid_eq(stars[k].opportunity, s->offer->id);
		for (size_t k = 0; k < nchoices; k++)
			if (uuid_eq(choices[k]->opportunity, s->offer->id)) s->rank = choices[k]->rank;
	}
	f->out->stars = nstars;
	return OK;
}

static enum err weigh(struct cx *cx, struct finding *f, struct offer *offers)
{
	struct found_stays *out = f->out;
	struct pricing p = {.c = out->campaign, .carbon_date = cx_today(cx)};
	struct str travel;
	map_init(&p.rates, cx->arena);
	TRY(campaign_store_home(cx, &p.home));
	for (size_t i = 0; i < out->len; i++) {
		struct found_stay *s = &out->stays[i];
		*s = (struct found_stay){.offer = &offers[i], .rank = UNKNOWN};
		s->verdict = eligibility_judge(cx->arena, &out->facts, out->student, s->offer, true);
		out->can_go += s->verdict.state == RULE_YES;
		out->nearly += s->verdict.state != RULE_YES && s->verdict.nblocking == 1;
	}
	TRY(mark_own(cx, f, &travel));
	for (size_t i = 0; i < out->len; i++)
		TRY(price(cx, &p, travel, out->stays[i].offer, &out->stays[i].cost));
	if (out->len) qsort(out->stays, out->len, sizeof(*out->stays), by_verdict);
	return OK;
}

static enum err find(struct cx *cx, void *arg)
{
	struct finding *f = arg;
	struct student_facts *student;
	struct offer *offers;
	struct campaign_counts n;
	size_t one;
	*f->out = (struct found_stays){0};
	TRY(campaign_load(cx, f->campaign, &f->out->campaign));
	TRY(campaign_store_counts(cx, f->campaign, &n));
	TRY(campaign_store_facts(cx, f->out->campaign, &f->out->facts));
	TRY(campaign_store_students(cx, &f->out->facts, f->person, &student, &one));
	bool own = cx->actor && uuid_eq(cx->actor->person, f->person);
	if (!one || (!own && !may_see(cx, student->unit))) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(campaign_store_offers(cx, f->campaign, true, &offers, &f->out->len));
	f->out->state = campaign_state(f->out->campaign, n.waiting, cx->now_ms);
	f->out->student = student;
	f->out->stays = ARENA_ARRAY(cx->arena, struct found_stay, f->out->len + 1);
	return weigh(cx, f, offers);
}

enum err find_stays(struct cx *cx, struct uuid campaign, struct uuid person, struct found_stays *out)
{
	if (uuid_none(person)) TRY(own_person(cx, &person));
	return db_tx(cx, DB_READ, find, &(struct finding){campaign, person, out});
}

/* --- stars --- */

struct starring {
	struct uuid opportunity;
	bool on;
};

static enum err set_star(struct cx *cx, void *arg)
{
	const struct starring *s = arg;
	struct opportunity *o = entity_new(cx, &opportunity_entity);
	struct campaign *c;
	struct uuid person;
	bool found;
	TRY(own_person(cx, &person));
	TRY(entity_load(cx, &opportunity_entity, s->opportunity, o, &found));
	if (!found || o->row.archived_ms != UNKNOWN) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(campaign_load(cx, o->campaign, &c));
	return star_store_set(cx, person, s->opportunity, s->on);
}

enum err star_set(struct cx *cx, struct uuid opportunity, bool on)
{
	return db_tx(cx, DB_WRITE, set_star, &(struct starring){opportunity, on});
}
