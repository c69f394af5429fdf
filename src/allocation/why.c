/* Reasons. What decided is read off the cut-offs; what would have changed it is found by running again. */
#include "allocation/why.h"
#include "allocation/result.h"
#include "allocation/run.h"
#include "base/base64.h"
#include "base/log.h"

const char *allocation_reason_name(enum allocation_reason_code code)
{
	static const char *const names[] = {
#define X(code, name) name,
	    ALLOCATION_REASONS(X)
#undef X
	};
	return (size_t)code < ARRAY_LEN(names) ? names[code] : names[0];
}

/* The option the student would hold; ALLOCATION_NONE when it is neither the wanted choice nor one ranked as high. */
static uint32_t would_hold(struct arena *arena, const struct allocation_result *r, struct run_change change, uint32_t s, uint32_t choice)
{
	const struct allocation *a = r->allocation;
	struct arena_mark mark = arena_mark(arena);
	uint32_t *held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	BUG_IF(!run_mechanism(arena, r, change, held));
	uint32_t got = held[s];
	arena_rewind(arena, mark);
	if (got == ALLOCATION_NONE || a->choice_rank[got] > a->choice_rank[choice]) return ALLOCATION_NONE;
	return a->choice_option[got];
}

/* A pair may lose by coming earlier: it then goes together elsewhere. So each gain that changes the order is tried in
 * turn: past each of the others, level with them (the lottery may decide) or one more. */
static void least_gain_pair(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct run_change change = {.choice = why->choice, .student = why->student, .option = ALLOCATION_NONE};
	int64_t own = a->score[why->student], gain = 0;
	for (int tried = 0; tried < ALLOCATION_WHY_SEATS; tried++) {
		int64_t next = 0;
		bool found = false;
		for (uint32_t s = 0; s < a->nstudents; s++)
			for (int past = 0; past < 2; past++) {
				/* One past the widest difference is the largest number, which is a gain like any other. */
				int64_t more = a->score[s] - own + past;
				if (more <= gain || (found && more >= next)) continue;
				next = more;
				found = true;
			}
		if (!found) return;
		change.gain = gain = next;
		why->gain_gives = would_hold(arena, r, change, why->student, why->choice);
		if (why->gain_gives == ALLOCATION_NONE) continue;
		why->score_gain = gain;
		return;
	}
}

/* A higher score never gives less, so the least gain is found by halving. */
static void least_gain(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct run_change change = {.choice = why->choice, .student = why->student, .option = ALLOCATION_NONE};
	int64_t best = why->score;
	for (uint32_t s = 0; s < a->nstudents; s++)
		for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
			int64_t score = allocation_competing_score(r, s, i);
			if (score > best) best = score;
		}
	int64_t low = 0, high = best - why->score + 1; /* first of all */
	change.gain = high;
	why->gain_gives = would_hold(arena, r, change, why->student, why->choice);
	if (why->gain_gives == ALLOCATION_NONE) return;
	while (high - low > 1) {
		change.gain = low + (high - low) / 2;
		uint32_t gives = would_hold(arena, r, change, why->student, why->choice);
		if (gives == ALLOCATION_NONE) {
			low = change.gain;
		} else {
			high = change.gain;
			why->gain_gives = gives;
		}
	}
	why->score_gain = high;
}

/* Without caps more seats never hurt, so halving finds the least number. Under shared caps they may: whoever moves to
 * the new seat leaves one that others cannot use; so may they with pairs. There every number is tried in turn. */
void why_seats(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	struct run_change change = {.choice = ALLOCATION_NONE, .student = ALLOCATION_NONE, .option = why->option};
	bool in_turn = a->ncaps || a->partner;
	uint32_t low = 0, high = in_turn ? ALLOCATION_WHY_SEATS + 1 : a->nstudents;
	uint32_t gives_high = ALLOCATION_NONE;
	if (!in_turn) {
		change.seats = high; /* a seat for everybody */
		gives_high = would_hold(arena, r, change, why->student, why->choice);
	}
	while (high - low > 1) {
		change.seats = in_turn ? low + 1 : low + (high - low) / 2;
		uint32_t gives = would_hold(arena, r, change, why->student, why->choice);
		if (gives == ALLOCATION_NONE) {
			low = change.seats;
			continue;
		}
		high = change.seats;
		gives_high = gives;
		if (in_turn) break;
	}
	if (gives_high == ALLOCATION_NONE) return;
	why->extra_seats = high;
	why->seats_gives = gives_high;
}

static void gain_effect(struct arena *arena, const struct allocation_result *r, struct allocation_reason *why)
{
	struct arena *scratch = arena_new();
	uint32_t *held = ARENA_ARRAY(scratch, uint32_t, r->allocation->nstudents);
	struct run_change change = {.choice = why->choice, .student = why->student, .gain = why->score_gain, .option = ALLOCATION_NONE};
	BUG_IF(!run_mechanism(scratch, r, change, held));
	why_effect(arena, r, held, why);
	arena_free(scratch);
}

static enum allocation_reason_code decide(const struct allocation_result *r, struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	if (why->choice == ALLOCATION_NONE) return ALLOCATION_REASON_NOT_LISTED;
	if (why->held == why->choice) return ALLOCATION_REASON_PLACED;
	if (allocation_fixed(a, why->student) != ALLOCATION_NONE) return ALLOCATION_REASON_LOCKED;
	if (allocation_choice_forbidden(a, why->choice)) return ALLOCATION_REASON_DECLINED;
	if (why->held != ALLOCATION_NONE && a->choice_rank[why->held] <= a->choice_rank[why->choice])
		return a->choice_rank[why->held] < a->choice_rank[why->choice] ? ALLOCATION_REASON_BETTER_GOT : ALLOCATION_REASON_EQUAL_GOT;
	if (!r->cutoffs) return ALLOCATION_REASON_GLOBAL; /* looked into by why_optimum */
	const struct allocation_cutoff *cut = &r->cutoffs[why->option];
	uint32_t turn = allocation_turn(r, why->student);
	why->score = allocation_competing_score(r, turn, why->choice);
	why->node = cut->node;
	if (cutoff_passed(r, cut, turn, why->score)) {
		BUG_IF(allocation_partner(a, why->student) == ALLOCATION_NONE); /* then the student would hold it */
		why->node = ALLOCATION_NONE;
		return ALLOCATION_REASON_PAIR;
	}
	if (cut->state == ALLOCATION_CLOSED)
		return a->node_capacity[cut->node] ? ALLOCATION_REASON_ALL_KEPT : ALLOCATION_REASON_CAPACITY_ZERO;
	why->scored = true;
	why->cutoff = cut->score;
	why->distance = cut->score - why->score;
	why->lost_by_lottery = why->distance == 0;
	why->last_student = cut->student;
	return cut->node == why->option ? ALLOCATION_REASON_FULL_CUTOFF : ALLOCATION_REASON_CAP_SHARED;
}

void allocation_why(struct arena *arena, const struct allocation_result *r, uint32_t student, uint32_t option, bool counterfactual,
                    struct allocation_reason *out)
{
	*out = (struct allocation_reason){.student = student,
	                                  .option = option,
	                                  .node = ALLOCATION_NONE,
	                                  .group = ALLOCATION_NONE,
	                                  .choice = allocation_find_choice(r->allocation, student, option),
	                                  .held = r->held[student],
	                                  .last_student = ALLOCATION_NONE,
	                                  .score_gain = UNKNOWN,
	                                  .extra_seats = UNKNOWN,
	                                  .gain_gives = ALLOCATION_NONE,
	                                  .seats_gives = ALLOCATION_NONE};
	out->code = decide(r, out);
	if (out->code == ALLOCATION_REASON_GLOBAL) {
		why_optimum(arena, r, counterfactual, out);
		return;
	}
	if (!counterfactual) return;
	bool pair = allocation_partner(r->allocation, student) != ALLOCATION_NONE;
	if (pair && (out->scored || out->code == ALLOCATION_REASON_PAIR))
		least_gain_pair(arena, r, out);
	else if (out->scored)
		least_gain(arena, r, out);
	if (out->scored || out->code == ALLOCATION_REASON_PAIR || out->code == ALLOCATION_REASON_CAPACITY_ZERO ||
	    out->code == ALLOCATION_REASON_ALL_KEPT)
		why_seats(arena, r, out);
	if (out->score_gain != UNKNOWN) gain_effect(arena, r, out);
}

static void key_text(struct sb *out, const char *key, struct str value)
{
	sb_fmt(out, ", \"%s\": ", key);
	if (value.ptr)
		allocation_json_text(out, value);
	else
		SB_LIT(out, "null");
}

static void key_number(struct sb *out, const char *key, int64_t n)
{
	sb_fmt(out, ", \"%s\": ", key);
	if (n == UNKNOWN)
		SB_LIT(out, "null");
	else
		sb_int(out, n);
}

static struct str option_id(const struct allocation *a, uint32_t option)
{
	return option == ALLOCATION_NONE ? STR_NONE : a->options[option].id;
}

static struct str lottery_text(struct sb *out, const struct allocation_result *r, uint32_t student)
{
	uint8_t number[32];
	allocation_lottery(r, student, number);
	return hex_encode(out->arena, (struct str){(const char *)number, sizeof(number)});
}

static void key_digits(struct sb *out, const char *key, const int64_t *digits, uint32_t n)
{
	sb_fmt(out, ", \"%s\": \"", key);
	for (uint32_t k = 0; k < n; k++) {
		if (k) sb_char(out, ':');
		sb_int(out, digits[k]);
	}
	sb_char(out, '"');
}

static void effect_write(struct sb *out, const struct allocation *a, const struct allocation_reason *why)
{
	const struct allocation_change *e = &why->effect;
	sb_fmt(out, ", \"effect\": {\"placed\": %lld", (long long)e->placed);
	if (a->nfloors) key_number(out, "shortfall", e->shortfall);
	SB_LIT(out, ", \"profile\": [");
	for (uint32_t k = 0; k < e->nprofile; k++) {
		if (k) SB_LIT(out, ", ");
		sb_int(out, e->profile[k]);
	}
	SB_LIT(out, "]");
	key_number(out, "others_worse", why->worse);
	key_number(out, "others_better", why->better);
	key_number(out, "others_left_with_nothing", why->lost);
	SB_LIT(out, ", \"moves\": [");
	for (size_t k = 0; k < e->nmoves; k++) {
		const struct allocation_move *m = &e->moves[k];
		if (k) SB_LIT(out, ", ");
		SB_LIT(out, "{\"student\": ");
		allocation_json_text(out, a->students[m->student]);
		key_text(out, "from", option_id(a, m->from == ALLOCATION_NONE ? m->from : a->choice_option[m->from]));
		key_text(out, "to", option_id(a, m->to == ALLOCATION_NONE ? m->to : a->choice_option[m->to]));
		SB_LIT(out, "}");
	}
	SB_LIT(out, "]}");
}

void allocation_write_reason(struct sb *out, const struct allocation_result *r, const struct allocation_reason *why)
{
	const struct allocation *a = r->allocation;
	bool listed = why->choice != ALLOCATION_NONE, holds = why->held != ALLOCATION_NONE;
	sb_fmt(out, "{\"code\": \"%s\"", allocation_reason_name(why->code));
	key_text(out, "student", a->students[why->student]);
	key_text(out, "option", a->options[why->option].id);
	key_number(out, "rank", listed ? a->choice_rank[why->choice] : UNKNOWN);
	key_text(out, "holds", holds ? a->options[a->choice_option[why->held]].id : STR_NONE);
	key_number(out, "holds_rank", holds ? a->choice_rank[why->held] : UNKNOWN);
	if (why->code == ALLOCATION_REASON_FLOOR_RESERVED) {
		key_text(out, "floor", why->node == ALLOCATION_NONE ? STR_NONE : allocation_node_id(a, why->node));
		key_text(out, "group", why->group == ALLOCATION_NONE ? STR_NONE : a->groups[why->group]);
	} else if (why->node != ALLOCATION_NONE) {
		key_text(out, why->node < a->noptions ? "full_option" : "full_cap", allocation_node_id(a, why->node));
		key_number(out, "capacity", a->node_capacity[why->node]);
	}
	if (why->weighed) {
		key_digits(out, "cost", why->cost, why->ndigits);
		if (why->price) key_digits(out, "price", why->price, why->ndigits);
	}
	if (why->scored) {
		key_number(out, "score", why->score);
		key_text(out, "lottery", lottery_text(out, r, allocation_turn(r, why->student)));
		key_number(out, "cutoff_score", why->cutoff);
		key_text(out, "cutoff_lottery", lottery_text(out, r, why->last_student));
		key_number(out, "distance", why->distance);
		sb_fmt(out, ", \"lost_by_lottery\": %s", why->lost_by_lottery ? "true" : "false");
	}
	bool pair = why->code == ALLOCATION_REASON_PAIR;
	if (why->scored || pair) {
		key_number(out, "score_gain", why->score_gain);
		key_text(out, "score_gain_gives", option_id(a, why->gain_gives));
	}
	if (why->scored || pair || why->weighed || why->code == ALLOCATION_REASON_CAPACITY_ZERO ||
	    why->code == ALLOCATION_REASON_ALL_KEPT) {
		key_number(out, "extra_seats", why->extra_seats);
		key_text(out, "extra_seats_gives", option_id(a, why->seats_gives));
	}
	if (why->effect_known) effect_write(out, a, why);
	SB_LIT(out, "}\n");
}
