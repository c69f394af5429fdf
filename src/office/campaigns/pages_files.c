/* Files: only those with something missing, and one act that asks for it. What would leave is on the page before it leaves. */
#include "office/campaigns/pages_files.h"
#include "files.tpl.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"

void files_errors(struct cx *cx, struct html *h, const struct files_page *p) { html_form_errors(cx, h, NULL); }

static struct str names(struct cx *cx, const struct str *list, size_t len)
{
	struct sb b;
	sb_init(&b, cx->arena, 8000);
	for (size_t i = 0; i < len; i++) {
		if (i) SB_LIT(&b, ", ");
		sb_add(&b, list[i]);
	}
	return sb_str(&b);
}

static struct gap_file file_of(struct cx *cx, const struct file_exception *e, int64_t *asked_last)
{
	struct gap_file f = {.id = id_text(cx, e->application), .number = e->number, .name = e->name, .email = e->email};
	f.href = str_fmt(cx->arena, "/applications/%.*s", STR_ARG(f.id));
	f.gaps.ptr = ARENA_ARRAY(cx->arena, struct gap_row, e->ngaps + 1);
	for (size_t i = 0; i < e->ngaps; i++) {
		const struct file_gap *g = &e->gaps[i];
		if (g->asked_ms != UNKNOWN && g->asked_ms > *asked_last) *asked_last = g->asked_ms;
		f.gaps.ptr[f.gaps.len++] = (struct gap_row){
		    .what = tr_args(cx, missing_label(g->missing), NULL),
		    .words = g->words,
		    .asked = g->asked_ms == UNKNOWN ? tr_args(cx, missing_of_student(g->missing) ? M_filep_not_asked : M_filep_office, NULL)
		                                    : tr(cx, M_filep_asked, ARG_S("ago", ago_text(cx, g->asked_ms))),
		    .options = tr(cx, M_filep_choices, ARG_N("n", g->options))};
	}
	return f;
}

static void fill_mail(struct cx *cx, struct files_page *p, const struct mail_preview *m)
{
	p->mails = (int64_t)m->len;
	p->digest = m->digest;
	p->ask_label = tr(cx, M_filep_ask, ARG_N("n", p->mails));
	if (m->len) {
		p->sample = m->mails[0].body;
		p->sample_subject = m->mails[0].subject;
		p->sample_to = m->len == 1 ? m->mails[0].recipient
		                           : tr(cx, M_filep_to, ARG_S("first", m->mails[0].recipient), ARG_N("n", p->mails - 1));
	}
	if (m->nwithout)
		p->skipped =
		    tr(cx, M_filep_skipped, ARG_N("n", (int64_t)m->nwithout), ARG_S("names", names(cx, m->without_address, m->nwithout)));
}

static enum err files_show(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct campaign_view v;
	struct file_exception *all;
	struct mail_preview mails = {0};
	size_t len;
	int64_t asked_last = INT64_MIN + 1;
	TRY(campaign_of_request(cx, r, &v));
	struct uuid id = v.campaign->row.id;
	TRY(campaign_exceptions(cx, id, &all, &len));
	struct files_page p = {.token = csrf_token(cx, r, rep),
	                       .action = campaign_path(cx, id, "/ask"),
	                       .undo_action = campaign_path(cx, id, "/ask/undo"),
	                       .allocate_href = campaign_path(cx, id, "/allocate"),
	                       .office = is_office(cx)};
	if (p.office && len) {
		TRY(campaign_ask_preview(cx, id, NULL, 0, &mails));
		fill_mail(cx, &p, &mails);
	}
	p.files.ptr = ARENA_ARRAY(cx->arena, struct gap_file, len + 1);
	for (size_t i = 0; i < len; i++)
		p.files.ptr[p.files.len++] = file_of(cx, &all[i], &asked_last);
	p.may_undo = p.office && asked_last + CAMPAIGN_UNDO_MS > cx->now_ms;
	struct act acts[] = {{.text = tr(cx, M_camp_allocate), .href = p.allocate_href}};
	struct page page = {.title = tr(cx, M_filep_title),
	                    .lede = tr(cx, M_filep_lede, ARG_N("n", v.applications - (int64_t)len)),
	                    .acts = acts,
	                    .acts_len = len > 0};
	campaign_crumbs(cx, &v, &page);
	struct html *h = page_begin(cx, r, rep, &page);
	campaign_steps(cx, h, &v);
	tpl_files_page(cx, h, &p);
	return page_end(cx, r, rep, &page);
}

static enum err ask_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	int64_t sent;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = campaign_ask(cx, id, NULL, 0, request_form(r, "digest"), &sent);
	if (err == ERR_STALE || err == ERR_REFUSED) {
		rep->status = err_http(err);
		return files_show(cx, r, rep);
	}
	TRY(err);
	flash_set(cx, r, rep, tr(cx, M_filep_done, ARG_N("n", sent)), campaign_path(cx, id, "/ask/undo"));
	return reply_redirect(cx, rep, campaign_path(cx, id, "/files"));
}

static enum err undo_post(struct cx *cx, const struct request *r, struct reply *rep)
{
	struct uuid id;
	int64_t back;
	TRY(request_route_id(cx, r, "id", &id));
	enum err err = campaign_undo_ask(cx, id, &back);
	if (err == ERR_REFUSED) {
		rep->status = err_http(err);
		return files_show(cx, r, rep);
	}
	TRY(err);
	flash_set(cx, r, rep, tr(cx, M_filep_undone, ARG_N("n", back)), STR_NONE);
	return reply_redirect(cx, rep, campaign_path(cx, id, "/files"));
}

const struct route file_routes[] = {{HTTP_GET, "/campaigns/{id}/files", files_show, 0, NULL},
                                    {HTTP_POST, "/campaigns/{id}/ask", ask_post, 0, NULL},
                                    {HTTP_POST, "/campaigns/{id}/ask/undo", undo_post, 0, NULL},
                                    {0}};
