/* Any bytes as a Cookie header, and as the value of a header with parameters. */
#include "base/log.h"
#include "platform/web/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_visible(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		BUG_IF((unsigned char)s.ptr[i] <= 0x20 || (unsigned char)s.ptr[i] >= 0x7f || s.ptr[i] == ';');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str input = {(const char *)data, size}, word;
	struct pairs cookies, params;
	parse_cookies(a, input, &cookies);
	BUG_IF(cookies.len > PARSE_COOKIES_MAX);
	for (size_t i = 0; i < cookies.len; i++) {
		BUG_IF(cookies.ptr[i].name.len == 0);
		check_visible(cookies.ptr[i].name);
		check_visible(cookies.ptr[i].value);
	}
	if (parse_header_value(a, input, &word, &params)) {
		BUG_IF(word.len == 0 || params.len > 16);
		for (size_t i = 0; i < params.len; i++)
			BUG_IF(params.ptr[i].name.len == 0 || params.ptr[i].value.len > size);
	}
	arena_free(a);
	return 0;
}
