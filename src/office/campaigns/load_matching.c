/* One year of real preferences, through the doors that everybody uses. */
#include "office/campaigns/load_matching.h"
#include "base/date.h"
#include "office/partners/flow.h"
#include "office/people/flow.h"
#include "office/programmes/flow.h"
#include "platform/format/table.h"
#include "platform/i18n/i18n.h"
#include <unistd.h>

enum { CENTRES_MAX = 200, PARTS = 10000 };

struct centre {
	struct str id;
	int64_t seats;
	struct uuid opportunity;
};
struct student {
	struct str id;
	struct uuid person, application;
	int64_t *utility, *panel; /* of every centre, 1e-4 */
	int64_t gender;
};
struct loading {
	struct str dir, label;
	struct matching_loaded *out;
	VEC(struct centre) centres;
	VEC(struct student) students;
	int64_t from; /* the calendar year of the autumn */
	struct uuid year, programme;
	struct campaign *c;
};

/* --- files --- */

/* 0.647887323943662 in 1e-4, half up. */
static bool parts(struct str s, int64_t *out)
{
	size_t dot = str_find_char(s, '.');
	int64_t whole, value = 0, scale = PARTS;
	if (!str_to_i64(str_sub(s, 0, dot == STR_NPOS ? s.len : dot), &whole) || whole < 0 || whole > 1000000) return false;
	for (size_t i = dot == STR_NPOS ? s.len : dot + 1; i < s.len; i++) {
		int64_t digit = s.ptr[i] - '0';
		if (digit < 0 || digit > 9) return false;
		if (scale == 1) {
			value += digit >= 5;
			scale = 0;
		}
		if (scale) {
			scale /= 10;
			value += digit * scale;
		}
	}
	*out = whole * PARTS + value;
	return true;
}

struct file {
	struct str name;
	struct table_reader *reader;
};

static enum err open_file(struct cx *cx, const struct loading *l, const char *name, struct file *f)
{
	f->name = str_of(name);
	return table_open_path(cx, str_fmt(cx->arena, "%.*s/%s", STR_ARG(l->dir), name), f->name, &f->reader);
}

static enum err bad_line(struct cx *cx, const struct file *f, int64_t line, struct str value)
{
	return fail(cx, ERR_SYNTAX, "file", M_matching_line, ARG_S("file", f->name), ARG_N("line", line), ARG_S("value", value));
}

static enum err read_capacities(struct cx *cx, struct loading *l)
{
	struct file f;
	struct str *cells;
	size_t n;
	int64_t line;
	bool more, header = true;
	TRY(open_file(cx, l, "project_capacity.csv", &f));
	enum err err;
	while ((err = table_next(f.reader, &cells, &n, &line, &more)) == OK && more) {
		int64_t seats;
		if (header) {
			header = false;
			continue;
		}
		if (n != 2 || !str_to_i64(cells[1], &seats) || l->centres.len == CENTRES_MAX) {
			err = bad_line(cx, &f, line, n ? cells[0] : STR(""));
			break;
		}
		*VEC_PUSH(cx->arena, &l->centres) = (struct centre){str_copy(cx->arena, cells[0]), seats, UUID_NONE};
	}
	table_close(f.reader);
	return err;
}

/* One row for each student, one column for each centre in the order of the capacities. */
static enum err read_matrix(struct cx *cx, struct loading *l, const char *name, bool first)
{
	struct file f;
	struct str *cells;
	size_t n, row = 0;
	int64_t line;
	bool more, header = true;
	TRY(open_file(cx, l, name, &f));
	enum err err;
	while ((err = table_next(f.reader, &cells, &n, &line, &more)) == OK && more) {
		if (header) {
			header = false;
			continue;
		}
		if (n != l->centres.len + 1 || (!first && row >= l->students.len)) {
			err = bad_line(cx, &f, line, n ? cells[0] : STR(""));
			break;
		}
		struct student *s = first ? VEC_PUSH(cx->arena, &l->students) : &l->students.ptr[row];
		int64_t *values = ARENA_ARRAY(cx->arena, int64_t, l->centres.len);
		if (first)
			*s = (struct student){.id = str_copy(cx->arena, cells[0]), .utility = values, .gender = UNKNOWN};
		else
			s->panel = values;
		for (size_t i = 0; i < l->centres.len && err == OK; i++)
			if (!parts(cells[i + 1], &values[i]) || values[i] > PARTS) err = bad_line(cx, &f, line, cells[i + 1]);
		if (err != OK) break;
		row++;
	}
	table_close(f.reader);
	if (err == OK && row != l->students.len) return bad_line(cx, &f, 0, STR(""));
	return err;
}

static enum err read_genders(struct cx *cx, struct loading *l)
{
	struct file f;
	struct str *cells;
	size_t n, row = 0;
	int64_t line;
	bool more, header = true;
	TRY(open_file(cx, l, "student_info.csv", &f));
	enum err err;
	while ((err = table_next(f.reader, &cells, &n, &line, &more)) == OK && more) {
		if (header) {
			header = false;
			continue;
		}
		if (n >= 2 && row < l->students.len)
			l->students.ptr[row].gender = str_is(cells[1], "Female") ? 0 : str_is(cells[1], "Male") ? 1 : UNKNOWN;
		row++;
	}
	table_close(f.reader);
	return err;
}

/* --- the school around them --- */

/* 2019-2020: the year after follows. */
static bool read_label(struct str label, int64_t *from)
{
	int64_t to;
	return label.len == 9 && label.ptr[4] == '-' && str_to_i64(str_sub(label, 0, 4), from) && str_to_i64(str_sub(label, 5, 9), &to) &&
	       to == *from + 1;
}

static enum err make_year(struct cx *cx, struct loading *l)
{
	int64_t from = l->from;
	bool found;
	struct academic_year *y = entity_new(cx, &academic_year_entity);
	y->code = str_fmt(cx->arena, "%lld-%02lld", (long long)from, (long long)((from + 1) % 100));
	TRY(entity_find_by(cx, &academic_year_entity, entity_field(&academic_year_entity, STR("code")), y->code, y, &found));
	if (!found) {
		y->starts = date_from_civil((int)from, 9, 1);
		y->ends = date_from_civil((int)from + 1, 8, 31);
		TRY(academic_year_flow_create(cx, y));
	}
	l->year = y->row.id;
	struct programme *p = entity_new(cx, &programme_entity);
	p->code = STR("IQP");
	TRY(entity_find_by(cx, &programme_entity, entity_field(&programme_entity, STR("code")), p->code, p, &found));
	if (!found) {
		p->title = STR("Bachelor with a project abroad");
		p->format = FORMAT_INITIAL;
		p->eqf = STR("6");
		p->years = 4;
		p->cap_months = 12;
		TRY(programme_flow_create(cx, p));
	}
	l->programme = p->row.id;
	return OK;
}

static struct str title_of(struct cx *cx, const struct loading *l) { return str_fmt(cx->arena, "Project centres %.*s", STR_ARG(l->label)); }

static enum err make_campaign(struct cx *cx, struct loading *l)
{
	struct campaign *c = l->c = entity_new(cx, &campaign_entity);
	c->title = title_of(cx, l);
	c->academic_year = l->year;
	c->opens_ms = cx->now_ms;
	c->closes_ms = cx->now_ms + INT64_C(30) * 86400000;
	c->answer_by_ms = cx->now_ms + INT64_C(60) * 86400000;
	c->answer_days = 7;
	c->zone = STR("Europe/Paris");
	c->year_from = c->year_to = 3;
	c->activity = ACTIVITY_TRAINING;
	c->scheme = SCHEME_LONG;
	c->max_choices = 100;
	c->weights = STR("panel=1");
	c->note = STR("Real preferences of students and directors (WPI, INFORMS Journal on Computing 2021.0058); the people are invented.");
	TRY(campaign_flow_create(cx, c));
	for (size_t i = 0; i < l->centres.len; i++) {
		struct partner *p = entity_new(cx, &partner_entity);
		struct opportunity *o = entity_new(cx, &opportunity_entity);
		p->name = str_fmt(cx->arena, "Project centre %.*s of %.*s", STR_ARG(l->centres.ptr[i].id), STR_ARG(l->label));
		p->kind = PARTNER_UNIVERSITY;
		p->country = STR("US"); /* the data names no country; its school's */
		TRY(partner_flow_create(cx, p));
		o->campaign = c->row.id;
		o->partner = p->row.id;
		o->seats = l->centres.ptr[i].seats;
		o->months = 2;
		TRY(opportunity_flow_create(cx, o));
		l->centres.ptr[i].opportunity = o->row.id;
	}
	return campaign_open(cx, c->row.id);
}

/* --- the people --- */

static const char *const given[] = {"Alice", "Bruno",   "Chiara", "David",  "Elif",     "Farid",  "Greta", "Hugo",    "Inès",
                                    "Jonas", "Khadija", "Léo",    "Maëlle", "Nils",     "Olga",   "Pedro", "Quentin", "Rosa",
                                    "Sami",  "Théo",    "Uma",    "Victor", "Wiktoria", "Xavier", "Yanis", "Zoé"};
static const char *const family[] = {"Abadie",  "Bouchard", "Carvalho",   "Diallo",  "Eriksen", "Fontaine", "Garnier", "Haddad",
                                     "Ibarra",  "Jansen",   "Kerouanton", "Lambert", "Moreau",  "Nowak",    "Okafor",  "Petit",
                                     "Quiroga", "Rossi",    "Sy",         "Tanaka",  "Ullmann", "Vasseur",  "Weber",   "Ximenes",
                                     "Yılmaz",  "Zhang",    "Aubry",      "Besson",  "Costa",   "Dupuy",    "Evrard"};

static enum err make_person(struct cx *cx, struct loading *l, size_t i)
{
	struct student *s = &l->students.ptr[i];
	struct person *p = entity_new(cx, &person_entity);
	struct enrolment *e = entity_new(cx, &enrolment_entity);
	p->number = str_fmt(cx->arena, "P%.*s-%04zu", STR_ARG(str_sub(l->label, 0, 4)), i + 1);
	p->given = str_of(given[(i * 7) % ARRAY_LEN(given)]);
	p->family = str_fmt(cx->arena, "%s-%s", family[i % ARRAY_LEN(family)], family[(i / ARRAY_LEN(family) + 11) % ARRAY_LEN(family)]);
	p->email = str_fmt(cx->arena, "%.*s@students.example", STR_ARG(str_lower(cx->arena, p->number)));
	p->gender = s->gender;
	p->language = STR("en");
	TRY(person_flow_create(cx, p));
	s->person = p->row.id;
	e->person = p->row.id;
	e->programme = l->programme;
	e->academic_year = l->year;
	e->year = 3;
	e->status = ENROLLED_STUDENT;
	return enrolment_flow_create(cx, e);
}

static enum err apply_as(struct cx *cx, struct loading *l, struct student *s)
{
	const struct actor *office = cx->actor;
	struct actor self = {.person = s->person, .email = STR("students.example"), .name = s->id, .roles = ROLE_STUDENT};
	struct ranked *ranks = ARENA_ARRAY(cx->arena, struct ranked, l->centres.len);
	static const struct pair answers[] = {{STR("travel"), STR("plane")}};
	struct receipt receipt;
	size_t n = 0;
	bool any_first = false;
	for (size_t i = 0; i < l->centres.len; i++)
		any_first |= s->utility[i] == PARTS;
	for (size_t i = 0; i < l->centres.len; i++) {
		if (!s->utility[i]) continue;
		ranks[n++] = (struct ranked){l->centres.ptr[i].opportunity, s->utility[i] == PARTS || !any_first ? 1 : 2};
	}
	if (!n) return OK; /* who listed nothing sent nothing */
	cx->actor = &self;
	enum err err = application_submit(cx, l->c->row.id, ranks, n, (struct pairs){answers, 1}, &receipt);
	cx->actor = office;
	if (err != OK) return err;
	s->application = receipt.application->row.id;
	l->out->applications++;
	l->out->choices += (int64_t)n;
	return OK;
}

static enum err score_all(struct cx *cx, struct loading *l)
{
	VEC(struct panel_score) scores = {0};
	int64_t known, unknown;
	for (size_t i = 0; i < l->students.len; i++) {
		const struct student *s = &l->students.ptr[i];
		for (size_t k = 0; !uuid_none(s->application) && k < l->centres.len; k++)
			if (s->utility[k])
				*VEC_PUSH(cx->arena, &scores) =
				    (struct panel_score){s->application, l->centres.ptr[k].opportunity, s->panel[k]};
	}
	TRY(campaign_panel_scores(cx, l->c->row.id, scores.ptr, scores.len));
	return campaign_score(cx, l->c->row.id, &known, &unknown);
}

/* All or nothing: half a year would be worth nothing. */
static enum err load(struct cx *cx, void *arg)
{
	struct loading *l = arg;
	l->out->applications = l->out->choices = 0; /* anew when the transaction is */
	TRY(make_year(cx, l));
	TRY(make_campaign(cx, l));
	for (size_t i = 0; i < l->students.len; i++) {
		struct arena_mark mark = arena_mark(cx->arena);
		l->students.ptr[i].application = UUID_NONE;
		TRY(make_person(cx, l, i));
		TRY(apply_as(cx, l, &l->students.ptr[i]));
		arena_rewind(cx->arena, mark);
	}
	TRY(campaign_close(cx, l->c->row.id));
	TRY(score_all(cx, l));
	l->out->campaign = l->c->row.id;
	return OK;
}

bool campaign_is_matching(struct cx *cx, struct str dir)
{
	static const char *const names[] = {"project_capacity.csv", "student_preference.csv", "project_preference.csv", "student_info.csv"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (access(str_z(cx->arena, str_fmt(cx->arena, "%.*s/%s", STR_ARG(dir), names[i])), R_OK) != 0) return false;
	return true;
}

static void count(struct loading *l)
{
	*l->out = (struct matching_loaded){.students = (int64_t)l->students.len, .opportunities = (int64_t)l->centres.len};
	VEC_EACH (s, &l->students) {
		int64_t listed = 0;
		for (size_t i = 0; i < l->centres.len; i++)
			listed += s->utility[i] > 0;
		l->out->choices += listed;
		l->out->applications += listed > 0;
	}
}

static enum err look_for(struct cx *cx, void *arg)
{
	struct loading *l = arg;
	struct campaign *c = entity_new(cx, &campaign_entity);
	TRY(entity_find_by(cx, &campaign_entity, entity_field(&campaign_entity, STR("title")), title_of(cx, l), c, &l->out->before));
	if (l->out->before) l->out->campaign = c->row.id;
	return OK;
}

static enum err read_files(struct cx *cx, struct loading *l)
{
	if (!read_label(l->label, &l->from)) return fail(cx, ERR_INVALID, "year", M_matching_label, ARG_S("value", l->label));
	TRY(read_capacities(cx, l));
	TRY(read_matrix(cx, l, "student_preference.csv", true));
	TRY(read_matrix(cx, l, "project_preference.csv", false));
	TRY(read_genders(cx, l));
	count(l);
	return db_tx(cx, DB_READ, look_for, l);
}

enum err campaign_read_matching(struct cx *cx, struct str dir, struct str label, struct matching_loaded *out)
{
	struct loading l = {.dir = dir, .label = label, .out = out};
	return read_files(cx, &l);
}

enum err campaign_load_matching(struct cx *cx, struct str dir, struct str label, struct matching_loaded *out)
{
	struct loading l = {.dir = dir, .label = label, .out = out};
	TRY(read_files(cx, &l));
	return out->before ? OK : db_tx(cx, DB_BULK, load, &l);
}
