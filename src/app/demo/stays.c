/* Stays of five past years and of this one: mostly placements, as the school's statement says, studies rising slowly. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/stays/flow.h"

static const struct demo_partner *any_partner(struct demo *d, bool study)
{
	for (;;) {
		const struct demo_partner *p = &d->partners.ptr[demo_between(d, 0, (int64_t)d->partners.len - 1)];
		if (!study || p->place->out) return p;
	}
}

/* The facts that a stay of that age has. */
static void set_facts(struct demo *d, struct stay *s)
{
	int64_t day = 86400000, today = d->cx->now_ms / day;
	if (s->starts - 150 <= today) s->accepted_ms = (s->starts - 150) * day;
	if (s->starts - 130 <= today) s->nominated_ms = (s->starts - 130) * day;
	if (s->starts - 100 <= today) s->host_accepted_ms = (s->starts - 100) * day;
	if (s->starts <= today) s->arrived = s->starts;
	if (s->ends <= today) s->departed = s->ends;
	if (s->ends + 60 <= today && s->category <= CATEGORY_DOCTORAL) s->recognised_ms = (s->ends + 45) * day;
}

static enum err add_stay(struct demo *d, struct stay *s, int y, const struct demo_partner *p)
{
	s->academic_year = d->years[y];
	s->partner = p->id;
	s->travel = !strcmp(p->place->country, "BE") || !strcmp(p->place->country, "DE") || !strcmp(p->place->country, "NL") ||
	                    !strcmp(p->place->country, "CH")
	                ? 0
	            : !strcmp(p->place->country, "ES") || !strcmp(p->place->country, "IT") || !strcmp(p->place->country, "IE")
	                ? (demo_chance(d, 50) ? UNKNOWN : 4)
	                : 4;
	set_facts(d, s);
	return stay_flow_create(d->cx, s);
}

/* A student who was in programme year `then` during academic year `y`. */
static enum err student_stay(struct demo *d, const struct demo_student *who, int y, int then)
{
	struct stay *s = entity_new(d->cx, &stay_entity);
	bool study = then == 4 ? demo_chance(d, 30) : demo_chance(d, 8);
	const struct demo_partner *p = any_partner(d, study);
	int from = d->first_year + y;
	s->person = who->person;
	s->direction = DIRECTION_OUT;
	s->activity = study ? ACTIVITY_STUDY : p->place->kind == PARTNER_LABORATORY ? ACTIVITY_RESEARCH : ACTIVITY_TRAINING;
	s->category = who->apprentice && then >= 3 ? CATEGORY_APPRENTICE : CATEGORY_STUDENT;
	s->scheme = study && then == 3 ? SCHEME_SHORT : SCHEME_LONG;
	s->programme_year = then;
	if (study) s->condition = p->out;
	int64_t semester = demo_chance(d, 40) ? date_from_civil(from, 9, 7) : date_from_civil(from + 1, 2, 1);
	s->starts = s->scheme == SCHEME_SHORT ? date_from_civil(from + 1, 4, 6)
	            : study                   ? semester
	                                      : date_from_civil(from + 1, 4, 1) + demo_between(d, 0, 60);
	s->ends = s->scheme == SCHEME_SHORT ? s->starts + demo_between(d, 9, 20)
	          : study                   ? semester + 145
	                                    : s->starts + demo_between(d, 70, 150);
	return add_stay(d, s, y, p);
}

static enum err other_stay(struct demo *d, int y, bool teaching)
{
	struct stay *s = entity_new(d->cx, &stay_entity);
	const struct demo_partner *p = any_partner(d, false);
	s->person = d->staff.ptr[demo_between(d, 2, (int64_t)d->staff.len - 1)];
	s->direction = DIRECTION_OUT;
	s->activity = teaching ? ACTIVITY_TEACHING : ACTIVITY_TRAINING;
	s->category = teaching ? CATEGORY_LECTURER : CATEGORY_STAFF;
	s->starts = date_from_civil(d->first_year + y, 10, 1) + demo_between(d, 0, 40);
	s->ends = s->starts + 4;
	return add_stay(d, s, y, p);
}

/* Incoming people are not persons of the school yet: they are named by the host text of the partner's nomination. */
static enum err incoming_stay(struct demo *d, int y, int64_t n)
{
	struct stay *s = entity_new(d->cx, &stay_entity);
	const struct demo_partner *p = any_partner(d, false);
	s->direction = DIRECTION_IN;
	s->activity = n % 3 ? ACTIVITY_STUDY : ACTIVITY_RESEARCH;
	s->category = n % 7 == 0 ? CATEGORY_DOCTORAL : CATEGORY_STUDENT;
	s->scheme = SCHEME_LONG;
	s->condition = s->activity == ACTIVITY_STUDY ? p->in : UUID_NONE;
	s->nationality = str_of(p->place->country);
	s->starts = date_from_civil(d->first_year + y, 9, 1);
	s->ends = s->starts + demo_between(d, 120, 280);
	return add_stay(d, s, y, p);
}

static enum err stays_of_year(struct demo *d, int y)
{
	for (size_t i = 0; i < d->students.len; i++) {
		const struct demo_student *who = &d->students.ptr[i];
		int then = who->year - (DEMO_CURRENT - y);
		int chance = who->apprentice ? 12 : then == 3 ? 8 : then == 4 ? 34 : 26;
		if (then >= 3 && then <= 5 && demo_chance(d, chance)) TRY(student_stay(d, who, y, then));
	}
	for (int i = 0; i < 3 + y; i++)
		TRY(other_stay(d, y, i % 2 == 0));
	for (int64_t i = 0; i < 8 + y; i++)
		TRY(incoming_stay(d, y, i));
	return OK;
}

enum err demo_make_stays(struct demo *d)
{
	for (int y = 0; y <= DEMO_CURRENT; y++)
		TRY(stays_of_year(d, y));
	return OK;
}
