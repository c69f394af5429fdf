/* Course catalogues of other houses, known by their header. */
#include "office/programmes/model.h"
#include "platform/record/import.h"

/* Compiègne, 2014: terms are two columns of 0 and 1. The credits of its four kinds add up to ects_total. */
static const struct import_map utc = {
    .name = "UTC 2014",
    .kind = "courses",
    .header = "code,title_fr,credits_cs,credits_tm,credits_tsh,credits_sp,ects_total,autumn,spring,programmes",
    .lines = "code=code\n"
	     "title=title_fr\n"
	     "ects=ects_total\n"
	     "taught=autumn+spring\n"
	     "taught?1 1=both\n"
	     "taught?1 0=autumn\n"
	     "taught?0 1=spring\n"
	     "taught?0 0=\n"
	     "programmes=programmes\n"
	     "host:=utc.fr\n",
};

/* Illinois: US credit hours, kept as they write them; ECTS credits are not known. */
static const struct import_map uiuc = {
    .name = "UIUC",
    .kind = "courses",
    .header = "subject,number,name,description_en,credit_hours,terms",
    .lines = "code=subject+number\n"
	     "title=name\n"
	     "title_en=name\n"
	     "description=description_en\n"
	     "credits_text=credit_hours\n"
	     "language:=en\n"
	     "host:=illinois.edu\n",
};

const struct import_map *const programmes_maps[] = {&utc, &uiuc, NULL};
