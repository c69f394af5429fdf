/* The list of stays as a monitoring wall: what each waits for, whose turn it is, since when; who waits longest comes first. */
#include "office/stays/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

static int state_message(const struct stay *s, enum stay_urgency u)
{
	bool turn = u == STAY_LATE || u == STAY_WAITING || u == STAY_OURS;
	if (s->state_now == UNKNOWN) return M_base_unknown;
	if (turn && s->state_now == STAY_TO_LEAVE) return M_stay_arrival_open;
	if (turn && s->state_now == STAY_AWAY) return M_stay_return_open;
	return stay_states[s->state_now].label;
}

static struct str state_when(struct cx *cx, const struct stay *s, enum stay_urgency u, int64_t today)
{
	if (u == STAY_LATE) return tr(cx, M_stay_days_late, ARG_N("n", today - s->due_now));
	if ((u == STAY_WAITING || u == STAY_OURS) && s->since_now != UNKNOWN)
		return tr(cx, M_stay_since, ARG_S("date", date_short(cx, s->since_now)));
	if (s->state_now == STAY_TO_LEAVE && s->starts != UNKNOWN) return tr(cx, M_stay_on, ARG_S("date", date_short(cx, s->starts)));
	if (s->state_now == STAY_AWAY && s->ends != UNKNOWN) return tr(cx, M_stay_until, ARG_S("date", date_short(cx, s->ends)));
	if (s->cancelled_ms != UNKNOWN) return tr(cx, M_stay_on, ARG_S("date", date_short(cx, cx_day(cx, s->cancelled_ms))));
	return STR_NONE;
}

void stay_state_part(struct cx *cx, struct html *h, const struct stay *s)
{
	static const struct {
		enum tone tone;
		int icon;
	} looks[] = {[STAY_QUIET] = {TONE_PLAIN, ICON_calendar},
	             [STAY_WAITING] = {TONE_PLAIN, ICON_hourglass},
	             [STAY_OURS] = {TONE_YOURS, ICON_pen_line},
	             [STAY_LATE] = {TONE_STOP, ICON_triangle_alert},
	             [STAY_SETTLED] = {TONE_OK, ICON_check}};
	int64_t today = cx_today(cx);
	enum stay_urgency u = stay_urgency(s, today);
	int icon = s->state_now == STAY_OFF ? ICON_x : s->state_now == STAY_PAST ? ICON_chart_column : looks[u].icon;
	part_state(h, looks[u].tone, icon, tr(cx, state_message(s, u)));
	struct str when = state_when(cx, s, u, today);
	if (str_blank(when)) return;
	html_lit(h, "<span class=\"u\">");
	html_text(h, when);
	html_lit(h, "</span>");
}

static void state_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data) { stay_state_part(cx, h, row); }

static void picture_link(struct cx *cx, struct html *h, const struct list_view *v, const void *data)
{
	if (v->plain || !actor_everywhere(cx, stay_entity.rights.read)) return;
	html_lit(h, "<p class=\"row sm mb\"><a href=\"/stays/picture\">");
	html_tr(cx, h, M_stay_picture);
	html_lit(h, "</a></p>");
}

static const struct list_column columns[] = {{.of = "state_now", .cell = state_cell}, {0}};
const struct list_panel stay_list_panel = {.entity = &stay_entity, .columns = columns, .above = picture_link};
