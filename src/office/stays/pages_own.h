/* Shared by the pages of stays. */
#pragma once
#include "office/stays/flow.h"
#include "platform/web/capability.h"

extern const struct list_panel stay_list_panel;                                           /* wall.c */
extern const struct list_panel condition_seats_panel;                                     /* seats.c */
extern const struct list_panel partner_list_panel;                                        /* partner_list.c */
extern const struct panel partner_balance_panel, partner_stays_panel, person_stays_panel; /* sections.c */
extern const struct panel stay_people_panel, stay_agreement_panel;                        /* dossier.c */

/* The state of a stay in words, with its icon; under it since when, or when it comes. */
void stay_state_part(struct cx *cx, struct html *h, const struct stay *s);
struct str stay_balance_text(struct cx *cx, int64_t balance); /* "+3" */
/* dossier.c */
enum err stay_header(struct cx *cx, const void *row, struct page *page);
enum err stay_timeline_part(struct cx *cx, struct html *h, const void *row);
enum err stay_step_part(struct cx *cx, const struct request *r, struct reply *p, struct html *h, const void *row);
enum err stay_step_post(struct cx *cx, const struct request *r, struct reply *p);
enum err stay_cancel_post(struct cx *cx, const struct request *r, struct reply *p);
/* picture.c: GET /stays/picture */
enum err stay_picture_get(struct cx *cx, const struct request *r, struct reply *p);
