/* What the template of "My stay" takes. */
#pragma once
#include "office/campaigns/pages_own.h"

struct stay_fact {
	struct str label, value;
};
struct stay_link {
	struct str text, href;
};
struct stay_page {
	const struct stay *stay;
	const struct stay_timeline *timeline;
	struct str now_title, now_text, application_href;
	struct {
		struct stay_fact *ptr;
		size_t len;
	} facts;
	struct {
		struct stay_link *ptr;
		size_t len;
	} others;
};
void stay_steps(struct cx *cx, struct html *h, const struct stay_page *p);
