/* passerelle COMMAND [ARGS]: finds the command, prepares what it needs, runs it, answers with an exit code. */
#include "app/app.h"
#include "app/capability.h"
#include "base/log.h"
#include "platform/i18n/i18n.h"
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

void print(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void print_str(struct str s) { fwrite(s.ptr, 1, s.len, stdout); }

void app_say(struct app *app, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("passerelle: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

void app_problems(struct app *app)
{
	for (struct problem *p = app->cx.problems; p; p = p->next) {
		struct str text = problem_text(&app->cx, p);
		app_say(app, "%.*s%s%.*s", STR_ARG(p->field), str_blank(p->field) ? "" : ": ", STR_ARG(text));
	}
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name)) return commands[i];
	return NULL;
}

static void help_all(void)
{
	print("passerelle COMMAND [ARGS] --data DIR | --database URL [--config FILE]\n\n");
	for (size_t i = 0; commands[i]; i++)
		print("  %-12s %s\n", commands[i]->name, commands[i]->summary);
	print("\nEvery command has --help. Exit codes: 0 done, 1 refused, 2 usage, 3 environment.\n");
}

static void help_one(const struct command *c)
{
	print("passerelle %s %s\n\n%s\n\n"
	      "  --data DIR          directory with the data (SQLite)\n"
	      "  --database URL      postgres://... (password from PGPASSFILE or the URL's file)\n"
	      "  --config FILE       lines name = value; PASSERELLE_NAME in the environment wins over it\n"
	      "  --as EMAIL          act as this account; otherwise as the audited actor \"operator\"\n"
	      "  --hei HEI           which school, when there are several\n"
	      "  --lang fr|en        language of messages\n",
	      c->name, c->usage, c->summary);
}

enum err app_usage(struct app *app, const char *why, const char *word)
{
	app_say(app, "%s%s%s", why, word ? ": " : "", word ? word : "");
	return ERR_SYNTAX;
}

/* Options that every command knows. */
static enum err common_options(struct app *app)
{
	bool missing = false;
	struct args *a = &app->args;
	const char *file = args_value(a, "--config", &missing);
	if (!file) file = getenv("PASSERELLE_CONFIG");
	TRY(config_read(&app->cx, file, &app->config));
	const char *data = args_value(a, "--data", &missing), *database = args_value(a, "--database", &missing);
	const char *lang = args_value(a, "--lang", &missing), *level = args_value(a, "--log", &missing);
	if (data) app->config.data = str_of(data), app->config.database = STR_NONE;
	if (database) app->config.database = str_of(database);
	app->as = args_value(a, "--as", &missing);
	app->hei = args_value(a, "--hei", &missing);
	app->json = args_flag(a, "--json");
	if (lang && !lang_parse(str_of(lang), &app->cx.lang)) return app_usage(app, "--lang takes fr or en, not", lang);
	if (level) app->config.log_level = str_of(level);
	if (str_is(app->config.log_level, "debug")) log_set_level(LOG_DEBUG);
	if (str_is(app->config.log_level, "info")) log_set_level(LOG_INFO);
	return missing ? app_usage(app, "an option has no value", NULL) : OK;
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
	bool help = args_flag(&app.args, "--help") || args_flag(&app.args, "-h");
	const char *name = argc > 1 && argv[1][0] != '-' ? args_next(&app.args) : NULL;
	const struct command *c = name ? find(name) : NULL;
	if (!c) {
		help_all();
		if (name) app_say(&app, "there is no command %s", name);
		return help || !name ? (help ? 0 : 2) : 2;
	}
	if (help) return help_one(c), 0;
	capabilities_join(joined);
	cx_begin(&app.cx, NULL);
	app.cx.lang = terminal_lang();
	enum err err = run(&app, c);
	if (err == ERR_SYNTAX && !app.cx.problems) fprintf(stderr, "usage: passerelle %s %s\n", c->name, c->usage);
	app_problems(&app);
	cx_end(&app.cx);
	if (app.db) db_close(app.db);
	arena_free(joined);
	if (fflush(stdout) != 0 && err == OK) err = ERR_IO;
	return err_exit(err);
}
