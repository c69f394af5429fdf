/* Reads what the rules need: of a campaign's opportunities, and of one student or of all applicants, in a fixed number of queries. */
#include "base/date.h"
#include "base/map.h"
#include "office/campaigns/store.h"
#include "platform/format/json.h"
#include "platform/reference/own.h"

#define FIELD_OF(e, name) (&e##_entity.fields[e##_f_##name])

static int64_t option(struct str code, const struct field *f) { return str_present(code) ? field_option(f, code) : UNKNOWN; }

static int64_t whole(struct str s)
{
	int64_t n;
	return str_present(s) && str_to_i64(s, &n) ? n : UNKNOWN;
}

/* --- the campaign --- */

static int64_t local_date(int64_t instant_ms, struct str zone)
{
	int offset = 0;
	if (instant_ms == UNKNOWN) return UNKNOWN;
	if (!zone_offset(zone, instant_ms, &offset)) offset = 0;
	int64_t s = instant_ms / 1000 + offset;
	return s >= 0 ? s / 86400 : -((-s + 86399) / 86400);
}

enum err campaign_store_facts(struct cx *cx, const struct campaign *c, struct campaign_facts *out)
{
	struct academic_year *y = entity_new(cx, &academic_year_entity);
	bool found;
	TRY(entity_load(cx, &academic_year_entity, c->academic_year, y, &found));
	*out = (struct campaign_facts){c, y->code, found ? y->starts : UNKNOWN, found ? y->ends : UNKNOWN, UNKNOWN};
	/* An end at midnight is the day before, in what people say. */
	if (c->closes_ms != UNKNOWN) out->closes = local_date(c->closes_ms - 1, c->zone);
	return OK;
}

enum err campaign_store_home(struct cx *cx, struct campaign_home *out)
{
	struct db_rows rows;
	bool found;
	*out = (struct campaign_home){.lat = UNKNOWN, .lng = UNKNOWN};
	TRY(db_one(cx, &rows, &found,
	           SQL("select s.name, i.country, i.lat, i.lng from school s left join institution i on i.hei_id = s.hei_id where s.tenant "
	               "= ?1 order by i.id limit 1"),
	           DB_I(cx->tenant)));
	if (found) *out = (struct campaign_home){db_str(&rows, 0), db_str(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)};
	db_done(&rows);
	return OK;
}

/* --- opportunities --- */

enum {
	O_ID,
	O_PARTNER,
	O_CONDITION,
	O_TITLE,
	O_PARTNER_NAME,
	O_CITY,
	O_COUNTRY,
	O_NOTE,
	O_LAT,
	O_LNG,
	O_SEATS,
	O_RESERVED,
	O_HALF,
	O_STARTS,
	O_ENDS,
	O_MONTHS,
	O_LANGUAGE,
	O_CEFR,
	O_ISCED,
	O_REQUIREMENT,
	O_REQUIREMENT_SOURCE,
	O_BUDGET,
	O_BUDGET_SOURCE,
	K_LANGUAGE,
	K_CEFR,
	K_LANGUAGE2,
	K_CEFR2,
	K_ISCED,
	K_EQF_FROM,
	K_EQF_TO,
	K_MONTHS,
	K_REQUIREMENT,
	K_REQUIREMENT_SOURCE,
	A_NUMBER,
	A_FROM,
	A_TO,
	A_ENDED,
	A_HERE,
	A_THERE,
	Y_FIRST,
	Y_LAST
};
static const struct sql offers_sql =
    SQL("select o.id, o.partner, o.condition, o.title, p.name, p.city, p.country, o.note, coalesce(p.lat, i.lat), coalesce(p.lng, i.lng), "
        "o.seats, o.reserved, o.half, o.starts, o.ends, o.months, o.language, o.cefr, o.isced_f, o.requirement, o.requirement_source, "
        "o.budget_cents, "
        "o.budget_source, "
        "k.language, k.cefr, k.language2, k.cefr2, k.isced_f, k.eqf_from, k.eqf_to, k.months, k.requirement, k.requirement_source, "
        "a.number, a.valid_from, a.valid_to, a.ended, a.signed_here, a.signed_there, y1.starts, y2.starts "
        "from opportunity o join partner p on p.tenant = o.tenant and p.id = o.partner left join institution i on i.id = p.institution "
        "left join agreement_condition k on k.tenant = o.tenant and k.id = o.condition "
        "left join agreement a on a.tenant = k.tenant and a.id = k.agreement "
        "left join academic_year y1 on y1.tenant = k.tenant and y1.id = k.first_year "
        "left join academic_year y2 on y2.tenant = k.tenant and y2.id = k.last_year "
        "where o.tenant = ?1 and o.campaign = ?2 and o.archived_ms is null order by o.title_fold, o.id");

static void add_rule(struct cx *cx, struct offer *o, struct str text, struct str source)
{
	struct rule_expr *e;
	struct rule_error error;
	if (str_blank(str_trim(text))) return;
	struct offer_rule *r = &o->rules[o->nrules++];
	*r = (struct offer_rule){text, str_present(source) ? source : o->agreement, NULL};
	if (rule_parse(cx->arena, text, &e, &error) && rule_check(cx->arena, e, &student_vocabulary, &error)) r->expr = e;
}

static void read_language(struct db_rows *rows, struct offer *o)
{
	bool own = !db_is_null(rows, O_LANGUAGE);
	o->language[0] = db_str(rows, own ? O_LANGUAGE : K_LANGUAGE);
	o->cefr[0] = db_str(rows, own ? O_CEFR : K_CEFR);
	if (own) return;
	o->language[1] = db_str(rows, K_LANGUAGE2);
	o->cefr[1] = db_str(rows, K_CEFR2);
}

static void read_offer(struct cx *cx, struct db_rows *rows, struct offer *o)
{
	*o = (struct offer){
	    .id = db_id(rows, O_ID),
	    .partner = db_id(rows, O_PARTNER),
	    .condition = db_id(rows, O_CONDITION),
	    .title = db_str(rows, O_TITLE),
	    .partner_name = db_str(rows, O_PARTNER_NAME),
	    .city = db_str(rows, O_CITY),
	    .country = db_str(rows, O_COUNTRY),
	    .note = db_str(rows, O_NOTE),
	    .lat = db_int(rows, O_LAT),
	    .lng = db_int(rows, O_LNG),
	    .seats = db_int(rows, O_SEATS),
	    .reserved = db_is_null(rows, O_RESERVED) ? 0 : db_int(rows, O_RESERVED),
	    .half = option(db_str_view(rows, O_HALF), FIELD_OF(opportunity, half)),
	    .starts = db_int(rows, O_STARTS),
	    .ends = db_int(rows, O_ENDS),
	    .months = db_int(rows, db_is_null(rows, O_MONTHS) ? K_MONTHS : O_MONTHS),
	    .isced_f = db_str(rows, db_is_null(rows, O_ISCED) ? K_ISCED : O_ISCED),
	    .eqf_from = db_int(rows, K_EQF_FROM),
	    .eqf_to = db_int(rows, K_EQF_TO),
	    .has_condition = !db_is_null(rows, A_NUMBER),
	    .agreement = db_str(rows, A_NUMBER),
	    .agreement_from = db_int(rows, A_FROM),
	    .agreement_to = db_int(rows, A_TO),
	    .agreement_ended = db_int(rows, A_ENDED),
	    .signed_here = db_int(rows, A_HERE),
	    .signed_there = db_int(rows, A_THERE),
	    .first_year_starts = db_int(rows, Y_FIRST),
	    .last_year_starts = db_int(rows, Y_LAST),
	    .budget_cents = db_int(rows, O_BUDGET),
	    .budget_source = db_str(rows, O_BUDGET_SOURCE),
	};
	read_language(rows, o);
	add_rule(cx, o, db_str(rows, K_REQUIREMENT), db_str(rows, K_REQUIREMENT_SOURCE));
	add_rule(cx, o, db_str(rows, O_REQUIREMENT), db_str(rows, O_REQUIREMENT_SOURCE));
}

static struct str key_of(const struct uuid *id) { return (struct str){(const char *)id->b, sizeof(id->b)}; }

static enum err demand(struct cx *cx, struct sql sql, struct uuid campaign, const struct map *by_id, size_t at, size_t at2)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows, sql, DB_I(cx->tenant), DB_ID(campaign)));
	while (db_next(&rows)) {
		struct uuid id = db_id(&rows, 0);
		char *o = map_get(by_id, key_of(&id));
		if (!o) continue;
		*(int64_t *)(void *)(o + at) = db_int(&rows, 1);
		if (at2) *(int64_t *)(void *)(o + at2) = db_int(&rows, 2);
	}
	return rows.err;
}

enum err campaign_store_offers(struct cx *cx, struct uuid campaign, bool with_demand, struct offer **out, size_t *len)
{
	struct db_rows rows;
	struct map by_id;
	VEC(struct offer) all = {0};
	TRY(db_query(cx, &rows, offers_sql, DB_I(cx->tenant), DB_ID(campaign)));
	while (db_next(&rows))
		read_offer(cx, &rows, VEC_PUSH(cx->arena, &all));
	TRY(rows.err);
	*out = all.ptr;
	*len = all.len;
	if (!with_demand) return OK;
	map_init(&by_id, cx->arena);
	VEC_EACH (o, &all)
		map_put(&by_id, key_of(&o->id), o);
	TRY(demand(cx,
	           SQL("select h.opportunity, count(*), cast(sum(case when h.rank = 1 then 1 else 0 end) as bigint) from application a "
	               "join application_choice h on h.tenant = a.tenant and h.application = a.id "
	               "where a.tenant = ?1 and a.campaign = ?2 and a.withdrawn_ms is null group by h.opportunity"),
	           campaign, &by_id, offsetof(struct offer, wishes), offsetof(struct offer, first_wishes)));
	TRY(demand(cx,
	           SQL("select s.opportunity, count(*) from opportunity o join star s on s.tenant = o.tenant and s.opportunity = o.id "
	               "where o.tenant = ?1 and o.campaign = ?2 group by s.opportunity"),
	           campaign, &by_id, offsetof(struct offer, stars), 0));
	return demand(cx,
	              SQL("select opportunity, count(*) from placement where tenant = ?1 and campaign = ?2 and opportunity is not null "
	                  "and (answer is null or answer = 'accepted') group by opportunity"),
	              campaign, &by_id, offsetof(struct offer, held), 0);
}

/* --- students --- */

#define ONE " = ?2"
#define ALL " in (select person from application where tenant = ?1 and campaign = ?2)"
#define BOTH(text, column, tail)                                     \
	{                                                            \
		SQL(text column ONE tail), SQL(text column ALL tail) \
	}

#define PERSONS "select id, name, number, email, language, nationality, unit from person where tenant = ?1 and "
static const struct sql persons_sql[2] = BOTH(PERSONS, "id", " order by id");

#define ENROLMENTS                                                                                                         \
	"select e.person, y.code, y.starts, e.year, e.status, e.average, e.ects, e.failed_units, r.code, r.title, r.eqf, " \
	"r.isced_f, r.cap_months, u.code from enrolment e "                                                                \
	"join academic_year y on y.tenant = e.tenant and y.id = e.academic_year "                                          \
	"join programme r on r.tenant = e.tenant and r.id = e.programme "                                                  \
	"left join unit u on u.tenant = e.tenant and u.id = e.speciality "                                                 \
	"where e.tenant = ?1 and e.archived_ms is null and "
static const struct sql enrolments_sql[2] = BOTH(ENROLMENTS, "e.person", " order by e.person, y.starts desc, e.id desc");

#define LANGUAGES "select person, language, cefr, proof, tested from language_level where tenant = ?1 and archived_ms is null and "
static const struct sql languages_sql[2] = BOTH(LANGUAGES, "person", " order by person, id");

#define ANSWERS "select person, number, answers from application where tenant = ?1 and answers is not null and "
static const struct sql answers_sql[2] = BOTH(ANSWERS, "person", " order by person, id");

#define CONTRACTS                                                                                                   \
	"select a.person, a.id, a.employer, a.starts, a.ends, d.kind, d.starts, d.ends from apprenticeship a "      \
	"left join apprenticeship_period d on d.tenant = a.tenant and d.contract = a.id and d.archived_ms is null " \
	"where a.tenant = ?1 and a.archived_ms is null and "
static const struct sql contracts_sql[2] = BOTH(CONTRACTS, "a.person", " order by a.person, a.starts, a.id, d.starts, d.id");

#define STAYS                                                                                                         \
	"select s.person, s.id, s.number, s.activity, s.starts, s.ends, s.duration, p.country, r.eqf from stay s "    \
	"left join partner p on p.tenant = s.tenant and p.id = s.partner "                                            \
	"left join enrolment e on e.tenant = s.tenant and e.person = s.person and e.academic_year = s.academic_year " \
	"and e.archived_ms is null left join programme r on r.tenant = e.tenant and r.id = e.programme "              \
	"where s.tenant = ?1 and s.archived_ms is null and s.cancelled_ms is null and s.direction = 'out' and "
static const struct sql stays_sql[2] = BOTH(STAYS, "s.person", " order by s.person, s.id");

/* A student being read, with lists that grow. */
struct growing {
	struct student_facts facts;
	VEC(struct student_language) languages;
	VEC(struct student_stay) stays;
	VEC(struct student_contract) contracts;
	VEC(struct student_period) periods; /* of the last contract */
	struct uuid contract, stay;
};
struct reading {
	struct cx *cx;
	const struct campaign_facts *c;
	struct uuid id; /* of the person, or of the campaign */
	bool all;
	VEC(struct growing) list;
	struct map by_person;
	int64_t *years; /* first days of the academic years up to that of the stays, oldest first */
	size_t nyears;
};

static enum err query(struct reading *r, struct db_rows *rows, const struct sql texts[2])
{
	return db_query(r->cx, rows, texts[r->all], DB_I(r->cx->tenant), DB_ID(r->id));
}

static struct growing *student_at(struct reading *r, struct db_rows *rows)
{
	struct uuid person = db_id(rows, 0);
	return map_get(&r->by_person, key_of(&person));
}

static enum err read_years(struct reading *r)
{
	struct db_rows rows;
	VEC(int64_t) years = {0};
	TRY(db_query(r->cx, &rows,
	             SQL("select starts from academic_year where tenant = ?1 and archived_ms is null and starts <= ?2 order by starts"),
	             DB_I(r->cx->tenant), DB_N(r->c->year_starts)));
	while (db_next(&rows))
		*VEC_PUSH(r->cx->arena, &years) = db_int(&rows, 0);
	r->years = years.ptr;
	r->nyears = years.len;
	return rows.err;
}

static enum err read_persons(struct reading *r)
{
	struct db_rows rows;
	enum lang lang;
	TRY(query(r, &rows, persons_sql));
	while (db_next(&rows)) {
		struct growing *g = VEC_PUSH(r->cx->arena, &r->list);
		g->facts = (struct student_facts){.person = db_id(&rows, 0),
		                                  .name = db_str(&rows, 1),
		                                  .number = db_str(&rows, 2),
		                                  .email = db_str(&rows, 3),
		                                  .lang = lang_parse(db_str_view(&rows, 4), &lang) ? lang : LANG_FR,
		                                  .nationality = db_str(&rows, 5),
		                                  .unit = db_id(&rows, 6),
		                                  .year = UNKNOWN,
		                                  .status = UNKNOWN,
		                                  .average = UNKNOWN,
		                                  .ects = UNKNOWN,
		                                  .failed_units = UNKNOWN,
		                                  .eqf = UNKNOWN,
		                                  .cap_months = UNKNOWN};
	}
	map_init(&r->by_person, r->cx->arena);
	VEC_EACH (g, &r->list)
		map_put(&r->by_person, key_of(&g->facts.person), g);
	return rows.err;
}

/* Years of study go on with the school's academic years, never with the calendar. */
static int64_t year_of_stay(const struct reading *r, int64_t year, int64_t starts)
{
	int64_t later = 0;
	for (size_t i = 0; i < r->nyears; i++)
		later += r->years[i] > starts;
	bool known = r->nyears && r->years[r->nyears - 1] == r->c->year_starts;
	return known ? year + later : UNKNOWN;
}

static void read_enrolment(struct reading *r, struct db_rows *rows, struct student_facts *s)
{
	int64_t starts = db_int(rows, 2);
	if (r->c->year_starts != UNKNOWN && starts > r->c->year_starts) return;
	if (!s->enrolled) {
		s->enrolled = true;
		s->enrolled_in = db_str(rows, 1);
		s->year = year_of_stay(r, db_int(rows, 3), starts);
		s->status = option(db_str_view(rows, 4), FIELD_OF(enrolment, status));
		s->programme = db_str(rows, 8);
		s->programme_title = db_str(rows, 9);
		s->eqf = whole(db_str_view(rows, 10));
		s->isced_f = db_str(rows, 11);
		s->cap_months = db_int(rows, 12);
		s->speciality = db_str(rows, 13);
		if (s->cap_months != UNKNOWN) s->cap_source = s->programme;
	}
	/* Results: of the newest year that has any. */
	if (s->average == UNKNOWN && s->ects == UNKNOWN && s->failed_units == UNKNOWN) {
		s->average = db_int(rows, 5);
		s->ects = db_int(rows, 6);
		s->failed_units = db_int(rows, 7);
		if (s->average != UNKNOWN || s->ects != UNKNOWN || s->failed_units != UNKNOWN) s->average_from = db_str(rows, 1);
	}
}

static enum err read_enrolments(struct reading *r)
{
	struct db_rows rows;
	TRY(query(r, &rows, enrolments_sql));
	while (db_next(&rows)) {
		struct growing *g = student_at(r, &rows);
		if (g) read_enrolment(r, &rows, &g->facts);
	}
	return rows.err;
}

static void add_language(struct reading *r, struct growing *g, struct str language, struct str cefr, bool proven, int64_t tested,
                         struct str source)
{
	int64_t level = 0; /* none: said to be none, which is known */
	if (!str_is(cefr, "none") && !rule_cefr_parse(cefr, &level)) return;
	*VEC_PUSH(r->cx->arena, &g->languages) = (struct student_language){language, level, proven, tested, source};
}

static enum err read_languages(struct reading *r)
{
	struct db_rows rows;
	TRY(query(r, &rows, languages_sql));
	while (db_next(&rows)) {
		struct growing *g = student_at(r, &rows);
		struct str proof = db_str(&rows, 3);
		if (g)
			add_language(r, g, db_str(&rows, 1), db_str_view(&rows, 2), str_present(proof) && !str_is(proof, "declared"),
			             db_int(&rows, 4), proof);
	}
	return rows.err;
}

/* What students said in any application is known from then on, and never asked again. */
static enum err read_answers(struct reading *r)
{
	struct db_rows rows;
	TRY(query(r, &rows, answers_sql));
	while (db_next(&rows)) {
		struct growing *g = student_at(r, &rows);
		const struct json *answers;
		struct str number = db_str(&rows, 1), text = db_str(&rows, 2);
		if (!g) continue;
		TRY(json_parse(r->cx, text, 16000, &answers));
		if (answers->kind != JSON_KIND_OBJECT) continue;
		for (size_t i = 0; i < answers->members.len; i++) {
			const struct json_member *m = &answers->members.ptr[i];
			if (m->value.kind != JSON_KIND_STRING) continue;
			if (str_starts(m->name, STR("language.")))
				add_language(r, g, str_sub(m->name, 9, m->name.len), m->value.text, false, UNKNOWN, number);
			else if (str_is(m->name, "nationality") && str_blank(g->facts.nationality))
				g->facts.nationality = m->value.text;
			else if (str_is(m->name, "email") && str_blank(g->facts.email))
				g->facts.email = m->value.text;
		}
	}
	return rows.err;
}

static void close_contract(struct growing *g)
{
	if (!g->contracts.len) return;
	struct student_contract *k = &g->contracts.ptr[g->contracts.len - 1];
	k->periods = g->periods.ptr;
	k->nperiods = g->periods.len;
}

static enum err read_contracts(struct reading *r)
{
	struct db_rows rows;
	TRY(query(r, &rows, contracts_sql));
	while (db_next(&rows)) {
		struct growing *g = student_at(r, &rows);
		struct uuid id = db_id(&rows, 1);
		if (!g) continue;
		if (!uuid_eq(id, g->contract)) {
			close_contract(g);
			g->contract = id;
			*VEC_PUSH(r->cx->arena, &g->contracts) =
			    (struct student_contract){.employer = db_str(&rows, 2), .starts = db_int(&rows, 3), .ends = db_int(&rows, 4)};
			g->periods.ptr = NULL;
			g->periods.len = g->periods.cap = 0;
		}
		if (db_is_null(&rows, 5)) continue;
		*VEC_PUSH(r->cx->arena, &g->periods) = (struct student_period){
		    option(db_str_view(&rows, 5), FIELD_OF(apprenticeship_period, kind)), db_int(&rows, 6), db_int(&rows, 7)};
	}
	VEC_EACH (g, &r->list)
		close_contract(g);
	return rows.err;
}

/* duration is in hundredths of a month */
static int64_t days_of(int64_t starts, int64_t ends, int64_t duration)
{
	if (starts != UNKNOWN && ends != UNKNOWN) return grant_days_360(starts, ends, 0, GRANT_FEB_30);
	return duration == UNKNOWN ? UNKNOWN : duration * 30 / 100;
}

static enum err read_stays(struct reading *r)
{
	struct db_rows rows;
	TRY(query(r, &rows, stays_sql));
	while (db_next(&rows)) {
		struct growing *g = student_at(r, &rows);
		struct uuid id = db_id(&rows, 1);
		if (!g || uuid_eq(id, g->stay)) continue; /* a second enrolment in that year */
		g->stay = id;
		*VEC_PUSH(r->cx->arena, &g->stays) = (struct student_stay){
		    .number = db_str(&rows, 2),
		    .activity = option(db_str_view(&rows, 3), FIELD_OF(stay, activity)),
		    .starts = db_int(&rows, 4),
		    .ends = db_int(&rows, 5),
		    .days = days_of(db_int(&rows, 4), db_int(&rows, 5), db_int(&rows, 6)),
		    .country = db_str(&rows, 7),
		    .eqf = whole(db_str_view(&rows, 8)),
		};
	}
	return rows.err;
}

/* The cap of a programme is its own; otherwise that of its cycle, once for each level. */
static enum err cap_of_cycles(struct reading *r)
{
	static const char *const cycles[] = {"short", "first", "second", "third"};
	for (int64_t level = 5; level <= 8; level++) {
		struct reference_row row;
		TRY(reference_find_own(r->cx, STR("duration_cap"), str_of(cycles[level - 5]), r->c->year_starts, &row));
		int64_t months = reference_int(&row, "cap_months");
		VEC_EACH (g, &r->list) {
			if (g->facts.eqf != level || g->facts.cap_months != UNKNOWN) continue;
			g->facts.cap_months = months;
			g->facts.cap_source = row.source;
		}
	}
	return OK;
}

enum err campaign_store_students(struct cx *cx, const struct campaign_facts *c, struct uuid person, struct student_facts **out, size_t *len)
{
	struct reading r = {.cx = cx, .c = c, .all = uuid_none(person), .id = uuid_none(person) ? c->campaign->row.id : person};
	TRY(read_years(&r));
	TRY(read_persons(&r));
	TRY(read_enrolments(&r));
	TRY(read_languages(&r));
	TRY(read_answers(&r));
	TRY(read_contracts(&r));
	TRY(read_stays(&r));
	TRY(cap_of_cycles(&r));
	*out = ARENA_ARRAY(cx->arena, struct student_facts, r.list.len);
	*len = r.list.len;
	for (size_t i = 0; i < r.list.len; i++) {
		struct growing *g = &r.list.ptr[i];
		g->facts.languages = g->languages.ptr;
		g->facts.nlanguages = g->languages.len;
		g->facts.stays = g->stays.ptr;
		g->facts.nstays = g->stays.len;
		g->facts.contracts = g->contracts.ptr;
		g->facts.ncontracts = g->contracts.len;
		(*out)[i] = g->facts;
	}
	return OK;
}
