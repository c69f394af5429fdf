/* Any bytes as the files of an allocation, cut at NUL: seats, choices, caps, students, floors, then placements,
 * certificate and report of a claimed result, and pairs. What is read is solved and its own result must pass the check. */
#include "allocation/result.h"
#include "allocation/state.h"
#include "allocation/value.h"
#include "allocation/verify.h"
#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers that spread, in place of the real ones that cost a hundred times more. */
static void spread(const void *key, size_t key_len, const void *msg, size_t msg_len, uint8_t out[32])
{
	uint64_t h = 0xcbf29ce484222325u ^ key_len;
	for (size_t i = 0; i < msg_len; i++)
		h = (h ^ ((const uint8_t *)msg)[i]) * 0x100000001b3u;
	for (size_t i = 0; i < 32; i++) {
		out[i] = (uint8_t)(h >> 56);
		h = h * 0x5851f42d4c957f2du + 1;
	}
}

/* The two solvers agree, what seats are worth can be said, and a seat given and taken away changes nothing. */
static void edits(struct arena *arena, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	struct allocation_fault f = {0};
	struct allocation_value *values;
	struct allocation_negotiations list;
	struct allocation_state *st[2];
	if (a->max_rank > 200 || a->noptions + a->ncaps > 200) return; /* slow, and nothing new */
	BUG_IF(allocation_values(arena, r, &values, &f) != OK);
	BUG_IF(allocation_negotiate(arena, r, values, 3, &list, &f) != OK);
	BUG_IF(allocation_state_of(r, &st[0], &f) != OK || allocation_state_new(a, &r->options, &st[1], &f) != OK);
	for (uint32_t v = 0; v < a->noptions + a->ncaps && v < 8; v++)
		if (allocation_state_seat(st[0], v, 1, NULL, NULL) == OK) BUG_IF(allocation_state_seat(st[0], v, -1, NULL, NULL) != OK);
	for (int k = 0; k < 2; k++) {
		for (uint32_t s = 0; s < a->nstudents; s++)
			BUG_IF(allocation_state_held(st[k], s) != r->held[s]);
		allocation_state_free(st[k]);
	}
}

static void solve(struct arena *arena, const struct allocation *a, enum allocation_mechanism m)
{
	struct allocation_options options = {.mechanism = m, .seed = STR("seed"), .hmac = spread};
	struct allocation_result r;
	struct allocation_fault f;
	struct allocation_wrong wrong;
	BUG_IF(allocation_solve(arena, a, &options, &r, &f) != OK);
	struct str *cutoffs = r.cutoffs ? ARENA_ARRAY(arena, struct str, a->noptions) : NULL;
	for (uint32_t o = 0; cutoffs && o < a->noptions; o++)
		cutoffs[o] = allocation_cutoff_text(arena, &r, o);
	struct allocation_claim claim = {
	    .allocation = a, .options = options, .held = r.held, .cutoffs = cutoffs, .price = r.price, .floor_price = r.floor_price};
	BUG_IF(allocation_verify(arena, &claim, NULL, &wrong) != OK);

	edits(arena, &r);
	struct sb placements, certificate, report;
	const uint8_t digest[32] = {0};
	sb_init(&placements, arena, 1 << 24);
	sb_init(&certificate, arena, 1 << 24);
	sb_init(&report, arena, 1 << 24);
	allocation_write_placements(&placements, &r);
	allocation_write_certificate(&certificate, &r);
	allocation_write_report(&report, &r, digest, &(struct allocation_measures){0});
	struct allocation_result_files files = {
	    {STR("p"), sb_str(&placements)}, {STR("c"), sb_str(&certificate)}, {STR("r"), sb_str(&report)}};
	BUG_IF(allocation_verify_files(arena, a, spread, digest, &files, NULL, &wrong) != OK);
}

/* Only serial places pairs. */
static bool may_solve(const struct allocation *a, enum allocation_mechanism m)
{
	return allocation_properties(m)->available && (m == ALLOCATION_SERIAL || !a->partner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct str rest = {(const char *)data, size}, part[9] = {{0}};
	for (size_t i = 0; i < ARRAY_LEN(part) && str_split(&rest, '\0', &part[i]); i++)
		if (((i >= 2 && i < 5) || i == 8) && !part[i].len) part[i] = STR_NONE; /* not given */
	struct allocation_files files = {{STR("seats.csv"), part[0]},    {STR("choices.csv"), part[1]}, {STR("caps.csv"), part[2]},
	                                 {STR("students.csv"), part[3]}, {STR("floors.csv"), part[4]},  {STR("pairs.csv"), part[8]}};
	struct allocation *a;
	struct allocation_fault f = {0};
	if (allocation_read(arena, &files, &a, &f) == OK) {
		struct allocation_result_files claimed = {{STR("p"), part[5]}, {STR("c"), part[6]}, {STR("r"), part[7]}};
		struct allocation_wrong wrong = {0};
		const uint8_t digest[32] = {0};
		BUG_IF(allocation_verify_files(arena, a, spread, digest, &claimed, NULL, &wrong) != OK &&
		       wrong.code == ALLOCATION_WRONG_NONE);
		for (int m = 0; m < ALLOCATION_MECHANISM_COUNT; m++)
			if (may_solve(a, (enum allocation_mechanism)m)) solve(arena, a, (enum allocation_mechanism)m);
	} else {
		BUG_IF(f.code == ALLOCATION_FAULT_NONE || !f.file.len || !f.line);
	}
	arena_free(arena);
	return 0;
}
