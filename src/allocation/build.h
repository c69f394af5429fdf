/* Private to the folder: what an allocation keeps while it is built, and the sort that puts it in order. */
#pragma once
#include "allocation/problem.h"
#include "base/vec.h"

/* Ids to numbers in order of arrival. Slots hold hash << 32 | number + 1, 0 when empty. */
struct ids {
	VEC(struct str) list;
	uint64_t *slots;
	size_t mask;
};

struct build_pair {
	struct str student, option;
	bool forbid;
};
struct build_partners {
	struct str student, partner;
};
struct build_floor {
	struct str target;
	uint32_t group;
	uint32_t floor;
};

struct allocation_build {
	struct ids options, caps, students, groups;
	VEC(uint32_t) option_capacity;
	VEC(struct str) option_cap;
	VEC(uint32_t) cap_capacity;
	VEC(struct str) cap_parent;
	VEC(uint32_t) student_group;  /* ALLOCATION_NONE */
	VEC(uint8_t) student_defined; /* by allocation_add_student */
	VEC(int64_t) student_score;   /* of the first choice */
	VEC(uint8_t) student_chose;
	uint32_t *choice_student, *choice_option;
	uint16_t *choice_rank;
	int64_t *choice_score; /* NULL until a student has two */
	size_t nchoices, choices_room;
	bool choices_grouped; /* numbers of students never went down */
	VEC(struct build_floor) floors;
	VEC(struct build_pair) pairs;
	VEC(struct build_partners) partners;
	uint32_t last_student; /* the row before usually has the same */
};

/* Number of the id, added when it is new. ALLOCATION_NONE when there are too many. */
uint32_t ids_put(struct arena *arena, struct ids *ids, struct str id, bool *added);
uint32_t ids_get(const struct ids *ids, struct str id);

struct sort_item {
	uint64_t key;
	uint32_t index;
};
/* Ascending by key; equal keys by `cmp` of their indexes when there is one, else in their order. `tmp` has n items.
 * Gives whether anything moved. */
bool sort_items(struct sort_item *items, struct sort_item *tmp, size_t n, int (*cmp)(const void *arg, uint32_t a, uint32_t b),
                const void *arg);
/* The first eight bytes as a number that compares like them. */
uint64_t sort_prefix(struct str s);
