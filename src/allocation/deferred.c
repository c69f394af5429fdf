/* Student-proposing deferred acceptance under a forest of caps. Students propose one at a time (the outcome does not
 * depend on the order): the proposal passes every node on its way to the root; the first that is full drops its last.
 * What a node once dropped it would drop again, since its worst only ever gets better, so nobody is asked twice. */
#include "allocation/build.h"
#include "allocation/run.h"

struct entry {
	int64_t score;
	uint32_t student, choice;
};
/* Worst on top. Entries of students who have left stay until they come to the top. */
struct heap {
	struct entry *entries;
	uint32_t len, room;
};

struct deferred {
	struct run *run;
	struct heap *heaps; /* of every node */
	uint32_t *taken;    /* of every node */
	uint32_t *next;     /* of every student: position in `list` */
	uint32_t *list;     /* choices, ties in the student's order */
};

static bool worse(const struct deferred *d, const struct entry *x, const struct entry *y)
{
	return allocation_before(d->run->r, x->student, x->score, y->student, y->score) > 0;
}

static void heap_push(struct deferred *d, struct heap *h, struct entry e)
{
	if (h->len == h->room) {
		uint32_t room = h->room ? h->room * 2 : 4;
		h->entries = arena_grow(d->run->arena, h->entries, h->room * sizeof(e), room * sizeof(e));
		h->room = room;
	}
	uint32_t i = h->len++;
	for (; i && worse(d, &e, &h->entries[(i - 1) / 2]); i = (i - 1) / 2)
		h->entries[i] = h->entries[(i - 1) / 2];
	h->entries[i] = e;
}

static void heap_pop(struct deferred *d, struct heap *h)
{
	struct entry e = h->entries[--h->len];
	uint32_t i = 0;
	for (;;) {
		uint32_t child = 2 * i + 1;
		if (child >= h->len) break;
		if (child + 1 < h->len && worse(d, &h->entries[child + 1], &h->entries[child])) child++;
		if (!worse(d, &h->entries[child], &e)) break;
		h->entries[i] = h->entries[child];
		i = child;
	}
	if (h->len) h->entries[i] = e;
}

static struct entry heap_worst(struct deferred *d, struct heap *h)
{
	while (d->run->held[h->entries[0].student] != h->entries[0].choice)
		heap_pop(d, h);
	struct entry e = h->entries[0];
	heap_pop(d, h);
	return e;
}

/* The next choice of the student, ALLOCATION_NONE at the end of the list. A tied tier is ordered when it is reached. */
static uint32_t next_choice(struct deferred *d, uint32_t s)
{
	const struct allocation *a = d->run->r->allocation;
	while (d->next[s] < a->off[s + 1]) {
		uint32_t at = d->next[s]++;
		if (a->ties && (at == a->off[s] || a->choice_rank[at] != a->choice_rank[at - 1])) {
			uint32_t to = at + 1;
			while (to < a->off[s + 1] && a->choice_rank[to] == a->choice_rank[at])
				to++;
			if (to - at > 1) tie_sort(d->run->arena, d->run->r, s, d->list + at, to - at);
		}
		uint32_t choice = d->list ? d->list[at] : at;
		if (!allocation_choice_forbidden(a, choice)) return choice;
	}
	return ALLOCATION_NONE;
}

/* Takes the proposal in; gives the student who is dropped for it, ALLOCATION_NONE when there was room. */
static uint32_t propose(struct deferred *d, uint32_t s, uint32_t choice)
{
	const struct allocation *a = d->run->r->allocation;
	struct entry e = {run_score(d->run, s, choice), s, choice};
	d->run->held[s] = choice;
	for (uint32_t v = a->choice_option[choice]; v != ALLOCATION_NONE; v = a->node_parent[v]) {
		heap_push(d, &d->heaps[v], e);
		if (++d->taken[v] <= d->run->seats[v]) continue;
		struct entry out = heap_worst(d, &d->heaps[v]);
		d->run->held[out.student] = ALLOCATION_NONE;
		uint32_t w = a->choice_option[out.choice];
		for (; w != v; w = a->node_parent[w])
			d->taken[w]--;
		d->taken[v]--;
		/* Above v the one leaves and the other comes, but the newcomer has still to be known there. */
		if (out.student != s)
			for (w = a->node_parent[v]; w != ALLOCATION_NONE; w = a->node_parent[w])
				heap_push(d, &d->heaps[w], e);
		return out.student;
	}
	return ALLOCATION_NONE;
}

void deferred_run(struct run *run)
{
	const struct allocation *a = run->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps;
	struct deferred d = {.run = run,
	                     .heaps = ARENA_ARRAY(run->arena, struct heap, nodes),
	                     .taken = ARENA_ARRAY(run->arena, uint32_t, nodes),
	                     .next = arena_copy(run->arena, a->off, a->nstudents * sizeof(uint32_t))};
	if (a->ties) {
		d.list = ARENA_ARRAY(run->arena, uint32_t, a->nchoices);
		for (uint32_t i = 0; i < a->nchoices; i++)
			d.list[i] = i;
	}
	for (uint32_t first = 0; first < a->nstudents; first++) {
		uint32_t s = first;
		if (run->held[s] != ALLOCATION_NONE) continue; /* fixed: its seat is not for sale */
		while (s != ALLOCATION_NONE) {
			uint32_t choice = next_choice(&d, s);
			s = choice == ALLOCATION_NONE ? ALLOCATION_NONE : propose(&d, s, choice);
		}
	}
}
