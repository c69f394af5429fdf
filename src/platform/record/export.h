/* A list as a file: the same rows, order and columns, all pages of them. Rows go to the file as they come: memory stays flat. */
#pragma once
#include "platform/entity/entity.h"

enum export_format { EXPORT_CSV, EXPORT_XLSX, EXPORT_JSON };
enum export_reader {
	EXPORT_FOR_PEOPLE,   /* heads and words in the language of cx, titles of what is referred to; CSV as spreadsheets there expect it */
	EXPORT_FOR_PROGRAMS, /* field names and codes, ISO dates, plain numbers: an import reads it back */
};
bool export_format_find(struct str name, enum export_format *out) MUST_CHECK; /* "csv" */
/* Writes the file from the start of fd, which must be able to seek. ERR_DENIED without rights.export, ERR_IO. */
enum err export_rows(struct cx *cx, const struct list_query *q, enum export_format format, enum export_reader reader, int fd) MUST_CHECK;
/* A file without a name, gone when it is closed; -1 when there is no room. */
int export_temporary_file(void);
