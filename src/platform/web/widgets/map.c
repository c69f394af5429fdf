/* The map: shapes and projection come from platform/assets, dots are drawn here. */
#include "platform/web/widgets/map.h"
#include "platform/assets/map_shapes.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/parts.h"

/* Integer square root, so that the area of a dot follows its weight. */
static int64_t root(int64_t n)
{
	int64_t x = 0;
	for (int64_t bit = (int64_t)1 << 31; bit; bit >>= 1)
		if ((x + bit) * (x + bit) <= n) x += bit;
	return x;
}

static int64_t heaviest(const struct map_figure *m)
{
	int64_t most = 1;
	for (size_t i = 0; i < m->dots_len; i++)
		if (m->dots[i].weight > most) most = m->dots[i].weight;
	return most;
}

static void dot(struct html *h, const struct map_dot *d, int64_t x, int64_t y, int64_t r)
{
	html_lit(h, "<a");
	html_url(h, "href", d->href);
	html_attr(h, "aria-label", d->name);
	html_lit(h, "><circle");
	html_attr(h, "class", d->warn ? STR("pt warn") : STR("pt"));
	part_attr_coord(h, "cx", x);
	part_attr_coord(h, "cy", y);
	part_attr_coord(h, "r", r);
	html_lit(h, "><title>");
	html_text(h, d->name);
	html_lit(h, "</title></circle></a>");
}

static void label(struct html *h, const struct map_dot *d, enum map_view area, int64_t x, int64_t y, int64_t r)
{
	bool left = x > map_shape(area)->width * 70;
	html_lit(h, "<text");
	part_attr_coord(h, "x", left ? x - r - 300 : x + r + 300);
	part_attr_coord(h, "y", y + 400);
	if (left) html_lit(h, " text-anchor=\"end\"");
	html_lit(h, " aria-hidden=\"true\">");
	html_text(h, d->label);
	html_lit(h, "</text>");
}

static void draw(struct html *h, const struct map_figure *m, enum map_view area)
{
	html_lit(h, "<svg");
	html_attr(h, "class", area == MAP_WORLD ? STR("w mw") : STR("w me"));
	html_lit(h, " viewBox=\"0 0 ");
	html_int(h, map_shape(area)->width);
	html_lit(h, " ");
	html_int(h, map_shape(area)->height);
	html_lit(h, "\" preserveAspectRatio=\"xMidYMid slice\" role=\"group\"");
	html_attr(h, "aria-label", area == MAP_WORLD ? m->label_world : m->label_europe);
	html_lit(h, ">");
	html_lit(h, "<use class=\"land\"");
	html_attr(h, "href", str_of(map_shape(area)->href));
	html_lit(h, "/>");
	int64_t most = heaviest(m), widest = area == MAP_WORLD ? 510 : 740;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < m->dots_len; i++) {
			const struct map_dot *d = &m->dots[i];
			int x, y;
			int64_t r = 210 + (widest - 210) * root(d->weight * 10000 / most) / 100;
			/* What Europe shows larger is not drawn twice: one stop of the Tab key for each dot. */
			bool in_europe = map_project(MAP_EUROPE, d->lat_e7, d->lng_e7, &x, &y);
			if (area == MAP_WORLD && (in_europe || !map_project(MAP_WORLD, d->lat_e7, d->lng_e7, &x, &y))) continue;
			if (area == MAP_EUROPE && !in_europe) continue;
			if (pass == 0)
				dot(h, d, x, y, r);
			else if (!str_blank(d->label))
				label(h, d, area, x, y, r);
		}
	html_lit(h, "</svg>");
}

void html_map(struct cx *cx, struct html *h, const struct map_figure *m)
{
	html_lit(h, "<figure class=\"map sheet\"><div class=\"maps\">");
	draw(h, m, MAP_WORLD);
	draw(h, m, MAP_EUROPE);
	html_lit(h, "</div><figcaption>");
	struct segment key[] = {{.shade = 1, .text = m->key}, {.shade = 5, .text = m->key_warn}};
	part_key(h, key, str_present(m->key_warn) ? 2 : 1, true);
	if (!str_blank(m->note)) {
		html_lit(h, "<span class=\"sm muted\">");
		html_text(h, m->note);
		html_lit(h, "</span>");
	}
	html_lit(h, "<a class=\"sm\"");
	html_url(h, "href", m->table_href);
	html_lit(h, ">");
	html_tr(cx, h, M_page_map_table);
	html_lit(h, "</a></figcaption></figure>");
}

/* Cells of 12 units on the world map and 10 on Europe's: a dot of its own size. */
enum { WORLD_CELL = 1200, EUROPE_CELL = 1000, WORLD_COLS = 50, WORLD_ROWS = 25, EUROPE_COLS = 30, EUROPE_ROWS = 30 };
enum { CELLS = WORLD_COLS * WORLD_ROWS + EUROPE_COLS * EUROPE_ROWS };

struct map_cells {
	struct cell {
		int64_t lat_sum, lng_sum; /* in 1e-5 degree: a million points do not overflow */
		struct map_cluster cluster;
		char name[MAP_NAME_MAX];
	} cells[CELLS];
};

struct map_cells *map_cells_new(struct cx *cx) { return ARENA_NEW(cx->arena, struct map_cells); }

static struct cell *cell_at(struct map_cells *cells, int64_t lat_e7, int64_t lng_e7)
{
	int x, y;
	if (map_project(MAP_EUROPE, lat_e7, lng_e7, &x, &y)) {
		int col = x / EUROPE_CELL, row = y / EUROPE_CELL;
		if (col < EUROPE_COLS && row < EUROPE_ROWS && col >= 0 && row >= 0)
			return &cells->cells[WORLD_COLS * WORLD_ROWS + row * EUROPE_COLS + col];
	}
	if (!map_project(MAP_WORLD, lat_e7, lng_e7, &x, &y)) return NULL;
	int col = x / WORLD_CELL, row = y / WORLD_CELL;
	if (col < 0 || row < 0 || col >= WORLD_COLS || row >= WORLD_ROWS) return NULL;
	return &cells->cells[row * WORLD_COLS + col];
}

static void widen(int64_t n, int64_t *min, int64_t *max)
{
	if (n < *min) *min = n;
	if (n > *max) *max = n;
}

/* The name at most MAP_NAME_MAX bytes long, never cut inside a character. */
static struct str keep_name(struct cell *cell, struct str name)
{
	size_t len = name.len < MAP_NAME_MAX ? name.len : MAP_NAME_MAX;
	while (len < name.len && len && ((unsigned char)name.ptr[len] & 0xc0) == 0x80)
		len--;
	memcpy(cell->name, name.ptr, len);
	return (struct str){cell->name, len};
}

void map_cells_add(struct map_cells *cells, int64_t lat_e7, int64_t lng_e7, struct str name, struct uuid id)
{
	struct cell *cell = cell_at(cells, lat_e7, lng_e7);
	if (!cell) return;
	struct map_cluster *c = &cell->cluster;
	if (c->count == 0)
		*c = (struct map_cluster){.lat_min_e7 = lat_e7,
		                          .lat_max_e7 = lat_e7,
		                          .lng_min_e7 = lng_e7,
		                          .lng_max_e7 = lng_e7,
		                          .name = keep_name(cell, name),
		                          .id = id};
	c->count++;
	cell->lat_sum += lat_e7 / 100;
	cell->lng_sum += lng_e7 / 100;
	widen(lat_e7, &c->lat_min_e7, &c->lat_max_e7);
	widen(lng_e7, &c->lng_min_e7, &c->lng_max_e7);
}

static int larger_first(const void *a, const void *b)
{
	const struct map_cluster *x = a, *y = b;
	if (x->count != y->count) return x->count > y->count ? -1 : 1;
	return str_cmp(x->name, y->name);
}

size_t map_cells_clusters(struct cx *cx, const struct map_cells *cells, struct map_cluster **out)
{
	size_t len = 0;
	*out = ARENA_ARRAY(cx->arena, struct map_cluster, CELLS);
	for (size_t i = 0; i < CELLS; i++) {
		const struct cell *cell = &cells->cells[i];
		if (cell->cluster.count == 0) continue;
		struct map_cluster *c = &(*out)[len++];
		*c = cell->cluster;
		c->lat_e7 = cell->lat_sum / c->count * 100;
		c->lng_e7 = cell->lng_sum / c->count * 100;
	}
	qsort(*out, len, sizeof **out, larger_first);
	return len;
}
