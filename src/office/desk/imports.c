/* The steps of an import; one way for request and job. The report is written in the transaction that applies, so that a repeated
 * job finds it done. */
#include "office/desk/imports.h"
#include "office/desk/imports_report.h"
#include "office/people/roles.h"
#include "platform/format/csv.h"
#include "platform/format/table.h"
#include "platform/i18n/i18n.h"
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

enum { REFUSED_CAP = 32 * 1024 * 1024, EXAMPLE_ROWS = 3 };

/* What the one job that runs in this process has read so far: a running import is one transaction, which nobody can look into. */
static struct {
	pthread_mutex_t lock;
	struct uuid file;
	int64_t lines;
} running = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void tell(struct uuid file, int64_t lines)
{
	pthread_mutex_lock(&running.lock);
	running.file = file;
	running.lines = lines;
	pthread_mutex_unlock(&running.lock);
}

int64_t import_progress(struct cx *cx, const struct import_file *f)
{
	struct job job;
	bool found = false;
	pthread_mutex_lock(&running.lock);
	int64_t lines = uuid_eq(running.file, f->id) ? running.lines : UNKNOWN;
	pthread_mutex_unlock(&running.lock);
	if (lines != UNKNOWN || uuid_none(f->job)) return lines;
	if (job_load(cx, f->job, &job, &found) != OK) cx_clear_problems(cx);
	return found && !str_is(job.state, "queued") ? job.progress : UNKNOWN;
}

/* --- who may --- */

enum err import_kind(struct cx *cx, struct str kind, const struct entity **out)
{
	*out = entity_by_kind(kind);
	if (!*out) return fail(cx, ERR_NOT_FOUND, "kind", M_error_not_found);
	return actor_has(cx, (*out)->rights.import) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied);
}

struct opening {
	struct uuid id;
	struct import_file *out;
	bool found;
};

static enum err load(struct cx *cx, void *arg)
{
	struct opening *o = arg;
	return import_file_load(cx, o->id, o->out, &o->found);
}

/* A job that was given up leaves its file to be tried again. */
static enum err check_job(struct cx *cx, struct import_file *f)
{
	struct job job;
	bool found;
	if (uuid_none(f->job) || str_is(f->state, "ready") || str_is(f->state, "applied")) return OK;
	TRY(job_load(cx, f->job, &job, &found));
	if (!found || !str_is(job.state, "failed")) return OK;
	struct import_report none = {0};
	f->state = STR("failed");
	f->report = import_report_json(cx, &none, NULL, job.result);
	return OK;
}

enum err import_open(struct cx *cx, struct uuid id, struct import_file *out)
{
	struct opening o = {.id = id, .out = out};
	const struct entity *e;
	TRY(db_tx(cx, DB_READ, load, &o));
	bool own = o.found && cx->actor && (uuid_eq(out->account, cx->actor->account) || actor_everywhere(cx, ROLE_ADMIN));
	if (!own) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(import_kind(cx, out->kind, &e));
	return check_job(cx, out);
}

/* --- the file as something that can be read --- */

static bool take(void *arg, struct str bytes)
{
	int fd = *(const int *)arg;
	while (bytes.len) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);
		if (n <= 0) return false;
		bytes = str_sub(bytes, (size_t)n, bytes.len);
	}
	return true;
}

struct spooling {
	struct uuid id;
	int fd;
};

static enum err spool(struct cx *cx, void *arg)
{
	struct spooling *s = arg;
	if (ftruncate(s->fd, 0) || lseek(s->fd, 0, SEEK_SET) < 0) return fail(cx, ERR_IO, "file", M_error_io);
	return import_chunks_read(cx, s->id, "file", take, &s->fd);
}

/* A file without a name, so that memory stays flat and nothing is left behind. */
static enum err open_spool(struct cx *cx, const struct import_file *f, int *fd)
{
	*fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd < 0) return fail(cx, ERR_IO, "file", M_error_io);
	enum err err = db_tx(cx, DB_READ, spool, &(struct spooling){f->id, *fd});
	if (err == OK && lseek(*fd, 0, SEEK_END) != f->size) err = fail(cx, ERR_IO, "file", M_error_io); /* the disk is full */
	if (err != OK) close(*fd);
	return err;
}

static void add_example(struct cx *cx, struct str *example, struct str cell)
{
	if (str_blank(cell)) return;
	cell = str_sub(cell, 0, 60);
	*example = str_blank(*example) ? str_copy(cx->arena, cell) : str_fmt(cx->arena, "%.*s · %.*s", STR_ARG(*example), STR_ARG(cell));
}

/* The first values of each column, to recognise it by. Without them the form still works. */
static struct str *read_examples(struct cx *cx, struct str path, size_t columns)
{
	struct table_reader *table;
	struct str *examples = ARENA_ARRAY(cx->arena, struct str, columns + 1), *cells;
	size_t n;
	int64_t line;
	bool more = true;
	struct problem *problems = cx->problems, **end = cx->problems_end;
	if (table_open_path(cx, path, STR_NONE, &table) == OK) {
		for (int i = 0; more && i <= EXAMPLE_ROWS && table_next(table, &cells, &n, &line, &more) == OK; i++)
			for (size_t k = 0; more && i > 0 && k < n && k < columns; k++)
				add_example(cx, &examples[k], cells[k]);
		table_close(table);
	}
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	return examples;
}

/* --- one run --- */

struct run {
	struct import_file *f;
	const struct entity *entity;
	struct job *job; /* NULL: inside a request */
	struct db *db;
	int64_t tenant;
	struct pairs map;
	struct str path;
	struct sb refused_text;
	struct csv_writer refused;
	struct import_report report;
	bool dry;
};

static void progress(void *arg, int64_t lines)
{
	struct run *run = arg;
	tell(run->f->id, lines);
	if (!run->job || db_engine(run->db) != DB_POSTGRES) return;
	struct cx own; /* a connection of its own: the import's is inside its transaction */
	cx_begin(&own, run->db);
	own.tenant = run->tenant;
	job_progress(&own, run->job, lines, run->job->total);
	cx_end(&own);
}

static void note_refused(void *arg, struct cx *cx, const struct import_line *line)
{
	struct run *run = arg;
	csv_int(&run->refused, line->line);
	csv_text(&run->refused, line->field);
	csv_text(&run->refused, line->value);
	csv_text(&run->refused, line->reason);
	csv_end_row(&run->refused);
}

static void begin_refused(struct cx *cx, struct run *run)
{
	sb_init(&run->refused_text, cx->arena, REFUSED_CAP);
	csv_writer_init(&run->refused, &run->refused_text, ',');
	csv_text(&run->refused, STR("line"));
	csv_text(&run->refused, STR("field"));
	csv_text(&run->refused, STR("value"));
	csv_text(&run->refused, STR("reason"));
	csv_end_row(&run->refused);
}

static struct import_options options(struct run *run, bool partial)
{
	return (struct import_options){.entity = run->entity,
	                               .source = run->f->name,
	                               .path = run->path,
	                               .map = run->map,
	                               .key = str_blank(run->f->match_key) ? STR_NONE : run->f->match_key,
	                               .dry_run = run->dry,
	                               .partial = partial,
	                               .remember_map = run->f->remember == 1,
	                               .lines_max = IMPORT_SAMPLES,
	                               .progress = progress,
	                               .refused = note_refused,
	                               .arg = run};
}

static struct str first_problem(struct cx *cx) { return cx->problems ? problem_text(cx, cx->problems) : tr(cx, M_error_syntax); }

static enum err save_report(struct cx *cx, void *arg)
{
	struct run *run = arg;
	int64_t not_taken = run->report.counts[IMPORT_REFUSED] + run->report.counts[IMPORT_CONFLICT];
	TRY(import_chunks_write(cx, run->f->id, "refused", not_taken ? sb_str(&run->refused_text) : STR("")));
	return import_file_save(cx, run->f);
}

static struct str make_report(struct cx *cx, struct run *run, struct str problem)
{
	struct str *examples = run->report.columns.len ? read_examples(cx, run->path, run->report.columns.len) : NULL;
	return import_report_json(cx, &run->report, examples, problem);
}

/* What the file would do. A file that cannot be used at all is a result too. */
static enum err look(struct cx *cx, struct run *run)
{
	begin_refused(cx, run);
	run->dry = true;
	struct import_options o = options(run, true);
	o.remember_map = false;
	enum err err = import_run(cx, &o, &run->report);
	bool unusable = err == ERR_SYNTAX || err == ERR_INVALID || err == ERR_TOO_LARGE || err == ERR_REFUSED;
	if (err != OK && !unusable) return err;
	run->f->state = err == OK ? STR("ready") : STR("failed");
	run->f->report = make_report(cx, run, err == OK ? STR_NONE : first_problem(cx));
	cx_clear_problems(cx);
	return db_tx(cx, DB_WRITE, save_report, run);
}

static enum err apply_and_note(struct cx *cx, void *arg)
{
	struct run *run = arg;
	begin_refused(cx, run);
	struct import_options o = options(run, run->f->partial == 1);
	TRY(import_run(cx, &o, &run->report));
	run->f->state = STR("applied");
	run->f->batch = run->report.batch;
	run->f->report = make_report(cx, run, STR_NONE);
	return save_report(cx, run);
}

/* Refused since the look: the house has changed in between. The page shows the new report. */
static enum err apply(struct cx *cx, struct run *run)
{
	run->dry = false;
	enum err err = db_tx(cx, DB_BULK, apply_and_note, run);
	if (err != ERR_REFUSED && err != ERR_INVALID && err != ERR_SYNTAX) return err;
	run->f->state = STR("ready");
	run->f->batch = UUID_NONE;
	run->f->report = make_report(cx, run, first_problem(cx));
	TRY(db_tx(cx, DB_WRITE, save_report, run));
	return err;
}

static enum err with_file(struct cx *cx, struct import_file *f, struct job *job, enum err (*fn)(struct cx *cx, struct run *run))
{
	struct run run = {.f = f, .job = job, .db = cx->db, .tenant = cx->tenant};
	int fd;
	TRY(import_kind(cx, f->kind, &run.entity));
	TRY(import_map_read(cx, f->given_map, &run.map));
	TRY(open_spool(cx, f, &fd));
	run.path = str_fmt(cx->arena, "/proc/self/fd/%d", fd);
	tell(f->id, 0);
	enum err err = fn(cx, &run);
	tell(UUID_NONE, 0);
	close(fd);
	return err;
}

/* --- sending, looking again, applying --- */

struct sending {
	struct import_file f;
	struct str bytes;
	bool by_job;
	const char *job;
};

static enum err add_job(struct cx *cx, struct sending *s)
{
	if (!s->by_job) return OK;
	struct str payload = str_fmt(cx->arena, "%.*s %s", STR_ARG(uuid_text(cx->arena, s->f.id)), lang_code(cx->lang));
	return job_add(cx, s->job, payload, cx->now_ms, &s->f.job);
}

static enum err insert(struct cx *cx, void *arg)
{
	struct sending *s = arg;
	s->f.job = UUID_NONE;
	TRY(add_job(cx, s));
	return import_file_insert(cx, &s->f, s->bytes);
}

static enum err save(struct cx *cx, void *arg)
{
	struct sending *s = arg;
	s->f.job = UUID_NONE;
	TRY(add_job(cx, s));
	return import_file_save(cx, &s->f);
}

/* The last part of what a browser gives as the file's name. */
static struct str file_name(struct str name)
{
	for (size_t i = name.len; i > 0; i--)
		if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') return str_sub(name, i, 200);
	return str_blank(name) ? STR("import") : str_sub(name, 0, 200);
}

enum err import_send(struct cx *cx, struct str kind, struct str name, struct str bytes, struct uuid *id)
{
	const struct entity *e;
	TRY(import_kind(cx, kind, &e));
	if (!bytes.len) return fail(cx, ERR_INVALID, "file", M_imports_no_file);
	struct sending s = {.f = {.id = uuid_new(cx->now_ms),
	                          .account = cx->actor->account,
	                          .kind = kind,
	                          .name = file_name(name),
	                          .state = STR("waiting"),
	                          .size = (int64_t)bytes.len},
	                    .bytes = bytes,
	                    .by_job = bytes.len > IMPORT_AT_ONCE_BYTES,
	                    .job = import_look_job.name};
	*id = s.f.id;
	TRY(db_tx(cx, DB_WRITE, insert, &s));
	return s.by_job ? OK : with_file(cx, &s.f, NULL, look);
}

static bool at_rest(const struct import_file *f) { return str_is(f->state, "ready") || str_is(f->state, "failed"); }

enum err import_remap(struct cx *cx, struct uuid id, struct pairs map, struct str key, bool remember)
{
	struct sending s = {.job = import_look_job.name};
	TRY(import_open(cx, id, &s.f));
	if (!at_rest(&s.f)) return fail(cx, ERR_REFUSED, NULL, M_imports_not_now);
	s.by_job = s.f.size > IMPORT_AT_ONCE_BYTES;
	s.f.given_map = map.len ? import_map_json(cx, map) : STR_NONE;
	s.f.match_key = str_blank(key) ? STR_NONE : key;
	s.f.remember = remember;
	s.f.state = STR("waiting");
	TRY(db_tx(cx, DB_WRITE, save, &s));
	return s.by_job ? OK : with_file(cx, &s.f, NULL, look);
}

static int64_t rows_of(const struct import_result *r)
{
	int64_t n = 0;
	for (int i = 0; i < IMPORT_STATES; i++)
		n += r->counts[i];
	return n;
}

enum err import_apply(struct cx *cx, struct uuid id, bool partial)
{
	struct sending s = {.job = import_apply_job.name};
	struct import_result result;
	TRY(import_open(cx, id, &s.f));
	if (!str_is(s.f.state, "ready")) return fail(cx, ERR_REFUSED, NULL, M_imports_not_now);
	TRY(import_result_read(cx, &s.f, &result));
	s.by_job = rows_of(&result) > IMPORT_AT_ONCE_ROWS;
	s.f.partial = partial;
	if (!s.by_job) return with_file(cx, &s.f, NULL, apply);
	s.f.state = STR("applying");
	return db_tx(cx, DB_WRITE, save, &s);
}

/* --- jobs --- */

static enum err job_file(struct cx *cx, struct job *job, struct import_file *f)
{
	struct str payload = job->payload, word = STR_NONE;
	struct uuid id;
	if (!str_split(&payload, ' ', &word) || !uuid_parse(word, &id) || !lang_parse(payload, &cx->lang))
		return fail(cx, ERR_BUG, "job", M_error_bug);
	return import_open(cx, id, f);
}

static enum err run_look(struct cx *cx, struct job *job, struct str *result)
{
	struct import_file f;
	TRY(job_file(cx, job, &f));
	return str_is(f.state, "waiting") ? with_file(cx, &f, job, look) : OK;
}

static enum err run_apply(struct cx *cx, struct job *job, struct str *result)
{
	struct import_file f;
	TRY(job_file(cx, job, &f));
	if (!str_is(f.state, "applying")) return OK; /* done the time before */
	enum err err = with_file(cx, &f, job, apply);
	if (err == OK || !str_is(f.state, "ready")) return err;
	cx_clear_problems(cx); /* the page tells */
	return OK;
}

const struct job_kind import_look_job = {.name = "import.look", .run = run_look, .lease_s = 600, .attempts = 3};
const struct job_kind import_apply_job = {.name = "import.apply", .run = run_apply, .lease_s = 600, .attempts = 3};

/* --- the rest --- */

struct listing {
	size_t max, *len;
	struct import_file **out;
};

static enum err list(struct cx *cx, void *arg)
{
	const struct listing *l = arg;
	return import_file_list(cx, cx->actor->account, l->max, l->out, l->len);
}

enum err import_recent(struct cx *cx, size_t max, struct import_file **out, size_t *len)
{
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	return db_tx(cx, DB_READ, list, &(struct listing){max, len, out});
}

static enum err remove_file(struct cx *cx, void *arg) { return import_file_remove(cx, *(const struct uuid *)arg); }

enum err import_forget(struct cx *cx, struct uuid id)
{
	struct import_file f;
	TRY(import_open(cx, id, &f));
	if (str_is(f.state, "applying")) return fail(cx, ERR_REFUSED, NULL, M_imports_not_now);
	return db_tx(cx, DB_WRITE, remove_file, &id);
}

struct csv_reading {
	struct uuid id;
	struct sb text;
};

static bool take_text(void *arg, struct str bytes)
{
	sb_add(arg, bytes);
	return true;
}

static enum err read_refused(struct cx *cx, void *arg)
{
	struct csv_reading *c = arg;
	sb_init(&c->text, cx->arena, REFUSED_CAP);
	return import_chunks_read(cx, c->id, "refused", take_text, &c->text);
}

enum err import_refused_csv(struct cx *cx, struct uuid id, struct str *csv)
{
	struct import_file f;
	struct csv_reading c = {.id = id};
	TRY(import_open(cx, id, &f));
	TRY(db_tx(cx, DB_READ, read_refused, &c));
	*csv = sb_str(&c.text);
	return csv->len ? OK : fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

static enum err sweep(struct cx *cx, void *arg)
{
	int64_t removed;
	return import_file_sweep(cx, cx->now_ms - IMPORT_KEPT_MS, &removed);
}

enum err import_sweep(struct cx *cx) { return db_tx(cx, DB_WRITE, sweep, NULL); }
