/* Imports in pages: choose and send a file, see what it would do, correct its columns, apply. Everything is a form post; the script
 * only lets a file be dropped and follows a job. */
#include "office/desk/desk.h"
#include "office/desk/imports.h"
#include "office/desk/pages.h"
#include "office/desk/pages_lines.h"
#include "office/people/school.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

enum { RECENT = 20, COLUMNS_MAX = 200 };

static bool may_any(struct cx *cx)
{
	for (size_t i = 0; entity_all()[i]; i++)
		if (actor_has(cx, entity_all()[i]->rights.import)) return true;
	return false;
}

static struct str file_path(struct cx *cx, struct uuid id, const char *after)
{
	return str_fmt(cx->arena, "/imports/%.*s%s", STR_ARG(uuid_text(cx->arena, id)), after);
}

/* --- the list and the form --- */

static void kind_select(struct cx *cx, struct html *h, struct str chosen)
{
	VEC(struct control_option) options = {0};
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *e = entity_all()[i];
		if (!actor_has(cx, e->rights.import) || !e->ops || !e->ops->create) continue;
		*VEC_PUSH(cx->arena, &options) =
		    (struct control_option){str_of(e->kind), tr_args(cx, e->label_many, NULL), str_is(chosen, e->kind)};
	}
	html_control_select(cx, h, &(struct control){.name = "kind", .label = M_imports_kind}, options.ptr, options.len);
}

static void send_form(struct cx *cx, struct html *h, struct str token, struct str kind)
{
	html_lit(h, "<form class=\"one\" method=\"post\" action=\"/imports\" enctype=\"multipart/form-data\">");
	part_hidden(h, "csrf", token);
	kind_select(cx, h, kind);
	html_lit(h, "<div class=\"field\"><label class=\"drop\" data-drop for=\"f-file\">");
	part_icon(h, ICON_file_up, false);
	html_lit(h, "<span>");
	html_tr(cx, h, M_imports_drop);
	html_lit(h, "</span><input type=\"file\" id=\"f-file\" name=\"file\" accept=\".csv,.xlsx,text/csv\" required><span "
	            "class=\"name\"></span></label>");
	html_field_error(cx, h, STR("file"));
	html_lit(h, "</div><p class=\"form-acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_imports_send);
	html_lit(h, "</button><span class=\"sm muted\">");
	html_tr(cx, h, M_imports_send_note);
	html_lit(h, "</span></p></form>\n");
}

static void file_state(struct cx *cx, struct html *h, const struct import_file *f)
{
	if (str_is(f->state, "ready"))
		part_state(h, TONE_YOURS, ICON_pen_line, tr(cx, M_imports_state_ready));
	else if (str_is(f->state, "failed"))
		part_state(h, TONE_STOP, ICON_triangle_alert, tr(cx, M_imports_state_failed));
	else if (str_is(f->state, "applied"))
		part_state(h, TONE_OK, ICON_check, tr(cx, M_imports_state_applied));
	else
		part_state(h, TONE_PLAIN, ICON_hourglass, tr(cx, M_imports_state_running));
}

static void recent_files(struct cx *cx, struct html *h, const struct import_file *files, size_t len)
{
	if (!len) return;
	html_section_begin(h, "recent", tr(cx, M_imports_recent), tr(cx, M_imports_recent_note), NULL, STR_NONE);
	static const int labels[] = {M_imports_file, M_imports_kind, M_imports_state, M_imports_sent};
	static const char *const classes[] = {NULL, "c2", NULL, "c2"};
	html_table_begin(cx, h, tr(cx, M_imports_recent), labels, classes, 4);
	for (size_t i = 0; i < len; i++) {
		const struct entity *e = entity_by_kind(files[i].kind);
		html_lit(h, "<tr><td><a class=\"t\"");
		html_url(h, "href", file_path(cx, files[i].id, ""));
		html_lit(h, ">");
		html_text(h, files[i].name);
		html_lit(h, "</a></td>");
		html_cell(h, "c2", e ? tr_args(cx, e->label_many, NULL) : files[i].kind);
		html_lit(h, "<td>");
		file_state(cx, h, &files[i]);
		html_lit(h, "</td>");
		html_cell(h, "c2 muted", ago_text(cx, files[i].created_ms));
		html_lit(h, "</tr>\n");
	}
	html_table_end(h);
	html_section_end(h);
}

static enum err imports_page(struct cx *cx, const struct request *r, struct reply *p, struct str kind)
{
	struct import_file *files;
	size_t len;
	if (!may_any(cx)) return fail(cx, ERR_DENIED, NULL, M_error_denied);
	TRY(import_recent(cx, RECENT, &files, &len));
	struct act batches = {.text = tr(cx, M_batches_title), .href = STR("/batches"), .icon = ICON_history};
	struct page page = {.title = tr(cx, M_imports_title), .lede = tr(cx, M_imports_lede), .acts = &batches, .acts_len = 1};
	struct html *h = page_begin(cx, r, p, &page);
	html_form_errors(cx, h, NULL);
	html_lit(h, "<div class=\"stack\">");
	send_form(cx, h, csrf_token(cx, r, p), kind);
	recent_files(cx, h, files, len);
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

static enum err imports_get(struct cx *cx, const struct request *r, struct reply *p)
{
	return imports_page(cx, r, p, request_query(r, "kind"));
}

static enum err imports_post(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct upload *file = request_upload(r, "file");
	struct uuid id;
	enum err err = file ? import_send(cx, request_form(r, "kind"), file->filename, file->bytes, &id)
	                    : fail(cx, ERR_INVALID, "file", M_imports_no_file);
	if (err == ERR_INVALID) {
		p->status = err_http(err);
		return imports_page(cx, r, p, request_form(r, "kind"));
	}
	TRY(err);
	return reply_redirect(cx, p, file_path(cx, id, ""));
}

/* --- one file --- */

static bool importable(const struct field *f) { return (f->flags & FF_FORM) && !(f->flags & (FF_DERIVED | FF_SENSITIVE)); }

/* The field that takes a column as it is; NULL when none does, or only as part of a rule. */
static struct str field_of_column(const struct import_result *result, struct str column)
{
	for (size_t i = 0; i < result->map.len; i++)
		if (str_eq(result->map.ptr[i].value, column) && str_find_char(result->map.ptr[i].name, '?') == STR_NPOS &&
		    str_find_char(result->map.ptr[i].name, ':') == STR_NPOS)
			return result->map.ptr[i].name;
	return STR_NONE;
}

static bool is_column(const struct import_result *result, struct pair p)
{
	bool plain = str_find_char(p.name, '?') == STR_NPOS && str_find_char(p.name, ':') == STR_NPOS;
	for (size_t i = 0; plain && i < result->columns_len; i++)
		if (str_eq(result->columns[i], p.value)) return true;
	return false;
}

static struct str other_rules(struct cx *cx, const struct import_result *result)
{
	struct sb b;
	sb_init(&b, cx->arena, 64 * 1024);
	for (size_t i = 0; i < result->map.len; i++)
		if (!is_column(result, result->map.ptr[i]))
			sb_fmt(&b, "%.*s=%.*s\n", STR_ARG(result->map.ptr[i].name), STR_ARG(result->map.ptr[i].value));
	return sb_str(&b);
}

static void field_options(struct cx *cx, struct html *h, const struct entity *e, struct str current)
{
	html_lit(h, "<option value=\"\">");
	html_tr(cx, h, M_imports_not_used);
	html_lit(h, "</option>");
	for (size_t i = 0; i < e->fields_len; i++) {
		const struct field *f = &e->fields[i];
		if (!importable(f)) continue;
		html_lit(h, "<option");
		html_attr(h, "value", str_of(f->name));
		html_flag(h, "selected", str_is(current, f->name));
		html_lit(h, ">");
		html_tr_args(cx, h, f->label, NULL);
		if (f->flags & FF_REQUIRED) html_lit(h, " *");
		html_lit(h, "</option>");
	}
}

static void match_row(struct cx *cx, struct html *h, const struct entity *e, const struct import_result *result, size_t i)
{
	html_lit(h, "<tr><td><label for=\"f-col-");
	html_int(h, (int64_t)i);
	html_lit(h, "\"><b>");
	html_text(h, result->columns[i]);
	html_lit(h, "</b></label>");
	if (result->examples && !str_blank(result->examples[i])) {
		html_lit(h, "<span class=\"u eg\">");
		html_text(h, result->examples[i]);
		html_lit(h, "</span>");
	}
	html_lit(h, "</td><td><select class=\"in\" id=\"f-col-");
	html_int(h, (int64_t)i);
	html_lit(h, "\" name=\"col-");
	html_int(h, (int64_t)i);
	html_lit(h, "\">");
	field_options(cx, h, e, field_of_column(result, result->columns[i]));
	html_lit(h, "</select></td></tr>\n");
}

static struct str map_words(struct cx *cx, struct str name)
{
	if (str_blank(name)) return STR_NONE;
	if (str_is(name, "given")) return tr(cx, M_imports_map_given);
	if (str_is(name, "remembered")) return tr(cx, M_imports_map_remembered);
	if (str_is(name, "header")) return tr(cx, M_imports_map_header);
	return tr(cx, M_imports_map_known, ARG_S("name", name));
}

static void match_form(struct cx *cx, struct html *h, const struct import_file *f, const struct entity *e,
                       const struct import_result *result, struct str token)
{
	if (!result->columns_len) return;
	bool open = str_is(f->state, "failed");
	html_lit(h, "<details class=\"sect\"");
	html_flag(h, "open", open);
	html_lit(h, "><summary><b>");
	html_tr(cx, h, M_imports_columns, ARG_N("n", (int64_t)result->columns_len));
	html_lit(h, "</b> <span class=\"muted sm\">");
	html_text(h, map_words(cx, result->map_name));
	html_lit(h, "</span></summary><form class=\"stack-s mt-s\" method=\"post\"");
	html_url(h, "action", file_path(cx, f->id, "/columns"));
	html_lit(h, ">");
	part_hidden(h, "csrf", token);
	html_lit(h, "<div class=\"sheet\"><table class=\"list match\"><thead><tr><th scope=\"col\">");
	html_tr(cx, h, M_imports_column);
	html_lit(h, "</th><th scope=\"col\">");
	html_tr(cx, h, M_imports_goes_to);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < result->columns_len && i < COLUMNS_MAX; i++)
		match_row(cx, h, e, result, i);
	html_lit(h, "</tbody></table></div>");
	struct str rules = other_rules(cx, result);
	html_lit(h, "<div class=\"field\"><label for=\"f-rules\">");
	html_tr(cx, h, M_imports_rules);
	html_lit(h, "</label><span class=\"help\" id=\"h-rules\">");
	html_tr(cx, h, M_imports_rules_help, ARG_S("set", STR("name:=value")), ARG_S("join", STR("name=a+b")),
	        ARG_S("replace", STR("name?text=value")));
	html_lit(
	    h, "</span><textarea class=\"in\" id=\"f-rules\" name=\"rules\" rows=\"4\" aria-describedby=\"h-rules\" spellcheck=\"false\">");
	html_text(h, rules);
	html_lit(h, "</textarea></div><div class=\"field\"><label for=\"f-key\">");
	html_tr(cx, h, M_imports_key);
	html_lit(h, "</label><span class=\"help\" id=\"h-key\">");
	html_tr(cx, h, M_imports_key_help);
	html_lit(h, "</span><select class=\"in\" id=\"f-key\" name=\"key\" aria-describedby=\"h-key\">");
	field_options(cx, h, e, f->match_key);
	html_lit(h, "</select></div>");
	html_control_tick(cx, h, "remember", tr(cx, M_imports_remember), STR_NONE, STR("1"), f->remember == 1);
	html_lit(h, "<p class=\"form-acts\"><button class=\"btn\">");
	html_tr(cx, h, M_imports_look_again);
	html_lit(h, "</button></p></form></details>\n");
}

static void line_sections(struct cx *cx, struct html *h, const struct import_file *f, const struct entity *e,
                          const struct import_result *result)
{
	static const int order[] = {IMPORT_REFUSED, IMPORT_CONFLICT, IMPORT_CHANGED, IMPORT_NEW};
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		int state = order[i];
		if (!result->counts[state]) continue;
		bool wrong = state == IMPORT_REFUSED || state == IMPORT_CONFLICT;
		struct act csv = {.text = tr(cx, M_imports_csv), .href = file_path(cx, f->id, "/refused.csv")};
		html_section_begin(h, str_z(cx->arena, str_fmt(cx->arena, "l-%d", state)), tr_args(cx, line_states[state], NULL),
		                   result->counts[state] > IMPORT_SAMPLES
		                       ? tr(cx, M_imports_first, ARG_N("n", IMPORT_SAMPLES), ARG_N("all", result->counts[state]))
		                       : STR_NONE,
		                   wrong ? &csv : NULL, STR_NONE);
		lines_table(cx, h, e, result->lines, result->lines_len, state);
		html_section_end(h);
	}
}

static void apply_forms(struct cx *cx, struct html *h, const struct import_file *f, const struct import_result *result, struct str token)
{
	int64_t takes = result->counts[IMPORT_NEW] + result->counts[IMPORT_CHANGED];
	int64_t wrong = result->counts[IMPORT_REFUSED] + result->counts[IMPORT_CONFLICT];
	html_lit(h, "<div class=\"row mt-s\">");
	if (takes && !wrong)
		part_act(h,
		         &(struct act){.text = tr(cx, M_imports_apply, ARG_N("n", takes)),
		                       .href = file_path(cx, f->id, "/apply"),
		                       .post = true,
		                       .primary = true},
		         token);
	if (takes && wrong)
		part_act(h,
		         &(struct act){.text = tr(cx, M_imports_apply_others, ARG_N("n", takes)),
		                       .href = file_path(cx, f->id, "/apply-others"),
		                       .post = true,
		                       .primary = true},
		         token);
	part_act(h, &(struct act){.text = tr(cx, M_imports_forget), .href = file_path(cx, f->id, "/forget"), .post = true, .quiet = true},
	         token);
	html_lit(h, "</div>");
}

static void verdict(struct cx *cx, struct html *h, const struct import_file *f, const struct import_result *result)
{
	int64_t takes = result->counts[IMPORT_NEW] + result->counts[IMPORT_CHANGED];
	int64_t wrong = result->counts[IMPORT_REFUSED] + result->counts[IMPORT_CONFLICT];
	if (str_present(result->problem))
		html_note(h, TONE_STOP, ICON_triangle_alert, result->problem);
	else if (str_is(f->state, "applied") && uuid_none(f->batch))
		html_note(h, TONE_PLAIN, ICON_info, tr(cx, M_imports_nothing_done));
	else if (str_is(f->state, "applied"))
		html_note(h, TONE_OK, ICON_circle_check, tr(cx, M_imports_applied, ARG_N("n", takes)));
	else if (!takes && !wrong)
		html_note(h, TONE_PLAIN, ICON_info, tr(cx, M_imports_all_known));
	else if (wrong)
		html_note(h, TONE_WAIT, ICON_triangle_alert, tr(cx, M_imports_wrong, ARG_N("n", wrong)));
	else
		html_note(h, TONE_OK, ICON_circle_check, tr(cx, M_imports_good));
}

static void running_part(struct cx *cx, struct html *h, const struct import_file *f, const struct import_result *result)
{
	int64_t done = import_progress(cx, f), total = 0;
	bool applying = str_is(f->state, "applying");
	for (int i = 0; i < IMPORT_STATES; i++)
		total += result->counts[i];
	struct str progress = done == UNKNOWN     ? tr(cx, M_imports_queued)
	                      : applying && total ? tr(cx, M_imports_progress_of, ARG_N("n", done), ARG_N("all", total))
	                                          : tr(cx, M_imports_progress, ARG_N("n", done));
	struct job_view job = {.id = "import-job",
	                       .name = tr(cx, applying ? M_imports_applying : M_imports_looking, ARG_S("name", f->name)),
	                       .done = done == UNKNOWN ? 0 : done,
	                       .total = applying && total ? total : UNKNOWN,
	                       .progress = progress,
	                       .note = tr(cx, applying ? M_imports_leave_apply : M_imports_leave),
	                       .poll = file_path(cx, f->id, "")};
	part_job(h, &job);
	html_lit(h, "<noscript><p class=\"mt-s\"><a");
	html_url(h, "href", file_path(cx, f->id, ""));
	html_lit(h, ">");
	html_tr(cx, h, M_imports_refresh);
	html_lit(h, "</a></p></noscript>");
}

static bool is_running(const struct import_file *f) { return str_is(f->state, "waiting") || str_is(f->state, "applying"); }

static enum err file_page(struct cx *cx, const struct request *r, struct reply *p, const struct import_file *f)
{
	struct import_result result;
	const struct entity *e = entity_by_kind(f->kind);
	struct crumb crumb = {tr(cx, M_imports_title), STR("/imports")};
	struct act batch = {.text = tr(cx, M_imports_see_batch),
	                    .href = str_fmt(cx->arena, "/batches/%.*s", STR_ARG(uuid_text(cx->arena, f->batch))),
	                    .primary = true};
	struct page page = {.title = f->name,
	                    .crumbs = &crumb,
	                    .crumbs_len = 1,
	                    .acts = &batch,
	                    .acts_len = !uuid_none(f->batch),
	                    .lede = tr(cx, M_imports_file_lede, ARG_M("what", e->label_many), ARG_S("when", ago_text(cx, f->created_ms)))};
	TRY(import_result_read(cx, f, &result));
	struct html *h = page_begin(cx, r, p, &page);
	struct str token = csrf_token(cx, r, p);
	html_form_errors(cx, h, NULL);
	html_lit(h, "<div class=\"stack\">");
	if (is_running(f)) {
		html_lit(h, "<div>");
		running_part(cx, h, f, &result);
		html_lit(h, "</div>");
	} else {
		html_lit(h, "<div class=\"stack-s\">");
		verdict(cx, h, f, &result);
		if (!str_is(f->state, "failed")) lines_figures(cx, h, result.counts, true);
		if (!str_is(f->state, "applied")) apply_forms(cx, h, f, &result, token);
		html_lit(h, "</div>");
		if (!str_is(f->state, "applied")) match_form(cx, h, f, e, &result, token);
		line_sections(cx, h, f, e, &result);
	}
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

static enum err file_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct import_file f;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(import_open(cx, id, &f));
	return file_page(cx, r, p, &f);
}

static void add_rules(struct cx *cx, struct str text, struct pairs *map, struct pair *room)
{
	struct str line, name;
	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_blank(line) || str_find_char(line, '=') == STR_NPOS || !str_split(&line, '=', &name)) continue;
		room[map->len++] = (struct pair){str_trim(name), str_trim(line)};
	}
}

static enum err columns_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct import_file f;
	struct import_result result;
	struct str rules = request_form(r, "rules");
	TRY(request_route_id(cx, r, "id", &id));
	TRY(import_open(cx, id, &f));
	TRY(import_result_read(cx, &f, &result));
	struct pair *room = ARENA_ARRAY(cx->arena, struct pair, result.columns_len + rules.len / 2 + 2);
	struct pairs map = {room, 0};
	for (size_t i = 0; i < result.columns_len && i < COLUMNS_MAX; i++) {
		struct str field = request_form(r, str_z(cx->arena, str_fmt(cx->arena, "col-%zu", i)));
		if (!str_blank(field)) room[map.len++] = (struct pair){field, result.columns[i]};
	}
	add_rules(cx, rules, &map, room);
	if (!map.len) {
		p->status = err_http(ERR_INVALID);
		(void)fail(cx, ERR_INVALID, "col-0", M_imports_no_map);
		return file_page(cx, r, p, &f);
	}
	TRY(import_remap(cx, id, map, request_form(r, "key"), str_is(request_form(r, "remember"), "1")));
	return reply_redirect(cx, p, file_path(cx, id, ""));
}

static enum err apply_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct import_file f;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = import_apply(cx, id, str_ends(r->path, STR("/apply-others")));
	/* Refused: the report of this try is the page. */
	if (err != OK && err != ERR_REFUSED && err != ERR_INVALID && err != ERR_SYNTAX) return err;
	cx_clear_problems(cx);
	TRY(import_open(cx, id, &f));
	if (err == OK && !uuid_none(f.batch)) {
		struct import_result result;
		TRY(import_result_read(cx, &f, &result));
		flash_set(cx, r, p, tr(cx, M_imports_applied, ARG_N("n", result.counts[IMPORT_NEW] + result.counts[IMPORT_CHANGED])),
		          str_fmt(cx->arena, "/batches/%.*s/undo", STR_ARG(uuid_text(cx->arena, f.batch))));
	}
	return reply_redirect(cx, p, file_path(cx, id, ""));
}

static enum err forget_post(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(import_forget(cx, id));
	flash_set(cx, r, p, tr(cx, M_imports_forgotten), STR_NONE);
	return reply_redirect(cx, p, STR("/imports"));
}

static enum err refused_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct uuid id;
	struct import_file f;
	TRY(request_route_id(cx, r, "id", &id));
	TRY(import_open(cx, id, &f));
	TRY(import_refused_csv(cx, id, &p->body));
	p->content_type = STR("text/csv; charset=utf-8");
	p->filename = str_fmt(cx->arena, "%.*s.refused.csv", STR_ARG(f.name));
	return OK;
}

const struct route import_routes[] = {
    {HTTP_GET, "/imports", imports_get, 0, NULL},
    {HTTP_POST, "/imports", imports_post, ROUTE_UPLOAD, NULL},
    {HTTP_GET, "/imports/{id}", file_get, 0, NULL},
    {HTTP_POST, "/imports/{id}/columns", columns_post, 0, NULL},
    {HTTP_POST, "/imports/{id}/apply", apply_post, 0, NULL},
    {HTTP_POST, "/imports/{id}/apply-others", apply_post, 0, NULL},
    {HTTP_POST, "/imports/{id}/forget", forget_post, 0, NULL},
    {HTTP_GET, "/imports/{id}/refused.csv", refused_get, 0, NULL},
    {0},
};
