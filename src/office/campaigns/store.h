/* SQL of campaigns. Inside a transaction; permission is the caller's. Whole campaigns are read in a fixed number of queries. */
#pragma once
#include "office/campaigns/rules.h"

/* --- facts for the rules --- */
enum err campaign_store_facts(struct cx *cx, const struct campaign *c, struct campaign_facts *out) MUST_CHECK;
/* Opportunities that are not archived, by title; with wishes, stars and seats held when `demand` is set. */
enum err campaign_store_offers(struct cx *cx, struct uuid campaign, bool demand, struct offer **out, size_t *len) MUST_CHECK;
/* What is known of one person, or (person none) of everybody with an application in the campaign, by id of the person. */
enum err campaign_store_students(struct cx *cx, const struct campaign_facts *c, struct uuid person, struct student_facts **out,
                                 size_t *len) MUST_CHECK;
/* Choices of applications that are not withdrawn, in no order. */
struct wish {
	struct uuid choice, application, opportunity;
	int64_t rank, panel, score;
};
enum err campaign_store_wishes(struct cx *cx, struct uuid campaign, struct wish **out, size_t *len) MUST_CHECK;
/* Many scores at once; the version of each row rises. */
struct score_row {
	struct uuid id;
	int64_t score;
	struct str lines; /* JSON */
};
enum err choice_store_scores(struct cx *cx, const struct score_row *rows, size_t n) MUST_CHECK;
enum err application_store_scores(struct cx *cx, const struct score_row *rows, size_t n) MUST_CHECK;
/* *changed false: there is no such choice among applications of the campaign that are not withdrawn. */
enum err choice_store_panel(struct cx *cx, struct uuid campaign, struct uuid application, struct uuid opportunity, int64_t panel,
                            bool *changed) MUST_CHECK;

struct campaign_home {            /* of the school */
	struct str name, country; /* ISO 3166-1; absent when its institution is not in the directory */
	int64_t lat, lng;
};
enum err campaign_store_home(struct cx *cx, struct campaign_home *out) MUST_CHECK;

/* --- rows --- */
enum err campaign_store_applications(struct cx *cx, struct uuid campaign, struct application ***out, size_t *len) MUST_CHECK;
enum err campaign_store_choices(struct cx *cx, struct uuid campaign, struct choice ***out,
                                size_t *len) MUST_CHECK; /* of all its applications */
enum err campaign_store_placements(struct cx *cx, struct uuid campaign, struct placement ***out, size_t *len) MUST_CHECK;
enum err application_store_choices(struct cx *cx, struct uuid application, struct choice ***out, size_t *len) MUST_CHECK; /* by rank */
enum err application_store_find(struct cx *cx, struct uuid campaign, struct uuid person, struct application *out, bool *found) MUST_CHECK;
enum err application_store_newest_placement(struct cx *cx, struct uuid application, struct placement *out, bool *found) MUST_CHECK;
enum err application_store_remove_choices(struct cx *cx, struct uuid application) MUST_CHECK;
enum err campaign_store_remove_placements(struct cx *cx, struct uuid campaign) MUST_CHECK;

struct campaign_counts {
	int64_t opportunities, seats, applications, apprentices, withdrawn, asked, placed, accepted, declined, expired, waiting, unplaced;
};
enum err campaign_store_counts(struct cx *cx, struct uuid campaign, struct campaign_counts *out) MUST_CHECK;
enum err campaign_store_ids(struct cx *cx, bool opened_only, struct uuid **out, size_t *len) MUST_CHECK; /* newest end first */
/* Offers of this school whose deadline is over. */
enum err campaign_store_lapsed(struct cx *cx, struct uuid **placements, size_t *len) MUST_CHECK;

/* --- stars --- */
enum err star_store_set(struct cx *cx, struct uuid person, struct uuid opportunity, bool on) MUST_CHECK;
struct star_row {
	struct uuid opportunity;
	int64_t starred_ms;
};
/* In the order of starring. */
enum err star_store_list(struct cx *cx, struct uuid person, struct uuid campaign, struct star_row **out, size_t *len) MUST_CHECK;

/* --- the draw --- */
enum err seed_store_set(struct cx *cx, struct uuid campaign, struct str seed) MUST_CHECK;
enum err seed_store_get(struct cx *cx, struct uuid campaign, struct str *seed) MUST_CHECK; /* absent: none */

/* --- allocation runs --- */
struct run_row {
	struct uuid id, campaign;
	int64_t round, at_ms;
	struct str mechanism, seed, seats, choices, students, floors, placements, certificate, report, input_sha256, result_sha256,
	    left_out, actor;
};
enum err run_store_add(struct cx *cx, const struct run_row *run) MUST_CHECK;
enum err run_store_current(struct cx *cx, struct uuid campaign, struct run_row *out, bool *found) MUST_CHECK;
enum err run_store_undo(struct cx *cx, struct uuid run) MUST_CHECK;

/* --- what was asked --- */
struct ask_row {
	struct uuid id, application, mail;
	struct str missing, detail;
	int64_t asked_ms;
};
enum err ask_store_add(struct cx *cx, struct uuid campaign, const struct ask_row *ask) MUST_CHECK;
enum err ask_store_list(struct cx *cx, struct uuid campaign, struct ask_row **out, size_t *len) MUST_CHECK; /* oldest first */
enum err ask_store_remove(struct cx *cx, struct uuid campaign, int64_t asked_ms) MUST_CHECK;

/* --- conditions that could be opened --- */
struct condition_row {
	struct uuid condition, partner;
	struct str partner_name, label;
	int64_t places, months;
	bool in_campaign;
};
/* Outgoing conditions for this activity that run in the campaign's year, of agreements signed by both and in force then. */
enum err campaign_store_conditions(struct cx *cx, const struct campaign_facts *c, struct condition_row **out, size_t *len) MUST_CHECK;
