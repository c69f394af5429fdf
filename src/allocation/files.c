/* Reading seats, choices, caps, students, floors and pairs. What only shows when all is read (a cap that nobody defined, the
 * same choice twice) is traced back to its line by reading the file once more: errors are rare, line numbers cost room. */
#include "allocation/files.h"
#include "allocation/rows.h"

static enum err caps_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	int64_t capacity;
	TRY(rows_number(r, 2, &capacity, f));
	return allocation_add_cap(a, r->field[0], r->field[1], capacity, f);
}

static enum err seats_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	int64_t capacity;
	TRY(rows_number(r, 1, &capacity, f));
	return allocation_add_option(a, r->field[0], capacity, r->field[2], f);
}

static enum err students_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	return allocation_add_student(a, r->field[0], r->field[1], f);
}

static enum err choices_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	int64_t rank, score = 0;
	TRY(rows_number(r, 1, &rank, f));
	if (r->has[3]) TRY(rows_number(r, 3, &score, f));
	return allocation_add_choice(a, r->field[0], rank, r->field[2], score, f);
}

static enum err floors_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	int64_t floor;
	TRY(rows_number(r, 2, &floor, f));
	return allocation_add_floor(a, r->field[0], r->field[1], floor, f);
}

static enum err pairs_read(struct allocation *a, struct rows *r, struct allocation_fault *f)
{
	return allocation_add_pair(a, r->field[0], r->field[1], f);
}

/* Which row is at fault: the nth one whose fields `a` (and `b`, unless negative) hold the values. */
static void fault_trace(struct arena *arena, const struct allocation_file *file, const char *columns, int col_a, struct str value_a,
                        int col_b, struct str value_b, int nth, struct allocation_fault *f)
{
	struct allocation_fault none;
	struct rows r;
	bool more = true;
	f->file = file->name;
	if (!file->bytes.ptr || rows_open(&r, arena, file->name, file->bytes, columns, &none) != OK) return;
	while (rows_next(&r, &more, &none) == OK && more) {
		if (!str_eq(r.field[col_a], value_a) || (col_b >= 0 && !str_eq(r.field[col_b], value_b))) continue;
		if (--nth > 0) continue;
		f->line = r.row_line;
		return;
	}
}

static void fault_place(struct arena *arena, const struct allocation_files *files, struct allocation_fault *f)
{
	switch (f->code) {
	case ALLOCATION_FAULT_CAP_UNKNOWN:
		if (str_is(f->column, "parent"))
			fault_trace(arena, &files->caps, ALLOCATION_CAPS_COLUMNS, 0, f->other, -1, STR_NONE, 1, f);
		else
			fault_trace(arena, &files->seats, ALLOCATION_SEATS_COLUMNS, 0, f->other, -1, STR_NONE, 1, f);
		break;
	case ALLOCATION_FAULT_CAP_LOOP:
	case ALLOCATION_FAULT_CAP_DEEP:
		f->column = STR("parent");
		fault_trace(arena, &files->caps, ALLOCATION_CAPS_COLUMNS, 0, f->value, -1, STR_NONE, 1, f);
		break;
	case ALLOCATION_FAULT_CHOICE_TWICE:
		f->column = STR("option");
		fault_trace(arena, &files->choices, ALLOCATION_CHOICES_COLUMNS, 0, f->value, 2, f->other, 2, f);
		break;
	case ALLOCATION_FAULT_TARGET_UNKNOWN:
	case ALLOCATION_FAULT_TARGET_BOTH:
		f->column = STR("option_or_cap");
		fault_trace(arena, &files->floors, ALLOCATION_FLOORS_COLUMNS, 0, f->value, -1, STR_NONE, 1, f);
		break;
	case ALLOCATION_FAULT_FLOOR_TWICE:
		f->column = STR("group");
		fault_trace(arena, &files->floors, ALLOCATION_FLOORS_COLUMNS, 0, f->value, 1, f->other, 2, f);
		break;
	case ALLOCATION_FAULT_PAIR_UNKNOWN:
	case ALLOCATION_FAULT_PAIR_SELF:
	case ALLOCATION_FAULT_PAIR_TWICE: {
		/* Either may stand first in the row; of two such rows the second is too many. */
		struct allocation_fault turned = {0};
		fault_trace(arena, &files->pairs, ALLOCATION_PAIRS_COLUMNS, 0, f->value, 1, f->other, 1, f);
		fault_trace(arena, &files->pairs, ALLOCATION_PAIRS_COLUMNS, 0, f->other, 1, f->value, 1, &turned);
		bool other = f->code != ALLOCATION_FAULT_PAIR_SELF && turned.line > f->line;
		if (other) f->line = turned.line;
		f->column = other ? STR("partner") : STR("student");
		break;
	}
	default: break;
	}
}

/* Two rows with the same id: the fault also names the line of the first. */
static void fault_first(struct arena *arena, const struct allocation_file *file, const char *columns, struct allocation_fault *f)
{
	struct allocation_fault first = {0};
	fault_trace(arena, file, columns, 0, f->value, -1, STR_NONE, 1, &first);
	f->number = first.line;
}

static enum err file_read(struct allocation *a, const struct allocation_file *file, const char *columns,
                          enum err (*row)(struct allocation *, struct rows *, struct allocation_fault *), struct allocation_fault *f)
{
	struct arena *scratch = arena_new();
	struct arena_mark mark = arena_mark(scratch);
	struct rows r;
	bool more = true;
	enum err e = rows_open(&r, scratch, file->name, file->bytes, columns, f);
	r.passed = file->passed;
	while (e == OK && (e = rows_next(&r, &more, f)) == OK && more) {
		e = row(a, &r, f);
		if (e == OK) {
			if (r.copied) arena_rewind(scratch, mark);
			r.copied = false;
			continue;
		}
		rows_fault(&r, f, e);
		if (f->code == ALLOCATION_FAULT_TWICE) fault_first(a->arena, file, columns, f);
	}
	/* The value may lie in the scratch memory of this row. */
	if (e != OK) f->value = str_copy(a->arena, f->value);
	arena_free(scratch);
	return e;
}

/* About how many rows: as in the beginning, and some more. */
static size_t rows_guess(struct str bytes)
{
	enum { SAMPLE = 256 << 10 };
	size_t sample = bytes.len < SAMPLE ? bytes.len : SAMPLE, lines = 1;
	for (const char *p = bytes.ptr, *end = p + sample; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		lines++;
	return sample == bytes.len ? lines : (size_t)((unsigned __int128)bytes.len * lines / sample) + bytes.len / sample + lines;
}

enum err allocation_read(struct arena *arena, const struct allocation_files *files, struct allocation **out, struct allocation_fault *fault)
{
	struct allocation *a = allocation_new(arena);
	if (files->caps.bytes.ptr) TRY(file_read(a, &files->caps, ALLOCATION_CAPS_COLUMNS, caps_read, fault));
	TRY(file_read(a, &files->seats, ALLOCATION_SEATS_COLUMNS, seats_read, fault));
	if (files->students.bytes.ptr) TRY(file_read(a, &files->students, ALLOCATION_STUDENTS_COLUMNS, students_read, fault));
	if (files->choices.bytes.ptr) allocation_reserve_choices(a, rows_guess(files->choices.bytes));
	TRY(file_read(a, &files->choices, ALLOCATION_CHOICES_COLUMNS, choices_read, fault));
	if (files->floors.bytes.ptr) TRY(file_read(a, &files->floors, ALLOCATION_FLOORS_COLUMNS, floors_read, fault));
	if (files->pairs.bytes.ptr) TRY(file_read(a, &files->pairs, ALLOCATION_PAIRS_COLUMNS, pairs_read, fault));
	enum err e = allocation_finish(a, fault);
	if (e != OK)
		fault_place(arena, files, fault);
	else
		*out = a;
	return e;
}
