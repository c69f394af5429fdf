/* Arithmetic of figures, in integers: shares and ratios are 1e-4, rounded half up, and are never decided upon after rounding.
 * A count that is not known, or a denominator of 0, gives UNKNOWN: never a percentage. No I/O, no clock. */
#pragma once
#include "base/str.h"

enum { RATIO_ONE = 10000 };

/* num / den in 1e-4. */
int64_t ratio_of(int64_t num, int64_t den);

/* K3, policy statement S8: the share of the first group that went, against the share of the others. */
struct parity {
	int64_t first, others; /* shares */
	int64_t ratio;         /* first / others, from the counts; UNKNOWN also when nobody of the others went */
	bool behind;           /* below the threshold, compared exactly */
	int64_t missing;       /* how many more of the first group would reach the threshold; UNKNOWN: there are not so many, or no ratio */
};
struct parity parity_of(int64_t first_went, int64_t first_all, int64_t others_went, int64_t others_all, int64_t threshold);

/* K2, policy statement P3a: opportunities of one year. planned: opened, or still to be opened in that year. */
struct steps {
	int64_t opened, filled, realised, planned;
};
/* What the year comes to. Opened: all that is planned. Realised: what has begun, and of those filled and still to begin as many as
 * in the years before (realised / filled, all `past` together; without any, all of them). Between: what has begun, and all that
 * is filled. A year that is over is what it is. */
struct forecast {
	bool is_over;
	int64_t opened, realised, low, high;
	int64_t share;    /* of those filled, in the years before; UNKNOWN: no such year */
	int64_t share_of; /* filled in these years */
};
struct forecast forecast_steps(const struct steps *now, const struct steps *past, size_t len, bool is_over);

enum figure_state { FIGURE_UNKNOWN, FIGURE_OPEN, FIGURE_MET, FIGURE_BEHIND };
/* A number against its target: met when it is there, behind when what the year comes to stays below; open without a target. */
enum figure_state state_of(int64_t n, int64_t expected, int64_t target);

/* Whether `part` of `whole` must not be shared: it or the rest counts fewer than `limit`. whole UNKNOWN: a count alone. */
bool cell_hidden(int64_t part, int64_t whole, int64_t limit);
