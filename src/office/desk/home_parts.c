/* What the desk itself puts on the home page, from the records of earlier folders. Each task opens exactly the records it counts:
 * its number is asked of the list that its link shows. */
#include "office/desk/home_parts.h"
#include "base/date.h"
#include "office/agreements/model.h"
#include "office/desk/imports.h"
#include "office/partners/model.h"
#include "office/people/roles.h"
#include "office/stays/model.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/outbox.h"

/* Habits of display; nothing is decided by them. */
enum { EXPIRY_SOON_DAYS = 183, STALE_DAYS = 180, RAIL_EACH = 4 };

struct asking {
	struct list_query q;
	struct list_page page;
};

static enum err ask_rows(struct cx *cx, void *arg)
{
	struct asking *a = arg;
	return list_run(cx, &a->q, &a->page);
}

static bool next_pair(struct str *query, struct pair *pair)
{
	struct str part;
	if (!str_split(query, '&', &part)) return false;
	if (!str_split(&part, '=', &pair->name)) return false;
	pair->value = part;
	return true;
}

/* Runs the list that "/kind?query" shows; `size` rows of it. */
static enum err ask(struct cx *cx, const struct entity *e, struct str query, int64_t size, struct list_page *out)
{
	struct asking a = {0};
	VEC(struct pair) pairs = {0};
	struct pair pair;
	while (next_pair(&query, &pair))
		*VEC_PUSH(cx->arena, &pairs) = pair;
	*VEC_PUSH(cx->arena, &pairs) = (struct pair){STR("size"), str_fmt(cx->arena, "%lld", (long long)size)};
	TRY(list_query_parse(cx, e, (struct pairs){pairs.ptr, pairs.len}, &a.q));
	TRY(db_tx(cx, DB_READ, ask_rows, &a));
	*out = a.page;
	return OK;
}

static struct str list_href(struct cx *cx, const struct entity *e, struct str query)
{
	return str_fmt(cx->arena, "/%s?%.*s", e->kind, STR_ARG(query));
}
static struct str iso(struct cx *cx, int64_t date) { return date_iso(cx->arena, date); }

static bool works_here(struct cx *cx, const struct entity *e) { return actor_has(cx, e->rights.write) && actor_has(cx, e->rights.read); }

/* --- agreements --- */

static enum err agreements_to_sign(struct cx *cx, struct home *home)
{
	struct list_page page;
	struct str query = STR("filter=signed_there:known&filter=signed_here:unknown&filter=ended:unknown&sort=valid_from");
	TRY(ask(cx, &agreement_entity, query, 1, &page));
	if (!page.len) return OK;
	const struct agreement *first = page.rows[0];
	struct str one = str_fmt(cx->arena, "/agreements/%.*s", STR_ARG(uuid_text(cx->arena, first->row.id)));
	*VEC_PUSH(cx->arena, &home->tasks) =
	    (struct task){.title = tr(cx, M_home_sign, ARG_N("n", page.count)),
	                  .sense = page.count == 1 ? first->title : tr(cx, M_home_sign_sense, ARG_S("title", first->title)),
	                  .note = tr(cx, M_home_sign_note),
	                  .href = page.count == 1 ? one : list_href(cx, &agreement_entity, query),
	                  .label = tr(cx, M_home_sign_act),
	                  .urgency = 3,
	                  .due = first->valid_from};
	return OK;
}

static enum err agreements_expiring(struct cx *cx, struct home *home)
{
	struct list_page page;
	struct str query = str_fmt(cx->arena, "filter=valid_to:ge:%.*s&filter=valid_to:le:%.*s&filter=ended:unknown&sort=valid_to",
	                           STR_ARG(iso(cx, home->today)), STR_ARG(iso(cx, home->today + EXPIRY_SOON_DAYS)));
	TRY(ask(cx, &agreement_entity, query, RAIL_EACH, &page));
	for (size_t i = 0; i < page.len; i++) {
		const struct agreement *a = page.rows[i];
		*VEC_PUSH(cx->arena, &home->deadlines) =
		    (struct deadline){.date = a->valid_to,
		                      .text = tr(cx, M_home_ends, ARG_S("title", a->title)),
		                      .href = str_fmt(cx->arena, "/agreements/%.*s", STR_ARG(uuid_text(cx->arena, a->row.id)))};
	}
	if (!page.len) return OK;
	const struct agreement *first = page.rows[0];
	*VEC_PUSH(cx->arena, &home->tasks) =
	    (struct task){.title = tr(cx, M_home_renew, ARG_N("n", page.count)),
	                  .sense = tr(cx, M_home_renew_sense, ARG_S("title", first->title), ARG_S("date", date_text(cx, first->valid_to))),
	                  .note = tr(cx, M_home_renew_note),
	                  .href = list_href(cx, &agreement_entity, query),
	                  .label = tr(cx, M_home_renew_act),
	                  .urgency = first->valid_to - home->today < 60 ? 3 : 2,
	                  .due = first->valid_to};
	return OK;
}

/* --- partners --- */

static enum err partners_late(struct cx *cx, struct home *home)
{
	struct list_page page;
	struct str query = str_fmt(cx->arena, "filter=next_step_due:lt:%.*s&sort=next_step_due", STR_ARG(iso(cx, home->today)));
	TRY(ask(cx, &partner_entity, query, 1, &page));
	if (!page.len) return OK;
	const struct partner *first = page.rows[0];
	*VEC_PUSH(cx->arena, &home->tasks) =
	    (struct task){.title = tr(cx, M_home_late, ARG_N("n", page.count)),
	                  .sense = tr(cx, M_home_late_sense, ARG_S("name", first->name),
	                              ARG_S("step", str_present(first->next_step) ? first->next_step : STR("\u2013"))),
	                  .note = tr(cx, M_home_late_note, ARG_S("date", date_text(cx, first->next_step_due))),
	                  .href = list_href(cx, &partner_entity, query),
	                  .label = tr(cx, M_home_late_act),
	                  .urgency = 3,
	                  .due = first->next_step_due};
	return OK;
}

static enum err partners_coming(struct cx *cx, struct home *home)
{
	struct list_page page;
	struct str query = str_fmt(cx->arena, "filter=next_step_due:ge:%.*s&sort=next_step_due", STR_ARG(iso(cx, home->today)));
	TRY(ask(cx, &partner_entity, query, RAIL_EACH, &page));
	for (size_t i = 0; i < page.len; i++) {
		const struct partner *p = page.rows[i];
		*VEC_PUSH(cx->arena, &home->deadlines) =
		    (struct deadline){.date = p->next_step_due,
		                      .text = str_present(p->next_step) ? p->next_step : p->name,
		                      .under = str_present(p->next_step) ? p->name : STR_NONE,
		                      .href = str_fmt(cx->arena, "/partners/%.*s", STR_ARG(uuid_text(cx->arena, p->row.id)))};
	}
	return OK;
}

static enum err partners_silent(struct cx *cx, struct home *home)
{
	struct list_page page;
	struct str query = str_fmt(cx->arena, "filter=tier:close&filter=next_step:unknown&filter=last_contact:lt:%.*s&sort=last_contact",
	                           STR_ARG(iso(cx, home->today - STALE_DAYS)));
	TRY(ask(cx, &partner_entity, query, 1, &page));
	if (!page.len) return OK;
	const struct partner *first = page.rows[0];
	*VEC_PUSH(cx->arena, &home->tasks) = (struct task){
	    .title = tr(cx, M_home_silent, ARG_N("n", page.count)),
	    .sense = tr(cx, M_home_silent_sense, ARG_S("name", first->name), ARG_S("date", date_text(cx, first->last_contact))),
	    .href = list_href(cx, &partner_entity, query),
	    .label = tr(cx, M_home_silent_act),
	    .urgency = 1,
	    .due = UNKNOWN};
	return OK;
}

/* --- the desk's own --- */

static enum err mails_unsure(struct cx *cx, struct home *home)
{
	int64_t counts[OUTBOX_STATES];
	TRY(outbox_counts(cx, counts));
	if (counts[0])
		*VEC_PUSH(cx->arena, &home->tasks) = (struct task){.title = tr(cx, M_home_unsure, ARG_N("n", counts[0])),
		                                                   .sense = tr(cx, M_home_unsure_sense),
		                                                   .href = STR("/mails?state=unsure"),
		                                                   .label = tr(cx, M_home_unsure_act),
		                                                   .urgency = 3,
		                                                   .due = UNKNOWN};
	if (counts[1])
		*VEC_PUSH(cx->arena, &home->tasks) = (struct task){.title = tr(cx, M_home_failed, ARG_N("n", counts[1])),
		                                                   .sense = tr(cx, M_home_failed_sense),
		                                                   .href = STR("/mails?state=failed"),
		                                                   .label = tr(cx, M_home_failed_act),
		                                                   .urgency = 2,
		                                                   .due = UNKNOWN};
	return OK;
}

static enum err imports_unfinished(struct cx *cx, struct home *home)
{
	struct import_file *files;
	size_t len, n = 0, first = 0;
	TRY(import_recent(cx, 50, &files, &len));
	for (size_t i = len; i > 0; i--)
		if (str_is(files[i - 1].state, "ready")) n++, first = i - 1;
	if (!n) return OK;
	*VEC_PUSH(cx->arena, &home->tasks) = (struct task){
	    .title = tr(cx, M_home_import, ARG_N("n", (int64_t)n)),
	    .sense = tr(cx, M_home_import_sense, ARG_S("name", files[first].name)),
	    .note = tr(cx, M_home_import_note),
	    .href = n == 1 ? str_fmt(cx->arena, "/imports/%.*s", STR_ARG(uuid_text(cx->arena, files[first].id))) : STR("/imports"),
	    .label = tr(cx, M_home_import_act),
	    .urgency = 1,
	    .due = UNKNOWN};
	return OK;
}

/* --- figures --- */

struct figure_of {
	const struct entity *entity;
	struct str query, of; /* of: the query of the denominator; absent: none */
	int label;
};

static enum err figure(struct cx *cx, struct home *home, const struct figure_of *f)
{
	struct list_page page, all = {0};
	if (!actor_has(cx, f->entity->rights.read)) return OK;
	TRY(ask(cx, f->entity, f->query, 1, &page));
	if (str_present(f->of)) TRY(ask(cx, f->entity, f->of, 1, &all));
	bool many = page.count > LIST_COUNT_EXACT;
	struct str out_of = STR_NONE;
	if (str_present(f->of) && all.count <= LIST_COUNT_EXACT) out_of = str_fmt(cx->arena, "/ %.*s", STR_ARG(number_text(cx, all.count)));
	struct str value = number_text(cx, many ? LIST_COUNT_EXACT : page.count);
	*VEC_PUSH(cx->arena, &home->figures) = (struct home_figure){.value = many ? str_fmt(cx->arena, "%.*s+", STR_ARG(value)) : value,
	                                                            .out_of = out_of,
	                                                            .label = tr_args(cx, f->label, NULL),
	                                                            .href = list_href(cx, f->entity, f->query)};
	return OK;
}

static enum err figures(struct cx *cx, struct home *home)
{
	struct str today = iso(cx, home->today);
	const struct figure_of list[] = {
	    {&agreement_entity,
	     str_fmt(cx->arena, "filter=valid_from:le:%.*s&filter=valid_to:ge:%.*s&filter=signed_here:known&filter=signed_there:known",
	             STR_ARG(today), STR_ARG(today)),
	     STR("sort=valid_to"), M_home_fig_agreements},
	    {&partner_entity, STR("filter=tier:close"), STR("sort=name"), M_home_fig_close},
	    {&stay_entity,
	     str_fmt(cx->arena, "filter=direction:out&filter=starts:le:%.*s&filter=ends:ge:%.*s", STR_ARG(today), STR_ARG(today)), STR_NONE,
	     M_home_fig_out},
	    {&stay_entity,
	     str_fmt(cx->arena, "filter=direction:in&filter=starts:le:%.*s&filter=ends:ge:%.*s", STR_ARG(today), STR_ARG(today)), STR_NONE,
	     M_home_fig_in},
	};
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		TRY(figure(cx, home, &list[i]));
	return OK;
}

enum err home_parts(struct cx *cx, struct home *home)
{
	if (works_here(cx, &agreement_entity)) {
		TRY(agreements_to_sign(cx, home));
		TRY(agreements_expiring(cx, home));
	}
	if (works_here(cx, &partner_entity)) {
		TRY(partners_late(cx, home));
		TRY(partners_coming(cx, home));
		TRY(partners_silent(cx, home));
	}
	if (actor_everywhere(cx, ROLE_ADMIN | ROLE_OFFICE)) {
		TRY(mails_unsure(cx, home));
		TRY(imports_unfinished(cx, home));
	}
	return figures(cx, home);
}
