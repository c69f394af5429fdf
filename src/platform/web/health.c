/* /healthz for whoever starts the process, /metrics for who watches it. */
#include "platform/db/db.h"
#include "platform/web/job.h"
#include "platform/web/metrics.h"

static enum err read_something(struct cx *cx, void *arg)
{
	int64_t n;
	return db_number(cx, &n, SQL("select tenant from session limit 1"));
}

/* A read from the file itself, not only a connection. */
static enum err handle_health(struct cx *cx, const struct request *r, struct reply *p)
{
	TRY(db_tx(cx, DB_READ, read_something, NULL));
	p->content_type = STR("text/plain; charset=utf-8");
	p->body = STR("ok\n");
	return OK;
}

static enum err handle_metrics(struct cx *cx, const struct request *r, struct reply *p)
{
	struct sb b;
	sb_init(&b, cx->arena, 256 * 1024);
	metrics_text(&b, cx->db);
	p->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
	p->body = sb_str(&b);
	return OK;
}

const struct route health_routes[] = {
    {HTTP_GET, "/healthz", handle_health, ROUTE_NO_SESSION, NULL},
    {HTTP_GET, "/metrics", handle_metrics, ROUTE_LOOPBACK, NULL},
    {0},
};
