/* Shared by the pages of agreements. */
#pragma once
#include "office/agreements/rules.h"
#include "platform/web/capability.h"

extern const struct list_panel agreement_list_panel, condition_list_panel;                                /* lists.c */
extern const struct panel agreement_conditions_panel, partner_agreements_panel, partner_conditions_panel; /* sections.c */
/* Status in words with its icon; colour comes last. */
void agreement_status_part(struct cx *cx, struct html *h, const struct agreement *a);
enum err agreement_header(struct cx *cx, const void *row, struct page *page);
