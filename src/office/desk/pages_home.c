/* Home: three things to do, then what falls due, then figures. */
#include "base/date.h"
#include "office/desk/desk.h"
#include "office/desk/home_parts.h"
#include "office/desk/pages.h"
#include "office/people/roles.h"
#include "platform/assets/icons.h"
#include "platform/entity/actor.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

enum { TASKS_SHOWN = 3, DEADLINES_SHOWN = 6, FIGURES_SHOWN = 4 };

/* The most urgent first; among equals what falls due first. */
static int by_urgency(const void *x, const void *y)
{
	const struct task *a = x, *b = y;
	if (a->urgency != b->urgency) return b->urgency - a->urgency;
	int64_t da = a->due == UNKNOWN ? INT64_MAX : a->due, db = b->due == UNKNOWN ? INT64_MAX : b->due;
	return (da > db) - (da < db);
}

static int by_date(const void *x, const void *y)
{
	const struct deadline *a = x, *b = y;
	return (a->date > b->date) - (a->date < b->date);
}

static enum err collect(struct cx *cx, struct home *home)
{
	const home_fn *others = desk_config()->home;
	home->today = cx_today(cx);
	for (size_t i = 0; others && others[i]; i++) /* what runs now stands before what always holds */
		TRY(others[i](cx, home));
	TRY(home_parts(cx, home));
	if (home->tasks.len) qsort(home->tasks.ptr, home->tasks.len, sizeof *home->tasks.ptr, by_urgency);
	if (home->deadlines.len) qsort(home->deadlines.ptr, home->deadlines.len, sizeof *home->deadlines.ptr, by_date);
	return OK;
}

static void tasks(struct html *h, const struct home *home)
{
	html_lit(h, "<ol class=\"next sheet\">");
	for (size_t i = 0; i < home->tasks.len && i < TASKS_SHOWN; i++) {
		const struct task *t = &home->tasks.ptr[i];
		html_lit(h, "<li><span class=\"no\" aria-hidden=\"true\">");
		html_int(h, (int64_t)i + 1);
		html_lit(h, "</span><div><h2>");
		html_text(h, t->title);
		html_lit(h, "</h2><p>");
		html_text(h, t->sense);
		html_lit(h, "</p>");
		if (!str_blank(t->note)) {
			html_lit(h, "<p class=\"muted sm\">");
			html_text(h, t->note);
			html_lit(h, "</p>");
		}
		html_lit(h, "</div>");
		part_act(h, &(struct act){.text = t->label, .href = t->href, .primary = i == 0}, STR_NONE);
		html_lit(h, "</li>");
	}
	html_lit(h, "</ol>\n");
}

static void rest(struct cx *cx, struct html *h, const struct home *home)
{
	if (home->tasks.len <= TASKS_SHOWN) return;
	html_section_begin(h, "rest", tr(cx, M_home_rest), tr(cx, M_home_rest_note), NULL, STR_NONE);
	static const int labels[] = {M_home_rest_what, M_home_rest_due};
	static const char *const classes[] = {NULL, "num"};
	html_table_begin(cx, h, tr(cx, M_home_rest), labels, classes, 2);
	for (size_t i = TASKS_SHOWN; i < home->tasks.len; i++) {
		const struct task *t = &home->tasks.ptr[i];
		html_lit(h, "<tr><td><a class=\"t\"");
		html_url(h, "href", t->href);
		html_lit(h, ">");
		html_text(h, t->title);
		html_lit(h, "</a><span class=\"u\">");
		html_text(h, t->sense);
		html_lit(h, "</span></td>");
		html_cell(h, "num muted", t->due == UNKNOWN ? STR_NONE : date_short(cx, t->due));
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	html_section_end(h);
}

/* "nov.", with the year when it is not this one. */
static struct str month_short(struct cx *cx, int64_t date, int64_t today)
{
	static const int months[] = {M_home_month_01, M_home_month_02, M_home_month_03, M_home_month_04, M_home_month_05, M_home_month_06,
	                             M_home_month_07, M_home_month_08, M_home_month_09, M_home_month_10, M_home_month_11, M_home_month_12};
	struct civil c = date_civil(date);
	struct str month = tr_args(cx, months[c.month - 1], NULL);
	bool this_year = c.year == date_civil(today).year;
	return this_year ? str_fmt(cx->arena, " %.*s", STR_ARG(month)) : str_fmt(cx->arena, " %.*s %d", STR_ARG(month), c.year);
}

static struct str in_days(struct cx *cx, int64_t days)
{
	return days == 0 ? tr(cx, M_home_today) : tr(cx, M_home_in_days, ARG_N("n", days));
}

static void deadlines(struct cx *cx, struct html *h, const struct home *home)
{
	html_section_begin(h, "dates", tr(cx, M_home_dates), STR_NONE, NULL, STR_NONE);
	if (!home->deadlines.len) {
		html_lit(h, "<p class=\"soft\">");
		html_tr(cx, h, M_home_dates_none);
		html_lit(h, "</p>");
	}
	html_lit(h, "<ol class=\"dates\">");
	for (size_t i = 0; i < home->deadlines.len && i < DEADLINES_SHOWN; i++) {
		const struct deadline *d = &home->deadlines.ptr[i];
		html_lit(h, "<li><a");
		html_url(h, "href", d->href);
		html_lit(h, "><span class=\"d\"><b>");
		html_int(h, date_civil(d->date).day);
		html_lit(h, "</b>");
		html_text(h, month_short(cx, d->date, home->today));
		html_lit(h, "</span><span>");
		html_text(h, d->text);
		html_lit(h, "<span class=\"u\">");
		if (!str_blank(d->under)) {
			html_text(h, d->under);
			html_lit(h, ", ");
		}
		html_text(h, in_days(cx, d->date - home->today));
		html_lit(h, "</span></span></a></li>");
	}
	html_lit(h, "</ol>");
	html_section_end(h);
}

static void figures(struct cx *cx, struct html *h, const struct home *home)
{
	if (!home->figures.len) return;
	html_section_begin(h, "figs", tr(cx, M_home_figures), STR_NONE, NULL, STR_NONE);
	part_figures_begin(h, false);
	for (size_t i = 0; i < home->figures.len && i < FIGURES_SHOWN; i++) {
		const struct home_figure *f = &home->figures.ptr[i];
		part_figure(h, f->href, f->value, f->out_of, f->label);
	}
	part_figures_end(h);
	html_section_end(h);
}

static struct str weekday_and_date(struct cx *cx, int64_t date)
{
	static const int days[] = {M_home_monday, M_home_tuesday,  M_home_wednesday, M_home_thursday,
	                           M_home_friday, M_home_saturday, M_home_sunday};
	return tr(cx, days[date_weekday(date) - 1], ARG_S("date", date_text(cx, date)));
}

static void nothing(struct cx *cx, struct html *h, const struct home *home)
{
	bool imports = actor_everywhere(cx, ROLE_ADMIN | ROLE_OFFICE), begun = home->deadlines.len > 0;
	for (size_t i = 0; i < home->figures.len; i++)
		begun |= !str_is(home->figures.ptr[i].value, "0");
	struct act act = imports && !begun ? (struct act){.text = tr(cx, M_home_empty_import), .href = STR("/imports"), .primary = true}
	                                   : (struct act){.text = tr(cx, M_home_empty_search), .href = STR("/search")};
	part_empty(h, ICON_circle_check, tr(cx, !imports ? M_home_empty_reader : begun ? M_home_calm : M_home_empty), &act, STR_NONE);
}

static enum err office_home(struct cx *cx, const struct request *r, struct reply *p)
{
	struct home home = {0};
	TRY(collect(cx, &home));
	int64_t n = (int64_t)(home.tasks.len < TASKS_SHOWN ? home.tasks.len : TASKS_SHOWN);
	static const int titles[] = {M_home_title_none, M_home_title_one, M_home_title_two, M_home_title_three};
	struct str day = weekday_and_date(cx, home.today);
	struct page page = {.title = tr_args(cx, titles[n], NULL), .lede = n == TASKS_SHOWN ? tr(cx, M_home_lede, ARG_S("day", day)) : day};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"cols\"><div class=\"stack\">");
	if (home.tasks.len)
		tasks(h, &home);
	else
		nothing(cx, h, &home);
	rest(cx, h, &home);
	html_lit(h, "</div><div class=\"stack\">");
	deadlines(cx, h, &home);
	figures(cx, h, &home);
	html_lit(h, "</div></div>");
	return page_end(cx, r, p, &page);
}

static enum err home_get(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct desk_config *c = desk_config();
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	if (c->student_start && c->is_student && c->is_student(cx)) return reply_redirect(cx, p, str_of(c->student_start));
	return office_home(cx, r, p);
}

const struct route home_routes[] = {
    {HTTP_GET, "/", home_get, 0, NULL},
    {0},
};
