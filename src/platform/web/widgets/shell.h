/* What stands around every page: navigation, search, language, account, demo strip, page header, what was just done.
 * A handler says what the page is; page_begin gives the sink into which the content of <main> is written; page_end closes.
 * Nothing here may be changed after shell_configure, but for the cache of counts. */
#pragma once
#include "platform/web/web.h"
#include "platform/web/widgets/parts.h"

struct nav_item {
	int label, icon;  /* M_..., ICON_... */
	const char *path; /* "/institutions"; NULL ends the list */
	uint64_t roles;   /* shown to these; 0: to everybody signed in */
	/* Number beside the label, NULL: none. Called in a read transaction, kept COUNT_KEPT_MS for each account. */
	enum err (*count)(struct cx *cx, int64_t *n);
	int label_short; /* M_..., under the icon of a phone's tab; 0: label */
};
enum { COUNT_KEPT_MS = 5000, COUNT_RENEWED_MS = 1000 };

struct shell_config {
	const struct nav_item *office, *student;
	const struct nav_item *foot;         /* under the side list: settings, help */
	bool (*is_student)(struct cx *cx);   /* which of the two this reader gets */
	struct str (*school)(struct cx *cx); /* name of the school in use; may be absent */
	const char *account_path, *sign_out_path, *search_path;
	bool demo; /* invented people: said on every page */
};
void shell_configure(const struct shell_config *config); /* once, before the first request; kept by address */
const struct shell_config *shell_config(void);

enum shell {
	SHELL_AUTO, /* office or student, as the reader is */
	SHELL_OFFICE,
	SHELL_STUDENT,
	SHELL_GATE, /* nobody is signed in: one narrow sheet */
	SHELL_LINK, /* a partner or employer came by a link: strip on top, no navigation */
};
struct crumb {
	struct str text, href;
};
struct tag_text {
	struct str text;
	enum tone tone;
};
struct page {
	enum shell shell;
	struct str title; /* the one h1, and the window's title */
	const char *nav;  /* path of the current item; NULL: the longest path that the address begins with */
	const struct crumb *crumbs;
	size_t crumbs_len;
	const struct tag_text *tags;
	size_t tags_len;
	struct str lede;
	const struct act *acts; /* at most one primary */
	size_t acts_len;
	const struct pen *pen;
	struct str link_scope, link_scope_strong; /* SHELL_LINK: "You act for University of Bergen, for 3 students, until 30 June 2027." */
	struct str link_decline;                  /* SHELL_LINK: address of "I am not the right person" */
	bool bare_head;                           /* the handler writes its own h1 */
};
struct html *page_begin(struct cx *cx, const struct request *r, struct reply *p, const struct page *page);
/* ERR_BUG when the page outgrew its cap. */
enum err page_end(struct cx *cx, const struct request *r, struct reply *p, const struct page *page) MUST_CHECK;

/* The navigation that this reader has, for search and palette. */
const struct nav_item *shell_nav(struct cx *cx, const struct page *page);
bool nav_allowed(const struct cx *cx, const struct nav_item *item);

/* A number that may be some seconds old, by key (FNV or so of what it counts); kept for the account and school of cx. Of those
 * who find it too old one is told to count anew; for COUNT_RENEWED_MS the others still get the old number. */
bool count_kept(struct cx *cx, uint64_t key, int64_t *n);
void count_keep(struct cx *cx, uint64_t key, int64_t n);

/* GET /language/{lang}?back=, GET and POST /preferences (theme, density, language). */
extern const struct route shell_routes[];
