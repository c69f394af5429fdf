/* The office's home: what each folder knows that waits for this reader, what falls due, and its figures. Folders hand over a
 * function; app/ joins them for the desk. */
#pragma once
#include "base/cx.h"
#include "base/vec.h"

struct task {
	struct str title;       /* a verb first: "Sign 2 agreements" */
	struct str sense;       /* why, in one sentence */
	struct str note;        /* what happens otherwise, or until when; may be absent */
	struct str href, label; /* the one act */
	int urgency;            /* 3 late or blocking somebody, 2 due soon, 1 can wait */
	int64_t due;            /* date; UNKNOWN */
};
struct deadline {
	int64_t date;
	struct str text, under, href;
};
struct home_figure {
	struct str value, out_of, label, href;
};
struct home {
	int64_t today; /* date in the school's zone */
	VEC(struct task) tasks;
	VEC(struct deadline) deadlines;
	VEC(struct home_figure) figures;
};
/* Adds to `home`; texts live in cx->arena, in the reader's language. Outside of transactions; only what this reader may see. */
typedef enum err (*home_fn)(struct cx *cx, struct home *home);
