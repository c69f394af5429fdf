/* Campaigns as pages: what this folder hands to the program, and what the home page shows of it.
 *
 * Students: /stays/find, /stays/rank, /stays/apply, /applications, /applications/{id}, /my/stay.
 * Office: /campaigns, /campaigns/{id} and its steps files, allocate, publish, answers. */
#pragma once
#include "office/people/tasks.h"
#include "platform/web/capability.h"

extern const struct capability campaigns_capability;

/* Where a student starts. */
#define CAMPAIGNS_STUDENT_PATH "/stays/find"
/* What waits for the office in campaigns, their next dates, and their figures: "2026-27: 84 applications". */
enum err campaigns_home(struct cx *cx, struct home *home) MUST_CHECK;
/* Campaigns that run: the number beside "Campaigns" in the navigation. */
enum err campaigns_count(struct cx *cx, int64_t *n) MUST_CHECK;
