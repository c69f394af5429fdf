/* Bar chart drawn by the server at two widths, so that its text keeps its size, with its numbers as a table beside it. */
#pragma once
#include "base/cx.h"
#include "platform/format/html.h"

struct bar_cell {
	struct str text, href;
};
struct bar {
	struct str label, label_short; /* short: for the narrow drawing; absent: label */
	int64_t value;                 /* UNKNOWN: no bar, a dash */
	struct str text;               /* the value as people read it; absent: written from the number */
	struct str href;               /* its records */
	bool highlight;
	const struct bar_cell *more; /* chart.more_len further cells of its row in the table */
};
struct bar_chart {
	const char *id;                    /* unique in the page */
	struct str title;                  /* text alternative: says what it shows and its numbers */
	struct str label_head, value_head; /* heads of the table */
	const struct str *more_heads;      /* further columns of the table */
	size_t more_len;
	const struct bar *bars;
	size_t bars_len;
	int digits;             /* decimals of the values */
	int64_t target;         /* UNKNOWN: none */
	struct str target_text; /* "target 6" */
	int64_t forecast;       /* for the last bar; UNKNOWN: none */
	struct str forecast_text;
	size_t marker_before; /* a mark before this bar; 0: none */
	struct str marker_text;
};
void html_bar_chart(struct cx *cx, struct html *h, const struct bar_chart *chart);
