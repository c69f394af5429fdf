/* Strategy, as pages: what this folder hands to the program.
 *   GET /strategy?v=&part=&s=&figure=&year=   the board          GET /strategy/figures.csv?year=   what may be shared of it */
#pragma once
#include "office/strategy/flow.h"
#include "platform/web/capability.h"

extern const struct capability strategy_capability;

/* figure.c: how a figure reads, in the language of cx */
struct str figure_ratio(struct cx *cx, int64_t ratio, int64_t threshold); /* "0.37"; a dash when not known */
struct str figure_value(struct cx *cx, const struct figure *f);           /* "5 of 6", "0.37" */
void html_figure(struct cx *cx, struct html *h, const struct board *b);   /* number, chart, definition, what would move it */
void html_figure_tile(struct cx *cx, struct html *h, const struct figure *f, struct str board_href);
