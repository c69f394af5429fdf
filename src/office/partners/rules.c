/* Pure decisions about partners. */
#include "office/partners/rules.h"

int64_t partner_balance(const struct partner_flows *f)
{
	return f->out == UNKNOWN || f->in == UNKNOWN ? UNKNOWN : f->in - f->out;
}

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
