/* Shared by the pages of people. */
#pragma once
#include "platform/web/capability.h"

extern const struct panel person_identifiers_panel, person_languages_panel, person_posts_panel, person_account_panel,
    unit_people_panel; /* sections.c */
enum err person_header(struct cx *cx, const void *row, struct page *page);
