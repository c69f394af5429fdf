/* Lines of a report as a table: what would change, or why not. Private to office/desk. */
#pragma once
#include "office/desk/imports.h"
#include "platform/format/html.h"

/* The lines of one state; nothing when there are none. */
void lines_table(struct cx *cx, struct html *h, const struct entity *e, const struct result_line *lines, size_t len, int state);
