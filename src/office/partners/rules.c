/* Pure decisions about partners. */
#include "office/partners/rules.h"
#include "platform/reference/reference.h"

int64_t partner_balance(const struct partner_flows *f) { return f->out == UNKNOWN || f->in == UNKNOWN ? UNKNOWN : f->in - f->out; }

int64_t partner_places_to_offer(const struct partner_flows *f)
{
	int64_t b = partner_balance(f);
	return b == UNKNOWN ? UNKNOWN : b < 0 ? -b : 0;
}

int64_t partner_places_to_ask(const struct partner_flows *f)
{
	int64_t b = partner_balance(f);
	return b == UNKNOWN ? UNKNOWN : b > 0 ? b : 0;
}

/* Membership is asked at 1 January of the year, as everything about calls. */
enum partner_region partner_region(struct str country, int64_t date)
{
	static const struct {
		const char *continent;
		enum partner_region region;
	} continents[] = {{"EU", REGION_EUROPE}, {"NA", REGION_NORTH_AMERICA}, {"SA", REGION_SOUTH_AMERICA},
	                  {"AF", REGION_AFRICA}, {"AS", REGION_ASIA},          {"OC", REGION_OCEANIA}};
	struct reference_row row;
	if (reference_find(STR("country_status"), country, date, &row) && str_is(reference_cell(&row, "status"), "member"))
		return REGION_UNION;
	if (!reference_find(STR("country"), country, date, &row)) return REGION_UNKNOWN;
	struct str continent = reference_cell(&row, "continent");
	for (size_t i = 0; i < ARRAY_LEN(continents); i++)
		if (str_is(continent, continents[i].continent)) return continents[i].region;
	return REGION_UNKNOWN;
}

int partner_region_label(enum partner_region region)
{
	static const int labels[PARTNER_REGIONS] = {
	    [REGION_UNION] = M_region_union,
	    [REGION_EUROPE] = M_region_europe,
	    [REGION_NORTH_AMERICA] = M_region_north_america,
	    [REGION_SOUTH_AMERICA] = M_region_south_america,
	    [REGION_AFRICA] = M_region_africa,
	    [REGION_ASIA] = M_region_asia,
	    [REGION_OCEANIA] = M_region_oceania,
	    [REGION_UNKNOWN] = M_region_unknown,
	};
	return labels[region];
}
