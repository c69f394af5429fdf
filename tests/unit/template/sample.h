/* What the sample template shows. */
#pragma once
#include "base/cx.h"
#include "base/vec.h"
#include "platform/format/html.h"

struct sample_place {
	struct str town;
};
struct sample_row {
	struct str name;
	int64_t places;
	const struct sample_place *at;
};
struct sample_page {
	struct str title, home, search;
	const char *class_name;
	int64_t count, day;
	int state, word;
	bool open;
	VEC(struct sample_row) rows;
	const struct html *aside;
	struct sample_place base;
};
enum { SAMPLE_DONE = 2 };

void sample_widget(struct cx *cx, struct html *h, const struct sample_place *p);
