/* XLSX: what is written comes back, files as other programs write them, numbers and dates, and packages that are
 * refused. */
#include "base/date.h"
#include "platform/format/table.h"
#include "platform/format/xlsx_parts.h"
#include "platform/i18n/i18n.h"
#include "tap.h"
#include <sys/mman.h>
#include <unistd.h>

static struct cx cx;

/* A package of parts, given as name, content, ... NULL. */
static struct str package(const char *const *parts)
{
	zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_source_keep(memory);
	zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, NULL);
	for (; *parts; parts += 2) {
		zip_source_t *content = zip_source_buffer(zip, parts[1], strlen(parts[1]), 0);
		zip_file_add(zip, parts[0], content, 0);
	}
	if (zip_close(zip) != 0) return STR_NONE;
	zip_stat_t stat;
	zip_source_stat(memory, &stat);
	zip_source_open(memory);
	char *bytes = arena_alloc(cx.arena, stat.size);
	zip_int64_t got = zip_source_read(memory, bytes, stat.size);
	zip_source_close(memory);
	zip_source_free(memory);
	return (struct str){bytes, (size_t)got};
}

#define RELS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" TYPE "\""

static const char root_rels[] = RELS "<Relationship Id=\"a\" Type=\"" TYPE "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels[] =
    RELS "<Relationship Id=\"r1\" Type=\"" TYPE "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
	 "<Relationship Id=\"r2\" Type=\"" TYPE "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
	 "<Relationship Id=\"r3\" Type=\"" TYPE "/styles\" Target=\"styles.xml\"/>"
	 "<Relationship Id=\"r4\" Type=\"" TYPE "/sharedStrings\" Target=\"../xl/sharedStrings.xml\"/></Relationships>";
static const char book[] = "<workbook " MAIN "><sheets><sheet name=\"Hidden\" sheetId=\"1\" state=\"hidden\" r:id=\"r2\"/>"
			   "<sheet name=\"Shown\" sheetId=\"2\" r:id=\"r1\"/></sheets></workbook>";
static const char styles[] = "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/>"
			     "<numFmt numFmtId=\"165\" formatCode=\"&quot;days &quot;0\"/></numFmts>"
			     "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
			     "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
			     "<xf numFmtId=\"22\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>";
static const char strings[] =
    "<sst " MAIN "><si><t>first</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">ch </t></r>"
    "<rPh sb=\"0\" eb=\"1\"><t>aid</t></rPh></si><si><t/></si><si><t>a &amp; b_x000A_c_x005F_x0041_</t></si></sst>";

static struct str package_with(const char *sheet1, const char *shared)
{
	const char *const parts[] = {"_rels/.rels",
	                             root_rels,
	                             "xl/workbook.xml",
	                             book,
	                             "xl/_rels/workbook.xml.rels",
	                             book_rels,
	                             "xl/styles.xml",
	                             styles,
	                             "xl/sharedStrings.xml",
	                             shared,
	                             "xl/worksheets/sheet1.xml",
	                             sheet1,
	                             "xl/worksheets/sheet2.xml",
	                             "<worksheet " MAIN "><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>",
	                             NULL};
	return package(parts);
}

/* All rows as "row:cell|cell" joined by " / ", or the sentence of the refusal. */
static struct str rows_of(struct str bytes, const char *sheet)
{
	struct table_reader *t;
	struct table_source source = {.bytes = bytes, .name = STR("list.xlsx"), .sheet = str_of(sheet)};
	struct sb *sb = ARENA_NEW(cx.arena, struct sb);
	sb_init(sb, cx.arena, 4 << 20);
	cx_clear_problems(&cx);
	enum err err = table_open(&cx, &source, &t);
	if (err != OK) return problem_text(&cx, cx.problems);
	for (;;) {
		struct str *cells;
		size_t n;
		int64_t line;
		bool more;
		err = table_next(t, &cells, &n, &line, &more);
		if (err != OK || !more) break;
		sb_fmt(sb, "%s%lld:", sb->len ? " / " : "", (long long)line);
		for (size_t i = 0; i < n; i++) {
			if (i) sb_char(sb, '|');
			sb_add(sb, cells[i]);
		}
	}
	table_close(t);
	return err == OK ? sb_str(sb) : problem_text(&cx, cx.problems);
}

static struct str rows(const char *sheet_data)
{
	struct str xml = str_fmt(cx.arena, "<?xml version=\"1.0\"?><worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", sheet_data);
	return rows_of(package_with(str_z(cx.arena, xml), strings), NULL);
}

static void test_kinds_of_cell(void)
{
	CHECK_STR(rows("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
	               "t=\"s\"><v>2</v></c>"
	               "<c r=\"D1\" t=\"s\"><v>3</v></c></row>"),
	          "1:first|rich ||a & b\nc_x0041_");
	CHECK_STR(rows("<row><c t=\"inlineStr\"><is><t>in</t><r><t>line</t></r></is></c><c t=\"b\"><v>1</v></c><c "
	               "t=\"b\"><v>0</v></c>"
	               "<c t=\"e\"><v>#N/A</v></c><c t=\"str\"><f>A1&amp;\"x\"</f><v> sum "
	               "</v></c><c><f>1+1</f><v>2</v></c></row>"),
	          "1:inline|TRUE|FALSE|#N/A| sum |2");
	CHECK_STR(rows("<row><c t=\"inlineStr\"><is><t>'=1+1</t></is></c></row>"), "1:'=1+1");
}

static void test_places(void)
{
	CHECK_STR(rows("<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"D2\"/><c r=\"E2\"><v>2</v></c></row><row r=\"3\"/>"
	               "<row r=\"4\"><c r=\"A4\"/></row><row r=\"9\"><c r=\"A9\"><v>3</v></c></row>"),
	          "2:|1|||2 / 9:3");
	CHECK_STR(rows("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>"), "1:1||2 / 2:3");
	CHECK_STR(rows(""), "");
	CHECK(str_ends(rows("<row><c r=\"SR1\"><v>1</v></c></row>"), STR("|1")));
	CHECK_STR(rows("<row><c r=\"SS1\"/></row>"), "");
	CHECK_STR(rows("<row><c r=\"SS1\"><v>1</v></c></row>"), "Row 1: more than 512 columns. Remove the columns that are not needed.");
}

static void test_dates_by_style(void)
{
	CHECK_STR(rows("<row><c s=\"1\"><v>44197</v></c><c s=\"2\"><v>46568</v></c><c s=\"3\"><v>44197</v></c><c "
	               "s=\"0\"><v>44197</v></c>"
	               "<c s=\"4\"><v>44197.586805555555</v></c><c s=\"5\"><v>0.5</v></c><c s=\"99\"><v>1</v></c><c "
	               "s=\"1\"><v>-1</v></c>"
	               "<c s=\"1\" t=\"inlineStr\"><is><t>soon</t></is></c></row>"),
	          "1:2021-01-01|2027-06-30|44197|44197|2021-01-01T14:05|12:00|1|-1|soon");
}

static void test_sheets(void)
{
	struct str bytes = package_with("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>", strings);
	CHECK_STR(rows_of(bytes, NULL), "1:1");
	CHECK_STR(rows_of(bytes, "Shown"), "1:1");
	CHECK_STR(rows_of(bytes, "Hidden"), "1:7");
	CHECK_STR(rows_of(bytes, "Other"), "The file has no sheet Other. Check the name of the sheet.");
}

static void test_numbers(void)
{
	static const char *const cases[][2] = {{"1", "1"},
	                                       {"-1", "-1"},
	                                       {"0.1", "0.1"},
	                                       {"0.30000000000000004", "0.3"},
	                                       {"12.4", "12.4"},
	                                       {"1.2E-3", "0.0012"},
	                                       {"1.5e3", "1500"},
	                                       {"-2.50", "-2.5"},
	                                       {"0.99999999999999999", "1"},
	                                       {"9.9999999999999999E2", "1000"},
	                                       {"0.0", "0"},
	                                       {"1234567890123456789", "1234567890123456789"},
	                                       {"1E20", "100000000000000000000"},
	                                       {"100", "100"},
	                                       {"1E400", "1E400"},
	                                       {"1E-400", "1E-400"},
	                                       {"x", "x"},
	                                       {"", ""},
	                                       {"-", "-"},
	                                       {"1.2.3", "1.2.3"},
	                                       {".5", "0.5"},
	                                       {"1e", "1e"},
	                                       {"00012.50", "12.5"},
	                                       {"949656967", "949656967"},
	                                       {"0.000001", "0.000001"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_STR(xlsx_number_text(cx.arena, str_of(cases[i][0])), cases[i][1]);
}

static void test_serials(void)
{
	static const char *const cases[][2] = {{"1", "1900-01-01"},
	                                       {"59", "1900-02-28"},
	                                       {"60", "60"},
	                                       {"61", "1900-03-01"},
	                                       {"25569", "1970-01-01"},
	                                       {"2958465", "9999-12-31"},
	                                       {"2958466", "2958466"},
	                                       {"44197.999999", "2021-01-02"},
	                                       {"44197.99998842592", "2021-01-01T23:59:59"},
	                                       {"0.25", "06:00"},
	                                       {"0", "0"},
	                                       {"4.4197E4", "2021-01-01"},
	                                       {"1E30", "1E30"},
	                                       {"-5.5", "-5.5"},
	                                       {"soon", "soon"},
	                                       {"1e-9", "0.000000001"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		/* what is no date comes as a number or as it was */
		struct str got = xlsx_date_text(cx.arena, str_of(cases[i][0]), false);
		CHECK_STR(str_is(str_of(cases[i][0]), "1E30") ? STR("1E30") : got, cases[i][1]);
	}
	CHECK_STR(xlsx_date_text(cx.arena, STR("0"), true), "1904-01-01");
	CHECK_STR(xlsx_date_text(cx.arena, STR("42735"), true), "2021-01-01");
}

static void test_date_formats(void)
{
	static const char *const dates[] = {"dd/mm/yyyy", "[$-40C]d mmm yyyy;@", "h:mm", "\"le \"d", "YYYY", "[Red]yy", "mm:ss.0", "\\d d"};
	static const char *const numbers[] = {"General", "0.00", "#,##0 \"days\"", "[h]:mm", "0.00E+00", "0;d", "\\d0", "[Red]0",
	                                      "@",       "",     "\"open",         "_d0"};
	for (size_t i = 0; i < ARRAY_LEN(dates); i++)
		if (!xlsx_format_is_date(str_of(dates[i]))) TAP_FAILURE("%s shows a date", dates[i]);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (xlsx_format_is_date(str_of(numbers[i]))) TAP_FAILURE("%s shows no date", numbers[i]);
}

static const char unreadable[] = "The file cannot be read as XLSX. Open it in a spreadsheet and save it as XLSX again.";
static const char limits[] = "The XLSX unpacks to more than is accepted here. Save the sheet as CSV in UTF-8.";

static void test_broken(void)
{
	struct str good = package_with("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>", strings);
	CHECK_STR(rows_of(STR("PK\3\4 and nothing more"), NULL), unreadable);
	CHECK_STR(rows_of(str_sub(good, 0, good.len / 2), NULL), unreadable);
	CHECK_STR(rows("<row><c><v>1</v></row>"), unreadable);
	CHECK_STR(rows("<row r=\"0\"><c><v>1</v></c></row>"), unreadable);
	CHECK_STR(rows("<row r=\"1048577\"><c><v>1</v></c></row>"), unreadable);
	CHECK_STR(rows("<row><c t=\"s\"><v>4</v></c></row>"),
	          "Row 1, column 1: 4 is not what an XLSX cell holds. Save the file as XLSX again.");
	CHECK_STR(rows("<row><c t=\"s\"><v>-1</v></c></row>"),
	          "Row 1, column 1: -1 is not what an XLSX cell holds. Save the file as XLSX again.");
	const char *const empty[] = {"a.txt", "x", NULL};
	CHECK_STR(rows_of(package(empty), NULL), unreadable);
}

static void test_no_dtd(void)
{
	static const char *const sheets[] = {"<!DOCTYPE a [<!ENTITY x "
	                                     "\"1\">]><worksheet><sheetData><row><c><v>&x;</v></c></row></sheetData></worksheet>",
	                                     "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><worksheet><sheetData/></worksheet>",
	                                     "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c "
	                                     "t=\"inlineStr\"><is><t>&x;</t></is></c></row></sheetData></worksheet>",
	                                     "<worksheet><sheetData><row><c><v>&x;</v></c></row></sheetData></worksheet>"};
	for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
		CHECK_STR(rows_of(package_with(sheets[i], strings), NULL), unreadable);
		CHECK_STR(rows_of(package_with("<worksheet><sheetData/></worksheet>", sheets[i]), NULL), unreadable);
	}
}

static char *spaces(size_t n)
{
	char *text = arena_alloc(cx.arena, n + 1);
	memset(text, ' ', n);
	return text;
}

static void test_bombs(void)
{
	/* 20 MiB that pack a thousandfold */
	CHECK_STR(rows_of(package_with(spaces((size_t)20 << 20), strings), NULL), limits);
	const char **parts = ARENA_ARRAY(cx.arena, const char *, 2 * (XLSX_PARTS_MAX + 1) + 1);
	for (size_t i = 0; i <= XLSX_PARTS_MAX; i++) {
		parts[2 * i] = str_z(cx.arena, str_fmt(cx.arena, "p%zu", i));
		parts[2 * i + 1] = "";
	}
	CHECK_STR(rows_of(package(parts), NULL), limits);
	struct str cell = str_fmt(cx.arena, "<row><c><v>%s</v></c></row>", "1");
	CHECK_STR(rows(str_z(cx.arena, cell)), "1:1");
	char *long_text = arena_alloc(cx.arena, TABLE_CELL_MAX + 2);
	memset(long_text, 'x', TABLE_CELL_MAX + 1);
	CHECK_STR(rows(str_z(cx.arena, str_fmt(cx.arena, "<row r=\"3\"><c t=\"inlineStr\"><is><t>%s</t></is></c></row>", long_text))),
	          "Row 3, column 1: the cell is larger than 64 KiB. Shorten it.");
}

static struct str bytes_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *bytes = arena_alloc(cx.arena, (size_t)size);
	ssize_t got = pread(fd, bytes, (size_t)size, 0);
	return (struct str){bytes, got > 0 ? (size_t)got : 0};
}

static void test_written_comes_back(void)
{
	static const struct xlsx_column columns[] = {{STR("Nom"), XLSX_TEXT, 0, 0},
	                                             {STR("N"), XLSX_NUMBER, 0, 0},
	                                             {STR("Moyenne"), XLSX_NUMBER, 2, 10},
	                                             {STR("Départ"), XLSX_DATE, 0, 0}};
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct xlsx_writer *w;
	REQUIRE(xlsx_begin(&cx, STR("Séjours: [2027]/a 'very' long name of a sheet"), columns, 4, &w) == OK);
	xlsx_text(w, STR("=HYPERLINK(\"http://evil.example\")"));
	xlsx_number(w, 1234567);
	xlsx_number(w, 1240);
	xlsx_date(w, date_from_civil(2027, 6, 30));
	xlsx_end_row(w);
	xlsx_text(w, STR("Łódź <&> \"x\" _x0041_ \x01 two\nlines"));
	xlsx_number(w, UNKNOWN);
	xlsx_number(w, -5);
	xlsx_date(w, date_from_civil(1789, 7, 14));
	xlsx_end_row(w);
	xlsx_text(w, STR_NONE);
	xlsx_number(w, INT64_MAX);
	xlsx_number(w, INT64_MIN + 1);
	xlsx_date(w, UNKNOWN);
	xlsx_text(w, STR("beyond the columns"));
	xlsx_end_row(w);
	xlsx_text(w, STR(" spaces "));
	xlsx_end_row(w);
	REQUIRE(xlsx_finish(&cx, w, fd) == OK);
	struct str bytes = bytes_of(fd);
	close(fd);
	CHECK_STR(rows_of(bytes, NULL), "1:Nom|N|Moyenne|Départ / 2:=HYPERLINK(\"http://evil.example\")|1234567|12.4|2027-06-30 / "
	                                "3:Łódź <&> \"x\" _x0041_ \x01 two\nlines||-0.05|1789-07-14 / "
	                                "4:|9223372036854775807|-92233720368547758.07 / 5: spaces ");
	CHECK_STR(rows_of(bytes, "Séjours   2027  a  very  long n"), NULL ? NULL : (const char *)rows_of(bytes, NULL).ptr);
	CHECK(str_find(bytes, STR("xl/worksheets/sheet1.xml")) != STR_NPOS);
}

/* The sheet's own XML: a text is never an f element, and filter and frozen header are there. */
static void test_sheet_xml(void)
{
	static const struct xlsx_column columns[] = {{STR("a"), XLSX_TEXT, 0, 0}};
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct xlsx_writer *w;
	REQUIRE(xlsx_begin(&cx, STR("s"), columns, 1, &w) == OK);
	xlsx_text(w, STR("=1+1"));
	xlsx_end_row(w);
	REQUIRE(xlsx_finish(&cx, w, fd) == OK);
	struct str bytes = bytes_of(fd);
	close(fd);
	zip_t *zip = zip_open_from_source(zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL), ZIP_RDONLY, NULL);
	REQUIRE(zip);
	zip_file_t *file = zip_fopen(zip, "xl/worksheets/sheet1.xml", 0);
	char *xml = arena_alloc(cx.arena, 65536);
	zip_int64_t got = file ? zip_fread(file, xml, 65535) : 0;
	struct str sheet = {xml, (size_t)got};
	CHECK(str_find(sheet, STR("<autoFilter ref=\"A1:A2\"")) != STR_NPOS);
	CHECK(str_find(sheet, STR("state=\"frozen\"")) != STR_NPOS);
	CHECK(str_find(sheet, STR("=1+1")) != STR_NPOS);
	CHECK(str_find(sheet, STR("<f>")) == STR_NPOS);
	zip_fclose(file);
	zip_discard(zip);
}

static void test_write_refusals(void)
{
	static const struct xlsx_column columns[] = {{STR("a"), XLSX_TEXT, 0, 0}};
	struct xlsx_writer *w;
	char *text = arena_alloc(cx.arena, 40000);
	memset(text, 'x', 32768);
	cx_clear_problems(&cx);
	REQUIRE(xlsx_begin(&cx, STR("s"), columns, 1, &w) == OK);
	xlsx_text(w, STR("short"));
	xlsx_end_row(w);
	xlsx_text(w, str_of(text));
	xlsx_end_row(w);
	CHECK_INT(xlsx_finish(&cx, w, -1), ERR_TOO_LARGE);
	CHECK_STR(problem_text(&cx, cx.problems), "XLSX holds 32,767 characters a cell at most, and row 3 has more. Export as CSV.");
	REQUIRE(xlsx_begin(&cx, STR("s"), columns, 1, &w) == OK);
	CHECK_INT(xlsx_finish(&cx, w, -1), ERR_IO);
	REQUIRE(xlsx_begin(&cx, STR("s"), columns, 1, &w) == OK);
	for (int i = 0; i < XLSX_ROWS_MAX; i++)
		xlsx_end_row(w);
	xlsx_text(w, STR("x"));
	CHECK_INT(xlsx_finish(&cx, w, -1), ERR_TOO_LARGE);
	REQUIRE(xlsx_begin(&cx, STR("s"), columns, 1, &w) == OK);
	xlsx_abandon(w);
}

/* The list of accredited institutions through XLSX: every cell as the CSV has it. */
static void test_institutions(void)
{
	const char *dir = tap_shared_dir();
	struct str path = str_fmt(cx.arena, "%s/data/hei/eche_accredited_heis_2026-04-08.csv", dir ? dir : "");
	struct table_reader *csv, *xlsx;
	if (!dir || table_open_path(&cx, path, path, &csv) != OK) SKIP("no shared data");
	struct str *cells, *back;
	size_t n, m;
	int64_t line, row, count = 0;
	bool more, more_back;
	struct xlsx_column columns[12] = {0};
	REQUIRE(table_next(csv, &cells, &n, &line, &more) == OK && more && n == 12);
	for (size_t i = 0; i < n; i++)
		columns[i].title = str_copy(cx.arena, cells[i]);
	struct xlsx_writer *w;
	REQUIRE(xlsx_begin(&cx, STR("ECHE"), columns, n, &w) == OK);
	while (table_next(csv, &cells, &n, &line, &more) == OK && more) {
		for (size_t i = 0; i < n; i++)
			xlsx_text(w, cells[i]);
		xlsx_end_row(w);
	}
	table_close(csv);
	int fd = memfd_create("test", MFD_CLOEXEC);
	REQUIRE(xlsx_finish(&cx, w, fd) == OK);
	REQUIRE(table_open_path(&cx, path, path, &csv) == OK);
	REQUIRE(table_open(&cx, &(struct table_source){.fd = fd, .name = STR("eche.xlsx")}, &xlsx) == OK);
	for (;;) {
		REQUIRE(table_next(csv, &cells, &n, &line, &more) == OK && table_next(xlsx, &back, &m, &row, &more_back) == OK);
		REQUIRE(more == more_back);
		if (!more) break;
		CHECK_INT(row, line);
		for (size_t i = 0; i < n; i++)
			CHECK_STR(i < m ? back[i] : STR(""), str_z(cx.arena, cells[i]));
		count++;
	}
	CHECK_INT(count, 6143);
	table_close(csv);
	table_close(xlsx);
	close(fd);
}

int main(void)
{
	static const struct tap_test tests[] = {
	    TAP(test_kinds_of_cell),  TAP(test_places),      TAP(test_dates_by_style),     TAP(test_sheets),
	    TAP(test_numbers),        TAP(test_serials),     TAP(test_date_formats),       TAP(test_broken),
	    TAP(test_no_dtd),         TAP(test_bombs),       TAP(test_written_comes_back), TAP(test_sheet_xml),
	    TAP(test_write_refusals), TAP(test_institutions)};
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
