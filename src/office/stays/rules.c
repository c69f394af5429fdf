/* Pure decisions about stays. */
#include "office/stays/rules.h"
#include "platform/reference/reference.h"

int stay_step_label(enum stay_step step)
{
	static const int labels[STAY_STEPS] = {
	    [STAY_PLACED] = M_stay_step_placed,         [STAY_ACCEPTED] = M_stay_step_accepted,
	    [STAY_NOMINATED] = M_stay_step_nominated,   [STAY_HOST_ACCEPTED] = M_stay_step_host_accepted,
	    [STAY_ARRIVED] = M_stay_step_arrived,       [STAY_BACK] = M_stay_step_back,
	    [STAY_RECOGNISED] = M_stay_step_recognised, [STAY_CANCELLED] = M_stay_step_cancelled,
	};
	return labels[step];
}

bool stay_takes_place(const struct stay *s) { return s->cancelled_ms == UNKNOWN && s->row.archived_ms == UNKNOWN; }
bool stay_is_study(const struct stay *s) { return s->activity == ACTIVITY_STUDY; }

static int64_t day(int64_t instant_ms)
{
	if (instant_ms == UNKNOWN) return UNKNOWN;
	int64_t d = instant_ms / 86400000;
	return instant_ms % 86400000 < 0 ? d - 1 : d;
}

static bool has_recognition(const struct stay *s)
{
	bool learner = s->category == CATEGORY_STUDENT || s->category == CATEGORY_APPRENTICE || s->category == CATEGORY_DOCTORAL;
	return learner && s->direction == DIRECTION_OUT;
}

static int64_t fact(const struct stay *s, enum stay_step step)
{
	switch (step) {
	case STAY_PLACED: return day(s->row.created_ms);
	case STAY_ACCEPTED: return day(s->accepted_ms);
	case STAY_NOMINATED: return day(s->nominated_ms);
	case STAY_HOST_ACCEPTED: return day(s->host_accepted_ms);
	case STAY_ARRIVED: return s->arrived;
	case STAY_BACK: return s->departed;
	case STAY_RECOGNISED: return day(s->recognised_ms);
	case STAY_CANCELLED: return day(s->cancelled_ms);
	default: return UNKNOWN;
	}
}

static int64_t planned(const struct stay *s, enum stay_step step)
{
	return step == STAY_ARRIVED ? s->starts : step == STAY_BACK ? s->ends : UNKNOWN;
}

static void add(struct stay_timeline *t, enum stay_step step, enum stay_step_state state, int64_t date)
{
	t->lines[t->len++] = (struct stay_step_line){step, state, date};
}

/* A fact dated after today is a plan. */
static bool done(const struct stay *s, enum stay_step step, int64_t today)
{
	int64_t date = fact(s, step);
	return date != UNKNOWN && date <= today;
}

static void facts_only(const struct stay *s, int64_t today, struct stay_timeline *t)
{
	for (enum stay_step step = STAY_PLACED; step < STAY_STEPS; step++)
		if (done(s, step, today) && (step != STAY_PLACED || !uuid_none(s->person))) add(t, step, STAY_STEP_DONE, fact(s, step));
}

static void hold(struct stay_timeline *t, enum stay_pen who, int what, int64_t since, int64_t days, int64_t today)
{
	t->pen.who = who;
	t->pen.what = what;
	t->pen.since = since;
	t->pen.due = days == UNKNOWN || since == UNKNOWN ? UNKNOWN : since + days;
	t->pen.late = t->pen.due != UNKNOWN && today > t->pen.due;
}

/* A confirmation becomes somebody's on the day it is about, and not before. */
static void hold_from(struct stay_timeline *t, int what, int64_t from, int64_t today)
{
	if (from == UNKNOWN || today < from) return;
	hold(t, STAY_PEN_PERSON, what, from, UNKNOWN, today);
	t->pen.due = from;
	t->pen.late = today > from;
}

static void who_holds(const struct stay *s, enum stay_step next, int64_t since, int64_t today, const struct stay_terms *terms,
                      struct stay_timeline *t)
{
	bool out = s->direction != DIRECTION_IN;
	switch (next) {
	case STAY_ACCEPTED: hold(t, STAY_PEN_PERSON, M_pen_accept_place, since, terms->accept_days, today); break;
	case STAY_NOMINATED:
		hold(t, out ? STAY_PEN_OFFICE : STAY_PEN_PARTNER, out ? M_pen_nominate : M_pen_be_nominated, since, terms->nominate_days,
		     today);
		break;
	case STAY_HOST_ACCEPTED:
		hold(t, out ? STAY_PEN_PARTNER : STAY_PEN_OFFICE, M_pen_host_accept, since, terms->host_days, today);
		break;
	case STAY_ARRIVED: hold_from(t, M_pen_confirm_arrival, s->starts, today); break;
	case STAY_BACK: hold_from(t, M_pen_confirm_return, s->ends, today); break;
	case STAY_RECOGNISED: hold(t, STAY_PEN_OFFICE, M_pen_recognise, since, terms->recognise_days, today); break;
	default: break;
	}
}

void stay_timeline(const struct stay *s, int64_t today, const struct stay_terms *terms, struct stay_timeline *out)
{
	*out = (struct stay_timeline){.pen = {.who = STAY_PEN_NOBODY, .since = UNKNOWN, .due = UNKNOWN}};
	if (uuid_none(s->person) || done(s, STAY_CANCELLED, today)) {
		facts_only(s, today, out);
		return;
	}
	enum stay_step last = has_recognition(s) ? STAY_RECOGNISED : STAY_BACK, reached = STAY_PLACED;
	for (enum stay_step step = STAY_PLACED; step <= last; step++)
		if (done(s, step, today)) reached = step;
	for (enum stay_step step = STAY_PLACED; step <= last; step++) {
		if (done(s, step, today))
			add(out, step, STAY_STEP_DONE, fact(s, step));
		else if (step < reached)
			add(out, step, STAY_STEP_UNRECORDED, UNKNOWN);
		else
			add(out, step, step == reached + 1 ? STAY_STEP_NOW : STAY_STEP_TO_COME, planned(s, step));
	}
	if (reached < last) who_holds(s, reached + 1, fact(s, reached), today, terms, out);
}

enum stay_step stay_next_step(const struct stay_timeline *t)
{
	for (size_t i = 0; i < t->len; i++)
		if (t->lines[i].state == STAY_STEP_NOW) return t->lines[i].step;
	return STAY_PLACED;
}

static enum stay_state state_before(const struct stay *s, enum stay_step next)
{
	bool in = s->direction == DIRECTION_IN;
	switch (next) {
	case STAY_ACCEPTED: return STAY_TO_ACCEPT;
	case STAY_NOMINATED: return in ? STAY_TO_BE_NOMINATED : STAY_TO_NOMINATE;
	case STAY_HOST_ACCEPTED: return in ? STAY_TO_ADMIT : STAY_HOST_TO_ACCEPT;
	case STAY_ARRIVED: return STAY_TO_LEAVE;
	case STAY_BACK: return STAY_AWAY;
	case STAY_RECOGNISED: return STAY_TO_RECOGNISE;
	default: return STAY_DONE;
	}
}

struct stay_now stay_now(const struct stay *s, const struct stay_terms *terms)
{
	struct stay_timeline t;
	if (s->cancelled_ms != UNKNOWN) return (struct stay_now){STAY_OFF, STAY_PEN_NOBODY, UNKNOWN, UNKNOWN};
	if (uuid_none(s->person)) return (struct stay_now){STAY_PAST, STAY_PEN_NOBODY, UNKNOWN, UNKNOWN};
	stay_timeline(s, INT64_MAX, terms, &t);
	return (struct stay_now){state_before(s, stay_next_step(&t)), t.pen.who, t.pen.since, t.pen.due};
}

enum stay_urgency stay_urgency(const struct stay *s, int64_t today)
{
	if (s->state_now == STAY_DONE) return STAY_SETTLED;
	if (s->pen_now == UNKNOWN || s->pen_now == STAY_PEN_NOBODY || (s->since_now != UNKNOWN && s->since_now > today)) return STAY_QUIET;
	if (s->due_now != UNKNOWN && s->due_now < today) return STAY_LATE;
	return s->pen_now == STAY_PEN_OFFICE ? STAY_OURS : STAY_WAITING;
}

struct str stay_cycle(const struct stay *s)
{
	struct reference_row row;
	char year[16];
	if (s->category == CATEGORY_DOCTORAL) return STR("8");
	if ((s->category != CATEGORY_STUDENT && s->category != CATEGORY_APPRENTICE) || s->programme_year == UNKNOWN) return STR_NONE;
	snprintf(year, sizeof year, "%d", (int)s->programme_year);
	if (!reference_find(STR("study_cycle"), str_of(year), s->starts, &row)) return STR_NONE;
	return reference_cell(&row, "eqf");
}

struct seats stay_seats(int64_t places, int64_t used)
{
	int64_t left = places - used;
	return (struct seats){.places = places, .used = used, .free = left > 0 ? left : 0, .over = left < 0 ? -left : 0};
}
