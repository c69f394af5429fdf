/* The demo school itself: units, academic years, terms, programmes, courses. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/people/flow.h"
#include "office/programmes/flow.h"

static enum err add_unit(struct demo *d, const char *code, const char *name, const char *name_en, enum unit_kind kind, struct uuid parent,
                         struct uuid *id)
{
	struct unit *u = entity_new(d->cx, &unit_entity);
	u->code = str_of(code);
	u->name = str_of(name);
	u->name_en = str_of(name_en);
	u->kind = kind;
	u->parent = parent;
	u->email = str_fmt(d->cx->arena, "%.*s@chimie.example", STR_ARG(str_lower(d->cx->arena, u->code)));
	TRY(unit_flow_create(d->cx, u));
	*id = u->row.id;
	return OK;
}

static enum err make_units(struct demo *d)
{
	TRY(add_unit(d, "ECOLE", "École de chimie", "School of chemistry", UNIT_SCHOOL, UUID_NONE, &d->school));
	TRY(add_unit(d, "SRI", "Service des relations internationales", "International office", UNIT_SERVICE, d->school, &d->sri));
	TRY(add_unit(d, "ETUDES", "Direction des études", "Studies office", UNIT_SERVICE, d->school, &d->studies));
	TRY(add_unit(d, "CHO", "Chimie organique et biosourcée", "Organic and bio-based chemistry", UNIT_SPECIALITY, d->school,
	             &d->specialities[0]));
	TRY(add_unit(d, "GP", "Génie des procédés", "Process engineering", UNIT_SPECIALITY, d->school, &d->specialities[1]));
	return add_unit(d, "FOR", "Formulation et analyse", "Formulation and analysis", UNIT_SPECIALITY, d->school, &d->specialities[2]);
}

static enum err add_term(struct demo *d, int y, int half, const char *name, int64_t starts, int64_t ends)
{
	struct term *t = entity_new(d->cx, &term_entity);
	t->name = str_fmt(d->cx->arena, "%s %d", name, d->first_year + y + half);
	t->academic_year = d->years[y];
	t->half = half;
	t->starts = starts;
	t->ends = ends;
	return term_flow_create(d->cx, t);
}

static enum err make_years(struct demo *d)
{
	for (int y = 0; y < DEMO_YEARS; y++) {
		int from = d->first_year + y;
		struct academic_year *a = entity_new(d->cx, &academic_year_entity);
		a->code = str_fmt(d->cx->arena, "%d-%02d", from, (from + 1) % 100);
		a->starts = date_from_civil(from, 9, 1);
		a->ends = date_from_civil(from + 1, 8, 31);
		TRY(academic_year_flow_create(d->cx, a));
		d->years[y] = a->row.id;
		TRY(add_term(d, y, 0, "Automne", date_from_civil(from, 9, 1), date_from_civil(from + 1, 1, 31)));
		TRY(add_term(d, y, 1, "Printemps", date_from_civil(from + 1, 2, 1), date_from_civil(from + 1, 6, 30)));
	}
	return OK;
}

static enum err add_programme(struct demo *d, const char *code, const char *title, const char *title_en, enum programme_format format,
                              const char *eqf, int64_t years, int64_t weeks, struct uuid *id)
{
	struct programme *p = entity_new(d->cx, &programme_entity);
	p->code = str_of(code);
	p->title = str_of(title);
	p->title_en = str_of(title_en);
	p->unit = d->school;
	p->format = format;
	p->eqf = str_of(eqf);
	p->isced_f = STR("0711");
	p->years = years;
	p->weeks_abroad = weeks;
	p->cap_months = 12;
	TRY(programme_flow_create(d->cx, p));
	*id = p->row.id;
	return OK;
}

static const struct {
	const char *code, *fr, *en;
	int64_t ects;
	int half;
} courses[] = {
    {"CHO31", "Chimie organique : mécanismes", "Organic chemistry: mechanisms", 600, 0},
    {"CHO32", "Synthèse et retrosynthèse", "Synthesis and retrosynthesis", 500, 1},
    {"CHV41", "Chimie verte et matières premières biosourcées", "Green chemistry and bio-based feedstocks", 500, 0},
    {"GP31", "Opérations unitaires", "Unit operations", 600, 0},
    {"GP32", "Réacteurs chimiques", "Chemical reactors", 500, 1},
    {"GP41", "Conception des procédés", "Process design", 600, 1},
    {"ANA31", "Spectroscopies", "Spectroscopy", 400, 0},
    {"ANA41", "Chromatographie et couplages", "Chromatography and hyphenated methods", 400, 1},
    {"FOR41", "Formulation et physico-chimie des interfaces", "Formulation and interfaces", 500, 0},
    {"POL41", "Polymères et recyclage", "Polymers and recycling", 500, 1},
    {"SEC31", "Sécurité et environnement industriel", "Safety and industrial environment", 300, 0},
    {"ANG41", "Anglais scientifique", "Scientific English", 300, 0},
    {"MAN41", "Gestion de projet et entrepreneuriat", "Project management and entrepreneurship", 300, 1},
    {"STA31", "Statistiques et plans d’expériences", "Statistics and design of experiments", 400, 1},
};

static enum err make_courses(struct demo *d)
{
	for (size_t i = 0; i < ARRAY_LEN(courses); i++) {
		struct course *c = entity_new(d->cx, &course_entity);
		c->code = str_of(courses[i].code);
		c->title = str_of(courses[i].fr);
		c->title_en = str_of(courses[i].en);
		c->ects = courses[i].ects;
		c->taught = courses[i].half;
		c->language = i % 3 == 2 ? STR("en") : STR("fr");
		c->isced_f = i < 3 ? STR("0531") : STR("0711");
		TRY(course_flow_create(d->cx, c));
	}
	return OK;
}

/* `years` counts from the baccalaureate, as years of study are numbered here: the engineering cycle ends with the fifth. */
enum err demo_make_school(struct demo *d)
{
	TRY(make_units(d));
	TRY(make_years(d));
	TRY(add_programme(d, "CPI", "Cycle préparatoire intégré", "Integrated preparatory cycle", FORMAT_INITIAL, "6", 2, 0,
	                  &d->preparatory));
	TRY(add_programme(d, "ING", "Cycle ingénieur", "Engineering cycle", FORMAT_INITIAL, "7", 5, 17, &d->engineer));
	TRY(add_programme(d, "INGA", "Cycle ingénieur par apprentissage", "Engineering cycle by apprenticeship", FORMAT_APPRENTICESHIP, "7",
	                  5, 9, &d->apprentice_programme));
	return make_courses(d);
}
