/* Shared by the pages of programmes. */
#pragma once
#include "office/programmes/model.h"
#include "platform/web/capability.h"

extern const struct panel person_enrolments_panel, person_contracts_panel, programme_enrolments_panel; /* sections.c */
extern const struct panel contract_calendar_panel;                                                     /* calendar.c */
