/* Making the demo school, once, in an empty place. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/people/school.h"
#include "platform/i18n/i18n.h"

static enum err make(struct cx *cx, void *arg)
{
	struct demo *d = arg;
	TRY(demo_make_school(d));
	TRY(demo_make_people(d));
	TRY(demo_make_partners(d));
	TRY(demo_make_stays(d));
	TRY(demo_make_campaign(d));
	return demo_make_strategy(d);
}

/* Academic years begin on 1 September; the current one is that of today. */
static int first_year(int64_t now_ms)
{
	struct civil c = instant_civil(now_ms);
	return (c.month >= 9 ? c.year : c.year - 1) - DEMO_CURRENT;
}

enum err demo_school(struct app *app, bool make_it)
{
	struct cx *cx = &app->cx;
	if (make_it) {
		struct arena *a = arena_new();
		struct demo *d = ARENA_NEW(a, struct demo);
		struct actor *operator= ARENA_NEW(cx->arena, struct actor);
		struct school school = {.hei_id = STR("chimie.example"), .name = STR("École de chimie"), .demo = true};
		operator->is_operator = true;
		operator->name = STR("demo");
		*d = (struct demo){.names = {STR("Inès Bouchard"), STR("Claire Vasseur")},
		                   .names_len = 2,
		                   .app = app,
		                   .cx = cx,
		                   .r = {.state = 20270630},
		                   .first_year = first_year(cx->now_ms)};
		cx->actor = operator;
		app_tell(app, M_command_demo_making);
		struct arena_mark before = arena_mark(cx->arena);
		enum err err = school_create(cx, &school);
		if (err == OK) err = db_tx(cx, DB_BULK, make, d);
		if (err == OK) err = demo_make_accounts(d);
		if (err == OK) err = db_wait_durable(cx);
		arena_free(a);
		TRY(err);
		/* Serving begins with this memory given back. */
		cx->actor = NULL;
		arena_rewind(cx->arena, before);
	}
	demo_print_accounts();
	return OK;
}
