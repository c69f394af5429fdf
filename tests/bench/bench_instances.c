/* Invented questions for the allocation, as files: bench_instances DIR [name=value...]. The same words give the same bytes
 * on any machine: integers only, splitmix64.
 *   seed=1 students=60 options=40 length=10 fill=90 (seats in percent of students) zipf=5 (popularity 1/place^(zipf/5))
 *   cross=15 (percent of choices outside the own area; options lie in areas of 100, at most 60 areas)
 *   scores=1 (one for all choices of a student; 2: one for each choice) ties=0 (percent of choices that share a rank)
 *   caps=0 (a forest, ten below each, with 80 percent of the seats below) group=0 (percent of students in group "g")
 *   floors=0 (on the first options) shuffle=0 (1: rows of choices.csv in any order, ids that say nothing)
 *   shape=market | same (all have one list) | chain (student i ranks i, then i + 1) | huge (one option holds everybody) */
#include "base/rand.h"
#include "base/str.h"
#include <inttypes.h>
#include <sys/stat.h>

enum shape { MARKET, SAME, CHAIN, HUGE_ONE };
static const char *const SHAPES[] = {"market", "same", "chain", "huge"};
enum parameter { SEED, STUDENTS, OPTIONS, LENGTH, FILL, ZIPF, CROSS, SCORES, TIES, CAPS, GROUP, FLOORS, SHUFFLE, PARAMETERS };
static const char *const NAMES[PARAMETERS] = {"seed",   "students", "options", "length", "fill",   "zipf",   "cross",
                                              "scores", "ties",     "caps",    "group",  "floors", "shuffle"};

struct question {
	int64_t p[PARAMETERS];
	enum shape shape;
	struct rand_seeded rnd;
	size_t nareas;
	uint64_t *weight_to; /* of every option: the sum of weights from the first of its area */
	uint32_t *seats;
	uint32_t *option_name, *student_name;
};

static size_t option_of_area(const struct question *q, size_t area) { return area * (size_t)q->p[OPTIONS] / q->nareas; }

/* The largest w with w^5 * place^zipf <= 2^120: 2^24 / place^(zipf / 5) without a rounding that depends on a library. */
static uint64_t zipf_weight(uint64_t place, int64_t zipf)
{
	unsigned __int128 most = (unsigned __int128)1 << 120;
	for (int64_t i = 0; i < zipf; i++)
		most /= place;
	uint64_t low = 1, high = (uint64_t)1 << 24;
	while (low < high) {
		uint64_t mid = low + (high - low + 1) / 2;
		unsigned __int128 fifth = (unsigned __int128)mid * mid * mid * mid * mid;
		if (fifth <= most)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

/* An exponential variate of mean 1 in units of 2^-32, by comparisons of uniform ones (von Neumann 1951). */
static uint64_t exponential(struct rand_seeded *rnd)
{
	for (uint64_t whole = 0;; whole++) {
		uint32_t first = (uint32_t)rand_seeded_u64(rnd), last = first;
		int run = 1;
		for (;; run++) {
			uint32_t next = (uint32_t)rand_seeded_u64(rnd);
			if (next >= last) break;
			last = next;
		}
		if (run % 2) return whole << 32 | first;
	}
}

static uint32_t *numbers(struct arena *arena, struct question *q, size_t n)
{
	uint32_t *v = ARENA_ARRAY(arena, uint32_t, n);
	for (size_t i = 0; i < n; i++) {
		size_t j = q->p[SHUFFLE] ? (size_t)rand_seeded_below(&q->rnd, i + 1) : i;
		v[i] = v[j];
		v[j] = (uint32_t)i;
	}
	return v;
}

static void prepare(struct arena *arena, struct question *q)
{
	size_t n = (size_t)q->p[OPTIONS];
	q->rnd.state = (uint64_t)q->p[SEED];
	q->nareas = n / 100 < 1 ? 1 : n / 100 > 60 ? 60 : n / 100;
	q->weight_to = ARENA_ARRAY(arena, uint64_t, n);
	q->seats = ARENA_ARRAY(arena, uint32_t, n);
	for (size_t area = 0; area < q->nareas; area++) {
		uint64_t sum = 0;
		for (size_t from = option_of_area(q, area), o = from; o < option_of_area(q, area + 1); o++)
			q->weight_to[o] = sum += zipf_weight(o - from + 1, q->p[ZIPF]);
	}
	for (size_t o = 0; o < n; o++) {
		unsigned __int128 seats =
		    (unsigned __int128)exponential(&q->rnd) * (uint64_t)(q->p[FILL] * q->p[STUDENTS]) / (100 * n) >> 32;
		q->seats[o] = q->p[FILL] == 0 ? 0 : seats < 1 ? 1 : (uint32_t)seats;
		if (q->shape == CHAIN) q->seats[o] = 1;
	}
	if (q->shape == HUGE_ONE) q->seats[0] = (uint32_t)q->p[STUDENTS];
	q->option_name = numbers(arena, q, n);
	q->student_name = numbers(arena, q, (size_t)q->p[STUDENTS]);
}

static size_t draw_option(struct question *q, size_t home)
{
	size_t area = home;
	if (q->nareas > 1 && (int64_t)rand_seeded_below(&q->rnd, 100) < q->p[CROSS])
		area = (home + 1 + rand_seeded_below(&q->rnd, q->nareas - 1)) % q->nareas;
	size_t low = option_of_area(q, area), high = option_of_area(q, area + 1) - 1;
	uint64_t at = rand_seeded_below(&q->rnd, q->weight_to[high]);
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (q->weight_to[mid] > at)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* The list of student s. What was drawn before is drawn again, which is a draw among the others (Plackett and Luce). */
static size_t draw_list(struct question *q, size_t s, size_t list[])
{
	size_t n = (size_t)q->p[OPTIONS], length = (size_t)q->p[LENGTH];
	size_t home = (size_t)rand_seeded_below(&q->rnd, q->nareas), len = 0;
	if (q->shape == CHAIN) {
		list[len++] = s % n;
		if (n > 1) list[len++] = (s + 1) % n;
		return len;
	}
	if (rand_seeded_below(&q->rnd, 100) < 40) length = 1 + (size_t)rand_seeded_below(&q->rnd, length);
	if (length > n) length = n;
	for (int tries = 0; len < length && tries < 1000; tries++) {
		size_t o = q->shape == SAME ? len : q->shape == HUGE_ONE && !len ? 0 : draw_option(q, home);
		size_t i = 0;
		while (i < len && list[i] != o)
			i++;
		if (i == len) list[len++] = o;
	}
	return len;
}

static FILE *file(const char *dir, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(3);
	}
	setvbuf(f, NULL, _IOFBF, 1 << 20);
	return f;
}

static void close_file(FILE *f)
{
	if (fclose(f) != 0) {
		perror("write");
		exit(3);
	}
}

static void write_seats(struct question *q, const char *dir, struct arena *arena)
{
	size_t ncaps = (size_t)q->p[CAPS], n = (size_t)q->p[OPTIONS];
	uint64_t *below = ARENA_ARRAY(arena, uint64_t, ncaps + 1);
	FILE *f = file(dir, "seats.csv");
	fprintf(f, "option,capacity%s\n", ncaps ? ",cap" : "");
	for (size_t o = 0; o < n; o++) {
		fprintf(f, "p%05u,%u", q->option_name[o], q->seats[o]);
		size_t cap = o * ncaps / n;
		below[cap] += q->seats[o];
		if (ncaps) fprintf(f, ",c%zu", cap);
		fputc('\n', f);
	}
	close_file(f);
	if (!ncaps) return;
	f = file(dir, "caps.csv");
	fprintf(f, "cap,parent,capacity\n");
	for (size_t c = ncaps; c-- > 0;) {
		uint64_t seats = below[c] * 4 / 5;
		if (c >= 10) {
			below[c / 10] += seats;
			fprintf(f, "c%zu,c%zu,%" PRIu64 "\n", c, c / 10, seats);
		} else {
			fprintf(f, "c%zu,,%" PRIu64 "\n", c, seats);
		}
	}
	close_file(f);
}

static void write_groups(struct question *q, const char *dir)
{
	if (!q->p[GROUP]) return;
	FILE *f = file(dir, "students.csv");
	fprintf(f, "student,group\n");
	for (size_t s = 0; s < (size_t)q->p[STUDENTS]; s++)
		fprintf(f, "s%07u,%s\n", q->student_name[s], (int64_t)rand_seeded_below(&q->rnd, 100) < q->p[GROUP] ? "g" : "");
	close_file(f);
	if (!q->p[FLOORS]) return;
	f = file(dir, "floors.csv");
	fprintf(f, "option_or_cap,group,floor\n");
	for (size_t o = 0; o < (size_t)q->p[FLOORS] && o < (size_t)q->p[OPTIONS]; o++)
		fprintf(f, "p%05u,g,%u\n", q->option_name[o], 1 + q->seats[o] / 4);
	close_file(f);
}

struct row {
	uint32_t student, option;
	uint16_t rank, score;
};

static void write_choices(struct question *q, const char *dir, struct arena *arena)
{
	size_t n = (size_t)q->p[STUDENTS], rows = 0;
	struct row *row = ARENA_ARRAY(arena, struct row, n * (size_t)(q->p[LENGTH] > 2 ? q->p[LENGTH] : 2));
	size_t *list = ARENA_ARRAY(arena, size_t, (size_t)q->p[LENGTH] + 2);
	for (size_t s = 0; s < n; s++) {
		size_t len = draw_list(q, s, list);
		uint16_t rank = 0, score = (uint16_t)rand_seeded_below(&q->rnd, 10000);
		for (size_t k = 0; k < len; k++) {
			if (!k || (int64_t)rand_seeded_below(&q->rnd, 100) >= q->p[TIES]) rank++;
			if (q->p[SCORES] > 1) score = (uint16_t)rand_seeded_below(&q->rnd, 10000);
			row[rows++] = (struct row){q->student_name[s], q->option_name[list[k]], rank, score};
		}
	}
	FILE *f = file(dir, "choices.csv");
	fprintf(f, "student,rank,option,score\n");
	for (size_t i = 0; i < rows; i++) {
		if (q->p[SHUFFLE]) {
			size_t j = i + (size_t)rand_seeded_below(&q->rnd, rows - i);
			struct row swap = row[i];
			row[i] = row[j];
			row[j] = swap;
		}
		fprintf(f, "s%07u,%u,p%05u,%u\n", row[i].student, row[i].rank, row[i].option, row[i].score);
	}
	close_file(f);
}

static bool parameter(struct question *q, const char *word)
{
	const char *equals = strchr(word, '=');
	struct str name = {word, equals ? (size_t)(equals - word) : 0}, value = str_of(equals ? equals + 1 : NULL);
	for (size_t i = 0; str_is(name, "shape") && i < ARRAY_LEN(SHAPES); i++) {
		if (!str_is(value, SHAPES[i])) continue;
		q->shape = (enum shape)i;
		return true;
	}
	for (int k = 0; k < PARAMETERS; k++)
		if (str_is(name, NAMES[k])) return str_to_i64(value, &q->p[k]) && q->p[k] >= 0 && q->p[k] < (int64_t)1 << 32;
	return false;
}

int main(int argc, char **argv)
{
	struct question q = {
	    .p = {[SEED] = 1, [STUDENTS] = 60, [OPTIONS] = 40, [LENGTH] = 10, [FILL] = 90, [ZIPF] = 5, [CROSS] = 15, [SCORES] = 1}};
	for (int i = 2; i < argc; i++)
		if (!parameter(&q, argv[i])) return fprintf(stderr, "%s is not a parameter\n", argv[i]), 2;
	if (argc < 2 || !q.p[OPTIONS] || !q.p[LENGTH] || q.p[LENGTH] > 60000)
		return fprintf(stderr, "usage: bench_instances DIR [name=value...]\n"), 2;
	struct arena *arena = arena_new();
	mkdir(argv[1], 0777);
	prepare(arena, &q);
	write_seats(&q, argv[1], arena);
	write_groups(&q, argv[1]);
	write_choices(&q, argv[1], arena);
	arena_free(arena);
	return 0;
}
