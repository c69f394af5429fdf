/* New and change: form, refusal with everything kept, and the page that joins two people's work. */
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/pages_own.h"

/* --- choices of REF fields --- */

static enum err load_choice(struct cx *cx, const struct entity *e, const struct field *f, const void *row, struct form_choices *c)
{
	if (!actor_has(cx, f->refers->rights.read)) return OK;
	if (row && field_known(f, row)) TRY(entity_title_of(cx, f->refers, *field_id(f, row), &c->current));
	struct list_query q;
	struct str title = str_of(entity_title(f->refers)->name);
	const struct pair pairs[] = {{STR("size"), STR("50")}, {STR("sort"), title}};
	bool sortable = entity_title(f->refers)->flags & (FF_SORT | FF_FOLD);
	TRY(list_query_parse(cx, f->refers, (struct pairs){pairs, sortable ? 2 : 1}, &q));
	struct list_page page;
	TRY(list_run(cx, &q, &page));
	c->ids = ARENA_ARRAY(cx->arena, struct uuid, page.len + 2);
	c->titles = ARENA_ARRAY(cx->arena, struct str, page.len + 2);
	c->all = !page.more;
	bool has_current = false;
	for (c->len = 0; c->len < page.len; c->len++) {
		c->ids[c->len] = ((const struct row *)page.rows[c->len])->id;
		c->titles[c->len] = record_name(cx, f->refers, page.rows[c->len]);
		has_current = has_current || (row && uuid_eq(c->ids[c->len], *field_id(f, row)));
	}
	/* An archived row may still be the value: it stays choosable where it stands. */
	if (!has_current && str_present(c->current)) {
		c->ids[c->len] = *field_id(f, row);
		c->titles[c->len++] = c->current;
	}
	return OK;
}

enum err form_load_choices(struct cx *cx, const struct entity *e, const void *row, struct form_choices **out)
{
	*out = ARENA_ARRAY(cx->arena, struct form_choices, e->fields_len + 1);
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (f->type == FT_REF && form_field(cx, e, f)) TRY(load_choice(cx, e, f, row, &(*out)[i]));
	}
	return OK;
}

/* --- what was sent --- */

/* The id of the one row of this name; the text itself when there is none or several, so that the field's parser says so. */
static enum err ref_by_title(struct cx *cx, const struct field *f, struct str typed, struct str *out)
{
	struct uuid id;
	*out = typed;
	if (str_blank(typed) || uuid_parse(typed, &id) || !actor_has(cx, f->refers->rights.read)) return OK;
	struct list_query q;
	struct str filter = str_fmt(cx->arena, "%s:eq:%.*s", entity_title(f->refers)->name, STR_ARG(typed));
	const struct pair pairs[] = {{STR("filter"), filter}, {STR("size"), STR("2")}};
	TRY(list_query_parse(cx, f->refers, (struct pairs){pairs, 2}, &q));
	struct list_page page;
	TRY(list_run(cx, &q, &page));
	if (page.len == 1) {
		*out = uuid_text(cx->arena, ((const struct row *)page.rows[0])->id);
		return OK;
	}
	return fail(cx, ERR_INVALID, f->name, page.len ? M_page_form_ref_many : M_page_form_ref_none, ARG_M("field", f->label),
	            ARG_S("value", typed));
}

/* Browsers send line ends as CR LF; rows hold LF. */
static struct str plain_lines(struct cx *cx, struct str s)
{
	if (str_find_char(s, '\r') == STR_NPOS) return s;
	char *out = arena_alloc(cx->arena, s.len);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '\r') out[n++] = s.ptr[i];
	return (struct str){out, n};
}

enum err form_pairs(struct cx *cx, const struct entity *e, const struct request *r, const char *prefix, struct pairs *out)
{
	VEC(struct pair) list = {0};
	enum err first = OK;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!form_field(cx, e, f)) continue;
		struct str value = request_form(r, str_z(cx->arena, str_fmt(cx->arena, "%s%s", prefix, f->name)));
		if (!str_present(value)) continue;
		if (f->type == FT_CODE) value = form_code_typed(value);
		if (f->flags & FF_LONG) value = plain_lines(cx, value);
		if (f->type == FT_REF) {
			enum err err = ref_by_title(cx, f, str_trim(value), &value);
			if (err != OK && err != ERR_INVALID) return err;
			if (err != OK && first == OK) first = err;
			if (err != OK) continue;
		}
		*VEC_PUSH(cx->arena, &list) = (struct pair){str_of(f->name), value};
	}
	*out = (struct pairs){list.ptr, list.len};
	return first;
}

/* --- one attempt to save --- */

struct attempt {
	const struct entity_pages *pages;
	const struct request *r;
	struct uuid id;         /* none: a new row */
	struct row *current;    /* as it stands now */
	struct draft was, mine; /* as the form was opened, and with what was typed */
	struct form_choices *choices;
	enum err read; /* what reading the form gave */
	bool posted;
};

/* Only what the form shows, and only before the first save: an emptied field stays empty. */
static void propose(struct cx *cx, struct attempt *a)
{
	const struct entity *e = a->pages->entity;
	if (!a->posted && !a->current && e->propose) e->propose(cx, a->mine.row);
}

static enum err attempt_read(struct cx *cx, void *arg)
{
	struct attempt *a = arg;
	const struct entity *e = a->pages->entity;
	cx_clear_problems(cx);
	a->read = OK;
	if (!uuid_none(a->id)) {
		a->current = entity_new(cx, e);
		TRY(record_load(cx, e, a->id, a->current));
		TRY(entity_may_write(cx, e, a->current));
	} else if (!actor_has(cx, e->rights.write)) {
		return fail(cx, ERR_DENIED, NULL, M_error_denied);
	}
	draft_begin(cx, e, a->current, &a->was);
	if (a->posted && a->current) {
		struct pairs pairs;
		TRY(form_pairs(cx, e, a->r, "was.", &pairs));
		TRY(draft_read(cx, &a->was, pairs));
	}
	draft_begin(cx, e, a->current ? a->was.row : NULL, &a->mine);
	propose(cx, a);
	if (a->posted) {
		struct pairs pairs;
		a->read = form_pairs(cx, e, a->r, "", &pairs);
		if (a->read != OK && a->read != ERR_INVALID) return a->read;
		enum err err = draft_read(cx, &a->mine, pairs);
		if (a->read == OK) a->read = err;
		for (size_t i = 0; i < e->fields_len; i++) {
			/* A name that was not found among the rows it refers to stands as typed. */
			const struct field *f = &e->fields[i];
			struct str typed = f->type == FT_REF && form_field(cx, e, f) ? request_form(a->r, f->name) : STR_NONE;
			if (!str_present(typed) || field_set_has(&a->mine.given, i)) continue;
			a->mine.state[i] = DRAFT_INVALID;
			a->mine.typed[i] = typed;
		}
	}
	/* What the address already says of a new row (/conditions/new?agreement=...) need not be typed; what it says wrongly is left. */
	if (!a->posted && !a->current && draft_read(cx, &a->mine, a->r->query) != OK) {
		cx_clear_problems(cx);
		draft_begin(cx, e, NULL, &a->mine);
		propose(cx, a);
	}
	return form_load_choices(cx, e, a->mine.row, &a->choices);
}

static struct form attempt_form(struct cx *cx, struct reply *p, const struct attempt *a)
{
	const struct entity *e = a->pages->entity;
	struct str self = uuid_none(a->id) ? pages_base(cx, e) : pages_record(cx, e, a->id);
	return (struct form){.entity = e,
	                     .draft = &a->mine,
	                     .cancel = self,
	                     .choices = a->choices,
	                     .action = str_fmt(cx->arena, "%.*s/%s", STR_ARG(self), uuid_none(a->id) ? "new" : "edit"),
	                     .token = csrf_token(cx, a->r, p),
	                     .version = a->current ? a->current->version : UNKNOWN,
	                     .was = a->current ? a->was.row : NULL};
}

static struct page attempt_page(struct cx *cx, const struct attempt *a, struct crumb *crumbs)
{
	const struct entity *e = a->pages->entity;
	struct page page = {.crumbs = crumbs, .crumbs_len = 1};
	crumbs[0] = (struct crumb){tr(cx, e->label_many), pages_base(cx, e)};
	if (uuid_none(a->id)) {
		page.title = tr(cx, a->pages->title_new ? a->pages->title_new : M_page_add);
		return page;
	}
	struct str name = record_name(cx, e, a->current);
	crumbs[1] = (struct crumb){name, pages_record(cx, e, a->id)};
	page.crumbs_len = 2;
	page.title =
	    a->pages->title_edit ? tr(cx, a->pages->title_edit, ARG_S("name", name)) : tr(cx, M_page_edit_title, ARG_S("name", name));
	return page;
}

static enum err show_form(struct cx *cx, struct reply *p, const struct attempt *a, int64_t version)
{
	struct crumb crumbs[2];
	struct page page = attempt_page(cx, a, crumbs);
	struct html *h = page_begin(cx, a->r, p, &page);
	struct form form = attempt_form(cx, p, a);
	if (version != UNKNOWN) form.version = version;
	html_form(cx, h, &form);
	return page_end(cx, a->r, p, &page);
}

static enum err last_actor(struct cx *cx, void *arg)
{
	struct form_stale *s = arg;
	struct audit_line *lines;
	size_t len;
	TRY(audit_history(cx, ((const struct row *)s->current)->id, 1, &lines, &len));
	s->by = len ? lines[0].actor : STR_NONE;
	return OK;
}

static enum err show_stale(struct cx *cx, struct reply *p, const struct attempt *a)
{
	cx_clear_problems(cx);
	struct crumb crumbs[2];
	struct page page = attempt_page(cx, a, crumbs);
	struct form_stale stale = {.form = attempt_form(cx, p, a), .current = a->current};
	TRY(db_tx(cx, DB_READ, last_actor, &stale));
	p->status = err_http(ERR_STALE);
	struct html *h = page_begin(cx, a->r, p, &page);
	html_form_stale(cx, h, &stale);
	return page_end(cx, a->r, p, &page);
}

/* What the reader corrects at the form; anything else is not theirs to mend. */
static bool for_the_form(enum err err) { return err == ERR_INVALID || err == ERR_REFUSED || err == ERR_CONFLICT; }

static enum err open_form(struct cx *cx, struct reply *p, struct attempt *a)
{
	TRY(db_tx(cx, DB_READ, attempt_read, a));
	return show_form(cx, p, a, UNKNOWN);
}

static enum err may_create(struct cx *cx, const struct entity *e)
{
	return e->ops && e->ops->create ? OK : fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

enum err new_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct attempt a = {.pages = pages_of_request(r), .r = r};
	TRY(may_create(cx, a.pages->entity));
	return open_form(cx, p, &a);
}

enum err new_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct attempt a = {.pages = pages_of_request(r), .r = r, .posted = true};
	const struct entity *e = a.pages->entity;
	TRY(may_create(cx, e));
	TRY(db_tx(cx, DB_READ, attempt_read, &a));
	enum err err = a.read == OK ? e->ops->create(cx, a.mine.row) : a.read;
	if (for_the_form(err)) {
		p->status = err_http(err);
		return show_form(cx, p, &a, UNKNOWN);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, M_page_created, ARG_S("name", record_name(cx, e, a.mine.row))), STR_NONE);
	return reply_redirect(cx, p, pages_record(cx, e, ((const struct row *)a.mine.row)->id));
}

static enum err edit_begin(struct cx *cx, const struct request *r, struct attempt *a)
{
	*a = (struct attempt){.pages = pages_of_request(r), .r = r};
	const struct entity *e = a->pages->entity;
	if (!e->ops || !e->ops->change) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	return request_route_id(cx, r, "id", &a->id);
}

enum err edit_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct attempt a;
	TRY(edit_begin(cx, r, &a));
	return open_form(cx, p, &a);
}

static size_t changed_fields(struct cx *cx, const struct attempt *a, struct field_set *set)
{
	const struct entity *e = a->pages->entity;
	size_t n = 0;
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!form_field(cx, e, f) || !field_set_has(&a->mine.given, i) || field_equal(f, a->was.row, a->mine.row)) continue;
		field_set_add(set, i);
		n++;
	}
	return n;
}

static enum err save(struct cx *cx, const struct attempt *a, const struct field_set *set)
{
	const struct entity *e = a->pages->entity;
	void *row = arena_copy(cx->arena, a->current, e->size);
	for (size_t i = 0; i < e->fields_len; i++)
		if (field_set_has(set, i)) field_copy(&e->fields[i], row, a->mine.row);
	return e->ops->change(cx, row, set);
}

enum err edit_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct attempt a;
	int64_t version;
	TRY(edit_begin(cx, r, &a));
	a.posted = true;
	const struct entity *e = a.pages->entity;
	if (!str_to_i64(request_form(r, "version"), &version)) return fail(cx, ERR_SYNTAX, "version", M_error_syntax);
	TRY(db_tx(cx, DB_READ, attempt_read, &a));
	if (a.read != OK) {
		p->status = err_http(a.read);
		return show_form(cx, p, &a, version);
	}
	struct field_set set = {{0}};
	size_t changed = changed_fields(cx, &a, &set);
	struct str self = pages_record(cx, e, a.id);
	if (changed == 0) {
		flash_set(cx, r, p, tr(cx, M_page_unchanged), STR_NONE);
		return reply_redirect(cx, p, self);
	}
	if (version != a.current->version) return show_stale(cx, p, &a);
	enum err err = save(cx, &a, &set);
	if (err == ERR_STALE) {
		TRY(db_tx(cx, DB_READ, attempt_read, &a));
		return show_stale(cx, p, &a);
	}
	if (for_the_form(err)) {
		p->status = err_http(err);
		return show_form(cx, p, &a, version);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, M_page_saved_fields, ARG_N("n", (int64_t)changed)), STR_NONE);
	return reply_redirect(cx, p, self);
}
