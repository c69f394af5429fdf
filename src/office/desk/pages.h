/* The desk's tables of routes. Private to office/desk. */
#pragma once
#include "platform/web/web.h"

extern const struct route home_routes[], import_routes[], batch_routes[], mail_routes[], help_routes[];
