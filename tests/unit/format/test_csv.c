/* CSV: dialects, encodings, refusals, what is written and read back, and real files whole. */
#include "base/clock.h"
#include "base/utf8.h"
#include "platform/format/table.h"
#include "platform/i18n/i18n.h"
#include "tap.h"

static struct cx cx;

/* Bytes given out in pieces of a fixed size. */
struct pieces {
	struct str rest;
	size_t piece;
};

static int64_t read_piece(void *arg, char *buffer, size_t size)
{
	struct pieces *p = arg;
	size_t n = p->piece < size ? p->piece : size;
	if (n > p->rest.len) n = p->rest.len;
	if (n) memcpy(buffer, p->rest.ptr, n);
	p->rest = str_sub(p->rest, n, p->rest.len);
	return (int64_t)n;
}

/* All rows as text: "line:cell|cell" joined by " / ", or the sentence of the refusal. */
static struct str rows_in_pieces(struct str text, size_t piece)
{
	struct pieces source = {text, piece};
	struct csv_reader *r;
	struct sb *sb = ARENA_NEW(cx.arena, struct sb);
	sb_init(sb, cx.arena, 1 << 20);
	cx_clear_problems(&cx);
	enum err err = csv_open(&cx, (struct csv_source){read_piece, &source}, &r);
	if (err != OK) return problem_text(&cx, cx.problems);
	for (;;) {
		struct str *cells;
		size_t n;
		int64_t line;
		bool more;
		err = csv_next(r, &cells, &n, &line, &more);
		if (err != OK || !more) break;
		sb_fmt(sb, "%s%lld:", sb->len ? " / " : "", (long long)line);
		for (size_t i = 0; i < n; i++) {
			if (i) sb_char(sb, '|');
			sb_add(sb, cells[i]);
		}
	}
	csv_close(r);
	return err == OK ? sb_str(sb) : problem_text(&cx, cx.problems);
}

static struct str rows(struct str text)
{
	struct str whole = rows_in_pieces(text, 1 << 20), bytewise = rows_in_pieces(text, 1);
	if (!str_eq(whole, bytewise)) TAP_FAILURE("%s", "the rows depend on how the bytes come");
	return whole;
}

static void test_plain(void)
{
	CHECK_STR(rows(STR("a,b\n1,2\n")), "1:a|b / 2:1|2");
	CHECK_STR(rows(STR("a,b\r\n1,2\r\n3,4")), "1:a|b / 2:1|2 / 3:3|4");
	CHECK_STR(rows(STR("a,b\r1,2\r")), "1:a|b / 2:1|2");
	CHECK_STR(rows(STR("")), "");
	CHECK_STR(rows(STR("\n\n\r\n")), "");
	CHECK_STR(rows(STR("a,\n,b\n,\n")), "1:a| / 2:|b");
	CHECK_STR(rows(STR("a\n\n\nb\n,,,\nc")), "1:a / 4:b / 6:c");
	CHECK_STR(rows(STR("a,b\n1\n1,2,3\n")), "1:a|b / 2:1 / 3:1|2|3");
}

static void test_quotes(void)
{
	CHECK_STR(rows(STR("\"a\",\"b,c\"\n")), "1:a|b,c");
	CHECK_STR(rows(STR("\"say \"\"hi\"\"\",\"\"\"\"\n\"\",x")), "1:say \"hi\"|\" / 2:|x");
	CHECK_STR(rows(STR("\"two\nlines\",x\r\n\"cr\r\nlf\",y\nz")), "1:two\nlines|x / 3:cr\r\nlf|y / 5:z");
	CHECK_STR(rows(STR("\"old\rmac\"\rb")), "1:old\rmac / 3:b");
	CHECK_STR(rows(STR("5\" disk,it's\n")), "1:5\" disk|it's");
	CHECK_STR(rows(STR(" \"a\",b")), "1: \"a\"|b");
}

static void test_separators(void)
{
	CHECK_STR(rows(STR("a;b\n1,5;2\n")), "1:a|b / 2:1,5|2");
	CHECK_STR(rows(STR("a\tb,c\td\n")), "1:a|b,c|d");
	CHECK_STR(rows(STR("\"x;y;z\",b\n")), "1:x;y;z|b");
	CHECK_STR(rows(STR("sep=;\r\na;b,c,d\r\n")), "2:a|b,c,d");
	CHECK_STR(rows(STR("\xef\xbb\xbfsep=;\na;b")), "2:a|b");
	CHECK_STR(rows(STR("sep=x\na,b")), "1:sep=x / 2:a|b");
}

static void test_encodings(void)
{
	CHECK_STR(rows(STR("\xef\xbb\xbfn\xc3\xa9,b\n")), "1:né|b");
	CHECK_STR(rows(STR("n\xe9\x65,\x80 5\n")), "1:née|€ 5");
	/* In CP1252 a later cell that happens to be UTF-8 is not. */
	CHECK_STR(rows(STR("n\xe9,x\n\xc3\xa9,y")), "1:né|x / 2:Ã©|y");
	CHECK_STR(rows(STR("\xff\xfe\x61\x00")), "The file is in UTF-16. Save it as CSV in UTF-8 or as XLSX.");
	CHECK_STR(rows(STR("name\n\"\xe2\x82\xac\"\n")), "1:name / 2:€");
}

/* A long file in ASCII whose first accent comes after what the reader looked at when it opened. */
static void test_late_accents(void)
{
	struct sb sb;
	sb_init(&sb, cx.arena, 2 << 20);
	for (int i = 0; i < 40000; i++)
		sb_addz(&sb, "0123456789\n");
	struct str ascii = str_copy(cx.arena, sb_str(&sb));
	struct str late = rows_in_pieces(str_concat(cx.arena, ascii, STR("caf\xe9\nth\xe9\n")), 4096);
	CHECK(str_ends(late, STR("40001:café / 40002:thé")));
	late = rows_in_pieces(str_concat(cx.arena, ascii, STR("caf\xc3\xa9\nth\xe9\n")), 4096);
	CHECK_STR(late, "Line 40,002, column 1 (0123456789): thé is not in UTF-8 while the lines before are. Save the "
	                "whole file in UTF-8.");
}

static void test_refusals(void)
{
	CHECK_STR(rows(STR("name,town\nx,\"y\nz")), "Line 2, column 2 (town): the quotation mark before y\nz is never "
	                                            "closed. Close it, or double it when it is part of the text.");
	CHECK_STR(rows(STR("name,town\n\"a\" b,c")), "Line 2, column 1 (name): text follows the closing quotation mark "
	                                             "of a. Double the quotation marks inside a cell.");
	CHECK_STR(rows(STR("a,b\nc\0d,e")),
	          "Line 2, column 1 (a): a zero byte after c. This is no text file; save it as CSV in UTF-8 or as XLSX.");
	CHECK_STR(rows(STR("a\n\"b\nc\0\"")),
	          "Line 3, column 1 (a): a zero byte after b\nc. This is no text file; save it as CSV in UTF-8 or as XLSX.");
}

static struct str repeated(char c, size_t n, const char *before, const char *after)
{
	struct sb *sb = ARENA_NEW(cx.arena, struct sb);
	sb_init(sb, cx.arena, n + 100);
	sb_addz(sb, before);
	memset(sb_reserve(sb, n), c, n);
	sb->len += n;
	sb_addz(sb, after);
	return sb_str(sb);
}

static void test_limits(void)
{
	CHECK_INT(rows_in_pieces(repeated('x', TABLE_CELL_MAX, "", "\n"), 5000).len, TABLE_CELL_MAX + 2);
	CHECK(str_starts(rows_in_pieces(repeated('x', TABLE_CELL_MAX + 1, "a\n", "\n"), 5000),
	                 STR("Line 2, column 1 (a): the cell that begins with xxx")));
	CHECK(str_starts(rows_in_pieces(repeated('x', 3 << 20, "\"", "\""), 5000), STR("Line 1, column 1: the cell")));
	CHECK(str_starts(rows_in_pieces(repeated('"', 4 * TABLE_CELL_MAX, "\"", "\""), 5000), STR("Line 1, column 1: the cell")));
	CHECK(str_starts(rows(repeated(',', TABLE_COLUMNS_MAX - 1, "a", "b\n")), STR("1:a|||")));
	CHECK_STR(rows(repeated(',', TABLE_COLUMNS_MAX, "a", "b\n")),
	          "Line 1, column 512: more than 512 columns. Remove the columns that are not needed.");
	/* 80 cells of 60,000 bytes: each is allowed, the row is not. */
	struct sb sb;
	sb_init(&sb, cx.arena, 8 << 20);
	for (int i = 0; i < 80; i++)
		sb_add(&sb, repeated('y', 60000, "", ","));
	CHECK(str_starts(rows_in_pieces(sb_str(&sb), 100000), STR("Line 1, column 1: the row is larger than 4 MiB")));
}

static int64_t read_failing(void *arg, char *buffer, size_t size) { return -1; }

static void test_read_failure(void)
{
	struct csv_reader *r;
	CHECK_INT(csv_open(&cx, (struct csv_source){read_failing, NULL}, &r), ERR_IO);
}

static void test_write(void)
{
	struct sb sb;
	struct csv_writer w;
	sb_init(&sb, cx.arena, 4096);
	csv_writer_init(&w, &sb, ',');
	csv_text(&w, STR("a,b"));
	csv_text(&w, STR("say \"hi\""));
	csv_int(&w, -5);
	csv_int(&w, UNKNOWN);
	csv_plain(&w, STR("-12.50"));
	csv_text(&w, STR_NONE);
	csv_end_row(&w);
	csv_text(&w, STR("=1+1"));
	csv_text(&w, STR("-x"));
	csv_text(&w, STR("+33"));
	csv_text(&w, STR("@a"));
	csv_text(&w, STR("\tx"));
	csv_text(&w, STR("'s-Gravenhage"));
	csv_text(&w, STR("two\nlines"));
	csv_text(&w, STR(" x"));
	csv_end_row(&w);
	CHECK_STR(sb_str(&sb), "\"a,b\",\"say \"\"hi\"\"\",-5,,-12.50,\r\n'=1+1,'-x,'+33,'@a,'\tx,'s-Gravenhage,\"two\nlines\",\" "
	                       "x\"\r\n");
	sb.len = 0;
	csv_writer_init(&w, &sb, ';');
	csv_text(&w, STR("a,b"));
	csv_text(&w, STR("a;b"));
	csv_end_row(&w);
	CHECK_STR(sb_str(&sb), "a,b;\"a;b\"\r\n");
}

static void test_guard_is_reversible(void)
{
	static const char *const texts[] = {"=1", "'=1", "''=1", "'", "''", "'a", "-", "@", "+'", "\r", "a=1", "", "'s", "'-s", "=\"x\",y"};
	struct sb sb;
	struct csv_writer w;
	sb_init(&sb, cx.arena, 4096);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str text = str_of(texts[i]);
		CHECK_STR(csv_unguard(csv_guard(cx.arena, text)), texts[i]);
		sb.len = 0;
		csv_writer_init(&w, &sb, ',');
		csv_text(&w, STR("x"));
		csv_text(&w, text);
		csv_end_row(&w);
		struct str back = rows(sb_str(&sb));
		CHECK_STR(str_sub(back, 4, back.len), texts[i]);
		struct str cell = csv_guard(cx.arena, text);
		CHECK(cell.len == 0 || !memchr("=+-@\t\r", cell.ptr[0], 6));
	}
}

static struct table_reader *open_shared(const char *file)
{
	const char *dir = tap_shared_dir();
	struct table_reader *t = NULL;
	cx_clear_problems(&cx);
	if (!dir || table_open_path(&cx, str_fmt(cx.arena, "%s/data/%s", dir, file), str_of(file), &t) != OK) return NULL;
	return t;
}

static void test_institutions(void)
{
	struct table_reader *t = open_shared("hei/eche_accredited_heis_2026-04-08.csv");
	if (!t) SKIP("no shared data");
	struct str *cells;
	size_t n;
	int64_t line = 0, count = 0, escom = 0;
	bool more;
	REQUIRE(table_next(t, &cells, &n, &line, &more) == OK && more && n == 12);
	CHECK_STR(cells[4], "legal_name");
	for (;;) {
		REQUIRE(table_next(t, &cells, &n, &line, &more) == OK);
		if (!more) break;
		count++;
		CHECK_INT(n, 12);
		if (!str_is(cells[1], "F COMPIEG05")) continue;
		escom++;
		CHECK_STR(cells[2], "949656967");
		CHECK_STR(cells[3], "E10108207");
	}
	CHECK_INT(count, 6142);
	CHECK_INT(escom, 1);
	table_close(t);
}

static int64_t count_rows(struct table_reader *t)
{
	struct str *cells;
	size_t n;
	int64_t line, count = 0;
	bool more = true;
	for (; more; count++)
		if (table_next(t, &cells, &n, &line, &more) != OK) return -1;
	return count - 1;
}

static void test_other_real_files(void)
{
	static const struct {
		const char *file;
		int64_t rows;
	} files[] = {{"mobility/erasmus_student_mobility_es_outgoing.csv", 27989},
	             {"hei/world_universities_domains.csv", 10251},
	             {"codes/isced_f_2013.csv", 190},
	             {"codes/iso639_language_codes.csv", 487},
	             {"catalogue/utc_uv_catalogue_2014.csv", 259}};
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct table_reader *t = open_shared(files[i].file);
		if (!t) SKIP("no shared data");
		CHECK_INT(count_rows(t), files[i].rows + 1);
		table_close(t);
	}
}

static void test_kinds(void)
{
	struct table_reader *t;
	cx_clear_problems(&cx);
	CHECK_INT(table_open_bytes(&cx, STR("\xd0\xcf\x11\xe0 old"), STR("list.xls"), &t), ERR_MEDIA_TYPE);
	CHECK_STR(problem_text(&cx, cx.problems), "list.xls is neither CSV nor XLSX. Save it as XLSX or as CSV in UTF-8.");
	CHECK_INT(table_open_path(&cx, STR("/nowhere/x.csv"), STR("x.csv"), &t), ERR_IO);
	REQUIRE(table_open_bytes(&cx, STR("a\nb"), STR("x.csv"), &t) == OK);
	CHECK_INT(count_rows(t), 2);
	table_close(t);
	REQUIRE(table_open_bytes(&cx, STR_NONE, STR("x.csv"), &t) == OK);
	CHECK_INT(count_rows(t), 0);
	table_close(t);
}

/* Many rows, to see that memory does not grow and how fast they pass. */
struct many {
	size_t given, total;
};

static int64_t read_many(void *arg, char *buffer, size_t size)
{
	static const char row[] = "101012444,A BADEN01,948821603,\"Hochschule, Baden\",2500,Baden,AT,2021-01-01\n";
	struct many *m = arg;
	size_t n = 0;
	for (size_t len = sizeof row - 1; n < size && m->given < m->total;) {
		size_t at = m->given % len, part = len - at < size - n ? len - at : size - n;
		memcpy(buffer + n, row + at, part);
		n += part;
		m->given += part;
	}
	return (int64_t)n;
}

static void test_flat_and_fast(void)
{
	struct many many = {0, (size_t)64 << 20};
	size_t held = 0;
	struct csv_reader *r;
	struct str *cells;
	size_t n;
	int64_t line, from = clock_monotonic_us();
	bool more = true;
	REQUIRE(csv_open(&cx, (struct csv_source){read_many, &many}, &r) == OK);
	for (size_t i = 0; more; i++) {
		REQUIRE(csv_next(r, &cells, &n, &line, &more) == OK);
		if (i == 1000) held = arena_bytes(cx.arena);
	}
	csv_close(r);
	CHECK_INT(arena_bytes(cx.arena), held);
	printf("# %lld MB/s\n", (long long)((64 << 20) / (clock_monotonic_us() - from)));
}

int main(void)
{
	static const struct tap_test tests[] = {TAP(test_plain),        TAP(test_quotes),
	                                        TAP(test_separators),   TAP(test_encodings),
	                                        TAP(test_late_accents), TAP(test_refusals),
	                                        TAP(test_limits),       TAP(test_read_failure),
	                                        TAP(test_write),        TAP(test_guard_is_reversible),
	                                        TAP(test_institutions), TAP(test_other_real_files),
	                                        TAP(test_kinds),        TAP(test_flat_and_fast)};
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	int failed = tap_run(tests, ARRAY_LEN(tests));
	cx_end(&cx);
	return failed;
}
