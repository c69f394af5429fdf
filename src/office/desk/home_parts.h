/* The desk's own part of the home page. Private to office/desk. */
#pragma once
#include "office/people/tasks.h"

enum err home_parts(struct cx *cx, struct home *home) MUST_CHECK;
