/* What the flows of this folder share; private to it. Everything here runs inside a transaction. */
#pragma once
#include "base/map.h"
#include "office/campaigns/flow.h"
#include "office/campaigns/store.h"
#include "office/stays/flow.h"
#include "platform/jobs/outbox.h"

enum err office_only(struct cx *cx) MUST_CHECK;                 /* ERR_DENIED unless the office, for the whole school */
enum err office_of(struct cx *cx, struct uuid unit) MUST_CHECK; /* ERR_DENIED unless the office of this unit */
enum err staff_only(struct cx *cx) MUST_CHECK;                  /* ERR_DENIED unless staff; rows of units are filtered by may_see */
bool may_see(const struct cx *cx, struct uuid unit);
/* The person of the actor; ERR_DENIED when the account belongs to nobody. */
enum err own_person(struct cx *cx, struct uuid *person) MUST_CHECK;

/* ERR_NOT_FOUND; students find only what was opened. */
enum err campaign_load(struct cx *cx, struct uuid id, struct campaign **out) MUST_CHECK;
enum err application_load(struct cx *cx, struct uuid id, struct application **out) MUST_CHECK; /* her own, or staff of the unit */
/* Sets the fields of the campaign that only flows set, and audits with this act. */
enum err campaign_save(struct cx *cx, struct campaign *c, const struct campaign *before, const char *act, struct str note) MUST_CHECK;
enum err row_insert(struct cx *cx, const struct entity *e, void *row) MUST_CHECK; /* head, number, words; no audit */
enum err row_save(struct cx *cx, const struct entity *e, void *row, const void *before, const char *act) MUST_CHECK; /* with audit */
struct str when(struct cx *cx, const struct campaign *c, int64_t instant_ms); /* in the zone of the campaign */
struct str campaign_title_in(const struct campaign *c, enum lang lang);

/* Everything about a campaign in memory. */
struct applicant {
	struct application *application;
	const struct student_facts *student;
	struct wish **wishes; /* by rank, then opportunity */
	size_t nwishes;
};
struct campaign_whole {
	struct campaign *campaign;
	struct campaign_facts facts;
	struct offer *offers;
	size_t noffers;
	struct applicant *applicants; /* not withdrawn, in byte order of number */
	size_t napplicants;
	struct map offer_by_id, applicant_by_id; /* keys: bytes of the id */
};
enum err whole_load(struct cx *cx, struct campaign *c, struct campaign_whole *out) MUST_CHECK;
struct str id_key(const struct uuid *id);
struct offer *whole_offer(const struct campaign_whole *w, const struct uuid *id);
struct applicant *whole_applicant(const struct campaign_whole *w, const struct uuid *id);

/* scores.c of the flows: fills wish->score from the facts of now. by_choice, by_application: the rows that changed. */
struct scored {
	VEC(struct score_row) choices, applications;
	int64_t known, unknown;
};
enum err whole_score(struct cx *cx, struct campaign_whole *w, struct scored *out) MUST_CHECK;

/* Acts as the program for one call: a student's acceptance makes the stay that only the office may write. The audit keeps the
 * student's name. */
enum err as_program(struct cx *cx, enum err (*fn)(struct cx *cx, void *arg), void *arg) MUST_CHECK;

/* --- the files of an allocation --- */
struct question_files {
	struct str seats, choices, students, floors, sha256; /* floors absent: no seat is kept for anybody */
};
enum err run_files(struct cx *cx, const struct campaign_whole *w, struct question_files *out, struct left_out **left_out,
                   size_t *nleft) MUST_CHECK;
/* The next line of such a file, in n parts. The files are our own: nothing is quoted. */
bool run_line(struct str *rest, struct str *parts, size_t n);
/* The lines of choices.csv that she would have with other facts. */
struct str run_changed_choices(struct cx *cx, const struct campaign_whole *w, const struct applicant *a, const struct student_facts *s);
enum err run_problem(struct cx *cx, const struct question_files *files, struct allocation **out) MUST_CHECK;
enum err run_solve(struct cx *cx, const struct allocation *a, enum allocation_mechanism m, struct str seed,
                   struct allocation_result *out) MUST_CHECK;
enum err run_load(struct cx *cx, struct uuid campaign, struct run_row *run) MUST_CHECK; /* ERR_REFUSED: not allocated */
/* SHA-256 over them in the order of the contract, in hexadecimal. */
struct str run_digest(struct cx *cx, const struct question_files *files);
/* The result of a run again, from its files. */
enum err run_result(struct cx *cx, const struct run_row *run, struct allocation **problem, struct allocation_result *r) MUST_CHECK;
/* The question as the facts of now put it, scores anew; nothing is kept. */
enum err run_question(struct cx *cx, struct campaign *c, struct campaign_whole *w, struct allocation **problem, struct left_out **left_out,
                      size_t *nleft) MUST_CHECK;
enum err campaign_closed(struct cx *cx, const struct campaign *c) MUST_CHECK; /* ERR_REFUSED unless between its end and publication */
struct str option_id(struct cx *cx, const struct uuid *opportunity);

/* --- mails --- */
#define MAIL_ASK "campaign.ask"
#define MAIL_PLACEMENT "campaign.placement"
#define MAIL_FREED "campaign.freed"
struct str preview_digest(struct cx *cx, const struct mail_preview *p);
/* Gives every mail to the outbox; mails[i] gets the id of the i-th. */
enum err preview_send(struct cx *cx, const struct mail_preview *p, const char *kind, const struct uuid *about, int64_t not_before,
                      struct uuid *mails) MUST_CHECK;

/* --- answers --- */
/* A seat was given back: the next by the same rules get offers, until nobody moves. */
enum err pass_on(struct cx *cx, struct campaign *c) MUST_CHECK;
/* Ends an offer or an accepted place: declined or expired; cancels its stay and tells the student. The caller passes the seat on. */
enum err placement_end(struct cx *cx, struct campaign *c, struct placement *p, enum placement_answer answer) MUST_CHECK;
int64_t answer_deadline(const struct cx *cx, const struct campaign *c);
