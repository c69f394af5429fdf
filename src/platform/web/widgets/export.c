/* The list as a file to keep: exactly what the reader sees, all pages of it. */
#include "platform/record/export.h"
#include "base/date.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/pages_own.h"
#include <unistd.h>

static enum err export_file(struct cx *cx, const struct request *r, struct reply *p, enum export_format format, const char *ext,
                            const char *type)
{
	const struct entity *e = pages_of_request(r)->entity;
	struct list_query q;
	TRY(list_query_parse(cx, e, r->query, &q));
	int fd = export_temporary_file();
	if (fd < 0) return fail(cx, ERR_IO, NULL, M_error_io);
	enum err err = export_rows(cx, &q, format, EXPORT_FOR_PEOPLE, fd);
	off_t size = err == OK ? lseek(fd, 0, SEEK_END) : -1;
	if (err == OK && (size < 0 || lseek(fd, 0, SEEK_SET) != 0)) err = fail(cx, ERR_IO, NULL, M_error_io);
	if (err != OK) {
		close(fd);
		return err;
	}
	struct str today = date_iso(cx->arena, cx_today(cx));
	return reply_file(cx, p, fd, size, type, str_fmt(cx->arena, "%s-%.*s.%s", e->kind, STR_ARG(today), ext));
}

enum err export_csv(struct cx *cx, const struct request *r, struct reply *p)
{
	return export_file(cx, r, p, EXPORT_CSV, "csv", "text/csv; charset=utf-8");
}

enum err export_xlsx(struct cx *cx, const struct request *r, struct reply *p)
{
	return export_file(cx, r, p, EXPORT_XLSX, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

enum err export_json(struct cx *cx, const struct request *r, struct reply *p)
{
	return export_file(cx, r, p, EXPORT_JSON, "json", "application/json");
}
