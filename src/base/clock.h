/* Time as the machine sees it. Flows and rules never call this: they take cx->now_ms. */
#pragma once
#include "base/attr.h"

int64_t clock_now_ms(void);       /* UTC milliseconds since 1970 */
int64_t clock_monotonic_us(void); /* for measuring */
