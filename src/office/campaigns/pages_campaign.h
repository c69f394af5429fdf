/* What the templates of the list of campaigns, one campaign, its places and its opening take. */
#pragma once
#include "office/campaigns/pages_own.h"

struct camp_row {
	struct str href, title, number, year, stage, pen, next;
	int64_t applications, seats;
};
struct camp_list {
	struct {
		struct camp_row *ptr;
		size_t len;
	} rows;
	bool office;
};
struct camp_place {
	struct str href, title, meta, rule;
	const struct offer *offer;
	int64_t first_wishes;
};
struct camp_places {
	struct camp_place *ptr;
	size_t len;
};
struct camp_figure {
	struct str href, value, out_of, label;
};
struct camp_fact {
	struct str label, value;
};
struct camp_page {
	const struct campaign_view *view;
	struct {
		struct camp_figure *ptr;
		size_t len;
	} figures;
	struct {
		struct camp_fact *ptr;
		size_t len;
	} facts;
	struct camp_places places;
	struct str places_href, list_href, record_href, edit_href, token, close_action, note;
	bool draft, open, office;
};
void camp_steps(struct cx *cx, struct html *h, const struct campaign_view *v);
void camp_figures(struct cx *cx, struct html *h, const struct camp_page *p);
void camp_demand(struct cx *cx, struct html *h, const struct offer *o);

struct cond_row {
	struct str id, partner, title;
	int64_t seats;
	bool in_campaign;
};
struct cond_page {
	struct str token, action, back;
	struct {
		struct cond_row *ptr;
		size_t len;
	} rows;
	int64_t free;
	struct str add_all;
};
struct open_page {
	struct str token, action, back, mails;
	struct camp_places places;
	struct {
		struct camp_fact *ptr;
		size_t len;
	} facts;
};
struct camp_place camp_place_of(struct cx *cx, const struct offer *o);
