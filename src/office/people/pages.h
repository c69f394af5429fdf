/* People of the school, as pages: what this folder hands to the program. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability people_capability;
