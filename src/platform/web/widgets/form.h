/* A form from an entity's fields and a draft of it: one column, label above, help under it, error at the field and in a summary
 * that links to it. Nothing typed is lost: refused text stands as it was typed. Lists offer what can be typed (datalist), and
 * what is typed may be a label or a code, with or without script. */
#pragma once
#include "platform/entity/entity.h"
#include "platform/web/web.h"
#include "platform/web/widgets/parts.h"

/* What a REF field offers: every row when there are at most FORM_SELECT_MAX, else the first ones to start typing with. */
enum { FORM_SELECT_MAX = 50 };
struct form_choices {
	struct uuid *ids;
	struct str *titles;
	size_t len;
	bool all;           /* these are all: a select */
	struct str current; /* title of the value the draft holds */
};

struct form {
	const struct entity *entity;
	const struct draft *draft;
	struct str action, cancel, token;
	int64_t version; /* of the row that is changed; UNKNOWN: a new one */
	const void *was; /* that row as the form was opened; travels along, to tell three ways apart; NULL for a new one */
	const struct form_choices *choices; /* by field index, from form_load_choices */
	int submit;                         /* M_...: the verb on the button */
};

/* Reads what the REF fields of the form offer. Inside a read transaction. */
enum err form_load_choices(struct cx *cx, const struct entity *e, const void *row, struct form_choices **out) MUST_CHECK;
/* The fields of a form post as draft_read takes them: "Norway (NO)" becomes the code, the title of a row its id.
 * `prefix` is "" or "was.". Inside a read transaction. ERR_INVALID with a problem at each name that is not found. */
enum err form_pairs(struct cx *cx, const struct entity *e, const struct request *r, const char *prefix, struct pairs *out) MUST_CHECK;

/* The errors of cx->problems, then the form. */
void html_form(struct cx *cx, struct html *h, const struct form *form);
/* A summary alone, for forms that are written by hand. `first` is the id of the form's first control. */
void html_form_errors(struct cx *cx, struct html *h, const struct entity *e);
/* Problem text at a field of a hand-written form; writes nothing when there is none. id: "e-NAME". */
void html_field_error(struct cx *cx, struct html *h, struct str field);

/* Somebody else saved first: what they changed, what you changed, and for each field that both did, a choice. */
struct form_stale {
	struct form form; /* draft: yours; was: as you opened it; version: the current one */
	const void *current;
	struct str by; /* who saved, absent when not known */
};
void html_form_stale(struct cx *cx, struct html *h, const struct form_stale *stale);

/* The value of a field as its input holds it: local decimals, numeric date, "Norway (NO)". */
struct str form_value(struct cx *cx, const struct field *f, const void *row);
/* The code in what was typed: "Norway (NO)" gives "NO"; anything else is given back as it is. */
struct str form_code_typed(struct str typed);
void field_copy(const struct field *f, void *to, const void *from);
/* FF_FORM fields that this reader may set. */
bool form_field(struct cx *cx, const struct entity *e, const struct field *f);
