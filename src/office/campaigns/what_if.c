/* What seats are worth in this campaign, under a rule: one more, one less, and which to ask partners for. Nothing is kept. */
#include "allocation/value.h"
#include "base/log.h"
#include "office/campaigns/inside.h"
#include "platform/i18n/i18n.h"

struct asking {
	struct uuid campaign;
	enum allocation_mechanism mechanism;
	struct what_if *out;
};

static struct seat_worth worth_of(const struct allocation *a, const struct allocation_worth *w)
{
	struct seat_worth out = {.possible = w->possible, .placed = w->placed};
	int64_t ranks = 0;
	for (uint32_t k = 0; w->profile && k < a->max_rank; k++)
		ranks += (int64_t)(k + 1) * w->profile[k];
	out.first = w->profile && a->max_rank ? w->profile[0] : 0;
	if (!w->placed) {
		out.better = ranks < 0 ? -ranks : 0;
		out.worse = ranks > 0 ? ranks : 0;
	}
	return out;
}

static int compare_worth(const struct seat_worth *x, const struct seat_worth *y)
{
	const int64_t a[] = {x->placed, x->first, x->better, -x->worse}, b[] = {y->placed, y->first, y->better, -y->worse};
	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		if (a[i] != b[i]) return a[i] > b[i] ? -1 : 1;
	return 0;
}

static int by_worth(const void *a, const void *b)
{
	const struct what_if_line *x = a, *y = b;
	int c = compare_worth(&x->more, &y->more);
	if (c) return c;
	c = str_cmp(x->offer->title, y->offer->title);
	return c ? c : uuid_cmp(x->offer->id, y->offer->id);
}

/* The allocation knows options by the text of their ids. */
static const struct offer *offer_of(const struct campaign_whole *w, const struct allocation *a, uint32_t option)
{
	struct uuid id;
	BUG_IF(!uuid_parse(a->options[option].id, &id));
	return whole_offer(w, &id);
}

static void fill_lines(struct cx *cx, const struct campaign_whole *w, const struct allocation_result *r,
                       const struct allocation_value *values, struct what_if *out)
{
	const struct allocation *a = r->allocation;
	out->lines = ARENA_ARRAY(cx->arena, struct what_if_line, a->noptions + 1);
	int64_t *wishes = ARENA_ARRAY(cx->arena, int64_t, a->noptions + 1);
	for (uint32_t c = 0; c < a->nchoices; c++)
		wishes[a->choice_option[c]]++;
	for (uint32_t o = 0; o < a->noptions; o++)
		out->lines[out->len++] = (struct what_if_line){.offer = offer_of(w, a, o),
		                                               .load = r->load[o],
		                                               .wishes = wishes[o],
		                                               .more = worth_of(a, &values[o].plus),
		                                               .less = worth_of(a, &values[o].minus)};
	if (out->len) qsort(out->lines, out->len, sizeof(*out->lines), by_worth);
}

static void fill_asks(struct cx *cx, const struct campaign_whole *w, const struct allocation *a, const struct allocation_negotiations *list,
                      struct what_if *out)
{
	out->asks = ARENA_ARRAY(cx->arena, struct what_if_ask, WHAT_IF_ASK);
	for (uint32_t i = 0; i < list->n && out->nasks < WHAT_IF_ASK; i++) {
		const struct allocation_negotiation *n = &list->items[i];
		if (n->node >= a->noptions) continue;
		struct what_if_ask *ask = &out->asks[out->nasks++];
		*ask = (struct what_if_ask){.offer = offer_of(w, a, n->node),
		                            .unmet_first = n->unmet_first,
		                            .waiting = n->waiting,
		                            .one = worth_of(a, &n->curve[0])};
		for (int k = 0; k < WHAT_IF_SEATS; k++)
			ask->placed[k] = n->curve[k].placed;
	}
}

static enum err ours(struct cx *cx, enum err err, const struct allocation_fault *fault)
{
	if (err == OK) return OK;
	log_line(LOG_ERROR, __FILE__, "values: %s %.*s", allocation_fault_name(fault->code), STR_ARG(fault->value));
	return fail(cx, ERR_BUG, NULL, M_error_bug);
}

static enum err what_if(struct cx *cx, void *arg)
{
	struct asking *q = arg;
	struct campaign *c;
	struct campaign_whole w;
	struct allocation *problem;
	struct allocation_result r;
	struct allocation_value *values;
	struct allocation_negotiations list;
	struct allocation_fault fault = {0};
	struct left_out *left;
	size_t nleft;
	struct str seed;
	*q->out = (struct what_if){.mechanism = q->mechanism};
	TRY(staff_only(cx));
	TRY(campaign_load(cx, q->campaign, &c));
	TRY(campaign_closed(cx, c));
	TRY(run_question(cx, c, &w, &problem, &left, &nleft));
	TRY(seed_store_get(cx, q->campaign, &seed));
	TRY(run_solve(cx, problem, q->mechanism, seed, &r));
	TRY(ours(cx, allocation_values(cx->arena, &r, &values, &fault), &fault));
	TRY(ours(cx, allocation_negotiate(cx->arena, &r, values, WHAT_IF_ASK, &list, &fault), &fault));
	fill_lines(cx, &w, &r, values, q->out);
	fill_asks(cx, &w, problem, &list, q->out);
	return OK;
}

enum err campaign_what_if(struct cx *cx, struct uuid campaign, enum allocation_mechanism mechanism, struct what_if *out)
{
	return db_tx(cx, DB_READ, what_if, &(struct asking){campaign, mechanism, out});
}
