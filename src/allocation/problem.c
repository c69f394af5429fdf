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

static inline uint64_t load(const char *p, size_t n)
{
	uint64_t word = 0;
	memcpy(&word, p, n);
	return word;
}

/* The first eight bytes, zeros after the end. */
static inline uint64_t id_head(struct str id)
{
	if (id.len >= 8) return load(id.ptr, 8);
	if (id.len >= 4) return load(id.ptr, 4) | load(id.ptr + id.len - 4, 4) << (id.len - 4) * 8;
	uint64_t word = 0;
	for (size_t i = 0; i < id.len; i++)
		word |= (uint64_t)(unsigned char)id.ptr[i] << i * 8;
	return word;
}

static inline uint64_t id_hash(struct str id, uint64_t head)
{
	uint64_t h = (head ^ id.len * 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
	for (size_t i = 8; i < id.len; i += 8) {
		h ^= h >> 32;
		h = (h ^ load(id.ptr + (i + 8 <= id.len ? i : id.len - 8), 8)) * 0xd6e8feb86659fd93u;
	}
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static inline uint32_t id_tag(struct str id, uint64_t hash)
{
	return ((uint32_t)(hash >> 32) & ~15u) | (id.len < 15 ? (uint32_t)id.len : 15);
}

static inline bool id_same(struct str a, struct str b)
{
	if (a.len != b.len) return false;
	if (a.len < 8 || a.len > 16) return a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0;
	return load(a.ptr, 8) == load(b.ptr, 8) && load(a.ptr + a.len - 8, 8) == load(b.ptr + b.len - 8, 8);
}

int id_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int c = common ? memcmp(a.ptr, b.ptr, common) : 0;
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

static void ids_slots(struct arena *arena, struct ids *ids, size_t room)
{
	arena_shrink(arena, ids->slots, 0);
	ids->slots = ARENA_ARRAY(arena, struct id_slot, room);
	ids->mask = room - 1;
	for (size_t i = 0; i < ids->list.len; i++) {
		struct str id = ids->list.ptr[i];
		uint64_t head = id_head(id), hash = id_hash(id, head);
		size_t at = hash & ids->mask;
		while (ids->slots[at].number)
			at = (at + 1) & ids->mask;
		ids->slots[at] = (struct id_slot){head, (uint32_t)i + 1, id_tag(id, hash)};
	}
}

/* The slot of the id, or the empty one where it belongs. */
static struct id_slot *ids_slot(const struct ids *ids, struct str id, uint64_t head, uint64_t hash)
{
	uint32_t tag = id_tag(id, hash);
	for (size_t at = hash & ids->mask;; at = (at + 1) & ids->mask) {
		struct id_slot *slot = &ids->slots[at];
		if (!slot->number) return slot;
		if (slot->head != head || slot->tag != tag) continue;
		if (id.len <= 8 || id_same(ids->list.ptr[slot->number - 1], id)) return slot;
	}
}

/* Is it one of the next few after the one that was found before? */
static bool ids_near(struct ids *ids, struct str id, uint32_t *number)
{
	enum { NEAR = 8 };
	for (size_t i = ids->next; i < ids->list.len && i < ids->next + NEAR; i++) {
		if (!id_same(ids->list.ptr[i], id)) continue;
		*number = (uint32_t)i;
		ids->next = i + 1;
		return true;
	}
	return false;
}

static size_t ids_room(const struct ids *ids)
{
	size_t room = 64;
	while (ids->list.len * 3 >= room * 2)
		room *= 2;
	return room;
}

uint32_t ids_get(struct arena *arena, struct ids *ids, struct str id)
{
	if (!ids->list.len) return ALLOCATION_NONE;
	if (!ids->slots) ids_slots(arena, ids, ids_room(ids));
	uint64_t head = id_head(id);
	return ids_slot(ids, id, head, id_hash(id, head))->number - 1;
}

static uint32_t ids_append(struct arena *arena, struct ids *ids, struct str id)
{
	enum { ROOM = 64 << 10 };
	if (id.len > ids->left) {
		ids->left = id.len > ROOM ? id.len : ids->list.len < 64 ? 1024 + id.len : ROOM;
		ids->room = arena_room(arena, ids->left);
	}
	if (id.len) memcpy(ids->room, id.ptr, id.len);
	*VEC_PUSH(arena, &ids->list) = (struct str){ids->room, id.len};
	ids->room += id.len;
	ids->left -= id.len;
	ids->next = ids->list.len;
	return (uint32_t)ids->list.len - 1;
}

uint32_t ids_put(struct arena *arena, struct ids *ids, struct str id, bool *added)
{
	size_t n = ids->list.len;
	bool after = n == 0 || id_cmp(ids->list.ptr[n - 1], id) < 0;
	*added = false;
	if (!ids->slots) {
		uint32_t near;
		if (!after && ids_near(ids, id, &near)) return near;
		if (!after) ids_slots(arena, ids, ids_room(ids));
	} else if (n * 3 >= (ids->mask + 1) * 2) {
		ids_slots(arena, ids, (ids->mask + 1) * 2);
	}
	struct id_slot *slot = NULL;
	uint64_t head = 0, hash = 0;
	if (ids->slots) {
		head = id_head(id);
		hash = id_hash(id, head);
		slot = ids_slot(ids, id, head, hash);
		if (slot->number) return slot->number - 1;
	}
	if (n >= UINT32_MAX / 2) return ALLOCATION_NONE;
	*added = true;
	ids->in_order = (n == 0 || ids->in_order) && after;
	uint32_t number = ids_append(arena, ids, id);
	if (slot) *slot = (struct id_slot){head, number + 1, id_tag(id, hash)};
	return number;
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
bool id_right(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.ptr[i];
		bool c1 = c == 0xc2 && i + 1 < id.len && (unsigned char)id.ptr[i + 1] < 0xa0;
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f || c1) return false;
	}
	return id.len > 0;
}

static enum err id_check(struct str id, const char *column, struct allocation_fault *f)
{
	if (!id.len) return fault_is(f, ALLOCATION_FAULT_ID_EMPTY, column, STR(""));
	return id_right(id) ? OK : fault_is(f, ALLOCATION_FAULT_ID_CONTROL, column, id);
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
		(void)VEC_PUSH(a->arena, &b->student_flags);
		(void)VEC_PUSH(a->arena, &b->student_score);
	}
	b->last_student = *student;
	return OK;
}

enum err allocation_add_student(struct allocation *a, struct str id, struct str group, struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	uint32_t student;
	TRY(student_put(a, id, &student, fault));
	if (b->student_flags.ptr[student] & STUDENT_DEFINED) return fault_is(fault, ALLOCATION_FAULT_TWICE, "student", id);
	b->student_flags.ptr[student] |= STUDENT_DEFINED;
	if (!group.len) return OK;
	TRY(id_check(group, "group", fault));
	bool added;
	while (b->student_group.len <= student)
		(void)VEC_PUSH(a->arena, &b->student_group);
	b->student_group.ptr[student] = ids_put(a->arena, &b->groups, group, &added) + 1;
	return OK;
}

void allocation_reserve_choices(struct allocation *a, size_t n)
{
	struct allocation_build *b = a->build;
	if (n <= b->choices_room) return;
	size_t old = b->choices_room;
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
	for (size_t k = 0; k < b->runs.len; k++) {
		size_t to = k + 1 < b->runs.len ? b->runs.ptr[k + 1].first : b->nchoices;
		for (size_t i = b->runs.ptr[k].first; i < to; i++)
			b->choice_score[i] = b->student_score.ptr[b->runs.ptr[k].student];
	}
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
	o = ids_get(a->arena, &b->options, option);
	if (o == ALLOCATION_NONE) {
		TRY(id_check(option, "option", fault));
		return fault_is(fault, ALLOCATION_FAULT_OPTION_UNKNOWN, "option", option);
	}
	if (b->nchoices >= UINT32_MAX - 1) return fault_is(fault, ALLOCATION_FAULT_TOO_MANY, "student", student);
	if (b->nchoices == b->choices_room) allocation_reserve_choices(a, b->choices_room + b->choices_room / 4 + 64);
	if (!(b->student_flags.ptr[s] & STUDENT_CHOSE)) {
		b->student_flags.ptr[s] |= STUDENT_CHOSE;
		b->student_score.ptr[s] = score;
	} else if (!b->choice_score && score != b->student_score.ptr[s]) {
		scores_spread(a);
	}
	size_t i = b->nchoices++;
	const struct build_run *run = b->runs.len ? &b->runs.ptr[b->runs.len - 1] : NULL;
	if (!run || run->student != s) {
		if (run && run->student > s) b->choices_grouped = false;
		*VEC_PUSH(a->arena, &b->runs) = (struct build_run){s, (uint32_t)i};
	}
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
