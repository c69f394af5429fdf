/* Arithmetic of figures. Counts are far below 2^31, so that products of two with 1e4 fit. */
#include "office/strategy/rules.h"

int64_t ratio_of(int64_t num, int64_t den)
{
	if (num == UNKNOWN || den == UNKNOWN || den <= 0) return UNKNOWN;
	return (num * RATIO_ONE * 2 + den) / (den * 2);
}

/* (n / all) / (others_went / others_all) reaches the threshold. */
static bool reaches(int64_t n, int64_t all, int64_t others_went, int64_t others_all, int64_t threshold)
{
	return (__int128)n * others_all * RATIO_ONE >= (__int128)threshold * all * others_went;
}

static int64_t missing(int64_t n, int64_t all, int64_t others_went, int64_t others_all, int64_t threshold)
{
	__int128 need = (__int128)threshold * all * others_went, each = (__int128)others_all * RATIO_ONE;
	int64_t wanted = (int64_t)((need + each - 1) / each);
	if (wanted > all) return UNKNOWN;
	return wanted > n ? wanted - n : 0;
}

struct parity parity_of(int64_t first_went, int64_t first_all, int64_t others_went, int64_t others_all, int64_t threshold)
{
	struct parity p = {
	    .first = ratio_of(first_went, first_all), .others = ratio_of(others_went, others_all), .ratio = UNKNOWN, .missing = UNKNOWN};
	if (p.first == UNKNOWN || p.others == UNKNOWN || others_went == 0) return p;
	__int128 num = (__int128)first_went * others_all, den = (__int128)first_all * others_went;
	p.ratio = (int64_t)((num * RATIO_ONE * 2 + den) / (den * 2));
	if (threshold == UNKNOWN) return p;
	p.behind = !reaches(first_went, first_all, others_went, others_all, threshold);
	p.missing = missing(first_went, first_all, others_went, others_all, threshold);
	return p;
}

static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

struct forecast forecast_steps(const struct steps *now, const struct steps *past, size_t len, bool is_over)
{
	struct forecast f = {.is_over = is_over,
	                     .opened = now->opened,
	                     .realised = now->realised,
	                     .low = now->realised,
	                     .high = now->realised,
	                     .share = UNKNOWN};
	int64_t realised = 0;
	for (size_t i = 0; i < len; i++) {
		if (past[i].filled == UNKNOWN || past[i].realised == UNKNOWN) continue;
		f.share_of += past[i].filled;
		realised += past[i].realised;
	}
	f.share = ratio_of(realised, f.share_of);
	if (is_over || now->opened == UNKNOWN) return f;
	if (now->planned != UNKNOWN) f.opened = most(now->opened, now->planned);
	if (now->filled == UNKNOWN || now->realised == UNKNOWN) return f;
	int64_t to_begin = most(0, now->filled - now->realised);
	int64_t going = f.share_of ? (to_begin * realised * 2 + f.share_of) / (f.share_of * 2) : to_begin;
	f.high = now->realised + to_begin;
	f.realised = now->realised + (going < to_begin ? going : to_begin);
	return f;
}

enum figure_state state_of(int64_t n, int64_t expected, int64_t target)
{
	if (n == UNKNOWN) return FIGURE_UNKNOWN;
	if (target == UNKNOWN) return FIGURE_OPEN;
	if (n >= target) return FIGURE_MET;
	return most(n, expected == UNKNOWN ? n : expected) < target ? FIGURE_BEHIND : FIGURE_OPEN;
}

bool cell_hidden(int64_t part, int64_t whole, int64_t limit)
{
	if (part == UNKNOWN || limit == UNKNOWN || limit <= 0) return false;
	return part < limit || (whole != UNKNOWN && whole - part < limit);
}
