/* Assets as the server asks for them, icons by name, places on the maps. */
#include "platform/assets/assets.h"
#include "platform/assets/icons.h"
#include "platform/assets/map_shapes.h"
#include "tap.h"
#include <string.h>

static void test_every_asset_is_found_by_its_path(void)
{
	for (int i = 0; i < ASSET_COUNT; i++) {
		const struct asset *a = &asset_table[i];
		CHECK(asset_find(str_of(asset_url((enum asset_name)i))) == a);
		CHECK(a->size > 0 && a->etag[0] == '"');
		CHECK(strncmp(a->path, "/assets/", 8) == 0);
		if (a->gzip) {
			CHECK(a->gzip_size < a->size);
			CHECK_MEM(a->gzip, "\x1f\x8b\x08\0\0\0\0\0", 8); /* no name and no time inside */
		}
	}
	CHECK_Z(asset_table[ASSET_CSS].content_type, "text/css; charset=utf-8");
	CHECK(asset_table[ASSET_CSS].gzip != NULL);
}

static void test_other_paths_are_not(void)
{
	CHECK(!asset_find(STR("/assets/")));
	CHECK(!asset_find(STR_NONE));
	CHECK(!asset_find(STR("/assets/passerelle.css")));
	struct str path = str_of(asset_url(ASSET_CSS));
	CHECK(!asset_find(str_sub(path, 0, path.len - 1)));
}

static void test_icons(void)
{
	enum icon icon;
	CHECK(icon_find(STR("pen-line"), &icon));
	CHECK_INT(icon, ICON_pen_line);
	CHECK_Z(icon_name(ICON_pen_line), "pen-line");
	CHECK(!icon_find(STR("pen_line"), &icon));
	CHECK(!icon_find(STR_NONE, &icon));
	const char *href = icon_href(ICON_pen_line);
	size_t sprite = strlen(asset_url(ASSET_SPRITE));
	CHECK(strncmp(href, asset_url(ASSET_SPRITE), sprite) == 0);
	CHECK_Z(href + sprite, "#pen-line");
}

static void test_places(void)
{
	int x = 0, y = 0, x2 = 0, y2 = 0;
	CHECK(map_project(MAP_WORLD, 603900000, 53200000, &x, &y)); /* Bergen */
	CHECK(x > 28500 && x < 30500 && y > 4000 && y < 5500);
	CHECK(map_project(MAP_EUROPE, 603900000, 53200000, &x, &y));
	CHECK(x > 10500 && x < 12500 && y > 9000 && y < 11500);
	/* Both sides of the turned cut, 169 degrees west, lie at the two edges. */
	CHECK(map_project(MAP_WORLD, 0, -1690000001, &x, &y) && map_project(MAP_WORLD, 0, -1689999999, &x2, &y2));
	CHECK(x > 59000 && x2 < 1000);
	CHECK_INT(y, y2);
	CHECK(map_project(MAP_WORLD, 0, 1800000000, &x, &y) && map_project(MAP_WORLD, 0, -1800000000, &x2, &y2));
	CHECK_INT(x, x2);
}

static void test_places_that_are_not_on_the_map(void)
{
	int x = -1, y = -1;
	CHECK(!map_project(MAP_EUROPE, -330000000, -716000000, &x, &y)); /* Valparaiso */
	CHECK(!map_project(MAP_WORLD, 900000001, 0, &x, &y));
	CHECK(!map_project(MAP_WORLD, 0, 1800000001, &x, &y));
	CHECK(!map_project(MAP_WORLD, INT64_MIN, INT64_MIN, &x, &y));
	CHECK(!map_project(MAP_EUROPE, 480000000, INT64_MIN, &x, &y));
	CHECK_INT(x, -1);
	CHECK_INT(y, -1);
}

TAP_MAIN(TAP(test_every_asset_is_found_by_its_path), TAP(test_other_paths_are_not), TAP(test_icons), TAP(test_places),
         TAP(test_places_that_are_not_on_the_map))
