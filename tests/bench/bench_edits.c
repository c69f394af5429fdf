/* Edits of a solved allocation: bench_edits DIR MECHANISM [EDITS [empty]]. DIR as bench_instances writes it. Prints the
 * processor time of the solve, of taking the result over, and of so many edits (leave, join, forbid, seats), the longest by
 * itself; then whether the placement equals a fresh solve. With `empty` also of a state that takes in one after the other. */
#include "allocation/files.h"
#include "allocation/state.h"
#include "base/rand.h"
#include "platform/crypto/hash.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static int64_t cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct str whole(struct arena *arena, const char *dir, const char *name)
{
	struct str path = str_fmt(arena, "%s/%s", dir, name);
	FILE *f = fopen(str_z(arena, path), "rb");
	if (!f) return STR_NONE;
	size_t room = 1 << 28, n;
	char *bytes = arena_room(arena, room);
	n = fread(bytes, 1, room, f);
	fclose(f);
	return (struct str){bytes, n};
}

static enum err edit(struct rand_seeded *rnd, struct allocation_state *st, const struct allocation *a, struct arena *arena, uint32_t turn)
{
	uint32_t s = (uint32_t)rand_seeded_below(rnd, a->nstudents), joined, held;
	struct allocation_wish list[16];
	size_t n = 0;
	switch (rand_seeded_below(rnd, 5)) {
	case 0: return allocation_state_leave(st, s, arena, NULL);
	case 1: /* the list of another student */
		for (uint32_t i = a->off[s]; i < a->off[s + 1] && n < ARRAY_LEN(list); i++)
			list[n++] = (struct allocation_wish){a->choice_option[i], a->choice_rank[i], 0, false};
		return allocation_state_join(st, str_fmt(arena, "new-%u", turn), STR_NONE, list, n, &joined, arena, NULL);
	case 2:
		held = allocation_state_held(st, s);
		return held == ALLOCATION_NONE ? ERR_REFUSED : allocation_state_forbid(st, held, arena, NULL);
	case 3: return allocation_state_seat(st, (uint32_t)rand_seeded_below(rnd, a->noptions + a->ncaps), 1, arena, NULL);
	default: return allocation_state_seat(st, (uint32_t)rand_seeded_below(rnd, a->noptions + a->ncaps), -1, arena, NULL);
	}
}

static uint32_t differ(const struct allocation_state *st, const struct allocation_result *r)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < allocation_state_students(st); i++) {
		if (!allocation_state_present(st, i)) continue;
		uint32_t held = r->held[allocation_find_student(r->allocation, allocation_state_id(st, i))];
		n += allocation_state_option(st, allocation_state_held(st, i)) !=
		     (held == ALLOCATION_NONE ? ALLOCATION_NONE : r->allocation->choice_option[held]);
	}
	return n;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct allocation_files files = {0};
	struct allocation *a, *p;
	struct allocation_options options = {.seed = STR("1"), .hmac = hmac_sha256};
	struct allocation_result r;
	struct allocation_fault f;
	struct allocation_state *st;
	int64_t edits = 1000, longest = 0, all = 0;
	struct rand_seeded rnd = {1};
	if (argc < 3 || !allocation_mechanism_parse(str_of(argv[2]), &options.mechanism)) return 2;
	if (argc > 3 && !str_to_i64(str_of(argv[3]), &edits)) return 2;
	files.seats.bytes = whole(arena, argv[1], "seats.csv");
	files.choices.bytes = whole(arena, argv[1], "choices.csv");
	files.caps.bytes = whole(arena, argv[1], "caps.csv");
	if (allocation_read(arena, &files, &a, &f) != OK) return 1;
	int64_t t0 = cpu_us();
	if (allocation_solve(arena, a, &options, &r, &f) != OK) return 1;
	int64_t t1 = cpu_us();
	if (allocation_state_of(&r, &st, &f) != OK) return 1;
	int64_t t2 = cpu_us();
	for (int64_t done = 0, turn = 0; done < edits; turn++) {
		int64_t from = cpu_us();
		if (edit(&rnd, st, a, arena, (uint32_t)turn) != OK) continue;
		int64_t took = cpu_us() - from;
		done++;
		all += took;
		if (took > longest) longest = took;
	}
	if (allocation_state_problem(st, arena, &p) != OK || allocation_solve(arena, p, &options, &r, &f) != OK) return 1;
	uint32_t unequal = differ(st, &r);
	printf("{\"mechanism\": \"%s\", \"students\": %u, \"solve_us\": %" PRId64 ", \"take_over_us\": %" PRId64 ", \"edits\": %" PRId64
	       ", \"edits_us\": %" PRId64 ", \"longest_us\": %" PRId64 ", \"differ_from_fresh\": %u",
	       argv[2], a->nstudents, t1 - t0, t2 - t1, edits, all, longest, unequal);
	allocation_state_free(st);
	if (argc > 4) {
		int64_t from = cpu_us();
		if (allocation_state_new(a, &options, &st, &f) != OK) return 1;
		printf(", \"from_empty_us\": %" PRId64, cpu_us() - from);
		allocation_state_free(st);
	}
	printf("}\n");
	arena_free(arena);
	return unequal ? 1 : 0;
}
