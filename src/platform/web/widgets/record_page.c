/* One record: its facts, sections of later folders, where it comes from, and what was done to it. Archive and its undo. */
#include "platform/assets/icons.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/pages_own.h"

enum { HISTORY_MAX = 50, NOTE_CAP = 64 * 1024, HISTORY_SHOWN = 6 };

struct load {
	const struct entity *e;
	struct uuid id;
	void *row;
	struct str titles[ENTITY_FIELDS_MAX];
	struct audit_line *lines;
	size_t lines_len;
	struct line_change {
		struct field_diff *diffs;
		size_t len;
	} changes[HISTORY_MAX]; /* of each line */
	bool may_write;
};

/* What a line changed, with the titles of references; nothing for an image that this program cannot read. */
static enum err read_change(struct cx *cx, const struct entity *e, const struct audit_line *line, struct line_change *out)
{
	*out = (struct line_change){0};
	if (!line->before || !line->after) return OK;
	void *before = entity_new(cx, e), *after = entity_new(cx, e);
	struct problem *problems = cx->problems, **end = cx->problems_end;
	bool readable = entity_from_json(cx, e, line->before, before) == OK && entity_from_json(cx, e, line->after, after) == OK;
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	return readable ? entity_diff_titles(cx, e, before, after, &out->diffs, &out->len) : OK;
}

static enum err load_record(struct cx *cx, void *arg)
{
	struct load *l = arg;
	l->row = entity_new(cx, l->e);
	TRY(record_load(cx, l->e, l->id, l->row));
	for (size_t i = 0; i < l->e->fields_len; i++) {
		const struct field *f = &l->e->fields[i];
		if (f->type != FT_REF || !field_known(f, l->row) || !field_visible(cx, l->e, f)) continue;
		l->titles[i] = STR_NONE;
		if (actor_has(cx, f->refers->rights.read)) TRY(entity_title_of(cx, f->refers, *field_id(f, l->row), &l->titles[i]));
	}
	struct problem *problems = cx->problems, **end = cx->problems_end;
	l->may_write = l->e->ops && entity_may_write(cx, l->e, l->row) == OK;
	cx->problems = problems;
	cx->problems_end = end;
	if (end) *end = NULL;
	TRY(audit_history(cx, l->id, HISTORY_MAX, &l->lines, &l->lines_len));
	for (size_t i = 0; i < l->lines_len; i++)
		TRY(read_change(cx, l->e, &l->lines[i], &l->changes[i]));
	return OK;
}

/* --- facts and where they come from --- */

static bool told(const struct entity *e, const struct field *f)
{
	const struct entity_pages *pages = entity_pages_of(e);
	for (const char *const *name = pages ? pages->told : NULL; name && *name; name++)
		if (!strcmp(*name, f->name)) return true;
	return false;
}

static void facts(struct cx *cx, struct html *h, const struct load *l, bool rail)
{
	const struct field *title = entity_title(l->e);
	if (rail)
		html_lit(h, "<section aria-labelledby=\"facts\"><h2 id=\"facts\">");
	else
		html_lit(h, "<section class=\"sect\" aria-labelledby=\"facts\"><header><h2 id=\"facts\">");
	html_tr(cx, h, M_page_facts);
	if (rail)
		html_lit(h, "</h2>");
	else
		html_lit(h, "</h2></header><div class=\"sheet pad\">");
	part_facts_begin(h);
	size_t unknown = 0;
	for (size_t i = 0; i < l->e->fields_len; i++) {
		const struct field *f = &l->e->fields[i];
		if (f == title || !field_visible(cx, l->e, f) || told(l->e, f)) continue;
		if (!field_known(f, l->row)) {
			unknown++;
			continue;
		}
		part_fact_begin(h, tr(cx, f->label));
		html_field(cx, h, f, l->row, l->titles[i]);
		part_fact_end(h);
	}
	part_facts_end(h);
	if (unknown) {
		html_lit(h, "<p class=\"sm muted mt-s\">");
		html_tr(cx, h, M_page_facts_unknown, ARG_N("n", (int64_t)unknown));
		html_lit(h, "</p>");
	}
	if (!rail) html_lit(h, "</div>");
	html_lit(h, "</section>\n");
}

static struct str origin(struct cx *cx, const struct row *row)
{
	if (row->import_version == UNKNOWN) return tr(cx, M_page_origin_hand);
	return tr(cx, row->import_version == row->version ? M_page_origin_import : M_page_origin_import_changed);
}

static void provenance(struct cx *cx, struct html *h, const struct load *l)
{
	const struct row *row = l->row;
	html_lit(h, "<section aria-labelledby=\"origin\"><h2 id=\"origin\">");
	html_tr(cx, h, M_page_origin);
	html_lit(h, "</h2>");
	part_facts_begin(h);
	struct str batch = uuid_none(row->import_batch) || !actor_has(cx, l->e->rights.import)
	                       ? STR_NONE
	                       : str_fmt(cx->arena, "/imports/%.*s", STR_ARG(uuid_text(cx->arena, row->import_batch)));
	part_fact(h, tr(cx, M_page_origin_source), origin(cx, row), batch, STR_NONE);
	part_fact(h, tr(cx, M_page_origin_created), instant_text(cx, row->created_ms, cx->zone), STR_NONE, STR_NONE);
	if (row->changed_ms != row->created_ms)
		part_fact(h, tr(cx, M_page_origin_changed), instant_text(cx, row->changed_ms, cx->zone), STR_NONE, STR_NONE);
	part_facts_end(h);
	html_lit(h, "</section>\n");
}

/* --- history --- */

static struct str act_text(struct cx *cx, struct str act)
{
	int msg = msg_find(str_fmt(cx->arena, "audit_act_%.*s", STR_ARG(act)));
	return msg ? tr(cx, msg) : act;
}

static void line_diff(struct cx *cx, struct html *h, const struct line_change *c)
{
	const struct field_diff *diffs = c->diffs;
	for (size_t i = 0; i < c->len; i++) {
		html_lit(h, "<span class=\"u\">");
		html_tr(cx, h, diffs[i].field->label);
		html_lit(h, ": ");
		if (!str_blank(diffs[i].before)) {
			html_lit(h, "<del>");
			html_text(h, diffs[i].before);
			html_lit(h, "</del> ");
		}
		html_lit(h, "<ins>");
		html_text(h, str_blank(diffs[i].after) ? STR("\u2013") : diffs[i].after);
		html_lit(h, "</ins></span>");
	}
}

/* What an act counted, {"placements":24,"input_sha256":"..."}, as "placements 24, input sha256 ..."; other notes are words already. */
static void note_text(struct cx *cx, struct html *h, struct str note)
{
	const struct json *facts = NULL;
	struct problem *problems = cx->problems, **end = cx->problems_end;
	if (!str_starts(note, STR("{")) || json_parse(cx, note, NOTE_CAP, &facts) != OK || facts->kind != JSON_KIND_OBJECT) {
		cx->problems = problems;
		cx->problems_end = end;
		if (end) *end = NULL;
		html_text(h, note);
		return;
	}
	for (size_t i = 0; i < facts->members.len; i++) {
		const struct json_member *m = &facts->members.ptr[i];
		char *name = arena_copy(cx->arena, m->name.ptr, m->name.len);
		for (size_t k = 0; k < m->name.len; k++)
			if (name[k] == '_') name[k] = ' ';
		if (i) html_lit(h, ", ");
		html_text(h, (struct str){name, m->name.len});
		html_lit(h, " ");
		if (m->value.kind == JSON_KIND_INT)
			html_text(h, number_text(cx, m->value.num));
		else
			html_text(h, json_text(facts, str_z(cx->arena, m->name)));
	}
}

static void history_line(struct cx *cx, struct html *h, const struct load *l, size_t at)
{
	const struct audit_line *line = &l->lines[at];
	html_lit(h, "<li><b>");
	html_text(h, act_text(cx, line->act));
	html_lit(h, "</b> <span class=\"sm\">");
	html_text(h, line->actor);
	html_lit(h, "</span><span class=\"u\">");
	html_text(h, instant_text(cx, line->at_ms, cx->zone));
	html_lit(h, "</span>");
	if (!str_blank(line->note)) {
		html_lit(h, "<span class=\"u\">");
		note_text(cx, h, line->note);
		html_lit(h, "</span>");
	}
	if (line->erased) {
		html_lit(h, "<span class=\"u\">");
		html_tr(cx, h, M_page_history_erased);
		html_lit(h, "</span>");
	}
	line_diff(cx, h, &l->changes[at]);
	html_lit(h, "</li>\n");
}

static void history(struct cx *cx, struct html *h, const struct load *l)
{
	if (l->lines_len == 0) return;
	html_lit(h, "<section aria-labelledby=\"history\"><h2 id=\"history\">");
	html_tr(cx, h, M_page_history);
	html_lit(h, "</h2><ol class=\"vers\">");
	size_t shown = l->lines_len < HISTORY_SHOWN ? l->lines_len : HISTORY_SHOWN;
	for (size_t i = 0; i < shown; i++)
		history_line(cx, h, l, i);
	html_lit(h, "</ol>");
	if (l->lines_len > shown) {
		html_lit(h, "<details><summary class=\"sm\">");
		html_tr(cx, h, M_page_history_more, ARG_N("n", (int64_t)(l->lines_len - shown)));
		html_lit(h, "</summary><ol class=\"vers\">");
		for (size_t i = shown; i < l->lines_len; i++)
			history_line(cx, h, l, i);
		html_lit(h, "</ol></details>");
	}
	html_lit(h, "</section>\n");
}

/* --- sections of others --- */

static enum err panels(struct cx *cx, const struct request *r, struct html *h, const struct load *l, bool rail)
{
	for (const struct panel *const *at = pages_panels(); *at; at++) {
		const struct panel *panel = *at;
		if (panel->entity != l->e || panel->rail != rail || (panel->roles && !actor_has(cx, panel->roles))) continue;
		struct html inside;
		html_init(&inside, cx->arena, 1024 * 1024);
		TRY(panel->render(cx, r, &inside, l->row));
		if (html_str(&inside).len == 0) continue;
		struct str id = str_fmt(cx->arena, "panel-%zu", (size_t)(at - pages_panels()));
		html_lit(h, "<section class=\"sect\"");
		html_attr(h, "aria-labelledby", id);
		html_lit(h, "><header><h2");
		html_attr(h, "id", id);
		html_lit(h, ">");
		html_tr(cx, h, panel->title);
		html_lit(h, "</h2></header>\n");
		html_add(h, &inside);
		html_lit(h, "</section>\n");
	}
	return OK;
}

/* --- the page --- */

static size_t record_acts(struct cx *cx, const struct load *l, struct act *acts)
{
	const struct row *row = l->row;
	struct str self = pages_record(cx, l->e, l->id);
	size_t n = 0;
	if (!l->may_write) return 0;
	if (row->archived_ms != UNKNOWN) {
		acts[n++] = (struct act){.text = tr(cx, M_page_restore),
		                         .icon = ICON_undo_2,
		                         .post = true,
		                         .href = str_fmt(cx->arena, "%.*s/restore", STR_ARG(self))};
		return n;
	}
	if (l->e->ops->archive)
		acts[n++] = (struct act){.text = tr(cx, M_page_archive), .href = str_fmt(cx->arena, "%.*s/archive", STR_ARG(self))};
	if (l->e->ops->change)
		acts[n++] = (struct act){.text = tr(cx, M_page_change),
		                         .icon = ICON_pen_line,
		                         .primary = true,
		                         .href = str_fmt(cx->arena, "%.*s/edit", STR_ARG(self))};
	return n;
}

static void archived_note(struct cx *cx, struct html *h, const struct row *row)
{
	if (row->archived_ms == UNKNOWN) return;
	html_lit(h, "<p class=\"note\">");
	part_icon(h, ICON_archive, false);
	html_lit(h, "<span>");
	html_tr(cx, h, M_page_archived_note, ARG_S("date", instant_text(cx, row->archived_ms, cx->zone)),
	        ARG_S("reason", str_present(row->archive_reason) ? row->archive_reason : STR("\u2013")));
	html_lit(h, "</span></p>\n");
}

enum err record_get(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct entity_pages *pages = pages_of_request(r);
	struct load l = {.e = pages->entity};
	TRY(request_route_id(cx, r, "id", &l.id));
	TRY(db_tx(cx, DB_READ, load_record, &l));
	struct act acts[2];
	struct crumb crumbs[] = {{tr(cx, l.e->label_many), pages_base(cx, l.e)}, {tr(cx, l.e->label), STR_NONE}};
	struct page page = {
	    .title = record_name(cx, l.e, l.row), .crumbs = crumbs, .crumbs_len = 2, .acts = acts, .acts_len = record_acts(cx, &l, acts)};
	if (pages->header) TRY(pages->header(cx, l.row, &page));
	struct html *h = page_begin(cx, r, p, &page);
	archived_note(cx, h, l.row);
	if (pages->timeline) {
		html_lit(h, "<div class=\"dossier\">\n");
		TRY(pages->timeline(cx, h, l.row));
		html_lit(h, "<div class=\"mid stack\">\n");
		TRY(pages->step(cx, r, p, h, l.row));
	} else {
		html_lit(h, "<div class=\"cols\"><div class=\"stack\">\n");
		facts(cx, h, &l, false);
	}
	TRY(panels(cx, r, h, &l, false));
	html_lit(h, "</div>\n<div class=\"rail stack\">\n");
	if (pages->timeline) facts(cx, h, &l, true);
	TRY(panels(cx, r, h, &l, true));
	provenance(cx, h, &l);
	history(cx, h, &l);
	html_lit(h, "</div></div>\n");
	return page_end(cx, r, p, &page);
}

/* --- archive --- */

static enum err archive_form(struct cx *cx, const struct request *r, struct reply *p, const struct load *l)
{
	struct str self = pages_record(cx, l->e, l->id), name = record_name(cx, l->e, l->row);
	struct crumb crumbs[] = {{tr(cx, l->e->label_many), pages_base(cx, l->e)}, {name, self}};
	struct page page = {.title = tr(cx, M_page_archive_title, ARG_S("name", name)),
	                    .crumbs = crumbs,
	                    .crumbs_len = 2,
	                    .lede = tr(cx, M_page_archive_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<form class=\"one\" method=\"post\"");
	html_url(h, "action", str_fmt(cx->arena, "%.*s/archive", STR_ARG(self)));
	html_lit(h, ">");
	html_form_errors(cx, h, NULL);
	part_hidden(h, "csrf", csrf_token(cx, r, p));
	part_hidden(h, "version", str_fmt(cx->arena, "%lld", (long long)((const struct row *)l->row)->version));
	html_lit(h, "<div class=\"field\"><label for=\"f-reason\">");
	html_tr(cx, h, M_page_archive_reason);
	html_lit(h, " <span class=\"opt\">");
	html_tr(cx, h, M_page_form_required);
	html_lit(h, "</span></label><input class=\"in\" id=\"f-reason\" name=\"reason\" aria-required=\"true\" maxlength=\"500\"");
	html_attr(h, "value", request_form(r, "reason"));
	html_lit(h, ">");
	html_field_error(cx, h, STR("reason"));
	html_lit(h, "</div><p class=\"form-acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_page_archive);
	html_lit(h, "</button><a class=\"btn q\"");
	html_url(h, "href", self);
	html_lit(h, ">");
	html_tr(cx, h, M_page_cancel);
	html_lit(h, "</a></p></form>");
	return page_end(cx, r, p, &page);
}

static enum err load_to_archive(struct cx *cx, const struct request *r, struct load *l)
{
	l->e = pages_of_request(r)->entity;
	if (!l->e->ops || !l->e->ops->archive) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(request_route_id(cx, r, "id", &l->id));
	TRY(db_tx(cx, DB_READ, load_record, l));
	return l->may_write ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied);
}

enum err archive_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct load l = {0};
	TRY(load_to_archive(cx, r, &l));
	return archive_form(cx, r, p, &l);
}

enum err archive_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct load l = {0};
	int64_t version;
	TRY(load_to_archive(cx, r, &l));
	struct str reason = str_trim(request_form(r, "reason"));
	if (!str_to_i64(request_form(r, "version"), &version)) return fail(cx, ERR_SYNTAX, "version", M_error_syntax);
	enum err err = str_blank(reason) ? fail(cx, ERR_INVALID, "reason", M_page_archive_reason_needed)
	                                 : l.e->ops->archive(cx, l.id, version, reason);
	if (err == ERR_INVALID || err == ERR_REFUSED || err == ERR_STALE || err == ERR_CONFLICT) {
		p->status = err_http(err);
		return archive_form(cx, r, p, &l);
	}
	TRY(err);
	struct str self = pages_record(cx, l.e, l.id);
	flash_set(cx, r, p, tr(cx, M_page_archived_done, ARG_S("name", record_name(cx, l.e, l.row))),
	          str_fmt(cx->arena, "%.*s/restore", STR_ARG(self)));
	return reply_redirect(cx, p, pages_base(cx, l.e));
}

/* The undo of an archive restores the version that it finds: nobody edits an archived record meanwhile. */
enum err restore_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct load l = {0};
	TRY(load_to_archive(cx, r, &l));
	const struct row *row = l.row;
	if (row->archived_ms != UNKNOWN) TRY(record_restore(cx, l.e, l.id, row->version));
	flash_set(cx, r, p, tr(cx, M_page_restored, ARG_S("name", record_name(cx, l.e, l.row))), STR_NONE);
	return reply_redirect(cx, p, pages_record(cx, l.e, l.id));
}
