/* Any bytes as an XLSX package, or, when they are no archive, as the sheet inside a package that is in order. */
#include "base/log.h"
#include "base/utf8.h"
#include "platform/format/table.h"
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
static const char *const parts[][2] = {
    {"_rels/.rels", "<Relationships><Relationship Type=\"" TYPE "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/workbook.xml", "<workbook xmlns:r=\"" TYPE "\"><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"r1\" Type=\"" TYPE "/worksheet\" Target=\"sheet.xml\"/>"
                                   "<Relationship Id=\"r2\" Type=\"" TYPE "/styles\" Target=\"styles.xml\"/></Relationships>"},
    {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"},
};

static void add(zip_t *zip, const char *name, const void *bytes, size_t size)
{
	zip_source_t *content = zip_source_buffer(zip, bytes, size, 0);
	zip_int64_t index = zip_file_add(zip, name, content, 0);
	if (index >= 0) zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

static struct str package(struct cx *cx, const uint8_t *sheet, size_t size)
{
	zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_source_keep(memory);
	zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, NULL);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		add(zip, parts[i][0], parts[i][1], strlen(parts[i][1]));
	add(zip, "xl/sheet.xml", sheet, size);
	BUG_IF(zip_close(zip) != 0);
	zip_stat_t stat;
	zip_source_stat(memory, &stat);
	zip_source_open(memory);
	char *bytes = arena_alloc(cx->arena, stat.size);
	BUG_IF(zip_source_read(memory, bytes, stat.size) != (zip_int64_t)stat.size);
	zip_source_close(memory);
	zip_source_free(memory);
	return (struct str){bytes, stat.size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx cx;
	struct table_reader *t;
	log_set_level(LOG_ERROR);
	cx_begin(&cx, NULL);
	struct str bytes = {(const char *)data, size};
	if (!str_starts(bytes, STR("PK"))) bytes = package(&cx, data, size);
	enum err err = table_open_bytes(&cx, bytes, STR("fuzz.xlsx"), &t);
	bool opened = err == OK, more = opened;
	while (more) {
		struct str *cells;
		size_t n;
		int64_t line;
		err = table_next(t, &cells, &n, &line, &more);
		for (size_t i = 0; err == OK && more && i < n; i++)
			BUG_IF(cells[i].len > TABLE_CELL_MAX || !utf8_valid(cells[i]));
		if (err != OK) break;
	}
	BUG_IF(err != OK && !cx.problems);
	if (opened) table_close(t);
	cx_end(&cx);
	return 0;
}
