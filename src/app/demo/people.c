/* Students of five years, apprentices with contracts and calendars, those who left, and staff. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/people/flow.h"
#include "office/programmes/flow.h"

enum { ALUMNI_YEARS = 4, ALUMNI_PER_YEAR = 70, STAFF = 40 };
/* In years 1 to 5: 650 in all, of which 60 apprentices in years 3 to 5. */
static const int per_year[] = {0, 145, 130, 110, 105, 100};
static const int apprentices_per_year[] = {0, 0, 0, 20, 20, 20};

static struct str level(struct demo *d)
{
	int64_t n = demo_between(d, 0, 99);
	return n < 6 ? STR("A2") : n < 30 ? STR("B1") : n < 80 ? STR("B2") : STR("C1");
}

/* Sum of three: more in the middle, between 8.5 and 17.5 out of 20. */
static int64_t average(struct demo *d) { return 85000 + demo_between(d, 0, 30000) + demo_between(d, 0, 30000) + demo_between(d, 0, 30000); }

static enum err add_language(struct demo *d, struct uuid person, const char *language, struct str cefr, int proof)
{
	struct language_level *l = entity_new(d->cx, &language_level_entity);
	l->person = person;
	l->language = str_of(language);
	l->cefr = cefr;
	l->proof = proof;
	l->tested = date_from_civil(d->first_year + DEMO_CURRENT, 5, 1) + demo_between(d, -300, 150);
	return language_level_flow_create(d->cx, l);
}

/* `named`: a person whom the guide speaks of; her name is kept from the others. */
static enum err add_person(struct demo *d, struct str number, int age, struct uuid unit, const char *nationality, const char *named,
                           struct person **out)
{
	struct person *p = entity_new(d->cx, &person_entity);
	int gender = (int)demo_between(d, 0, 1);
	if (named) {
		gender = 0;
		p->given = STR("Inès");
		p->family = str_of(named);
	} else
		demo_name(d, gender, &p->given, &p->family);
	p->number = number;
	p->gender = gender;
	p->email = demo_email(d->cx, p->given, p->family);
	p->birth_date = date_from_civil(d->first_year + DEMO_CURRENT - age, 1, 1) + demo_between(d, 0, 364);
	p->nationality = str_of(nationality);
	p->language = STR("fr");
	p->unit = unit;
	TRY(person_flow_create(d->cx, p));
	*out = p;
	return OK;
}

/* The enrolment of one year; its average is that of the year before, as juries publish it. */
static enum err enrol(struct demo *d, const struct demo_student *s, int y, int year)
{
	struct enrolment *e = entity_new(d->cx, &enrolment_entity);
	e->person = s->person;
	e->programme = year <= 2 ? d->preparatory : s->apprentice ? d->apprentice_programme : d->engineer;
	e->academic_year = d->years[y];
	e->year = year;
	e->status = s->apprentice && year >= 3 ? ENROLLED_APPRENTICE : ENROLLED_STUDENT;
	e->speciality = year >= 3 ? d->specialities[s->speciality] : UUID_NONE;
	e->starts = date_from_civil(d->first_year + y, 9, 1);
	e->ends = date_from_civil(d->first_year + y + 1, 8, 31);
	int64_t drift = s->average + demo_between(d, -6000, 6000);
	e->average = y == DEMO_CURRENT ? s->average : drift < 80000 ? 80000 : drift;
	e->ects = (year - 1) * 6000;
	e->failed_units = s->average < 100000 ? demo_between(d, 0, 2) : 0;
	return enrolment_flow_create(d->cx, e);
}

static enum err add_period(struct demo *d, struct uuid contract, int kind, int64_t from, int64_t to)
{
	struct apprenticeship_period *p = entity_new(d->cx, &apprenticeship_period_entity);
	p->contract = contract;
	p->kind = kind;
	p->starts = from;
	p->ends = to;
	return apprenticeship_period_flow_create(d->cx, p);
}

static const char *const employers[] = {"Arômes et Procédés Exemple", "Verrerie de l’Oise Exemple", "Peintures du Nord Exemple",
                                        "Pharma Aisne Exemple",       "Biocarburants Exemple",      "Cosmétique Valois Exemple",
                                        "Polymères Somme Exemple",    "Eaux et Traitements Exemple"};

/* An invented SIRET: thirteen digits and the check digit (Luhn) that makes it well formed. */
static struct str siret(struct demo *d)
{
	char digits[14];
	int sum = 0;
	for (int i = 0; i < 13; i++) {
		int n = i == 0 ? 9 : (int)demo_between(d, 0, 9);
		digits[i] = (char)('0' + n);
		if (i % 2 == 0) n = 2 * n > 9 ? 2 * n - 9 : 2 * n; /* every second one, counted from the right */
		sum += n;
	}
	digits[13] = (char)('0' + (10 - sum % 10) % 10);
	return str_copy(d->cx->arena, (struct str){digits, sizeof(digits)});
}

/* Three years from the start of year 3; school and company in turns of six weeks, the summer in the company. */
static enum err contract(struct demo *d, const struct demo_student *s, const struct person *p)
{
	int from_year = d->first_year + DEMO_CURRENT - (s->year - 3);
	struct apprenticeship *a = entity_new(d->cx, &apprenticeship_entity);
	a->person = s->person;
	a->employer = str_of(employers[demo_between(d, 0, ARRAY_LEN(employers) - 1)]);
	a->employer_id = siret(d);
	a->starts = date_from_civil(from_year, 9, 1);
	a->ends = date_from_civil(from_year + 3, 8, 31);
	a->mentor_email = str_fmt(d->cx->arena, "tuteur.%.*s@entreprise.example", STR_ARG(p->number));
	TRY(apprenticeship_flow_create(d->cx, a));
	for (int y = 0; y < 3; y++) {
		int64_t day = date_from_civil(from_year + y, 9, 1), summer = date_from_civil(from_year + y + 1, 6, 1);
		for (int turn = 0; day + 42 <= summer; turn++, day += 42)
			TRY(add_period(d, a->row.id, turn % 2, day, day + 41));
		TRY(add_period(d, a->row.id, 1, day, date_from_civil(from_year + y + 1, 8, 31)));
	}
	return OK;
}

static const char *nationality(struct demo *d)
{
	static const char *const others[] = {"MA", "CM", "CN", "TN", "DE", "ES", "SN", "BR"};
	return demo_chance(d, 88) ? "FR" : others[demo_between(d, 0, ARRAY_LEN(others) - 1)];
}

static enum err add_student(struct demo *d, int year, bool apprentice, int n)
{
	struct demo_student s = {
	    .year = year, .apprentice = apprentice, .speciality = (int)demo_between(d, 0, 2), .average = average(d), .english = level(d)};
	struct person *p;
	bool heroine = year == 4 && n == 1;
	if (heroine) {
		s.average = 124000;
		s.english = STR("B2");
		s.speciality = 0;
	}
	struct str number = str_fmt(d->cx->arena, "E%d%03d", d->first_year + DEMO_CURRENT - year + 1, n);
	TRY(add_person(d, number, 17 + year, year >= 3 ? d->specialities[s.speciality] : d->school, heroine ? "FR" : nationality(d),
	               heroine ? "Bouchard" : NULL, &p));
	if (heroine) d->heroine = p->row.id;
	s.person = p->row.id;
	s.name = p->name;
	/* One in fifteen has no test yet: the office asks for it. */
	if (heroine || !demo_chance(d, year == 3 ? 16 : 6))
		TRY(add_language(d, s.person, "en", s.english, 0));
	else
		s.english = STR_NONE;
	if (heroine || demo_chance(d, 35)) TRY(add_language(d, s.person, "es", heroine || demo_chance(d, 60) ? STR("B1") : STR("B2"), 5));
	if (demo_chance(d, 15)) TRY(add_language(d, s.person, "de", demo_chance(d, 70) ? STR("B1") : STR("B2"), 5));
	TRY(add_language(d, s.person, "fr", str_is(p->nationality, "FR") ? STR("native") : STR("C1"), 6));
	for (int back = 0; back < 3; back++) {
		int then = year - back, y = DEMO_CURRENT - back;
		if (then >= 1 && then <= 5 && y >= 0) TRY(enrol(d, &s, y, then));
	}
	if (apprentice && year <= 5) TRY(contract(d, &s, p));
	*VEC_PUSH(d->cx->arena, &d->students) = s;
	return OK;
}

static enum err add_staff(struct demo *d, int n)
{
	static const char *const titles[] = {"Enseignante-chercheuse", "Enseignant-chercheur",        "Maîtresse de conférences",
	                                     "Chargé de cours",        "Technicienne de laboratoire", "Gestionnaire de scolarité"};
	struct person *p;
	int which = n == 0 ? 5 : (int)demo_between(d, 0, ARRAY_LEN(titles) - 1);
	struct uuid unit = n < 2 ? d->sri : n < 5 ? d->studies : d->specialities[n % 3];
	TRY(add_person(d, str_fmt(d->cx->arena, "P%03d", n + 1), (int)demo_between(d, 28, 62), unit, "FR", NULL, &p));
	struct employment *e = entity_new(d->cx, &employment_entity);
	e->title = n == 0 ? STR("Responsable des relations internationales") : str_of(titles[which]);
	e->person = p->row.id;
	e->unit = unit;
	e->category = which >= 4 ? 2 : 0;
	e->starts = date_from_civil(d->first_year - (int)demo_between(d, 0, 15), 9, 1);
	TRY(employment_flow_create(d->cx, e));
	*VEC_PUSH(d->cx->arena, &d->staff) = p->row.id;
	return OK;
}

enum err demo_make_people(struct demo *d)
{
	for (int i = 0; i < STAFF; i++)
		TRY(add_staff(d, i));
	for (int year = 1; year <= 5; year++) {
		int n = 1;
		for (int i = 0; i < per_year[year]; i++)
			TRY(add_student(d, year, false, n++));
		for (int i = 0; i < apprentices_per_year[year]; i++)
			TRY(add_student(d, year, true, n++));
	}
	for (int left = 1; left <= ALUMNI_YEARS; left++)
		for (int i = 0; i < ALUMNI_PER_YEAR; i++)
			TRY(add_student(d, 5 + left, i % 8 == 0, i + 1));
	return OK;
}
