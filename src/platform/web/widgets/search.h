/* Search over everything the reader may read, and over the places they may go to: a page at /search?q=, the same as JSON for the
 * palette with &format=json ([{"label", "kind", "href", "icon"}]; &of=KIND asks one entity only). */
#pragma once
#include "platform/web/web.h"

/* A thing to do, found by its words: "Write to a partner". */
struct command {
	int label, icon; /* M_...; 0 ends the list */
	const char *path;
	uint64_t roles;
};
void search_configure(const struct command *commands); /* once, at start; may be NULL */

extern const struct route search_routes[];
