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
	TRY(list_sql_number(s, &one));
	*more = one == 1;
	return OK;
}

static enum err find_rarest(struct cx *cx, const struct list_query *q, struct list_plan *p, int limit, int64_t *least)
{
	struct list_sql s;
	struct db_rows rows;
	list_sql_begin(cx, q, p, &s);
	for (size_t i = 0; i < p->asked.list.len; i++) { /* all in one journey to the server */
		sb_addz(&s.text, i ? ", (select count(*) from (select 1" : "select (select count(*) from (select 1");
		list_sql_word(&s, p->asked.list.ptr[i]);
		sb_fmt(&s.text, " limit %d) c)", limit);
	}
	TRY(list_sql_query(&s, &rows));
	bool found = db_next(&rows);
	for (size_t i = 0; found && i < p->asked.list.len; i++) {
		int64_t n = db_int(&rows, (int)i);
		if (i && n >= *least) continue;
		*least = n;
		p->rarest = i;
	}
	db_done(&rows);
	return rows.err;
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
	if (!many) TRY(list_sql_number(&s, count));
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
	return list_sql_number(&s, count);
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
	struct list_sql s;
	list_sql_begin(cx, q, p, &s);
	SB_LIT(&s.text, "select 1");
	list_sql_first_word(&s, p->asked.list.ptr[0]);
	TRY(more_than(&s, LIST_COUNT_EXACT + away, many));
	return *many ? OK : many_have_words(cx, q, p, away, many);
}

/* How many rows are archived, up to MANY, and whether many entries begin with the word: in one journey to the server. */
static enum err away_and_many(struct cx *cx, const struct list_query *q, const struct list_plan *p, int64_t *away, bool *many)
{
	struct list_query archived = {.entity = q->entity, .archived = 1};
	struct list_plan plain;
	struct list_sql s;
	struct db_rows rows;
	list_plan_plain(cx, &archived, &plain);
	list_sql_begin(cx, &archived, &plain, &s);
	SB_LIT(&s.text, "select (select count(*) from (select 1");
	TRY(list_sql_from(&s));
	sb_fmt(&s.text, " limit %d) c), (select 1", MANY);
	s.q = q;
	s.plan = p;
	list_sql_first_word(&s, p->asked.list.ptr[0]);
	sb_fmt(&s.text, " limit 1 offset %d)", LIST_COUNT_EXACT);
	TRY(list_sql_query(&s, &rows));
	if (db_next(&rows)) {
		*away = db_int(&rows, 0);
		*many = db_int(&rows, 1) == 1;
	}
	db_done(&rows);
	return rows.err;
}

/* Words of archived rows stay. So many more hits than there are archived rows are many rows, and none need be looked at. */
static enum err many_by_words(struct cx *cx, const struct list_query *q, const struct list_plan *p, bool *many)
{
	bool one = p->asked.list.len == 1;
	int64_t away = 0;
	if (q->archived == 0) {
		TRY(away_and_many(cx, q, p, &away, many));
		if (away == MANY) return many_rows(cx, q, p, many);
		if (one && *many && away == 0) return OK;
		*many = false;
	}
	return one && (away || q->archived) ? many_have_word(cx, q, p, away, many) : many_have_words(cx, q, p, away, many);
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
