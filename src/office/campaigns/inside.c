/* Loading, saving and permissions that the flows of campaigns share. */
#include "office/campaigns/inside.h"
#include "base/base64.h"
#include "base/log.h"
#include "platform/crypto/hash.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"

enum err office_only(struct cx *cx) { return actor_everywhere(cx, ROLES_EDIT) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied); }

enum err office_of(struct cx *cx, struct uuid unit)
{
	return actor_in_unit(cx, ROLES_EDIT, unit) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied);
}

enum err staff_only(struct cx *cx) { return actor_has(cx, ROLES_STAFF) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied); }

bool may_see(const struct cx *cx, struct uuid unit) { return actor_in_unit(cx, ROLES_STAFF, unit); }

enum err own_person(struct cx *cx, struct uuid *person)
{
	*person = cx->actor ? cx->actor->person : UUID_NONE;
	return uuid_none(*person) ? fail(cx, ERR_DENIED, NULL, M_application_no_person) : OK;
}

static enum err nothing(struct cx *cx) { return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found); }

enum err campaign_load(struct cx *cx, struct uuid id, struct campaign **out)
{
	bool found;
	*out = entity_new(cx, &campaign_entity);
	if (!cx->actor) return nothing(cx);
	TRY(entity_load(cx, &campaign_entity, id, *out, &found));
	if (!found) return nothing(cx);
	return actor_has(cx, ROLES_STAFF) || (*out)->opened_ms != UNKNOWN ? OK : nothing(cx);
}

enum err application_load(struct cx *cx, struct uuid id, struct application **out)
{
	bool found;
	*out = entity_new(cx, &application_entity);
	TRY(entity_load(cx, &application_entity, id, *out, &found));
	if (!found) return nothing(cx);
	bool own = cx->actor && !uuid_none(cx->actor->person) && uuid_eq(cx->actor->person, (*out)->person);
	return own || may_see(cx, (*out)->unit) ? OK : nothing(cx);
}

enum err row_insert(struct cx *cx, const struct entity *e, void *image)
{
	struct row *row = image;
	row->id = uuid_new(cx->now_ms);
	row->version = 1;
	row->created_ms = row->changed_ms = cx->now_ms;
	TRY(record_give_number(cx, e, row));
	TRY(entity_insert(cx, e, row));
	return entity_index_words(cx, e, row, NULL);
}

enum err row_save(struct cx *cx, const struct entity *e, void *image, const void *before, const char *act)
{
	struct row *row = image;
	row->changed_ms = cx->now_ms;
	TRY(entity_update(cx, e, row));
	TRY(entity_index_words(cx, e, row, before));
	return audit_write(
	    cx,
	    &(struct audit_act){
		.act = act, .kind = e->name, .subject = row->id, .before = entity_image(cx, e, before), .after = entity_image(cx, e, row)});
}

enum err campaign_save(struct cx *cx, struct campaign *c, const struct campaign *before, const char *act, struct str note)
{
	c->row.changed_ms = cx->now_ms;
	TRY(entity_update(cx, &campaign_entity, c));
	return audit_write(cx, &(struct audit_act){.act = act,
	                                           .kind = "campaign",
	                                           .subject = c->row.id,
	                                           .note = note,
	                                           .before = entity_image(cx, &campaign_entity, before),
	                                           .after = entity_image(cx, &campaign_entity, c)});
}

struct str when(struct cx *cx, const struct campaign *c, int64_t instant_ms) { return instant_text(cx, instant_ms, c->zone); }

struct str campaign_title_in(const struct campaign *c, enum lang lang)
{
	return lang == LANG_EN && !str_blank(c->title_en) ? c->title_en : c->title;
}

enum err as_program(struct cx *cx, enum err (*fn)(struct cx *cx, void *arg), void *arg)
{
	const struct actor *actor = cx->actor;
	struct actor program = actor ? *actor : (struct actor){.email = STR("system")};
	program.is_operator = true;
	cx->actor = &program;
	enum err err = fn(cx, arg);
	cx->actor = actor;
	return err;
}

/* --- the whole campaign --- */

struct str id_key(const struct uuid *id) { return (struct str){(const char *)id->b, sizeof(id->b)}; }

struct offer *whole_offer(const struct campaign_whole *w, const struct uuid *id) { return map_get(&w->offer_by_id, id_key(id)); }

struct applicant *whole_applicant(const struct campaign_whole *w, const struct uuid *id)
{
	return map_get(&w->applicant_by_id, id_key(id));
}

static int by_number(const void *a, const void *b)
{
	const struct applicant *x = a, *y = b;
	return str_cmp(x->application->number, y->application->number);
}

static int by_rank(const void *a, const void *b)
{
	const struct wish *x = *(struct wish *const *)a, *y = *(struct wish *const *)b;
	if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
	return uuid_cmp(x->opportunity, y->opportunity);
}

static enum err load_applicants(struct cx *cx, struct campaign_whole *w)
{
	struct application **rows;
	struct student_facts *students;
	struct map by_person;
	size_t n, m;
	TRY(campaign_store_applications(cx, w->campaign->row.id, &rows, &n));
	TRY(campaign_store_students(cx, &w->facts, UUID_NONE, &students, &m));
	map_init(&by_person, cx->arena);
	for (size_t i = 0; i < m; i++)
		map_put(&by_person, id_key(&students[i].person), &students[i]);
	w->applicants = ARENA_ARRAY(cx->arena, struct applicant, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (rows[i]->withdrawn_ms != UNKNOWN || rows[i]->row.archived_ms != UNKNOWN) continue;
		w->applicants[w->napplicants++] =
		    (struct applicant){.application = rows[i], .student = map_get(&by_person, id_key(&rows[i]->person))};
		BUG_IF(!w->applicants[w->napplicants - 1].student); /* a person is never removed while rows refer to it */
	}
	if (w->napplicants) qsort(w->applicants, w->napplicants, sizeof(*w->applicants), by_number);
	map_init(&w->applicant_by_id, cx->arena);
	for (size_t i = 0; i < w->napplicants; i++)
		map_put(&w->applicant_by_id, id_key(&w->applicants[i].application->row.id), &w->applicants[i]);
	return OK;
}

/* The wishes of all are read in one query and dealt out. */
static enum err load_wishes(struct cx *cx, struct campaign_whole *w)
{
	struct wish *all;
	size_t n;
	TRY(campaign_store_wishes(cx, w->campaign->row.id, &all, &n));
	for (size_t i = 0; i < n; i++) {
		struct applicant *a = whole_applicant(w, &all[i].application);
		if (a && whole_offer(w, &all[i].opportunity)) a->nwishes++;
	}
	for (size_t i = 0; i < w->napplicants; i++) {
		w->applicants[i].wishes = ARENA_ARRAY(cx->arena, struct wish *, w->applicants[i].nwishes + 1);
		w->applicants[i].nwishes = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct applicant *a = whole_applicant(w, &all[i].application);
		if (a && whole_offer(w, &all[i].opportunity)) a->wishes[a->nwishes++] = &all[i];
	}
	for (size_t i = 0; i < w->napplicants; i++)
		if (w->applicants[i].nwishes) qsort(w->applicants[i].wishes, w->applicants[i].nwishes, sizeof(struct wish *), by_rank);
	return OK;
}

enum err whole_load(struct cx *cx, struct campaign *c, struct campaign_whole *w)
{
	*w = (struct campaign_whole){.campaign = c};
	TRY(campaign_store_facts(cx, c, &w->facts));
	TRY(campaign_store_offers(cx, c->row.id, false, &w->offers, &w->noffers));
	map_init(&w->offer_by_id, cx->arena);
	for (size_t i = 0; i < w->noffers; i++)
		map_put(&w->offer_by_id, id_key(&w->offers[i].id), &w->offers[i]);
	TRY(load_applicants(cx, w));
	return load_wishes(cx, w);
}

/* --- scores --- */

static int64_t best(int64_t x, int64_t y) { return x == UNKNOWN || (y != UNKNOWN && y > x) ? y : x; }

/* The score of an application is the largest of its choices, which is what merit first goes by; unknown while one is. */
static void score_applicant(struct cx *cx, struct campaign_whole *w, const struct score_weights *weights, struct applicant *a,
                            struct scored *out)
{
	int64_t top = UNKNOWN;
	bool unknown = !a->nwishes;
	struct score common = score_of(weights, a->student, NULL, UNKNOWN);
	struct str common_lines = weights->by_option ? STR_NONE : score_json(cx->arena, &common);
	for (size_t i = 0; i < a->nwishes; i++) {
		struct wish *h = a->wishes[i];
		struct score s = score_of_wish(weights, a->student, whole_offer(w, &h->opportunity), h->panel);
		unknown |= s.total == UNKNOWN;
		top = best(top, s.total);
		if (h->score != s.total)
			*VEC_PUSH(cx->arena, &out->choices) =
			    (struct score_row){h->choice, s.total, weights->by_option ? score_json(cx->arena, &s) : common_lines};
		h->score = s.total;
	}
	if (unknown) top = UNKNOWN;
	out->known += !unknown;
	out->unknown += unknown;
	if (a->application->score != top)
		*VEC_PUSH(cx->arena, &out->applications) = (struct score_row){a->application->row.id, top, score_json(cx->arena, &common)};
	a->application->score = top;
}

enum err whole_score(struct cx *cx, struct campaign_whole *w, struct scored *out)
{
	struct score_weights weights;
	struct str wrong;
	*out = (struct scored){0};
	if (!score_weights_parse(w->campaign->weights, &weights, &wrong))
		return fail(cx, ERR_INVALID, "weights", M_campaign_weights_wrong, ARG_S("value", wrong));
	for (size_t i = 0; i < w->napplicants; i++)
		score_applicant(cx, w, &weights, &w->applicants[i], out);
	return OK;
}

/* --- mails --- */

struct str preview_digest(struct cx *cx, const struct mail_preview *p)
{
	struct sha256 h;
	uint8_t out[SHA256_LEN];
	sha256_init(&h);
	for (size_t i = 0; i < p->len; i++) {
		const struct mail_line *m = &p->mails[i];
		const struct str parts[] = {m->recipient, m->subject, m->body};
		for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
			uint64_t len = parts[k].len;
			sha256_add(&h, &len, sizeof(len));
			sha256_add(&h, parts[k].ptr ? parts[k].ptr : "", parts[k].len);
		}
	}
	sha256_end(&h, out);
	return hex_encode(cx->arena, (struct str){(const char *)out, sizeof(out)});
}

enum err preview_send(struct cx *cx, const struct mail_preview *p, const char *kind, const struct uuid *about, int64_t not_before,
                      struct uuid *mails)
{
	for (size_t i = 0; i < p->len; i++) {
		const struct mail_line *m = &p->mails[i];
		TRY(outbox_add(cx,
		               &(struct outbox_mail){.recipient = m->recipient,
		                                     .recipient_name = m->name,
		                                     .subject = m->subject,
		                                     .body = m->body,
		                                     .lang = m->lang,
		                                     .kind = kind,
		                                     .about = about ? about[i] : m->about,
		                                     .not_before = not_before},
		               &mails[i]));
	}
	return OK;
}
