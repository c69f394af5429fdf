/* Real preferences as a campaign: one year of a public data set of students and project centres (capacities, utilities of the
 * students 1, 0.5 or 0, preferences of the directors 0..1) goes through the flows that the pages use. The people are invented.
 * Utility 1 is rank 1, 0.5 rank 2, 0 is not listed; the director's preference is the score of that option. */
#pragma once
#include "office/campaigns/flow.h"

struct matching_loaded {
	struct uuid campaign;
	int64_t students, opportunities, choices, applications;
	bool before; /* that year is here already: nothing was written */
};
/* Is dir such a folder? */
bool campaign_is_matching(struct cx *cx, struct str dir);
/* Reads and counts, writes nothing. */
enum err campaign_read_matching(struct cx *cx, struct str dir, struct str label, struct matching_loaded *out) MUST_CHECK;
/* dir holds project_capacity.csv, student_preference.csv, project_preference.csv, student_info.csv. label: "2019-2020". Leaves the
 * campaign closed and scored, ready to allocate. ERR_IO, ERR_SYNTAX name file and line. Needs the office's roles. */
enum err campaign_load_matching(struct cx *cx, struct str dir, struct str label, struct matching_loaded *out) MUST_CHECK;
