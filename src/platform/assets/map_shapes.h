/* Land of the world and of Europe, and where a place lies on it. Shapes and projections are made by tools/map_shapes.mjs:
 * the world in Equal Earth turned by 11 degrees east, Europe (Iceland to Cyprus) in the equal-area frame of its statistics.
 * Read-only data: any thread. */
#pragma once
#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

enum map_view { MAP_WORLD, MAP_EUROPE, MAP_COUNT };

struct map_shape {
	const char *name;
	int width, height; /* of the view box, in its pixels */
	const char *href;  /* for <use class="land">: cached once by the browser; inherits fill and stroke */
	const char *path;  /* the same as path data, for drawings without addresses (exports) */
};

const struct map_shape *map_shape(enum map_view view);

/* Degrees times 1e7 to hundredths of a view-box pixel, within 0.1 pixel. False when the place lies outside the view or is
 * no place at all (latitude beyond 90, longitude beyond 180, unknown). */
bool map_project(enum map_view view, int64_t lat_e7, int64_t lon_e7, int *x100, int *y100) MUST_CHECK;
