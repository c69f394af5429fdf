/* Private to the folder: what the parts of a check share. */
#pragma once
#include "allocation/rows.h"
#include "allocation/verify.h"

struct check {
	struct arena *arena;
	struct allocation_result *r;
	struct allocation_wrong *wrong;
};
/* Fills *wrong; gives ERR_REFUSED. option: an option or a cap. */
enum err wrong_at(struct check *c, enum allocation_wrong_code code, uint32_t student, uint32_t node);

/* The prices of the result prove its placement, in one pass over lists (docs/contracts/allocation.md), and are the largest
 * that do (canon.h). */
enum err prices_check(struct check *c);
/* The first node or floor whose price is another than that of `own`: ERR_REFUSED. */
enum err prices_same(struct check *c, const struct allocation_result *own);
/* Prices as read from a certificate. */
struct price_reader {
	uint32_t ndigits;
	int64_t limit; /* no sum of such digits on the way to the root leaves 64 bits */
	int64_t *price, *floor_price;
	uint8_t *seen;  /* of nodes */
	uint32_t floor; /* where the search for the next begins: they come in order */
};
void price_reader_begin(struct check *c, enum allocation_mechanism m, struct price_reader *p);
enum err price_row(struct check *c, const struct rows *row, struct price_reader *p);
/* Digits joined by ':'. */
struct str price_text(struct arena *arena, const int64_t *digits, uint32_t ndigits);
/* "osaka:g0", as certificates name it. */
struct str floor_id(struct arena *arena, const struct allocation *a, uint32_t floor);
/* The kind of the price row of a node: a cap that has the id of an option needs a word of its own. */
const char *price_kind(const struct allocation *a, uint32_t node);
