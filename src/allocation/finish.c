/* Finishing an allocation: everything in byte order of id, references resolved, the forest and later rounds checked. */
#include "allocation/build.h"
#include "allocation/problem.h"

static int ids_cmp(const void *arg, uint32_t a, uint32_t b)
{
	const struct str *list = arg;
	return id_cmp(list[a], list[b]);
}

/* New number of the old one. */
static inline uint32_t placed(const uint32_t *place, uint32_t number) { return place ? place[number] : number; }

/* place[old number] = new number, NULL when all stay as they are. */
static struct str *ids_order(struct arena *arena, struct ids *ids, uint32_t **place)
{
	size_t n = ids->list.len;
	ids->slots = arena_shrink(arena, ids->slots, 0);
	ids->list.ptr = arena_shrink(arena, ids->list.ptr, n * sizeof(*ids->list.ptr));
	*place = NULL;
	if (!n || ids->in_order) return ids->list.ptr;
	*place = ARENA_ARRAY(arena, uint32_t, n);
	struct sort_item *items = ARENA_ARRAY(arena, struct sort_item, n);
	struct sort_item *tmp = ARENA_ARRAY(arena, struct sort_item, n);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct sort_item){sort_prefix(ids->list.ptr[i]), (uint32_t)i};
	sort_items(items, tmp, n, ids_cmp, ids->list.ptr);
	for (size_t i = 0; i < n; i++)
		(*place)[items[i].index] = (uint32_t)i;
	arena_shrink(arena, items, 0);
	arena_shrink(arena, tmp, 0);
	struct str *list = ARENA_ARRAY(arena, struct str, n);
	for (size_t i = 0; i < n; i++)
		list[(*place)[i]] = ids->list.ptr[i];
	return list;
}

static enum err fault_ids(struct allocation_fault *f, enum allocation_fault_code code, struct str value, struct str other)
{
	*f = (struct allocation_fault){.code = code, .value = value, .other = other};
	return ERR_INVALID;
}

/* A way up that comes back to where it was goes in a circle; marks keep the walks linear. depth: caps from there up, with it. */
static enum err caps_check(const struct allocation *a, struct allocation_fault *f)
{
	struct arena_mark mark = arena_mark(a->arena);
	uint32_t *seen = ARENA_ARRAY(a->arena, uint32_t, a->ncaps), *depth = ARENA_ARRAY(a->arena, uint32_t, a->ncaps);
	for (uint32_t c = 0; c < a->ncaps; c++) {
		uint32_t at = c, n = 0;
		for (; at != ALLOCATION_NONE && !seen[at]; n++) {
			seen[at] = c + 1;
			at = a->caps[at].parent;
		}
		if (at != ALLOCATION_NONE && seen[at] == c + 1) return fault_ids(f, ALLOCATION_FAULT_CAP_LOOP, a->caps[at].id, STR_NONE);
		uint32_t below = n + (at == ALLOCATION_NONE ? 0 : depth[at]);
		for (at = c; n; n--, at = a->caps[at].parent)
			depth[at] = below--;
	}
	for (uint32_t c = 0; c < a->ncaps; c++) {
		if (depth[c] <= ALLOCATION_CAPS_ABOVE) continue;
		fault_ids(f, ALLOCATION_FAULT_CAP_DEEP, a->caps[c].id, STR_NONE);
		f->number = depth[c] - 1;
		f->high = ALLOCATION_CAPS_ABOVE - 1;
		return ERR_INVALID;
	}
	arena_rewind(a->arena, mark);
	return OK;
}

static enum err caps_finish(struct allocation *a, uint32_t **place, struct allocation_fault *f)
{
	struct allocation_build *b = a->build;
	struct str *list = ids_order(a->arena, &b->caps, place);
	a->ncaps = (uint32_t)b->caps.list.len;
	a->caps = ARENA_ARRAY(a->arena, struct allocation_cap, a->ncaps);
	for (uint32_t i = 0; i < a->ncaps; i++) {
		struct allocation_cap *cap = &a->caps[placed(*place, i)];
		struct str parent = b->cap_parent.ptr[i];
		uint32_t p = parent.len ? ids_get(a->arena, &b->caps, parent) : ALLOCATION_NONE;
		if (parent.len && p == ALLOCATION_NONE) {
			fault_ids(f, ALLOCATION_FAULT_CAP_UNKNOWN, parent, b->caps.list.ptr[i]);
			f->column = STR("parent");
			return ERR_INVALID;
		}
		cap->id = list[placed(*place, i)];
		cap->capacity = b->cap_capacity.ptr[i];
		cap->parent = p == ALLOCATION_NONE ? p : placed(*place, p);
	}
	return caps_check(a, f);
}

static enum err options_finish(struct allocation *a, const uint32_t *cap_place, uint32_t **place, struct allocation_fault *f)
{
	struct allocation_build *b = a->build;
	struct str *list = ids_order(a->arena, &b->options, place);
	a->noptions = (uint32_t)b->options.list.len;
	a->options = ARENA_ARRAY(a->arena, struct allocation_option, a->noptions);
	for (uint32_t i = 0; i < a->noptions; i++) {
		struct allocation_option *option = &a->options[placed(*place, i)];
		struct str cap = b->option_cap.ptr[i];
		uint32_t c = cap.len ? ids_get(a->arena, &b->caps, cap) : ALLOCATION_NONE;
		if (cap.len && c == ALLOCATION_NONE) {
			fault_ids(f, ALLOCATION_FAULT_CAP_UNKNOWN, cap, b->options.list.ptr[i]);
			f->column = STR("cap");
			return ERR_INVALID;
		}
		option->id = list[placed(*place, i)];
		option->capacity = b->option_capacity.ptr[i];
		option->cap = c == ALLOCATION_NONE ? c : placed(cap_place, c);
	}
	uint32_t nodes = a->noptions + a->ncaps;
	a->node_parent = ARENA_ARRAY(a->arena, uint32_t, nodes);
	a->node_capacity = ARENA_ARRAY(a->arena, uint32_t, nodes);
	for (uint32_t v = 0; v < nodes; v++) {
		bool is_option = v < a->noptions;
		uint32_t up = is_option ? a->options[v].cap : a->caps[v - a->noptions].parent;
		a->node_parent[v] = up == ALLOCATION_NONE ? up : a->noptions + up;
		a->node_capacity[v] = is_option ? a->options[v].capacity : a->caps[v - a->noptions].capacity;
	}
	return OK;
}

static void students_finish(struct allocation *a, uint32_t **place, const uint32_t *group_place)
{
	struct allocation_build *b = a->build;
	a->nstudents = (uint32_t)b->students.list.len;
	a->students = ids_order(a->arena, &b->students, place);
	if (*place) {
		a->score = ARENA_ARRAY(a->arena, int64_t, a->nstudents);
		for (uint32_t i = 0; i < a->nstudents; i++)
			a->score[(*place)[i]] = b->student_score.ptr[i];
		arena_shrink(a->arena, b->student_score.ptr, 0);
		arena_shrink(a->arena, b->students.list.ptr, 0);
	} else {
		a->score = arena_shrink(a->arena, b->student_score.ptr, a->nstudents * sizeof(*a->score));
	}
	arena_shrink(a->arena, b->student_flags.ptr, 0);
	if (!b->student_group.len) return;
	a->group = ARENA_ARRAY(a->arena, uint32_t, a->nstudents);
	memset(a->group, 0xff, a->nstudents * sizeof(*a->group));
	for (uint32_t i = 0; i < b->student_group.len; i++)
		if (b->student_group.ptr[i]) a->group[placed(*place, i)] = placed(group_place, b->student_group.ptr[i] - 1);
	arena_shrink(a->arena, b->student_group.ptr, 0);
}

/* Rows of one student after those of the student before, students in order: everything stays where it is. */
static void choices_keep(struct allocation *a)
{
	struct allocation_build *b = a->build;
	size_t m = b->nchoices;
	a->choice_option = arena_shrink(a->arena, b->choice_option, m * sizeof(*a->choice_option));
	a->choice_rank = arena_shrink(a->arena, b->choice_rank, m * sizeof(*a->choice_rank));
	a->choice_score = arena_shrink(a->arena, b->choice_score, m * sizeof(*a->choice_score));
}

static void choices_move(struct allocation *a, const uint32_t *student_place)
{
	struct allocation_build *b = a->build;
	size_t m = b->nchoices;
	a->choice_option = ARENA_ARRAY(a->arena, uint32_t, m);
	a->choice_rank = ARENA_ARRAY(a->arena, uint16_t, m);
	if (b->choice_score) a->choice_score = ARENA_ARRAY(a->arena, int64_t, m);
	uint32_t *next = arena_copy(a->arena, a->off, a->nstudents * sizeof(*next));
	VEC_EACH (run, &b->runs) {
		size_t last = run + 1 < b->runs.ptr + b->runs.len ? run[1].first : m;
		for (size_t i = run->first; i < last; i++) {
			uint32_t to = next[placed(student_place, run->student)]++;
			a->choice_option[to] = b->choice_option[i];
			a->choice_rank[to] = b->choice_rank[i];
			if (a->choice_score) a->choice_score[to] = b->choice_score[i];
		}
	}
	arena_shrink(a->arena, next, 0);
	arena_shrink(a->arena, b->choice_option, 0);
	arena_shrink(a->arena, b->choice_rank, 0);
	arena_shrink(a->arena, b->choice_score, 0);
}

/* By student. */
static void choices_group(struct allocation *a, const uint32_t *student_place, const uint32_t *option_place)
{
	struct allocation_build *b = a->build;
	size_t m = b->nchoices;
	a->nchoices = (uint32_t)m;
	a->off = ARENA_ARRAY(a->arena, uint32_t, (size_t)a->nstudents + 1);
	VEC_EACH (run, &b->runs)
		a->off[placed(student_place, run->student) + 1] +=
		    (uint32_t)(run + 1 < b->runs.ptr + b->runs.len ? run[1].first : m) - run->first;
	for (uint32_t s = 0; s < a->nstudents; s++)
		a->off[s + 1] += a->off[s];
	if (!student_place && b->choices_grouped)
		choices_keep(a);
	else
		choices_move(a, student_place);
	arena_shrink(a->arena, b->runs.ptr, 0);
	for (size_t i = 0; option_place && i < m; i++)
		a->choice_option[i] = option_place[a->choice_option[i]];
}

static inline uint64_t choice_key(const struct allocation *a, uint32_t i)
{
	return (uint64_t)a->choice_rank[i] << 32 | a->choice_option[i];
}

/* By insertion while lists are short, as they are. */
static void short_list_sort(struct allocation *a, uint32_t from, uint32_t to)
{
	for (uint32_t i = from + 1; i < to; i++) {
		uint64_t key = choice_key(a, i);
		int64_t score = a->choice_score ? a->choice_score[i] : 0;
		uint32_t j = i;
		for (; j > from && key < choice_key(a, j - 1); j--) {
			a->choice_rank[j] = a->choice_rank[j - 1];
			a->choice_option[j] = a->choice_option[j - 1];
			if (a->choice_score) a->choice_score[j] = a->choice_score[j - 1];
		}
		a->choice_rank[j] = (uint16_t)(key >> 32);
		a->choice_option[j] = (uint32_t)key;
		if (a->choice_score) a->choice_score[j] = score;
	}
}

static void list_sort(struct allocation *a, uint32_t from, uint32_t to)
{
	enum { SHORT = 32 };
	if (to - from <= SHORT) {
		short_list_sort(a, from, to);
		return;
	}
	struct arena_mark mark = arena_mark(a->arena);
	size_t n = to - from;
	struct sort_item *items = ARENA_ARRAY(a->arena, struct sort_item, n * 2);
	int64_t *scores = a->choice_score ? arena_copy(a->arena, a->choice_score + from, n * sizeof(*scores)) : NULL;
	for (size_t i = 0; i < n; i++)
		items[i] = (struct sort_item){choice_key(a, from + (uint32_t)i), (uint32_t)i};
	sort_items(items, items + n, n, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		a->choice_rank[from + i] = (uint16_t)(items[i].key >> 32);
		a->choice_option[from + i] = (uint32_t)items[i].key;
		if (scores) a->choice_score[from + i] = scores[items[i].index];
	}
	arena_rewind(a->arena, mark);
}

/* Each list by rank, then option; the same option twice is a fault. stamp[option] is the last student who had it. */
static enum err lists_finish(struct allocation *a, struct allocation_fault *f)
{
	struct arena_mark mark = arena_mark(a->arena);
	uint32_t *stamp = ARENA_ARRAY(a->arena, uint32_t, a->noptions);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t from = a->off[s], to = a->off[s + 1];
		bool sorted = true;
		for (uint32_t i = from; i < to; i++) {
			uint32_t o = a->choice_option[i];
			if (stamp[o] == s + 1) return fault_ids(f, ALLOCATION_FAULT_CHOICE_TWICE, a->students[s], a->options[o].id);
			stamp[o] = s + 1;
			if (i > from && choice_key(a, i) < choice_key(a, i - 1)) sorted = false;
		}
		if (!sorted) list_sort(a, from, to);
		for (uint32_t i = from; i < to; i++) {
			if (i > from && a->choice_rank[i] == a->choice_rank[i - 1]) a->ties = true;
			if (a->choice_score && (i == from || a->choice_score[i] > a->score[s])) a->score[s] = a->choice_score[i];
		}
		if (to > from && a->choice_rank[to - 1] > a->max_rank) a->max_rank = a->choice_rank[to - 1];
	}
	arena_rewind(a->arena, mark);
	return OK;
}

static enum err floors_finish(struct allocation *a, const uint32_t *option_place, const uint32_t *cap_place, const uint32_t *group_place,
                              struct allocation_fault *f)
{
	struct allocation_build *b = a->build;
	size_t n = b->floors.len;
	a->nfloors = (uint32_t)n;
	a->floors = ARENA_ARRAY(a->arena, struct allocation_floor, n);
	struct sort_item *items = ARENA_ARRAY(a->arena, struct sort_item, n * 2);
	for (size_t i = 0; i < n; i++) {
		const struct build_floor *floor = &b->floors.ptr[i];
		uint32_t o = ids_get(a->arena, &b->options, floor->target), c = ids_get(a->arena, &b->caps, floor->target);
		if (o == ALLOCATION_NONE && c == ALLOCATION_NONE)
			return fault_ids(f, ALLOCATION_FAULT_TARGET_UNKNOWN, floor->target, STR_NONE);
		if (o != ALLOCATION_NONE && c != ALLOCATION_NONE)
			return fault_ids(f, ALLOCATION_FAULT_TARGET_BOTH, floor->target, STR_NONE);
		uint32_t node = o != ALLOCATION_NONE ? placed(option_place, o) : a->noptions + placed(cap_place, c);
		items[i] = (struct sort_item){(uint64_t)node << 32 | placed(group_place, floor->group), (uint32_t)i};
	}
	sort_items(items, items + n, n, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		uint32_t node = (uint32_t)(items[i].key >> 32), group = (uint32_t)items[i].key;
		if (i && items[i].key == items[i - 1].key)
			return fault_ids(f, ALLOCATION_FAULT_FLOOR_TWICE, allocation_node_id(a, node), a->groups[group]);
		a->floors[i] = (struct allocation_floor){node, group, b->floors.ptr[items[i].index].floor};
	}
	return OK;
}

static enum err pair_finish(struct allocation *a, const struct build_pair *pair, struct allocation_fault *f)
{
	uint32_t s = allocation_find_student(a, pair->student);
	if (s == ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_STUDENT_UNKNOWN, pair->student, STR_NONE);
	uint32_t o = allocation_find_option(a, pair->option);
	if (o == ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_OPTION_UNKNOWN, pair->option, STR_NONE);
	uint32_t i = allocation_find_choice(a, s, o);
	if (i == ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_NOT_LISTED, pair->student, pair->option);
	if (pair->forbid) {
		if (!a->choice_forbidden) a->choice_forbidden = ARENA_ARRAY(a->arena, uint8_t, a->nchoices);
		a->choice_forbidden[i] = 1;
		return OK;
	}
	if (!a->fixed) {
		a->fixed = ARENA_ARRAY(a->arena, uint32_t, a->nstudents);
		memset(a->fixed, 0xff, a->nstudents * sizeof(*a->fixed));
	}
	if (a->fixed[s] != ALLOCATION_NONE && a->fixed[s] != i)
		return fault_ids(f, ALLOCATION_FAULT_FIXED_TWICE, pair->student, pair->option);
	a->fixed[s] = i;
	return OK;
}

static enum err rounds_finish(struct allocation *a, struct allocation_fault *f)
{
	VEC_EACH (pair, &a->build->pairs)
		TRY(pair_finish(a, pair, f));
	if (!a->fixed) return OK;
	uint32_t nodes = a->noptions + a->ncaps;
	uint32_t *load = ARENA_ARRAY(a->arena, uint32_t, nodes);
	for (uint32_t s = 0; s < a->nstudents; s++) {
		if (a->fixed[s] == ALLOCATION_NONE) continue;
		if (allocation_choice_forbidden(a, a->fixed[s]))
			return fault_ids(f, ALLOCATION_FAULT_FIXED_TWICE, a->students[s], a->options[a->choice_option[a->fixed[s]]].id);
		for (uint32_t v = a->choice_option[a->fixed[s]]; v != ALLOCATION_NONE; v = a->node_parent[v])
			load[v]++;
	}
	for (uint32_t v = 0; v < nodes; v++) {
		if (load[v] <= a->node_capacity[v]) continue;
		fault_ids(f, ALLOCATION_FAULT_FIXED_OVER, allocation_node_id(a, v), STR_NONE);
		f->number = load[v];
		f->high = a->node_capacity[v];
		return ERR_INVALID;
	}
	return OK;
}

static enum err partner_set(struct allocation *a, struct str student, struct str partner, struct allocation_fault *f)
{
	uint32_t s = allocation_find_student(a, student), p = allocation_find_student(a, partner);
	if (s == ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_PAIR_UNKNOWN, student, partner);
	if (p == ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_PAIR_UNKNOWN, partner, student);
	if (s == p) return fault_ids(f, ALLOCATION_FAULT_PAIR_SELF, student, partner);
	if (a->partner[s] != ALLOCATION_NONE) return fault_ids(f, ALLOCATION_FAULT_PAIR_TWICE, student, partner);
	a->partner[s] = p;
	return OK;
}

static enum err partners_finish(struct allocation *a, struct allocation_fault *f)
{
	if (!a->build->partners.len) return OK;
	a->partner = ARENA_ARRAY(a->arena, uint32_t, a->nstudents);
	memset(a->partner, 0xff, a->nstudents * sizeof(*a->partner));
	VEC_EACH (pair, &a->build->partners) {
		TRY(partner_set(a, pair->student, pair->partner, f));
		TRY(partner_set(a, pair->partner, pair->student, f));
	}
	return OK;
}

enum err allocation_finish(struct allocation *a, struct allocation_fault *fault)
{
	struct allocation_build *b = a->build;
	uint32_t *cap_place, *option_place, *group_place, *student_place;
	TRY(caps_finish(a, &cap_place, fault));
	TRY(options_finish(a, cap_place, &option_place, fault));
	a->groups = ids_order(a->arena, &b->groups, &group_place);
	a->ngroups = (uint32_t)b->groups.list.len;
	students_finish(a, &student_place, group_place);
	choices_group(a, student_place, option_place);
	arena_shrink(a->arena, student_place, 0);
	TRY(lists_finish(a, fault));
	TRY(floors_finish(a, option_place, cap_place, group_place, fault));
	TRY(rounds_finish(a, fault));
	TRY(partners_finish(a, fault));
	a->build = NULL;
	return OK;
}

uint32_t allocation_find_student(const struct allocation *a, struct str id)
{
	uint32_t low = 0, high = a->nstudents;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c = id_cmp(a->students[mid], id);
		if (c == 0) return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return ALLOCATION_NONE;
}

uint32_t allocation_find_option(const struct allocation *a, struct str id)
{
	uint32_t low = 0, high = a->noptions;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c = id_cmp(a->options[mid].id, id);
		if (c == 0) return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return ALLOCATION_NONE;
}

uint32_t allocation_find_choice(const struct allocation *a, uint32_t student, uint32_t option)
{
	for (uint32_t i = a->off[student]; i < a->off[student + 1]; i++)
		if (a->choice_option[i] == option) return i;
	return ALLOCATION_NONE;
}
