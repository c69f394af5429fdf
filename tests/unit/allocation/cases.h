/* Small random allocations whose every outcome can be tried, and the rows that build them. */
#pragma once
#include "../tap.h"
#include "allocation/result.h"
#include "allocation/verify.h"
#include "allocation/why.h"
#include "base/rand.h"
#include "platform/crypto/hash.h"

enum { MAX_S = 6, MAX_O = 4, MAX_C = 3 };

struct small {
	int students, options, caps;
	int capacity[MAX_O], cap_of[MAX_O]; /* -1: none */
	int cap_capacity[MAX_C], cap_parent[MAX_C];
	int rank[MAX_S][MAX_O]; /* 0: not listed */
	int score[MAX_S][MAX_O];
	int group[MAX_S], floors[MAX_O]; /* of group g0; 0: none */
	int cap_floors[MAX_C][2];        /* of groups g0 and g1; 0: none */
	int fixed[MAX_S];                /* option or -1 */
	bool forbidden[MAX_S][MAX_O];
	int pair_of[MAX_S]; /* partner + 1; 0: none */
	char seed[16];
};

static inline int below(struct rand_seeded *rnd, int n) { return (int)rand_seeded_below(rnd, (uint64_t)n); }

static inline struct small small_random(struct rand_seeded *rnd, int max_students, int max_options, bool one_score)
{
	struct small c = {.students = 1 + below(rnd, max_students), .options = 1 + below(rnd, max_options), .caps = below(rnd, MAX_C + 1)};
	int ties = below(rnd, 3), levels = 1 + below(rnd, 4), step = 1 + below(rnd, 3);
	snprintf(c.seed, sizeof(c.seed), "seed-%d", below(rnd, 1000));
	for (int k = 0; k < c.caps; k++) {
		c.cap_capacity[k] = below(rnd, 4);
		c.cap_parent[k] = below(rnd, k + 1) - 1;
	}
	for (int o = 0; o < c.options; o++) {
		c.capacity[o] = below(rnd, 4);
		c.cap_of[o] = c.caps ? below(rnd, c.caps + 1) - 1 : -1;
		c.floors[o] = below(rnd, 3);
	}
	for (int s = 0; s < c.students; s++) {
		int common = below(rnd, levels), rank = 0;
		c.group[s] = below(rnd, 3) - 1;
		c.fixed[s] = -1;
		int order[MAX_O];
		for (int o = 0; o < c.options; o++) {
			order[o] = o;
			int j = below(rnd, o + 1);
			order[o] = order[j];
			order[j] = o;
		}
		int length = below(rnd, c.options + 1);
		for (int k = 0; k < length; k++) {
			if (!rank || below(rnd, 3) >= ties) rank += 1 + below(rnd, step);
			c.rank[s][order[k]] = rank;
		}
		for (int o = 0; o < c.options; o++)
			c.score[s][o] = one_score ? common : below(rnd, levels) - 1;
	}
	return c;
}

static inline struct str name_of(struct arena *arena, char kind, int number) { return str_fmt(arena, "%c%d", kind, number); }

/* The rows in an order that depends on `shuffle`. */
static inline struct allocation *small_build(struct arena *arena, const struct small *c, uint64_t shuffle)
{
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	struct rand_seeded rnd = {shuffle};
	int turn_c = c->caps ? below(&rnd, c->caps) : 0, turn_o = below(&rnd, c->options);
	for (int k = 0; k < c->caps; k++) {
		int x = shuffle ? (k + turn_c) % c->caps : k;
		struct str parent = c->cap_parent[x] < 0 ? STR_NONE : name_of(arena, 'c', c->cap_parent[x]);
		if (allocation_add_cap(a, name_of(arena, 'c', x), parent, c->cap_capacity[x], &f) != OK) return NULL;
	}
	for (int k = 0; k < c->options; k++) {
		int o = shuffle ? (k + turn_o) % c->options : k;
		struct str cap = c->cap_of[o] < 0 ? STR_NONE : name_of(arena, 'c', c->cap_of[o]);
		if (allocation_add_option(a, name_of(arena, 'o', o), c->capacity[o], cap, &f) != OK) return NULL;
		if (c->floors[o] && allocation_add_floor(a, name_of(arena, 'o', o), STR("g0"), c->floors[o], &f) != OK) return NULL;
	}
	for (int k = 0; k < 2 * c->caps; k++) {
		int x = shuffle ? 2 * c->caps - 1 - k : k, floor = c->cap_floors[x / 2][x % 2];
		if (floor && allocation_add_floor(a, name_of(arena, 'c', x / 2), name_of(arena, 'g', x % 2), floor, &f) != OK) return NULL;
	}
	int rows[MAX_S * MAX_O], n = 0;
	for (int x = 0; x < c->students * c->options; x++) {
		rows[n++] = x;
		int j = shuffle ? below(&rnd, n) : n - 1;
		rows[n - 1] = rows[j];
		rows[j] = x;
	}
	for (int k = 0; k < c->students; k++) {
		int s = shuffle ? c->students - 1 - k : k;
		struct str group = c->group[s] < 0 ? STR_NONE : name_of(arena, 'g', c->group[s]);
		if (allocation_add_student(a, name_of(arena, 's', s), group, &f) != OK) return NULL;
		if (c->fixed[s] >= 0 && allocation_fix(a, name_of(arena, 's', s), name_of(arena, 'o', c->fixed[s]), &f) != OK) return NULL;
	}
	for (int s = 0; s < c->students; s++) {
		if (c->pair_of[s] <= s + 1) continue;
		struct str one = name_of(arena, 's', s), other = name_of(arena, 's', c->pair_of[s] - 1);
		if (allocation_add_pair(a, shuffle ? other : one, shuffle ? one : other, &f) != OK) return NULL;
	}
	for (int k = 0; k < n; k++) {
		int s = rows[k] / c->options, o = rows[k] % c->options;
		if (!c->rank[s][o]) continue;
		struct str student = name_of(arena, 's', s), option = name_of(arena, 'o', o);
		if (allocation_add_choice(a, student, c->rank[s][o], option, c->score[s][o], &f) != OK) return NULL;
		if (c->forbidden[s][o] && allocation_forbid(a, student, option, &f) != OK) return NULL;
	}
	return allocation_finish(a, &f) == OK ? a : NULL;
}

static inline struct allocation_options options_of(const struct small *c, enum allocation_mechanism m)
{
	return (struct allocation_options){.mechanism = m, .seed = str_of(c->seed), .hmac = hmac_sha256};
}

static inline bool small_solve(struct arena *arena, const struct small *c, enum allocation_mechanism m, uint64_t shuffle,
                               struct allocation_result *r)
{
	struct allocation_fault f;
	struct allocation_options options = options_of(c, m);
	struct allocation *a = small_build(arena, c, shuffle);
	return a && allocation_solve(arena, a, &options, r, &f) == OK;
}

/* Option held by student s, -1 for none. Ids have one digit, so that their order is that of the numbers. */
static inline int held_option(const struct allocation_result *r, int s)
{
	uint32_t i = r->held[s];
	return i == ALLOCATION_NONE ? -1 : (int)r->allocation->choice_option[i];
}

/* The rules told once more, without sharing a line with the library: numbers of the lottery, own order, seats. */
struct plain {
	uint8_t lottery[MAX_S][32];
	uint8_t tie[MAX_S][MAX_O][32];
	int best_score[MAX_S];
};

static inline void plain_draw(struct plain *p, const struct small *c)
{
	for (int s = 0; s < c->students; s++) {
		char id[16], pair[32];
		snprintf(id, sizeof(id), "s%d", s);
		hmac_sha256(c->seed, strlen(c->seed), id, 2, p->lottery[s]);
		bool any = false;
		for (int o = 0; o < c->options; o++) {
			snprintf(pair, sizeof(pair), "s%d%co%d", s, 0x1f, o);
			hmac_sha256(c->seed, strlen(c->seed), pair, 5, p->tie[s][o]);
			if (!c->rank[s][o]) continue;
			if (!any || c->score[s][o] > p->best_score[s]) p->best_score[s] = c->score[s][o];
			any = true;
		}
		if (!any) p->best_score[s] = 0;
	}
}

/* Does student s like x more than y? -1 is holding nothing. */
static inline bool plain_prefers(const struct plain *p, const struct small *c, int s, int x, int y)
{
	if (x == y || x < 0 || !c->rank[s][x]) return false;
	if (y < 0) return true;
	if (c->rank[s][x] != c->rank[s][y]) return c->rank[s][x] < c->rank[s][y];
	return memcmp(p->tie[s][x], p->tie[s][y], 32) > 0;
}

static inline bool plain_in_cap(const struct small *c, int option, int cap)
{
	for (int k = c->cap_of[option]; k >= 0; k = c->cap_parent[k])
		if (k == cap) return true;
	return false;
}
