/* Reads of stays. Inside a transaction; permission is the caller's. */
#pragma once
#include "office/partners/rules.h"
#include "office/stays/model.h"

/* Places of a condition in one academic year. A cancelled or archived stay takes none. */
struct seats {
	int64_t places, used;
	int64_t free; /* never below 0 */
	int64_t over; /* taken beyond the places */
};
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
