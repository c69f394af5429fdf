/* Agreements and their conditions, as pages: what this folder hands to the program. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability agreements_capability;
