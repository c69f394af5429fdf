/* Pure decisions: status of an agreement by date, steps of a stay and who holds the pen, balance, spelling of Erasmus codes. */
#include "../tap.h"
#include "base/date.h"
#include "base/map.h"
#include "office/agreements/rules.h"
#include "office/agreements/vocabulary.h"
#include "office/partners/rules.h"
#include "office/stays/rules.h"
#include "platform/format/table.h"

#define DAY(y, m, d) date_from_civil((y), (m), (d))

static struct agreement blank_agreement(void)
{
	return (struct agreement){.row = {.created_ms = DAY(2025, 1, 10) * 86400000 + 5},
	                          .valid_from = DAY(2025, 9, 1),
	                          .valid_to = DAY(2029, 8, 31),
	                          .signed_here = UNKNOWN,
	                          .signed_there = UNKNOWN,
	                          .sent = UNKNOWN,
	                          .ended = UNKNOWN};
}

static void check_status(const struct agreement *a, int64_t today, enum agreement_status status, int64_t since, enum agreement_pen pen)
{
	struct agreement_state s = agreement_status(a, today);
	CHECK_Z(agreement_status_code(s.status), agreement_status_code(status));
	CHECK_INT(s.since, since);
	CHECK_INT(s.pen, pen);
}

static void test_agreement_status(void)
{
	struct agreement a = blank_agreement();
	int64_t today = DAY(2025, 3, 1);
	check_status(&a, today, AGREEMENT_DRAFT, DAY(2025, 1, 10), AGREEMENT_PEN_US);
	a.sent = DAY(2025, 2, 1);
	check_status(&a, today, AGREEMENT_WAITING_PARTNER, DAY(2025, 2, 1), AGREEMENT_PEN_PARTNER);
	a.signed_there = DAY(2025, 2, 20);
	check_status(&a, today, AGREEMENT_WAITING_US, DAY(2025, 2, 20), AGREEMENT_PEN_US);
	a.signed_there = UNKNOWN;
	a.signed_here = DAY(2025, 2, 21);
	check_status(&a, today, AGREEMENT_WAITING_PARTNER, DAY(2025, 2, 21), AGREEMENT_PEN_PARTNER);
	a.signed_there = DAY(2025, 2, 25);
	check_status(&a, today, AGREEMENT_COMING, DAY(2025, 2, 25), AGREEMENT_PEN_NOBODY);
	check_status(&a, DAY(2025, 8, 31), AGREEMENT_COMING, DAY(2025, 2, 25), AGREEMENT_PEN_NOBODY);
	check_status(&a, DAY(2025, 9, 1), AGREEMENT_IN_FORCE, DAY(2025, 9, 1), AGREEMENT_PEN_NOBODY);
	check_status(&a, DAY(2029, 2, 28), AGREEMENT_IN_FORCE, DAY(2025, 9, 1), AGREEMENT_PEN_NOBODY);
	check_status(&a, DAY(2029, 3, 1), AGREEMENT_SOON, DAY(2029, 3, 1), AGREEMENT_PEN_US);
	check_status(&a, DAY(2029, 8, 31), AGREEMENT_SOON, DAY(2029, 3, 1), AGREEMENT_PEN_US);
	check_status(&a, DAY(2029, 9, 1), AGREEMENT_EXPIRED, DAY(2029, 9, 1), AGREEMENT_PEN_NOBODY);
}

static void test_agreement_edges(void)
{
	struct agreement a = blank_agreement();
	a.signed_here = DAY(2026, 1, 5);
	a.signed_there = DAY(2026, 2, 1); /* late: in force since the second signature */
	check_status(&a, DAY(2026, 1, 20), AGREEMENT_WAITING_PARTNER, DAY(2026, 1, 5), AGREEMENT_PEN_PARTNER);
	check_status(&a, DAY(2026, 2, 1), AGREEMENT_IN_FORCE, DAY(2026, 2, 1), AGREEMENT_PEN_NOBODY);
	a.ended = DAY(2027, 1, 1);
	check_status(&a, DAY(2026, 12, 31), AGREEMENT_SOON, DAY(2026, 7, 1), AGREEMENT_PEN_US);
	check_status(&a, DAY(2027, 1, 1), AGREEMENT_ENDED, DAY(2027, 1, 1), AGREEMENT_PEN_NOBODY);
	CHECK_INT(agreement_status(&a, DAY(2026, 12, 31)).until, DAY(2026, 12, 31));
	CHECK(agreement_usable(&a, DAY(2026, 9, 1), DAY(2026, 12, 31)));
	CHECK(!agreement_usable(&a, DAY(2026, 9, 1), DAY(2027, 1, 31)));
	a.ended = UNKNOWN;
	a.valid_to = UNKNOWN; /* open */
	check_status(&a, DAY(2099, 1, 1), AGREEMENT_IN_FORCE, DAY(2026, 2, 1), AGREEMENT_PEN_NOBODY);
	CHECK(agreement_usable(&a, DAY(2040, 1, 1), DAY(2041, 1, 1)));
	a.signed_there = UNKNOWN;
	CHECK(!agreement_usable(&a, DAY(2040, 1, 1), DAY(2041, 1, 1)));
}

static void test_add_months(void)
{
	CHECK_INT(date_add_months(DAY(2028, 8, 31), -6), DAY(2028, 2, 29));
	CHECK_INT(date_add_months(DAY(2027, 8, 31), -6), DAY(2027, 2, 28));
	CHECK_INT(date_add_months(DAY(2027, 3, 15), -6), DAY(2026, 9, 15));
	CHECK_INT(date_add_months(DAY(2026, 12, 31), 2), DAY(2027, 2, 28));
}

#define AT(y, m, d) (DAY(y, m, d) * 86400000 + 3600000)

static struct stay blank_stay(void)
{
	struct stay s = {.row = {.created_ms = AT(2026, 3, 2), .archived_ms = UNKNOWN},
	                 .person = {{1}},
	                 .direction = DIRECTION_OUT,
	                 .activity = ACTIVITY_STUDY,
	                 .category = CATEGORY_STUDENT,
	                 .starts = DAY(2026, 9, 1),
	                 .ends = DAY(2027, 1, 31),
	                 .accepted_ms = UNKNOWN,
	                 .nominated_ms = UNKNOWN,
	                 .host_accepted_ms = UNKNOWN,
	                 .arrived = UNKNOWN,
	                 .departed = UNKNOWN,
	                 .recognised_ms = UNKNOWN,
	                 .cancelled_ms = UNKNOWN};
	return s;
}

static const struct stay_terms terms = {.accept_days = 7, .nominate_days = UNKNOWN, .host_days = 60, .recognise_days = 35};

static void check_pen(const struct stay *s, int64_t today, enum stay_pen who, int what, int64_t since, int64_t due, bool late)
{
	struct stay_timeline t;
	stay_timeline(s, today, &terms, &t);
	CHECK_INT(t.pen.who, who);
	CHECK_INT(t.pen.what, what);
	CHECK_INT(t.pen.since, since);
	CHECK_INT(t.pen.due, due);
	CHECK_INT(t.pen.late, late);
}

static void test_stay_pen(void)
{
	struct stay s = blank_stay();
	check_pen(&s, DAY(2026, 3, 9), STAY_PEN_PERSON, M_pen_accept_place, DAY(2026, 3, 2), DAY(2026, 3, 9), false);
	check_pen(&s, DAY(2026, 3, 10), STAY_PEN_PERSON, M_pen_accept_place, DAY(2026, 3, 2), DAY(2026, 3, 9), true);
	s.accepted_ms = AT(2026, 3, 5);
	check_pen(&s, DAY(2026, 3, 10), STAY_PEN_OFFICE, M_pen_nominate, DAY(2026, 3, 5), UNKNOWN, false);
	s.nominated_ms = AT(2026, 4, 1);
	check_pen(&s, DAY(2026, 4, 2), STAY_PEN_PARTNER, M_pen_host_accept, DAY(2026, 4, 1), DAY(2026, 5, 31), false);
	s.host_accepted_ms = AT(2026, 5, 1);
	check_pen(&s, DAY(2026, 8, 31), STAY_PEN_NOBODY, 0, UNKNOWN, UNKNOWN, false);
	check_pen(&s, DAY(2026, 9, 2), STAY_PEN_PERSON, M_pen_confirm_arrival, DAY(2026, 9, 1), DAY(2026, 9, 1), true);
	s.arrived = DAY(2026, 9, 3);
	check_pen(&s, DAY(2026, 12, 1), STAY_PEN_NOBODY, 0, UNKNOWN, UNKNOWN, false);
	check_pen(&s, DAY(2027, 1, 31), STAY_PEN_PERSON, M_pen_confirm_return, DAY(2027, 1, 31), DAY(2027, 1, 31), false);
	s.departed = DAY(2027, 1, 30);
	check_pen(&s, DAY(2027, 2, 1), STAY_PEN_OFFICE, M_pen_recognise, DAY(2027, 1, 30), DAY(2027, 3, 6), false);
	s.recognised_ms = AT(2027, 3, 1);
	check_pen(&s, DAY(2027, 3, 2), STAY_PEN_NOBODY, 0, UNKNOWN, UNKNOWN, false);
}

static void test_stay_pen_incoming(void)
{
	struct stay s = blank_stay();
	s.direction = DIRECTION_IN;
	s.accepted_ms = AT(2026, 3, 5);
	check_pen(&s, DAY(2026, 3, 10), STAY_PEN_PARTNER, M_pen_be_nominated, DAY(2026, 3, 5), UNKNOWN, false);
	s.nominated_ms = AT(2026, 4, 1);
	check_pen(&s, DAY(2026, 6, 10), STAY_PEN_OFFICE, M_pen_host_accept, DAY(2026, 4, 1), DAY(2026, 5, 31), true);
	s.departed = DAY(2027, 1, 30); /* recognition is theirs */
	check_pen(&s, DAY(2027, 6, 1), STAY_PEN_NOBODY, 0, UNKNOWN, UNKNOWN, false);
}

static void check_line(const struct stay_timeline *t, size_t i, enum stay_step step, enum stay_step_state state, int64_t date)
{
	REQUIRE(i < t->len);
	CHECK_INT(t->lines[i].step, step);
	CHECK_INT(t->lines[i].state, state);
	CHECK_INT(t->lines[i].date, date);
}

static void test_stay_timeline(void)
{
	struct stay_timeline t;
	struct stay s = blank_stay();
	s.accepted_ms = AT(2026, 3, 5);
	s.host_accepted_ms = AT(2026, 5, 1); /* nobody noted the nomination */
	stay_timeline(&s, DAY(2026, 6, 1), &STAY_TERMS_NONE, &t);
	CHECK_INT(t.len, 7);
	check_line(&t, 0, STAY_PLACED, STAY_STEP_DONE, DAY(2026, 3, 2));
	check_line(&t, 1, STAY_ACCEPTED, STAY_STEP_DONE, DAY(2026, 3, 5));
	check_line(&t, 2, STAY_NOMINATED, STAY_STEP_UNRECORDED, UNKNOWN);
	check_line(&t, 3, STAY_HOST_ACCEPTED, STAY_STEP_DONE, DAY(2026, 5, 1));
	check_line(&t, 4, STAY_ARRIVED, STAY_STEP_NOW, DAY(2026, 9, 1));
	check_line(&t, 5, STAY_BACK, STAY_STEP_TO_COME, DAY(2027, 1, 31));
	check_line(&t, 6, STAY_RECOGNISED, STAY_STEP_TO_COME, UNKNOWN);
	s.category = CATEGORY_LECTURER;
	stay_timeline(&s, DAY(2026, 6, 1), &STAY_TERMS_NONE, &t);
	CHECK_INT(t.len, 6);
	s.cancelled_ms = AT(2026, 6, 1);
	stay_timeline(&s, DAY(2026, 6, 2), &STAY_TERMS_NONE, &t);
	CHECK_INT(t.len, 4);
	check_line(&t, 3, STAY_CANCELLED, STAY_STEP_DONE, DAY(2026, 6, 1));
	CHECK_INT(t.pen.who, STAY_PEN_NOBODY);
	CHECK(!stay_takes_place(&s));
	s = blank_stay();
	CHECK(stay_takes_place(&s));
	s.person = UUID_NONE; /* a line of a statistic */
	stay_timeline(&s, DAY(2026, 6, 2), &STAY_TERMS_NONE, &t);
	CHECK_INT(t.len, 0);
	CHECK_INT(t.pen.who, STAY_PEN_NOBODY);
}

static void test_study_only(void)
{
	struct stay s = blank_stay();
	for (enum stay_activity a = ACTIVITY_STUDY; a <= ACTIVITY_RESEARCH; a++) {
		s.activity = a;
		CHECK_INT(stay_is_study(&s), a == ACTIVITY_STUDY);
	}
}

static void test_balance(void)
{
	struct partner_flows bergen = {.out = 7, .in = 4}, other = {.out = 1, .in = 6}, unknown = {.out = 3, .in = UNKNOWN};
	CHECK_INT(partner_balance(&bergen), -3);
	CHECK_INT(partner_places_to_offer(&bergen), 3);
	CHECK_INT(partner_places_to_ask(&bergen), 0);
	CHECK_INT(partner_balance(&other), 5);
	CHECK_INT(partner_places_to_offer(&other), 0);
	CHECK_INT(partner_places_to_ask(&other), 5);
	CHECK_INT(partner_balance(&unknown), UNKNOWN);
	CHECK_INT(partner_places_to_offer(&unknown), UNKNOWN);
}

static void test_code_spelling(void)
{
	static const char *const pairs[][2] = {
	    {"F COMPIEG05", "F COMPIEG05"},
	    {"F  COMPIEG05", "F COMPIEG05"},
	    {" f  compieg 5 ", "F COMPIEG05"},
	    {"IRLDUBLIN01", "IRL DUBLIN01"},
	    {"IRL DUBLIN01", "IRL DUBLIN01"},
	    {"LUXLUX-VIL01", "LUX LUX-VIL01"},
	    {"DK FREDERICIA 01", "DK FREDERICIA01"},
	    {"F VERDUN1", "F VERDUN01"},
	    {"F PARIS 063", "F PARIS063"},
	    {"RSPROKUP01", "RS PROKUP01"},
	    {"F ST-DENIS17", "F ST-DENIS17"},
	    {"DBERLIN02", "DBERLIN02"}, /* D or DB? Nobody knows */
	    {"not a code", "NOT A CODE"},
	    {"", ""},
	    {"F COMPIEG", "F COMPIEG"},
	    {"F COMPIEG0501", "F COMPIEG0501"},
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		CHECK_STR(erasmus_code_normalise(a, str_of(pairs[i][0])), pairs[i][1]);
	arena_free(a);
}

static bool normal(struct str s)
{
	size_t i = 0, n = 0;
	while (i < s.len && s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
		i++;
	if (i < 1 || i > 3 || i == s.len || s.ptr[i++] != ' ') return false;
	for (; i < s.len && ((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '-'); i++)
		n++;
	if (n < 1 || n > 10) return false;
	for (n = 0; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
		n++;
	return i == s.len && n >= 2 && n <= 3;
}

/* Every code of the Commission's list has one spelling, no two share one, and the spelling is its own. */
static void test_code_list(void)
{
	if (!tap_shared_dir()) SKIP("no public lists");
	struct cx cx;
	struct table_reader *table;
	struct map seen;
	struct str *cells;
	size_t n, column = 0;
	int64_t line, rows = 0, irregular = 0;
	bool more;
	cx_begin(&cx, NULL);
	map_init(&seen, cx.arena);
	struct str path = str_fmt(cx.arena, "%s/data/hei/eche_accredited_heis_2026-04-08.csv", tap_shared_dir());
	if (table_open_path(&cx, path, STR("eche.csv"), &table) != OK) {
		cx_end(&cx);
		SKIP("no public lists");
	}
	REQUIRE(table_next(table, &cells, &n, &line, &more) == OK && more);
	while (column < n && !str_is(cells[column], "erasmus_code"))
		column++;
	while (table_next(table, &cells, &n, &line, &more) == OK && more) {
		struct str code = erasmus_code_normalise(cx.arena, cells[column]);
		if (!normal(code)) TAP_FAILURE("not normal: %.*s", STR_ARG(code));
		if (map_get(&seen, code)) TAP_FAILURE("twice: %.*s", STR_ARG(code));
		map_put(&seen, code, &seen);
		CHECK(str_eq(erasmus_code_normalise(cx.arena, code), code));
		irregular += !str_eq(code, cells[column]);
		rows++;
	}
	table_close(table);
	CHECK_INT(rows, 6142);
	CHECK_INT(irregular, 41);
	cx_end(&cx);
}

static void test_vocabulary(void)
{
	static const char *const good[] = {"year >= 3 and test(en) >= B2", "status = apprentice or average >= 12.5",
	                                   "sum(days, activity = study|training) <= 360", "programme in (CHIM, PROC)", "failed_units = 0"};
	static const char *const bad[] = {"year >=", "yeer >= 3", "year >= B2", "status = retired", "count(nothing = 1) > 2", ""};
	struct arena *a = arena_new();
	struct rule_expr *e;
	struct rule_error error;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		bool ok = rule_parse(a, str_of(good[i]), &e, &error) && rule_check(a, e, &student_vocabulary, &error);
		if (!ok) TAP_FAILURE("%s: column %zu, %s", good[i], error.column, rule_expect_text(error.expected));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!rule_parse(a, str_of(bad[i]), &e, &error) || !rule_check(a, e, &student_vocabulary, &error));
	arena_free(a);
}

static void check_now(const struct stay *s, enum stay_state state, enum stay_pen pen, int64_t since, int64_t due)
{
	struct stay_now now = stay_now(s, &STAY_TERMS_NONE);
	CHECK_Z(stay_states[now.state].code, stay_states[state].code);
	CHECK_INT(now.pen, pen);
	CHECK_INT(now.since, since);
	CHECK_INT(now.due, due);
}

/* What is kept for lists says the same on any day; the day only decides whether it is somebody's turn yet. */
static void test_stay_now(void)
{
	struct stay s = blank_stay();
	s.direction = DIRECTION_OUT;
	s.category = CATEGORY_STUDENT;
	s.row.created_ms = DAY(2026, 1, 10) * 86400000;
	s.starts = DAY(2026, 9, 1);
	s.ends = DAY(2027, 1, 31);
	check_now(&s, STAY_TO_ACCEPT, STAY_PEN_PERSON, DAY(2026, 1, 10), UNKNOWN);
	s.accepted_ms = DAY(2026, 2, 1) * 86400000;
	check_now(&s, STAY_TO_NOMINATE, STAY_PEN_OFFICE, DAY(2026, 2, 1), UNKNOWN);
	s.nominated_ms = DAY(2026, 3, 1) * 86400000;
	check_now(&s, STAY_HOST_TO_ACCEPT, STAY_PEN_PARTNER, DAY(2026, 3, 1), UNKNOWN);
	s.direction = DIRECTION_IN;
	check_now(&s, STAY_TO_ADMIT, STAY_PEN_OFFICE, DAY(2026, 3, 1), UNKNOWN);
	s.direction = DIRECTION_OUT;
	s.host_accepted_ms = DAY(2026, 4, 1) * 86400000;
	check_now(&s, STAY_TO_LEAVE, STAY_PEN_PERSON, DAY(2026, 9, 1), DAY(2026, 9, 1));
	struct stay_now now = stay_now(&s, &STAY_TERMS_NONE);
	s.state_now = now.state, s.pen_now = now.pen, s.since_now = now.since, s.due_now = now.due;
	CHECK_INT(stay_urgency(&s, DAY(2026, 8, 31)), STAY_QUIET);
	CHECK_INT(stay_urgency(&s, DAY(2026, 9, 1)), STAY_WAITING);
	CHECK_INT(stay_urgency(&s, DAY(2026, 9, 2)), STAY_LATE);
	s.arrived = DAY(2026, 9, 1);
	s.departed = DAY(2027, 1, 30);
	check_now(&s, STAY_TO_RECOGNISE, STAY_PEN_OFFICE, DAY(2027, 1, 30), UNKNOWN);
	s.category = CATEGORY_LECTURER;
	check_now(&s, STAY_DONE, STAY_PEN_NOBODY, UNKNOWN, UNKNOWN);
	s.cancelled_ms = DAY(2026, 5, 5) * 86400000;
	check_now(&s, STAY_OFF, STAY_PEN_NOBODY, UNKNOWN, UNKNOWN);
	s.cancelled_ms = UNKNOWN;
	s.person = UUID_NONE;
	check_now(&s, STAY_PAST, STAY_PEN_NOBODY, UNKNOWN, UNKNOWN);
}

static void test_stay_cycle(void)
{
	struct stay s = blank_stay();
	s.category = CATEGORY_STUDENT;
	s.programme_year = 3;
	CHECK_STR(stay_cycle(&s), "6");
	s.category = CATEGORY_APPRENTICE;
	s.programme_year = 4;
	CHECK_STR(stay_cycle(&s), "7");
	s.programme_year = 9;
	CHECK(!str_present(stay_cycle(&s))); /* no such year in the table */
	s.programme_year = UNKNOWN;
	CHECK(!str_present(stay_cycle(&s)));
	s.category = CATEGORY_DOCTORAL;
	CHECK_STR(stay_cycle(&s), "8");
	s.category = CATEGORY_STAFF;
	s.programme_year = 3;
	CHECK(!str_present(stay_cycle(&s)));
}

static void test_places_and_regions(void)
{
	struct seats s = stay_seats(4, 6);
	CHECK_INT(s.free, 0);
	CHECK_INT(s.over, 2);
	CHECK_INT(stay_seats(4, 1).free, 3);
	int64_t day = DAY(2026, 10, 1);
	CHECK_INT(partner_region(STR("DE"), day), REGION_UNION);
	CHECK_INT(partner_region(STR("NO"), day), REGION_EUROPE);
	CHECK_INT(partner_region(STR("CM"), day), REGION_AFRICA);
	CHECK_INT(partner_region(STR("CL"), day), REGION_SOUTH_AMERICA);
	CHECK_INT(partner_region(STR("CA"), day), REGION_NORTH_AMERICA);
	CHECK_INT(partner_region(STR("??"), day), REGION_UNKNOWN);
	CHECK(agreement_rank(AGREEMENT_PLACEMENT) < agreement_rank(AGREEMENT_MOBILITY));
	CHECK(agreement_rank(AGREEMENT_COOPERATION) < agreement_rank(AGREEMENT_DOUBLE_DEGREE));
}

TAP_MAIN(TAP(test_agreement_status), TAP(test_agreement_edges), TAP(test_add_months), TAP(test_stay_pen), TAP(test_stay_pen_incoming),
         TAP(test_stay_timeline), TAP(test_study_only), TAP(test_balance), TAP(test_code_spelling), TAP(test_code_list),
         TAP(test_vocabulary), TAP(test_stay_now), TAP(test_stay_cycle), TAP(test_places_and_regions))
