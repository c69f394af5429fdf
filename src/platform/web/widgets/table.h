/* A list as people work with it: saved views, filter chips and menus, search, table, foot with range, columns and exports.
 * All state is in the address, so that a list can be sent to somebody. The table writes 50 rows without allocating per cell. */
#pragma once
#include "platform/entity/entity.h"
#include "platform/web/web.h"
#include "platform/web/widgets/parts.h"

/* A column written by a capability: one of its own, or the cells of a field. `i` counts the rows of the page; `data` is what the
 * panel's load gave. */
struct list_column {
	int label;         /* M_...; 0 with `of` */
	const char *of;    /* writes the cells of this field, whenever it is a column */
	const char *after; /* stands after this field while it is a column; NULL: at the end */
	bool number, wide_only;
	void (*cell)(struct cx *cx, struct html *h, const void *row, size_t i, const void *data);
};
struct list_extra {
	const struct list_column *columns; /* end without cell */
	const void *data;
};

/* A tab over the list. */
struct list_tab {
	struct str name, query; /* query: canonical, without page; empty: everything */
	struct uuid id;         /* a view of the reader's own; none: it comes with the page */
	int64_t count;          /* as list_page.count; UNKNOWN: not shown */
};

struct bulk_act {
	const char *name; /* of the act, sent as field `act`; NULL ends the list */
	int label, icon;
};

struct list_view {
	const struct entity *entity;
	struct str base;   /* address of the list: "/institutions" */
	const char *under; /* field shown under the name while it is no column of its own */
	const struct list_extra *extra;
	size_t extra_len;
	const struct bulk_act *bulk; /* may be NULL: nothing can be selected */
	struct list_query query;
	struct list_page page;
	bool has_map, map, map_first;
	struct str menu;            /* name of the field whose filter menu is open; "+" for the menu of menus */
	const struct facet *facets; /* of that field */
	size_t facets_len;
	const struct str *filter_texts; /* what each filter of the query asks, for people */
	const struct list_tab *tabs;
	size_t tabs_len;
	bool may_save;      /* the reader may keep views */
	struct str problem; /* why the last filter was not taken */
	struct str token;
	bool plain; /* a table inside another page: no sort links, no foot */
};

/* The address of this list with another query. */
struct str list_view_href(struct cx *cx, const struct list_view *v, const struct list_query *q);
/* Canonical text of a query without its page: what a view keeps, and how two are compared. */
struct str list_view_query(struct cx *cx, const struct list_query *q);
/* A copy without the filters on a field (NULL: without any). */
struct list_query list_query_without(struct cx *cx, const struct list_query *q, const struct field *f);

void html_list_tabs(struct cx *cx, struct html *h, const struct list_view *v);
void html_list_chips(struct cx *cx, struct html *h, const struct list_view *v);
void html_list_table(struct cx *cx, struct html *h, const struct list_view *v);
/* The rows alone, in a sheet, with a link to the whole list when there are more. */
void html_list_rows(struct cx *cx, struct html *h, const struct list_view *v);
/* 60, or "1 000+" when there are more than are counted. */
void html_list_count(struct cx *cx, struct html *h, int64_t count);
struct str list_count_text(struct cx *cx, int64_t count);

/* One value as a cell or a fact shows it; an en dash when it is not known. `title`: text of a REF. */
void html_field(struct cx *cx, struct html *h, const struct field *f, const void *row, struct str title);
/* May this reader see the field at all? */
bool field_visible(struct cx *cx, const struct entity *e, const struct field *f);
