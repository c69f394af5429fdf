/* Batches: what was brought in, by whom, what it changed, and taking it back. */
#include "office/desk/pages.h"
#include "office/desk/pages_lines.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

enum { LISTED = 200, LINES = 25 };

static const struct entity *readable(struct cx *cx, const struct batch *b)
{
	const struct entity *e = entity_by_kind(b->kind);
	return e && actor_has(cx, e->rights.import) ? e : NULL;
}

static struct str batch_path(struct cx *cx, struct uuid id, const char *after)
{
	return str_fmt(cx->arena, "/batches/%.*s%s", STR_ARG(uuid_text(cx->arena, id)), after);
}

static void batch_row(struct cx *cx, struct html *h, const struct batch *b, const struct entity *e)
{
	html_lit(h, "<tr><td><a class=\"t\"");
	html_url(h, "href", batch_path(cx, b->id, ""));
	html_lit(h, ">");
	html_text(h, b->source);
	html_lit(h, "</a><span class=\"u\">");
	html_text(h, tr_args(cx, e->label_many, NULL));
	html_lit(h, "</span></td><td class=\"num\">");
	html_number(cx, h, b->counts[IMPORT_NEW]);
	html_lit(h, "</td><td class=\"num\">");
	html_number(cx, h, b->counts[IMPORT_CHANGED]);
	html_lit(h, "</td><td>");
	if (b->undone_ms != UNKNOWN)
		part_state(h, TONE_PLAIN, ICON_undo_2, tr(cx, M_batches_undone));
	else
		part_state(h, TONE_OK, ICON_check, tr(cx, M_imports_state_applied));
	html_lit(h, "</td><td class=\"c2\">");
	html_text(h, instant_text(cx, b->at_ms, cx->zone));
	html_lit(h, "<span class=\"u\">");
	html_text(h, b->actor);
	html_lit(h, "</span></td></tr>\n");
}

static enum err batches_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct batch *all;
	size_t len, shown = 0;
	if (!cx->actor) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	TRY(batch_list(cx, LISTED, &all, &len));
	for (size_t i = 0; i < len; i++)
		if (readable(cx, &all[i])) all[shown++] = all[i];
	struct crumb crumb = {tr(cx, M_imports_title), STR("/imports")};
	struct page page = {.title = tr(cx, M_batches_title), .lede = tr(cx, M_batches_lede), .crumbs = &crumb, .crumbs_len = 1};
	struct html *h = page_begin(cx, r, p, &page);
	struct act import = {.text = tr(cx, M_imports_send_first), .href = STR("/imports"), .primary = true};
	if (!shown) part_empty(h, ICON_file_up, tr(cx, M_batches_none), &import, STR_NONE);
	static const int labels[] = {M_imports_file, M_imports_new, M_imports_changed, M_imports_state, M_batches_when};
	static const char *const classes[] = {NULL, "num", "num", NULL, "c2"};
	if (shown) html_table_begin(cx, h, page.title, labels, classes, 5);
	for (size_t i = 0; i < shown; i++)
		batch_row(cx, h, &all[i], readable(cx, &all[i]));
	if (shown) html_table_end(h);
	return page_end(cx, r, p, &page);
}

static void blockers(struct cx *cx, struct html *h, const struct batch_undo *undo, struct uuid id, struct str token)
{
	static const int labels[] = {M_imports_row, M_imports_reason};
	html_note(h, TONE_STOP, ICON_triangle_alert, tr(cx, M_batches_blocked, ARG_N("n", undo->blocked_len)));
	html_table_begin(cx, h, tr(cx, M_batches_blockers), labels, NULL, 2);
	VEC_EACH (b, &undo->blocked) {
		html_lit(h, "<tr>");
		html_cell(h, NULL, b->title);
		html_cell(h, "long", b->reason);
		html_lit(h, "</tr>");
	}
	html_table_end(h);
	html_lit(h, "<div class=\"row\">");
	part_act(h,
	         &(struct act){
		     .text = tr(cx, M_batches_undo_others), .href = batch_path(cx, id, "/undo-others"), .icon = ICON_undo_2, .post = true},
	         token);
	html_lit(h, "</div>");
}

static struct result_line *as_result(struct cx *cx, const struct import_line *lines, size_t len)
{
	struct result_line *out = ARENA_ARRAY(cx->arena, struct result_line, len + 1);
	for (size_t i = 0; i < len; i++) {
		out[i] = (struct result_line){.line = lines[i].line,
		                              .state = (int64_t)lines[i].state,
		                              .title = lines[i].title,
		                              .diffs = ARENA_ARRAY(cx->arena, struct result_diff, lines[i].diffs_len + 1),
		                              .diffs_len = lines[i].diffs_len};
		for (size_t k = 0; k < lines[i].diffs_len; k++)
			out[i].diffs[k] =
			    (struct result_diff){str_of(lines[i].diffs[k].field->name), lines[i].diffs[k].before, lines[i].diffs[k].after};
	}
	return out;
}

static void changed_rows(struct cx *cx, struct html *h, const struct batch *b, const struct entity *e, const struct import_line *lines,
                         size_t len)
{
	static const int states[] = {IMPORT_CHANGED, IMPORT_NEW};
	struct result_line *shown = as_result(cx, lines, len);
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		int64_t n = 0;
		for (size_t k = 0; k < len; k++)
			n += shown[k].state == states[i];
		if (!n) continue;
		html_section_begin(
		    h, states[i] == IMPORT_NEW ? "b-new" : "b-changed", tr(cx, states[i] == IMPORT_NEW ? M_imports_new : M_imports_changed),
		    b->counts[states[i]] > n ? tr(cx, M_imports_first, ARG_N("n", n), ARG_N("all", b->counts[states[i]])) : STR_NONE, NULL,
		    STR_NONE);
		lines_table(cx, h, e, shown, len, states[i]);
		html_section_end(h);
	}
}

static enum err load_batch(struct cx *cx, const struct request *r, struct batch *b, const struct entity **e)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(batch_load(cx, id, b));
	*e = readable(cx, b);
	return *e ? OK : fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
}

static enum err batch_page(struct cx *cx, const struct request *r, struct reply *p, const struct batch *b, const struct entity *e,
                           const struct batch_undo *undo)
{
	struct import_line *lines;
	size_t len;
	bool undone = b->undone_ms != UNKNOWN;
	TRY(batch_lines(cx, b->id, LINES, &lines, &len));
	struct crumb crumbs[] = {{tr(cx, M_imports_title), STR("/imports")}, {tr(cx, M_batches_title), STR("/batches")}};
	struct act act = {.text = tr(cx, M_batches_undo), .href = batch_path(cx, b->id, "/undo"), .icon = ICON_undo_2, .post = true};
	struct tag_text tag = {tr(cx, M_batches_undone), TONE_PLAIN};
	struct page page = {.title = b->source,
	                    .crumbs = crumbs,
	                    .crumbs_len = 2,
	                    .acts = &act,
	                    .acts_len = !undone && !undo,
	                    .tags = &tag,
	                    .tags_len = undone,
	                    .lede = tr(cx, M_batches_one_lede, ARG_M("what", e->label_many),
	                               ARG_S("when", instant_text(cx, b->at_ms, cx->zone)), ARG_S("who", b->actor))};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"stack\"><div class=\"stack-s\">");
	if (undone)
		html_note(h, TONE_PLAIN, ICON_undo_2,
		          tr(cx, M_batches_undone_by, ARG_S("who", b->undone_by), ARG_S("when", instant_text(cx, b->undone_ms, cx->zone))));
	if (undo) blockers(cx, h, undo, b->id, csrf_token(cx, r, p));
	lines_figures(cx, h, b->counts, false);
	html_lit(h, "</div>");
	changed_rows(cx, h, b, e, lines, len);
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

static enum err batch_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct batch b;
	const struct entity *e;
	TRY(load_batch(cx, r, &b, &e));
	return batch_page(cx, r, p, &b, e, NULL);
}

static enum err undo_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct batch b;
	const struct entity *e;
	struct batch_undo undo = {0};
	TRY(load_batch(cx, r, &b, &e));
	enum err err = batch_undo(cx, b.id, str_ends(r->path, STR("/undo-others")), &undo);
	if (err == ERR_REFUSED && undo.blocked_len) {
		cx_clear_problems(cx);
		p->status = err_http(err);
		return batch_page(cx, r, p, &b, e, &undo);
	}
	TRY(err);
	flash_set(cx, r, p, tr(cx, undo.blocked_len ? M_batches_undo_part : M_batches_undo_done, ARG_N("n", undo.undone)), STR_NONE);
	return reply_redirect(cx, p, batch_path(cx, b.id, ""));
}

const struct route batch_routes[] = {
    {HTTP_GET, "/batches", batches_get, 0, NULL},
    {HTTP_GET, "/batches/{id}", batch_get, 0, NULL},
    {HTTP_POST, "/batches/{id}/undo", undo_post, 0, NULL},
    {HTTP_POST, "/batches/{id}/undo-others", undo_post, 0, NULL},
    {0},
};
