/* What the template of "Files" takes. */
#pragma once
#include "office/campaigns/pages_own.h"

struct gap_row {
	struct str what, words, asked, options;
};
struct gap_file {
	struct str id, href, number, name, email;
	struct {
		struct gap_row *ptr;
		size_t len;
	} gaps;
};
struct files_page {
	struct str token, action, digest, ask_label, lede, allocate_href, sample, sample_to, sample_subject, skipped, undo_action,
	    closed_note;
	struct {
		struct gap_file *ptr;
		size_t len;
	} files;
	int64_t mails;
	bool office, may_undo, alone;
};
void files_errors(struct cx *cx, struct html *h, const struct files_page *p);
