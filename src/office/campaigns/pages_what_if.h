/* What the template of "what if" takes. */
#pragma once
#include "office/campaigns/pages_own.h"

struct rule_tab {
	struct str name, href;
	bool current;
};
struct seat_row {
	struct str href, title, meta, more, less;
	int64_t wishes;
	bool gains, loses; /* a seat more or less changes who is placed or holds a first choice */
};
struct ask_row {
	struct str href, title, one, curve, demand;
};
struct what_if_page {
	struct str intro, csv_href, none;
	struct {
		struct rule_tab *ptr;
		size_t len;
	} rules;
	struct {
		struct ask_row *ptr;
		size_t len;
	} asks;
	struct {
		struct seat_row *ptr;
		size_t len;
	} rows;
};
