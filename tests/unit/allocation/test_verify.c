/* The check of a result accepts what was solved and refuses everything else: each placement changed, each cut-off
 * changed, each field of the three files changed. */
#include "allocation/state.h"
#include "base/base64.h"
#include "cases.h"

static struct allocation_claim claim_of(struct arena *arena, const struct allocation_result *r, struct str **cutoffs)
{
	*cutoffs = ARENA_ARRAY(arena, struct str, r->allocation->noptions);
	for (uint32_t o = 0; o < r->allocation->noptions; o++)
		(*cutoffs)[o] = allocation_cutoff_text(arena, r, o);
	return (struct allocation_claim){r->allocation, r->options, r->held, *cutoffs};
}

/* Every other placement of small cases is refused, even with the cut-offs that would suit it. */
static void test_only_the_solution_passes(void)
{
	struct rand_seeded rnd = {21};
	for (int round = 0; round < 400; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, 4, 3, round % 3 == 0);
		struct allocation_result r;
		struct allocation_wrong wrong;
		struct str *cutoffs;
		REQUIRE(small_solve(arena, &c, round % 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED, 0, &r));
		const struct allocation *a = r.allocation;
		struct allocation_claim claim = claim_of(arena, &r, &cutoffs);
		CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), OK);
		uint32_t held[MAX_S];
		for (uint32_t s = 0; s < a->nstudents; s++)
			held[s] = ALLOCATION_NONE;
		for (bool more = true; more;) {
			bool same = memcmp(held, r.held, a->nstudents * sizeof(*held)) == 0;
			claim.held = held;
			claim.cutoffs = NULL;
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), same ? OK : ERR_REFUSED);
			CHECK(same || wrong.code != ALLOCATION_WRONG_NONE);
			more = false;
			for (uint32_t s = 0; s < a->nstudents && !more; s++) {
				held[s] = held[s] == ALLOCATION_NONE ? a->off[s] : held[s] + 1;
				if (held[s] < a->off[s + 1])
					more = true;
				else
					held[s] = ALLOCATION_NONE;
			}
		}
		arena_free(arena);
		if (tap.failures) return;
	}
}

static void test_every_cutoff_counts(void)
{
	struct rand_seeded rnd = {22};
	int changed = 0;
	for (int round = 0; round < 300; round++) {
		struct arena *arena = arena_new();
		struct small c = small_random(&rnd, MAX_S, MAX_O, true);
		struct allocation_result r;
		struct allocation_wrong wrong;
		struct str *cutoffs;
		REQUIRE(small_solve(arena, &c, round % 2 ? ALLOCATION_SERIAL : ALLOCATION_DEFERRED, 0, &r));
		struct allocation_claim claim = claim_of(arena, &r, &cutoffs);
		for (uint32_t o = 0; o < r.allocation->noptions; o++) {
			struct str was = cutoffs[o];
			cutoffs[o] = was.ptr ? STR_NONE : STR("1:00");
			CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
			CHECK_INT(wrong.code, was.ptr ? ALLOCATION_WRONG_CUTOFF_MISSING : ALLOCATION_WRONG_CUTOFF_EXTRA);
			CHECK_STR(wrong.option, str_z(arena, r.allocation->options[o].id));
			for (size_t k = 0; was.ptr && k < was.len; k += 7) {
				char *text = arena_copy(arena, was.ptr, was.len);
				text[k] = text[k] == '0' ? '1' : '0';
				cutoffs[o] = (struct str){text, was.len};
				CHECK_INT(allocation_verify(arena, &claim, NULL, &wrong), ERR_REFUSED);
				CHECK_INT(wrong.code, ALLOCATION_WRONG_CUTOFF_WRONG);
				CHECK(str_eq(wrong.text_expected, was));
				changed++;
			}
			cutoffs[o] = was;
		}
		arena_free(arena);
		if (tap.failures) return;
	}
	CHECK(changed > 100);
}

static const char SEATS[] = "option,capacity,cap\nkyoto,1,japan\nosaka,1,japan\nlund,1,\n\"oslo, north\",1,\nempty,0,\n";
static const char CAPS[] = "cap,parent,capacity\njapan,,1\n";
static const char STUDENTS[] = "student,group\nd,a\ne,a\na,\n";
static const char FLOORS[] = "option_or_cap,group,floor\njapan,a,1\n";
static const char CHOICES[] = "student,rank,option,score\na,1,kyoto,50\na,2,\"oslo, north\",50\nb,1,kyoto,40\nb,2,lund,40\n"
			      "c,1,osaka,40\nc,1,lund,40\nd,1,empty,90\nd,4,lund,90\n";

struct set {
	struct arena *arena;
	struct allocation_files files;
	struct allocation *a;
	uint8_t sha[32];
	struct allocation_result_files results;
};

static struct str written(struct set *t, void (*write)(struct sb *, const struct allocation_result *), const struct allocation_result *r)
{
	struct sb out;
	sb_init(&out, t->arena, 100000);
	write(&out, r);
	return sb_str(&out);
}

static bool set_up(struct set *t, enum allocation_mechanism m)
{
	struct allocation_fault f;
	struct allocation_result r;
	t->arena = arena_new();
	t->files = (struct allocation_files){.seats = {STR("seats.csv"), str_of(SEATS)},
	                                     .choices = {STR("choices.csv"), str_of(CHOICES)},
	                                     .caps = {STR("caps.csv"), str_of(CAPS)},
	                                     .students = {STR("students.csv"), str_of(STUDENTS)},
	                                     .floors = {STR("floors.csv"), str_of(FLOORS)}};
	if (allocation_read(t->arena, &t->files, &t->a, &f) != OK) return false;
	struct allocation_options options = {.mechanism = m, .seed = STR("2027 \"draw\"\\\n\xc3\xa9"), .hmac = hmac_sha256};
	if (allocation_solve(t->arena, t->a, &options, &r, &f) != OK) return false;
	struct sha256 h;
	struct str parts[ALLOCATION_INPUTS];
	size_t n = allocation_digest_parts(&t->files, parts);
	sha256_init(&h);
	for (size_t i = 0; i < n; i++)
		sha256_add(&h, parts[i].ptr, parts[i].len);
	sha256_end(&h, t->sha);
	struct sb report;
	sb_init(&report, t->arena, 100000);
	allocation_write_report(&report, &r, t->sha, &(struct allocation_measures){1234567, 89, 4096});
	t->results = (struct allocation_result_files){.placements = {STR("placements.csv"), written(t, allocation_write_placements, &r)},
	                                              .certificate = {STR("certificate.csv"), written(t, allocation_write_certificate, &r)},
	                                              .report = {STR("report.json"), sb_str(&report)}};
	return true;
}

static enum err check(struct set *t, struct allocation_wrong *wrong)
{
	return allocation_verify_files(t->arena, t->a, hmac_sha256, t->sha, &t->results, NULL, wrong);
}

static void test_files_as_written(void)
{
	struct set t;
	struct allocation_wrong wrong;
	REQUIRE(set_up(&t, ALLOCATION_SERIAL));
	CHECK_INT(check(&t, &wrong), OK);
	CHECK_STR(t.results.placements.bytes, "student,option,rank\na,kyoto,1\nb,,\nc,,\nd,lund,4\ne,,\n");
	CHECK(str_starts(t.results.certificate.bytes, STR("kind,id,value\ncutoff,kyoto,50:")));
	CHECK(str_find(t.results.certificate.bytes, STR("oslo")) == STR_NPOS);
	CHECK(str_find(t.results.certificate.bytes, STR("empty")) == STR_NPOS);
	struct str report = t.results.report.bytes;
	CHECK(str_starts(report, STR("{\n\"mechanism\": \"serial\",\n\"seed\": \"2027 \\\"draw\\\"\\\\\\u000a\xc3\xa9\",\n"
	                             "\"students\": 5,\n\"options\": 5,\n\"placed\": 2,\n\"unplaced\": 3,\n"
	                             "\"rank_sum\": 5,\n\"profile\": [1, 0, 0, 1],\n\"group_shortfall\": 1,\n"
	                             "\"input_sha256\": \"")));
	CHECK(str_ends(report, STR("\"seconds_read\": 1.234567,\n\"seconds_solve\": 0.000089,\n\"peak_bytes\": 4096\n}\n")));
	arena_free(t.arena);
}

/* One byte changed anywhere in the three files is found, but for what only measures the run. */
static void test_no_byte_can_change(void)
{
	struct set t;
	struct allocation_wrong wrong;
	for (int m = ALLOCATION_SERIAL; m < ALLOCATION_MECHANISM_COUNT; m++) {
		REQUIRE(set_up(&t, (enum allocation_mechanism)m));
		struct allocation_file *files[] = {&t.results.placements, &t.results.certificate, &t.results.report};
		for (int k = 0; k < 3; k++) {
			struct str was = files[k]->bytes;
			size_t to = k == 2 ? str_find(was, STR("\"seconds_read")) : was.len;
			for (size_t i = 0; i < to; i++) {
				/* White space in JSON says nothing. */
				if (k == 2 && (was.ptr[i] == '\n' || was.ptr[i] == ' ')) continue;
				char *text = arena_copy(t.arena, was.ptr, was.len);
				text[i] = text[i] == '1' ? '2' : '1';
				files[k]->bytes = (struct str){text, was.len};
				wrong.code = ALLOCATION_WRONG_NONE;
				CHECK_INT(check(&t, &wrong), ERR_REFUSED);
				CHECK(wrong.code != ALLOCATION_WRONG_NONE);
			}
			files[k]->bytes = was;
		}
		CHECK_INT(check(&t, &wrong), OK);
		arena_free(t.arena);
	}
}

static void refused(const char *placements, enum allocation_wrong_code code, const char *student)
{
	struct set t;
	struct allocation_wrong wrong;
	REQUIRE(set_up(&t, ALLOCATION_SERIAL));
	t.results.placements.bytes = str_of(placements);
	CHECK_INT(check(&t, &wrong), ERR_REFUSED);
	if (wrong.code != code) TAP_FAILURE("%s, not %s", allocation_wrong_name(wrong.code), allocation_wrong_name(code));
	CHECK_STR(wrong.student, student);
	arena_free(t.arena);
}

#define HEAD "student,option,rank\n"
static void test_first_reason(void)
{
	refused(HEAD "a,kyoto,1\nb,,\nc,,\nd,lund,4\n", ALLOCATION_WRONG_STUDENT_MISSING, "e");
	refused(HEAD "a,kyoto,1\nb,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_STUDENT_MISSING, "c");
	refused(HEAD "a,kyoto,1\na,kyoto,1\nb,,\nc,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_STUDENT_TWICE, "a");
	refused(HEAD "a,kyoto,1\nb,,\nc,,\na,,\n", ALLOCATION_WRONG_ROW_ORDER, "a");
	refused(HEAD "a,kyoto,1\nb,,\nc,,\nd,lund,4\ne,,\nf,,\n", ALLOCATION_WRONG_STUDENT_UNKNOWN, "f");
	refused(HEAD "a,kyoto,1\nb,,\nc,,\nd,lund,1\ne,,\n", ALLOCATION_WRONG_RANK, "d");
	refused(HEAD "a,kyoto,1\nb,,1\nc,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_RANK, "b");
	refused(HEAD "a,kyoto,1\nb,osaka,1\nc,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_NOT_LISTED, "b");
	refused(HEAD "a,kyoto,1\nb,paris,1\nc,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_OPTION_UNKNOWN, "b");
	refused(HEAD "a,kyoto,1\nb,kyoto,1\nc,,\nd,lund,4\ne,,\n", ALLOCATION_WRONG_CAPACITY, NULL);
	refused(HEAD "a,kyoto,1\nb,,\nc,,\nd,empty,1\ne,,\n", ALLOCATION_WRONG_CAPACITY, NULL);
	refused(HEAD "a,kyoto,1\nb,,\nc,osaka,1\nd,lund,4\ne,,\n", ALLOCATION_WRONG_CAP, NULL);
	refused("student,option\na,kyoto\n", ALLOCATION_WRONG_FILE, NULL);
}

#define SEED_64 "0123456789012345678901234567890123456789012345678901234567890123"

/* HMAC would draw the lottery of "2027" with the second one, that of its SHA-256 with the third. */
static void test_seeds(void)
{
	const struct str seeds[] = {STR(SEED_64 "x"), STR("2027\0"), STR("\0"),
	                            STR("20\0"
	                                "27")};
	struct set t;
	for (int m = ALLOCATION_SERIAL; m < ALLOCATION_MECHANISM_COUNT; m++) {
		REQUIRE(set_up(&t, (enum allocation_mechanism)m));
		struct allocation_options options = {.mechanism = (enum allocation_mechanism)m, .seed = STR("2027"), .hmac = hmac_sha256};
		struct allocation_result r, other;
		struct allocation_fault f;
		struct allocation_state *st;
		REQUIRE(allocation_solve(t.arena, t.a, &options, &r, &f) == OK);
		for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
			struct allocation_claim claim = {t.a, options, r.held, NULL, r.price, r.floor_price};
			struct allocation_wrong wrong = {0};
			enum err expected = i ? ERR_INVALID : OK;
			options.seed = claim.options.seed = seeds[i];
			CHECK_INT(allocation_solve(t.arena, t.a, &options, &other, &f), expected);
			CHECK(!i || f.code == ALLOCATION_FAULT_SEED);
			CHECK_INT(allocation_state_new(t.a, &options, &st, &f), expected);
			if (!i) allocation_state_free(st);
			if (!i) continue;
			CHECK_INT(allocation_verify(t.arena, &claim, NULL, &wrong), ERR_REFUSED);
			CHECK_INT(wrong.code, ALLOCATION_WRONG_FILE);
			CHECK_INT(wrong.fault.code, ALLOCATION_FAULT_SEED);
		}
		arena_free(t.arena);
	}
}

static void test_report_files_that_are_not(void)
{
	static const char *const bad[] = {"",
	                                  "[]",
	                                  "{",
	                                  "{}",
	                                  "{\"seed\":1}",
	                                  "{\"seed\":\"a\\u0000\"}",
	                                  "{\"seed\":\"" SEED_64 "\\u00e9\"}",
	                                  "{\"x\":1}",
	                                  "{\"mechanism\":\"lots\"}",
	                                  "{\"profile\":[1,]}",
	                                  "{\"students\":99999999999999999999}",
	                                  "{\"seed\":\"a\",\"seed\":\"a\"}"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena *arena = arena_new();
		struct allocation_file file = {STR("report.json"), str_of(bad[i])};
		struct allocation_report rep;
		struct allocation_fault f = {0};
		CHECK_INT(allocation_report_read(arena, &file, &rep, &f), ERR_SYNTAX);
		CHECK_INT(f.code, ALLOCATION_FAULT_REPORT);
		CHECK_STR(f.file, "report.json");
		CHECK(f.line >= 1);
		arena_free(arena);
	}
}

TAP_MAIN(TAP(test_only_the_solution_passes), TAP(test_every_cutoff_counts), TAP(test_files_as_written), TAP(test_no_byte_can_change),
         TAP(test_first_reason), TAP(test_seeds), TAP(test_report_files_that_are_not))
