/* Errors as people and programs read them: problem+json (RFC 9457), and a bare page when no other can be made. */
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/web/job.h"

enum { PROBLEM_CAP = 1024 * 1024 };

struct str error_text(struct cx *cx, enum err err)
{
	char key[64];
	snprintf(key, sizeof(key), "error_%s", err_name(err));
	for (char *c = key; *c; c++)
		if (*c == '-') *c = '_';
	int msg = msg_find(str_of(key));
	return msg ? tr_args(cx, msg, NULL) : str_of(err_name(err));
}

static struct str problem_value(const struct problem *p)
{
	for (const struct msg_arg *a = p->args; a && a->name; a++)
		if (strcmp(a->name, "value") == 0 && str_present(a->text)) return a->text;
	return STR_NONE;
}

static void write_problem(struct cx *cx, struct json_writer *w, const struct problem *p)
{
	json_object_begin(w);
	json_member_str(w, "code", str_of(err_name(p->code)));
	if (str_present(p->field)) json_member_str(w, "field", p->field);
	struct str value = problem_value(p);
	if (str_present(value)) json_member_str(w, "value", value);
	/* Every message of the catalogue says what is wrong, then what would be right. */
	struct str text = problem_text(cx, p);
	size_t stop = str_find(text, STR(". "));
	json_member_str(w, "message", stop == STR_NPOS ? text : str_sub(text, 0, stop + 1));
	if (stop != STR_NPOS) json_member_str(w, "remedy", str_sub(text, stop + 2, text.len));
	json_object_end(w);
}

enum err problem_reply(struct cx *cx, struct reply *p, enum err err)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, PROBLEM_CAP);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_member_str(&w, "type", STR("about:blank"));
	json_member_str(&w, "title", error_text(cx, err));
	json_member_int(&w, "status", err_http(err));
	json_member_str(&w, "code", str_of(err_name(err)));
	json_member_str(&w, "request", cx->request_id);
	json_key(&w, "errors");
	json_array_begin(&w);
	for (const struct problem *q = cx->problems; q; q = q->next)
		write_problem(cx, &w, q);
	json_array_end(&w);
	json_object_end(&w);
	p->status = err_http(err);
	p->content_type = STR("application/problem+json");
	p->body = json_complete(&w) ? sb_str(&b) : STR("{}");
	return OK;
}

void bare_error_reply(struct cx *cx, struct reply *p, enum err err)
{
	struct html *h = &p->html;
	html_init(h, cx->arena, 64 * 1024);
	html_lit(h, "<!doctype html><html");
	html_attr(h, "lang", str_of(lang_code(cx->lang)));
	html_lit(h, "><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
	html_text(h, error_text(cx, err));
	html_lit(h, "</title><main><h1>");
	html_text(h, error_text(cx, err));
	html_lit(h, "</h1>");
	for (const struct problem *q = cx->problems; q; q = q->next) {
		html_lit(h, "<p>");
		html_text(h, problem_text(cx, q));
		html_lit(h, "</p>");
	}
	html_lit(h, "<p><small>");
	html_text(h, cx->request_id);
	html_lit(h, "</small></p></main></html>\n");
	p->status = err_http(err);
}
