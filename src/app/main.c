/* passerelle COMMAND [ARGS]: finds the command, prepares what it needs, runs it, answers with an exit code. */
#include "app/app.h"
#include "app/capability.h"
#include "base/log.h"
#include "platform/audit/audit.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

enum { JSON_RESULT_CAP = 16 * 1024 * 1024 };

void print(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void print_str(struct str s) { fwrite(s.ptr, 1, s.len, stdout); }

struct json_writer *json_result(struct app *app)
{
	struct sb *b = ARENA_NEW(app->cx.arena, struct sb);
	struct json_writer *w = ARENA_NEW(app->cx.arena, struct json_writer);
	sb_init(b, app->cx.arena, JSON_RESULT_CAP);
	json_writer_init(w, b);
	return w;
}

void print_json(const struct json_writer *w)
{
	BUG_IF(!json_complete(w));
	print_str(sb_str(w->sb));
	print("\n");
}

void app_say(struct app *app, struct str text) { fprintf(stderr, "passerelle: %.*s\n", STR_ARG(text)); }

void app_problems(struct app *app)
{
	for (struct problem *p = app->cx.problems; p; p = p->next) {
		struct str text = problem_text(&app->cx, p);
		app_say(app, str_fmt(app->cx.arena, "%.*s%s%.*s", STR_ARG(p->field), str_blank(p->field) ? "" : ": ", STR_ARG(text)));
	}
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name)) return commands[i];
	return NULL;
}

static void print_line(struct str text)
{
	print_str(text);
	print("\n");
}

static void help_all(struct app *app)
{
	print("passerelle COMMAND [ARGS] --data DIR | --database URL [--config FILE]\n\n");
	for (size_t i = 0; commands[i]; i++)
		print("  %-12s %.*s\n", commands[i]->name, STR_ARG(tr_args(&app->cx, commands[i]->summary, NULL)));
	print("\n");
	print_line(tr(&app->cx, M_command_exit_codes));
}

static void help_one(struct app *app, const struct command *c)
{
	static const struct {
		const char *word;
		int text;
		bool pure; /* for commands that open no school too */
	} options[] = {{"--data DIR", M_command_option_data},      {"--database URL", M_command_option_database},
	               {"--config FILE", M_command_option_config}, {"--as EMAIL", M_command_option_as},
	               {"--hei HEI", M_command_option_hei},        {"--lang fr|en", M_command_option_lang, true},
	               {"--json", M_command_option_json, true}};
	print("passerelle %s %s\n\n", c->name, c->usage);
	print_line(tr_args(&app->cx, c->summary, NULL));
	print("\n");
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (!c->pure || options[i].pure)
			print("  %-18s %.*s\n", options[i].word, STR_ARG(tr_args(&app->cx, options[i].text, NULL)));
}

enum err app_usage(struct app *app, int why, const char *word)
{
	app_tell(app, why, ARG_Z("value", word ? word : ""));
	return ERR_SYNTAX;
}

enum err app_no_more_words(struct app *app) { return app->args.len ? app_usage(app, M_command_unknown_word, app->args.word[0]) : OK; }

/* Options that every command knows. */
static enum err common_options(struct app *app)
{
	bool missing = false;
	struct args *a = &app->args;
	const char *file = args_value(a, "--config", &missing);
	if (!file) file = getenv("PASSERELLE_CONFIG");
	TRY(config_read(&app->cx, file, &app->config));
	const char *data = args_value(a, "--data", &missing), *database = args_value(a, "--database", &missing);
	const char *level = args_value(a, "--log", &missing);
	if (data) app->config.data = str_of(data), app->config.database = STR_NONE;
	if (database) app->config.database = str_of(database);
	app->as = args_value(a, "--as", &missing);
	app->hei = args_value(a, "--hei", &missing);
	app->json = args_flag(a, "--json");
	if (level) app->config.log_level = str_of(level);
	if (str_is(app->config.log_level, "debug")) log_set_level(LOG_DEBUG);
	if (str_is(app->config.log_level, "info")) log_set_level(LOG_INFO);
	return missing ? app_usage(app, M_command_no_value, NULL) : OK;
}

static enum err prepare(struct app *app, const struct command *c)
{
	if (c->needs == NEEDS_NOTHING) return OK;
	TRY(app_open(app, false));
	if (c->needs == NEEDS_DATABASE) return OK;
	TRY(app_schema(app, false));
	return c->needs == NEEDS_NODE ? OK : app_act(app);
}

static enum err run(struct app *app, const struct command *c)
{
	TRY(common_options(app));
	TRY(prepare(app, c));
	enum err err = c->run(app);
	if (app->db) {
		enum err durable = db_wait_durable(&app->cx);
		if (err == OK) err = durable;
		/* SQLite seals with its commits; elsewhere a command leaves nothing to be sealed later. */
		if (err == OK && app->seals && db_engine(app->db) != DB_SQLITE) err = audit_seal_all(&app->cx);
	}
	return err;
}

static enum lang terminal_lang(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	enum lang lang = LANG_EN;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value) return lang_parse(str_sub(str_of(value), 0, 2), &lang) ? lang : LANG_EN;
	}
	return lang;
}

/* A page takes some 200 KiB and gives them back: without this the system would hand them out and clear them anew each time. */
static void configure_memory(void)
{
	mallopt(M_ARENA_MAX, 4);
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	mallopt(M_TOP_PAD, 256 << 10);
}

/* Taken first, so that everything after it speaks the right language. */
static enum err choose_language(struct app *app)
{
	bool missing = false;
	const char *lang = args_value(&app->args, "--lang", &missing);
	app->cx.lang = terminal_lang();
	if (missing) return app_usage(app, M_command_no_value, NULL);
	return !lang || lang_parse(str_of(lang), &app->cx.lang) ? OK : app_usage(app, M_command_lang, lang);
}

static enum err find_and_run(struct app *app)
{
	bool help = args_flag(&app->args, "--help") || args_flag(&app->args, "-h");
	const char *name = app->args.len && app->args.word[0][0] != '-' ? args_next(&app->args) : NULL;
	const struct command *c = name ? find(name) : NULL;
	TRY(choose_language(app));
	if (c && help) return help_one(app, c), OK;
	if (!c) {
		help_all(app);
		return help && !name ? OK : app_usage(app, name ? M_command_unknown : M_command_needed, name);
	}
	enum err err = run(app, c);
	if (err == ERR_SYNTAX && !app->cx.problems) {
		struct str usage = str_fmt(app->cx.arena, "passerelle %s %s", c->name, c->usage);
		app_tell(app, M_command_usage, ARG_S("value", usage));
	}
	app_problems(app);
	return err;
}

int main(int argc, char **argv)
{
	configure_memory();
	struct arena *joined = arena_new();
	const char **words = ARENA_ARRAY(joined, const char *, (size_t)argc);
	for (int i = 1; i < argc; i++)
		words[i - 1] = argv[i];
	struct app app = {.args = {words, argc - 1}};
	log_set_level(LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	capabilities_join(joined);
	cx_begin(&app.cx, NULL);
	app.cx.told = true;
	enum err err = find_and_run(&app);
	cx_end(&app.cx);
	if (app.db) db_close(app.db);
	arena_free(joined);
	if (fflush(stdout) != 0 && err == OK) err = ERR_IO;
	return err_exit(err);
}
