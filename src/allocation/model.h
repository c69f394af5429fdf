/* Private to the folder: what an optimising mechanism has to decide, split in components that have no node in common.
 *
 * Left out are fixed students and the seats they take, forbidden choices, options without a seat below some node, caps
 * that can never be full, and what a student ranks below an option that can never be full. A floor at an option is a node
 * of its own below the option, with a second link up that is worth one of shortfall for so many students. */
#pragma once
#include "allocation/cost.h"
#include "allocation/run.h"
#include "allocation/simplex.h"

struct component {
	uint32_t first_node, nnodes; /* of the model, without the root */
	uint32_t first_student, nstudents;
	struct sx sx; /* node v of it is node first_node + v - 1 of the model, student s of it first_student + s */
};
struct model {
	const struct allocation *a;
	const uint32_t *seats;
	const struct bend *bend;
	uint32_t raw_nodes;    /* nodes of the allocation, then one for every floor */
	uint32_t *order;       /* nodes of the allocation, each before its parent */
	uint32_t *up;          /* of raw nodes: parent among those kept, ALLOCATION_NONE */
	uint8_t *kept;         /* of raw nodes */
	uint8_t *open;         /* of raw nodes: a seat there and above */
	uint8_t *roomy;        /* of nodes: neither it nor a cap above can be full */
	uint32_t *floor_first; /* of nodes: its floors, to that of the next node; NULL without floors */
	uint32_t *floor_left;  /* of floors: how many after those fixed */

	uint32_t nnodes, nstudents, ncomponents;
	uint32_t *node;    /* of raw nodes: number in the model, ALLOCATION_NONE */
	uint32_t *raw;     /* of nodes of the model */
	uint32_t *student; /* of students of the model: student of the allocation */
	struct component *components;
	uint32_t nclasses; /* class 0: holding nothing; then the rank numbers in use, ascending; again for every bend */
	uint32_t nbends;   /* 1: none */
	uint16_t *class_rank;
};
/* seats: free after fixed placements; bend: NULL, or what floors at caps do (run.h). Both live as long as the model. */
void model_build(struct arena *arena, const struct allocation *a, const uint32_t *seats, const struct bend *bend, struct model *m);

/* The raw node that choice i of student s leads to, ALLOCATION_NONE when it is none. */
uint32_t model_target(const struct model *m, uint32_t s, uint32_t i);
