/* Building an allocation: rows become numbers in order of arrival; finish.c puts them in order. */
#include "allocation/problem.h"
#include "allocation/build.h"

const char *allocation_fault_name(enum allocation_fault_code code)
{
	static const char *const names[] = {
#define X(code, name) name,
	    ALLOCATION_FAULTS(X)
#undef X
	};
	return (size_t)code < ARRAY_LEN(names) ? names[code] : names[0];
}

static uint32_t id_hash(struct str id)
{
	uint64_t h = id.len * 0x9e3779b97f4a7c15u;
	const char *p = id.ptr;
	size_t left = id.len;
	while (left) {
		uint64_t word = 0;
		size_t take = left < 8 ? left : 8;
		memcpy(&word, p, take);
		h = (h ^ word) * 0xd6e8feb86659fd93u;
		h ^= h >> 32;
		p += take;
		left -= take;
	}
	h *= 0xd6e8feb86659fd93u;
	return (uint32_t)(h >> 32);
}

static bool id_same(struct str a, struct str b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); }

static void ids_rehash(struct arena *arena, struct ids *ids, size_t room)
{
	uint64_t *old = ids->slots;
	size_t old_room = old ? ids->mask + 1 : 0;
	ids->slots = ARENA_ARRAY(arena, uint64_t, room);
	ids->mask = room - 1;
	for (size_t i = 0; i < old_room; i++) {
		if (!old[i]) continue;
		size_t at = (old[i] >> 32) & ids->mask;
		while (ids->slots[at])
			at = (at + 1) & ids->mask;
		ids->slots[at] = old[i];
	}
}

/* The slot of the id, or the empty one where it belongs. */
static size_t ids_slot(const struct ids *ids, struct str id, uint32_t hash)
{
	size_t at = hash & ids->mask;
	while (ids->slots[at]) {
		uint64_t slot = ids->slots[at];
		if (slot >> 32 == hash && id_same(ids->list.ptr[(uint32_t)slot - 1], id)) break;
		at = (at + 1) & ids->mask;
	}
	return at;
}

uint32_t ids_get(const struct ids *ids, struct str id)
{
	if (!ids->slots) return ALLOCATION_NONE;
	uint64_t slot = ids->slots[ids_slot(ids, id, id_hash(id))];
	return slot ? (uint32_t)slot - 1 : ALLOCATION_NONE;
}

uint32_t ids_put(struct arena *arena, struct ids *ids, struct str id, bool *added)
{
	*added = false;
	if (ids->list.len * 3 >= (ids->slots ? ids->mask + 1 : 0) * 2) ids_rehash(arena, ids, ids->slots ? (ids->mask + 1) * 2 : 64);
	uint32_t hash = id_hash(id);
	size_t at = ids_slot(ids, id, hash);
	if (ids->slots[at]) return (uint32_t)ids->slots[at] - 1;
	if (ids->list.len >= UINT32_MAX / 2) return ALLOCATION_NONE;
	*added = true;
	*VEC_PUSH(arena, &ids->list) = (struct str){arena_copy(arena, id.ptr, id.len), id.len};
	ids->slots[at] = (uint64_t)hash << 32 | (uint32_t)ids->list.len;
	return (uint32_t)ids->list.len - 1;
}

struct allocation *allocation_new(struct arena *arena)
{
	struct allocation *a = ARENA_NEW(arena, struct allocation);
	a->arena = arena;
	a->build = ARENA_NEW(arena, struct allocation_build);
	a->build->last_student = ALLOCATION_NONE;
	a->build->choices_grouped = true;
	return a;
}

static enum err fault_is(struct allocation_fault *f, enum allocation_fault_code code, const char *column, struct str value)
{
	*f = (struct allocation_fault){.code = code, .column = str_of(column), .value = value};
	return ERR_INVALID;
}

static enum err fault_range(struct allocation_fault *f, const char *column, int64_t number, int64_t low, int64_t high)
{
	*f =
	    (struct allocation_fault){.code = ALLOCATION_FAULT_RANGE, .column = str_of(column), .number = number, .low = low, .high = high};
	return ERR_INVALID;
}

/* An id is any text but the empty one; the unit separator joins ids in the lottery, so no id may hold it. */
static enum err id_check(struct str id, const char *column, struct allocation_fault *f)
{
	if (!id.len) return fault_is(f, ALLOCATION_FAULT_ID_EMPTY, column, STR(""));
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.ptr[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return fault_is(f, ALLOCATION_FAULT_ID_CONTROL, column, id);
	}
	return OK;
}

static enum err id_add(struct allocation *a, struct ids *ids, struct str id, const char *column, struct allocation_fault *f)
{
	TRY(id_check(id, column, f));
	bool added;
	if (ids_put(a->arena, ids, id, &added) == ALLOCATION_NONE) return fault_is(f, ALLOCATION_FAULT_TOO_MANY, column, id);
	return added ? OK : fault_is(f, ALLOCATION_FAULT_TWICE, column, id);
}

static struct str id_copy(struct allocation *a, struct str id)
{
	return id.len ? (struct str){arena_copy(a->arena, id.ptr, id.len), id.len} : STR_NONE;
}

enum err allocation_add_cap(struct allocation *a, struct str id, struct str parent, int64_t capacity, struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	if (capacity < 0 || capacity > ALLOCATION_CAPACITY_MAX) return fault_range(fault, "capacity", capacity, 0, ALLOCATION_CAPACITY_MAX);
	TRY(id_add(a, &b->caps, id, "cap", fault));
	if (parent.len) TRY(id_check(parent, "parent", fault));
	*VEC_PUSH(a->arena, &b->cap_capacity) = (uint32_t)capacity;
	*VEC_PUSH(a->arena, &b->cap_parent) = id_copy(a, parent);
	return OK;
}

enum err allocation_add_option(struct allocation *a, struct str id, int64_t capacity, struct str cap, struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	if (capacity < 0 || capacity > ALLOCATION_CAPACITY_MAX) return fault_range(fault, "capacity", capacity, 0, ALLOCATION_CAPACITY_MAX);
	TRY(id_add(a, &b->options, id, "option", fault));
	if (cap.len) TRY(id_check(cap, "cap", fault));
	*VEC_PUSH(a->arena, &b->option_capacity) = (uint32_t)capacity;
	*VEC_PUSH(a->arena, &b->option_cap) = id_copy(a, cap);
	return OK;
}

static enum err student_put(struct allocation *a, struct str id, uint32_t *student, struct allocation_fault *f)
{
	struct allocation_build *b = a->build;
	if (b->last_student != ALLOCATION_NONE && id_same(b->students.list.ptr[b->last_student], id)) {
		*student = b->last_student;
		return OK;
	}
	TRY(id_check(id, "student", f));
	bool added;
	*student = ids_put(a->arena, &b->students, id, &added);
	if (*student == ALLOCATION_NONE) return fault_is(f, ALLOCATION_FAULT_TOO_MANY, "student", id);
	if (added) {
		*VEC_PUSH(a->arena, &b->student_group) = ALLOCATION_NONE;
		(void)VEC_PUSH(a->arena, &b->student_defined);
		(void)VEC_PUSH(a->arena, &b->student_score);
		(void)VEC_PUSH(a->arena, &b->student_chose);
	}
	b->last_student = *student;
	return OK;
}

enum err allocation_add_student(struct allocation *a, struct str id, struct str group, struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	uint32_t student;
	TRY(student_put(a, id, &student, fault));
	if (b->student_defined.ptr[student]) return fault_is(fault, ALLOCATION_FAULT_TWICE, "student", id);
	b->student_defined.ptr[student] = 1;
	if (!group.len) return OK;
	TRY(id_check(group, "group", fault));
	bool added;
	b->student_group.ptr[student] = ids_put(a->arena, &b->groups, group, &added);
	return OK;
}

void allocation_reserve_choices(struct allocation *a, size_t n)
{
	struct allocation_build *b = a->build;
	if (n <= b->choices_room) return;
	size_t old = b->choices_room;
	b->choice_student = arena_grow(a->arena, b->choice_student, old * sizeof(uint32_t), n * sizeof(uint32_t));
	b->choice_option = arena_grow(a->arena, b->choice_option, old * sizeof(uint32_t), n * sizeof(uint32_t));
	b->choice_rank = arena_grow(a->arena, b->choice_rank, old * sizeof(uint16_t), n * sizeof(uint16_t));
	if (b->choice_score) b->choice_score = arena_grow(a->arena, b->choice_score, old * sizeof(int64_t), n * sizeof(int64_t));
	b->choices_room = n;
}

/* One score per student is enough until somebody has two. */
static void scores_spread(struct allocation *a)
{
	struct allocation_build *b = a->build;
	b->choice_score = ARENA_ARRAY(a->arena, int64_t, b->choices_room);
	for (size_t i = 0; i < b->nchoices; i++)
		b->choice_score[i] = b->student_score.ptr[b->choice_student[i]];
}

enum err allocation_add_choice(struct allocation *a, struct str student, int64_t rank, struct str option, int64_t score,
                               struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	if (rank < 1 || rank > ALLOCATION_RANK_MAX) return fault_range(fault, "rank", rank, 1, ALLOCATION_RANK_MAX);
	/* Half the range, so that a difference of two scores is a number too. */
	if (score < -(INT64_MAX / 2) || score > INT64_MAX / 2) return fault_range(fault, "score", score, -(INT64_MAX / 2), INT64_MAX / 2);
	uint32_t s, o;
	TRY(student_put(a, student, &s, fault));
	o = ids_get(&b->options, option);
	if (o == ALLOCATION_NONE) {
		TRY(id_check(option, "option", fault));
		return fault_is(fault, ALLOCATION_FAULT_OPTION_UNKNOWN, "option", option);
	}
	if (b->nchoices >= UINT32_MAX - 1) return fault_is(fault, ALLOCATION_FAULT_TOO_MANY, "student", student);
	if (b->nchoices == b->choices_room) allocation_reserve_choices(a, b->choices_room ? b->choices_room * 2 : 64);
	if (!b->student_chose.ptr[s]) {
		b->student_chose.ptr[s] = 1;
		b->student_score.ptr[s] = score;
	} else if (!b->choice_score && score != b->student_score.ptr[s]) {
		scores_spread(a);
	}
	size_t i = b->nchoices++;
	if (i && b->choice_student[i - 1] > s) b->choices_grouped = false;
	b->choice_student[i] = s;
	b->choice_option[i] = o;
	b->choice_rank[i] = (uint16_t)rank;
	if (b->choice_score) b->choice_score[i] = score;
	return OK;
}

enum err allocation_add_floor(struct allocation *a, struct str option_or_cap, struct str group, int64_t floor,
                              struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	if (floor < 0 || floor > ALLOCATION_CAPACITY_MAX) return fault_range(fault, "floor", floor, 0, ALLOCATION_CAPACITY_MAX);
	TRY(id_check(option_or_cap, "option_or_cap", fault));
	TRY(id_check(group, "group", fault));
	bool added;
	uint32_t g = ids_put(a->arena, &b->groups, group, &added);
	*VEC_PUSH(a->arena, &b->floors) = (struct build_floor){.target = id_copy(a, option_or_cap), .group = g, .floor = (uint32_t)floor};
	return OK;
}

static enum err pair_add(struct allocation *a, struct str student, struct str option, bool forbid, struct allocation_fault *f)
{
	TRY(id_check(student, "student", f));
	TRY(id_check(option, "option", f));
	*VEC_PUSH(a->arena, &a->build->pairs) =
	    (struct build_pair){.student = id_copy(a, student), .option = id_copy(a, option), .forbid = forbid};
	return OK;
}

enum err allocation_fix(struct allocation *a, struct str student, struct str option, struct allocation_fault *fault)
{
	return pair_add(a, student, option, false, fault);
}

enum err allocation_forbid(struct allocation *a, struct str student, struct str option, struct allocation_fault *fault)
{
	return pair_add(a, student, option, true, fault);
}

enum err allocation_add_pair(struct allocation *a, struct str student, struct str partner, struct allocation_fault *fault)
{
	TRY(id_check(student, "student", fault));
	TRY(id_check(partner, "partner", fault));
	*VEC_PUSH(a->arena, &a->build->partners) = (struct build_partners){id_copy(a, student), id_copy(a, partner)};
	return OK;
}
