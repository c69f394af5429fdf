/* Pure decisions about agreements. */
#include "office/agreements/rules.h"
#include "base/date.h"

static const struct {
	const char *code;
	int label;
} statuses[AGREEMENT_STATUSES] = {
    [AGREEMENT_DRAFT] = {"draft", M_agreement_status_draft},
    [AGREEMENT_WAITING_US] = {"waiting_us", M_agreement_status_waiting_us},
    [AGREEMENT_WAITING_PARTNER] = {"waiting_partner", M_agreement_status_waiting_partner},
    [AGREEMENT_COMING] = {"coming", M_agreement_status_coming},
    [AGREEMENT_IN_FORCE] = {"in_force", M_agreement_status_in_force},
    [AGREEMENT_SOON] = {"soon", M_agreement_status_soon},
    [AGREEMENT_EXPIRED] = {"expired", M_agreement_status_expired},
    [AGREEMENT_ENDED] = {"ended", M_agreement_status_ended},
};

int agreement_status_label(enum agreement_status s) { return statuses[s].label; }
const char *agreement_status_code(enum agreement_status s) { return statuses[s].code; }

int64_t date_add_months(int64_t date, int months)
{
	struct civil c = date_civil(date);
	int month = c.year * 12 + c.month - 1 + months, day = c.day;
	while (!date_valid(month / 12, month % 12 + 1, day))
		day--;
	return date_from_civil(month / 12, month % 12 + 1, day);
}

static bool happened(int64_t date, int64_t today) { return date != UNKNOWN && date <= today; }
static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t last_day(const struct agreement *a)
{
	int64_t cut = a->ended == UNKNOWN ? UNKNOWN : a->ended - 1;
	if (cut == UNKNOWN) return a->valid_to;
	return a->valid_to == UNKNOWN || cut < a->valid_to ? cut : a->valid_to;
}

static struct agreement_state signed_by_both(const struct agreement *a, int64_t today, int64_t until)
{
	int64_t given = later(a->signed_here, a->signed_there);
	if (a->valid_from > today) return (struct agreement_state){AGREEMENT_COMING, given, until, AGREEMENT_PEN_NOBODY};
	int64_t soon = until == UNKNOWN ? UNKNOWN : date_add_months(until, -AGREEMENT_SOON_MONTHS);
	if (soon != UNKNOWN && today > soon)
		return (struct agreement_state){AGREEMENT_SOON, later(soon + 1, later(given, a->valid_from)), until, AGREEMENT_PEN_US};
	return (struct agreement_state){AGREEMENT_IN_FORCE, later(given, a->valid_from), until, AGREEMENT_PEN_NOBODY};
}

struct agreement_state agreement_status(const struct agreement *a, int64_t today)
{
	int64_t until = last_day(a);
	bool here = happened(a->signed_here, today), there = happened(a->signed_there, today);
	if (happened(a->ended, today)) return (struct agreement_state){AGREEMENT_ENDED, a->ended, until, AGREEMENT_PEN_NOBODY};
	if (until != UNKNOWN && today > until) return (struct agreement_state){AGREEMENT_EXPIRED, until + 1, until, AGREEMENT_PEN_NOBODY};
	if (here && there) return signed_by_both(a, today, until);
	if (here) return (struct agreement_state){AGREEMENT_WAITING_PARTNER, a->signed_here, until, AGREEMENT_PEN_PARTNER};
	if (there) return (struct agreement_state){AGREEMENT_WAITING_US, a->signed_there, until, AGREEMENT_PEN_US};
	if (happened(a->sent, today)) return (struct agreement_state){AGREEMENT_WAITING_PARTNER, a->sent, until, AGREEMENT_PEN_PARTNER};
	int64_t born = a->row.created_ms == UNKNOWN ? UNKNOWN : a->row.created_ms / 86400000;
	return (struct agreement_state){AGREEMENT_DRAFT, born, until, AGREEMENT_PEN_US};
}

int agreement_kind_short(int64_t kind)
{
	static const int labels[] = {[AGREEMENT_MOBILITY] = M_agreement_short_mobility,
	                             [AGREEMENT_COOPERATION] = M_agreement_short_cooperation,
	                             [AGREEMENT_DOUBLE_DEGREE] = M_agreement_short_double_degree,
	                             [AGREEMENT_STRATEGIC] = M_agreement_short_strategic,
	                             [AGREEMENT_PLACEMENT] = M_agreement_short_placement};
	return labels[kind];
}

int agreement_rank(int64_t kind) { return kind == AGREEMENT_PLACEMENT ? -1 : (int)kind; }

bool agreement_usable(const struct agreement *a, int64_t from, int64_t to)
{
	int64_t until = last_day(a);
	if (a->signed_here == UNKNOWN || a->signed_there == UNKNOWN || a->valid_from == UNKNOWN) return false;
	return a->valid_from <= from && (until == UNKNOWN || until >= to);
}
