/* SQL from descriptors. Everything that enters the text is a compile-time constant of a descriptor. */
#include "platform/entity/sqltext.h"

const char *const row_head_columns[] = {"id",          "version",        "created_ms",     "changed_ms",
                                        "archived_ms", "archive_reason", "import_version", "import_batch"};

static struct entity_sql texts[ENTITY_FIELDS_MAX];
static const struct entity *const *owners;

bool entity_shared(const struct entity *e) { return e->flags & E_SHARED; }

static const char *column_list(struct arena *a, const struct entity *e, const char *prefix)
{
	struct sb b;
	sb_init(&b, a, 1 << 16);
	for (int i = 0; i < ROW_HEAD_LEN; i++)
		sb_fmt(&b, "%s%s%s", i ? ", " : "", prefix, row_head_columns[i]);
	for (size_t i = 0; i < e->fields_len; i++)
		sb_fmt(&b, ", %s%s", prefix, e->fields[i].name);
	return str_z(a, sb_str(&b));
}

static struct sql done(struct arena *a, struct sb *b)
{
	BUG_IF(sb_failed(b));
	return (struct sql){str_z(a, sb_str(b))};
}

/* ?1 is the tenant of a school table; a shared table has none, and its numbers begin with the id. */
static int first(const struct entity *e) { return entity_shared(e) ? 1 : 2; }

static void where_id(struct sb *b, const struct entity *e)
{
	if (entity_shared(e))
		sb_addz(b, " where id = ?1");
	else
		sb_addz(b, " where tenant = ?1 and id = ?2");
}

static struct sql insert_text(struct arena *a, const struct entity *e)
{
	struct sb b;
	sb_init(&b, a, 1 << 16);
	sb_fmt(&b, "insert into %s (%s%s", e->table, entity_shared(e) ? "" : "tenant, ", column_list(a, e, ""));
	int n = first(e) - 1 + ROW_HEAD_LEN + (int)e->fields_len;
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_FOLD) {
			sb_fmt(&b, ", %s_fold", e->fields[i].name);
			n++;
		}
	sb_addz(&b, ") values (");
	for (int i = 1; i <= n; i++)
		sb_fmt(&b, "%s?%d", i > 1 ? ", " : "", i);
	sb_addz(&b, ")");
	return done(a, &b);
}

/* `guard`: also compares the version that the row was read at, the last parameter. */
static struct sql update_text(struct arena *a, const struct entity *e, bool guard)
{
	struct sb b;
	sb_init(&b, a, 1 << 16);
	sb_fmt(&b, "update %s set ", e->table);
	int n = first(e) + 1;
	for (int i = 1; i < ROW_HEAD_LEN; i++)
		sb_fmt(&b, "%s%s = ?%d", i > 1 ? ", " : "", row_head_columns[i], n++);
	for (size_t i = 0; i < e->fields_len; i++)
		sb_fmt(&b, ", %s = ?%d", e->fields[i].name, n++);
	for (size_t i = 0; i < e->fields_len; i++)
		if (e->fields[i].flags & FF_FOLD) sb_fmt(&b, ", %s_fold = ?%d", e->fields[i].name, n++);
	where_id(&b, e);
	if (guard) sb_fmt(&b, " and version = ?%d", n);
	return done(a, &b);
}

static struct sql by_id(struct arena *a, const struct entity *e, const char *head)
{
	struct sb b;
	sb_init(&b, a, 1 << 16);
	sb_addz(&b, head);
	where_id(&b, e);
	return done(a, &b);
}

void entity_sql_build(const struct entity *const *all)
{
	/* Lives as long as the process: entities are registered once. */
	static struct arena *a;
	if (!a) a = arena_new();
	owners = all;
	for (size_t i = 0; all[i]; i++) {
		const struct entity *e = all[i];
		struct entity_sql *s = &texts[i];
		BUG_IF(i >= ARRAY_LEN(texts));
		s->columns = column_list(a, e, "");
		s->columns_of_t = column_list(a, e, "t.");
		s->insert = insert_text(a, e);
		s->update = update_text(a, e, true);
		s->put_back = update_text(a, e, false);
		s->remove = by_id(a, e, str_z(a, str_fmt(a, "delete from %s", e->table)));
		s->load = by_id(a, e, str_z(a, str_fmt(a, "select %s from %s", s->columns, e->table)));
		s->title = by_id(a, e, str_z(a, str_fmt(a, "select %s from %s", entity_title(e)->name, e->table)));
		const char *words = entity_shared(e) ? "search_word_shared" : "search_word";
		const char *key = entity_shared(e) ? "" : "tenant, ";
		s->add_word =
		    (struct sql){str_z(a, str_fmt(a, "insert into %s (%sentity, word, id) values (%s?%d, ?%d, ?%d) on conflict do nothing",
		                                  words, key, entity_shared(e) ? "" : "?1, ", first(e), first(e) + 1, first(e) + 2))};
		s->drop_word =
		    (struct sql){str_z(a, str_fmt(a, "delete from %s where %sentity = ?%d and word = ?%d and id = ?%d", words,
		                                  entity_shared(e) ? "" : "tenant = ?1 and ", first(e), first(e) + 1, first(e) + 2))};
	}
}

const struct entity_sql *entity_sql(const struct entity *e)
{
	for (size_t i = 0; owners && owners[i]; i++)
		if (owners[i] == e) return &texts[i];
	BUG_IF("the entity is not registered");
	return NULL;
}
