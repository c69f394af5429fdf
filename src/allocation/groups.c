/* Pricing for few nodes and very many students: whoever holds node p and lists node q gains y[p] - y[q] less the difference
 * of her costs, so that of all who could go from p to q the one with the least difference gains most, whatever the
 * potentials are. A heap for every such pair knows her; then a pass looks at pairs instead of students. */
#include "allocation/groups.h"

enum { ROOM_CLASSES = 32, ROOM_LEAST = 4, ARCS_FOR_A_PAIR = 14 };

struct entry {
	int64_t difference;
	uint32_t student;
	uint16_t arc, hold; /* of her list; out of date once she holds another */
};
struct pair {
	uint32_t from, to;
	uint32_t len, room;
	struct entry *heap; /* least difference on top */
};
struct unused {
	struct unused *next;
};
struct groups {
	struct sx *x;
	struct arena *arena;
	struct unused *unused[ROOM_CLASSES]; /* heaps that were outgrown, by the logarithm of their room */
	struct pair *pairs;
	uint32_t npairs, room;
	uint32_t *slots; /* pair + 1, by from and to */
	uint32_t mask;
};

static uint32_t slot_of(const struct groups *g, uint32_t from, uint32_t to)
{
	uint64_t h = ((uint64_t)from << 32 | to) * 0x9e3779b97f4a7c15u;
	uint32_t at = (uint32_t)(h >> 32) & g->mask;
	while (g->slots[at] && (g->pairs[g->slots[at] - 1].from != from || g->pairs[g->slots[at] - 1].to != to))
		at = (at + 1) & g->mask;
	return at;
}

static void rehash(struct groups *g)
{
	uint32_t room = g->mask ? (g->mask + 1) * 2 : 64;
	g->slots = ARENA_ARRAY(g->arena, uint32_t, room);
	g->mask = room - 1;
	for (uint32_t k = 0; k < g->npairs; k++)
		g->slots[slot_of(g, g->pairs[k].from, g->pairs[k].to)] = k + 1;
}

static struct pair *pair_of(struct groups *g, uint32_t from, uint32_t to)
{
	if (g->npairs * 2 >= g->mask) rehash(g);
	uint32_t at = slot_of(g, from, to);
	if (!g->slots[at]) {
		if (g->npairs == g->room) {
			uint32_t room = g->room ? g->room * 2 : 64;
			g->pairs = arena_grow(g->arena, g->pairs, g->room * sizeof(*g->pairs), room * sizeof(*g->pairs));
			g->room = room;
		}
		g->pairs[g->npairs++] = (struct pair){.from = from, .to = to};
		g->slots[at] = g->npairs;
	}
	return &g->pairs[g->slots[at] - 1];
}

/* e sinks from i. */
static void sift(struct pair *p, uint32_t i, struct entry e)
{
	for (;;) {
		uint32_t child = 2 * i + 1;
		if (child >= p->len) break;
		if (child + 1 < p->len && p->heap[child + 1].difference < p->heap[child].difference) child++;
		if (e.difference <= p->heap[child].difference) break;
		p->heap[i] = p->heap[child];
		i = child;
	}
	p->heap[i] = e;
}

static bool current(const struct groups *g, const struct entry *e) { return g->x->hold[e->student] == g->x->off[e->student] + e->hold; }

/* Leaves out who went elsewhere. */
static void tidy(const struct groups *g, struct pair *p)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < p->len; i++)
		if (current(g, &p->heap[i])) p->heap[n++] = p->heap[i];
	p->len = n;
	for (uint32_t i = n / 2; i-- > 0;)
		sift(p, i, p->heap[i]);
}

static void grow(struct groups *g, struct pair *p)
{
	uint32_t room = p->room ? p->room * 2 : ROOM_LEAST, class = (uint32_t)__builtin_ctz(room);
	struct entry *heap = (struct entry *)g->unused[class];
	if (heap)
		g->unused[class] = g->unused[class]->next;
	else
		heap = ARENA_ARRAY(g->arena, struct entry, room);
	if (p->len) memcpy(heap, p->heap, p->len * sizeof(*heap));
	if (p->room) {
		struct unused *old = (struct unused *)p->heap;
		old->next = g->unused[class - 1];
		g->unused[class - 1] = old;
	}
	p->heap = heap;
	p->room = room;
}

static void push(struct groups *g, struct pair *p, struct entry e)
{
	if (p->len == p->room) {
		tidy(g, p);
		if (p->len >= p->room / 4 * 3) grow(g, p);
	}
	uint32_t i = p->len++;
	for (; i && e.difference < p->heap[(i - 1) / 2].difference; i = (i - 1) / 2)
		p->heap[i] = p->heap[(i - 1) / 2];
	p->heap[i] = e;
}

static void pop(struct pair *p)
{
	struct entry e = p->heap[--p->len];
	if (p->len) sift(p, 0, e);
}

static void student_add(struct groups *g, uint32_t s)
{
	const struct sx *x = g->x;
	uint32_t hold = x->hold[s], off = x->off[s];
	int64_t cost = sx_cost(x, hold);
	for (uint32_t i = off; i < x->end[s]; i++)
		if (i != hold)
			push(g, pair_of(g, x->to[hold], x->to[i]),
			     (struct entry){sx_cost(x, i) - cost, s, (uint16_t)(i - off), (uint16_t)(hold - off)});
}

/* Everybody of a pair who gains, one after the other: each changes what the next would gain. */
static bool pair_price(struct groups *g, uint32_t k)
{
	struct sx *x = g->x;
	bool any = false;
	for (;;) {
		struct pair *p = &g->pairs[k];
		while (p->len && !current(g, &p->heap[0]))
			pop(p);
		if (!p->len || x->y[p->from] - x->y[p->to] <= p->heap[0].difference) return any;
		x->nmoved = 0;
		sx_student_enters(x, p->heap[0].student, x->off[p->heap[0].student] + p->heap[0].arc);
		for (uint32_t m = 0; m < x->nmoved; m++)
			student_add(g, x->moved[m]);
		any = true;
	}
}

bool groups_suit(const struct sx *x)
{
	uint64_t arcs = x->end[x->nstudents - 1], pairs = (uint64_t)x->nnodes * x->nnodes;
	if (arcs < pairs * ARCS_FOR_A_PAIR) return false;
	for (uint32_t s = 0; s < x->nstudents; s++)
		if (x->end[s] - x->off[s] > UINT16_MAX) return false;
	return true;
}

void groups_solve(struct sx *x)
{
	struct groups g = {.x = x, .arena = arena_new()};
	x->moved = ARENA_ARRAY(g.arena, uint32_t, (size_t)x->nnodes + 2);
	for (uint32_t s = 0; s < x->nstudents; s++)
		student_add(&g, s);
	for (bool again = true; again;) {
		again = false;
		for (uint32_t k = 0; k < g.npairs; k++)
			if (pair_price(&g, k)) again = true;
		for (uint32_t l = 0; l < x->nlinks; l++) {
			x->nmoved = 0;
			if (!sx_link_price(x, l)) continue;
			again = true;
			for (uint32_t m = 0; m < x->nmoved; m++)
				student_add(&g, x->moved[m]);
		}
	}
	x->moved = NULL;
	arena_free(g.arena);
}
