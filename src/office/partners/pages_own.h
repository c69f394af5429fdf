/* Shared by the pages of institutions, partners and contacts. */
#pragma once
#include "office/partners/flow.h"
#include "platform/web/capability.h"

extern const struct panel institution_codes_panel, institution_partner_panel, partner_contacts_panel; /* sections.c */
enum err institution_header(struct cx *cx, const void *row, struct page *page);
enum err institution_partner_post(struct cx *cx, const struct request *r, struct reply *p);
