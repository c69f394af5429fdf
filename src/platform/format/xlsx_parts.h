/* The parts of an XLSX package as XML readers, within the limits of xlsx.h. Private to this folder. */
#pragma once
#include "base/sb.h"
#include "platform/format/xlsx.h"
#include <libxml/xmlreader.h>
#include <zip.h>

struct xlsx_package {
	struct cx *cx;
	zip_t *zip;
	uint64_t unpacked; /* bytes so far, of all parts */
};

struct xlsx_part {
	struct xlsx_package *package;
	zip_file_t *file;
	xmlTextReaderPtr xml;
	bool over; /* a limit was passed while reading */
};

enum err xlsx_package_check(struct xlsx_package *p) MUST_CHECK; /* what the directory of the archive says */
bool xlsx_part_exists(struct xlsx_package *p, struct str name);
enum err xlsx_part_open(struct xlsx_package *p, struct str name, struct xlsx_part *out) MUST_CHECK;
void xlsx_part_close(struct xlsx_part *part);

/* The next node; *more is false at the end. Refuses a DTD and entities of its own. */
enum err xlsx_node(struct xlsx_part *part, bool *more) MUST_CHECK;
bool xlsx_is(struct xlsx_part *part, const char *name); /* the local name of the node */
bool xlsx_opens(struct xlsx_part *part, const char *name);
bool xlsx_closes(struct xlsx_part *part, const char *name); /* its end, or an element without content */
/* An attribute by local name, copied into the arena; absent when there is none. */
struct str xlsx_attr(struct xlsx_part *part, struct arena *a, const char *name);
enum err xlsx_unreadable(struct cx *cx);

/* Numbers of cells; see xlsx_number.c. */
struct str xlsx_number_text(struct arena *a, struct str raw);
/* A serial day number as date, date and time, or time; raw when it is none. */
struct str xlsx_date_text(struct arena *a, struct str raw, bool from_1904);
bool xlsx_format_is_date(struct str code);
