/* Pure decisions of campaigns: where a campaign stands and who holds the pen; may this student go there, why, and what is the
 * smallest change that would make it yes; scores from data, line by line; what a stay would cost. No I/O, no clock.
 * Sources: Erasmus+ domain reference 1.2, 1.4 (durations, eligibility), 5.3 (requirements); CTI for apprentices, 6.
 * Words come last, in the language of cx: reason_words and its neighbours. */
#pragma once
#include "office/agreements/vocabulary.h"
#include "office/campaigns/model.h"
#include "office/grants/rules.h"

/* --- the campaign --- */

enum campaign_stage {
	STAGE_DRAFT,     /* not opened */
	STAGE_COMING,    /* opened, the window begins later */
	STAGE_OPEN,      /* students apply */
	STAGE_CHECKING,  /* closed, not allocated */
	STAGE_ALLOCATED, /* nothing has left */
	STAGE_PUBLISHED, /* offers wait for an answer */
	STAGE_ANSWERED,  /* no offer waits */
	STAGES,
};
enum campaign_pen { CAMPAIGN_PEN_NOBODY, CAMPAIGN_PEN_OFFICE, CAMPAIGN_PEN_STUDENTS };
struct campaign_state {
	enum campaign_stage stage;
	enum campaign_pen pen;
	int64_t since_ms;
	int64_t next_ms; /* the instant that comes next: opens, closes, answer by; UNKNOWN: none */
};
/* waiting: offers without an answer. */
struct campaign_state campaign_state(const struct campaign *c, int64_t waiting, int64_t now_ms);
int campaign_stage_label(enum campaign_stage s);        /* M_... */
int campaign_stage_next(enum campaign_stage s);         /* M_..., what has to be done next: "Check files and allocate" */
const char *campaign_stage_code(enum campaign_stage s); /* "open" */
int campaign_pen_label(enum campaign_pen p);

/* --- the application of one student --- */

enum application_stage {
	APPLICATION_NONE,
	APPLICATION_SENT,
	APPLICATION_WITHDRAWN,
	APPLICATION_WAITING, /* published without a seat: a freed one may still come */
	APPLICATION_OFFERED,
	APPLICATION_ACCEPTED,
	APPLICATION_DECLINED,
	APPLICATION_EXPIRED,
	APPLICATION_STAGES,
};
/* a NULL: none; p: the newest placement of the application, NULL before publication. */
enum application_stage application_stage(const struct application *a, const struct placement *p, bool published);
int application_stage_label(enum application_stage s);

/* --- what is known of a student --- */

struct student_language {
	struct str language; /* ISO 639-1 */
	int64_t level;       /* enum rule_cefr */
	bool proven;         /* a test, a course or the mother tongue; not what was only declared */
	int64_t tested;
	struct str source; /* "toeic", the number of an application */
};
struct student_stay { /* abroad so far, planned ones included */
	struct str number, country;
	int64_t activity; /* enum stay_activity */
	int64_t eqf, starts, ends;
	int64_t days; /* 30/360; UNKNOWN when neither dates nor length are known */
};
struct student_period {
	int64_t kind; /* index into period_kinds: school, company, abroad, leave */
	int64_t starts, ends;
};
enum { PERIOD_SCHOOL, PERIOD_COMPANY, PERIOD_ABROAD, PERIOD_LEAVE };
struct student_contract {
	struct str employer;
	int64_t starts, ends;
	struct student_period *periods;
	size_t nperiods;
};
struct student_facts {
	struct uuid person, unit;
	struct str name, number, email;
	enum lang lang;
	bool enrolled;
	struct str enrolled_in; /* academic year of the enrolment that counts: 2026-27 */
	int64_t year;           /* of study during the stay */
	int64_t status;         /* enum enrolment_status */
	int64_t average, ects, failed_units;
	struct str average_from; /* academic year */
	struct str programme, programme_title, speciality, isced_f, nationality;
	int64_t eqf;
	int64_t cap_months; /* abroad in one cycle; of the programme, else of the reference row */
	struct str cap_source;
	struct student_language *languages;
	size_t nlanguages;
	struct student_stay *stays;
	size_t nstays;
	struct student_contract *contracts;
	size_t ncontracts;
};

/* --- what is offered --- */

struct offer_rule {
	struct str text, source;
	const struct rule_expr *expr; /* NULL: the text could not be read */
};
struct offer {
	struct uuid id, partner, condition;
	struct str title, partner_name, city, country, note;
	int64_t lat, lng;
	int64_t seats, reserved, half, starts, ends, months; /* reserved: for apprentices; 0: none */
	struct str language[2], cefr[2];                     /* either will do; blank: none asked */
	struct str isced_f;
	int64_t eqf_from, eqf_to;
	bool has_condition;
	struct str agreement; /* number */
	int64_t agreement_from, agreement_to, agreement_ended, signed_here, signed_there;
	int64_t first_year_starts, last_year_starts; /* academic years of the condition */
	struct offer_rule rules[2];
	size_t nrules;
	int64_t budget_cents;
	struct str budget_source;
	int64_t wishes;       /* applications that list it */
	int64_t first_wishes; /* that list it first */
	int64_t stars;
	int64_t held; /* seats offered and not declined */
};
/* The campaign with what the rules need of its academic year. */
struct campaign_facts {
	const struct campaign *campaign;
	struct str academic_year;
	int64_t year_starts, year_ends; /* dates */
	int64_t closes;                 /* the last day to apply, where the campaign is */
};

/* --- may this student go there? --- */

enum eligibility_rule {
	ELIGIBLE_STATUS, /* of this school, not an exchange student here */
	ELIGIBLE_YEAR,   /* window of the campaign */
	ELIGIBLE_PROGRAMME,
	ELIGIBLE_LEVEL, /* EQF of the condition */
	ELIGIBLE_FIELD, /* ISCED-F of the condition */
	ELIGIBLE_LANGUAGE,
	ELIGIBLE_AGREEMENT,   /* signed and in force during the stay */
	ELIGIBLE_CAP,         /* months abroad in this cycle */
	ELIGIBLE_CONTRACT,    /* of an apprentice, covers the stay */
	ELIGIBLE_COMPANY,     /* no period in the company during the stay */
	ELIGIBLE_REQUIREMENT, /* a part of the rule of condition or opportunity */
	ELIGIBLE_RULES,
};
enum suggestion_kind {
	SUGGEST_NONE,
	SUGGEST_ENROL,   /* needed: whatever makes her a student of the school */
	SUGGEST_WAIT,    /* num: the year of study */
	SUGGEST_AMEND,   /* the office opens the campaign or the condition to this programme, year, level or field */
	SUGGEST_TEST,    /* code: language, num: level, date: by when */
	SUGGEST_PROVE,   /* the same, declared already */
	SUGGEST_SIGN,    /* the agreement */
	SUGGEST_EXTEND,  /* the agreement; date: until */
	SUGGEST_SHORTEN, /* num: days at most */
	SUGGEST_NEXT_CYCLE,
	SUGGEST_CONTRACT, /* date, date_to: what the contract must cover */
	SUGGEST_RELEASE,  /* date, date_to: the company lets her go */
	SUGGEST_FACTS,    /* steps */
	SUGGEST_TELL,     /* unknown: who should say it */
};
enum ask_whom { ASK_NOBODY, ASK_STUDENT, ASK_OFFICE, ASK_HEAD, ASK_LANGUAGES, ASK_EMPLOYER, ASK_WHOMS };
struct suggestion {
	enum suggestion_kind kind;
	enum ask_whom whom;
	int64_t cost; /* least effort first; comparable between reasons */
	struct str code;
	int64_t num, date, date_to;
	const struct rule_step *steps;
	size_t nsteps;
};
struct reason {
	enum eligibility_rule rule;
	enum rule_state state;
	bool decides;
	struct rule_value you, needed, needed_to; /* needed_to: the end of a range, or missing */
	enum rule_type type;
	int digits;
	struct str detail;             /* language of a level, employer, number of the agreement */
	const struct rule_proof *leaf; /* ELIGIBLE_REQUIREMENT; NULL: its rule cannot be read */
	struct str source;             /* of what is needed: number of the agreement or campaign, text of a rule */
	struct str you_source;         /* of what she has */
	struct suggestion suggestion;
};
#define REASONS_MAX 32
struct eligibility {
	enum rule_state state; /* no when one reason says no, unknown when one is unknown and none no */
	struct reason *reasons;
	size_t nreasons;
	size_t nblocking; /* reasons that decide against it */
	int64_t cost;     /* of all suggestions together; 0 when yes */
};
/* Reasons in the order of the rules. Suggestions for requirements take a search: `suggest` false leaves them out. */
struct eligibility eligibility_judge(struct arena *a, const struct campaign_facts *c, const struct student_facts *s, const struct offer *o,
                                     bool suggest);
/* The facts after every suggestion was followed: judging them again gives yes. Copies; the campaign is copied into *campaign. */
void eligibility_apply(struct arena *a, const struct eligibility *e, struct campaign_facts *c, struct campaign *campaign,
                       struct student_facts *s, struct offer *o);
bool isced_overlap(struct str x, struct str y); /* one field contains the other: 07 and 0711 */
/* Days of the planned stay, 30/360; UNKNOWN without dates and months. */
int64_t offer_days(const struct offer *o);

/* For people, in the language of cx. */
struct reason_words {
	struct str rule, you, needed, source, you_source; /* a row of the reason card; sources may be absent */
	struct str change;                                /* "You could with Spanish B2 before 15 March"; absent when yes */
	struct str whom;                                  /* absent when nobody */
};
struct reason_words reason_words(struct cx *cx, const struct reason *r);
/* What she would need, in a few words: "English B2"; absent where others than she would have to change something. */
struct str eligibility_needs(struct cx *cx, const struct eligibility *e);
/* One line: "You can go: average 12.4 (12 asked), English B2 (B2 asked)" or the first thing against it. */
struct str eligibility_line(struct cx *cx, const struct eligibility *e);

/* --- what has to be asked --- */

enum asked { ASKED_LANGUAGE, ASKED_NATIONALITY, ASKED_EMAIL, ASKED_TRAVEL };
struct question {
	enum asked what;
	struct str name; /* of the form field: language.es, nationality, email, travel */
	struct str code; /* language */
	int label;       /* M_... with {language} */
};
/* What the student alone can say and nobody knows yet, for these offers; travel: not answered before. */
size_t questions_for(struct arena *a, const struct student_facts *s, const struct offer *const *offers, size_t n, bool travel_known,
                     struct question **out);
/* What is missing in a file that was sent: facts unknown to the rules or to the score. */
enum missing {
	MISSING_LANGUAGE_PROOF,
	MISSING_LANGUAGE,
	MISSING_AVERAGE,
	MISSING_ECTS,
	MISSING_YEAR,
	MISSING_CONTRACT,
	MISSING_DATES,
	MISSING_NATIONALITY,
	MISSING_PANEL,
	MISSING_OTHER,
	MISSINGS
};
enum missing reason_missing(const struct reason *r);
const char *missing_code(enum missing m);
int missing_label(enum missing m);
bool missing_parse(struct str code, enum missing *out) MUST_CHECK;
/* The student can mend it by answering; else the office has to find it (transcript, dates of the host). */
bool missing_of_student(enum missing m);

/* --- scores --- */

/* Weights are data: "average=60 ects=20 language=20 failed_units=-2". Points of a part: weight times
 *   average       average / 20
 *   ects          credits earned / 60 for each year of study before, 1 at most
 *   language      level in the asked language, A1 1/6 .. C2 and native 1; 1 when no language is asked
 *   panel         0..1 given by a jury or the host, for each option
 *   failed_units  their number
 * Points and scores are 1e-4, rounded half up. A part that is not known makes the score unknown. */
enum score_part { SCORE_AVERAGE, SCORE_ECTS, SCORE_LANGUAGE, SCORE_PANEL, SCORE_FAILED_UNITS, SCORE_PARTS };
struct score_weights {
	int64_t of[SCORE_PARTS]; /* whole points, UNKNOWN: not counted */
	bool any;
	bool by_option; /* some part differs between options */
};
bool score_weights_parse(struct str text, struct score_weights *out, struct str *wrong) MUST_CHECK;
struct score_line {
	enum score_part part;
	int64_t weight;
	int64_t found;  /* average 1e-4, ects 1/100, level, panel 1e-4, units */
	int64_t points; /* UNKNOWN when found is */
};
struct score {
	int64_t total; /* UNKNOWN when a line is */
	struct score_line lines[SCORE_PARTS];
	size_t nlines;
};
/* o NULL: parts that differ between options are left out. panel: 1e-4 of 1, UNKNOWN. */
struct score score_of(const struct score_weights *w, const struct student_facts *s, const struct offer *o, int64_t panel);
/* Of a wish: parts that differ between options count where some are weighed, and are left out for all where none is. */
struct score score_of_wish(const struct score_weights *w, const struct student_facts *s, const struct offer *o, int64_t panel);
struct str score_json(struct arena *a, const struct score *s);
enum err score_read(struct cx *cx, struct str json, struct score *out) MUST_CHECK;
int score_part_label(enum score_part p);
struct str score_found_words(struct cx *cx, const struct score_line *l);

/* --- what it costs --- */

struct stay_cost {
	struct grant_estimate grant; /* total_cents UNKNOWN when a line is */
	int64_t budget_cents;        /* UNKNOWN: nobody has said */
	struct str budget_source;
	int64_t distance_m;
	struct str mode; /* of travel, as emission factors name it */
	struct grant_carbon carbon;
};
/* mode: plane, train, ...; of the student's answer, else the one that carbon_mode_usual gives. travel: does the call pay it? */
struct stay_cost stay_cost(const struct campaign *c, const struct offer *o, int64_t home_lat, int64_t home_lng,
                           const struct grant_rates *rates, bool travel, struct str mode, const struct grant_carbon_rate *carbon);
/* Train up to 1,000 km, else plane: only the default of an estimate, which says what it took. */
struct str carbon_mode_usual(int64_t distance_m);
struct str carbon_mode_of(int64_t travel_mode); /* index into travel_modes */
