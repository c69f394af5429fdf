/* Which kind of file it is, and where its bytes come from. */
#include "platform/format/table.h"
#include "messages.h"
#include "platform/format/xlsx.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct table_reader {
	struct arena *own;
	struct csv_reader *csv; /* or */
	struct xlsx_reader *xlsx;
	int fd;          /* -1 for bytes */
	bool fd_is_ours; /* opened here */
	struct str rest; /* bytes not yet read */
	bool ended;
};

static int64_t read_fd(void *arg, char *buffer, size_t size)
{
	struct table_reader *t = arg;
	ssize_t got;
	do
		got = read(t->fd, buffer, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static int64_t read_bytes(void *arg, char *buffer, size_t size)
{
	struct table_reader *t = arg;
	size_t n = t->rest.len < size ? t->rest.len : size;
	if (n) memcpy(buffer, t->rest.ptr, n);
	t->rest = str_sub(t->rest, n, t->rest.len);
	return (int64_t)n;
}

/* The first bytes; none of a pipe, which is then read as CSV. */
static struct str magic(struct table_reader *t, char buffer[8])
{
	if (t->fd < 0) return str_sub(t->rest, 0, 8);
	ssize_t got = pread(t->fd, buffer, 8, 0);
	return (struct str){buffer, got > 0 ? (size_t)got : 0};
}

static enum err open_kind(struct cx *cx, struct table_reader *t, const struct table_source *source)
{
	char buffer[8];
	struct str head = magic(t, buffer);
	if (str_starts(head, STR("PK\3\4")))
		return t->fd < 0 ? xlsx_open_bytes(cx, t->rest, source->sheet, &t->xlsx) : xlsx_open_fd(cx, t->fd, source->sheet, &t->xlsx);
	if (str_starts(head, STR("\xd0\xcf\x11\xe0")) || str_starts(head, STR("%PDF")))
		return fail(cx, ERR_MEDIA_TYPE, "file", M_table_kind, ARG_S("value", source->name));
	return csv_open(cx, (struct csv_source){t->fd < 0 ? read_bytes : read_fd, t}, &t->csv);
}

enum err table_open(struct cx *cx, const struct table_source *source, struct table_reader **out)
{
	struct arena *own = arena_new();
	struct table_reader *t = ARENA_NEW(own, struct table_reader);
	*t = (struct table_reader){.own = own, .fd = source->fd, .rest = source->bytes};
	enum err err = OK;
	if (str_present(source->path)) {
		t->fd = open(str_z(own, source->path), O_RDONLY | O_CLOEXEC);
		t->fd_is_ours = t->fd >= 0;
		if (t->fd < 0) err = fail(cx, ERR_IO, "file", M_table_open, ARG_S("value", source->path));
	} else if (str_present(source->bytes)) {
		t->fd = -1;
	}
	if (err == OK) err = open_kind(cx, t, source);
	if (err == OK)
		*out = t;
	else
		table_close(t);
	return err;
}

enum err table_open_path(struct cx *cx, struct str path, struct str name, struct table_reader **out)
{
	return table_open(cx, &(struct table_source){.path = path, .name = name}, out);
}

enum err table_open_bytes(struct cx *cx, struct str bytes, struct str name, struct table_reader **out)
{
	return table_open(cx, &(struct table_source){.bytes = str_present(bytes) ? bytes : STR(""), .name = name}, out);
}

void table_close(struct table_reader *t)
{
	if (!t) return;
	csv_close(t->csv);
	xlsx_close(t->xlsx);
	if (t->fd_is_ours) close(t->fd);
	arena_free(t->own);
}

enum err table_next(struct table_reader *t, struct str **cells, size_t *n, int64_t *line, bool *more)
{
	*more = false;
	if (t->ended) return OK;
	enum err err = t->csv ? csv_next(t->csv, cells, n, line, more) : xlsx_next(t->xlsx, cells, n, line, more);
	t->ended = err != OK || !*more;
	return err;
}
