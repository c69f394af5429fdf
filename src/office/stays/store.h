/* Reads of stays. Inside a transaction; permission is the caller's. */
#pragma once
#include "office/partners/rules.h"
#include "office/stays/rules.h"

enum err stay_store_seats(struct cx *cx, const struct condition *condition, struct uuid academic_year, struct seats *out) MUST_CHECK;

/* Stays of a person, latest first, archived ones left out. */
enum err stay_store_of_person(struct cx *cx, struct uuid person, struct stay ***out, size_t *len) MUST_CHECK;

/* How many went and came with a partner in each of the school's last `years` academic years (by their first day, none that begins
 * after `today`), oldest first; cancelled and archived stays do not count, and neither do stays without an academic year. */
struct partner_year {
	struct uuid academic_year;
	struct str code;
	struct partner_flows flows;
};
enum err stay_store_partner_years(struct cx *cx, struct uuid partner, int64_t years, int64_t today, struct partner_year **out,
                                  size_t *len) MUST_CHECK;

/* Stays of learners (students, apprentices, doctoral candidates) counted by direction, activity and cycle; cancelled and archived ones
 * are left out. year none: all. */
struct picture_count {
	struct str direction, activity, cycle; /* codes; cycle absent: not known */
	int64_t count;
};
enum err stay_store_picture(struct cx *cx, struct uuid year, struct picture_count **out, size_t *len) MUST_CHECK;

/* Flows with every partner over the last `years` academic years, in no order, and the years themselves, latest first. */
struct partner_total {
	struct uuid partner;
	struct partner_flows flows;
};
struct partner_totals {
	struct partner_total *ptr;
	size_t len;
	struct uuid *years;
	size_t years_len;
};
enum err stay_store_partner_totals(struct cx *cx, int64_t years, int64_t today, struct partner_totals *out) MUST_CHECK;
struct partner_flows partner_totals_of(const struct partner_totals *t, struct uuid partner);

/* The academic year of a day and the one after it; none where there is no such year. */
struct year_pair {
	struct uuid id[2];
	struct str code[2];
};
enum err stay_store_years(struct cx *cx, int64_t today, struct year_pair *out) MUST_CHECK;
/* Places taken of every condition in these two years. */
struct condition_used {
	struct uuid condition;
	int64_t used[2];
};
enum err stay_store_used(struct cx *cx, const struct year_pair *years, struct condition_used **out, size_t *len) MUST_CHECK;

/* The dates and kinds of all agreements that are not archived, for what each partner has. */
enum err stay_store_agreements(struct cx *cx, struct agreement **out, size_t *len) MUST_CHECK;
