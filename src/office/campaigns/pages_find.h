/* What the templates of "Find a stay" take. */
#pragma once
#include "office/campaigns/pages_own.h"

struct find_card {
	struct str id, anchor, star_id, swaps, said, token, back, title, meta, yes, grant, budget, carbon;
	const struct found_stay *stay;
	bool starred, can, may_star;
};
struct find_cards {
	struct find_card *ptr;
	size_t len;
};
struct find_item {
	struct str text, href;
	bool on;
};
struct find_menu {
	struct str label;
	bool on;
	struct {
		struct find_item *ptr;
		size_t len;
	} items;
};
struct find_choice {
	struct str title, place;
	int64_t rank;
};
struct find_page {
	bool all, train, filtered;
	struct str can_href, train_href, clear_href, others_href, rank_href, sent_href;
	struct str count, others, almost_count, rest_count, more, kept, hint, sent;
	int64_t can_go;
	struct {
		struct find_menu *ptr;
		size_t len;
	} menus;
	struct find_cards cards, almost, rest;
	struct {
		struct find_choice *ptr;
		size_t len;
	} chosen;
};
void find_why(struct cx *cx, struct html *h, const struct found_stay *s);
void find_seats(struct cx *cx, struct html *h, const struct found_stay *s);
void find_nothing(struct cx *cx, struct html *h, const struct find_page *p);
