/* Places: descriptors and invented rows, the same ones at every run. */
#include "places.h"
#include "platform/assets/icons.h"
#include "platform/i18n/i18n.h"
#include "platform/record/record.h"

static const struct option kinds[] = {{"town", M_page_pref_light}, {"village", M_page_pref_dark}, {"port", M_page_map_key}, {NULL, 0}};

#define F(e, n, t, l, fl, ...)                                                                                     \
	{                                                                                                          \
		.name = #n, .label = (l), .type = (t), .flags = (fl), .offset = offsetof(struct e, n), __VA_ARGS__ \
	}

static const struct field region_fields[] = {
    F(region, name, FT_TEXT, M_page_search_name, FF_REQUIRED | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH, .limit = 100),
};
static const struct field place_fields[] = {
    F(place, name, FT_TEXT, M_page_search_name, FF_REQUIRED | FF_UNIQUE | FF_FORM | FF_LIST | FF_SORT | FF_FOLD | FF_TITLE | FF_SEARCH,
      .limit = 100),
    F(place, country, FT_CODE, M_page_pref_lang, FF_FORM | FF_FILTER | FF_SORT, .list = "country"),
    F(place, kind, FT_ENUM, M_page_search_kind, FF_FORM | FF_LIST | FF_FILTER, .options = kinds),
    F(place, beds, FT_INT, M_page_list_count, FF_FORM | FF_LIST | FF_FILTER | FF_SORT, .limit = 1000000, .min = 0, .has_min = true,
      .help = M_page_pref_lede),
    F(place, founded, FT_DATE, M_page_origin_created, FF_FORM | FF_LIST | FF_FILTER | FF_SORT),
    F(place, open, FT_BOOL, M_page_search, FF_FORM | FF_LIST | FF_FILTER),
    F(place, region, FT_REF, M_page_kind_place, FF_FORM | FF_LIST | FF_FILTER, .refers = &region_entity),
    F(place, city, FT_TEXT, M_page_school, FF_FORM | FF_LIST | FF_FILTER | FF_SEARCH, .limit = 100),
    F(place, lat, FT_COORD, M_page_map_world, FF_FORM | FF_FILTER, .limit = 900000000, .min = -900000000, .has_min = true),
    F(place, lng, FT_COORD, M_page_map_europe, FF_FORM | FF_FILTER, .limit = 1800000000, .min = -1800000000, .has_min = true),
    F(place, note, FT_TEXT, M_page_history, FF_FORM | FF_LONG, .limit = 2000),
    F(place, secret, FT_INT, M_page_not_me, FF_FORM | FF_SENSITIVE, .limit = 100),
};

static enum err place_create(struct cx *cx, void *row) { return record_create(cx, &place_entity, row); }
static enum err place_change(struct cx *cx, void *row, const struct field_set *f) { return record_change(cx, &place_entity, row, f); }
static enum err place_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason)
{
	return record_archive(cx, &place_entity, id, version, reason);
}
static enum err region_create(struct cx *cx, void *row) { return record_create(cx, &region_entity, row); }

static const struct entity_ops place_ops = {place_create, place_change, place_archive, true};
static const struct entity_ops region_ops = {.create = region_create};

const struct entity place_entity = {
    .code = 901,
    .name = "place",
    .kind = "places",
    .table = "place",
    .label = M_page_kind_place,
    .label_many = M_page_search_results,
    .icon = ICON_map_pin,
    .size = sizeof(struct place),
    .fields = place_fields,
    .fields_len = ARRAY_LEN(place_fields),
    .sort = "name",
    .rights = {.read = ROLE_OFFICE | ROLE_READER, .write = ROLE_OFFICE, .import = ROLE_OFFICE, .export = ROLE_OFFICE | ROLE_READER},
    .ops = &place_ops};
const struct entity region_entity = {.code = 902,
                                     .name = "region",
                                     .kind = "regions",
                                     .table = "region",
                                     .label = M_page_school,
                                     .label_many = M_page_views,
                                     .icon = ICON_map,
                                     .size = sizeof(struct region),
                                     .fields = region_fields,
                                     .fields_len = ARRAY_LEN(region_fields),
                                     .sort = "name",
                                     .rights = {.read = ROLE_OFFICE | ROLE_READER, .write = ROLE_OFFICE},
                                     .ops = &region_ops};

static const struct {
	const char *name, *city, *country;
	int64_t lat, lng;
} seeds[] = {
    {"Universitetet i Bergen", "Bergen", "NO", 603878000, 53221000},
    {"Universidad de Valladolid", "Valladolid", "ES", 416523000, -47245000},
    {"LUT University", "Lappeenranta", "FI", 610654000, 280940000},
    {"Technische Universit\u00e4t Wien", "Vienna", "AT", 481985000, 163699000},
    {"Politechnika Gda\u0144ska", "Gda\u0144sk", "PL", 543715000, 186195000},
    {"Universit\u00e9 de Yaound\u00e9 I", "Yaound\u00e9", "CM", 38480000, 115021000},
    {"Universidad T\u00e9cnica <F.> \"Santa\" Mar\u00eda & Co", "Valpara\u00edso", "CL", -330350000, -715960000},
    {"Politecnico di Torino", "Torino", "IT", 450626000, 76625000},
    {"Tokyo Tech", "Tokyo", "JP", 356051000, 1396835000},
    {"University of Cape Town", "Cape Town", "ZA", -339577000, 184612000},
};

void place_invent(struct cx *cx, size_t i, struct place *p)
{
	size_t s = i % ARRAY_LEN(seeds);
	size_t round = i / ARRAY_LEN(seeds);
	p->name = round ? str_fmt(cx->arena, "%s %zu", seeds[s].name, round + 1) : str_of(seeds[s].name);
	p->city = str_of(seeds[s].city);
	p->country = str_of(seeds[s].country);
	p->kind = i % 7 == 6 ? UNKNOWN : (int64_t)(i % 3);
	p->open = i % 5 == 4 ? UNKNOWN : (int64_t)(i % 2);
	p->beds = i % 11 == 10 ? UNKNOWN : (int64_t)(i * 137 % 4000);
	p->founded = (int64_t)(i * 271 % 20000);
	p->lat = i % 13 == 12 ? UNKNOWN : seeds[s].lat + (int64_t)(round * 7919 % 9) * 3000000;
	p->lng = i % 13 == 12 ? UNKNOWN : seeds[s].lng + (int64_t)(round * 104729 % 7) * 4000000;
}

/* uuid: a word for PostgreSQL, where SQLite keeps the bytes as they are. */
enum err places_tables(struct cx *cx, void *arg)
{
	TRY(db_exec(cx, SQL("create table if not exists region (tenant bigint not null, id uuid not null, version bigint not null, "
	                    "created_ms bigint not null, changed_ms bigint not null, archived_ms bigint, archive_reason text, "
	                    "import_version bigint, import_batch uuid, name text not null, name_fold text, primary key (tenant, id))")));
	return db_exec(cx, SQL("create table if not exists place (tenant bigint not null, id uuid not null, version bigint not null, "
	                       "created_ms bigint not null, changed_ms bigint not null, archived_ms bigint, archive_reason text, "
	                       "import_version bigint, import_batch uuid, name text not null, name_fold text, country text, kind text, "
	                       "beds bigint, founded bigint, open bigint, region uuid, city text, lat bigint, lng bigint, note text, "
	                       "secret bigint, primary key (tenant, id))"));
}

static enum err fill(struct cx *cx, void *arg)
{
	const size_t *n = arg;
	int64_t have;
	TRY(db_number(cx, &have, SQL("select count(*) from place")));
	if (have) return OK;
	struct uuid regions[3];
	static const char *const names[] = {"North", "South", "\u00cele-de-France"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct region *r = entity_new(cx, &region_entity);
		r->name = str_of(names[i]);
		TRY(record_create(cx, &region_entity, r));
		regions[i] = r->row.id;
	}
	for (size_t i = 0; i < *n; i++) {
		struct place *p = entity_new(cx, &place_entity);
		place_invent(cx, i, p);
		p->region = i % 4 == 3 ? UUID_NONE : regions[i % 3];
		TRY(record_create(cx, &place_entity, p));
	}
	return OK;
}

enum err places_fill(struct cx *cx, size_t n) { return db_tx(cx, DB_WRITE, fill, &n); }
