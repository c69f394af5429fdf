/* Edits of a state. Each is one search and one chain: along it prices stay right, so that the placement stays optimal. */
#include "allocation/build.h"
#include "allocation/run.h"
#include "allocation/search.h"

void graph_prices_begin(struct graph *g)
{
	memset(g->y, 0, ((size_t)g->nnodes + 1) * g->layout.ndigits * sizeof(int64_t));
	for (uint32_t v = 0; v < g->nnodes; v++)
		if (g->nodes[v].gate && g->layout.ndigits && g->nodes[v].load < g->nodes[v].capacity)
			graph_y(g, v)[g->layout.shortfall] = -1;
}

/* Afresh with the first prices: those who stand first, where they are, then one after the other. */
static enum err state_again(struct allocation_state *st)
{
	struct graph *g = &st->g;
	g->large = false;
	for (uint32_t v = 0; v < g->nnodes; v++)
		g->nodes[v].load = 0;
	uint8_t *upgrades = ARENA_ARRAY(st->scratch, uint8_t, g->students.len);
	for (uint32_t i = 0; i < g->students.len; i++) {
		struct graph_student *s = &g->students.ptr[i];
		upgrades[i] = s->upgrades;
		s->upgrades = false;
		if (s->stands) {
			for (uint32_t v = s->place; v != g->sink; v = g->nodes[v].parent)
				g->nodes[v].load++;
		} else {
			graph_unlink(g, i);
			s->held = ALLOCATION_NONE;
		}
	}
	graph_prices_begin(g);
	for (uint32_t i = 0; i < g->students.len; i++)
		if (!g->students.ptr[i].stands && !g->students.ptr[i].left) TRY(state_route(st, i, g->sink, NULL, NULL));
	for (uint32_t i = 0; i < g->students.len; i++) {
		if (!upgrades[i]) continue;
		g->students.ptr[i].upgrades = true;
		TRY(state_route(st, i, g->students.ptr[i].place, NULL, NULL));
	}
	return OK;
}

enum err state_route(struct allocation_state *st, uint32_t student, uint32_t target, struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	bool linked = g->students.ptr[student].place != GRAPH_NONE;
	graph_unlink(g, student);
	search_begin(g, false);
	search_from_student(g, student);
	if (!search_run(g, target, NULL)) {
		if (linked) graph_link(g, student, target);
		return ERR_REFUSED;
	}
	search_settle(g, graph_dist(g, target));
	search_path(g, target, arena, change, true);
	return OK;
}

/* A unit less at the node: who fills it best? */
static void fill(struct allocation_state *st, uint32_t node, struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	search_begin(g, true);
	search_from(g, node);
	BUG_IF(!search_run(g, g->sink, NULL)); /* the seat may always stay empty */
	search_settle(g, graph_dist(g, g->sink));
	search_path(g, g->sink, arena, change, true);
}

static void seat_more(struct allocation_state *st, uint32_t node, struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	struct graph_node *n = &g->nodes[node];
	uint32_t nd = g->layout.ndigits;
	int64_t *price = ARENA_ARRAY(st->scratch, int64_t, (size_t)nd * 2), *zero = price + nd;
	for (uint32_t k = 0; k < nd; k++)
		price[k] = graph_y(g, node)[k] - graph_y(g, n->parent)[k];
	bool free_before = n->load < n->capacity++;
	if (free_before || cost_cmp(price, zero, nd) <= 0) return; /* nobody waits for it */
	/* The arc up must not be used by its own search: the node is the end of it. */
	search_begin(g, true);
	search_from(g, node);
	bool better = search_run(g, n->parent, price);
	search_settle(g, better ? graph_dist(g, n->parent) : price);
	if (!better) return;
	search_path(g, n->parent, arena, change, true);
	n->load++;
}

static enum err seat_less(struct allocation_state *st, uint32_t node, struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	struct graph_node *n = &g->nodes[node];
	if (n->load < n->capacity) {
		n->capacity--;
		return OK;
	}
	search_begin(g, false);
	search_from(g, node);
	if (!search_run(g, n->parent, NULL)) return ERR_REFUSED; /* all who hold its seats stand */
	search_settle(g, graph_dist(g, n->parent));
	search_path(g, n->parent, arena, change, true);
	n->load--;
	n->capacity--;
	return OK;
}

/* What every edit has: a change to fill, scratch to empty, and for serial and deferred the run and its differences. */
struct edit {
	struct allocation_state *st;
	struct arena *arena;
	struct allocation_change *change;
	uint32_t *held; /* before, where the mechanism runs again */
	size_t nheld;
};

static struct edit edit_begin(struct allocation_state *st, struct arena *arena, struct allocation_change *change)
{
	struct edit e = {st, arena, change, NULL, st->g.students.len};
	if (change) {
		change_begin(&st->g, arena, change);
	}
	if (!st->optimises) {
		e.held = ARENA_ARRAY(st->scratch, uint32_t, e.nheld);
		for (size_t i = 0; i < e.nheld; i++)
			e.held[i] = st->g.students.ptr[i].held;
	}
	return e;
}

static enum err edit_end(struct edit *e, enum err result)
{
	struct allocation_state *st = e->st;
	if (result == OK && !st->optimises && (result = state_run(st)) == OK)
		for (uint32_t i = 0; e->change && i < st->g.students.len; i++) {
			uint32_t before = i < e->nheld ? e->held[i] : ALLOCATION_NONE, now = st->g.students.ptr[i].held;
			if (before != now) change_move(&st->g, e->arena, e->change, i, before, now);
		}
	if (result == OK && st->g.large) result = state_again(st);
	arena_reset(st->scratch);
	return result;
}

enum err state_seat(struct allocation_state *st, uint32_t node, int more, struct arena *arena, struct allocation_change *change)
{
	struct edit e = edit_begin(st, arena, change);
	struct graph_node *n = &st->g.nodes[node];
	enum err result = OK;
	if (!st->optimises)
		n->capacity += (uint32_t)more;
	else if (more > 0)
		seat_more(st, node, arena, change);
	else
		result = seat_less(st, node, arena, change);
	result = edit_end(&e, result);
	if (!st->optimises && result != OK) n->capacity -= (uint32_t)more;
	return result;
}

enum err allocation_state_seat(struct allocation_state *st, uint32_t node, int more, struct arena *arena, struct allocation_change *change)
{
	if (node >= st->g.noptions + st->g.a->ncaps || (more != 1 && more != -1)) return ERR_REFUSED;
	if (st->g.nodes[node].capacity == (more > 0 ? ALLOCATION_CAPACITY_MAX : 0)) return ERR_REFUSED;
	return state_seat(st, node, more, arena, change);
}

enum err allocation_state_leave(struct allocation_state *st, uint32_t student, struct arena *arena, struct allocation_change *change)
{
	if (!allocation_state_present(st, student)) return ERR_REFUSED;
	struct edit e = edit_begin(st, arena, change);
	struct graph_student *s = &st->g.students.ptr[student];
	uint32_t place = s->place, held = s->held;
	graph_unlink(&st->g, student);
	s->left = true;
	s->stands = s->upgrades = false;
	s->held = ALLOCATION_NONE;
	if (held != ALLOCATION_NONE && st->optimises) {
		if (change) change_move(&st->g, arena, change, student, held, ALLOCATION_NONE);
		fill(st, place, arena, change);
	}
	return edit_end(&e, OK);
}

enum err allocation_state_forbid(struct allocation_state *st, uint32_t choice, struct arena *arena, struct allocation_change *change)
{
	if (choice >= st->g.choices.len) return ERR_REFUSED;
	struct graph_choice *c = &st->g.choices.ptr[choice];
	struct graph_student *s = &st->g.students.ptr[c->student];
	if (c->gone || s->left || (s->stands && s->held == choice)) return ERR_REFUSED;
	struct edit e = edit_begin(st, arena, change);
	bool before = c->forbidden;
	c->forbidden = true;
	enum err result = OK;
	if (st->optimises && s->held == choice) result = state_route(st, c->student, s->place, arena, change);
	result = edit_end(&e, result);
	if (result != OK) c->forbidden = before;
	return result;
}

enum err allocation_state_allow(struct allocation_state *st, uint32_t choice, struct arena *arena, struct allocation_change *change)
{
	if (choice >= st->g.choices.len) return ERR_REFUSED;
	struct graph_choice *c = &st->g.choices.ptr[choice];
	struct graph_student *s = &st->g.students.ptr[c->student];
	if (c->gone || s->left) return ERR_REFUSED;
	struct edit e = edit_begin(st, arena, change);
	bool before = c->forbidden;
	c->forbidden = false;
	enum err result = OK;
	if (st->optimises && before && graph_allowed(&st->g, s, choice)) result = state_route(st, c->student, s->place, arena, change);
	result = edit_end(&e, result);
	if (result != OK) c->forbidden = before;
	return result;
}

static bool rank_used(const struct graph *g, uint32_t rank)
{
	return !g->layout.digit_of || (rank <= g->max_rank && g->layout.digit_of[rank] != ALLOCATION_NONE);
}

/* Ranks that the list brings get digits of their own: all vectors make room. */
static void ranks_add(struct graph *g, const struct allocation_wish *list, size_t n)
{
	struct cost_layout old = g->layout, *l = &g->layout;
	uint32_t max = g->max_rank, next = old.first;
	bool all_used = true;
	for (size_t i = 0; i < n; i++) {
		all_used &= rank_used(g, (uint32_t)list[i].rank);
		if (list[i].rank > max) max = (uint32_t)list[i].rank;
	}
	if (all_used) {
		g->max_rank = max;
		return;
	}
	l->digit_of = ARENA_ARRAY(g->arena, uint32_t, (size_t)max + 1);
	for (size_t i = 0; i < n; i++)
		l->digit_of[list[i].rank] = 1;
	for (uint32_t k = 0; k <= max; k++) {
		uint32_t x = l->mechanism == ALLOCATION_GREEDY ? k : max - k;
		bool used = l->digit_of[x] || (x <= g->max_rank && old.digit_of[x] != ALLOCATION_NONE);
		l->digit_of[x] = used ? next++ : ALLOCATION_NONE;
	}
	l->lottery = next;
	l->ndigits = next + 1;
	int64_t *y = ARENA_ARRAY(g->arena, int64_t, ((size_t)g->nnodes + 1) * l->ndigits);
	for (size_t v = 0; v <= g->nnodes; v++) {
		const int64_t *from = g->y + v * old.ndigits;
		int64_t *to = y + v * l->ndigits;
		memcpy(to, from, old.first * sizeof(*to));
		for (uint32_t k = 0; k <= g->max_rank; k++)
			if (old.digit_of[k] != ALLOCATION_NONE) to[l->digit_of[k]] = from[old.digit_of[k]];
		to[l->lottery] = from[old.lottery];
	}
	g->y = y;
	g->max_rank = max;
	search_begin(g, false);
	graph_search_room(g);
}

static int wish_cmp(const struct allocation_wish *x, const uint8_t *nx, const struct allocation_wish *y, const uint8_t *ny)
{
	if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
	int c = memcmp(ny, nx, 32);
	return c ? c : (x->option > y->option) - (x->option < y->option);
}

/* Positions by rank and the student's own order of ties. The choices themselves are kept by rank, then option. */
static void list_add(struct allocation_state *st, uint32_t student, const struct allocation_wish *list, size_t n)
{
	struct graph *g = &st->g;
	struct graph_student *s = &g->students.ptr[student];
	uint8_t(*number)[32] = arena_alloc(st->scratch, n * 32 + 1);
	uint32_t *order = ARENA_ARRAY(st->scratch, uint32_t, n);
	for (uint32_t i = 0; i < n; i++) {
		tie_draw(&g->options, s->id, g->a->options[list[i].option].id, number[i]);
		uint32_t k = i;
		for (; k && wish_cmp(&list[i], number[i], &list[order[k - 1]], number[order[k - 1]]) < 0; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	ranks_add(g, list, n);
	s->off = (uint32_t)g->choices.len;
	s->len = (uint32_t)n;
	for (uint32_t k = 0; k < n; k++) {
		const struct allocation_wish *w = &list[order[k]];
		uint32_t i = graph_choice_add(g, student, w->option, (uint32_t)w->rank, w->score);
		g->choices.ptr[i].lottery = cost_lottery(s->lottery, k);
		g->choices.ptr[i].forbidden = w->forbidden;
	}
}

/* Takes back what list_add put after the first `n` choices; digits of new ranks stay and cost nobody anything. */
static void list_drop(struct graph *g, size_t n)
{
	while (g->choices.len > n) {
		const struct graph_choice *c = &g->choices.ptr[--g->choices.len];
		g->nodes[c->place].listers = c->next_lister;
	}
}

static bool list_right(const struct graph *g, const struct allocation_wish *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].option >= g->noptions || list[i].rank < 1 || list[i].rank > ALLOCATION_RANK_MAX) return false;
		if (list[i].score < -(INT64_MAX / 2) || list[i].score > INT64_MAX / 2) return false;
		for (size_t k = 0; k < i; k++)
			if (list[k].option == list[i].option) return false;
	}
	if (n >= ALLOCATION_RANK_MAX) return false;
	uint32_t ranks = g->layout.ndigits - g->layout.first - 1;
	for (size_t i = 0; i < n; i++)
		ranks += !rank_used(g, (uint32_t)list[i].rank); /* ties of a new one count more than once */
	return !g->layout.digit_of || cost_fits(g->a, g->options.mechanism, ranks);
}

static uint64_t lottery_of(const struct allocation_options *options, struct str id)
{
	uint8_t number[32];
	uint64_t prefix;
	options->hmac(options->seed.ptr, options->seed.len, id.ptr, id.len, number);
	memcpy(&prefix, number, 8);
	return __builtin_bswap64(prefix);
}

/* Those who were there from the beginning are found by halving. */
static bool id_taken(const struct allocation_state *st, struct str id)
{
	uint32_t first = allocation_find_student(st->g.a, id);
	if (first != ALLOCATION_NONE && !st->g.students.ptr[first].left) return true;
	for (size_t i = st->g.a->nstudents; i < st->g.students.len; i++)
		if (!st->g.students.ptr[i].left && str_eq(st->g.students.ptr[i].id, id)) return true;
	return false;
}

static uint32_t group_find(const struct allocation *a, struct str group)
{
	for (uint32_t i = 0; group.len && i < a->ngroups; i++)
		if (str_eq(a->groups[i], group)) return i;
	return ALLOCATION_NONE;
}

enum err allocation_state_join(struct allocation_state *st, struct str id, struct str group, const struct allocation_wish *list, size_t n,
                               uint32_t *student, struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	if (!id_right(id) || id_taken(st, id) || !list_right(g, list, n)) return ERR_REFUSED;
	uint32_t s = (uint32_t)g->students.len;
	size_t choices = g->choices.len;
	*VEC_PUSH(g->arena, &g->students) = (struct graph_student){.id = str_copy(g->arena, id),
	                                                           .lottery = lottery_of(&g->options, id),
	                                                           .group = group_find(g->a, group),
	                                                           .held = ALLOCATION_NONE,
	                                                           .place = GRAPH_NONE};
	list_add(st, s, list, n);
	struct edit e = edit_begin(st, arena, change);
	enum err result = edit_end(&e, st->optimises ? state_route(st, s, g->sink, arena, change) : OK);
	if (result != OK) {
		list_drop(g, choices);
		g->students.len--;
		return result;
	}
	*student = s;
	return OK;
}

enum err allocation_state_relist(struct allocation_state *st, uint32_t student, const struct allocation_wish *list, size_t n,
                                 struct arena *arena, struct allocation_change *change)
{
	struct graph *g = &st->g;
	if (!allocation_state_present(st, student) || g->students.ptr[student].stands || !list_right(g, list, n)) return ERR_REFUSED;
	struct graph_student *s = &g->students.ptr[student];
	uint32_t off = s->off, len = s->len;
	size_t choices = g->choices.len;
	for (uint32_t i = off; i < off + len; i++)
		g->choices.ptr[i].gone = true;
	list_add(st, student, list, n);
	struct edit e = edit_begin(st, arena, change);
	enum err result = edit_end(&e, st->optimises ? state_route(st, student, s->place, arena, change) : OK);
	if (result == OK) return OK;
	list_drop(g, choices);
	s->off = off;
	s->len = len;
	for (uint32_t i = off; i < off + len; i++)
		g->choices.ptr[i].gone = false;
	return result;
}

bool state_force(struct allocation_state *st, uint32_t choice, struct arena *arena, struct allocation_change *change, int64_t *cost)
{
	struct graph *g = &st->g;
	uint32_t student = g->choices.ptr[choice].student, from = g->choices.ptr[choice].place, place = g->students.ptr[student].place;
	uint32_t held = g->students.ptr[student].held;
	graph_unlink(g, student);
	search_begin(g, false);
	search_from(g, from);
	bool found = search_run(g, place, NULL);
	graph_link(g, student, place);
	if (!found) return false;
	change_begin(g, arena, change);
	change_move(g, arena, change, student, held, choice);
	search_path(g, place, arena, change, false);
	if (!cost) return true;
	for (uint32_t k = 0; k < g->layout.ndigits; k++)
		cost[k] = graph_dist(g, place)[k] + graph_y(g, from)[k] - graph_y(g, place)[k];
	cost_add(g, cost, choice, 1);
	cost_add(g, cost, held, -1);
	return true;
}
