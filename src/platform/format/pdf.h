/* Documents of the house as PDF: headings, paragraphs, facts, tables, "page x of y", school and a line at the foot that says how
 * to check it. Text can be selected and searched; the structure is tagged (H1, P, Table ...), title and language are set.
 * Blocks are collected in the arena of cx and drawn at the end. Texts come in the language of the document. */
#pragma once
#include "base/cx.h"

struct pdf;
struct pdf_document {
	struct str title, author, lang; /* "fr" */
	struct str head;                /* small, on top of every page: the school */
	struct str foot;                /* at the bottom of every page: number, hash */
	struct str page_of;             /* "Page {page} of {pages}" */
};
struct pdf *pdf_new(struct cx *cx, const struct pdf_document *d);
void pdf_heading(struct pdf *p, int level, struct str text); /* 1 to 3 */
void pdf_paragraph(struct pdf *p, struct str text);
void pdf_small(struct pdf *p, struct str text);

struct pdf_column {
	struct str head;
	int share;   /* of the width, against the others */
	bool number; /* to the right */
};
/* cells: rows * ncolumns, by row. Columns without heads give a table of facts: the first column names the row. */
void pdf_table(struct pdf *p, const struct pdf_column *columns, size_t ncolumns, const struct str *cells, size_t rows);
/* ERR_IO with what cairo says. */
enum err pdf_finish(struct pdf *p, struct str *out) MUST_CHECK;
