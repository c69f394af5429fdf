/* Pure decisions about partners. */
#pragma once
#include "office/partners/model.h"

/* Flows with a partner over some years. Balance is in - out: -3 says that they took three more than we did, so that three incoming
 * places restore it. UNKNOWN counts give an UNKNOWN balance. */
struct partner_flows {
	int64_t out, in;
};
int64_t partner_balance(const struct partner_flows *f);
int64_t partner_places_to_offer(const struct partner_flows *f); /* incoming places that would restore the balance; never below 0 */
int64_t partner_places_to_ask(const struct partner_flows *f);   /* outgoing places that would; never below 0 */

/* Where a country lies, for counts: member states of the European Union at a date, else its continent. */
enum partner_region {
	REGION_UNION,
	REGION_EUROPE,        /* outside the Union */
	REGION_NORTH_AMERICA, /* with Central America and the Caribbean */
	REGION_SOUTH_AMERICA,
	REGION_AFRICA,
	REGION_ASIA,
	REGION_OCEANIA,
	REGION_UNKNOWN,
	PARTNER_REGIONS,
};
enum partner_region partner_region(struct str country, int64_t date);
int partner_region_label(enum partner_region region); /* M_... */
