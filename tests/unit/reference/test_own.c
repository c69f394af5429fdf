/* A school's own rows win while they are valid, for that school alone, and doubtful ones are refused. */
#include "base/date.h"
#include "fixture.h"
#include "platform/reference/own.h"

#define DAY(y, m, d) date_from_civil((y), (m), (d))

static enum err save(struct cx *cx, void *arg) { return reference_save(cx, arg); }

static struct store *begin(void)
{
	static struct store s;
	int applied;
	store_open(&s);
	CHECK_INT(db_migrate(&s.cx, &applied), OK);
	s.cx.tenant = 7;
	return &s;
}

static struct reference_edit rate(int64_t from, int64_t to, const char *cents)
{
	static struct reference_cell cell;
	cell = (struct reference_cell){"amount_cents", str_of(cents)};
	return (struct reference_edit){.table = STR("student_rate"),
	                               .key = STR("FR/1"),
	                               .source = STR("board of 12 June"),
	                               .valid_from = from,
	                               .valid_to = to,
	                               .cells = &cell,
	                               .ncells = 1};
}

static int64_t amount(struct cx *cx, int64_t date, bool own)
{
	struct reference_row row;
	CHECK_INT(reference_find_own(cx, STR("student_rate"), STR("FR/1"), date, &row), OK);
	CHECK_INT(row.own, own);
	return reference_int(&row, "amount_cents");
}

static void test_own_wins(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	CHECK_INT(amount(cx, DAY(2025, 1, 1), false), 32700);
	struct reference_edit e = rate(DAY(2025, 1, 1), UNKNOWN, "35000");
	REQUIRE(db_tx(cx, DB_WRITE, save, &e) == OK);
	CHECK_INT(amount(cx, DAY(2024, 12, 31), false), 32700);
	CHECK_INT(amount(cx, DAY(2025, 1, 1), true), 35000);
	/* the next one ends it the day before */
	e = rate(DAY(2026, 1, 1), DAY(2026, 12, 31), "36000");
	REQUIRE(db_tx(cx, DB_WRITE, save, &e) == OK);
	CHECK_INT(amount(cx, DAY(2025, 12, 31), true), 35000);
	CHECK_INT(amount(cx, DAY(2026, 1, 1), true), 36000);
	CHECK_INT(amount(cx, DAY(2027, 1, 1), false), 32700);
	struct reference_row row, *rows;
	REQUIRE(reference_find_own(cx, STR("student_rate"), STR("FR/1"), DAY(2026, 6, 1), &row) == OK);
	CHECK_STR(row.source, "board of 12 June");
	CHECK_STR(reference_cell(&row, "sender"), "FR");
	CHECK_STR(reference_cell(&row, "host"), "1");
	CHECK_STR(reference_cell(&row, "valid_to"), "2026-12-31");
	struct str cell;
	CHECK_INT(reference_frozen_cell(cx, reference_freeze(cx->arena, &row), "amount_cents", &cell), OK);
	CHECK_STR(cell, "36000");
	/* in the list, in the place of the shipped row; a new key at the end */
	e = rate(DAY(2026, 1, 1), UNKNOWN, "1");
	e.key = STR("IT/1");
	REQUIRE(db_tx(cx, DB_WRITE, save, &e) == OK);
	size_t n;
	REQUIRE(reference_rows_own(cx, STR("student_rate"), DAY(2026, 6, 1), &rows, &n) == OK);
	REQUIRE(n == 9);
	CHECK_STR(rows[0].key, "FR/1");
	CHECK(rows[0].own && !rows[1].own);
	CHECK_STR(rows[8].key, "IT/1");
	/* another school sees nothing of it */
	cx->tenant = 8;
	CHECK_INT(amount(cx, DAY(2026, 6, 1), false), 32700);
	store_close(s);
}

static void refused(struct cx *cx, struct reference_edit e, const char *field)
{
	cx_clear_problems(cx);
	CHECK(db_tx(cx, DB_WRITE, save, &e) != OK);
	REQUIRE(cx->problems != NULL);
	CHECK_STR(cx->problems->field, field);
}

static void test_refusals(void)
{
	struct store *s = begin();
	struct cx *cx = &s->cx;
	struct reference_edit good = rate(DAY(2026, 1, 1), DAY(2026, 12, 31), "1"), e = good;
	REQUIRE(db_tx(cx, DB_WRITE, save, &good) == OK);
	e.table = STR("nothing");
	refused(cx, e, "table");
	e = good, e.key = STR("FR");
	refused(cx, e, "key");
	e = good, e.source = STR("  ");
	refused(cx, e, "source");
	e = good, e.valid_from = UNKNOWN;
	refused(cx, e, "valid_from");
	e = good, e.valid_to = DAY(2025, 1, 1);
	refused(cx, e, "valid_to");
	e = good, e.valid_from = DAY(2026, 5, 1);
	refused(cx, e, "valid_from");
	e = good, e.valid_from = DAY(2025, 5, 1), e.valid_to = UNKNOWN;
	refused(cx, e, "valid_from");
	struct reference_cell cell = {"source", STR("me")};
	e = good, e.cells = &cell;
	refused(cx, e, "source");
	CHECK_INT(amount(cx, DAY(2026, 6, 1), true), 1);
	store_close(s);
}

TAP_MAIN(TAP(test_own_wins), TAP(test_refusals))
