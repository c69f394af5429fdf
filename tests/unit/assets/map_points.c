/* Places on stdin ("lat_e7 lon_e7" a line), where they lie on stdout: "x100 y100" for each view, or "-". For test_built.mjs. */
#include "platform/assets/map_shapes.h"
#include <inttypes.h>
#include <stdio.h>

int main(void)
{
	int64_t lat, lon;
	while (scanf("%" SCNd64 " %" SCNd64, &lat, &lon) == 2)
		for (int view = 0; view < MAP_COUNT; view++) {
			int x, y;
			char end = view == MAP_COUNT - 1 ? '\n' : '\t';
			if (map_project((enum map_view)view, lat, lon, &x, &y))
				printf("%d %d%c", x, y, end);
			else
				printf("-%c", end);
		}
	return 0;
}
