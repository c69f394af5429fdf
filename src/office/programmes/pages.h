/* What the school teaches, as pages: what this folder hands to the program. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability programmes_capability;
