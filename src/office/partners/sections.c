/* The page of an institution: its codes, its charter in words, and the step to a partner; contacts of a partner. */
#include "office/partners/pages_own.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"

static struct str id_text(struct cx *cx, const void *row) { return uuid_text(cx->arena, ((const struct row *)row)->id); }

static struct str charter(struct cx *cx, const struct institution *i)
{
	int64_t today = cx_today(cx);
	if (i->eche_start == UNKNOWN && i->eche_end == UNKNOWN) return tr(cx, M_institution_no_charter);
	if (i->eche_end != UNKNOWN && i->eche_end < today)
		return tr(cx, M_institution_charter_over, ARG_S("date", date_text(cx, i->eche_end)));
	if (i->eche_start != UNKNOWN && i->eche_start > today)
		return tr(cx, M_institution_charter_coming, ARG_S("date", date_text(cx, i->eche_start)));
	if (i->eche_end == UNKNOWN) return tr(cx, M_institution_charter_open, ARG_S("date", date_text(cx, i->eche_start)));
	return tr(cx, M_institution_charter, ARG_S("date", date_text(cx, i->eche_end)));
}

enum err institution_header(struct cx *cx, const void *row, struct page *page)
{
	const struct institution *i = row;
	page->lede = charter(cx, i);
	if (i->row.archived_ms != UNKNOWN || !actor_everywhere(cx, partner_entity.rights.write)) return OK;
	struct act *acts = ARENA_ARRAY(cx->arena, struct act, page->acts_len + 1);
	for (size_t k = 0; k < page->acts_len; k++) {
		acts[k] = page->acts[k];
		acts[k].primary = false;
	}
	acts[page->acts_len] = (struct act){.text = tr(cx, M_institution_make_partner),
	                                    .icon = ICON_handshake,
	                                    .post = true,
	                                    .primary = true,
	                                    .href = str_fmt(cx->arena, "/institutions/%.*s/partner", STR_ARG(id_text(cx, row)))};
	page->acts = acts;
	page->acts_len++;
	return OK;
}

/* A partner that exists already is opened, not made twice. */
enum err institution_partner_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct partner *partner = entity_new(cx, &partner_entity);
	bool made;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(partner_flow_from_institution(cx, id, partner, &made));
	flash_set(cx, r, p, tr(cx, made ? M_partner_made : M_partner_is_one, ARG_S("name", partner->name)), STR_NONE);
	return reply_redirect(cx, p, str_fmt(cx->arena, "/partners/%.*s", STR_ARG(id_text(cx, partner))));
}

static enum err codes_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	const struct institution *i = row;
	if (str_blank(i->erasmus_code)) return OK;
	part_facts_begin(h);
	part_fact(h, tr(cx, M_institution_code_raw), i->erasmus_code, STR_NONE, STR_NONE);
	part_fact(h, tr(cx, M_institution_code_norm), i->erasmus_code_norm, STR_NONE,
	          str_eq(i->erasmus_code, i->erasmus_code_norm) ? STR_NONE : tr(cx, M_institution_code_why));
	part_facts_end(h);
	return OK;
}
const struct panel institution_codes_panel = {
    .entity = &institution_entity, .title = M_institution_codes, .rail = true, .render = codes_render};

static enum err partners_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &partner_entity, str_fmt(cx->arena, "filter=institution:%.*s", STR_ARG(id_text(cx, row))));
}
const struct panel institution_partner_panel = {.entity = &institution_entity, .title = M_entity_partner_many, .render = partners_render};

static enum err contacts_render(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &contact_entity,
	                    str_fmt(cx->arena, "filter=partner:%.*s&columns=role,email,phone", STR_ARG(id_text(cx, row))));
}
const struct panel partner_contacts_panel = {.entity = &partner_entity, .title = M_entity_contact_many, .render = contacts_render};
