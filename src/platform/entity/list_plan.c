/* How to go about a list's question: what is counted first tells whether few or many rows fit. */
#include "platform/entity/list_sql.h"
#include <stdatomic.h>

enum { MANY = LIST_COUNT_EXACT + 1, WORD_ENTRIES = 4 * MANY };

void list_plan_plain(struct cx *cx, const struct list_query *q, struct list_plan *p)
{
	*p = (struct list_plan){.count = UNKNOWN};
	list_words(cx, q, &p->asked);
}

/* Is there a row after so many? Walking to it costs half of counting them. */
static enum err more_than(struct list_sql *s, int64_t n, bool *more)
{
	int64_t one;
	sb_fmt(&s->text, " limit 1 offset %lld", (long long)n);
	TRY(db_number_n(s->cx, &one, list_sql_text(s), s->args, s->len));
	*more = one == 1;
	return OK;
}

static enum err count_word(struct cx *cx, const struct list_query *q, const struct list_plan *p, struct str word, int limit, int64_t *count)
{
	struct list_sql s;
	list_sql_begin(cx, q, p, &s);
	SB_LIT(&s.text, "select count(*) from (select 1");
	list_sql_word(&s, word);
	sb_fmt(&s.text, " limit %d) c", limit);
	return db_number_n(cx, count, list_sql_text(&s), s.args, s.len);
}

static enum err find_rarest(struct cx *cx, const struct list_query *q, struct list_plan *p, int limit, int64_t *least)
{
	for (size_t i = 0; i < p->asked.list.len; i++) {
		int64_t n;
		TRY(count_word(cx, q, p, p->asked.list.ptr[i], limit, &n));
		if (i && n >= *least) continue;
		*least = n;
		p->rarest = i;
	}
	return OK;
}

static enum err begin_rows(struct cx *cx, const struct list_query *q, const struct list_plan *p, const char *what, struct list_sql *s)
{
	list_sql_begin(cx, q, p, s);
	sb_addz(&s->text, what);
	return list_sql_from(s);
}

static enum err many_rows(struct cx *cx, const struct list_query *q, const struct list_plan *p, bool *many)
{
	struct list_sql s;
	TRY(begin_rows(cx, q, p, "select 1", &s));
	return more_than(&s, LIST_COUNT_EXACT, many);
}

/* Of the questions asked last, those to which few rows fitted. Only a guess of what to do first: a wrong one costs time. */
enum { GUESSES = 4096 };
static _Atomic uint64_t few_guesses[GUESSES];

static uint64_t question_key(struct list_sql *s)
{
	uint64_t key = str_hash(sb_str(&s->text));
	for (size_t i = 0; i < s->len; i++) {
		const struct db_arg *a = &s->args[i];
		struct str id = {(const char *)a->id.b, sizeof(a->id.b)};
		uint64_t one = a->type == DB_INT ? (uint64_t)a->num : str_hash(a->type == DB_UUID ? id : a->text);
		key = (key ^ one) * 0x9e3779b97f4a7c15u;
	}
	return key | 1;
}

/* Counting few rows is half the work of looking first whether there are many. */
static enum err count_some(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t *count)
{
	struct list_sql s;
	TRY(begin_rows(cx, q, p, "select count(*)", &s));
	uint64_t key = question_key(&s);
	_Atomic uint64_t *guess = &few_guesses[key >> 32 & (GUESSES - 1)];
	bool guessed = *guess == key, many = false;
	*count = MANY;
	if (!guessed) TRY(many_rows(cx, q, p, &many));
	if (!many) TRY(db_number_n(cx, count, list_sql_text(&s), s.args, s.len));
	if (*count < MANY)
		*guess = key;
	else if (guessed)
		*guess = 0;
	*count = *count < MANY ? *count : MANY;
	return OK;
}

enum err list_count(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t *count)
{
	struct list_sql s;
	TRY(begin_rows(cx, q, p, "select count(*)", &s));
	return db_number_n(cx, count, list_sql_text(&s), s.args, s.len);
}

/* The first word in the table that begins as asked. Its entries are one for each row; those of several words are not. */
static enum err whole_word(struct cx *cx, const struct list_query *q, const struct list_plan *p, struct str *word)
{
	struct list_sql s;
	struct db_rows rows;
	bool found;
	list_sql_begin(cx, q, p, &s);
	SB_LIT(&s.text, "select w.word");
	list_sql_word(&s, *word);
	SB_LIT(&s.text, " order by w.word limit 1");
	TRY(db_one_n(cx, &rows, &found, list_sql_text(&s), s.args, s.len));
	if (found) *word = db_str(&rows, 0);
	db_done(&rows);
	return OK;
}

static enum err many_have_words(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t away, bool *many)
{
	struct list_sql s;
	list_sql_begin(cx, q, p, &s);
	SB_LIT(&s.text, "select 1 from (");
	list_sql_words(&s);
	SB_LIT(&s.text, ") c");
	return more_than(&s, LIST_COUNT_EXACT + away, many);
}

static enum err many_have_word(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t away, bool *many)
{
	struct str word = p->asked.list.ptr[0];
	struct list_sql s;
	TRY(whole_word(cx, q, p, &word));
	list_sql_begin(cx, q, p, &s);
	SB_LIT(&s.text, "select 1");
	list_sql_whole_word(&s, word);
	TRY(more_than(&s, LIST_COUNT_EXACT + away, many));
	return *many ? OK : many_have_words(cx, q, p, away, many);
}

/* Words of archived rows stay. So many more hits than there are archived rows are many rows, and none need be looked at. */
static enum err many_by_words(struct cx *cx, const struct list_query *q, const struct list_plan *p, bool *many)
{
	struct list_query archived = {.entity = q->entity, .archived = 1};
	struct list_plan plain;
	int64_t away = 0;
	list_plan_plain(cx, &archived, &plain);
	if (q->archived == 0) {
		bool most;
		TRY(many_rows(cx, &archived, &plain, &most));
		if (most) return many_rows(cx, q, p, many);
		TRY(list_count(cx, &archived, &plain, &away));
	}
	return p->asked.list.len == 1 ? many_have_word(cx, q, p, away, many) : many_have_words(cx, q, p, away, many);
}

/* A filter that leaves few rows is a better way in than a word that many have. */
static enum err few_by_filter(struct cx *cx, const struct list_query *q, bool *few)
{
	struct list_query filters = *q;
	struct list_plan plain;
	bool many;
	filters.q = STR_NONE;
	list_plan_plain(cx, &filters, &plain);
	TRY(many_rows(cx, &filters, &plain, &many));
	*few = !many;
	return OK;
}

static enum err plan_words(struct cx *cx, const struct list_query *q, struct list_plan *p, bool *many)
{
	bool filtered = q->filters.len || q->archived == 1 || list_scoped(cx, q->entity), one = p->asked.list.len == 1;
	int64_t least;
	if (one && !filtered) TRY(many_by_words(cx, q, p, many));
	if (*many) return OK;
	TRY(find_rarest(cx, q, p, MANY, &least));
	if (least < MANY) return OK;
	if (!one) TRY(find_rarest(cx, q, p, WORD_ENTRIES, &least));
	if (!filtered) return many_by_words(cx, q, p, many);
	TRY(few_by_filter(cx, q, &p->test_words));
	return p->test_words ? OK : many_rows(cx, q, p, many);
}

enum err list_plan_make(struct cx *cx, const struct list_query *q, struct list_plan *p)
{
	bool many = false;
	list_plan_plain(cx, q, p);
	if (p->asked.list.len)
		TRY(plan_words(cx, q, p, &many));
	else {
		TRY(count_some(cx, q, p, &p->count));
		many = p->count == MANY;
	}
	p->few = !many && q->filters.len;
	if (!many) return OK;
	p->count = MANY;
	p->walk = p->test_words = true;
	return OK;
}
