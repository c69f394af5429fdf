/* What the templates of an application, its offer and "My applications" take. */
#pragma once
#include "office/campaigns/pages_own.h"

struct sent_line {
	struct str title, rank;
};
struct next_line {
	struct str when, text;
	bool done;
};
struct refused_choice {
	struct str title, rank_text, line, could, seats_words;
	int64_t seats, wishes;
};
struct application_page {
	struct str id, token, number, sent, hash, campaign, person, ics_href, pdf_href, change_href, withdraw_href;
	struct {
		struct sent_line *ptr;
		size_t len;
	} lines;
	struct {
		struct next_line *ptr;
		size_t len;
	} next;
	/* after publication */
	enum application_stage stage;
	struct str place, place_rank, answer_by, accept_action, decline_href, stay_href, accept_what, decline_what, state;
	struct {
		struct refused_choice *ptr;
		size_t len;
	} refused;
	bool offered, accepted, waiting, over, published, may_withdraw, may_change, office;
};
void application_refused(struct cx *cx, struct html *h, const struct refused_choice *c);

struct mine_row {
	struct str href, title, number, stage, when, act;
	enum tone tone;
	int icon;
};
struct mine_page {
	struct {
		struct mine_row *ptr;
		size_t len;
	} rows;
};
void mine_state(struct cx *cx, struct html *h, const struct mine_row *row);

struct ask_page { /* a question before an act that cannot be taken back */
	struct str token, action, back, text, act;
};
