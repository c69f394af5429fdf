/* The first line is the boundary, the rest the body: parts lie inside the body, in order, and their names are clean. */
#include "base/log.h"
#include "base/utf8.h"
#include "platform/web/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_part(const struct part *p, struct str body, const char **last)
{
	BUG_IF(!str_present(p->name) || p->name.len > PARSE_NAME_MAX || !utf8_valid(p->name));
	BUG_IF(p->bytes.ptr < *last || p->bytes.ptr + p->bytes.len > body.ptr + body.len);
	*last = p->bytes.ptr + p->bytes.len;
	BUG_IF(p->filename.len > PARSE_FILENAME_MAX || !utf8_valid(p->filename));
	for (size_t i = 0; i < p->filename.len; i++)
		BUG_IF(p->filename.ptr[i] == '/' || p->filename.ptr[i] == '\\' || (unsigned char)p->filename.ptr[i] < 0x20);
	if (!str_present(p->filename)) BUG_IF(!utf8_valid(p->bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str input = {(const char *)data, size}, boundary = STR("");
	size_t line = str_find_char(input, '\n');
	if (line != STR_NPOS) boundary = str_sub(input, 0, line);
	struct str body = line == STR_NPOS ? input : str_sub(input, line + 1, size);
	struct parts parts;
	if (parse_multipart(a, body, boundary, &parts)) {
		const char *last = body.ptr;
		for (size_t i = 0; i < parts.len; i++)
			check_part(&parts.ptr[i], body, &last);
	}
	arena_free(a);
	return 0;
}
