/* What the test servers share: they say where they listen, serve until SIGTERM, and tell what went wrong. */
#pragma once
#include "platform/db/db.h"
#include "platform/i18n/i18n.h"
#include "platform/web/web.h"
#include <signal.h>
#include <stdio.h>

/* `told` follows the address on its line; may be absent. */
static enum err serve_until_term(struct cx *cx, const struct web_config *config, struct str told)
{
	struct web *web;
	int got;
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &wanted, NULL);
	TRY(web_start(cx, cx->db, config, &web));
	printf("listening http://127.0.0.1:%d%s%.*s\n", web_port(web), str_present(told) ? " " : "", STR_ARG(told));
	fflush(stdout);
	sigwait(&wanted, &got);
	web_stop(web);
	return OK;
}

/* Closes the store; gives the exit code. */
static int serve_end(struct cx *cx, enum err err)
{
	db_close(cx->db);
	for (const struct problem *p = cx->problems; p; p = p->next) {
		struct str text = problem_text(cx, p);
		fprintf(stderr, "%s: %.*s: %.*s\n", p->place, STR_ARG(p->field), STR_ARG(text));
	}
	cx_end(cx);
	return err_exit(err);
}
