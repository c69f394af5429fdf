/* A place between four points of the grid, by two linear steps in whole numbers. */
#include "platform/assets/map_grid.h"

#define DEGREES(n) ((n)*INT64_C(10000000))

const struct map_shape *map_shape(enum map_view view) { return &map_table[view].shape; }

static int64_t between(int64_t a, int64_t b, int64_t part, int64_t whole)
{
	int64_t n = a * (whole - part) + b * part;
	return (n + (n < 0 ? -whole / 2 : whole / 2)) / whole;
}

/* The cell that holds `at`, and how far into it; the last point belongs to the last cell. */
static bool cell_of(int64_t at, int64_t step, int points, int64_t *cell, int64_t *part)
{
	if (at < 0 || at > step * (points - 1)) return false;
	*cell = at / step;
	if (*cell == points - 1) --*cell;
	*part = at - *cell * step;
	return true;
}

bool map_project(enum map_view view, int64_t lat_e7, int64_t lon_e7, int *x100, int *y100)
{
	const struct map_grid *g = &map_table[view];
	if (lat_e7 < -DEGREES(90) || lat_e7 > DEGREES(90) || lon_e7 < -DEGREES(180) || lon_e7 > DEGREES(180)) return false;
	int64_t lon = lon_e7 - g->turn_e7;
	if (lon < -DEGREES(180)) lon += DEGREES(360);
	int64_t row, col, up, right;
	if (!cell_of(lat_e7 - g->south_e7, g->lat_step_e7, g->rows, &row, &up) ||
	    !cell_of(lon - g->west_e7, g->lon_step_e7, g->cols, &col, &right))
		return false;
	const int32_t(*south)[2] = g->points + row * g->cols + col, (*north)[2] = south + g->cols;
	int64_t at[2];
	for (int i = 0; i < 2; i++) {
		int64_t below = between(south[0][i], south[1][i], right, g->lon_step_e7);
		int64_t above = between(north[0][i], north[1][i], right, g->lon_step_e7);
		at[i] = between(below, above, up, g->lat_step_e7);
	}
	if (at[0] < 0 || at[0] > g->shape.width * 100 || at[1] < 0 || at[1] > g->shape.height * 100) return false;
	*x100 = (int)at[0];
	*y100 = (int)at[1];
	return true;
}
