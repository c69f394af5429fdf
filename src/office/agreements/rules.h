/* Pure decisions about agreements: what their dates say today, and who holds the pen. */
#pragma once
#include "office/agreements/model.h"

enum agreement_status {
	AGREEMENT_DRAFT,           /* nothing sent, nobody has signed */
	AGREEMENT_WAITING_US,      /* they have signed, we have not */
	AGREEMENT_WAITING_PARTNER, /* sent or signed by us */
	AGREEMENT_COMING,          /* signed by both, not begun */
	AGREEMENT_IN_FORCE,
	AGREEMENT_SOON, /* in force, in its last six months */
	AGREEMENT_EXPIRED,
	AGREEMENT_ENDED, /* ended early */
	AGREEMENT_STATUSES,
};
enum agreement_pen { AGREEMENT_PEN_NOBODY, AGREEMENT_PEN_US, AGREEMENT_PEN_PARTNER };

struct agreement_state {
	enum agreement_status status;
	int64_t since; /* date of the fact that made it so */
	int64_t until; /* last day in force; UNKNOWN: open */
	enum agreement_pen pen;
};

#define AGREEMENT_SOON_MONTHS 6 /* a habit of display; nothing is granted or refused by it */

/* From the dates alone; a signature dated after today has not been given. `valid_to` is the last day in force, `ended` the
 * first day after an early end. */
struct agreement_state agreement_status(const struct agreement *a, int64_t today);
bool agreement_usable(const struct agreement *a, int64_t from, int64_t to); /* in force on both days, as far as is known now */
int agreement_rank(int64_t kind);                    /* place on the ladder: a placement agreement stands below a mobility agreement */
int agreement_kind_short(int64_t kind);              /* M_...: one or two words, for columns */
int agreement_status_label(enum agreement_status s); /* M_... */
const char *agreement_status_code(enum agreement_status s); /* "in_force" */
/* The same day so many months earlier or later, or the last day of that month. */
int64_t date_add_months(int64_t date, int months);
