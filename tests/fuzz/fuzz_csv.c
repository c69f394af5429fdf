/* Any bytes as CSV: the rows do not depend on how the bytes come, and what was read is read again from what the writer
 * makes of it. */
#include "base/log.h"
#include "platform/format/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
	struct str rest;
	size_t piece;
};

static int64_t read_piece(void *arg, char *buffer, size_t size)
{
	struct pieces *p = arg;
	size_t n = p->piece < size ? p->piece : size;
	if (n > p->rest.len) n = p->rest.len;
	if (n) memcpy(buffer, p->rest.ptr, n);
	p->rest = str_sub(p->rest, n, p->rest.len);
	return (int64_t)n;
}

/* The rows as the writer gives them back; *failed when the reading ended with an error. */
static struct str rewritten(struct cx *cx, struct str text, size_t piece, bool *failed)
{
	struct pieces source = {text, piece};
	struct csv_reader *r = NULL;
	struct sb *sb = ARENA_NEW(cx->arena, struct sb);
	struct csv_writer w;
	sb_init(sb, cx->arena, 16 << 20);
	csv_writer_init(&w, sb, ';');
	enum err err = csv_open(cx, (struct csv_source){read_piece, &source}, &r);
	bool more = err == OK;
	for (int64_t before = 0; more;) {
		struct str *cells;
		size_t n;
		int64_t line;
		err = csv_next(r, &cells, &n, &line, &more);
		if (err != OK || !more) break;
		BUG_IF(line <= before || n == 0 || n > TABLE_COLUMNS_MAX);
		before = line;
		for (size_t i = 0; i < n; i++)
			csv_text(&w, cells[i]);
		csv_end_row(&w);
	}
	csv_close(r);
	*failed = err != OK;
	BUG_IF(*failed && !cx->problems);
	return sb_str(sb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx cx;
	struct str text = {(const char *)data, size};
	bool failed, failed_in_pieces, failed_again;
	log_set_level(LOG_ERROR);
	cx_begin(&cx, NULL);
	struct str rows = rewritten(&cx, text, size + 1, &failed);
	BUG_IF(!str_eq(rows, rewritten(&cx, text, 1 + size % 7, &failed_in_pieces)) || failed != failed_in_pieces);
	/* The mark of UTF-8 and the word for the separator keep the second reading from guessing. */
	struct str again = str_concat(cx.arena, STR("\xef\xbb\xbfsep=;\n"), rows);
	if (!failed) BUG_IF(!str_eq(rows, rewritten(&cx, again, 4096, &failed_again)) || failed_again);
	cx_end(&cx);
	return 0;
}
