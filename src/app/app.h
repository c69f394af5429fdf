/* The program: configuration, the store, and one function per command. */
#pragma once
#include "base/cx.h"
#include "platform/db/db.h"

/* Words of the command line; each option is taken once, what is left must be empty. */
struct args {
	const char **word;
	int len;
};
bool args_flag(struct args *a, const char *name);
/* --name VALUE or --name=VALUE; NULL when absent. *missing is set when the value is not there. */
const char *args_value(struct args *a, const char *name, bool *missing);
const char *args_next(struct args *a); /* the next word that is no option; NULL when there is none */

struct config {
	struct str data, database, listen, base_url, trusted_proxy, mail_from, smtp_url, smtp_user, smtp_password, log_level;
	int64_t workers;
	bool allow_root;
};
/* FILE holds lines "name = value"; # begins a comment. Environment and command line win over it. */
enum err config_read(struct cx *cx, const char *file, struct config *out) MUST_CHECK;

struct app {
	struct cx cx;
	struct args args;
	struct config config;
	struct db *db;
	const char *as;  /* --as EMAIL */
	const char *hei; /* --hei: which school, when there are several */
	bool json;
	bool seals; /* the schema is current: what was written is sealed at the end */
};

enum needs {
	NEEDS_NOTHING,
	NEEDS_STORE,   /* database open, schema current, school chosen, actor set */
	NEEDS_NODE,    /* database open, schema current */
	NEEDS_DATABASE /* database open, any schema */
};
struct command {
	const char *name, *usage;
	int summary; /* M_... */
	enum needs needs;
	bool pure; /* files in, files out: the options of a school mean nothing */
	enum err (*run)(struct app *app);
};
extern const struct command *const commands[];

/* The store of the configuration. With `make`, an absent data directory is made. ERR_CONFIG, ERR_IO, ERR_DATABASE. */
enum err app_open(struct app *app, bool make) MUST_CHECK;
/* SQLite: migrates after a backup. PostgreSQL: ERR_SCHEMA until `migrate` ran. A newer schema: ERR_SCHEMA. */
enum err app_schema(struct app *app, bool migrate) MUST_CHECK;
/* The school (the only one, or --hei) and the actor (operator, or --as). */
enum err app_act(struct app *app) MUST_CHECK;
/* ERR_SYNTAX: says what is wrong with `word`, which the message calls {value}, and how the command is used. */
enum err app_usage(struct app *app, int why, const char *word) MUST_CHECK;
/* ERR_SYNTAX unless every word of the command line was taken. */
enum err app_no_more_words(struct app *app) MUST_CHECK;
/* A line to standard error. */
void app_say(struct app *app, struct str text);
#define app_tell(app, msg, ...) app_say((app), tr(&(app)->cx, (msg)__VA_OPT__(, ) __VA_ARGS__))
void app_problems(struct app *app);                 /* what went wrong, to standard error */
void print(const char *fmt, ...) PRINTF_LIKE(1, 2); /* the result, to standard output */
void print_str(struct str s);
/* The result as JSON: written into the memory of the command, then printed with a line's end. */
struct json_writer *json_result(struct app *app);
void print_json(const struct json_writer *w);
/* Serves until SIGTERM or SIGINT; prints `listening http://HOST:PORT`. */
enum err app_serve(struct app *app, bool demo) MUST_CHECK;
/* Makes the demo school when `make`, and prints its accounts: `account ROLE EMAIL PASSWORD`. */
enum err demo_school(struct app *app, bool make) MUST_CHECK;
