/* Shortest paths in the graph under an allocation_state: Dijkstra with reduced costs, vectors compared digit by digit. */
#include "allocation/search.h"

void graph_link(struct graph *g, uint32_t student, uint32_t place)
{
	struct graph_student *s = &g->students.ptr[student];
	struct graph_node *n = &g->nodes[place];
	s->place = place;
	s->prev = GRAPH_NONE;
	s->next = n->held;
	if (n->held != GRAPH_NONE) g->students.ptr[n->held].prev = student;
	n->held = student;
}

void graph_unlink(struct graph *g, uint32_t student)
{
	struct graph_student *s = &g->students.ptr[student];
	if (s->place == GRAPH_NONE) return;
	if (s->prev != GRAPH_NONE)
		g->students.ptr[s->prev].next = s->next;
	else
		g->nodes[s->place].held = s->next;
	if (s->next != GRAPH_NONE) g->students.ptr[s->next].prev = s->prev;
	s->place = GRAPH_NONE;
}

void graph_search_room(struct graph *g)
{
	size_t n = (size_t)g->nnodes + 1;
	g->dist = ARENA_ARRAY(g->arena, int64_t, n * g->layout.ndigits);
	g->tmp = ARENA_ARRAY(g->arena, int64_t, g->layout.ndigits);
	if (g->state) return;
	g->state = ARENA_ARRAY(g->arena, uint8_t, n);
	g->from = ARENA_ARRAY(g->arena, uint32_t, n);
	g->mover = ARENA_ARRAY(g->arena, uint32_t, n);
	g->taken = ARENA_ARRAY(g->arena, uint32_t, n);
	g->heap = ARENA_ARRAY(g->arena, uint32_t, n);
	g->heap_at = ARENA_ARRAY(g->arena, uint32_t, n);
	g->seen = ARENA_ARRAY(g->arena, uint32_t, n);
}

static bool nearer(const struct graph *g, uint32_t x, uint32_t y)
{
	return cost_cmp(graph_dist(g, x), graph_dist(g, y), g->layout.ndigits) < 0;
}

static void heap_put(struct graph *g, uint32_t at, uint32_t node)
{
	g->heap[at] = node;
	g->heap_at[node] = at;
}

static void heap_up(struct graph *g, uint32_t node)
{
	uint32_t at = g->heap_at[node];
	for (; at && nearer(g, node, g->heap[(at - 1) / 2]); at = (at - 1) / 2)
		heap_put(g, at, g->heap[(at - 1) / 2]);
	heap_put(g, at, node);
}

static uint32_t heap_take(struct graph *g)
{
	uint32_t top = g->heap[0], node = g->heap[--g->heap_len], at = 0;
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= g->heap_len) break;
		if (child + 1 < g->heap_len && nearer(g, g->heap[child + 1], g->heap[child])) child++;
		if (!nearer(g, g->heap[child], node)) break;
		heap_put(g, at, g->heap[child]);
		at = child;
	}
	if (g->heap_len) heap_put(g, at, node);
	return top;
}

void search_begin(struct graph *g, bool backward)
{
	for (uint32_t i = 0; i < g->nseen; i++)
		g->state[g->seen[i]] = 0;
	g->nseen = g->heap_len = 0;
	g->backward = backward;
}

/* g->tmp is a distance of the node: kept when it is the least so far. */
static void offer(struct graph *g, uint32_t node, uint32_t from, uint32_t mover, uint32_t taken)
{
	size_t bytes = g->layout.ndigits * sizeof(int64_t);
	if (g->state[node] == 2) return;
	if (g->state[node] == 1 && cost_cmp(g->tmp, graph_dist(g, node), g->layout.ndigits) >= 0) return;
	if (!g->state[node]) {
		g->state[node] = 1;
		g->seen[g->nseen++] = node;
		g->heap_at[node] = g->heap_len++;
	}
	memcpy(graph_dist(g, node), g->tmp, bytes);
	g->from[node] = from;
	g->mover[node] = mover;
	g->taken[node] = taken;
	heap_up(g, node);
}

/* An arc may be passed over when even its first digits are too much. */
static bool hopeless(const struct graph *g, uint32_t node, int64_t first)
{
	return g->state[node] == 2 || (g->state[node] == 1 && first > graph_dist(g, node)[0]);
}

void cost_add(const struct graph *g, int64_t *v, uint32_t choice, int sign)
{
	if (choice == ALLOCATION_NONE) {
		v[0] += sign;
		return;
	}
	const struct graph_choice *c = &g->choices.ptr[choice];
	int64_t value;
	uint32_t digit = graph_digit(g, c, &value);
	v[digit] += sign * value;
	v[g->layout.lottery] += sign * c->lottery;
}

/* Forward the arc goes from u to w and its price is cost + y(w) - y(u), counted on from u; backward from w. */
static void arc(struct graph *g, uint32_t u, uint32_t w, uint32_t student, uint32_t held, uint32_t choice)
{
	uint32_t done = g->backward ? w : u, next = g->backward ? u : w;
	const int64_t *d = graph_dist(g, done), *yu = graph_y(g, u), *yw = graph_y(g, w);
	int64_t first = d[0] + yw[0] - yu[0] + (choice == ALLOCATION_NONE) - (held == ALLOCATION_NONE);
	if (hopeless(g, next, first)) return;
	for (uint32_t k = 0; k < g->layout.ndigits; k++)
		g->tmp[k] = d[k] + yw[k] - yu[k];
	cost_add(g, g->tmp, choice, 1);
	cost_add(g, g->tmp, held, -1);
	offer(g, next, done, student, choice);
}

/* Between a node and its parent, in this direction; a gate gives 1 of the digit `shortfall` to each unit up to its floor. */
static void forest_arc(struct graph *g, uint32_t node, bool up)
{
	const struct graph_node *n = &g->nodes[node];
	if (up ? !n->gate && n->load >= n->capacity : n->load == 0) return;
	uint32_t u = up ? node : n->parent, w = up ? n->parent : node;
	uint32_t done = g->backward ? w : u, next = g->backward ? u : w;
	if (g->state[next] == 2) return;
	const int64_t *d = graph_dist(g, done), *yu = graph_y(g, u), *yw = graph_y(g, w);
	for (uint32_t k = 0; k < g->layout.ndigits; k++)
		g->tmp[k] = d[k] + yw[k] - yu[k];
	if (n->gate && up && n->load < n->capacity) g->tmp[g->layout.shortfall]--;
	if (n->gate && !up && n->load <= n->capacity) g->tmp[g->layout.shortfall]++;
	offer(g, next, done, GRAPH_NONE, ALLOCATION_NONE);
}

static void leave_to(struct graph *g, uint32_t student, uint32_t u)
{
	const struct graph_student *s = &g->students.ptr[student];
	if (s->stands && !s->upgrades) return;
	for (uint32_t i = s->off; i < s->off + s->len; i++)
		if (i != s->held && graph_allowed(g, s, i)) arc(g, u, g->choices.ptr[i].place, student, s->held, i);
	if (!s->stands && s->held != ALLOCATION_NONE) arc(g, u, g->sink, student, s->held, ALLOCATION_NONE);
}

static void expand_forward(struct graph *g, uint32_t u)
{
	for (uint32_t s = g->nodes[u].held; s != GRAPH_NONE; s = g->students.ptr[s].next)
		leave_to(g, s, u);
	if (u != g->sink) forest_arc(g, u, true);
	for (uint32_t v = g->nodes[u].child; v != GRAPH_NONE; v = g->nodes[v].sibling)
		forest_arc(g, v, false);
}

static void come_from(struct graph *g, uint32_t choice, uint32_t w)
{
	uint32_t student = g->choices.ptr[choice].student;
	const struct graph_student *s = &g->students.ptr[student];
	if (s->place == GRAPH_NONE || s->held == choice || s->place == w || !graph_allowed(g, s, choice)) return;
	arc(g, s->place, w, student, s->held, choice);
}

static void expand_backward(struct graph *g, uint32_t w)
{
	if (w == g->sink) {
		for (uint32_t i = 0; i < g->students.len; i++) {
			const struct graph_student *s = &g->students.ptr[i];
			if (s->place != GRAPH_NONE && s->held != ALLOCATION_NONE && !s->stands)
				arc(g, s->place, w, i, s->held, ALLOCATION_NONE);
		}
	} else {
		for (uint32_t c = g->nodes[w].listers; c != GRAPH_NONE; c = g->choices.ptr[c].next_lister)
			come_from(g, c, w);
		forest_arc(g, w, false);
	}
	for (uint32_t v = g->nodes[w].child; v != GRAPH_NONE; v = g->nodes[v].sibling)
		forest_arc(g, v, true);
}

void search_from(struct graph *g, uint32_t node)
{
	memset(g->tmp, 0, g->layout.ndigits * sizeof(int64_t));
	offer(g, node, GRAPH_NONE, GRAPH_NONE, ALLOCATION_NONE);
}

static void way_cost(const struct graph *g, uint32_t choice, int64_t *out)
{
	memcpy(out, graph_y(g, graph_place(g, choice)), g->layout.ndigits * sizeof(int64_t));
	cost_add(g, out, choice, 1);
}

void search_from_student(struct graph *g, uint32_t student)
{
	const struct graph_student *s = &g->students.ptr[student];
	struct arena_mark mark = arena_mark(g->arena);
	int64_t *least = ARENA_ARRAY(g->arena, int64_t, g->layout.ndigits);
	for (int pass = 0; pass < 2; pass++) {
		bool any = false;
		for (uint32_t k = 0; k <= s->len; k++) {
			uint32_t choice = k < s->len ? s->off + k : ALLOCATION_NONE;
			if (k < s->len ? !graph_allowed(g, s, choice) : s->stands) continue;
			way_cost(g, choice, g->tmp);
			if (pass) {
				for (uint32_t d = 0; d < g->layout.ndigits; d++)
					g->tmp[d] -= least[d];
				offer(g, graph_place(g, choice), GRAPH_NONE, student, choice);
			} else if (!any || cost_cmp(g->tmp, least, g->layout.ndigits) < 0) {
				memcpy(least, g->tmp, g->layout.ndigits * sizeof(int64_t));
				any = true;
			}
		}
	}
	arena_rewind(g->arena, mark);
}

bool search_run(struct graph *g, uint32_t target, const int64_t *bound)
{
	while (g->heap_len) {
		if (bound && cost_cmp(graph_dist(g, g->heap[0]), bound, g->layout.ndigits) >= 0) return false;
		uint32_t node = heap_take(g);
		g->state[node] = 2;
		if (node == target) return true;
		if (g->backward)
			expand_backward(g, node);
		else
			expand_forward(g, node);
	}
	return false;
}

void search_settle(struct graph *g, const int64_t *far)
{
	uint32_t nd = g->layout.ndigits;
	for (uint32_t i = 0; i < g->nseen; i++) {
		const int64_t *d = graph_dist(g, g->seen[i]);
		int64_t *y = graph_y(g, g->seen[i]);
		if (g->state[g->seen[i]] != 2 || cost_cmp(d, far, nd) >= 0) continue;
		for (uint32_t k = 0; k < nd; k++)
			if ((y[k] += g->backward ? d[k] - far[k] : far[k] - d[k]) > g->limit || y[k] < -g->limit) g->large = true;
	}
	/* The sink keeps the price zero; only differences count. */
	memcpy(g->tmp, graph_y(g, g->sink), nd * sizeof(int64_t));
	bool moved = false;
	for (uint32_t k = 0; k < nd; k++)
		moved |= g->tmp[k] != 0;
	for (size_t i = 0; moved && i < ((size_t)g->nnodes + 1) * nd; i++)
		g->y[i] -= g->tmp[i % nd];
}

void change_begin(const struct graph *g, struct arena *arena, struct allocation_change *change)
{
	*change = (struct allocation_change){.nprofile = g->max_rank, .profile = ARENA_ARRAY(arena, int64_t, g->max_rank)};
}

void change_move(const struct graph *g, struct arena *arena, struct allocation_change *change, uint32_t student, uint32_t from, uint32_t to)
{
	size_t n = change->nmoves++;
	if ((n & (n - 1)) == 0) /* room for the next power of two */
		change->moves = arena_grow(arena, change->moves, n * sizeof(*change->moves), (n ? 2 * n : 1) * sizeof(*change->moves));
	change->moves[n] = (struct allocation_move){student, from, to};
	change->placed += (to != ALLOCATION_NONE) - (from != ALLOCATION_NONE);
	if (to != ALLOCATION_NONE) change->profile[g->choices.ptr[to].rank - 1]++;
	if (from != ALLOCATION_NONE) change->profile[g->choices.ptr[from].rank - 1]--;
}

/* One step of the path, from u to w. */
static void step(struct graph *g, uint32_t u, uint32_t w, uint32_t at, struct arena *arena, struct allocation_change *change, bool apply)
{
	uint32_t student = g->mover[at];
	if (student == GRAPH_NONE) {
		bool up = u != g->sink && g->nodes[u].parent == w;
		struct graph_node *n = &g->nodes[up ? u : w];
		if (change && n->gate) change->shortfall += up ? -(n->load < n->capacity) : n->load <= n->capacity;
		if (apply) n->load += up ? 1 : UINT32_MAX;
		return;
	}
	struct graph_student *s = &g->students.ptr[student];
	if (change && s->held != g->taken[at]) change_move(g, arena, change, student, s->held, g->taken[at]);
	if (!apply) return;
	graph_unlink(g, student);
	s->held = g->taken[at];
	graph_link(g, student, w);
}

void search_path(struct graph *g, uint32_t node, struct arena *arena, struct allocation_change *change, bool apply)
{
	if (g->backward) {
		for (uint32_t u = node; g->from[u] != GRAPH_NONE; u = g->from[u])
			step(g, u, g->from[u], u, arena, change, apply);
		return;
	}
	/* Turned round, so that the chain is told from its beginning. */
	uint32_t n = 0, *nodes = g->heap;
	for (uint32_t w = node; w != GRAPH_NONE; w = g->from[w])
		nodes[n++] = w;
	while (n--)
		if (g->from[nodes[n]] != GRAPH_NONE || g->mover[nodes[n]] != GRAPH_NONE)
			step(g, g->from[nodes[n]], nodes[n], nodes[n], arena, change, apply);
}
