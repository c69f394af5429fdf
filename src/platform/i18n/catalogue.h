/* The compiled catalogues, private to this folder; their tables are written by tools/po_compile.py. */
#pragma once
#include "base/cx.h"
#include "messages.h"

struct msg_forms {
	struct str one, other; /* one is absent when the message has no plural */
	bool plain;            /* no placeholder */
};

extern const struct str msg_keys[M_COUNT]; /* sorted bytewise; the index is the enum msg */
extern const struct msg_forms msg_catalogue[LANG_COUNT][M_COUNT];
