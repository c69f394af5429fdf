/* The page of an agreement: who holds the pen, its conditions; and what agreements add to a partner's page. */
#include "office/agreements/pages_own.h"
#include "office/agreements/store.h"
#include "platform/i18n/i18n.h"

static struct str id_text(struct cx *cx, const void *row) { return uuid_text(cx->arena, ((const struct row *)row)->id); }

struct partner_name {
	struct uuid id;
	struct str name;
};

static enum err load_name(struct cx *cx, void *arg)
{
	struct partner_name *n = arg;
	struct partner *p = entity_new(cx, &partner_entity);
	bool found;
	TRY(entity_load(cx, &partner_entity, n->id, p, &found));
	n->name = !found ? STR_NONE : str_blank(p->short_name) ? p->name : p->short_name;
	return OK;
}

static int pen_message(enum agreement_status status)
{
	switch (status) {
	case AGREEMENT_DRAFT: return M_agreement_pen_draft;
	case AGREEMENT_WAITING_US: return M_agreement_pen_us;
	case AGREEMENT_WAITING_PARTNER: return M_agreement_pen_partner;
	case AGREEMENT_SOON: return M_agreement_pen_soon;
	default: return 0;
	}
}

static enum err pen_of(struct cx *cx, const struct agreement *a, struct pen *pen, bool *any)
{
	struct agreement_state s = agreement_status(a, cx_today(cx));
	struct partner_name n = {.id = a->partner};
	int message = a->row.archived_ms == UNKNOWN ? pen_message(s.status) : 0;
	*any = message && s.pen != AGREEMENT_PEN_NOBODY;
	if (!*any) return OK;
	TRY(db_tx(cx, DB_READ, load_name, &n));
	*pen = (struct pen){.yours = s.pen == AGREEMENT_PEN_US, .text = tr(cx, message, ARG_S("partner", n.name))};
	if (!pen->yours) pen->strong = n.name;
	if (s.since != UNKNOWN) pen->since = tr(cx, M_agreement_for_days, ARG_N("n", cx_today(cx) - s.since));
	if (s.status == AGREEMENT_SOON && s.until != UNKNOWN) {
		pen->due_strong = date_text(cx, s.until);
		pen->due = tr(cx, M_agreement_until, ARG_S("date", pen->due_strong));
	}
	return OK;
}

static struct act *acts_with(struct cx *cx, const struct page *page, struct act more)
{
	struct act *acts = ARENA_ARRAY(cx->arena, struct act, page->acts_len + 1);
	acts[0] = more;
	for (size_t i = 0; i < page->acts_len; i++)
		acts[i + 1] = page->acts[i];
	return acts;
}

enum err agreement_header(struct cx *cx, const void *row, struct page *page)
{
	const struct agreement *a = row;
	struct pen *pen = ARENA_NEW(cx->arena, struct pen);
	bool any;
	TRY(pen_of(cx, a, pen, &any));
	if (any) page->pen = pen;
	struct tag_text *tags = ARENA_ARRAY(cx->arena, struct tag_text, 2);
	tags[0] = (struct tag_text){a->number, TONE_PLAIN};
	tags[1] = (struct tag_text){tr(cx, agreement_status_label(agreement_status(a, cx_today(cx)).status)), TONE_PLAIN};
	page->tags = tags;
	page->tags_len = 2;
	if (a->row.archived_ms != UNKNOWN || !actor_everywhere(cx, condition_entity.rights.write)) return OK;
	page->acts = acts_with(cx, page,
	                       (struct act){.text = tr(cx, M_condition_new),
	                                    .href = str_fmt(cx->arena, "/conditions/new?agreement=%.*s", STR_ARG(id_text(cx, row)))});
	page->acts_len++;
	return OK;
}

static enum err conditions_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(
	    cx, h, &condition_entity,
	    str_fmt(cx->arena, "filter=agreement:%.*s&columns=mobility,direction,isced_f,language", STR_ARG(id_text(cx, row))));
}
const struct panel agreement_conditions_panel = {
    .entity = &agreement_entity, .title = M_entity_condition_many, .render = conditions_render};

/* --- on the partner's page --- */

struct of_partner {
	struct uuid partner;
	struct agreement **rows;
	size_t len;
};

static enum err load_agreements(struct cx *cx, void *arg)
{
	struct of_partner *o = arg;
	return agreement_store_of_partner(cx, o->partner, &o->rows, &o->len);
}

/* The pen of the agreement that waits, above the agreements. */
static enum err agreements_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct of_partner o = {.partner = ((const struct row *)row)->id};
	if (!actor_has(cx, agreement_entity.rights.read)) return OK;
	TRY(db_tx(cx, DB_READ, load_agreements, &o));
	for (size_t i = 0; i < o.len; i++) {
		struct pen pen;
		bool any;
		TRY(pen_of(cx, o.rows[i], &pen, &any));
		if (!any) continue;
		part_pen(h, &pen);
		break;
	}
	return html_related(cx, h, &agreement_entity,
	                    str_fmt(cx->arena, "filter=partner:%.*s&sort=-valid_from&columns=kind,valid_to", STR_ARG(id_text(cx, row))));
}
const struct panel partner_agreements_panel = {.entity = &partner_entity, .title = M_entity_agreement_many, .render = agreements_render};

static enum err places_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct of_partner o = {.partner = ((const struct row *)row)->id};
	if (!actor_has(cx, condition_entity.rights.read)) return OK;
	TRY(db_tx(cx, DB_READ, load_agreements, &o));
	if (!o.len) return OK;
	struct sb query;
	sb_init(&query, cx->arena, 8192);
	for (size_t i = 0; i < o.len && i < 50; i++)
		sb_fmt(&query, "filter=agreement:%.*s&", STR_ARG(id_text(cx, o.rows[i])));
	SB_LIT(&query, "columns=mobility,direction,language");
	return html_related(cx, h, &condition_entity, sb_str(&query));
}
const struct panel partner_conditions_panel = {.entity = &partner_entity, .title = M_entity_condition_many, .render = places_render};
