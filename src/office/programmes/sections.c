/* What enrolments and contracts add to the pages of persons and programmes. */
#include "office/programmes/pages_own.h"
#include "platform/i18n/i18n.h"

static struct str query_of(struct cx *cx, const char *field, const void *row, const char *rest)
{
	return str_fmt(cx->arena, "filter=%s:%.*s&%s", field, STR_ARG(uuid_text(cx->arena, ((const struct row *)row)->id)), rest);
}

static enum err enrolments(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &enrolment_entity,
	                    query_of(cx, "person", row, "sort=-year&columns=programme,academic_year,year,status"));
}
const struct panel person_enrolments_panel = {.entity = &person_entity, .title = M_entity_enrolment_many, .render = enrolments};

static enum err contracts(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &apprenticeship_entity, query_of(cx, "person", row, "sort=-starts&columns=number,starts,ends"));
}
const struct panel person_contracts_panel = {.entity = &person_entity, .title = M_entity_apprenticeship_many, .render = contracts};

static enum err of_programme(struct cx *cx, const struct request *r, struct html *h, const void *row)
{
	return html_related(cx, h, &enrolment_entity, query_of(cx, "programme", row, "columns=academic_year,year,status"));
}
const struct panel programme_enrolments_panel = {.entity = &programme_entity, .title = M_entity_enrolment_many, .render = of_programme};
