/* Reports and maps of imports as JSON. Private to office/desk. */
#pragma once
#include "office/desk/imports.h"

/* examples: one for each column, or NULL. Absent when it would be larger than its cap. */
struct str import_report_json(struct cx *cx, const struct import_report *r, const struct str *examples, struct str problem);
struct str import_map_json(struct cx *cx, struct pairs map);
enum err import_map_read(struct cx *cx, struct str json, struct pairs *out) MUST_CHECK;
