/* With whom, as pages: what this folder hands to the program. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability partners_capability;
