/* Agreements and conditions in lists: the derived status, what a condition asks. */
#include "base/date.h"
#include "office/agreements/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

void agreement_status_part(struct cx *cx, struct html *h, const struct agreement *a)
{
	static const struct {
		enum tone tone;
		int icon;
	} looks[AGREEMENT_STATUSES] = {
	    [AGREEMENT_DRAFT] = {TONE_YOURS, ICON_pen_line},
	    [AGREEMENT_WAITING_US] = {TONE_YOURS, ICON_pen_line},
	    [AGREEMENT_WAITING_PARTNER] = {TONE_PLAIN, ICON_hourglass},
	    [AGREEMENT_COMING] = {TONE_PLAIN, ICON_calendar},
	    [AGREEMENT_IN_FORCE] = {TONE_OK, ICON_check},
	    [AGREEMENT_SOON] = {TONE_WAIT, ICON_clock},
	    [AGREEMENT_EXPIRED] = {TONE_STOP, ICON_triangle_alert},
	    [AGREEMENT_ENDED] = {TONE_PLAIN, ICON_x},
	};
	struct agreement_state s = agreement_status(a, cx_today(cx));
	part_state(h, looks[s.status].tone, looks[s.status].icon, tr(cx, agreement_status_label(s.status)));
}

static void status_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data) { agreement_status_part(cx, h, row); }

static void kind_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct agreement *a = row;
	if (a->kind == UNKNOWN)
		html_lit(h, "<span class=\"muted\">\u2013</span>");
	else
		html_tr(cx, h, agreement_kind_short(a->kind));
}

static const struct list_column agreement_columns[] = {
    {.label = M_agreement_status, .after = "title", .cell = status_cell}, {.of = "kind", .cell = kind_cell}, {0}};
const struct list_panel agreement_list_panel = {.entity = &agreement_entity, .columns = agreement_columns};

static void one_language(struct cx *cx, struct html *h, struct str language, struct str level)
{
	html_lit(h, "<span class=\"nowrap\">");
	html_text(h, code_label(cx, STR("language"), language));
	html_lit(h, " ");
	html_text(h, level);
	html_lit(h, "</span>");
}

static void language_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct condition *c = row;
	if (str_blank(c->language))
		html_lit(h, "<span class=\"muted\">\u2013</span>");
	else
		one_language(cx, h, c->language, c->cefr);
	if (str_blank(c->language2)) return;
	html_lit(h, ", ");
	one_language(cx, h, c->language2, c->cefr2);
}

static void eqf_cell(struct cx *cx, struct html *h, const void *row, size_t i, const void *data)
{
	const struct condition *c = row;
	int64_t from = c->eqf_from == UNKNOWN ? c->eqf_to : c->eqf_from, to = c->eqf_to == UNKNOWN ? c->eqf_from : c->eqf_to;
	if (from == UNKNOWN)
		html_lit(h, "<span class=\"muted\">\u2013</span>");
	else if (from == to)
		html_number(cx, h, from);
	else
		html_text(h, str_fmt(cx->arena, "%lld\u2013%lld", (long long)from, (long long)to));
}

static const struct list_column condition_columns[] = {
    {.of = "language", .cell = language_cell}, {.label = M_condition_eqf, .after = "isced_f", .cell = eqf_cell}, {0}};
const struct list_panel condition_list_panel = {.entity = &condition_entity, .columns = condition_columns};
