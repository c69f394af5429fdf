/* Campaigns as pages: what this folder hands to the program, and what home pages show of it.
 *
 * Students: /stays/find, /stays/rank, /stays/apply, /applications, /applications/{id}, /my/stay.
 * Office: /campaigns, /campaigns/{id} and its steps files, allocate, publish, answers. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability campaigns_capability;

/* For the office's home: figures of the newest campaigns that run, each a link: "2026-27: 84 applications". Inside part_figures;
 * writes nothing when no campaign runs. */
enum err campaigns_home_figures(struct cx *cx, const struct request *r, struct html *h) MUST_CHECK;
/* What the office has to do in campaigns, most urgent first. Texts live in the arena. */
struct campaign_task {
	struct str title, text, due, href, act;
	int64_t due_ms; /* UNKNOWN: none */
	bool yours;     /* false: it waits for students */
};
enum err campaigns_home_tasks(struct cx *cx, struct campaign_task **out, size_t *len) MUST_CHECK;
/* Where a student starts, and what is next for her: the same shape. */
#define CAMPAIGNS_STUDENT_PATH "/stays/find"
enum err campaigns_student_tasks(struct cx *cx, struct campaign_task **out, size_t *len) MUST_CHECK;
/* Campaigns that run: the number beside "Campaigns" in the navigation. */
enum err campaigns_count(struct cx *cx, int64_t *n) MUST_CHECK;
