/* Base64 (RFC 4648): standard and URL-safe without padding, and hexadecimal. */
#pragma once
#include "base/str.h"

struct str base64_encode(struct arena *a, struct str bytes);
struct str base64url_encode(struct arena *a, struct str bytes);
/* Both alphabets, padded or not; white space, misplaced padding and stray bits are refused. */
bool base64_decode(struct arena *a, struct str text, struct str *bytes) MUST_CHECK;
struct str hex_encode(struct arena *a, struct str bytes);
bool hex_decode(struct arena *a, struct str text, struct str *bytes) MUST_CHECK;
