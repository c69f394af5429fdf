/* The board on a small school: each figure against plain SQL and against the list that it opens; definitions that change, break
 * or count nobody; who may read. */
#include "base/date.h"
#include "fixture.h"
#include "office/campaigns/flow.h"
#include "office/strategy/flow.h"
#include "platform/audit/audit.h"
#include "platform/record/import.h"
#include "platform/record/record.h"
#include "platform/web/widgets/pages_own.h"

static const struct actor operator= {.is_operator = true, .roles = ~UINT64_C(0)};
static struct uuid years[3], chemistry, physics;

static void join(void)
{
	static const struct entity *all[64];
	const struct entity *const *lists[] = {people_entities, programmes_entities, partners_entities, agreements_entities,
	                                       stays_entities,  campaigns_entities,  strategy_entities};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; lists[i][k]; k++)
			all[n++] = lists[i][k];
	entity_register_all(all);
}

static void show_problems(struct cx *cx)
{
	for (struct problem *p = cx->problems; p; p = p->next)
		tap_show(p->place, problem_text(cx, p));
	cx_clear_problems(cx);
}

/* --- the school --- */

/* Rows as flows leave them, without the flows of other folders: nothing here asks what these decide. */
static enum err put(struct cx *cx, const struct entity *e, void *row)
{
	struct row *head = row;
	head->id = uuid_new(cx->now_ms);
	head->version = 1;
	head->created_ms = head->changed_ms = cx->now_ms;
	TRY(record_derive(cx, e, row));
	if (e->flags & E_NUMBERED) TRY(record_give_number(cx, e, row));
	return entity_insert(cx, e, row);
}

static enum err add_person(struct cx *cx, struct uuid programme, size_t year, int64_t study_year, int64_t status, struct uuid unit,
                           struct uuid *out)
{
	static int64_t n;
	struct person *p = entity_new(cx, &person_entity);
	struct enrolment *e = entity_new(cx, &enrolment_entity);
	p->family = str_fmt(cx->arena, "Person %lld", (long long)++n);
	p->unit = unit;
	if (uuid_none(*out)) {
		TRY(put(cx, &person_entity, p));
		*out = p->row.id;
	}
	e->person = *out;
	e->programme = programme;
	e->academic_year = years[year];
	e->year = study_year;
	e->status = status;
	return put(cx, &enrolment_entity, e);
}

static enum err add_stay(struct cx *cx, struct uuid person, size_t year, int64_t direction, int64_t starts, int64_t cancelled,
                         struct uuid *out)
{
	struct stay *s = entity_new(cx, &stay_entity);
	s->person = person;
	s->academic_year = years[year];
	s->direction = direction;
	s->activity = ACTIVITY_STUDY;
	s->category = CATEGORY_STUDENT;
	s->starts = starts;
	s->ends = starts + 30;
	s->cancelled_ms = cancelled;
	TRY(put(cx, &stay_entity, s));
	if (out) *out = s->row.id;
	return OK;
}

static int64_t day(int y, int m, int d) { return date_from_civil(y, m, d); }

/* 2026-27: 10 apprentices, 3 abroad and one to leave; 20 others from year 3 on, 9 and 2. Beside them what must not count. */
static enum err fill_people(struct cx *cx, struct uuid programme, struct uuid second)
{
	struct uuid id, none = UUID_NONE;
	for (int i = 0; i < 10; i++) {
		id = none;
		TRY(add_person(cx, programme, 2, 4, ENROLLED_APPRENTICE, i < 4 ? chemistry : physics, &id));
		if (i < 3) TRY(add_stay(cx, id, 2, 0, day(2026, 9, 10), UNKNOWN, NULL));
		if (i == 0) TRY(add_stay(cx, id, 2, 0, day(2026, 9, 20), UNKNOWN, NULL));        /* twice abroad counts once */
		if (i == 3) TRY(add_stay(cx, id, 2, 0, day(2027, 3, 1), UNKNOWN, NULL));         /* still to begin */
		if (i == 4) TRY(add_stay(cx, id, 2, 0, day(2026, 9, 1), 1, NULL));               /* cancelled */
		if (i == 5) TRY(add_stay(cx, id, 1, 0, day(2025, 9, 1), UNKNOWN, NULL));         /* the year before */
		if (i == 6) TRY(add_stay(cx, id, 2, 1, day(2026, 9, 1), UNKNOWN, NULL));         /* coming in */
		if (i == 7) TRY(add_person(cx, second, 2, 4, ENROLLED_STUDENT, chemistry, &id)); /* enrolled twice: an apprentice */
	}
	for (int i = 0; i < 20; i++) {
		id = none;
		TRY(add_person(cx, programme, 2, 3 + i % 3, ENROLLED_STUDENT, physics, &id));
		if (i < 11) TRY(add_stay(cx, id, 2, 0, i < 9 ? day(2026, 9, 10) : day(2027, 2, 1), UNKNOWN, NULL));
	}
	for (int i = 0; i < 6; i++) {
		id = none;
		TRY(add_person(cx, programme, 2, 1, ENROLLED_STUDENT, physics, &id)); /* no apprentices in year 1 */
		if (i < 4) TRY(add_stay(cx, id, 2, 0, day(2026, 9, 10), UNKNOWN, NULL));
	}
	for (int i = 0; i < 5; i++) { /* 2024-25: students, and no apprentice at all */
		id = none;
		TRY(add_person(cx, programme, 0, 4, ENROLLED_STUDENT, physics, &id));
		if (i < 2) TRY(add_stay(cx, id, 0, 0, day(2024, 10, 1), UNKNOWN, NULL));
	}
	return OK;
}

static enum err add_campaign(struct cx *cx, size_t year, int64_t scheme, int64_t from, int64_t to, int64_t opened, struct uuid *out)
{
	struct campaign *c = entity_new(cx, &campaign_entity);
	c->title = STR("Campaign");
	c->academic_year = years[year];
	c->opens_ms = 0;
	c->closes_ms = 1;
	c->zone = STR("Europe/Paris");
	c->activity = ACTIVITY_STUDY;
	c->scheme = scheme;
	c->year_from = from;
	c->year_to = to;
	c->max_choices = 5;
	c->opened_ms = opened;
	TRY(put(cx, &campaign_entity, c));
	*out = c->row.id;
	return OK;
}

static enum err add_opportunity(struct cx *cx, struct uuid campaign, struct uuid partner, struct uuid *out)
{
	struct opportunity *o = entity_new(cx, &opportunity_entity);
	o->campaign = campaign;
	o->partner = partner;
	o->seats = 2;
	TRY(put(cx, &opportunity_entity, o));
	*out = o->row.id;
	return OK;
}

static enum err add_placement(struct cx *cx, struct uuid campaign, struct uuid opportunity, int64_t answer, struct uuid stay)
{
	struct placement *p = entity_new(cx, &placement_entity);
	p->campaign = campaign;
	p->application = uuid_new(cx->now_ms); /* whose it is does not matter here */
	p->opportunity = opportunity;
	p->round = 1;
	p->answer = answer;
	p->stay = stay;
	p->row.id = uuid_new(cx->now_ms);
	p->row.version = 1;
	p->row.created_ms = p->row.changed_ms = cx->now_ms;
	p->label = STR("Placement");
	return entity_insert(cx, &placement_entity, p);
}

/* 2026-27: 5 opened, 4 filled, 3 realised, 1 to come. 2025-26: 4 opened, 2 filled, 1 realised. */
static enum err fill_campaigns(struct cx *cx)
{
	struct partner *p = entity_new(cx, &partner_entity);
	struct uuid c, o, stay, before, later, long_one, master, person = UUID_NONE;
	p->name = STR("Universidade do Porto");
	p->country = STR("PT");
	p->kind = 0;
	TRY(put(cx, &partner_entity, p));
	TRY(add_campaign(cx, 2, SCHEME_SHORT, 2, 3, 1, &c));
	for (int i = 0; i < 5; i++) {
		TRY(add_opportunity(cx, c, p->row.id, &o));
		TRY(add_stay(cx, person, 2, 0, i < 3 ? day(2026, 9, 15) : day(2027, 2, 1), UNKNOWN, &stay));
		if (i < 4) TRY(add_placement(cx, c, o, PLACEMENT_ACCEPTED, stay));
		if (i == 4) TRY(add_placement(cx, c, o, PLACEMENT_DECLINED, UUID_NONE));
		if (i == 0) TRY(add_placement(cx, c, o, PLACEMENT_ACCEPTED, stay)); /* its second seat */
	}
	TRY(add_campaign(cx, 1, SCHEME_SHORT, 3, 3, 1, &before));
	for (int i = 0; i < 4; i++) {
		TRY(add_opportunity(cx, before, p->row.id, &o));
		TRY(add_stay(cx, person, 1, 0, day(2026, 1, 15), i ? 1 : UNKNOWN, &stay));
		if (i < 2) TRY(add_placement(cx, before, o, PLACEMENT_ACCEPTED, stay));
	}
	TRY(add_campaign(cx, 2, SCHEME_SHORT, 3, 3, UNKNOWN, &later));
	TRY(add_opportunity(cx, later, p->row.id, &o));
	TRY(add_campaign(cx, 2, SCHEME_LONG, 3, 3, 1, &long_one));
	TRY(add_opportunity(cx, long_one, p->row.id, &o));
	TRY(add_campaign(cx, 2, SCHEME_SHORT, 4, 5, 1, &master));
	return add_opportunity(cx, master, p->row.id, &o);
}

static enum err add_unit(struct cx *cx, const char *code, struct uuid *out)
{
	struct unit *u = entity_new(cx, &unit_entity);
	u->code = u->name = str_of(code);
	u->kind = UNIT_SPECIALITY;
	TRY(put(cx, &unit_entity, u));
	*out = u->row.id;
	return OK;
}

static enum err add_programme(struct cx *cx, const char *code, struct uuid *out)
{
	struct programme *p = entity_new(cx, &programme_entity);
	p->code = p->title = str_of(code);
	p->format = FORMAT_BOTH;
	TRY(put(cx, &programme_entity, p));
	*out = p->row.id;
	return OK;
}

static enum err fill(struct cx *cx, void *arg)
{
	struct uuid programme, second;
	for (int i = 0; i < 3; i++) {
		struct academic_year *y = entity_new(cx, &academic_year_entity);
		y->code = str_fmt(cx->arena, "%d-%02d", 2024 + i, 25 + i);
		y->starts = day(2024 + i, 9, 1);
		y->ends = day(2025 + i, 8, 31);
		TRY(put(cx, &academic_year_entity, y));
		years[i] = y->row.id;
	}
	TRY(add_unit(cx, "chemistry", &chemistry));
	TRY(add_unit(cx, "physics", &physics));
	TRY(add_programme(cx, "ENG", &programme));
	TRY(add_programme(cx, "MSC", &second));
	TRY(fill_people(cx, programme, second));
	return fill_campaigns(cx);
}

static const char sentences_csv[] =
    "strategy,section,position,text,language,translation\n"
    "2024-2027,p3,1,\"Six courtes mobilit\303\251s par an, en 3e ann\303\251e.\",fr,Six short mobilities a year in year 3.\n"
    "2024-2027,p3,2,Les apprentis partent comme les autres.,fr,Apprentices go as the others do.\n"
    "2024-2027,p1,1,Rendre les formations lisibles.,fr,Make programmes readable.\n";
static const char links_csv[] = "sentence,indicator\n2024-2027 P3.1,K2\n2024-2027 P3.2,K3\n";

static void bring(struct cx *cx, const struct entity *e, const char *csv, const char *want)
{
	struct import_options o = {.entity = e, .source = STR("file.csv"), .bytes = str_of(csv)};
	struct import_report r = {0};
	if (import_run(cx, &o, &r) != OK) show_problems(cx);
	VEC_EACH (l, &r.lines)
		if (l->reason.len) tap_show("line", l->reason);
	CHECK_STR(import_summary(cx, &r), want);
}

static struct store *begin(void)
{
	static struct store s;
	static bool joined;
	int applied;
	if (!joined) join();
	joined = true;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	s.cx.tenant = 1;
	s.cx.actor = &operator;
	s.cx.lang = LANG_EN;
	s.cx.now_ms = day(2026, 11, 23) * 86400000;
	enum err err = db_tx(&s.cx, DB_WRITE, fill, NULL);
	struct strategy *st = entity_new(&s.cx, &strategy_entity);
	st->code = STR("2024-2027");
	st->title = STR("Strat\303\251gie internationale");
	st->starts = day(2024, 1, 1);
	if (err == OK) err = strategy_flow_create(&s.cx, st);
	if (err != OK) show_problems(&s.cx);
	CHECK_INT(err, OK);
	bring(&s.cx, &sentence_entity, sentences_csv, "new 3 changed 0 unchanged 0 conflict 0 refused 0");
	bring(&s.cx, &indicator_link_entity, links_csv, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	return &s;
}

static void read_board(struct cx *cx, const char *part, const char *figure, const char *year, struct board *b)
{
	struct board_asked asked = {.section = str_of(part), .figure = str_of(figure), .year = str_of(year)};
	enum err err = strategy_flow_board(cx, &asked, b);
	if (err != OK) show_problems(cx);
	CHECK_INT(err, OK);
}

/* The figure of the sentence at this position of priority 3. */
static const struct figure *figure_at(struct cx *cx, int64_t position, const char *year)
{
	struct board *b = ARENA_NEW(cx->arena, struct board);
	read_board(cx, "p3", NULL, NULL, b);
	for (size_t i = 0; i < b->sentences_len; i++) {
		const struct sentence *s = b->sentences[i].sentence;
		struct board_asked asked = {.sentence = s->row.id, .year = str_of(year)};
		if (s->section != SECTION_P3 || s->position != position) continue;
		CHECK_INT(strategy_flow_board(cx, &asked, b), OK);
		return b->figure;
	}
	return NULL;
}

/* --- the list that a number opens --- */

static enum err add_one(struct cx *cx, void *arg, const void *row)
{
	++*(int64_t *)arg;
	return OK;
}

static int64_t opened(struct cx *cx, struct str href)
{
	struct str kind, rest = str_sub(href, 1, href.len);
	struct list_query q;
	int64_t n = 0;
	if (!str_split(&rest, '?', &kind) || !entity_by_kind(kind)) return -1;
	if (list_query_parse(cx, entity_by_kind(kind), query_pairs(cx, rest), &q) != OK || list_each(cx, &q, add_one, &n) != OK) {
		show_problems(cx);
		return -2;
	}
	return n;
}

static void check_links(struct cx *cx, const struct figure *f)
{
	for (size_t k = 0; k < f->len; k++)
		for (size_t at = 0; at < INDICATOR_SOURCES; at++) {
			const struct figure_count *c = &f->years[k].count[at];
			if (str_blank(indicator_source(f->indicator, at))) continue;
			CHECK(c->n != UNKNOWN);
			CHECK_INT(opened(cx, c->href), c->n);
		}
}

/* --- K2 --- */

#define SHORT(year)                                                                                               \
	"from opportunity o join campaign c on c.id = o.campaign join academic_year y on y.id = c.academic_year " \
	"where y.code = '" year "' and c.scheme = 'short' and c.year_from <= 3 and c.year_to >= 3"

static void test_k2(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	const struct figure *f = figure_at(cx, 1, "2026-27");
	REQUIRE(f && f->len == 3);
	const struct figure_count *n = figure_now(f)->count;
	CHECK_INT(day(2026, 11, 23), 20780);
	CHECK_INT(n[0].n, number_of(cx, SQL("select count(*) " SHORT("2026-27") " and c.opened_ms is not null")));
	CHECK_INT(
	    n[1].n,
	    number_of(cx, SQL("select count(distinct o.id) from placement p join opportunity o on o.id = p.opportunity join campaign c on "
	                      "c.id = o.campaign where p.answer = 'accepted' and c.opened_ms is not null and c.year_from = 2")));
	CHECK_INT(n[2].n,
	          number_of(cx, SQL("select count(distinct p.opportunity) from placement p join stay t on t.id = p.stay join campaign c on "
	                            "c.id = p.campaign where p.answer = 'accepted' and t.starts <= 20780 and t.cancelled_ms is null "
	                            "and c.year_from = 2")));
	CHECK_INT(n[3].n, number_of(cx, SQL("select count(*) " SHORT("2026-27"))));
	CHECK_INT(n[0].n, 5);
	CHECK_INT(n[1].n, 4);
	CHECK_INT(n[2].n, 3);
	CHECK_INT(n[3].n, 6);
	check_links(cx, f);
	/* 2025-26: 4 opened, half of the two filled ones realised */
	CHECK_INT(f->years[1].count[0].n, 4);
	CHECK_INT(f->years[1].count[1].n, 2);
	CHECK_INT(f->years[1].count[2].n, 1);
	CHECK(f->years[1].is_over);
	CHECK_INT(f->span, 9);
	CHECK_STR(f->span_from->code, "2025-26");
	CHECK_INT(f->forecast.opened, 6);
	CHECK_INT(f->forecast.share, 5000);
	CHECK_INT(f->forecast.low, 3);
	CHECK_INT(f->forecast.high, 4);
	CHECK_INT(f->forecast.realised, 4); /* 3.5, half up */
	CHECK_INT(f->state, FIGURE_OPEN);
	/* a year that is over and stayed below is behind; nothing is forecast */
	f = figure_at(cx, 1, "2025-26");
	REQUIRE(f != NULL);
	CHECK_INT(f->state, FIGURE_BEHIND);
	CHECK_INT(f->forecast.opened, 4);
	CHECK(f->forecast.is_over);
	store_close(s);
}

/* --- K3 --- */

#define ENROLLED(status, year)                                                                                  \
	"select e.person from enrolment e join academic_year y on y.id = e.academic_year where y.code = '" year \
	"' and e.status = '" status "'"
#define ABROAD                                                                                                                             \
	"select t.person from stay t join academic_year y on y.id = t.academic_year where y.code = '2026-27' and t.direction = 'out' and " \
	"t.cancelled_ms is null"

static void test_k3(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	const struct figure *f = figure_at(cx, 2, "2026-27");
	REQUIRE(f && f->len == 3);
	const struct figure_count *n = figure_now(f)->count;
	CHECK_INT(n[0].n, number_of(cx, SQL("select count(*) from person where id in (" ENROLLED("apprentice",
	                                                                                         "2026-27") ") and id in (" ABROAD ")")));
	CHECK_INT(n[1].n, number_of(cx, SQL("select count(*) from person where id in (" ENROLLED("apprentice", "2026-27") ")")));
	CHECK_INT(n[3].n,
	          number_of(cx, SQL("select count(*) from person where id in (" ENROLLED(
				    "student", "2026-27") " and e.year >= 3) and id not in (" ENROLLED("apprentice", "2026-27") ")")));
	CHECK_INT(
	    n[2].n,
	    number_of(cx, SQL("select count(*) from person where id in (" ENROLLED(
			      "student", "2026-27") " and e.year >= 3) and id not in (" ENROLLED("apprentice",
	                                                                                         "2026-27") ") and id in (" ABROAD ")")));
	CHECK_INT(n[0].n, 4);
	CHECK_INT(n[1].n, 10);
	CHECK_INT(n[2].n, 11);
	CHECK_INT(n[3].n, 20);
	CHECK_INT(f->parity.ratio, 7273);
	CHECK_INT(f->parity.missing, 1);
	CHECK_INT(f->state, FIGURE_BEHIND);
	check_links(cx, f);
	CHECK(figure_hidden(f->indicator, figure_now(f), 0)); /* four of ten apprentices stay in the house */
	CHECK(!figure_hidden(f->indicator, figure_now(f), 1));
	/* nobody was an apprentice in 2024-25: no percentage, no ratio */
	CHECK_INT(f->years[0].count[1].n, 0);
	CHECK_INT(f->years[0].count[2].n, 2);
	CHECK_INT(f->years[0].value, UNKNOWN);
	f = figure_at(cx, 2, "2024-25");
	REQUIRE(f != NULL);
	CHECK_INT(f->state, FIGURE_UNKNOWN);
	CHECK_INT(f->parity.first, UNKNOWN);
	CHECK_INT(f->parity.others, 4000);
	store_close(s);
}

/* --- definitions --- */

static struct indicator *indicator_of(struct cx *cx, const char *code)
{
	struct list_query q;
	struct list_page page;
	const struct pair pair = {STR("filter"), str_fmt(cx->arena, "code:%s", code)};
	if (list_query_parse(cx, &indicator_entity, (struct pairs){&pair, 1}, &q) != OK || list_run(cx, &q, &page) != OK || page.len != 1)
		abort();
	return page.rows[0];
}

static enum err set_source(struct cx *cx, struct indicator *i, const char *text)
{
	struct draft d;
	draft_begin(cx, &indicator_entity, i, &d);
	TRY(draft_set(cx, &d, &indicator_entity.fields[indicator_f_source_a], str_of(text)));
	return indicator_flow_change(cx, d.row, &d.given);
}

static enum err lines_of(struct cx *cx, void *arg)
{
	struct audit_line *lines;
	size_t len;
	TRY(audit_history(cx, indicator_of(cx, "K3")->row.id, 10, &lines, &len));
	*(size_t *)arg = len;
	return OK;
}

static void test_definition_changes(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	struct indicator *i = indicator_of(cx, "K3");
	size_t lines = 0;
	CHECK(indicator_as_shipped(cx, i));
	/* a pasted address, encoded as browsers do */
	CHECK_INT(set_source(cx, i, "/people?has=enrolments.person~academic_year%3A{year}~status:apprentice&has=stays.person~direction:in"),
	          OK);
	const struct figure *f = figure_at(cx, 2, "2026-27");
	REQUIRE(f != NULL);
	CHECK_INT(figure_now(f)->count[0].n, 1);
	CHECK_INT(opened(cx, figure_now(f)->count[0].href), 1);
	CHECK(!indicator_as_shipped(cx, indicator_of(cx, "K3")));
	CHECK_INT(db_tx(cx, DB_READ, lines_of, &lines), OK);
	CHECK_INT(lines, 2); /* made, changed */
	/* the next strategy leaves the school's own reading alone */
	struct strategy *next = entity_new(cx, &strategy_entity);
	next->code = next->title = STR("2028-2032");
	next->starts = day(2028, 1, 1);
	CHECK_INT(strategy_flow_create(cx, next), OK);
	CHECK_INT(indicator_of(cx, "K3")->row.version, 2);
	struct board b;
	read_board(cx, "p3", NULL, NULL, &b);
	CHECK_STR(b.strategy->code, "2024-2027"); /* the one in force */
	store_close(s);
}

static void refused(struct cx *cx, const char *text)
{
	cx_clear_problems(cx);
	CHECK_INT(set_source(cx, indicator_of(cx, "K3"), text), ERR_INVALID);
	REQUIRE(cx->problems != NULL);
	CHECK_STR(cx->problems->field, "source_a");
	CHECK(cx->problems->next == NULL);
	cx_clear_problems(cx);
}

static enum err breaks(struct cx *cx, void *arg)
{
	return db_exec(cx, SQL("update indicator set source_a = 'people?filter=shoe_size:42' where code = 'K3'"));
}

static void test_wrong_definitions(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	struct board b;
	refused(cx, "nothing?filter=a:b");
	refused(cx, "people?filter=shoe_size:42");
	refused(cx, "people?filter=nationality:Atlantis");
	refused(cx, "people?has=stays.person~academic_year:{month}");
	refused(cx, "people?has=stays.nobody~direction:out");
	refused(cx, "");
	/* a field that goes later leaves the board standing, without a number and with the reason */
	CHECK_INT(db_tx(cx, DB_WRITE, breaks, NULL), OK);
	const struct figure *f = figure_at(cx, 2, "2026-27");
	REQUIRE(f != NULL);
	CHECK_INT(figure_now(f)->count[0].n, UNKNOWN);
	CHECK_INT(figure_now(f)->count[1].n, 10);
	CHECK_INT(f->state, FIGURE_UNKNOWN);
	CHECK(str_find(f->problem, STR("shoe_size")) != STR_NPOS);
	CHECK(cx->problems == NULL);
	read_board(cx, "p3", NULL, "2026-27", &b);
	CHECK_INT(b.figure->state, FIGURE_OPEN); /* K2 */
	store_close(s);
}

/* --- the board --- */

static void test_board(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	struct board b;
	struct board_asked asked = {.year = STR("1999-00")};
	read_board(cx, NULL, NULL, NULL, &b);
	CHECK_INT(b.sentences_len, 3);
	CHECK_INT(b.measured, 2);
	CHECK_INT(b.behind, 1);
	CHECK_INT(b.section, SECTION_P3); /* the first part with a figure */
	CHECK_INT(b.in_section[SECTION_P1], 1);
	CHECK_STR(b.years[b.year]->code, "2026-27");
	CHECK(b.whole);
	read_board(cx, "p1", NULL, NULL, &b);
	CHECK(b.open && b.open->len == 0 && !b.figure);
	read_board(cx, "p5", NULL, NULL, &b);
	CHECK(!b.open);
	CHECK_INT(strategy_flow_board(cx, &asked, &b), ERR_NOT_FOUND);
	cx_clear_problems(cx);
	asked = (struct board_asked){.sentence = uuid_new(1)};
	CHECK_INT(strategy_flow_board(cx, &asked, &b), ERR_NOT_FOUND);
	cx_clear_problems(cx);
	/* the same files again change nothing */
	bring(cx, &sentence_entity, sentences_csv, "new 0 changed 0 unchanged 3 conflict 0 refused 0");
	bring(cx, &indicator_link_entity, links_csv, "new 0 changed 0 unchanged 2 conflict 0 refused 0");
	store_close(s);
}

static void test_who_may(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	struct grant whole = {.role = ROLE_DIRECTOR}, unit = {.role = ROLE_HEAD, .unit = chemistry, .units = &chemistry, .units_len = 1},
		     own = {.role = ROLE_STUDENT};
	struct actor director = {.roles = ROLE_DIRECTOR, .grants = &whole, .grants_len = 1},
		     head = {.roles = ROLE_HEAD, .grants = &unit, .grants_len = 1},
		     student = {.roles = ROLE_STUDENT, .grants = &own, .grants_len = 1};
	struct board_asked asked = {0};
	struct board b;
	cx->actor = &director;
	const struct figure *f = figure_at(cx, 2, "2026-27");
	REQUIRE(f != NULL);
	CHECK_INT(figure_now(f)->count[1].n, 10);
	CHECK_INT(figure_now(figure_at(cx, 1, "2026-27"))->count[2].n, 3);
	check_links(cx, f);
	CHECK_INT(set_source(cx, indicator_of(cx, "K3"), "people?filter=nationality:FR"), ERR_DENIED);
	cx_clear_problems(cx);
	/* a head's board counts their unit, and so do its lists */
	cx->actor = &head;
	f = figure_at(cx, 2, "2026-27");
	REQUIRE(f != NULL);
	CHECK_INT(figure_now(f)->count[0].n, 4);
	CHECK_INT(figure_now(f)->count[1].n, 4);
	CHECK_INT(figure_now(f)->count[3].n, 0);
	check_links(cx, f);
	read_board(cx, NULL, NULL, NULL, &b);
	CHECK(!b.whole);
	cx->actor = &student;
	CHECK_INT(strategy_flow_board(cx, &asked, &b), ERR_DENIED);
	cx_clear_problems(cx);
	cx->actor = NULL;
	CHECK_INT(strategy_flow_board(cx, &asked, &b), ERR_DENIED);
	cx_clear_problems(cx);
	cx->actor = &operator;
	store_close(s);
}

TAP_MAIN(TAP(test_k2), TAP(test_k3), TAP(test_definition_changes), TAP(test_wrong_definitions), TAP(test_board), TAP(test_who_may))
