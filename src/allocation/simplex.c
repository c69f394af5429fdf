/* The network simplex: tree, pivots, pricing. */
#include "allocation/build.h"
#include "allocation/groups.h"

enum { BLOCK = 1000 };

static void attach(struct sx *x, uint32_t v, uint32_t parent)
{
	struct sx_node *n = &x->node[v], *p = &x->node[parent];
	n->parent = parent;
	n->prev = SX_NONE;
	n->next = p->child;
	if (p->child != SX_NONE) x->node[p->child].prev = v;
	p->child = v;
}

static void detach(struct sx *x, uint32_t v)
{
	struct sx_node *n = &x->node[v];
	if (n->prev == SX_NONE)
		x->node[n->parent].child = n->next;
	else
		x->node[n->prev].next = n->next;
	if (n->next != SX_NONE) x->node[n->next].prev = n->prev;
}

/* How much more could go from v up to its parent, or come down from the parent to v. */
static uint32_t room_up(const struct sx *x, uint32_t v)
{
	const struct sx_node *n = &x->node[v];
	if (n->student != SX_NONE) return 1;
	const struct sx_link *l = &x->link[n->via];
	return n->down ? l->flow : l->capacity - l->flow;
}

static uint32_t room_down(const struct sx *x, uint32_t v)
{
	const struct sx_node *n = &x->node[v];
	if (n->student != SX_NONE) return 0;
	const struct sx_link *l = &x->link[n->via];
	return n->down ? l->capacity - l->flow : l->flow;
}

static void takes(struct sx *x, uint32_t s, uint32_t arc)
{
	x->hold[s] = arc;
	if (x->moved) x->moved[x->nmoved++] = s;
}

static int64_t link_cost(const struct sx *x, uint32_t l) { return x->link_cost ? x->link_cost[l] : 0; }

/* The potential of v from that of its parent. */
static int64_t hang(const struct sx *x, uint32_t v)
{
	const struct sx_node *n = &x->node[v];
	int64_t up = x->y[n->parent];
	if (n->student != SX_NONE) return up + sx_cost(x, n->via) - sx_cost(x, x->hold[n->student]);
	return n->down ? up - link_cost(x, n->via) : up + link_cost(x, n->via);
}

/* Depths and potentials below v, which hangs anew. */
static void refresh(struct sx *x, uint32_t top)
{
	struct sx_node *node = x->node;
	int64_t *y = x->y;
	int64_t sigma = hang(x, top) - y[top];
	uint32_t v = top;
	for (;;) {
		y[v] += sigma;
		node[v].depth = node[node[v].parent].depth + 1;
		if (node[v].child != SX_NONE) {
			v = node[v].child;
			continue;
		}
		while (v != top && node[v].next == SX_NONE)
			v = node[v].parent;
		if (v == top) return;
		v = node[v].next;
	}
}

/* Units go up from v to `apex`, or down from it; held seats follow. Key students on the way change what they hold. */
static void push_up(struct sx *x, uint32_t v, uint32_t apex, uint32_t amount)
{
	for (; v != apex; v = x->node[v].parent) {
		struct sx_node *n = &x->node[v];
		if (n->student != SX_NONE) continue; /* reverse turns it */
		struct sx_link *l = &x->link[n->via];
		if (n->down)
			l->flow -= amount;
		else
			l->flow += amount;
	}
}

static void push_down(struct sx *x, uint32_t v, uint32_t apex, uint32_t amount)
{
	for (; v != apex; v = x->node[v].parent) {
		struct sx_node *n = &x->node[v];
		struct sx_link *l = &x->link[n->via];
		if (n->down)
			l->flow += amount;
		else
			l->flow -= amount;
	}
}

/* The edge of `top` has been cut: hangs the part below it by `v` instead of by `top`. The edge of v itself is then
 * written by the caller. A key student on a turned edge changes places: she holds what was the upper node. */
static void reverse(struct sx *x, uint32_t v, uint32_t top)
{
	uint32_t at = v, student = SX_NONE, via = SX_NONE, from = SX_NONE;
	bool down = false;
	for (;;) {
		struct sx_node *n = &x->node[at];
		uint32_t parent = n->parent, n_student = n->student, n_via = n->via;
		bool n_down = n->down;
		detach(x, at);
		if (from != SX_NONE) {
			n->student = student;
			n->via = via;
			n->down = down;
			attach(x, at, from);
		}
		if (at == top) return;
		student = n_student;
		down = !n_down;
		via = n_via;
		if (n_student != SX_NONE) {
			via = x->hold[n_student];
			takes(x, n_student, n_via);
			down = false;
		}
		from = at;
		at = parent;
	}
}

/* The edge of v leaves the tree. */
static void cut(struct sx *x, uint32_t v)
{
	struct sx_node *n = &x->node[v];
	if (n->student != SX_NONE) return;
	struct sx_link *l = &x->link[n->via];
	l->state = l->flow ? SX_UPPER : SX_LOWER;
}

static void hang_by_student(struct sx *x, uint32_t v, uint32_t s, uint32_t via)
{
	struct sx_node *n = &x->node[v];
	n->student = s;
	n->via = via;
	n->down = false;
	attach(x, v, x->to[via]);
	refresh(x, v);
}

/* Where the ways from u and v up to the root meet. */
static uint32_t meet(const struct sx *x, uint32_t u, uint32_t v)
{
	const struct sx_node *node = x->node;
	while (u != v)
		if (node[u].depth >= node[v].depth)
			u = node[u].parent;
		else
			v = node[v].parent;
	return u;
}

/* A key student takes another arc: her node hangs by it, or if that leads below her node, she goes there. */
static void key_enters(struct sx *x, uint32_t s, uint32_t arc)
{
	uint32_t p = x->to[x->hold[s]], r = x->to[arc];
	if (meet(x, p, r) != p) {
		detach(x, p);
		hang_by_student(x, p, s, arc);
		return;
	}
	uint32_t zero = x->node[p].via;
	push_up(x, r, p, 1);
	reverse(x, r, p);
	takes(x, s, arc);
	hang_by_student(x, r, s, zero);
}

static void leaf_enters(struct sx *x, uint32_t s, uint32_t arc)
{
	uint32_t held = x->hold[s], p = x->to[held], r = x->to[arc], apex = meet(x, p, r);
	for (uint32_t v = p; v != apex; v = x->node[v].parent) {
		if (room_down(x, v)) continue;
		cut(x, v); /* nothing moves */
		reverse(x, p, v);
		hang_by_student(x, p, s, arc);
		return;
	}
	uint32_t last = SX_NONE;
	for (uint32_t v = r; v != apex; v = x->node[v].parent)
		if (room_up(x, v) == 1) last = v;
	push_up(x, r, apex, 1);
	push_down(x, p, apex, 1);
	takes(x, s, arc);
	if (last == SX_NONE) return;
	cut(x, last);
	if (x->node[last].student != SX_NONE) takes(x, x->node[last].student, x->node[last].via);
	reverse(x, r, last);
	hang_by_student(x, r, s, held);
}

void sx_student_enters(struct sx *x, uint32_t s, uint32_t arc)
{
	uint32_t p = x->to[x->hold[s]];
	if (x->node[p].student == s)
		key_enters(x, s, arc);
	else
		leaf_enters(x, s, arc);
}

static void hang_by_link(struct sx *x, uint32_t v, uint32_t link)
{
	struct sx_node *n = &x->node[v];
	struct sx_link *l = &x->link[link];
	l->state = SX_TREE;
	n->student = SX_NONE;
	n->via = link;
	n->down = l->head == v;
	attach(x, v, n->down ? l->tail : l->head);
	refresh(x, v);
}

/* A link leaves its bound: from `from` a unit goes over it to `to`, and back by the tree. */
static void link_enters(struct sx *x, uint32_t link)
{
	struct sx_link *l = &x->link[link];
	bool lower = l->state == SX_LOWER;
	uint32_t from = lower ? l->tail : l->head, to = lower ? l->head : l->tail, apex = meet(x, from, to);
	uint32_t amount = l->capacity, out = SX_NONE;
	bool above = false;
	for (uint32_t v = to; v != apex; v = x->node[v].parent)
		if (room_up(x, v) <= amount) {
			amount = room_up(x, v);
			out = v;
			above = true;
		}
	for (uint32_t v = from; v != apex; v = x->node[v].parent)
		if (room_down(x, v) < amount) {
			amount = room_down(x, v);
			out = v;
			above = false;
		}
	l->flow = lower ? l->flow + amount : l->flow - amount;
	push_up(x, to, apex, amount);
	if (amount) push_down(x, from, apex, amount);
	if (out == SX_NONE) {
		l->state = lower ? SX_UPPER : SX_LOWER;
		return;
	}
	cut(x, out);
	uint32_t hangs = above ? to : from;
	if (x->node[out].student != SX_NONE && above) takes(x, x->node[out].student, x->node[out].via);
	reverse(x, hangs, out);
	hang_by_link(x, hangs, link);
}

void sx_begin(struct sx *x)
{
	for (uint32_t v = 0; v < x->nnodes; v++)
		x->node[v] = (struct sx_node){SX_NONE, SX_NONE, SX_NONE, SX_NONE, 0, SX_NONE, v - 1, false};
	for (uint32_t v = x->nnodes - 1; v > 0; v--) {
		x->link[v - 1].state = SX_TREE;
		attach(x, v, x->link[v - 1].head);
	}
	for (uint32_t s = 0; s < x->nstudents; s++)
		x->hold[s] = x->end[s] - 1;
}

/* Depths and potentials of the whole tree. */
static void potentials(struct sx *x)
{
	uint32_t v = 0;
	x->y[0] = 0;
	x->node[0].depth = 0;
	for (;;) {
		if (x->node[v].child != SX_NONE) {
			v = x->node[v].child;
		} else {
			while (v && x->node[v].next == SX_NONE)
				v = x->node[v].parent;
			if (!v) return;
			v = x->node[v].next;
		}
		x->y[v] = hang(x, v);
		x->node[v].depth = x->node[x->node[v].parent].depth + 1;
	}
}

/* The cheapest arc of a student, and how much cheaper it is than what she holds. */
static uint32_t best_arc(const struct sx *x, uint32_t s, int64_t *gain)
{
	uint32_t arc = x->hold[s];
	int64_t held = sx_cost(x, arc) + x->y[x->to[arc]], least = held;
	for (uint32_t i = x->off[s]; i < x->end[s]; i++) {
		int64_t c = sx_cost(x, i) + x->y[x->to[i]];
		if (c >= least) continue;
		least = c;
		arc = i;
	}
	*gain = held - least;
	return arc;
}

/* Those of a block who gain, the largest gain first: half as many pivots as in the order of the list. */
static bool block_price(struct sx *x, uint32_t from, uint32_t to)
{
	struct sort_item items[BLOCK], tmp[BLOCK];
	uint32_t n = 0;
	int64_t gain;
	for (uint32_t s = from; s < to; s++) {
		best_arc(x, s, &gain);
		if (gain) items[n++] = (struct sort_item){~(uint64_t)gain, s};
	}
	sort_items(items, tmp, n, NULL, NULL);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t arc = best_arc(x, items[k].index, &gain);
		if (gain) sx_student_enters(x, items[k].index, arc);
	}
	return n;
}

bool sx_link_price(struct sx *x, uint32_t l)
{
	const struct sx_link *k = &x->link[l];
	if (k->state > SX_UPPER) return false;
	int64_t gain = x->y[k->tail] - x->y[k->head] - link_cost(x, l);
	if (k->state == SX_LOWER ? gain <= 0 : gain >= 0) return false;
	link_enters(x, l);
	return true;
}

void sx_solve(struct sx *x)
{
	potentials(x);
	if (groups_suit(x)) {
		groups_solve(x);
		return;
	}
	for (bool again = true; again;) {
		again = false;
		for (uint32_t from = 0; from < x->nstudents; from += BLOCK) {
			uint32_t left = x->nstudents - from;
			if (block_price(x, from, from + (left < BLOCK ? left : BLOCK))) again = true;
		}
		for (uint32_t l = 0; l < x->nlinks; l++)
			if (sx_link_price(x, l)) again = true;
	}
}

void sx_restrict(struct sx *x)
{
	for (uint32_t l = 0; l < x->nlinks; l++) {
		struct sx_link *k = &x->link[l];
		if (k->state <= SX_UPPER && x->y[k->tail] - x->y[k->head] != link_cost(x, l)) k->state = SX_FROZEN;
	}
	uint32_t at = 0;
	for (uint32_t s = 0; s < x->nstudents; s++) {
		uint32_t held = x->hold[s], from = at;
		struct sx_node *n = &x->node[x->to[held]];
		uint32_t zero = n->student == s ? n->via : SX_NONE;
		int64_t least = sx_cost(x, held) + x->y[x->to[held]];
		for (uint32_t i = x->off[s]; i < x->end[s]; i++) {
			if (sx_cost(x, i) + x->y[x->to[i]] != least) continue;
			if (i == held) x->hold[s] = at;
			if (i == zero) n->via = at;
			x->to[at] = x->to[i];
			x->class[at++] = x->class[i];
		}
		x->off[s] = from;
		x->end[s] = at;
	}
}
