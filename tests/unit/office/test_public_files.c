/* Public files through the shipped maps: exact counts, the same again, a conflict, and back as before. */
#include "office.h"

static struct str public_file(struct cx *cx, const char *name) { return str_fmt(cx->arena, "%s/data/%s", tap_shared_dir(), name); }

static enum err import_file(struct cx *cx, const struct entity *e, const char *name, struct import_report *r)
{
	struct import_options o = {.entity = e, .path = public_file(cx, name), .source = str_of(strrchr(name, '/') + 1)};
	return run_import(cx, &o, r);
}

#define ECHE "hei/eche_accredited_heis_2026-04-08.csv"

struct find {
	const struct entity *e;
	const char *field, *value;
	void *row;
	bool found;
};
static enum err find(struct cx *cx, void *arg)
{
	struct find *f = arg;
	return entity_find_by(cx, f->e, entity_field(f->e, str_of(f->field)), str_of(f->value), f->row, &f->found);
}
static void *find_row(struct cx *cx, const struct entity *e, const char *field, const char *value)
{
	struct find f = {e, field, value, entity_new(cx, e), false};
	CHECK_INT(db_tx(cx, DB_READ, find, &f), OK);
	return f.found ? f.row : NULL;
}

/* Every row and search word of the entity, as one digest-like number: images summed by hash. */
struct image {
	const struct entity *e;
	uint64_t sum;
	int64_t rows;
};
static enum err add_image(struct cx *cx, void *arg, const void *row)
{
	struct image *i = arg;
	i->sum += str_hash(entity_image(cx, i->e, row));
	i->rows++;
	return OK;
}
static struct image image_of(struct cx *cx, const struct entity *e)
{
	struct image i = {.e = e};
	struct list_query q;
	struct cx own = *cx;
	own.arena = arena_new();
	CHECK_INT(list_query_parse(&own, e, (struct pairs){0}, &q), OK);
	CHECK_INT(list_each(&own, &q, add_image, &i), OK);
	arena_free(own.arena);
	return i;
}

static void check_compiegne(struct cx *cx)
{
	struct institution *escom = find_row(cx, &institution_entity, "pic", "949656967");
	REQUIRE(escom);
	CHECK_STR(escom->erasmus_code, "F COMPIEG05");
	CHECK_STR(escom->oid, "E10108207");
	CHECK_STR(escom->country, "FR");
	struct institution *irregular = find_row(cx, &institution_entity, "erasmus_code_norm", "F VERDUN01");
	REQUIRE(irregular);
	CHECK_STR(irregular->erasmus_code, "F VERDUN1");                                /* as found */
	struct institution *greek = find_row(cx, &institution_entity, "country", "GR"); /* the list says EL */
	CHECK(greek != NULL);
}

/* Edits one row by hand, offers the file with another name for it: conflict, nothing written. */
static void check_conflict(struct cx *cx, const struct institution *escom)
{
	struct institution edited = *escom;
	struct field_set fields = {0};
	struct import_report r;
	edited.city = STR("Compiègne");
	field_set_add(&fields, institution_f_city);
	CHECK_INT(institution_flow_change(cx, &edited, &fields), OK);
	CHECK_INT(edited.row.version, 2);
	struct import_options o = {.entity = &institution_entity, .path = public_file(cx, ECHE), .source = STR("eche.csv")};
	CHECK_INT(import_run(cx, &o, &r), ERR_REFUSED);
	cx_clear_problems(cx);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 6141 conflict 1 refused 0");
	REQUIRE(r.lines.len == 1);
	CHECK_STR(r.lines.ptr[0].field, "city");
	CHECK(uuid_none(r.batch));
}

static void test_institutions(void)
{
	struct import_report r;
	if (!tap_shared_dir()) SKIP("no public lists");
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	struct image before = image_of(cx, &institution_entity);
	CHECK_INT(before.rows, 0);
	int64_t words = number_of(cx, SQL("select count(*) from search_word_shared"));
	CHECK_INT(import_file(cx, &institution_entity, ECHE, &r), OK);
	CHECK_STR(r.map_name, "ECHE");
	CHECK_SUMMARY(cx, &r, "new 6142 changed 0 unchanged 0 conflict 0 refused 0");
	struct uuid first = r.batch;
	CHECK(!uuid_none(first));
	check_compiegne(cx);
	struct image imported = image_of(cx, &institution_entity);
	CHECK_INT(imported.rows, 6142);
	CHECK_INT(import_file(cx, &institution_entity, ECHE, &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 6142 conflict 0 refused 0");
	CHECK(uuid_none(r.batch)); /* nothing changed: no batch */

	CHECK_INT(import_file(cx, &institution_entity, "hei/eche_heis_geo.csv", &r), OK);
	CHECK_STR(r.map_name, "ECHE places");
	CHECK_SUMMARY(cx, &r, "new 0 changed 5766 unchanged 376 conflict 0 refused 0");
	struct uuid places = r.batch;
	CHECK(image_of(cx, &institution_entity).sum != imported.sum);
	CHECK_INT(import_file(cx, &institution_entity, "hei/eche_heis_geo.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 6142 conflict 0 refused 0");

	struct batch_undo undo;
	CHECK_INT(batch_undo(cx, places, false, &undo), OK);
	CHECK_INT(undo.undone, 5766);
	CHECK(image_of(cx, &institution_entity).sum == imported.sum);

	struct institution *escom = find_row(cx, &institution_entity, "pic", "949656967");
	if (escom) check_conflict(cx, escom);
	CHECK_INT(batch_undo(cx, first, false, &undo), ERR_REFUSED); /* one row was edited since */
	cx_clear_problems(cx);
	CHECK_INT(undo.blocked_len, 1);
	CHECK_INT(image_of(cx, &institution_entity).rows, 6142);
	CHECK_INT(batch_undo(cx, first, true, &undo), OK);
	CHECK_INT(undo.undone, 6141);
	CHECK_INT(image_of(cx, &institution_entity).rows, 1);
	CHECK(number_of(cx, SQL("select count(*) from search_word_shared")) > words);
	store_close(s);
}

static void test_world(void)
{
	struct import_report r;
	if (!tap_shared_dir()) SKIP("no public lists");
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	CHECK_INT(import_file(cx, &institution_entity, ECHE, &r), OK);
	struct image before = image_of(cx, &institution_entity);
	CHECK_INT(import_file(cx, &institution_entity, "hei/world_universities_domains.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 9225 changed 0 unchanged 1026 conflict 0 refused 0");
	struct uuid batch = r.batch;
	CHECK_INT(import_file(cx, &institution_entity, "hei/world_universities_domains.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 10251 conflict 0 refused 0");
	struct batch_undo undo;
	CHECK_INT(batch_undo(cx, batch, false, &undo), OK);
	CHECK_INT(undo.undone, 9225);
	CHECK(image_of(cx, &institution_entity).sum == before.sum);
	store_close(s);
}

static void test_courses(void)
{
	struct import_report r;
	if (!tap_shared_dir()) SKIP("no public lists");
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	CHECK_INT(import_file(cx, &course_entity, "catalogue/utc_uv_catalogue_2014.csv", &r), OK);
	CHECK_STR(r.map_name, "UTC 2014");
	CHECK_SUMMARY(cx, &r, "new 259 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_INT(import_file(cx, &course_entity, "catalogue/uiuc_chemistry_catalogue_summer_2019_2026.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 46 changed 0 unchanged 0 conflict 0 refused 0");
	struct course *bl01 = find_row(cx, &course_entity, "code", "BL01"), *chbe = find_row(cx, &course_entity, "code", "CHBE 199");
	REQUIRE(bl01 && chbe);
	CHECK_INT(bl01->ects, 600);
	CHECK_Z(course_terms[bl01->taught].code, "both");
	CHECK_STR(bl01->host, "utc.fr");
	CHECK_INT(chbe->ects, UNKNOWN);
	CHECK_STR(chbe->credits_text, "1 TO 5 hours.");
	CHECK_STR(chbe->language, "en");
	CHECK_INT(number_of(cx, SQL("select count(*) from course where taught = 'spring'")), 102);
	CHECK_INT(import_file(cx, &course_entity, "catalogue/utc_uv_catalogue_2014.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 259 conflict 0 refused 0");
	CHECK_INT(import_file(cx, &course_entity, "catalogue/uiuc_chemistry_catalogue_summer_2019_2026.csv", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 46 conflict 0 refused 0");
	store_close(s);
}

#define MOBILITIES "mobility/erasmus_student_mobility_es_outgoing.csv"

static void test_mobilities(void)
{
	struct import_report r;
	if (!tap_shared_dir()) SKIP("no public lists");
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	CHECK_INT(import_file(cx, &stay_entity, MOBILITIES, &r), OK);
	CHECK_STR(r.map_name, "LLP students");
	CHECK_SUMMARY(cx, &r, "new 27989 changed 0 unchanged 0 conflict 0 refused 0");
	struct uuid batch = r.batch;
	CHECK_INT(r.unused.len, 1); /* Special_Needs */
	CHECK_INT(number_of(cx, SQL("select count(*) from stay where activity = 'training'")), 3270);
	CHECK_INT(number_of(cx, SQL("select count(*) from stay where activity = 'study'")), 24719);
	CHECK_INT(number_of(cx, SQL("select count(*) from stay where duration = 975")), 1158);
	CHECK_INT(number_of(cx, SQL("select count(*) from stay where duration = 950")), 1113);
	CHECK_INT(number_of(cx, SQL("select count(*) from stay where nationality is null")), 470);
	CHECK_INT(import_file(cx, &stay_entity, MOBILITIES, &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 27989 conflict 0 refused 0");
	struct batch_undo undo;
	CHECK_INT(batch_undo(cx, batch, false, &undo), OK);
	CHECK_INT(undo.undone, 27989);
	CHECK_INT(number_of(cx, SQL("select count(*) from stay")), 0);
	CHECK_INT(number_of(cx, SQL("select count(*) from search_word where entity = 40")), 0);
	store_close(s);
}

TAP_MAIN(TAP(test_courses), TAP(test_institutions), TAP(test_world), TAP(test_mobilities))
