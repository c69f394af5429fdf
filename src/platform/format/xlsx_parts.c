/* Parts of an XLSX package: libzip unpacks, libxml2 reads, both watched. */
#include "platform/format/xlsx_parts.h"
#include "messages.h"

enum { RATIO_FROM = 1024 * 1024, XML_OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT };

enum err xlsx_unreadable(struct cx *cx) { return fail(cx, ERR_SYNTAX, "file", M_xlsx_unreadable); }

static enum err over_limits(struct cx *cx) { return fail(cx, ERR_TOO_LARGE, "file", M_xlsx_limits); }

enum err xlsx_package_check(struct xlsx_package *p)
{
	zip_int64_t parts = zip_get_num_entries(p->zip, 0);
	if (parts < 0) return xlsx_unreadable(p->cx);
	if (parts > XLSX_PARTS_MAX) return over_limits(p->cx);
	uint64_t unpacked = 0;
	for (zip_uint64_t i = 0; i < (zip_uint64_t)parts; i++) {
		zip_stat_t stat;
		if (zip_stat_index(p->zip, i, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) || !(stat.valid & ZIP_STAT_COMP_SIZE))
			return xlsx_unreadable(p->cx);
		if (stat.size > XLSX_UNPACKED_MAX) return over_limits(p->cx);
		unpacked += stat.size;
		if (unpacked > XLSX_UNPACKED_MAX) return over_limits(p->cx);
		if (stat.size > RATIO_FROM && stat.size / XLSX_RATIO_MAX > stat.comp_size) return over_limits(p->cx);
	}
	return OK;
}

bool xlsx_part_exists(struct xlsx_package *p, struct str name) { return zip_name_locate(p->zip, str_z(p->cx->arena, name), 0) >= 0; }

/* The directory may lie about sizes: what really comes is counted too. */
static int read_part(void *context, char *buffer, int len)
{
	struct xlsx_part *part = context;
	zip_int64_t got = zip_fread(part->file, buffer, (zip_uint64_t)len);
	if (got < 0) return -1;
	part->package->unpacked += (uint64_t)got;
	part->over = part->package->unpacked > XLSX_UNPACKED_MAX;
	return part->over ? -1 : (int)got;
}

enum err xlsx_part_open(struct xlsx_package *p, struct str name, struct xlsx_part *out)
{
	*out = (struct xlsx_part){.package = p, .file = zip_fopen(p->zip, str_z(p->cx->arena, name), 0)};
	if (!out->file) return xlsx_unreadable(p->cx);
	out->xml = xmlReaderForIO(read_part, NULL, out, "part.xml", NULL, XML_OPTIONS);
	if (out->xml) return OK;
	xlsx_part_close(out);
	return xlsx_unreadable(p->cx);
}

void xlsx_part_close(struct xlsx_part *part)
{
	if (part->xml) xmlFreeTextReader(part->xml);
	if (part->file) zip_fclose(part->file);
	*part = (struct xlsx_part){0};
}

enum err xlsx_node(struct xlsx_part *part, bool *more)
{
	int result = xmlTextReaderRead(part->xml);
	*more = result == 1;
	if (part->over) return over_limits(part->package->cx);
	if (result < 0) return xlsx_unreadable(part->package->cx);
	int type = *more ? xmlTextReaderNodeType(part->xml) : XML_READER_TYPE_NONE;
	if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE) return xlsx_unreadable(part->package->cx);
	return OK;
}

bool xlsx_is(struct xlsx_part *part, const char *name)
{
	const char *local = (const char *)xmlTextReaderConstLocalName(part->xml);
	return local && strcmp(local, name) == 0;
}

bool xlsx_opens(struct xlsx_part *part, const char *name)
{
	return xmlTextReaderNodeType(part->xml) == XML_READER_TYPE_ELEMENT && xlsx_is(part, name);
}

bool xlsx_closes(struct xlsx_part *part, const char *name)
{
	int type = xmlTextReaderNodeType(part->xml);
	bool end = type == XML_READER_TYPE_END_ELEMENT || (type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(part->xml) == 1);
	return end && xlsx_is(part, name);
}

struct str xlsx_attr(struct xlsx_part *part, struct arena *a, const char *name)
{
	struct str value = STR_NONE;
	while (xmlTextReaderMoveToNextAttribute(part->xml) == 1) {
		if (!xlsx_is(part, name)) continue;
		value = str_copy(a, str_of((const char *)xmlTextReaderConstValue(part->xml)));
		break;
	}
	xmlTextReaderMoveToElement(part->xml);
	return value;
}
