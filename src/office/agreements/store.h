/* Reads of agreements and their conditions. Inside a transaction; permission is the caller's. */
#pragma once
#include "office/agreements/model.h"

/* The conditions of an agreement, archived ones left out, in the order of their making. */
enum err agreement_store_conditions(struct cx *cx, struct uuid agreement, struct condition ***out, size_t *len) MUST_CHECK;
/* The agreements with a partner, newest first. */
enum err agreement_store_of_partner(struct cx *cx, struct uuid partner, struct agreement ***out, size_t *len) MUST_CHECK;
