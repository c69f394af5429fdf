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

TAP_MAIN(TAP(test_accepted), TAP(test_all_parts), TAP(test_refused), TAP(test_first_of_two))
