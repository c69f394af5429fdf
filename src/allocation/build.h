/* Private to the folder: what an allocation keeps while it is built, and the sort that puts it in order. */
#pragma once
#include "allocation/problem.h"
#include "base/vec.h"

/* Ids to numbers in order of arrival. While they arrive in byte order there are no slots: a new one comes after the last,
 * and one that is asked for again is looked for after the one before. The first that is elsewhere makes the slots.
 * A slot holds the first eight bytes of the id, so that short ids are compared where they are found. */
struct id_slot {
	uint64_t head;
	uint32_t number; /* + 1; 0: empty */
	uint32_t tag;    /* high bits of the hash, and the length up to 15 in the low four */
};
struct ids {
	VEC(struct str) list;
	struct id_slot *slots;
	size_t mask;
	size_t next; /* where to look first */
	char *room;  /* for the bytes of ids, one after the other */
	size_t left;
	bool in_order; /* list is in byte order, once it has slots perhaps not */
};

/* Choices of one student that came one after the other. */
struct build_run {
	uint32_t student, first;
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
	VEC(uint32_t) student_group; /* + 1; shorter than the list: 0 for the others */
	VEC(uint8_t) student_flags;
	VEC(int64_t) student_score; /* of the first choice */
	VEC(struct build_run) runs;
	uint32_t *choice_option;
	uint16_t *choice_rank;
	int64_t *choice_score; /* NULL until a student has two */
	size_t nchoices, choices_room;
	bool choices_grouped; /* numbers of students never went down */
	VEC(struct build_floor) floors;
	VEC(struct build_pair) pairs;
	VEC(struct build_partners) partners;
	uint32_t last_student; /* the row before usually has the same */
};

enum { STUDENT_DEFINED = 1 /* by allocation_add_student */, STUDENT_CHOSE = 2 };

/* Number of the id, added when it is new. ALLOCATION_NONE when there are too many. */
uint32_t ids_put(struct arena *arena, struct ids *ids, struct str id, bool *added);
uint32_t ids_get(struct arena *arena, struct ids *ids, struct str id);
bool id_right(struct str id);           /* not empty, no control character but tab and line ends */
int id_cmp(struct str a, struct str b); /* by bytes */

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
