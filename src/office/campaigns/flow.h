/* Use cases of campaigns: open, find a stay, star, rank and apply; check files, score, allocate, compare, explain, publish,
 * answer; a freed seat goes to the next. One function per act: pages, API, commands and jobs call these and nothing else.
 *
 * Who: the office does what the office does; a student acts for herself only (the person of the actor). Every act is one
 * transaction with one audit entry. Reasons against an act are ERR_REFUSED with the date or rule in the message. */
#pragma once
#include "allocation/why.h"
#include "base/pair.h"
#include "office/campaigns/rules.h"
#include "platform/jobs/jobs.h"

/* --- generic doors of the entities --- */
enum err campaign_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err campaign_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err campaign_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
/* After opening, seats may grow and text may change; what students relied on may not. */
enum err opportunity_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err opportunity_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err opportunity_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;

/* --- the campaign as a whole --- */

struct campaign_view {
	struct campaign *campaign;
	struct campaign_state state;
	struct str academic_year;
	int64_t opportunities, seats, applications, apprentices, withdrawn; /* applications: sent and not withdrawn */
	int64_t asked;                                                      /* applications asked for something */
	int64_t placed, accepted, declined, expired, waiting, unplaced;
};
enum err campaign_view(struct cx *cx, struct uuid campaign, struct campaign_view *out) MUST_CHECK;
/* Newest first. Students see campaigns that were opened. */
enum err campaign_views(struct cx *cx, struct campaign_view **out, size_t *len) MUST_CHECK;
/* Commits to a seed and shows the campaign to students. ERR_REFUSED names what is missing: an opportunity, the window, the end. */
enum err campaign_open(struct cx *cx, struct uuid campaign) MUST_CHECK;
/* Conditions that send students of this activity and have places in the campaign's academic year. */
struct open_condition {
	struct uuid condition;
	struct str partner, title; /* title: label of the condition */
	int64_t seats;             /* places left in that year */
	bool in_campaign;
};
enum err campaign_conditions(struct cx *cx, struct uuid campaign, struct open_condition **out, size_t *len) MUST_CHECK;
/* Makes an opportunity of each, with the terms of the condition. conditions NULL: all that have places and are not in yet. */
enum err campaign_add_conditions(struct cx *cx, struct uuid campaign, const struct uuid *conditions, size_t n, int64_t *added) MUST_CHECK;
/* All opportunities as they are offered, with their demand, by title; for staff. */
enum err campaign_offers(struct cx *cx, struct uuid campaign, struct offer **out, size_t *len) MUST_CHECK;
/* Ends the window now instead of at closes_ms. */
enum err campaign_close(struct cx *cx, struct uuid campaign) MUST_CHECK;
/* Which rule shares the seats out; until the allocation. */
enum err campaign_choose_mechanism(struct cx *cx, struct uuid campaign, enum allocation_mechanism mechanism) MUST_CHECK;

/* --- the student --- */

struct found_stay {
	const struct offer *offer;
	struct eligibility verdict;
	struct stay_cost cost;
	bool starred;
	int64_t rank; /* in her application; UNKNOWN: not listed */
};
struct found_stays {
	struct campaign *campaign;
	struct campaign_state state;
	struct campaign_facts facts;
	const struct student_facts *student;
	struct found_stay *stays; /* those she can go to, then what is unknown, then by how little is missing; titles within */
	size_t len;
	size_t can_go, nearly, stars; /* nearly: one thing is missing or unknown */
};
/* All opportunities of the campaign with their verdicts: the page shows can_go of them and folds the rest. person: herself;
 * staff may ask for any student they may read. */
enum err find_stays(struct cx *cx, struct uuid campaign, struct uuid person, struct found_stays *out) MUST_CHECK;
enum err star_set(struct cx *cx, struct uuid opportunity, bool on) MUST_CHECK; /* the actor's own */

struct ranked {
	struct uuid opportunity;
	int64_t rank; /* from 1; equal: tie */
};
struct application_draft {
	struct found_stays found;
	struct ranked *ranks; /* as sent before, else the starred ones she can go to, in the order of starring */
	size_t nranks;
	struct question *questions; /* only what nobody knows */
	size_t nquestions;
	struct application *sent; /* NULL: not yet */
};
/* ranks, n: the list being made, to know what to ask; none: as proposed. */
enum err application_draft(struct cx *cx, struct uuid campaign, const struct ranked *ranks, size_t n,
                           struct application_draft *out) MUST_CHECK;

struct receipt {
	struct application *application;
	struct campaign *campaign;
	struct str person, sha256; /* of the content, as the audit keeps it */
	struct receipt_line {
		struct str title;
		struct uuid opportunity;
		int64_t rank;
	} * lines;
	size_t len;
	bool again;                  /* the same list had been received before: nothing was written */
	struct placement *placement; /* newest; NULL before publication */
	enum application_stage stage;
};
/* Answers by question name; unknown names are ignored. ERR_REFUSED after the end, with its date; ERR_INVALID at "ranks" (too
 * many, twice, a gap in the order, not of this campaign, not eligible with the reason) or at an answer. */
enum err application_submit(struct cx *cx, struct uuid campaign, const struct ranked *ranks, size_t n, struct pairs answers,
                            struct receipt *out) MUST_CHECK;
/* Her own, or staff. */
enum err application_receipt(struct cx *cx, struct uuid application, struct receipt *out) MUST_CHECK;
/* Before the end: as if never sent. Afterwards: an offered or kept seat goes to the next. */
enum err application_withdraw(struct cx *cx, struct uuid application) MUST_CHECK;

struct my_application {
	struct campaign *campaign;
	struct campaign_state state;
	struct application *application;
	struct placement *placement; /* newest; NULL before publication */
	enum application_stage stage;
	struct str place; /* title of the opportunity offered */
	int64_t answer_by_ms;
};
enum err my_applications(struct cx *cx, struct uuid person, struct my_application **out, size_t *len) MUST_CHECK; /* newest first */
/* The actor's own stays, newest first: students may not read stays through the generic doors. */
enum err my_stays(struct cx *cx, struct stay ***out, size_t *len) MUST_CHECK;

/* --- the office: files --- */

/* Mails to many leave after this; until then they can be taken back. */
#define CAMPAIGN_UNDO_MS (10 * 60 * 1000)

struct file_gap {
	enum missing missing;
	struct str detail; /* language code */
	struct str words;  /* "Spanish: declared B1, no proof" */
	int64_t options;   /* choices that hang on it */
	int64_t asked_ms;  /* UNKNOWN: not asked yet */
};
struct file_exception {
	struct uuid application;
	struct str number, name, email;
	enum lang lang;
	struct file_gap *gaps;
	size_t ngaps;
};
/* Only files with something missing; by name. */
enum err campaign_exceptions(struct cx *cx, struct uuid campaign, struct file_exception **out, size_t *len) MUST_CHECK;

struct mail_preview {
	struct mail_line {
		struct uuid about; /* application */
		struct str recipient, name, subject, body;
		enum lang lang;
	} * mails;
	size_t len;
	struct str *without_address; /* names */
	size_t nwithout;
	struct str digest; /* of all that would leave: give it back to send exactly this */
};
/* applications NULL: all exceptions. */
enum err campaign_ask_preview(struct cx *cx, struct uuid campaign, const struct uuid *applications, size_t n,
                              struct mail_preview *out) MUST_CHECK;
/* ERR_STALE when what would leave is no longer what was shown. */
enum err campaign_ask(struct cx *cx, struct uuid campaign, const struct uuid *applications, size_t n, struct str digest,
                      int64_t *sent) MUST_CHECK;

/* Takes back the mails of the newest asking that have not left (CAMPAIGN_UNDO_MS); ERR_REFUSED once one has. */
enum err campaign_undo_ask(struct cx *cx, struct uuid campaign, int64_t *taken_back) MUST_CHECK;

/* Scores of a jury or a host, 0..1 in 1e-4, for choices of applications that were sent. Until the allocation. */
struct panel_score {
	struct uuid application, opportunity;
	int64_t panel;
};
enum err campaign_panel_scores(struct cx *cx, struct uuid campaign, const struct panel_score *scores, size_t n) MUST_CHECK;
/* All scores anew from the facts of now, with their lines. */
enum err campaign_score(struct cx *cx, struct uuid campaign, int64_t *scored, int64_t *unknown) MUST_CHECK;

/* --- the office: allocation --- */

struct mechanism_figures {
	enum allocation_mechanism mechanism;
	const struct allocation_properties *properties;
	int64_t students, placed, unplaced, first;
	int64_t mean_rank; /* hundredths, of those placed; UNKNOWN when nobody is */
	int64_t worst_rank;
	int64_t *profile; /* at [rank - 1], worst_rank of them */
	int64_t apprentices, apprentices_placed;
	int64_t reserved, reserved_used; /* seats kept for apprentices, and how many of them apprentices hold */
	int64_t envy;                    /* students passed by somebody with a lower score at an option they rank higher */
};
struct compared_student {
	struct uuid application;
	struct str name;
	int64_t rank[ALLOCATION_MECHANISM_COUNT]; /* by index into figures; UNKNOWN: unplaced */
	struct str place[ALLOCATION_MECHANISM_COUNT];
	bool differs;
};
struct left_out { /* a choice that does not enter: not eligible, unknown, no score */
	struct uuid application, opportunity;
	struct str number, name, title, why;
	struct str whys[LANG_COUNT]; /* the same in each language */
	enum rule_state state;
};
struct comparison {
	struct mechanism_figures *figures; /* of the mechanisms this program runs */
	size_t len;
	struct compared_student *students; /* by name */
	size_t nstudents, ndiffer;
	int64_t most;   /* placed by the rule that fills the most seats */
	int64_t beside; /* by the rule of the campaign; without one, the fewest that any rule places */
	struct left_out *left_out;
	size_t nleft_out;
};
/* The same seed and applications under every mechanism; nothing is kept. From the end of the window on, until publication. */
enum err campaign_compare(struct cx *cx, struct uuid campaign, struct comparison *out) MUST_CHECK;

/* What one seat more or less would change at each destination, and which seats to ask partners for, under a rule. */
struct seat_worth {
	bool possible;                        /* false: there is no seat to take away */
	int64_t placed, first, better, worse; /* students placed, first choices; whether ranks would rise or fall in sum */
};
enum { WHAT_IF_SEATS = 5, WHAT_IF_ASK = 6 };
struct what_if_line {
	const struct offer *offer;
	int64_t load, wishes; /* seats taken; choices that entered the allocation */
	struct seat_worth more, less;
};
struct what_if_ask {
	const struct offer *offer;
	int64_t placed[WHAT_IF_SEATS]; /* with so many seats more */
	int64_t unmet_first, waiting;
	struct seat_worth one;
};
struct what_if {
	enum allocation_mechanism mechanism;
	struct what_if_line *lines; /* where a seat more changes most first, then by title */
	size_t len;
	struct what_if_ask *asks; /* the one to have first comes first, WHAT_IF_ASK at most */
	size_t nasks;
};
/* From the end of the window on, until publication. */
enum err campaign_what_if(struct cx *cx, struct uuid campaign, enum allocation_mechanism mechanism, struct what_if *out) MUST_CHECK;

struct run_view {
	struct uuid id;
	int64_t round, at_ms;
	struct str mechanism, seed, actor, input_sha256, result_sha256, report, certificate, seats, choices, students, floors, placements;
	int64_t nstudents, placed;
};
/* Eligibility first, then the chosen mechanism; keeps input, certificate and report, shows the seed. Allocating again before
 * publication replaces the run; the old one stays readable as undone. */
enum err campaign_allocate(struct cx *cx, struct uuid campaign, struct run_view *out) MUST_CHECK;
enum err campaign_undo_allocation(struct cx *cx, struct uuid campaign) MUST_CHECK;           /* before publication */
enum err campaign_run(struct cx *cx, struct uuid campaign, struct run_view *out) MUST_CHECK; /* the current one; ERR_NOT_FOUND */
/* The certificate against the input as kept: ERR_REFUSED with the first thing that is wrong. */
enum err campaign_verify(struct cx *cx, struct uuid campaign) MUST_CHECK;

/* What the current run gave, one row for each application that was in it. */
struct allocated {
	struct uuid application, opportunity;
	struct str number, name, place; /* place absent: none */
	int64_t rank, score;
	int64_t apprentice;
};
enum err campaign_allocated(struct cx *cx, struct uuid campaign, struct allocated **out, size_t *len) MUST_CHECK;

struct place_reason {
	struct str held; /* title; absent: none */
	enum allocation_reason_code code;
	bool in_run;          /* false: the choice did not enter; `why_not` says it */
	struct str line;      /* "4 places, 9 wishes; the last one placed has 71.2, she has 69.8" */
	struct str could;     /* what would have given it; absent */
	struct str why_not;   /* and whether it would have been refused even with what she lacked */
	bool changed;         /* the run was tried again with that: `could` or `why_not` says so */
	struct place_effect { /* what stands for all, and what would if this place were given; known only under such rules */
		bool known;
		int64_t unplaced, unplaced_if, first, first_if, worst, worst_if;
	} effect;
	struct str others; /* under the rules that look at all together: what it would cost the others; absent */
	int64_t seats, wishes, score, cutoff, distance, score_gain, extra_seats;
	bool lost_by_lottery;
};
/* Why does this applicant not hold that option, from the run as kept. Students: their own, after publication, without a word
 * about anybody else. */
enum err campaign_reason(struct cx *cx, struct uuid application, struct uuid opportunity, struct place_reason *out) MUST_CHECK;
/* The same of n options, into n reasons. What would have given a place takes time: the first `changes` refusals get it. */
enum err campaign_reasons(struct cx *cx, struct uuid application, const struct uuid *opportunities, size_t n, size_t changes,
                          struct place_reason *out) MUST_CHECK;

/* --- publication and answers --- */

/* Placements of all rounds, by place, then round: a seat and who followed whom. The waiting list stands last. For staff. */
struct answer_line {
	struct uuid placement, application, person;
	struct str number, name, place;                                     /* place absent: waiting list */
	int64_t round, rank, answer, answer_by_ms, answered_ms, offered_ms; /* answer: enum placement_answer, UNKNOWN */
	struct str replaces_name;                                           /* whose seat it was; absent */
	struct uuid stay;
	bool newest; /* of its application */
};
enum err campaign_answers(struct cx *cx, struct uuid campaign, struct answer_line **out, size_t *len) MUST_CHECK;

enum err campaign_publish_preview(struct cx *cx, struct uuid campaign, struct mail_preview *out) MUST_CHECK;
enum err campaign_publish(struct cx *cx, struct uuid campaign, struct str digest, int64_t *mails) MUST_CHECK;
/* ERR_REFUSED once a mail has left or somebody has answered. */
enum err campaign_undo_publication(struct cx *cx, struct uuid campaign) MUST_CHECK;

/* Her own; the office may record an answer for a student. Accepting makes the stay. Declining ends her part in the campaign and
 * passes the seat on. ERR_REFUSED after the deadline, with its date; an answer given twice is the same answer. */
enum err placement_accept(struct cx *cx, struct uuid placement, struct uuid *stay) MUST_CHECK;
enum err placement_decline(struct cx *cx, struct uuid placement) MUST_CHECK;
/* May it be declined now? Errors as of placement_decline; nothing is written. */
enum err placement_may_decline(struct cx *cx, struct uuid placement) MUST_CHECK;
/* Offers whose deadline is over lapse, and their seats pass on. Body of the timer, for the school of cx. */
enum err campaign_expire(struct cx *cx, int64_t *lapsed) MUST_CHECK;
extern const struct job_timer *const campaigns_timers[]; /* for all schools of the node */
