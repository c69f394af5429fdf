/* The capabilities of the program, joined. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability *const capabilities[]; /* in the order of the house */
/* Registers entities and import maps, and joins the rest; once, before threads. */
void capabilities_join(struct arena *a);

struct joined {
	const struct entity *const *entities;
	const struct entity_pages *const *pages;
	const struct route *const *routes;
	const struct panel *const *panels;
	const struct list_panel *const *lists;
	const struct import_map *const *maps;
	const struct job_kind *const *jobs;
	const struct job_timer *const *timers;
};
const struct joined *capabilities_joined(void);
extern const struct nav_item office_nav[], student_nav[], foot_nav[];
