/* Any bytes as the address of a request: a path that is taken has no dot segment, no control character, no second slash in front. */
#include "base/log.h"
#include "base/utf8.h"
#include "platform/web/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str path, query, rest, segment;
	if (parse_target(a, (struct str){(const char *)data, size}, &path, &query)) {
		BUG_IF(path.len == 0 || path.ptr[0] != '/' || path.len > PARSE_PATH_MAX || !utf8_valid(path));
		BUG_IF(path.len > 1 && path.ptr[1] == '/');
		for (size_t i = 0; i < path.len; i++)
			BUG_IF((unsigned char)path.ptr[i] < 0x20 || path.ptr[i] == '\\' || path.ptr[i] == 0x7f);
		rest = str_sub(path, 1, path.len);
		while (str_split(&rest, '/', &segment))
			BUG_IF(str_is(segment, ".") || str_is(segment, ".."));
		BUG_IF(str_present(query) && query.ptr + query.len != (const char *)data + size);
	}
	arena_free(a);
	return 0;
}
