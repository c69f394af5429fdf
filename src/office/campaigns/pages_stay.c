/* "My stay": the steps of the student's own stay, who must act now, and its facts. */
#include "office/campaigns/pages_stay.h"
#include "base/date.h"
#include "office/stays/rules.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "stay.tpl.h"

void stay_steps(struct cx *cx, struct html *h, const struct stay_page *p)
{
	struct step steps[STAY_STEPS];
	for (size_t i = 0; i < p->timeline->len; i++) {
		const struct stay_step_line *l = &p->timeline->lines[i];
		bool done = l->state == STAY_STEP_DONE || l->state == STAY_STEP_UNRECORDED;
		steps[i] = (struct step){.state = done                        ? STEP_DONE
		                                  : l->state == STAY_STEP_NOW ? STEP_NOW
		                                                              : STEP_COMING,
		                         .text = tr_args(cx, stay_step_label(l->step), NULL)};
		if (l->state == STAY_STEP_UNRECORDED)
			steps[i].when = tr(cx, M_mystay_unrecorded);
		else if (l->date != UNKNOWN)
			steps[i].when = date_text(cx, l->date);
	}
	part_timeline(h, tr(cx, M_mystay_steps), steps, p->timeline->len);
}

static void fact(struct cx *cx, struct stay_page *p, int label, struct str value)
{
	if (!str_blank(value)) p->facts.ptr[p->facts.len++] = (struct stay_fact){tr_args(cx, label, NULL), value};
}

static void fill_facts(struct cx *cx, struct stay_page *p)
{
	const struct stay *s = p->stay;
	p->facts.ptr = ARENA_ARRAY(cx->arena, struct stay_fact, 8);
	fact(cx, p, M_stay_number, s->number);
	fact(cx, p, M_stay_activity, s->activity == UNKNOWN ? STR_NONE : tr_args(cx, stay_activities[s->activity].label, NULL));
	fact(cx, p, M_stay_starts, s->starts == UNKNOWN ? tr(cx, M_camp_unknown) : date_text(cx, s->starts));
	fact(cx, p, M_stay_ends, s->ends == UNKNOWN ? tr(cx, M_camp_unknown) : date_text(cx, s->ends));
}

/* What has to happen, in words for the one who goes. */
static const int steps_now[STAY_STEPS] = {
    [STAY_ACCEPTED] = M_mystay_do_accept, [STAY_NOMINATED] = M_mystay_do_nominate, [STAY_HOST_ACCEPTED] = M_mystay_do_host,
    [STAY_ARRIVED] = M_mystay_do_arrive,  [STAY_BACK] = M_mystay_do_back,          [STAY_RECOGNISED] = M_mystay_do_recognise};

/* "Bouchard Inès, Bergen, 2027-28": she knows her name. */
static struct str own_title(const struct stay *s)
{
	size_t comma = str_find(s->title, STR(", "));
	return comma == STR_NPOS ? s->title : str_sub(s->title, comma + 2, s->title.len);
}

static enum err stay_show(struct cx *cx, const struct request *r, struct reply *rep, struct stay *const *stays, size_t len, size_t at)
{
	struct stay_timeline t;
	struct stay_page p = {.stay = stays[at], .timeline = &t};
	stay_timeline(stays[at], cx_today(cx), &STAY_TERMS_NONE, &t);
	bool yours = t.pen.who == STAY_PEN_PERSON;
	p.now_title = tr(cx, M_mystay_nothing);
	for (size_t i = 0; i < t.len; i++)
		if (t.lines[i].state == STAY_STEP_NOW && steps_now[t.lines[i].step])
			p.now_title = tr_args(cx, steps_now[t.lines[i].step], NULL);
	static const int who[] = {M_mystay_now_nobody, M_mystay_now_you, M_mystay_now_office, M_mystay_now_partner};
	p.now_text = tr_args(cx, who[t.pen.who], NULL);
	fill_facts(cx, &p);
	p.others.ptr = ARENA_ARRAY(cx->arena, struct stay_link, len);
	for (size_t i = 0; i < len; i++)
		if (i != at)
			p.others.ptr[p.others.len++] = (struct stay_link){
			    own_title(stays[i]), str_fmt(cx->arena, "/my/stay?stay=%.*s", STR_ARG(id_text(cx, stays[i]->row.id)))};
	struct pen pen = {.yours = yours,
	                  .text = tr(cx, yours ? M_mystay_pen_yours : M_mystay_pen_theirs, ARG_S("what", p.now_title)),
	                  .strong = p.now_title};
	if (t.pen.due != UNKNOWN) {
		pen.due_strong = date_text(cx, t.pen.due);
		pen.due = tr(cx, M_camp_pen_due, ARG_S("date", pen.due_strong));
	}
	struct page page = {.title = own_title(stays[at]),
	                    .lede = tr(cx, M_mystay_lede),
	                    .nav = "/my/stay",
	                    .pen = t.pen.who == STAY_PEN_NOBODY ? NULL : &pen};
	struct html *h = page_begin(cx, r, rep, &page);
	tpl_stay_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err stay_get(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct stay **stays;
	size_t len, at = 0;
	struct uuid wanted;
	TRY(my_stays(cx, &stays, &len));
	if (len == 0) {
		struct act act = {.text = tr(cx, M_find_title), .href = STR("/stays/find"), .primary = true};
		struct page page = {.title = tr(cx, M_mystay_title), .nav = "/my/stay"};
		struct html *h = page_begin(cx, r, rep, &page);
		part_empty(h, ICON_map_pinned, tr(cx, M_mystay_none), &act, STR_NONE);
		return page_end(cx, r, rep, &page);
	}
	if (uuid_parse(request_query(r, "stay"), &wanted))
		for (size_t i = 0; i < len; i++)
			if (uuid_eq(stays[i]->row.id, wanted)) at = i;
	return stay_show(cx, r, rep, stays, len, at);
}

const struct route stay_page_routes[] = {{HTTP_GET, "/my/stay", stay_get, 0, NULL}, {0}};
