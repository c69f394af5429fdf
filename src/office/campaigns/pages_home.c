/* What home pages show of campaigns: figures, and who has to do what next. */
#include "office/campaigns/pages_own.h"
#include "platform/i18n/i18n.h"

enum { HOME_FIGURES = 2, HOME_TASKS = 6 };

static bool runs(const struct campaign_view *v) { return v->state.stage != STAGE_ANSWERED && v->state.stage != STAGE_DRAFT; }

enum err campaigns_count(struct cx *cx, int64_t *n)
{
	struct campaign_view *all;
	size_t len;
	*n = 0;
	TRY(campaign_views(cx, &all, &len));
	for (size_t i = 0; i < len; i++)
		*n += runs(&all[i]);
	return OK;
}

enum err campaigns_home_figures(struct cx *cx, const struct request *r, struct html *h)
{
	struct campaign_view *all;
	size_t len, shown = 0;
	TRY(campaign_views(cx, &all, &len));
	for (size_t i = 0; i < len && shown < HOME_FIGURES; i++) {
		const struct campaign_view *v = &all[i];
		if (!runs(v)) continue;
		shown++;
		part_figure(h, campaign_path(cx, v->campaign->row.id, ""), number_text(cx, v->applications), STR_NONE,
			    tr(cx, M_home_applications, ARG_N("n", v->applications), ARG_S("year", v->academic_year)));
		part_figure(h, str_fmt(cx->arena, "/opportunities?filter=campaign:%.*s", STR_ARG(id_text(cx, v->campaign->row.id))), number_text(cx, v->seats),
			    STR_NONE, tr(cx, M_home_places, ARG_N("n", v->seats), ARG_N("options", v->opportunities)));
	}
	return OK;
}

static struct campaign_task office_task(struct cx *cx, const struct campaign_view *v)
{
	static const struct {
		int act;
		const char *tail;
	} acts[STAGES] = {[STAGE_DRAFT] = {M_camp_open_look, "/open"},	     [STAGE_COMING] = {M_home_look, ""},
			  [STAGE_OPEN] = {M_home_look, ""},		     [STAGE_CHECKING] = {M_camp_check, "/files"},
			  [STAGE_ALLOCATED] = {M_home_publish, "/publish"}, [STAGE_PUBLISHED] = {M_camp_see_answers, "/answers"},
			  [STAGE_ANSWERED] = {M_home_look, ""}};
	struct campaign_task t = {.title = tr_args(cx, campaign_stage_next(v->state.stage), NULL), .due_ms = v->state.next_ms, .yours = v->state.pen == CAMPAIGN_PEN_OFFICE};
	t.text = tr(cx, M_home_task, ARG_S("campaign", campaign_name(cx, v->campaign)), ARG_S("applications", tr(cx, M_home_n_applications, ARG_N("n", v->applications))));
	if (v->state.next_ms != UNKNOWN) t.due = tr(cx, M_camp_pen_due, ARG_S("date", instant_text(cx, v->state.next_ms, v->campaign->zone)));
	t.href = campaign_path(cx, v->campaign->row.id, acts[v->state.stage].tail);
	t.act = tr_args(cx, acts[v->state.stage].act, NULL);
	return t;
}

/* Those of the reader first, then by date; few of them, so that a plain insertion does. */
static void insert(struct campaign_task *list, size_t *len, struct campaign_task t)
{
	size_t i = *len;
	int64_t due = t.due_ms == UNKNOWN ? INT64_MAX : t.due_ms;
	for (; i > 0; i--) {
		int64_t other = list[i - 1].due_ms == UNKNOWN ? INT64_MAX : list[i - 1].due_ms;
		if (list[i - 1].yours > t.yours || (list[i - 1].yours == t.yours && other <= due)) break;
		list[i] = list[i - 1];
	}
	list[i] = t;
	(*len)++;
}

enum err campaigns_home_tasks(struct cx *cx, struct campaign_task **out, size_t *len)
{
	struct campaign_view *all;
	size_t n;
	TRY(campaign_views(cx, &all, &n));
	*out = ARENA_ARRAY(cx->arena, struct campaign_task, n + 1);
	*len = 0;
	for (size_t i = 0; i < n; i++)
		if (all[i].state.stage != STAGE_ANSWERED) insert(*out, len, office_task(cx, &all[i]));
	return OK;
}

static bool student_task(struct cx *cx, const struct campaign_view *v, const struct my_application *mine, struct campaign_task *t)
{
	const struct campaign *c = v->campaign;
	*t = (struct campaign_task){.text = campaign_name(cx, c), .due_ms = UNKNOWN, .yours = true};
	if (mine && mine->stage == APPLICATION_OFFERED) {
		t->title = tr(cx, M_offer_title, ARG_S("place", mine->place));
		t->href = str_fmt(cx->arena, "/applications/%.*s", STR_ARG(id_text(cx, mine->application->row.id)));
		t->act = tr(cx, M_home_answer);
		t->due_ms = mine->answer_by_ms;
	} else if (v->state.stage == STAGE_OPEN && (!mine || mine->stage == APPLICATION_WITHDRAWN)) {
		t->title = tr(cx, M_find_title);
		t->href = str_fmt(cx->arena, "/stays/find?campaign=%.*s", STR_ARG(id_text(cx, c->row.id)));
		t->act = tr(cx, M_find_title);
		t->due_ms = c->closes_ms;
	} else {
		return false;
	}
	if (t->due_ms != UNKNOWN) t->due = tr(cx, M_camp_pen_due, ARG_S("date", instant_text(cx, t->due_ms, c->zone)));
	return true;
}

enum err campaigns_student_tasks(struct cx *cx, struct campaign_task **out, size_t *len)
{
	struct campaign_view *all;
	struct my_application *mine = NULL;
	size_t n, nmine = 0;
	TRY(campaign_views(cx, &all, &n));
	if (cx->actor && !uuid_none(cx->actor->person)) TRY(my_applications(cx, cx->actor->person, &mine, &nmine));
	*out = ARENA_ARRAY(cx->arena, struct campaign_task, n + 1);
	*len = 0;
	for (size_t i = 0; i < n; i++) {
		const struct my_application *own = NULL;
		struct campaign_task t;
		for (size_t j = 0; j < nmine; j++)
			if (uuid_eq(mine[j].campaign->row.id, all[i].campaign->row.id)) own = &mine[j];
		if (student_task(cx, &all[i], own, &t)) insert(*out, len, t);
	}
	return OK;
}
