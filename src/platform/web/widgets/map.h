/* World and Europe side by side with linked dots, and the way to the same data as a table. */
#pragma once
#include "base/cx.h"
#include "base/uuid.h"
#include "platform/format/html.h"

struct map_dot {
	int64_t lat_e7, lng_e7; /* 1e-7 degree */
	int64_t weight;         /* the area of the dot follows it */
	struct str name, href;
	bool warn;        /* needs a step */
	struct str label; /* written beside it; absent: none */
};
struct map_figure {
	struct str label_world, label_europe; /* "World map of partners" */
	struct str key, key_warn;             /* legend; key_warn absent: no second colour */
	struct str table_href;                /* "#t" */
	struct str note;                      /* "38 have no coordinates" */
	const struct map_dot *dots;
	size_t dots_len;
};
void html_map(struct cx *cx, struct html *h, const struct map_figure *map);

/* Joins points of one grid cell into one dot, so that a map stays readable and small. Holds everything in one block made at
 * the start: adding takes no memory. */
struct map_cells;
struct map_cells *map_cells_new(struct cx *cx);
void map_cells_add(struct map_cells *cells, int64_t lat_e7, int64_t lng_e7, struct str name, struct uuid id);
struct map_cluster {
	int64_t lat_e7, lng_e7; /* middle of its points */
	int64_t lat_min_e7, lat_max_e7, lng_min_e7, lng_max_e7;
	int64_t count;
	struct str name; /* of its first point, cut to MAP_NAME_MAX bytes; lives as long as the cells */
	struct uuid id;
};
enum { MAP_NAME_MAX = 100 };
size_t map_cells_clusters(struct cx *cx, const struct map_cells *cells, struct map_cluster **out); /* largest first */
