/* Any bytes as a query or form: what is read, written again and read again is the same. */
#include "base/log.h"
#include "base/sb.h"
#include "base/utf8.h"
#include "platform/web/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_text(struct sb *b, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		sb_fmt(b, "%%%02x", (unsigned char)s.ptr[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct pairs once, again;
	if (parse_urlencoded(a, (struct str){(const char *)data, size}, 500, &once)) {
		struct sb b;
		sb_init(&b, a, 16 << 20);
		for (size_t i = 0; i < once.len; i++) {
			BUG_IF(!utf8_valid(once.ptr[i].name) || !utf8_valid(once.ptr[i].value));
			write_text(&b, once.ptr[i].name);
			sb_char(&b, '=');
			write_text(&b, once.ptr[i].value);
			sb_char(&b, '&');
		}
		BUG_IF(sb_failed(&b) || !parse_urlencoded(a, sb_str(&b), 500, &again) || again.len != once.len);
		for (size_t i = 0; i < once.len; i++)
			BUG_IF(!str_eq(once.ptr[i].name, again.ptr[i].name) || !str_eq(once.ptr[i].value, again.ptr[i].value));
	}
	arena_free(a);
	return 0;
}
