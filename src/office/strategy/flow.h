/* Use cases of the strategy: its records, and the board that measures them.
 *
 * A figure is counted by the list query that its link opens, so that number and records cannot differ; both see only what the
 * reader may read. A definition that cannot be counted (a kind or field that is gone, or that the reader may not ask) gives no
 * number and its reason, and leaves the rest of the board standing. */
#pragma once
#include "office/strategy/model.h"
#include "office/strategy/rules.h"

/* A new strategy brings the shipped definitions that the school has no indicator for. */
enum err strategy_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err strategy_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err strategy_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err sentence_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err sentence_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err sentence_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err indicator_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err indicator_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err indicator_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
enum err indicator_link_flow_create(struct cx *cx, void *row) MUST_CHECK;
enum err indicator_link_flow_change(struct cx *cx, void *row, const struct field_set *fields) MUST_CHECK;
enum err indicator_link_flow_archive(struct cx *cx, struct uuid id, int64_t version, struct str reason) MUST_CHECK;
/* The shipped definitions (reference table "indicator") of which the school has no indicator yet. */
enum err indicator_flow_shipped(struct cx *cx, int64_t *added) MUST_CHECK;
/* Whether the definition still reads as it was shipped; false when none was. */
bool indicator_as_shipped(struct cx *cx, const struct indicator *i);

struct figure_count {
	int64_t n;       /* UNKNOWN: no source, or it cannot be counted */
	struct str href; /* its records; absent with n */
};
struct figure_year {
	const struct academic_year *year;
	bool is_over, is_coming;
	struct figure_count count[INDICATOR_SOURCES];
	int64_t value; /* what the chart shows: a number, or 1e-4 for SHARE and PARITY */
};
struct figure {
	const struct indicator *indicator;
	struct figure_year *years; /* oldest first, the last one is the one asked for */
	size_t len;
	struct str problem; /* why a source cannot be counted, for people; absent */
	/* of the last year: */
	enum figure_state state;
	struct parity parity;
	struct forecast forecast;
	int64_t span; /* value over the last span_years, this one included; UNKNOWN: none asked, or not all there */
	const struct academic_year *span_from;
};
/* Over `years` academic years that end with `year` (index into all). Inside a read transaction. */
enum err figure_read(struct cx *cx, const struct indicator *i, const struct academic_year *const *all, size_t year, size_t years,
                     struct figure *out) MUST_CHECK;
static inline const struct figure_year *figure_now(const struct figure *f) { return &f->years[f->len - 1]; }

enum { BOARD_YEARS = 6 };
struct board_sentence {
	const struct sentence *sentence;
	struct figure **figures; /* of the year asked for; those of the open sentence over BOARD_YEARS */
	size_t len;
};
struct board {
	const struct strategy *strategy;    /* NULL: the school has none */
	struct strategy *const *strategies; /* latest first */
	size_t strategies_len;
	const struct academic_year *const *years; /* oldest first */
	size_t years_len, year;
	struct board_sentence *sentences; /* by section and position */
	size_t sentences_len;
	size_t in_section[SECTIONS];
	int64_t section;
	struct board_sentence *open; /* NULL: the section has none */
	struct figure *figure;       /* of the open sentence; NULL: nothing measures it */
	struct str owner;            /* unit of that figure */
	size_t measured, behind;     /* sentences with a figure, with one that is behind */
	bool whole;                  /* the reader sees the whole school, not a unit */
};
/* Absent parts are chosen: the strategy in force, the first sentence that the figure measures, or that any does, the academic year
 * that runs. */
struct board_asked {
	struct str strategy, section, year; /* codes */
	struct uuid sentence;
	struct str figure; /* code of the indicator */
};
/* ERR_DENIED for who reads no strategy; ERR_NOT_FOUND for a strategy, year or sentence that is not there. Own transaction. */
enum err strategy_flow_board(struct cx *cx, const struct board_asked *asked, struct board *out) MUST_CHECK;

/* Every indicator over BOARD_YEARS that end with the year asked for, as the board counts them: what an export shares. Own
 * transaction; errors as above. */
enum err strategy_flow_figures(struct cx *cx, struct str year, struct figure **out, size_t *len, struct str *year_code) MUST_CHECK;
/* Whether this count must not leave the house: it or what it leaves of its whole is a small cell. */
bool figure_hidden(const struct indicator *i, const struct figure_year *y, size_t at);
