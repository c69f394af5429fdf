/* The bytes of a request body while it arrives: small in the heap, large in pages of their own, which go back to the system
 * when the request is over. Memory is taken as bytes arrive, never for what a header promises. */
#pragma once
#include "base/str.h"

struct body {
	char *ptr;
	size_t len, room;
};
void body_add(struct body *b, const char *bytes, size_t n);
void body_free(struct body *b);
