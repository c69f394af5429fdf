/* Writes a document with so many paragraphs to standard output, for test_pdf.py. */
#include "platform/format/pdf.h"
#include <stdio.h>

static struct str document(struct cx *cx, size_t paragraphs)
{
	struct str out = STR_NONE;
	struct pdf *p = pdf_new(cx, &(struct pdf_document){.title = STR("Re\u00e7u D-2027-0042"),
	                                                   .author = STR("ESCOM Chimie"),
	                                                   .lang = STR("fr"),
	                                                   .head = STR("ESCOM Chimie"),
	                                                   .foot = STR("SHA-256 0123456789abcdef"),
	                                                   .page_of = STR("Page {page} sur {pages}")});
	pdf_heading(p, 1, STR("Re\u00e7u de candidature"));
	static const struct pdf_column facts[] = {{STR_NONE, 1, false}, {STR_NONE, 2, false}};
	const struct str known[] = {STR("Num\u00e9ro"), STR("D-2027-0042"), STR("\u00c9tudiante"), STR("In\u00e8s Bouchard")};
	pdf_table(p, facts, 2, known, 2);
	pdf_heading(p, 2, STR("Choix"));
	const struct pdf_column columns[] = {{STR("Rang"), 1, true}, {STR("Destination"), 5, false}};
	const struct str rows[] = {STR("1"), STR("Universitetet i Bergen"), STR("2"), STR("Politechnika Gda\u0144ska")};
	pdf_table(p, columns, 2, rows, 2);
	for (size_t i = 0; i < paragraphs; i++)
		pdf_paragraph(p, STR("Les places sont attribu\u00e9es apr\u00e8s la fin des candidatures. Une r\u00e8gle publi\u00e9e "
		                     "d\u00e9cide, et chaque r\u00e9ponse donne ses raisons."));
	if (pdf_finish(p, &out) != OK) return STR_NONE;
	return out;
}

int main(int argc, char **argv)
{
	struct cx cx;
	int64_t paragraphs = 1;
	if (argc > 1 && !str_to_i64(str_of(argv[1]), &paragraphs)) return 2;
	cx_begin(&cx, NULL);
	struct str got = document(&cx, (size_t)paragraphs);
	size_t n = fwrite(got.ptr, 1, got.len, stdout);
	cx_end(&cx);
	return n && n == got.len ? 0 : 1;
}
