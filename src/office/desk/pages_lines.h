/* Lines of a report as a table: what would change, or why not. Private to office/desk. */
#pragma once
#include "office/desk/imports.h"
#include "platform/format/html.h"

extern const int line_states[IMPORT_STATES]; /* M_... */

/* New, changed, unchanged, in conflict, refused, each out of all. With `links` they lead to the sections "l-STATE" of the page. */
void lines_figures(struct cx *cx, struct html *h, const int64_t *counts, bool links);
/* The lines of one state; nothing when there are none. */
void lines_table(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *lines, size_t len, int state);
