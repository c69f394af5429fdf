/* Strategy: descriptors, words, checks, and what is derived from other rows. */
#include "office/strategy/model.h"
#include "office/people/checks.h"
#include "office/strategy/flow.h"
#include "platform/assets/icons.h"

const struct option strategy_sections[] = {{"strategy", M_strategy_section_strategy},
                                           {"projects", M_strategy_section_projects},
                                           {"p1", M_strategy_section_p1},
                                           {"p2", M_strategy_section_p2},
                                           {"p3", M_strategy_section_p3},
                                           {"p4", M_strategy_section_p4},
                                           {"p5", M_strategy_section_p5},
                                           {0}};
const struct option indicator_methods[] = {{"count", M_indicator_method_count},
                                           {"share", M_indicator_method_share},
                                           {"steps", M_indicator_method_steps},
                                           {"parity", M_indicator_method_parity},
                                           {0}};

ENTITY_TABLE(strategy, STRATEGY_FIELDS);
ENTITY_TABLE(sentence, SENTENCE_FIELDS);
ENTITY_TABLE(indicator, INDICATOR_FIELDS);
ENTITY_TABLE(indicator_link, INDICATOR_LINK_FIELDS);

static enum err strategy_validate(struct cx *cx, const void *row)
{
	const struct strategy *s = row;
	return check_dates(cx, s->starts, s->ends, "ends", M_strategy_ends);
}

/* "2024-2027 P3.1": short in both languages, and what links in files name the sentence by. */
static enum err sentence_fill(struct cx *cx, void *row)
{
	static const char *const short_names[] = {"S", "O", "P1", "P2", "P3", "P4", "P5"};
	struct sentence *s = row;
	struct strategy *of = entity_new(cx, &strategy_entity);
	bool found = false;
	if (!uuid_none(s->strategy)) TRY(entity_load(cx, &strategy_entity, s->strategy, of, &found));
	if (!found || s->section == UNKNOWN || s->position == UNKNOWN) return s->code = STR(""), OK; /* the form says what is missing */
	s->code = str_fmt(cx->arena, "%.*s %s.%lld", STR_ARG(of->code), short_names[s->section], (long long)s->position);
	return OK;
}

static enum err link_fill(struct cx *cx, void *row)
{
	struct indicator_link *l = row;
	struct sentence *s = entity_new(cx, &sentence_entity);
	struct indicator *i = entity_new(cx, &indicator_entity);
	bool found = false, also = false;
	l->label = STR("");
	if (!uuid_none(l->sentence)) TRY(entity_load(cx, &sentence_entity, l->sentence, s, &found));
	if (!uuid_none(l->indicator)) TRY(entity_load(cx, &indicator_entity, l->indicator, i, &also));
	if (found && also) l->label = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(s->code), STR_ARG(i->code));
	return OK;
}

static enum err needed(struct cx *cx, const struct indicator *i, size_t at, const char *field)
{
	if (!str_blank(indicator_source(i, at))) return OK;
	return fail(cx, ERR_INVALID, field, M_indicator_source_needed, ARG_M("method", indicator_methods[i->method].label));
}

static enum err indicator_validate(struct cx *cx, const void *row)
{
	static const char *const fields[] = {"source_a", "source_b", "source_c", "source_d"};
	static const size_t asked[] = {[METHOD_COUNT] = 1, [METHOD_SHARE] = 2, [METHOD_STEPS] = 3, [METHOD_PARITY] = 4};
	const struct indicator *i = row;
	enum err err = OK;
	for (size_t at = 0; i->method != UNKNOWN && at < asked[i->method]; at++) {
		enum err one = needed(cx, i, at, fields[at]);
		if (err == OK) err = one;
	}
	if ((i->span_years == UNKNOWN) != (i->span_target == UNKNOWN))
		return fail(cx, ERR_INVALID, i->span_years == UNKNOWN ? "span_years" : "span_target", M_indicator_span_both);
	return err;
}

struct str indicator_source(const struct indicator *i, size_t at)
{
	const struct str all[INDICATOR_SOURCES] = {i->source_a, i->source_b, i->source_c, i->source_d};
	return all[at];
}

static struct str in_language(struct cx *cx, struct str fr, struct str en)
{
	if (cx->lang == LANG_EN) return str_blank(en) ? fr : en;
	return str_blank(fr) ? en : fr;
}

struct str indicator_wording(struct cx *cx, const struct indicator *i, size_t at)
{
	const struct str all[INDICATOR_SOURCES][2] = {{i->wording_a, i->wording_a_en},
	                                              {i->wording_b, i->wording_b_en},
	                                              {i->wording_c, i->wording_c_en},
	                                              {i->wording_d, i->wording_d_en}};
	return in_language(cx, all[at][0], all[at][1]);
}

struct str indicator_label(struct cx *cx, const struct indicator *i) { return in_language(cx, i->label, i->label_en); }
struct str indicator_reading(struct cx *cx, const struct indicator *i) { return in_language(cx, i->reading, i->reading_en); }
struct str sentence_reading(struct cx *cx, const struct sentence *s) { return in_language(cx, s->reading, s->reading_en); }

static const struct entity_ops strategy_ops = {strategy_flow_create, strategy_flow_change, strategy_flow_archive, false};
static const struct entity_ops sentence_ops = {sentence_flow_create, sentence_flow_change, sentence_flow_archive, true};
static const struct entity_ops indicator_ops = {indicator_flow_create, indicator_flow_change, indicator_flow_archive, true};
static const struct entity_ops link_ops = {indicator_link_flow_create, indicator_link_flow_change, indicator_link_flow_archive, true};

const struct entity strategy_entity = {
    .code = 70,
    .name = "strategy",
    .kind = "strategies",
    .table = "strategy",
    .label = M_entity_strategy,
    .label_many = M_entity_strategy_many,
    .icon = ICON_compass,
    .size = sizeof(struct strategy),
    .fields = strategy_fields,
    .fields_len = ARRAY_LEN(strategy_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "-starts",
    .rights = RIGHTS_OFFICE,
    .ops = &strategy_ops,
    .validate = strategy_validate,
};

const struct entity sentence_entity = {
    .code = 71,
    .name = "sentence",
    .kind = "sentences",
    .table = "sentence",
    .label = M_entity_sentence,
    .label_many = M_entity_sentence_many,
    .icon = ICON_book_open,
    .size = sizeof(struct sentence),
    .fields = sentence_fields,
    .fields_len = ARRAY_LEN(sentence_fields),
    .keys = (const char *const[]){"code", "strategy+section+position", NULL},
    .sort = "code",
    .rights = RIGHTS_OFFICE,
    .ops = &sentence_ops,
    .fill = sentence_fill,
};

const struct entity indicator_entity = {
    .code = 72,
    .name = "indicator",
    .kind = "indicators",
    .table = "indicator",
    .label = M_entity_indicator,
    .label_many = M_entity_indicator_many,
    .icon = ICON_chart_column,
    .size = sizeof(struct indicator),
    .fields = indicator_fields,
    .fields_len = ARRAY_LEN(indicator_fields),
    .keys = (const char *const[]){"code", NULL},
    .sort = "code",
    .rights = RIGHTS_OFFICE,
    .ops = &indicator_ops,
    .validate = indicator_validate,
};

const struct entity indicator_link_entity = {
    .code = 73,
    .name = "indicator_link",
    .kind = "indicator-links",
    .table = "indicator_link",
    .label = M_entity_indicator_link,
    .label_many = M_entity_indicator_link_many,
    .icon = ICON_link,
    .size = sizeof(struct indicator_link),
    .fields = indicator_link_fields,
    .fields_len = ARRAY_LEN(indicator_link_fields),
    .keys = (const char *const[]){"sentence+indicator", NULL},
    .sort = "label",
    .rights = RIGHTS_OFFICE,
    .ops = &link_ops,
    .fill = link_fill,
};

const struct entity *const strategy_entities[] = {&strategy_entity, &sentence_entity, &indicator_entity, &indicator_link_entity, NULL};
