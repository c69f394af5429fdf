/* What the templates of publication and answers take. */
#pragma once
#include "office/campaigns/pages_own.h"

struct mail_row {
	struct str name, recipient, subject, body;
};
struct publish_page {
	const struct campaign_view *view;
	struct str token, action, back, digest, label, skipped, undo_action, published, not_yet;
	struct {
		struct mail_row *ptr;
		size_t len;
	} mails;
	const struct pager *pages;
	bool office, may_publish, may_undo;
};
struct answer_row {
	struct str href, name, number, place, rank, state, when, replaces, accept_action, decline_action, token;
	enum tone tone;
	int icon;
	bool open, again; /* again: the same place as the row before */
};
struct answers_page {
	const struct campaign_view *view;
	struct {
		struct answer_row *ptr;
		size_t len;
	} rows, waiting;
	const struct pager *row_pages, *waiting_pages;
	bool office;
};
void publish_steps(struct cx *cx, struct html *h, const struct campaign_view *v);
void publish_errors(struct cx *cx, struct html *h, const struct publish_page *p);
void answer_state(struct cx *cx, struct html *h, const struct answer_row *row);
void answer_figures(struct cx *cx, struct html *h, const struct campaign_view *v);
