/* Use cases of the strategy's records. */
#include "office/strategy/flow.h"
#include "platform/record/record.h"
#include "platform/reference/own.h"

static enum err with_definitions(struct cx *cx, void *row)
{
	int64_t added;
	TRY(record_create(cx, &strategy_entity, row));
	return indicator_flow_shipped(cx, &added);
}

enum err strategy_flow_create(struct cx *cx, void *row) { return db_tx(cx, DB_WRITE, with_definitions, row); }

enum err strategy_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &strategy_entity, row, fields);
}

enum err strategy_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &strategy_entity, id, version, reason);
}

enum err sentence_flow_create(struct cx *cx, void *row) { return record_create(cx, &sentence_entity, row); }

enum err sentence_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &sentence_entity, row, fields);
}

enum err sentence_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &sentence_entity, id, version, reason);
}

enum err indicator_flow_create(struct cx *cx, void *row) { return record_create(cx, &indicator_entity, row); }

enum err indicator_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &indicator_entity, row, fields);
}

enum err indicator_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &indicator_entity, id, version, reason);
}

enum err indicator_link_flow_create(struct cx *cx, void *row) { return record_create(cx, &indicator_link_entity, row); }

enum err indicator_link_flow_change(struct cx *cx, void *row, const struct field_set *fields)
{
	return record_change(cx, &indicator_link_entity, row, fields);
}

enum err indicator_link_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &indicator_link_entity, id, version, reason);
}

/* The columns of the table bear the names of the fields; `source` of a shipped row is its own. */
static enum err from_reference(struct cx *cx, const struct reference_row *row, struct indicator **out)
{
	struct draft d;
	struct indicator *i = entity_new(cx, &indicator_entity);
	draft_begin(cx, &indicator_entity, i, &d);
	for (size_t f = 0; f < indicator_entity.fields_len; f++) {
		struct str cell = reference_cell(row, indicator_entity.fields[f].name);
		if (!str_blank(cell)) TRY(draft_set(cx, &d, &indicator_entity.fields[f], cell));
	}
	*out = d.row;
	return OK;
}

static enum err add_shipped(struct cx *cx, void *arg)
{
	int64_t *added = arg;
	struct reference_row *rows;
	size_t len;
	*added = 0;
	TRY(reference_rows_own(cx, STR("indicator"), cx_today(cx), &rows, &len));
	for (size_t i = 0; i < len; i++) {
		struct indicator *have = entity_new(cx, &indicator_entity), *new;
		bool found;
		TRY(entity_find_by(cx, &indicator_entity, entity_field(&indicator_entity, STR("code")), rows[i].key, have, &found));
		if (found) continue;
		TRY(from_reference(cx, &rows[i], &new));
		TRY(indicator_flow_create(cx, new));
		++*added;
	}
	return OK;
}

enum err indicator_flow_shipped(struct cx *cx, int64_t *added) { return db_tx(cx, DB_WRITE, add_shipped, added); }

bool indicator_as_shipped(struct cx *cx, const struct indicator *i)
{
	struct reference_row row;
	if (!reference_find(STR("indicator"), i->code, cx_today(cx), &row)) return false;
	for (size_t f = 0; f < indicator_entity.fields_len; f++) {
		const struct field *field = &indicator_entity.fields[f];
		if (field->type == FT_REF) continue; /* whose it is */
		struct str cell = reference_cell(&row, field->name), own = field_text(cx, field, i);
		if (str_blank(cell) != str_blank(own)) return false;
		if (field->type == FT_TEXT && !str_blank(cell) && !str_eq(cell, own)) return false;
		void *shipped = entity_new(cx, &indicator_entity);
		if (field->type != FT_TEXT && (field_parse(cx, field, cell, shipped) != OK || !field_equal(field, shipped, i)))
			return false;
	}
	return true;
}
