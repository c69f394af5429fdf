/* Private to the folder: one run of a mechanism, perhaps with something changed to see what would have been. */
#pragma once
#include "allocation/value.h"

/* What if: a score raised for one choice, more seats at one option and on the caps above it. */
struct run_change {
	uint32_t choice; /* ALLOCATION_NONE: no score changes */
	uint32_t student;
	int64_t gain;
	uint32_t option; /* or a cap, as a node; ALLOCATION_NONE: no seats change */
	uint32_t seats;  /* UINT32_MAX: one less */
	bool alone;      /* not at the caps above it */
};
#define RUN_UNCHANGED ((struct run_change){.choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = ALLOCATION_NONE})

/* Floors at caps, turned into a price for each (floors.h): a choice below the cap is cheaper by it for members of the group. */
struct bend {
	uint32_t first;        /* floor at a cap; those after it are too */
	const int64_t *dual;   /* of every floor, digits; 0 for those at options */
	const int64_t *gain;   /* the same, with those of the floors above that count the same students */
	const uint8_t *masked; /* of every choice: not to be had */
};

struct run {
	struct arena *arena;
	const struct allocation_result *r; /* allocation, options and lottery */
	struct run_change change;
	uint32_t *seats;         /* of every node, left after fixed placements */
	uint32_t *held;          /* out */
	const struct bend *bend; /* NULL: floors at caps count nothing */
};

/* r->held, prices, loads and floor_search of an optimising mechanism; r with lottery and room for held and load. ERR_INVALID with
 * LINKED: see optimum_run. */
enum err optimum_result(struct arena *arena, struct arena *scratch, struct allocation_result *r, struct allocation_fault *fault) MUST_CHECK;
/* Fills held. False: see optimum_run; never under serial and deferred. */
bool run_mechanism(struct arena *arena, const struct allocation_result *r, struct run_change change, uint32_t *held) MUST_CHECK;
void serial_run(struct run *run);
struct sort_item;
struct sort_item *serial_order(struct run *run); /* students by turn, each alone */
void deferred_run(struct run *run);

int64_t run_score(const struct run *run, uint32_t student, uint32_t choice);
/* Free seats of every node after fixed placements. */
uint32_t *run_seats(struct arena *arena, const struct allocation *a);

/* Private parts of allocation_why: the reason under an optimising mechanism; the seats that would do, by running again; the
 * effect of another placement. */
struct allocation_reason;
void why_optimum(struct arena *arena, const struct allocation_result *r, bool counterfactual, struct allocation_reason *why);
void why_seats(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why);
void why_effect(struct arena *arena, const struct allocation_result *r, const uint32_t *held, struct allocation_reason *why);

/* Ties of one list: which of two tied choices comes first. Negative: x. */
int tie_cmp(const struct allocation_result *r, uint32_t student, uint32_t x, uint32_t y);

/* The number that orders tied choices of a list, larger first. */
void tie_draw(const struct allocation_options *options, struct str student, struct str option, uint8_t out[32]);

/* Tied choices of a student in the order of tie_cmp; by the start of the numbers first, since drawing one costs far more than
 * comparing two. */
void tie_sort(struct arena *scratch, const struct allocation_result *r, uint32_t student, uint32_t *list, size_t n);
/* The first eight bytes of the number that tie_cmp compares, larger first. */
uint64_t tie_prefix(const struct allocation_result *r, uint32_t student, uint32_t choice);

/* What the change does to the counts of the result; memory of the profile in `arena`. */
struct allocation_worth worth_run(struct arena *arena, const struct allocation_result *r, struct run_change change);
/* allocation_values of serial without caps and pairs. */
void values_chained(struct arena *arena, const struct allocation_result *r, struct allocation_value *values);

/* The cut-offs that a placement implies. */
void cutoffs_of(struct arena *arena, const struct allocation_result *r, const uint32_t *held, struct allocation_cutoff *cutoffs,
                uint32_t *load);
/* Does the student pass the cut-off with this score? */
bool cutoff_passed(const struct allocation_result *r, const struct allocation_cutoff *c, uint32_t student, int64_t score);
/* r->load from r->held. */
void loads_count(struct allocation_result *r);
/* Of every floor: how many of its group are placed there. */
uint32_t *floors_have(struct arena *arena, const struct allocation_result *r);
/* Numbers of the result from what is held. */
void result_count(struct arena *arena, struct allocation_result *r);
bool seed_right(struct str seed);
enum err seed_check(const struct allocation_options *options, struct allocation_fault *fault) MUST_CHECK;
void lottery_draw(struct arena *arena, struct allocation_result *r);
