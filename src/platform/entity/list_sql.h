/* The SQL of a list's question. Private to platform/entity. */
#pragma once
#include "base/sb.h"
#include "platform/entity/sqltext.h"

struct list_sql {
	struct cx *cx;
	const struct list_query *q;
	struct sb text;
	struct db_arg *args;
	size_t len;
};
void list_sql_begin(struct cx *cx, const struct list_query *q, struct list_sql *s);
/* " from ... where ..." with everything but order and limit; ERR_DENIED when this actor may read nothing. */
enum err list_sql_from(struct list_sql *s) MUST_CHECK;
void list_sql_order(struct list_sql *s);
struct sql list_sql_text(struct list_sql *s);
