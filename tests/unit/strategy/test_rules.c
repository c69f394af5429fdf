/* Arithmetic of figures: exact where it decides, unknown where there is nothing to divide by. */
#include "office/strategy/rules.h"
#include "tap.h"

static void test_ratio(void)
{
	CHECK_INT(ratio_of(9, 60), 1500);
	CHECK_INT(ratio_of(1, 3), 3333);
	CHECK_INT(ratio_of(2, 3), 6667);
	CHECK_INT(ratio_of(1, 20000), 1); /* half up */
	CHECK_INT(ratio_of(0, 5), 0);
	CHECK_INT(ratio_of(0, 0), UNKNOWN);
	CHECK_INT(ratio_of(5, 0), UNKNOWN);
	CHECK_INT(ratio_of(UNKNOWN, 5), UNKNOWN);
	CHECK_INT(ratio_of(5, UNKNOWN), UNKNOWN);
}

static void test_parity(void)
{
	/* apprentices 9/60 = 15 %, others 41 %: ratio 0.37 */
	struct parity p = parity_of(9, 60, 82, 200, 8000);
	CHECK_INT(p.first, 1500);
	CHECK_INT(p.others, 4100);
	CHECK_INT(p.ratio, 3659);
	CHECK(p.behind);
	CHECK_INT(p.missing, 11); /* 20/60 against 0.41 is 0.813; 19/60 is 0.772 */
	CHECK(!parity_of(20, 60, 82, 200, 8000).behind);
	CHECK(parity_of(19, 60, 82, 200, 8000).behind);
	CHECK_INT(parity_of(20, 60, 82, 200, 8000).missing, 0);
}

static void test_parity_exact(void)
{
	/* exactly at the threshold is not behind; a hair below is, though it rounds to it */
	CHECK(!parity_of(4, 10, 5, 10, 8000).behind);
	struct parity p = parity_of(79999, 100000, 100000, 100000, 8000);
	CHECK_INT(p.ratio, 8000);
	CHECK(p.behind);
	CHECK_INT(p.missing, 1);
	CHECK_INT(parity_of(0, 3, 10, 10, 20000).missing, UNKNOWN); /* there are not so many */
}

static void test_parity_unknown(void)
{
	CHECK_INT(parity_of(0, 0, 5, 10, 8000).ratio, UNKNOWN);
	CHECK_INT(parity_of(5, 10, 0, 0, 8000).ratio, UNKNOWN);
	CHECK_INT(parity_of(5, 10, 0, 10, 8000).ratio, UNKNOWN);
	CHECK_INT(parity_of(5, 10, 0, 10, 8000).first, 5000);
	CHECK(!parity_of(5, 10, 0, 10, 8000).behind);
	CHECK_INT(parity_of(UNKNOWN, 10, 1, 10, 8000).ratio, UNKNOWN);
	CHECK_INT(parity_of(1, 10, 1, 10, UNKNOWN).ratio, 10000);
	CHECK(!parity_of(1, 10, 9, 10, UNKNOWN).behind);
	CHECK_INT(parity_of(0, 10, 9, 10, 8000).ratio, 0);
}

static void test_forecast(void)
{
	struct steps now = {5, 4, 1, 6}, past[] = {{6, 4, 3, 6}, {6, 6, 4, 6}, {3, UNKNOWN, UNKNOWN, UNKNOWN}};
	struct forecast f = forecast_steps(&now, past, 3, false);
	CHECK_INT(f.opened, 6);
	CHECK_INT(f.share, 7000); /* 7 of 10 */
	CHECK_INT(f.realised, 3); /* 1 + 0.7 x 3 = 3.1 */
	CHECK_INT(f.low, 1);
	CHECK_INT(f.high, 4);
	f = forecast_steps(&now, NULL, 0, false); /* nothing is known of the past: all are expected to go */
	CHECK_INT(f.share, UNKNOWN);
	CHECK_INT(f.realised, 4);
	f = forecast_steps(&now, past, 2, true); /* over: it is what it is */
	CHECK_INT(f.opened, 5);
	CHECK_INT(f.realised, 1);
	CHECK_INT(f.high, 1);
	/* fewer planned than opened cannot be: an opened one was archived from the plan */
	now.planned = 3;
	CHECK_INT(forecast_steps(&now, past, 2, false).opened, 5);
	now.planned = UNKNOWN;
	CHECK_INT(forecast_steps(&now, past, 2, false).opened, 5);
	now = (struct steps){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
	CHECK_INT(forecast_steps(&now, past, 2, false).opened, UNKNOWN);
	/* a past in which more began than were filled does not promise more than there are */
	now = (struct steps){5, 4, 1, 6};
	CHECK_INT(forecast_steps(&now, (const struct steps[]){{9, 2, 3, 9}}, 1, false).realised, 4);
}

static void test_state(void)
{
	CHECK_INT(state_of(UNKNOWN, UNKNOWN, 6), FIGURE_UNKNOWN);
	CHECK_INT(state_of(4, 5, UNKNOWN), FIGURE_OPEN);
	CHECK_INT(state_of(6, 6, 6), FIGURE_MET);
	CHECK_INT(state_of(4, 6, 6), FIGURE_OPEN);
	CHECK_INT(state_of(4, 5, 6), FIGURE_BEHIND);
	CHECK_INT(state_of(4, UNKNOWN, 6), FIGURE_BEHIND);
	CHECK_INT(state_of(0, 0, 0), FIGURE_MET);
}

static void test_hidden(void)
{
	CHECK(cell_hidden(4, 60, 5));
	CHECK(cell_hidden(0, 60, 5));
	CHECK(!cell_hidden(5, 60, 5));
	CHECK(cell_hidden(57, 60, 5)); /* the three who stayed would be known */
	CHECK(!cell_hidden(55, 60, 5));
	CHECK(cell_hidden(4, UNKNOWN, 5));
	CHECK(!cell_hidden(4, UNKNOWN, 0));
	CHECK(!cell_hidden(UNKNOWN, 3, 5));
}

TAP_MAIN(TAP(test_ratio), TAP(test_parity), TAP(test_parity_exact), TAP(test_parity_unknown), TAP(test_forecast), TAP(test_state),
         TAP(test_hidden))
