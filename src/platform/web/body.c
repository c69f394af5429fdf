/* Grows by doubling, with mremap once it is large. */
#include "platform/web/body.h"
#include "base/log.h"
#include <sys/mman.h>

enum { FIRST = 4096, LARGE = 128 * 1024 };

static void move_to_pages(struct body *b, size_t room)
{
	char *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	BUG_IF(p == MAP_FAILED);
	if (b->len) memcpy(p, b->ptr, b->len);
	free(b->ptr);
	b->ptr = p;
}

static void grow(struct body *b, size_t room)
{
	if (b->room >= LARGE) {
		b->ptr = mremap(b->ptr, b->room, room, MREMAP_MAYMOVE);
		BUG_IF(b->ptr == MAP_FAILED);
	} else if (room >= LARGE) {
		move_to_pages(b, room);
	} else {
		b->ptr = realloc(b->ptr, room);
		BUG_IF(!b->ptr);
	}
	b->room = room;
}

void body_add(struct body *b, const char *bytes, size_t n)
{
	size_t room = b->room ? b->room : FIRST;
	while (room < b->len + n)
		room *= 2;
	if (room > b->room) grow(b, room);
	memcpy(b->ptr + b->len, bytes, n);
	b->len += n;
}

void body_free(struct body *b)
{
	if (b->room >= LARGE)
		munmap(b->ptr, b->room);
	else
		free(b->ptr);
	*b = (struct body){0};
}
