/* What a capability folder hands to the program: the only registration there is. app/capabilities.c joins them. */
#pragma once
#include "platform/entity/entity.h"
#include "platform/jobs/jobs.h"
#include "platform/record/about.h"
#include "platform/record/import.h"
#include "platform/web/web.h"
#include "platform/web/widgets/pages.h"
#include "platform/web/widgets/shell.h"

/* Every list ends with NULL (nav: an item without path) and may be NULL. */
struct capability {
	const char *name;
	const struct entity *const *entities;
	const struct entity_pages *const *pages;
	const struct route *const *routes;
	const struct panel *const *panels;
	const struct list_panel *const *lists;
	const struct import_map *const *maps;
	const struct job_kind *const *jobs;
	const struct job_timer *const *timers;
	const struct about_table *const *about; /* what it holds of people in tables without a descriptor */
};
