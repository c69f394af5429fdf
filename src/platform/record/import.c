/* A whole import: open, map, one line after the other, and the decision to keep or to roll back. */
#include "platform/record/import.h"
#include "platform/i18n/i18n.h"
#include "platform/record/import_row.h"

static void begin(struct cx *cx, struct importing *im, const struct import_options *o, struct import_report *out)
{
	*im = (struct importing){.o = o, .report = out, .outer = cx->arena, .row = arena_new(), .block = arena_new(), .refs = arena_new()};
	*out = (struct import_report){0};
	map_init(&im->ref_ids, im->refs);
	map_init(&im->occurrences, cx->arena);
}

static void end(struct importing *im)
{
	arena_free(im->row);
	arena_free(im->block);
	arena_free(im->refs);
}

static enum err open_table(struct cx *cx, const struct import_options *o, struct table_reader **table)
{
	return str_present(o->path) ? table_open_path(cx, o->path, o->source, table) : table_open_bytes(cx, o->bytes, o->source, table);
}

/* The rows; each in the row arena, so that a million leave nothing behind. */
static enum err each_row(struct cx *cx, struct importing *im, struct table_reader *table)
{
	struct str *cells;
	size_t n;
	int64_t line;
	bool more;
	for (;;) {
		TRY(table_next(table, &cells, &n, &line, &more));
		if (!more) break;
		if (cx_ending(cx)) return fail(cx, ERR_BUSY, NULL, M_import_interrupted);
		cx->arena = im->row;
		enum err err = import_row(cx, im, cells, n, line);
		cx->arena = im->outer;
		if (err != OK) return err;
		arena_reset(im->row);
		im->lines++;
		if (im->lines % IMPORT_BLOCK_ROWS) continue;
		cx->arena = im->row;
		err = import_flush_block(cx, im);
		cx->arena = im->outer;
		TRY(err);
		if (im->o->progress) im->o->progress(im->o->arg, im->lines);
	}
	return import_flush_block(cx, im);
}

static enum err decide(struct cx *cx, struct importing *im)
{
	const struct import_report *r = im->report;
	if (im->o->dry_run) return ERR_REFUSED; /* rolls back; import_run says OK */
	if (!im->o->partial && (r->counts[IMPORT_REFUSED] || r->counts[IMPORT_CONFLICT]))
		return fail(cx, ERR_REFUSED, NULL, M_import_refused, ARG_N("n", r->counts[IMPORT_REFUSED] + r->counts[IMPORT_CONFLICT]));
	return OK;
}

static enum err apply(struct cx *cx, void *arg)
{
	struct importing *im = arg;
	const struct import_options *o = im->o;
	struct import_report *report = im->report;
	end(im); /* a retried transaction starts afresh */
	begin(cx, im, o, report);
	struct table_reader *table;
	TRY(open_table(cx, o, &table));
	struct str *cells;
	size_t n;
	int64_t line;
	bool more;
	enum err err = table_next(table, &cells, &n, &line, &more);
	if (err == OK && !more) err = fail(cx, ERR_SYNTAX, "file", M_import_empty, ARG_S("value", o->source));
	if (err == OK) err = import_make_map(cx, im, cells, n);
	if (err == OK) err = import_begin_batch(cx, im);
	if (err == OK) err = each_row(cx, im, table);
	table_close(table);
	TRY(err);
	TRY(import_end_batch(cx, im));
	if (o->remember_map && !o->dry_run) TRY(import_remember_map(cx, im));
	return decide(cx, im);
}

enum err import_run(struct cx *cx, const struct import_options *o, struct import_report *out)
{
	struct importing im;
	if (!actor_has(cx, o->entity->rights.import)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	begin(cx, &im, o, out);
	struct arena *arena = cx->arena;
	enum err err = db_tx(cx, DB_BULK, apply, &im);
	cx->arena = arena;
	cx_move_problems(cx, arena);
	end(&im);
	if (err != OK) out->batch = UUID_NONE;
	return o->dry_run && err == ERR_REFUSED ? OK : err;
}

struct str import_summary(struct cx *cx, const struct import_report *r)
{
	return str_fmt(cx->arena, "new %lld changed %lld unchanged %lld conflict %lld refused %lld", (long long)r->counts[IMPORT_NEW],
	               (long long)r->counts[IMPORT_CHANGED], (long long)r->counts[IMPORT_UNCHANGED], (long long)r->counts[IMPORT_CONFLICT],
	               (long long)r->counts[IMPORT_REFUSED]);
}
