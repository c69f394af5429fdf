/* The generic pages of an entity, from its descriptor: list, map, exports, record with history, form, archive and undo, saved
 * views. They write through entity->ops only. A capability adds what is its own by the hooks of struct entity_pages; later
 * folders add sections to a record by panels, joined by app/.
 *
 *   GET  /kind                     list; ?view=map            GET  /kind.csv .xlsx .json   exactly what the list shows
 *   GET  /kind/new   POST          new (?field=value: filled in)                       GET  /kind/{id}              record
 *   GET  /kind/{id}/edit  POST     change                     GET  /kind/{id}/archive POST archive with its reason
 *   POST /kind/{id}/restore        undo of that               POST /kind/views, /kind/views/{id}/delete; DELETE /kind/views/{id}
 *   POST /kind/bulk                what was chosen in the list */
#pragma once
#include "platform/entity/entity.h"
#include "platform/web/web.h"
#include "platform/web/widgets/map.h"
#include "platform/web/widgets/shell.h"
#include "platform/web/widgets/table.h"

/* A section of a record's page. Without `render` output it stays away: render writes nothing when there is nothing to say. */
struct panel {
	const struct entity *entity;
	int title;      /* M_...: its h2 */
	bool rail;      /* beside the facts instead of under them */
	uint64_t roles; /* shown to these; 0: to all who may read the record */
	enum err (*render)(struct cx *cx, const struct request *r, struct html *h, const void *row);
};

struct ready_view {        /* a tab that comes with the page */
	int label;         /* M_...; 0 ends the list */
	const char *query; /* "filter=country:NO&sort=name"; {today}, {in_6_months}, {year_end} become dates */
};

/* What a folder adds to a list, its own or that of an earlier folder. What columns and parts need is read once for the page. */
struct list_panel {
	const struct entity *entity;
	uint64_t roles;                    /* shown to these; 0: to all who may read the list */
	const struct list_column *columns; /* end without cell; may be NULL */
	/* In the list's read transaction, after its rows; may be NULL. */
	enum err (*load)(struct cx *cx, const struct list_view *v, void **data);
	void (*above)(struct cx *cx, struct html *h, const struct list_view *v, const void *data); /* over the table; may be NULL */
	/* Beside the map, as a section of its own; may be NULL. */
	void (*beside)(struct cx *cx, struct html *h, const struct list_view *v, const void *data);
	/* Instead of dots that count rows: one for each place, whole list; may be NULL. Inside the transaction, after load. */
	enum err (*dots)(struct cx *cx, const struct list_view *v, void *data, struct map_figure *map);
};

struct entity_pages {
	const struct entity *entity;
	int title_new, title_edit; /* M_...; 0: "New record", "Change NAME" */
	int lede;                  /* of the list */
	const char *under;         /* field shown under the name in the list */
	const struct ready_view *views;
	const char *lat, *lng;       /* COORD fields: the list has a map */
	bool map_first;              /* which is shown unless ?view=list asks otherwise */
	const char *import_path;     /* the button "Import" goes there */
	const struct bulk_act *bulk; /* with bulk_run: shows the preview of the act, and does it when `confirmed` */
	enum err (*bulk_run)(struct cx *cx, const struct request *r, struct reply *p, struct str act, const struct uuid *ids, size_t len);
	const char *const *told; /* fields that other parts of the record's page tell, left out of its facts; NULL-terminated */
	/* Pages of its own in place of the generic list and record; may be NULL. The generic ones stay at pages_list and at
	 * /kind/{id}/record. */
	handler_fn list, record;
	/* What the record's header says; may be NULL. Texts live in cx->arena. */
	enum err (*header)(struct cx *cx, const void *row, struct page *page);
	/* A dossier: its timeline stands left, the current step comes first in the middle, facts go to the rail. Both or none. */
	enum err (*timeline)(struct cx *cx, struct html *h, const void *row);
	enum err (*step)(struct cx *cx, const struct request *r, struct reply *p, struct html *h, const void *row);
};

struct pages_config {
	const struct entity_pages *const *entities; /* NULL-terminated */
	const struct panel *const *panels;          /* NULL-terminated */
	const struct list_panel *const *lists;      /* NULL-terminated; may be NULL */
};
void pages_configure(const struct pages_config *config); /* once, before the first request; kept by address */

/* For a section of a record's page: the rows of an entity that a question finds ("filter=partner:0190...&columns=role,email"), with
 * the columns that folders add to its list, and a link to all of them. Nothing when there are none or the reader may not read them. */
enum err html_related(struct cx *cx, struct html *h, const struct entity *e, struct str query) MUST_CHECK;

/* The routes of one entity, ending with an empty one; they live in the arena of cx. */
const struct route *entity_routes(struct cx *cx, const struct entity_pages *pages);
enum err pages_list(struct cx *cx, const struct request *r,
                    struct reply *p) MUST_CHECK;                    /* the generic list, for such a page to fall back on */
const struct entity_pages *entity_pages_of(const struct entity *e); /* NULL when it has none */
