/* The value at a date, its source, its frozen copy; the code lists. */
#include "../tap.h"
#include "base/date.h"
#include "platform/reference/reference.h"

static int64_t group(const char *iso2, int call)
{
	struct reference_row row;
	return reference_find(STR("country_group"), str_of(iso2), reference_call_date(call), &row) ? reference_int(&row, "group") : UNKNOWN;
}

static void test_at_a_date(void)
{
	CHECK_INT(group("DE", 2023), 2);
	CHECK_INT(group("DE", 2024), 1);
	CHECK_INT(group("CZ", 2023), 3);
	CHECK_INT(group("CZ", 2024), 2);
	CHECK_INT(group("BG", 2026), 3);
	CHECK_INT(group("DE", 2013), UNKNOWN);
	CHECK_INT(group("CM", 2024), UNKNOWN);
	struct reference_row row;
	CHECK(reference_find(STR("country_group"), STR("DE"), date_from_civil(2023, 12, 31), &row));
	CHECK_INT(reference_int(&row, "group"), 2);
	CHECK(reference_find(STR("country_group"), STR("DE"), date_from_civil(2024, 1, 1), &row));
	CHECK_INT(reference_int(&row, "group"), 1);
	CHECK_STR(row.source, "S4, S6, S25");
	CHECK_STR(row.mark, "V");
	CHECK_INT(row.valid_from, date_from_civil(2024, 1, 1));
	CHECK_INT(row.valid_to, UNKNOWN);
	CHECK(!reference_find(STR("country_group"), STR("DE"), UNKNOWN, &row));
	CHECK(!reference_find(STR("no_such"), STR("DE"), 0, &row));
	CHECK(row.table == NULL);
	CHECK_INT(reference_int(&row, "group"), UNKNOWN);
	CHECK_INT(reference_call_date(UNKNOWN), UNKNOWN);
}

static struct str status(const char *iso2, int call)
{
	struct reference_row row;
	return reference_find(STR("country_status"), str_of(iso2), reference_call_date(call), &row) ? reference_cell(&row, "status")
	                                                                                            : STR_NONE;
}

static void test_status(void)
{
	CHECK_STR(status("FR", 2025), "member");
	CHECK_STR(status("NO", 2025), "associated");
	CHECK_STR(status("CH", 2026), "third");
	CHECK_STR(status("CH", 2027), NULL); /* planned is not decided */
	CHECK_STR(status("GB", 2026), "third");
	CHECK_STR(status("CM", 2025), "third");
	CHECK_STR(status("NC", 2025), NULL);
	size_t at = 0, n = 0;
	struct reference_row row;
	while (reference_next(STR("country_status"), reference_call_date(2025), &at, &row))
		n++;
	CHECK_INT(n, 250); /* 249 of ISO 3166-1 and XK */
}

static void test_amounts(void)
{
	struct reference_row row;
	REQUIRE(reference_find(STR("travel_band"), STR("500"), reference_call_date(2025), &row));
	CHECK_INT(reference_int(&row, "green_cents"), 41700);
	CHECK_INT(reference_int(&row, "standard_cents"), 30900);
	REQUIRE(reference_find(STR("travel_band"), STR("500"), reference_call_date(2022), &row));
	CHECK_INT(reference_int(&row, "green_cents"), 32000);
	REQUIRE(reference_find(STR("travel_band"), STR("8000"), reference_call_date(2022), &row));
	CHECK_INT(reference_int(&row, "green_cents"), UNKNOWN); /* blank is unknown */
	CHECK_INT(reference_int(&row, "to_km"), UNKNOWN);
	REQUIRE(reference_find(STR("student_rate"), STR("FR/1"), reference_call_date(2025), &row));
	CHECK_INT(reference_int(&row, "amount_cents"), 32700);
	CHECK_STR(row.key, "FR/1");
	REQUIRE(reference_find(STR("emission_factor"), STR("tgv/0"), date_from_civil(2026, 1, 1), &row));
	CHECK_INT(reference_fixed(&row, "kg_per_pkm", 4), 23);
	struct str text, source;
	REQUIRE(reference_param(STR("cti_rule.fise_weeks"), date_from_civil(2026, 1, 1), &text, &source));
	CHECK_STR(text, "17");
	CHECK_STR(source, "S23");
	CHECK(!reference_param(STR("cti_rule.fise_weeks"), date_from_civil(2021, 1, 1), &text, &source));
	CHECK(!reference_param(STR("cti_rule"), date_from_civil(2026, 1, 1), &text, &source));
}

static void test_frozen(void)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	struct reference_row row;
	REQUIRE(reference_find(STR("student_rate"), STR("FR/1"), reference_call_date(2025), &row));
	struct str frozen = reference_freeze(cx.arena, &row), cell;
	static const char *const kept[][2] = {{"amount_cents", "32700"},    {"source", "S25"},  {"mark", "v"},    {"sender", "FR"},
	                                      {"valid_from", "2024-01-01"}, {"valid_to", NULL}, {"nothing", NULL}};
	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		CHECK_INT(reference_frozen_cell(&cx, frozen, kept[i][0], &cell), OK);
		CHECK_STR(cell, kept[i][1]);
	}
	CHECK_INT(reference_frozen_cell(&cx, STR("{"), "source", &cell) != OK, 1);
	cx_end(&cx);
}

static void test_codes(void)
{
	static const struct {
		const char *list;
		size_t len;
	} lists[] = {{"country", 250}, {"language", 183}, {"isced_f", 190}, {"cefr", 7}, {"eqf", 4}};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		size_t at = 0, n = 0;
		struct str code, list = str_of(lists[i].list);
		for (; code_next(list, &at, &code); n++) {
			CHECK(code_exists(list, code));
			CHECK(!str_blank(code_label_in(LANG_FR, list, code)) && !str_blank(code_label_in(LANG_EN, list, code)));
		}
		CHECK_INT(n, lists[i].len);
	}
	CHECK_STR(code_label_in(LANG_FR, STR("country"), STR("DE")), "Allemagne");
	CHECK_STR(code_label_in(LANG_EN, STR("country"), STR("DE")), "Germany");
	CHECK_STR(code_label_in(LANG_FR, STR("language"), STR("es")), "espagnol");
	CHECK_STR(code_label_in(LANG_EN, STR("isced_f"), STR("0711")), "Chemical engineering and processes");
	CHECK_STR(code_label_in(LANG_EN, STR("country"), STR("ZZ")), "ZZ");
	CHECK(!code_exists(STR("country"), STR("ZZ")));
	CHECK(!code_exists(STR("country"), STR("de")));
	CHECK(!code_exists(STR("travel_band"), STR("500"))); /* not a code list */
}

static void test_cited(void)
{
	struct cx cx;
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	struct reference_pages pages = reference_cited(&cx, STR("S6, S25"));
	REQUIRE(pages.len == 2);
	CHECK_STR(pages.ptr[0].title, "TH Ingolstadt and HS Hannover, Erasmus+ rates of the DAAD");
	CHECK_STR(pages.ptr[1].title, "INSA Hauts-de-France, Financer sa mobilit\u00e9");
	CHECK_STR(pages.ptr[1].dated, "2024-25");
	CHECK_STR(pages.ptr[1].link, "https://www.insa-hautsdefrance.fr/");
	pages = reference_cited(&cx, STR("ADEME Impact CO2 (S31), du.lv"));
	REQUIRE(pages.len == 2);
	CHECK_STR(pages.ptr[0].link, "https://impactco2.fr/");
	CHECK_STR(pages.ptr[1].title, "du.lv");
	CHECK_STR(pages.ptr[1].link, NULL);
	CHECK_INT(reference_cited(&cx, STR_NONE).len, 0);
	cx_end(&cx);
}

TAP_MAIN(TAP(test_cited), TAP(test_at_a_date), TAP(test_status), TAP(test_amounts), TAP(test_frozen), TAP(test_codes))
