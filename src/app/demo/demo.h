/* The demo school: invented people only, every address in .example, real names of institutions. Made through the same flows as
 * everything else, from one seed, around today's date. Private to app/demo. */
#pragma once
#include "app/app.h"
#include "base/rand.h"
#include "office/stays/model.h"

enum {
	DEMO_YEARS = 8,   /* academic years, from five before the current one to two after */
	DEMO_CURRENT = 5, /* index of the current year */
	DEMO_COHORTS = 5,
};

struct demo_student {
	struct uuid person;
	struct str name;
	int year; /* 1-5 in the current year; 6 and more: left 1, 2 ... years ago */
	bool apprentice;
	int speciality;
	int64_t average; /* 1e-4 */
	struct str english;
};

struct demo {
	struct app *app;
	struct cx *cx;
	struct rand_seeded r;
	int first_year; /* civil year in which academic year 0 begins */
	struct uuid years[DEMO_YEARS];
	struct uuid school, sri, studies, specialities[3];
	struct uuid heroine; /* the student who has an account: Inès Bouchard, year 4 */
	struct uuid preparatory, engineer, apprentice_programme;
	VEC(struct demo_student) students;
	VEC(struct uuid) staff;
	VEC(struct demo_partner) partners;
	struct str names[2000]; /* given before, so that no two share a mail address */
	size_t names_len;
};

struct demo_partner {
	struct uuid id, agreement, out, in, teaching;
	const struct demo_place *place;
};

/* Names from lists; the same pair is never given twice. */
void demo_name(struct demo *d, int gender, struct str *given, struct str *family);
struct str demo_email(struct cx *cx, struct str given, struct str family);
int64_t demo_between(struct demo *d, int64_t low, int64_t high); /* both included */
bool demo_chance(struct demo *d, int percent);

struct demo_place {
	const char *name, *short_name, *country, *city;
	int64_t lat, lng; /* 1e-7 degree */
	const char *language, *cefr, *isced;
	int kind, tier, out, in;                      /* places per year */
	const char *requirement, *requirement_source; /* rule language */
};
extern const struct demo_place demo_places[];
extern const size_t demo_places_len;

/* Each inside the caller's transaction. */
enum err demo_make_school(struct demo *d) MUST_CHECK;   /* units, years, terms, programmes, courses */
enum err demo_make_people(struct demo *d) MUST_CHECK;   /* students, apprentices, alumni, staff */
enum err demo_make_partners(struct demo *d) MUST_CHECK; /* partners, agreements, conditions */
enum err demo_make_stays(struct demo *d) MUST_CHECK;    /* five past years and the current one */
enum err demo_make_campaign(struct demo *d) MUST_CHECK; /* one running, one published */
enum err demo_make_strategy(struct demo *d) MUST_CHECK; /* a statement, its sentences and what measures them */
enum err demo_make_accounts(struct demo *d) MUST_CHECK; /* outside transactions: passwords take their time */
void demo_print_accounts(void);
struct demo_account; /* office/people/pages.h */
/* What the sign-in page offers. */
enum err demo_accounts(struct cx *cx, const struct demo_account **out, size_t *len) MUST_CHECK;
