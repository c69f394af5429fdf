/* Public lists of institutions, known by their header. */
#include "office/partners/model.h"
#include "platform/record/import.h"

/* European Commission, accredited institutions 2021-2027. proposal_number names the accreditation, not the institution. */
static const struct import_map eche = {
    .name = "ECHE",
    .kind = "institutions",
    .header = "proposal_number,erasmus_code,pic,oid,legal_name,street,postcode,city,country_code,website,eche_start,eche_end",
    .lines = "pic=pic\n"
	     "erasmus_code=erasmus_code\n"
	     "oid=oid\n"
	     "name=legal_name\n"
	     "street=street\n"
	     "postcode=postcode\n"
	     "city=city\n"
	     "country=country_code\n"
	     "website=website\n"
	     "eche_start=eche_start\n"
	     "eche_end=eche_end\n",
};

/* The same institutions with the place of their city. The other columns are those of the list above; schac_candidate is a guess
 * from the website and no code of the network, so it is not taken. */
static const struct import_map eche_geo = {
    .name = "ECHE places",
    .kind = "institutions",
    .header = "erasmus_code,pic,oid,legal_name,city,country_code,domain,schac_candidate,lat,lng,matched_city",
    .lines = "pic=pic\n"
	     "erasmus_code=erasmus_code\n"
	     "lat=lat\n"
	     "lng=lng\n",
};

/* Universities of the world by the domain of their website, the only key the list has. What is known already stays as it is: the
 * Commission's names and codes are worth more. */
static const struct import_map world = {
    .name = "World universities",
    .kind = "institutions",
    .header = "name,alpha_two_code,country,state_province,domains,web_page",
    .lines = "name=name\n"
	     "country=alpha_two_code\n"
	     "website=web_page\n",
    .key = "domain",
    .only_new = true,
};

const struct import_map *const partners_maps[] = {&eche, &eche_geo, &world, NULL};
