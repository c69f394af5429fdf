/* What all mechanisms share: lottery, order at a seat, cut-offs, counts, and the sheet of properties. */
#include "allocation/solve.h"
#include "allocation/build.h"
#include "allocation/cost.h"
#include "allocation/floors.h"
#include "allocation/optimum.h"
#include "allocation/run.h"

/* serial takes the largest score of a list, so listing an option with a high score moves a student up: honest ranking
 * is best only where scores do not differ by option. deferred is efficient only where it coincides with serial. */
static const struct allocation_properties SHEET[ALLOCATION_MECHANISM_COUNT] = {
    {ALLOCATION_SERIAL, "serial", true, ALLOCATION_WHEN_ONE_SCORE, ALLOCATION_WHEN_ONE_SCORE, ALLOCATION_WHEN_STRICT, ALLOCATION_NO},
    {ALLOCATION_DEFERRED, "deferred", true, ALLOCATION_ALWAYS, ALLOCATION_ALWAYS, ALLOCATION_NO, ALLOCATION_NO},
    {ALLOCATION_RANKSUM, "ranksum", true, ALLOCATION_NO, ALLOCATION_NO, ALLOCATION_WITHOUT_FLOORS, ALLOCATION_ALWAYS},
    {ALLOCATION_GREEDY, "greedy", true, ALLOCATION_NO, ALLOCATION_NO, ALLOCATION_WITHOUT_FLOORS, ALLOCATION_ALWAYS},
    {ALLOCATION_GENEROUS, "generous", true, ALLOCATION_NO, ALLOCATION_NO, ALLOCATION_WITHOUT_FLOORS, ALLOCATION_ALWAYS},
};

const struct allocation_properties *allocation_properties(enum allocation_mechanism m) { return &SHEET[m]; }

bool allocation_holds_here(const struct allocation *a, enum allocation_holds holds)
{
	if (a->partner) return false;
	switch (holds) {
	case ALLOCATION_ALWAYS: return true;
	case ALLOCATION_WHEN_STRICT: return !a->ties;
	case ALLOCATION_WHEN_ONE_SCORE: return !a->choice_score;
	case ALLOCATION_WITHOUT_FLOORS: return !a->nfloors;
	default: return false;
	}
}

bool allocation_mechanism_parse(struct str name, enum allocation_mechanism *out)
{
	for (size_t i = 0; i < ARRAY_LEN(SHEET); i++) {
		if (!str_is(name, SHEET[i].name)) continue;
		*out = SHEET[i].mechanism;
		return true;
	}
	return false;
}

void allocation_lottery(const struct allocation_result *r, uint32_t student, uint8_t out[32])
{
	struct str id = r->allocation->students[student];
	r->options.hmac(r->options.seed.ptr, r->options.seed.len, id.ptr, id.len, out);
}

static uint64_t number_prefix(const uint8_t number[32])
{
	uint64_t prefix;
	memcpy(&prefix, number, 8);
	return __builtin_bswap64(prefix);
}

int allocation_before(const struct allocation_result *r, uint32_t x, int64_t sx, uint32_t y, int64_t sy)
{
	if (sx != sy) return sx > sy ? -1 : 1;
	if (x == y) return 0;
	if (r->lottery[x] != r->lottery[y]) return r->lottery[x] > r->lottery[y] ? -1 : 1;
	uint8_t lx[32], ly[32];
	allocation_lottery(r, x, lx);
	allocation_lottery(r, y, ly);
	int c = memcmp(ly, lx, sizeof(lx));
	return c ? c : x < y ? -1 : 1;
}

int64_t allocation_competing_score(const struct allocation_result *r, uint32_t student, uint32_t choice)
{
	const struct allocation *a = r->allocation;
	return r->options.mechanism == ALLOCATION_SERIAL ? a->score[student] : allocation_choice_score(a, student, choice);
}

uint32_t allocation_turn(const struct allocation_result *r, uint32_t student)
{
	const struct allocation *a = r->allocation;
	uint32_t partner = allocation_partner(a, student);
	if (partner == ALLOCATION_NONE) return student;
	return allocation_before(r, student, a->score[student], partner, a->score[partner]) < 0 ? partner : student;
}

int64_t run_score(const struct run *run, uint32_t student, uint32_t choice)
{
	int64_t score = allocation_competing_score(run->r, student, choice);
	if (run->change.student != student) return score;
	return run->r->options.mechanism == ALLOCATION_SERIAL || run->change.choice == choice ? score + run->change.gain : score;
}

void tie_draw(const struct allocation_options *options, struct str s, struct str o, uint8_t out[32])
{
	char small[256], *msg = small;
	size_t len = s.len + 1 + o.len;
	struct arena *own = NULL;
	if (len > sizeof(small)) {
		own = arena_new();
		msg = arena_alloc(own, len);
	}
	memcpy(msg, s.ptr, s.len);
	msg[s.len] = 0x1f;
	memcpy(msg + s.len + 1, o.ptr, o.len);
	options->hmac(options->seed.ptr, options->seed.len, msg, len, out);
	arena_free(own);
}

static void tie_number(const struct allocation_result *r, uint32_t student, uint32_t choice, uint8_t out[32])
{
	const struct allocation *a = r->allocation;
	tie_draw(&r->options, a->students[student], a->options[a->choice_option[choice]].id, out);
}

uint64_t tie_prefix(const struct allocation_result *r, uint32_t student, uint32_t choice)
{
	uint8_t number[32];
	tie_number(r, student, choice, number);
	return number_prefix(number);
}

int tie_cmp(const struct allocation_result *r, uint32_t student, uint32_t x, uint32_t y)
{
	uint8_t nx[32], ny[32];
	tie_number(r, student, x, nx);
	tie_number(r, student, y, ny);
	int c = memcmp(ny, nx, sizeof(nx));
	return c ? c : (x > y) - (x < y);
}

struct tie_arg {
	const struct allocation_result *r;
	uint32_t student;
};

static int by_tie(const void *arg, uint32_t x, uint32_t y)
{
	const struct tie_arg *tie = arg;
	return tie_cmp(tie->r, tie->student, x, y);
}

void tie_sort(struct arena *scratch, const struct allocation_result *r, uint32_t student, uint32_t *list, size_t n)
{
	struct tie_arg arg = {r, student};
	struct arena_mark mark = arena_mark(scratch);
	struct sort_item *items = ARENA_ARRAY(scratch, struct sort_item, n * 2);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct sort_item){~tie_prefix(r, student, list[i]), list[i]};
	sort_items(items, items + n, n, by_tie, &arg);
	for (size_t i = 0; i < n; i++)
		list[i] = items[i].index;
	arena_rewind(scratch, mark);
}

uint32_t *run_seats(struct arena *arena, const struct allocation *a)
{
	uint32_t nodes = a->noptions + a->ncaps;
	uint32_t *seats = arena_copy(arena, a->node_capacity, nodes * sizeof(*seats));
	for (uint32_t s = 0; a->fixed && s < a->nstudents; s++) {
		if (a->fixed[s] == ALLOCATION_NONE) continue;
		for (uint32_t v = a->choice_option[a->fixed[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			seats[v]--;
	}
	return seats;
}

/* With floors at caps all is taken for one component: they may tie any together. */
static bool too_linked(const struct allocation *a) { return (uint64_t)a->noptions + a->ncaps + a->nfloors > OPTIMUM_NODES; }

bool run_mechanism(struct arena *arena, const struct allocation_result *r, struct run_change change, uint32_t *held)
{
	const struct allocation *a = r->allocation;
	struct run run = {.arena = arena, .r = r, .change = change, .held = held, .seats = run_seats(arena, a)};
	for (uint32_t v = change.option; v != ALLOCATION_NONE; v = change.alone ? ALLOCATION_NONE : a->node_parent[v])
		run.seats[v] += change.seats;
	for (uint32_t s = 0; s < a->nstudents; s++)
		held[s] = allocation_fixed(a, s);
	if (cost_optimises(r->options.mechanism) && cost_cap_floors(a)) {
		struct allocation_floor_search found;
		if (too_linked(a)) return false;
		floors_run(&run, FLOORS_PASSES, NULL, NULL, &found);
		return true;
	}
	if (cost_optimises(r->options.mechanism)) return optimum_run(&run, OPTIMUM_DIGIT_BITS, OPTIMUM_NODES, NULL, NULL);
	if (r->options.mechanism == ALLOCATION_SERIAL)
		serial_run(&run);
	else
		deferred_run(&run);
	return true;
}

/* A full node cuts at the last one it admitted; an option is cut by the strictest node on its way to the root. */
void cutoffs_of(struct arena *arena, const struct allocation_result *r, const uint32_t *held, struct allocation_cutoff *cutoffs,
                uint32_t *load)
{
	const struct allocation *a = r->allocation;
	uint32_t nodes = a->noptions + a->ncaps;
	uint32_t *seats = run_seats(arena, a);
	uint32_t *taken = ARENA_ARRAY(arena, uint32_t, nodes);
	uint32_t *last = ARENA_ARRAY(arena, uint32_t, nodes); /* the choice of the last one admitted */
	int64_t *last_score = ARENA_ARRAY(arena, int64_t, nodes);
	uint32_t *last_student = ARENA_ARRAY(arena, uint32_t, nodes);
	memset(last, 0xff, nodes * sizeof(*last));
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (held[s] == ALLOCATION_NONE) continue;
		bool fixed = allocation_fixed(a, s) != ALLOCATION_NONE;
		uint32_t turn = allocation_turn(r, s);
		int64_t score = allocation_competing_score(r, turn, held[s]);
		for (uint32_t v = a->choice_option[held[s]]; v != ALLOCATION_NONE; v = a->node_parent[v]) {
			load[v]++;
			if (fixed) continue;
			taken[v]++;
			if (last[v] != ALLOCATION_NONE && allocation_before(r, turn, score, last_student[v], last_score[v]) < 0) continue;
			last[v] = held[s];
			last_student[v] = turn;
			last_score[v] = score;
		}
	}
	for (uint32_t o = 0; o < a->noptions; o++) {
		struct allocation_cutoff *c = &cutoffs[o];
		*c = (struct allocation_cutoff){.state = ALLOCATION_OPEN, .node = ALLOCATION_NONE, .student = ALLOCATION_NONE};
		for (uint32_t v = o; v != ALLOCATION_NONE; v = a->node_parent[v]) {
			if (seats[v] == 0) {
				*c = (struct allocation_cutoff){.state = ALLOCATION_CLOSED, .node = v, .student = ALLOCATION_NONE};
				break;
			}
			if (taken[v] < seats[v]) continue;
			if (c->state == ALLOCATION_CUT && allocation_before(r, last_student[v], last_score[v], c->student, c->score) >= 0)
				continue;
			*c = (struct allocation_cutoff){ALLOCATION_CUT, v, last_student[v], last_score[v]};
		}
	}
}

bool cutoff_passed(const struct allocation_result *r, const struct allocation_cutoff *c, uint32_t student, int64_t score)
{
	if (c->state == ALLOCATION_OPEN) return true;
	return c->state == ALLOCATION_CUT && allocation_before(r, student, score, c->student, c->score) <= 0;
}

/* Floors lie in order of their node; each counts its own group below it. */
uint32_t *floors_have(struct arena *arena, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	uint32_t nodes = a->noptions + a->ncaps;
	uint32_t *have = ARENA_ARRAY(arena, uint32_t, a->nfloors);
	struct arena_mark mark = arena_mark(arena);
	uint32_t *first = ARENA_ARRAY(arena, uint32_t, (size_t)nodes + 1);
	for (uint32_t i = 0; i < a->nfloors; i++)
		first[a->floors[i].node + 1]++;
	for (uint32_t v = 0; v < nodes; v++)
		first[v + 1] += first[v];
	for (uint32_t s = 0; a->nfloors && a->group && s < a->nstudents; s++) {
		if (r->held[s] == ALLOCATION_NONE || a->group[s] == ALLOCATION_NONE) continue;
		for (uint32_t v = a->choice_option[r->held[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			for (uint32_t i = first[v]; i < first[v + 1]; i++)
				have[i] += a->floors[i].group == a->group[s];
	}
	arena_rewind(arena, mark);
	return have;
}

void result_count(struct arena *arena, struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	r->placed = 0;
	r->rank_sum = 0;
	r->group_shortfall = 0;
	r->profile = ARENA_ARRAY(arena, uint32_t, a->max_rank);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (r->held[s] == ALLOCATION_NONE) continue;
		r->placed++;
		r->rank_sum += a->choice_rank[r->held[s]];
		r->profile[a->choice_rank[r->held[s]] - 1]++;
	}
	struct arena_mark mark = arena_mark(arena);
	uint32_t *have = floors_have(arena, r);
	for (uint32_t i = 0; i < a->nfloors; i++)
		if (have[i] < a->floors[i].floor) r->group_shortfall += a->floors[i].floor - have[i];
	arena_rewind(arena, mark);
}

/* How many hold each node, and below it. */
void loads_count(struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (r->held[s] == ALLOCATION_NONE) continue;
		for (uint32_t v = a->choice_option[r->held[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			r->load[v]++;
	}
}

enum err optimum_result(struct arena *arena, struct arena *scratch, struct allocation_result *r, struct allocation_fault *fault)
{
	const struct allocation *a = r->allocation;
	struct optimum optimum;
	struct run run = {.arena = scratch, .r = r, .change = RUN_UNCHANGED, .held = r->held, .seats = run_seats(scratch, a)};
	for (uint32_t s = 0; s < a->nstudents; s++)
		r->held[s] = allocation_fixed(a, s);
	if (cost_cap_floors(a)) {
		if (too_linked(a)) return optimum_linked(fault);
		floors_run(&run, FLOORS_PASSES, arena, &optimum, &r->floor_search);
	} else if (!optimum_run(&run, OPTIMUM_DIGIT_BITS, OPTIMUM_NODES, arena, &optimum))
		return optimum_linked(fault);
	r->ndigits = optimum.ndigits;
	r->price = optimum.price;
	r->floor_price = optimum.floor_price;
	loads_count(r);
	return OK;
}

enum err allocation_solve(struct arena *arena, const struct allocation *a, const struct allocation_options *options,
                          struct allocation_result *out, struct allocation_fault *fault)
{
	if ((size_t)options->mechanism >= ARRAY_LEN(SHEET)) {
		*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_MECHANISM, .value = STR("")};
		return ERR_INVALID;
	}
	if (a->partner && options->mechanism != ALLOCATION_SERIAL) {
		*fault =
		    (struct allocation_fault){.code = ALLOCATION_FAULT_PAIR_MECHANISM, .value = str_of(SHEET[options->mechanism].name)};
		return ERR_INVALID;
	}
	TRY(seed_check(options, fault));
	TRY(cost_check(a, options->mechanism, fault));
	*out = (struct allocation_result){.allocation = a, .options = *options};
	if (!out->options.seed.ptr) out->options.seed = STR("");
	lottery_draw(arena, out);
	out->held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	out->load = ARENA_ARRAY(arena, uint32_t, (size_t)a->noptions + a->ncaps);
	struct arena *scratch = arena_new();
	enum err e = OK;
	if (cost_optimises(options->mechanism)) {
		e = optimum_result(arena, scratch, out, fault);
	} else {
		out->cutoffs = ARENA_ARRAY(arena, struct allocation_cutoff, a->noptions);
		BUG_IF(!run_mechanism(scratch, out, RUN_UNCHANGED, out->held));
		cutoffs_of(scratch, out, out->held, out->cutoffs, out->load);
	}
	arena_free(scratch);
	TRY(e);
	result_count(arena, out);
	return OK;
}
