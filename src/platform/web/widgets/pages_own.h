/* Shared by the files of the generic pages. */
#pragma once
#include "platform/web/widgets/form.h"
#include "platform/web/widgets/pages.h"

const struct entity_pages *pages_of_request(const struct request *r);
const struct panel *const *pages_panels(void);
const struct list_panel *const *pages_lists(void);
struct str pages_base(struct cx *cx, const struct entity *e);                   /* "/institutions" */
struct str pages_record(struct cx *cx, const struct entity *e, struct uuid id); /* "/institutions/0190..." */
struct str record_name(struct cx *cx, const struct entity *e, const void *row);

enum err list_get(struct cx *cx, const struct request *r, struct reply *p);
enum err export_csv(struct cx *cx, const struct request *r, struct reply *p);
enum err export_xlsx(struct cx *cx, const struct request *r, struct reply *p);
enum err export_json(struct cx *cx, const struct request *r, struct reply *p);
enum err record_get(struct cx *cx, const struct request *r, struct reply *p);
enum err new_get(struct cx *cx, const struct request *r, struct reply *p);
enum err new_post(struct cx *cx, const struct request *r, struct reply *p);
enum err edit_get(struct cx *cx, const struct request *r, struct reply *p);
enum err edit_post(struct cx *cx, const struct request *r, struct reply *p);
enum err archive_get(struct cx *cx, const struct request *r, struct reply *p);
enum err archive_post(struct cx *cx, const struct request *r, struct reply *p);
enum err restore_post(struct cx *cx, const struct request *r, struct reply *p);
enum err view_post(struct cx *cx, const struct request *r, struct reply *p);
enum err view_delete(struct cx *cx, const struct request *r, struct reply *p);
enum err bulk_post(struct cx *cx, const struct request *r, struct reply *p);

/* The reader's own views of an entity; inside a read transaction. */
struct saved_view {
	struct uuid id;
	struct str name, query;
};
/* Inside a read: views_read will follow. */
enum err views_ahead(struct cx *cx, const struct entity *e) MUST_CHECK;
enum err views_read(struct cx *cx, const struct entity *e, struct saved_view **out, size_t *len) MUST_CHECK;

/* "a=1&b=2" as pairs, decoded. */
struct pairs query_pairs(struct cx *cx, struct str query);
/* Canonical, without page; empty when it cannot be read (a field that is gone). */
struct str query_canonical(struct cx *cx, const struct entity *e, struct str query);
