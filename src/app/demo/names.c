/* Invented people: given and family names from lists, paired by the seed. */
#include "app/demo/demo.h"
#include "base/utf8.h"

static const char *const women[] = {
    "Inès",  "Maëlle",   "Louise",   "Awa",     "Bérénice",  "Elsa",     "Camille",  "Nour",   "Margaux", "Lina",
    "Chloé", "Salomé",   "Yasmine",  "Agathe",  "Clémence",  "Fatou",    "Zoé",      "Anaïs",  "Jeanne",  "Léa",
    "Manon", "Sarah",    "Capucine", "Lucie",   "Emma",      "Apolline", "Mathilde", "Océane", "Romane",  "Sofia",
    "Thaïs", "Victoire", "Adèle",    "Aminata", "Constance", "Diane",    "Élise",    "Flavie", "Garance", "Héloïse",
};
static const char *const men[] = {
    "Théo",    "Yanis",     "Omar",  "Hugo",    "Paul",    "Gabriel",  "Malo",   "Raphaël", "Adam",    "Lucas",
    "Noé",     "Ethan",     "Jules", "Ismaël",  "Antoine", "Baptiste", "Côme",   "Dylan",   "Émile",   "Félix",
    "Gaspard", "Hippolyte", "Ilyes", "Joachim", "Kylian",  "Loïc",     "Mathis", "Nathan",  "Oscar",   "Pierre",
    "Quentin", "Rayan",     "Simon", "Tanguy",  "Ulysse",  "Victor",   "Wassim", "Xavier",  "Youssef", "Zacharie",
};
static const char *const families[] = {
    "Bouchard", "Lambert", "Kerouanton", "Haddad",    "Garnier",  "Sy-Diallo", "Ndiaye",  "Aubert",  "Roy",     "Mballa",       "Vasseur",
    "Lefèvre",  "Perrin",  "Marchand",   "Cordier",   "Delattre", "Fontaine",  "Guérin",  "Hamel",   "Jacquot", "Klein",        "Lemoine",
    "Maréchal", "Noël",    "Ollivier",   "Picard",    "Quéré",    "Renaud",    "Soulier", "Tessier", "Vidal",   "Weber",        "Benali",
    "Carlier",  "Dupré",   "Evrard",     "Fabre",     "Gillet",   "Huet",      "Imbert",  "Joly",    "Kaci",    "Leclercq",     "Masson",
    "Nicolas",  "Oudin",   "Pottier",    "Rousselle", "Sauvage",  "Thiery",    "Urbain",  "Verdier", "Wagner",  "Zidane",       "Barbier",
    "Chauvin",  "Dumont",  "Etienne",    "Ferrand",   "Gauthier", "Hoarau",    "Jourdan", "Kouassi", "Legrand", "Moreau-Petit",
};

int64_t demo_between(struct demo *d, int64_t low, int64_t high)
{
	return low + (int64_t)rand_seeded_below(&d->r, (uint64_t)(high - low + 1));
}

bool demo_chance(struct demo *d, int percent) { return rand_seeded_below(&d->r, 100) < (uint64_t)percent; }

struct str demo_email(struct cx *cx, struct str given, struct str family)
{
	struct str folded = utf8_fold(cx->arena, str_fmt(cx->arena, "%.*s.%.*s", STR_ARG(given), STR_ARG(family)));
	char *out = arena_copy(cx->arena, folded.ptr, folded.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < folded.len; i++)
		if (folded.ptr[i] != ' ' && folded.ptr[i] != '\'') out[n++] = folded.ptr[i];
	return str_fmt(cx->arena, "%.*s@chimie.example", (int)n, out);
}

static bool given_before(const struct demo *d, struct str pair)
{
	for (size_t i = 0; i < d->names_len; i++)
		if (str_eq(d->names[i], pair)) return true;
	return false;
}

void demo_name(struct demo *d, int gender, struct str *given, struct str *family)
{
	for (;;) {
		*given = gender ? str_of(men[rand_seeded_below(&d->r, ARRAY_LEN(men))])
		                : str_of(women[rand_seeded_below(&d->r, ARRAY_LEN(women))]);
		*family = str_of(families[rand_seeded_below(&d->r, ARRAY_LEN(families))]);
		struct str pair = str_fmt(d->cx->arena, "%.*s %.*s", STR_ARG(*given), STR_ARG(*family));
		if (given_before(d, pair) || d->names_len >= ARRAY_LEN(d->names)) continue;
		d->names[d->names_len++] = pair;
		return;
	}
}
