/* Private to the folder: the optimum with floors at caps.
 *
 * A floor at a cap is no part of the network that optimum.h solves. It is relaxed (Lagrange): for a price w between nothing
 * and one of shortfall, a vector of digits, every member of the group below the cap gains w, and the whole costs w times the
 * floor. For every w that is at most the true cost of any placement; where each floor is met exactly, or exceeded with w = 0,
 * or missed with w = one of shortfall, it is the true cost, and prices and w prove the optimum as in any network. So w is
 * looked for first, one floor after the other, digit by digit. Where whole placements leave a gap, a best-first search
 * decides students (below the cap or not; then choices), each part of it bounded by the same w.
 *
 * The work is limited by a number of solved relaxations, not by a clock, so that it can be repeated. What is given is a
 * valid placement in any case: the cheapest found, by its true cost. */
#pragma once
#include "allocation/optimum.h"

enum { FLOORS_PASSES = 3 };

/* passes: FLOORS_PASSES over the floors to find prices; tests give 0, so that all is left to the search.
 * Fills run->held and *found. out (may be NULL): prices, in `arena`; out->price NULL where prices cannot prove it. */
void floors_run(struct run *run, int passes, struct arena *arena, struct optimum *out, struct allocation_floor_search *found);
