/* The generated table behind map_shapes.h: the projection as points of a grid, row by row from the south-west. */
#pragma once
#include "platform/assets/map_shapes.h"

struct map_grid {
	struct map_shape shape;
	int64_t turn_e7; /* taken from the longitude first */
	int64_t west_e7, south_e7, lon_step_e7, lat_step_e7;
	int cols, rows;
	const int32_t (*points)[2]; /* hundredths of a pixel */
};
extern const struct map_grid map_table[MAP_COUNT];
