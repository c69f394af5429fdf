/* Private to the folder: a network simplex for students and a forest of nodes, one component at a time.
 *
 * Every student sends one unit along one arc of the own list to a node; links carry it from node to node up to the root,
 * node 0, where it ends. Holding nothing is an arc straight to the root. The basis is a strongly feasible spanning tree
 * (Cunningham 1976: from every node one more unit could go up to the root), which rules out cycling and has a simple
 * shape here: a student is either a leaf of the tree, and then kept out of it, or a `key` student between two nodes: she
 * holds the lower one and has her zero arc to the upper one. So the tree has as many vertices as there are nodes, however
 * many students there are, and the potential of a student is the cost of what she holds plus the potential of that node.
 *
 * Costs come in stages, most significant first. A stage is solved to its optimum; sx_restrict then keeps only what an
 * optimum of it can use (arcs and links of reduced cost zero), and the next stage goes on from the same tree. */
#pragma once
#include "base/arena.h"

#define SX_NONE UINT32_MAX

enum sx_link_state { SX_LOWER, SX_UPPER, SX_TREE, SX_FROZEN };

struct sx_link {
	uint32_t tail, head; /* a unit goes from tail up to head */
	uint32_t capacity, flow;
	enum sx_link_state state;
};
/* Where a node hangs: on its parent by a key student who holds the node and has the arc `via` to the parent; or by the
 * link `via`, which the node is the tail of, or the head of when `down`. */
struct sx_node {
	uint32_t parent, child, next, prev; /* tree; SX_NONE */
	uint32_t depth;
	uint32_t student; /* SX_NONE: a link */
	uint32_t via;
	bool down;
};

struct sx {
	uint32_t nstudents, nnodes, nlinks;
	uint32_t *off; /* of students: arcs off[s] to end[s], the last of a fresh list goes to the root */
	uint32_t *end;
	uint32_t *to;    /* of arcs: node */
	uint16_t *class; /* of arcs: what the cost of a stage is looked up by */
	uint32_t *hold;  /* of students: arc */
	struct sx_link *link;
	struct sx_node *node;
	int64_t *y; /* potential of a node: the cost of one more unit there */

	/* The stage. */
	const int64_t *class_cost; /* by class; NULL: by arc */
	const int64_t *arc_cost;
	const int64_t *link_cost; /* NULL: 0 */
	uint32_t *moved;          /* NULL, or who came to hold another arc in the last pivot */
	uint32_t nmoved;
};

/* With everything but off, to, class and link (tail, head, capacity) blank: nobody holds anything. Node v's first link
 * is link v - 1, from v to its parent; further links come after those. */
void sx_begin(struct sx *x);
void sx_solve(struct sx *x);
void sx_restrict(struct sx *x);
/* One pivot: the student gains by the arc; the link, if it gains. */
void sx_student_enters(struct sx *x, uint32_t s, uint32_t arc);
bool sx_link_price(struct sx *x, uint32_t link);
static inline int64_t sx_cost(const struct sx *x, uint32_t arc) { return x->class_cost ? x->class_cost[x->class[arc]] : x->arc_cost[arc]; }
