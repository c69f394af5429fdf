/* Controls of forms that no entity describes: sign-in, choosing a file, a setting. As html_form draws them: label above, help
 * under it, the problem of cx at the field. Ids are "f-NAME", so that html_form_errors links to them. */
#pragma once
#include "platform/web/widgets/form.h"

struct control {
	const char *name;
	const char *type; /* "text" when NULL */
	int label, help;  /* M_...; help may be 0 */
	struct str value;
	const char *autocomplete; /* NULL: off */
	int64_t max;              /* characters; 0: 200 */
	bool required, readonly;
};
void html_control(struct cx *cx, struct html *h, const struct control *c);

struct control_option {
	struct str value, text;
	bool current;
};
void html_control_select(struct cx *cx, struct html *h, const struct control *c, const struct control_option *options, size_t len);
/* One tick: value "1". */
void html_control_tick(struct cx *cx, struct html *h, const char *name, struct str text, struct str help, struct str value, bool on);

/* <form class="one" method="post" action="..."> with the token; the caller closes it. */
void html_form_begin(struct html *h, struct str action, struct str token);
/* The row of buttons at the end of a form, and its end. `cancel` may be absent. */
void html_form_end(struct cx *cx, struct html *h, int submit, struct str cancel);

/* A sentence beside the content. */
void html_note(struct html *h, enum tone tone, int icon, struct str text);
/* <section class="sect"> with its h2 (id unique in the page), and an act at the end of its head; NULL: none. */
void html_section_begin(struct html *h, const char *id, struct str title, struct str beside, const struct act *act, struct str token);
void html_section_end(struct html *h);
/* Heads of a plain table: <div class="sheet"><table class="list">...<tbody>. `classes` may be NULL; each may be. */
void html_table_begin(struct cx *cx, struct html *h, struct str caption, const int *labels, const char *const *classes, size_t len);
void html_table_end(struct html *h);
void html_cell(struct html *h, const char *classes, struct str text);
