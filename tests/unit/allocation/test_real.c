/* Three years of real preferences of students for project centres (public data beside the repository): utility 1 is
 * rank 1, 0.5 rank 2, 0 not listed; the director's preference times 10,000, rounded, is the score. */
#include "base/clock.h"
#include "cases.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROJECTS_MAX = 80 };

static struct str file_bytes(struct arena *arena, struct str dir, const char *name)
{
	const char *path = str_z(arena, str_fmt(arena, "%.*s/%s", STR_ARG(dir), name));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0) return STR_NONE;
	struct str bytes = STR_NONE;
	if (fstat(fd, &st) == 0) {
		char *p = arena_alloc(arena, (size_t)st.st_size + 1);
		if (read(fd, p, (size_t)st.st_size) == st.st_size) bytes = (struct str){p, (size_t)st.st_size};
	}
	close(fd);
	return bytes;
}

/* "0.7620915032679737" to 7621: five decimals are read and the last one rounds. */
static int ten_thousandths(struct str s)
{
	int64_t n = 0;
	size_t dot = str_find_char(s, '.');
	for (size_t i = 0, decimals = 0; decimals < 5; i++) {
		if (i < s.len && s.ptr[i] == '.') continue;
		n = n * 10 + (i < s.len ? s.ptr[i] - '0' : 0);
		decimals += i > dot;
		if (dot == STR_NPOS) break;
	}
	return (int)((n + 5) / 10);
}

static struct str student_number(struct str s)
{
	size_t dot = str_find_char(s, '.');
	return dot == STR_NPOS ? s : str_sub(s, 0, dot);
}

/* The rows of both tables side by side; gives the number of choices, -1 when they do not fit. */
static int choices_add(struct allocation *a, struct str wishes, struct str scores)
{
	struct str line, other, head, id, cell, mark;
	struct str names[PROJECTS_MAX];
	int n = 0, count = 0;
	if (!str_split(&wishes, '\n', &head) || !str_split(&scores, '\n', &other) || !str_eq(head, other)) return -1;
	head = str_trim(head);
	if (!str_split(&head, ',', &id)) return -1;
	while (n < PROJECTS_MAX && str_split(&head, ',', &names[n]))
		n++;
	while (str_split(&wishes, '\n', &line) && str_split(&scores, '\n', &other)) {
		line = str_trim(line);
		other = str_trim(other);
		if (!line.len) continue;
		if (!str_split(&line, ',', &id) || !str_split(&other, ',', &cell) || !str_eq(id, cell)) return -1;
		for (int o = 0; o < n; o++) {
			if (!str_split(&line, ',', &cell) || !str_split(&other, ',', &mark)) return -1;
			int rank = str_is(cell, "1.0") ? 1 : str_is(cell, "0.5") ? 2 : str_is(cell, "0.0") ? 0 : -1;
			struct allocation_fault f;
			if (rank < 0) return -1;
			if (!rank) continue;
			if (allocation_add_choice(a, student_number(id), rank, names[o], ten_thousandths(mark), &f) != OK) return -1;
			count++;
		}
	}
	return count;
}

static int students_add(struct allocation *a, struct str info)
{
	struct str line, id;
	int n = 0;
	if (!str_split(&info, '\n', &line)) return -1;
	while (str_split(&info, '\n', &line)) {
		struct allocation_fault f;
		line = str_trim(line);
		if (!line.len || !str_split(&line, ',', &id)) continue;
		if (allocation_add_student(a, id, STR_NONE, &f) != OK) return -1;
		n++;
	}
	return n;
}

static int seats_add(struct allocation *a, struct str seats)
{
	struct str line, id;
	int n = 0;
	if (!str_split(&seats, '\n', &line)) return -1;
	while (str_split(&seats, '\n', &line)) {
		int64_t capacity;
		struct allocation_fault f;
		line = str_trim(line);
		if (!line.len || !str_split(&line, ',', &id)) continue;
		if (!str_to_i64(line, &capacity) || allocation_add_option(a, id, capacity, STR_NONE, &f) != OK) return -1;
		n++;
	}
	return n;
}

static void year(const char *name, int students, int options)
{
	struct arena *arena = arena_new();
	struct str dir = str_fmt(arena, "%s/data/matching/%s", tap_shared_dir() ? tap_shared_dir() : "../shared", name);
	struct str wishes = file_bytes(arena, dir, "student_preference.csv");
	if (!wishes.ptr) {
		arena_free(arena);
		SKIP("the shared data is not here");
	}
	struct allocation *a = allocation_new(arena);
	struct allocation_fault f;
	struct allocation_wrong wrong;
	struct allocation_result r[2];
	CHECK_INT(seats_add(a, file_bytes(arena, dir, "project_capacity.csv")), options);
	CHECK_INT(students_add(a, file_bytes(arena, dir, "student_info.csv")), students);
	int choices = choices_add(a, wishes, file_bytes(arena, dir, "project_preference.csv"));
	REQUIRE(choices > students);
	REQUIRE(allocation_finish(a, &f) == OK);
	CHECK_INT(a->nstudents, students);
	CHECK_INT(a->nchoices, choices);
	for (int m = ALLOCATION_SERIAL; m <= ALLOCATION_DEFERRED; m++) {
		struct allocation_options options_now = {(enum allocation_mechanism)m, STR("2020"), hmac_sha256};
		int64_t t = clock_monotonic_us();
		REQUIRE(allocation_solve(arena, a, &options_now, &r[m], &f) == OK);
		t = clock_monotonic_us() - t;
		struct allocation_claim claim = {a, options_now, r[m].held, NULL};
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		CHECK(r[m].placed > 0 && r[m].placed <= a->nstudents);
		CHECK_INT(r[m].profile[0] + r[m].profile[1], r[m].placed);
		CHECK_INT(r[m].profile[0] + 2 * r[m].profile[1], r[m].rank_sum);
		printf("# %s %s: %u students, %u choices, placed %u (first rank %u, second %u), %" PRId64 " us\n", name,
		       allocation_properties(options_now.mechanism)->name, a->nstudents, a->nchoices, r[m].placed, r[m].profile[0],
		       r[m].profile[1], t);
		uint32_t out = 0;
		while (out < a->nstudents && (r[m].held[out] != ALLOCATION_NONE || a->off[out] == a->off[out + 1]))
			out++;
		if (out < a->nstudents) {
			struct allocation_reason why;
			allocation_why(arena, &r[m], out, a->choice_option[a->off[out]], true, &why);
			CHECK(why.scored && why.score_gain != UNKNOWN && why.extra_seats != UNKNOWN);
		}
	}
	arena_free(arena);
}

static void test_year_2017(void) { year("wpi_IQP2017-2018", 928, 46); }
static void test_year_2018(void) { year("wpi_IQP2018-2019", 927, 47); }
static void test_year_2019(void) { year("wpi_IQP2019-2020", 1126, 57); }

TAP_MAIN(TAP(test_year_2017), TAP(test_year_2018), TAP(test_year_2019))
