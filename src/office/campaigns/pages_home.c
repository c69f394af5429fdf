/* What the home page shows of campaigns: what waits for the office, dates, figures. */
#include "base/date.h"
#include "office/campaigns/pages_own.h"
#include "platform/i18n/i18n.h"

enum { HOME_FIGURES = 2, SOON_DAYS = 7 };
static const int64_t DAY_MS = 86400000;

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

static void add_figure(struct cx *cx, struct home *home, const struct campaign_view *v)
{
	*VEC_PUSH(cx->arena, &home->figures) =
	    (struct home_figure){.value = number_text(cx, v->applications),
	                         .href = campaign_path(cx, v->campaign->row.id, ""),
	                         .label = tr(cx, M_home_applications, ARG_N("n", v->applications), ARG_S("year", v->academic_year))};
}

static int64_t day_of(const struct campaign *c, int64_t at_ms)
{
	int offset_s = 0;
	if (!zone_offset(c->zone, at_ms, &offset_s)) offset_s = 0;
	return (at_ms + offset_s * INT64_C(1000)) / DAY_MS;
}

static void add_deadline(struct cx *cx, struct home *home, const struct campaign_view *v)
{
	static const int texts[STAGES] = {[STAGE_COMING] = M_home_opens, [STAGE_OPEN] = M_home_closes, [STAGE_PUBLISHED] = M_home_answers};
	if (v->state.next_ms == UNKNOWN || !texts[v->state.stage] || day_of(v->campaign, v->state.next_ms) < home->today) return;
	*VEC_PUSH(cx->arena, &home->deadlines) = (struct deadline){.date = day_of(v->campaign, v->state.next_ms),
	                                                           .under = campaign_name(cx, v->campaign),
	                                                           .text = tr_args(cx, texts[v->state.stage], NULL),
	                                                           .href = campaign_path(cx, v->campaign->row.id, "")};
}

static void add_task(struct cx *cx, struct home *home, const struct campaign_view *v)
{
	static const struct {
		int act;
		const char *tail;
	} acts[STAGES] = {[STAGE_DRAFT] = {M_camp_open_look, "/open"},
	                  [STAGE_CHECKING] = {M_camp_check, "/files"},
	                  [STAGE_ALLOCATED] = {M_home_publish, "/publish"}};
	enum campaign_stage stage = v->state.stage;
	if (v->state.pen != CAMPAIGN_PEN_OFFICE || !acts[stage].act || !is_office(cx)) return;
	int64_t answer = v->campaign->answer_by_ms;
	struct task t = {.title = tr_args(cx, campaign_stage_next(stage), NULL),
	                 .href = campaign_path(cx, v->campaign->row.id, acts[stage].tail),
	                 .label = tr_args(cx, acts[stage].act, NULL),
	                 .due = UNKNOWN,
	                 .urgency = stage == STAGE_DRAFT ? 1 : 2};
	t.sense = tr(cx, M_home_task, ARG_S("campaign", campaign_name(cx, v->campaign)),
	             ARG_S("applications", tr(cx, M_home_n_applications, ARG_N("n", v->applications))));
	if (stage != STAGE_DRAFT && answer != UNKNOWN) {
		t.due = day_of(v->campaign, answer);
		t.note = tr(cx, M_home_answer_by, ARG_S("date", campaign_day(cx, v->campaign, answer)));
		if (t.due - home->today <= SOON_DAYS) t.urgency = 3;
	}
	*VEC_PUSH(cx->arena, &home->tasks) = t;
}

enum err campaigns_home(struct cx *cx, struct home *home)
{
	struct campaign_view *all;
	size_t len, shown = 0;
	if (!actor_has(cx, ROLES_STAFF)) return OK;
	TRY(campaign_views(cx, &all, &len));
	for (size_t i = 0; i < len; i++) {
		add_task(cx, home, &all[i]);
		add_deadline(cx, home, &all[i]);
		if (runs(&all[i]) && shown++ < HOME_FIGURES) add_figure(cx, home, &all[i]);
	}
	return OK;
}
