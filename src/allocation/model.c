/* From an allocation to components for the simplex. */
#include "allocation/model.h"

uint32_t model_target(const struct model *m, uint32_t s, uint32_t i)
{
	const struct allocation *a = m->a;
	uint32_t o = a->choice_option[i];
	if (!m->open[o] || allocation_choice_forbidden(a, i) || (m->bend && m->bend->masked[i])) return ALLOCATION_NONE;
	if (!m->floor_first || !a->group || a->group[s] == ALLOCATION_NONE) return o;
	for (uint32_t f = m->floor_first[o]; f < m->floor_first[o + 1]; f++)
		if (a->floors[f].group == a->group[s] && m->floor_left[f]) return a->noptions + a->ncaps + f;
	return o;
}

/* Every node before its parent. */
static uint32_t *leaves_first(struct arena *arena, const struct allocation *a)
{
	uint32_t nodes = a->noptions + a->ncaps, n = 0;
	uint32_t *order = ARENA_ARRAY(arena, uint32_t, nodes), *children = ARENA_ARRAY(arena, uint32_t, nodes);
	for (uint32_t v = 0; v < nodes; v++)
		if (a->node_parent[v] != ALLOCATION_NONE) children[a->node_parent[v]]++;
	for (uint32_t v = 0; v < nodes; v++)
		if (!children[v]) order[n++] = v;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t p = a->node_parent[order[k]];
		if (p != ALLOCATION_NONE && --children[p] == 0) order[n++] = p;
	}
	return order;
}

static void floors_left(struct arena *arena, struct model *m)
{
	const struct allocation *a = m->a;
	uint32_t nodes = a->noptions + a->ncaps;
	m->floor_first = ARENA_ARRAY(arena, uint32_t, (size_t)nodes + 1);
	m->floor_left = ARENA_ARRAY(arena, uint32_t, a->nfloors);
	for (uint32_t f = 0; f < a->nfloors; f++) {
		m->floor_first[a->floors[f].node + 1]++;
		m->floor_left[f] = a->floors[f].floor;
	}
	for (uint32_t v = 0; v < nodes; v++)
		m->floor_first[v + 1] += m->floor_first[v];
	for (uint32_t s = 0; a->fixed && a->group && s < a->nstudents; s++) {
		if (a->fixed[s] == ALLOCATION_NONE || a->group[s] == ALLOCATION_NONE) continue;
		for (uint32_t v = a->choice_option[a->fixed[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			for (uint32_t f = m->floor_first[v]; f < m->floor_first[v + 1]; f++)
				if (a->floors[f].group == a->group[s] && m->floor_left[f]) m->floor_left[f]--;
	}
}

/* Which nodes can be full at all: those with more who might come than seats. */
static void nodes_keep(struct arena *arena, struct model *m)
{
	const struct allocation *a = m->a;
	uint32_t nodes = a->noptions + a->ncaps;
	uint32_t *order = m->order = leaves_first(arena, a);
	struct arena_mark mark = arena_mark(arena);
	uint64_t *demand = ARENA_ARRAY(arena, uint64_t, nodes);
	for (uint32_t k = nodes; k-- > 0;) {
		uint32_t v = order[k], p = a->node_parent[v];
		m->open[v] = m->seats[v] && (p == ALLOCATION_NONE || m->open[p]);
	}
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++)
			if (!allocation_choice_forbidden(a, i)) demand[a->choice_option[i]]++;
	}
	for (uint32_t k = 0; k < nodes; k++) {
		uint32_t v = order[k], p = a->node_parent[v];
		m->roomy[v] = demand[v] < m->seats[v];
		m->kept[v] = m->open[v] && (v < a->noptions || !m->roomy[v]);
		if (p != ALLOCATION_NONE) demand[p] += m->roomy[v] ? demand[v] : m->seats[v];
	}
	for (uint32_t k = nodes; k-- > 0;) {
		uint32_t v = order[k], p = a->node_parent[v];
		while (p != ALLOCATION_NONE && !m->kept[p])
			p = m->up[p];
		m->up[v] = p;
		if (p != ALLOCATION_NONE) m->roomy[v] = false;
	}
	for (uint32_t f = 0; f < a->nfloors; f++) {
		uint32_t v = a->floors[f].node;
		m->up[nodes + f] = v;
		m->kept[nodes + f] = m->open[nodes + f] = cost_floor_at_option(a, f) && m->open[v] && m->floor_left[f];
	}
	arena_rewind(arena, mark);
}

static uint32_t root_of(uint32_t *set, uint32_t v)
{
	while (set[v] != v)
		v = set[v] = set[set[v]];
	return v;
}

static void join(uint32_t *set, uint32_t x, uint32_t y)
{
	x = root_of(set, x);
	y = root_of(set, y);
	if (x < y)
		set[y] = x;
	else
		set[x] = y;
}

/* How much of the list counts: with floors a lower choice may be worth more, without not below one that has room. */
static uint32_t list_end(const struct model *m, uint32_t s)
{
	const struct allocation *a = m->a;
	uint32_t end = a->off[s + 1];
	if (a->nfloors) return end;
	for (uint32_t i = a->off[s]; i < end; i++) {
		if (!m->roomy[a->choice_option[i]] || model_target(m, s, i) == ALLOCATION_NONE) continue;
		uint32_t to = i + 1;
		while (to < end && a->choice_rank[to] == a->choice_rank[i])
			to++;
		return to;
	}
	return end;
}

/* Sets of nodes that lists or the forest join; first[s]: the first node of the list, ALLOCATION_NONE when s has none. */
static void nodes_join(const struct model *m, uint32_t *set, uint32_t *first, uint32_t *narcs)
{
	const struct allocation *a = m->a;
	for (uint32_t v = 0; v < m->raw_nodes; v++)
		set[v] = v;
	for (uint32_t v = 0; v < m->raw_nodes; v++)
		if (m->kept[v] && m->up[v] != ALLOCATION_NONE) join(set, v, m->up[v]);
	*narcs = 0;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		first[s] = ALLOCATION_NONE;
		if (allocation_fixed(a, s) != ALLOCATION_NONE) continue;
		uint32_t end = list_end(m, s), root = ALLOCATION_NONE;
		for (uint32_t i = a->off[s]; i < end; i++) {
			uint32_t v = model_target(m, s, i);
			if (v == ALLOCATION_NONE) continue;
			++*narcs;
			if (root == ALLOCATION_NONE) {
				first[s] = v;
				root = root_of(set, v);
			} else if (set[v] != root) {
				join(set, v, root);
				root = root_of(set, root);
			}
		}
		if (root != ALLOCATION_NONE) ++*narcs; /* holding nothing */
	}
}

/* Components in order of their first node, nodes in their order. */
static void nodes_number(struct arena *arena, struct model *m, uint32_t *set)
{
	uint32_t *component = ARENA_ARRAY(arena, uint32_t, m->raw_nodes);
	m->ncomponents = m->nnodes = 0;
	for (uint32_t v = 0; v < m->raw_nodes; v++) {
		if (!m->kept[v]) continue;
		m->nnodes++;
		component[v] = root_of(set, v) == v ? m->ncomponents++ : ALLOCATION_NONE;
	}
	m->components = ARENA_ARRAY(arena, struct component, m->ncomponents);
	m->raw = ARENA_ARRAY(arena, uint32_t, m->nnodes);
	for (uint32_t v = 0; v < m->raw_nodes; v++) {
		if (!m->kept[v]) continue;
		component[v] = component[root_of(set, v)];
		m->components[component[v]].nnodes++;
	}
	for (uint32_t c = 1; c < m->ncomponents; c++)
		m->components[c].first_node = m->components[c - 1].first_node + m->components[c - 1].nnodes;
	for (uint32_t c = 0; c < m->ncomponents; c++)
		m->components[c].nnodes = 0;
	for (uint32_t v = 0; v < m->raw_nodes; v++) {
		m->node[v] = ALLOCATION_NONE;
		if (!m->kept[v]) continue;
		struct component *c = &m->components[component[v]];
		m->node[v] = c->first_node + c->nnodes++;
		m->raw[m->node[v]] = v;
	}
	memcpy(set, component, m->raw_nodes * sizeof(*set)); /* from here on the component */
}

/* Students by component. Within it they stay in order of id: neighbours with the same wishes would undo each other's. */
static void students_number(struct arena *arena, struct model *m, const uint32_t *component, const uint32_t *first)
{
	const struct allocation *a = m->a;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (first[s] == ALLOCATION_NONE) continue;
		m->components[component[first[s]]].nstudents++;
		m->nstudents++;
	}
	for (uint32_t c = 1; c < m->ncomponents; c++)
		m->components[c].first_student = m->components[c - 1].first_student + m->components[c - 1].nstudents;
	for (uint32_t c = 0; c < m->ncomponents; c++)
		m->components[c].nstudents = 0;
	m->student = ARENA_ARRAY(arena, uint32_t, m->nstudents);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (first[s] == ALLOCATION_NONE) continue;
		struct component *c = &m->components[component[first[s]]];
		m->student[c->first_student + c->nstudents++] = s;
	}
}

/* The lowest cap above the option with a floor that counts the student; 0: none, else floor + 1 less those at options. */
static uint32_t bend_of(const struct model *m, uint32_t s, uint32_t i)
{
	const struct allocation *a = m->a;
	if (!m->bend || !a->group) return 0;
	for (uint32_t v = a->node_parent[a->choice_option[i]]; v != ALLOCATION_NONE; v = a->node_parent[v]) {
		uint32_t f = cost_floor(a, v, a->group[s]);
		if (f != ALLOCATION_NONE) return f - m->bend->first + 1;
	}
	return 0;
}

/* Classes of one bend lie together: those of floor k come k times the rank numbers later. */
static uint16_t *classes(struct arena *arena, struct model *m)
{
	const struct allocation *a = m->a;
	uint16_t *class_of = ARENA_ARRAY(arena, uint16_t, (size_t)a->max_rank + 1);
	for (uint32_t i = 0; i < a->nchoices; i++)
		class_of[a->choice_rank[i]] = 1;
	m->class_rank = ARENA_ARRAY(arena, uint16_t, (size_t)a->max_rank + 1);
	m->nclasses = 1;
	m->nbends = m->bend ? a->nfloors - m->bend->first + 1 : 1;
	for (uint32_t k = 1; k <= a->max_rank; k++) {
		if (!class_of[k]) continue;
		class_of[k] = (uint16_t)m->nclasses;
		m->class_rank[m->nclasses++] = (uint16_t)k;
	}
	return class_of;
}

static void links_fill(struct arena *arena, const struct model *m, struct component *c)
{
	const struct allocation *a = m->a;
	uint32_t nodes = a->noptions + a->ncaps, more = 0;
	for (uint32_t v = c->first_node; v < c->first_node + c->nnodes; v++)
		more += m->raw[v] >= nodes;
	struct sx *x = &c->sx;
	x->nnodes = c->nnodes + 1;
	x->nlinks = c->nnodes;
	x->link = ARENA_ARRAY(arena, struct sx_link, (size_t)c->nnodes + more);
	for (uint32_t v = 1; v < x->nnodes; v++) {
		uint32_t raw = m->raw[c->first_node + v - 1], up = m->up[raw];
		uint32_t head = up == ALLOCATION_NONE ? 0 : m->node[up] - c->first_node + 1;
		bool is_floor = raw >= nodes;
		x->link[v - 1] = (struct sx_link){v, head, is_floor ? UINT32_MAX : m->seats[raw], 0, SX_LOWER};
		if (is_floor) x->link[x->nlinks++] = (struct sx_link){v, head, m->floor_left[raw - nodes], 0, SX_LOWER};
	}
}

static void lists_fill(struct arena *arena, const struct model *m, uint32_t narcs, const uint16_t *class_of)
{
	const struct allocation *a = m->a;
	uint32_t *to = arena_room(arena, narcs * sizeof(*to));
	uint16_t *class = arena_room(arena, narcs * sizeof(*class));
	uint32_t *off = arena_room(arena, m->nstudents * sizeof(*off)), *end = arena_room(arena, m->nstudents * sizeof(*end));
	uint32_t *hold = arena_room(arena, m->nstudents * sizeof(*hold));
	for (uint32_t k = 0; k < m->ncomponents; k++) {
		struct component *c = &m->components[k];
		uint32_t at = 0;
		for (uint32_t s = 0; s < c->nstudents; s++) {
			uint32_t student = m->student[c->first_student + s], last = list_end(m, student);
			off[s] = at;
			for (uint32_t i = a->off[student]; i < last; i++) {
				uint32_t raw = model_target(m, student, i);
				if (raw == ALLOCATION_NONE) continue;
				to[at] = m->node[raw] - c->first_node + 1;
				class[at++] = (uint16_t)(class_of[a->choice_rank[i]] + bend_of(m, student, i) * (m->nclasses - 1));
			}
			to[at] = 0;
			class[at++] = 0;
			end[s] = at;
		}
		c->sx.nstudents = c->nstudents;
		c->sx.to = to;
		c->sx.class = class;
		c->sx.off = off;
		c->sx.end = end;
		c->sx.hold = hold;
		to += at;
		class += at;
		off += c->nstudents;
		end += c->nstudents;
		hold += c->nstudents;
	}
}

void model_build(struct arena *arena, const struct allocation *a, const uint32_t *seats, const struct bend *bend, struct model *m)
{
	uint32_t nodes = a->noptions + a->ncaps, narcs;
	*m = (struct model){.a = a, .seats = seats, .bend = bend, .raw_nodes = nodes + a->nfloors};
	m->up = ARENA_ARRAY(arena, uint32_t, m->raw_nodes);
	m->kept = ARENA_ARRAY(arena, uint8_t, m->raw_nodes);
	m->open = ARENA_ARRAY(arena, uint8_t, m->raw_nodes);
	m->roomy = ARENA_ARRAY(arena, uint8_t, nodes);
	m->node = ARENA_ARRAY(arena, uint32_t, m->raw_nodes);
	if (a->nfloors) floors_left(arena, m);
	nodes_keep(arena, m);
	uint32_t *set = ARENA_ARRAY(arena, uint32_t, m->raw_nodes), *first = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	nodes_join(m, set, first, &narcs);
	nodes_number(arena, m, set);
	students_number(arena, m, set, first);
	lists_fill(arena, m, narcs, classes(arena, m));
	for (uint32_t c = 0; c < m->ncomponents; c++)
		links_fill(arena, m, &m->components[c]);
}
