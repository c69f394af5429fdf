/* The board: which strategy, year, section, sentence; and what the figures count. */
#include "base/date.h"
#include "office/strategy/flow.h"

/* A definition that is wrong must not stay behind as a problem of the whole page. */
static enum err count(struct cx *cx, const struct indicator *i, size_t at, const struct academic_year *year, struct figure_count *out,
                      struct str *problem)
{
	struct list_query q;
	struct list_page page;
	struct problem *before = cx->problems, **end = cx->problems_end;
	*out = (struct figure_count){.n = UNKNOWN};
	if (str_blank(indicator_source(i, at))) return OK;
	enum err err = indicator_query(cx, "source", indicator_source(i, at), year, &q);
	if (err == OK && !actor_has(cx, q.entity->rights.read)) err = fail(cx, ERR_DENIED, "source", M_error_denied);
	if (err != OK) {
		const struct problem *why = before ? *end : cx->problems;
		if (why && !str_present(*problem)) *problem = problem_text(cx, why);
		cx->problems = before;
		cx->problems_end = before ? end : &cx->problems;
		if (before) *end = NULL;
		return err_blame(err) == BLAME_USER ? OK : err;
	}
	out->href = str_fmt(cx->arena, "/%s?%.*s", q.entity->kind, STR_ARG(list_query_url(cx, &q, (struct pairs){0})));
	q.size = 1;
	q.columns.len = 0;
	q.count_all = true;
	TRY(list_run(cx, &q, &page));
	out->n = page.count;
	return OK;
}

static struct steps steps_of(const struct figure_year *y)
{
	return (struct steps){y->count[0].n, y->count[1].n, y->count[2].n, y->count[3].n};
}

static struct parity parity_in(const struct figure_year *y, int64_t threshold)
{
	return parity_of(y->count[0].n, y->count[1].n, y->count[2].n, y->count[3].n, threshold);
}

static int64_t value_of(const struct indicator *i, const struct figure_year *y)
{
	if (i->method == METHOD_SHARE) return ratio_of(y->count[0].n, y->count[1].n);
	if (i->method == METHOD_PARITY) return parity_in(y, UNKNOWN).ratio;
	return y->count[0].n;
}

static void add_up(struct figure *f)
{
	const struct indicator *i = f->indicator;
	f->span = UNKNOWN;
	if (i->span_years == UNKNOWN || (size_t)i->span_years > f->len) return;
	f->span_from = f->years[f->len - (size_t)i->span_years].year;
	int64_t sum = 0;
	for (size_t k = f->len - (size_t)i->span_years; k < f->len; k++) {
		if (f->years[k].count[0].n == UNKNOWN) return;
		sum += f->years[k].count[0].n;
	}
	f->span = sum;
}

/* What the numbers of the last year say. */
static void judge(struct cx *cx, struct figure *f)
{
	const struct indicator *i = f->indicator;
	const struct figure_year *now = figure_now(f);
	struct steps this_year = steps_of(now), *past = ARENA_ARRAY(cx->arena, struct steps, f->len);
	size_t n = 0;
	for (size_t k = 0; k + 1 < f->len; k++)
		if (f->years[k].is_over) past[n++] = steps_of(&f->years[k]);
	f->parity = parity_in(now, i->threshold);
	if (i->method == METHOD_COUNT) this_year.filled = this_year.realised = UNKNOWN;
	f->forecast = forecast_steps(&this_year, past, i->method == METHOD_STEPS ? n : 0, now->is_over);
	if (i->method == METHOD_COUNT || i->method == METHOD_STEPS)
		f->state = state_of(now->value, f->forecast.opened, i->target);
	else if (now->value == UNKNOWN)
		f->state = FIGURE_UNKNOWN;
	else if (i->threshold == UNKNOWN)
		f->state = FIGURE_OPEN;
	else if (i->method == METHOD_PARITY)
		f->state = f->parity.behind ? FIGURE_BEHIND : FIGURE_MET;
	else
		f->state = now->count[0].n * RATIO_ONE < i->threshold * now->count[1].n ? FIGURE_BEHIND : FIGURE_MET;
	add_up(f);
}

enum err figure_read(struct cx *cx, const struct indicator *i, const struct academic_year *const *all, size_t year, size_t years,
                     struct figure *out)
{
	*out = (struct figure){.indicator = i, .len = year + 1 < years ? year + 1 : years};
	out->years = ARENA_ARRAY(cx->arena, struct figure_year, out->len);
	for (size_t k = 0; k < out->len; k++) {
		struct figure_year *y = &out->years[k];
		y->year = all[year + 1 - out->len + k];
		y->is_over = y->year->ends < cx_today(cx);
		y->is_coming = y->year->starts > cx_today(cx);
		for (size_t at = 0; at < INDICATOR_SOURCES; at++)
			TRY(count(cx, i, at, y->year, &y->count[at], &out->problem));
		y->value = value_of(i, y);
	}
	judge(cx, out);
	return OK;
}

/* --- the board --- */

struct reading {
	const struct board_asked *asked;
	struct board *b;
	struct indicator **indicators;
	struct figure **figures; /* by indicator, when needed */
	size_t indicators_len;
};

static enum err rows_of(struct cx *cx, const struct entity *e, struct str filter, void ***out, size_t *len)
{
	const struct pair pairs[] = {{STR("filter"), filter}, {STR("size"), STR("1000")}};
	struct list_query q;
	struct list_page page;
	TRY(list_query_parse(cx, e, (struct pairs){pairs, 2}, &q));
	q.columns.len = 0;
	TRY(list_run(cx, &q, &page));
	*out = page.rows;
	*len = page.len;
	return OK;
}

static enum err not_found(struct cx *cx) { return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found); }

static enum err choose_strategy(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	void **rows;
	TRY(rows_of(cx, &strategy_entity, STR(""), &rows, &b->strategies_len));
	b->strategies = (struct strategy *const *)rows;
	for (size_t i = 0; i < b->strategies_len; i++) {
		struct strategy *s = b->strategies[i];
		bool in_force = s->starts <= cx_today(cx) && (s->ends == UNKNOWN || s->ends >= cx_today(cx));
		if (str_present(r->asked->strategy) ? str_eq(s->code, r->asked->strategy) : in_force) {
			b->strategy = s;
			return OK;
		}
	}
	if (str_present(r->asked->strategy)) return not_found(cx);
	if (b->strategies_len) b->strategy = b->strategies[0];
	return OK;
}

static enum err choose_year(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	void **rows;
	TRY(rows_of(cx, &academic_year_entity, STR(""), &rows, &b->years_len));
	const struct academic_year **years = ARENA_ARRAY(cx->arena, const struct academic_year *, b->years_len + 1);
	bool found = false;
	for (size_t i = 0; i < b->years_len; i++) /* the list has the latest first */
		years[i] = rows[b->years_len - 1 - i];
	b->years = years;
	for (size_t i = 0; i < b->years_len; i++) {
		bool running = years[i]->starts <= cx_today(cx);
		if (str_present(r->asked->year) ? !str_eq(years[i]->code, r->asked->year) : !running) continue;
		b->year = i;
		found = true;
	}
	return str_present(r->asked->year) && !found ? not_found(cx) : OK;
}

static int by_place(const void *x, const void *y)
{
	const struct sentence *a = ((const struct board_sentence *)x)->sentence, *b = ((const struct board_sentence *)y)->sentence;
	if (a->section != b->section) return a->section < b->section ? -1 : 1;
	if (a->position != b->position) return a->position < b->position ? -1 : 1;
	return uuid_cmp(a->row.id, b->row.id);
}

static enum err read_sentences(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	void **rows;
	struct str id = uuid_text(cx->arena, b->strategy->row.id);
	TRY(rows_of(cx, &sentence_entity, str_fmt(cx->arena, "strategy:%.*s", STR_ARG(id)), &rows, &b->sentences_len));
	b->sentences = ARENA_ARRAY(cx->arena, struct board_sentence, b->sentences_len + 1);
	for (size_t i = 0; i < b->sentences_len; i++) {
		b->sentences[i].sentence = rows[i];
		b->in_section[b->sentences[i].sentence->section]++;
	}
	qsort(b->sentences, b->sentences_len, sizeof *b->sentences, by_place);
	return OK;
}

static enum err figure_for(struct cx *cx, struct reading *r, struct uuid indicator, struct figure **out)
{
	*out = NULL;
	for (size_t i = 0; i < r->indicators_len; i++) {
		if (!uuid_eq(r->indicators[i]->row.id, indicator)) continue;
		if (!r->figures[i]) {
			r->figures[i] = ARENA_NEW(cx->arena, struct figure);
			TRY(figure_read(cx, r->indicators[i], r->b->years, r->b->year, 1, r->figures[i]));
		}
		*out = r->figures[i];
	}
	return OK;
}

static enum err link_figures(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	void **rows, **indicators;
	size_t len;
	if (!b->years_len) return OK; /* nothing can be counted without an academic year */
	TRY(rows_of(cx, &indicator_entity, STR(""), &indicators, &r->indicators_len));
	r->indicators = (struct indicator **)indicators;
	r->figures = ARENA_ARRAY(cx->arena, struct figure *, r->indicators_len + 1);
	TRY(rows_of(cx, &indicator_link_entity,
	            str_fmt(cx->arena, "sentence.strategy:%.*s", STR_ARG(uuid_text(cx->arena, b->strategy->row.id))), &rows, &len));
	for (size_t k = 0; k < b->sentences_len; k++) {
		struct board_sentence *s = &b->sentences[k];
		s->figures = ARENA_ARRAY(cx->arena, struct figure *, len + 1);
		for (size_t i = 0; i < len; i++) {
			const struct indicator_link *l = rows[i];
			struct figure *f;
			if (!uuid_eq(l->sentence, s->sentence->row.id)) continue;
			TRY(figure_for(cx, r, l->indicator, &f));
			if (f) s->figures[s->len++] = f; /* an archived indicator measures nothing */
		}
	}
	return OK;
}

static void sum_up(struct board *b)
{
	for (size_t k = 0; k < b->sentences_len; k++) {
		bool behind = false;
		for (size_t i = 0; i < b->sentences[k].len; i++)
			behind |= b->sentences[k].figures[i]->state == FIGURE_BEHIND;
		b->measured += b->sentences[k].len > 0;
		b->behind += behind;
	}
}

static bool has_figure(const struct board_sentence *s, struct str code)
{
	for (size_t i = 0; i < s->len; i++)
		if (str_eq(s->figures[i]->indicator->code, code)) return true;
	return false;
}

static enum err choose_sentence(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	struct board_sentence *first = NULL, *measured = NULL, *asked = NULL;
	b->section = UNKNOWN;
	if (str_present(r->asked->section)) {
		b->section = field_option(entity_field(&sentence_entity, STR("section")), r->asked->section);
		if (b->section == UNKNOWN) return not_found(cx);
	}
	for (size_t k = 0; k < b->sentences_len; k++) {
		struct board_sentence *s = &b->sentences[k];
		if (!uuid_none(r->asked->sentence) && uuid_eq(s->sentence->row.id, r->asked->sentence)) b->open = s;
		if (b->section != UNKNOWN && s->sentence->section != b->section) continue;
		if (!first) first = s;
		if (!measured && s->len) measured = s;
		if (!asked && has_figure(s, r->asked->figure)) asked = s;
	}
	if (!uuid_none(r->asked->sentence) && !b->open) return not_found(cx);
	if (!b->open) b->open = asked ? asked : measured ? measured : first;
	if (b->open) b->section = b->open->sentence->section;
	if (b->section == UNKNOWN) b->section = SECTION_P1;
	return OK;
}

/* The figure of the open sentence is read again over several years. */
static enum err open_figure(struct cx *cx, struct reading *r)
{
	struct board *b = r->b;
	if (!b->open || !b->open->len) return OK;
	size_t at = 0;
	for (size_t i = 0; i < b->open->len; i++)
		if (str_eq(b->open->figures[i]->indicator->code, r->asked->figure)) at = i;
	b->figure = b->open->figures[at];
	TRY(figure_read(cx, b->figure->indicator, b->years, b->year, BOARD_YEARS, b->figure));
	if (uuid_none(b->figure->indicator->owner)) return OK;
	struct unit *owner = entity_new(cx, &unit_entity);
	bool found;
	TRY(entity_load(cx, &unit_entity, b->figure->indicator->owner, owner, &found));
	if (found) b->owner = cx->lang == LANG_EN && !str_blank(owner->name_en) ? owner->name_en : owner->name;
	return OK;
}

static enum err board(struct cx *cx, void *arg)
{
	struct reading *r = arg;
	*r->b = (struct board){.section = SECTION_P1, .whole = actor_everywhere(cx, ROLES_STAFF)};
	TRY(choose_strategy(cx, r));
	TRY(choose_year(cx, r));
	if (!r->b->strategy) return OK;
	TRY(read_sentences(cx, r));
	TRY(link_figures(cx, r));
	sum_up(r->b);
	TRY(choose_sentence(cx, r));
	return open_figure(cx, r);
}

enum err strategy_flow_board(struct cx *cx, const struct board_asked *asked, struct board *out)
{
	return db_tx(cx, DB_READ, board, &(struct reading){.asked = asked, .b = out});
}

/* --- what is shared --- */

bool figure_hidden(const struct indicator *i, const struct figure_year *y, size_t at)
{
	bool grouped = i->method == METHOD_PARITY || (i->method == METHOD_SHARE && at < 2);
	int64_t whole = grouped && at % 2 == 0 ? y->count[at + 1].n : UNKNOWN;
	return cell_hidden(y->count[at].n, whole, i->small_cells);
}

struct sharing {
	struct str year, *year_code;
	struct figure **out;
	size_t *len;
};

static enum err figures(struct cx *cx, void *arg)
{
	struct sharing *s = arg;
	struct board b = {0};
	struct board_asked asked = {.year = s->year};
	struct reading r = {.asked = &asked, .b = &b};
	void **rows;
	TRY(choose_year(cx, &r));
	TRY(rows_of(cx, &indicator_entity, STR(""), &rows, s->len));
	if (!b.years_len) *s->len = 0;
	*s->year_code = b.years_len ? b.years[b.year]->code : STR("");
	*s->out = ARENA_ARRAY(cx->arena, struct figure, *s->len + 1);
	for (size_t i = 0; i < *s->len; i++)
		TRY(figure_read(cx, rows[i], b.years, b.year, BOARD_YEARS, &(*s->out)[i]));
	return OK;
}

enum err strategy_flow_figures(struct cx *cx, struct str year, struct figure **out, size_t *len, struct str *year_code)
{
	return db_tx(cx, DB_READ, figures, &(struct sharing){year, year_code, out, len});
}
