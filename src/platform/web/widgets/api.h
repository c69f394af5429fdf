/* The JSON interface over every registered entity:
 *   GET    /api/v1/KIND        {"items": [...], "count": n, "more": bool}; filter, sort, q, page, size, archived as lists take them
 *   GET    /api/v1/KIND/{id}   ETag = version; If-None-Match gives 304
 *   POST   /api/v1/KIND        201 with Location
 *   PATCH  /api/v1/KIND/{id}   only the members that are there; If-Match needed: 428 without, 412 when it is no longer so
 *   DELETE /api/v1/KIND/{id}?reason=   archives; If-Match needed
 *   GET    /api/v1/openapi.json        OpenAPI 3.1, public
 * A count above LIST_COUNT_EXACT is null unless count=all. Errors are problem+json. Writes go through entity->ops. */
#pragma once
#include "platform/web/web.h"

extern const struct route api_routes[];
