/* Shared by the pages of campaigns: addresses, words, and the shapes that the templates beside them take. */
#pragma once
#include "office/campaigns/flow.h"
#include "office/campaigns/pages.h"
#include "platform/web/csrf.h"
#include "platform/web/widgets/form.h"

struct str id_text(struct cx *cx, struct uuid id);
struct str campaign_path(struct cx *cx, struct uuid id, const char *tail);       /* "/campaigns/0190...", tail "/files" or "" */
struct str campaign_name(struct cx *cx, const struct campaign *c);               /* in the reader's language */
struct str campaign_day(struct cx *cx, const struct campaign *c, int64_t at_ms); /* "20 November 2027", where the campaign is */
struct str person_day(struct cx *cx, int64_t at_ms, struct str zone);
struct str cents_text(struct cx *cx, int64_t cents);              /* euro; unknown said as such */
struct str cents_round(struct cx *cx, int64_t cents);             /* whole euro */
struct str grant_text(struct cx *cx, const struct stay_cost *c);  /* "2 140 EUR", "at least 1 200 EUR", "not known" */
struct str carbon_text(struct cx *cx, const struct stay_cost *c); /* "41 kg by train" */
struct str offer_place(struct cx *cx, const struct offer *o);     /* "Bergen, Norway" */
struct str offer_meta(struct cx *cx, const struct offer *o);      /* place, term, language, field */
struct str offer_name(const struct offer *o);                     /* the host */
struct str rank_words(struct cx *cx, int64_t rank);               /* "1st choice" */
bool is_office(const struct cx *cx);

/* The campaign named by {id}, which staff may read. */
enum err campaign_of_request(struct cx *cx, const struct request *r, struct campaign_view *out) MUST_CHECK;
/* The campaign a student looks at: ?campaign=, else the one that takes applications, else the newest. NULL: none was opened. */
enum err campaign_of_student(struct cx *cx, const struct request *r, const struct campaign_view **out) MUST_CHECK;

enum campaign_tab { TAB_APPLICATIONS, TAB_FILES, TAB_ALLOCATION, TAB_PUBLICATION, TAB_ANSWERS };
void campaign_steps(struct cx *cx, struct html *h, const struct campaign_view *v);
/* Crumbs up to the campaign, for pages below it. */
void campaign_crumbs(struct cx *cx, const struct campaign_view *v, struct page *page);
struct pen campaign_pen(struct cx *cx, const struct campaign_view *v);

/* A ranked list as forms and addresses carry it: o=ID in order, tie=ID for one that shares the rank of the one before it. */
struct ranking {
	struct ranked *ptr;
	size_t len;
};
struct ranking ranking_read(struct cx *cx, struct pairs pairs);
struct str ranking_query(struct cx *cx, struct uuid campaign, const struct ranking *list);
const struct found_stay *found_by_id(const struct found_stays *found, struct uuid opportunity);
/* What a student has chosen so far: her list as sent, then newly starred ones. */
struct ranking ranking_of_draft(struct cx *cx, const struct application_draft *d);

/* One page of a long list, chosen by ?name=: rows from..to (to excluded) of all. path: its address without that part. */
struct pager {
	size_t from, to, all;
	struct str text, prev_href, next_href;
};
const struct pager *pager_of(struct cx *cx, const struct request *r, struct str path, const char *name, size_t all, size_t shown);
void pager_foot(struct cx *cx, struct html *h, const struct pager *p); /* nothing when all of it is shown */

/* A sentence with an icon, beside the content. */
void note(struct html *h, const char *tone_class, int icon, struct str text);

struct receipt_pdf {
	const struct receipt *receipt;
	struct str school;
};
enum err receipt_paper(struct cx *cx, const struct receipt_pdf *r, struct str *out) MUST_CHECK; /* papers.c */

/* Route tables of the files. */
extern const struct route find_routes[], rank_routes[], application_routes[], stay_page_routes[];
extern const struct route campaign_routes[], file_routes[], allocate_routes[], what_if_routes[], publish_routes[];
extern const struct entity_pages *const campaigns_pages[]; /* ends with NULL */
enum err application_list(struct cx *cx, const struct request *r, struct reply *p) MUST_CHECK;
enum err application_record(struct cx *cx, const struct request *r, struct reply *p) MUST_CHECK;

extern const struct about_table *const campaigns_about[]; /* store_own_data.c */
