/* Reading the files: what is accepted, and what each fault says: file, line, column, value. */
#include "cases.h"

#define SEATS "option,capacity,cap\nkyoto,2,\nlund,1,\n"
#define CHOICES "student,rank,option,score\na,1,kyoto,5\n"

struct texts {
	const char *seats, *choices, *caps, *students, *floors;
};

static enum err read_texts(struct arena *arena, const struct texts *t, struct allocation **a, struct allocation_fault *f)
{
	struct allocation_files files = {{STR("seats.csv"), str_of(t->seats)},
	                                 {STR("choices.csv"), str_of(t->choices)},
	                                 {STR("caps.csv"), str_of(t->caps)},
	                                 {STR("students.csv"), str_of(t->students)},
	                                 {STR("floors.csv"), str_of(t->floors)}};
	*f = (struct allocation_fault){0};
	return allocation_read(arena, &files, a, f);
}

static void test_accepted(void)
{
	static const struct texts same[] = {
	    {"option,capacity\nx,1\n\"y,1\",0\n", "student,rank,option\ns,1,x\n", NULL, NULL, NULL},
	    {"option,capacity\r\nx,1\r\n\"y,1\",0\r\n", "student,rank,option\r\ns,1,x\r\n", NULL, NULL, NULL},
	    {"\xef\xbb\xbf"
	     "capacity,option\n1,x\n0,\"y,1\"",
	     "option,student,rank\n\"x\",\"s\",\"1\"", NULL, NULL, NULL},
	    {"\n\noption,capacity,cap\n\nx,1,\n\"y,1\",0,\n\n", "student,rank,option,score\ns,01,x,0\n", "cap,parent,capacity\n",
	     "student,group\n", "option_or_cap,group,floor\n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		struct arena *arena = arena_new();
		struct allocation *a;
		struct allocation_fault f;
		REQUIRE(read_texts(arena, &same[i], &a, &f) == OK);
		CHECK_INT(a->noptions, 2);
		CHECK_STR(a->options[0].id, "x");
		CHECK_INT(a->options[0].capacity, 1);
		CHECK_STR(a->options[1].id, "y,1");
		CHECK_INT(a->nchoices, 1);
		CHECK_STR(a->students[0], "s");
		CHECK_INT(a->score[0], 0);
		arena_free(arena);
	}
}

static void test_all_parts(void)
{
	struct arena *arena = arena_new();
	struct allocation *a;
	struct allocation_fault f;
	struct texts t = {"option,capacity,cap\nb,3,in\na,4,\n", "student,rank,option,score\nz,3,b,-4\nz,3,a,9\ny,70,b,1\n",
	                  "cap,parent,capacity\nin,out,2\nout,,9\n", "student,group\nx,\"say \"\"new\"\"\"\nz,old\n",
	                  "option_or_cap,group,floor\nout,old,1\na,old,2\n"};
	REQUIRE(read_texts(arena, &t, &a, &f) == OK);
	CHECK_INT(a->nstudents, 3);
	CHECK_STR(a->students[0], "x");
	CHECK_INT(a->off[1], 0);
	CHECK_STR(a->groups[a->group[0]], "say \"new\"");
	CHECK_INT(a->group[1], ALLOCATION_NONE);
	CHECK_INT(a->choice_option[a->off[2]], 0); /* z: a before b, tied */
	CHECK_INT(a->choice_score[a->off[2]], 9);
	CHECK_INT(a->score[2], 9);
	CHECK_INT(a->max_rank, 70);
	CHECK(a->ties);
	CHECK_STR(allocation_node_id(a, a->node_parent[1]), "in");
	CHECK_STR(allocation_node_id(a, a->node_parent[a->node_parent[1]]), "out");
	CHECK_INT(a->nfloors, 2);
	CHECK_INT(a->floors[0].node, 0);
	arena_free(arena);
}

struct bad {
	struct texts t;
	enum allocation_fault_code code;
	const char *file, *column, *value;
	int64_t line;
};
#define F(code) ALLOCATION_FAULT_##code
static const struct bad BAD[] = {
    {{NULL, CHOICES}, F(HEADER_MISSING), "seats.csv", NULL, NULL, 1},
    {{"\n\n", CHOICES}, F(HEADER_MISSING), "seats.csv", NULL, NULL, 2},
    {{SEATS, NULL}, F(HEADER_MISSING), "choices.csv", NULL, NULL, 1},
    {{"option,seats\n", CHOICES}, F(COLUMN_UNKNOWN), "seats.csv", NULL, "seats", 1},
    {{"option,capacity,cap,note\n", CHOICES}, F(COLUMN_UNKNOWN), "seats.csv", NULL, "note", 1},
    {{"option,capacity,a,b,c,d,e,f,g,h,i,j\n", CHOICES}, F(COLUMN_UNKNOWN), "seats.csv", NULL, "a", 1},
    {{"option,capacity,option\n", CHOICES}, F(COLUMN_TWICE), "seats.csv", "option", "option", 1},
    {{"option,cap\n", CHOICES}, F(COLUMN_MISSING), "seats.csv", "capacity", NULL, 1},
    {{SEATS, "student,rank,score\n"}, F(COLUMN_MISSING), "choices.csv", "option", NULL, 1},
    {{SEATS "x,1\n", CHOICES}, F(FIELD_COUNT), "seats.csv", NULL, NULL, 4},
    {{SEATS "x,1,,\n", CHOICES}, F(FIELD_COUNT), "seats.csv", NULL, NULL, 4},
    {{SEATS "x,1,a,b,c,d,e,f,g,h,i\n", CHOICES}, F(FIELD_COUNT), "seats.csv", NULL, NULL, 4},
    {{SEATS "x,\"1,\n\n", CHOICES}, F(QUOTE_OPEN), "seats.csv", NULL, "\"1,", 4},
    {{SEATS "\"a\nb\",1,\nx,\"1\"2,\n", CHOICES}, F(QUOTE_STRAY), "seats.csv", NULL, "\"1\"2,", 6},
    {{SEATS "x\"y,1,\n", CHOICES}, F(QUOTE_STRAY), "seats.csv", NULL, "x\"y,1,", 4},
    {{SEATS "x,1,\ry,1,\n", CHOICES}, F(LINE_END), "seats.csv", NULL, "", 4},
    {{SEATS "x,\xe9,\n", CHOICES}, F(UTF8), "seats.csv", NULL, NULL, 4},
    {{SEATS ",1,\n", CHOICES}, F(ID_EMPTY), "seats.csv", "option", "", 4},
    {{SEATS "a\x1f"
            "b,1,\n",
      CHOICES},
     F(ID_CONTROL),
     "seats.csv",
     "option",
     "a\x1f"
     "b",
     4},
    {{SEATS "x,one,\n", CHOICES}, F(NUMBER), "seats.csv", "capacity", "one", 4},
    {{SEATS "x,,\n", CHOICES}, F(NUMBER), "seats.csv", "capacity", "", 4},
    {{SEATS "x,-,\n", CHOICES}, F(NUMBER), "seats.csv", "capacity", "-", 4},
    {{SEATS "x,1.5,\n", CHOICES}, F(NUMBER), "seats.csv", "capacity", "1.5", 4},
    {{SEATS "x,99999999999999999999,\n", CHOICES}, F(NUMBER), "seats.csv", "capacity", "99999999999999999999", 4},
    {{SEATS "x,-1,\n", CHOICES}, F(RANGE), "seats.csv", "capacity", "-1", 4},
    {{SEATS "x,1000000001,\n", CHOICES}, F(RANGE), "seats.csv", "capacity", "1000000001", 4},
    {{SEATS, CHOICES "b,0,lund,5\n"}, F(RANGE), "choices.csv", "rank", "0", 3},
    {{SEATS, CHOICES "b,70000,lund,5\n"}, F(RANGE), "choices.csv", "rank", "70000", 3},
    {{SEATS, CHOICES "b,1,lund,9223372036854775807\n"}, F(RANGE), "choices.csv", "score", "9223372036854775807", 3},
    {{SEATS, CHOICES "b,1,lund,\n"}, F(NUMBER), "choices.csv", "score", "", 3},
    {{SEATS, CHOICES "b,1,oslo,5\n"}, F(OPTION_UNKNOWN), "choices.csv", "option", "oslo", 3},
    {{SEATS, CHOICES "b,1,lund,5\na,2,kyoto,5\n"}, F(CHOICE_TWICE), "choices.csv", "option", "a", 4},
    {{SEATS "lund,1,\n", CHOICES}, F(TWICE), "seats.csv", "option", "lund", 4},
    {{"option,capacity,cap\nx,1,asia\n", CHOICES}, F(OPTION_UNKNOWN), "choices.csv", "option", "kyoto", 2},
    {{SEATS "x,1,asia\n", CHOICES}, F(CAP_UNKNOWN), "seats.csv", "cap", "asia", 4},
    {{SEATS, CHOICES, "cap,parent,capacity\na,b,1\n"}, F(CAP_UNKNOWN), "caps.csv", "parent", "b", 2},
    {{SEATS, CHOICES, "cap,parent,capacity\nz,,1\na,b,1\nb,a,1\n"}, F(CAP_LOOP), "caps.csv", "parent", "a", 3},
    {{SEATS, CHOICES, "cap,parent,capacity\na,a,1\n"}, F(CAP_LOOP), "caps.csv", "parent", "a", 2},
    {{SEATS, CHOICES, NULL, "student,group\na,x\na,x\n"}, F(TWICE), "students.csv", "student", "a", 3},
    {{SEATS, CHOICES, NULL, NULL, "option_or_cap,group,floor\noslo,g,1\n"}, F(TARGET_UNKNOWN), "floors.csv", "option_or_cap", "oslo", 2},
    {{SEATS, CHOICES, NULL, NULL, "option_or_cap,group,floor\nlund,g,1\nlund,g,1\n"}, F(FLOOR_TWICE), "floors.csv", "group", "lund", 3},
    {{SEATS, CHOICES, NULL, NULL, "option_or_cap,group,floor\nlund,,1\n"}, F(ID_EMPTY), "floors.csv", "group", "", 2},
    {{SEATS, CHOICES, NULL, NULL, "option_or_cap,group,floor\nlund,g,-2\n"}, F(RANGE), "floors.csv", "floor", "-2", 2},
    {{SEATS, CHOICES, "cap,parent,capacity\nlund,,1\n", NULL, "option_or_cap,group,floor\nlund,g,1\n"},
     F(TARGET_BOTH),
     "floors.csv",
     "option_or_cap",
     "lund",
     2},
};

static void test_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct arena *arena = arena_new();
		struct allocation *a;
		struct allocation_fault f;
		int before = tap.failures;
		CHECK(read_texts(arena, &BAD[i].t, &a, &f) != OK);
		CHECK_Z(allocation_fault_name(f.code), allocation_fault_name(BAD[i].code));
		CHECK_STR(f.file, BAD[i].file);
		CHECK_INT(f.line, BAD[i].line);
		CHECK_STR(f.column.len ? f.column : STR_NONE, BAD[i].column);
		CHECK_STR(f.value.len ? f.value : STR_NONE, BAD[i].value && *BAD[i].value ? BAD[i].value : NULL);
		if (tap.failures > before) printf("# in case %zu\n", i);
		arena_free(arena);
	}
}

static void test_first_of_two(void)
{
	struct arena *arena = arena_new();
	struct allocation *a;
	struct allocation_fault f;
	struct texts t = {SEATS "lund,4,\n", CHOICES, NULL, NULL, NULL};
	CHECK(read_texts(arena, &t, &a, &f) != OK);
	CHECK_INT(f.number, 3);
	t = (struct texts){SEATS, CHOICES "b,1,lund,5\na,2,kyoto,5\n", NULL, NULL, NULL};
	CHECK(read_texts(arena, &t, &a, &f) != OK);
	CHECK_STR(f.other, "kyoto");
	arena_free(arena);
}

/* As many caps one above the other as may be, the top ones last in the file, last and first in byte order; then one more. */
static void test_deep_caps(void)
{
	for (int round = 0; round < 4; round++) {
		struct arena *arena = arena_new();
		struct allocation *a;
		struct allocation_fault f = {0};
		struct sb caps;
		int more = round / 2, n = ALLOCATION_CAPS_ABOVE + more, low = round % 2 ? n - 1 : 0, step = round % 2 ? -1 : 1;
		sb_init(&caps, arena, 100000);
		sb_addz(&caps, "cap,parent,capacity\n");
		for (int k = 0; k < n; k++)
			sb_fmt(&caps, k + 1 < n ? "c%04d,c%04d,1\n" : "c%04d,,1\n", low + k * step, low + (k + 1) * step);
		struct texts t = {str_z(arena, str_fmt(arena, "option,capacity,cap\no,1,c%04d\np,1,c0040\n", low)),
		                  "student,rank,option\ns,1,o\nt,1,p\n", str_z(arena, sb_str(&caps)), NULL, NULL};
		CHECK_INT(read_texts(arena, &t, &a, &f) == OK, !more);
		if (more) {
			CHECK_Z(allocation_fault_name(f.code), "cap_deep");
			CHECK_STR(f.file, "caps.csv");
			CHECK_INT(f.line, 2);
			CHECK_STR(f.column, "parent");
			CHECK_STR(f.value, low ? "c1024" : "c0000");
			CHECK_INT(f.number, ALLOCATION_CAPS_ABOVE);
			CHECK_INT(f.high, ALLOCATION_CAPS_ABOVE - 1);
		}
		for (int m = 0; !more && m < ALLOCATION_MECHANISM_COUNT; m++) {
			struct allocation_options options = {
			    .mechanism = (enum allocation_mechanism)m, .seed = STR("s"), .hmac = hmac_sha256};
			struct allocation_result r;
			REQUIRE(allocation_solve(arena, a, &options, &r, &f) == OK);
			CHECK_INT(r.placed, 1);
		}
		arena_free(arena);
	}
}

/* One question large enough to be read in many blocks, written in several ways. */
enum { LARGE_S = 30000, LARGE_O = 300, LARGE_K = 9 };
enum form { PLAIN, CRLF, QUOTED, OTHER_COLUMNS, ROWS_MIXED, BY_RANK, FORMS };

/* Ids of 2 to 60 bytes, many with the same beginning, some not ASCII, a few that only fit between quotes. */
static void id_put(struct sb *out, enum form form, char kind, int number)
{
	static const char *const tails[] = {"", "x", "-partner", "-\xc3\xa9tudiant de l'universit\xc3\xa9 d'en face"};
	bool odd = number % 50 == 17, quotes = odd || form == QUOTED;
	sb_fmt(out, "%s%s%c%d%s%s%s", quotes ? "\"" : "", number % 7 ? "" : "long-and-the-same-", kind, number, tails[number % 4],
	       odd ? " said \"\"no\"\",\nand went" : "", quotes ? "\"" : "");
}

static void large_row(struct sb *out, enum form form, int row)
{
	struct rand_seeded rnd = {(uint64_t)(row / LARGE_K) * 1000003};
	int first = below(&rnd, LARGE_O), step = 1 + below(&rnd, LARGE_O / LARGE_K - 1), s = row / LARGE_K, k = row % LARGE_K;
	int o = (first + k * step) % LARGE_O, rank = 1 + k - (k > 0 && s % 3 == 0), score = s % 50 - 25 + (s % 11 ? 0 : k);
	if (form != OTHER_COLUMNS) {
		id_put(out, form, 's', s);
		sb_fmt(out, form == QUOTED ? ",\"%d\"," : ",%d,", rank);
		id_put(out, form, 'o', o);
		sb_fmt(out, ",%d", score);
	} else {
		sb_fmt(out, "%d,", score);
		id_put(out, form, 'o', o);
		sb_fmt(out, ",%d,", rank);
		id_put(out, form, 's', s);
	}
	sb_addz(out, form == CRLF ? "\r\n" : "\n");
}

static struct str large_choices(struct arena *arena, enum form form)
{
	struct sb out;
	int n = LARGE_S * LARGE_K, *order = ARENA_ARRAY(arena, int, n);
	struct rand_seeded rnd = {7};
	for (int i = 0; i < n; i++) {
		int j = form == ROWS_MIXED ? below(&rnd, i + 1) : i;
		order[i] = order[j];
		order[j] = form == BY_RANK ? i % LARGE_S * LARGE_K + i / LARGE_S : i;
	}
	sb_init(&out, arena, 1 << 26);
	sb_addz(&out, form == CRLF            ? "student,rank,option,score\r\n"
	              : form == OTHER_COLUMNS ? "score,option,rank,student\n"
	                                      : "student,rank,option,score\n");
	for (int i = 0; i < n; i++)
		large_row(&out, form, order[i]);
	CHECK(!sb_failed(&out));
	return sb_str(&out);
}

static struct str large_seats(struct arena *arena, enum form form)
{
	struct sb out;
	sb_init(&out, arena, 1 << 20);
	sb_addz(&out, "option,capacity\n");
	for (int i = 0; i < LARGE_O; i++) {
		int o = form == ROWS_MIXED ? (i * 7 + 3) % LARGE_O : i;
		id_put(&out, form, 'o', o);
		sb_fmt(&out, ",%d\n", o % 120);
	}
	return sb_str(&out);
}

/* What was passed is spoilt at once: nobody may need it. */
static struct {
	const char *to;
	int calls;
} passing;
static void spoil(struct str bytes)
{
	CHECK(bytes.ptr == passing.to);
	passing.to = bytes.ptr + bytes.len;
	passing.calls++;
	union {
		const char *ptr;
		char *writable;
	} at = {bytes.ptr};
	memset(at.writable, '"', bytes.len);
}

static struct str large_result(struct arena *arena, enum form form)
{
	struct allocation_files files = {{STR("seats.csv"), large_seats(arena, form)}, {STR("choices.csv"), large_choices(arena, form)}};
	struct allocation_fault f = {0};
	struct allocation *a;
	struct sb out;
	passing.to = files.choices.bytes.ptr;
	passing.calls = 0;
	files.choices.passed = spoil;
	sb_init(&out, arena, 1 << 26);
	if (allocation_read(arena, &files, &a, &f) != OK) {
		printf("# %s, line %lld\n", allocation_fault_name(f.code), (long long)f.line);
		return STR_NONE;
	}
	CHECK(passing.to == files.choices.bytes.ptr + files.choices.bytes.len);
	CHECK(passing.calls > 1);
	CHECK_INT(a->nchoices, LARGE_S * LARGE_K);
	for (int m = ALLOCATION_SERIAL; m <= ALLOCATION_DEFERRED; m++) {
		struct allocation_result r;
		struct allocation_options options = {.mechanism = (enum allocation_mechanism)m, .seed = STR("large"), .hmac = hmac_sha256};
		if (allocation_solve(arena, a, &options, &r, &f) != OK) return STR_NONE;
		CHECK(r.placed > 10000 && r.placed < LARGE_S);
		allocation_write_placements(&out, &r);
		allocation_write_certificate(&out, &r);
	}
	return sb_str(&out);
}

static void test_large_in_any_form(void)
{
	struct arena *plain = arena_new();
	struct str want = large_result(plain, PLAIN);
	REQUIRE(want.len > 1000000);
	for (int form = PLAIN + 1; form < FORMS; form++) {
		struct arena *arena = arena_new();
		int before = tap.failures;
		CHECK(str_eq(large_result(arena, (enum form)form), want));
		if (tap.failures > before) printf("# in form %d\n", form);
		arena_free(arena);
	}
	arena_free(plain);
}

/* Far down in a large file a fault names its line, whichever block it lies in and whatever came before. */
static void test_large_faults(void)
{
	static const struct {
		const char *row;
		enum allocation_fault_code code;
		int64_t below; /* lines of the row before the one at fault */
	} cases[] = {
	    {"a,1,o1x,5,6\n", F(FIELD_COUNT), 0},
	    {"a,1,o1x,five\n", F(NUMBER), 0},
	    {"a,1,\xe9,5\n", F(UTF8), 0},
	    {"a\"b,1,o1x,5\n", F(QUOTE_STRAY), 0},
	    {"\"a,1,o1x,5\n", F(QUOTE_OPEN), 0},
	    {"a,1,nowhere,5\n", F(OPTION_UNKNOWN), 0},
	    {"a,1,o1x\r,5\n", F(LINE_END), 0},
	    {"\"a\n\xe9\",1,o1x,5\n", F(UTF8), 1},
	    {"s1x,1,o1x,5\ns1x,9,o1x,5\n", F(CHOICE_TWICE), 0},
	};
	struct arena *arena = arena_new();
	struct str all = large_choices(arena, PLAIN), seats = large_seats(arena, PLAIN);
	struct arena_mark mark = arena_mark(arena);
	struct rand_seeded rnd = {11};
	for (int round = 0; round < 40; round++) {
		size_t k = (size_t)round % ARRAY_LEN(cases), at = (size_t)below(&rnd, (int)all.len - 5000);
		int64_t line = 1;
		while (at > 0 && !(all.ptr[at - 1] == '\n' && all.ptr[at] != 'a')) /* "and went" goes on a row */
			at++;
		for (size_t i = 0; i < at; i++)
			line += all.ptr[i] == '\n';
		struct str head = {all.ptr, at}, tail = {all.ptr + at, 4000};
		while (all.ptr[at + tail.len - 1] != '\n' || all.ptr[at + tail.len] == 'a')
			tail.len++;
		if (cases[k].code == F(QUOTE_OPEN)) tail.len = 0; /* the next quote would be taken for its end */
		struct allocation_files files = {
		    {STR("seats.csv"), seats},
		    {STR("choices.csv"), str_concat(arena, str_concat(arena, head, str_of(cases[k].row)), tail)}};
		struct allocation_fault f = {0};
		struct allocation *a;
		CHECK(allocation_read(arena, &files, &a, &f) != OK);
		CHECK_Z(allocation_fault_name(f.code), allocation_fault_name(cases[k].code));
		if (cases[k].code != F(CHOICE_TWICE)) CHECK_INT(f.line, line + cases[k].below);
		CHECK_STR(f.file, "choices.csv");
		arena_rewind(arena, mark);
	}
	arena_free(arena);
}

TAP_MAIN(TAP(test_accepted), TAP(test_all_parts), TAP(test_refused), TAP(test_first_of_two), TAP(test_deep_caps),
         TAP(test_large_in_any_form), TAP(test_large_faults))
