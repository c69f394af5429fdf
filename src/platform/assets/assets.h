/* What the browser loads, embedded at build by tools/build_assets.mjs from assets/ and the npm packages of package-lock.json.
 * The name of a file carries the hash of its bytes, so it may be kept for ever (Cache-Control: public, max-age=31536000,
 * immutable). Read-only data: any thread.
 *
 * The pages need: default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self';
 * connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'. */
#pragma once
#include "base/str.h"
#include "platform/assets/asset_names.h" /* enum asset_name { ASSET_CSS, ASSET_JS, ... ASSET_COUNT } */

struct asset {
	const char *path; /* "/assets/passerelle.0123456789.css" */
	const char *content_type;
	const char *etag; /* with its quotes */
	const unsigned char *data;
	size_t size;
	const unsigned char *gzip; /* the same, for clients that accept it; NULL when it would not be shorter */
	size_t gzip_size;
};

extern const struct asset asset_table[ASSET_COUNT];

/* The asset at this request path, NULL when there is none. */
const struct asset *asset_find(struct str path);
static inline const char *asset_url(enum asset_name name) { return asset_table[name].path; }
