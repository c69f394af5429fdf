/* import, batch, export: rows in and out, by kind. */
#include "app/app.h"
#include "app/capability.h"
#include "base/clock.h"
#include "base/date.h"
#include "office/campaigns/load_matching.h"
#include "platform/format/csv.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/record/export.h"
#include "platform/record/import.h"
#include <sys/stat.h>
#include <unistd.h>

static enum err find_kind(struct app *app, const char *word, const struct entity **out)
{
	struct sb list;
	if (!word) return app_usage(app, M_command_kind_missing, NULL);
	*out = entity_by_kind(str_of(word));
	if (*out) return OK;
	sb_init(&list, app->cx.arena, 4096);
	for (size_t i = 0; entity_all()[i]; i++)
		sb_fmt(&list, "%s%s", i ? ", " : "", entity_all()[i]->kind);
	return fail(&app->cx, ERR_SYNTAX, "kind", M_import_kind, ARG_Z("value", word), ARG_S("list", sb_str(&list)));
}

struct importing {
	struct app *app;
	FILE *refused;
	struct str refused_path;
	int64_t shown_us;
};

static void progress(void *arg, int64_t lines)
{
	struct importing *im = arg;
	int64_t now = clock_monotonic_us();
	if (now - im->shown_us < 200000) return;
	im->shown_us = now;
	fprintf(stderr, "\r%lld lines", (long long)lines);
}

static void csv_cell(FILE *f, struct str s, char end)
{
	bool quote = false;
	for (size_t i = 0; i < s.len; i++)
		quote |= strchr(",\"\r\n;", s.ptr[i]) != NULL;
	if (!quote)
		fwrite(s.ptr, 1, s.len, f);
	else {
		fputc('"', f);
		for (size_t i = 0; i < s.len; i++) {
			if (s.ptr[i] == '"') fputc('"', f);
			fputc(s.ptr[i], f);
		}
		fputc('"', f);
	}
	fputc(end, f);
}

static void note_refused(void *arg, struct cx *cx, const struct import_line *line)
{
	struct importing *im = arg;
	if (!im->refused) {
		im->refused = fopen(str_z(cx->arena, im->refused_path), "we");
		if (!im->refused) return;
		fputs("line,field,value,reason\n", im->refused);
	}
	fprintf(im->refused, "%lld,", (long long)line->line);
	csv_cell(im->refused, line->field, ',');
	csv_cell(im->refused, line->value, ',');
	csv_cell(im->refused, line->reason, '\n');
}

static struct pairs read_pairs(struct app *app, struct str text)
{
	VEC(struct pair) list = {0};
	struct str line, name;
	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_blank(line) || str_starts(line, STR("#")) || !str_split(&line, '=', &name)) continue;
		*VEC_PUSH(app->cx.arena, &list) = (struct pair){str_trim(name), str_trim(line)};
	}
	return (struct pairs){list.ptr, list.len};
}

static enum err read_map(struct app *app, const char *file, struct pairs *out)
{
	char *text = arena_alloc(app->cx.arena, 1 << 16);
	FILE *f = fopen(file, "re");
	if (!f) return fail(&app->cx, ERR_IO, "map", M_config_open, ARG_Z("file", file));
	size_t n = fread(text, 1, (1 << 16) - 1, f);
	fclose(f);
	*out = read_pairs(app, (struct str){text, n});
	return OK;
}

static void counts_json(struct json_writer *w, const int64_t counts[IMPORT_STATES])
{
	static const char *const names[IMPORT_STATES] = {"new", "changed", "unchanged", "conflict", "refused"};
	for (int k = 0; k < IMPORT_STATES; k++)
		json_member_int(w, names[k], counts[k]);
}

static void report_json(struct app *app, const struct import_report *r)
{
	struct json_writer *w = json_result(app);
	json_object_begin(w);
	counts_json(w, r->counts);
	json_member_str(w, "batch", uuid_none(r->batch) ? STR_NONE : uuid_text(app->cx.arena, r->batch));
	json_object_end(w);
	print_json(w);
}

static void report(struct app *app, const struct import_report *r)
{
	VEC_EACH (l, &r->lines)
		if (l->state == IMPORT_REFUSED || l->state == IMPORT_CONFLICT)
			app_tell(app, M_command_import_line,
			         ARG_Z("line", str_z(app->cx.arena, str_fmt(app->cx.arena, "%lld", (long long)l->line))),
			         ARG_S("why", l->reason));
	VEC_EACH (c, &r->unused)
		app_tell(app, M_command_import_unused, ARG_S("value", *c));
	if (!uuid_none(r->batch)) app_tell(app, M_command_import_batch, ARG_S("value", uuid_text(app->cx.arena, r->batch)));
	if (app->json) return report_json(app, r);
	print_str(import_summary(&app->cx, r));
	print("\n");
}

static enum err import_options(struct app *app, struct import_options *o)
{
	bool missing = false;
	const char *map = args_value(&app->args, "--map", &missing), *key = args_value(&app->args, "--key", &missing);
	VEC(struct pair) set = {0};
	for (const char *s; (s = args_value(&app->args, "--set", &missing));) {
		struct str text = str_of(s), name;
		if (str_find_char(text, '=') == STR_NPOS || !str_split(&text, '=', &name)) return app_usage(app, M_command_import_set, s);
		*VEC_PUSH(app->cx.arena, &set) = (struct pair){name, text};
	}
	o->set = (struct pairs){set.ptr, set.len};
	o->dry_run = args_flag(&app->args, "--dry-run");
	o->partial = args_flag(&app->args, "--partial");
	if (key) o->key = str_of(key);
	if (missing) return app_usage(app, M_command_no_value, NULL);
	return map ? read_map(app, map, &o->map) : OK;
}

/* The year of a folder called anything-2019-2020, unless --set year=2019-2020 says it. */
static struct str year_of(const struct import_options *o, struct str folder)
{
	struct str set = pairs_get(o->set, "year");
	if (str_present(set)) return set;
	return folder.len > 9 ? str_sub(folder, folder.len - 9, folder.len) : folder;
}

/* A folder is one year of real preferences, recognised by its four files: a campaign through the flows of the pages, in one
 * transaction. No batch: what students sent is not taken back. */
static enum err import_folder(struct app *app, const struct import_options *o, struct str folder)
{
	struct cx *cx = &app->cx;
	struct matching_loaded got;
	struct import_report r = {.batch = UUID_NONE};
	while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	if (o->partial || o->map.len || !str_blank(o->key)) return app_usage(app, M_command_import_folder_options, NULL);
	if (o->entity != &campaign_entity || !campaign_is_matching(cx, folder))
		return fail(cx, ERR_REFUSED, "file", M_command_import_folder, ARG_S("value", folder));
	TRY((o->dry_run ? campaign_read_matching : campaign_load_matching)(cx, folder, year_of(o, folder), &got));
	TRY(db_wait_durable(cx));
	r.counts[got.before ? IMPORT_UNCHANGED : IMPORT_NEW] = 1;
	app_tell(app, M_command_import_year, ARG_N("students", got.students), ARG_N("places", got.opportunities),
	         ARG_N("applications", got.applications), ARG_N("choices", got.choices));
	report(app, &r);
	return OK;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum err run_import(struct app *app)
{
	struct importing im = {.app = app};
	struct import_options o = {.arg = &im, .progress = isatty(STDERR_FILENO) ? progress : NULL};
	struct import_report r = {0};
	TRY(import_options(app, &o));
	TRY(find_kind(app, args_next(&app->args), &o.entity));
	const char *file = args_next(&app->args);
	if (!file) return app_usage(app, M_command_file_missing, NULL);
	TRY(app_no_more_words(app));
	if (is_folder(file)) return import_folder(app, &o, str_of(file));
	o.path = str_of(file);
	const char *slash = strrchr(file, '/');
	o.source = str_of(slash ? slash + 1 : file);
	im.refused_path = str_fmt(app->cx.arena, "%s.refused.csv", file);
	if (o.partial && !o.dry_run) o.refused = note_refused;
	enum err err = import_run(&app->cx, &o, &r);
	if (im.refused) fclose(im.refused);
	if (err == OK) err = db_wait_durable(&app->cx);
	if (err != OK && err != ERR_REFUSED) return err;
	report(app, &r);
	if (err == OK && (r.counts[IMPORT_REFUSED] || r.counts[IMPORT_CONFLICT])) err = ERR_REFUSED;
	return err;
}

const struct command command_import = {.name = "import",
                                       .usage = "KIND FILE [--dry-run] [--partial] [--map FILE] [--set FIELD=VALUE]... [--key FIELD]",
                                       .summary = M_command_import,
                                       .needs = NEEDS_STORE,
                                       .run = run_import};

static enum err batches_json(struct app *app, const struct batch *all, size_t len)
{
	struct json_writer *w = json_result(app);
	json_array_begin(w);
	for (size_t i = 0; i < len; i++) {
		json_object_begin(w);
		json_member_str(w, "batch", uuid_text(app->cx.arena, all[i].id));
		json_member_str(w, "at", instant_iso(app->cx.arena, all[i].at_ms));
		json_member_str(w, "kind", all[i].kind);
		json_member_str(w, "source", all[i].source);
		json_member_str(w, "actor", all[i].actor);
		counts_json(w, all[i].counts);
		json_member_str(w, "undone", all[i].undone_ms == UNKNOWN ? STR_NONE : instant_iso(app->cx.arena, all[i].undone_ms));
		json_object_end(w);
	}
	json_array_end(w);
	print_json(w);
	return OK;
}

static enum err list_batches(struct app *app)
{
	struct batch *all;
	size_t len;
	bool missing = false;
	const char *format = args_value(&app->args, "--format", &missing);
	bool csv = format && !strcmp(format, "csv");
	if (missing) return app_usage(app, M_command_no_value, NULL);
	if (format && !csv) return app_usage(app, M_command_batch_format, format);
	TRY(app_no_more_words(app));
	TRY(batch_list(&app->cx, 1000, &all, &len));
	if (app->json) return batches_json(app, all, len);
	if (csv) print("batch,at,kind,source,actor,new,changed,unchanged,conflict,refused,undone\n");
	for (size_t i = 0; i < len; i++) {
		const struct batch *b = &all[i];
		struct str id = uuid_text(app->cx.arena, b->id), at = instant_iso(app->cx.arena, b->at_ms);
		struct str undone = b->undone_ms == UNKNOWN ? STR("") : instant_iso(app->cx.arena, b->undone_ms);
		char sep = csv ? ',' : ' ';
		print("%.*s%c%.*s%c%.*s%c", STR_ARG(id), sep, STR_ARG(at), sep, STR_ARG(b->kind), sep);
		csv_cell(stdout, b->source, sep);
		csv_cell(stdout, b->actor, sep);
		for (int k = 0; k < IMPORT_STATES; k++)
			print("%lld%c", (long long)b->counts[k], sep);
		print("%.*s\n", STR_ARG(undone));
	}
	return OK;
}

static enum err undo_batch(struct app *app)
{
	struct batch_undo u;
	struct uuid id;
	bool skip = args_flag(&app->args, "--skip-edited");
	const char *word = args_next(&app->args);
	if (!word || !uuid_parse(str_of(word), &id)) return app_usage(app, M_command_batch_id, word);
	TRY(app_no_more_words(app));
	enum err err = batch_undo(&app->cx, id, skip, &u);
	VEC_EACH (b, &u.blocked)
		app_say(app, str_fmt(app->cx.arena, "%.*s: %.*s", STR_ARG(b->title), STR_ARG(b->reason)));
	TRY(err);
	print(app->json ? "{\"undone\":%lld,\"skipped\":%lld}\n" : "undone %lld skipped %lld\n", (long long)u.undone,
	      (long long)u.blocked_len);
	return OK;
}

static enum err run_batch(struct app *app)
{
	const char *what = args_next(&app->args);
	if (what && !strcmp(what, "list")) return list_batches(app);
	if (what && !strcmp(what, "undo")) return undo_batch(app);
	return app_usage(app, M_command_batch_words, what);
}

const struct command command_batch = {.name = "batch",
                                      .usage = "list [--format csv] | undo ID [--skip-edited]",
                                      .summary = M_command_batch,
                                      .needs = NEEDS_STORE,
                                      .run = run_batch};

/* Standard output may be a pipe: the file is made aside, and copied when it is whole. */
static enum err copy_out(struct app *app, int fd)
{
	char buffer[65536];
	ssize_t n;
	if (lseek(fd, 0, SEEK_SET) != 0) return fail(&app->cx, ERR_IO, NULL, M_error_io);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		if (fwrite(buffer, 1, (size_t)n, stdout) != (size_t)n) return fail(&app->cx, ERR_IO, NULL, M_error_io);
	return n == 0 ? OK : fail(&app->cx, ERR_IO, NULL, M_error_io);
}

static enum err run_export(struct app *app)
{
	struct list_query q = {.page = 1, .size = 50, .archived = 2};
	enum export_format format = EXPORT_CSV;
	bool missing = false;
	const char *name = args_value(&app->args, "--format", &missing);
	TRY(find_kind(app, args_next(&app->args), &q.entity));
	if (missing) return app_usage(app, M_command_no_value, NULL);
	TRY(app_no_more_words(app));
	if (name && !export_format_find(str_of(name), &format)) return app_usage(app, M_command_export_format, name);
	/* Every field but those of the machine, in the order of the ids: the same file twice for the same rows. */
	for (size_t i = 0; i < q.entity->fields_len; i++)
		if (!(q.entity->fields[i].flags & (FF_HIDDEN | FF_SENSITIVE))) *VEC_PUSH(app->cx.arena, &q.columns) = &q.entity->fields[i];
	int fd = export_temporary_file();
	if (fd < 0) return fail(&app->cx, ERR_IO, NULL, M_error_io);
	enum err err = export_rows(&app->cx, &q, format, EXPORT_FOR_PROGRAMS, fd);
	if (err == OK) err = copy_out(app, fd);
	close(fd);
	return err;
}

const struct command command_export = {
    .name = "export", .usage = "KIND [--format csv|xlsx|json]", .summary = M_command_export, .needs = NEEDS_STORE, .run = run_export};
