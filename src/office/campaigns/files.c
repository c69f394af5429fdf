/* The office checks files: what is missing, asking for it, scores of juries, scores from data. */
#include "office/campaigns/inside.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

/* --- what is missing --- */

struct gaps {
	struct cx *cx;
	const struct applicant *a;
	VEC(struct file_gap) list;
};

static struct str gap_words(struct cx *cx, enum missing m, struct str detail, const struct reason *r)
{
	struct str label = tr_args(cx, missing_label(m), NULL);
	if (m == MISSING_LANGUAGE || m == MISSING_LANGUAGE_PROOF) {
		struct str language = code_label(cx, STR("language"), detail);
		if (!r || r->you.num == UNKNOWN) return tr(cx, M_suggest_fact, ARG_S("label", label), ARG_S("value", language));
		return tr(cx, M_missing_declared, ARG_S("label", label), ARG_S("language", language),
		          ARG_S("level", reason_words(cx, r).you));
	}
	if (!r || r->rule != ELIGIBLE_REQUIREMENT || m != MISSING_OTHER) return label;
	return tr(cx, M_suggest_fact, ARG_S("label", label), ARG_S("value", reason_words(cx, r).rule));
}

static void add_gap(struct gaps *g, enum missing m, struct str detail, const struct reason *r)
{
	if (m != MISSING_LANGUAGE && m != MISSING_LANGUAGE_PROOF) detail = STR("");
	VEC_EACH (have, &g->list) {
		bool language = (have->missing == MISSING_LANGUAGE || have->missing == MISSING_LANGUAGE_PROOF) && !str_blank(detail);
		if (str_eq(have->detail, detail) && (have->missing == m || language)) {
			have->options++;
			return;
		}
	}
	*VEC_PUSH(g->cx->arena, &g->list) = (struct file_gap){m, detail, gap_words(g->cx, m, detail, r), 1, UNKNOWN};
}

static struct str language_of(const struct reason *r) { return str_present(r->detail) ? r->detail : STR(""); }

static void gaps_of_rules(struct gaps *g, const struct campaign_whole *w, const struct offer *o)
{
	struct eligibility e = eligibility_judge(g->cx->arena, &w->facts, g->a->student, o, false);
	if (e.state != RULE_UNKNOWN) return; /* yes, or no whatever is still unknown */
	for (size_t i = 0; i < e.nreasons; i++)
		if (e.reasons[i].state == RULE_UNKNOWN)
			add_gap(g, reason_missing(&e.reasons[i]), language_of(&e.reasons[i]), &e.reasons[i]);
}

static void gaps_of_score(struct gaps *g, const struct score_weights *weights, const struct offer *o, int64_t panel)
{
	static const enum missing of[] = {[SCORE_AVERAGE] = MISSING_AVERAGE,
	                                  [SCORE_ECTS] = MISSING_ECTS,
	                                  [SCORE_LANGUAGE] = MISSING_LANGUAGE_PROOF,
	                                  [SCORE_PANEL] = MISSING_PANEL,
	                                  [SCORE_FAILED_UNITS] = MISSING_ECTS};
	struct score s = score_of(weights, g->a->student, o, panel);
	for (size_t i = 0; i < s.nlines; i++)
		if (s.lines[i].points == UNKNOWN)
			add_gap(g, of[s.lines[i].part], s.lines[i].part == SCORE_LANGUAGE ? o->language[0] : STR(""), NULL);
}

static void when_asked(struct gaps *g, const struct ask_row *asks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!uuid_eq(asks[i].application, g->a->application->row.id)) continue;
		VEC_EACH (gap, &g->list)
			if (str_is(asks[i].missing, missing_code(gap->missing)) && str_eq(asks[i].detail, gap->detail))
				gap->asked_ms = asks[i].asked_ms;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct file_exception *x = a, *y = b;
	int c = str_cmp(x->name, y->name);
	return c ? c : str_cmp(x->number, y->number);
}

struct exceptions {
	struct uuid id;
	struct file_exception **out;
	size_t *len;
	struct campaign *c;
};

/* `all` false: in the language of each student, for mails. */
static enum err gather(struct cx *cx, struct exceptions *x, bool own_language)
{
	struct campaign_whole w;
	struct score_weights weights;
	struct str wrong;
	struct ask_row *asks;
	size_t nasks;
	enum lang lang = cx->lang;
	TRY(campaign_load(cx, x->id, &x->c));
	TRY(whole_load(cx, x->c, &w));
	TRY(ask_store_list(cx, x->id, &asks, &nasks));
	if (!score_weights_parse(x->c->weights, &weights, &wrong))
		return fail(cx, ERR_INVALID, "weights", M_campaign_weights_wrong, ARG_S("value", wrong));
	*x->out = ARENA_ARRAY(cx->arena, struct file_exception, w.napplicants + 1);
	*x->len = 0;
	for (size_t i = 0; i < w.napplicants; i++) {
		struct applicant *a = &w.applicants[i];
		struct gaps g = {.cx = cx, .a = a};
		if (!may_see(cx, a->application->unit)) continue;
		if (own_language) cx->lang = a->student->lang;
		for (size_t k = 0; k < a->nwishes; k++) {
			const struct offer *o = whole_offer(&w, &a->wishes[k]->opportunity);
			gaps_of_rules(&g, &w, o);
			gaps_of_score(&g, &weights, o, a->wishes[k]->panel);
		}
		if (!g.list.len) continue;
		when_asked(&g, asks, nasks);
		(*x->out)[(*x->len)++] = (struct file_exception){a->application->row.id,
		                                                 a->application->number,
		                                                 a->student->name,
		                                                 a->student->email,
		                                                 a->student->lang,
		                                                 g.list.ptr,
		                                                 g.list.len};
	}
	cx->lang = lang;
	if (*x->len) qsort(*x->out, *x->len, sizeof(**x->out), by_name);
	return OK;
}

static enum err list(struct cx *cx, void *arg)
{
	TRY(staff_only(cx));
	return gather(cx, arg, false);
}

enum err campaign_exceptions(struct cx *cx, struct uuid campaign, struct file_exception **out, size_t *len)
{
	return db_tx(cx, DB_READ, list, &(struct exceptions){.id = campaign, .out = out, .len = len});
}

/* --- asking --- */

struct asking {
	struct uuid campaign;
	const struct uuid *applications;
	size_t n;
	struct str digest;
	struct mail_preview *out;
	int64_t *sent;
	/* while it runs */
	struct campaign *c;
	struct campaign_home home;
	struct file_exception **asked; /* of out->mails, in the same order */
};

static bool wanted(const struct asking *q, struct uuid application)
{
	if (!q->applications) return true;
	for (size_t i = 0; i < q->n; i++)
		if (uuid_eq(q->applications[i], application)) return true;
	return false;
}

/* What the office alone can find is not asked of a student. */
static bool askable(enum missing m) { return m != MISSING_PANEL && m != MISSING_DATES && m != MISSING_OTHER; }

static struct str gap_list(struct cx *cx, const struct file_exception *e)
{
	struct sb b;
	sb_init(&b, cx->arena, 8000);
	for (size_t i = 0; i < e->ngaps; i++) {
		if (!askable(e->gaps[i].missing)) continue;
		if (b.len) SB_LIT(&b, "\n");
		SB_LIT(&b, "- ");
		sb_add(&b, e->gaps[i].words);
	}
	return sb_str(&b);
}

static void write_ask(struct cx *cx, struct asking *q, struct file_exception *e)
{
	struct mail_preview *out = q->out;
	struct str gaps = gap_list(cx, e);
	if (str_blank(gaps)) return;
	if (str_blank(e->email)) {
		out->without_address[out->nwithout++] = e->name;
		return;
	}
	enum lang lang = cx->lang;
	cx->lang = e->lang;
	struct str title = campaign_title_in(q->c, e->lang);
	bool open = cx->now_ms < q->c->closes_ms;
	q->asked[out->len] = e;
	out->mails[out->len++] = (struct mail_line){
	    .about = e->application,
	    .recipient = e->email,
	    .name = e->name,
	    .lang = e->lang,
	    .subject = tr(cx, M_mail_campaign_ask_subject, ARG_S("campaign", title)),
	    .body = open ? tr(cx, M_mail_campaign_ask_body, ARG_S("name", e->name), ARG_S("number", e->number), ARG_S("campaign", title),
	                      ARG_S("list", gaps), ARG_S("date", when(cx, q->c, q->c->closes_ms)), ARG_S("school", q->home.name))
	                 : tr(cx, M_mail_campaign_ask_body_open, ARG_S("name", e->name), ARG_S("number", e->number),
	                      ARG_S("campaign", title), ARG_S("list", gaps), ARG_S("school", q->home.name)),
	};
	cx->lang = lang;
}

static enum err preview(struct cx *cx, void *arg)
{
	struct asking *q = arg;
	struct file_exception *all;
	size_t n;
	struct exceptions x = {.id = q->campaign, .out = &all, .len = &n};
	TRY(office_only(cx));
	TRY(gather(cx, &x, true));
	q->c = x.c;
	TRY(campaign_store_home(cx, &q->home));
	*q->out = (struct mail_preview){.mails = ARENA_ARRAY(cx->arena, struct mail_line, n + 1),
	                                .without_address = ARENA_ARRAY(cx->arena, struct str, n + 1)};
	q->asked = ARENA_ARRAY(cx->arena, struct file_exception *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (wanted(q, all[i].application)) write_ask(cx, q, &all[i]);
	q->out->digest = preview_digest(cx, q->out);
	return OK;
}

enum err campaign_ask_preview(struct cx *cx, struct uuid campaign, const struct uuid *applications, size_t n, struct mail_preview *out)
{
	return db_tx(cx, DB_READ, preview, &(struct asking){.campaign = campaign, .applications = applications, .n = n, .out = out});
}

static enum err ask(struct cx *cx, void *arg)
{
	struct asking *q = arg;
	TRY(preview(cx, q));
	if (!str_eq(q->out->digest, q->digest)) return fail(cx, ERR_STALE, NULL, M_campaign_changed_since_shown);
	size_t n = q->out->len;
	struct uuid *about = ARENA_ARRAY(cx->arena, struct uuid, n + 1), *mails = ARENA_ARRAY(cx->arena, struct uuid, n + 1);
	for (size_t i = 0; i < n; i++)
		about[i] = uuid_new(cx->now_ms);
	TRY(preview_send(cx, q->out, MAIL_ASK, about, cx->now_ms + CAMPAIGN_UNDO_MS, mails));
	for (size_t i = 0; i < n; i++) {
		const struct file_exception *e = q->asked[i];
		bool first = true;
		for (size_t k = 0; k < e->ngaps; k++) {
			if (!askable(e->gaps[k].missing)) continue;
			struct ask_row row = {first ? about[i] : uuid_new(cx->now_ms),  e->application,    mails[i],
			                      str_of(missing_code(e->gaps[k].missing)), e->gaps[k].detail, cx->now_ms};
			TRY(ask_store_add(cx, q->campaign, &row));
			first = false;
		}
	}
	*q->sent = (int64_t)n;
	if (!n) return OK;
	return audit_write(cx,
	                   &(struct audit_act){.act = "ask",
	                                       .kind = "campaign",
	                                       .subject = q->campaign,
	                                       .note = str_fmt(cx->arena, "{\"mails\":%zu,\"sha256\":\"%.*s\"}", n, STR_ARG(q->digest))});
}

enum err campaign_ask(struct cx *cx, struct uuid campaign, const struct uuid *applications, size_t n, struct str digest, int64_t *sent)
{
	struct mail_preview shown;
	return db_tx(
	    cx, DB_WRITE, ask,
	    &(struct asking){.campaign = campaign, .applications = applications, .n = n, .digest = digest, .out = &shown, .sent = sent});
}

struct unasking {
	struct uuid campaign;
	int64_t *taken;
};

static enum err unask(struct cx *cx, void *arg)
{
	struct unasking *u = arg;
	struct ask_row *asks;
	struct campaign *c;
	size_t n, m = 0;
	int64_t left;
	*u->taken = 0;
	TRY(office_only(cx));
	TRY(campaign_load(cx, u->campaign, &c));
	TRY(ask_store_list(cx, u->campaign, &asks, &n));
	if (!n) return OK;
	int64_t newest = asks[n - 1].asked_ms;
	struct uuid *about = ARENA_ARRAY(cx->arena, struct uuid, n);
	for (size_t i = 0; i < n; i++)
		if (asks[i].asked_ms == newest) about[m++] = asks[i].id;
	TRY(outbox_take_back(cx, MAIL_ASK, about, m, u->taken, &left));
	if (left != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_mails_left, ARG_S("date", when(cx, c, left)));
	TRY(ask_store_remove(cx, u->campaign, newest));
	return audit_write(cx, &(struct audit_act){.act = "undo-ask", .kind = "campaign", .subject = u->campaign});
}

enum err campaign_undo_ask(struct cx *cx, struct uuid campaign, int64_t *taken_back)
{
	return db_tx(cx, DB_WRITE, unask, &(struct unasking){campaign, taken_back});
}

/* --- scores --- */

struct panel {
	struct uuid campaign;
	const struct panel_score *scores;
	size_t n;
};

static enum err before_allocation(struct cx *cx, struct uuid id, struct campaign **c)
{
	TRY(office_only(cx));
	TRY(campaign_load(cx, id, c));
	if ((*c)->allocated_ms == UNKNOWN) return OK;
	return fail(cx, ERR_REFUSED, NULL, M_campaign_already_allocated, ARG_S("date", when(cx, *c, (*c)->allocated_ms)));
}

static enum err set_panel(struct cx *cx, void *arg)
{
	const struct panel *p = arg;
	struct campaign *c;
	TRY(before_allocation(cx, p->campaign, &c));
	for (size_t i = 0; i < p->n; i++) {
		const struct panel_score *s = &p->scores[i];
		bool changed;
		if (s->panel != UNKNOWN && (s->panel < 0 || s->panel > 10000))
			return fail(cx, ERR_INVALID, "panel", M_campaign_panel_range, ARG_S("value", fixed_text(cx, s->panel, 4, 0)));
		TRY(choice_store_panel(cx, p->campaign, s->application, s->opportunity, s->panel, &changed));
		if (!changed) return fail(cx, ERR_NOT_FOUND, "panel", M_error_not_found);
	}
	return audit_write(
	    cx, &(struct audit_act){
		    .act = "panel", .kind = "campaign", .subject = p->campaign, .note = str_fmt(cx->arena, "{\"scores\":%zu}", p->n)});
}

enum err campaign_panel_scores(struct cx *cx, struct uuid campaign, const struct panel_score *scores, size_t n)
{
	return db_tx(cx, DB_WRITE, set_panel, &(struct panel){campaign, scores, n});
}

struct scoring {
	struct uuid campaign;
	int64_t *known, *unknown;
};

static enum err score(struct cx *cx, void *arg)
{
	struct scoring *s = arg;
	struct campaign *c;
	struct campaign_whole w;
	struct scored out;
	TRY(before_allocation(cx, s->campaign, &c));
	TRY(whole_load(cx, c, &w));
	TRY(whole_score(cx, &w, &out));
	TRY(choice_store_scores(cx, out.choices.ptr, out.choices.len));
	TRY(application_store_scores(cx, out.applications.ptr, out.applications.len));
	*s->known = out.known;
	*s->unknown = out.unknown;
	if (!out.choices.len && !out.applications.len) return OK;
	return audit_write(cx, &(struct audit_act){.act = "score",
	                                           .kind = "campaign",
	                                           .subject = s->campaign,
	                                           .note = str_fmt(cx->arena, "{\"scored\":%lld,\"unknown\":%lld}", (long long)out.known,
	                                                           (long long)out.unknown)});
}

enum err campaign_score(struct cx *cx, struct uuid campaign, int64_t *scored, int64_t *unknown)
{
	return db_tx(cx, DB_WRITE, score, &(struct scoring){campaign, scored, unknown});
}
