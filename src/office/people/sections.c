/* The page of a person: identifiers, languages, posts, account; the people of a unit. */
#include "office/people/accounts.h"
#include "office/people/pages_own.h"
#include "platform/i18n/i18n.h"

static struct str query_of(struct cx *cx, const char *field, const void *row, const char *rest)
{
	return str_fmt(cx->arena, "filter=%s:%.*s&%s", field, STR_ARG(uuid_text(cx->arena, ((const struct row *)row)->id)), rest);
}

enum err person_header(struct cx *cx, const void *row, struct page *page)
{
	const struct person *p = row;
	if (str_blank(p->number)) return OK;
	struct tag_text *tag = ARENA_NEW(cx->arena, struct tag_text);
	*tag = (struct tag_text){p->number, TONE_PLAIN};
	page->tags = tag;
	page->tags_len = 1;
	return OK;
}

static enum err identifiers(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &identifier_entity, query_of(cx, "person", row, "columns=scheme"));
}
const struct panel person_identifiers_panel = {.entity = &person_entity, .title = M_entity_identifier_many, .render = identifiers};

static enum err languages(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &language_level_entity, query_of(cx, "person", row, "sort=-tested&columns=proof,tested"));
}
const struct panel person_languages_panel = {.entity = &person_entity, .title = M_entity_language_level_many, .render = languages};

static enum err posts(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &employment_entity, query_of(cx, "person", row, "columns=unit,category,starts"));
}
const struct panel person_posts_panel = {.entity = &person_entity, .title = M_entity_employment_many, .render = posts};

static enum err unit_people(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &person_entity, query_of(cx, "unit", row, "columns=email,nationality"));
}
const struct panel unit_people_panel = {.entity = &unit_entity, .title = M_entity_person_many, .render = unit_people};

static enum err account(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	struct account a;
	bool found;
	TRY(account_of_person(cx, ((const struct row *)row)->id, &a, &found));
	html_lit(h, "<p>");
	if (!found) {
		html_tr(cx, h, M_person_no_account);
		html_lit(h, "</p>");
		return OK;
	}
	html_text(h, a.email);
	html_lit(h, "<span class=\"u sm muted\"> ");
	if (a.disabled_ms != UNKNOWN)
		html_tr(cx, h, M_person_account_off);
	else if (!a.has_password)
		html_tr(cx, h, M_person_account_invited);
	else if (a.signed_in_ms == UNKNOWN)
		html_tr(cx, h, M_person_account_unused);
	else
		html_tr(cx, h, M_person_account_used, ARG_S("when", ago_text(cx, a.signed_in_ms)));
	html_lit(h, "</span></p>");
	return OK;
}
const struct panel person_account_panel = {
    .entity = &person_entity, .title = M_person_account, .rail = true, .roles = ROLES_EDIT, .render = account};
