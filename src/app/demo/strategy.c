/* The policy statement of the demo school, in words of its own: five priorities, what measures them, and much that nothing does. */
#include "app/demo/demo.h"
#include "base/date.h"
#include "office/strategy/flow.h"

static const struct {
	enum strategy_section section;
	const char *fr, *en, *reading, *reading_en, *indicator;
} sentences[] = {
    {SECTION_STRATEGY, "Nous choisissons peu de partenaires, proches de notre chimie, et nous les gardons.",
     "We choose few partners, close to our chemistry, and we keep them.", NULL, NULL, NULL},
    {SECTION_STRATEGY, "Chaque année, davantage d’étudiants partent étudier chez un partenaire.",
     "Each year, more students leave to study at a partner.", NULL, NULL, "K1"},
    {SECTION_STRATEGY, "Nos échanges suivent les deux sens : nous accueillons autant que nous envoyons.",
     "Our exchanges go both ways: we host as many as we send.", NULL, NULL, NULL},
    {SECTION_PROJECTS, "Tout projet européen est relu par le service international avant d’être déposé.",
     "Every European project is read by the international office before it is submitted.", NULL, NULL, NULL},
    {SECTION_PROJECTS, "Une alliance de chimie verte réunit universités et entreprises que nous connaissons déjà.",
     "An alliance for green chemistry brings together universities and companies that we know already.", NULL, NULL, NULL},
    {SECTION_P1, "Nos programmes se lisent de l’étranger : contenu, langue et crédits de chaque cours sont publiés.",
     "Our programmes can be read from abroad: contents, language and credits of each course are published.", NULL, NULL, NULL},
    {SECTION_P1, "Un diplômé sur dix poursuit en doctorat.", "One graduate in ten goes on to a doctorate.",
     "Part des diplômés d’une année qui s’inscrivent en doctorat.", "Share of a year’s graduates who enrol for a doctorate.", NULL},
    {SECTION_P2, "Un master international s’ouvre à des publics nouveaux.", "An international master opens to new audiences.", NULL, NULL,
     NULL},
    {SECTION_P2, "Les entreprises jugent la formation chaque année, et leurs réponses changent les cours.",
     "Companies judge the training each year, and their answers change courses.", NULL, NULL, NULL},
    {SECTION_P3, "Un dispositif court ouvre aux étudiants de 3e année six possibilités d’études par an, douze en deux ans.",
     "A short scheme opens six study opportunities a year to students of year 3, twelve in two years.",
     "Une possibilité est une offre ouverte, quel que soit son nombre de places.",
     "An opportunity is an open offer, however many seats it has.", "K2"},
    {SECTION_P3, "Les apprentis partent aussi souvent que les autres.", "Apprentices go abroad as often as the others.",
     "Le rapport des deux taux est d’au moins 0,80.", "The ratio of the two rates is at least 0.80.", "K3"},
    {SECTION_P3, "Ce qu’un étudiant valide à l’étranger lui est reconnu en entier, sans qu’il le demande.",
     "What a student passes abroad is recognised in full, without asking.", NULL, NULL, NULL},
    {SECTION_P3, "Les étudiants du programme d’ouverture sociale partent comme les autres.",
     "Students of the social openness programme go as the others do.", NULL, NULL, NULL},
    {SECTION_P4, "Les stages à l’étranger servent une chimie plus sobre en carbone.",
     "Placements abroad serve a chemistry with less carbon.", NULL, NULL, NULL},
    {SECTION_P4, "Laboratoires et entreprises de la région accueillent avec nous.",
     "Laboratories and companies of the region host with us.", NULL, NULL, NULL},
    {SECTION_P5, "Pour chaque projet, une entreprise apporte une part de l’argent.",
     "For each project, a company brings part of the money.", NULL, NULL, NULL},
};

static enum err find_indicator(struct cx *cx, const char *code, struct uuid *id)
{
	struct indicator *i = entity_new(cx, &indicator_entity);
	bool found;
	TRY(entity_find_by(cx, &indicator_entity, entity_field(&indicator_entity, STR("code")), str_of(code), i, &found));
	*id = found ? i->row.id : UUID_NONE;
	return OK;
}

static enum err own_indicators(struct demo *d)
{
	static const char *const codes[] = {"K1", "K2", "K3"};
	for (size_t k = 0; k < ARRAY_LEN(codes); k++) {
		struct indicator *i = entity_new(d->cx, &indicator_entity);
		struct field_set owner = {0};
		bool found;
		TRY(entity_find_by(d->cx, &indicator_entity, entity_field(&indicator_entity, STR("code")), str_of(codes[k]), i, &found));
		if (!found) continue;
		i->owner = d->sri;
		field_set_add(&owner, indicator_f_owner);
		TRY(indicator_flow_change(d->cx, i, &owner));
	}
	return OK;
}

static enum err add_sentence(struct demo *d, size_t k, struct uuid strategy, int64_t position)
{
	struct sentence *s = entity_new(d->cx, &sentence_entity);
	struct indicator_link *l = entity_new(d->cx, &indicator_link_entity);
	s->strategy = strategy;
	s->section = sentences[k].section;
	s->position = position;
	s->text = str_of(sentences[k].fr);
	s->language = STR("fr");
	s->translation = str_of(sentences[k].en);
	s->reading = str_of(sentences[k].reading);
	s->reading_en = str_of(sentences[k].reading_en);
	TRY(sentence_flow_create(d->cx, s));
	if (!sentences[k].indicator) return OK;
	l->sentence = s->row.id;
	TRY(find_indicator(d->cx, sentences[k].indicator, &l->indicator));
	return indicator_link_flow_create(d->cx, l);
}

enum err demo_make_strategy(struct demo *d)
{
	struct strategy *s = entity_new(d->cx, &strategy_entity);
	int64_t from = d->first_year + DEMO_CURRENT - 2, position = 0;
	s->code = str_fmt(d->cx->arena, "%lld-%lld", (long long)from, (long long)from + 6);
	s->title = STR("Stratégie internationale");
	s->title_en = STR("International strategy");
	s->edition = 1;
	s->owner = d->sri;
	s->starts = date_from_civil((int)from, 1, 1);
	s->ends = date_from_civil((int)from + 6, 12, 31);
	TRY(strategy_flow_create(d->cx, s));
	for (size_t k = 0; k < ARRAY_LEN(sentences); k++) {
		position = k && sentences[k].section == sentences[k - 1].section ? position + 1 : 1;
		TRY(add_sentence(d, k, s->row.id, position));
	}
	return own_indicators(d);
}
