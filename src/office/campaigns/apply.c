/* Rank and apply: the list, the answers that were missing, the receipt; withdrawing; what became of it. */
#include "base/base64.h"
#include "base/date.h"
#include "office/campaigns/inside.h"
#include "office/stays/store.h"
#include "platform/crypto/hash.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"
#include "platform/reference/reference.h"

/* --- the draft --- */

struct drafting {
	struct uuid campaign;
	const struct ranked *ranks;
	size_t n;
	struct application_draft *out;
};

static const struct found_stay *stay_of(const struct found_stays *f, struct uuid opportunity)
{
	for (size_t i = 0; i < f->len; i++)
		if (uuid_eq(f->stays[i].offer->id, opportunity)) return &f->stays[i];
	return NULL;
}

static int by_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return x->rank == y->rank ? uuid_cmp(x->opportunity, y->opportunity) : x->rank < y->rank ? -1 : 1;
}

/* What was sent, else the starred ones that say yes, in the order of starring. */
static enum err propose(struct cx *cx, struct drafting *d, struct uuid person)
{
	struct application_draft *out = d->out;
	struct star_row *stars;
	size_t nstars;
	out->ranks = ARENA_ARRAY(cx->arena, struct ranked, out->found.len + d->n + 1);
	for (size_t i = 0; i < d->n; i++)
		out->ranks[out->nranks++] = d->ranks[i];
	for (size_t i = 0; !out->nranks && i < out->found.len; i++)
		if (out->found.stays[i].rank != UNKNOWN) {
			for (size_t k = 0; k < out->found.len; k++)
				if (out->found.stays[k].rank != UNKNOWN)
					out->ranks[out->nranks++] =
					    (struct ranked){out->found.stays[k].offer->id, out->found.stays[k].rank};
			qsort(out->ranks, out->nranks, sizeof(*out->ranks), by_ranked);
		}
	if (out->nranks) return OK;
	TRY(star_store_list(cx, person, d->campaign, &stars, &nstars));
	for (size_t i = 0; i < nstars && (int64_t)out->nranks < out->found.campaign->max_choices; i++) {
		const struct found_stay *s = stay_of(&out->found, stars[i].opportunity);
		if (s && s->verdict.state != RULE_NO) {
			out->ranks[out->nranks] = (struct ranked){stars[i].opportunity, (int64_t)out->nranks + 1};
			out->nranks++;
		}
	}
	return OK;
}

static enum err draft(struct cx *cx, void *arg)
{
	struct drafting *d = arg;
	struct uuid person;
	bool found;
	*d->out = (struct application_draft){0};
	TRY(own_person(cx, &person));
	TRY(find_stays(cx, d->campaign, person, &d->out->found));
	struct application *a = entity_new(cx, &application_entity);
	TRY(application_store_find(cx, d->campaign, person, a, &found));
	if (found && a->withdrawn_ms == UNKNOWN) d->out->sent = a;
	TRY(propose(cx, d, person));
	const struct offer **list = ARENA_ARRAY(cx->arena, const struct offer *, d->out->nranks + 1);
	size_t n = 0;
	for (size_t i = 0; i < d->out->nranks; i++) {
		const struct found_stay *s = stay_of(&d->out->found, d->out->ranks[i].opportunity);
		if (s) list[n++] = s->offer;
	}
	d->out->nquestions = questions_for(cx->arena, d->out->found.student, list, n, found && a->travel != UNKNOWN, &d->out->questions);
	return OK;
}

enum err application_draft(struct cx *cx, struct uuid campaign, const struct ranked *ranks, size_t n, struct application_draft *out)
{
	return db_tx(cx, DB_READ, draft, &(struct drafting){campaign, ranks, n, out});
}

/* --- the content, as receipt and audit keep it --- */

static struct str content(struct cx *cx, const struct application *a, const struct campaign *c, const struct receipt_line *lines, size_t n)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, cx->arena, 1 << 18);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	json_member_str(&w, "application", a->number);
	json_member_str(&w, "campaign", c->number);
	json_member_str(&w, "person", uuid_text(cx->arena, a->person));
	json_member_str(&w, "submitted", instant_iso(cx->arena, a->submitted_ms));
	json_key(&w, "choices");
	json_array_begin(&w);
	for (size_t i = 0; i < n; i++) {
		json_object_begin(&w);
		json_member_int(&w, "rank", lines[i].rank);
		json_member_str(&w, "opportunity", uuid_text(cx->arena, lines[i].opportunity));
		json_member_str(&w, "title", lines[i].title);
		json_object_end(&w);
	}
	json_array_end(&w);
	json_member_str(&w, "answers", a->answers);
	json_member_str(&w, "travel", carbon_mode_of(a->travel));
	json_object_end(&w);
	return sb_str(&b);
}

static struct str hash_of(struct cx *cx, struct str text)
{
	uint8_t out[SHA256_LEN];
	sha256(text, out);
	return hex_encode(cx->arena, (struct str){(const char *)out, sizeof(out)});
}

static enum err receipt_of(struct cx *cx, struct application *a, struct receipt *out)
{
	struct choice **choices;
	bool found;
	struct campaign *c = entity_new(cx, &campaign_entity);
	TRY(entity_load(cx, &campaign_entity, a->campaign, c, &found));
	TRY(application_store_choices(cx, a->row.id, &choices, &out->len));
	out->application = a;
	out->campaign = c;
	out->person = a->title;
	out->lines = ARENA_ARRAY(cx->arena, struct receipt_line, out->len + 1);
	for (size_t i = 0; i < out->len; i++)
		out->lines[i] = (struct receipt_line){choices[i]->label, choices[i]->opportunity, choices[i]->rank};
	out->sha256 = hash_of(cx, content(cx, a, c, out->lines, out->len));
	struct placement *p = entity_new(cx, &placement_entity);
	TRY(application_store_newest_placement(cx, a->row.id, p, &found));
	bool published = c->published_ms != UNKNOWN;
	out->placement = published && found ? p : NULL;
	out->stage = application_stage(a, out->placement, published);
	return OK;
}

struct reading {
	struct uuid id;
	struct receipt *out;
};

static enum err read_receipt(struct cx *cx, void *arg)
{
	struct reading *r = arg;
	struct application *a;
	*r->out = (struct receipt){0};
	TRY(application_load(cx, r->id, &a));
	return receipt_of(cx, a, r->out);
}

enum err application_receipt(struct cx *cx, struct uuid application, struct receipt *out)
{
	return db_tx(cx, DB_READ, read_receipt, &(struct reading){application, out});
}

/* --- sending --- */

struct submitting {
	struct uuid campaign;
	const struct ranked *ranks;
	size_t n;
	struct pairs answers;
	struct receipt *out;
	/* while it runs */
	struct uuid person;
	struct campaign *c;
	struct campaign_facts facts;
	struct offer *offers, **chosen;
	size_t noffers;
	struct student_facts *student;
	struct application *a;
	bool again;
};

static enum err window(struct cx *cx, const struct campaign *c)
{
	if (c->opened_ms == UNKNOWN || c->row.archived_ms != UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_not_open);
	if (cx->now_ms < c->opens_ms) return fail(cx, ERR_REFUSED, NULL, M_campaign_opens_later, ARG_S("date", when(cx, c, c->opens_ms)));
	if (cx->now_ms >= c->closes_ms || c->allocated_ms != UNKNOWN)
		return fail(cx, ERR_REFUSED, NULL, M_campaign_closed, ARG_S("date", when(cx, c, c->closes_ms)));
	return OK;
}

/* Ranks from 1 without a gap, ties allowed. */
static enum err check_ranks(struct cx *cx, const struct submitting *s)
{
	struct ranked *sorted = arena_copy(cx->arena, s->ranks, s->n * sizeof(*sorted));
	if (!s->n) return fail(cx, ERR_INVALID, "ranks", M_application_empty);
	if ((int64_t)s->n > s->c->max_choices) return fail(cx, ERR_INVALID, "ranks", M_application_too_many, ARG_N("n", s->c->max_choices));
	qsort(sorted, s->n, sizeof(*sorted), by_ranked);
	int64_t last = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (sorted[i].rank < 1 || (sorted[i].rank != last && sorted[i].rank != last + 1))
			return fail(cx, ERR_INVALID, "ranks", M_application_rank, ARG_N("value", sorted[i].rank));
		last = sorted[i].rank;
	}
	return OK;
}

static enum err find_chosen(struct cx *cx, struct submitting *s)
{
	s->chosen = ARENA_ARRAY(cx->arena, struct offer *, s->n + 1);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->noffers; k++)
			if (uuid_eq(s->offers[k].id, s->ranks[i].opportunity)) s->chosen[i] = &s->offers[k];
		if (!s->chosen[i]) return fail(cx, ERR_INVALID, "ranks", M_application_not_here);
		for (size_t k = 0; k < i; k++)
			if (s->chosen[k] == s->chosen[i])
				return fail(cx, ERR_INVALID, "ranks", M_application_twice, ARG_S("title", s->chosen[i]->title));
	}
	return OK;
}

/* A "no" cannot be listed; what is unknown can, and is asked. */
static enum err check_eligible(struct cx *cx, const struct submitting *s)
{
	enum err err = OK;
	for (size_t i = 0; i < s->n; i++) {
		struct eligibility e = eligibility_judge(cx->arena, &s->facts, s->student, s->chosen[i], false);
		if (e.state == RULE_NO)
			err = fail(cx, ERR_INVALID, "ranks", M_application_not_eligible, ARG_S("title", s->chosen[i]->title),
			           ARG_S("reason", eligibility_line(cx, &e)));
	}
	return err;
}

/* --- answers --- */

struct answers {
	VEC(struct pair) list;
	int64_t travel;
};

static enum err earlier_answers(struct cx *cx, const struct application *a, struct answers *out)
{
	const struct json *json;
	if (str_blank(a->answers)) return OK;
	TRY(json_parse(cx, a->answers, 16000, &json));
	for (size_t i = 0; json->kind == JSON_KIND_OBJECT && i < json->members.len; i++)
		if (json->members.ptr[i].value.kind == JSON_KIND_STRING)
			*VEC_PUSH(cx->arena, &out->list) = (struct pair){json->members.ptr[i].name, json->members.ptr[i].value.text};
	return OK;
}

static void keep_answer(struct cx *cx, struct answers *out, struct str name, struct str value)
{
	VEC_EACH (p, &out->list)
		if (str_eq(p->name, name)) {
			p->value = value;
			return;
		}
	*VEC_PUSH(cx->arena, &out->list) = (struct pair){name, value};
}

static struct str question_words(struct cx *cx, const struct question *q)
{
	return tr(cx, q->label, ARG_S("language", code_label(cx, STR("language"), q->code)));
}

static enum err wrong_answer(struct cx *cx, const struct question *q, struct str value)
{
	return fail_at(cx, ERR_INVALID, q->name, M_application_answer_wrong,
	               (const struct msg_arg[]){ARG_S("question", question_words(cx, q)), ARG_S("value", value), {0}}, 2,
	               __FILE__ ":answer");
}

static enum err take_answer(struct cx *cx, const struct question *q, struct str value, struct answers *out)
{
	int64_t level;
	switch (q->what) {
	case ASKED_LANGUAGE:
		if (!str_is(value, "none") && !rule_cefr_parse(value, &level)) return wrong_answer(cx, q, value);
		break;
	case ASKED_NATIONALITY:
		if (!code_exists(STR("country"), value)) return wrong_answer(cx, q, value);
		break;
	case ASKED_EMAIL: {
		struct field f = person_entity.fields[person_f_email];
		struct str address = value;
		f.name = "email";
		TRY(check_email(cx, &f, &address));
		break;
	}
	case ASKED_TRAVEL:
		out->travel = field_option(&application_entity.fields[application_f_travel], value);
		return out->travel == UNKNOWN ? wrong_answer(cx, q, value) : OK;
	}
	keep_answer(cx, out, q->name, value);
	return OK;
}

static struct str answers_json(struct cx *cx, const struct answers *a)
{
	struct sb b;
	struct json_writer w;
	if (!a->list.len) return STR_NONE;
	sb_init(&b, cx->arena, 8000);
	json_writer_init(&w, &b);
	json_object_begin(&w);
	VEC_EACH (p, &a->list) {
		json_key_str(&w, p->name);
		json_write_str(&w, p->value);
	}
	json_object_end(&w);
	return sb_str(&b);
}

static void learn_languages(struct cx *cx, struct student_facts *s, const struct answers *a)
{
	struct student_language *all = ARENA_ARRAY(cx->arena, struct student_language, s->nlanguages + a->list.len + 1);
	for (size_t i = 0; i < s->nlanguages; i++)
		all[i] = s->languages[i];
	VEC_EACH (p, &a->list) {
		int64_t level = 0;
		if (!str_starts(p->name, STR("language."))) continue;
		if (!str_is(p->value, "none") && !rule_cefr_parse(p->value, &level)) continue;
		all[s->nlanguages++] = (struct student_language){str_sub(p->name, 9, p->name.len), level, false, UNKNOWN, STR_NONE};
	}
	s->languages = all;
}

/* Questions that nobody knows the answer of, and only these. */
static enum err take_answers(struct cx *cx, struct submitting *s, struct answers *out)
{
	struct question *q;
	enum err err = OK;
	TRY(earlier_answers(cx, s->a, out));
	out->travel = s->a->travel;
	size_t n = questions_for(cx->arena, s->student, (const struct offer *const *)s->chosen, s->n, out->travel != UNKNOWN, &q);
	for (size_t i = 0; i < n; i++) {
		struct str value = str_trim(pairs_get(s->answers, str_z(cx->arena, q[i].name)));
		enum err one;
		if (str_blank(value))
			one = fail_at(cx, ERR_INVALID, q[i].name, M_application_answer_missing,
			              (const struct msg_arg[]){ARG_S("question", question_words(cx, &q[i])), {0}}, 1, __FILE__ ":answer");
		else
			one = take_answer(cx, &q[i], value, out);
		if (one != OK) err = one;
	}
	/* Travel may be told again at any time. */
	struct str travel = pairs_get(s->answers, "travel");
	if (err == OK && !str_blank(travel)) {
		int64_t mode = field_option(&application_entity.fields[application_f_travel], travel);
		if (mode != UNKNOWN) out->travel = mode;
	}
	learn_languages(cx, s->student, out);
	return err;
}

/* --- writing --- */

static bool same_list(const struct submitting *s, struct choice *const *have, size_t n)
{
	if (n != s->n) return false;
	for (size_t i = 0; i < n; i++) {
		bool found = false;
		for (size_t k = 0; k < n; k++)
			found |= uuid_eq(have[k]->opportunity, s->ranks[i].opportunity) && have[k]->rank == s->ranks[i].rank;
		if (!found) return false;
	}
	return true;
}

static enum err write_choices(struct cx *cx, const struct submitting *s)
{
	TRY(application_store_remove_choices(cx, s->a->row.id));
	for (size_t i = 0; i < s->n; i++) {
		struct choice *h = entity_new(cx, &choice_entity);
		h->application = s->a->row.id;
		h->opportunity = s->ranks[i].opportunity;
		h->rank = s->ranks[i].rank;
		h->label = s->chosen[i]->title;
		h->unit = s->a->unit;
		TRY(row_insert(cx, &choice_entity, h));
	}
	return OK;
}

static enum err write_application(struct cx *cx, struct submitting *s, bool exists)
{
	s->a->submitted_ms = cx->now_ms;
	s->a->withdrawn_ms = UNKNOWN;
	s->a->score = UNKNOWN;
	s->a->score_lines = STR_NONE;
	if (!exists) {
		s->a->campaign = s->campaign;
		s->a->person = s->person;
		TRY(application_entity.fill(cx, s->a));
		return row_insert(cx, &application_entity, s->a);
	}
	s->a->row.changed_ms = cx->now_ms;
	return entity_update(cx, &application_entity, s->a);
}

static enum err submit(struct cx *cx, void *arg)
{
	struct submitting *s = arg;
	struct answers answers = {.travel = UNKNOWN};
	struct choice **have = NULL;
	struct receipt before = {0};
	size_t one, nhave = 0;
	bool exists;
	*s->out = (struct receipt){0};
	TRY(own_person(cx, &s->person));
	TRY(campaign_load(cx, s->campaign, &s->c));
	TRY(window(cx, s->c));
	TRY(check_ranks(cx, s));
	TRY(campaign_store_facts(cx, s->c, &s->facts));
	TRY(campaign_store_offers(cx, s->campaign, false, &s->offers, &s->noffers));
	TRY(find_chosen(cx, s));
	TRY(campaign_store_students(cx, &s->facts, s->person, &s->student, &one));
	if (!one) return fail(cx, ERR_DENIED, NULL, M_application_no_person);
	s->a = entity_new(cx, &application_entity);
	TRY(application_store_find(cx, s->campaign, s->person, s->a, &exists));
	TRY(take_answers(cx, s, &answers));
	TRY(check_eligible(cx, s));
	struct str json = answers_json(cx, &answers);
	if (exists) {
		TRY(application_store_choices(cx, s->a->row.id, &have, &nhave));
		if (s->a->withdrawn_ms == UNKNOWN && same_list(s, have, nhave) && str_cmp(json, s->a->answers) == 0 &&
		    answers.travel == s->a->travel) {
			s->out->again = true;
			return receipt_of(cx, s->a, s->out);
		}
		TRY(receipt_of(cx, s->a, &before));
	}
	struct str old = exists ? content(cx, s->a, s->c, before.lines, before.len) : STR_NONE;
	s->a->answers = json;
	s->a->travel = answers.travel;
	TRY(write_application(cx, s, exists));
	TRY(write_choices(cx, s));
	TRY(receipt_of(cx, s->a, s->out));
	return audit_write(cx, &(struct audit_act){.act = "submit",
	                                           .kind = "application",
	                                           .subject = s->a->row.id,
	                                           .before = old,
	                                           .after = content(cx, s->a, s->c, s->out->lines, s->out->len),
	                                           .note = s->out->sha256});
}

enum err application_submit(struct cx *cx, struct uuid campaign, const struct ranked *ranks, size_t n, struct pairs answers,
                            struct receipt *out)
{
	return db_tx(cx, DB_WRITE, submit,
	             &(struct submitting){.campaign = campaign, .ranks = ranks, .n = n, .answers = answers, .out = out});
}

/* --- withdrawing --- */

static enum err withdraw(struct cx *cx, void *arg)
{
	const struct uuid *id = arg;
	struct application *a;
	struct campaign *c = entity_new(cx, &campaign_entity);
	struct placement *p = entity_new(cx, &placement_entity);
	bool found;
	TRY(application_load(cx, *id, &a));
	if (!uuid_eq(cx->actor->person, a->person)) TRY(office_of(cx, a->unit));
	if (a->withdrawn_ms != UNKNOWN) return OK;
	struct application before = *a;
	a->withdrawn_ms = cx->now_ms;
	TRY(row_save(cx, &application_entity, a, &before, "withdraw"));
	TRY(entity_load(cx, &campaign_entity, a->campaign, c, &found));
	if (c->published_ms == UNKNOWN) return OK;
	TRY(application_store_newest_placement(cx, a->row.id, p, &found));
	if (!found || uuid_none(p->opportunity) || p->answer == PLACEMENT_DECLINED || p->answer == PLACEMENT_EXPIRED) return OK;
	TRY(placement_end(cx, c, p, PLACEMENT_DECLINED));
	return pass_on(cx, c);
}

enum err application_withdraw(struct cx *cx, struct uuid application) { return db_tx(cx, DB_WRITE, withdraw, &application); }

/* --- what became of it --- */

struct mine {
	struct uuid person;
	struct my_application **out;
	size_t *len;
};

static int newest_first(const void *a, const void *b)
{
	const struct my_application *x = a, *y = b;
	int64_t p = x->campaign->closes_ms, q = y->campaign->closes_ms;
	return p == q ? 0 : p > q ? -1 : 1;
}

static enum err one_of_mine(struct cx *cx, struct application *a, struct my_application *out)
{
	bool found;
	struct campaign_counts n;
	out->campaign = entity_new(cx, &campaign_entity);
	TRY(entity_load(cx, &campaign_entity, a->campaign, out->campaign, &found));
	TRY(campaign_store_counts(cx, a->campaign, &n));
	out->state = campaign_state(out->campaign, n.waiting, cx->now_ms);
	out->application = a;
	out->answer_by_ms = UNKNOWN;
	bool published = out->campaign->published_ms != UNKNOWN;
	struct placement *p = entity_new(cx, &placement_entity);
	TRY(application_store_newest_placement(cx, a->row.id, p, &found));
	if (published && found) {
		out->placement = p;
		out->answer_by_ms = p->answer == UNKNOWN ? p->answer_by_ms : UNKNOWN;
		if (!uuid_none(p->opportunity)) TRY(entity_title_of(cx, &opportunity_entity, p->opportunity, &out->place));
	}
	out->stage = application_stage(a, out->placement, published);
	return OK;
}

static enum err list_mine(struct cx *cx, void *arg)
{
	struct mine *m = arg;
	struct application **rows;
	size_t n;
	TRY(entity_load_of(cx, &application_entity, &application_entity.fields[application_f_person], NULL, m->person, (void ***)&rows,
	                   &n));
	bool own = cx->actor && uuid_eq(cx->actor->person, m->person);
	*m->out = ARENA_ARRAY(cx->arena, struct my_application, n + 1);
	*m->len = 0;
	for (size_t i = 0; i < n; i++)
		if (own || may_see(cx, rows[i]->unit)) TRY(one_of_mine(cx, rows[i], &(*m->out)[(*m->len)++]));
	if (*m->len) qsort(*m->out, *m->len, sizeof(**m->out), newest_first);
	return OK;
}

enum err my_applications(struct cx *cx, struct uuid person, struct my_application **out, size_t *len)
{
	if (uuid_none(person)) TRY(own_person(cx, &person));
	return db_tx(cx, DB_READ, list_mine, &(struct mine){person, out, len});
}

struct stays {
	struct stay ***out;
	size_t *len;
};

static enum err list_stays(struct cx *cx, void *arg)
{
	struct stays *s = arg;
	struct uuid person;
	TRY(own_person(cx, &person));
	return stay_store_of_person(cx, person, s->out, s->len);
}

enum err my_stays(struct cx *cx, struct stay ***out, size_t *len) { return db_tx(cx, DB_READ, list_stays, &(struct stays){out, len}); }
