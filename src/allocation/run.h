/* Private to the folder: one run of a mechanism, perhaps with something changed to see what would have been. */
#pragma once
#include "allocation/solve.h"

/* What if: a score raised for one choice, more seats at one option and on the caps above it. */
struct run_change {
	uint32_t choice; /* ALLOCATION_NONE: no score changes */
	uint32_t student;
	int64_t gain;
	uint32_t option; /* ALLOCATION_NONE: no seats change */
	uint32_t seats;
};
#define RUN_UNCHANGED ((struct run_change){.choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = ALLOCATION_NONE})

struct run {
	struct arena *arena;
	const struct allocation_result *r; /* allocation, options and lottery */
	struct run_change change;
	uint32_t *seats; /* of every node, left after fixed placements */
	uint32_t *held;  /* out */
};

/* Fills run->held. */
void run_mechanism(struct arena *arena, const struct allocation_result *r, struct run_change change, uint32_t *held);
void serial_run(struct run *run);
void deferred_run(struct run *run);

int64_t run_score(const struct run *run, uint32_t student, uint32_t choice);
/* Free seats of every node after fixed placements. */
uint32_t *run_seats(struct arena *arena, const struct allocation *a);

/* Ties of one list: which of two tied choices comes first. Negative: x. */
int tie_cmp(const struct allocation_result *r, uint32_t student, uint32_t x, uint32_t y);

/* The first eight bytes of the number that tie_cmp compares, larger first. */
uint64_t tie_prefix(const struct allocation_result *r, uint32_t student, uint32_t choice);

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
void lottery_draw(struct arena *arena, struct allocation_result *r);
