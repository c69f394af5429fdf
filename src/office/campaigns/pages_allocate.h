/* What the template of the allocation takes. */
#pragma once
#include "office/campaigns/pages_own.h"

struct mech_card {
	struct str code, name, short_name, promise, mean, worst, envy_words;
	struct str apprentices, others, reserved; /* absent: no apprentice applied; nothing is reserved */
	const struct mechanism_figures *figures;
	bool chosen, no_envy;
};
struct mech_holds {
	struct str text;
};
struct mech_property {
	struct str name;
	struct {
		struct mech_holds *ptr;
		size_t len;
	} cells;
};
struct rank_cell {
	struct str text;
	bool first, none, chosen;
};
struct alloc_row {
	struct str href, name, place;
	bool selected, placed;
	struct {
		struct rank_cell *ptr;
		size_t len;
	} ranks;
};
struct alloc_reason {
	struct place_reason reason;
	struct str title, could_rule;
	int64_t rank;
	bool yes;
};
struct alloc_file {
	struct str text, href;
};
struct alloc_page {
	const struct campaign_view *view;
	struct str optimum; /* what the rules that fill the most seats would add; absent */
	struct str token, action, undo_action, heading, students_sub, name, score, verified, failed, still_open, close_action, note,
	    page_text, prev_href, next_href, differ_href, all_href, file_href, more_text, left_out_text, certificate_href, seed;
	struct {
		struct mech_card *ptr;
		size_t len;
	} cards;
	struct {
		struct mech_property *ptr;
		size_t len;
	} properties;
	struct {
		struct alloc_row *ptr;
		size_t len;
	} rows;
	struct {
		struct alloc_reason *ptr;
		size_t len;
	} reasons, more; /* more: those below the first few refusals, folded */
	struct {
		struct alloc_file *ptr;
		size_t len;
	} files;
	struct {
		struct left_out *ptr;
		size_t len;
	} left_out;
	bool office, has_run, published, differ, selected;
};
void alloc_steps(struct cx *cx, struct html *h, const struct campaign_view *v);
void alloc_key(struct cx *cx, struct html *h);
void alloc_bar(struct cx *cx, struct html *h, const struct mechanism_figures *f);
void alloc_why(struct cx *cx, struct html *h, const struct alloc_reason *r);
void alloc_errors(struct cx *cx, struct html *h, const struct alloc_page *p);
