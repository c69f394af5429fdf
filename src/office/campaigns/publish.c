/* Publication: what will leave is shown first, leaves a little later, and can be taken back until then. */
#include "base/log.h"
#include "office/campaigns/inside.h"
#include "platform/i18n/i18n.h"

struct publishing {
	struct uuid campaign;
	struct str digest;
	struct mail_preview *out;
	int64_t *mails;
	/* while it runs */
	struct campaign *c;
	struct campaign_whole w;
	struct run_row run;
	struct campaign_home home;
	struct placed { /* applicants of the run, in its order */
		const struct applicant *a;
		const struct offer *o; /* NULL: none */
		int64_t rank;
	} * placed;
	size_t nplaced;
	bool withdrawn;                /* somebody of the run has left since */
	const struct placed **of_mail; /* of out->mails */
};

int64_t answer_deadline(const struct cx *cx, const struct campaign *c)
{
	int64_t late = c->answer_days == UNKNOWN ? UNKNOWN : cx->now_ms + c->answer_days * 86400000;
	if (c->answer_by_ms == UNKNOWN || c->answer_by_ms <= cx->now_ms) return late;
	return late > c->answer_by_ms ? late : c->answer_by_ms;
}

/* The first offers all end together; only later ones get days of their own. */
static int64_t first_deadline(const struct cx *cx, const struct campaign *c)
{
	return c->answer_by_ms != UNKNOWN && c->answer_by_ms > cx->now_ms ? c->answer_by_ms : answer_deadline(cx, c);
}

static enum err read_placements(struct cx *cx, struct publishing *p)
{
	struct map offers, applicants;
	struct str rest = p->run.placements, line;
	map_init(&offers, cx->arena);
	map_init(&applicants, cx->arena);
	for (size_t i = 0; i < p->w.noffers; i++)
		map_put(&offers, option_id(cx, &p->w.offers[i].id), &p->w.offers[i]);
	for (size_t i = 0; i < p->w.napplicants; i++)
		map_put(&applicants, p->w.applicants[i].application->number, &p->w.applicants[i]);
	p->placed = ARENA_ARRAY(cx->arena, struct placed, p->w.napplicants + 1);
	(void)str_split(&rest, '\n', &line);
	while (str_split(&rest, '\n', &line)) {
		struct str number, option, rank;
		if (!str_split(&line, ',', &number) || !str_split(&line, ',', &option) || !str_split(&line, ',', &rank)) continue;
		struct placed *one = &p->placed[p->nplaced];
		*one = (struct placed){map_get(&applicants, number), map_get(&offers, option), UNKNOWN};
		if (!one->a) {
			p->withdrawn = true;
			continue;
		}
		if (one->o && !str_to_i64(rank, &one->rank)) return fail(cx, ERR_BUG, NULL, M_error_bug);
		p->nplaced++;
	}
	return OK;
}

static void write_mail(struct cx *cx, struct publishing *p, const struct placed *one)
{
	const struct student_facts *s = one->a->student;
	enum lang lang = cx->lang;
	struct mail_preview *out = p->out;
	if (str_blank(s->email)) {
		out->without_address[out->nwithout++] = s->name;
		return;
	}
	cx->lang = s->lang;
	struct str title = campaign_title_in(p->c, s->lang), place = one->o ? opportunity_words(cx, one->o->title) : STR("");
	int64_t by = first_deadline(cx, p->c);
	p->of_mail[out->len] = one;
	out->mails[out->len++] = (struct mail_line){
	    .about = one->a->application->row.id,
	    .recipient = s->email,
	    .name = s->name,
	    .lang = s->lang,
	    .subject = one->o ? tr(cx, M_mail_campaign_offer_subject, ARG_S("campaign", title), ARG_S("place", place))
	                      : tr(cx, M_mail_campaign_none_subject, ARG_S("campaign", title)),
	    .body = one->o ? tr(cx, M_mail_campaign_offer_body, ARG_S("name", s->name), ARG_S("place", place), ARG_N("rank", one->rank),
	                        ARG_S("date", by == UNKNOWN ? tr(cx, M_rule_unknown) : when(cx, p->c, by)), ARG_S("school", p->home.name))
	                   : tr(cx, M_mail_campaign_none_body, ARG_S("name", s->name), ARG_S("school", p->home.name)),
	};
	cx->lang = lang;
}

static enum err preview(struct cx *cx, void *arg)
{
	struct publishing *p = arg;
	TRY(office_only(cx));
	TRY(campaign_load(cx, p->campaign, &p->c));
	if (p->c->published_ms != UNKNOWN)
		return fail(cx, ERR_REFUSED, NULL, M_campaign_already_published, ARG_S("date", when(cx, p->c, p->c->published_ms)));
	TRY(run_load(cx, p->campaign, &p->run));
	TRY(whole_load(cx, p->c, &p->w));
	TRY(campaign_store_home(cx, &p->home));
	p->nplaced = 0;
	TRY(read_placements(cx, p));
	*p->out = (struct mail_preview){.mails = ARENA_ARRAY(cx->arena, struct mail_line, p->nplaced + 1),
	                                .without_address = ARENA_ARRAY(cx->arena, struct str, p->nplaced + 1)};
	p->of_mail = ARENA_ARRAY(cx->arena, const struct placed *, p->nplaced + 1);
	for (size_t i = 0; i < p->nplaced; i++)
		write_mail(cx, p, &p->placed[i]);
	p->out->digest = preview_digest(cx, p->out);
	return OK;
}

enum err campaign_publish_preview(struct cx *cx, struct uuid campaign, struct mail_preview *out)
{
	return db_tx(cx, DB_READ, preview, &(struct publishing){.campaign = campaign, .out = out});
}

static enum err insert_placements(struct cx *cx, struct publishing *p, struct uuid *ids)
{
	int64_t by = first_deadline(cx, p->c);
	for (size_t i = 0; i < p->nplaced; i++) {
		const struct placed *one = &p->placed[i];
		struct placement *row = entity_new(cx, &placement_entity);
		row->campaign = p->campaign;
		row->application = one->a->application->row.id;
		row->opportunity = one->o ? one->o->id : UUID_NONE;
		row->round = 1;
		row->rank = one->rank;
		row->offered_ms = cx->now_ms;
		row->answer_by_ms = one->o ? by : UNKNOWN;
		row->unit = one->a->application->unit;
		row->label = placement_label(cx->arena, one->a->application->title, one->o ? one->o->title : STR_NONE);
		TRY(row_insert(cx, &placement_entity, row));
		ids[i] = row->row.id;
	}
	return OK;
}

static enum err publish(struct cx *cx, void *arg)
{
	struct publishing *p = arg;
	TRY(preview(cx, p));
	if (!str_eq(p->out->digest, p->digest)) return fail(cx, ERR_STALE, NULL, M_campaign_changed_since_shown);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, p->nplaced + 1),
		    *about = ARENA_ARRAY(cx->arena, struct uuid, p->nplaced + 1),
		    *mails = ARENA_ARRAY(cx->arena, struct uuid, p->nplaced + 1);
	TRY(insert_placements(cx, p, ids));
	for (size_t i = 0; i < p->out->len; i++)
		about[i] = ids[p->of_mail[i] - p->placed];
	TRY(preview_send(cx, p->out, MAIL_PLACEMENT, about, cx->now_ms + CAMPAIGN_UNDO_MS, mails));
	struct campaign before = *p->c;
	p->c->published_ms = cx->now_ms;
	*p->mails = (int64_t)p->out->len;
	TRY(campaign_save(cx, p->c, &before, "publish",
	                  str_fmt(cx->arena, "{\"placements\":%zu,\"mails\":%zu,\"result_sha256\":\"%.*s\"}", p->nplaced, p->out->len,
	                          STR_ARG(p->run.result_sha256))));
	return p->withdrawn ? pass_on(cx, p->c) : OK;
}

enum err campaign_publish(struct cx *cx, struct uuid campaign, struct str digest, int64_t *mails)
{
	struct mail_preview shown;
	return db_tx(cx, DB_WRITE, publish, &(struct publishing){.campaign = campaign, .digest = digest, .out = &shown, .mails = mails});
}

static enum err undo(struct cx *cx, void *arg)
{
	const struct uuid *id = arg;
	struct campaign *c;
	struct placement **rows;
	size_t n;
	int64_t taken, left;
	TRY(office_only(cx));
	TRY(campaign_load(cx, *id, &c));
	if (c->published_ms == UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_not_published);
	TRY(campaign_store_placements(cx, *id, &rows, &n));
	struct uuid *about = ARENA_ARRAY(cx->arena, struct uuid, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (rows[i]->answer != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_answers_came);
		about[i] = rows[i]->row.id;
	}
	TRY(outbox_take_back(cx, MAIL_PLACEMENT, about, n, &taken, &left));
	if (left != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_mails_left, ARG_S("date", when(cx, c, left)));
	TRY(campaign_store_remove_placements(cx, *id));
	struct campaign before = *c;
	c->published_ms = UNKNOWN;
	return campaign_save(cx, c, &before, "undo-publication", str_fmt(cx->arena, "{\"mails\":%lld}", (long long)taken));
}

enum err campaign_undo_publication(struct cx *cx, struct uuid campaign) { return db_tx(cx, DB_WRITE, undo, &campaign); }

/* --- answers, for the office --- */

struct answers {
	struct uuid campaign;
	struct answer_line **out;
	size_t *len;
};

static int by_place(const void *a, const void *b)
{
	const struct answer_line *x = a, *y = b;
	if (str_present(x->place) != str_present(y->place)) return str_present(x->place) ? -1 : 1;
	int c = str_cmp(x->place, y->place);
	if (c) return c;
	if (x->round != y->round) return x->round < y->round ? -1 : 1;
	c = str_cmp(x->name, y->name);
	return c ? c : uuid_cmp(x->placement, y->placement);
}

static const struct application *application_of(const struct map *by_id, const struct placement *p)
{
	const struct application *a = map_get(by_id, id_key(&p->application));
	BUG_IF(!a);
	return a;
}

static void fill_line(struct answer_line *l, const struct placement *p, const struct application *a, const struct map *offers)
{
	const struct offer *o = uuid_none(p->opportunity) ? NULL : map_get(offers, id_key(&p->opportunity));
	*l = (struct answer_line){.placement = p->row.id,
	                          .application = p->application,
	                          .person = a->person,
	                          .number = a->number,
	                          .name = a->title,
	                          .place = o ? o->title : STR_NONE,
	                          .round = p->round,
	                          .rank = p->rank,
	                          .answer = p->answer,
	                          .answer_by_ms = p->answer_by_ms,
	                          .answered_ms = p->answered_ms,
	                          .offered_ms = p->offered_ms,
	                          .stay = p->stay,
	                          .newest = true};
}

static enum err list_answers(struct cx *cx, void *arg)
{
	struct answers *q = arg;
	struct campaign *c;
	struct placement **rows;
	struct application **applications;
	struct offer *offers;
	struct map application_by_id, placement_by_id, offer_by_id;
	size_t n, m, k;
	TRY(staff_only(cx));
	TRY(campaign_load(cx, q->campaign, &c));
	TRY(campaign_store_placements(cx, q->campaign, &rows, &n));
	TRY(campaign_store_applications(cx, q->campaign, &applications, &m));
	TRY(campaign_store_offers(cx, q->campaign, false, &offers, &k));
	map_init(&application_by_id, cx->arena);
	map_init(&placement_by_id, cx->arena);
	map_init(&offer_by_id, cx->arena);
	for (size_t i = 0; i < m; i++)
		map_put(&application_by_id, id_key(&applications[i]->row.id), applications[i]);
	for (size_t i = 0; i < k; i++)
		map_put(&offer_by_id, id_key(&offers[i].id), &offers[i]);
	for (size_t i = 0; i < n; i++)
		map_put(&placement_by_id, id_key(&rows[i]->row.id), rows[i]);
	*q->out = ARENA_ARRAY(cx->arena, struct answer_line, n + 1);
	*q->len = 0;
	for (size_t i = 0; i < n; i++) {
		const struct application *a = application_of(&application_by_id, rows[i]);
		if (!may_see(cx, a->unit)) continue;
		struct answer_line *l = &(*q->out)[(*q->len)++];
		fill_line(l, rows[i], a, &offer_by_id);
		const struct placement *before =
		    uuid_none(rows[i]->replaces) ? NULL : map_get(&placement_by_id, id_key(&rows[i]->replaces));
		if (before) l->replaces_name = application_of(&application_by_id, before)->title;
		for (size_t j = 0; j < n; j++)
			if (uuid_eq(rows[j]->application, rows[i]->application) && rows[j]->round > rows[i]->round) l->newest = false;
	}
	if (*q->len) qsort(*q->out, *q->len, sizeof(**q->out), by_place);
	return OK;
}

enum err campaign_answers(struct cx *cx, struct uuid campaign, struct answer_line **out, size_t *len)
{
	return db_tx(cx, DB_READ, list_answers, &(struct answers){campaign, out, len});
}
