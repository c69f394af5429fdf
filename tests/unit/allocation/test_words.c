/* Every fault and every reason to refuse a result has its sentence. */
#include "cases.h"
#include "platform/i18n/i18n.h"

static void test_every_code_has_a_sentence(void)
{
	struct arena *arena = arena_new();
	for (int code = 1; code < ALLOCATION_FAULT_COUNT; code++) {
		const char *name = allocation_fault_name((enum allocation_fault_code)code);
		if (!msg_find(str_fmt(arena, "allocation_fault_%s", name))) TAP_FAILURE("no sentence for %s", name);
	}
	for (int code = 1; code < ALLOCATION_WRONG_COUNT; code++) {
		const char *name = allocation_wrong_name((enum allocation_wrong_code)code);
		bool own = code != ALLOCATION_WRONG_FILE; /* says the fault of the file */
		if (own && !msg_find(str_fmt(arena, "allocation_wrong_%s", name))) TAP_FAILURE("no sentence for %s", name);
	}
	arena_free(arena);
}

TAP_MAIN(TAP(test_every_code_has_a_sentence))
