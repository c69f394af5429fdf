/* The embedded assets. Their names carry the hash of their bytes, so a browser asks for each of them once.
 * Only these are compressed, at build: a page would cost more to compress than to make, and compressing a secret (the CSRF
 * token) beside text that a reader can choose tells its length (BREACH). A proxy may compress pages on its own account. */
#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"
#include "platform/web/job.h"

static bool accepts_gzip(const struct request *r)
{
	struct str list = request_header(r, "accept-encoding"), item;
	while (str_split(&list, ',', &item)) {
		item = str_trim(item);
		if (str_starts(item, STR("gzip")) && str_find(item, STR("q=0")) == STR_NPOS) return true;
	}
	return false;
}

static enum err handle_asset(struct cx *cx, const struct request *r, struct reply *p)
{
	const struct asset *asset = asset_find(r->path);
	if (!asset) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	bool gzip = asset->gzip && accepts_gzip(r);
	p->content_type = str_of(asset->content_type);
	p->body = gzip ? (struct str){(const char *)asset->gzip, asset->gzip_size} : (struct str){(const char *)asset->data, asset->size};
	p->etag = str_of(asset->etag);
	p->cache_control = STR("public, max-age=31536000, immutable");
	if (gzip) reply_header(cx, p, "Content-Encoding", STR("gzip"));
	if (asset->gzip) reply_header(cx, p, "Vary", STR("Accept-Encoding"));
	return OK;
}

const struct route static_routes[] = {
    {HTTP_GET, "/assets/{name}", handle_asset, ROUTE_NO_SESSION, NULL},
    {0},
};
