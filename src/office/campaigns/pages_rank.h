/* What the templates of ranking and applying take. */
#pragma once
#include "office/campaigns/pages_own.h"
#include "platform/reference/reference.h"

struct till_line {
	struct str label, quantity, amount;
	struct reference_pages sources;
	bool verify;
};
struct rank_row {
	struct str id, title, meta, reason, grant, budget, carbon, rest, total, days, budget_source, carbon_way;
	struct reference_pages carbon_sources;
	int64_t rank;
	bool can, tie;
	struct {
		struct till_line *ptr;
		size_t len;
	} lines;
	const struct found_stay *stay;
};
struct rank_rows {
	struct rank_row *ptr;
	size_t len;
};
struct rank_page {
	struct str campaign, said, find_href, problem;
	struct rank_rows rows;
	bool too_many;
};
struct apply_question {
	struct str name, id, label, value, help;
	const struct question *question;
	bool bad;
};
struct apply_page {
	struct str campaign, token, change_href, rank_href, known, closes, who;
	struct rank_rows rows;
	struct {
		struct apply_question *ptr;
		size_t len;
	} questions;
	bool again, languages, countries;
};
void apply_input(struct cx *cx, struct html *h, const struct apply_question *q);
void apply_errors(struct cx *cx, struct html *h, const struct apply_page *p);
void apply_country_list(struct cx *cx, struct html *h, const struct apply_page *p);
