/* Checking a result. The pass works from the placement alone: it works out loads and cut-offs itself and believes
 * nothing that the result says about them. */
#include "allocation/check.h"
#include "allocation/cost.h"
#include "allocation/optimum.h"
#include "allocation/result.h"
#include "allocation/run.h"
#include "base/base64.h"

const char *allocation_wrong_name(enum allocation_wrong_code code)
{
	static const char *const names[] = {
#define X(code, name) name,
	    ALLOCATION_WRONGS(X)
#undef X
	};
	return (size_t)code < ARRAY_LEN(names) ? names[code] : names[0];
}

enum err wrong_at(struct check *c, enum allocation_wrong_code code, uint32_t student, uint32_t option)
{
	const struct allocation *a = c->r->allocation;
	*c->wrong = (struct allocation_wrong){.code = code};
	if (student != ALLOCATION_NONE) c->wrong->student = a->students[student];
	if (option != ALLOCATION_NONE) c->wrong->option = allocation_node_id(a, option);
	return ERR_REFUSED;
}

static enum err placements_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t i = c->r->held[s], fixed = allocation_fixed(a, s);
		if (fixed != ALLOCATION_NONE && i != fixed) return wrong_at(c, ALLOCATION_WRONG_FIXED_MOVED, s, a->choice_option[fixed]);
		if (i == ALLOCATION_NONE) continue;
		if (i < a->off[s] || i >= a->off[s + 1]) return wrong_at(c, ALLOCATION_WRONG_NOT_LISTED, s, ALLOCATION_NONE);
		if (allocation_choice_forbidden(a, i)) return wrong_at(c, ALLOCATION_WRONG_FORBIDDEN, s, a->choice_option[i]);
	}
	return OK;
}

static enum err loads_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t v = 0; v < a->noptions + a->ncaps; v++) {
		if (c->r->load[v] <= a->node_capacity[v]) continue;
		wrong_at(c, v < a->noptions ? ALLOCATION_WRONG_CAPACITY : ALLOCATION_WRONG_CAP, ALLOCATION_NONE, v);
		c->wrong->found = c->r->load[v];
		c->wrong->expected = a->node_capacity[v];
		return ERR_REFUSED;
	}
	return OK;
}

struct str allocation_cutoff_text(struct arena *arena, const struct allocation_result *r, uint32_t option)
{
	const struct allocation_cutoff *cut = &r->cutoffs[option];
	if (cut->state != ALLOCATION_CUT) return STR_NONE;
	uint8_t lottery[32];
	allocation_lottery(r, cut->student, lottery);
	struct str hex = hex_encode(arena, (struct str){(const char *)lottery, sizeof(lottery)});
	return str_fmt(arena, "%lld:%.*s", (long long)cut->score, STR_ARG(hex));
}

static enum err cutoffs_check(struct check *c, const struct str *claimed)
{
	for (uint32_t o = 0; claimed && o < c->r->allocation->noptions; o++) {
		struct str expected = allocation_cutoff_text(c->arena, c->r, o);
		if (str_eq(expected, claimed[o])) continue;
		wrong_at(c,
		         !claimed[o].ptr ? ALLOCATION_WRONG_CUTOFF_MISSING
		         : !expected.ptr ? ALLOCATION_WRONG_CUTOFF_EXTRA
		                         : ALLOCATION_WRONG_CUTOFF_WRONG,
		         ALLOCATION_NONE, o);
		c->wrong->text_found = claimed[o];
		c->wrong->text_expected = expected;
		return ERR_REFUSED;
	}
	return OK;
}

/* The first choice whose cut-off the student passes; ties by the student's own order. */
static uint32_t first_passed(const struct allocation_result *r, uint32_t s)
{
	const struct allocation *a = r->allocation;
	uint32_t best = ALLOCATION_NONE;
	for (uint32_t i = a->off[s]; i < a->off[s + 1]; i++) {
		if (best != ALLOCATION_NONE && a->choice_rank[i] != a->choice_rank[best]) break;
		if (allocation_choice_forbidden(a, i)) continue;
		if (!cutoff_passed(r, &r->cutoffs[a->choice_option[i]], s, allocation_competing_score(r, s, i))) continue;
		if (best == ALLOCATION_NONE || tie_cmp(r, s, i, best) < 0) best = i;
	}
	return best;
}

static enum err students_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (allocation_fixed(a, s) != ALLOCATION_NONE || allocation_partner(a, s) != ALLOCATION_NONE) continue;
		uint32_t held = c->r->held[s], first = first_passed(c->r, s);
		if (held == first) continue;
		if (first == ALLOCATION_NONE) return wrong_at(c, ALLOCATION_WRONG_BELOW_CUTOFF, s, a->choice_option[held]);
		wrong_at(c, ALLOCATION_WRONG_BETTER_OPEN, s, a->choice_option[first]);
		if (held != ALLOCATION_NONE) c->wrong->other = a->options[a->choice_option[held]].id;
		return ERR_REFUSED;
	}
	return OK;
}

static enum err held_same(struct check *c, const uint32_t *held)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (held[s] == c->r->held[s]) continue;
		wrong_at(c, ALLOCATION_WRONG_NOT_BEST, s, held[s] == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[held[s]]);
		if (c->r->held[s] != ALLOCATION_NONE) c->wrong->other = a->options[a->choice_option[c->r->held[s]]].id;
		return ERR_REFUSED;
	}
	return OK;
}

/* With floors at caps the same work leads to the same placement, and to the same prices or none. */
static enum err floors_again(struct check *c)
{
	struct arena *scratch = arena_new();
	struct allocation_result again = *c->r;
	again.held = ARENA_ARRAY(scratch, uint32_t, c->r->allocation->nstudents);
	again.load = ARENA_ARRAY(scratch, uint32_t, (size_t)c->r->allocation->noptions + c->r->allocation->ncaps);
	struct allocation_fault fault = {0};
	if (optimum_result(c->arena, scratch, &again, &fault) != OK) {
		arena_free(scratch);
		*c->wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_FILE, .fault = fault};
		return ERR_REFUSED;
	}
	enum err e = held_same(c, again.held);
	if (e == OK && c->r->price && again.price) e = prices_same(c, &again);
	c->r->ndigits = again.ndigits;
	c->r->price = again.price;
	c->r->floor_price = again.floor_price;
	c->r->floor_search = again.floor_search;
	arena_free(scratch);
	return e;
}

static enum err best_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	struct arena_mark mark = arena_mark(c->arena);
	uint32_t *held = ARENA_ARRAY(c->arena, uint32_t, a->nstudents);
	if (!run_mechanism(c->arena, c->r, RUN_UNCHANGED, held)) {
		*c->wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_FILE,
		                                      .fault = {.code = ALLOCATION_FAULT_LINKED, .high = OPTIMUM_NODES}};
		return ERR_REFUSED;
	}
	TRY(held_same(c, held));
	arena_rewind(c->arena, mark);
	return OK;
}

static enum err seats_check(struct check *c, const struct allocation_claim *claim)
{
	struct allocation_result *r = c->r;
	r->cutoffs = ARENA_ARRAY(c->arena, struct allocation_cutoff, r->allocation->noptions);
	cutoffs_of(c->arena, r, r->held, r->cutoffs, r->load);
	TRY(loads_check(c));
	TRY(cutoffs_check(c, claim->cutoffs));
	TRY(students_check(c));
	return r->options.mechanism == ALLOCATION_DEFERRED || r->allocation->partner ? best_check(c) : OK;
}

static enum err optimum_check(struct check *c, const struct allocation_claim *claim)
{
	loads_count(c->r);
	TRY(loads_check(c));
	if (!claim->price && cost_cap_floors(c->r->allocation)) return floors_again(c);
	if (!claim->price) return best_check(c);
	c->r->price = claim->price;
	c->r->floor_price = claim->floor_price;
	TRY(prices_check(c));
	return cost_cap_floors(c->r->allocation) ? floors_again(c) : OK;
}

static enum err wrong_file(struct check *c, const struct allocation_fault *f)
{
	*c->wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_FILE, .fault = *f, .line = f->line};
	return ERR_REFUSED;
}

enum err allocation_verify(struct arena *arena, const struct allocation_claim *claim, struct allocation_result *out,
                           struct allocation_wrong *wrong)
{
	const struct allocation *a = claim->allocation;
	struct allocation_result r = {.allocation = a, .options = claim->options};
	struct check c = {arena, &r, wrong};
	struct allocation_fault fault;
	if (a->partner && claim->options.mechanism != ALLOCATION_SERIAL) {
		*wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_FILE};
		wrong->fault.code = ALLOCATION_FAULT_PAIR_MECHANISM;
		wrong->fault.value = str_of(allocation_properties(claim->options.mechanism)->name);
		return ERR_REFUSED;
	}
	if (seed_check(&claim->options, &fault) != OK || cost_check(a, claim->options.mechanism, &fault) != OK)
		return wrong_file(&c, &fault);
	if (!r.options.seed.ptr) r.options.seed = STR("");
	r.held = arena_copy(arena, claim->held, a->nstudents * sizeof(*r.held));
	TRY(placements_check(&c));
	lottery_draw(arena, &r);
	r.load = ARENA_ARRAY(arena, uint32_t, (size_t)a->noptions + a->ncaps);
	if (cost_optimises(r.options.mechanism))
		TRY(optimum_check(&c, claim));
	else
		TRY(seats_check(&c, claim));
	result_count(arena, &r);
	if (out) *out = r;
	return OK;
}

/* Row by row the students in order of id: anything else is named. */
static enum err placement_row(struct check *c, struct rows *row, uint32_t *s, uint32_t *held)
{
	const struct allocation *a = c->r->allocation;
	enum allocation_wrong_code code = ALLOCATION_WRONG_NONE;
	uint32_t found = allocation_find_student(a, row->field[0]);
	uint32_t o = ALLOCATION_NONE, i = ALLOCATION_NONE;
	if (found == ALLOCATION_NONE)
		code = ALLOCATION_WRONG_STUDENT_UNKNOWN;
	else if (found < *s)
		code = found == *s - 1 ? ALLOCATION_WRONG_STUDENT_TWICE : ALLOCATION_WRONG_ROW_ORDER;
	else if (found > *s)
		code = ALLOCATION_WRONG_STUDENT_MISSING;
	else if (row->field[1].len) {
		o = allocation_find_option(a, row->field[1]);
		if (o == ALLOCATION_NONE)
			code = ALLOCATION_WRONG_OPTION_UNKNOWN;
		else if ((i = allocation_find_choice(a, found, o)) == ALLOCATION_NONE)
			code = ALLOCATION_WRONG_NOT_LISTED;
	}
	if (code != ALLOCATION_WRONG_NONE) {
		wrong_at(c, code, code == ALLOCATION_WRONG_STUDENT_MISSING ? *s : ALLOCATION_NONE, o);
		if (!c->wrong->student.ptr) c->wrong->student = str_copy(c->arena, row->field[0]);
		if (!c->wrong->option.ptr) c->wrong->option = str_copy(c->arena, row->field[1]);
		c->wrong->line = row->row_line;
		return ERR_REFUSED;
	}
	struct str rank = i == ALLOCATION_NONE ? STR("") : str_fmt(c->arena, "%d", a->choice_rank[i]);
	if (!str_eq(rank, row->field[2])) {
		wrong_at(c, ALLOCATION_WRONG_RANK, found, o);
		c->wrong->text_found = str_copy(c->arena, row->field[2]);
		c->wrong->text_expected = rank;
		c->wrong->line = row->row_line;
		return ERR_REFUSED;
	}
	held[(*s)++] = i;
	return OK;
}

static enum err placements_read(struct check *c, const struct allocation_file *file, uint32_t *held)
{
	const struct allocation *a = c->r->allocation;
	struct allocation_fault f;
	struct rows row;
	bool more = true;
	uint32_t s = 0;
	if (rows_open(&row, c->arena, file->name, file->bytes, "student,option,rank", &f) != OK) return wrong_file(c, &f);
	for (;;) {
		struct arena_mark mark = arena_mark(c->arena);
		if (rows_next(&row, &more, &f) != OK) return wrong_file(c, &f);
		if (!more) break;
		TRY(placement_row(c, &row, &s, held));
		arena_rewind(c->arena, mark);
	}
	return s == a->nstudents ? OK : wrong_at(c, ALLOCATION_WRONG_STUDENT_MISSING, s, ALLOCATION_NONE);
}

static enum err cutoff_row(struct check *c, const struct rows *row, struct str *cutoffs)
{
	uint32_t o = allocation_find_option(c->r->allocation, row->field[1]);
	enum allocation_wrong_code code = !str_is(row->field[0], "cutoff") ? ALLOCATION_WRONG_CERTIFICATE_KIND
	                                  : o == ALLOCATION_NONE           ? ALLOCATION_WRONG_OPTION_UNKNOWN
	                                  : cutoffs[o].ptr                 ? ALLOCATION_WRONG_CUTOFF_TWICE
	                                                                   : ALLOCATION_WRONG_NONE;
	if (code == ALLOCATION_WRONG_NONE) {
		cutoffs[o] = str_copy(c->arena, row->field[2]);
		return OK;
	}
	wrong_at(c, code, ALLOCATION_NONE, ALLOCATION_NONE);
	c->wrong->option = str_copy(c->arena, row->field[1]);
	c->wrong->text_found = str_copy(c->arena, row->field[0]);
	c->wrong->line = row->row_line;
	return ERR_REFUSED;
}

/* Cut-offs or prices, as the mechanism of the claim has them; unpriced: a search decided, and there are no rows. */
static enum err certificate_read(struct check *c, const struct allocation_file *file, bool unpriced, struct allocation_claim *claim)
{
	const struct allocation *a = c->r->allocation;
	struct allocation_fault f;
	struct rows row;
	struct price_reader prices;
	struct str *cutoffs = NULL;
	if (cost_optimises(claim->options.mechanism)) {
		price_reader_begin(c, claim->options.mechanism, &prices);
		claim->price = prices.price;
		claim->floor_price = prices.floor_price;
	} else {
		claim->cutoffs = cutoffs = ARENA_ARRAY(c->arena, struct str, a->noptions);
	}
	if (unpriced) claim->price = NULL;
	if (rows_open(&row, c->arena, file->name, file->bytes, "kind,id,value", &f) != OK) return wrong_file(c, &f);
	for (bool more = true;;) {
		if (rows_next(&row, &more, &f) != OK) return wrong_file(c, &f);
		if (!more) return OK;
		if (unpriced) {
			wrong_at(c, ALLOCATION_WRONG_CERTIFICATE_KIND, ALLOCATION_NONE, ALLOCATION_NONE);
			c->wrong->text_found = str_copy(c->arena, row.field[0]);
			c->wrong->line = row.row_line;
			return ERR_REFUSED;
		}
		if (cutoffs)
			TRY(cutoff_row(c, &row, cutoffs));
		else
			TRY(price_row(c, &row, &prices));
	}
}

static enum err of_file(struct check *c, enum err e, const struct allocation_file *file)
{
	if (e != OK) c->wrong->file = file->name;
	return e;
}

static enum err number_check(struct check *c, const char *field, int64_t found, int64_t expected)
{
	if (found == expected) return OK;
	*c->wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_REPORT_FIELD,
	                                      .field = str_of(field),
	                                      .text_found = str_fmt(c->arena, "%lld", (long long)found),
	                                      .text_expected = str_fmt(c->arena, "%lld", (long long)expected)};
	return ERR_REFUSED;
}

static enum err floors_report_check(struct check *c, const struct allocation_report *rep)
{
	const struct allocation_floor_search *s = &c->r->floor_search;
	if (!cost_optimises(c->r->options.mechanism) || !cost_cap_floors(c->r->allocation)) {
		TRY(number_check(c, "floor_solves_limit", rep->floor_limit, 0));
		return number_check(c, "floor_solves", rep->floor_solves, 0);
	}
	TRY(number_check(c, "floor_state", rep->floor_state, (int64_t)s->state));
	TRY(number_check(c, "floor_solves", rep->floor_solves, s->solves));
	return number_check(c, "floor_shortfall_at_least", rep->floor_at_least, s->at_least);
}

static enum err report_check(struct check *c, const struct allocation_report *rep)
{
	const struct allocation *a = c->r->allocation;
	TRY(number_check(c, "students", rep->students, a->nstudents));
	TRY(number_check(c, "options", rep->options, a->noptions));
	TRY(number_check(c, "placed", rep->placed, c->r->placed));
	TRY(number_check(c, "unplaced", rep->unplaced, a->nstudents - c->r->placed));
	TRY(number_check(c, "rank_sum", rep->rank_sum, c->r->rank_sum));
	TRY(number_check(c, "group_shortfall", rep->group_shortfall, c->r->group_shortfall));
	TRY(number_check(c, "profile", rep->nprofile, a->max_rank));
	TRY(floors_report_check(c, rep));
	for (uint32_t k = 0; k < a->max_rank; k++)
		TRY(number_check(c, "profile", rep->profile[k], c->r->profile[k]));
	return OK;
}

enum err allocation_verify_files(struct arena *arena, const struct allocation *a, allocation_hmac_fn *hmac, const uint8_t input_sha256[32],
                                 const struct allocation_result_files *files, struct allocation_result *out, struct allocation_wrong *wrong)
{
	struct allocation_report rep;
	struct allocation_fault f;
	struct allocation_result r = {.allocation = a};
	struct check c = {arena, &r, wrong};
	if (allocation_report_read(arena, &files->report, &rep, &f) != OK) return wrong_file(&c, &f);
	struct str hex = hex_encode(arena, (struct str){(const char *)input_sha256, 32});
	if (!str_eq(hex, rep.input_sha256)) {
		*wrong = (struct allocation_wrong){.code = ALLOCATION_WRONG_INPUT_CHANGED,
		                                   .field = STR("input_sha256"),
		                                   .text_found = rep.input_sha256,
		                                   .text_expected = hex};
		return ERR_REFUSED;
	}
	if (cost_check(a, rep.mechanism, &f) != OK) return wrong_file(&c, &f); /* before there are prices to read */
	uint32_t *held = ARENA_ARRAY(arena, uint32_t, a->nstudents);
	struct allocation_claim claim = {
	    .allocation = a,
	    .held = held,
	    .options = {.mechanism = rep.mechanism, .seed = rep.seed, .hmac = hmac, .floor_solves = (uint32_t)rep.floor_limit}};
	TRY(of_file(&c, placements_read(&c, &files->placements, held), &files->placements));
	bool unpriced = cost_optimises(rep.mechanism) && cost_cap_floors(a) && rep.floor_state != ALLOCATION_FLOORS_PRICED;
	TRY(of_file(&c, certificate_read(&c, &files->certificate, unpriced, &claim), &files->certificate));
	TRY(allocation_verify(arena, &claim, &r, wrong));
	TRY(report_check(&c, &rep));
	if (out) *out = r;
	return OK;
}
