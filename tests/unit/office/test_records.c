/* The office's rows through their flows and imports: what is derived stays in step, keys of several fields, seats, steps, units. */
#include "office.h"

static enum err import_text(struct cx *cx, const struct entity *e, const char *text, struct import_report *r)
{
	struct import_options o = {.entity = e, .bytes = str_of(text), .source = STR("file.csv")};
	return run_import(cx, &o, r);
}

#define CHECK_IMPORT(cx, e, text, want)                             \
	do {                                                        \
		struct import_report r_;                            \
		CHECK_INT(import_text((cx), (e), (text), &r_), OK); \
		CHECK_SUMMARY((cx), &r_, (want));                   \
	} while (0)

struct find {
	const struct entity *e;
	const char *field, *value;
	struct row *row;
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
	if (!f.found) TAP_FAILURE("no %s with %s = %s", e->name, field, value);
	return f.row;
}

static const char units[] = "code,name,kind\nGP,Génie des procédés,speciality\nCH,Chimie,speciality\n";
static const char years[] = "code,starts,ends\n2025-26,2025-09-01,2026-08-31\n2026-27,2026-09-01,2027-08-31\n";
static const char programmes[] = "code,title,format,unit\nCHIM,Chimie,both,CH\n";
static const char people[] = "number,family,given,email,unit\n100,Durand,Camille,camille@school.example,GP\n101,Ngo,,,CH\n";
static const char enrolments[] = "person,programme,academic_year,year,status,speciality\n"
				 "100,CHIM,2026-27,3,apprentice,GP\n101,CHIM,2026-27,2,student,\n";

static struct cx *school(struct store **s)
{
	*s = office_open();
	struct cx *cx = &(*s)->cx;
	CHECK_IMPORT(cx, &unit_entity, units, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &academic_year_entity, years, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &programme_entity, programmes, "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &person_entity, people, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &enrolment_entity, enrolments, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	return cx;
}

static void test_schema(void)
{
	struct store *s = office_open();
	CHECK_INT(entity_check_schema(&s->cx), OK);
	for (size_t i = 0; entity_all()[i]; i++) {
		const struct entity *e = entity_all()[i];
		CHECK(e->ops && e->ops->create && e->ops->change && e->ops->archive);
		CHECK(e->rights.read && e->rights.write);
		struct list_query q; /* the default order is one that lists take */
		CHECK_INT(list_query_parse(&s->cx, e, (struct pairs){0}, &q), OK);
		for (size_t k = 0; e->keys && e->keys[k]; k++) {
			struct str rest = str_of(e->keys[k]), name;
			while (str_split(&rest, '+', &name))
				CHECK(entity_field(e, name) != NULL);
		}
	}
	store_close(s);
}

/* The weekly load of the school's own system: the same file again changes nothing. */
static void test_weekly_load(void)
{
	struct store *s;
	struct cx *cx = school(&s);
	CHECK_IMPORT(cx, &person_entity, people, "new 0 changed 0 unchanged 2 conflict 0 refused 0");
	CHECK_IMPORT(cx, &enrolment_entity, enrolments, "new 0 changed 0 unchanged 2 conflict 0 refused 0");
	CHECK_IMPORT(cx, &enrolment_entity,
	             "person,programme,academic_year,year,status\n100,CHIM,2026-27,3,student\n100,CHIM,2025-26,2,student\n",
	             "new 1 changed 1 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &language_level_entity,
	             "person,language,cefr,proof,tested\n100,en,B2,toeic,2026-05-01\n100,en,B1,toeic,2025-05-01\n",
	             "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &language_level_entity,
	             "person,language,cefr,proof,tested\n100,en,C1,toeic,2026-05-01\n100,en,B1,toeic,2025-05-01\n",
	             "new 0 changed 1 unchanged 1 conflict 0 refused 0");
	CHECK_IMPORT(cx, &apprenticeship_entity,
	             "number,person,employer,employer_id,starts,ends\nK-1,100,Arkema,35600000000048,2026-09-01,2027-08-31\n",
	             "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	static const char periods[] = "contract,kind,starts,ends\nK-1,school,2026-09-01,2026-10-30\nK-1,company,2026-11-02,2027-01-29\n";
	CHECK_IMPORT(cx, &apprenticeship_period_entity, periods, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &apprenticeship_period_entity, periods, "new 0 changed 0 unchanged 2 conflict 0 refused 0");
	store_close(s);
}

static void test_derived_in_step(void)
{
	struct store *s;
	struct cx *cx = school(&s);
	struct person *durand = find_row(cx, &person_entity, "number", "100");
	struct unit *gp = find_row(cx, &unit_entity, "code", "GP"), *ch = find_row(cx, &unit_entity, "code", "CH");
	struct enrolment *e = find_row(cx, &enrolment_entity, "label", "Durand Camille, CHIM 3, 2026-27");
	CHECK_STR(durand->name, "Durand Camille");
	CHECK(uuid_eq(e->unit, gp->row.id));
	struct enrolment *one_name = find_row(cx, &enrolment_entity, "label", "Ngo, CHIM 2, 2026-27");
	CHECK(uuid_eq(one_name->unit, ch->row.id)); /* that of the programme */

	struct field_set fields = {0};
	durand->family = STR("Martin");
	field_set_add(&fields, person_f_family);
	CHECK_INT(person_flow_change(cx, durand, &fields), OK);
	CHECK_STR(durand->name, "Martin Camille");
	struct enrolment *after = find_row(cx, &enrolment_entity, "label", "Martin Camille, CHIM 3, 2026-27");
	CHECK(uuid_eq(after->row.id, e->row.id));
	CHECK_INT(after->row.version, 1); /* no edit of the enrolment */
	CHECK_INT(number_of(cx, SQL("select count(*) from search_word where entity = 13 and word = 'martin'")), 1);
	CHECK_INT(number_of(cx, SQL("select count(*) from search_word where entity = 13 and word = 'durand'")), 0);
	int64_t wrong;
	CHECK_INT(record_check_derived(cx, &enrolment_entity, false, &wrong), OK);
	CHECK_INT(wrong, 0);
	CHECK_INT(sql(cx, on_postgres() ? "set local passerelle.tenant = '1'; update enrolment set label = 'x'"
	                                : "update enrolment set label = 'x'"),
	          OK);
	CHECK_INT(record_check_derived(cx, &enrolment_entity, false, &wrong), OK);
	CHECK_INT(wrong, 2);
	CHECK_INT(record_check_derived(cx, &enrolment_entity, true, &wrong), OK);
	CHECK_INT(record_check_derived(cx, &enrolment_entity, false, &wrong), OK);
	CHECK_INT(wrong, 0);
	find_row(cx, &enrolment_entity, "label", "Martin Camille, CHIM 3, 2026-27");
	store_close(s);
}

static void test_undo_takes_back(void)
{
	struct store *s;
	struct cx *cx = school(&s);
	struct import_report r;
	struct batch_undo undo;
	CHECK_INT(import_text(cx, &person_entity, "number,family\n100,Petit\n", &r), OK);
	CHECK_SUMMARY(cx, &r, "new 0 changed 1 unchanged 0 conflict 0 refused 0");
	find_row(cx, &enrolment_entity, "label", "Petit Camille, CHIM 3, 2026-27");
	CHECK_INT(batch_undo(cx, r.batch, false, &undo), OK);
	find_row(cx, &enrolment_entity, "label", "Durand Camille, CHIM 3, 2026-27");
	struct person *p = find_row(cx, &person_entity, "number", "100");
	CHECK_INT(p->row.version, 1);
	/* A person who is enrolled is referred to: their import cannot be undone. */
	CHECK_INT(batch_undo(cx, p->row.import_batch, false, &undo), ERR_REFUSED);
	CHECK_INT(undo.blocked_len, 2);
	cx_clear_problems(cx);
	store_close(s);
}

static void test_map_lines(void)
{
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	static const struct pair lines[] = {{STR("code"), STR("dept+no")}, {STR("title"), STR("long|short")},
	                                    {STR("taught"), STR("when")},  {STR("taught?A"), STR("autumn")},
	                                    {STR("taught?*"), STR("")},    {STR("language:"), STR("en")}};
	struct import_options o = {.entity = &course_entity,
	                           .source = STR("f.csv"),
	                           .map = {lines, ARRAY_LEN(lines)},
	                           .bytes = STR("dept,no,long,short,when,other\nCH,1,Long,Short,A,x\nCH,2,,Short,?,x\n,3,0,Short,,x\n")};
	struct import_report r;
	CHECK_INT(run_import(cx, &o, &r), OK);
	CHECK_SUMMARY(cx, &r, "new 3 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_INT(r.unused.len, 1);
	struct course *one = find_row(cx, &course_entity, "code", "CH 1"), *two = find_row(cx, &course_entity, "code", "CH 2"),
		      *three = find_row(cx, &course_entity, "code", "3");
	CHECK_STR(one->title, "Long");
	CHECK_INT(one->taught, 0);
	CHECK_STR(one->language, "en");
	CHECK_STR(two->title, "Short");
	CHECK_INT(two->taught, UNKNOWN);
	CHECK_STR(three->title, "Short");
	/* Remembered with its signs. */
	o.remember_map = true;
	CHECK_INT(run_import(cx, &o, &r), OK);
	o.map = (struct pairs){0};
	CHECK_INT(run_import(cx, &o, &r), OK);
	CHECK_STR(r.map_name, "remembered");
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 3 conflict 0 refused 0");
	static const struct pair wrong[] = {{STR("code"), STR("dept+none")}};
	o.map = (struct pairs){wrong, 1};
	CHECK_INT(import_run(cx, &o, &r), ERR_INVALID);
	cx_clear_problems(cx);
	store_close(s);
}

static const char partners[] = "name,kind,country\nUniversitetet i Bergen,university,NO\nInstitut Curie,laboratory,FR\nArkema,company,FR\n";

static struct condition *bergen(struct cx *cx, struct agreement **agreement)
{
	CHECK_IMPORT(cx, &partner_entity, partners, "new 3 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &agreement_entity, "partner,kind,valid_from,valid_to\nUniversitetet i Bergen,mobility,2024-09-01,2029-08-31\n",
	             "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &agreement_entity, "number,valid_to\nA-2026-0001,2030-08-31\n",
	             "new 0 changed 1 unchanged 0 conflict 0 refused 0");
	*agreement = find_row(cx, &agreement_entity, "number", "A-2026-0001");
	CHECK_STR((*agreement)->title, "Universitetet i Bergen, 2024–2030");
	static const char conditions[] = "agreement,mobility,direction,places,isced_f,language,cefr\nA-2026-0001,SMS,out,2,0531,en,B2\n"
					 "A-2026-0001,SMS,in,3,0531,fr,B1\n";
	CHECK_IMPORT(cx, &condition_entity, conditions, "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	CHECK_IMPORT(cx, &condition_entity, conditions, "new 0 changed 0 unchanged 2 conflict 0 refused 0");
	return find_row(cx, &condition_entity, "label", "A-2026-0001 SMS out 0531, Universitetet i Bergen");
}

static void test_unknown_number(void)
{
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	struct import_report r;
	struct agreement *a;
	bergen(cx, &a);
	struct import_options o = {.entity = &agreement_entity,
	                           .source = STR("f.csv"),
	                           .bytes = STR("number,partner,kind,valid_from\nA-2026-0999,Arkema,placement,2026-01-01\n")};
	CHECK_INT(import_run(cx, &o, &r), ERR_REFUSED);
	cx_clear_problems(cx);
	CHECK_SUMMARY(cx, &r, "new 0 changed 0 unchanged 0 conflict 0 refused 1");
	REQUIRE(r.lines.len == 1);
	CHECK_STR(r.lines.ptr[0].field, "number");
	store_close(s);
}

static void check_seats(struct cx *cx, const struct condition *c, const struct academic_year *y, int64_t used, int64_t left, int64_t over)
{
	struct seats seats;
	CHECK_INT(stay_flow_seats(cx, c->row.id, y->row.id, &seats), OK);
	CHECK_INT(seats.used, used);
	CHECK_INT(seats.free, left);
	CHECK_INT(seats.over, over);
}

struct years_of {
	struct uuid partner;
	int64_t today;
	struct partner_year *list;
	size_t len;
};
static enum err load_years(struct cx *cx, void *arg)
{
	struct years_of *y = arg;
	return stay_store_partner_years(cx, y->partner, 5, y->today, &y->list, &y->len);
}

static struct stay *place(struct cx *cx, const char *person, const struct condition *c, const struct partner *p,
                          const struct academic_year *y)
{
	struct stay *s = entity_new(cx, &stay_entity);
	s->person = ((struct person *)find_row(cx, &person_entity, "number", person))->row.id;
	s->direction = DIRECTION_OUT;
	s->activity = ACTIVITY_STUDY;
	s->category = CATEGORY_STUDENT;
	s->condition = c->row.id;
	s->partner = p->row.id;
	s->academic_year = y->row.id;
	s->starts = y->starts;
	CHECK_INT(stay_flow_create(cx, s), OK);
	return s;
}

static void test_seats_and_steps(void)
{
	struct store *s;
	struct agreement *agreement;
	struct cx *cx = school(&s);
	struct condition *c = bergen(cx, &agreement);
	struct partner *p = find_row(cx, &partner_entity, "name", "Universitetet i Bergen");
	struct academic_year *year = find_row(cx, &academic_year_entity, "code", "2026-27"),
			     *before = find_row(cx, &academic_year_entity, "code", "2025-26");
	check_seats(cx, c, year, 0, 2, 0);
	struct stay *one = place(cx, "100", c, p, year), *two = place(cx, "101", c, p, year), *three = place(cx, "101", c, p, year);
	CHECK_STR(one->number, "M-2026-0001");
	CHECK_STR(one->title, "Durand Camille, Universitetet i Bergen, 2026-27");
	check_seats(cx, c, year, 3, 0, 1);
	check_seats(cx, c, before, 0, 2, 0);
	CHECK_INT(stay_flow_cancel(cx, two->row.id, two->row.version, STR(" "), two), ERR_INVALID);
	cx_clear_problems(cx);
	CHECK_INT(stay_flow_cancel(cx, two->row.id, two->row.version, STR("Stays at home"), two), OK);
	CHECK_INT(stay_flow_archive(cx, three->row.id, three->row.version, STR("Twice")), OK);
	check_seats(cx, c, year, 1, 1, 0);

	struct years_of years_of = {p->row.id, date_from_civil(2026, 10, 1), NULL, 0};
	CHECK_INT(db_tx(cx, DB_READ, load_years, &years_of), OK);
	REQUIRE(years_of.len == 2);
	CHECK_STR(years_of.list[1].code, "2026-27");
	CHECK_INT(years_of.list[0].flows.out, 0);
	CHECK_INT(years_of.list[1].flows.out, 1);
	CHECK_INT(partner_balance(&years_of.list[1].flows), -1);

	CHECK_INT(stay_flow_mark(cx, one->row.id, one->row.version, STAY_ACCEPTED, one), OK);
	CHECK_INT(one->accepted_ms, cx->now_ms);
	CHECK_INT(stay_flow_mark(cx, one->row.id, one->row.version, STAY_ACCEPTED, one), ERR_REFUSED);
	cx_clear_problems(cx);
	CHECK_INT(stay_flow_mark(cx, one->row.id, 1, STAY_NOMINATED, one), ERR_STALE);
	cx_clear_problems(cx);
	CHECK_INT(stay_flow_mark(cx, two->row.id, two->row.version, STAY_ACCEPTED, two), ERR_REFUSED); /* cancelled */
	cx_clear_problems(cx);

	/* A partner is renamed: agreement, condition and stay follow. */
	struct field_set fields = {0};
	p->name = STR("University of Bergen");
	field_set_add(&fields, partner_f_name);
	CHECK_INT(partner_flow_change(cx, p, &fields), OK);
	find_row(cx, &stay_entity, "title", "Durand Camille, University of Bergen, 2026-27");
	find_row(cx, &agreement_entity, "title", "University of Bergen, 2024–2030");
	find_row(cx, &condition_entity, "label", "A-2026-0001 SMS out 0531, University of Bergen");
	store_close(s);
}

static void test_partner_kinds(void)
{
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	struct agreement *a;
	bergen(cx, &a);
	struct partner *lab = find_row(cx, &partner_entity, "name", "Institut Curie");
	CHECK(uuid_none(lab->institution)); /* no institution, no Erasmus code */
	CHECK_IMPORT(cx, &agreement_entity, "partner,kind,valid_from\nInstitut Curie,placement,2026-01-01\n",
	             "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	store_close(s);
}

static void check_refused(struct cx *cx, const struct entity *e, const char *text, const char *field)
{
	struct import_report r;
	struct import_options o = {.entity = e, .bytes = str_of(text), .source = STR("file.csv")};
	CHECK_INT(import_run(cx, &o, &r), ERR_REFUSED);
	cx_clear_problems(cx);
	CHECK_INT(r.counts[IMPORT_REFUSED], 1);
	if (r.lines.len) CHECK_STR(r.lines.ptr[0].field, field);
}

static void test_values_refused(void)
{
	struct store *s;
	struct agreement *a;
	struct cx *cx = school(&s);
	bergen(cx, &a);
	check_refused(cx, &institution_entity, "name,pic\nX,12345678\n", "pic");
	check_refused(cx, &institution_entity, "name,eche_start,eche_end\nX,2026-01-01,2025-01-01\n", "eche_end");
	check_refused(cx, &person_entity, "number,family,email\n900,X,x@@school.example\n", "email");
	check_refused(cx, &person_entity, "number,family,email\n900,X,x@school\n", "email");
	check_refused(cx, &academic_year_entity, "code,starts,ends\n2030-31,2031-08-31,2030-09-01\n", "ends");
	check_refused(cx, &identifier_entity, "person,scheme,value\n100,esi,urn:schac:personalUniqueCode:int:esi\n", "value");
	check_refused(cx, &identifier_entity, "person,scheme,value\n100,orcid,0000-0002-1825-0098\n", "value");
	CHECK_IMPORT(
	    cx, &identifier_entity,
	    "person,scheme,value\n100,orcid,0000-0002-1825-0097\n100,esi,URN:schac:personalUniqueCode:int:ESI:school.example:100\n",
	    "new 2 changed 0 unchanged 0 conflict 0 refused 0");
	check_refused(cx, &apprenticeship_entity, "person,employer,employer_id,starts,ends\n100,X,73282932000075,2026-09-01,2027-08-31\n",
	              "employer_id");
	check_refused(cx, &condition_entity, "agreement,mobility,direction,places,eqf_from,eqf_to\nA-2026-0001,SMT,out,1,7,6\n", "eqf_to");
	check_refused(cx, &condition_entity, "agreement,mobility,direction,places,cefr\nA-2026-0001,SMT,out,1,B2\n", "language");
	check_refused(cx, &condition_entity, "agreement,mobility,direction,places,requirement\nA-2026-0001,SMT,out,1,yeer > 2\n",
	              "requirement");
	CHECK_IMPORT(cx, &condition_entity,
	             "agreement,mobility,direction,places,requirement\nA-2026-0001,SMT,out,1,year >= 3 and test(en) >= B2\n",
	             "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	check_refused(cx, &agreement_entity, "partner,kind,valid_from,valid_to\nArkema,placement,2026-01-02,2026-01-01\n", "valid_to");
	check_refused(cx, &stay_entity, "person,direction,activity,category,starts,ends\n100,out,study,student,2026-02-01,2026-01-01\n",
	              "ends");
	store_close(s);
}

/* A head sees and does what belongs to the unit, and nothing of the rest. */
static void test_head_of_unit(void)
{
	struct store *s;
	struct cx *cx = school(&s);
	struct unit *gp = find_row(cx, &unit_entity, "code", "GP");
	struct person *durand = find_row(cx, &person_entity, "number", "100"), *ngo = find_row(cx, &person_entity, "number", "101");
	struct grant grant = {.role = ROLE_HEAD, .unit = gp->row.id, .units = &gp->row.id, .units_len = 1};
	struct actor head = {.roles = ROLE_HEAD, .grants = &grant, .grants_len = 1};
	struct uuid many[1600] = {0};
	struct person *seen = entity_new(cx, &person_entity);
	struct list_query q;
	struct list_page page;
	cx->actor = &head;
	CHECK_INT(record_load(cx, &person_entity, durand->row.id, seen), OK);
	CHECK_INT(record_load(cx, &person_entity, ngo->row.id, seen), ERR_NOT_FOUND);
	CHECK_INT(list_query_parse(cx, &enrolment_entity, (struct pairs){0}, &q), OK);
	CHECK_INT(list_run(cx, &q, &page), OK);
	CHECK_INT(page.count, 1);
	/* as many units as a large school has */
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		memcpy(many[i].b, &(uint64_t){i + 1}, sizeof(uint64_t));
	many[ARRAY_LEN(many) - 1] = gp->row.id;
	grant.units = many + 400;
	grant.units_len = 1200;
	CHECK_INT(list_run(cx, &q, &page), OK);
	CHECK_INT(page.count, 1);
	grant.units = many;
	grant.units_len = ARRAY_LEN(many);
	cx_clear_problems(cx);
	CHECK_INT(list_run(cx, &q, &page), ERR_REFUSED);
	REQUIRE(cx->problems);
	CHECK_INT(cx->problems->msg, M_list_too_many_units);
	cx_clear_problems(cx);
	grant.units = &gp->row.id;
	grant.units_len = 1;
	CHECK_INT(list_query_parse(cx, &identifier_entity, (struct pairs){0}, &q), OK);
	CHECK_INT(list_run(cx, &q, &page), ERR_DENIED);
	struct field_set fields = {0};
	field_set_add(&fields, person_f_given);
	durand->given = STR("C.");
	CHECK_INT(person_flow_change(cx, durand, &fields), ERR_DENIED);
	cx->actor = NULL;
	CHECK_INT(list_query_parse(cx, &person_entity, (struct pairs){0}, &q), OK);
	CHECK_INT(list_run(cx, &q, &page), ERR_DENIED);
	cx_clear_problems(cx);
	store_close(s);
}

struct counting {
	struct uuid year, partner;
	struct picture_count *counts;
	size_t len;
	struct partner_totals totals;
	struct year_pair years;
	struct condition_used *used;
	size_t used_len;
};
static enum err count_all(struct cx *cx, void *arg)
{
	struct counting *c = arg;
	TRY(stay_store_picture(cx, c->year, &c->counts, &c->len));
	TRY(stay_store_partner_totals(cx, 5, cx->now_ms / 86400000, &c->totals));
	TRY(stay_store_years(cx, cx->now_ms / 86400000, &c->years));
	return stay_store_used(cx, &c->years, &c->used, &c->used_len);
}
static int64_t listed(struct cx *cx, const char *filters)
{
	struct list_query q;
	struct list_page page;
	VEC(struct pair) pairs = {0};
	struct str rest = str_of(filters), one;
	while (str_split(&rest, '&', &one))
		*VEC_PUSH(cx->arena, &pairs) = (struct pair){STR("filter"), one};
	CHECK_INT(list_query_parse(cx, &stay_entity, (struct pairs){pairs.ptr, pairs.len}, &q), OK);
	CHECK_INT(list_run(cx, &q, &page), OK);
	return page.count;
}

/* Numbers of the pages are the lengths of the lists behind them. */
static void test_numbers_are_lists(void)
{
	struct store *s;
	struct agreement *agreement;
	struct cx *cx = school(&s);
	struct condition *c = bergen(cx, &agreement);
	struct partner *p = find_row(cx, &partner_entity, "name", "Universitetet i Bergen");
	struct academic_year *year = find_row(cx, &academic_year_entity, "code", "2026-27");
	struct stay *one = place(cx, "100", c, p, year), *two = place(cx, "101", c, p, year);
	CHECK_Z(stay_states[one->state_now].code, "to_accept");
	CHECK_INT(one->since_now, cx->now_ms / 86400000);
	CHECK_INT(stay_flow_cancel(cx, two->row.id, two->row.version, STR("Stays at home"), two), OK);
	CHECK_Z(stay_states[two->state_now].code, "cancelled");
	CHECK_INT(stay_flow_confirm(cx, one->row.id, one->row.version, STAY_ARRIVED, cx->now_ms / 86400000 + 9, one),
	          ERR_INVALID); /* still to come */
	cx_clear_problems(cx);
	one = find_row(cx, &stay_entity, "number", "M-2026-0001");
	CHECK_INT(stay_flow_confirm(cx, one->row.id, one->row.version, STAY_ARRIVED, cx->now_ms / 86400000, one), OK);
	CHECK_Z(stay_states[one->state_now].code, "away");
	struct counting n = {.year = year->row.id};
	CHECK_INT(db_tx(cx, DB_READ, count_all, &n), OK);
	int64_t sum = 0;
	for (size_t i = 0; i < n.len; i++)
		sum += n.counts[i].count;
	CHECK_INT(sum, listed(cx, "category:student&category:apprentice&category:doctoral&cancelled_ms:unknown"));
	CHECK_INT(sum, 1);
	struct partner_flows flows = partner_totals_of(&n.totals, p->row.id);
	CHECK_INT(flows.out, listed(cx, "direction:out&cancelled_ms:unknown"));
	CHECK_INT(flows.in, 0);
	CHECK_INT(n.totals.years_len, 2);
	CHECK_INT(partner_totals_of(&n.totals, year->row.id).out, 0); /* no such partner */
	REQUIRE(n.used_len == 1);
	CHECK_STR(n.years.code[0], "2026-27");
	CHECK_INT(n.used[0].used[0], 1);
	int64_t wrong;
	CHECK_INT(record_check_derived(cx, &stay_entity, false, &wrong), OK);
	CHECK_INT(wrong, 0);
	store_close(s);
}

static void test_institution_to_partner(void)
{
	struct store *s = office_open();
	struct cx *cx = &s->cx;
	CHECK_IMPORT(cx, &institution_entity,
	             "name,erasmus_code,country,city,pic\nUniversitetet i Bergen,N  BERGEN01,NO,Bergen,999974456\n",
	             "new 1 changed 0 unchanged 0 conflict 0 refused 0");
	struct institution *i = find_row(cx, &institution_entity, "pic", "999974456");
	struct partner *p = entity_new(cx, &partner_entity), *again = entity_new(cx, &partner_entity);
	bool made;
	CHECK_INT(partner_flow_from_institution(cx, i->row.id, p, &made), OK);
	CHECK(made);
	CHECK_STR(p->name, "Universitetet i Bergen");
	CHECK_STR(p->country, "NO");
	CHECK_INT(p->tier, TIER_PROSPECT);
	CHECK_INT(partner_flow_from_institution(cx, i->row.id, again, &made), OK);
	CHECK(!made);
	CHECK(uuid_eq(again->row.id, p->row.id));
	cx->actor = NULL;
	CHECK_INT(partner_flow_from_institution(cx, i->row.id, again, &made), ERR_DENIED);
	cx_clear_problems(cx);
	store_close(s);
}

TAP_MAIN(TAP(test_schema), TAP(test_weekly_load), TAP(test_derived_in_step), TAP(test_undo_takes_back), TAP(test_map_lines),
         TAP(test_unknown_number), TAP(test_seats_and_steps), TAP(test_partner_kinds), TAP(test_values_refused), TAP(test_head_of_unit),
         TAP(test_numbers_are_lists), TAP(test_institution_to_partner))
