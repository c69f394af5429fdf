/* Private to the folder: the graph under an allocation_state and its shortest paths.
 *
 * Nodes are options, caps, gates (of a floor: the members of its group pass it on the way to the option) and, last, the
 * sink. A unit goes from the place of a student's choice over parents to the sink; who holds nothing is at the sink. y is
 * the price of a unit at the node, summed to the sink. Along every arc u to w that a unit may still take, cost + y(w) - y(u)
 * is at least zero: that is optimality, and what Dijkstra needs. */
#pragma once
#include "allocation/cost.h"
#include "allocation/state.h"
#include "base/vec.h"

#define GRAPH_NONE UINT32_MAX
#define GRAPH_LIMIT ((int64_t)1 << 59)

struct graph_student {
	struct str id;
	uint64_t lottery;
	uint32_t group;
	uint32_t off, len;   /* choices */
	uint32_t held;       /* choice */
	uint32_t prev, next; /* in the list of the place */
	uint32_t place;      /* where she is linked; GRAPH_NONE: nowhere */
	bool left, stands, upgrades;
};
struct graph_choice {
	uint32_t student, option, place;
	uint32_t next_lister; /* of the place */
	int64_t score, lottery;
	uint16_t rank;
	bool forbidden, gone;
};
struct graph_node {
	uint32_t parent; /* the sink for roots */
	uint32_t child, sibling;
	uint32_t capacity, load; /* of a gate: its floor; the members */
	uint32_t held, listers;  /* first student, first choice */
	bool gate;
};

struct graph {
	const struct allocation *a;
	struct allocation_options options;
	struct cost_layout layout;
	struct arena *arena;
	uint32_t noptions, nnodes, sink; /* nnodes without the sink */
	struct graph_node *nodes;
	VEC(struct graph_student) students;
	VEC(struct graph_choice) choices;
	uint32_t max_rank;
	int64_t *y; /* node-major, the sink too */

	/* Of the last search; dist, from and step only where state says so. */
	int64_t *dist;
	uint8_t *state;  /* 0 not seen, 1 in the heap, 2 done */
	uint32_t *from;  /* the node before (forward) or after (backward) */
	uint32_t *mover; /* the student who moves along this step; GRAPH_NONE: the step is between a node and its parent */
	uint32_t *taken; /* her new choice */
	uint32_t *heap, *heap_at, heap_len;
	uint32_t *seen, nseen;
	bool backward;
	int64_t *tmp;
	/* Prices drift with the edits: when a digit passes the limit, sums might no longer fit, and all is solved afresh. */
	int64_t limit;
	bool large;
};

/* May she move to the choice? */
static inline bool graph_allowed(const struct graph *g, const struct graph_student *s, uint32_t choice)
{
	const struct graph_choice *c = &g->choices.ptr[choice];
	if (c->forbidden || c->gone) return false;
	if (!s->stands || choice == s->held) return true;
	return s->upgrades && c->rank < g->choices.ptr[s->held].rank;
}
static inline int64_t *graph_y(const struct graph *g, uint32_t node) { return g->y + (size_t)node * g->layout.ndigits; }
static inline int64_t *graph_dist(const struct graph *g, uint32_t node) { return g->dist + (size_t)node * g->layout.ndigits; }

void graph_link(struct graph *g, uint32_t student, uint32_t place);
void graph_unlink(struct graph *g, uint32_t student);
static inline uint32_t graph_place(const struct graph *g, uint32_t choice)
{
	return choice == ALLOCATION_NONE ? g->sink : g->choices.ptr[choice].place;
}

/* Prices that are right when nobody but those who stand is placed. */
void graph_prices_begin(struct graph *g);
void cost_add(const struct graph *g, int64_t *v, uint32_t choice, int sign); /* the cost of a choice, to or off the vector */

/* Search memory for the digits and nodes as they are now. */
void graph_search_room(struct graph *g);

/* Where a search begins. */
void search_begin(struct graph *g, bool backward);
void search_from(struct graph *g, uint32_t node);
/* From a student who is linked nowhere: her cheapest way is distance zero. */
void search_from_student(struct graph *g, uint32_t student);
/* Forward: distances from the beginning to all nodes; backward: from all nodes to the beginning. Ends when `target` is
 * done (true), when everything within `bound` (NULL: no bound) is done, or when all is. target GRAPH_NONE: all. */
bool search_run(struct graph *g, uint32_t target, const int64_t *bound);
/* Takes the distances into the prices: those nearer than `far` (a vector) become dearer (forward) or cheaper (backward). */
void search_settle(struct graph *g, const int64_t *far);
/* The moves on the path found to (forward) or from (backward) `node`, and the floors on it; adds to *change. With `apply`
 * they are made. */
void search_path(struct graph *g, uint32_t node, struct arena *arena, struct allocation_change *change, bool apply);

void change_begin(const struct graph *g, struct arena *arena, struct allocation_change *change);
void change_move(const struct graph *g, struct arena *arena, struct allocation_change *change, uint32_t student, uint32_t from,
                 uint32_t to);
/* The digit of a choice that depends on its rank, and what stands there. */
static inline uint32_t graph_digit(const struct graph *g, const struct graph_choice *c, int64_t *value)
{
	if (!g->layout.digit_of) {
		*value = c->rank;
		return g->layout.first;
	}
	*value = g->layout.mechanism == ALLOCATION_GREEDY ? -1 : 1;
	return g->layout.digit_of[c->rank];
}

uint32_t graph_choice_add(struct graph *g, uint32_t student, uint32_t option, uint32_t rank, int64_t score);

struct allocation_worth;
void worth_add(struct allocation_worth *w, const struct allocation_change *c);
/* All seats on the way up, in a state that optimises: others would solve once for every node. */
void seats_move(struct allocation_state *st, uint32_t node, int more, struct allocation_worth *sum);

struct allocation_state {
	struct graph g;
	struct arena *own, *scratch; /* scratch is empty between edits */
	bool optimises;
};
/* The student, who holds something at `target` or nothing, and is linked there or nowhere, takes the best way; what she
 * gives up at the target is filled. One search, one chain. Adds to *change. */
enum err state_route(struct allocation_state *st, uint32_t student, uint32_t target, struct arena *arena,
                     struct allocation_change *change) MUST_CHECK;
/* allocation_state_seat for a node that is there, with a seat to take away; beyond the largest capacity too where the state
 * optimises. */
enum err state_seat(struct allocation_state *st, uint32_t node, int more, struct arena *arena, struct allocation_change *change) MUST_CHECK;
/* serial, deferred: runs the mechanism on the question as it stands. ERR_REFUSED when there is no such question. */
enum err state_run(struct allocation_state *st) MUST_CHECK;
/* The chain that brings the student to the choice, whatever it costs the whole, without making it; false: there is none.
 * *cost (ndigits, or NULL): by how much the whole becomes dearer. */
bool state_force(struct allocation_state *st, uint32_t choice, struct arena *arena, struct allocation_change *change, int64_t *cost);
