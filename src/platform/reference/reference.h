/* Dated rows: rates, thresholds, code lists. Each row has a validity, a source and a mark of confidence, so that no
 * number stands in code and every number on a page can say where it comes from.
 *
 * The rows of reference/ are built into the binary, checked at build, and immutable: any thread may read them. A row's
 * strings live as long as the process.
 *
 * A key of several columns is written with slashes: "FR/1". Tables that follow a call for projects are asked at
 * 1 January of the call year (reference_call_date), not at the date of the stay. */
#pragma once
#include "base/cx.h"

struct reference_table;
struct reference_row {
	const struct reference_table *table; /* NULL: no such row, the value is unknown */
	struct str key;
	int64_t valid_from, valid_to;  /* dates, both included; UNKNOWN: open */
	const char *const *cells;      /* one for each column, NULL when blank */
	struct str source, mark, note; /* mark: V read, v read second hand, S stated by the school, M remembered, C computed here */
	bool own;                      /* entered by the school: see own.h */
};

const struct reference_table *reference_table(struct str name); /* NULL when there is none */
size_t reference_table_count(void);
const struct reference_table *reference_table_at(size_t i);
struct str reference_table_name(const struct reference_table *t);
size_t reference_columns(const struct reference_table *t);
struct str reference_column(const struct reference_table *t, size_t i);

/* The row of this key that is valid at this date; false when there is none, or no such table. */
bool reference_find(struct str table, struct str key, int64_t date, struct reference_row *row);
/* All rows of a table valid at a date, in the order of the file: start with *at = 0. UNKNOWN: at any date. */
bool reference_next(struct str table, int64_t date, size_t *at, struct reference_row *row);
int64_t reference_call_date(int64_t call_year); /* UNKNOWN gives UNKNOWN */

struct str reference_cell(const struct reference_row *row, const char *column); /* absent when blank or no row */
int64_t reference_int(const struct reference_row *row, const char *column);     /* UNKNOWN when blank or not whole */
int64_t reference_fixed(const struct reference_row *row, const char *column, int digits);

/* The row whole as JSON, to be kept with a contract: {"table":...,"key":...,"cells":{...},"source":...}. */
struct str reference_freeze(struct arena *a, const struct reference_row *row);
/* Reads one column back from a frozen row; absent when it is not there. */
enum err reference_frozen_cell(struct cx *cx, struct str frozen, const char *column, struct str *out) MUST_CHECK;

/* Code lists are the tables with label_en and label_fr: country, language, isced_f, cefr, eqf. */
bool code_exists(struct str list, struct str code);
struct str code_label(struct cx *cx, struct str list, struct str code); /* the code itself when it is not in the list */
struct str code_label_in(enum lang lang, struct str list, struct str code);
/* For pickers, in the order of the file: start with *at = 0. */
bool code_next(struct str list, size_t *at, struct str *code);

/* What the column `source` cites, one after the other: "S6, S25" gives two pages with title, date and site; other text stays as it is. */
struct reference_page {
	struct str title, dated, link; /* dated and link may be absent */
};
struct reference_pages {
	struct reference_page *ptr;
	size_t len;
};
struct reference_pages reference_cited(struct cx *cx, struct str source);

/* A parameter of a rule, @table.key or @table.key/key: the cell "value". Fits struct rule_facts through a wrapper. */
bool reference_param(struct str name, int64_t date, struct str *text, struct str *source);
