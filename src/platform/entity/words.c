/* The search words of a row: folded, each once, kept in step with the row. */
#include "base/utf8.h"
#include "platform/entity/sqltext.h"

enum { WORD_BYTES_MAX = 64, WORDS_MAX = 200 };

static void add_word(void *arg, struct str word)
{
	struct words *w = arg;
	if (word.len > WORD_BYTES_MAX) word.len = WORD_BYTES_MAX;
	if (w->list.len >= WORDS_MAX) return;
	VEC_EACH (seen, &w->list)
		if (str_eq(*seen, word)) return;
	*VEC_PUSH(w->arena, &w->list) = word;
}

void entity_words(struct cx *cx, const struct entity *e, const void *row, struct words *out)
{
	*out = (struct words){.arena = cx->arena};
	for (size_t i = 0; row && i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!(f->flags & FF_SEARCH) || !field_known(f, row)) continue;
		utf8_words(utf8_fold(cx->arena, field_text(cx, f, row)), add_word, out);
	}
}

static bool has(const struct words *w, struct str word)
{
	VEC_EACH (x, &w->list)
		if (str_eq(*x, word)) return true;
	return false;
}

static size_t word_args(const struct cx *cx, const struct entity *e, struct str word, struct uuid id, struct db_arg args[4])
{
	size_t n = 0;
	if (!entity_shared(e)) args[n++] = DB_I(cx->tenant);
	args[n++] = DB_I(e->code);
	args[n++] = DB_S(word);
	args[n++] = DB_ID(id);
	return n;
}

static enum err change(struct cx *cx, const struct entity *e, struct sql sql, struct str word, struct uuid id)
{
	struct db_arg args[4];
	size_t n = word_args(cx, e, word, id, args);
	return db_exec_n(cx, sql, args, n, NULL);
}

enum err entity_words_begin(struct cx *cx, const struct entity *e, struct db_batch *batch)
{
	return db_batch_begin(cx, batch, entity_sql(e)->add_word);
}

enum err entity_words_add(struct db_batch *batch, const struct entity *e, struct str word, struct uuid id)
{
	struct db_arg args[4];
	size_t n = word_args(batch->cx, e, word, id, args);
	return db_batch_add(batch, args, n);
}

enum err entity_index_words(struct cx *cx, const struct entity *e, const void *row, const void *before)
{
	struct words now, old;
	struct uuid id = row ? ((const struct row *)row)->id : ((const struct row *)before)->id;
	entity_words(cx, e, row, &now);
	entity_words(cx, e, before, &old);
	VEC_EACH (word, &old.list)
		if (!has(&now, *word)) TRY(change(cx, e, entity_sql(e)->drop_word, *word, id));
	VEC_EACH (word, &now.list)
		if (!has(&old, *word)) TRY(change(cx, e, entity_sql(e)->add_word, *word, id));
	return OK;
}
