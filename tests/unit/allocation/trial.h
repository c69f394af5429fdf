/* Every placement of a small case tried: the whole cost, told once more, and the cheapest. */
#pragma once
#include "allocation/cost.h"
#include "cases.h"

enum { DIGITS = 24 };

struct plain_costs {
	int ndigits, shortfall, rank_digit[32];
	int64_t cost[MAX_S][MAX_O][DIGITS];
};

static inline bool any_floor(const struct small *c)
{
	for (int o = 0; o < c->options; o++)
		if (c->floors[o]) return true;
	for (int k = 0; k < c->caps; k++)
		if (c->cap_floors[k][0] || c->cap_floors[k][1]) return true;
	return false;
}

static inline int64_t plain_lottery(const uint8_t number[32], int position)
{
	uint64_t x = 0;
	for (int i = 0; i < 8; i++)
		x = x << 8 | number[i];
	for (int i = 0; i <= position; i++)
		x += 0x9e3779b97f4a7c15;
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9;
	x ^= x >> 27;
	x *= 0x94d049bb133111eb;
	x ^= x >> 31;
	return (int64_t)(x / (1 << 20));
}

static inline void plain_costs(const struct plain *p, const struct small *c, enum allocation_mechanism m, struct plain_costs *out)
{
	bool used[32] = {false};
	*out = (struct plain_costs){.ndigits = 1, .shortfall = any_floor(c)};
	out->ndigits += out->shortfall;
	for (int s = 0; s < c->students; s++)
		for (int o = 0; o < c->options; o++)
			used[c->rank[s][o]] = true;
	for (int k = 0; k < 31; k++) {
		int rank = m == ALLOCATION_GENEROUS ? 31 - k : k + 1;
		if (used[rank]) out->rank_digit[rank] = out->ndigits;
		if (used[rank] && m != ALLOCATION_RANKSUM) out->ndigits++;
	}
	if (m == ALLOCATION_RANKSUM) out->ndigits = out->shortfall + 2;
	for (int s = 0; s < c->students; s++)
		for (int o = 0; o < c->options; o++) {
			int64_t *cost = out->cost[s][o], position = 0;
			if (!c->rank[s][o]) continue;
			for (int x = 0; x < c->options; x++)
				position += c->rank[s][x] && plain_prefers(p, c, s, x, o);
			cost[out->rank_digit[c->rank[s][o]]] = m == ALLOCATION_GREEDY ? -1 : m == ALLOCATION_GENEROUS ? 1 : c->rank[s][o];
			cost[out->ndigits] = plain_lottery(p->lottery[s], (int)position);
		}
	out->ndigits++;
}

struct trial {
	const struct small *c;
	const struct plain_costs *costs;
	int held[MAX_S], best[MAX_S];
	int64_t least[DIGITS];
	bool any, tied;
};

static inline void trial_cost(const struct trial *t, int64_t *sum)
{
	const struct small *c = t->c;
	memset(sum, 0, DIGITS * sizeof(*sum));
	for (int s = 0; s < c->students; s++)
		for (int d = 0; d < t->costs->ndigits; d++)
			sum[d] += t->held[s] >= 0 ? t->costs->cost[s][t->held[s]][d] : d == 0;
	for (int o = 0; o < c->options; o++) {
		int have = 0;
		for (int s = 0; s < c->students; s++)
			have += t->held[s] == o && c->group[s] == 0;
		if (have < c->floors[o]) sum[1] += c->floors[o] - have;
	}
	for (int k = 0; k < c->caps; k++)
		for (int group = 0; group < 2; group++) {
			int have = 0;
			for (int s = 0; s < c->students; s++)
				have += t->held[s] >= 0 && c->group[s] == group && plain_in_cap(c, t->held[s], k);
			if (have < c->cap_floors[k][group]) sum[1] += c->cap_floors[k][group] - have;
		}
}

static inline bool trial_room(const struct trial *t, int upto, int o)
{
	const struct small *c = t->c;
	int load = 1;
	for (int s = 0; s < upto; s++)
		load += t->held[s] == o;
	bool room = load <= c->capacity[o];
	for (int k = 0; k < c->caps; k++) {
		if (!plain_in_cap(c, o, k)) continue;
		load = 1;
		for (int s = 0; s < upto; s++)
			load += t->held[s] >= 0 && plain_in_cap(c, t->held[s], k);
		room = room && load <= c->cap_capacity[k];
	}
	return room;
}

static inline void trial_all(struct trial *t, int s)
{
	const struct small *c = t->c;
	if (s == c->students) {
		int64_t sum[DIGITS];
		trial_cost(t, sum);
		int order = t->any ? cost_cmp(sum, t->least, (uint32_t)t->costs->ndigits) : -1;
		if (order == 0) t->tied = true;
		if (order >= 0) return;
		t->any = true;
		t->tied = false;
		memcpy(t->least, sum, sizeof(sum));
		memcpy(t->best, t->held, sizeof(t->held));
		return;
	}
	for (int o = -1; o < c->options; o++) {
		if (c->fixed[s] >= 0 && o != c->fixed[s]) continue;
		if (o >= 0 && (!c->rank[s][o] || c->forbidden[s][o] || !trial_room(t, s, o))) continue;
		t->held[s] = o;
		trial_all(t, s + 1);
	}
}

/* Some placements of an earlier round, and some choices given up. */
static inline void rounds_random(struct rand_seeded *rnd, struct small *c)
{
	struct trial t = {.c = c};
	for (int s = 0; s < c->students; s++) {
		t.held[s] = -1;
		int o = below(rnd, c->options);
		if (below(rnd, 4) == 0 && c->rank[s][o] && trial_room(&t, s, o)) t.held[s] = c->fixed[s] = o;
		for (int x = 0; x < c->options; x++)
			c->forbidden[s][x] = c->rank[s][x] && x != c->fixed[s] && below(rnd, 6) == 0;
	}
}

static inline struct small case_random(struct rand_seeded *rnd, int round)
{
	struct small c = small_random(rnd, MAX_S, MAX_O, round % 2);
	if (round % 3 == 0) memset(c.floors, 0, sizeof(c.floors));
	if (round % 4 == 0) rounds_random(rnd, &c);
	return c;
}

static inline bool same_as_brute_force(struct arena *arena, const struct small *c, enum allocation_mechanism m, uint64_t shuffle,
                                       struct allocation_result *r)
{
	struct plain p = {0};
	struct plain_costs costs;
	struct allocation_wrong wrong;
	plain_draw(&p, c);
	plain_costs(&p, c, m, &costs);
	struct trial t = {.c = c, .costs = &costs};
	trial_all(&t, 0);
	if (!small_solve(arena, c, m, shuffle, r)) return false;
	CHECK_INT(r->ndigits, costs.ndigits);
	CHECK(t.any && !t.tied);
	for (int s = 0; s < c->students; s++)
		t.held[s] = held_option(r, s);
	int64_t sum[DIGITS];
	trial_cost(&t, sum);
	CHECK_INT(cost_cmp(sum, t.least, r->ndigits), 0);
	for (int s = 0; s < c->students; s++)
		CHECK_INT(t.held[s], t.best[s]);
	CHECK_INT(r->group_shortfall, costs.shortfall ? sum[1] : 0);
	struct allocation_claim claim = {r->allocation, r->options, r->held, NULL, r->price, r->floor_price};
	wrong.code = ALLOCATION_WRONG_NONE;
	CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
	CHECK_Z(allocation_wrong_name(wrong.code), "none");
	return tap.failures == 0;
}
