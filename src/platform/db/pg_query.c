/* PostgreSQL: statements with binary arguments and results, rows read one at a time, pipelines. */
#include "platform/db/postgres.h"
#include <endian.h>

/* Types as the server numbers them (pg_type.dat). */
enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_NAME = 19,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_VARCHAR = 1043,
	OID_VOID = 2278,
	OID_UUID = 2950
};

#define ARGS_MAX 2048 /* a list: 24 filters of 50 values; a page of 1,000 references */
#define WAITING_MAX 256
#define WAITING_BYTES_MAX (1 << 20)
#define FETCH_ROWS 500

/* Rows of one query. What is left on the wire when another statement runs is packed into `kept`. */
struct pg_rows {
	struct pg_conn *conn;
	struct pg_rows *next;
	PGresult *res; /* holds the current row unless it lies in kept */
	int row;       /* next one in res */
	bool streaming;
	char cursor[24]; /* ROWS_BIG: its name */
	char *kept;
	size_t kept_len, kept_cap, kept_at;
	const char **values; /* of the current row */
	int *lens;           /* -1: NULL */
	Oid *types;
};

/* Arguments */

struct params {
	Oid types[ARGS_MAX];
	const char *values[ARGS_MAX];
	int lens[ARGS_MAX], formats[ARGS_MAX];
	int64_t nums[ARGS_MAX];
	int n;
	size_t bytes;
};

static Oid type_oid(enum db_type t)
{
	static const Oid oids[] = {[DB_NULL] = 0, [DB_INT] = OID_INT8, [DB_TEXT] = OID_TEXT, [DB_BYTES] = OID_BYTEA, [DB_UUID] = OID_UUID};
	return oids[t];
}

static void params_fill(struct params *p, const struct db_arg *args, size_t nargs)
{
	BUG_IF(nargs > ARGS_MAX);
	p->n = (int)nargs;
	p->bytes = 0;
	for (size_t i = 0; i < nargs; i++) {
		const struct db_arg *a = &args[i];
		bool null = a->type == DB_NULL;
		p->types[i] = type_oid(null ? (enum db_type)a->num : a->type);
		p->formats[i] = 1;
		p->values[i] = NULL;
		p->lens[i] = 0;
		if (null) continue;
		if (a->type == DB_INT) {
			p->nums[i] = (int64_t)htobe64((uint64_t)a->num);
			p->values[i] = (const char *)&p->nums[i];
			p->lens[i] = 8;
		} else if (a->type == DB_UUID) {
			p->values[i] = (const char *)a->id.b;
			p->lens[i] = 16;
		} else {
			BUG_IF(a->text.len > INT32_MAX);
			p->values[i] = a->text.ptr ? a->text.ptr : "";
			p->lens[i] = (int)a->text.len;
		}
		p->bytes += (size_t)p->lens[i];
	}
}

static uint64_t types_key(const struct params *p)
{
	uint64_t h = 1;
	for (int i = 0; i < p->n; i++)
		h = h * 0x9e3779b97f4a7c15ull + p->types[i];
	return h;
}

/* Statements */

static void stmt_name(char out[24], const struct stmt *s) { snprintf(out, 24, "s%lld", (long long)s->serial); }

static enum err prepare(struct cx *cx, const char *text, const struct params *p, struct stmt **out)
{
	struct pg_conn *c = cx->tx->conn;
	uint64_t key = types_key(p);
	char name[24];
	*out = stmt_find(&c->cache, text, key);
	if (*out) return OK;
	TRY(pg_ready(cx, cx->tx, c));
	struct stmt *s = stmt_new(text, key);
	s->serial = ++c->serial;
	stmt_name(name, s);
	char *dollars = dialect_dollars(text);
	PGresult *r = PQprepare(c->c, name, dollars, p->n, p->types);
	free(dollars);
	enum err e = PQresultStatus(r) == PGRES_COMMAND_OK ? OK : pg_fail(cx, cx->tx, c, r, text);
	PQclear(r);
	if (e) {
		stmt_free(s);
		return e;
	}
	struct stmt *gone = stmt_add(&c->cache, s);
	if (gone) {
		char drop[48];
		snprintf(drop, sizeof drop, "deallocate s%lld", (long long)gone->serial);
		e = pg_simple(cx, cx->tx, c, drop);
		stmt_free(gone);
	}
	*out = s;
	return e;
}

/* A setting of this transaction, with the statement that comes next. */
static bool send_setting(struct pg_conn *c, const char *prepared, const char *value)
{
	if (!PQsendQueryPrepared(c->c, prepared, 1, &value, NULL, NULL, 0)) return false;
	c->ahead++;
	return true;
}

static bool send_tenant(struct pg_conn *c, int64_t tenant)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)tenant);
	c->tenant = tenant;
	return send_setting(c, PG_TENANT, text);
}

/* Reads only: something may be sent that nobody waits for. */
static enum err open_ahead(struct cx *cx, struct pg_conn *c)
{
	if (c->ahead) return OK;
	TRY(pg_ready(cx, cx->tx, c));
	if (!PQenterPipelineMode(c->c)) return pg_fail(cx, cx->tx, c, NULL, "pipeline");
	if (!c->single) return OK;
	c->single = false; /* something whose rows do not matter comes first */
	return send_tenant(c, c->tenant) ? OK : pg_fail(cx, cx->tx, c, NULL, PG_TENANT);
}

static enum err follow_plans(struct cx *cx, bool fixed)
{
	struct pg_conn *c = cx->tx->conn;
	if (cx->tx->mode != DB_READ || c->fixed == fixed) return OK;
	TRY(open_ahead(cx, c));
	c->fixed = fixed;
	return send_setting(c, PG_PLANS, fixed ? "force_generic_plan" : "auto") ? OK : pg_fail(cx, cx->tx, c, NULL, PG_PLANS);
}

/* Row-level security follows cx: a nested flow may act for another school. */
static enum err follow_tenant(struct cx *cx)
{
	struct pg_conn *c = cx->tx->conn;
	if (c->tenant == cx->tenant) return OK;
	if (cx->tx->mode == DB_READ) {
		TRY(open_ahead(cx, c));
		return send_tenant(c, cx->tenant) ? OK : pg_fail(cx, cx->tx, c, NULL, PG_TENANT);
	}
	TRY(pg_ready(cx, cx->tx, c));
	char text[64];
	snprintf(text, sizeof text, "set local passerelle.tenant='%lld'", (long long)cx->tenant);
	TRY(pg_simple(cx, cx->tx, c, text));
	c->tenant = cx->tenant;
	return OK;
}

enum err pg_exec(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs, int64_t *changed)
{
	struct pg_conn *c = cx->tx->conn;
	struct params p;
	struct stmt *s;
	char name[24];
	params_fill(&p, args, nargs);
	TRY(follow_tenant(cx));
	TRY(prepare(cx, text, &p, &s));
	TRY(pg_ready(cx, cx->tx, c));
	stmt_name(name, s);
	PGresult *r = PQexecPrepared(c->c, name, p.n, p.values, p.lens, p.formats, 1);
	ExecStatusType st = PQresultStatus(r);
	enum err e = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ? OK : pg_fail(cx, cx->tx, c, r, text);
	if (!e && changed) {
		const char *count = PQcmdTuples(r);
		*changed = st == PGRES_COMMAND_OK && *count ? strtoll(count, NULL, 10) : 0;
		if (st == PGRES_TUPLES_OK && strncmp(PQcmdStatus(r), "SELECT", 6)) *changed = strtoll(count, NULL, 10); /* returning */
	}
	PQclear(r);
	return e;
}

/* Rows */

static void rows_free(struct pg_rows *r)
{
	for (struct pg_rows **at = &r->conn->rows; *at; at = &(*at)->next) {
		if (*at != r) continue;
		*at = r->next;
		break;
	}
	PQclear(r->res);
	free(r->kept);
	free(r->values);
	free(r->lens);
	free(r->types);
	free(r);
}

void pg_free_rows(struct pg_conn *c)
{
	while (c->rows)
		rows_free(c->rows);
}

static void rows_shape(struct pg_rows *r, const PGresult *res)
{
	size_t cols = (size_t)PQnfields(res);
	r->values = db_alloc((cols + 1) * sizeof *r->values);
	r->lens = db_alloc((cols + 1) * sizeof *r->lens);
	r->types = db_alloc((cols + 1) * sizeof *r->types);
	for (size_t i = 0; i < cols; i++)
		r->types[i] = PQftype(res, (int)i);
}

/* Reads what is left of the current statement, and leaves the pipeline that a read began with. */
static void wire_end(struct pg_conn *c)
{
	for (PGresult *end; (end = PQgetResult(c->c));)
		PQclear(end);
	if (!c->synced) return;
	PQclear(PQgetResult(c->c));
	c->synced = false;
	if (!PQexitPipelineMode(c->c)) c->dead = true;
}

/* The next result from the wire becomes r->res; at the end streaming stops. */
static enum err rows_receive(struct cx *cx, struct pg_rows *r)
{
	struct pg_conn *c = r->conn;
	PQclear(r->res);
	r->res = PQgetResult(c->c);
	r->row = 0;
	ExecStatusType st = PQresultStatus(r->res);
	if (r->res && st == PGRES_SINGLE_TUPLE) return OK;
	enum err e = st == PGRES_TUPLES_OK || st == PGRES_COMMAND_OK ? OK : pg_fail(cx, cx->tx, c, r->res, "rows");
	wire_end(c);
	r->streaming = false;
	c->streaming = NULL;
	return e;
}

static void keep_bytes(struct pg_rows *r, const void *p, size_t n)
{
	if (r->kept_cap - r->kept_len < n) {
		r->kept_cap = (r->kept_cap + n) * 2;
		r->kept = realloc(r->kept, r->kept_cap);
		BUG_IF(!r->kept);
	}
	if (n) memcpy(r->kept + r->kept_len, p, n);
	r->kept_len += n;
}

static void keep_rows(struct pg_rows *r, const PGresult *res, int from)
{
	for (int row = from; row < PQntuples(res); row++) {
		for (int i = 0; i < PQnfields(res); i++) {
			int len = PQgetisnull(res, row, i) ? -1 : PQgetlength(res, row, i);
			keep_bytes(r, &len, sizeof len);
			keep_bytes(r, PQgetvalue(res, row, i), len > 0 ? (size_t)len : 0);
		}
	}
}

/* Frees the wire. The current row stays where it is, since its views are still looked at. */
static enum err rows_keep_rest(struct cx *cx, struct pg_rows *r)
{
	PGresult *current = r->res;
	int row = r->row;
	keep_rows(r, current, row);
	enum err e = OK;
	r->res = NULL;
	while (r->streaming && !e) {
		e = rows_receive(cx, r);
		if (!e) keep_rows(r, r->res, 0);
	}
	PQclear(r->res);
	r->res = current;
	r->row = PQntuples(current); /* what comes next lies in kept */
	return e;
}

static void rows_from_kept(struct pg_rows *r, int cols)
{
	for (int i = 0; i < cols; i++) {
		memcpy(&r->lens[i], r->kept + r->kept_at, sizeof r->lens[i]);
		r->kept_at += sizeof r->lens[i];
		r->values[i] = r->kept + r->kept_at;
		if (r->lens[i] > 0) r->kept_at += (size_t)r->lens[i];
	}
}

static void rows_from_result(struct pg_rows *r, int cols)
{
	for (int i = 0; i < cols; i++) {
		r->lens[i] = PQgetisnull(r->res, r->row, i) ? -1 : PQgetlength(r->res, r->row, i);
		r->values[i] = PQgetvalue(r->res, r->row, i);
	}
	r->row++;
}

static enum err fetch(struct cx *cx, struct pg_rows *r)
{
	char text[64];
	snprintf(text, sizeof text, "fetch %d from %s", FETCH_ROWS, r->cursor);
	TRY(pg_ready(cx, cx->tx, r->conn));
	PQclear(r->res);
	r->res = PQexecParams(r->conn->c, text, 0, NULL, NULL, NULL, NULL, 1);
	r->row = 0;
	return PQresultStatus(r->res) == PGRES_TUPLES_OK ? OK : pg_fail(cx, cx->tx, r->conn, r->res, text);
}

static enum err open_cursor(struct cx *cx, struct pg_rows *r, const char *text, const struct params *p)
{
	snprintf(r->cursor, sizeof r->cursor, "c%lld", (long long)++r->conn->serial);
	char *dollars = dialect_dollars(text);
	const char *z = str_z(cx->arena, str_fmt(cx->arena, "declare %s no scroll cursor for %s", r->cursor, dollars));
	free(dollars);
	PGresult *res = PQexecParams(r->conn->c, z, p->n, p->types, p->values, p->lens, p->formats, 1);
	enum err e = PQresultStatus(res) == PGRES_COMMAND_OK ? OK : pg_fail(cx, cx->tx, r->conn, res, text);
	PQclear(res);
	return e ? e : fetch(cx, r);
}

/* A read begins without waiting: on a page of some statements every journey to the server counts. */
enum err pg_begin_read(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	if (PQenterPipelineMode(c->c) && PQsendQueryPrepared(c->c, PG_BEGIN_READ, 0, NULL, NULL, NULL, 0)) {
		c->ahead = 1;
		if (send_tenant(c, cx->tenant)) return OK;
	}
	c->dead = s->again = true; /* an idle connection whose server has gone: half a pipeline is of no use */
	c->ahead = 0;
	return pg_fail(cx, s, c, NULL, PG_BEGIN_READ);
}

/* The answers to what was sent ahead, once the sync was sent. */
static enum err take_ahead(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	enum err e = OK;
	c->synced = true;
	for (int at = 1, all = c->ahead; at <= all; at++, c->ahead--) {
		PGresult *r = PQgetResult(c->c);
		ExecStatusType st = PQresultStatus(r);
		if (st != PGRES_COMMAND_OK && st != PGRES_TUPLES_OK && st != PGRES_SINGLE_TUPLE && !e) e = pg_fail(cx, s, c, r, "begin");
		if (c->asked_at == at && !e) {
			c->answer = r;
			c->asked_at = 0;
			r = PQgetResult(c->c);
		}
		while (r) {
			PQclear(r);
			r = PQgetResult(c->c);
		}
	}
	if (e && c->dead) s->again = true; /* an idle connection whose server has restarted */
	return e;
}

static uint64_t question_key(const char *text, const struct params *p, int64_t tenant)
{
	uint64_t key = str_hash(str_of(text)) ^ types_key(p) ^ (uint64_t)tenant;
	for (int i = 0; i < p->n; i++)
		key = (key ^ str_hash((struct str){p->values[i], p->values[i] ? (size_t)p->lens[i] : 0}) ^ !p->values[i]) *
		      0x9e3779b97f4a7c15u;
	return key | 1;
}

void pg_forget_asked(struct pg_conn *c)
{
	PQclear(c->answer);
	c->answer = NULL;
	c->asked = 0;
	c->asked_at = 0;
}

enum err pg_ahead(struct cx *cx, const char *text, const struct db_arg *args, size_t nargs)
{
	struct pg_conn *c = cx->tx->conn;
	struct params p;
	char name[24];
	params_fill(&p, args, nargs);
	struct stmt *s = stmt_find(&c->cache, text, types_key(&p));
	if (!s || c->asked) return OK; /* only a hint */
	TRY(follow_tenant(cx));
	TRY(open_ahead(cx, c));
	stmt_name(name, s);
	if (!PQsendQueryPrepared(c->c, name, p.n, p.values, p.lens, p.formats, 1)) return pg_fail(cx, cx->tx, c, NULL, text);
	c->asked = question_key(text, &p, c->tenant);
	c->asked_at = ++c->ahead;
	return OK;
}

/* The answer, when this was asked ahead. */
static enum err take_answer(struct cx *cx, const char *text, const struct params *p, PGresult **out)
{
	struct pg_conn *c = cx->tx->conn;
	*out = NULL;
	if (!c->asked || c->asked != question_key(text, p, cx->tenant)) return OK;
	if (c->asked_at) TRY(pg_ready(cx, cx->tx, c));
	*out = c->answer;
	c->answer = NULL;
	pg_forget_asked(c);
	return OK;
}

static enum err open_stream(struct cx *cx, struct pg_rows *r, const char *text, const struct params *p, bool single)
{
	struct stmt *s;
	char name[24];
	TRY(prepare(cx, text, p, &s));
	stmt_name(name, s);
	PGconn *c = r->conn->c;
	if (!PQsendQueryPrepared(c, name, p->n, p->values, p->lens, p->formats, 1)) return pg_fail(cx, cx->tx, r->conn, NULL, text);
	if (r->conn->ahead) {
		if (!PQpipelineSync(c)) return pg_fail(cx, cx->tx, r->conn, NULL, text);
		enum err begun = take_ahead(cx, cx->tx, r->conn);
		if (begun) return wire_end(r->conn), begun;
	}
	r->conn->single = single;
	if (single) PQsetSingleRowMode(c);
	r->streaming = true;
	r->conn->streaming = r;
	enum err e = rows_receive(cx, r);
	if (e) r->conn->streaming = NULL;
	return e;
}

static void rows_open(struct db_rows *rows, struct pg_rows *r)
{
	rows_shape(r, r->res);
	r->next = r->conn->rows;
	r->conn->rows = r;
	rows->impl = r;
	rows->cols = PQnfields(r->res);
}

static void rows_of_answer(struct db_rows *rows, struct pg_conn *c, PGresult *answer)
{
	struct pg_rows *r = db_alloc(sizeof *r);
	r->conn = c;
	r->res = answer;
	rows_open(rows, r);
}

enum err pg_query(struct db_rows *rows, const char *text, const struct db_arg *args, size_t nargs, enum rows_how how)
{
	struct cx *cx = rows->cx;
	struct pg_conn *c = cx->tx->conn;
	struct params p;
	params_fill(&p, args, nargs);
	PGresult *answer = NULL;
	if (how == ROWS_FEW) TRY(take_answer(cx, text, &p, &answer));
	if (answer) return rows_of_answer(rows, c, answer), OK;
	TRY(follow_tenant(cx));
	TRY(follow_plans(cx, how == ROWS_FIXED));
	/* What was sent ahead travels with a statement that the server knows; anything else waits for it. */
	bool together = c->ahead && how != ROWS_BIG && stmt_find(&c->cache, text, types_key(&p));
	if (!together) TRY(pg_ready(cx, cx->tx, c));
	struct pg_rows *r = db_alloc(sizeof *r);
	r->conn = c;
	enum err e = how == ROWS_BIG ? open_cursor(cx, r, text, &p) : open_stream(cx, r, text, &p, how == ROWS_STREAM);
	if (e) {
		rows_free(r);
		return e;
	}
	rows_open(rows, r);
	return OK;
}

bool pg_next(struct db_rows *rows)
{
	struct pg_rows *r = rows->impl;
	if (r->row < PQntuples(r->res)) {
		rows_from_result(r, rows->cols);
		return true;
	}
	if (r->kept_at < r->kept_len) {
		rows_from_kept(r, rows->cols);
		return true;
	}
	if (r->streaming) {
		rows->err = rows_receive(rows->cx, r);
	} else if (r->cursor[0] && PQntuples(r->res) == FETCH_ROWS) {
		rows->err = fetch(rows->cx, r);
	} else {
		return false;
	}
	if (rows->err || !PQntuples(r->res)) return false;
	rows_from_result(r, rows->cols);
	return true;
}

void pg_done(struct db_rows *rows)
{
	struct pg_rows *r = rows->impl;
	struct cx *cx = rows->cx;
	if (r->streaming) {
		wire_end(r->conn);
		r->conn->streaming = NULL;
	}
	if (r->cursor[0] && cx->tx && !cx->tx->broken && !rows->err) {
		char text[48];
		snprintf(text, sizeof text, "close %s", r->cursor);
		enum err e = pg_ready(cx, cx->tx, r->conn);
		if (!e) e = pg_simple(cx, cx->tx, r->conn, text);
		if (e) cx->tx->broken = rows->err = e;
	}
	rows_free(r);
}

static enum db_type type_of(const struct pg_rows *r, int col)
{
	switch (r->types[col]) {
	case OID_BOOL:
	case OID_INT2:
	case OID_INT4:
	case OID_INT8: return DB_INT;
	case OID_BYTEA: return DB_BYTES;
	case OID_UUID: return DB_UUID;
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_NAME: return DB_TEXT;
	default:
		log_error("postgres: column %d has type %u; cast it", col, r->types[col]);
		BUG_IF("a type that is not read");
		return DB_NULL;
	}
}

void pg_get(struct db_rows *rows, int col, struct db_value *out)
{
	struct pg_rows *r = rows->impl;
	int len = r->lens[col];
	out->type = DB_NULL;
	if (len < 0) return;
	out->type = type_of(r, col);
	out->bytes = (struct str){r->values[col], (size_t)len};
	if (out->type != DB_INT) return;
	const unsigned char *v = (const unsigned char *)r->values[col];
	out->num = (int8_t)v[0];
	for (int i = 1; i < len; i++)
		out->num = (int64_t)((uint64_t)out->num << 8 | v[i]);
}

/* Pipelines */

/* Reads all results that are waiting; the first error is the one that counts. */
static enum err pipeline_read(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	enum err e = OK;
	if (!PQpipelineSync(c->c)) return pg_fail(cx, s, c, NULL, "pipeline");
	for (int nulls = 0; nulls < 2;) {
		PGresult *r = PQgetResult(c->c);
		ExecStatusType st = PQresultStatus(r);
		nulls = r ? 0 : nulls + 1;
		if (r && st == PGRES_FATAL_ERROR && !e) e = pg_fail(cx, s, c, r, "batch");
		PQclear(r);
		if (r && st == PGRES_PIPELINE_SYNC) break;
		if (nulls == 2) e = pg_fail(cx, s, c, NULL, "pipeline");
	}
	c->waiting = 0;
	c->waiting_bytes = 0;
	return e;
}

static enum err pipeline_leave(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	enum err e = c->waiting ? pipeline_read(cx, s, c) : OK;
	if (PQexitPipelineMode(c->c)) c->pipeline = false;
	if (c->pipeline) c->dead = true;
	if (c->pipeline && !e) e = pg_fail(cx, s, c, NULL, "pipeline");
	return e;
}

enum err pg_ready(struct cx *cx, struct db_session *s, struct pg_conn *c)
{
	enum err e = OK;
	if (c->ahead) {
		if (!PQpipelineSync(c->c)) return pg_fail(cx, s, c, NULL, "begin");
		e = take_ahead(cx, s, c);
		wire_end(c);
	}
	if (c->streaming) e = rows_keep_rest(cx, c->streaming);
	if (c->pipeline && !e) e = pipeline_leave(cx, s, c);
	return e;
}

void pg_drop_results(struct pg_conn *c)
{
	if (c->ahead) {
		c->synced = PQpipelineSync(c->c);
		c->dead = c->dead || !c->synced;
		for (; c->ahead; c->ahead--)
			for (PGresult *r; (r = PQgetResult(c->c));)
				PQclear(r);
	}
	if (c->pipeline && c->waiting && PQpipelineSync(c->c)) {
		for (int nulls = 0; nulls < 2;) {
			PGresult *r = PQgetResult(c->c);
			bool sync = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
			nulls = r ? 0 : nulls + 1;
			PQclear(r);
			if (sync) break;
		}
		c->waiting = 0;
		c->waiting_bytes = 0;
	}
	if (c->pipeline && PQexitPipelineMode(c->c)) c->pipeline = false;
	if (c->pipeline) return;
	wire_end(c);
	if (c->streaming) c->streaming->streaming = false;
	c->streaming = NULL;
}

enum err pg_batch_begin(struct cx *cx, struct db_batch *batch) { return OK; }

enum err pg_batch_add(struct db_batch *batch, const struct db_arg *args, size_t nargs)
{
	struct cx *cx = batch->cx;
	struct pg_conn *c = cx->tx->conn;
	struct params p;
	struct stmt *s;
	char name[24];
	params_fill(&p, args, nargs);
	TRY(follow_tenant(cx));
	TRY(prepare(cx, batch->sql.text, &p, &s));
	if (!c->pipeline) {
		TRY(pg_ready(cx, cx->tx, c));
		if (!PQenterPipelineMode(c->c)) return pg_fail(cx, cx->tx, c, NULL, "pipeline");
		c->pipeline = true;
	}
	stmt_name(name, s);
	if (!PQsendQueryPrepared(c->c, name, p.n, p.values, p.lens, p.formats, 1)) return pg_fail(cx, cx->tx, c, NULL, batch->sql.text);
	c->waiting++;
	c->waiting_bytes += p.bytes;
	if (c->waiting < WAITING_MAX && c->waiting_bytes < WAITING_BYTES_MAX) return OK;
	return pipeline_read(cx, cx->tx, c);
}

enum err pg_batch_end(struct db_batch *batch)
{
	struct cx *cx = batch->cx;
	return pg_ready(cx, cx->tx, cx->tx->conn);
}
