/* Three campaigns: one that students apply to now, one closed yesterday that waits for its allocation, one of last year that was
 * published and answered. All through the flows of the pages, each act at its own time. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/campaigns/flow.h"

static const int64_t DAY_MS = 86400000;

struct plan {
	const char *title, *title_en;
	int year; /* index of the academic year of the stays */
	int year_from, year_to;
	enum stay_scheme scheme;
	int64_t opens, closes, answer_by; /* days from today */
	size_t partners, seats_max;
	int applicants;
	int choices;
	int today_year_from, today_year_to; /* programme years now of those who apply */
	bool publish;
};

static const struct plan plans[] = {
    {"Séjour court de troisième année, printemps dernier", "Short stay in year 3, last spring", DEMO_CURRENT - 1, 3, 3, SCHEME_SHORT, -380,
     -350, -330, 10, 1, 24, 3, 4, 4, true},
    {"Séjour court de troisième année, ce printemps", "Short stay in year 3, this spring", DEMO_CURRENT, 3, 3, SCHEME_SHORT, -30, -1, 20,
     16, 2, 44, 4, 3, 3, false},
    {"Semestre à l’étranger, année prochaine", "Semester abroad, next year", DEMO_CURRENT + 1, 4, 5, SCHEME_LONG, -14, 12, 40, 24, 4, 120,
     5, 3, 4, false},
};

static enum err add_campaign(struct demo *d, const struct plan *p, struct campaign **out)
{
	struct campaign *c = entity_new(d->cx, &campaign_entity);
	int64_t now = d->cx->now_ms / DAY_MS * DAY_MS;
	c->title = str_of(p->title);
	c->title_en = str_of(p->title_en);
	c->academic_year = d->years[p->year];
	c->opens_ms = now + p->opens * DAY_MS + 7 * 3600 * 1000;
	c->closes_ms = now + p->closes * DAY_MS + 17 * 3600 * 1000;
	c->answer_by_ms = now + p->answer_by * DAY_MS + 17 * 3600 * 1000;
	c->answer_days = 7;
	c->zone = STR("Europe/Paris");
	c->year_from = p->year_from;
	c->year_to = p->year_to;
	c->activity = ACTIVITY_STUDY;
	c->scheme = p->scheme;
	c->max_choices = 5;
	c->weights = STR("average=70 language=20 ects=10");
	c->call_year = d->first_year + p->year;
	TRY(campaign_flow_create(d->cx, c));
	*out = c;
	return OK;
}

static enum err add_opportunity(struct demo *d, const struct plan *p, const struct campaign *c, size_t i)
{
	struct opportunity *o = entity_new(d->cx, &opportunity_entity);
	const struct demo_partner *at = &d->partners.ptr[p->scheme == SCHEME_SHORT ? i * 3 + 1 : i * 2];
	int from = d->first_year + p->year;
	if (!at->place->out) return OK;
	o->campaign = c->row.id;
	o->partner = at->id;
	o->condition = at->out;
	o->seats = at->place->out > (int)p->seats_max ? (int64_t)p->seats_max : at->place->out;
	if (o->seats > 1 && i % 8 == 0) o->reserved = 1;
	o->half = 1;
	o->starts = p->scheme == SCHEME_SHORT ? date_from_civil(from + 1, 3, 1) + 7 * (int64_t)(i % 3) : date_from_civil(from + 1, 2, 1);
	o->ends = p->scheme == SCHEME_SHORT ? o->starts + 11 : date_from_civil(from + 1, 6, 30);
	if (p->scheme == SCHEME_LONG) o->months = 5;
	if (p->scheme == SCHEME_SHORT && i % 4 != 3) { /* two weeks in English, whatever the term there is taught in */
		o->language = STR("en");
		o->cefr = STR("B1");
	}
	o->budget_cents =
	    (p->scheme == SCHEME_SHORT ? 60000 : 260000) + demo_between(d, 0, 16) * (p->scheme == SCHEME_SHORT ? 2000 : 10000);
	o->budget_source = STR("Chiffre de démonstration");
	return opportunity_flow_create(d->cx, o);
}

/* A few choices among where she can go, or where only a fact is missing that she tells; the popular ones more often. */
static size_t choose(struct demo *d, const struct plan *p, const struct found_stays *found, struct ranked *ranks)
{
	size_t n = 0, wanted = (size_t)demo_between(d, 2, p->choices), open = found->can_go;
	while (open < found->len && found->stays[open].verdict.state == RULE_UNKNOWN)
		open++;
	for (int tries = 0; n < wanted && tries < 40 && open; tries++) {
		int64_t a = demo_between(d, 0, (int64_t)open - 1), b = demo_between(d, 0, (int64_t)open - 1);
		const struct found_stay *s = &found->stays[a < b && demo_chance(d, 40) ? a : b];
		bool have = false;
		for (size_t i = 0; i < n; i++)
			have |= uuid_eq(ranks[i].opportunity, s->offer->id);
		if (have) continue;
		ranks[n] = (struct ranked){s->offer->id, (int64_t)n + 1};
		n++;
	}
	return n;
}

static enum err apply_as(struct demo *d, const struct plan *p, const struct campaign *c, const struct demo_student *who, bool *sent)
{
	struct cx *cx = d->cx;
	const struct actor *before = cx->actor;
	struct actor student = {.person = who->person, .name = who->name, .roles = ROLE_STUDENT};
	struct grant grant = {.role = ROLE_STUDENT};
	struct found_stays found;
	struct ranked ranks[8];
	struct receipt receipt;
	struct pair answers[] = {{STR("travel"), demo_chance(d, 40) ? STR("train") : STR("plane")},
	                         {STR("language.en"), STR("C1")},
	                         {STR("language.es"), STR("B2")},
	                         {STR("language.de"), STR("B1")},
	                         {STR("language.it"), STR("B1")},
	                         {STR("language.pt"), STR("B1")}};
	student.grants = &grant;
	student.grants_len = 1;
	cx->actor = &student;
	enum err err = find_stays(cx, c->row.id, who->person, &found);
	size_t n = err == OK ? choose(d, p, &found, ranks) : 0;
	if (err == OK && n) err = application_submit(cx, c->row.id, ranks, n, (struct pairs){answers, ARRAY_LEN(answers)}, &receipt);
	cx->actor = before;
	*sent = err == OK && n > 0;
	return err;
}

static enum err applicants(struct demo *d, const struct plan *p, const struct campaign *c)
{
	int sent = 0;
	for (size_t i = 0; i < d->students.len && sent < p->applicants; i++) {
		const struct demo_student *who = &d->students.ptr[(i * 7) % d->students.len];
		bool done;
		if (who->year < p->today_year_from || who->year > p->today_year_to || uuid_eq(who->person, d->heroine)) continue;
		if (!demo_chance(d, who->apprentice ? 40 : 75)) continue;
		TRY(apply_as(d, p, c, who, &done));
		sent += done;
	}
	return OK;
}

/* The offers are taken, but for one in six. */
static enum err answers(struct demo *d, const struct campaign *c)
{
	struct answer_line *lines;
	size_t len;
	TRY(campaign_answers(d->cx, c->row.id, &lines, &len));
	for (size_t i = 0; i < len; i++) {
		struct uuid stay;
		if (!str_present(lines[i].place) || lines[i].answer != UNKNOWN) continue;
		TRY(i % 6 == 3 ? placement_decline(d->cx, lines[i].placement) : placement_accept(d->cx, lines[i].placement, &stay));
	}
	return OK;
}

static enum err publish(struct demo *d, const struct campaign *c, int64_t today_ms, const struct plan *p)
{
	struct cx *cx = d->cx;
	struct run_view run;
	struct mail_preview preview;
	int64_t n, unknown;
	cx->now_ms = today_ms + (p->closes + 2) * DAY_MS;
	TRY(campaign_score(cx, c->row.id, &n, &unknown));
	TRY(campaign_choose_mechanism(cx, c->row.id, ALLOCATION_SERIAL));
	TRY(campaign_allocate(cx, c->row.id, &run));
	TRY(campaign_publish_preview(cx, c->row.id, &preview));
	TRY(campaign_publish(cx, c->row.id, preview.digest, &n));
	cx->now_ms += 3 * DAY_MS;
	return answers(d, c);
}

static enum err make(struct demo *d, const struct plan *p)
{
	struct cx *cx = d->cx;
	struct campaign *c;
	int64_t today = cx->now_ms;
	TRY(add_campaign(d, p, &c));
	for (size_t i = 0; i < p->partners; i++)
		TRY(add_opportunity(d, p, c, i));
	cx->now_ms = c->opens_ms + 3600 * 1000;
	TRY(campaign_open(cx, c->row.id));
	cx->now_ms = p->closes < 0 ? c->closes_ms - 4 * DAY_MS : today - DAY_MS;
	TRY(applicants(d, p, c));
	if (p->publish) TRY(publish(d, c, today, p));
	cx->now_ms = today;
	return OK;
}

enum err demo_make_campaign(struct demo *d)
{
	for (size_t i = 0; i < ARRAY_LEN(plans); i++)
		TRY(make(d, &plans[i]));
	return OK;
}
