/* Agreements and cooperation conditions: descriptors, words, checks, and what is derived. */
#include "office/agreements/model.h"
#include "base/date.h"
#include "base/utf8.h"
#include "office/agreements/flow.h"
#include "office/agreements/vocabulary.h"
#include "office/people/checks.h"
#include "platform/assets/icons.h"

const struct option agreement_kinds[] = {{"mobility", M_agreement_kind_mobility},           {"cooperation", M_agreement_kind_cooperation},
                                         {"double_degree", M_agreement_kind_double_degree}, {"strategic", M_agreement_kind_strategic},
                                         {"placement", M_agreement_kind_placement},         {0}};
const struct option mobility_types[] = {{"SMS", M_mobility_type_SMS}, {"SMT", M_mobility_type_SMT}, {"SMD", M_mobility_type_SMD},
                                        {"STA", M_mobility_type_STA}, {"STT", M_mobility_type_STT}, {0}};
const struct option directions[] = {{"out", M_direction_out}, {"in", M_direction_in}, {0}};

ENTITY_TABLE(agreement, AGREEMENT_FIELDS);
ENTITY_TABLE(condition, CONDITION_FIELDS);

enum err check_requirement(struct cx *cx, const struct field *f, struct str *value)
{
	struct rule_expr *e;
	struct rule_error error;
	if (rule_parse(cx->arena, *value, &e, &error) && rule_check(cx->arena, e, &student_vocabulary, &error)) return OK;
	struct str found = str_present(error.found) ? error.found : STR("…");
	return fail(cx, ERR_INVALID, f->name, M_condition_requirement_error, ARG_N("column", (int64_t)error.column),
	            ARG_S("found", utf8_head(found, 40)));
}

static enum err agreement_validate(struct cx *cx, const void *row)
{
	const struct agreement *a = row;
	enum err err = check_dates(cx, a->valid_from, a->valid_to, "valid_to", M_agreement_valid_to);
	enum err also = check_dates(cx, a->valid_from, a->ended, "ended", M_agreement_ended);
	return err != OK ? err : also;
}

/* "Universitetet i Bergen, 2024–2029" */
static enum err agreement_fill(struct cx *cx, void *row)
{
	struct agreement *a = row;
	struct str partner;
	TRY(entity_title_of(cx, &partner_entity, a->partner, &partner));
	if (a->valid_from == UNKNOWN)
		a->title = partner;
	else if (a->valid_to == UNKNOWN)
		a->title = str_fmt(cx->arena, "%.*s, %d", STR_ARG(partner), date_civil(a->valid_from).year);
	else
		a->title =
		    str_fmt(cx->arena, "%.*s, %d–%d", STR_ARG(partner), date_civil(a->valid_from).year, date_civil(a->valid_to).year);
	return OK;
}

static enum err level_needs_language(struct cx *cx, struct str level, struct str language, const char *field, int label)
{
	if (str_blank(level) || !str_blank(language)) return OK;
	return fail(cx, ERR_INVALID, field, M_condition_language_missing, ARG_M("field", label), ARG_S("value", level));
}

static enum err condition_validate(struct cx *cx, const void *row)
{
	const struct condition *c = row;
	enum err err = OK;
	if (c->eqf_from != UNKNOWN && c->eqf_to != UNKNOWN && c->eqf_from > c->eqf_to)
		err = fail(cx, ERR_INVALID, "eqf_to", M_condition_eqf_order, ARG_M("field", M_condition_eqf_to), ARG_N("value", c->eqf_to),
		           ARG_N("start", c->eqf_from));
	enum err first = level_needs_language(cx, c->cefr, c->language, "language", M_condition_language);
	enum err second = level_needs_language(cx, c->cefr2, c->language2, "language2", M_condition_language2);
	return err != OK ? err : first != OK ? first : second;
}

/* "A-2026-0042 SMS out 0531, Universitetet i Bergen": codes, so that it reads the same in both languages. */
static enum err condition_fill(struct cx *cx, void *row)
{
	struct condition *c = row;
	struct agreement *a = entity_new(cx, &agreement_entity);
	struct str partner = STR("");
	bool found;
	TRY(entity_load(cx, &agreement_entity, c->agreement, a, &found));
	if (found) TRY(entity_title_of(cx, &partner_entity, a->partner, &partner));
	c->label = str_fmt(cx->arena, "%.*s %s %s%s%.*s, %.*s", STR_ARG(a->number),
	                   c->mobility == UNKNOWN ? "?" : mobility_types[c->mobility].code,
	                   c->direction == UNKNOWN ? "?" : directions[c->direction].code, str_blank(c->isced_f) ? "" : " ",
	                   STR_ARG(c->isced_f), STR_ARG(partner));
	return OK;
}

static const struct entity_ops agreement_ops = {agreement_flow_create, agreement_flow_change, agreement_flow_archive, true};
static const struct entity_ops condition_ops = {condition_flow_create, condition_flow_change, condition_flow_archive, true};

const struct entity agreement_entity = {
    .code = 30,
    .name = "agreement",
    .kind = "agreements",
    .table = "agreement",
    .label = M_entity_agreement,
    .label_many = M_entity_agreement_many,
    .icon = ICON_file_text,
    .flags = E_NUMBERED,
    .number_prefix = "A",
    .size = sizeof(struct agreement),
    .fields = agreement_fields,
    .fields_len = ARRAY_LEN(agreement_fields),
    .keys = (const char *const[]){"number", "partner+kind+valid_from", NULL},
    .sort = "title",
    .rights = RIGHTS_OFFICE,
    .ops = &agreement_ops,
    .fill = agreement_fill,
    .validate = agreement_validate,
};

const struct entity condition_entity = {
    .code = 31,
    .name = "condition",
    .kind = "conditions",
    .table = "agreement_condition",
    .label = M_entity_condition,
    .label_many = M_entity_condition_many,
    .icon = ICON_list_checks,
    .size = sizeof(struct condition),
    .fields = condition_fields,
    .fields_len = ARRAY_LEN(condition_fields),
    .keys = (const char *const[]){"agreement+mobility+direction+isced_f+eqf_from+eqf_to", NULL},
    .rights = RIGHTS_OFFICE,
    .ops = &condition_ops,
    .fill = condition_fill,
    .validate = condition_validate,
};

const struct entity *const agreements_entities[] = {&agreement_entity, &condition_entity, NULL};
