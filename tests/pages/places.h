/* An invented entity for the tests of pages: places in regions, with every type of field. */
#pragma once
#include "platform/entity/entity.h"

struct region {
	struct row row;
	struct str name, name_fold;
};
struct place {
	struct row row;
	struct str name, country, city, note;
	int64_t kind, open, beds, founded, lat, lng, secret;
	struct uuid region;
};
enum { ROLE_OFFICE = 1, ROLE_READER = 2, ROLE_STUDENT = 4 };

extern const struct entity place_entity, region_entity;
/* Inside a transaction. */
enum err places_tables(struct cx *cx, void *arg) MUST_CHECK;
/* Makes `n` places in one school. Own transaction. */
enum err places_fill(struct cx *cx, size_t n) MUST_CHECK;
/* The same table without a database, for unit tests: row i of the invented ones. */
void place_invent(struct cx *cx, size_t i, struct place *out);
