/* Sent files and their chunks in the database. */
#include "office/desk/imports_store.h"

#define FILE_COLUMNS \
	"id, account, kind, name, size, state, given_map, match_key, remember, partial, report, job, batch, created_ms, changed_ms"

static void read_file(struct db_rows *rows, struct import_file *f)
{
	*f = (struct import_file){.id = db_id(rows, 0),
	                          .account = db_id(rows, 1),
	                          .kind = db_str(rows, 2),
	                          .name = db_str(rows, 3),
	                          .size = db_int(rows, 4),
	                          .state = db_str(rows, 5),
	                          .given_map = db_str(rows, 6),
	                          .match_key = db_str(rows, 7),
	                          .remember = db_int(rows, 8),
	                          .partial = db_int(rows, 9),
	                          .report = db_str(rows, 10),
	                          .job = db_id(rows, 11),
	                          .batch = db_id(rows, 12),
	                          .created_ms = db_int(rows, 13),
	                          .changed_ms = db_int(rows, 14)};
}

enum err import_chunks_write(struct cx *cx, struct uuid file, const char *part, struct str bytes)
{
	TRY(db_exec(cx, SQL("delete from import_chunk where tenant = ?1 and file = ?2 and part = ?3"), DB_I(cx->tenant), DB_ID(file),
	            DB_S(str_of(part))));
	for (size_t at = 0, seq = 0; at < bytes.len; at += IMPORT_CHUNK_BYTES, seq++)
		TRY(db_exec(cx, SQL("insert into import_chunk (tenant, file, part, seq, bytes) values (?1, ?2, ?3, ?4, ?5)"),
		            DB_I(cx->tenant), DB_ID(file), DB_S(str_of(part)), DB_I((int64_t)seq),
		            DB_B(str_sub(bytes, at, IMPORT_CHUNK_BYTES))));
	return OK;
}

enum err import_chunks_read(struct cx *cx, struct uuid file, const char *part, bool (*take)(void *arg, struct str bytes), void *arg)
{
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select bytes from import_chunk where tenant = ?1 and file = ?2 and part = ?3 order by seq"),
	             DB_I(cx->tenant), DB_ID(file), DB_S(str_of(part))));
	while (db_next(&rows))
		if (!take(arg, db_bytes_view(&rows, 0))) {
			db_done(&rows);
			return OK;
		}
	return rows.err;
}

enum err import_file_insert(struct cx *cx, const struct import_file *f, struct str bytes)
{
	TRY(db_exec(
	    cx,
	    SQL("insert into import_file (tenant, id, account, kind, name, size, state, remember, partial, job, created_ms, changed_ms) "
	        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?9)"),
	    DB_I(cx->tenant), DB_ID(f->id), DB_ID(f->account), DB_S(f->kind), DB_S(f->name), DB_I((int64_t)bytes.len), DB_S(f->state),
	    DB_ID(f->job), DB_I(cx->now_ms)));
	return import_chunks_write(cx, f->id, "file", bytes);
}

enum err import_file_load(struct cx *cx, struct uuid id, struct import_file *out, bool *found)
{
	struct db_rows rows;
	TRY(db_one(cx, &rows, found, SQL("select " FILE_COLUMNS " from import_file where tenant = ?1 and id = ?2"), DB_I(cx->tenant),
	           DB_ID(id)));
	if (*found) read_file(&rows, out);
	db_done(&rows);
	return OK;
}

enum err import_file_save(struct cx *cx, const struct import_file *f)
{
	return db_exec(
	    cx,
	    SQL("update import_file set state = ?3, given_map = ?4, match_key = ?5, remember = ?6, partial = ?7, report = ?8, job = ?9, "
	        "batch = ?10, changed_ms = ?11 where tenant = ?1 and id = ?2"),
	    DB_I(cx->tenant), DB_ID(f->id), DB_S(f->state), DB_S(f->given_map), DB_S(f->match_key), DB_I(f->remember), DB_I(f->partial),
	    DB_S(f->report), DB_ID(f->job), DB_ID(f->batch), DB_I(cx->now_ms));
}

enum err import_file_list(struct cx *cx, struct uuid account, size_t max, struct import_file **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct import_file) all = {0};
	TRY(db_query(
	    cx, &rows,
	    SQL("select " FILE_COLUMNS " from import_file where tenant = ?1 and (?2 = 0 or account = ?3) order by id desc limit ?4"),
	    DB_I(cx->tenant), DB_I(!uuid_none(account)), DB_ID(account), DB_I((int64_t)max)));
	while (db_next(&rows))
		read_file(&rows, VEC_PUSH(cx->arena, &all));
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

enum err import_file_remove(struct cx *cx, struct uuid id)
{
	TRY(db_exec(cx, SQL("delete from import_chunk where tenant = ?1 and file = ?2"), DB_I(cx->tenant), DB_ID(id)));
	return db_exec(cx, SQL("delete from import_file where tenant = ?1 and id = ?2"), DB_I(cx->tenant), DB_ID(id));
}

enum err import_file_sweep(struct cx *cx, int64_t before_ms, int64_t *removed)
{
	TRY(db_exec(cx,
	            SQL("delete from import_chunk where tenant = ?1 and file in "
	                "(select id from import_file where tenant = ?1 and created_ms < ?2)"),
	            DB_I(cx->tenant), DB_I(before_ms)));
	return db_exec_count(cx, removed, SQL("delete from import_file where tenant = ?1 and created_ms < ?2"), DB_I(cx->tenant),
	                     DB_I(before_ms));
}
