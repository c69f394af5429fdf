/* Schools of the node. */
#include "office/people/school.h"
#include "base/date.h"
#include "base/vec.h"
#include "platform/audit/audit.h"
#include "platform/db/db.h"
#include "platform/i18n/i18n.h"

/* SCHAC home organisation: a domain name in lower case. */
static bool hei_id_ok(struct str s)
{
	if (s.len < 4 || s.len > 250 || str_find_char(s, '.') == STR_NPOS) return false;
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", s.ptr[i]) || !s.ptr[i]) return false;
	return s.ptr[0] != '.' && s.ptr[0] != '-' && s.ptr[s.len - 1] != '.';
}

static enum err create(struct cx *cx, void *arg)
{
	struct school *s = arg;
	int64_t last, taken;
	TRY(db_number(cx, &taken, SQL("select count(*) from school where hei_id = ?1"), DB_S(s->hei_id)));
	if (taken) return fail(cx, ERR_CONFLICT, "hei", M_school_taken, ARG_S("value", s->hei_id));
	TRY(db_number(cx, &last, SQL("select coalesce(max(tenant), 0) from school")));
	s->tenant = last + 1;
	TRY(db_exec(cx,
	            SQL("insert into school (tenant, hei_id, name, kind, zone, currency, created_ms) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
	            DB_I(s->tenant), DB_S(s->hei_id), DB_S(s->name), DB_S(s->demo ? STR("demo") : STR("real")), DB_S(s->zone),
	            DB_S(s->currency), DB_I(cx->now_ms)));
	cx->tenant = s->tenant;
	return OK;
}

static enum err note(struct cx *cx, void *arg)
{
	const struct school *s = arg;
	return audit_write(cx, &(struct audit_act){.act = "create", .kind = "school", .note = s->hei_id});
}

enum err school_check(struct cx *cx, struct school *s)
{
	int offset;
	if (!hei_id_ok(s->hei_id)) return fail(cx, ERR_INVALID, "hei", M_school_hei, ARG_S("value", s->hei_id));
	if (str_blank(str_trim(s->name))) return fail(cx, ERR_INVALID, "name", M_field_required, ARG_M("field", M_school_name));
	if (!str_present(s->zone)) s->zone = STR("Europe/Paris");
	if (!str_present(s->currency)) s->currency = STR("EUR");
	if (!zone_offset(s->zone, cx->now_ms, &offset)) return fail(cx, ERR_INVALID, "zone", M_school_zone, ARG_S("value", s->zone));
	return OK;
}

enum err school_create(struct cx *cx, struct school *s)
{
	TRY(school_check(cx, s));
	TRY(db_tx(cx, DB_WRITE, create, s));
	return db_tx(cx, DB_WRITE, note, s); /* now for this tenant, as row-level security asks */
}

struct listing {
	VEC(struct school) list;
};

static enum err list(struct cx *cx, void *arg)
{
	struct listing *l = arg;
	struct db_rows rows;
	TRY(db_query(cx, &rows, SQL("select tenant, hei_id, name, kind, zone, currency from school order by tenant")));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &l->list) = (struct school){.tenant = db_int(&rows, 0),
		                                                 .hei_id = db_str(&rows, 1),
		                                                 .name = db_str(&rows, 2),
		                                                 .demo = str_is(db_str_view(&rows, 3), "demo"),
		                                                 .zone = db_str(&rows, 4),
		                                                 .currency = db_str(&rows, 5)};
	return rows.err;
}

enum err school_list(struct cx *cx, struct school **out, size_t *len)
{
	struct listing l = {0};
	TRY(db_tx(cx, DB_READ, list, &l));
	*out = l.list.ptr;
	*len = l.list.len;
	return OK;
}

enum err school_load(struct cx *cx, int64_t tenant, struct school *out, bool *found)
{
	struct school *all;
	size_t len;
	TRY(school_list(cx, &all, &len));
	*found = false;
	for (size_t i = 0; i < len; i++)
		if (all[i].tenant == tenant) {
			*out = all[i];
			*found = true;
		}
	return OK;
}
