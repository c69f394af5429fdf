/* Public statistics of past mobilities, known by their header. */
#include "office/stays/model.h"
#include "platform/record/import.h"

/* European Commission, student mobility of the LLP years, Spanish students going out. No person and no key.
 * City is the home institution's code (the column stands where the Commission's files have it, and its towns are Spanish).
 * Duration_Abroad is the length of studies in months, 0 for a placement: every placement grant is on such a line. A spreadsheet turned
 * its quarters into dates: "Sep-75" was 9.75, "09. Mai" was 9.5 (9.5 read as 9 May); each is named below and nothing is rounded. The
 * length of placements is not in the file. 213 lines stop after the year of study: their activity is taken as studies, as most are.
 * Special needs are not taken. */
static const struct import_map llp = {
    .name = "LLP students",
    .kind = "stays",
    .header = "City,AGE,Gender,Nationality,Subject_Area,Years_Higher_Education,Duration_Abroad,ECTS_Anticipated,Special_Needs,"
	      "Language_Taught,Study_Grant,Placement_Grant",
    .lines = "home_text=City\n"
	     "age=AGE\n"
	     "gender=Gender\n"
	     "nationality=Nationality\n"
	     "nationality?unknown=\n"
	     "subject=Subject_Area\n"
	     "years_done=Years_Higher_Education\n"
	     "ects_planned=ECTS_Anticipated\n"
	     "language=Language_Taught\n"
	     "language?XX=\n"
	     "grant_cents=Study_Grant|Placement_Grant\n"
	     "direction:=out\n"
	     "category:=student\n"
	     "activity=Duration_Abroad\n"
	     "activity?0=training\n"
	     "activity?*=study\n"
	     "duration=Duration_Abroad\n"
	     "duration?0=\n"
	     "duration?02. Mai=2.5\n"
	     "duration?03. Mai=3.5\n"
	     "duration?04. Mai=4.5\n"
	     "duration?05. Mai=5.5\n"
	     "duration?06. Mai=6.5\n"
	     "duration?07. Mai=7.5\n"
	     "duration?08. Mai=8.5\n"
	     "duration?09. Mai=9.5\n"
	     "duration?10. Mai=10.5\n"
	     "duration?11. Mai=11.5\n"
	     "duration?12. Mai=12.5\n"
	     "duration?Apr-25=4.25\n"
	     "duration?Apr-75=4.75\n"
	     "duration?Aug-25=8.25\n"
	     "duration?Aug-75=8.75\n"
	     "duration?Dez 75=12.75\n"
	     "duration?Feb-25=2.25\n"
	     "duration?Feb-75=2.75\n"
	     "duration?Jan-75=1.75\n"
	     "duration?Jul-25=7.25\n"
	     "duration?Jul-75=7.75\n"
	     "duration?Jun-25=6.25\n"
	     "duration?Jun-75=6.75\n"
	     "duration?Mai 25=5.25\n"
	     "duration?Mai 75=5.75\n"
	     "duration?Mrz 25=3.25\n"
	     "duration?Mrz 75=3.75\n"
	     "duration?Nov-25=11.25\n"
	     "duration?Nov-75=11.75\n"
	     "duration?Okt 25=10.25\n"
	     "duration?Okt 75=10.75\n"
	     "duration?Sep-25=9.25\n"
	     "duration?Sep-75=9.75\n",
};

const struct import_map *const stays_maps[] = {&llp, NULL};
