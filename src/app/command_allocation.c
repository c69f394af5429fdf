/* The command `allocation`: arguments and files around the library, and its faults as sentences. */
#include "app/command_allocation.h"
#include "allocation/result.h"
#include "allocation/value.h"
#include "allocation/verify.h"
#include "allocation/why.h"
#include "app/app.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "platform/crypto/hash.h"
#include "platform/i18n/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum argument {
	ARG_SEATS,
	ARG_CHOICES,
	ARG_CAPS,
	ARG_STUDENTS,
	ARG_FLOORS,
	ARG_PAIRS,
	ARG_MECHANISM,
	ARG_SEED,
	ARG_OUT,
	ARG_THREADS,
	ARG_RESULT,
	ARG_STUDENT,
	ARG_OPTION,
	ARG_JSON,
	ARG_HELP,
	ARG_COUNT
};
static const char *const ARGUMENTS[ARG_COUNT] = {"--seats",  "--choices",   "--caps",   "--students", "--floors",
                                                 "--pairs",  "--mechanism", "--seed",   "--out",      "--threads",
                                                 "--result", "--student",   "--option", "--json",     "--help"};
#define BIT(argument) (1u << (argument))
enum {
	INPUT_ARGS =
	    BIT(ARG_SEATS) | BIT(ARG_CHOICES) | BIT(ARG_CAPS) | BIT(ARG_STUDENTS) | BIT(ARG_FLOORS) | BIT(ARG_PAIRS) | BIT(ARG_HELP),
	INPUT_NEEDED = BIT(ARG_SEATS) | BIT(ARG_CHOICES),
};

struct job {
	const char *value[ARG_COUNT];
	unsigned given;
	struct allocation_files files;
	uint8_t input_sha256[32];
	struct allocation *a;
	int64_t read_us;
};

static enum err arguments_read(struct cx *cx, int argc, char **argv, unsigned allowed, unsigned needed, struct job *job)
{
	for (int i = 1; i < argc; i++) {
		int k = 0;
		while (k < ARG_COUNT && (strcmp(argv[i], ARGUMENTS[k]) != 0 || !(allowed & BIT(k))))
			k++;
		if (k == ARG_COUNT) return fail(cx, ERR_SYNTAX, NULL, M_allocation_argument_unknown, ARG_Z("value", argv[i]));
		if (job->given & BIT(k)) return fail(cx, ERR_SYNTAX, NULL, M_allocation_argument_twice, ARG_Z("value", argv[i]));
		job->given |= BIT(k);
		if (k == ARG_JSON || k == ARG_HELP) continue;
		if (++i == argc) return fail(cx, ERR_SYNTAX, NULL, M_allocation_argument_value, ARG_Z("value", ARGUMENTS[k]));
		job->value[k] = argv[i];
	}
	for (int k = 0; k < ARG_COUNT && !(job->given & BIT(ARG_HELP)); k++)
		if (needed & BIT(k) && !job->value[k])
			return fail(cx, ERR_SYNTAX, NULL, M_allocation_argument_missing, ARG_Z("value", ARGUMENTS[k]));
	return OK;
}

static enum err io_failed(struct cx *cx, int msg, const char *path)
{
	char text[128];
	return fail(cx, ERR_IO, NULL, msg, ARG_Z("value", path),
	            ARG_S("other", str_copy(cx->arena, str_of(strerror_r(errno, text, sizeof(text))))));
}

/* What was read of a mapped file need not stay in memory; should it be needed again, it is read again. */
static void bytes_leave(struct str bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)bytes.ptr & ~(page - 1);
	uintptr_t to = ((uintptr_t)bytes.ptr + bytes.len) & ~(page - 1);
	if (to > from) madvise((void *)from, to - from, MADV_DONTNEED);
}

/* Regular files are mapped, so that a large input is not held twice; anything else is read to its end. */
static enum err bytes_read(struct cx *cx, const char *path, struct str *out, bool *mapped)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0) {
		enum err e = io_failed(cx, M_allocation_io_read, path);
		if (fd >= 0) close(fd);
		return e;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0) {
		void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		enum err e = p == MAP_FAILED ? io_failed(cx, M_allocation_io_read, path) : OK;
		close(fd);
		*out = (struct str){p, (size_t)st.st_size};
		*mapped = e == OK;
		return e;
	}
	struct sb all;
	sb_init(&all, cx->arena, (size_t)1 << 40);
	ssize_t n;
	while ((n = read(fd, sb_reserve(&all, 65536), 65536)) > 0)
		all.len += (size_t)n;
	enum err e = n < 0 ? io_failed(cx, M_allocation_io_read, path) : OK;
	close(fd);
	*out = sb_str(&all);
	return e;
}

static enum err file_open(struct cx *cx, const char *path, struct allocation_file *file)
{
	if (!path) return OK;
	bool mapped = false;
	file->name = str_of(path);
	TRY(bytes_read(cx, path, &file->bytes, &mapped));
	if (mapped) file->passed = bytes_leave;
	return OK;
}

static struct str where(struct cx *cx, const struct allocation_fault *f)
{
	int msg = f->column.len ? M_allocation_where_column : f->line ? M_allocation_where_line : M_allocation_where_file;
	return tr(cx, msg, ARG_S("file", f->file), ARG_N("line", f->line), ARG_S("column", f->column));
}

/* What a file holds must neither cut a message short nor command a terminal. */
static struct str visible(struct cx *cx, struct str s)
{
	struct sb b;
	sb_init(&b, cx->arena, s.len * 4 + 1);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i], next = i + 1 < s.len ? (unsigned char)s.ptr[i + 1] : 0;
		bool c1 = c == 0xc2 && next >= 0x80 && next < 0xa0;
		if (c1) c = next;
		if (c < 0x20 || c == 0x7f || c1)
			sb_fmt(&b, "\\x%02x", c);
		else
			sb_char(&b, (char)c);
		i += c1;
	}
	return s.ptr ? sb_str(&b) : s;
}

static enum err fault_say(struct cx *cx, enum err e, const struct allocation_fault *f)
{
	int msg = msg_find(str_fmt(cx->arena, "allocation_fault_%s", allocation_fault_name(f->code)));
	char *field = arena_copy(cx->arena, f->column.ptr ? f->column.ptr : "", f->column.len + 1);
	field[f->column.len] = 0;
	return fail(cx, e, field, msg, ARG_S("where", where(cx, f)), ARG_S("value", visible(cx, f->value)),
	            ARG_S("other", visible(cx, f->other)), ARG_S("expected", f->expected), ARG_S("column", f->column),
	            ARG_N("number", f->number), ARG_N("low", f->low), ARG_N("high", f->high));
}

static enum err wrong_say(struct cx *cx, const struct allocation_wrong *w, struct str file)
{
	if (w->code == ALLOCATION_WRONG_FILE) return fault_say(cx, ERR_REFUSED, &w->fault);
	int msg = msg_find(str_fmt(cx->arena, "allocation_wrong_%s", allocation_wrong_name(w->code)));
	struct allocation_fault place = {.file = file, .line = w->line};
	return fail(cx, ERR_REFUSED, NULL, msg, ARG_S("where", where(cx, &place)), ARG_S("student", visible(cx, w->student)),
	            ARG_S("option", visible(cx, w->option)), ARG_S("other", visible(cx, w->other)), ARG_S("field", w->field),
	            ARG_S("found", visible(cx, w->text_found)), ARG_S("expected", visible(cx, w->text_expected)), ARG_N("number", w->found),
	            ARG_N("high", w->expected));
}

static void digest_add(struct sha256 *h, const struct allocation_file *file)
{
	for (size_t at = 0, step = (size_t)4 << 20; at < file->bytes.len; at += step) {
		struct str part = str_sub(file->bytes, at, step);
		sha256_add(h, part.ptr, part.len);
		if (file->passed) file->passed(part);
	}
}

static enum err input_read(struct cx *cx, struct job *job)
{
	struct allocation_file *const files[] = {&job->files.seats,    &job->files.choices, &job->files.caps,
	                                         &job->files.students, &job->files.floors,  &job->files.pairs};
	int64_t from = clock_monotonic_us();
	for (int k = ARG_SEATS; k <= ARG_PAIRS; k++)
		TRY(file_open(cx, job->value[k], files[k - ARG_SEATS]));
	struct allocation_fault f = {0};
	/* A file that cannot be read is refused: the command itself was used rightly. */
	if (allocation_read(cx->arena, &job->files, &job->a, &f) != OK) return fault_say(cx, ERR_INVALID, &f);
	job->read_us = clock_monotonic_us() - from;
	struct sha256 h;
	sha256_init(&h);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		digest_add(&h, files[i]);
	sha256_end(&h, job->input_sha256);
	return OK;
}

/* Whole or not at all: written beside and renamed. */
static enum err file_write(struct cx *cx, const char *dir, const char *name, struct str bytes)
{
	const char *path = str_z(cx->arena, str_fmt(cx->arena, "%s/%s", dir, name));
	const char *beside = str_z(cx->arena, str_fmt(cx->arena, "%s/.%s.%ld", dir, name, (long)getpid()));
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) return io_failed(cx, M_allocation_io_write, path);
	size_t done = 0;
	while (done < bytes.len) {
		ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) break;
		done += (size_t)n;
	}
	bool written = done == bytes.len;
	enum err e = OK;
	if (!written) e = io_failed(cx, M_allocation_io_write, path);
	if (close(fd) != 0 && e == OK) e = io_failed(cx, M_allocation_io_write, path);
	if (e == OK && rename(beside, path) != 0) e = io_failed(cx, M_allocation_io_write, path);
	if (e != OK) unlink(beside);
	return e;
}

static int64_t peak_bytes(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

static enum err result_write(struct cx *cx, struct job *job, const struct allocation_result *r, int64_t solve_us)
{
	const char *dir = job->value[ARG_OUT];
	struct sb placements, certificate, report;
	size_t cap = (size_t)1 << 40;
	sb_init(&placements, cx->arena, cap);
	sb_init(&certificate, cx->arena, cap);
	sb_init(&report, cx->arena, cap);
	if (mkdir(dir, 0777) != 0 && errno != EEXIST) return io_failed(cx, M_allocation_io_write, dir);
	allocation_write_placements(&placements, r);
	allocation_write_certificate(&certificate, r);
	struct allocation_measures m = {job->read_us, solve_us, peak_bytes()};
	allocation_write_report(&report, r, job->input_sha256, &m);
	TRY(file_write(cx, dir, "placements.csv", sb_str(&placements)));
	TRY(file_write(cx, dir, "certificate.csv", sb_str(&certificate)));
	TRY(file_write(cx, dir, "report.json", sb_str(&report)));
	if (job->given & BIT(ARG_JSON)) fwrite(report.ptr, 1, report.len, stdout);
	return OK;
}

static void line(struct str text) { printf("%.*s\n", STR_ARG(text)); }

static bool limit_reached(const struct allocation_result *r)
{
	return r->floor_search.limit && r->floor_search.state == ALLOCATION_FLOORS_LIMIT;
}

/* What may be said of the mechanism here, shown with every result. */
static void properties_say(struct cx *cx, const struct allocation_result *r)
{
	const struct allocation_properties *p = allocation_properties(r->options.mechanism);
	const enum allocation_holds holds[] = {p->strategy_proof, p->stable, p->pareto_efficient, p->most_placed};
	static const int msg[] = {M_allocation_property_strategy_proof, M_allocation_property_stable, M_allocation_property_pareto,
	                          M_allocation_property_most};
	for (size_t i = 0; i < ARRAY_LEN(holds); i++) {
		bool cut_short = msg[i] == M_allocation_property_pareto && limit_reached(r);
		int word = cut_short || holds[i] == ALLOCATION_NO           ? M_allocation_holds_no
		           : r->allocation->partner                         ? M_allocation_holds_pairs
		           : allocation_holds_here(r->allocation, holds[i]) ? M_allocation_holds_yes
		           : holds[i] == ALLOCATION_WHEN_STRICT             ? M_allocation_holds_ties
		           : holds[i] == ALLOCATION_WITHOUT_FLOORS          ? M_allocation_holds_floors
		           : holds[i] == ALLOCATION_WHEN_ONE_SCORE          ? M_allocation_holds_scores
		                                                            : M_allocation_holds_no;
		line(tr(cx, msg[i], ARG_M("holds", word)));
	}
}

/* Where floors at caps were not decided within the limit, nobody may think that they were. */
static void floors_say(struct cx *cx, const struct allocation_result *r)
{
	const struct allocation_floor_search *s = &r->floor_search;
	if (!limit_reached(r)) return;
	line(tr(cx, M_allocation_floors_limit, ARG_N("number", s->limit), ARG_N("found", r->group_shortfall), ARG_N("low", s->at_least)));
}

static struct str mechanism_names(struct cx *cx)
{
	struct sb b;
	sb_init(&b, cx->arena, 256);
	for (int m = 0; m < ALLOCATION_MECHANISM_COUNT; m++)
		sb_fmt(&b, "%s%s", m ? ", " : "", allocation_properties((enum allocation_mechanism)m)->name);
	return sb_str(&b);
}

static enum err allocation_do_run(struct cx *cx, struct job *job)
{
	struct allocation_options options = {.seed = str_of(job->value[ARG_SEED]), .hmac = hmac_sha256};
	struct allocation_fault f = {.code = ALLOCATION_FAULT_MECHANISM, .value = str_of(job->value[ARG_MECHANISM])};
	int64_t threads = 1;
	f.expected = mechanism_names(cx);
	if (!allocation_mechanism_parse(f.value, &options.mechanism)) return fault_say(cx, ERR_SYNTAX, &f);
	if (!utf8_valid(options.seed)) return fail(cx, ERR_SYNTAX, "seed", M_allocation_argument_seed);
	if (job->value[ARG_THREADS] && (!str_to_i64(str_of(job->value[ARG_THREADS]), &threads) || threads < 1 || threads > 256))
		return fail(cx, ERR_SYNTAX, "threads", M_allocation_argument_threads, ARG_Z("value", job->value[ARG_THREADS]));
	options.threads = (uint32_t)threads;
	TRY(input_read(cx, job));
	struct allocation_result r;
	int64_t from = clock_monotonic_us();
	if (allocation_solve(cx->arena, job->a, &options, &r, &f) != OK) return fault_say(cx, ERR_INVALID, &f);
	int64_t solve_us = clock_monotonic_us() - from;
	TRY(result_write(cx, job, &r, solve_us));
	if (job->given & BIT(ARG_JSON)) return OK;
	line(tr(cx, M_allocation_done, ARG_N("placed", r.placed), ARG_N("students", job->a->nstudents), ARG_N("rank_sum", r.rank_sum)));
	floors_say(cx, &r);
	properties_say(cx, &r);
	return OK;
}

static enum err result_check(struct cx *cx, struct job *job, struct allocation_result *r)
{
	static const char *const names[] = {"placements.csv", "certificate.csv", "report.json"};
	struct allocation_result_files files = {0};
	struct allocation_file *const each[] = {&files.placements, &files.certificate, &files.report};
	TRY(input_read(cx, job));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		TRY(file_open(cx, str_z(cx->arena, str_fmt(cx->arena, "%s/%s", job->value[ARG_RESULT], names[i])), each[i]));
	struct allocation_wrong w = {0};
	if (allocation_verify_files(cx->arena, job->a, hmac_sha256, job->input_sha256, &files, r, &w) == OK) return OK;
	return wrong_say(cx, &w, w.file.ptr ? w.file : files.report.name);
}

static enum err allocation_do_verify(struct cx *cx, struct job *job)
{
	struct allocation_result r;
	TRY(result_check(cx, job, &r));
	const char *name = allocation_properties(r.options.mechanism)->name;
	if (job->given & BIT(ARG_JSON)) {
		printf("{\"valid\": true, \"mechanism\": \"%s\", \"placed\": %u}\n", name, r.placed);
		return OK;
	}
	line(tr(cx, M_allocation_valid, ARG_Z("mechanism", name), ARG_N("placed", r.placed), ARG_N("students", job->a->nstudents)));
	floors_say(cx, &r);
	properties_say(cx, &r);
	return OK;
}

static enum err allocation_do_why(struct cx *cx, struct job *job)
{
	struct allocation_result r;
	TRY(result_check(cx, job, &r));
	struct allocation_fault f = {.file = str_of(job->value[ARG_CHOICES])};
	uint32_t s = allocation_find_student(job->a, str_of(job->value[ARG_STUDENT]));
	uint32_t o = allocation_find_option(job->a, str_of(job->value[ARG_OPTION]));
	if (s == ALLOCATION_NONE || o == ALLOCATION_NONE) {
		bool student = s == ALLOCATION_NONE;
		f.code = student ? ALLOCATION_FAULT_STUDENT_UNKNOWN : ALLOCATION_FAULT_OPTION_UNKNOWN;
		f.value = str_of(job->value[student ? ARG_STUDENT : ARG_OPTION]);
		f.file = student ? f.file : str_of(job->value[ARG_SEATS]);
		return fault_say(cx, ERR_NOT_FOUND, &f);
	}
	struct allocation_reason why;
	struct sb out;
	sb_init(&out, cx->arena, (size_t)1 << 40);
	allocation_why(cx->arena, &r, s, o, true, &why);
	allocation_write_reason(&out, &r, &why);
	fwrite(out.ptr, 1, out.len, stdout);
	return OK;
}

static enum err allocation_do_value(struct cx *cx, struct job *job)
{
	struct allocation_result r;
	struct allocation_value *values;
	struct allocation_fault f;
	struct sb out;
	TRY(result_check(cx, job, &r));
	sb_init(&out, cx->arena, (size_t)1 << 40);
	if (allocation_values(cx->arena, &r, &values, &f) != OK) return fault_say(cx, ERR_INVALID, &f);
	allocation_write_values(&out, &r, values);
	fwrite(out.ptr, 1, out.len, stdout);
	return OK;
}

enum err command_allocation(struct cx *cx, int argc, char **argv)
{
	/* What a large question no longer needs goes back to the system at once, not into a heap that only grows. */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	static const struct {
		const char *name;
		unsigned allowed, needed;
		enum err (*fn)(struct cx *cx, struct job *job);
	} acts[] = {
	    {"run", INPUT_ARGS | BIT(ARG_MECHANISM) | BIT(ARG_SEED) | BIT(ARG_OUT) | BIT(ARG_THREADS) | BIT(ARG_JSON),
	     INPUT_NEEDED | BIT(ARG_MECHANISM) | BIT(ARG_SEED) | BIT(ARG_OUT), allocation_do_run},
	    {"verify", INPUT_ARGS | BIT(ARG_RESULT) | BIT(ARG_THREADS) | BIT(ARG_JSON), INPUT_NEEDED | BIT(ARG_RESULT),
	     allocation_do_verify},
	    {"value", INPUT_ARGS | BIT(ARG_RESULT) | BIT(ARG_JSON), INPUT_NEEDED | BIT(ARG_RESULT), allocation_do_value},
	    {"why", INPUT_ARGS | BIT(ARG_RESULT) | BIT(ARG_STUDENT) | BIT(ARG_OPTION) | BIT(ARG_JSON),
	     INPUT_NEEDED | BIT(ARG_RESULT) | BIT(ARG_STUDENT) | BIT(ARG_OPTION), allocation_do_why},
	};
	if (argc > 0 && strcmp(argv[0], "--help") == 0) {
		line(tr(cx, M_allocation_usage));
		return OK;
	}
	for (size_t i = 0; argc > 0 && i < ARRAY_LEN(acts); i++) {
		struct job job = {0};
		if (strcmp(argv[0], acts[i].name) != 0) continue;
		TRY(arguments_read(cx, argc, argv, acts[i].allowed, acts[i].needed, &job));
		if (!(job.given & BIT(ARG_HELP))) return acts[i].fn(cx, &job);
		line(tr(cx, M_allocation_usage));
		return OK;
	}
	return fail(cx, ERR_SYNTAX, NULL, M_allocation_usage);
}

/* The words that are common to all commands were taken before; --json means the same here. */
static enum err run(struct app *app)
{
	int argc = app->args.len + (app->json ? 1 : 0);
	char **argv = ARENA_ARRAY(app->cx.arena, char *, (size_t)argc + 1);
	for (int i = 0; i < app->args.len; i++)
		argv[i] = arena_copy(app->cx.arena, app->args.word[i], strlen(app->args.word[i]) + 1);
	if (app->json) argv[app->args.len] = arena_copy(app->cx.arena, "--json", sizeof("--json"));
	return command_allocation(&app->cx, argc, argv);
}

const struct command command_seats = {
    .name = "allocation",
    .usage = "run INPUT --mechanism serial|deferred|ranksum|greedy|generous --seed TEXT --out DIR [--threads N]\n"
	     "passerelle allocation verify|value INPUT --result DIR\n"
	     "passerelle allocation why INPUT --student ID --option ID --result DIR\n"
	     "INPUT: --seats FILE --choices FILE [--caps FILE] [--students FILE] [--floors FILE] [--pairs FILE]",
    .summary = M_command_allocation,
    .needs = NEEDS_NOTHING,
    .pure = true,
    .run = run};
