/* The capabilities of the program, joined. */
#pragma once
#include "platform/web/capability.h"

extern const struct capability *const capabilities[]; /* in the order of the house */
/* Registers entities and import maps, and joins the rest; once, before threads. */
void capabilities_join(struct arena *a);

/* All of them as one. */
const struct capability *capabilities_joined(void);
extern const struct nav_item office_nav[], student_nav[], foot_nav[];
