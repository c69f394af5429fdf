/* The command `allocation` alone, for the checker in another language: problems to standard error, exit code. */
#include "app/command_allocation.h"
#include "platform/i18n/i18n.h"

int main(int argc, char **argv)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	enum err e = command_allocation(&cx, argc - 1, argv + 1);
	for (const struct problem *p = cx.problems; p; p = p->next) {
		struct str text = problem_text(&cx, p);
		fprintf(stderr, "%.*s\n", STR_ARG(text));
	}
	cx_end(&cx);
	return err_exit(e);
}
