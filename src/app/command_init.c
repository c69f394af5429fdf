/* init: the data directory or schema, the school, and its first administrator. */
#include "app/app.h"
#include "base/rand.h"
#include "office/people/accounts.h"
#include "office/people/school.h"
#include "platform/i18n/i18n.h"
#include <dirent.h>
#include <termios.h>
#include <unistd.h>

static enum err must_be_empty(struct app *app)
{
	const char *dir = str_z(app->cx.arena, app->config.data);
	DIR *d = opendir(dir);
	if (!d) return OK; /* it will be made */
	int entries = 0;
	for (struct dirent *e; (e = readdir(d));)
		entries += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return entries ? fail(&app->cx, ERR_REFUSED, "data", M_store_not_empty, ARG_Z("value", dir)) : OK;
}

/* Five groups of four letters and digits that cannot be taken for one another: about 97 bits. */
static struct str generate(struct arena *a)
{
	static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *out = arena_alloc(a, 24);
	for (int i = 0; i < 24; i++) {
		if (i % 5 == 4) {
			out[i] = '-';
			continue;
		}
		uint64_t r;
		do
			r = rand_u64() & 31;
		while (r >= sizeof(alphabet) - 1);
		out[i] = alphabet[r];
	}
	return (struct str){out, 24};
}

static struct str read_password(struct app *app)
{
	char line[600] = "";
	bool terminal = isatty(STDIN_FILENO);
	struct termios old;
	if (terminal) {
		fprintf(stderr, "%.*s ", STR_ARG(tr(&app->cx, M_command_init_password)));
		tcgetattr(STDIN_FILENO, &old);
		struct termios quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	if (!fgets(line, sizeof(line), stdin)) line[0] = '\0';
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	line[strcspn(line, "\r\n")] = '\0';
	return str_copy(app->cx.arena, str_of(line));
}

static enum err first_school(struct app *app, struct school *school, const struct account_invitation *admin)
{
	struct cx *cx = &app->cx;
	struct actor operator= {.is_operator = true, .name = STR("operator")};
	struct uuid account;
	cx->actor = &operator;
	TRY(school_create(cx, school));
	TRY(account_invite(cx, admin, &account));
	TRY(db_wait_durable(cx));
	cx->actor = NULL;
	return OK;
}

static enum err run(struct app *app)
{
	bool missing = false;
	const char *hei = args_value(&app->args, "--school", &missing);
	const char *name = args_value(&app->args, "--name", &missing), *admin = args_value(&app->args, "--admin", &missing);
	const char *zone = args_value(&app->args, "--zone", &missing);
	if (!hei) hei = app->hei;
	if (missing || !hei || !name || !admin) return app_usage(app, M_command_init_words, NULL);
	TRY(app_no_more_words(app));
	if (str_blank(app->config.database)) TRY(must_be_empty(app));
	struct school school = {.hei_id = str_of(hei), .name = str_of(name), .zone = str_of(zone)};
	struct str password = read_password(app);
	bool made = str_blank(password);
	if (made) password = generate(app->cx.arena);
	struct account_invitation first = {.email = str_of(admin),
	                                   .name = str_of(admin),
	                                   .roles = ROLE_ADMIN | ROLE_OFFICE,
	                                   .lang = app->cx.lang,
	                                   .silent = true,
	                                   .password = password};
	/* Before anything is made, so that nothing stands in the way of a second try. */
	TRY(school_check(&app->cx, &school));
	TRY(account_check_invitation(&app->cx, &first));
	TRY(app_open(app, true));
	enum db_schema state;
	int version;
	TRY(db_schema_state(&app->cx, &state, &version));
	TRY(app_schema(app, state == DB_SCHEMA_EMPTY));
	TRY(first_school(app, &school, &first));
	if (made) print("password: %.*s\n", STR_ARG(password));
	app_tell(app, M_command_init_done, ARG_Z("name", name));
	return OK;
}

const struct command command_init = {.name = "init",
                                     .usage = "--hei escom.fr --name \"ESCOM Chimie\" --admin EMAIL [--zone Europe/Paris]",
                                     .summary = M_command_init,
                                     .needs = NEEDS_NOTHING,
                                     .run = run};
